/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual EL2 around a stay in the guest: what mode the hardware's PSTATE means, L1's HCR_EL2 in
 * the VNCR page, and what is settled before the next entry. HYPERVISOR-SPEC B.2, B.3, B.10.
 */
#include "core/nested.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/inject.h"
#include "core/mutant.h"
#include "core/print.h"
#include "core/registers.h"

/* NV-9: what the hardware calls EL1 was EL2 if that is how the guest was entered. EL0 is EL0. */
static u64 virtual_pstate(u64 pstate)
{
	if (MUTANT(D7))
		return (pstate & ~F(SPSR, M)) | PSTATE_EL2h;
	switch (pstate & F(SPSR, M)) {
	case PSTATE_EL1t: return (pstate & ~F(SPSR, M)) | PSTATE_EL2t;
	case PSTATE_EL1h: return (pstate & ~F(SPSR, M)) | PSTATE_EL2h;
	default: return pstate;
	}
}

/* NV-5, NV-21: in the page is what L1 wrote; what means nothing to it is taken out. */
static void sanitise_vhcr(struct vcpu *vcpu)
{
	u64 *vhcr = context_stored(&vcpu->context, REG(HCR_EL2));

	*vhcr = nested_sanitised(vcpu->vm, REG(HCR_EL2), *(volatile u64 *)vhcr);
}

void nested_sync_exit(struct vcpu *vcpu, u64 hardware_pstate)
{
	bool was_hyp_context = vcpu->cpu->in_hyp_context;

	if (!MUTANT(14))
		vcpu->context.pstate =
			was_hyp_context ? virtual_pstate(hardware_pstate) : hardware_pstate;
	sanitise_vhcr(vcpu);
	/* NV-10: no way leads from one to the other but a trapped ERET or an exception of ours. */
	if (vcpu_is_hyp_ctxt(vcpu) != was_hyp_context)
		panic("%s: entered in %s context, left with PSTATE 0x%lx (NV-10)",
			vcpu->vm->config.name, was_hyp_context ? "hyp" : "nested",
			vcpu->context.pstate);
}

bool nested_fixup(struct vcpu *vcpu)
{
	switch (ESR_EC(vcpu->fault.esr)) {
	case EC_ERET: return eret_fixup(vcpu);
	case EC_SYS64: return sysreg_fixup(vcpu);
	default: return false;
	}
}

/* A.6 step 3. The page has to hold what L1 is to read as its HCR_EL2 (NV-5). */
void nested_flush(struct vcpu *vcpu)
{
	if (!vcpu_has_nv(vcpu))
		return;
	sanitise_vhcr(vcpu);
	serror_flush(vcpu);
}

/* A.6 step 9. */
void nested_sync(struct vcpu *vcpu)
{
	if (vcpu_has_nv(vcpu))
		serror_sync(vcpu);
}
