/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The assertions of entresol-cmocka.h must fail: whatever one thing changed that should not have,
 * and whatever is not as they say. Each change is made behind a right trap, alone.
 */
#include "entresol-cmocka.h"
#include "tests/api/spoil.h"

static struct ent_machine *after_trap(void)
{
	struct ent_machine *cpu = cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_TVM });

	run_one(cpu, MSR(SCTLR_EL1, 0));
	entresol_test.text[0] = '\0';
	return cpu;
}

static bool trap_is_right(struct ent_machine *cpu)
{
	const struct entresol_expected want = {
		.target_el = EL2, .ec = EC_SYSREG, .iss = ISS_MSR(SCTLR_EL1, 0)
	};

	return entresol_check_trap(cpu, &want);
}

static struct ent_machine *after_undefined(void)
{
	struct ent_machine *cpu = cpu_at(EL1, NULL);

	run_one(cpu, MSR(HCR_EL2, 0));
	entresol_test.text[0] = '\0';
	return cpu;
}

static bool undefined_is_right(struct ent_machine *cpu)
{
	return entresol_check_trap(
		cpu, &(struct entresol_expected){ .target_el = EL1, .ec = EC_UNKNOWN });
}

static struct ent_machine *after_memory(void)
{
	struct ent_machine *cpu =
		cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_NV | HCR_EL2_NV2 });

	run_one(cpu, MSR(SCTLR_EL12, 4));
	entresol_test.text[0] = '\0';
	return cpu;
}

static bool memory_is_right(struct ent_machine *cpu)
{
	return entresol_check_memory(cpu, 0x110, TEST_X(4));
}

static struct ent_machine *after_write(void)
{
	struct ent_machine *cpu = cpu_at(EL2, &(struct setup){ .HCR_EL2 = HCR_EL2_E2H });

	run_one(cpu, MSR(TTBR0_EL1, 5));
	entresol_test.text[0] = '\0';
	return cpu;
}

static bool write_is_right(struct ent_machine *cpu)
{
	return entresol_check_reaches(cpu, ENT_TTBR0_EL2);
}

static const struct {
	const char *name;
	struct ent_machine *(*run)(void);
	bool (*is_right)(struct ent_machine *cpu);
} assertions[] = {
	{ "assert_trap", after_trap, trap_is_right },
	{ "assert_undefined", after_undefined, undefined_is_right },
	{ "assert_memory", after_memory, memory_is_right },
	{ "assert_reaches", after_write, write_is_right },
};
enum { ASSERTIONS = sizeof(assertions) / sizeof(assertions[0]) };

static void hold_when_nothing_is_wrong(void **state)
{
	(void)state;
	for (unsigned a = 0; a < ASSERTIONS; a++) {
		if (!assertions[a].is_right(assertions[a].run()))
			fail_msg("%s: %s", assertions[a].name, entresol_test.text);
	}
}

static void must_notice(unsigned a, struct ent_machine *cpu, const char *what, unsigned n)
{
	if (assertions[a].is_right(cpu))
		fail_msg("%s did not notice a change of %s %u", assertions[a].name, what, n);
	if (entresol_test.text[0] == '\0')
		fail_msg("%s says nothing of a change of %s", assertions[a].name, what);
}

static void notice_each_x(void **state)
{
	(void)state;
	for (unsigned a = 0; a < ASSERTIONS; a++) {
		for (unsigned n = 0; n < 31; n++) {
			struct ent_machine *cpu = assertions[a].run();

			ent_set_x(cpu, n, ent_x(cpu, n) ^ UINT64_C(1) << (2 * n));
			must_notice(a, cpu, "X", n);
		}
	}
}

static void notice_each_part(void **state)
{
	(void)state;
	for (unsigned a = 0; a < ASSERTIONS; a++) {
		for (unsigned n = 0;; n++) {
			struct ent_machine *cpu = assertions[a].run();
			uint64_t pstate = ent_pstate(cpu);
			const char *name = spoil_part(cpu, n);

			if (name == NULL)
				break;
			/* EL1h is where an UNDEFINED instruction of EL1 leads */
			if (strcmp(name, "PSTATE.EL") != 0 || pstate != ent_pstate(cpu))
				must_notice(a, cpu, name, n);
		}
	}
}

/* Rows whose value is kept elsewhere, and is a part of its own. */
static bool is_view(const char *name)
{
	static const char *const views[] = { "SP_EL0", "SP_EL1", "SP_EL2", "SPSel", "CurrentEL",
		"NZCV", "DAIF", "PAN", "UAO", "DIT", "SSBS", "FPCR", "FPSR", "DBGCLAIMSET_EL1",
		"DBGCLAIMCLR_EL1", "CNTP_TVAL_EL0", "CNTV_TVAL_EL0", "CNTHP_TVAL_EL2",
		"CNTHV_TVAL_EL2" };

	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		if (strcmp(views[i], name) == 0)
			return true;
	}
	return false;
}

static void notice_each_register(void **state)
{
	unsigned noticed = 0;

	(void)state;
	for (unsigned n = 0;; n++) {
		struct ent_machine *cpu = after_trap();
		const char *name = spoil_register(cpu, n);

		if (name == NULL)
			break;
		if (name[0] == '\0')
			continue;
		if (is_view(name)) {
			if (!trap_is_right(cpu))
				fail_msg("%s is a view, and noticed", name);
			continue;
		}
		must_notice(0, cpu, name, n);
		noticed++;
	}
	print_message("%u registers\n", noticed);
	assert_true(noticed > 200);
}

static void notice_each_region_of_ram(void **state)
{
	static const uint64_t places[] = { ENT_RAM_BASE, TEST_CODE, TEST_CODE + 4, TEST_VBAR_EL2,
		TEST_VNCR + 0x108, TEST_VNCR + 0x117, TEST_VNCR + 0x118, TEST_SP_EL2 - 1,
		ENT_RAM_BASE + 0xfffff };

	(void)state;
	for (unsigned a = 0; a < ASSERTIONS; a++) {
		for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
			struct ent_machine *cpu = assertions[a].run();
			uint8_t byte = 0;

			ent_read_ram(cpu, places[i], &byte, 1);
			byte ^= 0x80;
			ent_write_ram(cpu, places[i], &byte, 1);
			must_notice(a, cpu, "RAM at place", i);
		}
	}
}

/* FAR_ELx and HPFAR_EL2 are no part of a trap, even with the value that an abort would give. */
static void notice_fault_registers(void **state)
{
	static const struct {
		uint32_t reg;
		uint64_t value;
	} written[] = { { ENT_FAR_EL2, 0 }, { ENT_HPFAR_EL2, 0 }, { ENT_FAR_EL1, TEST_CODE } };

	(void)state;
	for (unsigned i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		struct ent_machine *cpu = after_trap();

		ent_set(cpu, written[i].reg, written[i].value);
		must_notice(0, cpu, "fault register", i);
	}
}

static void notice_another_exception(void **state)
{
	static const struct entresol_expected wrong[] = {
		{ .target_el = EL1, .ec = EC_SYSREG, .iss = ISS_MSR(SCTLR_EL1, 0) },
		{ .target_el = EL2, .ec = EC_UNKNOWN, .iss = ISS_MSR(SCTLR_EL1, 0) },
		{ .target_el = EL2, .ec = EC_SYSREG, .iss = ISS_MRS(SCTLR_EL1, 0) },
		{ .target_el = EL2, .ec = EC_SYSREG, .iss = ISS_MSR(SCTLR_EL1, 1) },
		{ .target_el = EL2,
			.ec = EC_SYSREG,
			.iss = ISS_MSR(SCTLR_EL1, 0),
			.has_far = true,
			.far = TEST_CODE },
		{ .target_el = EL2,
			.ec = EC_SYSREG,
			.iss = ISS_MSR(SCTLR_EL1, 0),
			.has_hpfar = true },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (entresol_check_trap(after_trap(), &wrong[i]))
			fail_msg("expectation %u held", i);
	}
}

static void say_both_syndromes(void **state)
{
	struct ent_machine *cpu = after_trap();

	(void)state;
	entresol_check_trap(
		cpu, &(struct entresol_expected){ .target_el = EL1, .ec = EC_SVC64, .iss = 0x42 });
	assert_non_null(strstr(entresol_test.text, "expected EL1, ESR 0x56000042, SVC64"));
	assert_non_null(strstr(entresol_test.text, "got      EL2, ESR 0x62300400, SYSREG"));
}

/* ---- The macros themselves: every one of these tests must fail ---- */

static void no_trap(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, NULL);

	(void)state;
	run_one(cpu, MSR(TPIDR_EL1, 0));
	assert_trap(cpu, EL2, EC_SYSREG, ISS_MSR(TPIDR_EL1, 0));
}

static void not_undefined(void **state)
{
	(void)state;
	assert_undefined(after_trap());
}

static void not_executed(void **state)
{
	(void)state;
	assert_executes(after_trap());
}

static void not_only(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, NULL);

	(void)state;
	run_one(cpu, MRS(TPIDR_EL1, 3));
	assert_only(cpu, "X2", "X4");
}

static void not_reached(void **state)
{
	(void)state;
	assert_reaches(after_write(), TTBR0_EL1);
}

static void read_into_xzr(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, NULL);

	(void)state;
	run_one(cpu, MRS(SCTLR_EL1, 31));
	assert_reaches(cpu, SCTLR_EL1);
}

static void not_in_memory(void **state)
{
	(void)state;
	assert_memory(after_memory(), 0x118, TEST_X(4));
}

static void another_value(void **state)
{
	(void)state;
	assert_memory(after_memory(), 0x110, TEST_X(5));
}

static void no_abort(void **state)
{
	(void)state;
	assert_abort(after_trap(), EL2, EC_DABT_LOWER, 0, 0);
}

static void no_stage2_abort(void **state)
{
	(void)state;
	assert_stage2_abort(after_trap(), EC_DABT_LOWER, 0, 0, UINT64_C(0));
}

static void impossible_setup(void **state)
{
	(void)state;
	cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_NV2, .profile = "v8.1" });
}

static void impossible_profile(void **state)
{
	(void)state;
	cpu_at(EL1, &(struct setup){ .profile = "v9.9" });
}

static void no_el1_with_tge(void **state)
{
	(void)state;
	cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_TGE });
}

static void no_el1_with_tge_later(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, NULL);

	(void)state;
	ent_set_field(cpu, ENT_FIELD(HCR_EL2, TGE), 1);
	run_one(cpu, MRS(CTR_EL0, 1));
}

static void nothing_ran(void **state)
{
	(void)state;
	assert_undefined(cpu_at(EL1, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hold_when_nothing_is_wrong),
		cmocka_unit_test(notice_each_x),
		cmocka_unit_test(notice_each_part),
		cmocka_unit_test(notice_each_register),
		cmocka_unit_test(notice_each_region_of_ram),
		cmocka_unit_test(notice_fault_registers),
		cmocka_unit_test(notice_another_exception),
		cmocka_unit_test(say_both_syndromes),
	};
	const struct CMUnitTest must_fail[] = {
		cmocka_unit_test(no_trap),
		cmocka_unit_test(not_undefined),
		cmocka_unit_test(not_executed),
		cmocka_unit_test(not_only),
		cmocka_unit_test(not_reached),
		cmocka_unit_test(read_into_xzr),
		cmocka_unit_test(not_in_memory),
		cmocka_unit_test(another_value),
		cmocka_unit_test(no_abort),
		cmocka_unit_test(no_stage2_abort),
		cmocka_unit_test(impossible_setup),
		cmocka_unit_test(impossible_profile),
		cmocka_unit_test(no_el1_with_tge),
		cmocka_unit_test(no_el1_with_tge_later),
		cmocka_unit_test(nothing_ran),
	};
	int count = sizeof(must_fail) / sizeof(must_fail[0]);
	int failed = cmocka_run_group_tests_name("these must fail", must_fail, NULL, NULL);

	print_message("%d of %d failed, as they must\n", failed, count);
	return cmocka_run_group_tests(tests, NULL, NULL) != 0 || failed != count;
}
