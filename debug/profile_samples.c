/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The samples of a profile: a hash table, whose order is of no consequence since what comes out is
 * sorted first. Before it stands a small table by address alone, which knows code that runs again.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/profile_private.h"

enum { FIRST_ROOM = 2048, NOBODY = 0 };

static size_t hash_of(u32 node, u64 address)
{
	u64 hash = (address ^ (u64)node << 40 ^ node) * 0x9e3779b97f4a7c15ull;

	return (size_t)(hash ^ hash >> 32);
}

/* The slot of a sample, or the empty one where it goes. */
static u32 *find_slot(const struct sample_table *table, u32 node, u64 address)
{
	size_t at = hash_of(node, address);

	for (;; at++) {
		u32 *slot = &table->slot[at & (2 * (size_t)table->room - 1)];
		const struct profile_sample *sample = &table->sample[*slot];

		if (*slot == NOBODY || (sample->address == address && sample->node == node))
			return slot;
	}
}

static bool grow(struct sample_table *table)
{
	u32 room = table->room != 0 ? 2 * table->room : FIRST_ROOM;
	struct profile_sample *sample = realloc(table->sample, room * sizeof(*sample));
	u32 *slot;

	if (sample == NULL)
		return false;
	table->sample = sample;
	slot = calloc(2 * (size_t)room, sizeof(*slot));
	if (slot == NULL)
		return false;
	free(table->slot);
	table->slot = slot;
	table->room = room;
	for (u32 i = NOBODY + 1; i < table->count; i++)
		*find_slot(table, sample[i].node, sample[i].address) = i;
	return true;
}

bool sample_table_begin(struct sample_table *table)
{
	if (!grow(table))
		return false;
	table->sample[NOBODY] = (struct profile_sample){ .node = UINT32_MAX };
	table->count = NOBODY + 1;
	return true;
}

void sample_table_free(struct sample_table *table)
{
	free(table->sample);
	free(table->slot);
	*table = (struct sample_table){ .count = 0 };
}

struct profile_sample *sample_find(struct sample_table *table, u32 node, u64 address)
{
	u32 *slot;

	ENT_BUG_ON(table->is_sorted);
	slot = find_slot(table, node, address);
	if (*slot == NOBODY) {
		if (table->count == table->room) {
			if (table->room > UINT32_MAX / 4 || !grow(table))
				return NULL;
			slot = find_slot(table, node, address);
		}
		table->sample[table->count] =
			(struct profile_sample){ .node = node, .address = address };
		*slot = table->count++;
	}
	*sample_recent(table, address) = *slot;
	return &table->sample[*slot];
}

static int compare(const void *left, const void *right)
{
	const struct profile_sample *a = left, *b = right;

	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return a->address < b->address ? -1 : a->address > b->address;
}

const struct profile_sample *sample_table_sort(struct sample_table *table, u32 *count)
{
	struct profile_sample *first = table->sample + NOBODY + 1;

	*count = table->count - NOBODY - 1;
	if (table->is_sorted)
		return first;
	qsort(first, *count, sizeof(*first), compare);
	memset(table->recent, 0, sizeof(table->recent));
	table->is_sorted = true;
	return first;
}
