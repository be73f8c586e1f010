/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitors `owner` and `clobber`: what they say of a hypervisor that is right, which is
 * nothing, and of the same one with one instruction exchanged (tests/verify/owner_guest.S).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "debug/symbols.h"
#include "verify/session.h"

#define NOP 0xd503201fu

struct bug {
	const char *label; /* of the instruction that is another one; NULL: none is */
	u32 insn;
	enum rule rule;
	const char *says; /* a part of it */
};

static const struct bug bugs[] = {
	/* What another guest left. */
	{ "load_x9", NOP, RULE_OWN_GPR, "x9 is what L1 left, and L1.2 is entered" },
	{ "load_v7", NOP, RULE_OWN_FP, "v7 is what L1 left, and L1.2 is entered" },
	{ "load_fpsr", NOP, RULE_OWN_FP, "FPSR" },
	{ "load_tpidr_el0", NOP, RULE_OWN_USER, "TPIDR_EL0 is what L1 left, and L1.2" },
	{ "load_ttbr0", NOP, RULE_OWN_SYSREG, "TTBR0_EL1" },
	{ "load_par", NOP, RULE_OWN_SYSREG, "PAR_EL1" },
	{ "load_tpidr_el1", NOP, RULE_OWN_SYSREG, "TPIDR_EL1" },
	{ "load_lr", 0x36000075 /* tbz w21, #0, .+12 */, RULE_OWN_LIST, "ICH_LR0_EL2" },
	{ "load_vbar", NOP, RULE_OWN_SYSREG, "VBAR_EL1" },
	{ "load_cntkctl", NOP, RULE_OWN_SYSREG, "CNTKCTL_EL1 is what L1 left, and L1.2" },
	{ "with_nv1", 0xb2560042 /* orr x2, x2, #(1 << 42), NV alone */, RULE_OWN_NESTED,
		"CNTKCTL_EL1 is what L1 left, and virtual EL2 of L1" },
	{ "load_vttbr", 0xd340bc42 /* ubfx x2, x2, #0, #48 */, RULE_OWN_TLB, "VMID 0" },
	/* What it left itself. */
	{ "load_x20", NOP, RULE_CLOBBER_GPR, "x20 of L1" },
	{ "save_x20", NOP, RULE_CLOBBER_GPR, "x20 of L1" },
	{ "load_key", NOP, RULE_CLOBBER_SYSREG, "APGAKeyLo_EL1 of L1" },
	{ "save_par", NOP, RULE_CLOBBER_PAR, "PAR_EL1 of L1" },
	{ "save_v7", NOP, RULE_CLOBBER_FP, "v7.d[0] of L1" },
	{ "save_ttbr0", NOP, RULE_CLOBBER_SYSREG, "TTBR0_EL1 of L1" },
	{ "save_sp_el0", NOP, RULE_CLOBBER_SYSREG, "SP_EL0 of L1" },
	{ "load_spsr", 0x9276ec63 /* bic x3, x3, #0x3c0 */, RULE_CLOBBER_SYSREG,
		"SPSR_EL1 of virtual EL2 of L1" },
	{ "save_pc", NOP, RULE_CLOBBER_PC, "the PC of L1" },
	/* What the host had. */
	{ "host_hcr", NOP, RULE_HOST_TGE, "HCR_EL2.TGE is 0" },
	{ "host_bits", 0x9257f842 /* bic x2, x2, #(1 << 40) */, RULE_HOST_HCR, "HCR_EL2" },
	{ "host_cptr", NOP, RULE_HOST_CONTROL, "CPTR_EL2" },
	{ "host_key", NOP, RULE_HOST_KEYS, "APGAKeyLo_EL1" },
	{ "host_sp_el0", NOP, RULE_HOST_CONTROL, "SP_EL0" },
	{ "host_isb", NOP, RULE_HOST_SYNC, "since the write of CPTR_EL2" },
	{ "leave_pan", NOP, RULE_HOST_PAN, "PSTATE.PAN" },
	{ "leave_daif", NOP, RULE_HOST_DAIF, "PSTATE.DAIF" },
	{ "flush_clears", 0x9257f821 /* bic x1, x1, #(1 << 40) */, RULE_HOST_TLBI,
		"more than TGE" },
	{ "flush_sets", NOP, RULE_HOST_TGE, "HCR_EL2.TGE is 0" },
	{ "detach_mdcr", NOP, RULE_HOST_CONTROL, "MDCR_EL2" },
	{ "detach_tpidr", NOP, RULE_OWN_USER, "TPIDR_EL0 is what virtual EL2 of L1 left" },
	/* A host at EL1. */
	{ "nvhe_ttbr0_el1", NOP, RULE_HOST_EL1, "TTBR0_EL1" },
	{ "nvhe_x21", NOP, RULE_HOST_EL1, "x21" },
	{ "nvhe_tpidr_el0", NOP, RULE_HOST_CONTROL, "TPIDR_EL0" },
	{ "nvhe_apgakeylo_el1", NOP, RULE_HOST_KEYS, "APGAKeyLo_EL1" },
};

/* Other instructions with which it is right as well. */
static const struct {
	const char *label;
	u32 insn;
} no_bugs[] = {
	/* TGE is 1 again, and nothing depends on it before an interrupt or an ERET. */
	{ "flush_isb", NOP },
};

static struct session *begin(const char *label, u32 insn, enum adversary_kind adversary)
{
	struct session_config config = session_default_config();
	struct session *session;
	struct status status;

	config.machine.profile = "v8.4-nv2";
	config.image = OWNER_ELF;
	config.adversary.kind = adversary;
	assert_int_equal(monitors_parse("owner,clobber", &config.monitors).code, STATUS_OK);
	session = session_create(&config, &status);
	if (session == NULL)
		fail_msg("%s", status.text);
	machine_set_line(session_machine(session), 0, LINE_FIQ, true);
	if (label != NULL) {
		struct patch patch = { .after = insn };
		struct ram_region *region;

		assert_true(symbols_find(session_watchman(session)->symbols, label, &patch.pa));
		region = memory_find(machine_memory(session_machine(session)), PA(patch.pa), 4);
		assert_non_null(region);
		memcpy(&patch.before, region->host + (patch.pa - region->base.v), 4);
		assert_int_equal(session_patch(session, &patch).code, STATUS_OK);
	}
	return session;
}

static void holds(const char *label, u32 insn, enum adversary_kind adversary)
{
	struct session *session = begin(label, insn, adversary);

	if (session_run(session, 1000000) != SESSION_HOLDS)
		fail_msg("%s: %s", label != NULL ? label : "as it is", session_why(session));
	assert_int_equal(monitors_count(session_monitors(session)), 0);
	session_destroy(session);
}

static void right_ones(void **state)
{
	static const enum adversary_kind adversaries[] = { ADVERSARY_NONE, ADVERSARY_MIN,
		ADVERSARY_MAX };

	(void)state;
	for (size_t n = 0; n < COUNT(adversaries); n++) {
		holds(NULL, 0, adversaries[n]);
		for (size_t i = 0; i < COUNT(no_bugs); i++)
			holds(no_bugs[i].label, no_bugs[i].insn, adversaries[n]);
	}
}

static void wrong_ones(void **state)
{
	unsigned failed = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(bugs); i++) {
		struct session *session = begin(bugs[i].label, bugs[i].insn, ADVERSARY_NONE);
		enum session_end end = session_run(session, 1000000);
		const struct violation *found =
			end == SESSION_VIOLATES ? monitors_violation(session_monitors(session), 0)
						: NULL;

		if (found == NULL || found->rule != bugs[i].rule ||
			strstr(found->text, bugs[i].says) == NULL) {
			print_error("%s: %s\n", bugs[i].label, session_why(session));
			failed++;
		}
		session_destroy(session);
	}
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_ones),
		cmocka_unit_test(wrong_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
