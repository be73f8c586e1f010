/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The columns of sysreg.def agree with each other; RES0 and RES1 are forced by every write; every
 * ID register of every profile. Values that are computed are in test_sysregs_values.c.
 */
#include "tests/unit/sysregs_pe.h"

static void masks_and_resets_agree(void **state)
{
	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		const struct sysreg *row = &sysreg_rows[id];

		if (row->res0 & row->res1)
			fail_msg("%s: 0x%" PRIx64 " is RES0 and RES1", row->name,
				row->res0 & row->res1);
		if (row->reset & row->res0)
			fail_msg("%s: reset sets RES0 bits 0x%" PRIx64, row->name,
				row->reset & row->res0);
		if (row->res1 & ~row->reset)
			fail_msg("%s: reset clears RES1 bits 0x%" PRIx64, row->name,
				row->res1 & ~row->reset);
	}
}

/* What reset leaves must be what a write of it would leave, computed values too. */
static void reset_values_are_writable(void **state)
{
	(void)state;
	for (const char *const *profile = sysregs_profiles(); *profile != NULL; profile++) {
		struct cpu *cpu = pe_create(*profile, true, 40);

		for (unsigned id = 0; id < SYSREG_COUNT; id++) {
			const struct sysreg *row = &sysreg_rows[id];
			u64 reset = cpu->sys[id];

			if ((reset & row->res0) != 0 || (row->res1 & ~reset) != 0)
				fail_msg("%s, %s: reset 0x%" PRIx64 " against RES0 0x%" PRIx64
					 " RES1 0x%" PRIx64,
					*profile, row->name, reset, row->res0, row->res1);
		}
		free(cpu);
	}
}

/* What a row says of a name must make sense for that kind of name. */
static void columns_fit_together(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SYSREG_COUNT; i++) {
		enum sysreg_id id = (enum sysreg_id)i;
		const struct sysreg *row = &sysreg_rows[i];
		bool is_el2_only = row->read_el >= EL2 && row->write_el >= EL2;

		if (row->is_operation != (op0_of(id) == 1))
			fail_msg("%s: OPERATION and op0 = 1 are the same", row->name);
		if (row->is_operation && (row->read_el != NOBODY || row->reset || row->read))
			fail_msg("%s: an operation has no value", row->name);
		if ((op1_of(id) == 4 || op1_of(id) == 5) && !is_el2_only)
			fail_msg("%s: op1 4 and 5 are EL2's", row->name);
		if (op1_of(id) == 0 && (row->read_el == EL0 || row->write_el == EL0))
			fail_msg("%s: op1 0 is not EL0's", row->name);
		if (row->alias_of && (op1_of(id) != 5 || (row->feature != FEAT_VHE &&
								 row->feature != FEAT_CSV2_2)))
			fail_msg("%s: an alias has op1 5 and comes with VHE or later", row->name);
		if (row->alias_of && (row->res0 || row->res1 || row->reset || row->read ||
					     row->wrote || (row->traps && !row->is_vncr)))
			fail_msg("%s: an alias has nothing of its own", row->name);
		if (row->alias_of && (sysreg_encoding(id) & 0x7ff) !=
					     (sysreg_rows[row->alias_of].encoding & 0x7ff))
			fail_msg("%s: CRn, CRm, op2 are not those of %s", row->name,
				sysreg_rows[row->alias_of].name);
		if (row->traps && is_el2_only && !row->alias_of)
			fail_msg("%s: coarse traps are of EL1's and EL0's names", row->name);
		if (row->traps >> (TRAP_COUNT - 1) >> 1)
			fail_msg("%s: traps without a row", row->name);
	}
}

static void encodings_and_names_are_unique(void **state)
{
	(void)state;
	for (unsigned a = 0; a < SYSREG_COUNT; a++) {
		assert_int_equal(sysreg_find(sysreg_rows[a].encoding), a);
		assert_string_equal(sysreg_name((enum sysreg_id)a), sysreg_rows[a].name);
		for (unsigned b = 0; b < a; b++) {
			if (sysreg_rows[a].encoding == sysreg_rows[b].encoding)
				fail_msg("%s has the encoding of %s", sysreg_rows[a].name,
					sysreg_rows[b].name);
		}
	}
	assert_int_equal(sysreg_find(0), SR_NONE);
	assert_int_equal(sysreg_find(0xffff), SR_NONE);
}

/* RES0 and RES1 are forced by every write, through either way of writing. */
static void writes_force_reserved_bits(void **state)
{
	static const u64 values[] = { 0, ~(u64)0, 0x5555555555555555, 0xaaaaaaaaaaaaaaaa };
	struct cpu *cpu = pe_create("max", true, 48);

	(void)state;
	pe_set_el(cpu, EL2);
	for (unsigned i = 0; i < SYSREG_COUNT * COUNT(values); i++) {
		enum sysreg_id id = (enum sysreg_id)(i / COUNT(values));
		const struct sysreg *row = &sysreg_rows[id];
		u64 value = values[i % COUNT(values)], want = (value & ~row->res0) | row->res1;

		if (row->wrote != NULL || row->is_gated || row->is_operation || row->alias_of)
			continue;
		sysreg_write(cpu, id, value);
		if (cpu->sys[id] != want)
			fail_msg("%s written 0x%" PRIx64 " is 0x%" PRIx64, row->name, value,
				cpu->sys[id]);
		if (row->read == NULL)
			assert_int_equal(sysreg_read(cpu, id), want);
		assert_true(sysreg_direct[id].res0 == row->res0);
		assert_true(sysreg_direct[id].res1 == row->res1);
	}
	free(cpu);
}

/* ---- ID registers ---- */

static const struct {
	const char *profile;
	bool has_el2;
	u8 pa_bits;
	u64 pfr0, dfr0, isar0, mmfr0, mmfr1, mmfr2, isar1, pfr1;
} ids[] = {
	/* clang-format off */
	{ "v8.0",    true,  40, 0x1100000001000111, 0x10305106, 0x1120,                 0x100022, 0,          0,                  0,             0 },
	{ "v8.1",    true,  40, 0x1100000001000111, 0x10305407, 0x10211120,               0x100022, 0x111122,   0,                  0,             0 },
	{ "v8.3-nv", true,  40, 0x1100000001110111, 0x10305407, 0x10211120,               0x100022, 0x111122,   0x0000000001100010, 0x1111011,     0 },
	{ "v8.4-nv2",true,  40, 0x1101000021110111, 0x10305507, 0x0211100010211120,     0x100022, 0x111122,   0x0201011112101010, 0x1211011,     0 },
	{ "max",     true,  40, 0x1201000021110111, 0x10305607, 0x0221111110212120, 0x2100000000100022, 0x10010211122, 0x1201011112101010, 0x10111101211012, 0x21 },
	{ "v8.1",    false, 40, 0x1100000001000011, 0x10305407, 0x10211120,               0x100022, 0x111122,   0,                  0,             0 },
	{ "v8.0",    true,  32, 0x1100000001000111, 0x10305106, 0x1120,                 0x100020, 0,          0,                  0,             0 },
	{ "v8.0",    true,  36, 0x1100000001000111, 0x10305106, 0x1120,                 0x100021, 0,          0,                  0,             0 },
	{ "v8.0",    true,  42, 0x1100000001000111, 0x10305106, 0x1120,                 0x100023, 0,          0,                  0,             0 },
	{ "v8.0",    true,  44, 0x1100000001000111, 0x10305106, 0x1120,                 0x100024, 0,          0,                  0,             0 },
	{ "v8.0",    true,  48, 0x1100000001000111, 0x10305106, 0x1120,                 0x100025, 0,          0,                  0,             0 },
	/* clang-format on */
};

static u64 want_id(size_t i, enum sysreg_id id)
{
	switch (id) {
	case SR_ID_AA64PFR0_EL1: return ids[i].pfr0;
	case SR_ID_AA64DFR0_EL1: return ids[i].dfr0;
	case SR_ID_AA64ISAR0_EL1: return ids[i].isar0;
	case SR_ID_AA64MMFR0_EL1: return ids[i].mmfr0;
	case SR_ID_AA64MMFR1_EL1: return ids[i].mmfr1;
	case SR_ID_AA64MMFR2_EL1: return ids[i].mmfr2;
	case SR_ID_AA64ISAR1_EL1: return ids[i].isar1;
	case SR_ID_AA64PFR1_EL1: return ids[i].pfr1;
	default: return 0; /* of the ID space, CRm = 1 to 7: nothing else is there */
	}
}

static void id_registers_by_profile(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		struct cpu *cpu = pe_create(ids[i].profile, ids[i].has_el2, ids[i].pa_bits);

		pe_set_el(cpu, EL1);
		for (u32 encoding = 3u << 14 | 1 << 3; encoding < (3u << 14 | 8 << 3); encoding++) {
			enum sysreg_id id = sysreg_find(encoding);

			if (id == SR_NONE)
				fail_msg("the ID space has a hole at 0x%x", encoding);
			if (sysreg_read(cpu, id) != want_id(i, id))
				fail_msg("%s, %u bits: %s is 0x%" PRIx64 ", not 0x%" PRIx64,
					ids[i].profile, ids[i].pa_bits, sysreg_name(id),
					sysreg_read(cpu, id), want_id(i, id));
		}
		free(cpu);
	}
}

static void profiles_by_name(void **state)
{
	static const char *const want[] = { "v8.0", "v8.1", "v8.3-nv", "v8.4-nv2", "max" };
	struct cpu *cpu = calloc(1, sizeof(*cpu));
	const char *const *names = sysregs_profiles();

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_string_equal(names[i], want[i]);
		assert_true(sysregs_select_profile(cpu, names[i]));
		assert_int_equal(cpu->pa_bits, 40);
	}
	assert_null(names[COUNT(want)]);
	assert_false(sysregs_select_profile(cpu, "v8"));
	assert_false(sysregs_select_profile(cpu, ""));
	assert_false(sysregs_select_profile(cpu, "v8.0 "));
	free(cpu);
}

/* DCZID_EL0.DZP: whose control says so. */
static const struct {
	const char *text;
	unsigned el;
	u64 hcr, sctlr_el1, sctlr_el2;
	bool prohibited;
} dczid_rows[] = {
	/* clang-format off */
	{ "EL1",                               EL1, 0,                            0,             0,             false },
	{ "EL1 with TDZ",                      EL1, HCR_EL2_TDZ,                  0,             0,             true  },
	{ "EL2 with TDZ",                      EL2, HCR_EL2_TDZ,                  0,             0,             false },
	{ "EL0 without DZE",                   EL0, 0,                            0,             SCTLR_EL2_DZE, true  },
	{ "EL0 with DZE",                      EL0, 0,                            SCTLR_EL1_DZE, 0,             false },
	{ "EL0 with DZE and TDZ",              EL0, HCR_EL2_TDZ,                  SCTLR_EL1_DZE, 0,             true  },
	{ "the host's EL0 asks SCTLR_EL2",     EL0, HCR_EL2_E2H | HCR_EL2_TGE,    0,             SCTLR_EL2_DZE, false },
	{ "... and only that",                 EL0, HCR_EL2_E2H | HCR_EL2_TGE,    SCTLR_EL1_DZE, 0,             true  },
	{ "the host's EL0 is not TDZ's",       EL0, HCR_EL2_E2H | HCR_EL2_TGE | HCR_EL2_TDZ, 0,  SCTLR_EL2_DZE, false },
	{ "TGE alone makes no host",           EL0, HCR_EL2_TGE,                  SCTLR_EL1_DZE, 0,             false },
	/* clang-format on */
};

static void dc_zva_prohibited(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dczid_rows); i++) {
		struct cpu *cpu = pe_create("v8.1", true, 40);

		sysreg_write(cpu, SR_HCR_EL2, dczid_rows[i].hcr);
		sysreg_write(cpu, SR_SCTLR_EL1, dczid_rows[i].sctlr_el1);
		sysreg_write(cpu, SR_SCTLR_EL2, dczid_rows[i].sctlr_el2);
		pe_set_el(cpu, dczid_rows[i].el);
		if (sysreg_read(cpu, SR_DCZID_EL0) != (dczid_rows[i].prohibited ? 0x14u : 4u))
			fail_msg("%s: DCZID_EL0 is 0x%" PRIx64, dczid_rows[i].text,
				sysreg_read(cpu, SR_DCZID_EL0));
		free(cpu);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(masks_and_resets_agree),
		cmocka_unit_test(reset_values_are_writable),
		cmocka_unit_test(columns_fit_together),
		cmocka_unit_test(encodings_and_names_are_unique),
		cmocka_unit_test(writes_force_reserved_bits),
		cmocka_unit_test(id_registers_by_profile),
		cmocka_unit_test(profiles_by_name),
		cmocka_unit_test(dc_zva_prohibited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
