/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small hypervisor for EL2, real or virtual, with E2H = 1 (a host with TGE = 1) or E2H = 0: sets
 * itself and L2 up, runs L2 until it is done, prints what it counted.
 */
#include "hypervisor.h"
#include "gic.h"
#include "print.h"
#include "stage2.h"

#define HCR_VM	 BIT(0)
#define HCR_FMO	 BIT(3)
#define HCR_IMO	 BIT(4)
#define HCR_AMO	 BIT(5)
#define HCR_TWI	 BIT(13)
#define HCR_TID3 BIT(18)
#define HCR_TSC	 BIT(19)
#define HCR_TSW	 BIT(22)
#define HCR_TVM	 BIT(26)
#define HCR_TGE	 BIT(27)
#define HCR_RW	 BIT(31)
#define HCR_E2H	 BIT(34)

#define SCTLR_OFF 0x30d00800ul
#define SCTLR_ON  (SCTLR_OFF | BIT(12) | BIT(2) | BIT(0))

enum { BLOCK = 1, AF = 1 << 10, SH = 3 << 8, NORMAL = 1 << 2, AP_RES1 = 1 << 6 };
#define XN BIT(54)

u64 counts[COUNT_COUNT];
int is_e2h;
struct l2 l2;

static const char *const count_names[] = {
#define COUNT(name, wanted, text) [COUNT_##name] = text,
#include "counts.def"
#undef COUNT
};

static u64 own_tables[512] __attribute__((aligned(4096)));

u64 enter_l2(u64 x[31]);
void host_exception(u64 *x, u64 vector);
u64 hypervisor(u64 e2h);

void use_own_hcr(void)
{
	WRITE(hcr_el2, HCR_RW | HCR_FMO | HCR_IMO | HCR_AMO | (is_e2h ? HCR_E2H | HCR_TGE : 0));
}

void use_hcr_of_l2(void)
{
	WRITE(hcr_el2, HCR_RW | HCR_FMO | HCR_IMO | HCR_AMO | HCR_VM | HCR_TWI | HCR_TSC |
			       HCR_TID3 | HCR_TSW | HCR_TVM | (is_e2h ? HCR_E2H : 0));
}

/* ---- Its own EL2 ---- */

void host_exception(u64 *x, u64 vector)
{
	u64 ec = READ(esr_el2) >> 26;

	if (vector == 0x280) {
		handle_interrupt();
	} else if (vector == 0x200 && (ec == 0x15 || ec == 0x16)) {
		counts[COUNT_OWN_CALL]++;
		x[0] += ec;
	} else {
		expect("vector of the hypervisor", vector, 0x280);
		expect("its ESR_EL2", READ(esr_el2), 0);
		expect("its FAR_EL2", READ(far_el2), 0);
		expect("its ELR_EL2", READ(elr_el2), 0);
		end(failure_count());
	}
}

/* Identity: devices below 1 GiB, RAM above. EL2&0 and EL2 differ in TCR_EL2 and in AP[1]. */
static void mmu_on(void)
{
	u64 own = is_e2h ? 0 : AP_RES1;

	own_tables[0] = BLOCK | AF | XN | own;
	own_tables[1] = 0x40000000 | BLOCK | AF | SH | NORMAL | own;
	if (is_e2h) {
		WRITE(mair_el1, 0xff00);
		WRITE(tcr_el1, 25 | 1 << 8 | 1 << 10 | 3 << 12 | BIT(23) | 2ul << 32);
		WRITE(ttbr0_el1, (u64)own_tables);
		WRITE(ttbr1_el1, 0);
		expect("MAIR_EL2 by MAIR_EL1", READ(mair_el2), 0xff00);
	} else {
		WRITE(mair_el2, 0xff00);
		WRITE(tcr_el2, 25 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | BIT(23) | BIT(31));
		WRITE(ttbr0_el2, (u64)own_tables);
	}
	asm volatile("dsb sy\n\ttlbi alle2\n\tdsb sy\n\tic iallu\n\tdsb sy\n\tisb" : : : "memory");
	WRITE(sctlr_el2, SCTLR_ON);
	expect("SCTLR_EL2.M", READ(sctlr_el2) & 1, 1);
	expect("TTBR0_EL2", READ(ttbr0_el2), (u64)own_tables);
}

#define OWN_CALL(instruction, argument)                                                            \
	({                                                                                         \
		register u64 x0_ asm("x0") = (argument);                                           \
		asm volatile(#instruction " #1" : "+r"(x0_) : : "memory");                         \
		x0_;                                                                               \
	})

static void own_state(void)
{
	expect("CurrentEL", READ(CurrentEL), 2 << 2);
	expect("HCR_EL2.E2H", READ(hcr_el2) >> 34 & 1, (u64)is_e2h);
	expect("whether there is EL2", (READ(id_aa64pfr0_el1) >> 8 & 0xf) != 0, 1);
	WRITE(tpidr_el2, 0x1234);
	WRITE(vpidr_el2, L2_MIDR);
	WRITE(vmpidr_el2, L2_MPIDR);
	expect("TPIDR_EL2", READ(tpidr_el2), 0x1234);
	expect("VPIDR_EL2", READ(vpidr_el2), L2_MIDR);
	expect("HVC of the hypervisor", OWN_CALL(hvc, 100), 100 + 0x16);
	expect("SVC of the hypervisor", OWN_CALL(svc, 200), 200 + 0x15);
}

/* ---- L2 ---- */

static void l2_reset(void)
{
	extern const u64 l2_image[], l2_image_end[];
	u64 *to = (u64 *)L2_MEMORY;

	for (const u64 *from = l2_image; from < l2_image_end; from++)
		*to++ = *from;
	asm volatile("dsb sy\n\tic iallu\n\tdsb sy\n\tisb" : : : "memory");
	for (u32 i = 0; i < 31; i++)
		l2.x[i] = 0;
	l2.pc = L2_BASE;
	l2.pstate = 0x3c5;
	l2.is_done = 0;
	WRITE_OF_L2(sctlr, SCTLR_OFF);
	WRITE_OF_L2(cpacr, 3 << 20);
	WRITE_OF_L2(cntkctl, 0);
	if (is_e2h)
		WRITE(cptr_el2, 0);
	else
		WRITE(cptr_el2, 0x32ff | BIT(10));
}

static void l2_run(void)
{
	while (!l2.is_done && failure_count() <= MAX_FAILURES) {
		u64 vector;

		use_hcr_of_l2();
		WRITE(elr_el2, l2.pc);
		WRITE(spsr_el2, l2.pstate);
		vector = enter_l2(l2.x);
		l2.pc = READ(elr_el2);
		l2.pstate = READ(spsr_el2);
		l2.esr = READ(esr_el2);
		l2.far = READ(far_el2);
		l2.hpfar = READ(hpfar_el2);
		use_own_hcr();
		if (vector == 0x400) {
			handle_exit();
		} else if (vector == 0x480) {
			handle_interrupt();
		} else {
			expect("vector of L2", vector, 0x400);
			l2.is_done = 1;
		}
	}
}

static void print_counts(void)
{
	const u64 wanted[] = {
#define COUNT(name, wanted, text) [COUNT_##name] = (u64)(wanted),
#include "counts.def"
#undef COUNT
	};

	for (u32 i = 0; i < COUNT_COUNT; i++) {
		print_line(count_names[i], counts[i]);
		expect(count_names[i], counts[i], wanted[i]);
	}
}

u64 hypervisor(u64 e2h)
{
	is_e2h = (int)e2h;
	failures_reset();
	for (u32 i = 0; i < COUNT_COUNT; i++)
		counts[i] = 0;
	use_own_hcr();
	say(is_e2h ? "guest hypervisor with E2H = 1, TGE = 1\n"
		   : "guest hypervisor with E2H = 0\n");
	mmu_on();
	own_state();
	gic_reset();
	timers_reset();
	timers_test();
	stage2_reset();
	l2_reset();
	l2_run();
	WRITE(sctlr_el2, SCTLR_OFF);
	print_counts();
	return failure_count();
}
