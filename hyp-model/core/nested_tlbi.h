/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLB maintenance by a guest hypervisor, trapped: HYPERVISOR-SPEC C.6, rows of tlbi.def. The
 * handler is emulate_tlbi() of emulate.def; the whole effect precedes the PC's (S2-23).
 */
#ifndef HYP_NESTED_TLBI_H
#define HYP_NESTED_TLBI_H

#include "core/vm.h"

/*
 * At virtual EL2: does it concern L1's own translations only? Then emulate_tlbi() needs no shadow,
 * and may be called in the fix-up loop.
 */
bool nested_tlbi_is_own(const struct vcpu *vcpu, u64 iss);

#endif
