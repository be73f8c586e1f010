/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 translation tables, DDI 0487 D8.2 and D8.3. Knows descriptors; not why something is
 * mapped.
 */
#include "core/stage2.h"

#include "core/arch.h"
#include "core/pages.h"
#include "core/tlb.h"
#include "hal.h"

#define IPA_BITS   32u
#define LEAF_LEVEL 3u

#define LEAF_ATTRIBUTES                                                                            \
	(DESC_VALID | DESC_AF | DESC_SH_INNER | S2_MEMATTR_NORMAL_WB | S2_S2AP_R | S2_S2AP_W)

static unsigned level_shift(unsigned level)
{
	return 12 + 9 * (LEAF_LEVEL - level);
}

static bool is_table(u64 descriptor, unsigned level)
{
	return (descriptor & DESC_VALID) && (descriptor & DESC_TABLE) && level < LEAF_LEVEL;
}

/* The last descriptor of a walk: a leaf, or the invalid one that ended it. */
struct walk {
	u64 *descriptor;
	unsigned level;
};

static struct walk walk_to(const struct stage2 *stage2, ipa_t ipa, unsigned last_level)
{
	u64 *table = hal_pa_to_va(PA(stage2->vttbr_el2 & DESC_ADDRESS));
	struct walk walk = { .level = 1 };

	for (;; walk.level++) {
		walk.descriptor = &table[(ipa.v >> level_shift(walk.level)) & 511];
		if (walk.level == last_level || !is_table(*walk.descriptor, walk.level))
			return walk;
		table = hal_pa_to_va(PA(*walk.descriptor & DESC_ADDRESS));
	}
}

u64 stage2_vtcr(u64 parange, bool has_vmid16)
{
	/* T0SZ=32 fits every PARange; SL0=1 starts at level 1, whose table then has 4 entries. */
	return FV(VTCR_EL2, T0SZ, 64 - IPA_BITS) | FV(VTCR_EL2, SL0, 1) | FV(VTCR_EL2, IRGN0, 1) |
	       FV(VTCR_EL2, ORGN0, 1) | FV(VTCR_EL2, SH0, 3) | FV(VTCR_EL2, TG0, 0) |
	       FV(VTCR_EL2, PS, parange) | FV(VTCR_EL2, VS, has_vmid16) | BIT(31);
}

enum stage2_status stage2_init(struct stage2 *stage2, u16 vmid)
{
	pa_t root;

	if (!pages_alloc(PAGE_SIZE, PAGE_SIZE, &root))
		return STAGE2_NO_MEMORY;
	stage2->vttbr_el2 = FV(VTTBR_EL2, VMID, vmid) | root.v;
	tlb_flush_vmid(stage2);
	return STAGE2_OK;
}

enum stage2_status stage2_map(struct stage2 *stage2, ipa_t ipa, pa_t pa, u64 size)
{
	unsigned leaf_level = size == BLOCK_SIZE ? 2 : LEAF_LEVEL;
	struct walk walk;
	pa_t tables[2];

	if ((size != PAGE_SIZE && size != BLOCK_SIZE) || !is_aligned(ipa.v | pa.v, size))
		return STAGE2_MISALIGNED;
	if (ipa.v >> IPA_BITS)
		return STAGE2_OUT_OF_RANGE;
	walk = walk_to(stage2, ipa, leaf_level);
	if (*walk.descriptor & DESC_VALID)
		return STAGE2_MAPPED;
	for (unsigned i = 0; i < leaf_level - walk.level; i++)
		if (!pages_alloc(PAGE_SIZE, PAGE_SIZE, &tables[i]))
			return STAGE2_NO_MEMORY;

	/*
	 * From here nothing can fail. An invalid entry is never cached, so no TLBI is owed (HW-23).
	 */
	for (unsigned i = 0; walk.level < leaf_level; i++) {
		hal_dsb_ishst();
		hal_write_descriptor(walk.descriptor, tables[i].v | DESC_VALID | DESC_TABLE);
		walk = walk_to(stage2, ipa, walk.level + 1);
	}
	hal_write_descriptor(walk.descriptor,
		pa.v | LEAF_ATTRIBUTES | (leaf_level == LEAF_LEVEL ? DESC_PAGE : 0));
	hal_dsb_ishst();
	return STAGE2_OK;
}

/* Break before make, TB-4: nobody may ever see the old and the new translation at once. */
static void replace(struct stage2 *stage2, struct walk walk, ipa_t ipa, u64 descriptor)
{
	hal_write_descriptor(walk.descriptor, 0);
	tlb_flush_ipa(stage2, ipa);
	hal_write_descriptor(walk.descriptor, descriptor);
	hal_dsb_ishst();
}

static enum stage2_status split_block(struct stage2 *stage2, struct walk walk, ipa_t ipa)
{
	u64 block = *walk.descriptor;
	u64 *entry;
	pa_t table;

	if (!pages_alloc(PAGE_SIZE, PAGE_SIZE, &table))
		return STAGE2_NO_MEMORY;
	entry = hal_pa_to_va(table);
	for (u64 i = 0; i < BLOCK_SIZE / PAGE_SIZE; i++)
		entry[i] = (block + i * PAGE_SIZE) | DESC_PAGE;
	replace(stage2, walk, ipa, table.v | DESC_VALID | DESC_TABLE);
	return STAGE2_OK;
}

enum stage2_status stage2_set_writable(struct stage2 *stage2, ipa_t page, bool is_writable)
{
	struct walk walk;
	u64 before, after;

	if (!is_aligned(page.v, PAGE_SIZE))
		return STAGE2_MISALIGNED;
	if (page.v >> IPA_BITS)
		return STAGE2_OUT_OF_RANGE;
	walk = walk_to(stage2, page, LEAF_LEVEL);
	if (!(*walk.descriptor & DESC_VALID))
		return STAGE2_NOT_MAPPED;
	if (walk.level < LEAF_LEVEL) {
		if (split_block(stage2, walk, page) != STAGE2_OK)
			return STAGE2_NO_MEMORY;
		walk = walk_to(stage2, page, LEAF_LEVEL);
	}
	before = *walk.descriptor;
	after = is_writable ? before | S2_S2AP_W : before & ~S2_S2AP_W;
	if (after == before)
		return STAGE2_OK;
	/*
	 * Only a permission changes, so DDI 0487 D8.16.1 does not ask for break before make; the
	 * TLBI is owed.
	 */
	hal_write_descriptor(walk.descriptor, after);
	tlb_flush_ipa(stage2, page);
	return STAGE2_OK;
}

enum stage2_status stage2_unmap(struct stage2 *stage2, ipa_t ipa)
{
	struct walk walk;

	if (ipa.v >> IPA_BITS)
		return STAGE2_OUT_OF_RANGE;
	walk = walk_to(stage2, ipa, LEAF_LEVEL);
	if (!(*walk.descriptor & DESC_VALID))
		return STAGE2_NOT_MAPPED;
	hal_write_descriptor(walk.descriptor, 0);
	tlb_flush_ipa(stage2, IPA(align_down(ipa.v, 1ul << level_shift(walk.level))));
	return STAGE2_OK;
}

enum stage2_status stage2_lookup(const struct stage2 *stage2, ipa_t ipa, struct stage2_mapping *out)
{
	struct walk walk;
	u64 size;

	if (ipa.v >> IPA_BITS)
		return STAGE2_OUT_OF_RANGE;
	walk = walk_to(stage2, ipa, LEAF_LEVEL);
	if (!(*walk.descriptor & DESC_VALID))
		return STAGE2_NOT_MAPPED;
	size = 1ul << level_shift(walk.level);
	*out = (struct stage2_mapping){
		.pa = PA(align_down(*walk.descriptor & DESC_ADDRESS, size) | (ipa.v & (size - 1))),
		.size = size,
		.is_writable = (*walk.descriptor & S2_S2AP_W) != 0,
	};
	return STAGE2_OK;
}
