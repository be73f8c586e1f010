/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invalidation of a guest's translations, HYPERVISOR-SPEC A.3 and A.15. Callers have written their
 * table entries; these make the walkers forget what was there before.
 */
#ifndef HYP_TLB_H
#define HYP_TLB_H

#include "core/types.h"

struct stage2;

/* One page or block at `ipa`, and every combined entry made from it (TB-2). Complete on return. */
void tlb_flush_ipa(const struct stage2 *stage2, ipa_t ipa);

/* Everything of the VMID. Complete on return. */
void tlb_flush_vmid(const struct stage2 *stage2);

#endif
