/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nodes of a profile: a tree, whose nodes are numbered as they are first met.
 */
#include <stdlib.h>

#include "debug/profile_private.h"

static u32 hash_of(u32 parent, enum profile_kind kind, u64 entry, u64 site)
{
	u64 hash = (entry + parent) * 0x9e3779b97f4a7c15ull;

	hash = (hash ^ hash >> 29 ^ site ^ (u64)kind << 62) * 0xbf58476d1ce4e5b9ull;
	return (u32)(hash >> 32);
}

/* The slot of a node, or the empty one where it goes. */
static u32 *find_slot(
	const struct node_table *table, u32 parent, enum profile_kind kind, u64 entry, u64 site)
{
	u32 at = hash_of(parent, kind, entry, site);

	for (;; at++) {
		u32 *slot = &table->slot[at & (table->slots - 1)];
		const struct profile_node *node;

		if (*slot == 0)
			return slot;
		node = &table->node[*slot - 1];
		if (node->parent == parent && node->kind == kind && node->entry == entry &&
			node->site == site)
			return slot;
	}
}

static bool grow_slots(struct node_table *table)
{
	u32 slots = table->slots != 0 ? 2 * table->slots : 1024;
	u32 *slot = calloc(slots, sizeof(*slot));

	if (slot == NULL)
		return false;
	free(table->slot);
	table->slot = slot;
	table->slots = slots;
	for (u32 i = 0; i < table->count; i++) {
		const struct profile_node *node = &table->node[i];

		if (node->kind != PROFILE_ROOT)
			*find_slot(table, node->parent, (enum profile_kind)node->kind, node->entry,
				node->site) = i + 1;
	}
	return true;
}

static bool grow_nodes(struct node_table *table)
{
	u32 room = table->room != 0 ? 2 * table->room : 512;
	struct profile_node *node = realloc(table->node, room * sizeof(*node));

	if (node == NULL)
		return false;
	table->node = node;
	table->room = room;
	return true;
}

/* At most half of the slots are used. */
static bool make_room(struct node_table *table)
{
	if (table->count == MAX_NODES)
		return false;
	if (2 * (table->count + 1) > table->slots && !grow_slots(table))
		return false;
	return table->count < table->room || grow_nodes(table);
}

u32 node_child(struct node_table *table, u32 parent, enum profile_kind kind, u64 entry, u64 site)
{
	u32 *slot = find_slot(table, parent, kind, entry, site);

	if (*slot == 0) {
		if (!make_room(table))
			return parent;
		slot = find_slot(table, parent, kind, entry, site);
		table->node[table->count] = (struct profile_node){ .parent = parent,
			.place = table->node[parent].place,
			.kind = (u8)kind,
			.entry = entry,
			.site = site };
		*slot = ++table->count;
	}
	table->node[*slot - 1].calls++;
	return *slot - 1;
}

u32 node_root(struct node_table *table, u32 place)
{
	if (!make_room(table))
		return UINT32_MAX;
	table->node[table->count] = (struct profile_node){
		.parent = table->count, .place = place, .kind = PROFILE_ROOT
	};
	return table->count++;
}

void node_table_free(struct node_table *table)
{
	free(table->node);
	free(table->slot);
	*table = (struct node_table){ .count = 0 };
}
