/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation and reset of the timing of PEs, and of what they share.
 */
#include "timing/memory.h"

#include <stdlib.h>
#include <string.h>

const char *const timing_count_names[TIMING_COUNT_COUNT] = {
#define TIMING_COUNT(id, name, ...) [COUNT_##id] = (name),
#include "timing/count.def"
#undef TIMING_COUNT
};

/* ---- What PEs share ---- */

struct timing_shared *timing_shared_create(const struct timing_model *model, unsigned pes)
{
	const u32 *param = model->param;
	struct timing_shared *shared = calloc(1, sizeof(*shared) + pes * sizeof(shared->pe[0]));

	if (shared == NULL)
		return NULL;
	shared->model = model;
	shared->most = pes;
	shared->states = states_create();
	if (shared->states != NULL &&
		cache_create(&shared->l3, param[PARAM_l3_bytes], param[PARAM_l3_ways]))
		return shared;
	timing_shared_destroy(shared);
	return NULL;
}

void timing_shared_destroy(struct timing_shared *shared)
{
	if (shared == NULL)
		return;
	ENT_BUG_ON(shared->count != 0);
	cache_destroy(&shared->l3);
	states_destroy(shared->states);
	free(shared);
}

void timing_shared_reset(struct timing_shared *shared)
{
	cache_reset(&shared->l3);
}

/* ---- PEs ---- */

static bool create_hierarchy(struct hierarchy *m, const u32 *param)
{
	return cache_create(&m->l1i, param[PARAM_l1i_bytes], param[PARAM_l1i_ways]) &&
	       cache_create(&m->l1d, param[PARAM_l1d_bytes], param[PARAM_l1d_ways]) &&
	       cache_create(&m->l2, param[PARAM_l2_bytes], param[PARAM_l2_ways]);
}

static void destroy_hierarchy(struct hierarchy *m)
{
	cache_destroy(&m->l1i);
	cache_destroy(&m->l1d);
	cache_destroy(&m->l2);
	free(m);
}

bool timing_create(struct timed *t, struct timing_shared *shared)
{
	const struct timing_model *model = shared->model;
	struct hierarchy *m = calloc(1, sizeof(*m));

	ENT_BUG_ON(shared->count == shared->most);
	if (m == NULL)
		return false;
	if (!create_hierarchy(m, model->param)) {
		destroy_hierarchy(m);
		return false;
	}
	*t = (struct timed){ .model = model, .states = shared->states, .memory = m };
	t->core.model = model;
	m->shared = shared;
	shared->pe[shared->count++] = t;
	timing_reset(t);
	return true;
}

void timing_destroy(struct timed *t)
{
	struct timing_shared *shared;
	unsigned i = 0;

	if (t->memory == NULL)
		return;
	shared = t->memory->shared;
	while (shared->pe[i] != t)
		i++;
	shared->pe[i] = shared->pe[--shared->count];
	destroy_hierarchy(t->memory);
	t->memory = NULL;
	t->model = NULL;
}

static void reset_micro(struct micro_tlb *micro, u32 size)
{
	micro->size = (u8)size;
	micro->next = 0;
	for (unsigned i = 0; i < COUNT(micro->entry); i++)
		micro->entry[i] = NO_TLB_ENTRY;
}

static void reset_hierarchy(struct hierarchy *m, const u32 *param)
{
	cache_reset(&m->l1i);
	cache_reset(&m->l1d);
	cache_reset(&m->l2);
	memset(m->fill, 0, sizeof(m->fill));
	memset(m->code_fill, 0, sizeof(m->code_fill));
	memset(m->stream, 0, sizeof(m->stream));
	m->next_stream = m->next_code_fill = 0;
	reset_micro(&m->micro[0], param[PARAM_dtlb_entries]);
	reset_micro(&m->micro[1], param[PARAM_itlb_entries]);
	m->walk = (struct walk_cache){ .sets = (u8)(param[PARAM_walk_cache_entries] / WALK_WAYS) };
	m->ipa = (struct walk_cache){ .sets = (u8)(param[PARAM_ipa_cache_entries] / WALK_WAYS) };
}

void timing_reset(struct timed *t)
{
	t->start = NULL;
	t->state = STATE_READY;
	memset(t->read_line, 0, sizeof(t->read_line));
	memset(t->write_line, 0, sizeof(t->write_line));
	memset(t->code_line, 0, sizeof(t->code_line));
	predict_reset(&t->predictor, t->model);
	core_leap(&t->core, t->core.now);
	t->dynamic = (struct dynamic){ 0 };
	reset_hierarchy(t->memory, t->model->param);
}

void timing_set_exact(struct timed *t, u8 mask, u8 needed)
{
	bool begins = needed & ~t->exact & EXACT_ACCESSES;
	struct core *core;

	if (t->model == NULL)
		return;
	core = timing_pipeline(t);
	t->exact = (u8)((t->exact & ~mask) | needed);
	core->account = t->exact != 0 ? t->account : NULL;
	core->kinds = t->exact & EXACT_PMU ? t->kinds : NULL;
	for (unsigned i = 0; begins && i < LINE_TABLE; i++)
		t->read_line[i] = t->write_line[i] = t->code_line[i] = 0;
}
