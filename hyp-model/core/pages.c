/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page allocator. Knows addresses and sizes only.
 */
#include "core/pages.h"

#include "hal.h"

static u64 next, end;

void pages_reset(void)
{
	struct hal_memory memory = hal_free_memory();

	next = memory.pa.v;
	end = memory.pa.v + memory.size;
}

void pages_zero(pa_t pa, u64 size)
{
	u64 *word = hal_pa_to_va(pa);

	for (u64 i = 0; i < size / sizeof(*word); i++)
		word[i] = 0;
}

bool pages_alloc(u64 size, u64 align, pa_t *out)
{
	u64 start = align_up(next, align);

	if (start > end || size > end - start)
		return false;
	next = start + align_up(size, PAGE_SIZE);
	*out = PA(start);
	pages_zero(*out, size);
	return true;
}
