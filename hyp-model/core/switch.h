/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world switch, HYPERVISOR-SPEC A.4 to A.10.
 */
#ifndef HYP_SWITCH_H
#define HYP_SWITCH_H

#include "core/vm.h"

/*
 * Attaches the vCPU to this CPU, in the context that its PSTATE and vHCR_EL2 mean: shadow or
 * canonical stage 2, VMID, timers, vGIC, debug, registers (A.4). Detaches it (A.5).
 */
void vcpu_load(struct vcpu *vcpu);
void vcpu_put(struct vcpu *vcpu);

/*
 * Runs the loaded vCPU until an exit that the fix-up loop does not answer (A.7 to A.9). Interrupts
 * are masked from before the call until after it. Returns an exit_code; context and fault say what.
 */
u64 vcpu_run(struct vcpu *vcpu);

/*
 * load.c to switch.c, at EL2: what VHE does at load and put and nVHE at every switch; and the
 * guest's registers, which VHE moves at every switch only with deferral=0.
 */
void load_trap_registers(struct vcpu *vcpu);
void put_trap_registers(const struct cpu *cpu);
void switch_registers_in(struct vcpu *vcpu);
void switch_registers_out(struct vcpu *vcpu);

/* switch.c to fixup.c, at EL2: what ends a stay; true: the guest is entered again at once. */
bool fixup_exit(struct vcpu *vcpu, u64 *exit_code);

/* At EL2 in the fix-up loop: the instruction is done; both copies of the PC move (WS-17). */
void fixup_skip_instruction(struct vcpu *vcpu);

/* WS-14 and B.3: the mode the hardware runs this PSTATE in; never one of EL2. */
u64 pstate_to_hardware(const struct vcpu *vcpu, u64 pstate);

#endif
