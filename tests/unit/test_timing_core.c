/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scoreboard: sequences worked out by hand, and properties of random ones: they can be cut
 * anywhere, and every cycle has a reason. The costs are this file's own, not those of a model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "timing/states.h"

/* ---- A model whose figures no one will improve ---- */

struct cost_row {
	enum timing_class class;
	struct class_cost cost;
};

/*                 unit         width latency base busy early late rule */
static const struct cost_row costs[] = {
	{ CLASS_NOP, { UNIT_NONE, 0, 1, 1, 1, 0, 0, ISSUE_ANY } },
	{ CLASS_MOVE, { UNIT_ALU, 1, 1, 1, 1, 0, 0, ISSUE_ANY } },
	{ CLASS_ALU, { UNIT_ALU, 1, 1, 1, 1, 0, 0, ISSUE_ANY } },
	{ CLASS_ALU_FLAGS, { UNIT_ALU, 1, 1, 1, 1, 0, 0, ISSUE_ANY } },
	{ CLASS_ALU_SHIFT, { UNIT_ALU, 1, 1, 1, 1, 1, 0, ISSUE_ANY } },
	{ CLASS_CSEL, { UNIT_ALU, 1, 1, 1, 1, 0, 0, ISSUE_ANY } },
	{ CLASS_MADD_X, { UNIT_MUL, 1, 3, 1, 2, 1, 1, ISSUE_ANY } },
	{ CLASS_DIV_W, { UNIT_DIV, 1, 11, 1, 12, 1, 0, ISSUE_ALONE } },
	{ CLASS_LOAD, { UNIT_LOAD, 1, 2, 1, 1, 1, 0, ISSUE_ANY } },
	{ CLASS_LOAD_WB, { UNIT_LOAD, 1, 2, 0, 1, 1, 0, ISSUE_ANY } },
	{ CLASS_LOAD_PART, { UNIT_LOAD, 1, 2, 1, 1, 1, 0, ISSUE_ANY } },
	{ CLASS_LOAD2_X, { UNIT_LOAD, 1, 3, 1, 2, 1, 0, ISSUE_FIRST } },
	{ CLASS_STORE, { UNIT_STORE, 1, 1, 1, 1, 1, 1, ISSUE_ANY } },
	{ CLASS_B_COND, { UNIT_BRANCH, 1, 1, 1, 1, 0, 1, ISSUE_ANY } },
	{ CLASS_RET, { UNIT_BRANCH, 1, 1, 1, 1, 0, 0, ISSUE_LAST } },
	{ CLASS_FADD, { UNIT_FP, 1, 4, 1, 1, 0, 0, ISSUE_ANY } },
	{ CLASS_V_ALU, { UNIT_FP, 1, 2, 1, 1, 0, 0, ISSUE_ANY } },
	{ CLASS_V_ALU_Q, { UNIT_FP, 2, 2, 1, 1, 0, 0, ISSUE_FIRST } },
	{ CLASS_V_MLA, { UNIT_FP, 1, 4, 1, 1, 0, 0, ISSUE_ANY } },
	{ CLASS_FDIV_D, { UNIT_FPDIV, 1, 22, 1, 19, 0, 0, ISSUE_FIRST } },
	{ CLASS_TBL1, { UNIT_FP, 1, 2, 1, 1, 0, 0, ISSUE_DRAIN } },
	{ CLASS_TBL2, { UNIT_FP, 1, 2, 1, 5, 0, 0, ISSUE_BARRIER } },
};

static void set(struct timing_model *model, const char *assignment)
{
	struct status status = timing_model_set(model, assignment);

	if (status.code != STATUS_OK)
		fail_msg("%s", status.text);
}

static void make_model(struct timing_model *model)
{
	assert_true(timing_model_get("a55", model));
	for (size_t i = 0; i < COUNT(costs); i++)
		model->cost[costs[i].class] = costs[i].cost;
	set(model, "issue_width=2");
	set(model, "units_alu=2");
	set(model, "units_fp=2");
	set(model, "skewed_alu=1");
	set(model, "bypass_base=1");
	set(model, "bypass_accumulate=3");
	set(model, "miss_window=3");
	set(model, "store_entries=2");
}

/* ---- By hand ---- */

/* Issues; returns in which cycle. */
static cycles_t issue(struct core *core, enum timing_class class, u8 rd, u8 rn, u8 rm, u8 ra,
	const struct dynamic *dynamic)
{
	const struct class_cost *cost = &core->model->cost[class];
	cycles_t after = cost->rule >= ISSUE_ALONE ? cost->busy : 1;

	core_issue(core, class, rd, rn, rm, ra, dynamic);
	if (dynamic != NULL)
		for (unsigned i = 0; i < REASON_COUNT; i++)
			after += dynamic->stall[i];
	return core->used > 0 ? core->now : core->now - after;
}

struct insn {
	u8 class, rd, rn, rm, ra;
	u8 at; /* the cycle in which it issues */
};

enum { ZERO = 31, SINK = 33, INSNS = 8 };

struct row {
	const char *why;
	const char *set; /* of timing_model_set(); NULL: as it is */
	struct insn insn[INSNS];
};

#define ALU   CLASS_ALU
#define SHIFT CLASS_ALU_SHIFT
#define FLAGS CLASS_ALU_FLAGS
#define LOAD  CLASS_LOAD
#define STORE CLASS_STORE
#define MADD  CLASS_MADD_X
#define DIV   CLASS_DIV_W
#define END                                                                                        \
	{                                                                                          \
		CLASS_COUNT, 0, 0, 0, 0, 0                                                         \
	}

_Static_assert(CLASS_COUNT < 256, "a class is a byte");

static const struct row rows[] = {
	{ "independent instructions pair", NULL,
		{ { ALU, 1, 2, 3, 0, 0 }, { ALU, 4, 5, 6, 0, 0 }, { ALU, 7, 8, 9, 0, 1 },
			{ ALU, 10, 11, 12, 0, 1 }, END } },
	{ "one at a time where one issues", "issue_width=1",
		{ { ALU, 1, 2, 3, 0, 0 }, { ALU, 4, 5, 6, 0, 1 }, { ALU, 7, 8, 9, 0, 2 }, END } },
	{ "a chain is one a cycle without skew", "skewed_alu=0",
		{ { ALU, 1, 1, 2, 0, 0 }, { ALU, 1, 1, 2, 0, 1 }, { ALU, 1, 1, 2, 0, 2 }, END } },
	{ "with skew two are one behind what was ready", NULL,
		{ { ALU, 1, 1, 2, 0, 0 }, { ALU, 1, 1, 2, 0, 0 }, { ALU, 1, 1, 2, 0, 1 },
			{ ALU, 1, 1, 2, 0, 2 }, END } },
	{ "a second reader of one skewed result is late", NULL,
		{ { ALU, 1, 1, 2, 0, 0 }, { ALU, 3, 1, 2, 0, 0 }, { ALU, 4, 3, 2, 0, 1 },
			{ ALU, 5, 4, 2, 0, 2 }, END } },
	{ "shifted operands are needed one earlier", NULL,
		{ { CLASS_LOAD, 1, 2, 3, 0, 0 }, { SHIFT, 4, 5, 1, 0, 3 }, END } },
	{ "the other operand is not", NULL,
		{ { CLASS_LOAD, 1, 2, 3, 0, 0 }, { SHIFT, 4, 1, 5, 0, 2 }, END } },
	{ "load to use", NULL,
		{ { LOAD, 1, 2, 0, 0, 0 }, { ALU, 3, 4, 5, 0, 0 }, { ALU, 6, 1, 5, 0, 2 }, END } },
	{ "a load's result is soon a base: bypass", NULL,
		{ { LOAD, 1, 1, 0, 0, 0 }, { LOAD, 1, 1, 0, 0, 2 }, { LOAD, 1, 1, 0, 0, 4 },
			END } },
	{ "without bypass the base is early", "bypass_base=0",
		{ { LOAD, 1, 1, 0, 0, 0 }, { LOAD, 1, 1, 0, 0, 3 }, { LOAD, 1, 1, 0, 0, 6 },
			END } },
	{ "parts of a register do not bypass", NULL,
		{ { CLASS_LOAD_PART, 1, 1, 0, 0, 0 }, { CLASS_LOAD_PART, 1, 1, 0, 0, 3 }, END } },
	{ "nothing bypasses but a result for a base", NULL,
		{ { LOAD, 1, 2, 0, 0, 0 }, { ALU, 1, 1, 5, 0, 2 }, { LOAD, 1, 1, 0, 0, 4 }, END } },
	{ "one load a cycle", NULL,
		{ { LOAD, 1, 2, 0, 0, 0 }, { LOAD, 3, 2, 0, 0, 1 }, { LOAD, 4, 2, 0, 0, 2 },
			END } },
	{ "a load and a store pair", NULL,
		{ { LOAD, 1, 2, 0, 0, 0 }, { STORE, 3, 4, 0, 0, 0 }, { LOAD, 5, 2, 0, 0, 1 },
			{ STORE, 6, 4, 0, 0, 1 }, END } },
	{ "data of a store may come a cycle late", NULL,
		{ { LOAD, 1, 2, 0, 0, 0 }, { STORE, 1, 4, 0, 0, 1 }, END } },
	{ "a written base is there for the next one", NULL,
		{ { CLASS_LOAD_WB, 1, 2, 0, 0, 0 }, { CLASS_LOAD_WB, 3, 2, 0, 0, 1 },
			{ CLASS_LOAD_WB, 4, 2, 0, 0, 2 }, END } },
	{ "a unit that is busy", NULL,
		{ { CLASS_LOAD2_X, 1, 2, 0, 3, 0 }, { ALU, 4, 5, 6, 0, 0 },
			{ CLASS_LOAD2_X, 7, 2, 0, 8, 2 }, { LOAD, 9, 2, 0, 0, 4 }, END } },
	{ "slot 0 only", NULL,
		{ { ALU, 4, 5, 6, 0, 0 }, { CLASS_LOAD2_X, 1, 2, 0, 3, 1 }, { ALU, 7, 5, 6, 0, 1 },
			END } },
	{ "a multiplier is busy two cycles, accumulators come late", NULL,
		{ { MADD, 1, 2, 3, 4, 0 }, { MADD, 4, 5, 6, 1, 2 }, { MADD, 7, 2, 3, 8, 4 },
			{ MADD, 9, 7, 3, 8, 8 }, END } },
	{ "who divides is alone, and all wait for it", NULL,
		{ { ALU, 1, 2, 3, 0, 0 }, { DIV, 4, 5, 6, 0, 1 }, { ALU, 7, 8, 9, 0, 13 }, END } },
	{ "flags to a branch in the same cycle", NULL,
		{ { FLAGS, SINK, 1, 2, 0, 0 }, { CLASS_B_COND, 0, 0, 0, 0, 0 },
			{ ALU, 3, 4, 5, 0, 1 }, END } },
	{ "a branch that is not taken shares its cycle", NULL,
		{ { CLASS_B_COND, 0, 0, 0, 0, 0 }, { ALU, 3, 4, 5, 0, 0 },
			{ CLASS_B_COND, 0, 0, 0, 0, 1 }, { CLASS_B_COND, 0, 0, 0, 0, 2 }, END } },
	{ "nothing joins behind the last", NULL,
		{ { CLASS_RET, 0, 30, 0, 0, 0 }, { ALU, 3, 4, 5, 0, 1 },
			{ CLASS_RET, 0, 30, 0, 0, 1 }, { ALU, 3, 4, 5, 0, 2 }, END } },
	{ "FP chain", NULL,
		{ { CLASS_FADD, 1, 1, 2, 0, 0 }, { CLASS_FADD, 1, 1, 2, 0, 4 },
			{ CLASS_FADD, 1, 1, 2, 0, 8 }, END } },
	{ "two FP units", NULL,
		{ { CLASS_FADD, 1, 8, 9, 0, 0 }, { CLASS_FADD, 2, 8, 9, 0, 0 },
			{ CLASS_FADD, 3, 8, 9, 0, 1 }, { CLASS_FADD, 4, 8, 9, 0, 1 }, END } },
	{ "one FP unit", "units_fp=1",
		{ { CLASS_FADD, 1, 8, 9, 0, 0 }, { CLASS_FADD, 2, 8, 9, 0, 1 }, END } },
	{ "128 bits take both, others join", NULL,
		{ { CLASS_V_ALU_Q, 1, 8, 9, 0, 0 }, { CLASS_V_ALU, 2, 8, 9, 0, 1 },
			{ CLASS_V_ALU_Q, 3, 8, 9, 0, 2 }, { ALU, 1, 2, 3, 0, 2 }, END } },
	{ "V and X registers of one number are two", NULL,
		{ { CLASS_FADD, 1, 8, 9, 0, 0 }, { ALU, 2, 1, 3, 0, 0 }, END } },
	{ "accumulators bypass among themselves", NULL,
		{ { CLASS_V_MLA, 1, 2, 3, 0, 0 }, { CLASS_V_MLA, 1, 2, 3, 0, 1 },
			{ CLASS_V_ALU, 4, 1, 3, 0, 5 }, END } },
	{ "a factor does not", NULL,
		{ { CLASS_V_MLA, 1, 2, 3, 0, 0 }, { CLASS_V_MLA, 4, 1, 3, 0, 4 }, END } },
	{ "FP divider busy; others go on", NULL,
		{ { CLASS_FDIV_D, 1, 2, 3, 0, 0 }, { CLASS_FADD, 4, 5, 6, 0, 0 },
			{ CLASS_FDIV_D, 7, 2, 3, 0, 19 }, { CLASS_FADD, 8, 1, 6, 0, 22 }, END } },
	{ "a newer result waits for an older one", NULL,
		{ { LOAD, 1, 2, 0, 0, 0 }, { CLASS_MOVE, 1, 0, 0, 0, 1 }, { ALU, 3, 1, 4, 0, 2 },
			END } },
	{ "the zero register is always ready", NULL,
		{ { LOAD, SINK, 2, 0, 0, 0 }, { ALU, 1, ZERO, ZERO, 0, 0 },
			{ ALU, SINK, 2, 3, 0, 1 }, { ALU, 5, ZERO, 6, 0, 1 }, END } },
	{ "nobody waits for the slots of no register", NULL,
		{ { LOAD, ZERO, 2, 0, 0, 0 }, { ALU, 1, ZERO, 3, 0, 0 }, { LOAD, SINK, 2, 0, 0, 1 },
			{ CLASS_MOVE, SINK, 0, 0, 0, 1 }, END } },
	{ "who drains waits for all results", NULL,
		{ { LOAD, 1, 2, 0, 0, 0 }, { CLASS_TBL1, 3, 4, 0, 5, 2 }, { ALU, 5, 6, 7, 0, 3 },
			END } },
	{ "and for units", NULL,
		{ { CLASS_FDIV_D, 1, 2, 3, 0, 0 }, { CLASS_TBL1, 3, 4, 0, 5, 22 }, END } },
	{ "a barrier lets nothing behind it issue", NULL,
		{ { ALU, 1, 2, 3, 0, 0 }, { CLASS_TBL2, 3, 4, 0, 5, 1 }, { ALU, 5, 6, 7, 0, 6 },
			END } },
};

static void sequences(void **state)
{
	struct timing_model model;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct core core = { .model = &model };

		make_model(&model);
		if (rows[i].set != NULL)
			set(&model, rows[i].set);
		for (unsigned n = 0; rows[i].insn[n].class != CLASS_COUNT; n++) {
			const struct insn *insn = &rows[i].insn[n];
			cycles_t at = issue(&core, (enum timing_class)insn->class, insn->rd,
				insn->rn, insn->rm, insn->ra, NULL);

			if (at != insn->at)
				fail_msg("%s: instruction %u issues at %u, not at %u", rows[i].why,
					n, (unsigned)at, insn->at);
		}
	}
}

/* ---- What accesses meet ---- */

static void stalls_hold_all(void **state)
{
	struct dynamic walk = { 0 };
	struct timing_model model;
	struct core core = { .model = &model };

	(void)state;
	make_model(&model);
	dynamic_stall(&walk, 20, REASON_WALK1);
	dynamic_stall(&walk, 2, REASON_UTLB);
	assert_int_equal(issue(&core, LOAD, 1, 2, 0, 0, &walk), 0);
	assert_int_equal(core.now, 23);
	/* Its data are that much later too: 22 + 2. */
	assert_int_equal(issue(&core, ALU, 3, 1, 4, 0, NULL), 24);
}

static void stalls_saturate(void **state)
{
	struct dynamic d = { 0 };

	(void)state;
	dynamic_stall(&d, 10, REASON_UTLB);
	dynamic_stall(&d, UINT64_MAX, REASON_DRAM);
	dynamic_stall(&d, 1, REASON_UTLB);
	assert_int_equal(d.stalled, UINT32_MAX);
	assert_int_equal(d.stall[REASON_UTLB], 10);
	assert_int_equal(d.stall[REASON_DRAM], UINT32_MAX - 10);
}

static void misses_hold_who_is_behind_the_window(void **state)
{
	struct dynamic miss = { .any = true, .data_latency = 30, .data_reason = REASON_DRAM };
	struct timing_model model;
	struct core core = { .model = &model };

	(void)state;
	make_model(&model);
	assert_int_equal(issue(&core, LOAD, 1, 2, 0, 0, &miss), 0);
	assert_int_equal(issue(&core, LOAD, 3, 2, 0, 0, &miss), 1);
	assert_int_equal(issue(&core, LOAD, 4, 2, 0, 0, NULL), 2);
	assert_int_equal(issue(&core, LOAD, 5, 2, 0, 0, NULL), 3);
	assert_int_equal(issue(&core, LOAD, 6, 2, 0, 0, NULL), 31);
	assert_int_equal(issue(&core, LOAD, 7, 2, 0, 0, &miss), 32);
	assert_int_equal(issue(&core, ALU, 8, 7, 2, 0, NULL), 62);
}

static void lines_arrive(void **state)
{
	cycles_t arrival = 0;
	struct dynamic miss = { .any = true,
		.data_latency = 12,
		.data_reason = REASON_L1D,
		.fills = 1,
		.fill = { { &arrival, 15 } } };
	struct dynamic late = { .any = true, .arrives = { &arrival }, .arrives_reason = REASON_L2 };
	struct timing_model model;
	u64 account[REASON_COUNT] = { 0 };
	struct core core = { .model = &model, .account = account };

	(void)state;
	make_model(&model);
	set(&model, "miss_window=1000");
	core_stall(&core, 100, REASON_WAIT);
	assert_int_equal(issue(&core, LOAD, 1, 2, 0, 0, &miss), 100);
	assert_int_equal(arrival, 115);
	assert_int_equal(issue(&core, LOAD, 3, 2, 0, 0, &late), 101);
	assert_int_equal(issue(&core, ALU, 4, 1, 2, 0, NULL), 112);
	assert_int_equal(account[REASON_L1D], 11);
	assert_int_equal(issue(&core, ALU, 4, 3, 2, 0, NULL), 115);
	assert_int_equal(account[REASON_L2], 3);
	/* It is there. */
	assert_int_equal(issue(&core, LOAD, 3, 2, 0, 0, &late), 115);
	assert_int_equal(issue(&core, ALU, 4, 3, 2, 0, NULL), 117);
}

static void stores_fill_the_buffer(void **state)
{
	cycles_t arrival = 0;
	struct dynamic miss = { .any = true,
		.data_latency = 40,
		.misses_store = true,
		.fills = 1,
		.fill = { { &arrival, 40 } } };
	struct dynamic same_line = { .any = true, .arrives = { &arrival } };
	struct timing_model model;
	u64 account[REASON_COUNT] = { 0 };
	struct core core = { .model = &model, .account = account };

	(void)state;
	make_model(&model);
	assert_int_equal(issue(&core, STORE, 1, 2, 0, 0, &miss), 0);
	assert_int_equal(issue(&core, STORE, 1, 2, 0, 0, &same_line), 1);
	assert_int_equal(issue(&core, STORE, 1, 2, 0, 0, &miss), 2);
	assert_int_equal(issue(&core, STORE, 1, 2, 0, 0, &same_line), 3);
	assert_int_equal(issue(&core, STORE, 1, 2, 0, 0, NULL), 4);
	assert_int_equal(issue(&core, STORE, 1, 2, 0, 0, &miss), 40);
	assert_int_equal(account[REASON_STORE], 36);
	/* Who drains does not wait for stores, a barrier does. */
	assert_int_equal(issue(&core, CLASS_TBL1, 3, 4, 0, 5, NULL), 41);
	assert_int_equal(issue(&core, CLASS_TBL2, 3, 4, 0, 5, NULL), 80);
	assert_int_equal(account[REASON_BARRIER], 80 - 42);
}

static void issues_instead(void **state)
{
	struct dynamic load = { .any = true, .instead = CLASS_LOAD };
	struct timing_model model;
	u64 kinds[KIND_RETURN + 1] = { 0 };
	struct core core = { .model = &model, .kinds = kinds };

	(void)state;
	make_model(&model);
	assert_int_equal(issue(&core, ALU, 1, 2, 3, 0, &load), 0);
	assert_int_equal(issue(&core, ALU, 4, 1, 3, 0, NULL), 2);
	assert_int_equal(kinds[KIND_LOAD], 1);
	assert_int_equal(kinds[KIND_ALU], 1);
}

static void drains_and_leaps(void **state)
{
	struct timing_model model;
	u64 account[REASON_COUNT] = { 0 };
	struct core core = { .model = &model, .account = account };

	(void)state;
	make_model(&model);
	issue(&core, LOAD, 1, 2, 0, 0, NULL);
	core_drain(&core, REASON_EXCEPTION);
	assert_int_equal(core.now, 2);
	assert_int_equal(account[REASON_ISSUE], 1);
	assert_int_equal(account[REASON_EXCEPTION], 1);
	issue(&core, CLASS_FDIV_D, 1, 2, 3, 0, NULL);
	core_leap(&core, 10);
	assert_int_equal(core.now, 10);
	assert_int_equal(account[REASON_WAIT], 7);
	assert_int_equal(issue(&core, CLASS_FDIV_D, 1, 2, 3, 0, NULL), 10);
	core_leap(&core, 5);
	assert_int_equal(core.now, 11);
}

/* ---- Properties of random sequences ---- */

enum { STEPS = 4000, LINES = 4 };

struct side {
	struct core core;
	cycles_t arrival[LINES];
};

/* One random step, the same on both sides: the same generator must have come to both. */
static void random_step(struct side *side, struct rng *rng)
{
	enum timing_class class = (enum timing_class)rng_below(rng, CLASS_COUNT);
	u8 reg[4];
	struct dynamic dynamic = { 0 };

	for (unsigned i = 0; i < COUNT(reg); i++)
		reg[i] = (u8)rng_below(rng, rng_below(rng, 2) == 0 ? 4 : 34);
	if (rng_below(rng, 8) == 0) {
		dynamic.any = true;
		if (rng_below(rng, 2) == 0)
			dynamic_stall(&dynamic, rng_below(rng, 12),
				(enum timing_reason)rng_below(rng, REASON_COUNT));
		if (rng_below(rng, 2) == 0)
			dynamic.data_latency = (u32)rng_below(rng, 60);
		dynamic.data_reason = REASON_DRAM;
		dynamic.arrives_reason = REASON_L2;
		dynamic.misses_store = dynamic.data_latency != 0 && rng_below(rng, 2) == 0;
		if (rng_below(rng, 3) == 0)
			dynamic.arrives[0] = &side->arrival[rng_below(rng, LINES)];
		if (rng_below(rng, 2) == 0) {
			dynamic.fills = 1;
			dynamic.fill[0].arrival = &side->arrival[rng_below(rng, LINES)];
			dynamic.fill[0].latency = (u32)rng_below(rng, 80);
		}
	}
	core_issue(&side->core, class, reg[0], reg[1], reg[2], reg[3], &dynamic);
	switch (rng_below(rng, 40)) {
	case 0: core_stall(&side->core, rng_below(rng, 20), REASON_L1I); break;
	case 1: core_drain(&side->core, REASON_EXCEPTION); break;
	case 2: core_leap(&side->core, side->core.now + rng_below(rng, 10)); break;
	}
}

/* As if a block ended here and the next one began in the numbered state. */
static bool cut(struct states *states, struct core *core)
{
	bool full = false;
	u16 number = states_number(states, core, &full);

	assert_false(full);
	if (number == STATE_RAW)
		return false;
	/* What was left there when numbers took over. */
	core->used = 1;
	core->taken = 0;
	for (unsigned resource = 0; resource < RES_STORE; resource++) {
		core->busy[resource / 64] |= BIT(resource % 64);
		core->ready[resource] = core->now + 500;
		core->bypass[resource] = 0xff;
	}
	states_load(states, number, core);
	return true;
}

static void can_be_cut_anywhere(void **state)
{
	static const char *const sets[] = { "issue_width=2", "issue_width=1", "skewed_alu=0",
		"miss_window=1000", "units_alu=1" };
	struct timing_model model;
	struct states *states = states_create();
	struct rng rng = { 7 }, cuts = { 11 };
	unsigned done = 0;

	(void)state;
	assert_non_null(states);
	for (size_t s = 0; s < COUNT(sets); s++) {
		struct side whole = { .core = { .model = &model } };
		struct side parts = { .core = { .model = &model } };
		u64 account[REASON_COUNT] = { 0 }, sum = 0;

		make_model(&model);
		set(&model, sets[s]);
		states_clear(states);
		whole.core.account = account;
		for (unsigned i = 0; i < STEPS; i++) {
			struct rng same = rng;

			random_step(&whole, &rng);
			random_step(&parts, &same);
			if (whole.core.now != parts.core.now || whole.core.used != parts.core.used)
				fail_msg("%s: step %u ends at %lu whole, at %lu in parts", sets[s],
					i, (unsigned long)whole.core.now,
					(unsigned long)parts.core.now);
			if (rng_below(&cuts, 3) == 0)
				done += cut(states, &parts.core);
		}
		assert_memory_equal(whole.arrival, parts.arrival, sizeof whole.arrival);
		for (unsigned i = 0; i < REASON_COUNT; i++)
			sum += account[i];
		assert_int_equal(sum, whole.core.now);
	}
	/* Most cuts are ones. */
	assert_true(done > STEPS * COUNT(sets) / 6);
	states_destroy(states);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequences),
		cmocka_unit_test(stalls_hold_all),
		cmocka_unit_test(stalls_saturate),
		cmocka_unit_test(misses_hold_who_is_behind_the_window),
		cmocka_unit_test(lines_arrive),
		cmocka_unit_test(stores_fill_the_buffer),
		cmocka_unit_test(issues_instead),
		cmocka_unit_test(drains_and_leaps),
		cmocka_unit_test(can_be_cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
