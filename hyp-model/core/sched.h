/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who runs when: each CPU takes turns over the vCPUs that are its own (index modulo CPUs). And the
 * run loop of one turn, HYPERVISOR-SPEC A.6.
 */
#ifndef HYP_SCHED_H
#define HYP_SCHED_H

#include "core/vm.h"

/* Runs on every CPU until each VM is off; secondary CPUs come here from hal_cpu_on(). */
void sched_run(struct vm *vms, unsigned count);

/* WFI: sleeps until something is pending for it; the mmu reference is dropped (S2-10). */
void sched_block(struct vcpu *vcpu);

/* host_irq.c: all pending physical interrupts of this CPU, called in the window of A.6 step 8. */
void host_irq(void);

#endif
