/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The branch predictor: direction by history, targets of indirect branches, a return stack. What
 * predictors of small cores are made of is documented (Cortex-A55 TRM, A6: program flow
 * prediction), how they work is not: this is a plain one of that kind. `where` is a hash of the
 * branch's physical address, made when it is predecoded.
 *
 * Directions: a counter for each branch; where it is wrong, a counter for the branch together with
 * the directions of the last branches takes over as soon as it is sure.
 */
#ifndef ENT_TIMING_PREDICT_H
#define ENT_TIMING_PREDICT_H

#include "timing/model.h"

enum { PATTERNS_LOG2 = 11 };
_Static_assert(1 << PATTERNS_LOG2 == MOST_predict_patterns, "all of a table is used");

struct predictor {
	/* Of the model; behind them all is 0 when nothing was predicted. */
	u32 history_mask, path_mask;
	u16 direction_mask, pattern_mask, target_mask;
	u8 return_count;

	u8 return_top;
	u32 history; /* directions of conditional branches, the last in bit 0 */
	u32 path;    /* hash of the last targets of indirect branches */
	u8 direction[MOST_predict_directions]; /* 0..3; 2 and 3 predict taken */
	/* Tag in <15:8>, a counter below: 1..4 not taken, 5..8 taken, 4, 5 not sure; 0: none. */
	u16 pattern[MOST_predict_patterns];
	u64 target[MOST_predict_targets];
	u64 returns[MOST_predict_returns]; /* circular */
};

/* As the model says, nothing predicted. */
void predict_reset(struct predictor *p, const struct timing_model *model);

/* A two-bit counter; true if it was right. */
static inline bool predict_count(u8 *counter, bool taken)
{
	u8 old = *counter;

	*counter = (u8)(taken ? old + (old < 3) : old - (old > 0));
	return (old >= 2) == taken;
}

/* The branch's own counter is wrong: an entry of that pattern, unless a surer one is there. */
static inline void predict_allocate(u16 *entry, u16 tag, bool taken)
{
	u16 counter = *entry & 0xff;

	if (counter > 5)
		*entry = (u16)(*entry - 1);
	else if (counter != 0 && counter < 4)
		*entry = (u16)(*entry + 1);
	else
		*entry = (u16)(tag << 8 | (taken ? 5 : 4));
}

/* A conditional branch goes some way: true if that was predicted. Trains. */
static inline bool predict_direction(struct predictor *p, u16 where, bool taken)
{
	u32 key = (where | (p->history & p->history_mask) << 16) * 0x9e3779b1u;
	u16 *entry = &p->pattern[(key >> (32 - PATTERNS_LOG2)) & p->pattern_mask];
	u16 tag = (key >> 8) & 0xff;
	u8 *own = &p->direction[where & p->direction_mask];
	u16 counter = *entry & 0xff;
	bool predicted;

	p->history = p->history << 1 | taken;
	if (*entry >> 8 != tag || counter == 0) {
		if (LIKELY(predict_count(own, taken)))
			return true;
		predict_allocate(entry, tag, taken);
		return false;
	}
	predicted = counter >= 5;
	if (counter == 4 || counter == 5) {
		predicted = *own >= 2;
		predict_count(own, taken);
	}
	*entry = (u16)(taken ? *entry + (counter < 8) : *entry - (counter > 1));
	return predicted == taken;
}

static inline void predict_call(struct predictor *p, u64 return_address)
{
	p->return_top = (u8)(p->return_top + 1 == p->return_count ? 0 : p->return_top + 1);
	p->returns[p->return_top] = return_address;
}

/* A return goes to `target`: true if predicted. */
static inline bool predict_return(struct predictor *p, u64 target)
{
	u64 predicted = p->returns[p->return_top];

	p->return_top = (u8)((p->return_top == 0 ? p->return_count : p->return_top) - 1);
	return predicted == target;
}

/* An indirect branch or call goes to `target`: true if predicted. Trains. */
static inline bool predict_target(struct predictor *p, u16 where, u64 target)
{
	u64 *entry = &p->target[(where ^ p->path) & p->target_mask];
	bool hit = *entry == target;

	*entry = target;
	p->path = (p->path << 2 ^ (u32)(target >> 2) ^ (u32)(target >> 6)) & p->path_mask;
	return hit;
}

#endif
