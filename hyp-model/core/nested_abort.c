/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 faults of a nested guest: whose are they? HYPERVISOR-SPEC C.4, steps 2 and 3. L1 sees
 * what the hardware would have told it if its own stage 2 had been in use, and nothing else
 * (INV-S2-5).
 */
#include "core/arch.h"
#include "core/guest_abort.h"
#include "core/inject.h"
#include "core/mutant.h"
#include "core/stage2.h"
#include "core/stats.h"

#define ISS_FSC_MASK MASK(5, 0)
/* ISV, SAS, SSE, SRT, SF, AR: of an access, so not of an external abort. */
#define ISS_ACCESS_MASK MASK(24, 14)

static unsigned right_needed(const struct vcpu *vcpu, const struct guest_abort *abort)
{
	bool is_el0 = (vcpu->context.pstate & F(SPSR, M)) == PSTATE_EL0t;

	if (abort->is_fetch)
		return is_el0 ? S2_EXEC_EL0 : S2_EXEC_EL1;
	return abort->is_write ? S2_WRITE : S2_READ;
}

/*
 * Step 3, for whatever the shadow lacked: there is no leaf for a device, and with L1's tables the
 * hardware would have come to L1's rights at once. Cache maintenance asks for none, but where the
 * hardware says that it does.
 */
static bool is_refused(
	const struct vcpu *vcpu, const struct guest_abort *abort, const struct s2_walk *walk)
{
	if (ISS_CM(vcpu->fault.esr) && !abort->is_walk && abort->type != FSC_PERMISSION)
		return false;
	if (MUTANT(55) && right_needed(vcpu, abort) == S2_READ)
		return false;
	return !(walk->rights & right_needed(vcpu, abort));
}

static void forward(struct vcpu *vcpu, const struct s2_walk *walk, unsigned fsc)
{
	u64 esr = (vcpu->fault.esr & ~ISS_FSC_MASK) | fsc;

	if (FSC_TYPE(fsc) == FSC_EXTERNAL_ON_WALK)
		esr &= ~ISS_ACCESS_MASK;
	stats_reason(REASON_ABORT_NESTED);
	if (MUTANT(70) && FSC_TYPE(fsc) == FSC_EXTERNAL_ON_WALK)
		nested_inject_sync(vcpu, esr);
	else
		nested_inject_abort(vcpu, esr, vcpu->fault.far,
			MUTANT(D28) ? FV(HPFAR_EL2, FIPA, walk->output.v >> 12)
				    : vcpu->fault.hpfar);
}

bool nested_abort(struct vcpu *vcpu, const struct guest_abort *abort, struct s2_walk *walk)
{
	*walk = vcpu_s2_walk(vcpu, abort->ipa);
	if (walk->is_fault) {
		forward(vcpu, walk, walk->fsc);
		return true;
	}
	/* If L1 allows it, the shadow was behind, or the protection is the host's. */
	if (is_refused(vcpu, abort, walk)) {
		forward(vcpu, walk, FSC_PERMISSION | walk->level);
		return true;
	}
	return false;
}
