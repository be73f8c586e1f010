/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of the registers that decide what exits: pure functions of the vCPU, HYPERVISOR-SPEC
 * A.3, A.11, B.2, NV-30 and NV-31. switch.c writes what they say.
 */
#ifndef HYP_TRAPS_H
#define HYP_TRAPS_H

#include "core/vm.h"

/* A.3 "host constant": what the boot code writes, and what hcr=constant relies on. */
u64 traps_host_hcr(enum hyp_mode mode, bool has_pauth);
u64 traps_baseline_hcr(const struct vm *vm); /* a new vCPU's hcr_el2 */
u64 traps_hcr(const struct vcpu *vcpu);	     /* HCR_EL2 at entry, B.2 */
u64 traps_vncr(const struct vcpu *vcpu);     /* VNCR_EL2 at entry, B.2, B.11 */
u64 traps_cptr(const struct vcpu *vcpu);     /* CPTR_EL2 in the layout of host.mode */
u64 traps_mdcr(const struct vcpu *vcpu);     /* MDCR_EL2 */
u64 traps_cnthctl(const struct vcpu *vcpu);  /* CNTHCTL_EL2, A.18, TM-9; timer_nested.c */

#endif
