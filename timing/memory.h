/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory side of one PE's timing: L1I and L1D, a private L2, what PEs share, and what stands
 * before translation tables: micro TLBs, walk cache, IPA cache. Knows physical addresses; of the
 * main TLB, which is mmu/tlb.c's and part of the machine's meaning, only the numbers of entries.
 *
 * Caches: L2 is exclusive of L1D, to which lines are fetched directly and from which victims come;
 * instructions and descriptors are allocated in L2. L3 has the victims of L2.
 */
#ifndef ENT_TIMING_MEMORY_H
#define ENT_TIMING_MEMORY_H

#include "timing/cache.h"
#include "timing/timing.h"

enum {
	MAX_FILLS = 16,
	MAX_STREAMS = 16,
	MAX_MICRO = 64,
	WALK_SETS = 16,
	WALK_WAYS = 4,
	CODE_FILLS = 4,
	MAX_PES = 8,
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
	u16 entry[MAX_MICRO];
	u8 size, next;
};

/* Four ways each replaced in turn; a tag is never 0. */
struct walk_cache {
	struct {
		u64 tag, space;
	} entry[WALK_SETS][WALK_WAYS];
	u8 next[WALK_SETS];
};

struct hierarchy {
	struct cache l1i, l1d, l2;
	struct line_fill fill[MAX_FILLS];
	struct code_fill code_fill[CODE_FILLS];
	struct stream stream[MAX_STREAMS];
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
	struct cache l3;
	struct timed *pe[MAX_PES];
	unsigned count;
};

/* L3 cold. The PEs are reset by themselves. */
void timing_shared_reset(struct timing_shared *shared);

/* ---- memory.c: for the other files of the memory side ---- */

/* Nothing issues behind the instruction for so long. */
static inline void memory_stall(struct timed *t, u64 cycles, enum timing_reason reason)
{
	t->dynamic.any = true;
	t->dynamic.stall[reason] += (u32)cycles;
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

/* An access of pages told one by one crosses from one line to another. */
void timing_crossing(struct timed *t);

/* ---- Cache maintenance: maintain.c ---- */

enum timing_cache_op { CACHE_CLEAN, CACHE_INVALIDATE, CACHE_CODE };

/* DC and IC by address: the line at pa, in all PEs. CACHE_INVALIDATE cleans it, too. */
void timing_cache_op(struct timed *t, pa_t pa, enum timing_cache_op op);
/* DC by set and way, of this PE. */
void timing_cache_op_way(struct timed *t, u64 operand, enum timing_cache_op op);
/* IC of everything, in this PE or in all. */
void timing_code_invalidate(struct timed *t, bool all_pes);

/* TLB maintenance that so many other PEs take part in. */
void timing_broadcast(struct timed *t, unsigned others);

/* ---- Translation ---- */

#define NO_TLB_ENTRY 0xffffu

/*
 * A translation of the main TLB's entry `entry` is used for data or instructions. Returns the entry
 * that the micro TLB forgets, or NO_TLB_ENTRY: what is derived of it must go through here again.
 */
unsigned timing_micro_tlb(struct timed *t, bool code, unsigned entry);
/* The main TLB loses an entry. */
void timing_tlb_removed(struct timed *t, unsigned entry);
/* Empties the micro TLBs: an entry that was in one, or NO_TLB_ENTRY when they are empty. */
unsigned timing_micro_tlb_take(struct timed *t);

/* The main TLB missed, or is not asked (AT). */
void timing_walk(struct timed *t, bool code);
/*
 * A walk, told as it goes: the tables of stage 1 are read from a level on. space: whose they are,
 * by regime, VMID, ASID; table: the input bits that select a table of level 3.
 */
void timing_walk_begin(struct timed *t, u64 space, u64 table, unsigned level);
/* A descriptor is read. */
void timing_walk_read(struct timed *t, pa_t pa, bool stage2);
/* The walk of stage 1 has ended in that table. */
void timing_walk_end(struct timed *t, u64 space, u64 table);
/* Stage 2 is asked for an address; for_walk: where a descriptor of stage 1 is. */
void timing_ipa_begin(struct timed *t, u64 vmid, u64 ipa, bool for_walk);
/* It answered, from a page of 2^shift bytes. */
void timing_ipa_end(struct timed *t, u64 vmid, u64 ipa, unsigned shift);

/* TLB maintenance: what has a space (for IPAs: a VMID) equal under the mask is forgotten. */
void timing_walk_forget(struct timed *t, u64 space, u64 mask);
void timing_ipa_forget(struct timed *t, u64 vmid, u64 mask);

#endif
