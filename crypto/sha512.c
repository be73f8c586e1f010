/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-512, DDI 0487 C7.2 SHA512H and following; FIPS 180-4, sections 4.1.3 and 6.4. Two rounds are
 * spread over two instructions: SHA512H adds up T1 of both, SHA512H2 adds T2.
 */
#include "crypto/bitwise.h"
#include "crypto/crypto.h"

static inline u64 big_sigma0(u64 x)
{
	return ror64(x, 28) ^ ror64(x, 34) ^ ror64(x, 39);
}

static inline u64 big_sigma1(u64 x)
{
	return ror64(x, 14) ^ ror64(x, 18) ^ ror64(x, 41);
}

static inline u64 sigma0(u64 x)
{
	return ror64(x, 1) ^ ror64(x, 8) ^ x >> 7;
}

static inline u64 sigma1(u64 x)
{
	return ror64(x, 19) ^ ror64(x, 61) ^ x >> 6;
}

/* d = {g + k + w, h + k + w} (low lane first), n = {f, g}, m = {d, e}. */
union vreg crypto_sha512h(union vreg d, union vreg n, union vreg m)
{
	u64 first = d.d[1] + big_sigma1(m.d[1]) + choose(m.d[1], n.d[0], n.d[1]);
	u64 e = first + m.d[0];
	u64 second = d.d[0] + big_sigma1(e) + choose(e, m.d[1], n.d[0]);

	return (union vreg){ .d = { second, first } };
}

/* d = the two T1, n = {c, d} of which c counts, m = {a, b}. */
union vreg crypto_sha512h2(union vreg d, union vreg n, union vreg m)
{
	u64 first = d.d[1] + big_sigma0(m.d[0]) + majority(n.d[0], m.d[1], m.d[0]);
	u64 second = d.d[0] + big_sigma0(first) + majority(first, m.d[0], m.d[1]);

	return (union vreg){ .d = { second, first } };
}

union vreg crypto_sha512su0(union vreg d, union vreg n)
{
	return (union vreg){ .d = { d.d[0] + sigma0(d.d[1]), d.d[1] + sigma0(n.d[0]) } };
}

union vreg crypto_sha512su1(union vreg d, union vreg n, union vreg m)
{
	return (union vreg){ .d = { d.d[0] + sigma1(n.d[0]) + m.d[0],
				     d.d[1] + sigma1(n.d[1]) + m.d[1] } };
}
