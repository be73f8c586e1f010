/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timing of one PE, part of struct cpu: its pipeline, branch predictor, caches and TLBs. Knows
 * physical addresses and classes; does not know struct cpu. model == NULL: functional, one
 * instruction is one cycle, and nothing here is used. Translations are told by translate.h.
 *
 * Everything is a function of what the PE executes and accesses, in program order. The line tables
 * and numbered states make it fast and change no result: host addresses are only keys in them.
 */
#ifndef ENT_TIMING_H
#define ENT_TIMING_H

#include "base/archive.h"
#include "timing/core.h"
#include "timing/predict.h"
#include "timing/states.h"

enum { LINE_SHIFT = 6, LINE_BYTES = 1 << LINE_SHIFT, LINE_TABLE = 512 };

#define LINE_NONE PA(~(u64)0)

/* A state some stall later. */
struct stalled_state {
	u16 from, to; /* from STATE_RAW: none */
	u32 cycles;
};
enum { STALLED_STATES = 256 };

/* What is counted; PMU events and statistics are made of it. Only what the fast paths miss. */
enum timing_count {
#define TIMING_COUNT(id, ...) COUNT_##id,
#include "timing/count.def"
#undef TIMING_COUNT
	TIMING_COUNT_COUNT,
	/* So many are; those behind them only while the PMU asks. */
	TIMING_COUNT_ALWAYS = COUNT_L1D_READ
};

/* "branch mispredictions" */
extern const char *const timing_count_names[TIMING_COUNT_COUNT];

/* What PEs of a machine share: the model, numbered states, L3, who has which line. */
struct timing_shared;

struct uop;	  /* cpu/engine.h */
struct hierarchy; /* caches, micro TLBs, walk caches of one PE */

/*
 * Who needs more than the fast paths keep; no cycle depends on it. Any of these: every block goes
 * through core_issue(). PROFILE: observers of cycles. PMU: instructions by kind, cycles by reason
 * are counted. ACCESSES: so are accesses and entries of lines: none is in the line tables.
 */
enum { EXACT_PROFILE = 1, EXACT_PMU = 2, EXACT_ACCESSES = 4 };

struct timed {
	const struct timing_model *model;
	/*
	 * Where time is: at the beginning of the block that `start` (a record of cpu/engine.h)
	 * begins, in `state`; STATE_RAW: core has the state, and core.now == now.
	 */
	cycles_t now;
	const void *start;
	const struct uop *code; /* the page of records it is in; cpu->code may be ahead */
	u64 code_va;
	u16 state;
	u8 exact;     /* EXACT_*; timing_set_exact() */
	bool is_step; /* the engine, which has no memos */
	u8 el;	      /* where the instructions at `start` execute */
	bool entered; /* STEP: the instruction went on by engine_enter(), which charged it */
	u8 flow;      /* STEP: enum flow (cpu/timed.h) of the instruction; where a branch went: */
	u64 target;
	/* The line, by physical address, that the instruction at cpu->pc is in and that was entered
	 * before; LINE_NONE: it has to be. */
	pa_t line;

	/*
	 * Lines by host address / 64 whose access is known to be an L1 hit that waits for nothing,
	 * by low bits; 0: none. write_line: also that it may be written without asking anybody.
	 * code_line: the same of predecoded lines, by record address / 256.
	 */
	u64 read_line[LINE_TABLE], write_line[LINE_TABLE], code_line[LINE_TABLE];

	struct predictor predictor;
	struct core core;
	u64 account[REASON_COUNT]; /* core.account while exact */
	/* What a misprediction does to states, by their low bits. */
	struct stalled_state mispredicted[STALLED_STATES];
	struct dynamic dynamic; /* of the instruction at `start`, which has not been issued */
	struct states *states;
	struct hierarchy *memory;
	u64 count[TIMING_COUNT_COUNT];
	bool is_service; /* accesses are the host's, which serves the guest: they are not told */
	u64 counted[2];	 /* lines + 1 that the instruction last read, wrote, under EXACT_ACCESSES */
	u64 kinds[KIND_COUNT];	   /* instructions, under EXACT_PMU */
	u64 reasons[REASON_COUNT]; /* cycles, under EXACT_PMU */
};

/* The pipeline itself, instead of a number that stands for its state. */
static inline struct core *timing_pipeline(struct timed *t)
{
	if (t->state != STATE_RAW) {
		t->core.now = t->now;
		states_load(t->states, t->state, &t->core);
		t->state = STATE_RAW;
	}
	return &t->core;
}

/* What of `mask` is needed from now on, by those who need it. */
void timing_set_exact(struct timed *t, u8 mask, u8 needed);

/* ---- Data side, called by mmu/ with a synchronised cpu; fills t->dynamic ---- */

/* ZERO: DC ZVA, all of a line is written. */
enum timing_access { TIMING_READ, TIMING_WRITE, TIMING_ATOMIC, TIMING_ZERO };

/*
 * An access of `size` bytes at pa (does not cross a page), cacheable RAM at `host`. Notes misses in
 * t->dynamic; enters the line into the line tables once nothing has to be waited for.
 */
void timing_data(
	struct timed *t, pa_t pa, const void *host, unsigned size, enum timing_access kind);
/* Not cacheable, or a device. */
void timing_device(struct timed *t, bool write);
/* An access of pages told one by one crosses from one line to another. */
void timing_crossing(struct timed *t);

/* ---- Instruction side ---- */

/*
 * Instructions of the line at pa, predecoded at `records`: cycles of stall, 0 for a hit. Enters the
 * line into code_line[].
 */
u32 timing_fetch(struct timed *t, pa_t pa, const void *records);
/* Predecoded records are gone, or are another page's. */
void timing_forget_records(struct timed *t, const void *records, u64 bytes);

/* ---- Cache maintenance ---- */

enum timing_cache_op { CACHE_CLEAN, CACHE_INVALIDATE, CACHE_CODE };

/* DC and IC by address: the line at pa, in all PEs. CACHE_INVALIDATE cleans it, too. */
void timing_cache_op(struct timed *t, pa_t pa, enum timing_cache_op op);
/* DC by set and way, of this PE. */
void timing_cache_op_way(struct timed *t, u64 operand, enum timing_cache_op op);
/* IC of everything, in this PE or in all. */
void timing_code_invalidate(struct timed *t, bool all_pes);

/* ---- Creation ---- */

/* For at most so many PEs of one model, which stays the caller's. NULL: no memory. */
struct timing_shared *timing_shared_create(const struct timing_model *model, unsigned pes);
/* Behind its PEs. */
void timing_shared_destroy(struct timing_shared *shared);
/* L3 cold. The PEs are reset by themselves. */
void timing_shared_reset(struct timing_shared *shared);

/* One of the PEs that share that. false: no memory. */
bool timing_create(struct timed *t, struct timing_shared *shared);
void timing_destroy(struct timed *t);
/* Cold: caches and TLBs empty, nothing predicted. */
void timing_reset(struct timed *t);

/*
 * The state of one PE, of the same model, between two slices; but for what knows entries of the
 * main TLB (translate.h). Loading forgets line tables and records; numbers of states stay good.
 */
void timing_transfer(struct timed *t, struct archive *archive);
/* What they share. */
void timing_shared_transfer(struct timing_shared *shared, struct archive *archive);

#endif
