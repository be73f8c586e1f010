/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_BTI: from which page, by which branch, onto what. Each row at EL0, EL1 and EL2, on each
 * engine, first without code links and then with them. DDI 0487 D8.4.6, J1.1 BTypeCompatible.
 */
#define PROFILE "max"
#include "tests/unit/ldst_machine.h"

#define TARGET	 (RAM + 0x3000)
#define GUARDED	 BIT(50)
#define BTI_ESR	 0x36000000u
#define BRK_ESR	 0xf2000000u
#define UNDEF	 0x02000000u
#define SVC_INSN 0xd4000001u
#define HLT_INSN 0xd4400000u
#define BRK_INSN 0xd4200000u
#define B_SELF	 0x14000000u

enum { NOP = 0xd503201f, BTI = 0xd503241f, BTI_C = 0xd503245f, BTI_J = 0xd503249f };
enum { BTI_JC = 0xd50324df, PACIASP = 0xd503233f, PACIBSP = 0xd503237f, PACIAZ = 0xd503231f };
/* Branches to the address in X2, X16 and X17 have it too. */
enum { BR_X2 = 0xd61f0040, BR_X16 = 0xd61f0200, BR_X17 = 0xd61f0220, RET_X2 = 0xd65f0040 };
enum { BLR_X2 = 0xd63f0040, BLR_X16 = 0xd63f0200 };
enum { BRAAZ_X2 = 0xd61f085f, BRAAZ_X16 = 0xd61f0a1f, BRAA_X2 = 0xd71f085f };
enum { BLRAAZ_X2 = 0xd63f085f, RETAA = 0xd65f0bff, PACIA_X30_SP = 0xdac103fe };
enum { ADD_14 = 0x91003800 /* add x0, x0, #14 */ };

#define STRICT_PAC (SCTLR_EL1_BT0 | SCTLR_EL1_BT1) /* the same bits at EL2 */

static const struct bti_row {
	const char *text;
	bool from_guarded, to_guarded;
	u32 branch, landing;
	u64 sctlr;
	u8 btype; /* behind the branch */
	u32 esr;  /* of the exception; 0: it lands */
} rows[] = {
	/* clang-format off */
	{ "a jump of guarded code onto NOP",       1, 1, BR_X2,   NOP,     0, 3, BTI_ESR | 3 },
	{ "... onto BTI",                          1, 1, BR_X2,   BTI,     0, 3, BTI_ESR | 3 },
	{ "... onto BTI c",                        1, 1, BR_X2,   BTI_C,   0, 3, BTI_ESR | 3 },
	{ "... onto BTI j",                        1, 1, BR_X2,   BTI_J,   0, 3, 0 },
	{ "... onto BTI jc",                       1, 1, BR_X2,   BTI_JC,  0, 3, 0 },
	{ "... onto PACIASP",                      1, 1, BR_X2,   PACIASP, 0, 3, 0 },
	{ "... onto PACIASP, BT",                  1, 1, BR_X2,   PACIASP, STRICT_PAC, 3, BTI_ESR | 3 },
	{ "... onto PACIBSP, BT",                  1, 1, BR_X2,   PACIBSP, STRICT_PAC, 3, BTI_ESR | 3 },
	{ "... onto PACIAZ",                       1, 1, BR_X2,   PACIAZ,  0, 3, BTI_ESR | 3 },
	{ "... onto SVC",                          1, 1, BR_X2,   SVC_INSN, 0, 3, BTI_ESR | 3 },
	{ "... onto BRK: its own exception",       1, 1, BR_X2,   BRK_INSN, 0, 3, BRK_ESR },
	{ "... onto HLT: its own exception",       1, 1, BR_X2,   HLT_INSN, 0, 3, UNDEF },
	{ "... into a page that is not guarded",   1, 0, BR_X2,   NOP,     0, 3, 0 },
	{ "... onto BRK there",                    1, 0, BR_X2,   BRK_INSN, 0, 3, BRK_ESR },
	{ "a jump by X16 onto NOP",                1, 1, BR_X16,  NOP,     0, 1, BTI_ESR | 1 },
	{ "... onto BTI c",                        1, 1, BR_X16,  BTI_C,   0, 1, 0 },
	{ "... by X17 onto BTI c",                 1, 1, BR_X17,  BTI_C,   0, 1, 0 },
	{ "... onto BTI j",                        1, 1, BR_X16,  BTI_J,   0, 1, 0 },
	{ "... onto BTI",                          1, 1, BR_X16,  BTI,     0, 1, BTI_ESR | 1 },
	{ "... onto PACIASP, BT",                  1, 1, BR_X16,  PACIASP, STRICT_PAC, 1, 0 },
	{ "a jump of code that is not guarded",    0, 1, BR_X2,   NOP,     0, 1, BTI_ESR | 1 },
	{ "... onto BTI c",                        0, 1, BR_X2,   BTI_C,   0, 1, 0 },
	{ "... onto BTI j",                        0, 1, BR_X2,   BTI_J,   0, 1, 0 },
	{ "... into its like",                     0, 0, BR_X2,   NOP,     0, 1, 0 },
	{ "a call onto NOP",                       1, 1, BLR_X2,  NOP,     0, 2, BTI_ESR | 2 },
	{ "... onto ADD, whose imm looks the same", 1, 1, BLR_X2, ADD_14,  0, 2, BTI_ESR | 2 },
	{ "... onto BTI c",                        1, 1, BLR_X2,  BTI_C,   0, 2, 0 },
	{ "... onto BTI j",                        1, 1, BLR_X2,  BTI_J,   0, 2, BTI_ESR | 2 },
	{ "... onto BTI jc",                       1, 1, BLR_X2,  BTI_JC,  0, 2, 0 },
	{ "... onto BTI",                          1, 1, BLR_X2,  BTI,     0, 2, BTI_ESR | 2 },
	{ "... onto PACIASP, BT",                  1, 1, BLR_X2,  PACIASP, STRICT_PAC, 2, 0 },
	{ "... by X16 is a call too",              1, 1, BLR_X16, BTI_J,   0, 2, BTI_ESR | 2 },
	{ "a call of code that is not guarded",    0, 1, BLR_X2,  NOP,     0, 2, BTI_ESR | 2 },
	{ "... into its like",                     0, 0, BLR_X2,  NOP,     0, 2, 0 },
	{ "a return onto NOP",                     1, 1, RET_X2,  NOP,     0, 0, 0 },
	{ "BRAAZ is a jump",                       1, 1, BRAAZ_X2, BTI_C,  0, 3, BTI_ESR | 3 },
	{ "... by X16",                            1, 1, BRAAZ_X16, BTI_C, 0, 1, 0 },
	{ "... of code that is not guarded",       0, 1, BRAAZ_X2, BTI_C,  0, 1, 0 },
	{ "BRAA too",                              1, 1, BRAA_X2, BTI_C,   0, 3, BTI_ESR | 3 },
	{ "BLRAAZ is a call",                      1, 1, BLRAAZ_X2, BTI_J, 0, 2, BTI_ESR | 2 },
	{ "... onto PACIASP",                      1, 1, BLRAAZ_X2, PACIASP, STRICT_PAC, 2, 0 },
	{ "RETAA onto NOP",                        1, 1, RETAA,   NOP,     0, 0, 0 },
	{ "a call onto PACIA X30, SP: no PACIASP", 1, 1, BLR_X2,  PACIA_X30_SP, 0, 2, BTI_ESR | 2 },
	/* clang-format on */
};

static const struct {
	enum sysreg_id sctlr, tcr, ttbr0, mair, vbar, esr, elr, spsr;
} banks[EL_COUNT] = {
	[EL1] = { SR_SCTLR_EL1, SR_TCR_EL1, SR_TTBR0_EL1, SR_MAIR_EL1, SR_VBAR_EL1, SR_ESR_EL1,
		SR_ELR_EL1, SR_SPSR_EL1 },
	[EL2] = { SR_SCTLR_EL2, SR_TCR_EL2, SR_TTBR0_EL2, SR_MAIR_EL2, SR_VBAR_EL2, SR_ESR_EL2,
		SR_ELR_EL2, SR_SPSR_EL2 },
};

static unsigned handler_el(unsigned el)
{
	return el == EL2 ? EL2 : EL1;
}

/* Code pages that every EL may execute: read-only. */
static void map_code(struct machine *m, u64 va, bool guarded)
{
	map(m, va, va, 0, 3);
	put64(m, TABLES + 0x2000 + 8 * bits(va, 20, 12),
		get64(m, TABLES + 0x2000 + 8 * bits(va, 20, 12)) | (guarded ? GUARDED : 0));
}

static struct machine *prepare(const struct bti_row *row, enum engine engine, unsigned el)
{
	struct machine *m = machine_create(engine);
	struct cpu *cpu = m->cpu;
	unsigned to = handler_el(el);

	cpu_reset(cpu, EL2, CODE);
	map_code(m, PAGE_BASE(CODE), row->from_guarded);
	map_code(m, TARGET, row->to_guarded);
	put_insn(m, CODE, row->branch);
	put_insn(m, TARGET, row->landing);
	put_insn(m, TARGET + 4, B_SELF);
	sysreg_write(cpu, banks[to].mair, 0x00ff);
	sysreg_write(cpu, banks[to].tcr, el == EL2 ? 25 | 2 << 16 : 25 | 1ull << 23 | 2ull << 32);
	sysreg_write(cpu, banks[to].ttbr0, TABLES);
	sysreg_write(cpu, banks[to].vbar, VECTORS);
	sysreg_write(cpu, banks[to].sctlr, SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I | row->sctlr);
	return m;
}

static void start(struct cpu *cpu, unsigned el)
{
	pstate_set_el(cpu, el, el != EL0);
	cpu->pstate.btype = 0;
	cpu->x[2] = cpu->x[16] = cpu->x[17] = cpu->x[SLOT_LR] = TARGET;
	cpu->pc = CODE;
	cpu->exception_streak = 0;
}

#define EXPECT(actual, expected)                                                                   \
	do {                                                                                       \
		u64 actual_ = (actual), expected_ = (expected);                                    \
                                                                                                   \
		if (actual_ != expected_)                                                          \
			fail_msg("%s (EL%u): " #actual " is 0x%" PRIx64 ", not 0x%" PRIx64,        \
				row->text, el, actual_, expected_);                                \
	} while (0)

static void check_end(const struct bti_row *row, const struct cpu *cpu, unsigned el)
{
	unsigned to = handler_el(el);
	bool keeps;

	EXPECT(cpu->pstate.btype, 0);
	if (row->esr == 0) {
		EXPECT(cpu->pc, TARGET + 4);
		EXPECT(cpu->pstate.el, el);
		return;
	}
	EXPECT(cpu->pc, VECTORS + (el == EL0 ? 0x400 : 0x200));
	EXPECT(cpu->sys[banks[to].esr], row->esr);
	EXPECT(cpu->sys[banks[to].elr], TARGET);
	keeps = row->esr >> 26 == EC_BTI || row->esr == BRK_ESR;
	EXPECT(bits(cpu->sys[banks[to].spsr], 11, 10), keeps ? row->btype : 0u);
}

/* The branch alone leaves BTYPE, which an interrupt would save; what comes next looks at it. */
static void check_split(const struct bti_row *row, struct cpu *cpu, unsigned el)
{
	start(cpu, el);
	cpu_run(cpu, cpu->cycles + 1);
	EXPECT(cpu->pc, TARGET);
	EXPECT(cpu->pstate.btype, row->btype);
	cpu_run(cpu, cpu->cycles + 2);
	check_end(row, cpu, el);
}

static void check_at(const struct bti_row *row, enum engine engine, unsigned el)
{
	struct machine *m = prepare(row, engine, el);

	for (unsigned round = 0; round < 3; round++) {
		start(m->cpu, el);
		cpu_run(m->cpu, m->cpu->cycles + 3);
		check_end(row, m->cpu, el);
		start(m->cpu, el); /* the landing is executed, so that its record is decoded */
		m->cpu->pc = TARGET;
		cpu_run(m->cpu, m->cpu->cycles + 1);
	}
	check_split(row, m->cpu, el);
	machine_destroy(m);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
			for (unsigned el = EL0; el <= EL2 && cpu_engine_available(engine); el++)
				check_at(&rows[i], engine, el);
		}
	}
}

/* The handler returns: BTYPE comes back with SPSR and is looked at again. */
static void test_return(void **state)
{
	static const struct bti_row eret = { .text = "ERET", .to_guarded = true, .landing = NOP };
	const struct bti_row *row = &eret;
	struct machine *m = prepare(row, ENGINE_STEP, EL1);
	unsigned el = EL1;

	(void)state;
	for (u64 btype = 0; btype < 4; btype++) {
		start(m->cpu, EL2);
		put_insn(m, CODE, 0xd69f03e0);
		sysreg_write(m->cpu, SR_ELR_EL2, TARGET);
		sysreg_write(m->cpu, SR_SPSR_EL2, 0x3c5 | btype << 10);
		cpu_run(m->cpu, m->cpu->cycles + 3);
		EXPECT(m->cpu->pc, btype ? VECTORS + 0x200 : TARGET + 4);
		if (btype != 0)
			EXPECT(m->cpu->sys[SR_ESR_EL1], BTI_ESR | btype);
	}
	machine_destroy(m);
}

/* Stage 1 off, or a profile without the feature: no page is guarded. */
static void test_nothing_is_guarded(void **state)
{
	static const struct bti_row row = { .text = "no guarded pages",
		.from_guarded = true,
		.to_guarded = true,
		.branch = BR_X2,
		.landing = NOP,
		.btype = 1 };
	struct machine *m = prepare(&row, ENGINE_STEP, EL1);

	(void)state;
	sysreg_write(m->cpu, SR_SCTLR_EL1, 0);
	for (unsigned round = 0; round < 2; round++) {
		start(m->cpu, EL1);
		cpu_run(m->cpu, m->cpu->cycles + 3);
		check_end(&row, m->cpu, EL1);
	}
	machine_destroy(m);
}

/* GP changes with the translation, not with the code: TLBI, and then the same records. */
static void test_guard_follows_translation(void **state)
{
	static const struct bti_row row = {
		.text = "guarded later", .branch = BLR_X2, .landing = NOP
	};
	struct bti_row guarded = row;

	(void)state;
	guarded.esr = BTI_ESR | 2;
	guarded.btype = 2;
	for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
		struct machine *m;

		if (!cpu_engine_available(engine))
			continue;
		m = prepare(&row, engine, EL1);
		for (unsigned round = 0; round < 2; round++) {
			start(m->cpu, EL1);
			cpu_run(m->cpu, m->cpu->cycles + 3);
			check_end(&row, m->cpu, EL1);
		}
		map_code(m, TARGET, true);
		mmu_tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
		start(m->cpu, EL1);
		cpu_run(m->cpu, m->cpu->cycles + 3);
		check_end(&guarded, m->cpu, EL1);
		machine_destroy(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_return),
		cmocka_unit_test(test_nothing_is_guarded),
		cmocka_unit_test(test_guard_follows_translation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
