/* SPDX-License-Identifier: Apache-2.0 */
/*
 * States in one canonical form, so that equal bytes are equal behaviour: resources that nobody can
 * wait for any more are dropped. Reasons are no part of it.
 */
#include "timing/states.h"

#include <stdlib.h>
#include <string.h>

enum {
	BUSY_MOST = 16,
	HAS_BYPASS = 0x80, /* in `resource` */
	/* A byte; an access of memory ends sooner, mostly. */
	DELTA_MOST = 250,
	STATES_MOST = 65000,
	HASH_SLOTS = 1 << 17
};

/* No padding; behind `count` all zero. */
struct state {
	u64 taken;
	u8 used, count;
	u8 resource[BUSY_MOST], delta[BUSY_MOST];
	u8 zero[6];
};

_Static_assert(sizeof(struct state) == 48, "hashed as six words");

struct states {
	struct state *state;
	unsigned count, room;
	u16 slot[HASH_SLOTS]; /* number of a state; 0: empty, STATE_READY is not looked for */
};

struct states *states_create(void)
{
	struct states *states = calloc(1, sizeof *states);

	if (states == NULL)
		return NULL;
	states->room = 1024;
	states->state = calloc(states->room, sizeof *states->state);
	if (states->state == NULL) {
		free(states);
		return NULL;
	}
	states->count = 1;
	return states;
}

void states_destroy(struct states *states)
{
	if (states == NULL)
		return;
	free(states->state);
	free(states);
}

void states_clear(struct states *states)
{
	states->count = 1;
	memset(states->slot, 0, sizeof states->slot);
}

static u32 hash_of(const struct state *state)
{
	u64 word[sizeof *state / 8], hash = 0;

	memcpy(word, state, sizeof word);
	for (size_t i = 0; i < COUNT(word); i++) {
		hash = (hash ^ word[i]) * 0x9e3779b97f4a7c15ull;
		hash ^= hash >> 29;
	}
	return (u32)(hash >> 32);
}

/* Room for one more; no memory is as if all numbers were taken. */
static bool make_room(struct states *states)
{
	struct state *more;

	if (states->count < states->room)
		return true;
	if (states->room >= STATES_MOST)
		return false;
	more = realloc(states->state, 2 * states->room * sizeof *more);
	if (more == NULL)
		return false;
	states->state = more;
	states->room = (unsigned)smaller(2 * states->room, STATES_MOST);
	return true;
}

static u16 intern(struct states *states, const struct state *state, bool *full)
{
	static const struct state ready;
	u32 slot;

	if (memcmp(state, &ready, sizeof ready) == 0)
		return STATE_READY;
	slot = hash_of(state) % HASH_SLOTS;
	for (; states->slot[slot] != 0; slot = (slot + 1) % HASH_SLOTS)
		if (memcmp(&states->state[states->slot[slot]], state, sizeof *state) == 0)
			return states->slot[slot];
	if (!make_room(states)) {
		*full = true;
		return STATE_RAW;
	}
	states->state[states->count] = *state;
	states->slot[slot] = (u16)states->count;
	return (u16)states->count++;
}

static void add_busy(struct state *state, unsigned resource, u8 delta)
{
	unsigned at = state->count++;

	state->resource[at] = (u8)resource;
	state->delta[at] = delta;
}

/* What is busy besides the store buffer. */
static u64 numbered(const struct core *core, unsigned word)
{
	return word == 1 ? core->busy[1] & ~STORES_BUSY : core->busy[word];
}

u16 states_number(struct states *states, const struct core *core, bool *full)
{
	struct state state = { .used = core->used, .taken = core->taken };

	for (unsigned word = 0; word < 2; word++)
		for (u64 left = numbered(core, word); left != 0; left &= left - 1) {
			unsigned resource = word * 64 + (unsigned)__builtin_ctzll(left);
			u64 delta;

			if (core->ready[resource] <= core->now)
				continue;
			delta = core->ready[resource] - core->now;
			if (delta > DELTA_MOST || state.count == BUSY_MOST)
				return STATE_RAW;
			add_busy(&state, resource | (core->bypass[resource] & HAS_BYPASS),
				(u8)delta);
		}
	return intern(states, &state, full);
}

/* For who begins to ask for reasons while this is under way. */
static u8 likely_reason(unsigned resource)
{
	if (resource == RES_SYNC)
		return REASON_TLBI;
	if (resource == RES_MISS)
		return REASON_DRAM;
	return resource >= RES_UNIT ? REASON_UNIT : REASON_DEPENDENCY;
}

void states_load(const struct states *states, u16 number, struct core *core)
{
	const struct state *state = &states->state[number];

	core->used = state->used;
	core->taken = state->taken;
	core_forget_results(core);
	for (unsigned i = 0; i < state->count; i++) {
		unsigned resource = state->resource[i] & (HAS_BYPASS - 1);

		core->busy[resource / 64] |= BIT(resource % 64);
		core->bypass[resource] = (state->resource[i] & HAS_BYPASS) != 0 ? 0xff : 0;
		core->ready[resource] = core->now + state->delta[i];
		core->why[resource] = likely_reason(resource);
	}
}
