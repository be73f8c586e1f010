/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who last wrote a register or memory: windows of the past, each longer than the one behind it, are
 * executed again while somebody takes notes. What changed with nobody seen writing it is found by
 * halving the time in which it did.
 */
#include <string.h>

#include "debug/travel_notes.h"
#include "sysregs/sysregs.h"

/* The first window, and how much longer the next one is. */
enum { FIRST_WINDOW = 1 << 12, WINDOW_GROWS = 8 };

/* Its notes are complete. */
static bool is_register(const struct who *who)
{
	return who->what.kind == WRITTEN_X || who->what.kind == WRITTEN_V;
}

/* ---- Windows ---- */

/* Executes what lies between two moments, taking notes. */
static enum leg_end watch_window(struct who *who, struct moment from, struct moment end)
{
	struct travel *travel = who->travel;
	enum leg_end leg = LEG_BUDGET;

	travel->stop_at = NULL;
	travel->dense_around = who->origin.insns;
	if (!travel_restore(travel, travel_kept_at(travel, from)))
		return LEG_FAILED;
	if (from.insns > travel->now.insns)
		leg = travel_go_near(travel, from.insns);
	if (leg != LEG_BUDGET)
		return leg;
	who_begin(who);
	machine_set_points(travel->machine, &who->points);
	travel->stop_at = &who->stop;
	leg = travel_go_on(travel, end);
	travel->stop_at = NULL;
	machine_set_points(travel->machine, NULL);
	who_end(who);
	return leg;
}

static bool is_in_time(enum leg_end leg)
{
	return leg != LEG_INTERRUPTED && leg != LEG_FAILED;
}

/* The last note before a moment: LEG_HIT, or LEG_BEGIN. */
static enum leg_end find_note(struct who *who, struct moment end)
{
	struct moment begin = who->travel->begin;
	u64 size = FIRST_WINDOW;

	who->until = end;
	while (is_before(begin, end)) {
		struct moment from = begin;
		enum leg_end leg;

		if (end.insns - begin.insns > size)
			from = (struct moment){ end.insns - size, 1 };
		leg = watch_window(who, from, end);
		if (!is_in_time(leg))
			return leg;
		if (who->last.is_there)
			return LEG_HIT;
		end = from;
		size *= WINDOW_GROWS;
	}
	return LEG_BEGIN;
}

/* ---- What came of it ---- */

static bool see_insn(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct note *insn = opaque;

	if (insn->is_there)
		return false;
	*insn = (struct note){ .is_there = true,
		.cpu = cpu->index,
		.el = cpu->pstate.el,
		.pc = event->pc,
		.insn = event->insn };
	return false;
}

/* Goes to the writer and behind it, and reads what it made of what. */
static enum leg_end look_at_writer(struct who *who)
{
	struct travel *travel = who->travel;
	struct note insn = { 0 };
	struct stop_at stop = { .kinds = BIT(EVENT_INSN), .is_hit = see_insn, .opaque = &insn };
	struct moment moment = who->last.moment;
	bool is_exception = who->last.kind == WRITER_EXCEPTION;
	enum leg_end leg = travel_go_anywhere(travel, moment);

	if (!is_in_time(leg))
		return leg;
	who->last.before = who_read_word(who);
	travel->stop_at = &stop;
	leg = travel_go_on(travel,
		(struct moment){ moment.insns + 1, who->what.kind == WRITTEN_SYSREG ? 0 : 1 });
	travel->stop_at = NULL;
	if (!is_in_time(leg))
		return leg;
	if (!is_exception) {
		who->last.after = who_read_word(who);
		who->last.insn = insn.insn;
		who->last.el = insn.el;
	}
	return LEG_HIT;
}

static enum leg_end go_and_read(struct who *who, struct moment moment)
{
	enum leg_end leg = travel_go_anywhere(who->travel, moment);

	who_read(who, &who->other);
	return leg;
}

static bool was_changed_by_debugger(const struct who *who, struct moment from, struct moment to)
{
	const struct travel *travel = who->travel;

	for (unsigned i = 1; i < travel->kept_count; i++) {
		struct moment at = travel->kept[i].moment;

		if (travel->kept[i].is_change && is_before(from, at) && !is_before(to, at))
			return true;
	}
	return false;
}

/*
 * The value changed between two moments, and nobody was seen to write it: a device, or of a system
 * register an instruction with effects of its own.
 */
static enum leg_end find_change(struct who *who, struct moment from, struct moment to)
{
	struct note insn = { 0 };
	struct stop_at stop = { .kinds = BIT(EVENT_INSN), .is_hit = see_insn, .opaque = &insn };
	enum leg_end leg;

	while (to.insns - from.insns > 1) {
		struct moment middle = { from.insns + (to.insns - from.insns) / 2, 1 };

		leg = go_and_read(who, middle);
		if (!is_in_time(leg))
			return leg;
		if (who_is_equal(who, &who->now, &who->other))
			to = middle;
		else
			from = middle;
	}
	leg = travel_go_anywhere(who->travel, from);
	if (!is_in_time(leg))
		return leg;
	who->last.before = who_read_word(who);
	who->travel->stop_at = &stop;
	leg = travel_go_on(who->travel, to);
	who->travel->stop_at = NULL;
	if (!is_in_time(leg))
		return leg;
	insn.kind = who->what.kind == WRITTEN_SYSREG ? WRITER_INSN : WRITER_DEVICE;
	if (was_changed_by_debugger(who, from, to))
		insn.kind = WRITER_UNKNOWN;
	insn.before = who->last.before;
	insn.after = who_read_word(who);
	insn.moment = from;
	who->last = insn;
	who->last.is_there = true;
	return LEG_HIT;
}

/* Counters count, and timers compare, by themselves. */
static bool changes_by_itself(const struct who *who)
{
	const char *name;

	if (who->what.kind != WRITTEN_SYSREG)
		return false;
	name = sysreg_name((enum sysreg_id)who->what.which);
	return strncmp(name, "CNT", 3) == 0 || strncmp(name, "PM", 2) == 0;
}

/* Is what is there now what the writer left, or what was there where all that is known begins? */
static enum leg_end find_unseen(struct who *who, enum leg_end leg)
{
	struct moment from = who->travel->begin;

	if (who_size(who) == 0 || changes_by_itself(who))
		return leg;
	if (leg == LEG_HIT && who->last.kind == WRITER_EXCEPTION)
		return leg;
	if (leg == LEG_HIT)
		from = (struct moment){ who->last.moment.insns + 1, 1 };
	if (!is_before(from, who->origin))
		return leg;
	if (!is_in_time(go_and_read(who, from)))
		return LEG_INTERRUPTED;
	return who_is_equal(who, &who->now, &who->other) ? leg
							 : find_change(who, from, who->origin);
}

/* A note may be of something that did not change what was asked for. */
static bool counts(const struct who *who)
{
	u64 changed = who->last.before ^ who->last.after;

	if (who->what.kind == WRITTEN_SYSREG)
		return who->what.mask == 0 || changed != 0; /* who_read_word() has the mask */
	return !who->last.may_not_write || changed != 0;
}

static enum leg_end find(struct who *who)
{
	struct moment end = who->origin;
	enum leg_end leg;

	for (;;) {
		leg = find_note(who, end);
		if (leg == LEG_HIT && !is_register(who))
			leg = look_at_writer(who);
		if (leg != LEG_HIT || counts(who))
			break;
		end = who->last.moment;
	}
	if (is_in_time(leg) && !is_register(who))
		leg = find_unseen(who, leg);
	return leg;
}

static void answer(const struct note *note, struct writer *writer)
{
	*writer = (struct writer){ .kind = note->kind,
		.moment = note->moment,
		.cpu = note->cpu,
		.el = note->el,
		.pc = note->pc,
		.insn = note->insn,
		.before = note->before,
		.after = note->after };
}

/* Back to where it was, whatever interrupts. */
static enum leg_end return_home(struct travel *travel, struct moment home, enum leg_end end)
{
	bool (*is_interrupted)(void *) = travel->config.is_interrupted;
	enum leg_end leg;

	travel->config.is_interrupted = NULL;
	leg = travel_go_anywhere(travel, home);
	travel->config.is_interrupted = is_interrupted;
	return leg == LEG_FAILED ? leg : end;
}

enum leg_end travel_find_writer(
	struct travel *travel, const struct written *what, struct writer *writer, bool *is_good)
{
	struct who who = { .travel = travel, .what = *what, .origin = travel->now };
	unsigned cpu = travel->cpu;
	enum leg_end end;

	*is_good = who_ask(&who);
	if (!*is_good)
		return LEG_GOAL;
	who_read(&who, &who.now);
	travel->is_recording = true;
	end = find(&who);
	travel->is_recording = false;
	if (end == LEG_HIT)
		answer(&who.last, writer);
	end = return_home(travel, who.origin, end);
	travel->cpu = cpu;
	return end;
}
