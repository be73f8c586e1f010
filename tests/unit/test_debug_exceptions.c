/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug exceptions of running programs, on both engines: watchpoints by instruction, software
 * step's state machine, breakpoints among the other exceptions of a fetch. DDI 0487 D2.8 to D2.11.
 */
#define PROFILE "max"
#include "tests/unit/ldst_machine.h"

#define PAIR   0x20 /* DATA + PAIR: the watched doubleword */
#define WVA    (DATA + PAIR)
#define TDE    MDCR_EL2_TDE
#define SS     MDSCR_EL1_SS
#define KDE    MDSCR_EL1_KDE
#define MDE    MDSCR_EL1_MDE
#define ALL_EL (1u << 13 | 3u << 1 | 1)
#define BOTH   (3u << 3)
#define LOADS  (1u << 3)
#define STORES (2u << 3)
#define BYTES  (0xffu << 5)

enum { NOP = 0xd503201f, B_SELF = 0x14000000, SVC = 0xd4000021, BRK = 0xd4200040 };
enum { HVC = 0xd4000062, ERET = 0xd69f03e0, WFI = 0xd503207f, ISB = 0xd5033fdf };
enum { BR_X2 = 0xd61f0040, BR_X16 = 0xd61f0200, UNALLOCATED = 0x00000001 };
enum { SET_D = 0xd50348df, CLEAR_D = 0xd50348ff, MSR_MDSCR_X1 = 0xd5100241 };
enum { LDXR = 0xc85f7c41, LDAXRB = 0x085ffc41, LDXP = 0xc87f0c41, LDAXP = 0x887f8c41 };
enum { STXR = 0xc8047c41, LDAR = 0xc8dffc41, LDLAR = 0xc8df7c41, CASPA = 0x48647c46 };
enum { LDR = 0xf9400041, STR = 0xf9000041, STRB = 0x39000041, STP = 0xa9000c41, LDP = 0xa9400c41 };
enum { LDADD = 0xf8210044, SWP = 0xf8218044, CAS = 0xc8a17c43, CASP = 0x48247c46 };
enum { LDTR = 0xf8400841, STTR = 0xf8000841, ZVA = 0xd50b7422, IVAC = 0xd5087622 };
enum { CVAC = 0xd50b7a22, LDR_Q = 0x3dc00040, STR_Q = 0x3d800040, STP_Q = 0xad000440 };
enum { ST1_4 = 0x4c002040, LD1R = 0x4d40cc40, PRFM = 0xf9800040, STLXP = 0xc8248c41 };
enum { LDAPR = 0xf8bfc041, AT_S1E1R = 0xd5087802, LDRAA = 0xf8200441 };
enum { MSR_TPIDR_EL2 = 0xd51cd041, MRS_TPIDR_EL2 = 0xd53cd041 };

#define EXPECT(text, actual, expected)                                                             \
	do {                                                                                       \
		u64 actual_ = (actual), expected_ = (expected);                                    \
                                                                                                   \
		if (actual_ != expected_)                                                          \
			fail_msg("%s: " #actual " is 0x%" PRIx64 ", not 0x%" PRIx64, (text),       \
				actual_, expected_);                                               \
	} while (0)

/* At EL1 with the MMU on, EL2 there with the MMU off, vectors of both that stay where they are. */
static struct machine *create(enum engine engine)
{
	struct machine *m = machine_create(engine);
	struct cpu *cpu = m->cpu;
	u64 mair = cpu->sys[SR_MAIR_EL1], tcr = cpu->sys[SR_TCR_EL1];

	cpu_reset(cpu, EL2, CODE);
	sysreg_write(cpu, SR_MAIR_EL1, mair);
	sysreg_write(cpu, SR_TCR_EL1, tcr);
	sysreg_write(cpu, SR_TTBR0_EL1, TABLES);
	sysreg_write(cpu, SR_VBAR_EL1, VECTORS);
	sysreg_write(cpu, SR_VBAR_EL2, VECTORS + 0x800);
	sysreg_write(cpu, SR_CPACR_EL1, CPACR_EL1_FPEN);
	sysreg_write(cpu, SR_CPTR_EL2, 0x33ff & ~BIT(10));
	sysreg_write(cpu, SR_SCTLR_EL1,
		SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I | SCTLR_EL1_UCI | SCTLR_EL1_DZE |
			SCTLR_EL1_SPAN);
	sysreg_write(cpu, SR_OSLAR_EL1, 0);
	for (u64 vector = VECTORS; vector < VECTORS + 0x1000; vector += 0x80)
		put_insn(m, vector, B_SELF);
	for (u64 at = CODE; at < CODE + 64; at += 4)
		put_insn(m, at, NOP);
	cpu->x[1] = X0;
	cpu->x[2] = WVA;
	cpu->x[3] = X3;
	cpu->pstate.daif = 0;
	pstate_set_el(cpu, EL1, 1);
	return m;
}

#define FOR_ENGINES(engine)                                                                        \
	for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++)                    \
		if (cpu_engine_available(engine))

/* ---- Watchpoints ---- */

enum { READ_ESR = 0xd6000022, WRITE_ESR = 0xd6000062, CM = 0x100 };

static const struct {
	const char *text;
	u32 insn;
	s64 offset; /* of the access from the watched doubleword */
	u32 kinds;
	u32 esr; /* 0: it goes through */
	s64 far; /* from the watched doubleword */
} watch_rows[] = {
	/* clang-format off */
	{ "LDR",                       LDR, 0, LOADS, READ_ESR, 0 },
	{ "LDR, stores watched",       LDR, 0, STORES, 0, 0 },
	{ "LDR before",                LDR, -8, LOADS, 0, 0 },
	{ "LDR behind",                LDR, 8, LOADS, 0, 0 },
	{ "LDR misaligned",            LDR, -5, LOADS, READ_ESR, 0 },
	{ "LDR misaligned",            LDR, 3, LOADS, READ_ESR, 3 },
	{ "STR",                       STR, 0, STORES, WRITE_ESR, 0 },
	{ "STR, loads watched",        STR, 0, LOADS, 0, 0 },
	{ "STRB",                      STRB, 7, STORES, WRITE_ESR, 7 },
	{ "STR misaligned",            STR, -1, STORES, WRITE_ESR, 0 },
	{ "LDP, its second",           LDP, -8, LOADS, READ_ESR, 0 },
	{ "LDP, its first",            LDP, 0, LOADS, READ_ESR, 0 },
	{ "LDP before",                LDP, -16, LOADS, 0, 0 },
	{ "STP, its second",           STP, -8, STORES, WRITE_ESR, 0 },
	{ "STP, its first",            STP, 0, STORES, WRITE_ESR, 0 },
	{ "STP before",                STP, -16, STORES, 0, 0 },
	{ "LDADD is a read if loads are watched", LDADD, 0, BOTH, READ_ESR, 0 },
	{ "LDADD, stores watched",     LDADD, 0, STORES, WRITE_ESR, 0 },
	{ "LDADD, loads watched",      LDADD, 0, LOADS, READ_ESR, 0 },
	{ "SWP",                       SWP, 0, STORES, WRITE_ESR, 0 },
	{ "CAS",                       CAS, 0, STORES, WRITE_ESR, 0 },
	{ "CASP",                      CASP, 0, LOADS, READ_ESR, 0 },
	{ "LDXR",                      LDXR, 0, LOADS, READ_ESR, 0 },
	{ "LDAXRB",                    LDAXRB, 5, LOADS, READ_ESR, 5 },
	{ "LDXP",                      LDXP, 0, LOADS, READ_ESR, 0 },
	{ "STXR, whatever the monitor says", STXR, 0, STORES, WRITE_ESR, 0 },
	{ "STLXP",                     STLXP, 0, STORES, WRITE_ESR, 0 },
	{ "LDAR",                      LDAR, 0, LOADS, READ_ESR, 0 },
	{ "LDAPR",                     LDAPR, 0, LOADS, READ_ESR, 0 },
	{ "DC ZVA",                    ZVA, 20, STORES, WRITE_ESR, 0 },
	{ "DC ZVA, loads watched",     ZVA, 20, LOADS, 0, 0 },
	{ "DC ZVA behind",             ZVA, 0x40, STORES, 0, 0 },
	{ "DC IVAC: a line",           IVAC, 20, STORES, WRITE_ESR | CM, 0 },
	{ "DC IVAC, loads watched",    IVAC, 0, LOADS, 0, 0 },
	{ "DC CVAC is no access",      CVAC, 0, BOTH, 0, 0 },
	{ "LDR Q",                     LDR_Q, -8, LOADS, READ_ESR, 0 },
	{ "STR Q",                     STR_Q, -8, STORES, WRITE_ESR, 0 },
	{ "STP Q, its second",         STP_Q, -16, STORES, WRITE_ESR, 0 },
	{ "STP Q before",              STP_Q, -32, STORES, 0, 0 },
	{ "ST1, its last register",    ST1_4, -56, STORES, WRITE_ESR, 0 },
	{ "LD1R",                      LD1R, 0, LOADS, READ_ESR, 0 },
	{ "PRFM is no access",         PRFM, 0, BOTH, 0, 0 },
	{ "AT is no access",           AT_S1E1R, 0, BOTH, 0, 0 },
	{ "STR across the page's end", STR, PAGE_SIZE - PAIR - 4, STORES, 0, 0 },
	/* clang-format on */
};

/* Nothing but the exception happens. */
static void check_watch(size_t i, enum engine engine)
{
	struct machine *m = create(engine);
	struct cpu *cpu = m->cpu;
	u64 before_x[SLOT_SINK];
	u8 *before = malloc(RAM_BYTES);
	const char *text = watch_rows[i].text;

	put_insn(m, CODE, watch_rows[i].insn);
	put_insn(m, CODE + 4, B_SELF);
	cpu->x[2] = WVA + (u64)watch_rows[i].offset;
	sysreg_write(cpu, SR_DBGWVR1_EL1, WVA);
	sysreg_write(cpu, SR_DBGWCR1_EL1, watch_rows[i].kinds | BYTES | ALL_EL);
	/* the host TLB holds the page from before */
	cpu_run(cpu, cpu->cycles + 1);
	cpu->pc = CODE;
	memset(m->ram + (DATA - RAM), 0x5a, PAGE_SIZE);
	cpu->x[2] = WVA + (u64)watch_rows[i].offset;
	sysreg_write(cpu, SR_MDSCR_EL1, MDE | KDE);
	memcpy(before_x, cpu->x, sizeof(before_x));
	memcpy(before, m->ram, RAM_BYTES);
	cpu->sys[SR_ESR_EL1] = 0;
	cpu_run(cpu, cpu->cycles + 3);
	EXPECT(text, cpu->sys[SR_ESR_EL1], watch_rows[i].esr);
	EXPECT(text, cpu->pc, watch_rows[i].esr ? VECTORS + 0x200 : CODE + 4);
	if (watch_rows[i].esr) {
		EXPECT(text, cpu->sys[SR_FAR_EL1], WVA + (u64)watch_rows[i].far);
		EXPECT(text, cpu->sys[SR_ELR_EL1], CODE);
		assert_memory_equal(cpu->x, before_x, sizeof(before_x));
		assert_memory_equal(m->ram, before, RAM_BYTES);
	}
	free(before);
	machine_destroy(m);
}

static void test_watchpoints(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(watch_rows); i++) {
		FOR_ENGINES(engine)
		check_watch(i, engine);
	}
}

/* LDTR and STTR count as EL0's, but with UAO; a fault of translation comes first. */
static void test_unprivileged(void **state)
{
	static const struct {
		const char *text;
		u32 insn;
		u64 va;
		u32 els;
		bool uao;
		u32 esr;
	} rows[] = {
		{ "LDTR, EL0 watched", LDTR, USER, 2 << 1, false, READ_ESR },
		{ "LDTR, EL1 watched", LDTR, USER, 1 << 1, false, 0 },
		{ "STTR, EL0 watched", STTR, USER, 2 << 1, false, WRITE_ESR },
		{ "LDTR with UAO, EL0 watched", LDTR, USER, 2 << 1, true, 0 },
		{ "LDTR with UAO, EL1 watched", LDTR, USER, 1 << 1, true, READ_ESR },
		{ "LDTR of EL1's page", LDTR, DATA, 2 << 1, false, DABT(PERMISSION_L3) },
		{ "LDR of no page", LDR, HOLE, 1 << 1, false, DABT(TRANSLATION_L3) },
		{ "STR to a read-only page", STR, READONLY, 1 << 1, false,
			DABT(PERMISSION_L3 | WRITE) },
		{ "LDR of a device", LDR, DEVICE, 1 << 1, false, READ_ESR },
		{ "LDR misaligned on a device", LDR, DEVICE + 1, 1 << 1, false, DABT(ALIGNED) },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		FOR_ENGINES(engine)
		{
			struct machine *m = create(engine);
			struct cpu *cpu = m->cpu;

			put_insn(m, CODE, rows[i].insn);
			put_insn(m, CODE + 4, B_SELF);
			cpu->x[2] = rows[i].va;
			cpu->pstate.uao = rows[i].uao;
			sysreg_write(cpu, SR_DBGWVR0_EL1, rows[i].va & ~7ull);
			sysreg_write(cpu, SR_DBGWCR0_EL1, BOTH | BYTES | rows[i].els | 1);
			sysreg_write(cpu, SR_MDSCR_EL1, MDE | KDE);
			cpu_run(cpu, cpu->cycles + 2);
			EXPECT(rows[i].text, cpu->sys[SR_ESR_EL1], rows[i].esr);
			machine_destroy(m);
		}
	}
}

/* Watchpoints of a lower EL have a class of their own, EC 0x34. */
static void test_watchpoint_to_el2(void **state)
{
	(void)state;
	FOR_ENGINES(engine)
	{
		struct machine *m = create(engine);
		struct cpu *cpu = m->cpu;

		put_insn(m, CODE, STR);
		put_insn(m, CODE + 4, B_SELF);
		sysreg_write(cpu, SR_DBGWVR0_EL1, WVA);
		sysreg_write(cpu, SR_DBGWCR0_EL1, BOTH | BYTES | 1 << 1 | 1);
		sysreg_write(cpu, SR_MDCR_EL2, TDE);
		sysreg_write(cpu, SR_MDSCR_EL1, MDE);
		cpu_run(cpu, cpu->cycles + 2);
		EXPECT("class", cpu->sys[SR_ESR_EL2], 0xd2000062);
		EXPECT("vector", cpu->pc, VECTORS + 0x800 + 0x400);
		EXPECT("FAR_EL2", cpu->sys[SR_FAR_EL2], WVA);
		machine_destroy(m);
	}
}

/* FEAT_NV2's accesses count as EL2's, which is what debug exceptions must be enabled from. */
static void test_vncr(void **state)
{
	static const struct {
		const char *text;
		u32 insn;
		u64 mdcr, mdscr;
		u32 els; /* HMC, SSC, PAC */
		u8 daif;
		u32 esr;
	} rows[] = {
		{ "MSR", MSR_TPIDR_EL2, TDE, MDE | KDE, 1 << 13 | 3 << 14, 0, 0xd6002062 },
		{ "MRS", MRS_TPIDR_EL2, TDE, MDE | KDE, 1 << 13 | 3 << 14, 0, 0xd6002022 },
		{ "not EL1's", MSR_TPIDR_EL2, TDE, MDE | KDE, 1 << 1, 0, 0 },
		{ "without TDE", MSR_TPIDR_EL2, 0, MDE | KDE, 1 << 13 | 3 << 14, 0, 0 },
		{ "without KDE", MSR_TPIDR_EL2, TDE, MDE, 1 << 13 | 3 << 14, 0, 0 },
		{ "masked", MSR_TPIDR_EL2, TDE, MDE | KDE, 1 << 13 | 3 << 14, DAIF_D, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		FOR_ENGINES(engine)
		{
			struct machine *m = create(engine);
			struct cpu *cpu = m->cpu;

			put_insn(m, CODE, rows[i].insn);
			put_insn(m, CODE + 4, B_SELF);
			sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV2);
			sysreg_write(cpu, SR_VNCR_EL2, DATA);
			sysreg_write(cpu, SR_DBGWVR0_EL1, DATA + 0x90);
			sysreg_write(cpu, SR_DBGWCR0_EL1, BOTH | BYTES | rows[i].els | 1);
			sysreg_write(cpu, SR_MDCR_EL2, rows[i].mdcr);
			sysreg_write(cpu, SR_MDSCR_EL1, rows[i].mdscr);
			cpu->pstate.daif = rows[i].daif;
			cpu_run(cpu, cpu->cycles + 2);
			EXPECT(rows[i].text, cpu->sys[SR_ESR_EL2], rows[i].esr);
			EXPECT(rows[i].text, cpu->pc,
				rows[i].esr ? VECTORS + 0x800 + 0x400 : CODE + 4);
			if (rows[i].esr)
				EXPECT(rows[i].text, cpu->sys[SR_FAR_EL2], DATA + 0x90);
			machine_destroy(m);
		}
	}
}

/* ---- Software step ---- */

#define STEPPED	    0xcb000022u /* EC 0x32, ISV */
#define NOT_STEPPED 0xca000022u
#define EX	    0x40u
#define SPSR_EL1    0x5ull /* nothing masked */
#define EL2_VECTOR  (VECTORS + 0xc00)
#define EL1_VECTOR  (VECTORS + 0x200)

/* One instruction of EL1, stepped by EL2. */
static const struct step_row {
	const char *text;
	u32 insn;
	u64 x2;
	u32 esr;
	u64 elr, spsr; /* of the exception to EL2 */
	u32 esr1;      /* of one to EL1 before; 0: none */
	u64 elr1, spsr1;
} step_rows[] = {
	/* clang-format off */
	{ "NOP",       NOP,    0, STEPPED, CODE + 4, SPSR_EL1, 0, 0, 0 },
	{ "ISB",       ISB,    0, STEPPED, CODE + 4, SPSR_EL1, 0, 0, 0 },
	{ "LDXR",      LDXR,   DATA, STEPPED | EX, CODE + 4, SPSR_EL1, 0, 0, 0 },
	{ "LDAXRB",    LDAXRB, DATA, STEPPED | EX, CODE + 4, SPSR_EL1, 0, 0, 0 },
	{ "LDXP",      LDXP,   DATA, STEPPED | EX, CODE + 4, SPSR_EL1, 0, 0, 0 },
	{ "LDAXP",     LDAXP,  DATA, STEPPED | EX, CODE + 4, SPSR_EL1, 0, 0, 0 },
	{ "STXR",      STXR,   DATA, STEPPED, CODE + 4, SPSR_EL1, 0, 0, 0 },
	{ "LDAR",      LDAR,   DATA, STEPPED, CODE + 4, SPSR_EL1, 0, 0, 0 },
	{ "LDLAR",     LDLAR,  DATA, STEPPED, CODE + 4, SPSR_EL1, 0, 0, 0 },
	{ "CASPA",     CASPA,  DATA, STEPPED, CODE + 4, SPSR_EL1, 0, 0, 0 },
	{ "WFI does not wait", WFI, 0, STEPPED, CODE + 4, SPSR_EL1, 0, 0, 0 },
	{ "BR",        BR_X2,  CODE + 16, STEPPED, CODE + 16, SPSR_EL1 | 1 << 10, 0, 0, 0 },
	{ "BR: before the PC alignment fault", BR_X2, CODE + 18, STEPPED, CODE + 18, SPSR_EL1 | 1 << 10, 0, 0, 0 },
	{ "BR: before the instruction abort", BR_X2, HOLE, STEPPED, HOLE, SPSR_EL1 | 1 << 10, 0, 0, 0 },
	{ "MSR DAIFSet: EL2 does not mind", SET_D, 0, STEPPED, CODE + 4, SPSR_EL1 | SPSR_D, 0, 0, 0 },
	{ "MSR MDSCR_EL1, which TDE traps", MSR_MDSCR_X1, 0, 0x62240024, CODE, SPSR_EL1 | SPSR_SS, 0, 0, 0 },
	{ "HVC",       HVC,    0, 0x5a000003, CODE + 4, SPSR_EL1, 0, 0, 0 },
	{ "BRK",       BRK,    0, 0xf2000002, CODE, SPSR_EL1 | SPSR_SS, 0, 0, 0 },
	{ "SVC to EL1, and there", SVC, 0, NOT_STEPPED, EL1_VECTOR, 0x3c5, 0x56000001, CODE + 4, SPSR_EL1 },
	{ "UNDEFINED", UNALLOCATED, 0, NOT_STEPPED, EL1_VECTOR, 0x3c5, 0x02000000, CODE, SPSR_EL1 | SPSR_SS },
	{ "an abort",  LDR,    HOLE, NOT_STEPPED, EL1_VECTOR, 0x3c5, 0x96000007, CODE, SPSR_EL1 | SPSR_SS },
	/* clang-format on */
};

static struct machine *create_stepped(enum engine engine, u32 insn, u64 x2)
{
	struct machine *m = create(engine);
	struct cpu *cpu = m->cpu;

	put_insn(m, CODE, insn);
	cpu->x[1] = SS | MDE;
	cpu->x[2] = x2;
	sysreg_write(cpu, SR_MDCR_EL2, TDE);
	sysreg_write(cpu, SR_MDSCR_EL1, SS);
	cpu->pstate.ss = true;
	return m;
}

static void test_steps(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(step_rows); i++) {
		const struct step_row *row = &step_rows[i];

		FOR_ENGINES(engine)
		{
			struct machine *m = create_stepped(engine, row->insn, row->x2);
			struct cpu *cpu = m->cpu;

			for (unsigned turn = 0; turn < 3; turn++)
				cpu_run(cpu, 3);
			EXPECT(row->text, cpu->sys[SR_ESR_EL2], row->esr);
			EXPECT(row->text, cpu->sys[SR_ELR_EL2], row->elr);
			EXPECT(row->text, cpu->sys[SR_SPSR_EL2], row->spsr);
			EXPECT(row->text, cpu->sys[SR_ESR_EL1], row->esr1);
			EXPECT(row->text, cpu->sys[SR_ELR_EL1], row->elr1);
			EXPECT(row->text, cpu->sys[SR_SPSR_EL1], row->spsr1);
			EXPECT(row->text, cpu->pc, EL2_VECTOR);
			EXPECT(row->text, cpu->pstate.ss, false);
			machine_destroy(m);
		}
	}
}

/* What is due at an instruction, with SPSR.SS = 0 or 1, an interrupt, a lock, budgets of one. */
static void test_step_order(void **state)
{
	static const struct {
		const char *text;
		bool ss, irq, lock, il;
		u32 esr, esr1;
		u64 elr, spsr;
	} rows[] = {
		{ "pending at once", false, false, false, false, NOT_STEPPED, 0, CODE, SPSR_EL1 },
		{ "... before an interrupt", false, true, false, false, NOT_STEPPED, 0, CODE,
			SPSR_EL1 },
		{ "... before illegal state", false, false, false, true, NOT_STEPPED, 0, CODE,
			SPSR_EL1 | SPSR_IL },
		{ "an interrupt before the step", true, true, false, false, NOT_STEPPED, 0,
			EL1_VECTOR + 0x80, 0x3c5 },
		{ "illegal state is stepped", true, false, false, true, NOT_STEPPED, 0x3a000000,
			EL1_VECTOR, 0x3c5 },
		{ "OS lock", true, false, true, false, 0, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		size_t row = i / 2;
		bool by_one = i & 1;

		FOR_ENGINES(engine)
		{
			struct machine *m = create_stepped(engine, NOP, 0);
			struct cpu *cpu = m->cpu;

			put_insn(m, CODE + 4, B_SELF);
			cpu->pstate.ss = rows[row].ss;
			cpu->pstate.il = rows[row].il;
			cpu->lines = rows[row].irq ? LINE_IRQ : 0;
			cpu->check_irq = true;
			sysreg_write(cpu, SR_OSLAR_EL1, rows[row].lock);
			for (unsigned turn = 0; turn < 4 && by_one; turn++)
				cpu_run_at_most(cpu, 1000, 1);
			cpu_run(cpu, cpu->cycles + 4);
			EXPECT(rows[row].text, cpu->sys[SR_ESR_EL2], rows[row].esr);
			EXPECT(rows[row].text, cpu->sys[SR_ELR_EL2], rows[row].elr);
			EXPECT(rows[row].text, cpu->sys[SR_SPSR_EL2], rows[row].spsr);
			EXPECT(rows[row].text, cpu->sys[SR_ESR_EL1], rows[row].esr1);
			if (rows[row].irq && rows[row].ss)
				EXPECT(rows[row].text, cpu->sys[SR_SPSR_EL1], SPSR_EL1 | SPSR_SS);
			machine_destroy(m);
		}
	}
}

/* Behind an abort of the fetch the step is pending, before the next abort. */
static void test_step_into_aborts(void **state)
{
	(void)state;
	FOR_ENGINES(engine)
	{
		struct machine *m = create_stepped(engine, NOP, 0);
		struct cpu *cpu = m->cpu;

		sysreg_write(cpu, SR_VBAR_EL1, HOLE);
		cpu->pc = HOLE + 0x10;
		cpu_run(cpu, 3);
		EXPECT("abort", cpu->sys[SR_ELR_EL1], HOLE + 0x10);
		EXPECT("abort", cpu->sys[SR_SPSR_EL1], SPSR_EL1 | SPSR_SS);
		EXPECT("step", cpu->sys[SR_ESR_EL2], NOT_STEPPED);
		EXPECT("step", cpu->sys[SR_ELR_EL2], HOLE + 0x200);
		machine_destroy(m);
	}
}

/* EL1 debugs itself: masking D ends it, unmasking makes the next instruction pending. */
static void test_step_of_itself(void **state)
{
	static const struct {
		const char *text;
		u32 insn[3];
		bool masked, ss;
		u32 esr;
		u64 elr;
	} rows[] = {
		{ "stepped", { NOP }, false, true, 0xcf000022, CODE + 4 },
		{ "masked by the step", { SET_D, NOP, NOP }, false, true, 0, 0 },
		{ "... and unmasked later", { SET_D, NOP, CLEAR_D }, false, true, 0xce000022,
			CODE + 12 },
		{ "unmasked", { NOP, CLEAR_D, NOP }, true, false, 0xce000022, CODE + 8 },
		{ "disabled by the step", { MSR_MDSCR_X1, NOP, NOP }, false, true, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		FOR_ENGINES(engine)
		{
			struct machine *m = create(engine);
			struct cpu *cpu = m->cpu;

			for (unsigned k = 0; k < COUNT(rows[i].insn); k++)
				put_insn(m, CODE + 4 * k, rows[i].insn[k] ? rows[i].insn[k] : NOP);
			put_insn(m, CODE + 12, B_SELF);
			cpu->x[1] = 0;
			sysreg_write(cpu, SR_MDSCR_EL1, SS | KDE);
			cpu->pstate.daif = rows[i].masked ? DAIF_D : 0;
			cpu->pstate.ss = rows[i].ss;
			cpu_run(cpu, 6);
			EXPECT(rows[i].text, cpu->sys[SR_ESR_EL1], rows[i].esr);
			EXPECT(rows[i].text, cpu->sys[SR_ELR_EL1], rows[i].elr);
			EXPECT(rows[i].text, cpu->pstate.ss, false);
			machine_destroy(m);
		}
	}
}

/* A stepped ERET of EL1; ISV is open (D2.11.9.1), and 0 here. */
static void test_stepped_return(void **state)
{
	(void)state;
	FOR_ENGINES(engine)
	{
		struct machine *m = create_stepped(engine, ERET, 0);

		sysreg_write(m->cpu, SR_ELR_EL1, CODE + 32);
		sysreg_write(m->cpu, SR_SPSR_EL1, SPSR_EL1 | SPSR_SS);
		cpu_run(m->cpu, 3);
		EXPECT("ERET", m->cpu->sys[SR_ESR_EL2], NOT_STEPPED);
		EXPECT("ERET", m->cpu->sys[SR_ELR_EL2], CODE + 32);
		EXPECT("ERET", m->cpu->sys[SR_SPSR_EL2], SPSR_EL1);
		machine_destroy(m);
	}
}

/* ---- Breakpoints ---- */

#define BREAKPOINT_ESR 0xc6000022u

static const struct {
	const char *text;
	u64 pc, bvr;
	u32 insn; /* at CODE + 4 */
	bool il, irq;
	u8 btype;
	u32 esr;
	u64 elr, spsr;
} breakpoint_rows[] = {
	/* clang-format off */
	{ "an address",                      CODE, CODE + 4, NOP, 0, 0, 0, BREAKPOINT_ESR, CODE + 4, SPSR_EL1 },
	{ "the first instruction",           CODE, CODE, NOP, 0, 0, 0, BREAKPOINT_ESR, CODE, SPSR_EL1 },
	{ "before illegal state",            CODE, CODE, NOP, 1, 0, 0, BREAKPOINT_ESR, CODE, SPSR_EL1 | SPSR_IL },
	{ "behind an instruction abort",     HOLE, HOLE, NOP, 0, 0, 0, 0x86000007, HOLE, SPSR_EL1 },
	{ "behind a PC alignment fault",     CODE + 2, CODE, NOP, 0, 0, 0, 0x8a000000, CODE + 2, SPSR_EL1 },
	{ "before BRK",                      CODE, CODE + 4, BRK, 0, 0, 0, BREAKPOINT_ESR, CODE + 4, SPSR_EL1 },
	{ "before UNDEFINED",                CODE, CODE + 4, UNALLOCATED, 0, 0, 0, BREAKPOINT_ESR, CODE + 4, SPSR_EL1 },
	{ "BTYPE is saved",                  CODE, CODE, NOP, 0, 0, 2, BREAKPOINT_ESR, CODE, SPSR_EL1 | 2 << 10 },
	{ "not reached",                     CODE, CODE - 4, NOP, 0, 0, 0, 0, 0, 0 },
	/* clang-format on */
};

static void test_breakpoints(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(breakpoint_rows); i++) {
		FOR_ENGINES(engine)
		{
			struct machine *m = create(engine);
			struct cpu *cpu = m->cpu;
			const char *text = breakpoint_rows[i].text;
			u64 insns;

			put_insn(m, CODE + 4, breakpoint_rows[i].insn);
			put_insn(m, CODE + 8, B_SELF);
			sysreg_write(cpu, SR_DBGBVR2_EL1, breakpoint_rows[i].bvr);
			sysreg_write(cpu, SR_DBGBCR2_EL1, ALL_EL);
			sysreg_write(cpu, SR_MDSCR_EL1, MDE | KDE);
			cpu->pc = breakpoint_rows[i].pc;
			cpu->pstate.il = breakpoint_rows[i].il;
			cpu->pstate.btype = breakpoint_rows[i].btype;
			insns = cpu->insns;
			cpu_run(cpu, 5);
			EXPECT(text, cpu->sys[SR_ESR_EL1], breakpoint_rows[i].esr);
			EXPECT(text, cpu->sys[SR_ELR_EL1], breakpoint_rows[i].elr);
			EXPECT(text, cpu->sys[SR_SPSR_EL1], breakpoint_rows[i].spsr);
			EXPECT(text, cpu->insns - insns, 5);
			machine_destroy(m);
		}
	}
}

/* A branch by register whose target is linked and decoded leaves PSTATE.BTYPE to be seen. */
static void test_btype(void **state)
{
	(void)state;
	for (unsigned steps = 0; steps < 2; steps++) {
		FOR_ENGINES(engine)
		{
			struct machine *m = create(engine);
			struct cpu *cpu = m->cpu;

			put_insn(m, CODE, BR_X2);
			put_insn(m, CODE + 20, B_SELF);
			cpu->x[2] = CODE + 16;
			sysreg_write(cpu, SR_DBGBVR0_EL1, CODE + 32);
			sysreg_write(cpu, SR_DBGBCR0_EL1, ALL_EL);
			sysreg_write(cpu, SR_MDSCR_EL1, MDE | KDE);
			cpu_run(cpu, 4);
			EXPECT("not stopped", cpu->pc, CODE + 20);
			cpu->pc = CODE;
			cpu->pstate.ss = steps;
			sysreg_write(cpu, SR_DBGBVR0_EL1, CODE + 16);
			sysreg_write(cpu, SR_MDSCR_EL1, MDE | KDE | (steps ? SS : 0));
			cpu_run(cpu, 8);
			EXPECT("class", cpu->sys[SR_ESR_EL1], steps ? 0xcf000022 : BREAKPOINT_ESR);
			EXPECT("BTYPE", cpu->sys[SR_SPSR_EL1], SPSR_EL1 | 1 << 10);
			EXPECT("behind the branch", cpu->sys[SR_ELR_EL1], CODE + 16);
			machine_destroy(m);
		}
	}
}

/* The handler's D keeps it from its own breakpoint, and not that of EL2 from EL1's handler. */
static void test_breakpoint_of_handler(void **state)
{
	(void)state;
	FOR_ENGINES(engine)
	{
		struct machine *m = create(engine);
		struct cpu *cpu = m->cpu;

		put_insn(m, CODE, SVC);
		sysreg_write(cpu, SR_DBGBVR0_EL1, EL1_VECTOR);
		sysreg_write(cpu, SR_DBGBCR0_EL1, ALL_EL);
		sysreg_write(cpu, SR_MDSCR_EL1, MDE | KDE);
		cpu_run(cpu, 4);
		EXPECT("masked", cpu->pc, EL1_VECTOR);
		sysreg_write(cpu, SR_MDCR_EL2, TDE);
		cpu_run(cpu, 8);
		EXPECT("EL2's", cpu->sys[SR_ESR_EL2], 0xc2000022);
		EXPECT("EL2's", cpu->sys[SR_ELR_EL2], EL1_VECTOR);
		machine_destroy(m);
	}
}

/* TAIL arms and disarms by its own writes, in the middle of a slice; both engines agree. */
static void test_armed_by_the_guest(void **state)
{
	u64 ends[2][4];

	(void)state;
	FOR_ENGINES(engine)
	{
		struct machine *m = create(engine);
		struct cpu *cpu = m->cpu;

		put_insn(m, CODE, NOP);
		put_insn(m, CODE + 4, MSR_MDSCR_X1);
		put_insn(m, CODE + 8, 0xaa0303e1);  /* mov x1, x3 */
		put_insn(m, CODE + 12, 0x91000484); /* add x4, x4, #1 */
		put_insn(m, CODE + 16, MSR_MDSCR_X1);
		put_insn(m, CODE + 20, 0x91000484);	  /* a breakpoint, but disarmed */
		put_insn(m, CODE + 24, 0x17fffffb);	  /* b CODE + 12 */
		put_insn(m, EL1_VECTOR, 0x910004a5);	  /* add x5, x5, #1 */
		put_insn(m, EL1_VECTOR + 4, 0xd5384026);  /* mrs x6, elr_el1 */
		put_insn(m, EL1_VECTOR + 8, 0x910010c6);  /* add x6, x6, #4 */
		put_insn(m, EL1_VECTOR + 12, 0xd5184026); /* msr elr_el1, x6 */
		put_insn(m, EL1_VECTOR + 16, ERET);
		cpu->x[1] = MDE | KDE;
		cpu->x[3] = cpu->x[4] = cpu->x[5] = 0;
		sysreg_write(cpu, SR_DBGBVR0_EL1, CODE + 12);
		sysreg_write(cpu, SR_DBGBCR0_EL1, ALL_EL);
		sysreg_write(cpu, SR_DBGBVR1_EL1, CODE + 20);
		sysreg_write(cpu, SR_DBGBCR1_EL1, ALL_EL);
		cpu_run(cpu, 61);
		EXPECT("one hit", cpu->x[5], 1);
		ends[engine][0] = cpu->x[4];
		ends[engine][1] = cpu->pc;
		ends[engine][2] = cpu->cycles;
		ends[engine][3] = cpu->insns;
		machine_destroy(m);
	}
	if (cpu_engine_available(ENGINE_TAIL))
		assert_memory_equal(ends[ENGINE_TAIL], ends[ENGINE_STEP], sizeof(ends[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watchpoints),
		cmocka_unit_test(test_unprivileged),
		cmocka_unit_test(test_watchpoint_to_el2),
		cmocka_unit_test(test_vncr),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_step_order),
		cmocka_unit_test(test_step_into_aborts),
		cmocka_unit_test(test_step_of_itself),
		cmocka_unit_test(test_stepped_return),
		cmocka_unit_test(test_breakpoints),
		cmocka_unit_test(test_btype),
		cmocka_unit_test(test_breakpoint_of_handler),
		cmocka_unit_test(test_armed_by_the_guest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
