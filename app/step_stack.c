/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who called, and which exceptions led here. Frames are those of the frame pointer (AAPCS64); below
 * the frames of an EL go on those of where the exception came from that is being handled: its
 * registers are no longer there, but what the hardware saved is, and x29 was noted.
 */
#include "app/step.h"
#include "exceptions/exceptions.h"

enum { MOST_FRAMES = 64, MOST_EXCEPTIONS = 16 };

/* Where frames are: an EL of a PE as it was then. cpu NULL: something else has run there since. */
struct stack {
	struct step *step;
	const struct cpu *cpu;
	unsigned el, world;
	unsigned number; /* of the next frame */
};

static void say_frame(struct stack *stack, u64 pc)
{
	char symbol[100] = "";

	if (stack->cpu != NULL)
		step_symbol_at(stack->step, stack->cpu, stack->el, pc, symbol, sizeof(symbol));
	fprintf(stack->step->out, "  %2u  0x%016" PRIx64 "%s\n", stack->number++, pc, symbol);
}

/*
 * Up the chain of frame records from fp, which must rise. `end` is what the exception found in x29:
 * a handler that has not made a frame has it still, and others lead there.
 */
static void say_frames(struct stack *stack, u64 fp, u64 end)
{
	for (unsigned i = 0; i < MOST_FRAMES && fp != 0 && fp % 8 == 0 && fp != end; i++) {
		u64 record[2];

		if (stack->cpu == NULL ||
			!step_read(stack->cpu, stack->el, fp, record, sizeof(record)) ||
			record[1] == 0)
			return;
		say_frame(stack, record[1] - 4);
		if (record[0] <= fp)
			return;
		fp = record[0];
	}
}

/* The last exception that came to where the PE is and has not returned. */
static const struct transition *entry_of(
	const struct step *step, unsigned pe, unsigned el, unsigned world, unsigned *back)
{
	const struct transition *t;
	unsigned returns = 0;

	while ((t = transitions_last(&step->transitions, *back)) != NULL) {
		(*back)++;
		if (t->cpu != pe)
			continue;
		if (t->is_return && t->from.el == el && t->from.world == world)
			returns++;
		else if (!t->is_return && t->to.el == el && t->to.world == world && returns-- == 0)
			return t;
	}
	return NULL;
}

/*
 * To where the exception came from. What is mapped there is known if nothing has run since, or if
 * the same guest is there.
 */
static void go_below(struct stack *stack, const struct transition *t, bool is_fresh)
{
	const struct worlds *worlds = &stack->step->worlds;
	unsigned el = t->from.el;

	if (stack->cpu != NULL &&
		(is_fresh ||
			(worlds_of(worlds, stack->cpu, el)->number == t->from.world &&
				worlds_is_virtual_el2(stack->cpu, el) == t->from.is_virtual_el2)))
		stack->cpu = step_before(stack->step, t);
	else
		stack->cpu = NULL;
	stack->el = el;
	stack->world = t->from.world;
}

struct status step_do_stack(struct step *step, const struct step_arguments *arguments)
{
	const struct cpu *cpu = step_cpu(step);
	struct stack stack = { .step = step, .cpu = cpu, .el = cpu->pstate.el };
	unsigned back = 0;
	u64 fp = cpu->x[29];
	char text[240], where[80];

	(void)arguments;
	stack.world = worlds_of(&step->worlds, cpu, stack.el)->number;
	fprintf(step->out, "%s\n", worlds_say(&step->worlds, cpu, stack.el, where, sizeof(where)));
	say_frame(&stack, cpu->pc);
	for (unsigned i = 0; i < MOST_EXCEPTIONS; i++) {
		const struct transition *t = entry_of(step, step->pe, stack.el, stack.world, &back);

		say_frames(&stack, fp, t != NULL ? t->fp : 0);
		if (t == NULL || (i != 0 && stack.el == EL2))
			break;
		fprintf(step->out, "%s, left by %s\n",
			transition_end_say(&step->worlds, &t->from, where, sizeof(where)),
			transition_cause(t, text, sizeof(text)));
		go_below(&stack, t, i == 0 && cpu->pc == t->to.pc);
		say_frame(&stack, t->from.pc);
		fp = t->fp;
	}
	return status_ok();
}
