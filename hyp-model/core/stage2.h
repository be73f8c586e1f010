/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One guest's stage-2 tables: IPA to PA, 4 KiB granule, 4 GiB of IPA, walks start at level 1. Every
 * change is checked first and made second: a refused call has changed nothing.
 */
#ifndef HYP_STAGE2_H
#define HYP_STAGE2_H

#include "core/types.h"

struct stage2 {
	u64 vttbr_el2; /* VMID and the level 1 table */
};

enum stage2_status {
	STAGE2_OK,
	STAGE2_MISALIGNED,   /* not a multiple of the size, or neither page nor block */
	STAGE2_OUT_OF_RANGE, /* beyond 4 GiB of IPA */
	STAGE2_MAPPED,	     /* something is there already */
	STAGE2_NOT_MAPPED,
	STAGE2_NO_MEMORY,
};

struct stage2_mapping {
	pa_t pa;  /* of the ipa asked for, not of the page */
	u64 size; /* PAGE_SIZE or BLOCK_SIZE */
	bool is_writable;
};

/*
 * VTCR_EL2 for every guest of this model, by ID_AA64MMFR0_EL1.PARange and
 * ID_AA64MMFR1_EL1.VMIDBits.
 */
u64 stage2_vtcr(u64 parange, bool has_vmid16);

/* Empty tables; `vmid` is not 0 (TB-5) and no other living guest's. Its TLB entries are flushed. */
enum stage2_status stage2_init(struct stage2 *stage2, u16 vmid);

/*
 * Maps one page or block, readable, writable and executable by the guest. Never replaces anything.
 */
enum stage2_status stage2_map(struct stage2 *stage2, ipa_t ipa, pa_t pa, u64 size);

/*
 * Changes what the guest may do with one page; a block around it is split first, break before make
 * (TB-4).
 */
enum stage2_status stage2_set_writable(struct stage2 *stage2, ipa_t page, bool is_writable);

/* Removes the page or block that covers `ipa`. */
enum stage2_status stage2_unmap(struct stage2 *stage2, ipa_t ipa);

/* What a walk of the hardware would find. */
enum stage2_status stage2_lookup(
	const struct stage2 *stage2, ipa_t ipa, struct stage2_mapping *out);

#endif
