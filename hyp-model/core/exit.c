/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exit dispatch: one table by exception class, HYPERVISOR-SPEC A.10, B.8. A class without a handler
 * has a name, and the name is what the panic says. Knows nothing of how registers got here
 * (switch.c).
 */
#include "core/exit.h"

#include "core/arch.h"
#include "core/debug.h"
#include "core/inject.h"
#include "core/mutant.h"
#include "core/nested.h"
#include "core/print.h"
#include "core/registers.h"

static enum verdict exit_hvc(struct vcpu *vcpu)
{
	return exit_smccc(vcpu, false);
}

static enum verdict exit_smc(struct vcpu *vcpu)
{
	return exit_smccc(vcpu, true);
}

static enum verdict exit_illegal_state(struct vcpu *vcpu)
{
	vcpu_inject_illegal_state(vcpu);
	return GUEST_CONTINUES;
}

/*
 * Nobody debugs guests from outside, so a debug exception that is not L1's is the guest's own.
 */
static enum verdict exit_debug(struct vcpu *vcpu)
{
	if (vcpu->debug.owner == DEBUG_HOST_OWNED) {
		vm_kill(vcpu->vm, "debug exception of a debugger that is not there");
		return GUEST_IS_OFF;
	}
	vcpu_inject_sync(vcpu, vcpu->fault.esr);
	return GUEST_CONTINUES;
}

/* The reason is of the class as such: whatever the handler, or L1, makes of it. */
static const struct {
	const char *name;
	enum exit_reason reason;
	enum verdict (*handle)(struct vcpu *vcpu);
} classes[EC_COUNT] = {
	/* clang-format off */
	[EC_WFX]	    = { "WFI or WFE", REASON_WFX, exit_wfx },
	[EC_FP]		    = { "FP or SIMD access", REASON_FP, NULL }, /* fixup.c */
	[EC_PAUTH]	    = { "pointer authentication", REASON_PAUTH, NULL }, /* never ours */
	[EC_ILLEGAL_STATE]  = { "illegal execution state", REASON_ILLEGAL, exit_illegal_state },
	[EC_SVC64]	    = { "SVC", REASON_RETRY, NULL }, /* no VM has fine-grained traps */
	[EC_HVC64]	    = { "HVC", REASON_HYPERCALL, exit_hvc },
	[EC_SMC64]	    = { "SMC", REASON_SMC, exit_smc },
	[EC_ERET]	    = { "ERET", REASON_ERET, exit_eret },
	[EC_IABT_LOW]	    = { "instruction abort", REASON_RETRY, exit_guest_abort },
	[EC_IABT_SAME]	    = { "instruction abort at EL2", REASON_RETRY, NULL },
	[EC_DABT_LOW]	    = { "data abort", REASON_RETRY, exit_guest_abort },
	[EC_DABT_SAME]	    = { "data abort at EL2", REASON_VNCR, exit_vncr_abort },
	[EC_BREAKPOINT_LOW] = { "breakpoint", REASON_DEBUG, exit_debug },
	[EC_STEP_LOW]	    = { "software step", REASON_DEBUG, exit_debug },
	[EC_WATCHPOINT_LOW] = { "watchpoint", REASON_DEBUG, exit_debug },
	[EC_BRK64]	    = { "BRK", REASON_DEBUG, exit_debug },
	/* clang-format on */
};

/* B.8: what is neither L1's nor known here is UNDEFINED for the guest. */
static enum verdict undefined(struct vcpu *vcpu)
{
	stats_reason(REASON_UNDEFINED);
	vcpu_inject_undefined(vcpu);
	return GUEST_CONTINUES;
}

static void forward(struct vcpu *vcpu)
{
	if (ESR_EC(vcpu->fault.esr) == EC_WATCHPOINT_LOW)
		nested_inject_abort(vcpu, vcpu->fault.esr, vcpu->fault.far,
			vcpu_read_sys_reg(vcpu, REG(HPFAR_EL2)));
	else
		nested_inject_sync(vcpu, vcpu->fault.esr);
}

static enum verdict exit_trap(struct vcpu *vcpu)
{
	unsigned ec = ESR_EC(vcpu->fault.esr);

	if (ec == EC_SYS64)
		return exit_sysreg(vcpu);
	if (classes[ec].name)
		stats_reason(classes[ec].reason);
	switch (triage_class(vcpu)) {
	case TRIAGE_FORWARD: forward(vcpu); return GUEST_CONTINUES;
	case TRIAGE_UNDEFINED: return undefined(vcpu);
	case TRIAGE_LOCAL: break;
	}
	if (!classes[ec].name)
		return undefined(vcpu);
	if (!classes[ec].handle)
		panic("%s: exit EC 0x%02x (%s) cannot be: ESR_EL2 0x%lx, PC 0x%lx",
			vcpu->vm->config.name, ec, classes[ec].name, vcpu->fault.esr,
			vcpu->context.pc);
	return classes[ec].handle(vcpu);
}

/*
 * No error record says whose it was: the guest that was running gets it. The trapped instruction,
 * if there was one, is executed again (A.9 step 3).
 */
static enum verdict exit_serror(struct vcpu *vcpu, u64 syndrome)
{
	stats_reason(REASON_SERROR);
	vcpu_inject_serror(vcpu, syndrome & MASK(24, 0));
	return GUEST_CONTINUES;
}

enum verdict exit_handle(struct vcpu *vcpu, u64 exit_code)
{
	if (exit_code & EXIT_WITH_SERROR) {
		if (MUTANT(16) && ESR_EC(vcpu->fault.esr) == EC_HVC64)
			exit_trap(vcpu);
		return exit_serror(vcpu, vcpu->fault.disr);
	}
	switch (exit_code) {
	case EXIT_IRQ: stats_reason(REASON_IRQ); return GUEST_CONTINUES; /* taken in the window */
	case EXIT_TRAP: return exit_trap(vcpu);
	case EXIT_SERROR: return exit_serror(vcpu, vcpu->fault.esr);
	case EXIT_IL: /* WS-14: the PSTATE cannot have come from the guest */
		vm_kill(vcpu->vm, "illegal PSTATE");
		return GUEST_IS_OFF;
	default: panic("%s: unknown exit code 0x%lx", vcpu->vm->config.name, exit_code);
	}
}
