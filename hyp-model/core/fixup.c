/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be answered before the host's world is back: HYPERVISOR-SPEC A.9, A.10. Runs at EL2 with
 * the guest's HCR_EL2 and registers in place; PC and PSTATE are already in the vCPU.
 */
#include "core/cpu.h"
#include "core/mutant.h"
#include "core/nested.h"
#include "core/registers.h"
#include "core/switch.h"

void fixup_skip_instruction(struct vcpu *vcpu)
{
	vcpu->context.pc += 4;
	vcpu->context.pstate &= ~(F(SPSR, SS) | F(SPSR, BTYPE));
	el2_write_ELR(host.mode, vcpu->context.pc);
	el2_write_SPSR(host.mode, pstate_to_hardware(vcpu, vcpu->context.pstate));
}

/* WS-18: what HPFAR_EL2 is defined for. */
static bool is_hpfar_valid(u64 esr)
{
	unsigned type = FSC_TYPE(ISS_FSC(esr));

	return MUTANT(24) || type == FSC_ADDRESS_SIZE || type == FSC_TRANSLATION ||
	       type == FSC_ACCESS_FLAG || (type == FSC_PERMISSION && ISS_S1PTW(esr));
}

/* WS-19: the guest's own stage 1 is asked. False: the walk raced with the guest. */
static bool resolve_hpfar(struct vcpu *vcpu)
{
	u64 guest_par = read_PAR_EL1(), par;

	write_AT_S1E1R(vcpu->fault.far);
	hal_isb();
	par = read_PAR_EL1();
	write_PAR_EL1(guest_par);
	if (par & F(PAR_EL1, F))
		return false;
	vcpu->fault.hpfar = FV(HPFAR_EL2, FIPA, FGET(par, PAR_EL1, PA));
	vcpu->fault.is_hpfar_valid = true;
	return true;
}

/* False: run the guest again, it will fault again. */
static bool collect_abort(struct vcpu *vcpu)
{
	u64 esr = vcpu->fault.esr;

	vcpu->fault.far = el2_read_FAR(host.mode);
	vcpu->fault.is_hpfar_valid = is_hpfar_valid(esr);
	if (vcpu->fault.is_hpfar_valid)
		vcpu->fault.hpfar = read_HPFAR_EL2();
	/* Not for external aborts (WS-20): their FAR_EL2 may say nothing. */
	else if (FSC_TYPE(ISS_FSC(esr)) == FSC_PERMISSION)
		return resolve_hpfar(vcpu);
	return true;
}

static bool fixup_fp(struct vcpu *vcpu)
{
	if (vcpu_has_nv(vcpu) && triage_class(vcpu) != TRIAGE_LOCAL)
		return false; /* FP-1 (a) */
	fp_trapped(vcpu);
	return true;
}

static bool fixup_trap(struct vcpu *vcpu)
{
	switch (ESR_EC(vcpu->fault.esr)) {
	case EC_FP: return fixup_fp(vcpu);
	case EC_IABT_LOW:
	case EC_DABT_LOW: return !collect_abort(vcpu);
	case EC_WATCHPOINT_LOW:
	case EC_DABT_SAME: /* of the VNCR page, NV-20 */
		vcpu->fault.far = el2_read_FAR(host.mode);
		return false;
	case EC_SYS64:
	case EC_ERET: return vcpu_has_nv(vcpu) && nested_fixup(vcpu);
	default: return false;
	}
}

bool fixup_exit(struct vcpu *vcpu, u64 *exit_code)
{
	u64 code = *exit_code & ~(u64)EXIT_WITH_SERROR;

	if (*exit_code & EXIT_WITH_SERROR)
		vcpu->fault.disr = hal_serror_syndrome();
	/* After an interrupt ESR_EL2 is that of an older exit (MUT-15). */
	if (code == EXIT_IRQ && !MUTANT(15))
		return false;
	vcpu->fault.esr = el2_read_ESR(host.mode);
	vcpu->fault.far = vcpu->fault.hpfar = 0;
	vcpu->fault.is_hpfar_valid = false;
	if (code != EXIT_TRAP && !(MUTANT(15) && code == EXIT_IRQ))
		return false;
	if (*exit_code & EXIT_WITH_SERROR) {
		/* HVC is executed again once the SError is dealt with; a trapped SMC is anyway. */
		if (ESR_EC(vcpu->fault.esr) == EC_HVC64)
			vcpu->context.pc -= 4;
		return false;
	}
	return fixup_trap(vcpu);
}
