/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk of one stage's tables, level by level, and the descriptors that it reads and updates.
 */
#include "mmu/walk.h"

#include <string.h>

#include "mmu/tell.h"
#include "timing/translate.h"

static void note_step(const struct regime *regime, const struct inspected_step *step)
{
	struct inspection *inspection = regime->inspection;

	if (inspection->count < COUNT(inspection->step))
		inspection->step[inspection->count++] = *step;
}

/* ---- Descriptors in memory ---- */

static u64 descriptor_load(const u8 *host)
{
	u64 descriptor;

	memcpy(&descriptor, host, sizeof(descriptor));
	return descriptor;
}

/*
 * Where stage 1's descriptor at `address` is in physical memory: stage 2 translates it as a read,
 * or as a write when the descriptor is to be updated (HYPERVISOR-SPEC HW-25).
 */
static bool walk_address(struct cpu *cpu, const struct regime *regime, u64 address, bool update,
	u64 *pa, struct mmu_fault *fault)
{
	struct request walk = { .kind = update ? ACCESS_ATOMIC : ACCESS_READ };
	struct stage_output s2;

	if (!regime->s2_enabled) {
		*pa = address;
		return true;
	}
	if (!walk_through_stage2(cpu, regime, address, &walk, true, &s2, fault))
		return false;
	*pa = s2.leaf.address;
	return true;
}

static void see_old(struct cpu *cpu, u64 pa, struct leaf *leaf)
{
	u64 value = old_descriptor_read(cpu, pa, leaf->descriptor);

	leaf->is_kept = value != leaf->descriptor;
	leaf->descriptor = value;
}

static bool fetch_descriptor(struct cpu *cpu, const struct regime *regime,
	const struct tables *tables, unsigned level, struct leaf *leaf, struct mmu_fault *fault)
{
	u64 pa = leaf->where;

	if (!tables->stage2 && !walk_address(cpu, regime, leaf->where, false, &pa, fault))
		return false;
	leaf->region = memory_find(cpu->memory, PA(pa), 8);
	if (UNLIKELY(leaf->region == NULL))
		return mmu_fail(fault, tables->stage2, FSC_EXTERNAL_ON_WALK, level);
	leaf->host = leaf->region->host + (pa - leaf->region->base.v);
	leaf->descriptor = descriptor_load(leaf->host);
	leaf->is_kept = false;
	if (UNLIKELY(cpu->mmu->kept != NULL) && regime->inspection == NULL)
		see_old(cpu, pa, leaf);
	if (UNLIKELY(regime->inspection != NULL))
		note_step(regime,
			&(struct inspected_step){ .stage = tables->stage2 ? 2 : 1,
				.level = (u8)level,
				.for_walk = tables->stage2 && regime->inspection->is_for_walk,
				.address = leaf->where,
				.pa = PA(pa),
				.descriptor = leaf->descriptor });
	else if (event_wanted(cpu, EVENT_TABLE_WRITE))
		tell_table(cpu, leaf->region, PA(pa));
	if (takes_time(cpu, regime))
		timing_walk_read(&cpu->timed, PA(pa), tables->stage2);
	return true;
}

bool walk_update(struct cpu *cpu, const struct regime *regime, bool stage2, struct leaf *leaf,
	u64 descriptor, struct mmu_fault *fault)
{
	u64 pa;

	if (!stage2 && !walk_address(cpu, regime, leaf->where, true, &pa, fault))
		return false;
	if (leaf->region->read_only)
		return mmu_fail(fault, stage2, FSC_EXTERNAL_ON_WALK, leaf->level);
	if (UNLIKELY(regime->inspection != NULL)) {
		leaf->descriptor = descriptor; /* as it would be */
		return true;
	}
	pa = leaf->region->base.v + (u64)(leaf->host - leaf->region->host);
	if (UNLIKELY(cpu->tells != 0))
		tell_update(cpu, PA(pa), descriptor);
	memcpy(leaf->host, &descriptor, sizeof(descriptor));
	leaf->descriptor = descriptor;
	cpu->mmu->updates_descriptor = true;
	memory_written(cpu->memory, PA(pa), sizeof(descriptor));
	cpu->mmu->updates_descriptor = false;
	return true;
}

/* ---- The walk ---- */

/* Blocks exist at level 1 with 4 KiB granules only, and at level 2. */
static bool may_be_block(const struct tables *tables, unsigned level)
{
	return level == 2 || (level == 1 && tables->granule == 12);
}

/* log2 of the number of entries that the Contiguous bit joins. DDI 0487 D8.6.1 */
static unsigned contiguous_bits(const struct tables *tables, unsigned level)
{
	switch (tables->granule) {
	case 12: return 4;
	case 14: return level == 3 ? 7 : 5;
	default: return 5;
	}
}

/* A set that is not mapped as one range is a mistake of the guest; the bit is then ignored. */
static unsigned contiguous_shift(
	const struct tables *tables, u64 descriptor, u64 input, unsigned level, unsigned shift)
{
	unsigned larger = shift + contiguous_bits(tables, level);

	if (larger > tables->input_bits || ((descriptor ^ input) & MASK(larger - 1, shift)))
		return shift;
	return larger;
}

/* The permission bits of a table descriptor are for all below. AArch64.S1ApplyTablePerms */
static void apply_table_permissions(const struct tables *tables, struct leaf *leaf)
{
	if (tables->stage2 || tables->hpd)
		return;
	leaf->ap_table |= (u8)bits(leaf->descriptor, 62, 61);
	leaf->uxn_table |= bit(leaf->descriptor, 60);
	leaf->pxn_table |= bit(leaf->descriptor, 59);
}

static bool is_too_large(const struct tables *tables, u64 address)
{
	return address >> tables->output_bits != 0;
}

/* For the caches of walks of timed PEs: whose tables they are, and which of them is the last. */
static u64 walk_space(const struct regime *regime, const struct tables *tables)
{
	return regime->space | (u64)(tables - regime->range) << 63;
}

static u64 last_table(const struct tables *tables, u64 input)
{
	return input >> (2u * tables->granule - 3);
}

static __attribute__((noinline)) void emit_descriptor(struct cpu *cpu, const struct regime *regime,
	const struct tables *tables, unsigned level, u64 input, const struct leaf *leaf)
{
	u64 pa = leaf->region->base.v + (u64)(leaf->host - leaf->region->host);
	struct event event = { .kind = EVENT_DESCRIPTOR,
		.pc = cpu->pc,
		.pa = pa,
		.value = leaf->descriptor,
		.walk_level = (u8)level,
		.page_size = BIT(tables->granule),
		.stage2 = tables->stage2,
		.two_stages = regime->s2_enabled,
		.upper = tables == &regime->range[1],
		.va = tables->stage2 ? 0 : input,
		.ipa = tables->stage2 ? input : 0 };

	tell_whose(regime, &event);
	event_emit(cpu, &event);
}

/* The walk has ended at a block or page. */
static bool take_leaf(struct cpu *cpu, const struct regime *regime, const struct tables *tables,
	u64 input, unsigned level, unsigned shift, struct leaf *leaf, struct mmu_fault *fault)
{
	if (level < 3 && !may_be_block(tables, level))
		return mmu_fail(fault, tables->stage2, FSC_TRANSLATION, level);
	leaf->address = (leaf->descriptor & MASK(47, shift)) | (input & MASK(shift - 1, 0));
	if (is_too_large(tables, leaf->address))
		return mmu_fail(fault, tables->stage2, FSC_ADDRESS_SIZE, level);
	if (takes_time(cpu, regime) && !tables->stage2 && level == 3)
		timing_walk_end(&cpu->timed, walk_space(regime, tables), last_table(tables, input));
	leaf->level = (u8)level;
	leaf->shift = (u8)shift;
	if (bit(leaf->descriptor, DESC_CONTIGUOUS))
		leaf->shift = (u8)contiguous_shift(tables, leaf->descriptor, input, level, shift);
	return true;
}

bool walk_tables(struct cpu *cpu, const struct regime *regime, const struct tables *tables,
	u64 input, struct leaf *leaf, struct mmu_fault *fault)
{
	bool is_told = event_wanted(cpu, EVENT_DESCRIPTOR) && regime->inspection == NULL;
	unsigned stride = tables->granule - 3u, level = tables->start_level;
	unsigned shift = tables->granule + (3 - level) * stride;
	unsigned top = tables->input_bits; /* the index is input<top-1:shift> */
	unsigned known = NO_LEVEL;
	u64 table = tables->base;

	if (takes_time(cpu, regime) && !tables->stage2)
		timing_walk_begin(
			&cpu->timed, walk_space(regime, tables), last_table(tables, input), level);
	leaf->ap_table = 0;
	leaf->uxn_table = leaf->pxn_table = false;
	if (is_too_large(tables, table))
		return mmu_fail(fault, tables->stage2, FSC_ADDRESS_SIZE, 0);
	if (is_kept(cpu, regime))
		known = walk_cache_find(cpu, regime, tables, input, leaf);
	if (UNLIKELY(known != NO_LEVEL)) {
		level = known;
		shift = tables->granule + (3 - level) * stride;
		leaf->is_kept = true;
	}
	for (;; level++, top = shift, shift -= stride) {
		u64 d;

		leaf->where = table + (bits(input, top - 1, shift) << 3);
		if (LIKELY(level != known)) {
			if (!fetch_descriptor(cpu, regime, tables, level, leaf, fault))
				return false;
			if (is_told)
				emit_descriptor(cpu, regime, tables, level, input, leaf);
		}
		d = leaf->descriptor;
		if (!bit(d, DESC_VALID))
			return mmu_fail(fault, tables->stage2, FSC_TRANSLATION, level);
		if (level == 3 ? bit(d, DESC_TABLE) : !bit(d, DESC_TABLE))
			break;
		if (level == 3)
			return mmu_fail(fault, tables->stage2, FSC_TRANSLATION, level);
		table = d & MASK(47, tables->granule);
		if (is_too_large(tables, table))
			return mmu_fail(fault, tables->stage2, FSC_ADDRESS_SIZE, level);
		apply_table_permissions(tables, leaf);
		if (is_kept(cpu, regime) && level != known)
			walk_cache_note(cpu, regime, tables, input, level, leaf);
	}
	return take_leaf(cpu, regime, tables, input, level, shift, leaf, fault);
}
