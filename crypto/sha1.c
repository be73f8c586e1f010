/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-1, DDI 0487 C7.2 SHA1C and following; FIPS 180-4, section 6.1.
 */
#include "crypto/bitwise.h"
#include "crypto/crypto.h"

/* Four rounds: abcd is in x, e beside it; wk is the schedule with the constant added. */
static inline union vreg rounds(
	union vreg x, u32 e, union vreg wk, u64 (*function)(u64 x, u64 y, u64 z))
{
	for (unsigned i = 0; i < 4; i++) {
		u32 a = e + rol32(x.s[0], 5) + (u32)function(x.s[1], x.s[2], x.s[3]) + wk.s[i];

		e = x.s[3];
		x = (union vreg){ .s = { a, x.s[0], rol32(x.s[1], 30), x.s[2] } };
	}
	return x;
}

union vreg crypto_sha1c(union vreg abcd, u32 e, union vreg wk)
{
	return rounds(abcd, e, wk, choose);
}

union vreg crypto_sha1p(union vreg abcd, u32 e, union vreg wk)
{
	return rounds(abcd, e, wk, parity);
}

union vreg crypto_sha1m(union vreg abcd, u32 e, union vreg wk)
{
	return rounds(abcd, e, wk, majority);
}

u32 crypto_sha1h(u32 n)
{
	return rol32(n, 30);
}

union vreg crypto_sha1su0(union vreg d, union vreg n, union vreg m)
{
	return (union vreg){ .d = { d.d[1] ^ d.d[0] ^ m.d[0], n.d[0] ^ d.d[1] ^ m.d[1] } };
}

union vreg crypto_sha1su1(union vreg d, union vreg n)
{
	union vreg t = { .s = { d.s[0] ^ n.s[1], d.s[1] ^ n.s[2], d.s[2] ^ n.s[3], d.s[3] } };

	/* The last word needs the first one's result, which is here rotated by one more. */
	return (union vreg){ .s = { rol32(t.s[0], 1), rol32(t.s[1], 1), rol32(t.s[2], 1),
				     rol32(t.s[3], 1) ^ rol32(t.s[0], 2) } };
}
