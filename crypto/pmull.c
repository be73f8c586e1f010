/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PolynomialMult(): products of polynomials over GF(2), DDI 0487 C7.2 PMUL and PMULL. All by
 * Horner's rule: from the highest coefficient of m down.
 */
#include "crypto/crypto.h"

/* The lower halves' bytes in turn, as ZIP1. */
#define INTERLEAVE(a, b)                                                                           \
	__builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)

u8x16 crypto_pmul8(u8x16 n, u8x16 m)
{
	u8x16 product = { 0 };

	for (unsigned i = 0; i < 8; i++) {
		product = (product + product) ^ (n & (u8x16)((s8x16)m < 0));
		m += m;
	}
	return product;
}

/* The lanes of the product are its operands' bytes. */
u16x8 crypto_pmull8(u64 n, u64 m)
{
	u8x16 zero = { 0 };
	u16x8 wide_n = (u16x8)INTERLEAVE((u8x16)(u64x2){ n }, zero);
	u16x8 high_m = (u16x8)INTERLEAVE(zero, (u8x16)(u64x2){ m });
	u16x8 product = { 0 };

	for (unsigned i = 0; i < 8; i++) {
		product = (product + product) ^ (wide_n & (u16x8)((s16x8)high_m < 0));
		high_m += high_m;
	}
	return product;
}

/*
 * Four coefficients a step: the products of n and the sixteen polynomials of degree 3 or less are
 * in a table. The cost does not depend on the operands: a third of that of one coefficient a step.
 */
u64x2 crypto_pmull64(u64 n, u64 m)
{
	u128 multiples[16], product = 0;

	multiples[0] = 0;
	multiples[1] = n;
#pragma GCC unroll 8
	for (unsigned i = 2; i < 16; i += 2) {
		multiples[i] = multiples[i / 2] << 1;
		multiples[i + 1] = multiples[i] ^ n;
	}
	for (unsigned i = 0; i < 16; i++) {
		product = product << 4 ^ multiples[m >> 60];
		m <<= 4;
	}
	return (u64x2){ (u64)product, (u64)(product >> 64) };
}
