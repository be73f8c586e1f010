/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-1, DDI 0487 C7.2 SHA1C and following; FIPS 180-4, section 6.1.
 */
#ifndef ENT_CRYPTO_SHA1_H
#define ENT_CRYPTO_SHA1_H

#include "crypto/bitwise.h"

/* Four rounds; wk is the schedule with the constant added. */
static inline u32x4 sha1_rounds(u32x4 abcd, u32 e, u32x4 wk, u64 (*function)(u64 x, u64 y, u64 z))
{
	u32 a = abcd[0], b = abcd[1], c = abcd[2], d = abcd[3];

#pragma GCC unroll 4
	for (unsigned i = 0; i < 4; i++) {
		u32 next = e + rol32(a, 5) + (u32)function(b, c, d) + wk[i];

		e = d;
		d = c;
		c = rol32(b, 30);
		b = a;
		a = next;
	}
	return (u32x4){ a, b, c, d };
}

static inline u32x4 crypto_sha1c(u32x4 abcd, u32 e, u32x4 wk)
{
	return sha1_rounds(abcd, e, wk, choose);
}

static inline u32x4 crypto_sha1p(u32x4 abcd, u32 e, u32x4 wk)
{
	return sha1_rounds(abcd, e, wk, parity);
}

static inline u32x4 crypto_sha1m(u32x4 abcd, u32 e, u32x4 wk)
{
	return sha1_rounds(abcd, e, wk, majority);
}

static inline u32 crypto_sha1h(u32 n)
{
	return rol32(n, 30);
}

static inline u32x4 crypto_sha1su0(u32x4 d, u32x4 n, u32x4 m)
{
	return d ^ WORDS(d, n, 2) ^ m;
}

static inline u32x4 crypto_sha1su1(u32x4 d, u32x4 n)
{
	u32x4 zero = { 0 }, t = rol_words(d ^ WORDS(n, zero, 1), 1);

	/* The last word needs the first one's result. */
	return t ^ WORDS(zero, rol_words(t, 1), 1);
}

#endif
