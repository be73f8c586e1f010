/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One journey of `entresol step`, and the points where all of them stop. Private to app/step*.c.
 */
#ifndef ENT_APP_STEP_MOVE_H
#define ENT_APP_STEP_MOVE_H

#include "app/step.h"

/* Where it is to stop; what of it is used depends on is_hit. */
struct move {
	struct step *step;
	u32 kinds;
	bool (*is_hit)(const struct move *move, const struct cpu *cpu, const struct event *event);
	u64 address; /* with EVENT_BREAKPOINT */
	unsigned pe, el, world;
	u64 sp;
	const char *name;
	u8 interrupt; /* enum interrupt_kind */
	unsigned ec;
	enum sysreg_id reg;
	bool has_value;
	u64 mask, value; /* in place */
	unsigned point;	 /* what stopped it: a point's number; 0: what was asked for */
};

/* ---- step_point.c ---- */

/* Adds what is to be watched for, and returns the kinds of events. */
u32 step_points_wanted(const struct step *step, struct points *points);
/* The number of the point that the event is of; 0: none. */
unsigned step_point_hit(const struct step *step, const struct cpu *cpu, const struct event *event);
void step_say_point(struct step *step, unsigned number);

#endif
