/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payloads with memory: stage 2 changes under the guest, stage 1 is changed by it.
 */
#include "guest/guest.h"

/* --- pages backed when touched -----------------------------------------------------------------
 */

static volatile u64 *guest_page(u64 n)
{
	return (volatile u64 *)(GUEST_PAGES_IPA + n * PAGE);
}

/* Memory that nobody has touched, and memory of earlier rounds, at the same IPA in every guest. */
static volatile u64 *own_page(u64 round)
{
	return guest_page(round % OWN_PAGES);
}

static u64 own_word(u64 round)
{
	return my_index << 32 | round | 1ul << 63;
}

static void new_page(u64 round)
{
	CHECK(round >= OWN_PAGES || *own_page(round) == 0);
	*own_page(round) = own_word(round);
	CHECK(round == 1 || *own_page(round - 1) == own_word(round - 1));
}

/* This page lies in the block of the program, which the hypervisor must split. */
static u64 watched_words[PAGE / 8] __attribute__((aligned(PAGE)));

static void watched_page(u64 round)
{
	volatile u64 *word = round % 2 == 1 ? (volatile u64 *)watched_words : own_page(round - 1);
	u64 written = hypercall(HVC_WRITTEN, 0, 0), before = *word;

	CHECK(hypercall(HVC_WATCH_PAGE, (u64)word, 0) == 0);
	CHECK(*word == before);
	CHECK(hypercall(HVC_WRITTEN, 0, 0) == written);
	*word = before + 1;
	CHECK(*word == before + 1);
	*word = before;
	CHECK(hypercall(HVC_WRITTEN, 0, 0) == written + 1);
}

static void dropped_page(void)
{
	volatile u64 *word = guest_page(SCRATCH_PAGE);

	*word = ~my_index;
	CHECK(hypercall(HVC_DROP_PAGE, (u64)word, 0) == 0);
	CHECK(hypercall(HVC_DROP_PAGE, (u64)word, 0) == 0); /* what is gone may go again */
	CHECK(*word == 0);
}

/* Refused: outside of memory. */
void fault_begin(void)
{
	CHECK(hypercall(HVC_WATCH_PAGE, GUEST_HOLE_IPA, 0) == HVC_REFUSED);
	CHECK(hypercall(HVC_DROP_PAGE, GUEST_HOLE_IPA, 0) == HVC_REFUSED);
}

void fault_round(u64 round)
{
	new_page(round);
	watched_page(round);
	dropped_page();
}

/* --- its own page tables -----------------------------------------------------------------------
 */

static u64 one[PAGE / 8] __attribute__((aligned(PAGE)));
static u64 two[PAGE / 8] __attribute__((aligned(PAGE)));

static volatile u64 *window(unsigned page)
{
	return (volatile u64 *)(WINDOW_VA + page * PAGE);
}

static void tlbi_va(u64 va)
{
	__asm__ volatile("dsb ishst\n\ttlbi vae1is, %0\n\tdsb ish\n\tisb"
			 :
			 : "r"((kernel_ttbr0() >> 48 << 48) | (va >> 12 & 0xfffffffffff))
			 : "memory");
}

static void tlbi_asid(void)
{
	__asm__ volatile("dsb ishst\n\ttlbi aside1is, %0\n\tdsb ish\n\tisb"
			 :
			 : "r"(kernel_ttbr0() >> 48 << 48)
			 : "memory");
}

static void tlbi_all(void)
{
	__asm__ volatile("dsb ishst\n\ttlbi vmalle1is\n\tdsb ish\n\tisb" ::: "memory");
}

void tlbi_begin(void)
{
	one[0] = 0x1111 + my_index;
	two[0] = 0x2222 + my_index;
	for (unsigned i = 0; i < 4; i++)
		window_set(i, (u64)one, WINDOW_READ);
	dsb();
	isb();
}

/* Break before make, to the other page and back. */
static void move_window(unsigned page, u64 *to)
{
	window_set(page, 0, WINDOW_NONE);
	tlbi_va((u64)window(page));
	window_set(page, (u64)to, WINDOW_READ);
	dsb();
	isb();
	CHECK(*window(page) == to[0]);
}

/* A load from, or a store to, a VA that must fault with this status code at level 3. */
static void expect_fault(volatile u64 *word, bool is_write, u64 status)
{
	expect_exception();
	if (is_write)
		__asm__ volatile("str xzr, [%0]" : : "r"(word) : "memory");
	else
		__asm__ volatile("ldr xzr, [%0]" : : "r"(word) : "memory");
	CHECK(seen_esr >> 26 == 0x25 && (seen_esr & 0x3f) == status);
	CHECK((seen_esr >> 6 & 1) == is_write);
	CHECK(seen_far == (u64)word);
}

static void change_rights(unsigned page)
{
	window_set(page, (u64)one, WINDOW_READ);
	tlbi_all();
	expect_fault(window(page), true, 0xf);
	window_set(page, (u64)one, WINDOW_WRITE);
	tlbi_va((u64)window(page));
	*window(page) = one[0];
	window_set(page, (u64)one, WINDOW_READ);
	tlbi_asid();
	expect_fault(window(page), true, 0xf);
}

void tlbi_round(u64 round)
{
	unsigned page = round % 4;

	CHECK(*window(page) == one[0]);
	move_window(page, two);
	move_window(page, one);
	change_rights(page);
	window_set(page, 0, WINDOW_NONE);
	tlbi_all();
	expect_fault(window(page), false, 7);
	window_set(page, (u64)one, WINDOW_READ);
	dsb();
	isb();
	CHECK(*window(page) == one[0]);
}

void tlbi_end(void)
{
	for (unsigned i = 0; i < 4; i++)
		window_set(i, 0, WINDOW_NONE);
	tlbi_all();
}

/*
 * A fetch, by which the CPU sets the access flag in a table that is watched: to the hypervisor that
 * is a store, of a walk (WS-22).
 */
static void fetch_through_a_watched_table(void)
{
	static u32 code[PAGE / 4] __attribute__((aligned(PAGE))) = { 0xd65f03c0 }; /* RET */
	u64 written;

	window_set(0, (u64)code, WINDOW_EXECUTE_UNUSED);
	tlbi_all();
	set_access_flag_by_cpu(true);
	written = hypercall(HVC_WRITTEN, 0, 0);
	CHECK(hypercall(HVC_WATCH_PAGE, window_table(), 0) == 0);
	((void (*)(void))window(0))();
	CHECK(hypercall(HVC_WRITTEN, 0, 0) == written + 1);
	set_access_flag_by_cpu(false);
	window_set(0, 0, WINDOW_NONE);
	tlbi_all();
}

void fault_end(void)
{
	if (can_set_access_flag())
		fetch_through_a_watched_table();
}

/* --- registers and memory while others run -----------------------------------------------------
 */

#define READ_DISR_EL1()	      READ_SYSREG(s3_0_c12_c1_1)
#define WRITE_DISR_EL1(value) WRITE_SYSREG(s3_0_c12_c1_1, value)

static bool has_disr;

/* The ID registers do not tell: RAS is hidden, but a CPU that has it lets a guest use this. */
void wait_begin(void)
{
	expect_exception();
	(void)READ_DISR_EL1();
	has_disr = seen_esr == ~0ul;
	if (has_disr)
		__asm__ volatile(".inst 0"); /* then this is the one that is expected */
}

void wait_round(u64 round)
{
	u64 mine = my_index << 16 | round;
	u64 disr = 1ul << 31 | 1ul << 24 | (my_index << 8 & 0xff00) | (round & 0xff);

	WRITE_SYSREG(tpidr_el0, mine);
	WRITE_SYSREG(tpidrro_el0, mine + 1);
	WRITE_SYSREG(tpidr_el1, ~mine);
	WRITE_SYSREG(sp_el0, mine << 4);
	WRITE_SYSREG(par_el1, mine << 12);
	WRITE_SYSREG(contextidr_el1, mine);
	WRITE_SYSREG(afsr0_el1, 0);
	if (has_disr)
		WRITE_DISR_EL1(disr);
	*guest_page(OWN_PAGES) = own_word(round);
	hypercall(HVC_ADD, 0, 0);
	sleep();
	CHECK(READ_SYSREG(tpidr_el0) == mine);
	CHECK(READ_SYSREG(tpidrro_el0) == mine + 1);
	CHECK(READ_SYSREG(tpidr_el1) == ~mine);
	CHECK(READ_SYSREG(sp_el0) == mine << 4);
	CHECK(READ_SYSREG(par_el1) >> 12 == mine);
	CHECK(READ_SYSREG(contextidr_el1) == mine);
	/* A hypervisor that does not know of it may lose it, but not give it to others. */
	CHECK(!has_disr || READ_DISR_EL1() == disr || READ_DISR_EL1() == 0);
	CHECK(*guest_page(OWN_PAGES) == own_word(round));
}

void wait_end(void)
{
}

/* V0-V31, FPCR and FPSR live through exits, and through others' use of them. */
void fp_begin(void)
{
}

void fp_round(u64 round)
{
	u64 seed = my_index << 40 | round << 8;

	fp_fill(seed);
	WRITE_SYSREG(s3_3_c4_c4_0, round % 4 << 22); /* FPCR.RMode */
	WRITE_SYSREG(s3_3_c4_c4_1, round % 2);	     /* FPSR.IOC */
	hypercall(HVC_ADD, 0, 0);
	CHECK(fp_differs(seed) == 0);
	sleep();
	CHECK(fp_differs(seed) == 0);
	CHECK(READ_SYSREG(s3_3_c4_c4_0) == round % 4 << 22);
	CHECK(READ_SYSREG(s3_3_c4_c4_1) == round % 2);
	CHECK(fp_differs(seed + 1) != 0);
}

void fp_end(void)
{
	WRITE_SYSREG(s3_3_c4_c4_0, 0);
}
