/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two timed PEs without a pipeline for the tests of the memory side: an access is made and issued
 * at `now`, as core_issue() would if nothing else had to be waited for.
 */
#ifndef ENT_TEST_TIMING_MEMORY_H
#define ENT_TEST_TIMING_MEMORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "timing/memory.h"

/* Latencies that cannot be mixed up. */
enum { L2 = 10, L3 = 30, SNOOP = 50, DRAM = 200, CROSS = 1 };

/* Memory begins here for the PEs, and for the host: only a key of the line tables. */
#define MEMORY	 0x40000000ull
#define HOST(pa) ((void *)(uintptr_t)(0x7f0000000000ull + ((pa)-MEMORY)))
#define KEY(pa)	 ((0x7f0000000000ull + ((pa)-MEMORY)) >> 6)
#define LINE(n)	 (MEMORY + 64 * (u64)(n))
#define RECORDS	 0x500000000000ull /* of MEMORY's instructions */

struct fixture {
	struct timing_model model;
	struct timing_shared *shared;
	struct timed pe[2];
	struct timed *t; /* the first */
};

static inline struct fixture *fixture_create(unsigned pes)
{
	struct fixture *f = calloc(1, sizeof(*f));
	u32 *param = f->model.param;

	assert_true(timing_model_get("a55", &f->model));
	param[PARAM_l1i_bytes] = param[PARAM_l1d_bytes] = 32768;
	param[PARAM_l1i_ways] = param[PARAM_l1d_ways] = param[PARAM_l2_ways] = 4;
	param[PARAM_l2_bytes] = 262144;
	param[PARAM_l2_latency] = L2;
	param[PARAM_l3_bytes] = 0;
	param[PARAM_l3_latency] = L3;
	param[PARAM_snoop_latency] = SNOOP;
	param[PARAM_dram_latency] = DRAM;
	param[PARAM_line_cross] = CROSS;
	param[PARAM_l1d_fills] = 8;
	param[PARAM_prefetch] = param[PARAM_code_prefetch] = 0;
	f->shared = timing_shared_create(&f->model, pes);
	for (unsigned i = 0; i < pes; i++)
		assert_true(timing_create(&f->pe[i], f->shared));
	f->t = &f->pe[0];
	return f;
}

static inline void fixture_destroy(struct fixture *f)
{
	for (unsigned i = 0; i < 2; i++)
		timing_destroy(&f->pe[i]);
	timing_shared_destroy(f->shared);
	free(f);
}

static inline u32 stalls(const struct dynamic *d)
{
	u32 sum = 0;

	for (unsigned reason = 0; reason < REASON_COUNT; reason++)
		sum += d->stall[reason];
	return sum;
}

/* Issues what was accessed, at t->now behind its stalls; what it met is forgotten. */
static inline struct dynamic issue(struct timed *t)
{
	struct dynamic d = t->dynamic;

	for (unsigned i = 0; i < d.fills; i++)
		*d.fill[i].arrival = t->now + stalls(&d) + d.fill[i].latency;
	t->dynamic = (struct dynamic){ 0 };
	return d;
}

static inline struct dynamic access_data(
	struct timed *t, u64 pa, unsigned size, enum timing_access kind)
{
	timing_data(t, PA(pa), HOST(pa), size, kind);
	return issue(t);
}

/* Load-to-use latency of 8 bytes; 0: a hit that waits for nothing. */
static inline u32 load(struct timed *t, u64 pa)
{
	return access_data(t, pa, 8, TIMING_READ).data_latency;
}

static inline u32 store(struct timed *t, u64 pa)
{
	struct dynamic d = access_data(t, pa, 8, TIMING_WRITE);

	assert_int_equal(d.misses_store, d.data_latency != 0);
	return d.data_latency;
}

/* All that is on its way arrives. */
static inline void settle_lines(struct timed *t)
{
	t->now += 100000;
}

static inline bool may_read(const struct timed *t, u64 pa)
{
	return t->read_line[KEY(pa) % LINE_TABLE] == KEY(pa);
}

static inline bool may_write(const struct timed *t, u64 pa)
{
	return t->write_line[KEY(pa) % LINE_TABLE] == KEY(pa);
}

static inline void *records_of(u64 pa)
{
	return (void *)(uintptr_t)(RECORDS + (pa - MEMORY) * 4);
}

static inline u32 fetch(struct timed *t, u64 pa)
{
	return timing_fetch(t, PA(pa), records_of(pa));
}

static inline bool may_fetch(const struct timed *t, u64 pa)
{
	u64 key = (u64)(uintptr_t)records_of(pa) / 256;

	return t->code_line[key % LINE_TABLE] == key;
}

#endif
