/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces of accesses: RAM and bus, and the time that they take on a timed PE.
 */
#include "mmu/access.h"

/* ---- Bus ---- */

static bool is_bus_size(u64 pa, unsigned size)
{
	return (size & (size - 1)) == 0 && (pa & (size - 1)) == 0;
}

/* What a device cannot take in one piece goes byte by byte; Device memory never gets that far. */
bool access_bus_load(struct cpu *cpu, u64 pa, unsigned size, u64 *data)
{
	u64 byte;

	if (is_bus_size(pa, size))
		return cpu->ops->bus_read(cpu, PA(pa), size, data);
	*data = 0;
	for (unsigned i = 0; i < size; i++) {
		if (!cpu->ops->bus_read(cpu, PA(pa + i), 1, &byte))
			return false;
		*data |= (byte & 0xff) << (8 * i);
	}
	return true;
}

static bool bus_store(struct cpu *cpu, u64 pa, unsigned size, u64 value)
{
	if (is_bus_size(pa, size))
		return cpu->ops->bus_write(cpu, PA(pa), size, value);
	for (unsigned i = 0; i < size; i++) {
		if (!cpu->ops->bus_write(cpu, PA(pa + i), 1, value >> (8 * i) & 0xff))
			return false;
	}
	return true;
}

pa_t access_pa_of_host(const struct memory *memory, const u8 *host)
{
	for (unsigned i = 0; i < memory->region_count; i++) {
		const struct ram_region *region = &memory->region[i];
		u64 offset = (u64)((uintptr_t)host - (uintptr_t)region->host);

		if (offset < region->size)
			return PA(region->base.v + offset);
	}
	ENT_BUG("a host TLB entry points outside of memory");
}

/* ---- Timing ---- */

static bool is_told(const struct cpu *cpu)
{
	return cpu_is_timed(cpu) && !cpu->timed.is_service;
}

/* The accesses of a timed PE: of RAM that a host TLB has; of what was translated. */
void access_time_host(struct cpu *cpu, const u8 *host, unsigned size, enum timing_access kind)
{
	if (!is_told(cpu))
		return;
	__builtin_prefetch(host); /* what misses in the model often misses here, too */
	timing_data(&cpu->timed, access_pa_of_host(cpu->memory, host), host, size, kind);
}

void access_time_piece(struct cpu *cpu, const struct hit *hit, const struct ram_region *region,
	unsigned size, enum timing_access kind)
{
	if (!is_told(cpu))
		return;
	if (region == NULL || hit->is_uncached)
		timing_device(&cpu->timed, kind != TIMING_READ);
	else
		timing_data(&cpu->timed, PA(hit->pa), region->host + (hit->pa - region->base.v),
			size, kind);
}

void access_time_crossing(struct cpu *cpu)
{
	if (is_told(cpu))
		timing_crossing(&cpu->timed);
}

/* ---- RAM or bus ---- */

bool access_read_piece(struct cpu *cpu, const struct request *request, const struct hit *hit,
	unsigned size, u64 *data)
{
	struct ram_region *region = access_ram(cpu, hit->pa, size, false);

	access_time_piece(cpu, hit, region, size, TIMING_READ);
	if (region != NULL) {
		*data = ram_load(region->host + (hit->pa - region->base.v), size);
		return true;
	}
	return access_bus_load(cpu, hit->pa, size, data) || access_report_external(cpu, request);
}

bool access_write_piece(struct cpu *cpu, const struct request *request, const struct hit *hit,
	unsigned size, u64 value)
{
	struct ram_region *region = access_ram(cpu, hit->pa, size, true);
	u64 offset;
	u8 *flags;

	access_time_piece(cpu, hit, region, size, TIMING_WRITE);
	if (region == NULL)
		return bus_store(cpu, hit->pa, size, value) || access_report_external(cpu, request);
	offset = hit->pa - region->base.v;
	if (UNLIKELY(cpu->mmu->kept != NULL))
		old_descriptor_store(cpu, region, hit->pa, size, request->is_release);
	memcpy(region->host + offset, &value, size);
	flags = &region->page_flags[offset >> PAGE_SHIFT];
	*flags |= PAGE_DIRTY;
	if (*flags & (PAGE_HAS_CODE | PAGE_HAS_TABLES))
		region_written(cpu->memory, region, PA(hit->pa), size);
	return true;
}
