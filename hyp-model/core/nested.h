/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual EL2: HYPERVISOR-SPEC B. Predicates and accessors are registers.h, exceptions into it
 * inject.h.
 */
#ifndef HYP_NESTED_H
#define HYP_NESTED_H

#include "core/exit.h"
#include "core/vm.h"

/* After each exit, before any predicate is used: virtual mode and vHCR_EL2, NV-9 to NV-12. */
void nested_sync_exit(struct vcpu *vcpu, u64 hardware_pstate);

/* In the fix-up loop, VM with EL2: true if answered (A.9): a local ERET, a few registers. */
bool nested_fixup(struct vcpu *vcpu);
bool eret_fixup(struct vcpu *vcpu);
bool sysreg_fixup(struct vcpu *vcpu);

enum verdict exit_eret(struct vcpu *vcpu); /* B.6, slow form */

/* B.8: what L1's registers say about the trapped instruction in vcpu->fault.esr. */
enum triage { TRIAGE_LOCAL, TRIAGE_FORWARD, TRIAGE_UNDEFINED };
enum triage triage_sysreg(const struct vcpu *vcpu);
/* Any exception class; TRIAGE_LOCAL for HVC and SMC, which smccc.c knows all about. */
enum triage triage_class(const struct vcpu *vcpu);

/* NV-4: what this VM reads in an ID register; `iss` as ISS_SYSREG(). False: not in the ID space. */
bool id_register(const struct vm *vm, u64 iss, u64 *value);

/* NV-4: which bits of a virtual EL2 register the VM may set; applied on every read of the memory
 * copy. */
u64 nested_sanitised(const struct vm *vm, reg_t reg, u64 value);

/* Which register of vel2.def the ISS of a trap names; false: none. */
bool vel2_register(u64 iss, reg_t *reg);

/* A.6 step 3 and 9. */
void nested_flush(struct vcpu *vcpu);
void nested_sync(struct vcpu *vcpu);

#endif
