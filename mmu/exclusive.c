/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exclusive monitors. The local one is an address, a size and the data that was loaded; it
 * stands for the global one too: a store-exclusive fails if memory no longer holds that data, or
 * if another PE's store-exclusive succeeded in the same 64-byte granule. Not seen: another PE's
 * plain stores that leave the old value behind (A-B-A).
 */
#include "mmu/mmu.h"

#include <string.h>

#include "cpu/liberty.h"

enum { GRANULE = 64 /* CTR_EL0.ERG */ };

void exclusive_set(struct cpu *cpu, pa_t pa, unsigned size, u64 low, u64 high)
{
	cpu->exclusive.valid = true;
	cpu->exclusive.size = (u8)size;
	cpu->exclusive.pa = pa;
	cpu->exclusive.data[0] = low;
	cpu->exclusive.data[1] = high;
}

/* Memory that is not RAM has no value to compare without side effects. */
static bool is_unchanged(const struct cpu *cpu)
{
	unsigned size = cpu->exclusive.size;
	pa_t pa = cpu->exclusive.pa;
	const struct ram_region *region = memory_find(cpu->memory, pa, size);
	u64 now[2] = { 0, 0 };

	if (region == NULL)
		return true;
	memcpy(now, region->host + (pa.v - region->base.v), size);
	return now[0] == cpu->exclusive.data[0] && now[1] == cpu->exclusive.data[1];
}

static void clear_others(const struct cpu *cpu, pa_t pa)
{
	for (unsigned i = 0; i < cpu->group->count; i++) {
		struct cpu *other = cpu->group->cpu[i];

		if (other == cpu || !other->exclusive.valid ||
			align_down(other->exclusive.pa.v, GRANULE) != align_down(pa.v, GRANULE))
			continue;
		other->exclusive.valid = false;
		cpu_send_event(other); /* the global monitor left Exclusive. D1.7.1 */
	}
}

bool exclusive_test_and_clear(struct cpu *cpu, pa_t pa, unsigned size)
{
	bool passes = cpu->exclusive.valid && cpu->exclusive.size == size &&
		      cpu->exclusive.pa.v == pa.v && is_unchanged(cpu);

	cpu->exclusive.valid = false;
	if (passes && liberty(cpu, LIBERTY_EXCLUSIVE, 2))
		return false;
	if (passes)
		clear_others(cpu, pa);
	return passes;
}

bool exclusive_take_loss(struct cpu *cpu)
{
	if (!cpu->exclusive.valid || is_unchanged(cpu))
		return false;
	cpu->exclusive.valid = false;
	return true;
}

void exclusive_clear(struct cpu *cpu)
{
	cpu->exclusive.valid = false;
}
