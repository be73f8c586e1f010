/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to a vCPU and the kick that makes it see them: HYPERVISOR-SPEC A.6 step 5, WS-12. The
 * other half of the protocol is run_loop.c.
 */
#include "core/cpu.h"
#include "core/sched.h"
#include "core/vm.h"
#include "hal.h"

/*
 * The request was written before mode is read; run_loop.c writes mode before it reads the requests.
 * So at least one side sees the other. A vCPU that kicks itself in the fix-up loop is IN_GUEST too:
 * its next entry finds the interrupt pending.
 */
void vcpu_kick(struct vcpu *vcpu)
{
	hal_dsb_ish();
	if (vcpu->mode == IN_GUEST)
		hal_kick(sched_home(vcpu));
	else
		sched_wake(vcpu);
}

void vcpu_request(struct vcpu *vcpu, enum vcpu_request request)
{
	lock_take(&vcpu->vm->request_lock);
	vcpu->requests |= BIT(request);
	lock_drop(&vcpu->vm->request_lock);
	vcpu_kick(vcpu);
}

bool vcpu_take_request(struct vcpu *vcpu, enum vcpu_request request)
{
	bool was_set;

	if (!(vcpu->requests & BIT(request)))
		return false;
	lock_take(&vcpu->vm->request_lock);
	was_set = vcpu->requests & BIT(request);
	vcpu->requests &= ~BIT(request);
	lock_drop(&vcpu->vm->request_lock);
	return was_set;
}
