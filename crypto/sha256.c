/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256, DDI 0487 C7.2 SHA256H and following; FIPS 180-4, sections 4.1.2 and 6.2.
 */
#include "crypto/bitwise.h"
#include "crypto/crypto.h"

static inline u32 big_sigma0(u32 x)
{
	return ror32(x, 2) ^ ror32(x, 13) ^ ror32(x, 22);
}

static inline u32 big_sigma1(u32 x)
{
	return ror32(x, 6) ^ ror32(x, 11) ^ ror32(x, 25);
}

static inline u32 sigma0(u32 x)
{
	return ror32(x, 7) ^ ror32(x, 18) ^ x >> 3;
}

static inline u32 sigma1(u32 x)
{
	return ror32(x, 17) ^ ror32(x, 19) ^ x >> 10;
}

/* The working variables of FIPS 180-4. */
struct state {
	u32 a, b, c, d, e, f, g, h;
};

static inline struct state round_of(struct state s, u32 wk)
{
	u32 t1 = s.h + big_sigma1(s.e) + (u32)choose(s.e, s.f, s.g) + wk;
	u32 t2 = big_sigma0(s.a) + (u32)majority(s.a, s.b, s.c);

	return (struct state){ t1 + t2, s.a, s.b, s.c, s.d + t1, s.e, s.f, s.g };
}

/* SHA256hash(): four rounds; wk is the schedule with the constants added. */
static inline struct state rounds(union vreg abcd, union vreg efgh, union vreg wk)
{
	struct state s = { abcd.s[0], abcd.s[1], abcd.s[2], abcd.s[3], efgh.s[0], efgh.s[1],
		efgh.s[2], efgh.s[3] };

	return round_of(round_of(round_of(round_of(s, wk.s[0]), wk.s[1]), wk.s[2]), wk.s[3]);
}

union vreg crypto_sha256h(union vreg abcd, union vreg efgh, union vreg wk)
{
	struct state s = rounds(abcd, efgh, wk);

	return (union vreg){ .s = { s.a, s.b, s.c, s.d } };
}

union vreg crypto_sha256h2(union vreg efgh, union vreg abcd, union vreg wk)
{
	struct state s = rounds(abcd, efgh, wk);

	return (union vreg){ .s = { s.e, s.f, s.g, s.h } };
}

union vreg crypto_sha256su0(union vreg d, union vreg n)
{
	return (union vreg){ .s = { d.s[0] + sigma0(d.s[1]), d.s[1] + sigma0(d.s[2]),
				     d.s[2] + sigma0(d.s[3]), d.s[3] + sigma0(n.s[0]) } };
}

union vreg crypto_sha256su1(union vreg d, union vreg n, union vreg m)
{
	u32 w0 = d.s[0] + n.s[1] + sigma1(m.s[2]);
	u32 w1 = d.s[1] + n.s[2] + sigma1(m.s[3]);

	return (union vreg){ .s = { w0, w1, d.s[2] + n.s[3] + sigma1(w0),
				     d.s[3] + m.s[0] + sigma1(w1) } };
}
