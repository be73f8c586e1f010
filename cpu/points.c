/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A debugger's points, for all PEs of a group: what is kept to find them quickly, and what is
 * forgotten when they change.
 */
#include "cpu/points.h"

#include <string.h>

#include "cpu/code.h"
#include "cpu/points_private.h"

bool points_break_here(const struct cpu_group *group, u64 pc)
{
	const struct points *points = group->points;

	for (unsigned i = 0; i < points->breakpoints; i++) {
		if (points->breakpoint[i] == pc)
			return true;
	}
	return false;
}

static void note_offset(u64 offsets[16], u64 address)
{
	offsets[bits(address, 11, 8)] |= BIT(bits(address, 7, 2));
}

void cpu_set_points(struct cpu_group *group, const struct points *points)
{
	bool has_points = points != NULL && (points->breakpoints != 0 || points->watches != 0);
	u64 changed[COUNT(group->point_offsets)];

	memcpy(changed, group->point_offsets, sizeof(changed));
	memset(group->point_offsets, 0, sizeof(group->point_offsets));
	group->points = has_points ? points : NULL;
	for (unsigned i = 0; has_points && i < points->breakpoints; i++)
		note_offset(group->point_offsets, points->breakpoint[i]);
	for (unsigned i = 0; i < COUNT(changed); i++)
		changed[i] |= group->point_offsets[i];
	code_forget_words(group->cpu[0]->memory, changed);
	for (unsigned i = 0; i < group->count; i++)
		mmu_tell_accesses(group->cpu[i]);
}

void cpu_observe(struct cpu_group *group, u32 kinds)
{
	struct memory *memory = group->cpu[0]->memory;
	u32 changed = group->cpu[0]->observe ^ kinds;

	for (unsigned i = 0; i < group->count; i++) {
		group->cpu[i]->observe = kinds;
		mmu_tell_accesses(group->cpu[i]);
	}
	if (changed >> EVENT_BARRIER & 1)
		code_forget_all(memory);
	if (!(kinds >> EVENT_TABLE_WRITE & 1))
		mmu_forget_tables(memory);
}
