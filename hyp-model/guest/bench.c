/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The microbenchmarks, each done N times and then 2N times between marks. Most change nothing that
 * outlives them.
 */
#include "guest/guest.h"

enum { FIRST_PAGE = 1, LAST_PAGE = 511, WARM_UP = 16 };

static void bench_hypercall(u64 n, u64 most)
{
	(void)most;
	for (u64 i = 0; i < n; i++)
		hypercall(HVC_ADD, i, i);
}

static void bench_id_register(u64 n, u64 most)
{
	(void)most;
	for (u64 i = 0; i < n; i++)
		(void)READ_SYSREG(id_aa64mmfr1_el1);
}

static void bench_el1_register(u64 n, u64 most)
{
	(void)most;
	for (u64 i = 0; i < n; i++)
		WRITE_SYSREG(contextidr_el1, i);
}

static void bench_mmio_kernel(u64 n, u64 most)
{
	(void)most;
	for (u64 i = 0; i < n; i++)
		(void)read32(GUEST_UART_IPA + 0x18);
}

static void bench_mmio_user(u64 n, u64 most)
{
	(void)most;
	for (u64 i = 0; i < n; i++)
		(void)read32(GUEST_USER_IPA);
}

static void bench_ipi(u64 n, u64 most)
{
	(void)most;
	for (u64 i = 0; i < n; i++)
		ping_other_cpu();
}

static void bench_sgi(u64 n, u64 most)
{
	(void)most;
	for (u64 i = 0; i < n; i++)
		send_sgi(0, SGI_LOW);
}

static void bench_interrupt(u64 n, u64 most)
{
	(void)most;
	for (u64 i = 0; i < n; i++) {
		send_sgi(0, SGI_LOW);
		end_interrupt(acknowledge());
	}
}

/*
 * Beside equally many real interrupts: what a list register holds at the next exit costs cycles
 * there, and must not be taken for a cost of the EOI. So the EOIs that are measured are of no
 * interrupt; that the real ones cost no exit, bench_interrupt() and bench_sgi() show.
 */
static void bench_eoi(u64 n, u64 most)
{
	for (u64 i = 0; i < most; i++) {
		send_sgi(0, SGI_LOW);
		end_interrupt(acknowledge());
		if (i < n)
			end_interrupt(acknowledge());
	}
}

static void bench_timer(u64 n, u64 most)
{
	(void)most;
	for (u64 i = 0; i < n; i++) {
		u64 count = interrupts_taken(PPI_VTIMER);

		WRITE_SYSREG(cntv_cval_el0, 0);
		WRITE_SYSREG(cntv_ctl_el0, 1);
		isb();
		wait_for_interrupt(PPI_VTIMER, count + 1);
	}
}

_Static_assert(WARM_UP + 3 * BENCH_MAX_ROUNDS <= LAST_PAGE, "a fresh page for each fault");

static void bench_page_fault(u64 n, u64 most)
{
	static u64 next = FIRST_PAGE;

	(void)most;
	for (u64 i = 0; i < n && next <= LAST_PAGE; i++, next++)
		*(volatile u64 *)(GUEST_PAGES_IPA + next * PAGE) = next;
}

static void bench_tlbi(u64 n, u64 most)
{
	(void)most;
	for (u64 i = 0; i < n; i++)
		__asm__ volatile("dsb ishst\n\ttlbi vae1is, %0\n\tdsb ish\n\tisb"
				 :
				 : "r"(WINDOW_VA >> 12)
				 : "memory");
}

static void bench_context_switch(u64 n, u64 most)
{
	(void)most;
	for (u64 i = 0; i < n; i++)
		process_run(i % 2, i);
}

static void bench_fp(u64 n, u64 most)
{
	(void)most;
	for (u64 i = 0; i < n; i++) {
		hypercall(HVC_ADD, i, i);
		fp_fill(i);
	}
}

static const struct {
	void (*run)(u64 n, u64 most);
} benchmarks[] = {
#define BENCH(name, ...) { bench_##name },
#include "guest/bench.def"
#undef BENCH
};

/* `times` is what the hypervisor is told: 0, if this only warms up. */
static void measure(unsigned operation, u64 times, u64 n, u64 most)
{
	hypercall(HVC_MARK, operation + 1, times);
	benchmarks[operation].run(n, most);
	hypercall(HVC_MARK, 0, times);
}

/* An interrupt that was sent and not taken must not be the next one's. */
static void drain(void)
{
	u64 intid = acknowledge();

	if (intid < 1020)
		end_interrupt(intid);
}

/*
 * Some before, so that what happens once is over, for whoever measures as well, and caches and the
 * branch predictor know what comes.
 */
void run_benchmarks(u64 rounds)
{
	other_cpu_on();
	process_begin();
	for (unsigned i = 0; i < COUNT(benchmarks); i++) {
		measure(i, 0, WARM_UP, WARM_UP);
		drain();
		measure(i, rounds, rounds, 2 * rounds);
		drain();
		measure(i, 2 * rounds, 2 * rounds, 2 * rounds);
		drain();
	}
	process_end();
	other_cpu_off();
	print("bench: done\n");
}
