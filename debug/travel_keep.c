/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which checkpoints there are. New ones are taken at a distance that makes them a small part of the
 * run's work; where memory ends, the one goes whose neighbours are close together for how long ago
 * it is. So the way to any moment is a small part of the way from there to now.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/travel_private.h"

/*
 * Instructions from one to the next. Copying a page takes about as long as 400 instructions; 8192
 * for each make that 5 %. The least and the most are some hundredths and tenths of a second.
 */
enum { INSNS_A_PAGE = 8192, PAGE = 4096, LEAST_INSNS = 1 << 24, MOST_INSNS = 1 << 26 };
/* Each costs some memory that does not depend on what was written. */
enum { MOST_KEPT = 1024 };

/* Before a moment that is gone back to, so that the next step back is a short way. */
static const u64 dense[] = { 1 << 22, 1 << 18, 1 << 14, 1 << 10 };

unsigned travel_kept_at(const struct travel *travel, struct moment moment)
{
	unsigned first = 0, end = travel->kept_count;

	while (end - first > 1) {
		unsigned middle = first + (end - first) / 2;

		if (is_before(moment, travel->kept[middle].moment))
			end = middle;
		else
			first = middle;
	}
	return first;
}

static void drop(struct travel *travel, unsigned index)
{
	checkpoint_free(travel->kept[index].checkpoint);
	travel->kept_count--;
	memmove(&travel->kept[index], &travel->kept[index + 1],
		(travel->kept_count - index) * sizeof(travel->kept[0]));
}

void travel_forget_behind(struct travel *travel, struct moment moment)
{
	while (travel->kept_count > 0 &&
		is_before(moment, travel->kept[travel->kept_count - 1].moment))
		drop(travel, travel->kept_count - 1);
}

void travel_forget_all(struct travel *travel)
{
	while (travel->kept_count > 0)
		drop(travel, travel->kept_count - 1);
	free(travel->kept);
	travel->kept = NULL;
	travel->kept_room = 0;
}

/* ---- Memory ---- */

static u64 distance(u64 a, u64 b)
{
	return a > b ? a - b : b - a;
}

/* The way that would be between two checkpoints without this one, for each step from here. */
static double worth(const struct travel *travel, unsigned index)
{
	u64 at = travel->kept[index].moment.insns, end = travel->known.insns;
	u64 last = travel->kept[index - 1].moment.insns;

	if (index + 1 < travel->kept_count)
		end = travel->kept[index + 1].moment.insns;
	return (double)(end - last) / (double)(distance(at, travel->now.insns) + 1);
}

/* What can go: not the first, not the last, and no change. 0: nothing. */
static unsigned least_worth(const struct travel *travel)
{
	unsigned least = 0;

	for (unsigned i = 1; i + 1 < travel->kept_count; i++) {
		if (!travel->kept[i].is_change &&
			(least == 0 || worth(travel, i) < worth(travel, least)))
			least = i;
	}
	return least;
}

/* Where nothing else can go, the time before the first change does. */
static void thin_once(struct travel *travel)
{
	drop(travel, least_worth(travel));
	travel->begin = travel->kept[0].moment;
}

static void keep_to_bound(struct travel *travel)
{
	while (travel->kept_count > 2 &&
		(travel->kept_count > MOST_KEPT ||
			machine_kept_bytes(travel->machine) > travel->config.memory))
		thin_once(travel);
}

/* ---- Taking ---- */

static bool make_room(struct travel *travel)
{
	unsigned room = travel->kept_room * 2 + 16;
	struct kept *kept;

	if (travel->kept_count < travel->kept_room)
		return true;
	kept = realloc(travel->kept, room * sizeof(*kept));
	if (kept == NULL)
		return false;
	travel->kept = kept;
	travel->kept_room = room;
	return true;
}

static void insert(struct travel *travel, const struct kept *kept)
{
	unsigned index = travel->kept_count;

	while (index > 0 && is_before(kept->moment, travel->kept[index - 1].moment))
		index--;
	memmove(&travel->kept[index + 1], &travel->kept[index],
		(travel->kept_count - index) * sizeof(*kept));
	travel->kept[index] = *kept;
	travel->kept_count++;
}

static void set_due(struct travel *travel, u64 bytes)
{
	u64 insns = bytes / PAGE * INSNS_A_PAGE;

	if (insns < LEAST_INSNS)
		insns = LEAST_INSNS;
	else if (insns > MOST_INSNS)
		insns = MOST_INSNS;
	travel->due = travel->now.insns + insns;
}

/* The one that was just inserted is what the moment is from now on. */
static void drop_unchanged(struct travel *travel)
{
	for (unsigned i = travel->kept_count - 1; i > 0; i--) {
		if (!is_before(travel->kept[i - 1].moment, travel->now))
			drop(travel, i - 1);
	}
}

bool travel_keep(struct travel *travel, bool is_change, struct status *status)
{
	struct kept kept = { .moment = travel->now, .cpu = travel->cpu, .is_change = is_change };
	u64 before = machine_kept_bytes(travel->machine), after;

	for (unsigned i = 0; i < machine_cpu_count(travel->machine); i++)
		kept.insns[i] = machine_cpu(travel->machine, i)->insns;
	*status = status_error(STATUS_HOST, "the host has no memory for a checkpoint");
	if (make_room(travel))
		kept.checkpoint = machine_checkpoint(travel->machine, status);
	after = machine_kept_bytes(travel->machine);
	if (!is_before(travel->now, travel->known))
		set_due(travel, after > before ? after - before : 0);
	if (kept.checkpoint == NULL)
		return false;
	insert(travel, &kept);
	if (is_change)
		drop_unchanged(travel);
	keep_to_bound(travel);
	return true;
}

bool travel_restore(struct travel *travel, unsigned index)
{
	const struct kept *kept = &travel->kept[index];
	struct status status = machine_restore(travel->machine, kept->checkpoint);

	if (status.code != STATUS_OK) {
		travel->error = status;
		return false;
	}
	travel->now = kept->moment;
	travel->cpu = kept->cpu;
	travel->seen_insns = kept->moment.insns;
	travel->exceptions = kept->moment.step / 2;
	return true;
}

/* ---- Where to take them ---- */

/* Is there one already that does as well? */
static bool is_served(const struct travel *travel, u64 insns, u64 spacing)
{
	struct moment moment = { insns, 0 };
	const struct kept *kept = &travel->kept[travel_kept_at(travel, moment)];

	return insns - kept->moment.insns < spacing / 2;
}

static u64 insns_to_dense(const struct travel *travel)
{
	for (size_t i = 0; i < COUNT(dense); i++) {
		u64 to;

		if (travel->dense_around < travel->now.insns + dense[i])
			continue;
		to = travel->dense_around - dense[i] - travel->now.insns;
		if (to > 0 && !is_served(travel, travel->now.insns + to, dense[i]))
			return to;
	}
	return MACHINE_UNLIMITED;
}

u64 travel_insns_to_keep(const struct travel *travel)
{
	if (travel->config.forward_only)
		return MACHINE_UNLIMITED;
	if (is_before(travel->now, travel->known))
		return insns_to_dense(travel);
	return travel->due > travel->now.insns ? travel->due - travel->now.insns : 1;
}
