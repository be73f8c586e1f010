/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sorted list: a board has a dozen events, and the first one is all that is asked for often.
 */
#include "timing/events.h"

static bool is_before(const struct timed_event *a, const struct timed_event *b)
{
	if (a->time != b->time)
		return a->time < b->time;
	if (a->priority != b->priority)
		return a->priority < b->priority;
	return a->sequence < b->sequence;
}

static void insert(struct event_queue *queue, struct timed_event *event)
{
	struct timed_event **link = &queue->first;

	while (*link != NULL && is_before(*link, event))
		link = &(*link)->next;
	event->next = *link;
	event->is_queued = true;
	*link = event;
}

void events_cancel(struct event_queue *queue, struct timed_event *event)
{
	struct timed_event **link = &queue->first;

	if (!event->is_queued)
		return;
	while (*link != event)
		link = &(*link)->next;
	*link = event->next;
	event->is_queued = false;
}

void events_schedule(struct event_queue *queue, struct timed_event *event, cycles_t time)
{
	if (event->is_queued && event->time == time)
		return;
	events_cancel(queue, event);
	if (time >= END_OF_TIME)
		return;
	event->time = time;
	event->sequence = queue->sequence++;
	insert(queue, event);
}

cycles_t events_next_time(const struct event_queue *queue)
{
	return queue->first == NULL ? NEVER : queue->first->time;
}

void events_fire(struct event_queue *queue, cycles_t now)
{
	while (queue->first != NULL && queue->first->time <= now) {
		struct timed_event *event = queue->first;

		events_cancel(queue, event);
		event->fire(event->opaque);
	}
}

/* ---- Archives ---- */

/* What is saved may have been at the limit when it was loaded. */
void time_transfer(cycles_t *time, struct archive *archive)
{
	ARCHIVE(archive, *time);
	archive_require(archive, !archive->is_loading || *time < TIME_LIMIT,
		"a time that is never reached");
}

void events_transfer(struct event_queue *queue, struct archive *archive)
{
	archive_mark(archive, "events");
	if (archive->is_loading) {
		while (queue->first != NULL)
			events_cancel(queue, queue->first);
	}
	ARCHIVE(archive, queue->sequence);
}

void event_transfer(struct event_queue *queue, struct timed_event *event, struct archive *archive)
{
	bool is_queued = event->is_queued;

	ARCHIVE_BOOL(archive, is_queued);
	if (!is_queued)
		return;
	ARCHIVE(archive, event->time);
	ARCHIVE(archive, event->sequence);
	archive_require(archive, event->time < END_OF_TIME, "an event that never comes");
	archive_require(archive, event->sequence < queue->sequence, "an event before its queue");
	if (archive->is_loading && !archive->failed)
		insert(queue, event);
}

void events_transferred(const struct event_queue *queue, struct archive *archive)
{
	u32 count = 0, expected;

	for (const struct timed_event *event = queue->first; event != NULL; event = event->next)
		count++;
	expected = count;
	ARCHIVE(archive, expected);
	archive_require(archive, count == expected, "an event is missing");
}
