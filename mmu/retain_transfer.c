/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept because of liberties, as bytes. Loading it into a PE that takes none keeps it until
 * the PE runs, which ends it: cpu/run.c.
 */
#include "mmu/retain.h"

enum { LARGEST_SIZE = 48 };

static void transfer_tlbi(struct tlbi *tlbi, struct archive *archive)
{
	u16 op = (u16)tlbi->op;

	ARCHIVE(archive, op);
	ARCHIVE(archive, tlbi->operand);
	ARCHIVE(archive, tlbi->pes);
	ARCHIVE(archive, tlbi->selection.space);
	ARCHIVE(archive, tlbi->selection.space_mask);
	ARCHIVE_BOOL(archive, tlbi->selection.globals);
	tlbi->op = (enum sysreg_id)op;
	archive_require(archive, archive->failed || tlbi_is(tlbi->op),
		"late TLB maintenance is by no such instruction");
}

static void transfer_late(struct kept *kept, struct archive *archive)
{
	ARCHIVE(archive, kept->late_count);
	archive_require(
		archive, kept->late_count <= LATE_TLBIS, "too much TLB maintenance is late");
	for (unsigned i = 0; i < kept->late_count && !archive->failed; i++)
		transfer_tlbi(&kept->late[i], archive);
}

static void transfer_known(struct known *known, struct archive *archive)
{
	ARCHIVE(archive, known->count);
	ARCHIVE(archive, known->next);
	archive_require(archive, known->count <= KNOWN_ADDRESSES && known->next < KNOWN_ADDRESSES,
		"more addresses are known than there can be");
	ARCHIVE(archive, known->va);
	ARCHIVE(archive, known->kind);
	for (unsigned i = 0; i < KNOWN_ADDRESSES; i++)
		archive_require(archive, known->kind[i] <= ACCESS_CACHE,
			"a known address was accessed in no possible way");
}

static void transfer_pending(struct pending *pending, struct archive *archive)
{
	ARCHIVE(archive, pending->count);
	ARCHIVE(archive, pending->now);
	archive_require(archive, pending->count <= PENDING_STORES, "too many stores are not seen");
	for (unsigned i = 0; i < pending->count && !archive->failed; i++) {
		ARCHIVE(archive, pending->pa[i]);
		ARCHIVE(archive, pending->old[i]);
		ARCHIVE(archive, pending->epoch[i]);
		ARCHIVE(archive, pending->pes[i]);
	}
	if (archive->is_loading && !archive->failed)
		old_descriptor_loaded(pending);
}

static void transfer_spilled(struct shelved *entry, struct archive *archive)
{
	tlb_transfer_entry(&entry->tag, &entry->space, &entry->content.t, archive);
}

static void transfer_walk(struct shelved *entry, struct archive *archive)
{
	struct table_read *read = &entry->content.read;

	ARCHIVE(archive, entry->tag);
	ARCHIVE(archive, entry->space);
	ARCHIVE(archive, read->descriptor);
	ARCHIVE(archive, read->ap_table);
	ARCHIVE_BOOL(archive, read->uxn_table);
	ARCHIVE_BOOL(archive, read->pxn_table);
	archive_require(archive,
		(entry->tag & 63) >= PAGE_SHIFT && (entry->tag & 63) <= LARGEST_SIZE &&
			(entry->tag & MASK((entry->tag & 63) - 1, 6)) == 0 && read->ap_table <= 3,
		"a table that a walk read is of no possible level");
}

typedef void transfer_fn(struct shelved *entry, struct archive *archive);

static void load_shelf(struct shelf *shelf, transfer_fn *transfer, struct archive *archive)
{
	u16 count = 0;

	ARCHIVE(archive, count);
	archive_require(archive, count <= SHELF_ENTRIES, "more is kept than there can be");
	for (unsigned i = 0; i < count && !archive->failed; i++) {
		struct shelved entry = { 0 };

		transfer(&entry, archive);
		archive_require(archive,
			archive->failed || shelf_find(shelf, entry.space, entry.tag) == NULL,
			"the same is kept twice");
		if (archive->failed)
			return;
		shelf_put(shelf, entry.space, entry.tag)->content = entry.content;
	}
}

static void transfer_shelf(struct shelf *shelf, transfer_fn *transfer, struct archive *archive)
{
	if (archive->is_loading) {
		load_shelf(shelf, transfer, archive);
		return;
	}
	ARCHIVE(archive, shelf->count);
	for (u16 i = shelf->oldest; i != NOTHING_SHELVED; i = shelf->entry[i].newer)
		transfer(&shelf->entry[i], archive);
}

static void transfer_used(struct kept *kept, struct archive *archive)
{
	ARCHIVE(archive, kept->used_count);
	archive_require(
		archive, kept->used_count <= USED_SLOTS, "an instruction uses too much of the TLB");
	for (unsigned i = 0; i < kept->used_count && !archive->failed; i++)
		ARCHIVE(archive, kept->used[i]);
}

static void transfer_kept(struct kept *kept, struct archive *archive)
{
	transfer_used(kept, archive);
	transfer_late(kept, archive);
	for (unsigned i = 0; i < COUNT(kept->known) && !archive->failed; i++)
		transfer_known(&kept->known[i], archive);
	if (!archive->failed)
		transfer_pending(&kept->pending, archive);
	if (!archive->failed)
		transfer_shelf(&kept->spilled, transfer_spilled, archive);
	if (!archive->failed)
		transfer_shelf(&kept->walks, transfer_walk, archive);
}

void retain_transfer(struct cpu *cpu, struct archive *archive)
{
	struct mmu *mmu = cpu->mmu;
	bool keeps = mmu->kept != NULL;

	ARCHIVE_BOOL(archive, keeps);
	if (archive->is_loading && (keeps || mmu->kept != NULL))
		archive_require(
			archive, retain_begin(cpu), "there is no memory for what a TLB keeps");
	if (keeps && !archive->failed)
		transfer_kept(mmu->kept, archive);
	if (archive->failed && archive->is_loading && mmu->kept != NULL)
		retain_begin(cpu); /* what is half there must not take effect */
}
