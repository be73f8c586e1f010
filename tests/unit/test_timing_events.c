/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event queue: its order is total, and events may move, vanish and schedule others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "timing/events.h"

struct named {
	struct timed_event event;
	char name;
	struct event_queue *queue; /* non-NULL: schedules itself again, 10 later, once */
};

static char fired[16];

static void fire(void *opaque)
{
	struct named *named = opaque;
	size_t length = strlen(fired);

	fired[length] = named->name;
	fired[length + 1] = '\0';
	if (named->queue != NULL) {
		events_schedule(named->queue, &named->event, named->event.time + 10);
		named->queue = NULL;
	}
}

struct row {
	const char *why;
	cycles_t time[3]; /* of a, b, c, scheduled in that order; NEVER: not at all */
	unsigned priority[3];
	cycles_t until;
	const char *fired;
	cycles_t next;
};

static const struct row rows[] = {
	{ "by time", { 30, 10, 20 }, { 0, 0, 0 }, 30, "bca", NEVER },
	{ "by priority at equal times", { 5, 5, 5 }, { 2, 1, 0 }, 5, "cba", NEVER },
	{ "by age at equal priority", { 5, 5, 5 }, { 1, 1, 1 }, 5, "abc", NEVER },
	{ "time wins over priority", { 6, 5, 7 }, { 0, 9, 1 }, 6, "ba", 7 },
	{ "not before its time", { 10, 11, 12 }, { 0, 0, 0 }, 9, "", 10 },
	{ "never is not queued", { NEVER, 3, NEVER }, { 0, 0, 0 }, 3, "b", NEVER },
	{ "time 0 fires at 0", { 0, 1, 2 }, { 0, 0, 0 }, 0, "a", 1 },
};

static void orders(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct event_queue queue = { 0 };
		struct named named[3] = { 0 };

		fired[0] = '\0';
		for (unsigned n = 0; n < 3; n++) {
			named[n].name = (char)('a' + n);
			named[n].event = (struct timed_event){
				.fire = fire, .opaque = &named[n], .priority = rows[i].priority[n]
			};
			events_schedule(&queue, &named[n].event, rows[i].time[n]);
		}
		events_fire(&queue, rows[i].until);
		if (strcmp(fired, rows[i].fired) != 0 || events_next_time(&queue) != rows[i].next)
			fail_msg("row %zu, %s: fired '%s', next %lu", i, rows[i].why, fired,
				(unsigned long)events_next_time(&queue));
	}
}

static void moves_and_cancels(void **state)
{
	struct event_queue queue = { 0 };
	struct named a = { .name = 'a' }, b = { .name = 'b' };

	(void)state;
	fired[0] = '\0';
	a.event = (struct timed_event){ .fire = fire, .opaque = &a };
	b.event = (struct timed_event){ .fire = fire, .opaque = &b };
	events_schedule(&queue, &a.event, 10);
	events_schedule(&queue, &b.event, 20);
	events_schedule(&queue, &a.event, 30);
	assert_int_equal(events_next_time(&queue), 20);
	events_cancel(&queue, &b.event);
	events_cancel(&queue, &b.event); /* idle already */
	events_fire(&queue, 100);
	assert_string_equal(fired, "a");
}

static void fires_what_was_scheduled_meanwhile(void **state)
{
	struct event_queue queue = { 0 };
	struct named a = { .name = 'a', .queue = &queue }, b = { .name = 'b' };

	(void)state;
	fired[0] = '\0';
	a.event = (struct timed_event){ .fire = fire, .opaque = &a };
	b.event = (struct timed_event){ .fire = fire, .opaque = &b };
	events_schedule(&queue, &a.event, 1);
	events_schedule(&queue, &b.event, 5);
	events_fire(&queue, 11);
	assert_string_equal(fired, "aba");
}

/* A timer that nobody lives to see is none; the last one that is seen can be saved and loaded. */
static void ends(void **state)
{
	struct event_queue queue = { 0 };
	struct named a = { .name = 'a' };
	struct archive saved = archive_to_save(), loaded;

	(void)state;
	a.event = (struct timed_event){ .fire = fire, .opaque = &a };
	events_schedule(&queue, &a.event, END_OF_TIME);
	assert_int_equal(events_next_time(&queue), NEVER);
	events_schedule(&queue, &a.event, END_OF_TIME - 1);
	assert_int_equal(events_next_time(&queue), END_OF_TIME - 1);
	for (unsigned beyond = 0; beyond < 2; beyond++) {
		cycles_t time = beyond ? TIME_LIMIT : TIME_LIMIT - 1;

		time_transfer(&time, &saved);
		loaded = archive_to_load(saved.data, saved.size);
		loaded.at = saved.size - sizeof(time);
		time_transfer(&time, &loaded);
		assert_int_equal(loaded.failed, beyond);
	}
	archive_free(&saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders),
		cmocka_unit_test(moves_and_cancels),
		cmocka_unit_test(ends),
		cmocka_unit_test(fires_what_was_scheduled_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
