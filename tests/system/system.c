/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare-metal facts about exceptions, translation and trap controls, printed as lines. The same
 * program runs on Entresol and on qemu-system-aarch64; the lines must be equal. Knows nothing of
 * either. Not here, because QEMU 7.2 differs from the architecture: cache maintenance by VA (never
 * faults), misaligned access to Device memory and SP alignment (no fault), the syndrome of MSR
 * DAIFSet at EL0 (op1 and op2 swapped), the level of a stage 2 fault on a walk (it gives stage
 * 1's), PAR_EL1 for Device memory (not Outer Shareable), _EL12 names with E2H = 0 (not UNDEFINED).
 */
#include "facts.h"

/* ---- Translation tables ---- */

enum {
	ATTR_NORMAL = 0 << 2,
	ATTR_DEVICE = 1 << 2,
	VALID = 1,
	TABLE = 3,
	PAGE = 3,
	AP_EL0 = 1 << 6,
	AP_RO = 1 << 7,
	SH_INNER = 3 << 8,
	AF = 1 << 10
};
#define PXN BIT(53)
#define UXN BIT(54)

static u64 l1[512] __attribute__((aligned(4096)));
static u64 l2[512] __attribute__((aligned(4096)));
static u64 l3[512] __attribute__((aligned(4096)));
static u64 s2_l1[512] __attribute__((aligned(4096)));
static u64 s2_l2[512] __attribute__((aligned(4096)));
static u64 s2_l3[512] __attribute__((aligned(4096)));
static volatile u64 page[8][512] __attribute__((aligned(4096)));

/*
 * 0x40000000..: identity, a 1 GiB block of EL1's. 0x80000000..: l2, whose first entry is l3: test
 * pages. 0xc0000000..: the first GiB again, for code at EL0.
 */
#define TEST_VA	   0x80000000ul
#define EL0_ALIAS  0x80000000ul
#define TCR_VALUE  (25 | 1 << 8 | 1 << 10 | 3 << 12 | BIT(23) | 2ul << 32)
#define SCTLR_BASE 0x30d00800ul

static void set_page(unsigned index, u64 bits)
{
	l3[index] = (u64)page[index % 8] | PAGE | SH_INNER | bits;
}

static void build_tables(void)
{
	l1[1] = 0x40000000 | VALID | AF | SH_INNER | ATTR_NORMAL;
	l1[2] = (u64)l2 | TABLE;
	l1[3] = 0x40000000 | VALID | AF | SH_INNER | ATTR_NORMAL | AP_EL0;
	l1[4] = (u64)page[4] | TABLE;
	l2[0] = (u64)l3 | TABLE;
	set_page(0, AF);
	set_page(1, AF | AP_RO);
	set_page(2, AF | AP_EL0);
	set_page(3, 0);
	set_page(4, AF | PXN | UXN);
	set_page(5, AF | AP_EL0 | AP_RO);
	l3[6] = 0;
	l3[7] = (u64)page[7] | PAGE | AF | ATTR_DEVICE;
	l3[8] = 0xff000000000ul | PAGE | AF;
	l1[0] = 0;
	/* stage 2: RAM as one block but for the page page[4] (absent) and page[5] (read-only) */
	s2_l1[1] = (u64)s2_l2 | TABLE;
	for (u64 i = 0; i < 512; i++)
		s2_l2[i] = (0x40000000 + (i << 21)) | VALID | AF | SH_INNER | 0xf << 2 | 3 << 6;
	for (u64 i = 0; i < 512; i++)
		s2_l3[i] = (((u64)page & ~0x1ffffful) + (i << 12)) | PAGE | AF | SH_INNER |
			   0xf << 2 | 3 << 6;
	s2_l2[((u64)page >> 21) & 511] = (u64)s2_l3 | TABLE;
	s2_l3[((u64)page[4] >> 12) & 511] = 0;
	s2_l3[((u64)page[5] >> 12) & 511] &= ~(2ul << 6);
	asm volatile("dsb sy" : : : "memory");
}

static void stage1_on(u64 extra)
{
	WRITE(mair_el1, 0x00ff);
	WRITE(tcr_el1, TCR_VALUE);
	WRITE(ttbr0_el1, (u64)l1);
	WRITE(sctlr_el1, SCTLR_BASE | BIT(12) | BIT(2) | 1 | extra);
	asm volatile("tlbi vmalls12e1\n\tdsb sy\n\tisb");
}

static void stage1_off(void)
{
	WRITE(sctlr_el1, SCTLR_BASE);
}

static void stage2_on(void)
{
	WRITE(vtcr_el2, 25 | 1 << 6 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | BIT(31));
	WRITE(vttbr_el2, (u64)s2_l1 | BIT(48));
	WRITE(hcr_el2, BIT(31) | 1);
	asm volatile("tlbi vmalls12e1\n\tdsb sy\n\tisb");
}

static void hcr(u64 bits)
{
	WRITE(hcr_el2, BIT(31) | bits);
}

/* ---- Cases ---- */

static u64 load(u64 va)
{
	u64 value;

	asm volatile("ldr %0, [%1]" : "=r"(value) : "r"(va) : "memory");
	return value;
}

static void store(u64 va)
{
	asm volatile("str xzr, [%0]" : : "r"(va) : "memory");
}

/* Branches to va; an exception of the fetch goes on behind it. */
static void fetch(u64 va)
{
	asm volatile("adr	x2, 1f\n"
		     "	str	x2, [%1]\n"
		     "	blr	%0\n"
		     "1:"
		     :
		     : "r"(va), "r"(&resume_pc)
		     : "memory", "x0", "x1", "x2", "x30");
}

static void case_calls_el1(void)
{
	TRY("hvc #0x123");
	TRY("svc #0x45");
	TRY("brk #0x67");
	TRY(".inst 0");
	TRY(".inst 0xd4a00001"); /* DCPS1 */
	TRY(".inst 0xd4a00002");
	TRY(".inst 0xd4a00003");
	TRY(".inst 0xd6bf03e0"); /* DRPS */
	TRY("sysl x0, #0, c7, c8, #0");
	TRY("mrs x0, hcr_el2");
	TRY("mrs x0, sctlr_el12");
	say("CurrentEL ", READ(CurrentEL));
	say("DAIF ", READ(DAIF));
	say("SPSel ", READ(SPSel));
}

static void case_calls_el0(void)
{
	TRY("svc #1");
	TRY("hvc #2");
	TRY("smc #3");
	TRY("mrs x0, sctlr_el1");
	TRY("mrs x0, ctr_el0");
	TRY("eret");
	TRY("wfi");
	TRY("brk #1");
	TRY("mrs x0, cntvct_el0");
	TRY("mrs x0, cntv_ctl_el0");
	TRY("tlbi vmalle1");
	TRY("mov x0, sp\n\tdc zva, x0");
}

static void case_traps(void)
{
	TRY("mrs x7, id_aa64pfr0_el1");
	TRY("mrs x9, ctr_el0");
	TRY("mrs x0, aidr_el1");
	TRY("msr ttbr1_el1, x3");
	TRY("mrs x4, ttbr1_el1");
	TRY("msr actlr_el1, x5");
	TRY("tlbi vaae1is, x6");
	TRY("dc isw, xzr");
	TRY("mov x0, sp\n\tdc civac, x0");
	TRY("smc #9");
	TRY("msr lorc_el1, xzr");
}

static void case_wait(void)
{
	TRY("wfi");
}

static void case_counter_traps(void)
{
	TRY("mrs x3, cntpct_el0");
	TRY("mrs x3, cntp_ctl_el0");
	TRY("msr cpacr_el1, xzr");
	TRY("fmov d0, xzr");
}

static void case_stage1(void)
{
	store(TEST_VA);
	store(TEST_VA + 0x1008);
	say("read-only page reads ", load(TEST_VA + 0x1008));
	load(TEST_VA + 0x3010);
	store(TEST_VA + 0x6000);
	load(TEST_VA + 0x200000);
	load(0x1000);
	load(BIT(39));
	load(TEST_VA + 0x8000);
	fetch(TEST_VA + 0x4000);
	asm volatile("ldxr x0, [%0]" : : "r"(TEST_VA + 4) : "x0");
	asm volatile("ldaxr w0, [%0]" : : "r"(TEST_VA + 2) : "x0");
	asm volatile("ldp x0, x1, [%0], #16" : : "r"(TEST_VA + 0x6000) : "x0", "x1");
}

static void case_stage1_el0(void)
{
	load(TEST_VA);
	load(TEST_VA + 0x2000);
	store(TEST_VA + 0x5000);
	store(TEST_VA + 0x1000);
}

static void case_pan(void)
{
	say("reads EL0 page ", load(TEST_VA + 0x2000));
	asm volatile(".inst 0xd500419f"); /* MSR PAN, #1 */
	load(TEST_VA + 0x2000);
	asm volatile("ldtr x0, [%0]" : : "r"(TEST_VA + 0x2000) : "x0");
	asm volatile("ldtr x0, [%0]" : : "r"(TEST_VA) : "x0");
	asm volatile(".inst 0xd500409f"); /* MSR PAN, #0 */
}

static void case_alignment(void)
{
	load(TEST_VA + 1);
	fetch(TEST_VA + 2);
}

static void at(const char *name, u64 par)
{
	put("  ");
	put(name);
	put_hex(" par ", par);
	end_line();
}

#define AT(op, va)                                                                                 \
	do {                                                                                       \
		asm volatile("at " op ", %0\n\tisb" : : "r"((u64)(va)));                           \
		at(op " " #va, READ(par_el1));                                                     \
	} while (0)

static void case_at(void)
{
	AT("s1e1r", TEST_VA);
	AT("s1e1w", TEST_VA + 0x1000);
	AT("s1e0r", TEST_VA);
	AT("s1e0w", TEST_VA + 0x2000);
	AT("s1e1r", TEST_VA + 0x6000);
	AT("s1e1r", TEST_VA + 0x3000);
	AT("s1e1r", 0x1000);
}

static void case_stage2(void)
{
	asm volatile("ldr w7, [%0, #4]" : : "r"(page[4]) : "x7");
	asm volatile("ldrsb x8, [%0, #3]" : : "r"(page[4]) : "x8");
	asm volatile("ldrsh w9, [%0, #2]" : : "r"(page[4]) : "x9");
	asm volatile("strb w10, [%0]" : : "r"(page[4]));
	asm volatile("str xzr, [%0, #8]" : : "r"(page[5]));
	say("read-only by stage 2 reads ", load((u64)page[5]));
	asm volatile("ldp x0, x1, [%0]" : : "r"(page[4]) : "x0", "x1");
	asm volatile("ldr x0, [%0], #8" : : "r"(page[4]) : "x0");
	asm volatile("ldar w11, [%0]" : : "r"(page[4]) : "x11");
	fetch((u64)page[4]);
	load(0x1000);
}

static void case_stage2_walk(void)
{
	load(4ul << 30);
	store(4ul << 30);
	AT("s1e1r", TEST_VA);
	AT("s1e1r", 4ul << 30);
}

/* ERET with a SPSR that must not be followed: IL is set, and the next instruction traps. */
static void illegal_return(u64 spsr)
{
	asm volatile("msr	spsr_el1, %0\n"
		     "	adr	x2, 1f\n"
		     "	msr	elr_el1, x2\n"
		     "	eret\n"
		     "1:	nop"
		     :
		     : "r"(spsr)
		     : "memory", "x2");
}

static void case_illegal_return(void)
{
	illegal_return(SPSR_EL2H);
	illegal_return(0x3c2);
	illegal_return(0x3d5);
	say("CurrentEL ", READ(CurrentEL));
}

static void case_host_el0(void)
{
	TRY("svc #7");
	TRY("mrs x0, sctlr_el1");
	TRY(".inst 0");
}

static const struct {
	const char *name;
	u64 hcr, sctlr, spsr;
	int has_stage1, has_stage2;
	void (*code)(void);
} cases[] = {
	/* clang-format off */
	{ "calls from EL1",                 0,                                0, SPSR_EL1H, 0, 0, case_calls_el1 },
	{ "calls from EL1 on SP_EL0",       0,                                0, SPSR_EL1T, 0, 0, case_calls_el1 },
	{ "calls from EL0",                 0,                                0, SPSR_EL0,  0, 0, case_calls_el0 },
	{ "calls from EL0 under TGE",       BIT(27),                          0, SPSR_EL0,  0, 0, case_calls_el0 },
	{ "HCR_EL2 TID1 TID2 TID3",         BIT(16) | BIT(17) | BIT(18),      0, SPSR_EL1H, 0, 0, case_traps },
	{ "HCR_EL2 TVM TACR TTLB TSW",      BIT(26) | BIT(21) | BIT(25) | BIT(22), 0, SPSR_EL1H, 0, 0, case_traps },
	{ "HCR_EL2 TRVM TSC TLOR",          BIT(30) | BIT(19) | BIT(35),      0, SPSR_EL1H, 0, 0, case_traps },
	{ "HCR_EL2 TWI",                    BIT(13),                          0, SPSR_EL1H, 0, 0, case_wait },
	{ "CNTHCTL_EL2 and CPTR_EL2",       0,                                0, SPSR_EL1H, 0, 0, case_counter_traps },
	{ "stage 1 faults at EL1",          0,                                0, SPSR_EL1H, 1, 0, case_stage1 },
	{ "stage 1 faults at EL0",          0,                                0, SPSR_EL0,  1, 0, case_stage1_el0 },
	{ "PAN",                            0,                           BIT(23), SPSR_EL1H, 1, 0, case_pan },
	{ "alignment",                      0,                      BIT(1) | BIT(3), SPSR_EL1H, 1, 0, case_alignment },
	{ "AT at EL1",                      0,                                0, SPSR_EL1H, 1, 0, case_at },
	{ "stage 2 faults, stage 1 off",    1,                                0, SPSR_EL1H, 0, 1, case_stage2 },
	{ "stage 2 faults, stage 1 on",     1,                                0, SPSR_EL1H, 1, 1, case_stage2 },
	{ "stage 2 fault on a walk",        1,                                0, SPSR_EL1H, 1, 1, case_stage2_walk },
	{ "illegal return",                 0,                                0, SPSR_EL1H, 0, 0, case_illegal_return },
	{ "host EL0, E2H and TGE",          BIT(34) | BIT(27),                0, SPSR_EL0,  0, 0, case_host_el0 },
	/* clang-format on */
};

static void at_el2(void)
{
	write0("AT from EL2\n");
	hcr(0);
	stage1_on(0);
	AT("s12e1r", TEST_VA);
	AT("s12e0w", TEST_VA);
	hcr(1);
	stage2_on();
	AT("s12e1r", (u64)page[4]);
	AT("s12e1w", (u64)page[5]);
	AT("s1e1w", (u64)page[5]);
	hcr(0);
	stage1_off();
}

static void vhe_names(void)
{
	write0("E2H redirection\n");
	WRITE(ttbr0_el1, 0x1000);
	WRITE(ttbr0_el2, 0x2000);
	WRITE(afsr0_el1, 0);
	hcr(BIT(34));
	say("TTBR0_EL1 is TTBR0_EL2: ", READ(ttbr0_el1));
	say("TTBR0_EL12 is TTBR0_EL1: ", READ(S3_5_C2_C0_0));
	WRITE(ttbr0_el1, 0x3000);
	WRITE(S3_5_C2_C0_0, 0x4000);
	WRITE(S3_5_C14_C3_2, 0x123); /* CNTV_CVAL_EL02 */
	WRITE(cntv_cval_el0, 0x456); /* CNTHV_CVAL_EL2 */
	hcr(0);
	say("TTBR0_EL2 ", READ(ttbr0_el2));
	say("TTBR0_EL1 ", READ(ttbr0_el1));
	say("CNTV_CVAL_EL0 ", READ(cntv_cval_el0));
	say("CNTHV_CVAL_EL2 ", READ(S3_4_C14_C3_2));
}

int main(void)
{
	build_tables();
	WRITE(cnthctl_el2, 0);
	WRITE(cptr_el2, 0x33ff | BIT(31) | BIT(10));
	WRITE(cntkctl_el1, 0);
	for (unsigned i = 0; i < COUNT(cases); i++) {
		put(cases[i].name);
		end_line();
		WRITE(vttbr_el2, 0);
		stage1_off();
		if (cases[i].has_stage1)
			stage1_on(cases[i].sctlr);
		if (cases[i].has_stage2)
			stage2_on();
		hcr(cases[i].hcr);
		run_at(cases[i].code, cases[i].spsr,
			cases[i].has_stage1 && cases[i].spsr == SPSR_EL0 ? EL0_ALIAS : 0);
		hcr(0);
	}
	at_el2();
	vhe_names();
	write0("done\n");
	return 0;
}
