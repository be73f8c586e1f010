/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue of what will happen at a simulated time. Knows nothing about devices or PEs.
 */
#ifndef ENT_TIMING_EVENTS_H
#define ENT_TIMING_EVENTS_H

#include "base/archive.h"
#include "base/base.h"

#define NEVER (~(cycles_t)0)
/*
 * Nothing happens by itself from here on, so that sums of times do not overflow: a guest may ask
 * for a timer at any of 2^64 counts, and wait for it. Who runs then runs on, for good as far as a
 * simulation ever comes: no time is at or beyond TIME_LIMIT.
 */
#define END_OF_TIME ((cycles_t)1 << 61)
#define TIME_LIMIT  (2 * END_OF_TIME)

/* A time, or a count of instructions. Loading one at or beyond TIME_LIMIT fails. */
void time_transfer(cycles_t *time, struct archive *archive);

/* Owned by who schedules it; in at most one queue. Zero, with fire and opaque set, is idle. */
struct timed_event {
	void (*fire)(void *opaque);
	void *opaque;
	cycles_t time;	   /* absolute; valid while queued */
	unsigned priority; /* the smaller one first at equal times; chosen by the owner */
	u64 sequence;	   /* written by the queue: the older one first at equal priority */
	bool is_queued;	   /* written by the queue */
	struct timed_event *next;
};

/* Ordered by (time, priority, sequence): a total order, so that runs repeat. Zero is empty. */
struct event_queue {
	struct timed_event *first;
	u64 sequence;
};

/* Schedules, or moves, an event to `time`; END_OF_TIME and beyond take it out. It fires once. */
void events_schedule(struct event_queue *queue, struct timed_event *event, cycles_t time);
void events_cancel(struct event_queue *queue, struct timed_event *event);

/* The time of the first event; NEVER when there is none. */
cycles_t events_next_time(const struct event_queue *queue);

/* Fires, in order, all events with time <= now, those scheduled meanwhile included. */
void events_fire(struct event_queue *queue, cycles_t now);

/*
 * The queue in both directions: first itself, which loading empties; then each of its events by its
 * owner, which loading puts in its place; then events_transferred(), which finds that one was
 * forgotten.
 */
void events_transfer(struct event_queue *queue, struct archive *archive);
void event_transfer(struct event_queue *queue, struct timed_event *event, struct archive *archive);
void events_transferred(const struct event_queue *queue, struct archive *archive);

#endif
