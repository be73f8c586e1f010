/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM3, DDI 0487 C7.2 SM3SS1 and following; GB/T 32905-2016. The state lies with A (or E) in the
 * highest lane.
 */
#include "crypto/bitwise.h"
#include "crypto/crypto.h"

/* The permutations P0 and P1. */
static inline u32 p0(u32 x)
{
	return x ^ rol32(x, 9) ^ rol32(x, 17);
}

static inline u32 p1(u32 x)
{
	return x ^ rol32(x, 15) ^ rol32(x, 23);
}

union vreg crypto_sm3ss1(union vreg n, union vreg m, union vreg a)
{
	return (union vreg){ .s = { [3] = rol32(rol32(n.s[3], 12) + m.s[3] + a.s[3], 7) } };
}

/* The halves of a round: the next A of (D, C, B, A), the next E of (H, G, F, E). */
static inline union vreg tt1(union vreg d, union vreg n, u32 w, u64 ff)
{
	u32 ss2 = n.s[3] ^ rol32(d.s[3], 12);

	return (union vreg){ .s = { d.s[1], rol32(d.s[2], 9), d.s[3],
				     (u32)ff + d.s[0] + ss2 + w } };
}

static inline union vreg tt2(union vreg d, union vreg n, u32 w, u64 gg)
{
	return (union vreg){ .s = { d.s[1], rol32(d.s[2], 19), d.s[3],
				     p0((u32)gg + d.s[0] + n.s[3] + w) } };
}

union vreg crypto_sm3tt1a(union vreg d, union vreg n, u32 w)
{
	return tt1(d, n, w, parity(d.s[3], d.s[2], d.s[1]));
}

union vreg crypto_sm3tt1b(union vreg d, union vreg n, u32 w)
{
	return tt1(d, n, w, majority(d.s[3], d.s[2], d.s[1]));
}

union vreg crypto_sm3tt2a(union vreg d, union vreg n, u32 w)
{
	return tt2(d, n, w, parity(d.s[3], d.s[2], d.s[1]));
}

union vreg crypto_sm3tt2b(union vreg d, union vreg n, u32 w)
{
	return tt2(d, n, w, choose(d.s[3], d.s[2], d.s[1]));
}

/* Most of four new words of the schedule; the last needs the first. */
union vreg crypto_sm3partw1(union vreg d, union vreg n, union vreg m)
{
	union vreg result;

	for (unsigned i = 0; i < 4; i++) {
		u32 newest = i < 3 ? m.s[i + 1] : result.s[0];

		result.s[i] = p1(d.s[i] ^ n.s[i] ^ rol32(newest, 15));
	}
	return result;
}

/* The rest of them: W[j-13] and W[j-6], and what the last word lacked of the first. */
union vreg crypto_sm3partw2(union vreg d, union vreg n, union vreg m)
{
	union vreg result, added;

	for (unsigned i = 0; i < 4; i++) {
		added.s[i] = n.s[i] ^ rol32(m.s[i], 7);
		result.s[i] = d.s[i] ^ added.s[i];
	}
	result.s[3] ^= p1(rol32(added.s[0], 15));
	return result;
}
