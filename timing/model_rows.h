/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One model out of its rows, included once for each: MODEL_IS(part), MODEL_NAME, MODEL_WHAT and
 * MODEL_ROWS are its. Every parameter and every class must have exactly one row: a second one
 * declares an enumerator again, a missing one leaves an enumerator undeclared.
 */
enum {
#define PARAM(id, ...) MODEL_IS(param_##id),
#define COST(id, ...)  MODEL_IS(cost_##id),
#include MODEL_ROWS
#undef PARAM
#undef COST
};

enum {
#define PARAMETER(id, ...) MODEL_IS(has_param_##id) = MODEL_IS(param_##id),
#include "timing/param.def"
#undef PARAMETER
#define CLASS(id, ...) MODEL_IS(has_cost_##id) = MODEL_IS(cost_##id),
#include "timing/class.def"
#undef CLASS
};

#define PARAM(id, value, ...)                                                                      \
	_Static_assert((value) >= LEAST_##id && (value) <= MOST_##id, "out of range: " #id);
#define COST(id, unit, width, latency, base, busy, early, late, ...)                               \
	_Static_assert((busy) >= 1 && (latency) < 100 && (early) < 16 && (late) < 16,              \
		"out of range: " #id);
#include MODEL_ROWS
#undef PARAM
#undef COST

static const struct timing_model MODEL_IS(model) = {
	.name = MODEL_NAME,
	.what = MODEL_WHAT,
#define PARAM(id, value, ...) .param[PARAM_##id] = (value),
#define COST(id, unit, width, latency, base, busy, early, late, rule, source)                      \
	.cost[CLASS_##id] = { UNIT_##unit, width, latency, base, busy, early, late, ISSUE_##rule },
#include MODEL_ROWS
#undef PARAM
#undef COST
#define PARAM(id, value, source) .param_source[PARAM_##id] = (source),
#define COST(id, unit, width, latency, base, busy, early, late, rule, source)                      \
	.cost_source[CLASS_##id] = (source),
#include MODEL_ROWS
#undef PARAM
#undef COST
};

#undef MODEL_IS
#undef MODEL_NAME
#undef MODEL_WHAT
#undef MODEL_ROWS
