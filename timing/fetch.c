/* SPDX-License-Identifier: Apache-2.0 */
/*
 * L1I: the fetch waits for a line that is not there; the one behind it is prefetched.
 */
#include "timing/memory.h"

/* ---- The line table ---- */

static u64 key_of(const void *records)
{
	return (u64)(uintptr_t)records / RECORDS_BYTES;
}

static void forget_key(struct timed *t, u64 key)
{
	if (key != 0 && t->code_line[key % LINE_TABLE] == key)
		t->code_line[key % LINE_TABLE] = 0;
}

static void leave_l1i(struct timed *t, struct cache_line *line)
{
	forget_key(t, line->key);
	line->tag = 0;
}

static void enter_code(struct timed *t, struct cache_line *line, u64 key)
{
	if (line->key != key)
		forget_key(t, line->key);
	line->key = key;
	if (LIKELY(!(t->exact & EXACT_ACCESSES)))
		t->code_line[key % LINE_TABLE] = key;
}

void timing_forget_records(struct timed *t, const void *records, u64 bytes)
{
	u64 end = (u64)(uintptr_t)records + bytes;

	for (u64 key = key_of(records); key * RECORDS_BYTES < end; key++)
		forget_key(t, key);
}

/* ---- Fetching ---- */

static struct cache_line *put_l1i(struct timed *t, u64 number, u8 flags)
{
	struct cache_line *line = cache_choose(&t->memory->l1i, number);

	leave_l1i(t, line);
	*line = (struct cache_line){ .tag = number + 1, .flags = flags };
	t->count[COUNT_L1I_REFILL]++;
	return line;
}

/* The line behind, if it is in the same page; begun at `time`. */
static void prefetch_next(struct timed *t, u64 number, cycles_t time)
{
	struct hierarchy *m = t->memory;
	u64 next = number + 1;
	struct code_fill *fill;

	if (!t->model->param[PARAM_code_prefetch] || next % LINES_PER_PAGE == 0 ||
		cache_find(&m->l1i, next) != NULL)
		return;
	fill = &m->code_fill[m->next_code_fill];
	m->next_code_fill = (u8)((m->next_code_fill + 1) % CODE_FILLS);
	*fill = (struct code_fill){ .arrival = time + memory_read(t, next).latency,
		.tag = put_l1i(t, next, LINE_PREFETCHED)->tag };
}

/* Cycles until a line that was prefetched is there. */
static u32 still_to_come(const struct timed *t, const struct cache_line *line)
{
	for (unsigned i = 0; i < CODE_FILLS; i++) {
		const struct code_fill *fill = &t->memory->code_fill[i];

		if (fill->tag == line->tag && fill->arrival > t->now)
			return (u32)(fill->arrival - t->now);
	}
	return 0;
}

u32 timing_fetch(struct timed *t, pa_t pa, const void *records)
{
	u64 number = pa.v >> LINE_SHIFT;
	struct cache_line *line = cache_find(&t->memory->l1i, number);
	u32 stall = 0;
	bool is_new = line == NULL || line->flags & LINE_PREFETCHED;

	t->count[COUNT_L1I_ACCESS]++;
	if (line == NULL) {
		stall = memory_read(t, number).latency;
		line = put_l1i(t, number, 0);
	} else if (is_new) {
		stall = still_to_come(t, line);
		line->flags = 0;
	}
	enter_code(t, line, key_of(records));
	if (is_new)
		prefetch_next(t, number, t->now + stall);
	return stall;
}

/* ---- Maintenance ---- */

void fetch_invalidate_line(struct timed *t, u64 number)
{
	struct cache_line *line = cache_find(&t->memory->l1i, number);

	if (line != NULL)
		leave_l1i(t, line);
}

void fetch_invalidate(struct timed *t)
{
	struct cache *l1i = &t->memory->l1i;

	for (u32 at = 0; at < l1i->sets * l1i->ways; at++)
		leave_l1i(t, &l1i->line[at]);
}
