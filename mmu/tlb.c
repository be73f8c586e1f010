/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The architectural TLB: lookup by size, replacement, removal. Keeps the host TLBs of the contexts
 * a subset of itself. Does not know descriptors or registers.
 */
#include "mmu/retain.h"
#include "timing/translate.h"

static u64 tag_of(u64 va, unsigned shift)
{
	return (va & MASK(63, shift)) | shift;
}

static unsigned tag_shift(u64 tag)
{
	return (unsigned)tag & 0xfff;
}

/* ASIDs are not mixed in: TLBI VAA looks at one set. */
static unsigned set_of(u64 space, u64 va, unsigned shift)
{
	u64 page = va >> shift;
	u64 who = (space & (SPACE_VMID | SPACE_KIND)) >> SPACE_VMID_SHIFT;

	return (unsigned)(page ^ page >> 8 ^ who * 37 ^ who >> 8 ^ shift * 5) % TLB_SETS;
}

unsigned tlb_set_of(u64 space, u64 tag)
{
	return set_of(space, tag, tag_shift(tag));
}

struct tlb_entry *tlb_find(struct tlb *tlb, u64 space, u64 va)
{
	u64 everyone = tlb_global_space(space), address = canonical_va(va);

	for (u64 sizes = tlb->sizes; sizes != 0; sizes &= sizes - 1) {
		unsigned shift = (unsigned)__builtin_ctzll(sizes);
		unsigned index = set_of(space, address, shift);
		const struct tlb_set *set = &tlb->set[index];
		u64 tag = tag_of(address, shift);

		for (unsigned way = 0; way < TLB_WAYS; way++) {
			if (set->tag[way] == tag &&
				(set->space[way] == space || set->space[way] == everyone))
				return &tlb->entry[index * TLB_WAYS + way];
		}
	}
	return NULL;
}

/* Empties a slot; the host TLBs are the caller's. */
static void clear_slot(struct tlb *tlb, unsigned slot)
{
	u64 *tag = &tlb->set[slot / TLB_WAYS].tag[slot % TLB_WAYS];
	unsigned shift = tag_shift(*tag);

	*tag = 0;
	tlb->valid[slot / 64] &= ~BIT(slot % 64);
	if (--tlb->size_count[shift] == 0)
		tlb->sizes &= ~BIT(shift);
}

/* A timed PE's micro TLBs are a subset of the TLB. */
static void leave_micro_tlbs(struct cpu *cpu, unsigned slot)
{
	if (cpu_is_timed(cpu))
		timing_tlb_removed(&cpu->timed, slot);
}

void tlb_drop_derived(struct cpu *cpu, unsigned index)
{
	u64 tag = cpu->tlb->set[index / TLB_WAYS].tag[index % TLB_WAYS];

	contexts_drop(cpu, cpu->tlb->entry[index].contexts, tag, tag_shift(tag));
}

static void remove_slot(struct cpu *cpu, unsigned slot)
{
	tlb_drop_derived(cpu, slot);
	leave_micro_tlbs(cpu, slot);
	clear_slot(cpu->tlb, slot);
}

void tlb_remove(struct cpu *cpu, struct tlb_entry *entry)
{
	remove_slot(cpu, (unsigned)(entry - cpu->tlb->entry));
}

bool tlb_is_selected(const struct tlb_selection *selection, u64 space)
{
	u64 mask = selection->space_mask;

	if (space & SPACE_GLOBAL) {
		if (!selection->globals)
			return false;
		mask &= ~SPACE_ASID;
	}
	return ((space ^ selection->space) & mask) == 0;
}

/* Removes what maps va in entries of at least 2^smallest bytes. */
static void remove_at(
	struct cpu *cpu, const struct tlb_selection *selection, u64 va, unsigned smallest)
{
	struct tlb *tlb = cpu->tlb;
	u64 address = canonical_va(va);

	if (UNLIKELY(cpu->mmu->kept != NULL))
		shelf_remove_va(&cpu->mmu->kept->spilled, selection, va, smallest);
	for (u64 sizes = tlb->sizes & MASK(63, smallest); sizes != 0; sizes &= sizes - 1) {
		unsigned shift = (unsigned)__builtin_ctzll(sizes);
		unsigned index = set_of(selection->space, address, shift);
		u64 tag = tag_of(address, shift);

		for (unsigned way = 0; way < TLB_WAYS; way++) {
			if (tlb->set[index].tag[way] == tag &&
				tlb_is_selected(selection, tlb->set[index].space[way]))
				remove_slot(cpu, index * TLB_WAYS + way);
		}
	}
}

void tlb_remove_va(struct cpu *cpu, const struct tlb_selection *selection, u64 va)
{
	remove_at(cpu, selection, va, 0);
}

void tlb_remove_range(struct cpu *cpu, const struct tlb_selection *selection, u64 first, u64 last)
{
	struct tlb *tlb = cpu->tlb;

	if (UNLIKELY(cpu->mmu->kept != NULL))
		shelf_remove_range(&cpu->mmu->kept->spilled, selection, first, last);
	for (unsigned word = 0; word < COUNT(tlb->valid); word++) {
		for (u64 left = tlb->valid[word]; left != 0; left &= left - 1) {
			unsigned slot = word * 64 + (unsigned)__builtin_ctzll(left);
			u64 tag = tlb->set[slot / TLB_WAYS].tag[slot % TLB_WAYS];
			u64 va = tag & MASK(63, tag_shift(tag));

			if (va <= last && va + (BIT(tag_shift(tag)) - 1) >= first &&
				tlb_is_selected(selection,
					tlb->set[slot / TLB_WAYS].space[slot % TLB_WAYS]))
				remove_slot(cpu, slot);
		}
	}
}

/*
 * An entry that maps va for the same reader in the same or a larger size would make lookups depend
 * on their order. It takes a guest that mixes global and non-global mappings without TLBI.
 */
static void remove_conflicts(struct cpu *cpu, u64 space, u64 va, unsigned shift)
{
	struct tlb_selection same = {
		.space = space, .space_mask = ~SPACE_GLOBAL, .globals = true
	};

	if (space & SPACE_GLOBAL)
		same.space_mask &= ~SPACE_ASID;
	remove_at(cpu, &same, va, shift);
}

static unsigned choose_way(struct tlb *tlb, unsigned index)
{
	for (unsigned way = 0; way < TLB_WAYS; way++) {
		if (tlb->set[index].tag[way] == 0)
			return way;
	}
	return tlb->next_way[index]++ % TLB_WAYS;
}

struct tlb_entry *tlb_insert(
	struct cpu *cpu, u64 space, u64 va, const struct translated *t, bool missed)
{
	struct tlb *tlb = cpu->tlb;
	u64 address = canonical_va(va), tag = tag_of(address, t->shift);
	unsigned index = set_of(space, address, t->shift), way, slot;

	if (t->global)
		space = tlb_global_space(space);
	if (t->global || !missed) /* a miss says that no reader of this ASID has an entry */
		remove_conflicts(cpu, space, va, t->shift);
	way = choose_way(tlb, index);
	slot = index * TLB_WAYS + way;
	if (tlb->set[index].tag[way] != 0) {
		if (UNLIKELY(cpu->mmu->kept != NULL))
			retain_evicted(cpu, slot);
		remove_slot(cpu, slot);
	}
	tlb->set[index].tag[way] = tag;
	tlb->set[index].space[way] = space;
	tlb->entry[slot] = (struct tlb_entry){ .t = *t };
	tlb->valid[slot / 64] |= BIT(slot % 64);
	tlb->size_count[t->shift]++;
	tlb->sizes |= BIT(t->shift);
	return &tlb->entry[slot];
}

void tlb_remove_all(struct cpu *cpu, const struct tlb_selection *selection)
{
	struct tlb *tlb = cpu->tlb;
	u64 contexts = 0;

	if (UNLIKELY(cpu->mmu->kept != NULL))
		shelf_remove_range(&cpu->mmu->kept->spilled, selection, 0, ~0ull);
	for (unsigned word = 0; word < COUNT(tlb->valid); word++) {
		for (u64 left = tlb->valid[word]; left != 0; left &= left - 1) {
			unsigned slot = word * 64 + (unsigned)__builtin_ctzll(left);

			if (!tlb_is_selected(
				    selection, tlb->set[slot / TLB_WAYS].space[slot % TLB_WAYS]))
				continue;
			contexts |= tlb->entry[slot].contexts;
			leave_micro_tlbs(cpu, slot);
			clear_slot(tlb, slot);
		}
	}
	contexts_flush(cpu, contexts);
}

unsigned tlb_count(const struct tlb *tlb)
{
	unsigned count = 0;

	for (unsigned word = 0; word < COUNT(tlb->valid); word++)
		count += (unsigned)__builtin_popcountll(tlb->valid[word]);
	return count;
}
