/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the A64 cryptographic instructions compute, DDI 0487 C7.2 by their names, and the PAC of
 * FEAT_PAuth. Pure functions on register values; knows no registers, traps or features.
 *
 * Arguments are in the order of the assembly, the destination's old value first where it is read,
 * and results are vectors of the lanes that the instruction works on.
 *
 * The hash functions are in headers, because they are short: a handler that calls another function
 * saves six registers, and took 1.4 times as long for SHA-256.
 */
#ifndef ENT_CRYPTO_H
#define ENT_CRYPTO_H

#include "base/base.h"
#include "cpu/vreg.h"
#include "crypto/sha1.h"
#include "crypto/sha256.h"
#include "crypto/sha512.h"
#include "crypto/sm3.h"

/* AES: AESE and AESD include AddRoundKey, at their beginning. */
u8x16 crypto_aese(u8x16 state, u8x16 key);
u8x16 crypto_aesd(u8x16 state, u8x16 key);
u8x16 crypto_aesmc(u8x16 n);
u8x16 crypto_aesimc(u8x16 n);

/* SM4: four rounds; four round keys. */
u32x4 crypto_sm4e(u32x4 state, u32x4 keys);
u32x4 crypto_sm4ekey(u32x4 keys, u32x4 constants);

/* Polynomial products over GF(2): of bytes (low half, or all of the product), of 64 bits. */
u8x16 crypto_pmul8(u8x16 n, u8x16 m);
u16x8 crypto_pmull8(u64 n, u64 m);
u64x2 crypto_pmull64(u64 n, u64 m);

/* ComputePAC() by QARMA5. key is what the pseudocode calls K: high from APxKeyHi_EL1. */
u64 crypto_pac_qarma5(u64 data, u64 modifier, u64 key_high, u64 key_low);

/* The S-boxes, for the tests that derive them. */
extern const u8 crypto_aes_sbox[256], crypto_aes_inverse_sbox[256], crypto_sm4_sbox[256];

/* ---- SHA-3 ---- */

static inline u64x2 crypto_eor3(u64x2 n, u64x2 m, u64x2 a)
{
	return n ^ m ^ a;
}

static inline u64x2 crypto_bcax(u64x2 n, u64x2 m, u64x2 a)
{
	return n ^ (m & ~a);
}

static inline u64x2 crypto_rax1(u64x2 n, u64x2 m)
{
	return n ^ (m << 1 | m >> 63);
}

static inline u64x2 crypto_xar(u64x2 n, u64x2 m, unsigned rotate)
{
	u64x2 x = n ^ m;

	return x >> rotate | x << (-rotate & 63);
}

#endif
