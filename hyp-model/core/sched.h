/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who runs when: each CPU takes turns over the vCPUs that are its own (index modulo CPUs). And the
 * run loop of one turn, HYPERVISOR-SPEC A.6.
 */
#ifndef HYP_SCHED_H
#define HYP_SCHED_H

#include "core/exit.h"
#include "core/vm.h"

/* On the boot CPU: starts the others, runs until each VM is off on all of them. */
void sched_run(struct vm *vms, unsigned count);

/* WFI: not run again until something is pending for it; its mmu reference goes with the put. */
void sched_block(struct vcpu *vcpu);

/* Somebody has something for a vCPU that is not loaded: if it is blocked, its CPU looks at once. */
void sched_wake(const struct vcpu *vcpu);
/* Index of the CPU this vCPU belongs to. */
unsigned sched_home(const struct vcpu *vcpu);

/* run_loop.c: one turn, from load to put. Never GUEST_CONTINUES. */
enum verdict run_loop(struct vcpu *vcpu);

/* host_irq.c: all pending physical interrupts of this CPU, called in the window of A.6 step 8. */
void host_irq(void);

#endif
