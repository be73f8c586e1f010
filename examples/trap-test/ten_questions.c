/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ten questions of docs/TRAP-TESTS.md as tests; the answers of `entresol explain` are there.
 */
#include <entresol-cmocka.h>

static void id_register_of_a_guest_hypervisor(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_NV | HCR_EL2_NV2 | HCR_EL2_TID3 });

	(void)state;
	run_one(cpu, MRS(ID_AA64MMFR4_EL1, 0));
	assert_trap(cpu, EL2, EC_SYSREG, ISS_MRS(ID_AA64MMFR4_EL1, 0));
}

static void cpacr_under_tcpac(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, &(struct setup){ .CPTR_EL2 = CPTR_EL2_TCPAC });

	(void)state;
	run_one(cpu, MRS(CPACR_EL1, 0));
	assert_trap(cpu, EL2, EC_SYSREG, ISS_MRS(CPACR_EL1, 0));
}

static void timer_of_the_hosts_el0(void **state)
{
	struct ent_machine *cpu = cpu_at(
		EL0, &(struct setup){ .HCR_EL2 = HCR_EL2_E2H | HCR_EL2_TGE, .CNTKCTL_EL1 = 0x3ff });

	(void)state;
	run_one(cpu, MRS(CNTP_CTL_EL0, 0));
	assert_trap(cpu, EL2, EC_SYSREG, ISS_MRS(CNTP_CTL_EL0, 0));
}

static void smc_without_el3(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_NV | HCR_EL2_TSC });

	(void)state;
	run_one(cpu, SMC(0));
	assert_trap(cpu, EL2, EC_SMC64, 0);
}

static void eret_of_a_guest_hypervisor(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_NV });

	(void)state;
	run_one(cpu, ERET);
	assert_trap(cpu, EL2, EC_ERET, 0);
}

static void sctlr_el12_in_memory(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_NV | HCR_EL2_NV2 });

	(void)state;
	run_one(cpu, MRS(SCTLR_EL12, 0));
	assert_memory(cpu, 0x110, TEST_WORD(0x110));
}

static void vectors_of_a_guest_hypervisor_without_vhe(void **state)
{
	struct ent_machine *cpu = cpu_at(
		EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_NV | HCR_EL2_NV1, .profile = "v8.3-nv" });

	(void)state;
	run_one(cpu, MSR(VBAR_EL1, 0));
	assert_trap(cpu, EL2, EC_SYSREG, ISS_MSR(VBAR_EL1, 0));
}

static void floating_point_under_tge(void **state)
{
	struct ent_machine *cpu = cpu_at(EL0, &(struct setup){ .HCR_EL2 = HCR_EL2_TGE });

	(void)state;
	run_one(cpu, 0x1e602820); /* fadd d0, d1, d0 */
	assert_trap(cpu, EL2, EC_UNKNOWN, 0);
}

static void far_el2_despite_trvm(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_NV | HCR_EL2_NV2 | HCR_EL2_TRVM });

	(void)state;
	run_one(cpu, MRS(FAR_EL2, 0));
	assert_reaches(cpu, FAR_EL1);
}

static void mdscr_traps_before_memory(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1,
		&(struct setup){ .HCR_EL2 = HCR_EL2_NV | HCR_EL2_NV2, .MDCR_EL2 = MDCR_EL2_TDA });

	(void)state;
	run_one(cpu, MSR(MDSCR_EL1, 0));
	assert_trap(cpu, EL2, EC_SYSREG, ISS_MSR(MDSCR_EL1, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(id_register_of_a_guest_hypervisor),
		cmocka_unit_test(cpacr_under_tcpac),
		cmocka_unit_test(timer_of_the_hosts_el0),
		cmocka_unit_test(smc_without_el3),
		cmocka_unit_test(eret_of_a_guest_hypervisor),
		cmocka_unit_test(sctlr_el12_in_memory),
		cmocka_unit_test(vectors_of_a_guest_hypervisor_without_vhe),
		cmocka_unit_test(floating_point_under_tge),
		cmocka_unit_test(far_el2_despite_trvm),
		cmocka_unit_test(mdscr_traps_before_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
