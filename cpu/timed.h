/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the engines and the timing model: side records, blocks and their memos, what happens at
 * branches, exceptions and fetches. docs/ENGINE.md, "Timed". Private to cpu/.
 */
#ifndef ENT_CPU_TIMED_H
#define ENT_CPU_TIMED_H

#include "base/base.h"
#include "cpu/state.h"

/*
 * Beside each record of a timed machine, at a constant distance. A memo says: the block from here
 * to some record, begun in a state, takes `cycles` and ends in state `exit`.
 */
struct side {
	u32 handler; /* the instruction's; the record's own may be line_start */
	u8 class;    /* enum timing_class */
	u16 where;   /* hash of its physical address, for predict.h */
	u32 memo;    /* memo_key() of a block that begins here or is ended by a taken branch here */
	u16 exit, cycles;
};
_Static_assert(sizeof(struct side) == 16, "a side record is as large as a record");

enum {
	SIDE_OFFSET = 1025 * 16 + 48, /* from a record to its side record; cpu/code.c */
	LINE_LOG2_RECORDS = 4,
	LINE_RECORDS = 1 << LINE_LOG2_RECORDS, /* instructions of a line of the caches */
	LINE_LOG2_RECORD_BYTES = 8
};

static inline struct side *side_of(const struct uop *u)
{
	return (struct side *)((uintptr_t)u + SIDE_OFFSET);
}

/* Pages and so lines of records are aligned. */
static inline bool is_line_start(const struct uop *u)
{
	return ((uintptr_t)u & ((1u << LINE_LOG2_RECORD_BYTES) - 1)) == 0;
}

/*
 * A block goes from a record to another one of its line, which 16 bits of their addresses tell
 * apart. Its memo is beside its first record and names its end; if a taken branch ends it, which
 * closes the cycle, it is beside the branch and names the first record.
 */
#define MEMO_NONE 0xffffffffu
enum { MEMO_TAKEN = 1 << 16 };

static inline u32 memo_key(u16 state, const struct uop *u)
{
	return (u32)(uintptr_t)u << 16 | state;
}

/*
 * More memos of the same blocks, begun in other states than the one beside the record, by a hash. A
 * generation of them is forgotten at once.
 */
struct memo {
	u64 key;   /* the side record's address, and the state in the bits above it */
	u16 other; /* the upper half of memo_key() */
	u16 generation;
	u16 exit, cycles;
};
enum { MEMO_LOG2 = 15, MEMO_ADDRESS_BITS = 48 };
struct memo_table {
	u16 generation; /* not 0 */
	struct memo memo[1 << MEMO_LOG2];
};

/* How an instruction goes on: what the predictor is asked, and whether the cycle is closed. */
enum flow {
	FLOW_NEXT,
	FLOW_NOT_TAKEN, /* a conditional branch */
	FLOW_TAKEN,
	FLOW_BRANCH, /* direct, unconditional */
	FLOW_CALL,
	FLOW_INDIRECT,
	FLOW_INDIRECT_CALL,
	FLOW_RETURN,
	FLOW_SYNC /* ISB: fetches anew behind itself */
};

static inline bool flow_is_taken(enum flow flow)
{
	return flow >= FLOW_TAKEN && flow <= FLOW_RETURN;
}

/* Was this branch predicted? Trains the predictor. target: for those by register. */
static inline bool flow_is_predicted(struct cpu *cpu, enum flow flow, u16 where, u64 target)
{
	struct predictor *predictor = &cpu->timed.predictor;
	bool hit = true;

	switch (flow) {
	case FLOW_NOT_TAKEN: return predict_direction(predictor, where, false);
	case FLOW_TAKEN: return predict_direction(predictor, where, true);
	case FLOW_RETURN: return predict_return(predictor, target);
	case FLOW_INDIRECT: return predict_target(predictor, where, target);
	case FLOW_INDIRECT_CALL: hit = predict_target(predictor, where, target); break;
	case FLOW_CALL: break;
	default: return true;
	}
	predict_call(predictor, cpu->x[SLOT_LR]);
	return hit;
}

/* What is charged from now on is in cpu->code. */
static inline void timed_enter_page(struct cpu *cpu)
{
	cpu->timed.code = cpu->code;
	cpu->timed.code_va = cpu->code_va;
}

/* ---- Charging; what is at the beginning of the block is cpu->timed.start ---- */

/* Issues the instructions before `end`, in the line of `start`. */
void timed_charge(struct cpu *cpu, const struct uop *end);
/* The same up to a branch at u, which is taken. */
void timed_charge_taken(struct cpu *cpu, const struct uop *u);
/* The branch at u, charged, was not predicted. */
void timed_mispredict(struct cpu *cpu, const struct uop *u);
/* The line of the record u, which comes next, is entered. */
void timed_fetch_line(struct cpu *cpu, const struct uop *u);
/* What a translation for a fetch at cpu->pc met. */
void timed_fetch_translation(struct cpu *cpu);

/* engine_sync() of a timed PE. */
void timed_sync(struct cpu *cpu);
/* Begins a slice on an engine. */
void timed_begin(struct cpu *cpu, bool is_step);
/* The end of engine_enter(): the instruction at u comes next. */
void timed_enter(struct cpu *cpu, const struct uop *u);

/* What STEP does behind a handler that went on by itself from u to cpu->u; NULL: the slice ends. */
void timed_step(struct cpu *cpu, const struct uop *u);
/* goto_miss of STEP: the branch at u goes to `target`. */
void timed_step_branch(struct cpu *cpu, const struct uop *u, u64 target);

/* Issues the synchronised instruction at cpu->u. */
void timed_charge_insn(struct cpu *cpu);

/*
 * An exception is taken, or returned from: the instruction at u is issued (NULL: there is none),
 * everything is waited for, and `cost` more. Before anybody hears of it.
 */
void timed_exception(
	struct cpu *cpu, const struct uop *u, enum timing_param cost, enum timing_reason reason);

/* Cold, at cpu->cycles; behind cpu_reset(). */
void timed_reset(struct cpu *cpu);

extern void timed_flow_line_start(
	struct cpu *cpu, const struct uop *u, u64 c, u64 fa, u64 fb, u64 fk);

#endif
