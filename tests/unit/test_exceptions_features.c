/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSTATE fields of Armv8.2 to Armv8.5 across exceptions and returns: UAO, DIT, SSBS, BTYPE.
 * DDI 0487 D1.3, AArch64.TakeException and SetPSTATEFromPSR.
 */
#include "tests/unit/exceptions_pe.h"

#define UAO	 BIT(23)
#define DIT	 BIT(24)
#define SSBS	 BIT(12)
#define BTYPE(n) ((u64)(n) << 10)
#define ALL	 (UAO | DIT | SSBS | BTYPE(3))

static void set_fields(struct cpu *cpu, u64 spsr)
{
	cpu->pstate.uao = spsr & UAO;
	cpu->pstate.dit = spsr & DIT;
	cpu->pstate.ssbs = spsr & SSBS;
	cpu->pstate.btype = (u8)bits(spsr, 11, 10);
}

static const struct {
	const char *text, *profile;
	u8 from, to;
	u64 dssbs_el1, dssbs_el2; /* SCTLR_ELx */
	u64 before, after;	  /* PSTATE as in SPSR */
} entries[] = {
	/* clang-format off */
	{ "UAO and BTYPE are cleared, DIT stays",   "max",      EL1, EL1, 0, 0, UAO | DIT | BTYPE(2), DIT },
	{ "from EL0 to EL1",                        "max",      EL0, EL1, 0, 0, DIT | BTYPE(3),       DIT },
	{ "from EL1 to EL2",                        "max",      EL1, EL2, 0, 0, UAO | DIT | BTYPE(1), DIT },
	{ "DIT stays clear",                        "max",      EL1, EL2, 0, 0, UAO,                  0 },
	{ "DSSBS 0 clears SSBS",                    "max",      EL0, EL1, 0, SCTLR_EL2_DSSBS, SSBS,   0 },
	{ "DSSBS 1 sets SSBS",                      "max",      EL0, EL1, SCTLR_EL1_DSSBS, 0, 0,      SSBS },
	{ "at EL2 it is SCTLR_EL2's that clears",   "max",      EL1, EL2, SCTLR_EL1_DSSBS, 0, SSBS,   0 },
	{ "... or sets",                            "max",      EL2, EL2, 0, SCTLR_EL2_DSSBS, 0,      SSBS },
	{ "without SSBS there is no DSSBS",         "v8.4-nv2", EL0, EL1, SCTLR_EL1_DSSBS, 0, DIT,    DIT },
	/* clang-format on */
};

static void test_entry(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(entries); i++) {
		struct cpu *cpu = pe_create(entries[i].profile, entries[i].from, 0);
		bool to_el2 = entries[i].to == EL2;

		sysreg_write(cpu, SR_SCTLR_EL1, entries[i].dssbs_el1);
		sysreg_write(cpu, SR_SCTLR_EL2, entries[i].dssbs_el2);
		set_fields(cpu, entries[i].before);
		fault_trap(cpu, entries[i].to, EC_SYSREG, 0);
		exceptions_raise(cpu);
		EXPECT(entries[i].text, cpu->sys[to_el2 ? SR_SPSR_EL2 : SR_SPSR_EL1] & ALL,
			entries[i].before);
		EXPECT(entries[i].text, pstate_to_spsr(cpu) & ALL, entries[i].after);
		free(cpu);
	}
}

static const struct {
	const char *text, *profile;
	u64 spsr, after;
} returns[] = {
	/* clang-format off */
	{ "max has all",              "max",      ALL,      ALL },
	{ "BTYPE 1",                  "max",      BTYPE(1), BTYPE(1) },
	{ "BTYPE 2",                  "max",      BTYPE(2), BTYPE(2) },
	{ "none is set",              "max",      0,        0 },
	{ "v8.4: no SSBS, no BTYPE",  "v8.4-nv2", ALL,      UAO | DIT },
	{ "v8.3: UAO alone",          "v8.3-nv",  ALL,      UAO },
	{ "v8.1: nothing",            "v8.1",     ALL,      0 },
	/* clang-format on */
};

static void test_return(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(returns); i++) {
		struct cpu *cpu = pe_create(returns[i].profile, EL2, 0);

		set_fields(cpu, ~returns[i].spsr & returns[i].after);
		sysreg_write(cpu, SR_SPSR_EL2, returns[i].spsr | M_EL1H);
		exceptions_eret(cpu);
		EXPECT(returns[i].text, cpu->pstate.el, EL1);
		EXPECT(returns[i].text, pstate_to_spsr(cpu) & ALL, returns[i].after);
		free(cpu);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_return),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
