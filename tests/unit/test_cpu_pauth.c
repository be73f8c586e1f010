/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pointer authentication where tests/system cannot look: without the feature, under nested
 * virtualization, with different controls of the two ranges, tagged code. The PACs themselves, the
 * keys' enables and the traps are compared with QEMU's there.
 */
#define PROFILE "v8.3-nv"
#include "tests/unit/ldst_machine.h"

#include "cpu/pauth.h"

#define UNDEFINED_ESR 0x02000000u
#define PAUTH_ESR     0x26000000u
#define ERETAA_ESR    0x6a000002u
#define ERETAB_ESR    0x6a000003u
#define ALL_KEYS      (SCTLR_EL1_EnIA | SCTLR_EL1_EnIB | SCTLR_EL1_EnDA | SCTLR_EL1_EnDB)
#define LOW_KEY	      0xec2802d4e0a488e9
#define HIGH_KEY      0x84be85ce9804e94b
#define X_START(i)    (0x40001230ull + (i))
#define NOTHING	      0xffu
#define B_SELF	      0x14000000u

/* ---- One instruction, in both engines ---- */

static const struct one {
	const char *text;
	const char *profile;
	u32 insn;
	u8 el;
	u64 hcr, sctlr; /* of EL1 */
	u8 to;		/* the EL of the exception; 0: it completes */
	u32 esr;
	u8 changed; /* the register that gets value, or NOTHING */
	u64 value;
} insns[] = {
	/* clang-format off */
	{ "eretaa: EL0",                       "v8.3-nv",  0xd69f0bff, EL0, HCR_EL2_NV, ALL_KEYS, EL1, UNDEFINED_ESR, NOTHING, 0 },
	{ "eretaa: NV comes before API",       "v8.3-nv",  0xd69f0bff, EL1, HCR_EL2_NV, ALL_KEYS, EL2, ERETAA_ESR, NOTHING, 0 },
	{ "eretab: NV, not enabled",           "v8.4-nv2", 0xd69f0fff, EL1, HCR_EL2_NV | HCR_EL2_NV2, 0, EL2, ERETAB_ESR, NOTHING, 0 },
	{ "eretab: API",                       "v8.3-nv",  0xd69f0fff, EL1, 0, SCTLR_EL1_EnIB, EL2, PAUTH_ESR, NOTHING, 0 },
	{ "eretaa: absent",                    "v8.1",     0xd69f0bff, EL1, 0, 0, EL1, UNDEFINED_ESR, NOTHING, 0 },
	{ "pacia x0, x1: absent",              "v8.1",     0xdac10020, EL1, 0, 0, EL1, UNDEFINED_ESR, NOTHING, 0 },
	{ "pacga x0, x1, x2: absent",          "v8.1",     0x9ac23020, EL1, 0, 0, EL1, UNDEFINED_ESR, NOTHING, 0 },
	{ "xpaci x0: absent",                  "v8.1",     0xdac143e0, EL1, 0, 0, EL1, UNDEFINED_ESR, NOTHING, 0 },
	{ "braa x0, x1: absent",               "v8.1",     0xd71f0801, EL1, 0, 0, EL1, UNDEFINED_ESR, NOTHING, 0 },
	{ "retaa: absent",                     "v8.1",     0xd65f0bff, EL1, 0, 0, EL1, UNDEFINED_ESR, NOTHING, 0 },
	{ "ldraa x0, [x1]: absent",            "v8.1",     0xf8200420, EL1, 0, 0, EL1, UNDEFINED_ESR, NOTHING, 0 },
	{ "mrs x0, apiakeylo_el1: absent",     "v8.1",     0xd5382100, EL1, HCR_EL2_APK, 0, EL1, UNDEFINED_ESR, NOTHING, 0 },
	{ "mrs x0, apiakeylo_el1: APK 1",      "v8.3-nv",  0xd5382100, EL1, HCR_EL2_APK, 0, 0, 0, 0, LOW_KEY },
	{ "paciasp: a hint without it",        "v8.1",     0xd503233f, EL1, 0, 0, 0, 0, NOTHING, 0 },
	{ "autiasp: a hint without it",        "v8.1",     0xd50323bf, EL0, 0, 0, 0, 0, NOTHING, 0 },
	{ "pacia1716: a hint without it",      "v8.1",     0xd503211f, EL1, 0, 0, 0, 0, NOTHING, 0 },
	{ "xpaclri: a hint without it",        "v8.1",     0xd50320ff, EL1, 0, 0, 0, 0, NOTHING, 0 },
	{ "paciasp: API",                      "v8.3-nv",  0xd503233f, EL1, 0, SCTLR_EL1_EnIA, EL2, PAUTH_ESR, NOTHING, 0 },
	{ "paciasp: API, but not enabled",     "v8.3-nv",  0xd503233f, EL1, 0, SCTLR_EL1_EnIB, 0, 0, NOTHING, 0 },
	{ "pacga x0, x1, x2: API, no enable",  "v8.3-nv",  0x9ac23020, EL0, 0, 0, EL2, PAUTH_ESR, NOTHING, 0 },
	{ "xpaci x3: no API, no enable",       "v8.3-nv",  0xdac143e3, EL1, 0, 0, 0, 0, 3, 0x1003 },
	{ "xpacd x3: EL0, no API",             "v8.3-nv",  0xdac147e3, EL0, 0, ALL_KEYS, 0, 0, 3, 0x1003 },
	/* clang-format on */
};

static void set_keys(struct cpu *cpu)
{
	for (unsigned id = SR_APIAKeyLo_EL1; id <= SR_APGAKeyHi_EL1; id += 2) {
		sysreg_write(cpu, (enum sysreg_id)id, LOW_KEY);
		sysreg_write(cpu, (enum sysreg_id)(id + 1), HIGH_KEY);
	}
}

static struct machine *create(const char *profile, enum engine engine, unsigned el)
{
	struct machine *m = machine_create(engine);

	assert_true(sysregs_select_profile(m->cpu, profile));
	cpu_reset(m->cpu, EL2, CODE);
	sysreg_write(m->cpu, SR_VBAR_EL1, VECTORS);
	sysreg_write(m->cpu, SR_VBAR_EL2, VECTORS);
	set_keys(m->cpu);
	for (unsigned i = 0; i < SLOT_ZERO; i++)
		m->cpu->x[i] = X_START(i);
	m->cpu->x[3] = 0xaa55000000001003;
	pstate_set_el(m->cpu, el, el != EL0);
	return m;
}

static void check_insn(const struct one *row, enum engine engine)
{
	struct machine *m = create(row->profile, engine, row->el);
	struct cpu *cpu = m->cpu;
	u64 want[SLOT_ZERO];

	memcpy(want, cpu->x, sizeof(want));
	if (row->changed != NOTHING)
		want[row->changed] = row->value;
	sysreg_write(cpu, SR_HCR_EL2, row->hcr);
	sysreg_write(cpu, SR_SCTLR_EL1, row->sctlr);
	put_insn(m, CODE, row->insn);
	put_insn(m, CODE + 4, B_SELF);
	cpu_run(cpu, cpu->cycles + 2);
	if (row->to == 0 && (cpu->pc != CODE + 4 || cpu->pstate.el != row->el))
		fail_msg("%s: is at EL%u, 0x%" PRIx64, row->text, cpu->pstate.el, cpu->pc);
	if (row->to != 0 && (cpu->pstate.el != row->to ||
				    cpu->sys[row->to == EL1 ? SR_ESR_EL1 : SR_ESR_EL2] != row->esr))
		fail_msg("%s: is at EL%u with ESR 0x%" PRIx64, row->text, cpu->pstate.el,
			cpu->sys[row->to == EL1 ? SR_ESR_EL1 : SR_ESR_EL2]);
	if (memcmp(cpu->x, want, sizeof(want)) != 0)
		fail_msg("%s: registers differ", row->text);
	machine_destroy(m);
}

static void one_instruction(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(insns); i++) {
		for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
			if (cpu_engine_available(engine))
				check_insn(&insns[i], engine);
		}
	}
}

/* ---- Where the PAC goes ---- */

#define TSZ(t0, t1) ((t0) | (t1) << 16)
#define TBI0	    TCR_EL1_TBI0
#define TBI1	    TCR_EL1_TBI1

/*
 * AddPAC(): bit 55 of the result says the range. What is signed and authenticated is the address in
 * that range with its tag; for an address that was none of any range, it does not authenticate.
 */
static const struct range_row {
	const char *why;
	u64 tcr, pointer;
	bool is_upper, is_good;
	u64 authenticated; /* with key IA; bad ones carry the error code 01 */
} ranges[] = {
	/* clang-format off */
	{ "no tags: bit 63 decides",                  TSZ(16, 16),                   0x8000000000001000, true,  false, 0xbfff000000001000 },
	{ "no tags: not bit 55",                      TSZ(16, 16),                   0x0080000000001000, false, false, 0x2000000000001000 },
	{ "no tags: the size of the upper range",     TSZ(16, 32),                   0xffffffff00001000, true,  true,  0xffffffff00001000 },
	{ "... in which the lower one's is bad",      TSZ(32, 16),                   0x0000000100001000, false, false, 0x2000000000001000 },
	{ "tags below: bit 55, and 63 is a tag's",    TSZ(16, 16) | TBI0,            0x8000000000001000, false, true,  0x8000000000001000 },
	{ "tags below: bit 55 above too",             TSZ(16, 16) | TBI0,            0x7fff000000001000, true,  false, 0xbfff000000001000 },
	{ "tags above: bit 55 below too",             TSZ(16, 16) | TBI1,            0x8000000000001000, false, false, 0x2000000000001000 },
	{ "tags above",                               TSZ(16, 16) | TBI1,            0x12ff000000001000, true,  true,  0x12ff000000001000 },
	{ "tags of data only: bit 63 decides",        TSZ(16, 16) | TBI0 | TBI1 | TCR_EL1_TBID0 | TCR_EL1_TBID1, 0x8000000000001000, true, false, 0xbfff000000001000 },
	{ "tags below of data: bit 55 by TBI1",       TSZ(16, 16) | TBI0 | TBI1 | TCR_EL1_TBID0, 0x8000000000001000, false, false, 0x2000000000001000 },
	{ "TxSZ 0 is as 16",                          TSZ(0, 0),                     0x0000ffff00001000, false, true,  0x0000ffff00001000 },
	{ "TxSZ 63 is as 39",                         TSZ(63, 63),                   0x0000000001001000, false, true,  0x0000000001001000 },
	{ "... and no larger",                        TSZ(63, 63),                   0x0000000002001000, false, false, 0x2000000000001000 },
	/* clang-format on */
};

static void ranges_of_pointers(void **state)
{
	struct machine *m = create("v8.3-nv", ENGINE_STEP, EL1);

	(void)state;
	sysreg_write(m->cpu, SR_HCR_EL2, HCR_EL2_API);
	sysreg_write(m->cpu, SR_SCTLR_EL1, SCTLR_EL1_EnIA);
	for (size_t i = 0; i < COUNT(ranges); i++) {
		const struct range_row *row = &ranges[i];
		struct signed_pointer p, q;

		sysreg_write(m->cpu, SR_TCR_EL1, row->tcr);
		p = pauth_add(m->cpu, PAUTH_IA, row->pointer, 0x1234);
		q = pauth_authenticate(m->cpu, PAUTH_IA, p.value, 0x1234);
		assert_true(p.ok && q.ok);
		if (bit(p.value, 55) != row->is_upper || q.value != row->authenticated)
			fail_msg("%s: signed 0x%" PRIx64 ", authenticated 0x%" PRIx64, row->why,
				p.value, q.value);
		if (row->is_good != (q.value == row->pointer))
			fail_msg("%s: the row contradicts itself", row->why);
	}
	machine_destroy(m);
}

/* PACs are remembered: with everything they depend on. */
static void every_input_counts_again(void **state)
{
	static const enum sysreg_id halves[] = { SR_APGAKeyLo_EL1, SR_APGAKeyHi_EL1 };
	struct machine *m = create("v8.3-nv", ENGINE_STEP, EL2);
	u64 first = pauth_generic(m->cpu, 1, 2).value;

	(void)state;
	assert_int_not_equal(pauth_generic(m->cpu, 1, 3).value, first);
	assert_int_not_equal(pauth_generic(m->cpu, 0, 2).value, first);
	for (size_t i = 0; i < COUNT(halves); i++) {
		u64 key = m->cpu->sys[halves[i]];

		sysreg_write(m->cpu, halves[i], key + 1);
		assert_int_not_equal(pauth_generic(m->cpu, 1, 2).value, first);
		sysreg_write(m->cpu, halves[i], key);
		assert_int_equal(pauth_generic(m->cpu, 1, 2).value, first);
	}
	sysreg_write(m->cpu, SR_APGAKeyLo_EL1, 0);
	sysreg_write(m->cpu, SR_APGAKeyHi_EL1, 0);
	assert_int_not_equal(pauth_generic(m->cpu, 0, 0).value, 0);
	machine_destroy(m);
}

/* ---- TBID: code has no tags ---- */

enum { BR_X0 = 0xd61f0000, LDR_X3_X0 = 0xf9400003 };

static void code_without_tags(void **state)
{
	static const struct {
		u64 tcr;
		bool is_fetched, is_loaded;
	} rows[] = {
		{ 0, false, false },
		{ TCR_EL1_TBI0, true, true },
		{ TCR_EL1_TBI0 | TCR_EL1_TBID0, false, true },
		{ TCR_EL1_TBID0, false, false },
		{ TCR_EL1_TBI1 | TCR_EL1_TBID0 | TCR_EL1_TBID1, false, false },
	};
	const u64 tag = 0x5aull << 56;

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		enum engine engine = i % 2 ? ENGINE_TAIL : ENGINE_STEP;
		struct machine *m;
		u64 tcr = rows[i / 2].tcr;

		if (!cpu_engine_available(engine))
			continue;
		m = machine_create(engine);
		sysreg_write(m->cpu, SR_TCR_EL1, m->cpu->sys[SR_TCR_EL1] | tcr);
		sysreg_write(m->cpu, SR_SCTLR_EL1, SCTLR_EL1_M | SCTLR_EL1_C);
		put_insn(m, CODE, BR_X0);
		put_insn(m, CODE + 4, B_SELF);
		put_insn(m, CODE + 8, B_SELF);
		m->cpu->x[0] = tag | (CODE + 8);
		for (unsigned round = 0; round < 2; round++) {
			m->cpu->pc = CODE;
			m->cpu->exception_streak = 0;
			cpu_run(m->cpu, m->cpu->cycles + 2);
			assert_int_equal(
				m->cpu->pc, rows[i / 2].is_fetched ? CODE + 8 : VECTORS + 0x200);
			if (!rows[i / 2].is_fetched) {
				assert_int_equal(m->cpu->sys[SR_ESR_EL1], 0x86000004);
				assert_int_equal(m->cpu->sys[SR_FAR_EL1], tag | (CODE + 8));
			}
		}
		put_insn(m, CODE, LDR_X3_X0);
		m->cpu->pc = CODE;
		m->cpu->x[0] = tag | DATA;
		cpu_run(m->cpu, m->cpu->cycles + 2);
		assert_int_equal(m->cpu->pc, rows[i / 2].is_loaded ? CODE + 4 : VECTORS + 0x200);
		machine_destroy(m);
	}
}

/* ---- LDRAA, its key not enabled: what the address and the base become ---- */

static const struct row loads[] = {
	/* clang-format off */
	{ .text = "ldraa x1, [x2, #8]", .insn = { 0xf8201441 }, .after = { { 1, DATA_8 } } },
	{ .text = "ldraa x1, [x2, #8]!", .insn = { 0xf8201c41 }, .after = { { 1, DATA_8 }, { 2, DATA + 8 } } },
	{ .text = "ldrab x2, [x2, #8]!; the loaded value wins", .insn = { 0xf8a01c42 }, .after = { { 2, DATA_8 } } },
	{ .text = "ldraa x1, [x2, #-8]", .insn = { 0xf87ff441 }, .before = { { 2, DATA + 8 } }, .after = { { 1, DATA_0 } } },
	{ .text = "ldraa xzr, [x2, #8]!", .insn = { 0xf8201c5f }, .after = { { 2, DATA + 8 } } },
	{ .text = "ldrab x1, [sp]", .insn = { 0xf8a007e1 }, .after = { { 1, DATA_0 } } },
	{ .text = "ldraa x1, [sp]; SP alignment", .insn = { 0xf82007e1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "ldraa x1, [x2, #8]!; faults, the base stays", .insn = { 0xf8201c41 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3), .far = HOLE + 8 },
	{ .text = "ldraa x1, [x2, #8]; from a device", .insn = { 0xf8201441 }, .before = { { 2, DEVICE - 8 } }, .after = { { 1, DEVICE_VALUE } } },
	/* clang-format on */
};

static void loads_behave_as_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loads); i++)
		check_row(&loads[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_instruction),
		cmocka_unit_test(ranges_of_pointers),
		cmocka_unit_test(every_input_counts_again),
		cmocka_unit_test(code_without_tags),
		cmocka_unit_test(loads_behave_as_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
