/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hypervisor gives its guest a virtual cache: HCR_EL2.TID2 traps CTR_EL0, and SCTLR_EL1.UCT is
 * the guest's. What it relies on, as tests; docs/TRAP-TESTS.md explains them.
 */
#include <entresol-cmocka.h>

static void guest_kernel_reads_ctr(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_TID2 });

	(void)state;
	run_one(cpu, MRS(CTR_EL0, 2));
	assert_trap(cpu, EL2, EC_SYSREG, ISS_MRS(CTR_EL0, 2));
}

/* Without it, the read is done: only X2 changes. */
static void guest_kernel_reads_the_real_one(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, NULL);

	(void)state;
	run_one(cpu, MRS(CTR_EL0, 2));
	assert_reaches(cpu, CTR_EL0);
}

/* EL0's read is its kernel's business first: UCT = 0 sends it there, not to the hypervisor. */
static void guest_user_reads_ctr(void **state)
{
	struct ent_machine *cpu = cpu_at(EL0, &(struct setup){ .HCR_EL2 = HCR_EL2_TID2 });

	(void)state;
	run_one(cpu, MRS(CTR_EL0, 2));
	assert_trap(cpu, EL1, EC_SYSREG, ISS_MRS(CTR_EL0, 2));
}

static void guest_user_that_may_reads_ctr(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL0, &(struct setup){ .HCR_EL2 = HCR_EL2_TID2, .SCTLR_EL1 = SCTLR_EL1_UCT });

	(void)state;
	run_one(cpu, MRS(CTR_EL0, 2));
	assert_trap(cpu, EL2, EC_SYSREG, ISS_MRS(CTR_EL0, 2));
}

/* The host's own user space is no guest: TID2 is ignored with {E2H,TGE} = {1,1}. */
static void host_user_reads_ctr(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL0, &(struct setup){ .HCR_EL2 = HCR_EL2_TID2 | HCR_EL2_E2H | HCR_EL2_TGE,
				    .SCTLR_EL2 = SCTLR_EL2_UCT });

	(void)state;
	run_one(cpu, MRS(CTR_EL0, 2));
	assert_reaches(cpu, CTR_EL0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guest_kernel_reads_ctr),
		cmocka_unit_test(guest_kernel_reads_the_real_one),
		cmocka_unit_test(guest_user_reads_ctr),
		cmocka_unit_test(guest_user_that_may_reads_ctr),
		cmocka_unit_test(host_user_reads_ctr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
