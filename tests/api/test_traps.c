/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trap tests as users write them, with the installed headers alone: one or more for each assertion.
 */
#include "entresol-cmocka.h"

static void tvm_traps_sctlr_el1_write(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_TVM });

	(void)state;
	run_one(cpu, MSR(SCTLR_EL1, 0));
	assert_trap(cpu, EL2, EC_SYSREG, ISS_MSR(SCTLR_EL1, 0));
}

static void tvm_leaves_reads(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_TVM });

	(void)state;
	run_one(cpu, MRS(SCTLR_EL1, 3));
	assert_reaches(cpu, SCTLR_EL1);
	assert_only(cpu, "X3");
}

static void el2_name_is_undefined_at_el1(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, NULL);

	(void)state;
	run_one(cpu, MSR(VTTBR_EL2, 1));
	assert_undefined(cpu);
}

static void undefined_of_el0_goes_to_el2_by_tge(void **state)
{
	struct ent_machine *cpu = cpu_at(EL0, &(struct setup){ .HCR_EL2 = HCR_EL2_TGE });

	(void)state;
	run_one(cpu, MRS(TCR_EL1, 1));
	assert_undefined(cpu);
}

static void e2h_redirects(void **state)
{
	struct ent_machine *cpu = cpu_at(EL2, &(struct setup){ .HCR_EL2 = HCR_EL2_E2H });

	(void)state;
	run_one(cpu, MSR(TTBR0_EL1, 5));
	assert_reaches(cpu, TTBR0_EL2);
}

static void nv2_writes_memory(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_NV | HCR_EL2_NV2 });

	(void)state;
	run_one(cpu, MSR(SCTLR_EL12, 4));
	assert_memory(cpu, 0x110, TEST_X(4));
}

static void nv2_reads_memory(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_NV | HCR_EL2_NV2 });

	(void)state;
	run_one(cpu, MRS(HCR_EL2, 4));
	assert_memory(cpu, 0x078, TEST_WORD(0x078));
}

static void svc_returns_behind_itself(void **state)
{
	struct ent_machine *cpu = cpu_at(EL0, &(struct setup){ .pstate = SPSR_Z });

	(void)state;
	run_one(cpu, SVC(0x1234));
	assert_trap(cpu, EL1, EC_SVC64, 0x1234);
}

static void trapped_svc_returns_to_itself(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL1, &(struct setup){ .profile = "max", .HFGITR_EL2 = HFGITR_EL2_SVC_EL1 });

	(void)state;
	run_one(cpu, SVC(9));
	assert_trap(cpu, EL2, EC_SVC64, 9);
	assert_int_equal(ent_get(cpu, ENT_ELR_EL2), TEST_CODE);
}

static void svc_of_el0_that_el1s_trap_leaves(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL0, &(struct setup){ .profile = "max", .HFGITR_EL2 = HFGITR_EL2_SVC_EL1 });

	(void)state;
	run_one(cpu, SVC(9));
	assert_trap(cpu, EL1, EC_SVC64, 9);
	assert_int_equal(ent_get(cpu, ENT_ELR_EL1), TEST_CODE + 4);
}

static void vel2_is_told_it_was_el2(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_NV | HCR_EL2_NV2 });

	(void)state;
	run_one(cpu, SVC(0));
	assert_trap(cpu, EL1, EC_SVC64, 0);
	assert_int_equal(ent_get_field(cpu, ENT_SPSR_EL1, SPSR_M), ENT_EL2h);
}

static void same_el_with_sp_el0(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, &(struct setup){ .is_sp_el0 = true });

	(void)state;
	run_one(cpu, BRK(7));
	assert_trap(cpu, EL1, EC_BRK64, 7);
	assert_int_equal(ent_pc(cpu), TEST_VBAR_EL1);
}

static void pan_is_set_at_the_host(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL0, &(struct setup){ .HCR_EL2 = HCR_EL2_E2H | HCR_EL2_TGE });

	(void)state;
	ent_set_field(cpu, ENT_FIELD(SCTLR_EL2, SPAN), 0);
	run_one(cpu, SVC(0));
	assert_trap(cpu, EL2, EC_SVC64, 0);
	assert_true(ent_pstate(cpu) & SPSR_PAN);
}

static void eret_traps_under_nv(void **state)
{
	struct ent_machine *cpu =
		cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_NV, .profile = "v8.3-nv" });

	(void)state;
	run_one(cpu, ERET);
	assert_trap(cpu, EL2, EC_ERET, 0);
}

static void wfi_waits(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, NULL);

	(void)state;
	run_one(cpu, WFI);
	assert_executes(cpu);
	assert_only(cpu, "waiting");
}

static void wfe_takes_the_event(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, NULL);

	(void)state;
	ent_execute(cpu, 0xd50320bf); /* sevl */
	run_one(cpu, WFE);
	assert_executes(cpu);
	assert_only(cpu, "event register");
}

/* Which counters count follows from registers: it is no change of its own. */
static void enabling_a_counter_is_one_change(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, &(struct setup){ .PMCR_EL0 = PMCR_EL0_E });

	(void)state;
	ent_set_x(cpu, 3, UINT64_C(1) << 31 | 1);
	run_one(cpu, MSR(PMCNTENSET_EL0, 3));
	assert_only(cpu, "PMCNTENSET_EL0");
}

static void twi_traps_wfi(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_TWI });

	(void)state;
	run_one(cpu, WFI);
	assert_trap(cpu, EL2, EC_WFX, ISS_WFI);
}

static void data_abort_writes_far(void **state)
{
	struct ent_machine *cpu = cpu_at(EL1, NULL);

	(void)state;
	ent_set_x(cpu, 1, 0x1234567);
	run_one(cpu, 0xf9400020u);			       /* ldr x0, [x1] */
	assert_abort(cpu, EL1, EC_DABT_SAME, 0x21, 0x1234567); /* misaligned: the MMU is off */
}

static void stage2_fault_writes_hpfar(void **state)
{
	struct ent_machine *cpu = cpu_at(
		EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_VM, .VTCR_EL2 = 24 | 1 << 6 | 2 << 16 });

	(void)state;
	/* one level-1 block of 1 GiB maps RAM; what is below has an invalid descriptor */
	ent_set(cpu, ENT_VTTBR_EL2, 0x40080000);
	ent_set_ram64(cpu, 0x40080008, 0x40000000 | 1 << 10 | 3 << 6 | 0xf << 2 | 1);
	ent_set_x(cpu, 1, 0x10002008);
	run_one(cpu, 0xf9400020u); /* ldr x0, [x1] */
	assert_stage2_abort(cpu, EC_DABT_LOWER, 1 << 24 | 3 << 22 | 1 << 15 | 5, 0x10002008,
		UINT64_C(0x10002000));
}

/* Every barrier orders everything, so a wider domain changes nothing. */
static void bsu_changes_no_barrier(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 4 * 16 * 2; n++) {
		uint64_t bsu = n >> 5 << 10 & HCR_EL2_BSU;
		struct ent_machine *cpu = cpu_at(EL1, &(struct setup){ .HCR_EL2 = bsu });

		assert_int_equal(ent_get(cpu, ENT_HCR_EL2) & HCR_EL2_BSU, bsu);
		/* DSB or DMB of the domain and the accesses in CRm */
		run_one(cpu, 0xd503309fu | (n >> 1 & 15) << 8 | (n & 1) << 5);
		assert_only(cpu, "PC");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tvm_traps_sctlr_el1_write),
		cmocka_unit_test(tvm_leaves_reads),
		cmocka_unit_test(el2_name_is_undefined_at_el1),
		cmocka_unit_test(undefined_of_el0_goes_to_el2_by_tge),
		cmocka_unit_test(e2h_redirects),
		cmocka_unit_test(nv2_writes_memory),
		cmocka_unit_test(nv2_reads_memory),
		cmocka_unit_test(svc_returns_behind_itself),
		cmocka_unit_test(trapped_svc_returns_to_itself),
		cmocka_unit_test(svc_of_el0_that_el1s_trap_leaves),
		cmocka_unit_test(vel2_is_told_it_was_el2),
		cmocka_unit_test(same_el_with_sp_el0),
		cmocka_unit_test(pan_is_set_at_the_host),
		cmocka_unit_test(eret_traps_under_nv),
		cmocka_unit_test(wfi_waits),
		cmocka_unit_test(wfe_takes_the_event),
		cmocka_unit_test(enabling_a_counter_is_one_change),
		cmocka_unit_test(twi_traps_wfi),
		cmocka_unit_test(data_abort_writes_far),
		cmocka_unit_test(stage2_fault_writes_hpfar),
		cmocka_unit_test(bsu_changes_no_barrier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
