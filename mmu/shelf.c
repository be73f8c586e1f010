/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shelves: a hash by where the TLB would look, and a list by age.
 */
#include "mmu/shelf.h"

#include <string.h>

static unsigned size_of(u64 tag)
{
	return (unsigned)tag & 63;
}

void shelf_clear(struct shelf *shelf)
{
	memset(shelf->bucket, 0xff, sizeof(shelf->bucket));
	memset(shelf->size_count, 0, sizeof(shelf->size_count));
	shelf->free = shelf->oldest = shelf->newest = NOTHING_SHELVED;
	shelf->fresh = shelf->count = 0;
	shelf->sizes = 0;
}

struct shelved *shelf_find(struct shelf *shelf, u64 space, u64 tag)
{
	u16 at = shelf->bucket[tlb_set_of(space, tag)];

	for (; at != NOTHING_SHELVED; at = shelf->entry[at].next) {
		if (shelf->entry[at].tag == tag && shelf->entry[at].space == space)
			return &shelf->entry[at];
	}
	return NULL;
}

static void leave_bucket(struct shelf *shelf, u16 index)
{
	const struct shelved *entry = &shelf->entry[index];
	u16 *link = &shelf->bucket[tlb_set_of(entry->space, entry->tag)];

	while (*link != index)
		link = &shelf->entry[*link].next;
	*link = entry->next;
}

static void leave_ages(struct shelf *shelf, const struct shelved *entry)
{
	if (entry->older != NOTHING_SHELVED)
		shelf->entry[entry->older].newer = entry->newer;
	else
		shelf->oldest = entry->newer;
	if (entry->newer != NOTHING_SHELVED)
		shelf->entry[entry->newer].older = entry->older;
	else
		shelf->newest = entry->older;
}

void shelf_remove(struct shelf *shelf, struct shelved *entry)
{
	u16 index = (u16)(entry - shelf->entry);
	unsigned size = size_of(entry->tag);

	leave_bucket(shelf, index);
	leave_ages(shelf, entry);
	if (--shelf->size_count[size] == 0)
		shelf->sizes &= ~BIT(size);
	shelf->count--;
	*entry = (struct shelved){ .next = shelf->free };
	shelf->free = index;
}

/* Of an entry that nobody has. */
static u16 take_index(struct shelf *shelf)
{
	u16 index;

	if (shelf->count == SHELF_ENTRIES)
		shelf_remove(shelf, &shelf->entry[shelf->oldest]);
	if (shelf->free == NOTHING_SHELVED)
		return shelf->fresh++;
	index = shelf->free;
	shelf->free = shelf->entry[index].next;
	return index;
}

struct shelved *shelf_put(struct shelf *shelf, u64 space, u64 tag)
{
	u16 index = take_index(shelf), *bucket = &shelf->bucket[tlb_set_of(space, tag)];
	struct shelved *entry = &shelf->entry[index];
	unsigned size = size_of(tag);

	*entry = (struct shelved){ .tag = tag,
		.space = space,
		.next = *bucket,
		.older = shelf->newest,
		.newer = NOTHING_SHELVED };
	*bucket = index;
	if (shelf->newest != NOTHING_SHELVED)
		shelf->entry[shelf->newest].newer = index;
	else
		shelf->oldest = index;
	shelf->newest = index;
	shelf->size_count[size]++;
	shelf->sizes |= BIT(size);
	shelf->count++;
	return entry;
}

void shelf_remove_va(
	struct shelf *shelf, const struct tlb_selection *selection, u64 va, unsigned smallest)
{
	u64 address = canonical_va(va);

	for (u64 sizes = shelf->sizes & MASK(63, smallest); sizes != 0; sizes &= sizes - 1) {
		unsigned shift = (unsigned)__builtin_ctzll(sizes);
		u64 tag = (address & MASK(63, shift)) | shift;
		u16 at = shelf->bucket[tlb_set_of(selection->space, tag)], next;

		for (; at != NOTHING_SHELVED; at = next) {
			struct shelved *entry = &shelf->entry[at];

			next = entry->next;
			if (entry->tag == tag && tlb_is_selected(selection, entry->space))
				shelf_remove(shelf, entry);
		}
	}
}

void shelf_remove_range(
	struct shelf *shelf, const struct tlb_selection *selection, u64 first, u64 last)
{
	u16 at = shelf->oldest, next;

	for (; at != NOTHING_SHELVED; at = next) {
		struct shelved *entry = &shelf->entry[at];
		u64 va = entry->tag & MASK(63, size_of(entry->tag));

		next = entry->newer;
		if (va <= last && va + (BIT(size_of(entry->tag)) - 1) >= first &&
			tlb_is_selected(selection, entry->space))
			shelf_remove(shelf, entry);
	}
}
