/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One turn of a vCPU on its CPU: HYPERVISOR-SPEC A.6. The order of the lines is the specification.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/exit.h"
#include "core/inject.h"
#include "core/mutant.h"
#include "core/nested.h"
#include "core/options.h"
#include "core/print.h"
#include "core/registers.h"
#include "core/sched.h"
#include "core/switch.h"
#include "core/user.h"
#include "core/vm.h"

static enum verdict request_sleep(struct vcpu *vcpu)
{
	return vcpu->is_on ? GUEST_CONTINUES : GUEST_IS_OFF;
}

static enum verdict request_reset(struct vcpu *vcpu)
{
	vcpu_put(vcpu);
	vcpu_reset(vcpu, vcpu->reset_pc, vcpu->reset_x0);
	vcpu_load(vcpu);
	return GUEST_CONTINUES;
}

/* vgic_flush() looks at what is pending each time; to have come round again is enough. */
static enum verdict request_irq_pending(struct vcpu *vcpu)
{
	(void)vcpu;
	return GUEST_CONTINUES;
}

/* If it cannot be mapped, the guest's access faults, and that says what is wrong. */
static enum verdict request_vncr_map(struct vcpu *vcpu)
{
	vncr_map(vcpu);
	return GUEST_CONTINUES;
}

static enum verdict request_nested_s2_unmap(struct vcpu *vcpu)
{
	shadow_unmap_pending(vcpu);
	return GUEST_CONTINUES;
}

static enum verdict request_guest_hyp_irq(struct vcpu *vcpu)
{
	/*
	 * Not deliverable (NV-27): it stays pending, and the next change of context asks again. Of
	 * two, the other one is among virtual EL2's own from then on.
	 */
	if (!vgic_nested_has_irq(vcpu) && vgic_nested_has_fiq(vcpu))
		nested_inject_fiq(vcpu);
	else
		nested_inject_irq(vcpu);
	return GUEST_CONTINUES;
}

static enum verdict (*const requests[REQUEST_COUNT])(struct vcpu *vcpu) = {
	[REQUEST_SLEEP] = request_sleep,
	[REQUEST_RESET] = request_reset,
	[REQUEST_IRQ_PENDING] = request_irq_pending,
	[REQUEST_VNCR_MAP] = request_vncr_map,
	[REQUEST_NESTED_S2_UNMAP] = request_nested_s2_unmap,
	[REQUEST_GUEST_HYP_IRQ] = request_guest_hyp_irq,
};

/* A.6 step 2. */
static enum verdict process_requests(struct vcpu *vcpu)
{
	enum verdict verdict = GUEST_CONTINUES;

	if (vcpu->vm->is_off)
		return GUEST_IS_OFF;
	for (unsigned i = 0; vcpu->requests && i < REQUEST_COUNT; i++) {
		if (vcpu_take_request(vcpu, (enum vcpu_request)i))
			verdict = requests[i](vcpu);
		if (verdict != GUEST_CONTINUES)
			break;
	}
	return verdict;
}

/*
 * A.6 step 5, WS-12: mode first, with a full barrier, then the last look. Who sets a request after
 * it finds IN_GUEST and kicks.
 */
static bool may_enter(struct vcpu *vcpu)
{
	vcpu->mode = IN_GUEST;
	hal_dsb_ish();
	return (MUTANT(75) || !*(volatile u64 *)&vcpu->requests) &&
	       !*(volatile bool *)&vcpu->vm->is_off && !this_cpu()->is_rescheduling;
}

static void print_exit(const struct vcpu *vcpu, u64 pc)
{
	unsigned depth = vcpu_has_nv(vcpu) ? (unsigned)options.depth : 0;

	print("    exit %s/%u: L%u %s: PC 0x%lx ESR_EL2 0x%08lx\n", vcpu->vm->config.name,
		vcpu->index, stats_level(stats_current_who(), depth),
		reason_word(stats_current_reason()), pc, vcpu->fault.esr);
}

static enum verdict run_once(struct vcpu *vcpu)
{
	enum verdict verdict = process_requests(vcpu);
	u64 exit_code, pc;

	if (verdict != GUEST_CONTINUES)
		return verdict;
	nested_flush(vcpu);
	vgic_flush(vcpu);
	if (!may_enter(vcpu)) {
		vcpu->mode = OUTSIDE_GUEST;
		vgic_sync(vcpu);
		return this_cpu()->is_rescheduling ? GUEST_YIELDS : GUEST_CONTINUES;
	}
	exit_code = vcpu_run(vcpu);
	vcpu->mode = OUTSIDE_GUEST;
	vgic_sync(vcpu);
	timer_sync(vcpu);
	hal_irq_window();
	nested_sync(vcpu);
	pc = vcpu->context.pc;
	verdict = exit_handle(vcpu, exit_code);
	if (options.verbose)
		print_exit(vcpu, pc);
	return verdict;
}

/* A.6 step 1: user space has answered. */
static void complete_user_access(struct vcpu *vcpu)
{
	if (!vcpu->user.is_pending)
		return;
	vcpu->user.is_pending = false;
	if (vcpu->user.is_read)
		set_guest_reg(vcpu, vcpu->user.rt, vcpu->user.value);
	vcpu_skip_instruction(vcpu);
}

enum verdict run_loop(struct vcpu *vcpu)
{
	enum verdict verdict;

	vcpu_load(vcpu);
	complete_user_access(vcpu);
	do {
		verdict = run_once(vcpu);
		if (verdict == GUEST_CONTINUES && this_cpu()->is_rescheduling)
			verdict = GUEST_YIELDS;
		if (verdict == GUEST_CONTINUES)
			user_suspends(vcpu);
	} while (verdict == GUEST_CONTINUES);
	if (verdict == GUEST_TO_USER)
		vcpu_commit_pc(vcpu); /* PC-4 */
	vcpu_put(vcpu);
	if (verdict == GUEST_TO_USER)
		fp_host_takes(); /* user space sees its own (FP-2) */
	return verdict;
}
