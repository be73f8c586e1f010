/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Models by name: their rows are complete and sensible, settings change what they name and say what
 * is wrong. That there is one row for each class and parameter is checked by the compiler.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "timing/core.h"

static void names(void **state)
{
	struct timing_model model;
	unsigned count = 0;

	(void)state;
	assert_string_equal(timing_model_name(0), "a55");
	for (const char *name; (name = timing_model_name(count)) != NULL; count++) {
		assert_true(timing_model_get(name, &model));
		assert_string_equal(model.name, name);
		assert_true(strlen(model.what) > 10);
	}
	assert_null(timing_model_name(count));
	assert_null(timing_model_name(count + 100));
	assert_false(timing_model_get("functional", &model));
	assert_false(timing_model_get("A55", &model));
	assert_false(timing_model_get("", &model));
}

/* A unit that a class uses must be able to hold it, and every figure says where it is from. */
static void rows_are_sensible(void **state)
{
	struct timing_model model;

	(void)state;
	for (unsigned i = 0; timing_model_name(i) != NULL; i++) {
		assert_true(timing_model_get(timing_model_name(i), &model));
		for (unsigned param = 0; param < PARAM_COUNT; param++)
			assert_true(strlen(model.param_source[param]) >= 3);
		for (unsigned class = 0; class < CLASS_COUNT; class ++) {
			const struct class_cost *cost = &model.cost[class];
			const struct class_issue *issue = &model.issue[class];

			if (strlen(model.cost_source[class]) < 3 ||
				cost->width > model.unit_count[cost->unit] ||
				(cost->unit == UNIT_NONE) != (cost->width == 0))
				fail_msg("%s: class %u: source '%s', %u units of kind %u",
					model.name, class, model.cost_source[class], cost->width,
					cost->unit);
			assert_true(issue->reads <= issue->results);
			assert_true(issue->results <= issue->operands);
		}
	}
}

/* ---- Operands ---- */

static void check_resource(
	const struct class_issue *issue, unsigned operand, u32 fields, unsigned resource)
{
	const struct class_operand *o = &issue->operand[operand];

	assert_int_equal(o->base + (((fields >> o->shift) + o->add) & o->mask), resource);
}

static void operands_are_resources(void **state)
{
	const u32 fields = 1 | 2 << 8 | 33 << 16 | 4u << 24;
	struct timing_model model;
	const struct class_issue *issue;

	(void)state;
	assert_true(timing_model_get("a55", &model));
	issue = &model.issue[CLASS_ALU_FLAGS];
	assert_int_equal(issue->reads, 2);
	assert_int_equal(issue->operands, 4);
	check_resource(issue, 0, fields, RES_GPR + 2);
	check_resource(issue, 1, fields, RES_SINK);
	check_resource(issue, 2, fields, RES_GPR + 1);
	check_resource(issue, 3, fields, RES_FLAGS);
	issue = &model.issue[CLASS_BL];
	check_resource(issue, 0, fields, RES_GPR + 30);
	/* Consecutive ones, modulo 32. */
	issue = &model.issue[CLASS_TBL3];
	assert_int_equal(issue->reads, 4);
	check_resource(issue, 1, 31 << 8, RES_V + 31);
	check_resource(issue, 2, 31 << 8, RES_V);
	check_resource(issue, 3, 31 << 8, RES_V + 1);
}

/* ---- Settings ---- */

static void set(struct timing_model *model, const char *assignment)
{
	struct status status = timing_model_set(model, assignment);

	if (status.code != STATUS_OK)
		fail_msg("%s", status.text);
}

static void settings(void **state)
{
	struct timing_model model, before;

	(void)state;
	assert_true(timing_model_get("a55", &model));
	before = model;
	set(&model, "mispredict=13");
	set(&model, "div_x.latency=20");
	set(&model, "DIV_X.Busy=255");
	set(&model, "units_fp=1");
	assert_int_equal(model.param[PARAM_mispredict], 13);
	assert_int_equal(model.cost[CLASS_DIV_X].latency, 20);
	assert_int_equal(model.cost[CLASS_DIV_X].busy, 255);
	assert_int_equal(model.issue[CLASS_DIV_X].latency, 20);
	assert_int_equal(model.unit_count[UNIT_FP], 1);
	assert_string_equal(model.param_source[PARAM_mispredict], "--timing-set");
	assert_string_equal(model.cost_source[CLASS_DIV_X], "--timing-set");
	assert_string_equal(
		model.param_source[PARAM_issue_width], before.param_source[PARAM_issue_width]);
	assert_string_equal(model.cost_source[CLASS_DIV_W], before.cost_source[CLASS_DIV_W]);
	/* The model itself is as it was. */
	assert_true(timing_model_get("a55", &model));
	assert_int_equal(model.param[PARAM_mispredict], before.param[PARAM_mispredict]);
}

static const struct {
	const char *assignment, *says;
} errors[] = {
	{ "", "NAME=VALUE" },
	{ "mispredict", "NAME=VALUE" },
	{ "mispredict=", "whole number from 0 to 64" },
	{ "mispredict=x", "whole number from 0 to 64" },
	{ "mispredict=-1", "whole number from 0 to 64" },
	{ "mispredict=65", "whole number from 0 to 64" },
	{ "mispredict=8 ", "whole number from 0 to 64" },
	{ "mispredict=18446744073709551624", "whole number from 0 to 64" },
	{ "issue_width=0", "whole number from 1 to 2" },
	{ "=1", "no parameter" },
	{ "mispredct=1", "mispredict" },
	{ "alu.latncy=1", ".latency" },
	{ "alu.=1", ".latency" },
	{ "alu.unit=1", ".latency" },
	{ "alux.latency=1", "no class" },
	{ "alu.busy=0", "whole number from 1 to 255" },
	{ "alu.latency=100", "whole number from 0 to 99" },
	{ ".=1", "no class" },
	{ "...........", "NAME=VALUE" },
};

static void errors_say_what_is_wrong(void **state)
{
	struct timing_model model, before;
	char huge[1000];

	(void)state;
	assert_true(timing_model_get("a55", &model));
	before = model;
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct status status = timing_model_set(&model, errors[i].assignment);

		if (status.code != STATUS_USAGE || strstr(status.text, errors[i].says) == NULL)
			fail_msg("'%s': %s", errors[i].assignment, status.text);
	}
	memset(huge, 'x', sizeof huge);
	huge[sizeof huge - 1] = '\0';
	huge[500] = '=';
	assert_int_equal(timing_model_set(&model, huge).code, STATUS_USAGE);
	assert_memory_equal(&model, &before, sizeof model);
}

/* Whatever is set, nothing is read or written out of place: run with sanitizers. */
static void any_setting_issues(void **state)
{
	static const char *const extremes[] = { "units_fp=1", "units_alu=4", "store_entries=8",
		"store_entries=1", "miss_window=0", "bypass_base=8", "bypass_accumulate=8",
		"alu.early=15", "load.late=15", "load.latency=0", "alu.latency=0", "alu.latency=99",
		"v_alu_q.width=15", "alu.width=0", "load.busy=255", "issue_width=1" };
	struct timing_model model;

	(void)state;
	for (size_t i = 0; i < COUNT(extremes); i++) {
		struct core core = { .model = &model };
		struct dynamic miss = { .any = true, .misses_store = true, .data_latency = 50 };
		struct rng rng = { i };

		assert_true(timing_model_get("a55", &model));
		set(&model, extremes[i]);
		for (unsigned n = 0; n < 3000; n++) {
			enum timing_class class = (enum timing_class)rng_below(&rng, CLASS_COUNT);
			u8 slot = (u8)rng_below(&rng, 34);
			cycles_t before = core.now;

			core_issue(&core, class, slot, slot, slot, slot, n % 5 == 0 ? &miss : NULL);
			/* Nothing takes longer than three of the longest waits. */
			assert_in_range(core.now - before, 0, 3 * 300);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(rows_are_sensible),
		cmocka_unit_test(operands_are_resources),
		cmocka_unit_test(settings),
		cmocka_unit_test(errors_say_what_is_wrong),
		cmocka_unit_test(any_setting_issues),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
