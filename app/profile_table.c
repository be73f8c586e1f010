/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows by key.
 */
#include "app/profile_table.h"

#include <stdlib.h>

static bool is_equal(const struct profile_key *a, const struct profile_key *b)
{
	return a->start == b->start && a->place == b->place && a->kind == b->kind;
}

static size_t *find_slot(const struct profile_table *table, const struct profile_key *key)
{
	u64 hash =
		(key->start ^ (u64)key->place << 40 ^ (u64)key->kind << 56) * 0x9e3779b97f4a7c15ull;

	for (size_t at = (size_t)(hash ^ hash >> 32);; at++) {
		size_t *slot = &table->slot[at & (table->slots - 1)];

		if (*slot == 0 || is_equal(&table->row[*slot - 1].key, key))
			return slot;
	}
}

static bool grow(struct profile_table *table)
{
	size_t room = table->room != 0 ? 2 * table->room : 256;
	struct profile_row *row = realloc(table->row, room * sizeof(*row));
	size_t *slot;

	if (row == NULL)
		return false;
	table->row = row;
	table->room = room;
	slot = calloc(2 * room, sizeof(*slot));
	if (slot == NULL)
		return false;
	free(table->slot);
	table->slot = slot;
	table->slots = 2 * room;
	for (size_t i = 0; i < table->rows; i++)
		*find_slot(table, &table->row[i].key) = i + 1;
	return true;
}

struct profile_row *profile_row(struct profile_table *table, struct profile_key key)
{
	size_t *slot = table->slots != 0 ? find_slot(table, &key) : NULL;

	if (slot != NULL && *slot != 0)
		return &table->row[*slot - 1];
	if (2 * (table->rows + 1) > table->slots && !grow(table)) {
		table->is_full = true;
		return NULL;
	}
	slot = find_slot(table, &key);
	table->row[table->rows] = (struct profile_row){ .key = key };
	*slot = ++table->rows;
	return &table->row[*slot - 1];
}

void profile_row_add(struct profile_row *row, u64 insns, const u64 cycles[REASON_COUNT])
{
	row->insns += insns;
	for (unsigned i = 0; i < REASON_COUNT; i++) {
		row->cycles[i] += cycles[i];
		row->total += cycles[i];
	}
}

void profile_table_free(struct profile_table *table)
{
	free(table->row);
	free(table->slot);
	*table = (struct profile_table){ .rows = 0 };
}

static int compare(const void *left, const void *right)
{
	const struct profile_row *a = left, *b = right;

	if (a->total != b->total)
		return a->total > b->total ? -1 : 1;
	if (a->key.place != b->key.place)
		return a->key.place < b->key.place ? -1 : 1;
	if (a->key.kind != b->key.kind)
		return a->key.kind < b->key.kind ? -1 : 1;
	return a->key.start < b->key.start ? -1 : a->key.start > b->key.start;
}

void profile_table_sort(struct profile_table *table)
{
	if (table->rows != 0)
		qsort(table->row, table->rows, sizeof(*table->row), compare);
}
