/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Liberty OLD_DESCRIPTOR: walks that do not see a store yet. A walk is an observer of its own: it
 * has seen for sure only what a DSB has completed (DDI 0487 D8.16, B2.3.8). Until then each walk
 * may see what was there before, but keeps to the order of barriers and of one location: who saw
 * the new value sees no older one later, nor that of an earlier epoch. A store that another PE saw
 * is there for all: another PE's DSB completes what barriers put before it. The oldest of too many
 * are seen, so that a store is seen at some time whatever the guest does.
 */
#include "mmu/retain.h"

#include <string.h>

static void drop(struct pending *p, unsigned index)
{
	size_t behind = --p->count - index;

	memmove(&p->pa[index], &p->pa[index + 1], behind * sizeof(p->pa[0]));
	memmove(&p->old[index], &p->old[index + 1], behind * sizeof(p->old[0]));
	memmove(&p->epoch[index], &p->epoch[index + 1], behind * sizeof(p->epoch[0]));
	memmove(&p->pes[index], &p->pes[index + 1], behind * sizeof(p->pes[0]));
}

/* Stores of earlier epochs than that are seen by `pes`. */
static void see_before(struct pending *p, u32 epoch, u32 pes)
{
	for (unsigned i = 0; i < p->count && p->epoch[i] < epoch;) {
		p->pes[i] &= ~pes;
		if (p->pes[i] == 0)
			drop(p, i);
		else
			i++;
	}
}

/* A bit of p->maybe; one that is clear says that the store is not there. */
static unsigned hash(u64 pa)
{
	return (unsigned)(pa >> 3) % (64 * PENDING_WORDS);
}

static bool is_absent(const struct pending *p, u64 pa)
{
	return !(p->maybe[hash(pa) / 64] >> hash(pa) % 64 & 1);
}

static void note_all(struct pending *p)
{
	memset(p->maybe, 0, sizeof(p->maybe));
	for (unsigned i = 0; i < p->count; i++)
		p->maybe[hash(p->pa[i]) / 64] |= BIT(hash(p->pa[i]) % 64);
}

static unsigned find(const struct pending *p, u64 pa)
{
	unsigned i = 0;

	if (is_absent(p, pa))
		return p->count;
	while (i < p->count && p->pa[i] != pa)
		i++;
	return i;
}

static void see(struct pending *p, unsigned index, u32 pes)
{
	u32 epoch = p->epoch[index];

	p->pes[index] &= ~pes;
	if (p->pes[index] == 0)
		drop(p, index);
	see_before(p, epoch, pes);
}

/* The oldest quarter: seldom, for all the others move. */
static void drop_oldest(struct pending *p)
{
	unsigned index = PENDING_STORES / 4, left = p->count - index;

	memmove(p->pa, p->pa + index, left * sizeof(p->pa[0]));
	memmove(p->old, p->old + index, left * sizeof(p->old[0]));
	memmove(p->epoch, p->epoch + index, left * sizeof(p->epoch[0]));
	memmove(p->pes, p->pes + index, left * sizeof(p->pes[0]));
	p->count = (u8)left;
	note_all(p);
}

static void append(struct pending *p, u64 pa, u64 old)
{
	if (p->count == PENDING_STORES)
		drop_oldest(p);
	p->maybe[hash(pa) / 64] |= BIT(hash(pa) % 64);
	p->pa[p->count] = pa;
	p->old[p->count] = old;
	p->epoch[p->count] = p->now;
	p->pes[p->count++] = ~0u;
}

static struct pending *pending_of(const struct cpu *cpu)
{
	return cpu->mmu->kept != NULL ? &cpu->mmu->kept->pending : NULL;
}

/* Its place in the order of one location: behind the stores of others. */
static void note(struct cpu *cpu, u64 pa, u64 old)
{
	struct pending *own = pending_of(cpu);
	unsigned index;

	for (unsigned i = 0; i < cpu->group->count; i++) {
		struct pending *p = pending_of(cpu->group->cpu[i]);

		if (p == NULL || p == own)
			continue;
		index = find(p, pa);
		if (index < p->count)
			see(p, index, ~0u);
	}
	index = find(own, pa);
	if (index < own->count && own->epoch[index] == own->now && own->pes[index] == ~0u)
		return; /* all may see what was there before both */
	if (index < own->count)
		see(own, index, ~0u);
	append(own, pa, old);
}

void old_descriptor_store(
	struct cpu *cpu, const struct ram_region *region, u64 pa, unsigned size, bool is_release)
{
	if (!liberty_is_taken(cpu, LIBERTY_OLD_DESCRIPTOR))
		return;
	if (is_release)
		old_descriptor_order(cpu);
	for (u64 at = align_down(pa, 8); at < pa + size; at += 8) {
		u64 old;

		memcpy(&old, region->host + (at - region->base.v), sizeof(old));
		note(cpu, at, old);
	}
}

u64 old_descriptor_read(struct cpu *cpu, u64 pa, u64 value)
{
	for (unsigned i = 0; i < cpu->group->count; i++) {
		const struct cpu *other = cpu->group->cpu[i];
		struct pending *p = pending_of(other);
		unsigned index = p != NULL ? find(p, pa) : 0;

		if (p == NULL || index == p->count || p->old[index] == value ||
			!(p->pes[index] >> cpu->index & 1))
			continue;
		if (!cpu->mmu->kept->reads_memory && liberty(cpu, LIBERTY_OLD_DESCRIPTOR, 2) != 0)
			return p->old[index];
		see(p, index, other == cpu ? 1u << cpu->index : ~0u);
	}
	return value;
}

void old_descriptor_order(struct cpu *cpu)
{
	struct pending *p = pending_of(cpu);

	if (p->count != 0)
		p->now++;
	else
		*p = (struct pending){ 0 };
}

void old_descriptor_complete(struct cpu *cpu, u32 pes)
{
	old_descriptor_order(cpu);
	for (unsigned i = 0; i < cpu->group->count; i++) {
		struct pending *p = pending_of(cpu->group->cpu[i]);

		if (p != NULL)
			see_before(p, p->now, pes);
	}
}

void old_descriptor_loaded(struct pending *pending)
{
	note_all(pending);
}
