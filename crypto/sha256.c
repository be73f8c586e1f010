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

struct state {
	union vreg abcd, efgh;
};

/* SHA256hash(): four rounds; wk is the schedule with the constants added. */
static inline struct state rounds(struct state old, union vreg wk)
{
	union vreg x = old.abcd, y = old.efgh;

	for (unsigned i = 0; i < 4; i++) {
		u32 t1 =
			y.s[3] + big_sigma1(y.s[0]) + (u32)choose(y.s[0], y.s[1], y.s[2]) + wk.s[i];
		u32 t2 = big_sigma0(x.s[0]) + (u32)majority(x.s[0], x.s[1], x.s[2]);

		y = (union vreg){ .s = { x.s[3] + t1, y.s[0], y.s[1], y.s[2] } };
		x = (union vreg){ .s = { t1 + t2, x.s[0], x.s[1], x.s[2] } };
	}
	return (struct state){ x, y };
}

union vreg crypto_sha256h(union vreg abcd, union vreg efgh, union vreg wk)
{
	return rounds((struct state){ abcd, efgh }, wk).abcd;
}

union vreg crypto_sha256h2(union vreg efgh, union vreg abcd, union vreg wk)
{
	return rounds((struct state){ abcd, efgh }, wk).efgh;
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
