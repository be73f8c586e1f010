/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run did, in numbers: exceptions by class and level as an observer, instructions and
 * cycles from the PEs.
 */
#ifndef ENT_DEBUG_STATS_H
#define ENT_DEBUG_STATS_H

#include "base/archive.h"
#include "debug/observers.h"
#include "timing/timing.h"

struct stats {
	u64 exceptions[EL_COUNT][EL_COUNT][64]; /* from EL, to EL, EC; synchronous ones */
	u64 interrupts[EL_COUNT][EL_COUNT][4];	/* from EL, to EL, enum interrupt_kind */
	u64 returns[EL_COUNT][EL_COUNT];	/* from EL, to EL */
	cycles_t earlier;			/* cycles of boots before the last one */
};

struct observer stats_observer(struct stats *stats);

/* To go on counting. */
void stats_transfer(struct stats *stats, struct archive *archive);

/* "exit", "reset", "stuck", ...: what ended a run, for people and programs. */
const char *stop_reason_name(enum stop_reason reason);

cycles_t stats_cycles(struct machine *machine);
/* Of all PEs; 0 where time is functional. */
u64 stats_timing(struct machine *machine, enum timing_count what);

#endif
