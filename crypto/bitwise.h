/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Boolean functions and rotations that hash functions share. Private to crypto/.
 */
#ifndef ENT_CRYPTO_BITWISE_H
#define ENT_CRYPTO_BITWISE_H

#include "base/base.h"
#include "cpu/vreg.h"

static inline u32 rol32(u32 x, unsigned n)
{
	return ror32(x, 32 - n);
}

static inline u32x4 rol_words(u32x4 x, unsigned n)
{
	return x << n | x >> (32 - n);
}

/* Four words of two vectors from word `first` on, as EXT. */
#define WORDS(low, high, first)                                                                    \
	__builtin_shufflevector(low, high, first, (first) + 1, (first) + 2, (first) + 3)

/* SHAchoose(), SHAparity(), SHAmajority(): FIPS 180-4, section 4.1; for words of 64 bits too. */
static inline u64 choose(u64 x, u64 y, u64 z)
{
	return (x & (y ^ z)) ^ z;
}

static inline u64 parity(u64 x, u64 y, u64 z)
{
	return x ^ y ^ z;
}

static inline u64 majority(u64 x, u64 y, u64 z)
{
	return (x & y) | ((x | y) & z);
}

#endif
