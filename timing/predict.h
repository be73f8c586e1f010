/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The branch predictor: direction by history, targets of indirect branches, a return stack.
 * `where` is a hash of the branch's physical address, made when it is predecoded.
 */
#ifndef ENT_TIMING_PREDICT_H
#define ENT_TIMING_PREDICT_H

#include "base/base.h"

enum { PREDICT_DIRECTIONS = 4096, PREDICT_TARGETS = 256, PREDICT_RETURNS = 8 };

struct predictor {
	u32 history;	  /* directions of conditional branches, the last one in bit 0 */
	u32 history_mask; /* of which the model uses so many */
	u8 direction[PREDICT_DIRECTIONS]; /* 0..3; 2 and 3 predict taken */
	u64 target[PREDICT_TARGETS];
	u64 returns[PREDICT_RETURNS]; /* circular */
	u8 return_top;
};

/* A conditional branch goes some way: true if that was predicted. Trains. */
static inline bool predict_direction(struct predictor *p, u16 where, bool taken)
{
	u8 *counter = &p->direction[(where ^ (p->history & p->history_mask)) % PREDICT_DIRECTIONS];
	u8 old = *counter;

	p->history = p->history << 1 | taken;
	if (taken) {
		*counter = (u8)(old + (old < 3));
		return old >= 2;
	}
	*counter = (u8)(old - (old > 0));
	return old < 2;
}

static inline void predict_call(struct predictor *p, u64 return_address)
{
	p->return_top = (u8)((p->return_top + 1) % PREDICT_RETURNS);
	p->returns[p->return_top] = return_address;
}

/* A return goes to `target`: true if predicted. */
static inline bool predict_return(struct predictor *p, u64 target)
{
	u64 predicted = p->returns[p->return_top];

	p->return_top = (u8)((p->return_top + PREDICT_RETURNS - 1) % PREDICT_RETURNS);
	return predicted == target;
}

/* An indirect branch or call goes to `target`: true if predicted. Trains. */
static inline bool predict_target(struct predictor *p, u16 where, u64 target)
{
	u64 *entry = &p->target[where % PREDICT_TARGETS];
	bool hit = *entry == target;

	*entry = target;
	return hit;
}

#endif
