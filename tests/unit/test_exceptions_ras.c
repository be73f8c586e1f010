/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_RAS: ESB by every routing of SErrors, the syndrome of virtual SErrors, external aborts by
 * HCR_EL2.TEA. AArch64.ESBOperation, AArch64.vESBOperation, AArch64.Abort.
 */
#include "tests/unit/exceptions_pe.h"

#define AMO HCR_EL2_AMO
#define TGE HCR_EL2_TGE
#define E2H HCR_EL2_E2H
#define VSE HCR_EL2_VSE
#define A   DISR_EL1_A

enum { SYNDROME = 0x1abcdef }; /* IDS and ISS of a virtual SError */

static const struct {
	const char *text;
	u8 el;
	u64 hcr;
	bool masked, pending;
	u64 disr, vdisr;
	bool still_pending, still_vse;
} rows[] = {
	/* clang-format off */
	{ "nothing is pending",                  EL1, 0,               true,  false, 0, 0,            false, false },
	{ "EL1's own, masked",                   EL1, 0,               true,  true,  A, 0,            false, false },
	{ "EL1's own, to be taken",              EL1, 0,               false, true,  0, 0,            true,  false },
	{ "EL0's, masked",                       EL0, 0,               true,  true,  A, 0,            false, false },
	{ "routed to EL2: not masked",           EL1, AMO,             true,  true,  0, 0,            true,  false },
	{ "EL0's routed by TGE: not masked",     EL0, TGE,             true,  true,  0, 0,            true,  false },
	{ "the host's EL0, masked",              EL0, TGE | E2H,       true,  true,  A, 0,            false, false },
	{ "the host's EL0, to be taken",         EL0, TGE | E2H,       false, true,  0, 0,            true,  false },
	{ "EL2's own, masked",                   EL2, AMO,             true,  true,  A, 0,            false, false },
	{ "EL2's own, to be taken",              EL2, AMO,             false, true,  0, 0,            true,  false },
	{ "at EL2, EL1's: masked anyway",        EL2, 0,               false, true,  A, 0,            false, false },
	{ "at EL2 under TGE",                    EL2, TGE,             false, true,  0, 0,            true,  false },
	{ "virtual, masked",                     EL1, AMO | VSE,       true,  false, 0, A | SYNDROME, false, false },
	{ "virtual, to be taken",                EL1, AMO | VSE,       false, false, 0, 0,            false, true },
	{ "virtual, masked, at EL0",             EL0, AMO | VSE,       true,  false, 0, A | SYNDROME, false, false },
	{ "virtual without AMO is none",         EL1, VSE,             true,  false, 0, 0,            false, true },
	{ "virtual under TGE is none",           EL0, AMO | VSE | TGE, true,  false, 0, 0,            false, true },
	{ "virtual at EL2 is none",              EL2, AMO | VSE,       true,  false, 0, 0,            false, true },
	/* clang-format on */
};

static void esb_defers_what_is_masked(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cpu *cpu = pe_create("v8.4-nv2", rows[i].el, rows[i].hcr);

		sysreg_write(cpu, SR_VSESR_EL2, SYNDROME);
		cpu->pstate.daif = rows[i].masked ? DAIF_A : DAIF_D | DAIF_I | DAIF_F;
		cpu->lines = rows[i].pending ? LINE_SERROR : 0;
		exceptions_esb(cpu);
		EXPECT(rows[i].text, cpu->sys[SR_DISR_EL1], rows[i].disr);
		EXPECT(rows[i].text, cpu->sys[SR_VDISR_EL2], rows[i].vdisr);
		EXPECT(rows[i].text, cpu->lines, rows[i].still_pending ? LINE_SERROR : 0);
		EXPECT(rows[i].text, cpu->sys[SR_HCR_EL2] & VSE, rows[i].still_vse ? VSE : 0);
		EXPECT(rows[i].text, cpu->pstate.el, rows[i].el);
		free(cpu);
	}
}

/* With that choice PSTATE.A alone says what EL2 takes, so ESB may defer nothing else. */
static void esb_follows_the_routing_of_el2(void **state)
{
	(void)state;
	for (unsigned masked = 0; masked < 2; masked++) {
		struct cpu *cpu = pe_create("v8.4-nv2", EL2, E2H);

		cpu->choice[CHOICE_el2_routing] = CHOSEN_el2_routing_ones;
		cpu->pstate.daif = masked ? DAIF_A : 0;
		cpu->lines = LINE_SERROR;
		exceptions_esb(cpu);
		EXPECT("deferred", cpu->sys[SR_DISR_EL1], masked ? A : 0);
		EXPECT("to be taken", exceptions_pending(cpu), masked ? INT_NONE : INT_SERROR);
		free(cpu);
	}
}

static void virtual_serror_has_the_hypervisors_syndrome(void **state)
{
	struct cpu *cpu = pe_create("v8.4-nv2", EL1, AMO | VSE);

	(void)state;
	sysreg_write(cpu, SR_VSESR_EL2, ~(u64)0);
	assert_true(exceptions_take_interrupt(cpu));
	assert_int_equal(cpu->sys[SR_ESR_EL1], (u64)EC_SERROR << 26 | 0x3ffffff);
	assert_int_equal(cpu->sys[SR_VSESR_EL2], 0x1ffffff);
	assert_int_equal(cpu->sys[SR_HCR_EL2] & VSE, 0);
	free(cpu);
}

static void physical_serror_has_none(void **state)
{
	struct cpu *cpu = pe_create("v8.4-nv2", EL1, 0);

	(void)state;
	sysreg_write(cpu, SR_VSESR_EL2, ~(u64)0);
	cpu->lines = LINE_SERROR;
	assert_true(exceptions_take_interrupt(cpu));
	assert_int_equal(cpu->sys[SR_ESR_EL1], (u64)EC_SERROR << 26 | 1 << 25);
	free(cpu);
}

static const struct {
	const char *text;
	u8 el;
	u64 hcr;
	u8 ec;
	u32 iss;
	u8 to;
} aborts[] = {
	/* clang-format off */
	{ "a read from nowhere",           EL1, HCR_EL2_TEA, EC_DABT_LOWER, 0x10, EL2 },
	{ "... without TEA",               EL1, 0,           EC_DABT_LOWER, 0x10, EL1 },
	{ "a fetch, at EL0",               EL0, HCR_EL2_TEA, EC_IABT_LOWER, 0x10, EL2 },
	{ "... without TEA",               EL0, 0,           EC_IABT_LOWER, 0x10, EL1 },
	{ "on a walk, level 0",            EL1, HCR_EL2_TEA, EC_DABT_LOWER, 0x14, EL2 },
	{ "on a walk, level 3",            EL1, HCR_EL2_TEA, EC_DABT_LOWER, 0x57, EL2 },
	{ "a translation fault is none",   EL1, HCR_EL2_TEA, EC_DABT_LOWER, 0x07, EL1 },
	{ "a permission fault is none",    EL1, HCR_EL2_TEA, EC_IABT_LOWER, 0x0f, EL1 },
	{ "nor is an alignment fault",     EL1, HCR_EL2_TEA, EC_DABT_LOWER, 0x21, EL1 },
	{ "nor an SVC with that number",   EL1, HCR_EL2_TEA, EC_SVC64,      0x10, EL1 },
	{ "EL2's own stays there",         EL2, 0,           EC_DABT_LOWER, 0x10, EL2 },
	/* clang-format on */
};

static void external_aborts_go_by_tea(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(aborts); i++) {
		struct cpu *cpu = pe_create("v8.4-nv2", aborts[i].el, aborts[i].hcr);

		cpu->fault = (struct fault){ .ec = aborts[i].ec, .iss = aborts[i].iss };
		exceptions_raise(cpu);
		EXPECT(aborts[i].text, cpu->pstate.el, aborts[i].to);
		EXPECT(aborts[i].text,
			cpu->sys[aborts[i].to == EL2 ? SR_ESR_EL2 : SR_ESR_EL1] & ESR_ELx_ISS,
			aborts[i].iss);
		free(cpu);
	}
}

/* Without the feature nothing of it is there. */
static void without_ras(void **state)
{
	struct cpu *cpu = pe_create("v8.3-nv", EL2, 0);

	(void)state;
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_TEA | HCR_EL2_TERR | HCR_EL2_FIEN);
	assert_int_equal(cpu->sys[SR_HCR_EL2], HCR_EL2_RW);
	assert_int_equal(sysreg_route(cpu, SR_DISR_EL1, DIR_READ).goes, TO_UNDEFINED);
	assert_int_equal(sysreg_route(cpu, SR_VSESR_EL2, DIR_READ).goes, TO_UNDEFINED);
	assert_int_equal(sysreg_route(cpu, SR_ERRIDR_EL1, DIR_READ).goes, TO_UNDEFINED);
	free(cpu);
}

/* No error records: there is nothing to select and nothing to read. */
static void there_are_no_records(void **state)
{
	struct cpu *cpu = pe_create("v8.4-nv2", EL2, 0);

	(void)state;
	for (unsigned id = SR_ERRIDR_EL1; id <= SR_ERXMISC3_EL1; id++)
		assert_int_equal(sysreg_read(cpu, (enum sysreg_id)id), 0);
	sysreg_write(cpu, SR_ERRSELR_EL1, ~(u64)0);
	sysreg_write(cpu, SR_ERXSTATUS_EL1, ~(u64)0);
	sysreg_write(cpu, SR_ERXMISC3_EL1, ~(u64)0);
	sysreg_write(cpu, SR_ERXPFGCTL_EL1, ~(u64)0);
	assert_int_equal(cpu->sys[SR_ERRSELR_EL1] | cpu->sys[SR_ERXSTATUS_EL1] |
				 cpu->sys[SR_ERXMISC3_EL1] | cpu->sys[SR_ERXPFGCTL_EL1],
		0);
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(esb_defers_what_is_masked),
		cmocka_unit_test(esb_follows_the_routing_of_el2),
		cmocka_unit_test(virtual_serror_has_the_hypervisors_syndrome),
		cmocka_unit_test(physical_serror_has_none),
		cmocka_unit_test(external_aborts_go_by_tea),
		cmocka_unit_test(without_ras),
		cmocka_unit_test(there_are_no_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
