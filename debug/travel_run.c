/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Legs of a journey: the machine runs until a budget is used up or an event ends it. Far from its
 * end a leg observes only what it must, so that it runs at full speed; the last instruction is
 * observed closely, so that one moment is always the same state, however it was reached.
 */
#include "debug/travel_private.h"

/* Between two questions whether the journey is interrupted: a tenth of a second, or some. */
enum { INSNS_A_POLL = 1 << 22, OBSERVED_INSNS_A_POLL = 1 << 18 };

/* ---- What is seen of the run ---- */

bool travel_is_between_insns(const struct event *event)
{
	unsigned ec = (unsigned)(event->esr >> 26) & 0x3f;

	return event->interrupt != INT_SYNC || ec == EC_STEP_LOWER || ec == EC_STEP_SAME;
}

static void note(struct travel *travel, const struct event *event)
{
	u64 insns = machine_insns(travel->machine);

	if (insns != travel->seen_insns) {
		travel->seen_insns = insns;
		travel->exceptions = 0;
		travel->is_in_insn = false;
	}
	travel->is_unfetched = event->kind == EVENT_EXCEPTION && !travel->is_in_insn &&
			       !travel_is_between_insns(event);
	if (event->kind == EVENT_EXCEPTION && travel_is_between_insns(event))
		travel->exceptions++;
	else if (event->kind == EVENT_INSN || event->kind == EVENT_EXCEPTION)
		travel->is_in_insn = true; /* that cannot be fetched is not told of */
}

static bool is_before_insn(const struct event *event)
{
	return (BIT(event->kind) & BEFORE_INSN) && !event->hardware;
}

/* Where the run would rest if it ended at this event. */
struct moment travel_moment_of(const struct travel *travel, const struct event *event)
{
	if (is_before_insn(event))
		return (struct moment){ travel->seen_insns, 2 * travel->exceptions + 1 };
	if (travel->is_in_insn)
		return (struct moment){ travel->seen_insns + 1, 0 };
	return (struct moment){ travel->seen_insns, 2 * travel->exceptions };
}

/* Were the others told of it when it happened first? */
static bool is_known(const struct travel *travel, const struct event *event)
{
	struct moment moment = travel_moment_of(travel, event);

	if (is_before(moment, travel->known))
		return true;
	if (is_before(travel->known, moment))
		return false;
	return !is_before_insn(event) || travel->is_known_told;
}

static void end_leg(
	struct travel *travel, const struct cpu *cpu, const struct event *event, bool is_hit)
{
	travel->broke.happened = true;
	travel->broke.is_hit = is_hit;
	travel->broke.insns = travel->seen_insns;
	travel->broke.is_before = is_before_insn(event);
	travel->broke.is_late = travel->is_unfetched && !is_hit;
	travel->broke.is_access = is_before_insn(event) &&
				  (event->kind == EVENT_ACCESS || event->kind == EVENT_WATCH);
	travel->broke.is_exception = event->kind == EVENT_EXCEPTION;
	travel->cpu = cpu->index;
	machine_break(travel->machine);
}

/* The instruction at which the journey began is executed without being asked. */
static bool is_stand(const struct travel *travel, const struct cpu *cpu, const struct event *event)
{
	const struct moment *at = &travel->stand.moment;

	return travel->stand.is_there && is_before_insn(event) && travel->seen_insns == at->insns &&
	       travel->exceptions == at->step / 2 && cpu->index == travel->stand.cpu &&
	       cpu->pc == travel->stand.pc;
}

static bool is_hit(struct travel *travel, const struct cpu *cpu, const struct event *event)
{
	const struct stop_at *stop = travel->stop_at;

	return stop != NULL && (stop->kinds >> event->kind & 1) && !is_stand(travel, cpu, event) &&
	       stop->is_hit(stop->opaque, cpu, event);
}

static bool has_breakpoint(const struct points *points, u64 pc)
{
	for (unsigned i = 0; points != NULL && i < points->breakpoints; i++) {
		if (points->breakpoint[i] == pc)
			return true;
	}
	return false;
}

/* A breakpoint at an instruction before which the goal stops would not be told any more. */
static bool is_hidden_hit(struct travel *travel, const struct cpu *cpu, const struct event *event)
{
	struct event breakpoint = *event;

	breakpoint.kind = EVENT_BREAKPOINT;
	return event->kind == EVENT_INSN && travel->stop_at != NULL &&
	       travel->search.mode == SEARCH_NONE &&
	       has_breakpoint(travel->stop_at->points, event->pc) &&
	       is_hit(travel, cpu, &breakpoint);
}

/*
 * Is this the hit that the search is for? Where one before an instruction was is known by that; the
 * others are counted, to be found again.
 */
static bool search(struct travel *travel, const struct event *event)
{
	struct moment moment = travel_moment_of(travel, event);

	if (travel->search.mode == SEARCH_NONE)
		return true;
	if (!is_before_place(moment, travel->search.until))
		return false;
	/* where the debugger changed something, another instruction may follow */
	if (is_before_insn(event) && !is_before_place(moment, travel->search.end))
		return false;
	if (travel->search.seen_insns != travel->seen_insns)
		travel->search.seen = 0;
	travel->search.seen_insns = travel->seen_insns;
	travel->search.seen++;
	if (travel->search.mode == SEARCH_FIND)
		return travel->search.insns == travel->seen_insns &&
		       travel->search.seen == travel->search.ordinal;
	travel->search.insns = travel->seen_insns;
	travel->search.ordinal = travel->search.seen;
	travel->search.moment = moment;
	travel->search.is_before = is_before_insn(event);
	travel->search.found = true;
	return false;
}

void travel_observe(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct travel *travel = opaque;

	note(travel, event);
	if (travel->is_crossing)
		travel->observers->is_repeating = is_known(travel, event);
	if (travel->broke.happened) {
		if (travel->is_recording)
			is_hit(travel, cpu, event);
		return;
	}
	if (is_hit(travel, cpu, event) && search(travel, event))
		end_leg(travel, cpu, event, true);
	else if (travel->goal != NULL && travel->goal(travel, cpu, event))
		end_leg(travel, cpu, event, is_hidden_hit(travel, cpu, event));
	if (event->kind != EVENT_INSN)
		return;
	if (travel->broke.happened) /* who continues is told again */
		travel->observers->is_repeating = true;
	else if (!travel->observers->is_repeating)
		travel->told_insns = travel->seen_insns;
}

/* ---- Legs ---- */

static goal_fn is_behind_insn;

/* What the leg must be told. */
static u32 kinds_for(const struct travel *travel, goal_fn *goal, bool counts)
{
	u32 kinds = 0, others = 0;

	if (travel->stop_at != NULL)
		kinds |= travel->stop_at->kinds;
	if (goal != NULL)
		kinds |= BIT(EVENT_INSN);
	if (kinds != 0 || counts || travel->is_crossing)
		kinds |= BIT(EVENT_EXCEPTION);
	for (unsigned i = 0; i < travel->observers->count; i++) {
		if (travel->observers->observer[i].opaque != travel)
			others |= travel->observers->observer[i].kinds;
	}
	if (goal == is_behind_insn)
		kinds |= MASK(EVENT_KIND_COUNT - 1, 0) & ~(u32)(BEFORE_INSN | BIT(EVENT_CYCLES));
	if (travel->is_crossing)
		return kinds | others | BIT(EVENT_INSN);
	return kinds | (others & BIT(EVENT_INSN));
}

static void listen(struct travel *travel, u32 kinds, bool is_repeating)
{
	travel->observers->is_repeating = is_repeating;
	observers_change(travel->observers, travel->machine, travel, kinds);
}

/* How far the leg may go without meeting what it treats in another way. */
static u64 shorten(const struct travel *travel, u64 insns)
{
	u64 at = travel->now.insns, known = travel->known.insns;

	if (at + 1 < known)
		return insns < known - 1 - at ? insns : known - 1 - at;
	if (travel->is_crossing && insns > 2)
		return 2;
	return insns;
}

/* Behind a leg: what moment is it? */
static enum leg_end arrive(struct travel *travel, const struct stop *stop)
{
	u64 insns = machine_insns(travel->machine);
	enum leg_end end = LEG_BUDGET;

	if (insns != travel->seen_insns) {
		travel->seen_insns = insns;
		travel->exceptions = 0;
	}
	travel->is_in_insn = false;
	travel->now = (struct moment){ insns, 2 * travel->exceptions };
	if (stop->reason == STOP_DEBUG && travel->broke.happened) {
		travel->now.step += travel->broke.is_before;
		end = travel->broke.is_hit ? LEG_HIT : LEG_GOAL;
	} else if (stop->reason == STOP_DEBUG) {
		end = LEG_INTERRUPTED;
	} else if (stop->reason != STOP_BUDGET) {
		travel->now.step = STEP_END;
		travel->stop = *stop;
		travel->cpu = machine_stopped_cpu(travel->machine);
		end = LEG_STOPPED;
	}
	if (is_before(travel->known, travel->now)) {
		travel->known = travel->now;
		travel->is_known_told = (travel->now.step & 1) && travel->told_insns == insns;
	}
	return end;
}

static enum leg_end run(struct travel *travel, u64 insns, goal_fn *goal, bool counts)
{
	bool is_in_known = is_before(travel->now, travel->known);

	travel->is_crossing = travel->now.insns + 1 >= travel->known.insns &&
			      (is_in_known || travel->is_known_told);
	travel->goal = goal;
	travel->broke.happened = travel->broke.is_hit = false;
	listen(travel, kinds_for(travel, goal, counts), is_in_known && !travel->is_crossing);
	travel->observers->is_repeating |= travel->is_crossing;
	return arrive(travel, machine_run(travel->machine, shorten(travel, insns)));
}

/* ---- Goals ---- */

/* An instruction follows. Of one that cannot be fetched it is told too late: see go_to_goal(). */
static bool is_insn(const struct travel *travel, const struct event *event)
{
	return event->kind == EVENT_INSN || travel->is_unfetched;
}

static bool is_ready(struct travel *travel, const struct cpu *cpu, const struct event *event)
{
	(void)cpu;
	return is_insn(travel, event) && travel->seen_insns >= travel->goal_insns;
}

/* So many exceptions behind the instruction; or there are fewer. */
static bool is_behind_exception(
	struct travel *travel, const struct cpu *cpu, const struct event *event)
{
	if (is_ready(travel, cpu, event))
		return true;
	return event->kind == EVENT_EXCEPTION && travel_is_between_insns(event) &&
	       travel->seen_insns == travel->goal_insns &&
	       travel->exceptions >= travel->goal_exceptions;
}

/* Anything that is told while the instruction is executed ends behind it. */
static bool is_behind_insn(struct travel *travel, const struct cpu *cpu, const struct event *event)
{
	if (is_ready(travel, cpu, event))
		return true;
	return travel->is_in_insn && !is_before_insn(event) &&
	       travel->seen_insns + 1 == travel->goal_insns;
}

/* What happens between instructions is seen where the run rests next. */
static bool is_place_to_rest(
	struct travel *travel, const struct cpu *cpu, const struct event *event)
{
	(void)travel, (void)cpu;
	return event->kind == EVENT_INSN ||
	       (event->kind == EVENT_EXCEPTION && travel_is_between_insns(event));
}

static bool is_ready_on_cpu(struct travel *travel, const struct cpu *cpu, const struct event *event)
{
	return is_insn(travel, event) && cpu->index == travel->goal_cpu &&
	       cpu->insns >= travel->goal_insns;
}

/* ---- Ways ---- */

/*
 * A hit between instructions that is no exception, say a line that a device raised, has no moment
 * of its own: the run rests at the next one.
 */
static void rest_behind_hit(struct travel *travel)
{
	const struct stop_at *stop_at = travel->stop_at;
	unsigned cpu = travel->cpu;

	if (travel->broke.is_before || travel->broke.is_exception ||
		travel->now.insns != travel->broke.insns)
		return;
	travel->stop_at = NULL;
	while (run(travel, MACHINE_UNLIMITED, is_place_to_rest, true) == LEG_BUDGET)
		;
	travel->stop_at = stop_at;
	travel->cpu = cpu;
}

enum leg_end travel_leg(struct travel *travel, u64 insns, goal_fn *goal, bool counts)
{
	enum leg_end end = run(travel, insns, goal, counts);

	if (end == LEG_HIT)
		rest_behind_hit(travel);
	return end;
}

static bool is_interrupted(const struct travel *travel)
{
	const struct travel_config *config = &travel->config;

	return config->is_interrupted != NULL && config->is_interrupted(config->opaque);
}

static u64 insns_a_poll(const struct travel *travel)
{
	u32 kinds = travel->stop_at != NULL ? travel->stop_at->kinds : 0;

	return kinds & (BIT(EVENT_INSN) | BIT(EVENT_ACCESS)) ? OBSERVED_INSNS_A_POLL : INSNS_A_POLL;
}

enum leg_end travel_go_near(struct travel *travel, u64 insns)
{
	while (travel->now.insns < insns) {
		u64 left = insns - travel->now.insns, most = insns_a_poll(travel);
		u64 to_keep = travel_insns_to_keep(travel);
		enum leg_end end;
		struct status status;

		if (left > most)
			left = most;
		if (left >= to_keep)
			left = to_keep > 1 ? to_keep - 1 : 1;
		end = travel_leg(travel, left, NULL, to_keep == 1);
		if (end == LEG_BUDGET && to_keep == 1)
			travel_keep(travel, false, &status);
		else if (end == LEG_BUDGET && is_interrupted(travel))
			end = LEG_INTERRUPTED;
		if (end != LEG_BUDGET)
			return end;
	}
	return LEG_BUDGET;
}

/*
 * To where so many instructions were executed, and the next one cannot be fetched: the machine
 * stops there by itself if its budget ends there.
 */
static enum leg_end go_before_fetch(struct travel *travel, u64 insns)
{
	struct moment near = { insns - 1, 1 };
	const struct stop_at *stop_at = travel->stop_at;
	unsigned cpu = travel->cpu;
	unsigned change = travel_kept_at(travel, (struct moment){ insns, STEP_END });
	enum leg_end end = LEG_FAILED;

	if (travel->kept[change].is_change && travel->kept[change].moment.insns == insns)
		return travel_restore(travel, change) ? LEG_GOAL : LEG_FAILED;
	travel->stop_at = NULL;
	if (travel_restore(travel, travel_kept_at(travel, near)))
		end = travel_go_near(travel, insns - 1);
	while (end == LEG_BUDGET && travel->now.insns < insns)
		end = travel_leg(travel, insns - travel->now.insns, NULL, true);
	travel->stop_at = stop_at;
	travel->cpu = cpu;
	return end == LEG_BUDGET ? LEG_GOAL : end;
}

static enum leg_end go_to_goal(struct travel *travel, goal_fn *goal)
{
	enum leg_end end;

	do
		end = travel_leg(travel, OBSERVED_INSNS_A_POLL, goal, true);
	while (end == LEG_BUDGET && !is_interrupted(travel));
	if (end == LEG_GOAL && travel->broke.is_late && !travel->config.forward_only &&
		travel->broke.insns > travel->begin.insns)
		end = go_before_fetch(travel, travel->broke.insns);
	return end == LEG_BUDGET ? LEG_INTERRUPTED : end;
}

static goal_fn *goal_of(struct moment moment)
{
	if (moment.step == 0)
		return is_behind_insn;
	return moment.step & 1 ? is_ready : is_behind_exception;
}

/* An interruption may be anywhere: to the next moment of which the step is known. */
static enum leg_end rest_if_interrupted(struct travel *travel, enum leg_end end)
{
	const struct stop_at *stop_at = travel->stop_at;

	if (end != LEG_INTERRUPTED)
		return end;
	travel->stop_at = NULL;
	travel->goal_insns = travel->now.insns + 1;
	while (travel_leg(travel, MACHINE_UNLIMITED, is_ready, true) == LEG_BUDGET)
		;
	travel->stop_at = stop_at;
	return end;
}

enum leg_end travel_go(struct travel *travel, struct moment moment)
{
	enum leg_end end = LEG_BUDGET;

	if (!is_before(travel->now, moment))
		return LEG_GOAL;
	if (moment.insns > 0)
		end = travel_go_near(travel, moment.insns - 1);
	if (end == LEG_BUDGET) {
		travel->goal_insns = moment.insns;
		travel->goal_exceptions = moment.step / 2;
		end = go_to_goal(travel, goal_of(moment));
	}
	return rest_if_interrupted(travel, end);
}

/* A PE executes no more instructions than all of them. */
static enum leg_end go_near_on_cpu(struct travel *travel, const struct cpu *cpu, u64 insns)
{
	enum leg_end end = LEG_BUDGET;

	while (end == LEG_BUDGET && cpu->insns < insns) {
		u64 to = travel->now.insns + (insns - cpu->insns);

		if (travel->dense_around != 0)
			travel->dense_around = to;
		end = travel_go_near(travel, to);
	}
	return end;
}

enum leg_end travel_go_cpu(struct travel *travel, unsigned index, u64 insns)
{
	enum leg_end end = LEG_BUDGET;

	if (insns > 0)
		end = go_near_on_cpu(travel, machine_cpu(travel->machine, index), insns - 1);
	if (end == LEG_BUDGET) {
		travel->goal_insns = insns;
		travel->goal_cpu = index;
		end = go_to_goal(travel, is_ready_on_cpu);
	}
	return rest_if_interrupted(travel, end);
}
