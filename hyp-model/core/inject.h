/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions a guest takes because the hypervisor says so, and skipped instructions:
 * HYPERVISOR-SPEC A.17, B.7. The target is the level the architecture gives the vCPU's present one
 * (NV-29), ESR and FAR go where that level's registers are (PC-5); PC and PSTATE move at the next
 * entry.
 */
#ifndef HYP_INJECT_H
#define HYP_INJECT_H

#include "core/vm.h"

void vcpu_skip_instruction(struct vcpu *vcpu);
void vcpu_inject_undefined(struct vcpu *vcpu);
void vcpu_inject_sync(struct vcpu *vcpu, u64 esr); /* to the current target level */
void vcpu_inject_illegal_state(struct vcpu *vcpu);
void vcpu_inject_external_abort(struct vcpu *vcpu, bool is_fetch, u64 far, u64 iss);
void vcpu_inject_serror(struct vcpu *vcpu, u64 syndrome); /* NV-36 */

/*
 * Into virtual EL2. From virtual EL2 or InHost EL0 as above; else the vCPU, which must be loaded,
 * is put, its PC update committed, the exception taken, and it is loaded in hyp context (NV-25).
 */
void nested_inject_sync(struct vcpu *vcpu, u64 esr);
void nested_inject_abort(struct vcpu *vcpu, u64 esr, u64 far, u64 hpfar);
bool nested_inject_irq(struct vcpu *vcpu); /* false: not deliverable now, NV-27 */
bool nested_inject_fiq(struct vcpu *vcpu);

/* NV-36: pending SErrors are looked at again before each entry and after each exit. */
void serror_flush(struct vcpu *vcpu);
void serror_sync(struct vcpu *vcpu);

/* PC-4: carry out what is pending, now. Called as such always: verify/monitor_pc.c stands there. */
__attribute__((noinline)) void vcpu_commit_pc(struct vcpu *vcpu);

#endif
