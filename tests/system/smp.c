/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts about PEs that work together, as lines: locks of all kinds, WFE and SEV, the counter,
 * rewritten code, interrupts between PEs. PE 0 prints; all others take part in each round.
 */
#include "facts.h"

enum { PES = 8, TIMES = 1000, STACK = 4096, SGI = 3 };

#define GICD ((u64)BOARD_GICD_BASE)
#define GICR ((u64)BOARD_GICR_BASE)

static unsigned pes = 1;
char stacks[PES][STACK] __attribute__((aligned(16)));

/* x0: the PE's number. */
asm("	.text\n"
    "	.balign 4\n"
    "second:\n"
    "	adrp	x1, stacks\n"
    "	add	x1, x1, :lo12:stacks\n"
    "	add	x2, x0, #1\n"
    "	add	x1, x1, x2, lsl #12\n"
    "	mov	sp, x1\n"
    "	b	others\n");
extern const char second[];

/* ---- Rounds: PE 0 begins them and waits for all ---- */

typedef void work_fn(u64 pe);
static work_fn *volatile work;
static volatile u64 round_begun, finished;

static u64 add(volatile u64 *where, u64 value)
{
	u64 old;

	asm volatile("ldaddal %2, %0, %1" : "=r"(old), "+Q"(*where) : "r"(value) : "memory");
	return old;
}

static void wait_until(const volatile u64 *where, u64 value)
{
	asm volatile("	sevl\n"
		     "1:	wfe\n"
		     "	ldaxr	x1, [%0]\n"
		     "	cmp	x1, %1\n"
		     "	b.ne	1b\n"
		     :
		     : "r"(where), "r"(value)
		     : "x1", "cc", "memory");
}

void others(u64 pe)
{
	for (u64 n = 1;; n++) {
		wait_until(&round_begun, n);
		work(pe);
		add(&finished, 1);
	}
}

static void all_do(work_fn *what)
{
	finished = 0;
	work = what;
	asm volatile("dmb ish" : : : "memory");
	round_begun++;
	what(0);
	wait_until(&finished, pes - 1);
}

/* ---- Locks ---- */

static volatile u64 counter;
static volatile u64 lock, next_ticket, owner;

/* Test and set by exclusives, WFE while it is taken. */
static void take_lock(void)
{
	asm volatile("	sevl\n"
		     "1:	wfe\n"
		     "2:	ldaxr	x1, [%0]\n"
		     "	cbnz	x1, 1b\n"
		     "	stxr	w1, %1, [%0]\n"
		     "	cbnz	w1, 2b\n"
		     :
		     : "r"(&lock), "r"(1ul)
		     : "x1", "memory");
}

static void release(volatile u64 *where, u64 value)
{
	asm volatile("stlr %1, [%0]" : : "r"(where), "r"(value) : "memory");
}

static void count_by_spinlock(u64 pe)
{
	for (unsigned i = 0; i < TIMES; i++) {
		take_lock();
		counter = counter + pe + 1;
		release(&lock, 0);
	}
}

static void count_by_tickets(u64 pe)
{
	for (unsigned i = 0; i < TIMES; i++) {
		u64 ticket = add(&next_ticket, 1);

		wait_until(&owner, ticket);
		counter = counter + pe + 1;
		release(&owner, ticket + 1);
	}
}

static void count_by_exclusives(u64 pe)
{
	for (unsigned i = 0; i < TIMES; i++)
		asm volatile("1:	ldxr	x1, [%0]\n"
			     "	add	x1, x1, %1\n"
			     "	stxr	w2, x1, [%0]\n"
			     "	cbnz	w2, 1b\n"
			     :
			     : "r"(&counter), "r"(pe + 1)
			     : "x1", "x2", "memory");
}

static void count_by_adding(u64 pe)
{
	for (unsigned i = 0; i < TIMES; i++)
		add(&counter, pe + 1);
}

static void count_by_swapping(u64 pe)
{
	for (unsigned i = 0; i < TIMES; i++) {
		u64 old, now = counter;

		do {
			old = now;
			asm volatile("casal %0, %2, %1"
				     : "+r"(now), "+Q"(counter)
				     : "r"(old + pe + 1)
				     : "memory");
		} while (now != old);
	}
}

/* A queue as Linux has it: each waits for its own place in memory. */
static volatile u64 tail, queue[PES][8];

static void count_by_queue(u64 pe)
{
	for (unsigned i = 0; i < TIMES; i++) {
		u64 before, last = pe + 1;

		queue[pe][0] = queue[pe][1] = 0;
		asm volatile("swpal %2, %0, %1" : "=r"(before), "+Q"(tail) : "r"(last) : "memory");
		if (before != 0) {
			queue[before - 1][1] = last;
			wait_until(&queue[pe][0], 1);
		}
		counter = counter + pe + 1;
		asm volatile("casal %0, %2, %1" : "+r"(last), "+Q"(tail) : "r"(0ul) : "memory");
		if (last == pe + 1)
			continue;
		while (queue[pe][1] == 0)
			asm volatile("yield");
		release(&queue[queue[pe][1] - 1][0], 1);
	}
}

static void counts(const char *name, work_fn *how)
{
	u64 each = 0;

	counter = 0;
	all_do(how);
	for (unsigned pe = 0; pe < pes; pe++)
		each += pe + 1;
	put("  ");
	put(name);
	put(counter == each * TIMES ? ": nothing lost" : ": LOST");
	end_line();
}

/* ---- SEV ---- */

/* Everybody in turn, around and around; no exclusive load, so only SEV ends WFE. */
static volatile u64 turn;

static void pass_on(u64 pe)
{
	for (unsigned i = 0; i < TIMES / 10; i++) {
		while (turn % pes != pe)
			asm volatile("wfe" : : : "memory");
		turn++;
		asm volatile("dsb ish\n\tsev" : : : "memory");
	}
}

/* ---- The counter: never behind what another PE has seen ---- */

static volatile u64 latest, backward;

static void look_at_counter(u64 pe)
{
	(void)pe;
	for (unsigned i = 0; i < TIMES; i++) {
		u64 now;

		take_lock();
		asm volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(now) : : "memory");
		if (now < latest)
			backward++;
		latest = now;
		release(&lock, 0);
	}
}

/* ---- Code that PE 0 writes and all others execute ---- */

static u32 code[2] __attribute__((aligned(64)));
static volatile u64 version, seen_by_all, wrong;

static void run_code(u64 pe)
{
	for (u64 i = 1; i <= 50; i++) {
		if (pe == 0) {
			code[0] = 0xd2800000 | (u32)i << 5; /* mov x0, #i */
			code[1] = 0xd65f03c0;		    /* ret */
			asm volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb"
				     :
				     : "r"(code)
				     : "memory");
			seen_by_all = 0;
			release(&version, i);
			wait_until(&seen_by_all, pes - 1);
		} else {
			wait_until(&version, i);
			asm volatile("isb" : : : "memory");
			if (((u64(*)(void))code)() != i)
				wrong++;
			add(&seen_by_all, 1);
		}
	}
}

/* ---- SGIs: each PE tells the next one ---- */

static volatile u32 *gicr(u64 pe, u64 offset)
{
	return (volatile u32 *)(GICR + pe * BOARD_GICR_EACH + offset);
}

static void gic_start(u64 pe)
{
	if (pe == 0)
		*(volatile u32 *)GICD = 0x12; /* ARE, group 1 */
	*gicr(pe, 0x14) = 0;
	while (*gicr(pe, 0x14) & 4)
		;
	*gicr(pe, 0x10080) = ~0u;					  /* group 1 */
	*gicr(pe, 0x10100) = 1 << SGI;					  /* enabled */
	asm volatile("msr S3_4_C12_C9_5, %0\n\tisb" : : "r"(0xful));	  /* ICC_SRE_EL2 */
	asm volatile("msr S3_0_C12_C12_5, %0\n\tisb" : : "r"(7ul));	  /* ICC_SRE_EL1 */
	asm volatile("msr S3_0_C4_C6_0, %0" : : "r"(0xf8ul));		  /* ICC_PMR_EL1 */
	asm volatile("msr S3_0_C12_C12_7, %0\n\tisb" : : "r"(1ul));	  /* ICC_IGRPEN1_EL1 */
	asm volatile("msr hcr_el2, %0\n\tisb" : : "r"(BIT(4) | BIT(31))); /* IMO */
}

static volatile u64 letter[PES], received[PES], bad;

static void send(u64 pe, u64 what)
{
	letter[pe] = what;
	asm volatile("dsb ish\n\tmsr S3_0_C12_C11_5, %0\n\tisb" /* ICC_SGI1R_EL1 */
		     :
		     : "r"((u64)SGI << 24 | BIT(pe))
		     : "memory");
}

/* Interrupts are masked: WFI ends by what is pending. */
static void receive(u64 pe)
{
	u64 intid;

	for (;;) {
		asm volatile("wfi\n\tmrs %0, S3_0_C12_C12_0\n\tdsb sy" : "=r"(intid)); /* IAR1 */
		if (intid == SGI)
			break;
	}
	asm volatile("msr S3_0_C12_C12_1, %0\n\tisb" : : "r"(intid)); /* EOIR1 */
	received[pe] = letter[pe];
}

/* PE 0 sends the first; each adds its number and hands it on. */
static void write_letters(u64 pe)
{
	gic_start(pe);
	add(&seen_by_all, 1);
	wait_until(&seen_by_all, pes);
	for (u64 i = 0; i < TIMES / 10; i++) {
		if (pe == 0)
			send(1, 1);
		receive(pe);
		if (received[pe] != (pe == 0 ? pes : pe))
			bad++;
		if (pe != 0)
			send((pe + 1) % pes, received[pe] + 1);
	}
}

int main(void)
{
	while (pes < PES && smc(0xc4000003, pes, (u64)second, pes) == 0)
		pes++;
	say("PEs ", pes);
	counts("spinlock", count_by_spinlock);
	counts("ticket lock", count_by_tickets);
	counts("exclusives", count_by_exclusives);
	counts("LDADD", count_by_adding);
	counts("CAS", count_by_swapping);
	counts("queued lock", count_by_queue);
	all_do(pass_on);
	say("turns taken ", turn);
	all_do(look_at_counter);
	say("the counter went back ", backward);
	all_do(run_code);
	say("old code executed ", wrong);
	seen_by_all = 0;
	all_do(write_letters);
	say("letters that went wrong ", bad);
	return 0;
}
