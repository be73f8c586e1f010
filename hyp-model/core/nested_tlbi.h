/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLB maintenance by a guest hypervisor, trapped: HYPERVISOR-SPEC C.6, rows of tlbi.def.
 */
#ifndef HYP_NESTED_TLBI_H
#define HYP_NESTED_TLBI_H

#include "core/exit.h"

/* The handler of every TLBI row of emulate.def; the whole effect precedes the PC's (S2-23). */
enum emulation emulate_tlbi(struct vcpu *vcpu, struct sysreg_access *access);

/*
 * In the fix-up loop, fault.esr is of a trapped MSR, MRS or SYS: what concerns the canonical VMID
 * only is done here and the PC moved. False: not for here.
 */
bool nested_tlbi_fixup(struct vcpu *vcpu);

#endif
