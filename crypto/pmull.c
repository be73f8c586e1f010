/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PolynomialMult(): products of polynomials over GF(2), DDI 0487 C7.2 PMUL and PMULL.
 */
#include "crypto/crypto.h"

union vreg crypto_pmul8(union vreg n, union vreg m)
{
	union vreg result = { .d = { 0, 0 } };

	for (unsigned lane = 0; lane < 16; lane++) {
		for (unsigned i = 0; i < 8; i++)
			result.b[lane] ^= (u8)(n.b[lane] << i & -(m.b[lane] >> i & 1));
	}
	return result;
}

/* The lanes of the product are its operands' bytes. */
union vreg crypto_pmull8(u64 n, u64 m)
{
	union vreg result = { .d = { 0, 0 } };

	for (unsigned lane = 0; lane < 8; lane++) {
		unsigned a = n >> 8 * lane & 0xff, b = m >> 8 * lane & 0xff;

		for (unsigned i = 0; i < 8; i++)
			result.h[lane] ^= (u16)(a << i & -(b >> i & 1));
	}
	return result;
}

union vreg crypto_pmull64(u64 n, u64 m)
{
	u128 result = 0;

	for (unsigned i = 0; i < 64; i++)
		result ^= ((u128)n << i) & -(u128)(m >> i & 1);
	return (union vreg){ .d = { (u64)result, (u64)(result >> 64) } };
}
