/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Journeys that begin at a checkpoint: back, and within what is known.
 */
#include "debug/travel_private.h"

/* ---- Where the debugger changed something ---- */

/* The first change behind now, up to a moment; 0: none, for the first checkpoint is none. */
static unsigned next_change(const struct travel *travel, struct moment moment)
{
	unsigned i = travel_kept_at(travel, travel->now) + 1;

	for (; i < travel->kept_count && !is_before(moment, travel->kept[i].moment); i++) {
		if (travel->kept[i].is_change)
			return i;
	}
	return 0;
}

/* Where something was changed, the way there ends in the state before that. */
static bool make_change(struct travel *travel, struct moment at)
{
	unsigned index = travel_kept_at(travel, at);
	const struct kept *kept = &travel->kept[index];

	if (!kept->is_change || is_before(kept->moment, at))
		return true;
	return travel_restore(travel, index);
}

enum leg_end travel_go_on(struct travel *travel, struct moment moment)
{
	unsigned change;

	while (!travel->config.forward_only && (change = next_change(travel, moment)) != 0) {
		struct moment at = travel->kept[change].moment;
		enum leg_end end = travel_go(travel, at);

		if (is_before(travel->now, at))
			return end;
		if (!make_change(travel, at))
			return LEG_FAILED;
		/* a hit by the instruction that would have followed is none */
		if (end != LEG_GOAL && (end != LEG_HIT || !travel->broke.is_before))
			return end;
	}
	return travel_go(travel, moment);
}

/* ---- To a moment ---- */

/* To the last checkpoint up to the moment, unless now is between them. */
static bool begin_near(struct travel *travel, struct moment moment)
{
	unsigned index;

	if (travel->config.forward_only)
		return true;
	index = travel_kept_at(travel, moment);
	if (!is_before(moment, travel->now) && !is_before(travel->now, travel->kept[index].moment))
		return make_change(travel, travel->now);
	return travel_restore(travel, index);
}

enum leg_end travel_go_anywhere(struct travel *travel, struct moment moment)
{
	if (is_before(moment, travel->now))
		travel->dense_around = moment.insns;
	if (!begin_near(travel, moment))
		return LEG_FAILED;
	return travel_go(travel, moment);
}

enum leg_end travel_undo_access(struct travel *travel)
{
	const struct stop_at *stop_at = travel->stop_at;
	struct moment moment = travel->now;
	enum leg_end end = LEG_FAILED;

	travel->stop_at = NULL;
	travel->dense_around = moment.insns;
	if (travel_restore(travel, travel_kept_at(travel, moment)))
		end = travel_go(travel, moment);
	travel->stop_at = stop_at;
	return end == LEG_GOAL ? LEG_HIT : end;
}

enum leg_end travel_go_to_end(struct travel *travel)
{
	struct moment end = travel->known;
	enum leg_end leg = travel_go_on(travel, end);

	if (leg != LEG_GOAL || !travel->is_known_told)
		return leg;
	end = (struct moment){ end.insns + 1, 0 };
	return travel_go(travel, end);
}

/* ---- Steps of a PE ---- */

/* The last checkpoint at which the PE had not executed more; they are in order for each PE. */
static unsigned kept_at_step(const struct travel *travel, unsigned cpu, u64 insns)
{
	unsigned index = travel->kept_count - 1;

	while (index > 0 && travel->kept[index].insns[cpu] > insns)
		index--;
	return index;
}

static enum leg_end step_back(struct travel *travel, unsigned cpu, u64 count)
{
	u64 insns = machine_cpu(travel->machine, cpu)->insns;

	if (insns - travel->kept[0].insns[cpu] < count)
		return travel_restore(travel, 0) ? LEG_BEGIN : LEG_FAILED;
	insns -= count;
	travel->dense_around = travel->now.insns;
	if (!travel_restore(travel, kept_at_step(travel, cpu, insns)))
		return LEG_FAILED;
	return travel_go_cpu(travel, cpu, insns);
}

enum leg_end travel_step_cpu(struct travel *travel, unsigned cpu, s64 count)
{
	u64 insns = machine_cpu(travel->machine, cpu)->insns;
	unsigned index;

	if (count < 0)
		return step_back(travel, cpu, -(u64)count);
	insns += (u64)count;
	if (!travel->config.forward_only) {
		index = kept_at_step(travel, cpu, insns);
		if (is_before(travel->now, travel->kept[index].moment) &&
			!travel_restore(travel, index))
			return LEG_FAILED;
	}
	return travel_go_cpu(travel, cpu, insns);
}

/* ---- The last hit ---- */

static void begin_pass(struct travel *travel, struct moment end)
{
	travel->search.end = end;
	travel->search.seen_insns = MACHINE_UNLIMITED;
	travel->search.seen = 0;
}

/* From a checkpoint to a moment, noting the last hit. */
static enum leg_end search_from(struct travel *travel, unsigned index, struct moment end)
{
	begin_pass(travel, end);
	travel->search.mode = SEARCH_NOTE;
	travel->search.found = false;
	return travel_restore(travel, index) ? travel_go(travel, end) : LEG_FAILED;
}

/* From the same checkpoint to the hit that was found. */
static enum leg_end go_to_found(struct travel *travel, unsigned index, struct moment end)
{
	const struct stop_at *stop_at = travel->stop_at;
	struct moment near = { travel->search.insns, 0 };
	enum leg_end leg = LEG_BUDGET;

	begin_pass(travel, end);
	travel->search.mode = SEARCH_FIND;
	if (!travel_restore(travel, index))
		return LEG_FAILED;
	travel->dense_around = near.insns;
	if (near.insns > travel->now.insns + 1) {
		travel->stop_at = NULL; /* nothing before is asked for */
		leg = travel_go_near(travel, near.insns - 1);
		travel->stop_at = stop_at;
	}
	if (leg == LEG_BUDGET)
		leg = travel_go(travel, end);
	return make_change(travel, travel->now) ? leg : LEG_FAILED;
}

static enum leg_end go_to_hit(struct travel *travel)
{
	const struct stop_at *stop_at = travel->stop_at;
	enum leg_end end;

	travel->stop_at = NULL;
	end = travel_go_anywhere(travel, travel->search.moment);
	travel->stop_at = stop_at;
	return end == LEG_GOAL ? LEG_HIT : end;
}

static enum leg_end search_back(struct travel *travel)
{
	struct moment end = travel->search.until;
	unsigned index = travel_kept_at(travel, end);

	for (;; index--) {
		enum leg_end leg;

		if (is_before(travel->kept[index].moment, end)) {
			leg = search_from(travel, index, end);
			if (leg == LEG_INTERRUPTED || leg == LEG_FAILED)
				return leg;
			if (travel->search.found && travel->search.is_before)
				return go_to_hit(travel);
			if (travel->search.found)
				return go_to_found(travel, index, end);
		}
		if (index == 0)
			return travel_restore(travel, 0) ? LEG_BEGIN : LEG_FAILED;
		end = travel->kept[index].moment;
	}
}

enum leg_end travel_search_back(struct travel *travel)
{
	enum leg_end end;

	travel->search.until = travel->now;
	end = search_back(travel);
	travel->search.mode = SEARCH_NONE;
	return end;
}
