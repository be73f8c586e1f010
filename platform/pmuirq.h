/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The overflow interrupt of one PE's performance monitors as a wire. What counts and overflows is
 * in sysregs/; this is what happens when nobody reads it.
 */
#ifndef ENT_PLATFORM_PMUIRQ_H
#define ENT_PLATFORM_PMUIRQ_H

#include "cpu/state.h"
#include "platform/wire.h"
#include "timing/events.h"

struct pmuirq {
	struct cpu *cpu;
	struct event_queue *queue;
	const cycles_t *now;	  /* machine time: a waiting PE's own clock stands still */
	struct wire output;	  /* PMUIRQ, PPI 23 on the virt board */
	struct timed_event event; /* when a counter may overflow next */
};

void pmuirq_init(
	struct pmuirq *pmuirq, struct cpu *cpu, struct event_queue *queue, const cycles_t *now);

/* Recomputes output and next event: after the PMU changed, the event fired, the PE woke up. */
void pmuirq_update(struct pmuirq *pmuirq);

void pmuirq_transfer(struct pmuirq *pmuirq, struct archive *archive);

#endif
