/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The four generic timers of one PE: when their condition is met, and their outputs as wires. The
 * registers and the counters are in sysregs/; this is what happens when nobody reads them.
 */
#ifndef ENT_PLATFORM_GTIMER_H
#define ENT_PLATFORM_GTIMER_H

#include "cpu/state.h"
#include "platform/wire.h"
#include "timing/events.h"

enum gtimer_id {
	GTIMER_PHYSICAL,    /* CNTP, PPI 30 on the virt board */
	GTIMER_VIRTUAL,	    /* CNTV, PPI 27 */
	GTIMER_HYP,	    /* CNTHP, PPI 26 */
	GTIMER_HYP_VIRTUAL, /* CNTHV, PPI 28 */
	GTIMER_COUNT
};

struct gtimer {
	struct cpu *cpu;
	struct event_queue *queue;
	const cycles_t *now; /* machine time: a waiting PE's own clock stands still */
	struct wire output[GTIMER_COUNT];
	struct timed_event event; /* when an output may change next */
};

void gtimer_init(
	struct gtimer *gtimer, struct cpu *cpu, struct event_queue *queue, const cycles_t *now);

/* Recomputes outputs and the next event: after a register changed or the event fired. */
void gtimer_update(struct gtimer *gtimer);

/* CTL.ISTATUS as it is at simulated time `time`; false too while CTL.ENABLE is 0. */
bool gtimer_condition(const struct cpu *cpu, enum gtimer_id id, cycles_t time);

/* When the output goes high by time passing alone; 0: it is high. NEVER: it does not. */
cycles_t gtimer_due(const struct gtimer *gtimer, enum gtimer_id id);

void gtimer_transfer(struct gtimer *gtimer, struct archive *archive);

#endif
