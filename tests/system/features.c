/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare-metal facts about features of Armv8.2 to Armv8.5 outside of SIMD, printed as lines; the same
 * on Entresol and on qemu-system-aarch64 -cpu max. Not here, because QEMU 7.2 does not have them:
 * LSE2, TTLBIS and TTLBOS (FEAT_EVT), nested virtualization; or does otherwise than it should: TLBI
 * of a range of 4 GiB and more, PSTATE.DIT when an exception is taken (it clears it); or where it
 * chooses otherwise: TxSZ beyond FEAT_TTST's range, BTYPE in the SPSR of an exception other than a
 * BRK's by the instruction that was branched to, which is 0 here.
 */
#define SPSR_NOT_COMPARED (ec == 0x0d || ec == 0x3c ? 0 : 3ul << 10)
#define UAO		  S3_0_C4_C2_4
#define DIT		  S3_3_C4_C2_5
#define SSBS		  S3_3_C4_C2_6
/* of the handler: what taking the exception left */
#define ALSO_REPORTED() put_hex(" pstate ", READ(UAO) | READ(SSBS))
#include "facts.h"

#define HCR_TPCP BIT(23)
#define HCR_TTLB BIT(25)
#define HCR_TGE	 BIT(27)
#define HCR_E2H	 BIT(34)
#define UCI	 BIT(26)
#define ENRCTX	 BIT(10)
#define BT0	 BIT(35)
#define BT1	 BIT(36) /* SCTLR_EL2.BT is there too */
#define DSSBS	 BIT(44)

/* ---- Translation tables ---- */

enum { VALID = 1, TABLE = 3, PAGE = 3, AP_EL0 = 1 << 6, AP_RO = 1 << 7, SH = 3 << 8, AF = 1 << 10 };
#define GUARDED BIT(50)

static u64 l1[512] __attribute__((aligned(4096)));
static u64 l2[512] __attribute__((aligned(4096)));
static u64 l3[512] __attribute__((aligned(4096)));
static u64 s2_l1[512] __attribute__((aligned(4096)));
static u64 small[512] __attribute__((aligned(4096)));
static u64 small_l3[512] __attribute__((aligned(4096)));
static volatile u64 page[4][512] __attribute__((aligned(4096)));
extern char landings[];

/*
 * 0x40000000..: identity, EL1's. 0x80000000..: test pages: one of EL1, one of EL0, a read-only one;
 * the landings, guarded and not. 0xc0000000..: the first GiB again, for code at EL0.
 */
#define TEST_VA	   0x80000000ul
#define PRIVILEGED (TEST_VA + 0x0000)
#define USER	   (TEST_VA + 0x1000)
#define READ_ONLY  (TEST_VA + 0x2000)
#define GUARDED_VA (TEST_VA + 0x3000)
#define OPEN_VA	   (TEST_VA + 0x4000)
#define EL0_ALIAS  0x80000000ul
#define TCR_VALUE  (25 | 1 << 8 | 1 << 10 | 3 << 12 | BIT(23) | 2ul << 32)
#define SCTLR	   0x30d00800ul
#define SCTLR_ON   (SCTLR | BIT(12) | BIT(2) | 1)

static void build_tables(void)
{
	l1[1] = 0x40000000 | VALID | AF | SH;
	l1[2] = (u64)l2 | TABLE;
	l1[3] = 0x40000000 | VALID | AF | SH | AP_EL0;
	l2[0] = (u64)l3 | TABLE;
	l3[0] = (u64)page[0] | PAGE | SH | AF;
	l3[1] = (u64)page[1] | PAGE | SH | AF | AP_EL0;
	l3[2] = (u64)page[2] | PAGE | SH | AF | AP_EL0 | AP_RO;
	l3[3] = (u64)landings | PAGE | SH | AF | AP_EL0 | AP_RO | GUARDED;
	l3[4] = (u64)landings | PAGE | SH | AF | AP_EL0 | AP_RO;
	s2_l1[0] = 0;
	asm volatile("dsb sy" : : : "memory");
}

static void stage1_on(u64 sctlr)
{
	WRITE(mair_el1, 0x00ff);
	WRITE(tcr_el1, TCR_VALUE);
	WRITE(ttbr0_el1, (u64)l1);
	WRITE(sctlr_el1, SCTLR_ON | sctlr);
	asm volatile("tlbi vmalls12e1\n\tdsb sy\n\tisb");
}

static void hcr(u64 bits)
{
	WRITE(hcr_el2, BIT(31) | bits);
}

/* ---- What is there ---- */

static void show_ids(void)
{
	say("UAO ", READ(id_aa64mmfr2_el1) >> 4 & 15);
	say("IDST ", READ(id_aa64mmfr2_el1) >> 36 & 15);
	say("TTST ", READ(id_aa64mmfr2_el1) >> 28 & 15);
	say("E0PD ", READ(id_aa64mmfr2_el1) >> 60 & 15);
	say("TTL ", READ(id_aa64mmfr2_el1) >> 48 & 15);
	say("DPB ", READ(id_aa64isar1_el1) & 15);
	say("LRCPC ", READ(id_aa64isar1_el1) >> 20 & 15);
	say("SB ", READ(id_aa64isar1_el1) >> 36 & 15);
	say("SPECRES ", READ(id_aa64isar1_el1) >> 40 & 15);
	say("TS ", READ(id_aa64isar0_el1) >> 52 & 15);
	say("TLB ", READ(id_aa64isar0_el1) >> 56 & 15);
	say("DIT ", READ(id_aa64pfr0_el1) >> 48 & 15);
	say("BT ", READ(id_aa64pfr1_el1) & 15);
	say("SSBS ", READ(id_aa64pfr1_el1) >> 4 & 15);
}

/* ---- PSTATE ---- */

static void case_pstate(void)
{
	TRY("adr x1, 1f\n\tbr x1\n1:\tbrk #6"); /* BTYPE */
	TRY("msr uao, #1\n\tmsr dit, #1\n\tmsr ssbs, #1");
	say("UAO ", READ(UAO));
	say("DIT ", READ(DIT));
	say("SSBS ", READ(SSBS));
	TRY("svc #1");
	say("UAO after the return ", READ(UAO));
	TRY("hvc #2");
	TRY("msr uao, #0\n\tmsr ssbs, #0\n\tsvc #3");
	TRY("msr dit, #0\n\tsvc #4");
	WRITE(DIT, ~0ul);
	say("DIT ", READ(DIT));
	WRITE(SSBS, ~0ul);
	say("SSBS ", READ(SSBS));
	WRITE(UAO, ~0ul);
	say("UAO ", READ(UAO));
	TRY("svc #5");
}

static void case_pstate_el0(void)
{
	TRY("msr uao, #1");
	TRY("mrs x0, S3_0_C4_C2_4");
	TRY("msr dit, #1\n\tsvc #1");
	TRY("msr ssbs, #1\n\tsvc #2");
	TRY("msr dit, #0\n\tsvc #3");
	TRY("mrs x0, S3_3_C4_C2_6\n\tmsr ssbs, xzr\n\tsvc #4");
}

static void case_dssbs(void)
{
	TRY("msr ssbs, #0\n\tsvc #1");
	TRY("hvc #2");
}

static void case_uao(void)
{
	for (int uao = 0; uao < 2; uao++) {
		say("UAO ", (u64)uao);
		WRITE(UAO, (u64)uao << 23);
		asm volatile("ldtr x0, [%0]" : : "r"(PRIVILEGED) : "x0");
		asm volatile("sttr xzr, [%0]" : : "r"(PRIVILEGED) : "memory");
		asm volatile("ldtr x0, [%0]" : : "r"(USER) : "x0");
		asm volatile("sttrb wzr, [%0, #1]" : : "r"(USER) : "memory");
		asm volatile("sttr xzr, [%0]" : : "r"(READ_ONLY) : "memory");
		asm volatile("ldr x0, [%0]" : : "r"(PRIVILEGED) : "x0");
	}
	asm volatile(".inst 0xd500419f"); /* MSR PAN, #1 */
	asm volatile("ldtr x0, [%0]" : : "r"(USER) : "x0");
	WRITE(UAO, 0);
	asm volatile("ldtr x0, [%0]" : : "r"(USER) : "x0");
	asm volatile(".inst 0xd500409f"); /* MSR PAN, #0 */
}

/* ---- Traps ---- */

static void case_operations(void)
{
	TRY("mov x0, sp\n\tdc cvap, x0");
	TRY("mov x0, sp\n\tdc cvadp, x0");
	TRY("cfp rctx, x3");
	TRY("dvp rctx, x4");
	TRY("cpp rctx, x5");
	TRY("sb");
}

static void case_tlbi(void)
{
	TRY("tlbi vmalle1os");
	TRY("mov x1, #0\n\ttlbi vae1os, x1");
	TRY("mov x1, #0\n\ttlbi aside1os, x1");
	TRY("mov x1, #0\n\ttlbi vaale1os, x1");
	TRY("mov x1, #0\n\ttlbi rvae1, x1");
	TRY("mov x1, #0\n\ttlbi rvaae1is, x1");
	TRY("mov x1, #0\n\ttlbi rvale1os, x1");
	TRY("mov x1, #0\n\ttlbi rvaale1, x1");
	TRY("tlbi alle2os");
	TRY("mov x1, #0\n\ttlbi rvae2is, x1");
	TRY("mov x1, #0\n\ttlbi ripas2e1, x1");
}

/* ---- RCpc under stage 2 ---- */

static void case_stage2(void)
{
	u64 nowhere = 0x1000;

	asm volatile("ldapr x7, [%0]" : : "r"(nowhere) : "x7");
	asm volatile("ldaprb w7, [%0]" : : "r"(nowhere) : "x7");
	asm volatile("ldapur w8, [%0, #8]" : : "r"(nowhere) : "x8");
	asm volatile("ldapursh x9, [%0, #-2]" : : "r"(nowhere) : "x9");
	asm volatile("ldapursb w9, [%0]" : : "r"(nowhere) : "x9");
	asm volatile("ldapursw x9, [%0]" : : "r"(nowhere) : "x9");
	asm volatile("stlurh w10, [%0, #2]" : : "r"(nowhere) : "memory");
	asm volatile("stlur xzr, [%0]" : : "r"(nowhere) : "memory");
}

static void stage2_on(void)
{
	s2_l1[1] = 0x40000000 | VALID | AF | SH | 0xf << 2 | 3 << 6;
	WRITE(vtcr_el2, 25 | 1 << 6 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | BIT(31));
	WRITE(vttbr_el2, (u64)s2_l1 | BIT(48));
	asm volatile("dsb sy\n\ttlbi vmalls12e1\n\tdsb sy\n\tisb");
}

/* ---- TLB maintenance by range ---- */

static u64 load(u64 va)
{
	u64 value;

	asm volatile("ldr %0, [%1]" : "=r"(value) : "r"(va) : "memory");
	return value;
}

/* Moves USER to another page, and asks for it with an operation that covers it. */
#define REMAP(name, op, operand)                                                                   \
	do {                                                                                       \
		load(USER);                                                                        \
		l3[1] ^= (u64)page[1] ^ (u64)page[3];                                              \
		asm volatile("dsb sy\n\t" op ", %0\n\tdsb sy\n\tisb" : : "r"(operand) : "memory"); \
		say(name " sees ", load(USER));                                                    \
	} while (0)

static void case_ranges(void)
{
	u64 base = USER >> 12, four_k = BIT(46);

	page[1][0] = 0x111;
	page[3][0] = 0x333;
	REMAP("vae1os", "tlbi vae1os", base);
	REMAP("rvae1, two pages", "tlbi rvae1", four_k | base);
	REMAP("rvae1, two pages that end there", "tlbi rvae1", four_k | (base - 1));
	REMAP("rvaae1is, 64 pages", "tlbi rvaae1is", four_k | BIT(44) | (base - 63));
	REMAP("rvale1os, 2 GiB", "tlbi rvale1os", four_k | 3ul << 44 | 7ul << 39 | 0x40000);
	REMAP("vae1 with a hint", "tlbi vae1", 7ul << 44 | base);
}

/* ---- Small tables ---- */

static void at(const char *name, u64 va)
{
	asm volatile("at s1e1r, %0\n\tisb" : : "r"(va));
	put("  ");
	put(name);
	put_hex(" va ", va);
	put_hex(" par ", READ(par_el1));
	end_line();
}

/* TTBR1 with T1SZ: the lowest and highest page of the range, and the one below. */
static void small_range(unsigned t1sz, u64 table)
{
	u64 lowest = ~0ul << (64 - t1sz);

	say("T1SZ ", t1sz);
	WRITE(tcr_el1, (TCR_VALUE & ~BIT(23)) | (u64)t1sz << 16 | 2ul << 30 | 3 << 28);
	WRITE(ttbr1_el1, table);
	asm volatile("tlbi vmalle1\n\tdsb sy\n\tisb");
	at("lowest", lowest);
	at("highest", ~0xffful);
	at("below", lowest - 0x1000);
}

static void case_small_tables(void)
{
	for (unsigned i = 0; i < 512; i++) {
		small_l3[i] = (0x40000000 + ((u64)i << 12)) | PAGE | SH | AF;
		small[i] = (u64)small_l3 | TABLE;
	}
	asm volatile("dsb sy" : : : "memory");
	small_range(39, (u64)small);
	small_range(40, (u64)small);
	small_range(42, (u64)small);
	small_range(43, (u64)small_l3);
	small_range(46, (u64)small_l3);
	small_range(48, (u64)small_l3);
	WRITE(tcr_el1, TCR_VALUE);
}

/* ---- A half of the addresses that EL0 may not use ---- */

#define HIGH(va)  (~0ul << 39 | (va))
#define TCR_TWO	  ((TCR_VALUE & ~BIT(23)) | 25 << 16 | 2ul << 30 | 3 << 28 | 1 << 24 | 1 << 26)
#define TCR_E0PD0 BIT(55)
#define TCR_E0PD1 BIT(56)

static void use(const char *name, u64 va)
{
	u64 value;

	at(name, va);
	asm volatile("at s1e0r, %0\n\tisb" : : "r"(va));
	say("par of EL0 ", READ(par_el1));
	asm volatile("ldr %0, [%1]" : "=r"(value) : "r"(va) : "memory");
	asm volatile("ldtr %0, [%1]" : "=r"(value) : "r"(va) : "memory");
	asm volatile("sttrb wzr, [%0, #5]" : : "r"(va) : "memory");
}

static void case_e0pd(void)
{
	static const u64 bits[] = { 0, TCR_E0PD0, TCR_E0PD1, TCR_E0PD0 | TCR_E0PD1 };

	WRITE(ttbr1_el1, (u64)l1);
	for (unsigned i = 0; i < COUNT(bits); i++) {
		say("E0PD ", bits[i]);
		WRITE(tcr_el1, TCR_TWO | bits[i]);
		use("low", USER);
		use("high", HIGH(USER));
		use("high, privileged", HIGH(PRIVILEGED));
	}
	WRITE(tcr_el1, TCR_VALUE);
}

static void case_e0pd_el0(void)
{
	asm volatile("ldr x0, [%0]" : : "r"(USER) : "x0");
	asm volatile("ldr x0, [%0]" : : "r"(HIGH(USER)) : "x0");
	asm volatile("str xzr, [%0]" : : "r"(HIGH(USER)) : "memory");
}

/* ---- Branch targets ---- */

/* One page: an instruction and RET every 16 bytes; from 0x400 on, ways to branch to X1. */
asm("	.pushsection .text\n"
    "	.arch	armv8.5-a\n"
    "	.balign	4096\n"
    "	.globl	landings\n"
    "landings:\n"
    "	.irp	insn, 0xd503201f, 0xd503241f, 0xd503245f, 0xd503249f, 0xd50324df, "
    "		0xd503233f, 0xd503237f, 0xd503231f, 0xd4200ee0, 0xd4000221\n"
    "	.balign	16\n"
    "	.inst	\\insn\n"
    "	ret\n"
    "	.endr\n"
    "	.balign	0x400\n"
    "	bti	c\n" /* 0x400 */
    "	br	x1\n"
    "	.balign	32\n"
    "	bti	c\n" /* 0x420 */
    "	mov	x16, x1\n"
    "	br	x16\n"
    "	.balign	32\n"
    "	bti	c\n" /* 0x440 */
    "	mov	x9, x30\n"
    "	blr	x1\n"
    "	ret	x9\n"
    "	.balign	32\n"
    "	bti	c\n" /* 0x460 */
    "	ret	x1\n"
    "	.balign	4096\n"
    "	.popsection\n");

enum { LANDINGS = 10 };

/* Lands by `way` of the page `from` on every landing of the page `to`, and comes back. */
static void land(u64 from, unsigned way, u64 to)
{
	for (unsigned i = 0; i < LANDINGS; i++) {
		register u64 target asm("x1") = to + 16 * i;

		asm volatile("blr %1"
			     : "+r"(target)
			     : "r"(from + 0x400 + 32 * way)
			     : "x9", "x16", "x17", "x30", "memory");
	}
}

static void case_bti(void)
{
	static const char *const ways[] = { "BR", "BR X16", "BLR" };

	for (unsigned way = 0; way < COUNT(ways); way++) {
		put("  ");
		put(ways[way]);
		end_line();
		write0("  guarded to guarded\n");
		land(GUARDED_VA, way, GUARDED_VA);
		write0("  open to guarded\n");
		land(OPEN_VA, way, GUARDED_VA);
		write0("  guarded to open\n");
		land(GUARDED_VA, way, OPEN_VA);
	}
}

/* Without printing, which EL0 may not. */
static void case_bti_el0(void)
{
	for (unsigned way = 0; way < 3; way++) {
		TRY("svc #0x100");
		land(GUARDED_VA, way, GUARDED_VA);
		TRY("svc #0x101");
		land(OPEN_VA, way, GUARDED_VA);
		TRY("svc #0x102");
		land(GUARDED_VA, way, OPEN_VA);
	}
}

static void bti_at_el2(u64 sctlr)
{
	WRITE(mair_el2, 0x00ff);
	WRITE(tcr_el2, 25 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | BIT(31) | BIT(23));
	WRITE(ttbr0_el2, (u64)l1);
	asm volatile("tlbi alle2\n\tdsb sy\n\tisb");
	WRITE(sctlr_el2, 0x30c50830 | BIT(12) | BIT(2) | 1 | sctlr);
	case_bti();
	WRITE(sctlr_el2, 0x30c50830);
}

static const struct {
	const char *name;
	u64 hcr, sctlr, sctlr2, spsr;
	void (*code)(void);
} cases[] = {
	/* clang-format off */
	{ "PSTATE at EL1",                0,                 0,            0,      SPSR_EL1H, case_pstate },
	{ "PSTATE at EL0",                0,                 0,            0,      SPSR_EL0,  case_pstate_el0 },
	{ "PSTATE at EL0 under TGE",      HCR_TGE,           0,            0,      SPSR_EL0,  case_pstate_el0 },
	{ "DSSBS of EL1",                 0,                 DSSBS,        0,      SPSR_EL1H, case_dssbs },
	{ "DSSBS of EL2",                 0,                 0,            DSSBS,  SPSR_EL1H, case_dssbs },
	{ "UAO",                          0,                 BIT(23),      0,      SPSR_EL1H, case_uao },
	{ "operations at EL1",            0,                 0,            0,      SPSR_EL1H, case_operations },
	{ "operations at EL1, TPCP",      HCR_TPCP,          0,            0,      SPSR_EL1H, case_operations },
	{ "operations at EL0",            0,                 0,            0,      SPSR_EL0,  case_operations },
	{ "operations at EL0, enabled",   0,                 UCI | ENRCTX, 0,      SPSR_EL0,  case_operations },
	{ "operations at EL0, TPCP",      HCR_TPCP,          UCI | ENRCTX, 0,      SPSR_EL0,  case_operations },
	{ "operations at EL0 under TGE",  HCR_TGE,           0,            0,      SPSR_EL0,  case_operations },
	{ "TLBI at EL1",                  0,                 0,            0,      SPSR_EL1H, case_tlbi },
	{ "TLBI at EL1, TTLB",            HCR_TTLB,          0,            0,      SPSR_EL1H, case_tlbi },
	{ "TLBI at EL0, TTLB",            HCR_TTLB,          0,            0,      SPSR_EL0,  case_tlbi },
	{ "TLBI by range",                0,                 0,            0,      SPSR_EL1H, case_ranges },
	{ "small tables",                 0,                 0,            0,      SPSR_EL1H, case_small_tables },
	{ "E0PD",                         0,                 UCI,          0,      SPSR_EL1H, case_e0pd },
	{ "BTI at EL1",                   0,                 0,            0,      SPSR_EL1H, case_bti },
	{ "BTI at EL1, BT1",              0,                 BT1,          0,      SPSR_EL1H, case_bti },
	{ "BTI at EL1, BT0",              0,                 BT0,          0,      SPSR_EL1H, case_bti },
	{ "BTI at EL0",                   0,                 0,            0,      SPSR_EL0,  case_bti_el0 },
	{ "BTI at EL0, BT0",              0,                 BT0,          0,      SPSR_EL0,  case_bti_el0 },
	/* clang-format on */
};

int main(void)
{
	show_ids();
	build_tables();
	WRITE(cntkctl_el1, 0);
	for (unsigned i = 0; i < COUNT(cases); i++) {
		put(cases[i].name);
		end_line();
		stage1_on(cases[i].sctlr);
		WRITE(sctlr_el2, 0x30c50830 | cases[i].sctlr2);
		hcr(cases[i].hcr);
		run_at(cases[i].code, cases[i].spsr,
			cases[i].spsr == SPSR_EL0 && !(cases[i].hcr & HCR_TGE) ? EL0_ALIAS : 0);
		hcr(0);
	}
	write0("E0PD1 at EL0\n");
	stage1_on(UCI);
	WRITE(ttbr1_el1, (u64)l1);
	WRITE(tcr_el1, TCR_TWO | TCR_E0PD1);
	run_at(case_e0pd_el0, SPSR_EL0, EL0_ALIAS);
	WRITE(tcr_el1, TCR_VALUE);
	write0("RCpc under stage 2\n");
	WRITE(sctlr_el1, SCTLR);
	stage2_on();
	hcr(1);
	run_at(case_stage2, SPSR_EL1H, 0);
	hcr(0);
	write0("BTI at EL2\n");
	bti_at_el2(0);
	write0("BTI at EL2, BT\n");
	bti_at_el2(BT1);
	write0("done\n");
	return 0;
}
