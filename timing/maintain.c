/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maintenance of caches: which lines they lose or clean; of TLBs: how long others take. What it
 * costs is told as the latency of the instruction, for barriers to wait for.
 */
#include "timing/memory.h"

static void note_cost(struct timed *t)
{
	t->dynamic.any = true;
	t->dynamic.data_latency = t->model->param[PARAM_cache_op];
	t->dynamic.data_reason = REASON_CACHE_OP;
}

static void maintain_line(struct timed *t, u64 number, enum timing_cache_op op)
{
	bool leaves = op == CACHE_INVALIDATE;

	if (op == CACHE_CODE) {
		fetch_invalidate_line(t, number);
		return;
	}
	memory_maintain_l1d(t, cache_find(&t->memory->l1d, number), leaves);
	memory_maintain_l2(t, cache_find(&t->memory->l2, number), leaves);
}

void timing_cache_op(struct timed *t, pa_t pa, enum timing_cache_op op)
{
	struct timing_shared *shared = t->memory->shared;
	u64 number = pa.v >> LINE_SHIFT;
	struct cache_line *l3 = cache_find(&shared->l3, number);

	for (unsigned i = 0; i < shared->count; i++)
		maintain_line(shared->pe[i], number, op);
	if (l3 != NULL && op == CACHE_CLEAN)
		l3->flags = 0;
	else if (l3 != NULL && op == CACHE_INVALIDATE)
		l3->tag = 0;
	prefetch_forget(t);
	note_cost(t);
}

/* Way in the upper bits, set above the line's, level in <3:1>, 0 for L1. DDI 0487, DC ISW */
static struct cache_line *line_of(const struct cache *cache, u64 operand)
{
	unsigned way_bits = 0;
	u32 way, set;

	if (cache->line == NULL)
		return NULL;
	while (1u << way_bits < cache->ways)
		way_bits++;
	way = way_bits == 0 ? 0 : (u32)operand >> (32 - way_bits);
	set = (u32)operand >> LINE_SHIFT & (cache->sets - 1);
	return way < cache->ways ? &cache->line[set * cache->ways + way] : NULL;
}

void timing_cache_op_way(struct timed *t, u64 operand, enum timing_cache_op op)
{
	struct hierarchy *m = t->memory;
	u64 level = bits(operand, 3, 1);

	if (level == 0)
		memory_maintain_l1d(t, line_of(&m->l1d, operand), op == CACHE_INVALIDATE);
	else if (level == 1)
		memory_maintain_l2(t, line_of(&m->l2, operand), op == CACHE_INVALIDATE);
	prefetch_forget(t);
	note_cost(t);
}

void timing_code_invalidate(struct timed *t, bool all_pes)
{
	struct timing_shared *shared = t->memory->shared;

	for (unsigned i = 0; i < shared->count; i++) {
		if (shared->pe[i] == t || all_pes)
			fetch_invalidate(shared->pe[i]);
	}
	note_cost(t);
}

/* What the PE itself does is the class's latency, if nobody else has to be asked. */
void timing_broadcast(struct timed *t, unsigned others)
{
	const u32 *param = t->model->param;

	if (others == 0)
		return;
	t->dynamic.any = true;
	t->dynamic.data_latency =
		param[PARAM_tlbi_broadcast] + (others - 1) * param[PARAM_tlbi_each_pe];
	t->dynamic.data_reason = REASON_TLBI;
}
