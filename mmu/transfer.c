/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a PE's MMU remembers, as bytes: the architectural TLB, and code that is held. Contexts and
 * their host TLBs are speed, and begin anew.
 */
#include "mmu/retain.h"

#include <string.h>

#include "timing/translate.h"

enum { LARGEST_SHIFT = 48 };

void tlb_transfer_entry(u64 *tag, u64 *space, struct translated *t, struct archive *archive)
{
	ARCHIVE(archive, *tag);
	ARCHIVE(archive, *space);
	ARCHIVE(archive, t->pa);
	ARCHIVE(archive, t->ipa);
	ARCHIVE(archive, t->perms);
	ARCHIVE(archive, t->shift);
	ARCHIVE(archive, t->attr);
	ARCHIVE(archive, t->sh);
	ARCHIVE(archive, t->s1_level);
	ARCHIVE(archive, t->s2_level);
	ARCHIVE_BOOL(archive, t->s1_device);
	ARCHIVE_BOOL(archive, t->s2_device);
	ARCHIVE_BOOL(archive, t->global);
	ARCHIVE_BOOL(archive, t->guarded);
	archive_require(archive, t->shift >= PAGE_SHIFT && t->shift <= LARGEST_SHIFT,
		"a TLB entry has no possible size");
	if (archive->failed)
		return;
	archive_require(archive, (t->pa & (BIT(t->shift) - 1)) == 0, "a TLB entry is not aligned");
	archive_require(archive, (*tag & (PAGE_SIZE - 1)) == t->shift, "a TLB entry has two sizes");
	archive_require(archive, get_field(*space, SPACE_KIND) <= REGIME_EL20,
		"a TLB entry is of no translation regime");
}

static void transfer_slot(struct tlb *tlb, unsigned slot, struct archive *archive)
{
	u64 *tag = &tlb->set[slot / TLB_WAYS].tag[slot % TLB_WAYS];
	u64 *space = &tlb->set[slot / TLB_WAYS].space[slot % TLB_WAYS];

	tlb_transfer_entry(tag, space, &tlb->entry[slot].t, archive);
	archive_require(archive, archive->failed || tlb_set_of(*space, *tag) == slot / TLB_WAYS,
		"a TLB entry is where nobody looks for it");
}

/* What follows from an entry that is there. */
static void count_entry(struct tlb *tlb, unsigned slot)
{
	unsigned shift = tlb->entry[slot].t.shift;

	tlb->valid[slot / 64] |= BIT(slot % 64);
	tlb->size_count[shift]++;
	tlb->sizes |= BIT(shift);
}

static void load_entries(struct tlb *tlb, struct archive *archive)
{
	u16 count = 0, slot = 0;
	int last = -1;

	memset(tlb, 0, sizeof(*tlb));
	ARCHIVE(archive, count);
	for (unsigned i = 0; i < count && !archive->failed; i++) {
		ARCHIVE(archive, slot);
		archive_require(archive, slot < TLB_ENTRIES && (int)slot > last,
			"a TLB entry has no possible place");
		if (archive->failed)
			return;
		last = slot;
		transfer_slot(tlb, slot, archive);
		if (!archive->failed)
			count_entry(tlb, slot);
	}
}

static void save_entries(struct tlb *tlb, struct archive *archive)
{
	u16 count = (u16)tlb_count(tlb);

	ARCHIVE(archive, count);
	for (u16 slot = 0; slot < TLB_ENTRIES; slot++) {
		if (!(tlb->valid[slot / 64] >> slot % 64 & 1))
			continue;
		ARCHIVE(archive, slot);
		transfer_slot(tlb, slot, archive);
	}
}

static void transfer_held(struct mmu *mmu, struct archive *archive)
{
	ARCHIVE_BOOL(archive, mmu->held.is_valid);
	if (!mmu->held.is_valid)
		return;
	ARCHIVE(archive, mmu->held.key);
	ARCHIVE(archive, mmu->held.va);
	ARCHIVE(archive, mmu->held.page);
	archive_require(archive, (mmu->held.page.v & (PAGE_SIZE - 1)) == 0,
		"the page of held code is not aligned");
}

/* Of an instruction that a debugger stopped before one of its accesses. */
static void transfer_pieces(struct pieces *pieces, struct archive *archive)
{
	bool is_stopped = pieces->is_stopped;

	ARCHIVE_BOOL(archive, is_stopped);
	if (archive->is_loading)
		*pieces = (struct pieces){ .is_stopped = is_stopped };
	if (!is_stopped)
		return;
	ARCHIVE(archive, pieces->insns);
	ARCHIVE(archive, pieces->pc);
	ARCHIVE(archive, pieces->done);
	archive_require(archive, pieces->done < PIECES, "an instruction has too many accesses");
	ARCHIVE(archive, pieces->value);
}

static void forget_host_tlbs(struct cpu *cpu)
{
	for (unsigned i = 0; i < cpu->mmu->count; i++)
		context_flush(cpu->mmu->pool[i]);
	memset(cpu->ctx_of, 0, sizeof(cpu->ctx_of));
}

void mmu_transfer(struct cpu *cpu, struct archive *archive)
{
	archive_mark(archive, "mmu");
	if (archive->is_loading) {
		forget_host_tlbs(cpu);
		load_entries(cpu->tlb, archive);
	} else {
		save_entries(cpu->tlb, archive);
	}
	ARCHIVE(archive, cpu->tlb->next_way);
	if (cpu_is_timed(cpu))
		timing_micro_tlb_transfer(&cpu->timed, TLB_ENTRIES, archive);
	transfer_held(cpu->mmu, archive);
	transfer_pieces(&cpu->mmu->pieces, archive);
	retain_transfer(cpu, archive);
}
