/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FNV-1a's shape over 64-bit words with a full mixing step. Zero pages of RAM are skipped, so
 * untouched RAM costs a scan only, and the hash does not depend on its host address.
 */
#include "debug/hash.h"

#include <string.h>

#include "exceptions/exceptions.h"
#include "mmu/mmu.h"

#define HASH_START 0xcbf29ce484222325ull

static u64 mix(u64 hash, u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 32;
}

static u64 mix_bytes(u64 hash, const void *data, size_t size)
{
	const u8 *bytes = data;

	for (size_t i = 0; i < size; i += 8) {
		u64 word = 0;

		memcpy(&word, bytes + i, size - i < 8 ? size - i : 8);
		hash = mix(hash, word);
	}
	return mix(hash, size);
}

static u64 mix_pstate(u64 hash, const struct pstate *p)
{
	const u8 fields[] = { p->el, p->sp, p->nzcv, p->daif, p->pan, p->uao, p->il, p->ss, p->dit,
		p->ssbs, p->btype };

	return mix_bytes(hash, fields, sizeof(fields));
}

/* The monitor's data decide with memory whether it still holds. */
static u64 mix_exclusive(u64 hash, const struct cpu *cpu)
{
	if (!cpu->exclusive.valid)
		return mix(hash, 0);
	hash = mix(hash, cpu->exclusive.size);
	hash = mix(hash, cpu->exclusive.pa.v);
	return mix_bytes(hash, cpu->exclusive.data, sizeof(cpu->exclusive.data));
}

/* What was written, and is not in effect yet. */
static u64 mix_late(u64 hash, const struct cpu *cpu)
{
	for (unsigned i = 0; i < cpu->late_count; i++)
		hash = mix(mix(hash, cpu->late[i].reg), cpu->late[i].value);
	return hash;
}

/* All but the time that is past. */
static u64 hash_cpu_state(const struct cpu *cpu)
{
	u64 hash = HASH_START;

	hash = mix_bytes(hash, cpu->x, 31 * sizeof(cpu->x[0]));
	for (unsigned el = 0; el < EL_COUNT; el++)
		hash = mix(hash, sp_read(cpu, el));
	hash = mix_bytes(hash, cpu->v, sizeof(cpu->v));
	hash = mix(hash, (u64)cpu->fpu.fpcr << 32 | cpu->fpu.fpsr);
	hash = mix(hash, cpu->pc);
	hash = mix_pstate(hash, &cpu->pstate);
	hash = mix_bytes(hash, cpu->sys, sizeof(cpu->sys));
	hash = mix_late(hash, cpu);
	hash = mix_exclusive(hash, cpu);
	hash = mix(hash, (u64)(cpu->waiting && cpu->wait_is_wfe) << 2 |
				 (u64)cpu->event_register << 1 | cpu->waiting);
	hash = mix(hash, cpu->lines);
	return mix(hash, cpu->insns);
}

u64 hash_cpu(const struct cpu *cpu)
{
	u64 hash = hash_cpu_state(cpu);

	hash = mix(hash, cpu->event_time);
	for (unsigned i = 0; i < TIMING_COUNT_ALWAYS; i++)
		hash = mix(hash, cpu->timed.count[i]);
	return mix(hash, cpu->cycles);
}

static bool is_zero_page(const u8 *page)
{
	return page[0] == 0 && memcmp(page, page + 1, PAGE_SIZE - 1) == 0;
}

u64 hash_memory(const struct memory *memory)
{
	u64 hash = HASH_START;

	for (unsigned i = 0; i < memory->region_count; i++) {
		const struct ram_region *region = &memory->region[i];

		for (u64 offset = 0; offset < region->size; offset += PAGE_SIZE) {
			if (is_zero_page(region->host + offset))
				continue;
			hash = mix(hash, region->base.v + offset);
			hash = mix_bytes(hash, region->host + offset, PAGE_SIZE);
		}
	}
	return hash;
}

u64 hash_devices(const struct bus *bus)
{
	u64 hash = HASH_START;

	for (unsigned i = 0; i < bus->count; i++)
		hash = mix_bytes(hash, bus->device[i].state, bus->device[i].state_size);
	return hash;
}

static u64 hash_machine(struct machine *machine, u64 (*hash_pe)(const struct cpu *))
{
	u64 hash = HASH_START;

	for (unsigned i = 0; i < machine_cpu_count(machine); i++) {
		hash = mix(hash, machine_cpu_is_on(machine, i));
		hash = mix(hash, hash_pe(machine_cpu(machine, i)));
	}
	hash = mix(hash, machine_trng(machine));
	hash = mix(hash, hash_memory(machine_memory(machine)));
	return mix(hash, hash_devices(machine_bus(machine)));
}

u64 machine_hash(struct machine *machine)
{
	u64 hash = hash_machine(machine, hash_cpu);

	return mix(hash, machine_cpu(machine, 0)->group->count_seen);
}

u64 machine_hash_without_time(struct machine *machine)
{
	return hash_machine(machine, hash_cpu_state);
}
