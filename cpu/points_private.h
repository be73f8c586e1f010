/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breakpoints as the engines ask for them. Private to cpu/.
 */
#ifndef ENT_CPU_POINTS_PRIVATE_H
#define ENT_CPU_POINTS_PRIVATE_H

#include "base/base.h"
#include "cpu/points.h"
#include "cpu/state.h"

/* Is a breakpoint in some page at the same word of it? index: of the word. */
static inline bool points_break_at_word(const struct cpu_group *group, u64 index)
{
	return group->point_offsets[index / 64] >> index % 64 & 1;
}

/* At that word there is one: is it at this address? */
bool points_break_here(const struct cpu_group *group, u64 pc);

static inline bool points_break_at(const struct cpu_group *group, u64 pc)
{
	return UNLIKELY(points_break_at_word(group, bits(pc, 11, 2))) &&
	       points_break_here(group, pc);
}

#endif
