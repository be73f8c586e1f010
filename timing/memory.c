/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses of data: L1D, where lines come from and go to, coherence of PEs. What is in a cache
 * changes at the access; when a line will be there is written when the instruction is issued.
 */
#include "timing/memory.h"

/* ---- Line tables ---- */

static void forget_write(struct timed *t, const struct cache_line *line)
{
	if (line->key != 0 && t->write_line[line->key % LINE_TABLE] == line->key)
		t->write_line[line->key % LINE_TABLE] = 0;
}

static void forget_data(struct timed *t, const struct cache_line *line)
{
	forget_write(t, line);
	if (line->key != 0 && t->read_line[line->key % LINE_TABLE] == line->key)
		t->read_line[line->key % LINE_TABLE] = 0;
}

static void enter_data(struct timed *t, const struct cache_line *line)
{
	u64 key = line->key;

	if (UNLIKELY(t->exact & EXACT_ACCESSES))
		return;
	t->read_line[key % LINE_TABLE] = key;
	if (line->flags & LINE_DIRTY) /* then nobody else has it */
		t->write_line[key % LINE_TABLE] = key;
}

/* ---- Fills ---- */

static void end_fill(struct hierarchy *m, struct cache_line *line)
{
	if (line->fill == 0)
		return;
	m->fill[line->fill - 1].line = NULL;
	line->fill = 0;
}

/* A free fill, or the one that is free first. */
static struct line_fill *next_fill(const struct timed *t)
{
	struct line_fill *first = t->memory->fill;
	cycles_t time = memory_time(t);

	for (u32 i = 0; i < t->model->param[PARAM_l1d_fills]; i++) {
		struct line_fill *fill = &t->memory->fill[i];

		if (fill->arrival <= time)
			return fill;
		if (fill->arrival < first->arrival)
			first = fill;
	}
	return first;
}

static void begin_fill(struct timed *t, struct line_fill *fill, struct cache_line *line,
	const struct source *source)
{
	struct dynamic *d = &t->dynamic;

	if (fill->line != NULL)
		fill->line->fill = 0;
	*fill = (struct line_fill){ .arrival =
					    larger(fill->arrival, memory_time(t)) + source->latency,
		.line = line,
		.reason = source->reason };
	line->fill = (u8)(fill - t->memory->fill + 1);
	d->any = true;
	if (d->fills == DYNAMIC_FILLS)
		return; /* as if the instruction was issued now */
	d->fill[d->fills].arrival = &fill->arrival;
	d->fill[d->fills++].latency = source->latency;
}

/* Is the line still on its way? */
static bool is_arriving(struct timed *t, struct cache_line *line)
{
	if (line->fill == 0)
		return false;
	if (t->memory->fill[line->fill - 1].arrival > memory_time(t))
		return true;
	end_fill(t->memory, line);
	return false;
}

/* ---- What the instruction waits for ---- */

static void note_latency(struct timed *t, const struct source *source, bool is_store)
{
	struct dynamic *d = &t->dynamic;

	d->any = true;
	d->misses_store |= is_store;
	if (source->latency <= d->data_latency)
		return;
	d->data_latency = source->latency;
	d->data_reason = source->reason;
}

static void note_arrival(struct timed *t, const struct cache_line *line)
{
	struct dynamic *d = &t->dynamic;
	const struct line_fill *fill = &t->memory->fill[line->fill - 1];
	unsigned i = d->arrives[0] != NULL;

	d->any = true;
	if (i == 1 && d->arrives[1] != NULL) {
		if (*d->arrives[1] >= fill->arrival)
			return;
	}
	d->arrives[i] = &fill->arrival;
	d->arrives_reason = fill->reason;
}

/* ---- Beyond L2 ---- */

static void put_l3(struct timed *t, u64 number, u8 flags)
{
	struct cache *l3 = &t->memory->shared->l3;
	struct cache_line *line = cache_find(l3, number);

	if (l3->line == NULL)
		return;
	if (line == NULL)
		line = cache_choose(l3, number);
	*line = (struct cache_line){ .tag = number + 1, .flags = flags & LINE_DIRTY };
}

static void put_l2(struct timed *t, u64 number, u8 flags)
{
	struct cache *l2 = &t->memory->l2;
	struct cache_line *line;

	if (l2->line == NULL) {
		put_l3(t, number, flags);
		return;
	}
	line = cache_choose(l2, number);
	t->count[COUNT_L2_WRITEBACK] += line->tag != 0 && line->flags & LINE_DIRTY;
	if (line->tag != 0)
		put_l3(t, cache_number(line), line->flags);
	*line = (struct cache_line){ .tag = number + 1, .flags = flags };
}

/* L3, which gives the line away, or memory. */
static struct source read_beyond(struct timed *t, u64 number)
{
	const u32 *param = t->model->param;
	struct cache *l3 = &t->memory->shared->l3;
	struct cache_line *line;

	if (l3->line != NULL) {
		t->count[COUNT_L3_ACCESS]++;
		line = cache_find(l3, number);
		if (line != NULL) {
			line->tag = 0;
			return (struct source){ param[PARAM_l3_latency], REASON_L2, line->flags };
		}
		t->count[COUNT_L3_REFILL]++;
	}
	return (struct source){ param[PARAM_dram_latency], REASON_DRAM, 0 };
}

/* ---- Other PEs ---- */

static void leave_l1d(struct timed *t, struct cache_line *line)
{
	forget_data(t, line);
	end_fill(t->memory, line);
	line->tag = 0;
}

static void become_shared(struct timed *t, struct cache_line *line)
{
	forget_write(t, line);
	line->flags = (u8)((line->flags & ~LINE_DIRTY) | LINE_SHARED);
}

/* What another PE has of a line: for reading it is shared, and clean then; else it is gone. */
static bool ask_pe(struct timed *other, u64 number, bool for_write)
{
	struct cache_line *l1d = cache_find(&other->memory->l1d, number);
	struct cache_line *l2 = cache_find(&other->memory->l2, number);

	if (l1d != NULL && for_write)
		leave_l1d(other, l1d);
	else if (l1d != NULL)
		become_shared(other, l1d);
	if (l2 != NULL && for_write)
		l2->tag = 0;
	else if (l2 != NULL)
		become_shared(other, l2);
	return l1d != NULL || l2 != NULL;
}

static bool ask_others(struct timed *t, u64 number, bool for_write)
{
	struct timing_shared *shared = t->memory->shared;
	bool found = false;

	for (unsigned i = 0; i < shared->count; i++) {
		if (shared->pe[i] != t)
			found |= ask_pe(shared->pe[i], number, for_write);
	}
	if (for_write && shared->count > 1) {
		struct cache_line *line = cache_find(&shared->l3, number);

		if (line != NULL)
			line->tag = 0;
	}
	return found;
}

/* ---- Lines for L1D ---- */

static struct source find_line(struct timed *t, u64 number, bool for_write)
{
	const u32 *param = t->model->param;
	struct cache_line *line = cache_find(&t->memory->l2, number);
	struct source source;

	t->count[COUNT_L2_ACCESS]++;
	if (line != NULL) {
		source = (struct source){ param[PARAM_l2_latency], REASON_L1D, line->flags };
		line->tag = 0;
		if (!for_write || !(line->flags & LINE_SHARED))
			return source;
		if (ask_others(t, number, true))
			source.latency = (u32)larger(source.latency, param[PARAM_snoop_latency]);
		source.flags &= (u8)~LINE_SHARED;
		return source;
	}
	t->count[COUNT_L2_REFILL]++;
	if (ask_others(t, number, for_write))
		return (struct source){ param[PARAM_snoop_latency], REASON_L2,
			for_write ? 0 : LINE_SHARED };
	return read_beyond(t, number);
}

/* Puts a line into L1D; its victim goes to L2. */
static struct cache_line *put_l1d(struct timed *t, u64 number, u64 key, u8 flags)
{
	struct cache_line *line = cache_choose(&t->memory->l1d, number);
	struct cache_line victim = *line;

	if (victim.tag != 0) {
		leave_l1d(t, line);
		if (victim.flags & LINE_DIRTY)
			t->count[COUNT_L1D_WRITEBACK]++;
		put_l2(t, cache_number(&victim), victim.flags & (LINE_DIRTY | LINE_SHARED));
	}
	*line = (struct cache_line){ .tag = number + 1, .key = key, .flags = flags };
	return line;
}

static bool is_write(enum timing_access kind)
{
	return kind != TIMING_READ;
}

/* A fill for a line that cannot wait: who comes too late waits for all. */
static struct line_fill *demand_fill(struct timed *t)
{
	struct line_fill *fill = next_fill(t);
	cycles_t time = memory_time(t);

	if (fill->arrival > time)
		memory_stall(t, fill->arrival - time, fill->reason);
	return fill;
}

static void miss(struct timed *t, u64 number, u64 key, enum timing_access kind)
{
	bool write = is_write(kind);
	struct line_fill *fill = demand_fill(t);
	struct source source = find_line(t, number, write);
	struct cache_line *line;

	t->count[COUNT_L1D_REFILL]++;
	line = put_l1d(t, number, key, (u8)(source.flags | (write ? LINE_DIRTY : 0)));
	begin_fill(t, fill, line, &source);
	note_latency(t, &source, kind == TIMING_WRITE);
	prefetch_train(t, number, key);
}

/* All of the line is written: nothing has to be fetched. */
static void zero(struct timed *t, u64 number, u64 key)
{
	struct cache_line *l2 = cache_find(&t->memory->l2, number);

	if (l2 != NULL)
		l2->tag = 0;
	ask_others(t, number, true);
	enter_data(t, put_l1d(t, number, key, LINE_DIRTY));
}

/* The first write since others may have seen the line, or since it was cleaned. */
static void make_writable(struct timed *t, struct cache_line *line, enum timing_access kind)
{
	if (line->flags & LINE_SHARED) {
		struct source source = { t->model->param[PARAM_snoop_latency], REASON_L2, 0 };

		if (ask_others(t, cache_number(line), true))
			note_latency(t, &source, kind != TIMING_ATOMIC);
	}
	line->flags = (u8)((line->flags & ~LINE_SHARED) | LINE_DIRTY);
}

/* Handlers access wide data in pieces: what an instruction has of a line is counted once. */
static void count_access(struct timed *t, u64 number, enum timing_access kind)
{
	bool write = is_write(kind);

	if (t->counted[write] == number + 1)
		return;
	t->count[write ? COUNT_L1D_WRITE : COUNT_L1D_READ]++;
	if (t->exact & EXACT_ACCESSES)
		t->counted[write] = number + 1;
}

static void access_line(struct timed *t, u64 number, u64 key, enum timing_access kind)
{
	struct cache_line *line = cache_find(&t->memory->l1d, number);
	bool is_new;

	count_access(t, number, kind);
	if (line == NULL && kind == TIMING_ZERO) {
		zero(t, number, key);
		return;
	}
	if (line == NULL) {
		miss(t, number, key, kind);
		return;
	}
	is_new = line->flags & LINE_PREFETCHED;
	line->flags &= (u8)~LINE_PREFETCHED;
	line->key = key; /* timing_transfer() forgets it */
	if (is_write(kind))
		make_writable(t, line, kind);
	if (is_arriving(t, line))
		note_arrival(t, line);
	else
		enter_data(t, line);
	if (is_new)
		prefetch_train(t, number, key);
}

bool memory_prefetch(struct timed *t, u64 number, u64 key)
{
	struct line_fill *fill;
	struct source source;
	struct cache_line *line;

	if (cache_find(&t->memory->l1d, number) != NULL)
		return true;
	fill = next_fill(t);
	if (fill->arrival > memory_time(t))
		return false;
	source = find_line(t, number, false);
	line = put_l1d(t, number, key, source.flags | LINE_PREFETCHED);
	begin_fill(t, fill, line, &source);
	return true;
}

void timing_data(struct timed *t, pa_t pa, const void *host, unsigned size, enum timing_access kind)
{
	u64 first = pa.v >> LINE_SHIFT, last = (pa.v + size - 1) >> LINE_SHIFT;
	u64 key = (u64)(uintptr_t)host >> LINE_SHIFT;

	access_line(t, first, key, kind);
	if (last == first)
		return;
	access_line(t, last, key + 1, kind);
	timing_crossing(t);
}

void timing_crossing(struct timed *t)
{
	memory_stall(t, t->model->param[PARAM_line_cross], REASON_UNIT);
}

void timing_device(struct timed *t, bool write)
{
	const u32 *param = t->model->param;

	t->count[COUNT_DEVICE]++;
	memory_stall(t, param[write ? PARAM_device_write : PARAM_device_read], REASON_DEVICE);
}

/* ---- Instructions and descriptors ---- */

struct source memory_read(struct timed *t, u64 number)
{
	const u32 *param = t->model->param;
	struct cache_line *line = cache_find(&t->memory->l2, number);
	struct source source = { param[PARAM_l2_latency], REASON_L1D, 0 };

	t->count[COUNT_L2_ACCESS]++;
	if (line != NULL || cache_find(&t->memory->l1d, number) != NULL)
		return source;
	t->count[COUNT_L2_REFILL]++;
	if (ask_others(t, number, false))
		source = (struct source){ param[PARAM_snoop_latency], REASON_L2, LINE_SHARED };
	else
		source = read_beyond(t, number);
	put_l2(t, number, source.flags);
	return source;
}

/* ---- Maintenance ---- */

static bool clean(struct timed *t, struct cache_line *line)
{
	bool was_dirty = line->flags & LINE_DIRTY;

	forget_write(t, line);
	line->flags &= (u8)~LINE_DIRTY;
	return was_dirty;
}

void memory_maintain_l1d(struct timed *t, struct cache_line *line, bool leaves)
{
	if (line == NULL || line->tag == 0)
		return;
	t->count[COUNT_L1D_WRITEBACK] += clean(t, line);
	if (leaves)
		leave_l1d(t, line);
}

void memory_maintain_l2(struct timed *t, struct cache_line *line, bool leaves)
{
	if (line == NULL || line->tag == 0)
		return;
	t->count[COUNT_L2_WRITEBACK] += clean(t, line);
	if (leaves)
		line->tag = 0;
}
