/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RAM is anonymous memory of the host: zero, and paid for only where it is touched. That of a fork
 * is a private mapping of what it was.
 */
#include "platform/ram.h"

#include <string.h>
#include <sys/mman.h>

#include "mmu/mmu.h"

static void *map(u64 size)
{
	void *p = size > SIZE_MAX ? MAP_FAILED
				  : mmap(NULL, size, PROT_READ | PROT_WRITE,
					    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

bool ram_add(struct memory *memory, pa_t base, u64 size)
{
	struct ram_region region = { .base = base, .size = size };

	ENT_BUG_ON(size == 0 || !is_aligned(size | base.v, PAGE_SIZE));
	ENT_BUG_ON(memory->region_count == COUNT(memory->region));
	region.host = map(size);
	region.page_flags = map(size >> PAGE_SHIFT);
	if (region.host == NULL || region.page_flags == NULL) {
		if (region.host != NULL)
			munmap(region.host, size);
		if (region.page_flags != NULL)
			munmap(region.page_flags, size >> PAGE_SHIFT);
		return false;
	}
	memory->region[memory->region_count++] = region;
	return true;
}

bool ram_map(const struct ram_region *region, int file, u64 offset)
{
	return mmap(region->host, region->size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED, file, (off_t)offset) != MAP_FAILED;
}

/* New pages at the same place, so that untouched RAM stays free of charge. */
void ram_clear(struct memory *memory, struct ram_region *region, const struct pages *base)
{
	u64 count = region->size >> PAGE_SHIFT;

	if (mmap(region->host, region->size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
		memset(region->host, 0, region->size);
	region_written(memory, region, region->base, region->size);
	for (u64 i = 0; i < count; i++)
		region->page_flags[i] &= (u8)~PAGE_DIRTY;
	for (u64 i = base != NULL ? pages_next(base, 0) : count; i < count;
		i = pages_next(base, i + 1))
		region->page_flags[i] |= PAGE_DIRTY;
}

u64 ram_next_dirty(const struct ram_region *region, u64 from)
{
	u64 count = region->size >> PAGE_SHIFT, flags;

	while (from < count) {
		if (is_aligned(from, sizeof(flags)) && count - from >= sizeof(flags)) {
			memcpy(&flags, region->page_flags + from, sizeof(flags));
			if ((flags & PAGE_DIRTY * 0x0101010101010101ull) == 0) {
				from += sizeof(flags);
				continue;
			}
		}
		if (region->page_flags[from] & PAGE_DIRTY)
			return from;
		from++;
	}
	return count;
}

void ram_destroy(struct memory *memory)
{
	for (unsigned i = 0; i < memory->region_count; i++) {
		munmap(memory->region[i].host, memory->region[i].size);
		munmap(memory->region[i].page_flags, memory->region[i].size >> PAGE_SHIFT);
	}
	memory->region_count = 0;
}
