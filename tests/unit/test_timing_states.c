/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbered states: what behaves alike has one number, what does not has two, and whoever has too
 * much to wait for has none. That a state loaded again goes on as it would have is tested with
 * random sequences in test_timing_core.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "timing/states.h"

static struct timing_model model;

static struct core make_core(void)
{
	return (struct core){ .model = &model };
}

static u16 number(struct states *states, const struct core *core)
{
	bool full = false;
	u16 state = states_number(states, core, &full);

	assert_false(full);
	return state;
}

static int setup(void **state)
{
	assert_true(timing_model_get("a55", &model));
	assert_int_equal(timing_model_set(&model, "store_entries=4").code, STATUS_OK);
	*state = states_create();
	return *state == NULL;
}

static int teardown(void **state)
{
	states_destroy(*state);
	return 0;
}

static void is_busy(struct core *core, unsigned resource, cycles_t until)
{
	core->busy[resource / 64] |= BIT(resource % 64);
	core->ready[resource] = until;
}

static void ready_is_0(void **state)
{
	struct core core = make_core();

	assert_int_equal(number(*state, &core), STATE_READY);
	core.now = 1000;
	is_busy(&core, RES_GPR + 3, 1000);
	assert_int_equal(number(*state, &core), STATE_READY);
	is_busy(&core, RES_GPR + 3, 1001);
	assert_int_not_equal(number(*state, &core), STATE_READY);
}

static void is_relative_to_now(void **state)
{
	struct core a = make_core(), b = make_core();

	b.now = 77;
	is_busy(&a, RES_V + 3, 5);
	is_busy(&b, RES_V + 3, 82);
	/* Why is no part of it. */
	a.why[RES_V + 3] = REASON_LOAD_USE;
	assert_int_equal(number(*state, &a), number(*state, &b));
	b.ready[RES_V + 3]++;
	assert_int_not_equal(number(*state, &a), number(*state, &b));
}

static void all_of_it_counts(void **state)
{
	struct core core = make_core(), other;
	u16 known;

	is_busy(&core, RES_GPR + 3, 2);
	known = number(*state, &core);
	other = core;
	other.used = 1;
	assert_int_not_equal(number(*state, &other), known);
	other.taken = 1;
	assert_int_not_equal(number(*state, &other), known);
	other = core;
	other.bypass[RES_GPR + 3] = 0xff;
	assert_int_not_equal(number(*state, &other), known);
	other = core;
	/* A bypass of what is ready is none. */
	other.bypass[RES_GPR + 4] = 0xff;
	assert_int_equal(number(*state, &other), known);
	other = make_core();
	is_busy(&other, RES_GPR + 4, 2);
	assert_int_not_equal(number(*state, &other), known);
}

static void the_store_buffer_stays_where_it_is(void **state)
{
	struct core core = make_core(), other = make_core();
	u16 known;

	is_busy(&core, RES_SYNC, 8);
	is_busy(&core, RES_MISS, 9);
	known = number(*state, &core);
	for (unsigned i = 0; i < RES_STORE_COUNT; i++)
		is_busy(&core, RES_STORE + i, 1000 + i);
	assert_int_equal(number(*state, &core), known);
	is_busy(&other, RES_STORE + 2, 77);
	states_load(*state, known, &other);
	assert_int_equal(other.ready[RES_STORE + 2], 77);
	assert_int_equal(other.ready[RES_SYNC], 8);
	assert_int_equal(other.ready[RES_MISS], 9);
}

static void too_far_or_too_much_has_none(void **state)
{
	struct core core = make_core();

	is_busy(&core, RES_GPR, 300);
	assert_int_equal(number(*state, &core), STATE_RAW);
	core = make_core();
	for (unsigned i = 0; i < 16; i++)
		is_busy(&core, RES_V + i, 3);
	assert_int_not_equal(number(*state, &core), STATE_RAW);
	is_busy(&core, RES_GPR, 3);
	assert_int_equal(number(*state, &core), STATE_RAW);
}

static void loads_what_it_numbered(void **state)
{
	struct core core = make_core(), again = make_core();

	core.now = 10;
	core.used = 1;
	core.taken = (u64)1 << (4 * UNIT_LOAD);
	is_busy(&core, RES_GPR + 7, 14);
	is_busy(&core, RES_V + 31, 12);
	is_busy(&core, RES_SYNC, 20);
	core.bypass[RES_GPR + 7] = 0xff;
	again.now = 1000;
	/* Left over from what ran before. */
	is_busy(&again, RES_GPR + 9, 5000);
	again.bypass[RES_V + 31] = 0xff;
	states_load(*state, number(*state, &core), &again);
	assert_int_equal(again.now, 1000);
	assert_int_equal(again.used, 1);
	assert_int_equal(again.taken, core.taken);
	assert_int_equal(again.ready[RES_GPR + 7], 1004);
	assert_int_equal(again.ready[RES_V + 31], 1002);
	assert_int_equal(again.ready[RES_SYNC], 1010);
	assert_int_equal(again.bypass[RES_GPR + 7], 0xff);
	assert_int_equal(again.bypass[RES_V + 31], 0);
	assert_true(again.ready[RES_GPR + 9] <= again.now);
	assert_memory_equal(again.busy, core.busy, sizeof again.busy);
}

static void numbers_run_out(void **state)
{
	struct core core = make_core();
	bool full = false;
	u16 first, last = 0;
	unsigned count = 0;

	is_busy(&core, RES_GPR, 1);
	first = number(*state, &core);
	core = make_core();
	for (unsigned i = 0; i < 70000 && !full; i++) {
		u16 state_number;

		/* Six digits of seven values. */
		for (unsigned digit = 0, left = i; digit < 6; digit++, left /= 7)
			is_busy(&core, RES_V + digit, 1 + left % 7);
		state_number = states_number(*state, &core, &full);
		if (!full) {
			assert_true(state_number != STATE_RAW && state_number > last);
			last = state_number;
			count++;
		} else {
			assert_int_equal(state_number, STATE_RAW);
		}
	}
	assert_true(full);
	assert_in_range(count, 60000, 65000);
	/* Those that have a number keep it. */
	core = make_core();
	is_busy(&core, RES_GPR, 1);
	assert_int_equal(number(*state, &core), first);
	states_clear(*state);
	assert_int_equal(number(*state, &core), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ready_is_0, setup, teardown),
		cmocka_unit_test_setup_teardown(is_relative_to_now, setup, teardown),
		cmocka_unit_test_setup_teardown(all_of_it_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_store_buffer_stays_where_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(too_far_or_too_much_has_none, setup, teardown),
		cmocka_unit_test_setup_teardown(loads_what_it_numbered, setup, teardown),
		cmocka_unit_test_setup_teardown(numbers_run_out, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
