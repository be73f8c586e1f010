/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain/: answers to hand-written questions, fields by name, and what is said of settings that
 * cannot be. tests/fuzz/random_questions.c asks at random.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cpu/cpu.h"
#include "cpu/decode.h"
#include "exceptions/exceptions.h"
#include "explain/explain.h"
#include "mmu/mmu.h"
#include "sysregs/table.h"

static u32 word_of(const char *text)
{
	struct status status;
	u32 insn = 0;

	status = assemble(text, &insn);
	if (status.code != STATUS_OK)
		fail_msg("%s: %s", text, status.text);
	return insn;
}

static struct explain_pe *pe_at(const char *profile, unsigned el, u64 hcr)
{
	struct explain_pe *pe;
	struct status status = explain_pe_create(profile, true, NULL, &pe);

	if (status.code != STATUS_OK)
		fail_msg("%s", status.text);
	pstate_set_el(pe->cpu, el, el != EL0);
	sysreg_write(pe->cpu, SR_HCR_EL2, hcr | HCR_EL2_RW);
	if ((pe->cpu->sys[SR_HCR_EL2] & hcr) != hcr)
		fail_msg("%s has not all bits of HCR_EL2 0x%" PRIx64, profile, hcr);
	return pe;
}

/* ---- Questions ---- */

#define ALL	 (~(u64)0)
#define NV2_HOST (HCR_EL2_NV | HCR_EL2_NV2 | HCR_EL2_E2H)
#define HOST	 (HCR_EL2_E2H | HCR_EL2_TGE)

static const struct {
	const char *why, *profile, *text;
	unsigned el;
	u64 hcr;
	const char *outcome;  /* of outcome_say(), up to what is here */
	const char *deciding; /* "": no control */
	const char *flips;    /* the controls whose change matters */
} questions[] = {
	{ "TVM traps a write", "v8.1", "msr sctlr_el1, x0", EL1, HCR_EL2_TVM,
		"trap to EL2: EC 0x18 SYSREG, ISS 0x0300400", "HCR_EL2.TVM", "HCR_EL2.TVM" },
	{ "TVM is no matter of reads", "v8.1", "mrs x7, sctlr_el1", EL1, HCR_EL2_TVM,
		"ok: SCTLR_EL1", "HCR_EL2.TRVM", "HCR_EL2.TRVM" },
	{ "ISS has the register and the direction", "v8.1", "mrs x7, sctlr_el1", EL1, HCR_EL2_TRVM,
		"trap to EL2: EC 0x18 SYSREG, ISS 0x03004e1", "HCR_EL2.TRVM", "HCR_EL2.TRVM" },
	{ "VHE redirects", "v8.1", "msr sctlr_el1, x0", EL2, HCR_EL2_E2H, "ok: SCTLR_EL2",
		"HCR_EL2.E2H", "HCR_EL2.E2H" },
	{ "an alias at EL1 with NV2 is memory", "v8.4-nv2", "mrs x0, sctlr_el12", EL1, NV2_HOST,
		"memory: the word at VNCR_EL2.BADDR + 0x110", "HCR_EL2.NV1",
		"HCR_EL2.NV HCR_EL2.NV2 HCR_EL2.NV1" },
	{ "an alias at EL1 without NV", "v8.1", "mrs x0, sctlr_el12", EL1, 0,
		"UNDEFINED: EC 0x00 to EL1", "", "" }, /* NV is RES0 */
	{ "an EL2 name at EL1 with NV", "v8.3-nv", "msr vbar_el2, x0", EL1, HCR_EL2_NV,
		"trap to EL2: EC 0x18", "HCR_EL2.NV", "HCR_EL2.NV" },
	{ "ERET with NV", "v8.3-nv", "eret", EL1, HCR_EL2_NV,
		"trap to EL2: EC 0x1a ERET, ISS 0x0000000", "HCR_EL2.NV", "HCR_EL2.NV" },
	{ "ERETAB says its key", "v8.3-nv", "eretab", EL1, HCR_EL2_NV,
		"trap to EL2: EC 0x1a ERET, ISS 0x0000003", "HCR_EL2.NV", "HCR_EL2.NV" },
	{ "an immediate is the ISS", "v8.1", "smc #0x1234", EL1, HCR_EL2_TSC,
		"trap to EL2: EC 0x17 SMC64, ISS 0x0001234", "HCR_EL2.TSC", "HCR_EL2.TSC" },
	{ "SVC from the host's EL0", "v8.1", "svc #3", EL0, HOST,
		"trap to EL2: EC 0x15 SVC64, ISS 0x0000003", "HCR_EL2.TGE", "HCR_EL2.TGE" },
	{ "UNDEFINED from the host's EL0", "v8.1", "mrs x0, sctlr_el1", EL0, HOST,
		"UNDEFINED: EC 0x00 to EL2", "HCR_EL2.TGE", "HCR_EL2.TGE" },
	{ "the host's EL0 has CNTHCTL_EL2", "v8.1", "mrs x0, cntpct_el0", EL0, HOST,
		"ok: CNTPCT_EL0", "CNTHCTL_EL2.EL0PCTEN",
		"HCR_EL2.TGE HCR_EL2.E2H CNTHCTL_EL2.EL0PCTEN" },
	{ "the name of the stack pointer in use", "v8.1", "mrs x0, sp_el0", EL1, 0, "ok: SP_EL0",
		"PSTATE.SP", "PSTATE.SP" },
	{ "FP where CPACR_EL1 says no", "v8.0", "fadd d0, d1, d2", EL1, 0,
		"trap to EL1: EC 0x07 FP_ACCESS, ISS 0x1e00000", "CPACR_EL1.FPEN",
		"CPACR_EL1.FPEN" },
	{ "SIMD loads too", "v8.0", "ldr q0, [x1]", EL1, 0,
		"trap to EL1: EC 0x07 FP_ACCESS, ISS 0x1e00000", "CPACR_EL1.FPEN",
		"CPACR_EL1.FPEN" },
	{ "a key that is off does nothing", "v8.3-nv", "pacia x0, x1", EL1, 0, "ok",
		"SCTLR_EL1.EnIA", "SCTLR_EL1.EnIA" },
	{ "PACGA has no enable", "v8.3-nv", "pacga x0, x1, x2", EL1, 0,
		"trap to EL2: EC 0x09 PAUTH, ISS 0x0000000", "HCR_EL2.API", "HCR_EL2.API" },
	{ "a hint of an absent feature", "v8.1", "paciasp", EL1, 0, "ok", "", "" },
	{ "an instruction of an absent feature", "v8.1", "pacia x0, x1", EL1, 0,
		"UNDEFINED: EC 0x00 to EL1", "", "" },
	{ "an absent field of PSTATE", "v8.1", "msr uao, #1", EL1, 0, "UNDEFINED: EC 0x00 to EL1",
		"", "" },
	{ "DAIFSet at EL0", "v8.1", "msr daifset, #15", EL0, 0,
		"trap to EL1: EC 0x18 SYSREG, ISS 0x00cd3fe", "SCTLR_EL1.UMA",
		"HCR_EL2.TGE SCTLR_EL1.UMA" },
	{ "a trapped TLBI", "v8.1", "tlbi vae1is, x9", EL1, HCR_EL2_TTLB,
		"trap to EL2: EC 0x18 SYSREG, ISS 0x0122126", "HCR_EL2.TTLB", "HCR_EL2.TTLB" },
	{ "SYSL names nothing", "v8.1", "sysl x0, #0, C8, C3, #1", EL1, HCR_EL2_TTLB,
		"UNDEFINED: EC 0x00 to EL1", "", "" },
	{ "IMPLEMENTATION DEFINED space", "v8.1", "mrs x0, S3_3_C15_C2_1", EL1, HCR_EL2_TIDCP,
		"trap to EL2: EC 0x18", "HCR_EL2.TIDCP", "HCR_EL2.TIDCP" },
	{ "an ordinary instruction", "v8.1", "0x8b020020", EL0, 0, "ok", "", "" },
	{ "an unallocated word", "v8.1", "0xffffffff", EL1, 0, "UNDEFINED: EC 0x00 to EL1", "",
		"" },
};

static void names_of_flips(const struct explanation *answer, bool e2h, char *text, size_t size)
{
	text[0] = '\0';
	for (unsigned i = 0; i < answer->flip_count; i++) {
		const struct consulted *control = &answer->consulted[answer->flips[i].control];
		size_t length = strlen(text);
		char name[40];

		field_say(control->reg, e2h, control->mask, name, sizeof(name));
		if (strstr(text, name) == NULL)
			snprintf(text + length, size - length, "%s%s", length ? " " : "", name);
	}
}

static void answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(questions); i++) {
		struct explain_pe *pe =
			pe_at(questions[i].profile, questions[i].el, questions[i].hcr);
		struct explanation answer;
		char outcome[300], deciding[40] = "", flips[300];

		explain(pe->cpu, word_of(questions[i].text), &answer);
		outcome_say(&answer.outcome, outcome, sizeof(outcome));
		if (answer.deciding >= 0)
			field_say(answer.consulted[answer.deciding].reg, is_e2h(pe->cpu),
				answer.consulted[answer.deciding].mask, deciding, sizeof(deciding));
		names_of_flips(&answer, is_e2h(pe->cpu), flips, sizeof(flips));
		if (strncmp(outcome, questions[i].outcome, strlen(questions[i].outcome)) != 0 ||
			strcmp(deciding, questions[i].deciding) != 0 ||
			strcmp(flips, questions[i].flips) != 0)
			fail_msg("row %zu, %s: %s; decided by '%s'; flips '%s'", i,
				questions[i].why, outcome, deciding, flips);
		explain_pe_destroy(pe);
	}
}

/* What is said of a read is what the machine returns. */
static void reads_return_what_is_said(void **state)
{
	static const struct {
		const char *why;
		enum sysreg_id reg;
		unsigned el;
		u64 hcr;
		enum sysreg_id set; /* first written with `to`; SR_NONE: nothing */
		u64 to;
		u64 mask, value;  /* of what is read then */
		const char *text; /* its beginning; "": it is its own value */
	} rows[] = {
		{ "a hypervisor at EL1", SR_CurrentEL, EL1, HCR_EL2_NV, SR_NONE, 0, ALL, EL2 << 2,
			"EL2" },
		{ "no hypervisor at EL1", SR_CurrentEL, EL1, 0, SR_NONE, 0, ALL, EL1 << 2, "" },
		{ "EL2 itself", SR_CurrentEL, EL2, HCR_EL2_NV, SR_NONE, 0, ALL, EL2 << 2, "" },
		{ "a PE of a guest", SR_MIDR_EL1, EL1, 0, SR_VPIDR_EL2, ALL, MASK(31, 0),
			MASK(31, 0), "the value of VPIDR_EL2" },
		{ "where the guest is", SR_MPIDR_EL1, EL1, 0, SR_VMPIDR_EL2, ALL, 0xff, 0xff,
			"the value of VMPIDR_EL2" },
		{ "DC ZVA of a guest", SR_DCZID_EL0, EL1, HCR_EL2_TDZ, SR_NONE, 0, BIT(4), BIT(4),
			"DZP" },
		{ "DC ZVA of the host's EL0", SR_DCZID_EL0, EL0, HOST | HCR_EL2_TDZ, SR_SCTLR_EL2,
			ALL, BIT(4), 0, "DZP = 1 while SCTLR_EL2.DZE" },
		{ "a guest's count", SR_CNTVCT_EL0, EL1, 0, SR_CNTVOFF_EL2, ALL, ALL, 1,
			"the physical count less CNTVOFF_EL2" },
		{ "a count of EL2", SR_CNTVCT_EL0, EL2, 0, SR_CNTVOFF_EL2, ALL, ALL, 1,
			"the physical count less CNTVOFF_EL2" },
		{ "the host's count", SR_CNTVCT_EL0, EL2, HCR_EL2_E2H, SR_CNTVOFF_EL2, ALL, ALL, 0,
			"the physical count: the host" },
		{ "its EL0's", SR_CNTVCT_EL0, EL0, HOST, SR_CNTVOFF_EL2, ALL, ALL, 0,
			"the physical count: the host" },
		{ "a guest's counters", SR_PMCR_EL0, EL1, 0, SR_MDCR_EL2, 3, MASK(15, 11), 3 << 11,
			"N is MDCR_EL2.HPMN" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct explain_pe *pe = pe_at("max", rows[i].el, rows[i].hcr);
		const char *text = read_returns(pe->cpu, rows[i].reg);
		u64 value;

		if (rows[i].set != SR_NONE)
			sysreg_write(pe->cpu, rows[i].set, rows[i].to);
		value = sysreg_read(pe->cpu, rows[i].reg);
		if ((value & rows[i].mask) != rows[i].value ||
			(text != NULL) != (rows[i].text[0] != '\0') ||
			(text != NULL && strncmp(text, rows[i].text, strlen(rows[i].text)) != 0))
			fail_msg("row %zu, %s: 0x%" PRIx64 ", '%s'", i, rows[i].why, value,
				text != NULL ? text : "");
		explain_pe_destroy(pe);
	}
}

/* ---- Names ---- */

static void fields_by_name(void **state)
{
	static const struct {
		const char *why;
		enum sysreg_id reg;
		bool e2h;
		const char *name;
		u8 high, low; /* 0, 63: there is none */
	} rows[] = {
		{ "a bit", SR_HCR_EL2, false, "tvm", 26, 26 },
		{ "FPEN of the host's format", SR_CPTR_EL2, true, "FPEN", 21, 20 },
		{ "FPEN has no other format", SR_CPTR_EL2, false, "FPEN", 0, 63 },
		{ "TTA moves", SR_CPTR_EL2, true, "TTA", 28, 28 },
		{ "TTA as it was", SR_CPTR_EL2, false, "TTA", 20, 20 },
		{ "TCPAC is in both", SR_CPTR_EL2, true, "TCPAC", 31, 31 },
		{ "EL1PCTEN moves", SR_CNTHCTL_EL2, true, "EL1PCTEN", 10, 10 },
		{ "EL1PCTEN as it was", SR_CNTHCTL_EL2, false, "EL1PCTEN", 0, 0 },
		{ "EVNTEN is in both", SR_CNTHCTL_EL2, true, "EVNTEN", 2, 2 },
		{ "TCR_EL2 has EL1's format with E2H", SR_TCR_EL2, true, "T1SZ", 21, 16 },
		{ "and its own without", SR_TCR_EL2, false, "PS", 18, 16 },
		{ "groups: SPSR", SR_SPSR_EL2, false, "IL", 20, 20 },
		{ "groups: ESR_ELx", SR_ESR_EL1, false, "EC", 31, 26 },
		{ "groups: CNTx_CTL", SR_CNTV_CTL_EL0, false, "IMASK", 1, 1 },
		{ "an alias", SR_SCTLR_EL12, false, "UCI", 26, 26 },
		{ "no such field", SR_HCR_EL2, false, "TVN", 0, 63 },
		{ "no fields", SR_TPIDR_EL0, false, "X", 0, 63 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct field *field = field_find(rows[i].reg, rows[i].e2h, rows[i].name);

		if (field == NULL ? rows[i].low != 63
				  : field->high != rows[i].high || field->low != rows[i].low)
			fail_msg("row %zu, %s", i, rows[i].why);
	}
}

static void settings_that_cannot_be(void **state)
{
	static const struct {
		enum sysreg_id reg;
		u64 value;
		const char *says; /* "": it can */
	} rows[] = {
		{ SR_HCR_EL2, HCR_EL2_TVM, "" },
		{ SR_HCR_EL2, HCR_EL2_NV,
			"HCR_EL2.NV is RES0 in this CPU profile; it needs FEAT_NV" },
		{ SR_HCR_EL2, 0, "HCR_EL2.RW is RES1 in this CPU profile" },
		{ SR_VNCR_EL2, 0,
			"VNCR_EL2 does not exist in this CPU profile; it needs FEAT_NV2" },
		{ SR_SCTLR_EL12, 0, "SCTLR_EL12 is a name of SCTLR_EL1: use that" },
		{ SR_MIDR_EL1, 0, "MIDR_EL1 is read-only" },
		{ SR_TLBI_VAE1, 0, "TLBI_VAE1 is an operation, it has no value" },
		{ SR_CPTR_EL2, 0x33ff | 1ull << 63, "CPTR_EL2<63> is RES0 in this CPU profile" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct explain_pe *pe = pe_at("v8.1", EL1, 0);
		struct status status = explain_set(
			pe->cpu, rows[i].reg, rows[i].value | (i == 0 ? HCR_EL2_RW : 0), ~(u64)0);

		if (i == 1)
			status = explain_set(pe->cpu, rows[i].reg, rows[i].value, rows[i].value);
		if (strcmp(status.text, rows[i].says) != 0)
			fail_msg("row %zu: '%s', not '%s'", i, status.text, rows[i].says);
		explain_pe_destroy(pe);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(reads_return_what_is_said),
		cmocka_unit_test(fields_by_name),
		cmocka_unit_test(settings_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
