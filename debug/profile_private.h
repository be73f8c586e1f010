/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the profile share. Private to debug/.
 */
#ifndef ENT_DEBUG_PROFILE_PRIVATE_H
#define ENT_DEBUG_PROFILE_PRIVATE_H

#include "debug/profile.h"

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
