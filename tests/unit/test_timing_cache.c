/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caches as sets of lines: sizes, which sets lines go to, victims.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "timing/cache.h"

static struct cache_line *insert(struct cache *cache, u64 number)
{
	struct cache_line *line = cache_choose(cache, number);

	*line = (struct cache_line){ .tag = number + 1 };
	return line;
}

/* What is asked for, and what there is: any value of a parameter must do. */
static void sizes(void **state)
{
	static const struct {
		u32 bytes, ways, sets;
	} rows[] = {
		{ 32768, 4, 128 }, { 262144, 4, 1024 }, { 1024, 1, 16 }, { 1024, 16, 1 },
		{ 1000, 4, 2 },	   /* 3.9: rounded down to a power of two */
		{ 49152, 4, 128 }, /* 192 */
		{ 64, 4, 1 },	   /* less than a set: a set */
		{ 0, 4, 0 },	   /* no such cache */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cache cache;

		assert_true(cache_create(&cache, rows[i].bytes, rows[i].ways));
		assert_int_equal(cache.sets, rows[i].sets);
		assert_int_equal(cache.line == NULL, rows[i].bytes == 0);
		assert_null(cache_find(&cache, 5));
		cache_reset(&cache);
		cache_destroy(&cache);
	}
}

/* A set takes as many lines as it has ways; then one of them has to go, and no line of another. */
static void a_set_is_full(void **state)
{
	struct cache cache;
	struct cache_line *victim;

	(void)state;
	assert_true(cache_create(&cache, 4096, 4)); /* 16 sets */
	for (u64 number = 0; number < 64; number++)
		assert_int_equal(cache_choose(&cache, number)->tag, 0), insert(&cache, number);
	for (u64 number = 0; number < 64; number++)
		assert_int_equal(cache_number(cache_find(&cache, number)), number);
	victim = cache_choose(&cache, 64 + 3);
	assert_int_equal(cache_number(victim) % 16, 3);
	insert(&cache, 64 + 3);
	assert_non_null(cache_find(&cache, 64 + 3));
	cache_destroy(&cache);
}

/* All ways are victims, about equally often, and the same ones every time. */
static void victims(void **state)
{
	unsigned count[4] = { 0 }, pairs[16] = { 0 };
	struct cache cache;
	u32 first[64];

	(void)state;
	assert_true(cache_create(&cache, 256, 4)); /* one set */
	for (unsigned run = 0; run < 2; run++) {
		unsigned before = 0;

		cache_reset(&cache);
		memset(count, 0, sizeof(count));
		memset(pairs, 0, sizeof(pairs));
		for (u64 number = 0; number < 4; number++)
			insert(&cache, number);
		for (u64 i = 0; i < 4096; i++) {
			u32 way = (u32)(insert(&cache, 4 + i) - cache.line);

			if (i < COUNT(first) && run == 0)
				first[i] = way;
			else if (i < COUNT(first))
				assert_int_equal(way, first[i]);
			count[way]++;
			pairs[4 * before + way]++;
			before = way;
		}
	}
	for (unsigned way = 0; way < 4; way++)
		assert_in_range(count[way], 900, 1150);
	for (unsigned pair = 0; pair < 16; pair++)
		assert_in_range(pairs[pair], 180, 340);
	cache_destroy(&cache);
}

/* Replacement does not know hits. */
static void hits_change_nothing(void **state)
{
	struct cache a, b;

	(void)state;
	assert_true(cache_create(&a, 1024, 4) && cache_create(&b, 1024, 4));
	for (u64 i = 0; i < 1000; i++) {
		u64 number = i * 7 % 61;

		for (u64 hit = 0; hit < i % 5; hit++)
			cache_find(&a, number + hit);
		if (cache_find(&a, number) == NULL)
			insert(&a, number);
		if (cache_find(&b, number) == NULL)
			insert(&b, number);
	}
	assert_memory_equal(a.line, b.line, 16 * sizeof(*a.line));
	cache_destroy(&a);
	cache_destroy(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(a_set_is_full),
		cmocka_unit_test(victims),
		cmocka_unit_test(hits_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
