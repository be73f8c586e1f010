/* SPDX-License-Identifier: Apache-2.0 */
/*
 * L2, the guest of the guest hypervisor: it runs at EL1, calls, touches pages that its stage 2
 * does not have yet, a device that its hypervisor emulates, trapped registers; takes interrupts;
 * turns its stage 1 on and does most of it again.
 */
#include "payload.h"

enum { TABLE = 3, BLOCK = 1, AF = 1 << 10, INNER = 3 << 8, NORMAL = 1 << 2 };

static u64 tables[512] __attribute__((aligned(4096)));

static volatile u64 user_calls, interrupts, timer_interrupts, last_vector, aborts, last_esr,
	last_far, calls;

/* ---- Calls of the hypervisor ---- */

#define CALL(number, a, b, c)                                                                      \
	({                                                                                         \
		register u64 x0_ asm("x0") = (u64)(a);                                             \
		register u64 x1_ asm("x1") = (u64)(b);                                             \
		register u64 x2_ asm("x2") = (u64)(c);                                             \
		asm volatile("hvc %[n]"                                                            \
			     : "+r"(x0_)                                                           \
			     : "r"(x1_), "r"(x2_), [n] "i"(number)                                 \
			     : "memory");                                                          \
		x0_;                                                                               \
	})

static void check(const char *what, u64 got, u64 want)
{
	if (got != want)
		CALL(CALL_FAILED, what, got, want);
}

static void round_trips(void)
{
	for (u64 i = 0; i < ROUND_TRIPS; i++)
		check("result of a round trip", CALL(CALL_COUNT, i, 0, 0), round_trip_result(i));
	calls += ROUND_TRIPS;
}

/* ---- Pages by faults ---- */

static volatile u64 *page(u64 base, u64 i)
{
	return (volatile u64 *)(base + page_offset(i));
}

static void read_pages(u64 base)
{
	for (u64 i = 0; i < LAZY_PAGES; i++)
		check("what a page holds", *page(base, i), page_pattern(i));
}

static void write_pages(u64 base)
{
	for (u64 i = 0; i < LAZY_PAGES; i++) {
		*page(base, i) = ~page_pattern(i);
		check("what was written", *page(base, i), ~page_pattern(i));
	}
}

static void restore_pages(u64 base)
{
	for (u64 i = 0; i < LAZY_PAGES; i++) {
		check("what was kept", *page(base, i), ~page_pattern(i));
		*page(base, i) = page_pattern(i);
	}
}

/* Page 0 elsewhere: by a new descriptor, and by another VMID. */
static void remap(u64 base)
{
	check("page 0", *page(base, 0), page_pattern(0));
	CALL(CALL_OTHER, 1, 0, 0);
	check("page 0 of the other VMID", *page(base, 0), ~page_pattern(100));
	CALL(CALL_OTHER, 0, 0, 0);
	check("page 0 of the first VMID", *page(base, 0), page_pattern(0));
	CALL(CALL_REMAP, 0, 0, 0);
	check("page 0 elsewhere", *page(base, 0), page_pattern(101));
	CALL(CALL_UNMAP, 0, 0, 0);
	check("page 0 again", *page(base, 0), page_pattern(0));
}

static void execute_page(u64 base)
{
	u64 code = base + (CODE_PAGE << 12);
	u64 (*function)(u64) = (u64(*)(u64))code;

	check("a function in a page", function(41), 42);
}

/* ---- A device and trapped instructions ---- */

static void device(void)
{
	for (u64 i = 0; i < 8; i++) {
		*(volatile u32 *)(L2_DEVICE + 0x10) = (u32)(0x80000000 + i);
		check("a word of the device", *(volatile u32 *)(L2_DEVICE + 0x10), 0x80000001 + i);
	}
	*(volatile u8 *)(L2_DEVICE + 0x20) = 0x5a;
	check("a byte of the device", *(volatile u8 *)(L2_DEVICE + 0x20), 0x5b);
	*(volatile u64 *)(L2_DEVICE + 0x30) = 0xffffffff00000000;
	check("64 bits of the device", *(volatile u64 *)(L2_DEVICE + 0x30), 0xffffffff00000001);
	check("signed byte", (u64) * (volatile signed char *)(L2_DEVICE + 0x21), ~0ul << 7 | 1);
}

static void trapped(void)
{
	register u64 x0 asm("x0") = 1;
	u64 from_fp;

	check("CurrentEL", READ(CurrentEL), 1 << 2);
	check("MIDR_EL1", READ(midr_el1), L2_MIDR);
	check("MPIDR_EL1", READ(mpidr_el1), L2_MPIDR);
	check("ID_AA64MMFR2_EL1", READ(S3_0_C0_C7_2), TRAPPED_ID_VALUE);
	WRITE(contextidr_el1, 0x1234);
	check("CONTEXTIDR_EL1", READ(contextidr_el1), 0x1234);
	asm volatile("dc isw, xzr");
	asm volatile("smc #5" : "+r"(x0));
	check("SMC", x0, TRAPPED_SMC_VALUE);
	asm volatile("fmov d9, %1\n\tfmov %0, d9" : "=r"(from_fp) : "r"(0x4045000000000000));
	check("FP register", from_fp, 0x4045000000000000);
}

/* To EL0, which comes back by SVC: l2_exception() goes on at EL1 behind it. */
static void user(void)
{
	WRITE(tpidr_el0, 0x77);
	asm volatile("adr	x9, 1f\n\t"
		     "msr	elr_el1, x9\n\t"
		     "mov	x9, #0x3c0\n\t"
		     "msr	spsr_el1, x9\n\t"
		     "isb\n\t"
		     "eret\n"
		     "1:	mrs	x9, tpidr_el0\n\t"
		     "add	x9, x9, #1\n\t"
		     "msr	tpidr_el0, x9\n\t"
		     "svc	#7"
		     :
		     :
		     : "x9", "memory");
	check("TPIDR_EL0", READ(tpidr_el0), 0x78);
	check("SVC of EL0", user_calls, 1);
}

/* ---- Interrupts ---- */

static void wait_for(volatile u64 *what, const char *name)
{
	for (u64 i = 0; i < 10000000 && *what == 0; i++)
		asm volatile("");
	check(name, *what, 1);
	*what = 0;
}

static void unmask(int on)
{
	if (on)
		asm volatile("msr daifclr, #2\n\tisb");
	else
		asm volatile("msr daifset, #2\n\tisb");
}

static void take_interrupts(void)
{
	volatile u64 tick = 0;

	WRITE(S3_0_C4_C6_0, 0xf0); /* ICC_PMR_EL1 */
	WRITE(S3_0_C12_C12_7, 1);  /* ICC_IGRPEN1_EL1 */
	unmask(1);
	CALL(CALL_INTERRUPT, 0, 0, 0);
	wait_for(&interrupts, "virtual interrupt");

	CALL(CALL_TICK, &tick, 0, 0);
	wait_for(&tick, "the hypervisor's tick");

	WRITE(cntv_tval_el0, 20000);
	WRITE(cntv_ctl_el0, 1);
	wait_for(&timer_interrupts, "timer interrupt");

	unmask(0);
	WRITE(cntv_tval_el0, 50000);
	WRITE(cntv_ctl_el0, 1);
	asm volatile("wfi");
	unmask(1);
	wait_for(&timer_interrupts, "timer interrupt after WFI");
	unmask(0);
}

static void on_interrupt(void)
{
	u64 intid = READ(S3_0_C12_C12_0); /* ICC_IAR1_EL1 */

	if (intid == VIRTUAL_INTERRUPT) {
		interrupts++;
	} else if (intid == PPI_TIMER_VIRTUAL) {
		timer_interrupts++;
		WRITE(cntv_ctl_el0, 2);
	} else {
		check("INTID", intid, VIRTUAL_INTERRUPT);
	}
	WRITE(S3_0_C12_C12_1, intid); /* ICC_EOIR1_EL1 */
}

void l2_exception(u64 *x, u64 vector);
void l2_exception(u64 *x, u64 vector)
{
	(void)x;
	last_vector = vector;
	if (vector == 0x280) {
		on_interrupt();
		return;
	}
	if (vector == 0x400 && READ(esr_el1) == 0x56000007) {
		user_calls++;
		WRITE(spsr_el1, 0x3c5);
		return;
	}
	aborts++;
	last_esr = READ(esr_el1);
	last_far = READ(far_el1);
	check("vector", vector, 0x200);
	WRITE(elr_el1, READ(elr_el1) + 4);
}

/* ---- Stage 1 ---- */

static void mmu_on(void)
{
	u64 *level2 = (u64 *)(L2_LAZY + (TABLE_PAGE << 12));

	tables[0] = BLOCK | AF;
	tables[L2_BASE >> 30] = L2_BASE | BLOCK | AF | INNER | NORMAL;
	tables[L2_LAZY >> 30] = L2_LAZY | BLOCK | AF | INNER | NORMAL;
	tables[L2_ALIAS >> 30] = (u64)level2 | TABLE;
	level2[0] = L2_LAZY | BLOCK | AF | INNER | NORMAL;
	asm volatile("dsb sy" : : : "memory");
	WRITE(mair_el1, 0xff00);
	WRITE(tcr_el1, 25 | 1 << 8 | 1 << 10 | 3 << 12 | BIT(23) | 2ul << 32);
	WRITE(ttbr0_el1, (u64)tables);
	asm volatile("tlbi vmalle1\n\tdsb sy\n\tisb" : : : "memory");
	WRITE(sctlr_el1, 0x30d00800 | BIT(12) | BIT(2) | BIT(0));
}

static void own_fault(void)
{
	u64 value = 77;

	asm volatile("ldr %0, [%1]" : "+r"(value) : "r"(L2_NOWHERE + 0x128) : "memory");
	check("aborts taken to L2's EL1", aborts, 1);
	check("ESR_EL1", last_esr, 0x96000005); /* same EL, translation fault, level 1 */
	check("FAR_EL1", last_far, L2_NOWHERE + 0x128);
	check("register of the load", value, 77);
}

void l2_main(void);
void l2_main(void)
{
	CALL(CALL_TIME, READ(cntvct_el0), 0, 0);
	round_trips();
	read_pages(L2_LAZY);
	write_pages(L2_LAZY);
	CALL(CALL_UNMAP, 1, 0, 0);
	restore_pages(L2_LAZY);
	remap(L2_LAZY);
	execute_page(L2_LAZY);
	device();
	trapped();
	user();
	take_interrupts();

	mmu_on();
	own_fault();
	CALL(CALL_UNMAP, 0, 0, 0);
	read_pages(L2_ALIAS); /* the first of them in the walk */
	CALL(CALL_AT, L2_ALIAS + 0x5008, L2_LAZY + 0x5008, 0);
	write_pages(L2_ALIAS);
	CALL(CALL_UNMAP, 0, 0, 0);
	restore_pages(L2_ALIAS);
	remap(L2_ALIAS);
	execute_page(L2_ALIAS);
	device();
	round_trips();
	check("calls", calls, 2 * ROUND_TRIPS);
	CALL(CALL_DONE, calls, 0, 0);
	for (;;)
		;
}
