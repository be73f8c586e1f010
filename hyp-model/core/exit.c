/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exit dispatch: one table by exception class. A class without a handler has a name, and the name
 * is what the panic says. Knows nothing of how registers got here (switch.c).
 */
#include "core/exit.h"

#include "core/arch.h"
#include "core/print.h"
#include "core/switch.h"

static enum verdict exit_wfx(struct vcpu *vcpu)
{
	if (ISS_WFX_IS_WFE(vcpu->fault.esr))
		panic("%s: trapped WFE at 0x%lx: this model traps WFI only", vcpu_vm(vcpu)->name,
			vcpu->context.pc);
	stats_reason(REASON_WFI);
	vcpu_skip_instruction(vcpu);
	return GUEST_YIELDS;
}

static const struct {
	const char *name;
	enum verdict (*handle)(struct vcpu *vcpu);
} classes[EC_COUNT] = {
	[EC_UNKNOWN] = { "unknown reason", NULL },
	[EC_WFX] = { "WFI or WFE", exit_wfx },
	[EC_FP] = { "FP or SIMD access", NULL },
	[EC_PAUTH] = { "pointer authentication", NULL },
	[EC_ILLEGAL_STATE] = { "illegal execution state", NULL },
	[EC_SVC64] = { "SVC", NULL },
	[EC_HVC64] = { "HVC", exit_hypercall },
	[EC_SMC64] = { "SMC", NULL },
	[EC_SYS64] = { "MSR, MRS or SYS", exit_sysreg },
	[EC_SVE] = { "SVE access", NULL },
	[EC_ERET] = { "ERET", NULL },
	[EC_IABT_LOW] = { "instruction abort", exit_guest_abort },
	[EC_PC_ALIGN] = { "PC alignment", NULL },
	[EC_DABT_LOW] = { "data abort", exit_guest_abort },
	[EC_SP_ALIGN] = { "SP alignment", NULL },
	[EC_FP_EXCEPTION] = { "FP exception", NULL },
	[EC_BREAKPOINT_LOW] = { "breakpoint", NULL },
	[EC_STEP_LOW] = { "software step", NULL },
	[EC_WATCHPOINT_LOW] = { "watchpoint", NULL },
	[EC_BRK64] = { "BRK", NULL },
};

static enum verdict exit_trap(struct vcpu *vcpu)
{
	unsigned ec = ESR_EC(vcpu->fault.esr);

	if (!classes[ec].handle)
		panic("%s: exit EC 0x%02x (%s) is not modelled: ESR_EL2 0x%lx, PC 0x%lx",
			vcpu_vm(vcpu)->name, ec, classes[ec].name ? classes[ec].name : "reserved",
			vcpu->fault.esr, vcpu->context.pc);
	return classes[ec].handle(vcpu);
}

enum verdict exit_handle(struct vcpu *vcpu, u64 exit_code)
{
	const char *name = vcpu_vm(vcpu)->name;

	if (exit_code & EXIT_WITH_SERROR)
		panic("%s: SError became pending while leaving the guest", name);
	switch (exit_code) {
	case EXIT_IRQ:
		stats_reason(REASON_IRQ);
		/* Nobody here acknowledges interrupts yet: going on would exit for ever. */
		panic("%s: physical interrupt, and there is no GIC driver", name);
	case EXIT_TRAP: return exit_trap(vcpu);
	case EXIT_SERROR: panic("%s: SError in the guest: ESR_EL2 0x%lx", name, read_ESR_EL2());
	case EXIT_IL: panic("%s: illegal guest PSTATE 0x%lx (WS-14)", name, vcpu->context.pstate);
	default: panic("%s: unknown exit code 0x%lx", name, exit_code);
	}
}
