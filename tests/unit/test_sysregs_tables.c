/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of sysregs/ agree with themselves; what a write of a register leaves; the ID
 * registers and the bits that need a feature, profile by profile.
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
		if (row->alias_of && (op1_of(id) != 5 || row->feature != FEAT_VHE))
			fail_msg("%s: an alias has op1 5 and comes with VHE", row->name);
		if (row->alias_of && (row->res0 || row->res1 || row->reset || row->read ||
					     row->wrote || row->traps))
			fail_msg("%s: an alias has nothing of its own", row->name);
		if (row->alias_of && (sysreg_encoding(id) & 0x7ff) !=
					     (sysreg_rows[row->alias_of].encoding & 0x7ff))
			fail_msg("%s: CRn, CRm, op2 are not those of %s", row->name,
				sysreg_rows[row->alias_of].name);
		if (row->traps && is_el2_only)
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

static void every_trap_has_registers(void **state)
{
	static const char *const names[] = {
#define TRAP(name, ...) #name,
#include "sysregs/traps.def"
#undef TRAP
	};
	u64 used = 0;

	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++)
		used |= sysreg_rows[id].traps;
	for (unsigned t = 0; t < COUNT(names); t++) {
		if (!(used >> t & 1))
			fail_msg("no register names trap %s", names[t]);
	}
}

/* A register of gated.def that does not say GATED would keep the bits. */
static void gated_registers_say_so(void **state)
{
	static const struct {
		enum sysreg_id reg;
		u64 mask;
	} rows[] = {
#define BITS_OF(reg, feature, mask) { SR_##reg, mask },
#include "sysregs/gated.def"
#undef BITS_OF
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!sysreg_rows[rows[i].reg].is_gated)
			fail_msg("%s has no GATED", sysreg_rows[rows[i].reg].name);
		if (rows[i].mask & sysreg_rows[rows[i].reg].res1)
			fail_msg("%s: gated bits are RES1", sysreg_rows[rows[i].reg].name);
	}
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		bool has_row = false;

		for (size_t i = 0; i < COUNT(rows); i++)
			has_row |= rows[i].reg == id;
		if (sysreg_rows[id].is_gated && !has_row)
			fail_msg("%s: GATED without a row in gated.def", sysreg_rows[id].name);
	}
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

/* Written with ones: which bits of a register stay, by profile, with VHE's format of E2H = 0. */
static const struct {
	const char *text, *profile;
	enum sysreg_id reg;
	u64 value;
} stays[] = {
	/* clang-format off */
	{ "bits 33 to 0, no E2H",              "v8.0",     SR_HCR_EL2,  0x00000003ffffffff },
	{ "E2H and TLOR",                      "v8.1",     SR_HCR_EL2,  0x0000000fffffffff },
	{ "NV, NV1, AT",                       "v8.3-nv",  SR_HCR_EL2,  0x00001c0fffffffff },
	{ "NV2; TID4, TICAB, TOCU, TTLBIS/OS", "v8.4-nv2", SR_HCR_EL2,  0x00d63c0fffffffff },
	{ "no RAS, PAuth, FWB, TID5",          "max",      SR_HCR_EL2,  0x00d63c0fffffffff },
	{ "no HA, HD, HPD0, HPD1",             "v8.0",     SR_TCR_EL1,  0x00000077ffffffbf },
	{ "with HAFDBS, HPDS",                 "v8.1",     SR_TCR_EL1,  0x000007f7ffffffbf },
	{ "no VS, HA, HD",                     "v8.0",     SR_VTCR_EL2, 0x000000008007ffff },
	{ "with VMID16, HAFDBS",               "v8.1",     SR_VTCR_EL2, 0x00000000806fffff },
	{ "BADDR and RESS, page aligned",      "v8.4-nv2", SR_VNCR_EL2, 0xfffffffffffff000 },
	{ "FIPA",                              "v8.0",     SR_HPFAR_EL2, 0x00000ffffffffff0 },
	{ "2 KiB vectors",                     "v8.0",     SR_VBAR_EL2, 0xfffffffffffff800 },
	/* clang-format on */
};

static void absent_features_are_res0(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(stays); i++) {
		struct cpu *cpu = pe_create(stays[i].profile, true, 40);

		sysreg_write(cpu, stays[i].reg, ~(u64)0);
		if (cpu->sys[stays[i].reg] != stays[i].value)
			fail_msg("%s, %s, %s: 0x%" PRIx64 ", not 0x%" PRIx64, stays[i].profile,
				sysreg_name(stays[i].reg), stays[i].text, cpu->sys[stays[i].reg],
				stays[i].value);
		free(cpu);
	}
}

/* CPTR_EL2 is written in the format that E2H says. HW-9 */
static void cptr_has_two_formats(void **state)
{
	struct cpu *cpu = pe_create("v8.1", true, 40);

	(void)state;
	assert_int_equal(cpu->sys[SR_CPTR_EL2], 0x33ff);
	sysreg_write(cpu, SR_CPTR_EL2, 0);
	assert_int_equal(cpu->sys[SR_CPTR_EL2], 0x33ff);
	sysreg_write(cpu, SR_CPTR_EL2, CPTR_EL2_TFP | CPTR_EL2_TCPAC | CPTR_EL2_E2H_FPEN);
	assert_int_equal(cpu->sys[SR_CPTR_EL2] & ~(u64)CPTR_EL2_TTA, 0x800037ff);
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_E2H);
	sysreg_write(cpu, SR_CPTR_EL2, 0);
	assert_int_equal(cpu->sys[SR_CPTR_EL2], 0);
	sysreg_write(cpu, SR_CPTR_EL2, CPTR_EL2_E2H_FPEN | CPTR_EL2_TCPAC | CPTR_EL2_TFP);
	assert_int_equal(cpu->sys[SR_CPTR_EL2], 0x80300000);
	free(cpu);
}

/* ---- ID registers ---- */

static const struct {
	const char *profile;
	bool has_el2;
	u8 pa_bits;
	u64 pfr0, dfr0, isar0, mmfr0, mmfr1, mmfr2;
} ids[] = {
	/* clang-format off */
	{ "v8.0",     true,  40, 0x1100000000ff0111, 0x101006, 0,        0x100022, 0,          0 },
	{ "v8.1",     true,  40, 0x1100000000ff0111, 0x101007, 0x210000, 0x100022, 0x111122,   0 },
	{ "v8.3-nv",  true,  40, 0x1100000000ff0111, 0x101007, 0x210000, 0x100022, 0x111122,   0x0000000001000000 },
	{ "v8.4-nv2", true,  40, 0x1100000000ff0111, 0x101007, 0x210000, 0x100022, 0x111122,   0x0200001002000000 },
	{ "max",      true,  40, 0x1100000000ff0111, 0x101007, 0x210000, 0x100022, 0x10211122, 0x0200001002000000 },
	{ "v8.1",     false, 40, 0x1100000000ff0011, 0x101007, 0x210000, 0x100022, 0x111122,   0 },
	{ "v8.0",     true,  32, 0x1100000000ff0111, 0x101006, 0,        0x100020, 0,          0 },
	{ "v8.0",     true,  36, 0x1100000000ff0111, 0x101006, 0,        0x100021, 0,          0 },
	{ "v8.0",     true,  42, 0x1100000000ff0111, 0x101006, 0,        0x100023, 0,          0 },
	{ "v8.0",     true,  44, 0x1100000000ff0111, 0x101006, 0,        0x100024, 0,          0 },
	{ "v8.0",     true,  48, 0x1100000000ff0111, 0x101006, 0,        0x100025, 0,          0 },
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

/* HW-14: EL1 reads what EL2 wrote to VPIDR and VMPIDR; EL2 the truth. */
static void identity_as_el2_presents_it(void **state)
{
	struct cpu *cpu = pe_create("v8.1", true, 40);

	(void)state;
	sysreg_write(cpu, SR_VPIDR_EL2, 0x12345678);
	sysreg_write(cpu, SR_VMPIDR_EL2, 0x80000003);
	pe_set_el(cpu, EL1);
	assert_int_equal(sysreg_read(cpu, SR_MIDR_EL1), 0x12345678);
	assert_int_equal(sysreg_read(cpu, SR_MPIDR_EL1), 0x80000003);
	pe_set_el(cpu, EL2);
	assert_int_equal(sysreg_read(cpu, SR_MIDR_EL1), 0x000f0f00);
	assert_int_equal(sysreg_read(cpu, SR_MPIDR_EL1), 0x80000000);
	cpu->has_el2 = false;
	pe_set_el(cpu, EL1);
	assert_int_equal(sysreg_read(cpu, SR_MIDR_EL1), 0x000f0f00);
	free(cpu);
}

/* F.5: a guest hypervisor at EL1 reads EL2. */
static void current_el(void **state)
{
	struct cpu *cpu = pe_create("v8.3-nv", true, 40);

	(void)state;
	pe_set_el(cpu, EL1);
	assert_int_equal(sysreg_read(cpu, SR_CurrentEL), 4);
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_NV);
	assert_int_equal(sysreg_read(cpu, SR_CurrentEL), 8);
	pe_set_el(cpu, EL2);
	assert_int_equal(sysreg_read(cpu, SR_CurrentEL), 8);
	free(cpu);
}

/* DCZID_EL0.DZP, ISR_EL1: what depends on controls. */
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

static const struct {
	const char *text;
	unsigned el;
	u64 hcr;
	u32 lines;
	u64 isr;
} isr_rows[] = {
	/* clang-format off */
	{ "nothing",                            EL1, 0,                           0,           0     },
	{ "physical ones at EL1",               EL1, 0,                           LINE_IRQ | LINE_FIQ | LINE_SERROR, 0x1c0 },
	{ "IMO hides the physical IRQ",         EL1, HCR_EL2_IMO,                 LINE_IRQ,    0     },
	{ "IMO shows VI",                       EL1, HCR_EL2_IMO | HCR_EL2_VI,    0,           0x080 },
	{ "VI needs IMO",                       EL1, HCR_EL2_VI,                  0,           0     },
	{ "the virtual line",                   EL1, HCR_EL2_IMO,                 LINE_VIRQ,   0x080 },
	{ "FMO, VF",                            EL1, HCR_EL2_FMO | HCR_EL2_VF,    0,           0x040 },
	{ "AMO, VSE",                           EL1, HCR_EL2_AMO | HCR_EL2_VSE,   0,           0x100 },
	{ "classes are apart",                  EL1, HCR_EL2_AMO | HCR_EL2_VI,    LINE_FIQ,    0x040 },
	{ "EL2 sees the physical ones",         EL2, HCR_EL2_IMO | HCR_EL2_VI,    LINE_FIQ,    0x040 },
	/* clang-format on */
};

static void pending_interrupts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(isr_rows); i++) {
		struct cpu *cpu = pe_create("v8.1", true, 40);

		sysreg_write(cpu, SR_HCR_EL2, isr_rows[i].hcr);
		cpu->lines = isr_rows[i].lines;
		pe_set_el(cpu, isr_rows[i].el);
		if (sysreg_read(cpu, SR_ISR_EL1) != isr_rows[i].isr)
			fail_msg("%s: ISR_EL1 is 0x%" PRIx64, isr_rows[i].text,
				sysreg_read(cpu, SR_ISR_EL1));
		free(cpu);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(masks_and_resets_agree),
		cmocka_unit_test(columns_fit_together),
		cmocka_unit_test(encodings_and_names_are_unique),
		cmocka_unit_test(every_trap_has_registers),
		cmocka_unit_test(gated_registers_say_so),
		cmocka_unit_test(writes_force_reserved_bits),
		cmocka_unit_test(absent_features_are_res0),
		cmocka_unit_test(cptr_has_two_formats),
		cmocka_unit_test(id_registers_by_profile),
		cmocka_unit_test(profiles_by_name),
		cmocka_unit_test(identity_as_el2_presents_it),
		cmocka_unit_test(current_el),
		cmocka_unit_test(dc_zva_prohibited),
		cmocka_unit_test(pending_interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
