/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journeys that are offered: forward, to a moment, by steps of a PE.
 */
#include "debug/travel.h"

#include <stdlib.h>
#include <string.h>

#include "debug/travel_private.h"

/* Where it is now is where all that is known begins. */
static struct status begin_here(struct travel *travel)
{
	struct status status = status_ok();

	travel->now = (struct moment){ machine_insns(travel->machine), 0 };
	travel->begin = travel->known = travel->now;
	travel->seen_insns = travel->now.insns;
	travel->exceptions = 0;
	travel->cpu = 0;
	travel->is_known_told = travel->is_changed = false;
	travel->told_insns = MACHINE_UNLIMITED;
	travel_forget_all(travel);
	if (!travel->config.forward_only)
		travel_keep(travel, false, &status);
	return status;
}

struct travel *travel_create(struct machine *machine, struct observers *observers,
	const struct travel_config *config, struct status *status)
{
	struct travel *travel = calloc(1, sizeof(*travel));
	struct observer observer = { .event = travel_observe, .sees_repeats = true };

	*status = status_ok();
	if (travel == NULL) {
		*status = status_error(STATUS_HOST, "the host has no memory to travel");
		return NULL;
	}
	travel->machine = machine;
	travel->observers = observers;
	travel->config = *config;
	observer.opaque = travel;
	observers_add_first(observers, machine, &observer);
	if (travel->config.forward_only)
		travel->why_forward =
			status_error(STATUS_NOT_IMPLEMENTED, "going back was not asked for");
	*status = begin_here(travel);
	if (status->code == STATUS_NOT_IMPLEMENTED) {
		travel->config.forward_only = true;
		travel->why_forward = *status;
		*status = status_ok();
	}
	if (status->code == STATUS_OK)
		return travel;
	travel_destroy(travel);
	return NULL;
}

void travel_destroy(struct travel *travel)
{
	if (travel == NULL)
		return;
	travel_forget_all(travel);
	travel->observers->is_repeating = false;
	observers_remove(travel->observers, travel->machine, travel);
	free(travel);
}

const char *travel_has_no_past(const struct travel *travel)
{
	return travel->config.forward_only ? travel->why_forward.text : NULL;
}

/* ---- Where it is ---- */

struct moment travel_now(const struct travel *travel)
{
	return travel->now;
}

struct moment travel_begin(const struct travel *travel)
{
	return travel->begin;
}

struct moment travel_end(const struct travel *travel)
{
	return travel->known;
}

unsigned travel_cpu(const struct travel *travel)
{
	return travel->cpu;
}

const struct stop *travel_stop(const struct travel *travel)
{
	return &travel->stop;
}

const char *travel_error(const struct travel *travel)
{
	return travel->error.text;
}

/* ---- Journeys ---- */

/* What was changed since the last one is kept, and what was known of the future is forgotten. */
static bool keep_change(struct travel *travel)
{
	struct status status = status_ok();

	if (!travel->is_changed)
		return true;
	travel->known = travel->now;
	travel->is_known_told = travel->is_changed = false;
	if (travel->config.forward_only)
		return true;
	travel_forget_behind(travel, travel->now);
	machine_forget_future(travel->machine);
	if (travel_keep(travel, true, &status))
		return true;
	travel->error = status;
	return false;
}

static bool begin_journey(struct travel *travel, const struct stop_at *stop)
{
	travel->stop_at = stop;
	travel->stand.is_there = true;
	travel->stand.moment = travel->now;
	travel->stand.cpu = travel->cpu;
	travel->stand.pc = machine_cpu(travel->machine, travel->cpu)->pc;
	machine_set_points(travel->machine, stop != NULL ? stop->points : NULL);
	return keep_change(travel);
}

static enum travel_result end_journey(struct travel *travel, enum leg_end end)
{
	travel->stop_at = NULL;
	travel->dense_around = 0;
	machine_set_points(travel->machine, NULL);
	switch (end) {
	case LEG_HIT: return TRAVEL_HIT;
	case LEG_STOPPED: return TRAVEL_STOPPED;
	case LEG_INTERRUPTED: return TRAVEL_INTERRUPTED;
	case LEG_BEGIN: return TRAVEL_BEGIN;
	case LEG_FAILED: return TRAVEL_FAILED;
	default: return TRAVEL_ARRIVED;
	}
}

static struct moment behind(const struct travel *travel, u64 insns)
{
	u64 most = MACHINE_UNLIMITED - travel->now.insns;

	return (struct moment){ travel->now.insns + (insns < most ? insns : most), 1 };
}

enum travel_result travel_forward(struct travel *travel, u64 most_insns, const struct stop_at *stop)
{
	enum leg_end end;

	if (!begin_journey(travel, stop))
		return end_journey(travel, LEG_FAILED);
	end = travel_go_on(travel, behind(travel, most_insns));
	if (end == LEG_HIT && travel->broke.is_access && !travel->config.forward_only)
		end = travel_undo_access(travel);
	return end_journey(travel, end);
}

enum travel_result travel_to(struct travel *travel, struct moment moment)
{
	if (is_before(moment, travel->config.forward_only ? travel->now : travel->begin))
		return TRAVEL_REFUSED;
	if (!begin_journey(travel, NULL))
		return end_journey(travel, LEG_FAILED);
	return end_journey(travel, travel_go_anywhere(travel, moment));
}

enum travel_result travel_let_go(struct travel *travel)
{
	travel->config.is_interrupted = NULL;
	if (!begin_journey(travel, NULL))
		return end_journey(travel, LEG_FAILED);
	return end_journey(travel, travel_go_to_end(travel));
}

enum travel_result travel_step(struct travel *travel, unsigned index, s64 count)
{
	if (count < 0 && travel->config.forward_only)
		return TRAVEL_REFUSED;
	if (!begin_journey(travel, NULL))
		return end_journey(travel, LEG_FAILED);
	return end_journey(travel, travel_step_cpu(travel, index, count));
}

enum travel_result travel_backward(struct travel *travel, const struct stop_at *stop)
{
	if (travel->config.forward_only)
		return TRAVEL_REFUSED;
	if (!begin_journey(travel, stop))
		return end_journey(travel, LEG_FAILED);
	travel->stand.is_there = false;
	return end_journey(travel, travel_search_back(travel));
}

void travel_changed(struct travel *travel)
{
	travel->is_changed = true;
}

enum travel_result travel_who_wrote(
	struct travel *travel, const struct written *what, struct writer *writer)
{
	enum travel_result result;
	bool is_good;

	if (travel->config.forward_only)
		return TRAVEL_REFUSED;
	if (!begin_journey(travel, NULL))
		return end_journey(travel, LEG_FAILED);
	travel->stand.is_there = false;
	result = end_journey(travel, travel_find_writer(travel, what, writer, &is_good));
	return is_good ? result : TRAVEL_REFUSED;
}
