/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The architectural TLB for who looks on.
 */
#include "mmu/retain.h"

static const char *const regime_names[] = {
	[REGIME_EL10] = "EL1&0", [REGIME_EL2] = "EL2", [REGIME_EL20] = "EL2&0"
};

static struct tlb_look look_at(u64 tag, u64 space, const struct translated *t)
{
	unsigned log2_size = (unsigned)(tag & 63);
	enum regime_kind kind = (enum regime_kind)get_field(space, SPACE_KIND);
	bool has_asid = kind != REGIME_EL2 && !(space & (SPACE_GLOBAL | SPACE_S1_OFF));

	return (struct tlb_look){ .va = tag & ~(u64)63,
		.pa = t->pa,
		.ipa = t->ipa,
		.size = BIT(log2_size),
		.regime = regime_names[kind],
		.asid = has_asid ? (int)get_field(space, SPACE_ASID) : -1,
		.vmid = space & SPACE_S2 ? (int)get_field(space, SPACE_VMID) : -1 };
}

unsigned mmu_tlb_each(const struct cpu *cpu,
	void (*tell)(void *opaque, const struct tlb_look *look), void *opaque)
{
	const struct kept *kept = cpu->mmu->kept;
	struct tlb_look look;
	unsigned count = 0;

	for (unsigned i = 0; i < TLB_ENTRIES; i++) {
		const struct tlb_set *set = &cpu->tlb->set[i / TLB_WAYS];

		if (set->tag[i % TLB_WAYS] == 0)
			continue;
		look = look_at(
			set->tag[i % TLB_WAYS], set->space[i % TLB_WAYS], &cpu->tlb->entry[i].t);
		tell(opaque, &look);
		count++;
	}
	if (kept == NULL)
		return count;
	for (u16 i = kept->spilled.oldest; i != NOTHING_SHELVED; i = kept->spilled.entry[i].newer) {
		const struct shelved *entry = &kept->spilled.entry[i];

		look = look_at(entry->tag, entry->space, &entry->content.t);
		tell(opaque, &look);
		count++;
	}
	return count;
}
