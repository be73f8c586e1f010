/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data accesses as a debugger is told of them, EVENT_WATCH and EVENT_ACCESS: after all that can
 * fault was asked, before anything is done. Who is told may stop the machine before the
 * instruction: then the access fails without a fault, cpu->is_abandoned. As long as somebody
 * watches bytes of a page it stays out of the host TLBs.
 */
#include "mmu/tell.h"

#include <string.h>

#include "cpu/events.h"
#include "cpu/points.h"

/* ---- What is watched ---- */

static bool overlaps(const struct watch *watch, u64 first, u64 last)
{
	return first <= watch->last && watch->first <= last;
}

/* Whatever is in the tag byte: it is no part of an address where it may differ. */
static u64 without_tag(u64 va)
{
	return sign_extend(va, 56);
}

static bool is_virtually_on(const struct watch *watch, u64 va, u64 size)
{
	u64 first = without_tag(va);
	struct watch range = { .first = without_tag(watch->first),
		.last = without_tag(watch->last) };

	return !watch->is_physical && overlaps(&range, first, first + size - 1);
}

static bool is_physically_on(const struct watch *watch, u64 pa, u64 size)
{
	return watch->is_physical && size != 0 && overlaps(watch, pa, pa + size - 1);
}

bool tell_page_is_watched(const struct cpu *cpu, u64 va, u64 pa, bool write)
{
	const struct points *points = cpu->group->points;

	for (unsigned i = 0; points != NULL && i < points->watches; i++) {
		const struct watch *watch = &points->watch[i];

		if ((write ? watch->write : watch->read) &&
			(is_virtually_on(watch, PAGE_BASE(va), PAGE_SIZE) ||
				is_physically_on(watch, PAGE_BASE(pa), PAGE_SIZE)))
			return true;
	}
	return false;
}

static bool is_watched(const struct cpu *cpu, const struct told_access *access)
{
	const struct points *points = cpu->group->points;

	for (unsigned i = 0; points != NULL && i < points->watches; i++) {
		const struct watch *watch = &points->watch[i];

		if (((access->writes && watch->write) || (access->reads && watch->read)) &&
			((!access->is_hardware &&
				 is_virtually_on(watch, access->va, access->size)) ||
				is_physically_on(watch, access->pa, access->in_page) ||
				is_physically_on(
					watch, access->next_pa, access->size - access->in_page)))
			return true;
	}
	return false;
}

/* ---- Telling ---- */

static void emit(struct cpu *cpu, enum event_kind kind, const struct told_access *access)
{
	struct event event = { .kind = kind,
		.pc = cpu->pc,
		.va = access->va,
		.pa = access->pa,
		.size = access->size,
		.hardware = access->is_hardware,
		.write = access->writes,
		.read = access->reads,
		.has_value = access->has_value,
		.value = access->value };

	event_emit(cpu, &event);
}

struct piece tell_begin(struct cpu *cpu)
{
	struct pieces *pieces = &cpu->mmu->pieces;
	bool is_same = pieces->insns == cpu->insns && pieces->pc == cpu->pc;
	unsigned number;

	if (!is_same || pieces->is_stopped) {
		pieces->is_repeated = is_same;
		pieces->insns = cpu->insns;
		pieces->pc = cpu->pc;
		pieces->count = 0;
		pieces->is_stopped = false;
		if (!is_same)
			pieces->done = 0;
	}
	number = pieces->count < PIECES ? pieces->count++ : PIECES - 1;
	return (struct piece){ .number = number,
		.is_done = pieces->is_repeated && number < pieces->done,
		.is_repeated = pieces->is_repeated && number <= pieces->done };
}

/* The instruction is stopped before the access that was begun last. */
static void stop_pieces(struct pieces *pieces)
{
	if (!pieces->is_repeated || pieces->count - 1 > pieces->done)
		pieces->done = (u8)(pieces->count - 1);
	pieces->is_stopped = true;
}

/* false: a debugger stops before the instruction. */
static bool may_go_on(struct cpu *cpu)
{
	if (cpu->stop.reason != STOP_DEBUG)
		return true;
	stop_pieces(&cpu->mmu->pieces);
	cpu->is_abandoned = true;
	event_note_told(cpu, PASSED_BREAKPOINT | PASSED_WATCH);
	return false;
}

bool tell_access(struct cpu *cpu, const struct told_access *access)
{
	bool was_stopped = cpu->stop.reason != STOP_NONE; /* of what happened on the way here */

	if ((cpu->tells & TELLS_WATCHES) && !event_was_told(cpu, PASSED_WATCH) &&
		is_watched(cpu, access))
		emit(cpu, EVENT_WATCH, access);
	if (!was_stopped && !may_go_on(cpu))
		return false;
	if (cpu->tells & TELLS_ALL)
		emit(cpu, EVENT_ACCESS, access);
	return was_stopped || may_go_on(cpu);
}

/* ---- Tables ---- */

void tell_table(struct cpu *cpu, struct ram_region *region, pa_t pa)
{
	u8 *flags = &region->page_flags[(pa.v - region->base.v) >> PAGE_SHIFT];

	if (*flags & PAGE_HAS_TABLES)
		return;
	*flags |= PAGE_HAS_TABLES;
	cpu->memory->has_tables = true;
	mmu_protect_code_page(cpu, PA(PAGE_BASE(pa.v)));
}

void mmu_tell_table_write(
	const struct memory *memory, const struct ram_region *region, pa_t pa, u64 size)
{
	struct cpu *cpu = memory->running;
	struct event event = { .kind = EVENT_TABLE_WRITE, .pa = pa.v, .size = (u32)size };

	if (cpu == NULL || !event_wanted(cpu, EVENT_TABLE_WRITE))
		return;
	event.pc = cpu->pc;
	event.hardware = cpu->mmu->updates_descriptor;
	if (size <= 8)
		memcpy(&event.value, region->host + (pa.v - region->base.v), size);
	event.has_value = size <= 8;
	event_emit(cpu, &event);
}

void tell_update(struct cpu *cpu, pa_t pa, u64 descriptor)
{
	struct told_access access = { .pa = pa.v,
		.value = descriptor,
		.size = 8,
		.in_page = 8,
		.writes = true,
		.has_value = true,
		.is_hardware = true };

	if ((cpu->tells & TELLS_WATCHES) && is_watched(cpu, &access))
		emit(cpu, EVENT_WATCH, &access);
}

void mmu_forget_tables(struct memory *memory)
{
	for (unsigned i = 0; memory->has_tables && i < memory->region_count; i++) {
		struct ram_region *region = &memory->region[i];

		for (u64 page = 0; page < region->size >> PAGE_SHIFT; page++)
			region->page_flags[page] &= (u8)~PAGE_HAS_TABLES;
	}
	memory->has_tables = false;
}

/* ---- Arming ---- */

void mmu_tell_accesses(struct cpu *cpu)
{
	const struct points *points = cpu->group->points;
	bool watches = points != NULL && points->watches != 0;
	u8 tells = 0;

	if (watches && event_wanted(cpu, EVENT_WATCH))
		tells |= TELLS_WATCHES;
	if (event_wanted(cpu, EVENT_ACCESS))
		tells |= TELLS_ALL;
	if (((tells | cpu->tells) & TELLS_WATCHES) != 0)
		contexts_watch(cpu, (tells & TELLS_WATCHES) != 0);
	cpu->tells = tells;
}
