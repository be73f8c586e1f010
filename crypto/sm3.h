/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM3, DDI 0487 C7.2 SM3SS1 and following; GB/T 32905-2016. The state lies with A (or E) in the
 * highest lane.
 */
#ifndef ENT_CRYPTO_SM3_H
#define ENT_CRYPTO_SM3_H

#include "crypto/bitwise.h"

/* The permutations P0, and P1 of four words. */
static inline u32 sm3_p0(u32 x)
{
	return x ^ rol32(x, 9) ^ rol32(x, 17);
}

static inline u32x4 sm3_p1(u32x4 x)
{
	return x ^ rol_words(x, 15) ^ rol_words(x, 23);
}

static inline u32x4 crypto_sm3ss1(u32x4 n, u32x4 m, u32x4 a)
{
	return (u32x4){ 0, 0, 0, rol32(rol32(n[3], 12) + m[3] + a[3], 7) };
}

/* The halves of a round: the next A of (D, C, B, A), the next E of (H, G, F, E). */
static inline u32x4 sm3_tt1(u32x4 d, u32x4 n, u32 w, u64 ff)
{
	u32 ss2 = n[3] ^ rol32(d[3], 12);

	return (u32x4){ d[1], rol32(d[2], 9), d[3], (u32)ff + d[0] + ss2 + w };
}

static inline u32x4 sm3_tt2(u32x4 d, u32x4 n, u32 w, u64 gg)
{
	return (u32x4){ d[1], rol32(d[2], 19), d[3], sm3_p0((u32)gg + d[0] + n[3] + w) };
}

static inline u32x4 crypto_sm3tt1a(u32x4 d, u32x4 n, u32 w)
{
	return sm3_tt1(d, n, w, parity(d[3], d[2], d[1]));
}

static inline u32x4 crypto_sm3tt1b(u32x4 d, u32x4 n, u32 w)
{
	return sm3_tt1(d, n, w, majority(d[3], d[2], d[1]));
}

static inline u32x4 crypto_sm3tt2a(u32x4 d, u32x4 n, u32 w)
{
	return sm3_tt2(d, n, w, parity(d[3], d[2], d[1]));
}

static inline u32x4 crypto_sm3tt2b(u32x4 d, u32x4 n, u32 w)
{
	return sm3_tt2(d, n, w, choose(d[3], d[2], d[1]));
}

/* What the last of four new words of the schedule gets from the first of x. */
static inline u32x4 sm3_first_to_last(u32x4 x)
{
	u32x4 zero = { 0 };

	return sm3_p1(rol_words(WORDS(zero, x, 1), 15));
}

/* Four new words of the schedule without W[j-13] and W[j-6]. */
static inline u32x4 crypto_sm3partw1(u32x4 d, u32x4 n, u32x4 m)
{
	u32x4 zero = { 0 }, w = sm3_p1(d ^ n ^ rol_words(WORDS(m, zero, 1), 15));

	return w ^ sm3_first_to_last(w);
}

/* Those two, also as part of the first word, which the last one needs. */
static inline u32x4 crypto_sm3partw2(u32x4 d, u32x4 n, u32x4 m)
{
	u32x4 added = n ^ rol_words(m, 7);

	return d ^ added ^ sm3_first_to_last(added);
}

#endif
