/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PrimeCell real time clock PL031, r1p3 (Arm DDI 0224): seconds of simulated time from an epoch.
 */
#ifndef ENT_PLATFORM_PL031_H
#define ENT_PLATFORM_PL031_H

#include "platform/bus.h"
#include "platform/wire.h"
#include "timing/events.h"

/* What a guest can observe. */
struct pl031_state {
	u32 base;  /* the count at simulated time 0 */
	u32 load;  /* LR as written */
	u32 match; /* MR */
	u32 seen;  /* up to this count, MR has been compared */
	u32 imsc, ris;
};

struct pl031 {
	struct pl031_state state;
	struct event_queue *queue;
	const cycles_t *now;
	u64 hz;			  /* cycles in a second */
	struct wire interrupt;	  /* RTCINTR */
	struct timed_event event; /* when the count reaches MR */
};

/* seconds: what the clock shows at simulated time 0. */
void pl031_init(
	struct pl031 *rtc, u32 seconds, struct event_queue *queue, const cycles_t *now, u64 hz);
/* A reset of the bus is none of the counter: at time 0 `rtc` shows what `old` shows now. */
void pl031_keep_count(struct pl031 *rtc, const struct pl031 *old);
void pl031_add_to_bus(struct pl031 *rtc, struct bus *bus, pa_t base);
void pl031_transfer(struct pl031 *rtc, struct archive *archive);

#endif
