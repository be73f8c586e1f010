/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timing of a PE as bytes: what its future depends on, whatever engine goes on with it.
 */
#include "timing/memory.h"

#include <string.h>

enum { NO_INDEX = 0xff, LINE_FLAGS = LINE_DIRTY | LINE_SHARED | LINE_PREFETCHED };

static void require_reason(struct archive *archive, u8 reason)
{
	archive_require(archive, reason < REASON_COUNT, "cycles have no possible reason");
}

/* ---- The pipeline ---- */

/* A resource that is not busy is ready, and nothing else. */
static void transfer_resource(struct core *core, unsigned resource, struct archive *archive)
{
	ARCHIVE(archive, core->ready[resource]);
	ARCHIVE(archive, core->bypass[resource]);
	ARCHIVE(archive, core->why[resource]);
	require_reason(archive, core->why[resource]);
}

static void transfer_pipeline(struct core *core, struct archive *archive)
{
	ARCHIVE(archive, core->now);
	ARCHIVE(archive, core->used);
	ARCHIVE(archive, core->taken);
	ARCHIVE(archive, core->busy);
	archive_require(archive, core->used < core->model->param[PARAM_issue_width],
		"a cycle has too many instructions");
	archive_require(archive, core->busy[1] >> (RES_COUNT - 64) == 0,
		"the pipeline has no such resource");
	if (archive->failed)
		return;
	for (unsigned resource = 0; resource < RES_COUNT; resource++) {
		if (core->busy[resource / 64] >> resource % 64 & 1)
			transfer_resource(core, resource, archive);
	}
}

/* As a number or not, it is the same state. */
static void save_core(const struct timed *t, struct archive *archive)
{
	struct core core = t->core;

	if (t->state != STATE_RAW) {
		core.now = t->now;
		states_load(t->states, t->state, &core);
	}
	transfer_pipeline(&core, archive);
}

static void load_core(struct timed *t, struct archive *archive)
{
	struct core *core = &t->core;

	memset(core->ready, 0, sizeof(core->ready));
	memset(core->bypass, 0, sizeof(core->bypass));
	memset(core->why, 0, sizeof(core->why));
	transfer_pipeline(core, archive);
	t->now = core->now;
	t->state = STATE_RAW;
}

static void transfer_account(struct timed *t, struct archive *archive)
{
	ARCHIVE(archive, t->core.accounted);
	archive_require(
		archive, t->core.accounted >> REASON_COUNT == 0, "cycles have no possible reason");
	ARCHIVE(archive, t->account);
	ARCHIVE(archive, t->count);
	ARCHIVE(archive, t->counted);
	ARCHIVE(archive, t->kinds);
	ARCHIVE(archive, t->reasons);
}

/* ---- The branch predictor ---- */

static void transfer_predictor(struct predictor *p, struct archive *archive)
{
	ARCHIVE(archive, p->return_top);
	ARCHIVE(archive, p->history);
	ARCHIVE(archive, p->path);
	ARCHIVE(archive, p->direction);
	ARCHIVE(archive, p->pattern);
	ARCHIVE(archive, p->target);
	ARCHIVE(archive, p->returns);
	archive_require(archive, p->return_top < p->return_count,
		"the branch predictor has no such return");
}

/* ---- Caches ---- */

/* The line tables' keys are of the host. A line is where it is: victims are chosen by place. */
static void transfer_line(struct cache_line *line, struct archive *archive)
{
	u64 word = line->tag == 0 ? 0 : line->tag | (u64)(line->flags & LINE_FLAGS) << 56;

	ARCHIVE(archive, word);
	if (archive->is_loading)
		*line = (struct cache_line){ .tag = bits(word, 55, 0),
			.flags = (u8)(word >> 56) & LINE_FLAGS };
}

static void transfer_cache(struct cache *cache, struct archive *archive)
{
	ARCHIVE(archive, cache->random);
	for (u32 i = 0; i < cache->sets * cache->ways; i++)
		transfer_line(&cache->line[i], archive);
}

/* The line of L1D that a fill brings, by its place. */
static void transfer_fill(struct hierarchy *m, unsigned index, struct archive *archive)
{
	struct line_fill *fill = &m->fill[index];
	u32 none = m->l1d.sets * m->l1d.ways;
	u32 place = fill->line != NULL ? (u32)(fill->line - m->l1d.line) : none;

	ARCHIVE(archive, fill->arrival);
	ARCHIVE(archive, fill->reason);
	ARCHIVE(archive, place);
	require_reason(archive, fill->reason);
	archive_require(archive, place <= none, "a fill is of no line");
	if (!archive->is_loading)
		return;
	fill->line = place < none ? &m->l1d.line[place] : NULL;
	if (fill->line != NULL)
		fill->line->fill = (u8)(index + 1);
}

static void transfer_code_fills(struct hierarchy *m, struct archive *archive)
{
	for (unsigned i = 0; i < CODE_FILLS; i++) {
		ARCHIVE(archive, m->code_fill[i].arrival);
		ARCHIVE(archive, m->code_fill[i].tag);
	}
	ARCHIVE(archive, m->next_code_fill);
	archive_require(archive, m->next_code_fill < CODE_FILLS, "there is no such fill");
}

static void transfer_streams(struct hierarchy *m, const u32 *param, struct archive *archive)
{
	for (unsigned i = 0; i < COUNT(m->stream); i++) {
		ARCHIVE(archive, m->stream[i].last);
		ARCHIVE(archive, m->stream[i].stride);
		ARCHIVE(archive, m->stream[i].seen);
	}
	ARCHIVE(archive, m->next_stream);
	archive_require(archive, m->next_stream < param[PARAM_prefetch_streams],
		"the prefetcher has no such stream");
}

static void transfer_walk_cache(struct walk_cache *cache, struct archive *archive)
{
	ARCHIVE(archive, cache->entry);
	ARCHIVE(archive, cache->next);
}

static void transfer_walk(struct hierarchy *m, struct archive *archive)
{
	transfer_walk_cache(&m->walk, archive);
	transfer_walk_cache(&m->ipa, archive);
	ARCHIVE(archive, m->walk_now.level);
	ARCHIVE(archive, m->walk_now.known);
	ARCHIVE_BOOL(archive, m->walk_now.is_known);
}

void timing_micro_tlb_transfer(struct timed *t, unsigned entries, struct archive *archive)
{
	for (unsigned i = 0; i < COUNT(t->memory->micro); i++) {
		struct micro_tlb *micro = &t->memory->micro[i];

		ARCHIVE(archive, micro->entry);
		ARCHIVE(archive, micro->next);
		archive_require(
			archive, micro->next < micro->size, "a micro TLB has no such entry");
		for (unsigned n = 0; n < COUNT(micro->entry); n++)
			archive_require(archive,
				micro->entry[n] < entries || micro->entry[n] == NO_TLB_ENTRY,
				"a micro TLB has what the TLB has not");
	}
}

/* ---- What the next instruction has met already ---- */

static u8 index_of(const struct hierarchy *m, const cycles_t *arrival)
{
	return arrival == NULL ? NO_INDEX
			       : (u8)(((uintptr_t)arrival - (uintptr_t)&m->fill[0].arrival) /
					 sizeof(m->fill[0]));
}

static cycles_t *arrival_of(struct hierarchy *m, u8 index)
{
	return index < COUNT(m->fill) ? &m->fill[index].arrival : NULL;
}

static void transfer_arrival(struct hierarchy *m, cycles_t **arrival, struct archive *archive)
{
	u8 index = index_of(m, *arrival);

	ARCHIVE(archive, index);
	archive_require(
		archive, index < COUNT(m->fill) || index == NO_INDEX, "there is no such fill");
	*arrival = arrival_of(m, index);
}

static void transfer_dynamic(struct timed *t, struct archive *archive)
{
	struct dynamic *d = &t->dynamic;

	ARCHIVE_BOOL(archive, d->any);
	if (archive->is_loading)
		*d = (struct dynamic){ .any = d->any };
	if (!d->any)
		return;
	ARCHIVE(archive, d->instead);
	ARCHIVE(archive, d->data_reason);
	ARCHIVE(archive, d->data_latency);
	ARCHIVE(archive, d->stall);
	ARCHIVE(archive, d->stalled);
	ARCHIVE(archive, d->arrives_reason);
	ARCHIVE_BOOL(archive, d->misses_store);
	ARCHIVE(archive, d->fills);
	archive_require(archive, d->instead < CLASS_COUNT, "an instruction is of no class");
	archive_require(archive, d->fills <= DYNAMIC_FILLS, "an instruction has too many fills");
	require_reason(archive, d->data_reason);
	require_reason(archive, d->arrives_reason);
	for (unsigned i = 0; i < COUNT(d->arrives); i++) {
		cycles_t *arrival = (cycles_t *)(uintptr_t)d->arrives[i];

		transfer_arrival(t->memory, &arrival, archive);
		d->arrives[i] = arrival;
	}
	for (unsigned i = 0; i < d->fills && !archive->failed; i++) {
		transfer_arrival(t->memory, &d->fill[i].arrival, archive);
		ARCHIVE(archive, d->fill[i].latency);
		archive_require(archive, d->fill[i].arrival != NULL, "there is no such fill");
	}
}

/* ---- All of it ---- */

static void transfer_memory(struct timed *t, struct archive *archive)
{
	struct hierarchy *m = t->memory;

	transfer_cache(&m->l1i, archive);
	transfer_cache(&m->l1d, archive);
	transfer_cache(&m->l2, archive);
	for (unsigned i = 0; i < COUNT(m->fill); i++)
		transfer_fill(m, i, archive);
	transfer_code_fills(m, archive);
	transfer_streams(m, t->model->param, archive);
	transfer_walk(m, archive);
}

static void forget_lines(struct timed *t)
{
	memset(t->read_line, 0, sizeof(t->read_line));
	memset(t->write_line, 0, sizeof(t->write_line));
	memset(t->code_line, 0, sizeof(t->code_line));
	t->start = NULL;
	t->code = NULL;
}

void timing_transfer(struct timed *t, struct archive *archive)
{
	archive_mark(archive, "timing");
	if (archive->is_loading) {
		forget_lines(t);
		load_core(t, archive);
	} else {
		save_core(t, archive);
	}
	transfer_account(t, archive);
	ARCHIVE(archive, t->line.v);
	transfer_predictor(&t->predictor, archive);
	transfer_memory(t, archive);
	transfer_dynamic(t, archive);
}

void timing_shared_transfer(struct timing_shared *shared, struct archive *archive)
{
	archive_mark(archive, "l3");
	transfer_cache(&shared->l3, archive);
}
