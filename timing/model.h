/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Models of cores as data: what instruction classes cost, sizes and latencies, where each figure
 * comes from. Integers only; nothing here knows about registers of struct cpu.
 */
#ifndef ENT_TIMING_MODEL_H
#define ENT_TIMING_MODEL_H

#include "base/base.h"

enum timing_reason {
#define REASON(id, ...) REASON_##id,
#include "timing/reason.def"
#undef REASON
	REASON_COUNT
};

enum timing_unit {
#define UNIT(id, ...) UNIT_##id,
#include "timing/unit.def"
#undef UNIT
	UNIT_COUNT
};

enum timing_class {
#define CLASS(id, ...) CLASS_##id,
#include "timing/class.def"
#undef CLASS
	CLASS_COUNT
};
_Static_assert(CLASS_COUNT <= 256, "a class is a byte in records");

enum timing_param {
#define PARAMETER(id, ...) PARAM_##id,
#include "timing/param.def"
#undef PARAMETER
	PARAM_COUNT
};

enum cost_column {
#define COST_COLUMN(name, ...) COLUMN_##name,
#include "timing/cost_column.def"
#undef COST_COLUMN
	COLUMN_COUNT
};

/* What figures may be; tables that a parameter sizes have room for the most. */
enum {
#define PARAMETER(id, least, most, ...) LEAST_##id = (least), MOST_##id = (most),
#include "timing/param.def"
#undef PARAMETER
#define COST_COLUMN(name, least, most) LEAST_COLUMN_##name = (least), MOST_COLUMN_##name = (most),
#include "timing/cost_column.def"
#undef COST_COLUMN
};

/* What an instruction does besides reading and writing registers. */
enum insn_kind {
	KIND_PLAIN,
	KIND_ALU, /* of one cycle, in a stage early or late: see PARAM_skewed_alu */
	KIND_LOAD,
	KIND_STORE,
	/* For these only the reason of the cycles differs in which they let nothing else issue. */
	KIND_SYSREG,
	KIND_BARRIER,
	KIND_TLBI,
	KIND_CACHE_OP,
	/* From here on all branches. */
	KIND_BRANCH,	  /* direct, always taken */
	KIND_CONDITIONAL, /* direct, perhaps taken */
	KIND_CALL,
	KIND_INDIRECT,
	KIND_INDIRECT_CALL,
	KIND_RETURN,
	KIND_COUNT
};

static inline bool kind_is_branch(enum insn_kind kind)
{
	return kind >= KIND_BRANCH;
}

/*
 * How a class shares a cycle with its neighbours: with both; not with the ones before; not with
 * those behind; with none, and nothing issues until `busy` is over. DRAIN is ALONE, when all
 * results are there; BARRIER is DRAIN, when the store buffer is empty too.
 */
enum issue_rule { ISSUE_ANY, ISSUE_FIRST, ISSUE_LAST, ISSUE_ALONE, ISSUE_DRAIN, ISSUE_BARRIER };

/* A row of COST. */
struct class_cost {
	u8 unit;  /* enum timing_unit */
	u8 width; /* how many of that kind it takes */
	u8 latency, base, busy, early, late;
	u8 rule; /* enum issue_rule */
};

/*
 * A resource that an instruction reads or writes: base + (field of the record + add & mask). It
 * issues in no cycle before that resource's time - slack; then, if it is written, its time is that
 * cycle + slack. So slack of a result is its latency: an older result arrives before a newer one.
 * Resources' times are those of who reads earliest; all others have slack.
 */
struct class_operand {
	u8 shift; /* of the field in rd | rn << 8 | rm << 16 | ra << 24 */
	u8 add, mask, base;
	u8 slack;
	u8 bypass; /* of a reader: more slack if the result is marked */
	u8 marks;  /* of a result: 0xff if it has a bypass, else 0 */
};

enum { CLASS_OPERANDS = 20 };

/* Kinds of resources that are operands. */
enum { FILE_GPR, FILE_FLAGS, FILE_V, FILE_SYNC, FILE_COUNT };

/* What core_issue() needs of a class: its COST and CLASS rows, worked out. */
struct class_issue {
	u8 reads, results, operands; /* read, then written late, then written as base: ends */
	u8 latency;
	u8 skewed; /* results are that much earlier if operands are a cycle early */
	u8 unit;
	u8 width;     /* 0: there cannot be too few */
	s8 joins;     /* a cycle in which at most so many units of the kind are taken; -1: none */
	u8 closes;    /* nothing joins it */
	u8 occupies;  /* its unit, for so many cycles; 0: it is pipelined */
	u8 holds;     /* everything, for so many cycles behind its own */
	u8 holds_why; /* enum timing_reason */
	u8 rule;
	u8 kind;
	u8 why;		/* enum timing_reason: to wait for its results */
	bool maintains; /* its result is RES_SYNC */
	struct class_operand operand[CLASS_OPERANDS];
};

struct timing_model {
	const char *name, *what;
	u32 param[PARAM_COUNT];
	struct class_cost cost[CLASS_COUNT];
	/* Where a figure comes from: the text of its row, "estimate", or "--timing-set". */
	const char *param_source[PARAM_COUNT];
	const char *cost_source[CLASS_COUNT];
	/* Worked out of the above by timing_model_get() and timing_model_set(). */
	u8 unit_count[UNIT_COUNT]; /* unit.def */
	u8 earliest[FILE_COUNT];   /* cycles before issue: who reads it earliest does */
	struct class_issue issue[CLASS_COUNT];
};

/* The names of the models, "a55" first; NULL ends. "functional" is not one. */
const char *timing_model_name(unsigned index);

/* A copy of a model to be changed by timing_model_set(). false: there is none of that name. */
bool timing_model_get(const char *name, struct timing_model *out);

/*
 * NAME=VALUE of --timing-set: a parameter, or CLASS.latency, .base, .busy, .early, .late, .width
 * (class in any case: "div_x.latency=20"). An error says what is wrong and what would be right.
 */
struct status timing_model_set(struct timing_model *model, const char *assignment);

/* "load-use", and what that is; "alu"; "ALU_SHIFT", and what that is. */
extern const char *const timing_reason_names[REASON_COUNT],
	*const timing_reason_texts[REASON_COUNT];
extern const char *const timing_unit_names[UNIT_COUNT];
extern const char *const timing_class_names[CLASS_COUNT], *const timing_class_texts[CLASS_COUNT];

/* A row of param.def. */
struct timing_parameter {
	const char *name, *unit, *what;
	u32 least, most;
};
extern const struct timing_parameter timing_parameters[PARAM_COUNT];

struct timing_column {
	const char *name;
	size_t offset; /* of a u8 in struct class_cost */
	u32 least, most;
};
extern const struct timing_column timing_columns[COLUMN_COUNT];

/* Differs between builds whose parameters, classes or models differ. */
u64 timing_fingerprint(void);

enum insn_kind timing_class_kind(enum timing_class class);

#endif
