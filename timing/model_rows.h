/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One model out of its rows, included once for each: MODEL_IS(part), MODEL_NAME, MODEL_WHAT and
 * MODEL_ROWS are its. Every parameter and every class must have exactly one row: a second one
 * declares an enumerator again, a missing one leaves an enumerator undeclared.
 *
 *   PARAM( parameter, value, "source" )             source: a document and section, or "estimate"
 *   COST( class, unit, width, latency, base, busy, early, late, issue, "source" )
 *     width          how many units of that kind it takes in its cycle; 0 for NONE
 *     latency, base  cycles from issue until what is written can be read by an instruction that
 *                    issues
 *     busy           cycles for which the unit (all of that kind) takes nothing else; 1: pipelined.
 *                    ALONE, DRAIN, BARRIER: cycles until anything else issues
 *     early, late    cycles before issue by which early operands must be there, and behind it for
 *                    late ones
 *     issue          ANY; FIRST (slot 0 only); LAST (nothing joins behind it); ALONE; DRAIN (alone,
 *                    when all results are there); BARRIER (DRAIN, when the store buffer is empty
 *                    too)
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

#define PARAM(id, value, ...) _Static_assert(FITS(id, value), "out of range: " #id);
#define COST(id, kind, width_, latency_, base_, busy_, early_, late_, ...)                         \
	_Static_assert(FITS(COLUMN_width, width_) && FITS(COLUMN_latency, latency_) &&             \
			       FITS(COLUMN_base, base_) && FITS(COLUMN_busy, busy_) &&             \
			       FITS(COLUMN_early, early_) && FITS(COLUMN_late, late_),             \
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
