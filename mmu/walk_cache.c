/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Liberty WALK_CACHE: descriptors that walks have read, by regime, VMID, ASID, level and address,
 * until a TLBI covers them: tables of both stages, and what stage 2 alone says of an IPA, which
 * only TLBIs of stage 2 remove. The leaves of stage 1 are in the TLB, combined with stage 2. Table
 * descriptors have no nG: they are of the ASID that they were read for. DDI 0487 D8.16.1, D8.16.5;
 * HYPERVISOR-SPEC HW-22, HW-23
 */
#include "mmu/retain.h"

/* Beside SPACE_*: which of several descriptors for an address. */
#define SPACE_STAGE2  BIT(40)
#define SPACE_LEAF    BIT(41)
#define SPACE_LEVEL   MASK(43, 42)
#define SPACE_GRANULE MASK(48, 44)
enum { DESC_TABLE = 1 };
enum { SPACE_LEVEL_SHIFT = 42, SPACE_GRANULE_SHIFT = 44 };

static u64 space_of(const struct regime *regime, const struct tables *tables, unsigned level)
{
	u64 space = regime->space & (SPACE_VMID | SPACE_KIND);

	if (tables->stage2)
		space |= SPACE_STAGE2;
	else
		space |= regime->space & (SPACE_ASID | SPACE_S2);
	return space | (u64)level << SPACE_LEVEL_SHIFT |
	       (u64)tables->granule << SPACE_GRANULE_SHIFT;
}

/* The upper half of stage 1 by its VA, not by the bits of it that index tables. */
static u64 tag_of(
	const struct regime *regime, const struct tables *tables, u64 input, unsigned level)
{
	unsigned shift = tables->granule + (3 - level) * (tables->granule - 3u);

	if (tables == &regime->range[1])
		input |= ~MASK(tables->input_bits - 1u, 0);
	return (input & MASK(63, shift)) | shift;
}

static const struct shelved *find_at(struct kept *kept, const struct regime *regime,
	const struct tables *tables, u64 input, unsigned level)
{
	u64 space = space_of(regime, tables, level), tag = tag_of(regime, tables, input, level);
	const struct shelved *entry = NULL;

	if (level < 3)
		entry = shelf_find(&kept->walks, space, tag);
	if (entry == NULL && tables->stage2)
		entry = shelf_find(&kept->walks, space | SPACE_LEAF, tag);
	return entry;
}

unsigned walk_cache_find(struct cpu *cpu, const struct regime *regime, const struct tables *tables,
	u64 input, struct leaf *leaf)
{
	struct kept *kept = cpu->mmu->kept;
	unsigned level = tables->stage2 ? 4 : 3;

	while (!kept->reads_memory && level-- > tables->start_level) {
		const struct shelved *entry = find_at(kept, regime, tables, input, level);

		if (entry == NULL || liberty(cpu, LIBERTY_WALK_CACHE, 2) == 0)
			continue;
		leaf->descriptor = entry->content.read.descriptor;
		leaf->ap_table = entry->content.read.ap_table;
		leaf->uxn_table = entry->content.read.uxn_table;
		leaf->pxn_table = entry->content.read.pxn_table;
		return level;
	}
	return NO_LEVEL;
}

void walk_cache_note(struct cpu *cpu, const struct regime *regime, const struct tables *tables,
	u64 input, unsigned level, const struct leaf *leaf)
{
	struct shelf *walks = &cpu->mmu->kept->walks;
	u64 space = space_of(regime, tables, level), tag = tag_of(regime, tables, input, level);
	bool is_table = level < 3 && bit(leaf->descriptor, DESC_TABLE);
	struct shelved *entry, *other;

	if (!liberty_is_taken(cpu, LIBERTY_WALK_CACHE))
		return;
	other = shelf_find(walks, is_table ? space | SPACE_LEAF : space, tag);
	if (other != NULL)
		shelf_remove(walks, other);
	if (!is_table)
		space |= SPACE_LEAF;
	entry = shelf_find(walks, space, tag);
	if (entry == NULL)
		entry = shelf_put(walks, space, tag);
	entry->content.read = (struct table_read){ .descriptor = leaf->descriptor,
		.ap_table = leaf->ap_table,
		.uxn_table = leaf->uxn_table,
		.pxn_table = leaf->pxn_table };
}

void walk_cache_remove(struct cpu *cpu, const struct walk_selection *selection)
{
	struct tlb_selection whose = selection->whose;

	if (!selection->stage1 || !selection->stage2) {
		whose.space |= selection->stage2 ? SPACE_STAGE2 : 0;
		whose.space_mask |= SPACE_STAGE2;
	}
	if (selection->leaves_only) {
		whose.space |= SPACE_LEAF;
		whose.space_mask |= SPACE_LEAF;
	}
	shelf_remove_range(&cpu->mmu->kept->walks, &whose, selection->first, selection->last);
}
