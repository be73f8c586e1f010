/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The microbenchmarks, measured from below. An operation is done between two marks to warm up
 * (times 0: that run is not one), then N times, then 2N times; the difference is what N operations
 * cost, without whatever the marks and the loop's first turn cost. Each comes out as one line
 * "cost: OPERATION | TIMES CYCLES EXITS" and, as a tree, lines "tree: OPERATION DEPTH WHO REASON |
 * EXITS". An exit of a hypervisor stands below the exit of its guest that it was handling, so a
 * line's parent is the last one before it with a smaller depth, and one exit for the same reason in
 * two places has two lines.
 */
#ifndef HYP_COST_H
#define HYP_COST_H

#include "core/stats.h"
#include "core/types.h"

/* `depth`: of the scenario, 0 for plain guests. */
void cost_reset(u64 depth);

void cost_begin(u64 operation, u64 times);
void cost_end(u64 times);

/* An exit of this CPU, for the tree of the operation that is being measured. */
void cost_exit(unsigned cpu, enum exit_who who, enum exit_reason reason);

#endif
