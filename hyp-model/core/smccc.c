/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HVC and SMC: whose they are (HYPERVISOR-SPEC B.8), PSCI, and the calls of guest/abi.h. One row a
 * function, which PSCI_FEATURES reads too.
 */
#include "core/arch.h"
#include "core/exit.h"
#include "core/inject.h"
#include "core/mmu.h"
#include "core/mutant.h"
#include "core/nested.h"
#include "core/registers.h"
#include "core/scenario.h"
#include "core/sched.h"
#include "guest/abi.h"

#define PSCI_INVALID_PARAMETERS ((u64)-2)
#define PSCI_ALREADY_ON		((u64)-4)

/* AFFINITY_INFO */
enum { AFFINITY_ON, AFFINITY_OFF };

static enum verdict answer(struct vcpu *vcpu, u64 x0)
{
	vcpu->context.x[0] = x0;
	return GUEST_CONTINUES;
}

static enum verdict smccc_version(struct vcpu *vcpu)
{
	return answer(vcpu, SMCCC_1_1);
}

static enum verdict psci_version(struct vcpu *vcpu)
{
	return answer(vcpu, PSCI_1_1);
}

/* Standby is what we make of every power state: WFI, and the call returns. */
static enum verdict psci_cpu_suspend(struct vcpu *vcpu)
{
	sched_block(vcpu);
	answer(vcpu, 0);
	return GUEST_YIELDS;
}

static bool is_any_on(const struct vm *vm)
{
	for (unsigned i = 0; i < vm->config.vcpus; i++)
		if (vm->vcpus[i].is_on)
			return true;
	return false;
}

static enum verdict psci_cpu_off(struct vcpu *vcpu)
{
	bool is_last;

	lock_take(&vcpu->vm->request_lock);
	vcpu->is_on = false;
	is_last = !is_any_on(vcpu->vm);
	lock_drop(&vcpu->vm->request_lock);
	if (is_last)
		vm_switch_off(vcpu->vm);
	return GUEST_IS_OFF;
}

static enum verdict psci_cpu_on(struct vcpu *vcpu)
{
	const u64 *x = vcpu->context.x;
	struct vcpu *target = vm_vcpu_by_mpidr(vcpu->vm, x[1]);
	bool was_on;

	if (!target || !is_aligned(x[2], 4))
		return answer(vcpu, PSCI_INVALID_PARAMETERS);
	lock_take(&vcpu->vm->request_lock);
	was_on = target->is_on;
	if (!was_on) {
		target->reset_pc = x[2];
		target->reset_x0 = x[3];
		/* Like one that is woken: by the request, which is there before anybody may run it.
		 */
		target->is_in_wfi = true;
		target->requests |= BIT(REQUEST_RESET);
		target->is_on = true;
	}
	lock_drop(&vcpu->vm->request_lock);
	if (!was_on)
		vcpu_kick(target);
	return answer(vcpu, was_on ? PSCI_ALREADY_ON : 0);
}

static enum verdict psci_affinity_info(struct vcpu *vcpu)
{
	const struct vcpu *target = vm_vcpu_by_mpidr(vcpu->vm, vcpu->context.x[1]);

	if (!target || vcpu->context.x[2] != 0)
		return answer(vcpu, PSCI_INVALID_PARAMETERS);
	return answer(vcpu, target->is_on ? AFFINITY_ON : AFFINITY_OFF);
}

/* Whoever owns the VM decides what a reset is; we have no more than one life for a guest. */
static enum verdict psci_system_off(struct vcpu *vcpu)
{
	vm_switch_off(vcpu->vm);
	return GUEST_IS_OFF;
}

static enum verdict hvc_add(struct vcpu *vcpu)
{
	return answer(vcpu, vcpu->context.x[1] + vcpu->context.x[2]);
}

static enum verdict hvc_watch_page(struct vcpu *vcpu)
{
	bool is_done = vm_watch_page(vcpu->vm, IPA(vcpu->context.x[1]));

	return answer(vcpu, is_done ? 0 : HVC_REFUSED);
}

static enum verdict hvc_written(struct vcpu *vcpu)
{
	return answer(vcpu, vm_pages_written(vcpu->vm));
}

static enum verdict hvc_drop_page(struct vcpu *vcpu)
{
	bool is_done = vm_drop_page(vcpu->vm, IPA(vcpu->context.x[1]));

	return answer(vcpu, is_done ? 0 : HVC_REFUSED);
}

static enum verdict hvc_report(struct vcpu *vcpu)
{
	scenario_report(vcpu->vm, vcpu->context.x[1], vcpu->context.x[2]);
	return answer(vcpu, 0);
}

static enum verdict hvc_mark(struct vcpu *vcpu)
{
	scenario_mark(vcpu, vcpu->context.x[1], vcpu->context.x[2]);
	return answer(vcpu, 0);
}

static enum verdict psci_features(struct vcpu *vcpu);

static const struct call {
	u32 function;
	enum exit_reason reason;
	enum verdict (*handle)(struct vcpu *vcpu);
} calls[] = {
	/* clang-format off */
	{ SMCCC_VERSION,       REASON_PSCI,       smccc_version },
	{ PSCI_VERSION,        REASON_PSCI,       psci_version },
	{ PSCI_FEATURES,       REASON_PSCI,       psci_features },
	{ PSCI_CPU_SUSPEND,    REASON_PSCI,       psci_cpu_suspend },
	{ PSCI_CPU_OFF,        REASON_PSCI,       psci_cpu_off },
	{ PSCI_CPU_ON,         REASON_PSCI,       psci_cpu_on },
	{ PSCI_AFFINITY_INFO,  REASON_PSCI,       psci_affinity_info },
	{ PSCI_SYSTEM_OFF,     REASON_PSCI,       psci_system_off },
	{ PSCI_SYSTEM_RESET,   REASON_PSCI,       psci_system_off },
	{ HVC_ADD,             REASON_HYPERCALL,  hvc_add },
	{ HVC_WATCH_PAGE,      REASON_HYPERCALL,  hvc_watch_page },
	{ HVC_WRITTEN,         REASON_HYPERCALL,  hvc_written },
	{ HVC_DROP_PAGE,       REASON_HYPERCALL,  hvc_drop_page },
	{ HVC_REPORT,          REASON_HYPERCALL,  hvc_report },
	{ HVC_MARK,            REASON_HYPERCALL,  hvc_mark },
	/* clang-format on */
};

/* SMCCC: the function is W0. */
static const struct call *find_call(u64 x0)
{
	for (size_t i = 0; i < COUNT(calls); i++)
		if (calls[i].function == (u32)x0)
			return &calls[i];
	return NULL;
}

static enum verdict psci_features(struct vcpu *vcpu)
{
	const struct call *call = find_call(vcpu->context.x[1]);

	return answer(vcpu, call && call->reason == REASON_PSCI ? 0 : HVC_NOT_SUPPORTED);
}

/* SMCCC: what nobody knows is an answer, not an error. */
static enum verdict call(struct vcpu *vcpu)
{
	const struct call *call = find_call(vcpu->context.x[0]);

	if (bits(vcpu->fault.esr, 15, 0) != 0 || !call) {
		stats_reason(REASON_HYPERCALL);
		return answer(vcpu, HVC_NOT_SUPPORTED);
	}
	stats_reason(call->reason);
	return call->handle(vcpu);
}

/*
 * To the guest hypervisor, from whichever level; also from itself, as the architecture has it. Its
 * own calls to us are SMCs.
 */
static enum verdict nested_hvc(struct vcpu *vcpu)
{
	stats_reason(REASON_HYPERCALL);
	if (vcpu_vhcr(vcpu) & F(HCR_EL2, HCD)) {
		vcpu->context.pc -= 4; /* UNDEFINED returns to the HVC, which has passed it over */
		vcpu_inject_undefined(vcpu);
	} else {
		nested_inject_sync(vcpu, vcpu->fault.esr);
	}
	return GUEST_CONTINUES;
}

enum verdict exit_smccc(struct vcpu *vcpu, bool is_smc)
{
	if (!is_smc)
		return vcpu_has_nv(vcpu) ? nested_hvc(vcpu) : call(vcpu);
	/* The PC is at the SMC. vTSC means nothing to the hypervisor that set it. */
	if (vcpu_is_nested_ctxt(vcpu) && (vcpu_vhcr(vcpu) & F(HCR_EL2, TSC))) {
		stats_reason(REASON_SMC);
		nested_inject_sync(vcpu, vcpu->fault.esr);
		return GUEST_CONTINUES;
	}
	if (!MUTANT(18))
		vcpu_skip_instruction(vcpu);
	return call(vcpu);
}
