/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipeline states seen from a cycle on, with a number each: what is left to wait for, and what was
 * issued in the cycle that is open. A block that begins in a known state takes a known time and
 * ends in a known state, so it is issued once by core.c and remembered after that. Speed only.
 * The numbers are keys; nothing depends on which number a state has.
 *
 * The store buffer is no part of it: it stays in struct core, by absolute time, and only matters to
 * those who are never remembered: stores that miss, and classes with the rule BARRIER. Nor are
 * reasons: whoever wants them does not use numbers.
 */
#ifndef ENT_TIMING_STATES_H
#define ENT_TIMING_STATES_H

#include "timing/core.h"

enum {
	STATE_READY = 0,   /* nothing to wait for, no instruction issued in this cycle */
	STATE_RAW = 0xffff /* not numbered: struct core itself has it */
};

struct states; /* shared by the PEs of a machine, which have one model */

struct states *states_create(void); /* NULL: no memory */
void states_destroy(struct states *states);

/*
 * The number of core's state; STATE_RAW: too far from ready, or no number is left (*full is set
 * then: the owner forgets all it remembered, and calls states_clear()).
 */
u16 states_number(struct states *states, const struct core *core, bool *full);

/* Makes core, whose now is set and whose store buffer is kept, be in a numbered state. */
void states_load(const struct states *states, u16 state, struct core *core);

/* No number means anything any more. */
void states_clear(struct states *states);

#endif
