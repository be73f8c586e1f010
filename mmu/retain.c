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

#include <stdlib.h>

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
	shelf_clear(&kept->spilled);
	kept->late_count = 0;
	kept->used_count = 0;
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
	} else if (takes && cpu->mmu->kept == NULL) {
		cpu->mmu->kept = malloc(sizeof(*cpu->mmu->kept));
		if (cpu->mmu->kept == NULL)
			return false;
		forget(cpu->mmu->kept);
	}
	return true;
}

void mmu_before_insn(struct cpu *cpu)
{
	struct kept *kept = cpu->mmu->kept;

	if (kept == NULL)
		return;
	kept->used_count = 0;
	if (kept->late_count != 0)
		late_tlbi_before_insn(cpu);
}

/*
 * What a DSB has to wait for: CRm<3:2> is whom it is for (OSH, NSH, ISH, SY), <1:0> which accesses
 * (loads, stores, both); 0 is SSBB and PSSBB, which wait for nothing here, or as SY. C6.2.97
 */
static bool is_dsb(u32 insn, bool *waits_for_all, bool *is_local)
{
	unsigned domain = insn >> 10 & 3, types = insn >> 8 & 3;

	*waits_for_all = types == 3 || types == 0;
	*is_local = domain == 1;
	return (insn & 0xfffff0ff) == 0xd503309f && (types != 0 || domain >= 2);
}

void mmu_barrier(struct cpu *cpu, u32 insn)
{
	bool waits_for_all, is_local;

	if (cpu->mmu->kept == NULL || !is_dsb(insn, &waits_for_all, &is_local))
		return;
	if (waits_for_all)
		late_tlbi_complete(cpu, is_local ? 1u << cpu->index : ~0u);
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

void retain_use(struct cpu *cpu, const struct tlb_entry *entry)
{
	struct kept *kept = cpu->mmu->kept;
	unsigned slot = slot_of(cpu, entry);

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

/* Back to the sets, where another entry may have to go. */
static struct tlb_entry *take_spilled(struct cpu *cpu, u64 space, u64 va)
{
	struct shelf *spilled = &cpu->mmu->kept->spilled;
	struct shelved *entry = find_spilled(spilled, space, va);
	struct translated t;

	if (entry == NULL)
		return NULL;
	t = entry->t;
	shelf_remove(spilled, entry);
	return tlb_insert(cpu, space, va, &t, true);
}

struct tlb_entry *retain_find(struct cpu *cpu, u64 space, u64 va, struct tlb_entry *entry)
{
	if (entry == NULL)
		entry = take_spilled(cpu, space, va);
	if (entry == NULL || is_used(cpu->mmu->kept, slot_of(cpu, entry)) ||
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
			->t = cpu->tlb->entry[slot].t;
}
