/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 translation tables of this host, DDI 0487 D8.2 and D8.3. Knows descriptors and their
 * maintenance; not why something is mapped.
 */
#include "core/stage2.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/granule.h"
#include "core/pages.h"
#include "core/tlb.h"
#include "hal.h"

/* Leaf bits that arch.h does not have. XN[1:0] is 54:53; 53 is RES0 without FEAT_XNX. */
#define S2_XN_SHIFT	    53
#define S2_XN_MASK	    (3ul << S2_XN_SHIFT)
#define S2_MEMATTR_WB_FWB   (6ul << 2) /* with HCR_EL2.FWB: Normal, write-back */
#define S2_SW_LEVEL_SHIFT   55	       /* S2-18, software's bits 56:55 */
#define S2_SW_LEVEL(d)	    ((unsigned)bits(d, 56, 55))
#define S2_PERMISSIONS_MASK (S2_S2AP_R | S2_S2AP_W | S2_XN_MASK)

enum { MAX_NEW_TABLES = 3 };

/* ---- Tables ---- */

static u64 table_size(void)
{
	return BIT(stage2_granule());
}

static u64 root_size(void)
{
	u64 size = BIT(parange_bits(host.parange) -
		       granule_shift(stage2_granule(), stage2_start_level()) + DESCRIPTOR_SHIFT);

	return size < table_size() ? table_size() : size;
}

static bool has_table(const struct s2_mmu *mmu)
{
	return mmu->vtcr_el2 != 0;
}

bool stage2_create(struct s2_mmu *mmu)
{
	if (!pages_alloc(root_size(), root_size(), &mmu->root))
		return false;
	mmu->vtcr_el2 = stage2_vtcr();
	return true;
}

static unsigned shift_of(unsigned level)
{
	return granule_shift(stage2_granule(), level);
}

static bool is_table(u64 descriptor, unsigned level)
{
	return (descriptor & DESC_VALID) && (descriptor & DESC_TABLE) && level < LAST_LEVEL;
}

static u64 *table_of(u64 descriptor)
{
	return hal_pa_to_va(PA(descriptor & MASK(47, stage2_granule())));
}

static u64 entries_of(unsigned level)
{
	unsigned bits_above =
		level == stage2_start_level() ? parange_bits(host.parange) : shift_of(level - 1);

	return BIT(bits_above - shift_of(level));
}

static u64 index_of(ipa_t ipa, unsigned level)
{
	return (ipa.v >> shift_of(level)) & (entries_of(level) - 1);
}

/* The last descriptor of a walk: a leaf, or the invalid one that ended it. */
struct place {
	u64 *descriptor;
	unsigned level;
};

static struct place walk_to(const struct s2_mmu *mmu, ipa_t ipa, unsigned last_level)
{
	u64 *table = hal_pa_to_va(mmu->root);
	struct place place = { .level = stage2_start_level() };

	for (;; place.level++) {
		place.descriptor = &table[index_of(ipa, place.level)];
		if (place.level == last_level || !is_table(*place.descriptor, place.level))
			return place;
		table = table_of(*place.descriptor);
	}
}

/*
 * Tables that no descriptor points at any more, but a walk under way may still read until the TLBI
 * is complete (S2-30). The link is in their first word: page aligned, so an invalid descriptor.
 */
static void unlink_table(u64 *unlinked, u64 descriptor)
{
	u64 *table = table_of(descriptor);

	hal_write_descriptor(table, *unlinked);
	*unlinked = descriptor & MASK(47, stage2_granule());
}

static bool alloc_table(struct s2_mmu *mmu, pa_t *table)
{
	if (mmu->budget && *mmu->budget < table_size())
		return false;
	if (!pages_alloc(table_size(), table_size(), table))
		return false;
	if (mmu->budget)
		*mmu->budget -= table_size();
	return true;
}

static void free_table(struct s2_mmu *mmu, pa_t table)
{
	pages_free(table, table_size());
	if (mmu->budget)
		*mmu->budget += table_size();
}

static void free_tables(struct s2_mmu *mmu, u64 unlinked)
{
	while (unlinked) {
		u64 next = *(u64 *)hal_pa_to_va(PA(unlinked));

		free_table(mmu, PA(unlinked));
		unlinked = next;
	}
}

/* ---- Leaves ---- */

static u64 leaf(pa_t pa, unsigned level, unsigned rights, unsigned nested_level)
{
	bool el1 = rights & S2_EXEC_EL1, el0 = rights & S2_EXEC_EL0;
	u64 xn = el1 == el0 ? (el1 ? 0 : 2) : (el0 ? 1 : 3);

	return pa.v | DESC_VALID | DESC_AF | DESC_SH_INNER | (level == LAST_LEVEL ? DESC_PAGE : 0) |
	       (host.has_fwb ? S2_MEMATTR_WB_FWB : S2_MEMATTR_NORMAL_WB) |
	       (rights & S2_READ ? S2_S2AP_R : 0) | (rights & S2_WRITE ? S2_S2AP_W : 0) |
	       xn << S2_XN_SHIFT | (u64)nested_level << S2_SW_LEVEL_SHIFT;
}

unsigned stage2_rights(u64 descriptor, bool has_xnx)
{
	static const unsigned exec[] = { S2_EXEC_EL1 | S2_EXEC_EL0, S2_EXEC_EL0, 0, S2_EXEC_EL1 };
	u64 xn = bits(descriptor, S2_XN_SHIFT + 1, S2_XN_SHIFT) & (has_xnx ? 3 : 2);

	return (descriptor & S2_S2AP_R ? S2_READ : 0) | (descriptor & S2_S2AP_W ? S2_WRITE : 0) |
	       exec[xn];
}

/* Bit 53 of ours is 0 where it has no meaning. */
static unsigned rights_of(u64 descriptor)
{
	return stage2_rights(descriptor, true);
}

static u64 output_of(u64 descriptor, unsigned level)
{
	return descriptor & MASK(47, shift_of(level));
}

static unsigned level_of_size(u64 size)
{
	unsigned level = LAST_LEVEL;

	while (level > 1 && BIT(shift_of(level)) < size)
		level--;
	return level;
}

static bool is_leaf_size(u64 size)
{
	for (const u64 *legal = stage2_sizes(); *legal; legal++)
		if (*legal == size)
			return true;
	return false;
}

/* ---- Changes ---- */

/* Everything below a table descriptor that has been taken out. */
static void unlink_subtree(u64 *unlinked, u64 descriptor, unsigned level)
{
	u64 *table = table_of(descriptor);

	for (u64 i = 0; i < entries_of(level + 1); i++)
		if (is_table(table[i], level + 1))
			unlink_subtree(unlinked, table[i], level + 1);
	unlink_table(unlinked, descriptor);
}

/* Break before make, TB-4: nobody may ever see the old and the new translation at once. */
static void replace(struct s2_mmu *mmu, struct place place, ipa_t ipa, u64 descriptor)
{
	u64 old = *place.descriptor, unlinked = 0;
	u64 start = align_down(ipa.v, BIT(shift_of(place.level)));

	if (old & DESC_VALID) {
		hal_write_descriptor(place.descriptor, 0);
		if (is_table(old, place.level))
			tlb_flush_range(mmu, IPA(start), BIT(shift_of(place.level)));
		else
			tlb_flush_ipa(mmu, IPA(start), place.level);
	}
	if (is_table(old, place.level))
		unlink_subtree(&unlinked, old, place.level);
	free_tables(mmu, unlinked);
	hal_write_descriptor(place.descriptor, descriptor);
	hal_dsb_ishst();
}

/*
 * The leaf is there; only what it allows may differ, which needs no break, DDI 0487 D8.16.1.
 * Nothing may: then another CPU has just changed it, and what this one still has in its TLB made it
 * fault.
 */
static void update(struct s2_mmu *mmu, struct place place, ipa_t ipa, u64 descriptor)
{
	u64 old = *place.descriptor;

	if (old != descriptor)
		hal_write_descriptor(place.descriptor, descriptor);
	if (rights_of(old) & ~rights_of(descriptor))
		tlb_flush_ipa(mmu, ipa, place.level);
	else
		tlb_flush_ipa_local(mmu, ipa, place.level);
}

static bool is_same_output(u64 old, u64 descriptor, unsigned level)
{
	return (old & DESC_VALID) && !is_table(old, level) &&
	       output_of(old, level) == output_of(descriptor, level);
}

static bool alloc_tables(struct s2_mmu *mmu, pa_t *tables, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (alloc_table(mmu, &tables[i]))
			continue;
		while (i > 0)
			free_table(mmu, tables[--i]);
		return false;
	}
	return true;
}

enum stage2_status stage2_map(
	struct s2_mmu *mmu, ipa_t ipa, pa_t pa, u64 size, unsigned rights, unsigned nested_level)
{
	unsigned level = level_of_size(size);
	pa_t tables[MAX_NEW_TABLES];
	struct place place;
	u64 descriptor = leaf(pa, level, rights, nested_level);

	if (!is_leaf_size(size) || !is_aligned(ipa.v | pa.v, size))
		return STAGE2_MISALIGNED;
	if (!has_table(mmu) || ipa.v >= stage2_input_size())
		return STAGE2_OUT_OF_RANGE;
	place = walk_to(mmu, ipa, level);
	if (!alloc_tables(mmu, tables, level - place.level))
		return STAGE2_NO_MEMORY;
	mmu->levels_seen |= 1u << nested_level;
	if (place.level == level && is_same_output(*place.descriptor, descriptor, level)) {
		update(mmu, place, ipa, descriptor);
		return STAGE2_OK;
	}
	/* From the leaf up: nothing is visible before the one write that links all of it. */
	for (unsigned l = level; l > place.level; l--) {
		u64 *table = hal_pa_to_va(tables[l - place.level - 1]);

		hal_write_descriptor(&table[index_of(ipa, l)], descriptor);
		descriptor = tables[l - place.level - 1].v | DESC_VALID | DESC_TABLE;
	}
	if (level != place.level)
		hal_dsb_ishst();
	replace(mmu, place, ipa, descriptor);
	return STAGE2_OK;
}

/* A block becomes a table of the next smaller leaves. False: no memory, or there are none. */
static bool split(struct s2_mmu *mmu, struct place place, ipa_t ipa)
{
	u64 block = *place.descriptor, *table;
	u64 step = BIT(shift_of(place.level + 1));
	pa_t pa;

	if (!alloc_table(mmu, &pa))
		return false;
	table = hal_pa_to_va(pa);
	for (u64 i = 0; i < entries_of(place.level + 1); i++)
		table[i] = (block + i * step) | (place.level + 1 == LAST_LEVEL ? DESC_PAGE : 0);
	hal_dsb_ishst();
	replace(mmu, place, ipa, pa.v | DESC_VALID | DESC_TABLE);
	return true;
}

/* ---- Ranges ---- */

enum sweep_kind { SWEEP_CLEAR, SWEEP_PROTECT, SWEEP_AGE };

/* One pass over [first, last], inclusive; what it changed, so that the TLBs can be told once. */
struct sweep {
	struct s2_mmu *mmu;
	enum sweep_kind kind;
	u64 first, last;
	unsigned changed, level; /* leaves, and the last one's level */
	u64 changed_first, changed_end;
	u64 unlinked;
};

static u64 swept(enum sweep_kind kind, u64 descriptor)
{
	switch (kind) {
	case SWEEP_PROTECT: return descriptor & ~S2_S2AP_W;
	case SWEEP_AGE: return descriptor & ~DESC_AF;
	default: return 0;
	}
}

static void sweep_leaf(struct sweep *sweep, struct place place, u64 start)
{
	u64 after = swept(sweep->kind, *place.descriptor);

	if (after == *place.descriptor)
		return;
	hal_write_descriptor(place.descriptor, after);
	if (!sweep->changed++)
		sweep->changed_first = start;
	sweep->changed_end = start + BIT(shift_of(place.level));
	sweep->level = place.level;
}

static bool is_within(const struct sweep *sweep, u64 start, u64 end)
{
	return start >= sweep->first && end - 1 <= sweep->last;
}

static bool is_empty(const u64 *table, unsigned level)
{
	u64 count = entries_of(level);

	for (u64 i = 0; i < count; i++)
		if (table[i] & DESC_VALID)
			return false;
	return true;
}

static void sweep_table(struct sweep *sweep, u64 *table, unsigned level, u64 base);

static void sweep_below(struct sweep *sweep, struct place place, u64 start)
{
	u64 old = *place.descriptor, *below = table_of(old);

	sweep_table(sweep, below, place.level + 1, start);
	if (!is_empty(below, place.level + 1))
		return;
	hal_write_descriptor(place.descriptor, 0);
	unlink_table(&sweep->unlinked, old);
}

/* Most of a root is never used: what is not valid costs nothing here. */
static void sweep_table(struct sweep *sweep, u64 *table, unsigned level, u64 base)
{
	unsigned shift = shift_of(level);
	u64 from = sweep->first > base ? (sweep->first - base) >> shift : 0;
	u64 to = smaller((sweep->last - base) >> shift, entries_of(level) - 1);

	for (u64 i = from; i <= to; i++) {
		u64 start = base + (i << shift);
		struct place place = { &table[i], level };

		if (!(table[i] & DESC_VALID))
			continue;
		if (sweep->kind == SWEEP_PROTECT && !is_table(table[i], level) &&
			!is_within(sweep, start, start + BIT(shift)))
			split(sweep->mmu, place, IPA(start));
		if (is_table(table[i], level))
			sweep_below(sweep, place, start);
		else
			sweep_leaf(sweep, place, start);
	}
}

static void sweep(struct s2_mmu *mmu, enum sweep_kind kind, ipa_t ipa, u64 size)
{
	u64 room = ipa.v < stage2_input_size() ? stage2_input_size() - ipa.v : 0;
	struct sweep s = { .mmu = mmu, .kind = kind, .first = ipa.v };

	if (!has_table(mmu) || size == 0 || room == 0)
		return;
	s.last = ipa.v + smaller(size, room) - 1;
	sweep_table(&s, hal_pa_to_va(mmu->root), stage2_start_level(), 0);
	if (s.changed == 1 && !s.unlinked)
		tlb_flush_ipa(mmu, IPA(s.changed_first), s.level);
	else if (s.changed)
		tlb_flush_range(mmu, IPA(s.changed_first), s.changed_end - s.changed_first);
	free_tables(mmu, s.unlinked);
}

void stage2_unmap(struct s2_mmu *mmu, ipa_t ipa, u64 size)
{
	sweep(mmu, SWEEP_CLEAR, ipa, size);
	if (ipa.v == 0 && size >= stage2_input_size())
		mmu->levels_seen = 0;
}

void stage2_write_protect(struct s2_mmu *mmu, ipa_t ipa, u64 size)
{
	sweep(mmu, SWEEP_PROTECT, ipa, size);
}

void stage2_age(struct s2_mmu *mmu, ipa_t ipa, u64 size)
{
	sweep(mmu, SWEEP_AGE, ipa, size);
}

void stage2_destroy(struct s2_mmu *mmu)
{
	if (!has_table(mmu))
		return;
	stage2_unmap(mmu, IPA(0), stage2_input_size());
	mmu->vtcr_el2 = 0;
	pages_free(mmu->root, root_size());
}

/* ---- Looking ---- */

enum stage2_status stage2_set_access_flag(struct s2_mmu *mmu, ipa_t ipa)
{
	struct place place;

	if (!has_table(mmu) || ipa.v >= stage2_input_size())
		return STAGE2_OUT_OF_RANGE;
	place = walk_to(mmu, ipa, LAST_LEVEL);
	if (!(*place.descriptor & DESC_VALID))
		return STAGE2_NOT_MAPPED;
	/* An entry without AF is in no TLB (HW-23). */
	hal_write_descriptor(place.descriptor, *place.descriptor | DESC_AF);
	hal_dsb_ishst();
	return STAGE2_OK;
}

enum stage2_status stage2_lookup(const struct s2_mmu *mmu, ipa_t ipa, struct stage2_mapping *out)
{
	struct place place;
	u64 size;

	if (!has_table(mmu) || ipa.v >= stage2_input_size())
		return STAGE2_OUT_OF_RANGE;
	place = walk_to(mmu, ipa, LAST_LEVEL);
	if (!(*place.descriptor & DESC_VALID))
		return STAGE2_NOT_MAPPED;
	size = BIT(shift_of(place.level));
	*out = (struct stage2_mapping){
		.pa = PA(output_of(*place.descriptor, place.level) | (ipa.v & (size - 1))),
		.size = size,
		.rights = rights_of(*place.descriptor),
		.nested_level = S2_SW_LEVEL(*place.descriptor),
		.is_accessed = (*place.descriptor & DESC_AF) != 0,
	};
	return STAGE2_OK;
}

bool stage2_has_level(const struct s2_mmu *mmu, ipa_t ipa, u64 size, unsigned nested_level)
{
	u64 end = smaller(ipa.v + size, stage2_input_size());

	if (!has_table(mmu) || !(mmu->levels_seen & 1u << nested_level))
		return false;
	/* L1 must not make us look at more than a table; to forget too much is allowed (S2-26). */
	if (size > BIT(shift_of(LAST_LEVEL - 1)))
		return true;
	while (ipa.v < end) {
		struct place place = walk_to(mmu, ipa, LAST_LEVEL);

		if ((*place.descriptor & DESC_VALID) &&
			S2_SW_LEVEL(*place.descriptor) == nested_level)
			return true;
		ipa.v = align_up(ipa.v + 1, BIT(shift_of(place.level)));
	}
	return false;
}
