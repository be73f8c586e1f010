/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage 2 of L2: a block for its memory, and pages that come by faults, go and move.
 */
#ifndef ENT_TESTS_GUEST_KVM_EL2_STAGE2_H
#define ENT_TESTS_GUEST_KVM_EL2_STAGE2_H

#include "payload.h"

#define L2_MEMORY 0x40400000 /* physical address of L2_BASE */

enum page_access { PAGE_NONE, PAGE_READ, PAGE_WRITE, PAGE_EXECUTE };

/* Empty tables, pages with their patterns, VTCR_EL2 and VTTBR_EL2. */
void stage2_reset(void);

/* Page i of L2_LAZY: what L2 may do there; where it is. */
void stage2_set(u64 i, enum page_access access);
enum page_access stage2_access(u64 i);
u64 stage2_address(u64 i);

/* These invalidate what they changed, or page i; HCR_EL2 is L2's. Linux's KVM walks all of its
 * shadow tables for TLBI VMALLS12E1 (at_once), which takes long. */
void stage2_unmap_all(u64 at_once);
void stage2_move_first_page(void);
void stage2_invalidate(u64 i);

/* Another VMID whose page 0 is elsewhere; back again with 0. */
void stage2_use_other(u64 is_other);

#endif
