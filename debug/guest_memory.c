/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and writing guest memory from outside, page by page.
 */
#include "debug/guest_memory.h"

#include <string.h>

enum { NONE = -1 };

static const struct {
	const char *name, *other, *words;
	int regime; /* enum inspected_regime, or NONE */
} spaces[] = {
#define ADDRESS_SPACE(id, name, other, regime, words) { name, other, words, regime },
#include "debug/address_space.def"
#undef ADDRESS_SPACE
};

const char *address_space_words(enum address_space space)
{
	return spaces[space].words;
}

enum address_space address_space_find(const char *name)
{
	for (unsigned i = 0; i < ADDRESS_SPACES && name[0] != '\0'; i++) {
		if (strcmp(name, spaces[i].name) == 0 || strcmp(name, spaces[i].other) == 0)
			return (enum address_space)i;
	}
	return ADDRESS_SPACES;
}

bool address_space_regime(
	const struct cpu *cpu, enum address_space space, enum inspected_regime *regime)
{
	if (spaces[space].regime == NONE)
		return false;
	*regime = space == SPACE_CURRENT ? mmu_inspected_regime(cpu, cpu->pstate.el)
					 : (enum inspected_regime)spaces[space].regime;
	return true;
}

bool guest_translate(const struct cpu *cpu, enum address_space space, u64 address, pa_t *pa)
{
	struct inspection inspection;
	enum inspected_regime regime;

	*pa = PA(address);
	if (!address_space_regime(cpu, space, &regime))
		return true;
	mmu_inspect(cpu,
		(struct inspected){ .va = address, .regime = (u8)regime, .kind = ACCESS_READ },
		&inspection);
	*pa = inspection.pa;
	return inspection.is_ok;
}

/* The bytes from here to the end of the page, or of what is asked. */
static size_t piece(u64 address, size_t size)
{
	u64 left = PAGE_SIZE - bits(address, PAGE_SHIFT - 1, 0);

	return size < left ? size : (size_t)left;
}

/* NULL: no RAM or ROM is there. */
static struct ram_region *find(
	const struct cpu *cpu, enum address_space space, u64 address, size_t size, pa_t *pa)
{
	return guest_translate(cpu, space, address, pa) ? memory_find(cpu->memory, *pa, size)
							: NULL;
}

size_t guest_read(
	const struct cpu *cpu, enum address_space space, u64 address, void *data, size_t size)
{
	u8 *to = data;
	size_t done = 0;

	while (done < size) {
		size_t part = piece(address + done, size - done);
		pa_t pa;
		const struct ram_region *region = find(cpu, space, address + done, part, &pa);

		if (region == NULL)
			break;
		memcpy(to + done, region->host + (pa.v - region->base.v), part);
		done += part;
	}
	return done;
}

static bool is_writable(const struct cpu *cpu, enum address_space space, u64 address, size_t size)
{
	for (size_t done = 0; done < size;) {
		size_t part = piece(address + done, size - done);
		pa_t pa;
		const struct ram_region *region = find(cpu, space, address + done, part, &pa);

		if (region == NULL || region->read_only)
			return false;
		done += part;
	}
	return true;
}

bool guest_write(
	struct cpu *cpu, enum address_space space, u64 address, const void *data, size_t size)
{
	const u8 *from = data;

	if (!is_writable(cpu, space, address, size))
		return false;
	for (size_t done = 0; done < size;) {
		size_t part = piece(address + done, size - done);
		pa_t pa;
		struct ram_region *region = find(cpu, space, address + done, part, &pa);

		/* what was written before may have been the tables of what comes now */
		if (region == NULL || region->read_only)
			return false;
		memcpy(region->host + (pa.v - region->base.v), from + done, part);
		memory_written(cpu->memory, pa, part);
		done += part;
	}
	return true;
}
