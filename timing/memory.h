/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory side of one PE's timing, private to timing/: L1I and L1D, a private L2, what PEs
 * share, and what stands before translation tables: micro TLBs, walk cache, IPA cache.
 *
 * Caches: L2 is exclusive of L1D, to which lines are fetched directly and from which victims come;
 * instructions and descriptors are allocated in L2. L3 has the victims of L2.
 */
#ifndef ENT_TIMING_MEMORY_H
#define ENT_TIMING_MEMORY_H

#include "timing/cache.h"
#include "timing/timing.h"
#include "timing/translate.h"

enum {
	WALK_WAYS = 4,
	WALK_SETS = MOST_walk_cache_entries / WALK_WAYS,
	CODE_FILLS = 4,
	LINES_PER_PAGE = 64,
	RECORDS_BYTES = 256 /* of the records of a line's instructions */
};

/* A line on its way into L1D. Free once the time has come. */
struct line_fill {
	cycles_t arrival;
	struct cache_line *line; /* NULL: the line is gone, or known to be there */
	u8 reason;
};

/* A prefetched line of instructions on its way. */
struct code_fill {
	cycles_t arrival;
	u64 tag; /* as of cache_line */
};

/* What the prefetcher knows of a sequence of lines. */
struct stream {
	u64 last;
	s64 stride; /* in lines */
	u8 seen;    /* so many lines, each a stride behind the one before; 0: not in use */
};

/* Entries of the main TLB by number, replaced in turn. */
struct micro_tlb {
	u16 entry[MOST_dtlb_entries];
	u8 size, next;
};

_Static_assert((int)MOST_itlb_entries <= (int)MOST_dtlb_entries, "a micro TLB of either kind");

_Static_assert((int)MOST_ipa_cache_entries == (int)MOST_walk_cache_entries, "either is one");

/* Four ways each replaced in turn; a tag is never 0. */
struct walk_cache {
	struct {
		u64 tag, space;
	} entry[WALK_SETS][WALK_WAYS];
	u8 next[WALK_SETS];
	u8 sets; /* in use */
};

struct hierarchy {
	struct cache l1i, l1d, l2;
	struct line_fill fill[MOST_l1d_fills];
	struct code_fill code_fill[CODE_FILLS];
	struct stream stream[MOST_prefetch_streams];
	u8 next_stream, next_code_fill;
	struct micro_tlb micro[2]; /* data, instructions */
	struct walk_cache walk, ipa;
	struct {
		s8 level;      /* of the next descriptor of stage 1 */
		s8 known;      /* down to this level the walk cache knows the tables; -1: none */
		bool is_known; /* what stage 2 is asked for: reading its tables costs nothing */
	} walk_now;	       /* the walk that is being done */
	struct timing_shared *shared;
};

struct timing_shared {
	const struct timing_model *model;
	struct states *states;
	struct cache l3;
	unsigned most, count;
	struct timed *pe[];
};

/* ---- memory.c: for the other files of the memory side ---- */

/* Nothing issues behind the instruction for so long. */
static inline void memory_stall(struct timed *t, u64 cycles, enum timing_reason reason)
{
	dynamic_stall(&t->dynamic, cycles, reason);
}

/* When the instruction's next access is: what it has met so far is over. */
static inline cycles_t memory_time(const struct timed *t)
{
	return t->now + t->dynamic.stalled;
}

/* Where a line comes from: cycles until it can be used, why so many, what flags it comes with. */
struct source {
	u32 latency;
	u8 reason;
	u8 flags;
};
/* Instructions and descriptors, which are read from L2 and stay there. */
struct source memory_read(struct timed *t, u64 number);
/* Begins to fill a line that L1D does not have. false: no fill is free. */
bool memory_prefetch(struct timed *t, u64 number, u64 key);

/* Cleans a line; it leaves the cache, too, or stays. NULL and empty ways are nothing to do. */
void memory_maintain_l1d(struct timed *t, struct cache_line *line, bool leaves);
void memory_maintain_l2(struct timed *t, struct cache_line *line, bool leaves);

/* ---- fetch.c ---- */

void fetch_invalidate_line(struct timed *t, u64 number);
void fetch_invalidate(struct timed *t);

/* ---- prefetch.c ---- */

/* A line was missed, or is wanted for the first time after it was prefetched. */
void prefetch_train(struct timed *t, u64 number, u64 key);
/* Barriers and maintenance end all streams. Cortex-A55 TRM, A6.5 */
void prefetch_forget(struct timed *t);

#endif
