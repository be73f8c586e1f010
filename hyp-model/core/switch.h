/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world switch, HYPERVISOR-SPEC A.4 to A.10: which register moves when, on nVHE and on VHE.
 */
#ifndef HYP_SWITCH_H
#define HYP_SWITCH_H

#include "core/vm.h"

/* Attach and detach a vCPU. On VHE this moves the USER and EL1 classes and selects the stage 2. */
void vcpu_load(struct vcpu *vcpu);
void vcpu_put(struct vcpu *vcpu);

/*
 * Runs the loaded vCPU until the next exit and returns its exit_code; for EXIT_TRAP vcpu->fault is
 * filled. The host's registers are back. Faults whose IPA could not be found out (WS-19) are
 * retried, not returned.
 */
u64 vcpu_run(struct vcpu *vcpu);

/* Seeds 002 and 003: a guest register wherever it is now, in the CPU or in memory. */
u64 vcpu_read_sys_reg(const struct vcpu *vcpu, enum context_reg reg);
void vcpu_write_sys_reg(struct vcpu *vcpu, u64 value, enum context_reg reg);

/*
 * What happens to the PC before the guest runs again. Calling two of them for one exit is a bug and
 * panics.
 */
void vcpu_skip_instruction(struct vcpu *vcpu);
void vcpu_inject_undefined(struct vcpu *vcpu);
void vcpu_inject_external_abort(struct vcpu *vcpu, bool is_fetch, u64 far);

#endif
