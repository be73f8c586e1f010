/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caches: creation and the choice of victims.
 */
#include "timing/cache.h"

#include <stdlib.h>
#include <string.h>

#include "timing/timing.h"

enum { SEED = 0x2545f491 /* not 0 */ };

bool cache_create(struct cache *cache, u32 bytes, u32 ways)
{
	u32 sets = bytes / (LINE_BYTES * ways);

	*cache = (struct cache){ .ways = ways, .random = SEED };
	if (bytes == 0)
		return true;
	cache->sets = 1;
	while (cache->sets * 2 <= sets)
		cache->sets *= 2;
	cache->line = calloc((size_t)cache->sets * ways, sizeof(*cache->line));
	return cache->line != NULL;
}

void cache_destroy(struct cache *cache)
{
	free(cache->line);
	*cache = (struct cache){ 0 };
}

void cache_reset(struct cache *cache)
{
	cache->random = SEED;
	if (cache->line != NULL)
		memset(cache->line, 0, (size_t)cache->sets * cache->ways * sizeof(*cache->line));
}

/* Marsaglia's xorshift of 32 bits; the upper half looks best. */
static u32 next_random(struct cache *cache)
{
	u32 x = cache->random;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	cache->random = x;
	return x >> 16;
}

struct cache_line *cache_choose(struct cache *cache, u64 number)
{
	struct cache_line *set = cache_set(cache, number);

	for (u32 way = 0; way < cache->ways; way++) {
		if (set[way].tag == 0)
			return &set[way];
	}
	return &set[next_random(cache) * cache->ways >> 16];
}
