/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only source of randomness: a seeded generator whose whole state is 8 bytes.
 * Source: splitmix64 (Steele, Lea, Flood 2014), whose step is public knowledge.
 */
#ifndef ENT_BASE_RNG_H
#define ENT_BASE_RNG_H

#include "base/types.h"

struct rng {
	u64 state; /* any value is a good seed */
};

static inline u64 rng_next(struct rng *rng)
{
	u64 z = rng->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/* Uniform in 0..bound-1 for small bounds; bound > 0. */
static inline u64 rng_below(struct rng *rng, u64 bound)
{
	return rng_next(rng) % bound;
}

#endif
