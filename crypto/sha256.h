/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256, DDI 0487 C7.2 SHA256H and following; FIPS 180-4, sections 4.1.2 and 6.2.
 */
#ifndef ENT_CRYPTO_SHA256_H
#define ENT_CRYPTO_SHA256_H

#include "crypto/bitwise.h"

static inline u32 sha256_big_sigma0(u32 x)
{
	return ror32(x, 2) ^ ror32(x, 13) ^ ror32(x, 22);
}

static inline u32 sha256_big_sigma1(u32 x)
{
	return ror32(x, 6) ^ ror32(x, 11) ^ ror32(x, 25);
}

static inline u32x4 sha256_sigma0(u32x4 x)
{
	return rol_words(x, 25) ^ rol_words(x, 14) ^ x >> 3;
}

static inline u32x4 sha256_sigma1(u32x4 x)
{
	return rol_words(x, 15) ^ rol_words(x, 13) ^ x >> 10;
}

/* The working variables of FIPS 180-4. */
struct sha256_state {
	u32 a, b, c, d, e, f, g, h;
};

static inline struct sha256_state sha256_round(struct sha256_state s, u32 wk)
{
	u32 t1 = s.h + sha256_big_sigma1(s.e) + (u32)choose(s.e, s.f, s.g) + wk;
	u32 t2 = sha256_big_sigma0(s.a) + (u32)majority(s.a, s.b, s.c);

	return (struct sha256_state){ t1 + t2, s.a, s.b, s.c, s.d + t1, s.e, s.f, s.g };
}

/* SHA256hash(): four rounds; wk is the schedule with the constants added. */
static inline struct sha256_state sha256_rounds(u32x4 abcd, u32x4 efgh, u32x4 wk)
{
	struct sha256_state s = { abcd[0], abcd[1], abcd[2], abcd[3], efgh[0], efgh[1], efgh[2],
		efgh[3] };

	return sha256_round(
		sha256_round(sha256_round(sha256_round(s, wk[0]), wk[1]), wk[2]), wk[3]);
}

static inline u32x4 crypto_sha256h(u32x4 abcd, u32x4 efgh, u32x4 wk)
{
	struct sha256_state s = sha256_rounds(abcd, efgh, wk);

	return (u32x4){ s.a, s.b, s.c, s.d };
}

static inline u32x4 crypto_sha256h2(u32x4 efgh, u32x4 abcd, u32x4 wk)
{
	struct sha256_state s = sha256_rounds(abcd, efgh, wk);

	return (u32x4){ s.e, s.f, s.g, s.h };
}

static inline u32x4 crypto_sha256su0(u32x4 d, u32x4 n)
{
	return d + sha256_sigma0(WORDS(d, n, 1));
}

static inline u32x4 crypto_sha256su1(u32x4 d, u32x4 n, u32x4 m)
{
	u32x4 zero = { 0 }, w = d + WORDS(n, m, 1) + sha256_sigma1(WORDS(m, zero, 2));

	/* The upper two words need the lower two. */
	return w + sha256_sigma1(WORDS(zero, w, 2));
}

#endif
