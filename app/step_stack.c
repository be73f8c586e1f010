/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who called, and which exceptions led here. Frames are those of the frame pointer (AAPCS64); below
 * the frames of an EL go on those of where the exception came from that is being handled: its
 * registers are no longer there, but what the hardware saved is.
 */
#include "app/step.h"
#include "exceptions/exceptions.h"

enum { MOST_FRAMES = 64 };

static void say_frame(struct step *step, unsigned *number, u64 pc, const char *how)
{
	char symbol[100];

	fprintf(step->out, "  %2u  0x%016" PRIx64 "%s%s\n", (*number)++, pc,
		step_symbol(step, pc, symbol, sizeof(symbol)), how);
}

/* Up the chain of frame records from fp, which must rise. */
static void say_frames(
	struct step *step, const struct cpu *cpu, unsigned el, u64 fp, unsigned *number)
{
	for (unsigned i = 0; i < MOST_FRAMES && fp != 0 && fp % 8 == 0; i++) {
		u64 record[2];

		if (!step_read(cpu, el, fp, record, sizeof(record)) || record[1] == 0)
			return;
		say_frame(step, number, record[1] - 4, "");
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

struct status step_do_stack(struct step *step, const struct step_arguments *arguments)
{
	const struct cpu *cpu = step_cpu(step);
	unsigned el = cpu->pstate.el, number = 0, back = 0;
	unsigned world = worlds_of(&step->worlds, cpu, el)->number;
	const struct transition *t;
	char text[240], where[80];

	(void)arguments;
	fprintf(step->out, "%s\n", worlds_say(&step->worlds, cpu, el, where, sizeof(where)));
	say_frame(step, &number, cpu->pc, "");
	say_frames(step, cpu, el, cpu->x[29], &number);
	for (unsigned i = 0; i < 16; i++) {
		t = entry_of(step, step->pe, el, world, &back);
		if (t == NULL)
			break;
		fprintf(step->out, "%s, left by %s\n",
			transition_end_say(&step->worlds, &t->from, where, sizeof(where)),
			transition_cause(t, text, sizeof(text)));
		say_frame(step, &number, t->from.pc, "");
		el = t->from.el;
		world = t->from.world;
		/* Nothing has run there since, and nobody has saved x29 elsewhere yet. */
		if (i == 0 && cpu->pc == t->to.pc)
			say_frames(step, step_before(step, t), el, cpu->x[29], &number);
		if (el == EL2)
			break;
	}
	return status_ok();
}
