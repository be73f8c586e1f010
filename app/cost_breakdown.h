/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the cycles of hyp.elf's operations were spent for: by level, phase of the world switch and
 * reason. Measured between the same two reads of the counter as the total, so it adds up to that.
 */
#ifndef ENT_APP_COST_BREAKDOWN_H
#define ENT_APP_COST_BREAKDOWN_H

#include "debug/observers.h"
#include "timing/model.h"

enum cost_phase {
#define PHASE(id, ...) PHASE_##id,
#define BEGINS(...)
#include "app/cost_phase.def"
#undef PHASE
#undef BEGINS
	PHASE_COUNT
};

enum { COST_LEVELS = 5 };

/* Over all rounds. A phase may have taken less in the second, longer run: then it is negative. */
struct cost_breakdown {
	s64 cycles[COST_LEVELS][PHASE_COUNT][REASON_COUNT];
};

extern const char *const cost_phase_names[PHASE_COUNT];

s64 cost_breakdown_total(const struct cost_breakdown *breakdown);

/* Looks on while hyp.elf measures. */
struct cost_watch;

/* Reads the symbols of the image. */
struct status cost_watch_create(const char *image, struct cost_watch **watch);
void cost_watch_destroy(struct cost_watch *watch);
struct observer cost_watch_observer(struct cost_watch *watch);

/* Operations measured, in the order in which hyp.elf prints them. */
unsigned cost_watch_count(const struct cost_watch *watch);
/* Below MAX_OPERATIONS of them. NULL: no memory. */
struct cost_breakdown *cost_watch_take(struct cost_watch *watch, unsigned operation);

#endif
