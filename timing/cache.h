/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set-associative cache of 64-byte lines, physically tagged: which lines it has, not what is in
 * them. A hit changes nothing and the victim is chosen by a pseudo-random sequence of the cache's
 * own, so what a cache has is a function of its misses alone: whoever knows that a line is there
 * need not ask again until it is told that the line is gone.
 */
#ifndef ENT_TIMING_CACHE_H
#define ENT_TIMING_CACHE_H

#include "base/base.h"

enum {
	LINE_DIRTY = 1,
	LINE_SHARED = 2,    /* other PEs may have it: to write it is to ask them */
	LINE_PREFETCHED = 4 /* nobody asked for it so far */
};

struct cache_line {
	u64 tag; /* physical address / 64, plus 1; 0: nothing */
	u64 key; /* what the line tables of struct timed call it; 0: they do not know it */
	u8 flags;
	u8 fill; /* 1 + the fill that is bringing it (memory.c); 0: it is there */
};

struct cache {
	struct cache_line *line; /* set by set; NULL: no such cache, which has no lines */
	u32 sets, ways;
	u32 random; /* state of the sequence */
};

/* 0 bytes: no such cache. Sets are rounded down to a power of two. false: no memory. */
bool cache_create(struct cache *cache, u32 bytes, u32 ways);
void cache_destroy(struct cache *cache);
void cache_reset(struct cache *cache);

static inline struct cache_line *cache_set(const struct cache *cache, u64 number)
{
	return &cache->line[(number & (cache->sets - 1)) * cache->ways];
}

/* The line of a number (physical address / 64), or NULL. */
static inline struct cache_line *cache_find(const struct cache *cache, u64 number)
{
	struct cache_line *set;

	if (cache->line == NULL)
		return NULL;
	set = cache_set(cache, number);
	for (u32 way = 0; way < cache->ways; way++) {
		if (set[way].tag == number + 1)
			return &set[way];
	}
	return NULL;
}

/*
 * Where a line that is not there goes: an empty way, or else one whose line the caller has to put
 * elsewhere. The cache must exist.
 */
struct cache_line *cache_choose(struct cache *cache, u64 number);

static inline u64 cache_number(const struct cache_line *line)
{
	return line->tag - 1;
}

#endif
