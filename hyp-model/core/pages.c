/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page allocator: a line through free memory, and lists of what came back, one for each size.
 * Knows addresses and sizes only.
 */
#include "core/pages.h"

#include "core/lock.h"
#include "core/print.h"
#include "hal.h"

enum { SIZES = 12 }; /* 4 KiB to 8 MiB; tables are the only thing that comes back */

static struct lock lock;
static u64 next, end;
static u64 freed[SIZES]; /* the first word of a freed range is the address of the next; 0: none */

void pages_reset(void)
{
	struct hal_memory memory = hal_free_memory();

	next = memory.pa.v;
	end = memory.pa.v + memory.size;
	for (unsigned i = 0; i < SIZES; i++)
		freed[i] = 0;
}

void pages_zero(pa_t pa, u64 size)
{
	u64 *word = hal_pa_to_va(pa);

	if (size >= BLOCK_SIZE) { /* a guest's RAM, most of what is done before it starts */
		hal_zero_blocks(word, size);
		return;
	}
	for (u64 i = 0; i < size / sizeof(*word); i++)
		word[i] = 0;
}

/* SIZES: not a size that is ever freed. */
static unsigned size_class(u64 size)
{
	unsigned class = 0;

	while (class < SIZES && PAGE_SIZE << class != size)
		class ++;
	return class;
}

/* Ranges of one size had one alignment, so the first does or none does. */
static bool take_freed(u64 size, u64 align, pa_t *out)
{
	unsigned class = size_class(size);

	if (class == SIZES || !freed[class] || !is_aligned(freed[class], align))
		return false;
	*out = PA(freed[class]);
	freed[class] = *(u64 *)hal_pa_to_va(*out);
	return true;
}

static bool take_new(u64 size, u64 align, pa_t *out)
{
	u64 start = align_up(next, align);

	if (start > end || size > end - start)
		return false;
	next = start + align_up(size, PAGE_SIZE);
	*out = PA(start);
	return true;
}

bool pages_alloc(u64 size, u64 align, pa_t *out)
{
	bool is_there;

	lock_take(&lock);
	is_there = take_freed(size, align, out) || take_new(size, align, out);
	lock_drop(&lock);
	if (is_there)
		pages_zero(*out, size);
	return is_there;
}

void pages_free(pa_t pa, u64 size)
{
	unsigned class = size_class(size);

	if (class == SIZES)
		panic("pages_free of 0x%lx bytes", size);
	lock_take(&lock);
	*(u64 *)hal_pa_to_va(pa) = freed[class];
	freed[class] = pa.v;
	lock_drop(&lock);
}
