/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's user space, as far as a guest could harm it or it a guest: HYPERVISOR-SPEC MD-6. Knob
 * user=1; otherwise nothing happens here.
 */
#ifndef HYP_USER_H
#define HYP_USER_H

#include "core/vm.h"

/* The thread that runs this vCPU calls into the kernel, and is back. */
void user_calls(struct vcpu *vcpu);
void user_is_back(void);

/* What it may make of PSTATE: a mode that the vCPU has. False: refused, MUT-11. */
bool user_set_pstate(struct vcpu *vcpu, u64 pstate);

/*
 * Knob suspend=N: after each N exits the CPU is suspended behind vcpu_put(), and what the guest had
 * in its registers is lost.
 */
void user_suspends(struct vcpu *vcpu);

#endif
