/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caches of timed PEs: where lines come from and go to, when they arrive, who may use them without
 * asking. Expected cycles are worked by hand.
 */
#include "timing_memory.h"

#include "base/rng.h"

static int setup(void **state)
{
	*state = fixture_create(1);
	return 0;
}

static int setup_two(void **state)
{
	*state = fixture_create(2);
	return 0;
}

static int teardown(void **state)
{
	fixture_destroy(*state);
	return 0;
}

/* ---- Sizes ---- */

/* Loads every line of `kib` once; how many came from where. */
struct walked {
	unsigned l1, l2, l3, dram;
};

static struct walked walk(struct timed *t, u64 kib)
{
	struct walked walked = { 0 };

	for (u64 n = 0; n < kib * 16; n++) {
		u32 latency = load(t, LINE(n));

		walked.l1 += latency == 0;
		walked.l2 += latency == L2;
		walked.l3 += latency == L3;
		walked.dram += latency == DRAM;
		settle_lines(t);
	}
	assert_int_equal(walked.l1 + walked.l2 + walked.l3 + walked.dram, kib * 16);
	return walked;
}

static void fits_l1(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(walk(f->t, 32).dram, 512);
	assert_int_equal(walk(f->t, 32).l1, 512);
	assert_int_equal(f->t->count[COUNT_L1D_REFILL], 512);
	assert_int_equal(f->t->count[COUNT_L2_ACCESS], 512);
	assert_int_equal(f->t->count[COUNT_L2_REFILL], 512);
}

/* L2 has what L1D lost and nothing that it has: 128 KiB are two lines in each set of L2 at most. */
static void fits_l2(void **state)
{
	struct fixture *f = *state;
	struct walked again;

	assert_int_equal(walk(f->t, 128).dram, 2048);
	again = walk(f->t, 128);
	assert_int_equal(again.dram, 0);
	assert_true(again.l2 > 1500);
	for (u64 n = 0; n < 2048; n++) {
		bool in_l1d = cache_find(&f->t->memory->l1d, LINE(n) >> 6) != NULL;
		bool in_l2 = cache_find(&f->t->memory->l2, LINE(n) >> 6) != NULL;

		assert_true(in_l1d != in_l2);
	}
}

static void fits_nothing(void **state)
{
	struct fixture *f = *state;
	struct walked again;

	walk(f->t, 2048);
	again = walk(f->t, 2048);
	assert_true(again.dram > 2048 * 16 * 9 / 10);
}

static void l3_has_victims(void **state)
{
	struct fixture *f = *state;
	struct walked again;

	(void)f;
	fixture_destroy(f);
	*state = f = fixture_create(1);
	timing_destroy(f->t);
	timing_shared_destroy(f->shared);
	f->model.param[PARAM_l3_bytes] = 4 << 20;
	f->model.param[PARAM_l3_ways] = 16;
	f->shared = timing_shared_create(&f->model, 1);
	assert_true(timing_create(f->t, f->shared));
	assert_int_equal(walk(f->t, 1024).dram, 16384);
	again = walk(f->t, 1024);
	assert_int_equal(again.dram, 0);
	assert_true(again.l3 > 10000);
	assert_int_equal(f->t->count[COUNT_L3_REFILL], 16384);
	timing_shared_reset(f->shared);
	timing_reset(f->t);
	assert_int_equal(walk(f->t, 1024).dram, 16384);
}

static void no_l2(void **state)
{
	struct fixture *f = *state;

	timing_destroy(f->t);
	f->model.param[PARAM_l2_bytes] = 0;
	assert_true(timing_create(f->t, f->shared));
	walk(f->t, 64);
	assert_int_equal(walk(f->t, 64).l2, 0);
}

/* ---- When lines arrive ---- */

static void a_line_arrives(void **state)
{
	struct fixture *f = *state;
	struct timed *t = f->t;
	struct dynamic d;

	t->now = 100;
	d = access_data(t, LINE(0), 8, TIMING_READ);
	assert_int_equal(d.data_latency, DRAM);
	assert_int_equal(d.data_reason, REASON_DRAM);
	assert_false(d.misses_store);
	assert_int_equal(d.fills, 1);
	assert_false(may_read(t, LINE(0)));
	t->now = 299;
	d = access_data(t, LINE(0) + 8, 8, TIMING_READ);
	assert_int_equal(d.data_latency, 0);
	assert_int_equal(*d.arrives[0], 100 + DRAM);
	assert_int_equal(d.arrives_reason, REASON_DRAM);
	assert_false(may_read(t, LINE(0)));
	t->now = 300;
	d = access_data(t, LINE(0) + 16, 8, TIMING_READ);
	assert_false(d.any);
	assert_true(may_read(t, LINE(0)));
	assert_false(may_write(t, LINE(0)));
}

/* The instruction issues later than it was looked at: the line is asked for then. */
static void arrival_is_of_issue(void **state)
{
	struct timed *t = ((struct fixture *)*state)->t;
	struct dynamic d;

	timing_data(t, PA(LINE(0)), HOST(LINE(0)), 8, TIMING_READ);
	t->now = 40;
	issue(t);
	t->now = 41;
	d = access_data(t, LINE(0), 8, TIMING_READ);
	assert_int_equal(*d.arrives[0], 40 + DRAM);
}

/* A store that misses, then one that is merged with it, then one that need not ask any more. */
static void stores(void **state)
{
	struct timed *t = ((struct fixture *)*state)->t;
	struct dynamic d = access_data(t, LINE(0), 8, TIMING_WRITE);

	assert_true(d.misses_store);
	assert_int_equal(d.data_latency, DRAM);
	d = access_data(t, LINE(0) + 8, 8, TIMING_WRITE);
	assert_false(d.misses_store);
	assert_int_equal(*d.arrives[0], DRAM);
	assert_false(may_write(t, LINE(0)));
	settle_lines(t);
	assert_int_equal(store(t, LINE(0)), 0);
	assert_true(may_write(t, LINE(0)) && may_read(t, LINE(0)));
}

/* Line tables allow a write only when the line is known to be dirty. */
static void first_write_is_seen(void **state)
{
	struct timed *t = ((struct fixture *)*state)->t;

	load(t, LINE(0));
	settle_lines(t);
	assert_int_equal(load(t, LINE(0)), 0);
	assert_false(may_write(t, LINE(0)));
	assert_int_equal(store(t, LINE(0)), 0);
	assert_true(may_write(t, LINE(0)));
	for (u64 n = 1; n < 100; n++) /* 128 sets: the same set again and again */
		load(t, LINE(128 * n)), settle_lines(t);
	assert_false(may_read(t, LINE(0)) || may_write(t, LINE(0)));
	assert_int_equal(t->count[COUNT_L1D_WRITEBACK], 1);
	assert_true(cache_find(&t->memory->l2, LINE(0) >> 6) == NULL ||
		    cache_find(&t->memory->l2, LINE(0) >> 6)->flags & LINE_DIRTY);
}

static void crossing(void **state)
{
	struct timed *t = ((struct fixture *)*state)->t;
	struct dynamic d = access_data(t, LINE(1) - 4, 8, TIMING_READ);

	assert_int_equal(d.fills, 2);
	assert_int_equal(d.data_latency, DRAM);
	assert_int_equal(stalls(&d), CROSS);
	assert_int_equal(t->count[COUNT_L1D_REFILL], 2);
	settle_lines(t);
	d = access_data(t, LINE(1) - 4, 8, TIMING_READ);
	assert_int_equal(d.data_latency, 0);
	assert_int_equal(d.stall[REASON_UNIT], CROSS);
	assert_true(may_read(t, LINE(0)) && may_read(t, LINE(1)));
}

/* Eight lines may be on their way; the ninth waits for the first, and all behind it do. */
static void fills_are_few(void **state)
{
	struct timed *t = ((struct fixture *)*state)->t;
	struct dynamic d;

	for (u64 n = 0; n < 8; n++, t->now += 3) {
		d = access_data(t, LINE(n), 8, TIMING_READ);
		assert_int_equal(stalls(&d), 0);
	}
	d = access_data(t, LINE(8), 8, TIMING_READ); /* at 24; the first arrives at 200 */
	assert_int_equal(d.stall[REASON_DRAM], DRAM - 24);
	t->now = DRAM;
	d = access_data(t, LINE(8), 8, TIMING_READ);
	assert_int_equal(*d.arrives[0], 2 * DRAM);
	assert_int_equal(load(t, LINE(0)), 0);
	assert_true(may_read(t, LINE(0)));
	assert_false(may_read(t, LINE(1)));
}

/* What an instruction has waited for is over: a transfer takes what its lines take, once. */
static void one_instruction_may_miss_often(void **state)
{
	struct timed *t = ((struct fixture *)*state)->t;
	struct dynamic d;

	for (u64 n = 0; n < 1000; n++)
		timing_data(t, PA(LINE(n)), HOST(LINE(n)), 8, TIMING_READ);
	d = issue(t);
	assert_int_equal(stalls(&d), DRAM * ((1000 - 1) / 8));
}

static void devices(void **state)
{
	struct fixture *f = *state;
	struct dynamic d;

	timing_device(f->t, false);
	d = issue(f->t);
	assert_int_equal(d.stall[REASON_DEVICE], f->model.param[PARAM_device_read]);
	timing_device(f->t, true);
	d = issue(f->t);
	assert_int_equal(d.stall[REASON_DEVICE], f->model.param[PARAM_device_write]);
	assert_int_equal(f->t->count[COUNT_DEVICE], 2);
}

/* DC ZVA writes all of a line: nothing is fetched. */
static void zero_needs_no_data(void **state)
{
	struct timed *t = ((struct fixture *)*state)->t;
	struct dynamic d = access_data(t, LINE(5), 64, TIMING_ZERO);

	assert_false(d.any);
	assert_true(may_write(t, LINE(5)) && may_read(t, LINE(5)));
	assert_int_equal(t->count[COUNT_L2_ACCESS], 0);
}

static void atomics(void **state)
{
	struct timed *t = ((struct fixture *)*state)->t;
	struct dynamic d = access_data(t, LINE(5), 8, TIMING_ATOMIC);

	assert_false(d.misses_store);
	assert_int_equal(d.data_latency, DRAM);
	settle_lines(t);
	assert_false(access_data(t, LINE(5), 8, TIMING_ATOMIC).any);
	assert_true(may_write(t, LINE(5)));
}

/* ---- The prefetcher ---- */

static void prefetch_on(struct fixture *f)
{
	f->model.param[PARAM_prefetch] = 1;
	f->model.param[PARAM_prefetch_streams] = 2;
	f->model.param[PARAM_prefetch_stride] = 4;
	f->model.param[PARAM_prefetch_distance] = 2;
}

static bool in_l1d(const struct timed *t, u64 n)
{
	return cache_find(&t->memory->l1d, LINE(n) >> 6) != NULL;
}

static void prefetch_sequence(void **state)
{
	struct fixture *f = *state;
	struct timed *t = f->t;
	struct dynamic d;

	prefetch_on(f);
	load(t, LINE(0));
	load(t, LINE(1));
	assert_false(in_l1d(t, 2));
	d = access_data(t, LINE(2), 8, TIMING_READ); /* the third: 3 and 4 are asked for */
	assert_int_equal(d.fills, 3);
	assert_true(in_l1d(t, 3) && in_l1d(t, 4));
	assert_false(in_l1d(t, 5));
	settle_lines(t);
	assert_false(may_read(t, LINE(3))); /* there, but its first use must be seen */
	assert_int_equal(load(t, LINE(3)), 0);
	assert_true(may_read(t, LINE(3)));
	assert_true(in_l1d(t, 5));
	assert_int_equal(load(t, LINE(3) + 8), 0);
	assert_false(in_l1d(t, 6));
	assert_int_equal(t->count[COUNT_L1D_REFILL], 3); /* by loads */
}

static void prefetch_backwards(void **state)
{
	struct fixture *f = *state;

	prefetch_on(f);
	load(f->t, LINE(30));
	load(f->t, LINE(27));
	load(f->t, LINE(24));
	assert_true(in_l1d(f->t, 21) && in_l1d(f->t, 18));
}

static void prefetch_stays_in_page(void **state)
{
	struct fixture *f = *state;

	prefetch_on(f);
	load(f->t, LINE(60));
	load(f->t, LINE(61));
	load(f->t, LINE(62));
	assert_true(in_l1d(f->t, 63));
	assert_false(in_l1d(f->t, 64));
	settle_lines(f->t);
	load(f->t, LINE(63));
	assert_false(in_l1d(f->t, 64));
	assert_int_equal(load(f->t, LINE(64)), DRAM); /* the sequence goes on at once */
	assert_true(in_l1d(f->t, 65) && in_l1d(f->t, 66));
}

/* Strides that are too large, or differ. */
static void no_sequence(void **state)
{
	struct fixture *f = *state;
	static const u8 lines[] = { 0, 5, 10, 15, 20, 22, 25, 26, 24 };

	prefetch_on(f);
	for (size_t i = 0; i < COUNT(lines); i++) {
		load(f->t, LINE(lines[i]));
		settle_lines(f->t);
	}
	assert_int_equal(f->t->count[COUNT_L2_ACCESS], COUNT(lines));
}

/* Prefetches take no fill that is not free. */
static void prefetch_gives_way(void **state)
{
	struct fixture *f = *state;

	prefetch_on(f);
	f->model.param[PARAM_l1d_fills] = 3;
	load(f->t, LINE(0));
	load(f->t, LINE(1));
	load(f->t, LINE(2));
	assert_false(in_l1d(f->t, 3));
}

static void prefetch_off(void **state)
{
	struct fixture *f = *state;

	for (u64 n = 0; n < 10; n++)
		load(f->t, LINE(n)), settle_lines(f->t);
	assert_false(in_l1d(f->t, 10));
}

/* ---- Several PEs ---- */

static void ping_pong(void **state)
{
	struct fixture *f = *state;
	struct timed *a = &f->pe[0], *b = &f->pe[1];

	assert_int_equal(store(a, LINE(0)), DRAM);
	settle_lines(a);
	assert_int_equal(store(a, LINE(0)), 0);
	assert_true(may_write(a, LINE(0)));
	assert_int_equal(load(b, LINE(0)), SNOOP); /* a keeps it, and may not write unasked */
	assert_false(may_write(a, LINE(0)));
	assert_true(may_read(a, LINE(0)));
	settle_lines(b);
	assert_int_equal(load(b, LINE(0)), 0);
	assert_true(may_read(b, LINE(0)));
	assert_int_equal(store(b, LINE(0)), SNOOP); /* b had it, but not alone */
	assert_true(may_write(b, LINE(0)));
	assert_false(may_read(a, LINE(0)));
	assert_int_equal(store(b, LINE(0)), 0);
	assert_int_equal(load(a, LINE(0)), SNOOP);
	assert_int_equal(store(a, LINE(0)), SNOOP);
	assert_int_equal(load(b, LINE(0)), SNOOP);
}

/* A line that the other has in L2 comes from there; to write it is to take it away. */
static void other_l2(void **state)
{
	struct fixture *f = *state;
	struct timed *a = &f->pe[0], *b = &f->pe[1];

	store(a, LINE(0));
	settle_lines(a);
	for (u64 n = 1; in_l1d(a, 0); n++)
		load(a, LINE(128 * n)), settle_lines(a);
	assert_non_null(cache_find(&a->memory->l2, LINE(0) >> 6));
	assert_int_equal(store(b, LINE(0)), SNOOP);
	assert_null(cache_find(&a->memory->l2, LINE(0) >> 6));
}

/* One that was shared, went to L2 and comes back to be written is asked for. */
static void shared_through_l2(void **state)
{
	struct fixture *f = *state;
	struct timed *a = &f->pe[0], *b = &f->pe[1];

	load(a, LINE(0));
	settle_lines(a);
	assert_int_equal(load(b, LINE(0)), SNOOP);
	for (u64 n = 1; in_l1d(a, 0); n++)
		load(a, LINE(128 * n)), settle_lines(a);
	assert_int_equal(store(a, LINE(0)), SNOOP);
	assert_null(cache_find(&b->memory->l1d, LINE(0) >> 6));
}

/* ---- Instructions ---- */

static void instructions(void **state)
{
	struct fixture *f = *state;
	struct timed *t = f->t;

	assert_int_equal(fetch(t, LINE(0)), DRAM);
	assert_true(may_fetch(t, LINE(0)));
	assert_int_equal(fetch(t, LINE(0) + 32), 0);
	assert_int_equal(fetch(t, LINE(1)), DRAM);
	assert_int_equal(t->count[COUNT_L1I_REFILL], 2);
	timing_forget_records(t, records_of(LINE(0)), 1024 * 16);
	assert_false(may_fetch(t, LINE(0)) || may_fetch(t, LINE(1)));
	assert_int_equal(fetch(t, LINE(1)), 0);
	/* L2 has them, too, and L1D takes lines away from it. */
	assert_int_equal(load(t, LINE(0)), L2);
	assert_int_equal(fetch(t, LINE(0)), 0);
	for (u64 n = 1; n < 100; n++)
		fetch(t, LINE(128 * n));
	assert_false(may_fetch(t, LINE(0)));
	assert_int_equal(fetch(t, LINE(0)), L2); /* data that L1D has costs as much */
}

/* A page has records of each engine. */
static void other_records(void **state)
{
	struct timed *t = ((struct fixture *)*state)->t;
	void *others = (void *)(uintptr_t)0x600000001000ull;

	fetch(t, LINE(0));
	assert_int_equal(timing_fetch(t, PA(LINE(0)), others), 0);
	assert_false(may_fetch(t, LINE(0)));
	assert_int_equal(
		t->code_line[0x600000001000ull / 256 % LINE_TABLE], 0x600000001000ull / 256);
}

static void next_line_is_prefetched(void **state)
{
	struct fixture *f = *state;
	struct timed *t = f->t;

	f->model.param[PARAM_code_prefetch] = 1;
	assert_int_equal(fetch(t, LINE(0)), DRAM); /* at 0; line 1 is there at 2 * DRAM */
	assert_false(may_fetch(t, LINE(1)));
	t->now = DRAM + 16;
	assert_int_equal(fetch(t, LINE(1)), DRAM - 16);
	t->now = 2 * DRAM + 400; /* line 2 was asked for at 2 * DRAM */
	assert_int_equal(fetch(t, LINE(2)), 0);
	assert_int_equal(fetch(t, LINE(62)), DRAM);
	settle_lines(t);
	assert_int_equal(fetch(t, LINE(63)), 0);
	assert_int_equal(fetch(t, LINE(64)), DRAM); /* another page */
}

/* ---- Maintenance ---- */

static void maintenance(void **state)
{
	struct fixture *f = *state;
	struct timed *a = &f->pe[0], *b = &f->pe[1];
	struct dynamic d;

	store(a, LINE(0));
	settle_lines(a);
	store(a, LINE(0));
	timing_cache_op(b, PA(LINE(0)), CACHE_CLEAN);
	d = issue(b);
	assert_int_equal(d.data_latency, f->model.param[PARAM_cache_op]);
	assert_true(may_read(a, LINE(0)));
	assert_false(may_write(a, LINE(0)));
	assert_int_equal(a->count[COUNT_L1D_WRITEBACK], 1);
	store(a, LINE(0));
	timing_cache_op(b, PA(LINE(0)), CACHE_INVALIDATE);
	issue(b);
	assert_false(may_read(a, LINE(0)) || may_write(a, LINE(0)));
	assert_int_equal(a->count[COUNT_L1D_WRITEBACK], 2);
	assert_int_equal(load(a, LINE(0)), DRAM);
}

/* DC CISW: way in <31:30>, set from bit 6, level - 1 in <3:1>. */
static void set_and_way(void **state)
{
	struct fixture *f = *state;
	struct timed *t = f->t;

	load(t, LINE(5));
	load(t, LINE(128 + 5));
	settle_lines(t);
	load(t, LINE(5));
	timing_cache_op_way(t, 0ull << 30 | 5 << 6, CACHE_INVALIDATE);
	issue(t);
	assert_false(in_l1d(t, 5));
	assert_false(may_read(t, LINE(5)));
	assert_true(in_l1d(t, 128 + 5));
	timing_cache_op_way(t, 1ull << 30 | 5 << 6, CACHE_INVALIDATE);
	issue(t);
	assert_false(in_l1d(t, 128 + 5));
	fetch(t, LINE(7));
	assert_non_null(cache_find(&t->memory->l2, LINE(7) >> 6));
	for (u64 level = 1; level < 8; level++)
		timing_cache_op_way(t, 7 << 6 | level << 1, CACHE_INVALIDATE);
	issue(t);
	assert_null(cache_find(&t->memory->l2, LINE(7) >> 6));
	/* nothing that the operand may say is out of bounds */
	for (u64 bit = 0; bit < 64; bit++)
		timing_cache_op_way(t, ~(1ull << bit), CACHE_INVALIDATE);
	issue(t);
}

static void code_maintenance(void **state)
{
	struct fixture *f = *state;
	struct timed *a = &f->pe[0], *b = &f->pe[1];

	fetch(a, LINE(0));
	fetch(a, LINE(1));
	fetch(b, LINE(0));
	timing_cache_op(a, PA(LINE(0)), CACHE_CODE);
	assert_false(may_fetch(a, LINE(0)) || may_fetch(b, LINE(0)));
	assert_true(may_fetch(a, LINE(1)));
	assert_int_equal(fetch(b, LINE(0)), L2);
	fetch(b, LINE(1));
	timing_code_invalidate(a, false);
	assert_false(may_fetch(a, LINE(1)));
	assert_true(may_fetch(b, LINE(1)));
	timing_code_invalidate(a, true);
	assert_false(may_fetch(b, LINE(1)));
}

/* ---- Properties ---- */

static void check_entry(const struct timed *t, u64 key, bool write)
{
	const struct cache_line *line =
		cache_find(&t->memory->l1d, (key - KEY(MEMORY)) + (MEMORY >> 6));

	assert_non_null(line);
	assert_int_equal(line->key, key);
	assert_false(line->flags & LINE_PREFETCHED);
	if (line->fill != 0)
		assert_true(t->memory->fill[line->fill - 1].arrival <= t->now);
	if (write)
		assert_int_equal(line->flags & (LINE_DIRTY | LINE_SHARED), LINE_DIRTY);
}

/* What a PE may write unasked, no other has; no line is in L1D and L2 both. */
static void check(const struct fixture *f, const struct timed *t)
{
	const struct timed *other = t == &f->pe[0] ? &f->pe[1] : &f->pe[0];

	for (unsigned i = 0; i < LINE_TABLE; i++) {
		if (t->read_line[i] != 0)
			check_entry(t, t->read_line[i], false);
		if (t->write_line[i] != 0) {
			u64 number = t->write_line[i] - KEY(MEMORY) + (MEMORY >> 6);

			check_entry(t, t->write_line[i], true);
			assert_null(cache_find(&other->memory->l1d, number));
			assert_null(cache_find(&other->memory->l2, number));
		}
		if (t->code_line[i] != 0) {
			u64 number = t->code_line[i] - RECORDS / 256 + (MEMORY >> 6);

			assert_non_null(cache_find(&t->memory->l1i, number));
		}
	}
	for (u32 i = 0; i < t->memory->l1d.sets * t->memory->l1d.ways; i++) {
		const struct cache_line *line = &t->memory->l1d.line[i];

		if (line->tag != 0)
			assert_null(cache_find(&t->memory->l2, cache_number(line)));
		if (line->fill != 0)
			assert_ptr_equal(t->memory->fill[line->fill - 1].line, line);
	}
}

/* Any sequence of accesses: the line tables claim nothing that the caches do not have. */
static void tables_are_exact(void **state)
{
	struct fixture *f = *state;
	struct rng rng = { 7 };

	prefetch_on(f);
	f->model.param[PARAM_code_prefetch] = 1;
	for (unsigned i = 0; i < 60000; i++) {
		u64 r = rng_next(&rng);
		struct timed *t = &f->pe[r & 1];
		u64 pa = MEMORY + (r >> 8) % (i % 1000 < 500 ? 0x3000 : 0x80000) / 8 * 8;

		t->now += r >> 32 & 63;
		switch (r >> 4 & 15) {
		case 0:
			timing_cache_op(t, PA(pa), (enum timing_cache_op)((r >> 40) % 3));
			issue(t);
			break;
		case 1:
		case 2: fetch(t, pa); break;
		case 3: access_data(t, align_down(pa, 64), 64, TIMING_ZERO); break;
		case 4: access_data(t, pa + 5, 8, TIMING_READ); break;
		case 5: access_data(t, pa, 8, TIMING_ATOMIC); break;
		case 6:
		case 7:
		case 8: store(t, pa); break;
		default: load(t, pa); break;
		}
		if (i % 16 == 0) {
			check(f, &f->pe[0]);
			check(f, &f->pe[1]);
		}
	}
}

/*
 * Whether hits are told or not makes no difference: one machine is told everything, the other
 * only what its line tables do not know, as the engine does.
 */
static void hits_need_not_be_told(void **state)
{
	struct fixture *all = *state, *some = fixture_create(2);
	struct rng rng = { 8 };
	unsigned skipped = 0;

	prefetch_on(all);
	prefetch_on(some);
	for (unsigned i = 0; i < 100000; i++) {
		u64 r = rng_next(&rng);
		struct timed *t = &all->pe[r & 1], *u = &some->pe[r & 1];
		bool write = (r >> 4 & 7) == 0;
		u64 pa = MEMORY + (r >> 8) % (i % 1000 < 500 ? 0x3000 : 0x80000) / 8 * 8;
		struct dynamic a, b = { 0 };

		t->now = u->now += r >> 32 & 63;
		a = access_data(t, pa, 8, write ? TIMING_WRITE : TIMING_READ);
		if (write ? may_write(u, pa) : may_read(u, pa))
			skipped++;
		else
			b = access_data(u, pa, 8, write ? TIMING_WRITE : TIMING_READ);
		assert_int_equal(a.any, b.any);
		assert_int_equal(a.data_latency, b.data_latency);
		assert_int_equal(a.data_reason, b.data_reason);
		assert_int_equal(a.fills, b.fills);
		assert_memory_equal(a.stall, b.stall, sizeof(a.stall));
		assert_int_equal(a.arrives[0] != NULL, b.arrives[0] != NULL);
		if (a.arrives[0] != NULL)
			assert_int_equal(*a.arrives[0], *b.arrives[0]);
	}
	assert_in_range(skipped, 10000, 90000);
	fixture_destroy(some);
}

/* While accesses are counted all are told. */
static void exact_accesses(void **state)
{
	struct timed *t = ((struct fixture *)*state)->t;

	load(t, LINE(0));
	fetch(t, LINE(0));
	settle_lines(t);
	store(t, LINE(0));
	assert_true(may_read(t, LINE(0)) && may_write(t, LINE(0)) && may_fetch(t, LINE(0)));
	t->state = STATE_RAW; /* no numbers here */
	timing_set_exact(t, EXACT_ACCESSES, EXACT_ACCESSES);
	store(t, LINE(0));
	fetch(t, LINE(0));
	assert_false(may_read(t, LINE(0)) || may_write(t, LINE(0)) || may_fetch(t, LINE(0)));
	assert_int_equal(t->count[COUNT_L1D_WRITE], 2);
	assert_int_equal(t->count[COUNT_L1D_READ], 1);
	assert_int_equal(t->count[COUNT_L1I_ACCESS], 2);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TWO(name) cmocka_unit_test_setup_teardown(name, setup_two, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(fits_l1),
		ONE(fits_l2),
		ONE(fits_nothing),
		ONE(l3_has_victims),
		ONE(no_l2),
		ONE(a_line_arrives),
		ONE(arrival_is_of_issue),
		ONE(stores),
		ONE(first_write_is_seen),
		ONE(crossing),
		ONE(fills_are_few),
		ONE(one_instruction_may_miss_often),
		ONE(devices),
		ONE(zero_needs_no_data),
		ONE(atomics),
		ONE(prefetch_sequence),
		ONE(prefetch_backwards),
		ONE(prefetch_stays_in_page),
		ONE(no_sequence),
		ONE(prefetch_gives_way),
		ONE(prefetch_off),
		TWO(ping_pong),
		TWO(other_l2),
		TWO(shared_through_l2),
		ONE(instructions),
		ONE(other_records),
		ONE(next_line_is_prefetched),
		TWO(maintenance),
		ONE(set_and_way),
		TWO(code_maintenance),
		TWO(tables_are_exact),
		TWO(hits_need_not_be_told),
		ONE(exact_accesses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
