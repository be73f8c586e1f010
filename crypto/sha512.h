/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-512, DDI 0487 C7.2 SHA512H and following; FIPS 180-4, sections 4.1.3 and 6.4. Two rounds are
 * spread over two instructions: SHA512H adds up T1 of both, SHA512H2 adds T2.
 */
#ifndef ENT_CRYPTO_SHA512_H
#define ENT_CRYPTO_SHA512_H

#include "crypto/bitwise.h"

static inline u64 sha512_big_sigma0(u64 x)
{
	return ror64(x, 28) ^ ror64(x, 34) ^ ror64(x, 39);
}

static inline u64 sha512_big_sigma1(u64 x)
{
	return ror64(x, 14) ^ ror64(x, 18) ^ ror64(x, 41);
}

static inline u64x2 ror_doublewords(u64x2 x, unsigned n)
{
	return x >> n | x << (64 - n);
}

static inline u64x2 sha512_sigma0(u64x2 x)
{
	return ror_doublewords(x, 1) ^ ror_doublewords(x, 8) ^ x >> 7;
}

static inline u64x2 sha512_sigma1(u64x2 x)
{
	return ror_doublewords(x, 19) ^ ror_doublewords(x, 61) ^ x >> 6;
}

/* d = {g + k + w, h + k + w} (low lane first), n = {f, g}, m = {d, e}. */
static inline u64x2 crypto_sha512h(u64x2 d, u64x2 n, u64x2 m)
{
	u64 first = d[1] + sha512_big_sigma1(m[1]) + choose(m[1], n[0], n[1]);
	u64 e = first + m[0];
	u64 second = d[0] + sha512_big_sigma1(e) + choose(e, m[1], n[0]);

	return (u64x2){ second, first };
}

/* d = the two T1, n = {c, d} of which c counts, m = {a, b}. */
static inline u64x2 crypto_sha512h2(u64x2 d, u64x2 n, u64x2 m)
{
	u64 first = d[1] + sha512_big_sigma0(m[0]) + majority(n[0], m[1], m[0]);
	u64 second = d[0] + sha512_big_sigma0(first) + majority(first, m[0], m[1]);

	return (u64x2){ second, first };
}

static inline u64x2 crypto_sha512su0(u64x2 d, u64x2 n)
{
	return d + sha512_sigma0((u64x2){ d[1], n[0] });
}

static inline u64x2 crypto_sha512su1(u64x2 d, u64x2 n, u64x2 m)
{
	return d + sha512_sigma1(n) + m;
}

#endif
