/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WFI and WFE that are ours to handle, HYPERVISOR-SPEC B.8: WFE gives the CPU to somebody else, WFI
 * until there is something to do.
 */
#include "core/arch.h"
#include "core/exit.h"
#include "core/inject.h"
#include "core/sched.h"

enum verdict exit_wfx(struct vcpu *vcpu)
{
	stats_reason(REASON_WFX);
	vcpu_skip_instruction(vcpu);
	if (!ISS_WFX_IS_WFE(vcpu->fault.esr))
		sched_block(vcpu);
	return GUEST_YIELDS;
}
