/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The architectural TLB for who looks on.
 */
#include "mmu/tlb.h"

static const char *const regime_names[] = {
	[REGIME_EL10] = "EL1&0", [REGIME_EL2] = "EL2", [REGIME_EL20] = "EL2&0"
};

static struct tlb_look look_at(const struct tlb *tlb, unsigned index)
{
	const struct tlb_set *set = &tlb->set[index / TLB_WAYS];
	u64 tag = set->tag[index % TLB_WAYS], space = set->space[index % TLB_WAYS];
	unsigned log2_size = (unsigned)(tag & 63);
	enum regime_kind kind = (enum regime_kind)get_field(space, SPACE_KIND);
	bool has_asid = kind != REGIME_EL2 && !(space & (SPACE_GLOBAL | SPACE_S1_OFF));

	return (struct tlb_look){ .va = tag & ~(u64)63,
		.pa = tlb->entry[index].t.pa,
		.ipa = tlb->entry[index].t.ipa,
		.size = BIT(log2_size),
		.regime = regime_names[kind],
		.asid = has_asid ? (int)get_field(space, SPACE_ASID) : -1,
		.vmid = space & SPACE_S2 ? (int)get_field(space, SPACE_VMID) : -1 };
}

unsigned mmu_tlb_each(const struct cpu *cpu,
	void (*tell)(void *opaque, const struct tlb_look *look), void *opaque)
{
	unsigned count = 0;

	for (unsigned i = 0; i < TLB_ENTRIES; i++) {
		struct tlb_look look;

		if (cpu->tlb->set[i / TLB_WAYS].tag[i % TLB_WAYS] == 0)
			continue;
		look = look_at(cpu->tlb, i);
		tell(opaque, &look);
		count++;
	}
	return count;
}
