/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the profile share. Private to debug/.
 */
#ifndef ENT_DEBUG_PROFILE_PRIVATE_H
#define ENT_DEBUG_PROFILE_PRIVATE_H

#include "debug/profile.h"

/* ---- profile_samples.c: samples by node and address ---- */

enum { RECENT_SAMPLES = 4096 };

struct sample_table {
	struct profile_sample *sample; /* the first one is nobody's */
	u32 count, room;	       /* room is a power of two */
	u32 *slot;		       /* hash of samples, by number; 0: empty */
	bool is_sorted;		       /* `slot` is no hash table any more */
	u32 recent[RECENT_SAMPLES];    /* the last sample, of any node, by low bits of addresses */
};

/* false: no memory. */
bool sample_table_begin(struct sample_table *table);
void sample_table_free(struct sample_table *table);
/* By nodes, then addresses. No sample can be looked for after this. */
const struct profile_sample *sample_table_sort(struct sample_table *table, u32 *count);

static inline u32 *sample_recent(struct sample_table *table, u64 address)
{
	return &table->recent[address / 4 % RECENT_SAMPLES];
}

/* Made if there is none; NULL: no memory. It moves when the next one is made. */
struct profile_sample *sample_find(struct sample_table *table, u32 node, u64 address);

static inline struct profile_sample *sample_of(struct sample_table *table, u32 node, u64 address)
{
	struct profile_sample *sample = &table->sample[*sample_recent(table, address)];

	if (LIKELY(sample->address == address && sample->node == node))
		return sample;
	return sample_find(table, node, address);
}

/* ---- profile_nodes.c: nodes by what they are ---- */

enum { MAX_NODES = 1u << 18 };

struct node_table {
	struct profile_node *node;
	u32 count, room;
	u32 *slot; /* hash of nodes, by number + 1 */
	u32 slots;
};

/*
 * The child of a node for a call or an exception; made if there is none. `parent` itself when there
 * are MAX_NODES already or there is no memory: then its cycles are the parent's.
 */
u32 node_child(struct node_table *table, u32 parent, enum profile_kind kind, u64 entry, u64 site);
/* A root for a place, UINT32_MAX: no memory. */
u32 node_root(struct node_table *table, u32 place);
void node_table_free(struct node_table *table);

/* ---- profile_stack.c: what led to where a PE is ---- */

enum { STACK_DEPTH = 256 };

struct stack_frame {
	u32 node;
	u8 kind;	    /* enum profile_kind */
	bool is_from_below; /* an exception from a lower EL */
	u64 back;	    /* of a call: where it returns to */
};

/* Of one PE at one place. frame[0] is the root. */
struct profile_stack {
	unsigned depth;
	u64 last; /* what was executed here last */
	struct stack_frame frame[STACK_DEPTH];
};

static inline u32 stack_top(const struct profile_stack *stack)
{
	return stack->frame[stack->depth - 1].node;
}

/* The instruction at `from` was followed by the one at `to`, with no exception between. */
void stack_step(struct profile_stack *stack, struct node_table *nodes, u64 from, u32 insn, u64 to);
/* An exception that is handled at the place of this stack. */
void stack_exception(
	struct profile_stack *stack, struct node_table *nodes, u64 name, bool is_from_below);
/* An exception return from the place of this stack. */
void stack_return(struct profile_stack *stack);

#endif
