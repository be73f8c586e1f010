/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payloads with interrupts: the other CPU, this CPU itself, the timers.
 */
#include "guest/guest.h"

/* --- the other CPU -----------------------------------------------------------------------------
 */

static volatile u64 secondary_calls;
static volatile u64 *const private = (volatile u64 *)PRIVATE_VA;
static volatile u64 *const dirty = (volatile u64 *)(GUEST_PAGES_IPA + DIRTY_PAGE * PAGE);
static volatile u64 dirty_wrong;
static volatile bool dirty_is_done;
enum { DIRTY_STORES = 2000, DIRTY_TIMES = 4 };
static volatile u64 *const shared = (volatile u64 *)(GUEST_PAGES_IPA + IPI_PAGE * PAGE);
static volatile enum { TASK_NONE, TASK_READ, TASK_WRITE, TASK_DIRTY } task; /* of the other CPU */

/* One VMID and one ASID, but CPUs may have different tables (no CnP), and must not see each
 * other's.
 */
static bool is_private_mine(void)
{
	return *private == 100 * (this_cpu() + 1) + my_index;
}

/* Of a page that CPU 0 watches and drops meanwhile: what was stored is there, or the page is new.
 */
static void write_again_and_again(void)
{
	for (u64 value = 1; value <= DIRTY_STORES && (!dirty_is_done || value == 1); value++) {
		u64 seen;

		dirty[1] = value;
		seen = dirty[1];
		if (seen != value && seen != 0)
			dirty_wrong = value;
	}
}

static void do_task(void)
{
	if (task == TASK_READ)
		CHECK(shared[1] == 0);
	else if (task == TASK_WRITE)
		shared[1] = shared[0];
	else if (task == TASK_DIRTY)
		write_again_and_again();
}

static void smc(u64 function)
{
	register u64 x0 __asm__("x0") = function;

	__asm__ volatile("smc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
}

/* Each interrupt is answered by one, until it is told to go. */
_Noreturn void guest_secondary(u64 cpu)
{
	(void)cpu;
	interrupts_on();
	*private = 200 + my_index;
	send_sgi(0, SGI_PONG);
	for (u64 pings = interrupts_taken(SGI_PING), offs = interrupts_taken(SGI_OFF);
		interrupts_taken(SGI_OFF) == offs;) {
		__asm__ volatile("wfi\n\tmsr daifclr, #2\n\tisb\n\tmsr daifset, #2" ::: "memory");
		for (; pings < interrupts_taken(SGI_PING); pings++) {
			do_task();
			if (is_private_mine())
				secondary_calls += hypercall(HVC_ADD, 1, 0);
			send_sgi(0, SGI_PONG);
		}
	}
	smc(PSCI_CPU_OFF); /* what is to happen to its PC must not survive that */
	for (;;)
		;
}

void other_cpu_on(void)
{
	u64 pongs = interrupts_taken(SGI_PONG);

	*private = 100 + my_index;
	CHECK(hypercall3(PSCI_CPU_ON, 1, (u64)secondary_start, 1) == 0);
	wait_for_interrupt(SGI_PONG, pongs + 1);
}

/* It may still be on its way: then it is asked again. */
void other_cpu_off(void)
{
	send_sgi(1, SGI_OFF);
}

void ipi_begin(void)
{
	CHECK(hypercall3(PSCI_CPU_ON, 7, (u64)secondary_start, 7) != 0); /* there is none */
	other_cpu_on();
	CHECK(hypercall3(PSCI_CPU_ON, 1, (u64)secondary_start, 1) != 0); /* it is on */
}

void ping_other_cpu(void)
{
	u64 pongs = interrupts_taken(SGI_PONG), calls = secondary_calls;

	send_sgi(1, SGI_PING);
	wait_for_interrupt(SGI_PONG, pongs + 1);
	CHECK(interrupts_taken(SGI_PONG) == pongs + 1);
	CHECK(secondary_calls == calls + 1);
	CHECK(is_private_mine());
}

/* What this CPU's store made writable, the other one still knows as read-only. */
static void both_write_a_watched_page(u64 value)
{
	shared[1] = 0;
	CHECK(hypercall(HVC_WATCH_PAGE, (u64)shared, 0) == 0);
	task = TASK_READ;
	ping_other_cpu();
	shared[0] = value;
	task = TASK_WRITE;
	ping_other_cpu();
	CHECK(shared[1] == value);
	task = TASK_NONE;
}

void ipi_round(u64 round)
{
	ping_other_cpu();
	both_write_a_watched_page(round);
}

/* Once more from its reset. Until it is off, it is on. */
void ipi_end(void)
{
	u64 pongs = interrupts_taken(SGI_PONG);

	other_cpu_off();
	while (hypercall3(PSCI_CPU_ON, 1, (u64)secondary_start, 1) != 0)
		sleep();
	wait_for_interrupt(SGI_PONG, pongs + 1);
	other_cpu_off();
}

/* It may still be on its way off. */
void dirty_begin(void)
{
	u64 pongs = interrupts_taken(SGI_PONG);

	*private = 100 + my_index;
	while (hypercall3(PSCI_CPU_ON, 1, (u64)secondary_start, 1) != 0)
		sleep();
	wait_for_interrupt(SGI_PONG, pongs + 1);
}

/* The first store to a watched page is counted, whoever does it; a dropped page is all zeros. */
static void watch_and_drop(u64 value)
{
	u64 written = hypercall(HVC_WRITTEN, 0, 0);

	CHECK(hypercall(HVC_WATCH_PAGE, (u64)dirty, 0) == 0);
	dirty[0] = value;
	CHECK(dirty[0] == value);
	CHECK(hypercall(HVC_WRITTEN, 0, 0) == written + 1);
	CHECK(hypercall(HVC_DROP_PAGE, (u64)dirty, 0) == 0);
	CHECK(dirty[0] == 0);
}

void dirty_round(u64 round)
{
	u64 pongs = interrupts_taken(SGI_PONG);

	dirty[0] = 0;
	dirty_is_done = false;
	task = TASK_DIRTY;
	send_sgi(1, SGI_PING);
	for (u64 i = 1; i <= DIRTY_TIMES; i++)
		watch_and_drop(round * DIRTY_TIMES + i);
	dirty_is_done = true;
	wait_for_interrupt(SGI_PONG, pongs + 1);
	CHECK(dirty_wrong == 0);
	task = TASK_NONE;
}

void dirty_end(void)
{
	other_cpu_off();
}

/* --- this CPU itself ---------------------------------------------------------------------------
 */

void eoi_begin(void)
{
}

/* The higher priority first, whichever was sent first; and nothing is left. */
void eoi_round(u64 round)
{
	u64 low = interrupts_taken(SGI_LOW), first, second;

	send_sgi(0, round % 2 == 0 ? SGI_LOW : SGI_HIGH);
	send_sgi(0, round % 2 == 0 ? SGI_HIGH : SGI_LOW);
	first = acknowledge();
	CHECK(first == SGI_HIGH);
	CHECK(acknowledge() >= 1020); /* the other is masked by what is active */
	end_interrupt(first);
	second = acknowledge();
	CHECK(second == SGI_LOW);
	end_interrupt(second);
	CHECK(acknowledge() >= 1020);
	send_sgi(0, SGI_LOW);
	wait_for_interrupt(SGI_LOW, low + 1);
	CHECK(interrupts_taken(SGI_LOW) == low + 1);
}

void eoi_end(void)
{
}

/* --- the timers --------------------------------------------------------------------------------
 */

static u64 delay; /* ticks: 50 microseconds */

void timer_begin(void)
{
	delay = READ_SYSREG(cntfrq_el0) / 20000 + 1;
}

static u64 virtual_count(void)
{
	isb();
	return READ_SYSREG(cntvct_el0);
}

static u64 physical_count(void)
{
	isb();
	return READ_SYSREG(cntpct_el0);
}

void sleep(void)
{
	u64 count = interrupts_taken(PPI_VTIMER);

	WRITE_SYSREG(cntv_cval_el0, virtual_count() + READ_SYSREG(cntfrq_el0) / 50000);
	WRITE_SYSREG(cntv_ctl_el0, 1);
	isb();
	wait_for_interrupt(PPI_VTIMER, count + 1);
}

static void virtual_timer(void)
{
	u64 count = interrupts_taken(PPI_VTIMER), deadline = virtual_count() + delay;

	WRITE_SYSREG(cntv_cval_el0, deadline);
	WRITE_SYSREG(cntv_ctl_el0, 1);
	isb();
	wait_for_interrupt(PPI_VTIMER, count + 1);
	CHECK(virtual_count() >= deadline);
	CHECK(interrupts_taken(PPI_VTIMER) == count + 1);
	CHECK(READ_SYSREG(cntv_cval_el0) == deadline);
}

static void physical_timer(void)
{
	u64 count = interrupts_taken(PPI_PTIMER), deadline = physical_count() + delay;

	WRITE_SYSREG(cntp_cval_el0, deadline);
	WRITE_SYSREG(cntp_ctl_el0, 1);
	isb();
	wait_for_interrupt(PPI_PTIMER, count + 1);
	CHECK(physical_count() >= deadline);
	CHECK(interrupts_taken(PPI_PTIMER) == count + 1);
	CHECK(READ_SYSREG(cntp_cval_el0) == deadline);
}

/* Masked in its own control register, a timer says so there and does not interrupt. */
static void masked_timer(void)
{
	u64 count = interrupts_taken(PPI_VTIMER);

	WRITE_SYSREG(cntv_cval_el0, 0);
	WRITE_SYSREG(cntv_ctl_el0, 3);
	isb();
	CHECK(READ_SYSREG(cntv_ctl_el0) == 7);
	__asm__ volatile("msr daifclr, #2\n\tisb\n\tmsr daifset, #2" ::: "memory");
	CHECK(interrupts_taken(PPI_VTIMER) == count);
	WRITE_SYSREG(cntv_ctl_el0, 0);
	isb();
}

void timer_round(u64 round)
{
	(void)round;
	virtual_timer();
	physical_timer();
	masked_timer();
}

void timer_end(void)
{
}
