/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The branch predictor: how often it is wrong about patterns of known difficulty.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "timing/predict.h"

static void set(struct timing_model *model, const char *assignment)
{
	struct status status = timing_model_set(model, assignment);

	if (status.code != STATUS_OK)
		fail_msg("%s", status.text);
}

static void make(struct predictor *p, const char *assignment)
{
	static const char *const sizes[] = { "predict_directions=4096", "predict_patterns=2048",
		"predict_history=12", "predict_targets=256", "predict_path=4",
		"predict_returns=8" };
	struct timing_model model;

	assert_true(timing_model_get("a55", &model));
	for (size_t i = 0; i < COUNT(sizes); i++)
		set(&model, sizes[i]);
	if (assignment != NULL)
		set(&model, assignment);
	predict_reset(p, &model);
}

/* ---- Directions ---- */

enum { BRANCHES = 10000 };

/* Which way branch number n goes, of `*where`. */
typedef bool pattern_fn(unsigned n, struct rng *rng, u16 *where);

static bool always(unsigned n, struct rng *rng, u16 *where)
{
	(void)n, (void)rng, (void)where;
	return true;
}

static bool alternating(unsigned n, struct rng *rng, u16 *where)
{
	(void)rng, (void)where;
	return n % 2 == 0;
}

static bool loop_of_8(unsigned n, struct rng *rng, u16 *where)
{
	(void)rng, (void)where;
	return n % 8 != 7;
}

static bool loop_of_50(unsigned n, struct rng *rng, u16 *where)
{
	(void)rng, (void)where;
	return n % 50 != 49;
}

static bool coin(unsigned n, struct rng *rng, u16 *where)
{
	(void)n, (void)where;
	return rng_below(rng, 2) == 0;
}

static bool mostly(unsigned n, struct rng *rng, u16 *where)
{
	(void)n, (void)where;
	return rng_below(rng, 10) != 0;
}

/* Twenty branches that know nothing of each other, each wrong in one of twenty. */
static bool twenty(unsigned n, struct rng *rng, u16 *where)
{
	*where = (u16)(n % 20 * 37);
	return (rng_below(rng, 20) != 0) == (n % 2 == 0);
}

/* Every other branch goes as the one before it. */
static bool correlated(unsigned n, struct rng *rng, u16 *where)
{
	static bool last;

	*where = (u16)(100 + n % 2);
	if (n % 2 == 0)
		last = rng_below(rng, 2) == 0;
	return last;
}

struct row {
	const char *why;
	pattern_fn *pattern;
	const char *set;
	unsigned least, most; /* wrong in 1000 */
};

static const struct row rows[] = {
	{ "always taken", always, NULL, 0, 1 },
	{ "alternating", alternating, NULL, 0, 5 },
	{ "alternating, without history", alternating, "predict_history=0", 450, 1000 },
	{ "a loop of 8 iterations", loop_of_8, NULL, 0, 5 },
	{ "a loop longer than the history misses its end", loop_of_50, NULL, 19, 22 },
	{ "random", coin, NULL, 470, 530 },
	{ "one in ten: about that", mostly, NULL, 80, 125 },
	{ "twenty branches: one in twenty", twenty, NULL, 40, 65 },
	{ "half of them follow another", correlated, NULL, 230, 300 },
	{ "without patterns half of all is wrong", correlated, "predict_history=0", 450, 550 },
};

static void directions(void **state)
{
	static struct predictor p;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rng rng = { 1 };
		unsigned wrong = 0;

		make(&p, rows[i].set);
		for (unsigned n = 0; n < BRANCHES; n++) {
			u16 where = 7;
			bool taken = rows[i].pattern(n, &rng, &where);

			wrong += !predict_direction(&p, where, taken);
		}
		wrong = wrong * 1000 / BRANCHES;
		if (wrong < rows[i].least || wrong > rows[i].most)
			fail_msg("%s: %u in 1000 wrong", rows[i].why, wrong);
	}
}

/* ---- Targets ---- */

static void calls_return(void **state)
{
	static struct predictor p;

	(void)state;
	make(&p, NULL);
	for (u64 depth = 1; depth <= 10; depth++)
		predict_call(&p, depth * 4);
	for (u64 depth = 10; depth > 2; depth--)
		assert_true(predict_return(&p, depth * 4));
	/* The stack has eight entries: the outer ones are lost. */
	assert_false(predict_return(&p, 2 * 4));
	assert_false(predict_return(&p, 1 * 4));
	make(&p, "predict_returns=1");
	predict_call(&p, 8);
	assert_true(predict_return(&p, 8));
}

static void indirect_branches(void **state)
{
	static struct predictor p;
	unsigned wrong = 0;

	(void)state;
	make(&p, NULL);
	for (unsigned n = 0; n < 100; n++)
		wrong += !predict_target(&p, 5, 0x1000);
	assert_in_range(wrong, 1, 4);
	/* Two targets in turn, by the path. */
	wrong = 0;
	for (unsigned n = 0; n < 100; n++)
		wrong += !predict_target(&p, 9, n % 2 == 0 ? 0x1000 : 0x2004);
	assert_in_range(wrong, 2, 6);
	make(&p, "predict_path=0");
	wrong = 0;
	for (unsigned n = 0; n < 100; n++)
		wrong += !predict_target(&p, 9, n % 2 == 0 ? 0x1000 : 0x2004);
	assert_int_equal(wrong, 100);
}

/* Every size in between works and stays inside the tables. */
static void sizes(void **state)
{
	static const char *const names[] = { "predict_directions=3", "predict_patterns=1",
		"predict_history=16", "predict_targets=1", "predict_path=8", "predict_returns=16" };
	static struct predictor p;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct rng rng = { i };

		make(&p, names[i]);
		for (unsigned n = 0; n < 2000; n++) {
			u64 random = rng_next(&rng);

			predict_direction(&p, (u16)random, (random >> 16 & 1) != 0);
			predict_target(&p, (u16)random, random >> 20);
			if ((random >> 17 & 1) != 0)
				predict_call(&p, random);
			else
				predict_return(&p, random);
		}
		assert_true(p.return_top < p.return_count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directions),
		cmocka_unit_test(calls_return),
		cmocka_unit_test(indirect_branches),
		cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
