/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Generic timers as functions of registers and time: condition, output, next event.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "platform/gtimer.h"
#include "sysregs/sysregs.h"

#define TICKS(n) ((cycles_t)(n)*COUNTER_CYCLES)

enum { OFF = 0, ON = 1, MASKED = 3 };

struct bench {
	struct cpu cpu;
	struct cpu_group group;
	struct event_queue queue;
	cycles_t now;
	struct gtimer gtimer;
	bool line[GTIMER_COUNT];
};

static void on_line(void *opaque, bool level)
{
	*(bool *)opaque = level;
}

static void make(struct bench *bench, bool connected)
{
	*bench = (struct bench){ .cpu = { .has_el2 = true, .group = &bench->group } };
	gtimer_init(&bench->gtimer, &bench->cpu, &bench->queue, &bench->now);
	for (unsigned id = 0; connected && id < GTIMER_COUNT; id++)
		wire_connect(&bench->gtimer.output[id], on_line, &bench->line[id]);
}

static const struct {
	enum sysreg_id ctl, cval;
} registers[GTIMER_COUNT] = {
	{ SR_CNTP_CTL_EL0, SR_CNTP_CVAL_EL0 },
	{ SR_CNTV_CTL_EL0, SR_CNTV_CVAL_EL0 },
	{ SR_CNTHP_CTL_EL2, SR_CNTHP_CVAL_EL2 },
	{ SR_CNTHV_CTL_EL2, SR_CNTHV_CVAL_EL2 },
};

struct row {
	const char *why;
	enum gtimer_id id;
	u64 ctl, cval, offset, count; /* count: of the physical counter */
	bool condition, line;
	cycles_t next;
};

/* clang-format off */
static const struct row rows[] = {
	{ "off",                           GTIMER_PHYSICAL,    OFF,    10, 0, 20,        false, false, NEVER },
	{ "before",                        GTIMER_PHYSICAL,    ON,     10, 0, 9,         false, false, TICKS(10) },
	{ "at",                            GTIMER_PHYSICAL,    ON,     10, 0, 10,        true,  true,  NEVER },
	{ "masked: condition without line", GTIMER_PHYSICAL,   MASKED, 10, 0, 10,        true,  false, NEVER },
	{ "masked: nothing to come",       GTIMER_PHYSICAL,    MASKED, 10, 0, 9,         false, false, NEVER },
	{ "CVAL 0 is always met",          GTIMER_PHYSICAL,    ON,     0,  0, 0,         true,  true,  NEVER },
	{ "beyond the end of time",        GTIMER_PHYSICAL,    ON,     ~0ull, 0, 5,      false, false, NEVER },
	{ "CNTP has no offset",            GTIMER_PHYSICAL,    ON,     10, 5, 10,        true,  true,  NEVER },
	{ "CNTV has CNTVOFF",              GTIMER_VIRTUAL,     ON,     10, 5, 14,        false, false, TICKS(15) },
	{ "CNTV at",                       GTIMER_VIRTUAL,     ON,     10, 5, 15,        true,  true,  NEVER },
	{ "negative offset",               GTIMER_VIRTUAL,     ON,     10, -5ull, 4,     false, false, TICKS(5) },
	{ "offset ahead: met until it wraps", GTIMER_VIRTUAL,  ON,     10, 100, 50,      true,  true,  TICKS(100) },
	{ "CNTHP has no offset",           GTIMER_HYP,         ON,     10, 5, 10,        true,  true,  NEVER },
	{ "CNTHV has no offset",           GTIMER_HYP_VIRTUAL, ON,     10, 5, 10,        true,  true,  NEVER },
	{ "CNTHV before",                  GTIMER_HYP_VIRTUAL, ON,     11, 5, 10,        false, false, TICKS(11) },
};
/* clang-format on */

static void set(struct bench *bench, const struct row *row)
{
	bench->cpu.sys[registers[row->id].ctl] = row->ctl;
	bench->cpu.sys[registers[row->id].cval] = row->cval;
	bench->cpu.sys[SR_CNTVOFF_EL2] = row->offset;
	bench->cpu.cycles = TICKS(row->count);
	bench->cpu.slice_end = bench->cpu.cycles + (1 << 30);
	gtimer_update(&bench->gtimer);
}

static void compares(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct bench bench;
		bool condition;

		make(&bench, true);
		set(&bench, row);
		condition = gtimer_condition(&bench.cpu, row->id, bench.cpu.cycles);
		if (condition != row->condition || bench.line[row->id] != row->line ||
			events_next_time(&bench.queue) != row->next)
			fail_msg("row %zu, %s: condition %d line %d next %lu", i, row->why,
				condition, bench.line[row->id],
				(unsigned long)events_next_time(&bench.queue));
		if (row->next != NEVER && bench.cpu.slice_end != row->next)
			fail_msg("row %zu, %s: the slice ends at %lu", i, row->why,
				(unsigned long)bench.cpu.slice_end);
	}
}

/* ISTATUS is as the counter is read: the line may not be behind it. D11.2.4 */
static void lines_follow_what_others_read(void **state)
{
	static const struct row row = { .id = GTIMER_HYP, .ctl = ON, .cval = 10, .count = 5 };
	struct bench bench;

	(void)state;
	for (u64 seen = 9; seen <= 10; seen++) {
		make(&bench, true);
		bench.group.count_seen = seen;
		set(&bench, &row);
		assert_int_equal(bench.line[GTIMER_HYP], seen == 10);
		assert_int_equal(events_next_time(&bench.queue), seen == 10 ? NEVER : TICKS(10));
	}
}

/* FEAT_ECV: CNTPOFF_EL2 is the physical timer's offset, but not of the host; nor of any other. */
static void ecv_moves_the_physical_timer(void **state)
{
	static const struct {
		u64 hcr, cnthctl;
		enum gtimer_id id;
		cycles_t next;
	} cases[] = {
		{ 0, CNTHCTL_EL2_ECV, GTIMER_PHYSICAL, TICKS(15) },
		{ 0, 0, GTIMER_PHYSICAL, TICKS(10) },
		{ HCR_EL2_E2H | HCR_EL2_TGE, CNTHCTL_EL2_ECV, GTIMER_PHYSICAL, TICKS(10) },
		{ HCR_EL2_TGE, CNTHCTL_EL2_ECV, GTIMER_PHYSICAL, TICKS(15) },
		{ 0, CNTHCTL_EL2_ECV, GTIMER_VIRTUAL, TICKS(10) },
		{ 0, CNTHCTL_EL2_ECV, GTIMER_HYP, TICKS(10) },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct row row = { .id = cases[i].id, .ctl = ON, .cval = 10, .count = 9 };
		struct bench bench;

		make(&bench, true);
		bench.cpu.sys[SR_HCR_EL2] = cases[i].hcr;
		bench.cpu.sys[SR_CNTHCTL_EL2] = cases[i].cnthctl;
		bench.cpu.sys[SR_CNTPOFF_EL2] = 5;
		set(&bench, &row);
		if (events_next_time(&bench.queue) != cases[i].next)
			fail_msg("case %zu: %lu", i, (unsigned long)events_next_time(&bench.queue));
	}
}

/* Nobody listens: no event ends a slice for it. */
static void unconnected_timers_cost_nothing(void **state)
{
	struct bench bench;

	(void)state;
	make(&bench, false);
	set(&bench, &rows[1]);
	assert_int_equal(events_next_time(&bench.queue), NEVER);
}

/* A PE that waits has an old clock of its own; machine time counts. */
static void fires_while_the_pe_waits(void **state)
{
	struct bench bench;

	(void)state;
	make(&bench, true);
	set(&bench, &rows[1]);
	bench.now = TICKS(10);
	events_fire(&bench.queue, bench.now);
	assert_true(bench.line[GTIMER_PHYSICAL]);
	assert_int_equal(events_next_time(&bench.queue), NEVER);
}

/* The earliest of several is the event. */
static void schedules_the_earliest(void **state)
{
	struct bench bench;

	(void)state;
	make(&bench, true);
	bench.cpu.sys[SR_CNTV_CTL_EL0] = ON;
	bench.cpu.sys[SR_CNTV_CVAL_EL0] = 7;
	bench.cpu.sys[SR_CNTHP_CTL_EL2] = ON;
	bench.cpu.sys[SR_CNTHP_CVAL_EL2] = 5;
	gtimer_update(&bench.gtimer);
	assert_int_equal(events_next_time(&bench.queue), TICKS(5));
	bench.now = TICKS(5);
	events_fire(&bench.queue, bench.now);
	assert_true(bench.line[GTIMER_HYP]);
	assert_false(bench.line[GTIMER_VIRTUAL]);
	assert_int_equal(events_next_time(&bench.queue), TICKS(7));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares),
		cmocka_unit_test(lines_follow_what_others_read),
		cmocka_unit_test(ecv_moves_the_physical_timer),
		cmocka_unit_test(unconnected_timers_cost_nothing),
		cmocka_unit_test(fires_while_the_pe_waits),
		cmocka_unit_test(schedules_the_earliest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
