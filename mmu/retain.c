/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TLB that keeps more than its sets hold, or less: liberties TLB_EVICT and TLB_KEEP; and what all
 * of struct kept have in common. Entries beyond the sets are as good as those in them: what is
 * found goes back, what a TLBI or a conflict removes there it removes here. So a PE never has two
 * answers for an address; of a guest that does not break before it makes, newer entries win
 * wherever they are (choice tlb_conflict), and max does not prefer the old ones: for an address
 * that missed there is none to prefer.
 */
#include "mmu/retain.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const u32 liberties_here = BIT(LIBERTY_TLB_KEEP) | BIT(LIBERTY_TLB_EVICT) |
				  BIT(LIBERTY_LATE_TLBI) | BIT(LIBERTY_TLBI_EFFECT) |
				  BIT(LIBERTY_WALK_CACHE) | BIT(LIBERTY_OLD_DESCRIPTOR) |
				  BIT(LIBERTY_FILL) | BIT(LIBERTY_SPECULATIVE_AT);

bool mmu_has_liberties(const struct cpu *cpu)
{
	return cpu->mmu->kept != NULL;
}

static void forget(struct kept *kept)
{
	memset(kept, 0, offsetof(struct kept, spilled)); /* shelves, which are large, know better */
	shelf_clear(&kept->spilled);
	shelf_clear(&kept->walks);
}

bool retain_begin(struct cpu *cpu)
{
	if (cpu->mmu->kept == NULL)
		cpu->mmu->kept = malloc(sizeof(*cpu->mmu->kept));
	if (cpu->mmu->kept != NULL)
		forget(cpu->mmu->kept);
	return cpu->mmu->kept != NULL;
}

void retain_reset(struct cpu *cpu)
{
	if (cpu->mmu->kept == NULL)
		return;
	late_tlbi_complete(cpu, ~0u); /* other PEs go on */
	forget(cpu->mmu->kept);
}

bool mmu_take_liberties(struct cpu *cpu)
{
	bool takes = cpu->liberties != NULL && (cpu->liberties->taken & liberties_here) != 0;

	if (!takes && cpu->mmu->kept != NULL) {
		late_tlbi_complete(cpu, ~0u);
		free(cpu->mmu->kept);
		cpu->mmu->kept = NULL;
	}
	return !takes || cpu->mmu->kept != NULL || retain_begin(cpu);
}

void mmu_before_insn(struct cpu *cpu)
{
	struct kept *kept = cpu->mmu->kept;

	if (kept == NULL)
		return;
	kept->used_count = 0;
	if (kept->late_count != 0)
		late_tlbi_before_insn(cpu);
	speculate(cpu);
}

/* DSB and DMB, by CRm<3:2>: for whom, OSH, NSH, ISH, SY; <1:0>: loads, stores, or both. C6.2.97 */
enum { BARRIER_DSB = 4, BARRIER_DMB = 5, DOMAIN_LOCAL = 1, DOMAIN_INNER = 2, TYPES_LOADS = 1 };

/*
 * A DSB completes TLBIs if it is of loads and stores, stores if it is of them; in between may be
 * one more walk that does not see these. One for this PE alone completes what is here.
 */
static void pass_dsb(struct cpu *cpu, unsigned domain, unsigned types)
{
	struct kept *kept = cpu->mmu->kept;
	u32 pes = domain == DOMAIN_LOCAL ? 1u << cpu->index : ~0u;
	bool is_late = kept->late_count != 0;

	if (types == 0 && domain < DOMAIN_INNER) /* SSBB, PSSBB; others are as SY */
		return;
	if (types == 3 || types == 0)
		late_tlbi_complete(cpu, pes);
	if (types == TYPES_LOADS)
		return;
	if (is_late && kept->pending.count != 0)
		speculate(cpu);
	old_descriptor_complete(cpu, pes);
}

void mmu_barrier(struct cpu *cpu, u32 insn)
{
	unsigned domain = insn >> 10 & 3, types = insn >> 8 & 3, barrier = insn >> 5 & 7;

	if (cpu->mmu->kept == NULL)
		return;
	if (barrier == BARRIER_DSB)
		pass_dsb(cpu, domain, types);
	else if (barrier == BARRIER_DMB && types != TYPES_LOADS)
		old_descriptor_order(cpu);
}

/* ---- The TLB ---- */

static unsigned slot_of(const struct cpu *cpu, const struct tlb_entry *entry)
{
	return (unsigned)(entry - cpu->tlb->entry);
}

static bool is_used(const struct kept *kept, unsigned slot)
{
	for (unsigned i = 0; i < kept->used_count; i++) {
		if (kept->used[i] == slot)
			return true;
	}
	return false;
}

void retain_use(struct cpu *cpu, enum regime_kind kind, const struct request *request,
	const struct tlb_entry *entry)
{
	struct kept *kept = cpu->mmu->kept;
	unsigned slot = slot_of(cpu, entry);

	speculate_know(kept, kind, request);
	if (!is_used(kept, slot) && kept->used_count < USED_SLOTS)
		kept->used[kept->used_count++] = (u16)slot;
}

static struct shelved *find_spilled(struct shelf *spilled, u64 space, u64 va)
{
	u64 address = canonical_va(va), everyone = tlb_global_space(space);

	for (u64 sizes = spilled->sizes; sizes != 0; sizes &= sizes - 1) {
		unsigned shift = (unsigned)__builtin_ctzll(sizes);
		u64 tag = (address & MASK(63, shift)) | shift;
		struct shelved *entry = shelf_find(spilled, space, tag);

		if (entry == NULL)
			entry = shelf_find(spilled, everyone, tag);
		if (entry != NULL)
			return entry;
	}
	return NULL;
}

static bool is_in_slot(const struct tlb *tlb, unsigned slot, u64 space, u64 va)
{
	u64 tag = tlb->set[slot / TLB_WAYS].tag[slot % TLB_WAYS];
	u64 owner = tlb->set[slot / TLB_WAYS].space[slot % TLB_WAYS];

	return tag != 0 && (tag ^ canonical_va(va)) >> (tag & 63) == 0 &&
	       (owner == space || owner == tlb_global_space(space));
}

bool retain_has(struct cpu *cpu, u64 space, u64 va)
{
	struct kept *kept = cpu->mmu->kept;
	const struct tlb_entry *entry;

	if (is_in_slot(cpu->tlb, kept->filled, space, va))
		return true;
	entry = tlb_find(cpu->tlb, space, va);
	if (entry != NULL)
		kept->filled = (u16)slot_of(cpu, entry);
	return entry != NULL || find_spilled(&kept->spilled, space, va) != NULL;
}

/* Back to the sets, where another entry may have to go. */
static struct tlb_entry *take_spilled(struct cpu *cpu, u64 space, u64 va)
{
	struct shelf *spilled = &cpu->mmu->kept->spilled;
	struct shelved *entry = find_spilled(spilled, space, va);
	struct translated t;

	if (entry == NULL)
		return NULL;
	t = entry->content.t;
	shelf_remove(spilled, entry);
	return tlb_insert(cpu, space, va, &t, true);
}

/*
 * TLB_KEEP is not asked for fetches: whether the engine has to translate a page that it executed
 * before depends on how a run is cut into pieces. For the same reason finding what a fetch looks
 * for must leave no trace.
 */
struct tlb_entry *retain_find(
	struct cpu *cpu, u64 space, const struct request *request, struct tlb_entry *entry)
{
	if (entry == NULL)
		entry = take_spilled(cpu, space, request->va);
	if (entry == NULL || request->kind == ACCESS_FETCH ||
		is_used(cpu->mmu->kept, slot_of(cpu, entry)) ||
		liberty(cpu, LIBERTY_TLB_KEEP, 2) == 0)
		return entry;
	tlb_remove(cpu, entry);
	return NULL;
}

void retain_evicted(struct cpu *cpu, unsigned slot)
{
	const struct tlb_set *set = &cpu->tlb->set[slot / TLB_WAYS];

	if (liberty(cpu, LIBERTY_TLB_EVICT, 2) != 0)
		shelf_put(&cpu->mmu->kept->spilled, set->space[slot % TLB_WAYS],
			set->tag[slot % TLB_WAYS])
			->content.t = cpu->tlb->entry[slot].t;
}
