/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A shadow of the call stack, by the instructions that call and return. Code is free to return to
 * where nobody called from (a switch of threads, a longjmp, hand-written assembly), so a return
 * looks for the frame it belongs to; if there is none, all frames up to the last exception belong
 * to somebody else and are dropped. What is shown then has fewer frames, not wrong ones.
 */
#include "debug/profile_private.h"

/* BL, BLR, BLRAA and its like. C4.1.96 */
static bool is_call(u32 insn)
{
	return (insn & 0xfc000000) == 0x94000000 || (insn & 0xfffffc1f) == 0xd63f0000 ||
	       (insn & 0xfefff800) == 0xd63f0800;
}

/* RET, RETAA, RETAB. C4.1.96 */
static bool is_return(u32 insn)
{
	return (insn & 0xfffffc1f) == 0xd65f0000 || (insn & 0xfffffbff) == 0xd65f0bff;
}

static void push(struct profile_stack *stack, struct node_table *nodes, struct stack_frame frame,
	u64 entry, u64 site)
{
	if (stack->depth == STACK_DEPTH)
		stack->depth = 1; /* a recursion without end, or returns that we do not see */
	frame.node =
		node_child(nodes, stack_top(stack), (enum profile_kind)frame.kind, entry, site);
	stack->frame[stack->depth++] = frame;
}

static void pop_to(struct profile_stack *stack, u64 address)
{
	unsigned at = stack->depth;

	while (at > 1 &&
		(stack->frame[at - 1].kind != PROFILE_CALL || stack->frame[at - 1].back != address))
		at--;
	if (at > 1) {
		stack->depth = at - 1;
		return;
	}
	while (stack->depth > 1 && stack->frame[stack->depth - 1].kind == PROFILE_CALL)
		stack->depth--;
}

void stack_step(struct profile_stack *stack, struct node_table *nodes, u64 from, u32 insn, u64 to)
{
	struct stack_frame frame = { .kind = PROFILE_CALL, .back = from + 4 };

	if (is_call(insn))
		push(stack, nodes, frame, to, from);
	else if (is_return(insn))
		pop_to(stack, to);
}

/* The last exception from below is over when there is another one: below is where we were. */
void stack_exception(
	struct profile_stack *stack, struct node_table *nodes, u64 name, bool is_from_below)
{
	struct stack_frame frame = { .kind = PROFILE_EXCEPTION, .is_from_below = is_from_below };

	for (unsigned i = 1; is_from_below && i < stack->depth; i++) {
		if (stack->frame[i].is_from_below)
			stack->depth = i;
	}
	push(stack, nodes, frame, name, stack->last);
}

/* Who returns without an exception, to enter a guest, stays where it is. */
void stack_return(struct profile_stack *stack)
{
	for (unsigned i = stack->depth; i-- > 1;) {
		if (stack->frame[i].kind == PROFILE_EXCEPTION) {
			stack->depth = i;
			return;
		}
	}
}
