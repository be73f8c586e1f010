/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The microbenchmarks, measured from below. An operation is done N times between two marks, then 2N
 * times; the difference is what N operations cost, without whatever the marks and the loop's first
 * turn cost. Each comes out as one line "cost: OPERATION | TIMES CYCLES EXITS" and, by who was left
 * and why, lines "tree: OPERATION DEPTH WHO REASON | EXITS"; depth 0 is the guest that did the
 * operation, depth 1 the hypervisor over it.
 */
#ifndef HYP_COST_H
#define HYP_COST_H

#include "core/types.h"

/* `depth`: of the scenario, 0 for plain guests. */
void cost_reset(u64 depth);

void cost_begin(u64 operation, u64 times);
void cost_end(u64 times);

#endif
