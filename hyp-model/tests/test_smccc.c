/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HVC and SMC, HYPERVISOR-SPEC B.8: whose they are; PSCI and the calls of guest/abi.h.
 */
#include "support.h"

#include "core/exit.h"
#include "core/inject.h"
#include "core/sched.h"
#include "core/switch.h"
#include "core/timer.h"
#include "guest/abi.h"

#define ESR_HVC ((u64)EC_HVC64 << ESR_EC_SHIFT | ESR_IL)
#define ESR_SMC ((u64)EC_SMC64 << ESR_EC_SHIFT | ESR_IL)

static u64 call(struct vcpu *vcpu, u64 x0, u64 x1, u64 x2, u64 x3)
{
	vcpu->fault.esr = ESR_HVC;
	vcpu->context.x[0] = x0;
	vcpu->context.x[1] = x1;
	vcpu->context.x[2] = x2;
	vcpu->context.x[3] = x3;
	exit_smccc(vcpu, false);
	return vcpu->context.x[0];
}

static void what_is_there(void **state)
{
	static const struct {
		u64 x0, x1, x2, want;
		const char *why;
	} rows[] = {
		{ PSCI_VERSION, 0, 0, PSCI_1_1, "" },
		{ SMCCC_VERSION, 0, 0, SMCCC_1_1, "" },
		{ PSCI_FEATURES, PSCI_CPU_ON, 0, 0, "" },
		{ PSCI_FEATURES, SMCCC_VERSION, 0, 0, "how SMCCC is found" },
		{ PSCI_FEATURES, PSCI_FEATURES, 0, 0, "" },
		{ PSCI_FEATURES, HVC_ADD, 0, HVC_NOT_SUPPORTED, "not of PSCI" },
		{ PSCI_FEATURES, 0x8400000b, 0, HVC_NOT_SUPPORTED, "CPU_FREEZE" },
		{ HVC_ADD, 40, 2, 42, "" },
		{ 0xffffffff00000000ul | HVC_ADD, 40, 2, 42, "the function is W0" },
		{ 0xc600ffff, 0, 0, HVC_NOT_SUPPORTED, "unknown" },
		{ 0, 0, 0, HVC_NOT_SUPPORTED, "unknown" },
		{ PSCI_AFFINITY_INFO, 0, 0, 0, "on" },
		{ PSCI_AFFINITY_INFO, 1, 0, 1, "off" },
		{ PSCI_AFFINITY_INFO, 2, 0, (u64)-2, "no such CPU" },
		{ PSCI_AFFINITY_INFO, 0, 1, (u64)-2, "no such level" },
		{ HVC_WATCH_PAGE, GUEST_HOLE_IPA, 0, HVC_REFUSED, "no memory" },
		{ HVC_DROP_PAGE, GUEST_HOLE_IPA, 0, HVC_REFUSED, "no memory" },
		{ HVC_WRITTEN, 0, 0, 0, "nothing yet" },
	};
	struct vcpu *vcpu = &guest(MODE_VHE)->vcpus[0];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 got = call(vcpu, rows[i].x0, rows[i].x1, rows[i].x2, 0);

		if (got != rows[i].want)
			fail_row(i, rows[i].why, "x0 is 0x%lx", got);
		assert_int_equal(vcpu->pc_update, PC_KEEP); /* an HVC returns behind itself */
	}
}

static void immediate_is_zero_or_nobody_knows_it(void **state)
{
	struct vcpu *vcpu = &guest(MODE_VHE)->vcpus[0];

	(void)state;
	vcpu->fault.esr = ESR_HVC | 1;
	vcpu->context.x[0] = PSCI_VERSION;
	exit_smccc(vcpu, false);
	assert_u64(vcpu->context.x[0], HVC_NOT_SUPPORTED);
}

/* MUT-18: a trapped SMC returns to itself. */
static void smc_is_passed_over(void **state)
{
	struct vcpu *vcpu = &guest(MODE_VHE)->vcpus[0];

	(void)state;
	vcpu->fault.esr = ESR_SMC;
	vcpu->context.x[0] = PSCI_VERSION;
	assert_int_equal(exit_smccc(vcpu, true), GUEST_CONTINUES);
	assert_u64(vcpu->context.x[0], PSCI_1_1);
	assert_int_equal(vcpu->pc_update, PC_SKIP_INSTRUCTION);
}

static void cpu_on_and_off(void **state)
{
	struct vm *vm = guest(MODE_VHE);
	struct vcpu *first = &vm->vcpus[0], *second = &vm->vcpus[1];

	(void)state;
	assert_u64(call(first, PSCI_CPU_ON, 2, 0x40300000, 0), (u64)-2);
	assert_u64(call(first, PSCI_CPU_ON, 1, 0x40300002, 0), (u64)-2);
	assert_false(second->is_on);
	assert_u64(call(first, PSCI_CPU_ON, 1, 0x40300000, 77), 0);
	assert_true(second->is_on);
	assert_true(vcpu_take_request(second, REQUEST_RESET));
	assert_u64(second->reset_pc, 0x40300000);
	assert_u64(second->reset_x0, 77);
	assert_u64(call(first, PSCI_CPU_ON, 1, 0x40300004, 0), (u64)-4);
	assert_u64(second->reset_pc, 0x40300000);
	assert_u64(call(first, PSCI_CPU_ON, 0, 0x40300004, 0), (u64)-4);

	second->context.x[0] = PSCI_CPU_OFF;
	second->fault.esr = ESR_HVC;
	assert_int_equal(exit_smccc(second, false), GUEST_IS_OFF);
	assert_false(second->is_on);
	assert_false(vm->is_off);
	assert_u64(call(first, PSCI_AFFINITY_INFO, 1, 0, 0), 1);

	/* The last one takes the VM with it: nobody could switch anything on again. */
	first->context.x[0] = PSCI_CPU_OFF;
	assert_int_equal(exit_smccc(first, false), GUEST_IS_OFF);
	assert_true(vm->is_off);
}

static void system_off_stops_all(void **state)
{
	struct vm *vm = guest(MODE_VHE);

	(void)state;
	vm->vcpus[1].is_on = true;
	vm->vcpus[1].mode = IN_GUEST;
	vm->vcpus[0].fault.esr = ESR_HVC;
	vm->vcpus[0].context.x[0] = PSCI_SYSTEM_OFF;
	assert_int_equal(exit_smccc(&vm->vcpus[0], false), GUEST_IS_OFF);
	assert_true(vm->is_off);
	assert_int_equal(host_log_times(LOG_KICK, 0), 1);
}

static void cpu_suspend_waits(void **state)
{
	struct vcpu *vcpu = &guest(MODE_VHE)->vcpus[0];

	(void)state;
	vcpu->fault.esr = ESR_HVC;
	vcpu->context.x[0] = PSCI_CPU_SUSPEND;
	assert_int_equal(exit_smccc(vcpu, false), GUEST_YIELDS);
	assert_true(vcpu->is_in_wfi);
	assert_u64(vcpu->context.x[0], 0);
}

/* ---- B.8: with a virtual EL2 ---- */

/* The exception it takes next, committed: is it one from a lower level at vEL2 with this ESR? */
static void assert_taken_to_el2(struct vcpu *vcpu, u64 esr, u64 offset, u64 elr)
{
	vcpu_commit_pc(vcpu);
	assert_u64(vcpu->context.pstate & F(SPSR, M), PSTATE_EL2h);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)), esr);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ELR_EL2)), elr);
	assert_u64(vcpu->context.pc, 0x800000 + offset);
}

static struct vcpu *at(enum vm_el2 form, u64 pstate, u64 vhcr)
{
	struct vcpu *vcpu = &nested_guest(form, 2)->vcpus[0];

	timer_cpu_init();
	vcpu->context.pstate = pstate;
	vcpu->context.pc = 0x1004;
	*context_stored(&vcpu->context, REG(VBAR_EL2)) = 0x800000;
	*context_stored(&vcpu->context, REG(HCR_EL2)) =
		vhcr | (form == VM_EL2_VHE ? F(HCR_EL2, E2H) : 0);
	vcpu_load(vcpu);
	host_log_clear();
	return vcpu;
}

static void nv_26_hvc_goes_to_virtual_el2(void **state)
{
	static const struct {
		u64 pstate, vhcr, offset;
		const char *why;
	} rows[] = {
		{ PSTATE_EL1h, F(HCR_EL2, VM), 0x400, "L2: from a lower level" },
		{ PSTATE_EL2h, 0, 0x200, "virtual EL2 itself" },
		{ PSTATE_EL2t, 0, 0x000, "virtual EL2 with SP_EL0" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *vcpu = at(VM_EL2_VHE, rows[i].pstate, rows[i].vhcr);

		vcpu->fault.esr = ESR_HVC | 0x1234;
		vcpu->context.x[0] = PSCI_VERSION;
		assert_int_equal(exit_smccc(vcpu, false), GUEST_CONTINUES);
		assert_u64(vcpu->context.x[0], PSCI_VERSION); /* not ours to answer */
		assert_taken_to_el2(vcpu, ESR_HVC | 0x1234, rows[i].offset, 0x1004);
	}
}

static void nv_26_hvc_disabled_is_undefined(void **state)
{
	struct vcpu *vcpu = at(VM_EL2_VHE, PSTATE_EL2h, F(HCR_EL2, HCD));

	(void)state;
	vcpu->fault.esr = ESR_HVC;
	exit_smccc(vcpu, false);
	/* The HVC is at 0x1000, where an UNDEFINED instruction would be returned to. */
	assert_taken_to_el2(vcpu, (u64)EC_UNKNOWN << ESR_EC_SHIFT | ESR_IL, 0x200, 0x1000);
}

static void nv_26_smc_of_l2_is_l1s_if_it_wants(void **state)
{
	struct vcpu *vcpu = at(VM_EL2_VHE, PSTATE_EL1h, F(HCR_EL2, VM) | F(HCR_EL2, TSC));

	(void)state;
	vcpu->fault.esr = ESR_SMC | 3;
	vcpu->context.x[0] = PSCI_VERSION;
	exit_smccc(vcpu, true);
	assert_u64(vcpu->context.x[0], PSCI_VERSION);
	assert_taken_to_el2(vcpu, ESR_SMC | 3, 0x400, 0x1004); /* ELR is at the SMC */
}

static void nv_26_smc_is_psci_of_an_nv_vm(void **state)
{
	static const struct {
		u64 pstate, vhcr;
		const char *why;
	} rows[] = {
		{ PSTATE_EL2h, 0, "L1" },
		{ PSTATE_EL2h, F(HCR_EL2, TSC), "vTSC is not for L1" },
		{ PSTATE_EL1h, F(HCR_EL2, VM), "L2, and L1 does not want it" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *vcpu = at(VM_EL2_VHE, rows[i].pstate, rows[i].vhcr);

		vcpu->fault.esr = ESR_SMC;
		vcpu->context.x[0] = PSCI_VERSION;
		exit_smccc(vcpu, true);
		if (vcpu->context.x[0] != PSCI_1_1 || vcpu->pc_update != PC_SKIP_INSTRUCTION)
			fail_row(i, rows[i].why, "x0 is 0x%lx", vcpu->context.x[0]);
	}
}

TESTS( //
	cmocka_unit_test(what_is_there), cmocka_unit_test(immediate_is_zero_or_nobody_knows_it),
	cmocka_unit_test(smc_is_passed_over), cmocka_unit_test(cpu_on_and_off),
	cmocka_unit_test(system_off_stops_all), cmocka_unit_test(cpu_suspend_waits),
	cmocka_unit_test(nv_26_hvc_goes_to_virtual_el2),
	cmocka_unit_test(nv_26_hvc_disabled_is_undefined),
	cmocka_unit_test(nv_26_smc_of_l2_is_l1s_if_it_wants),
	cmocka_unit_test(nv_26_smc_is_psci_of_an_nv_vm))
