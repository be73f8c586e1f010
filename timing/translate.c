/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What translations cost: micro TLBs before the main TLB, and before the tables the walk cache
 * (where the last table of stage 1 is) and the IPA cache (results of stage 2). Cortex-A55 TRM,
 * A5.2. They know costs only; which entries the main TLB has is the MMU's.
 */
#include "timing/memory.h"

enum { DATA, CODE };			     /* hierarchy.micro[] */
enum { SMALL_SHIFT = 12, LARGE_SHIFT = 21 }; /* of what the IPA cache has */

/* ---- Micro TLBs ---- */

static bool has_entry(const struct micro_tlb *micro, unsigned entry)
{
	for (unsigned i = 0; i < micro->size; i++) {
		if (micro->entry[i] == entry)
			return true;
	}
	return false;
}

unsigned timing_micro_tlb(struct timed *t, bool code, unsigned entry)
{
	struct micro_tlb *micro = &t->memory->micro[code ? CODE : DATA];
	unsigned old;

	if (has_entry(micro, entry))
		return NO_TLB_ENTRY;
	t->count[code ? COUNT_ITLB_REFILL : COUNT_DTLB_REFILL]++;
	memory_stall(t, t->model->param[PARAM_utlb_miss], REASON_UTLB);
	old = micro->entry[micro->next];
	micro->entry[micro->next] = (u16)entry;
	micro->next = (u8)((micro->next + 1) % micro->size);
	return old;
}

void timing_tlb_removed(struct timed *t, unsigned entry)
{
	for (unsigned side = DATA; side <= CODE; side++) {
		struct micro_tlb *micro = &t->memory->micro[side];

		for (unsigned i = 0; i < micro->size; i++) {
			if (micro->entry[i] == entry)
				micro->entry[i] = NO_TLB_ENTRY;
		}
	}
}

unsigned timing_micro_tlb_take(struct timed *t)
{
	for (unsigned side = DATA; side <= CODE; side++) {
		struct micro_tlb *micro = &t->memory->micro[side];

		for (unsigned i = 0; i < micro->size; i++) {
			unsigned entry = micro->entry[i];

			micro->entry[i] = NO_TLB_ENTRY;
			if (entry != NO_TLB_ENTRY)
				return entry;
		}
	}
	return NO_TLB_ENTRY;
}

/* ---- The caches of walks ---- */

static unsigned set_of(const struct walk_cache *cache, u64 tag)
{
	return (unsigned)(tag * 0x9e3779b97f4a7c15ull >> 32) % cache->sets;
}

static bool knows(const struct walk_cache *cache, u64 space, u64 tag)
{
	unsigned set = set_of(cache, tag);

	for (unsigned way = 0; way < WALK_WAYS; way++) {
		if (cache->entry[set][way].tag == tag && cache->entry[set][way].space == space)
			return true;
	}
	return false;
}

static void learn(struct walk_cache *cache, u64 space, u64 tag)
{
	unsigned set = set_of(cache, tag), way;

	if (knows(cache, space, tag))
		return;
	way = cache->next[set]++ % WALK_WAYS;
	cache->entry[set][way].tag = tag;
	cache->entry[set][way].space = space;
}

static void forget(struct walk_cache *cache, u64 space, u64 mask)
{
	for (unsigned set = 0; set < WALK_SETS; set++) {
		for (unsigned way = 0; way < WALK_WAYS; way++) {
			if (((cache->entry[set][way].space ^ space) & mask) == 0)
				cache->entry[set][way].tag = 0;
		}
	}
}

void timing_walk_forget(struct timed *t, u64 space, u64 mask)
{
	forget(&t->memory->walk, space, mask);
}

void timing_ipa_forget(struct timed *t, u64 vmid, u64 mask)
{
	forget(&t->memory->ipa, vmid, mask);
}

/* ---- Walks ---- */

void timing_walk(struct timed *t, bool code)
{
	t->count[COUNT_TLB_REFILL]++;
	t->count[code ? COUNT_WALK_CODE : COUNT_WALK_DATA]++;
	memory_stall(t, t->model->param[PARAM_walk_start], REASON_WALK1);
}

/* The walk cache knows where tables of level 3 are. Cortex-A35 TRM, A6.2, says so in more words. */
void timing_walk_begin(struct timed *t, u64 space, u64 table, unsigned level)
{
	struct hierarchy *m = t->memory;

	m->walk_now.level = (s8)level;
	m->walk_now.known = knows(&m->walk, space, table + 1) ? 2 : -1;
}

/* From L1D if it is there, else through L2. */
static u32 read_latency(struct timed *t, u64 number)
{
	if (cache_find(&t->memory->l1d, number) != NULL)
		return t->model->param[PARAM_l1d_latency];
	return memory_read(t, number).latency;
}

void timing_walk_read(struct timed *t, pa_t pa, bool stage2)
{
	struct hierarchy *m = t->memory;
	bool is_known = m->walk_now.is_known;

	if (!stage2) {
		is_known = m->walk_now.level <= m->walk_now.known;
		m->walk_now.level++;
	}
	if (is_known)
		return;
	t->count[COUNT_WALK_READ]++;
	memory_stall(t, read_latency(t, pa.v >> LINE_SHIFT), stage2 ? REASON_WALK2 : REASON_WALK1);
}

void timing_walk_end(struct timed *t, u64 space, u64 table)
{
	learn(&t->memory->walk, space, table + 1);
}

/* ---- Stage 2 ---- */

static u64 ipa_tag(u64 ipa, unsigned shift)
{
	return ipa >> shift << 8 | shift;
}

void timing_ipa_begin(struct timed *t, u64 vmid, u64 ipa, bool for_walk)
{
	struct hierarchy *m = t->memory;

	m->walk_now.is_known = (for_walk && m->walk_now.level <= m->walk_now.known) ||
			       knows(&m->ipa, vmid, ipa_tag(ipa, SMALL_SHIFT)) ||
			       knows(&m->ipa, vmid, ipa_tag(ipa, LARGE_SHIFT));
}

void timing_ipa_end(struct timed *t, u64 vmid, u64 ipa, unsigned shift)
{
	if (!t->memory->walk_now.is_known)
		learn(&t->memory->ipa, vmid,
			ipa_tag(ipa, shift >= LARGE_SHIFT ? LARGE_SHIFT : SMALL_SHIFT));
}
