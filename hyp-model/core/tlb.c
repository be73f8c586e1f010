/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLB maintenance for a guest that need not be the loaded one. Knows VMIDs, nothing of table
 * contents. Interrupts stay masked all the time this hypervisor is at EL2, which is what HC-9 asks
 * for.
 */
#include "core/tlb.h"

#include "core/arch.h"
#include "core/host.h"
#include "core/stage2.h"

struct previous {
	u64 vttbr_el2;
	bool is_changed;
};

/*
 * A.3: the TLBIs below mean the guest only with its VMID in VTTBR_EL2 and, on VHE, with TGE clear
 * (HW-6).
 */
static struct previous enter_vmid(const struct stage2 *stage2)
{
	struct previous previous = { .vttbr_el2 = read_VTTBR_EL2() };

	previous.is_changed = previous.vttbr_el2 != stage2->vttbr_el2;
	if (previous.is_changed)
		write_VTTBR_EL2(stage2->vttbr_el2);
	if (host.mode == MODE_VHE)
		write_HCR_EL2(read_HCR_EL2() & ~F(HCR_EL2, TGE));
	hal_isb();
	return previous;
}

static void exit_vmid(struct previous previous)
{
	/* HC-10: the mirror image of enter_vmid(), no other bit is touched. */
	if (host.mode == MODE_VHE)
		write_HCR_EL2(read_HCR_EL2() | F(HCR_EL2, TGE));
	if (previous.is_changed)
		write_VTTBR_EL2(previous.vttbr_el2);
	hal_isb();
}

void tlb_flush_ipa(const struct stage2 *stage2, ipa_t ipa)
{
	struct previous previous;

	hal_dsb_ishst();
	previous = enter_vmid(stage2);
	hal_tlbi_ipas2e1is(ipa.v >> 12);
	hal_dsb_ish();
	hal_tlbi_vmalle1is();
	hal_dsb_ish();
	exit_vmid(previous);
}

void tlb_flush_vmid(const struct stage2 *stage2)
{
	struct previous previous;

	hal_dsb_ishst();
	previous = enter_vmid(stage2);
	hal_tlbi_vmalls12e1is();
	hal_dsb_ish();
	exit_vmid(previous);
}
