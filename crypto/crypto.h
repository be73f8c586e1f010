/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the A64 cryptographic instructions compute, DDI 0487 C7.2 by their names, and the PAC of
 * FEAT_PAuth. Pure functions on register values; knows no registers, traps or features.
 *
 * Arguments are in the order of the assembly, the destination's old value first where it is read.
 */
#ifndef ENT_CRYPTO_H
#define ENT_CRYPTO_H

#include "base/base.h"
#include "cpu/vreg.h"

/* AES: AESE and AESD include AddRoundKey, at their beginning. */
union vreg crypto_aese(union vreg state, union vreg key);
union vreg crypto_aesd(union vreg state, union vreg key);
union vreg crypto_aesmc(union vreg n);
union vreg crypto_aesimc(union vreg n);

/* SHA-1: four rounds with choose, parity or majority; the schedule. */
union vreg crypto_sha1c(union vreg abcd, u32 e, union vreg wk);
union vreg crypto_sha1p(union vreg abcd, u32 e, union vreg wk);
union vreg crypto_sha1m(union vreg abcd, u32 e, union vreg wk);
u32 crypto_sha1h(u32 n);
union vreg crypto_sha1su0(union vreg d, union vreg n, union vreg m);
union vreg crypto_sha1su1(union vreg d, union vreg n);

/* SHA-256: four rounds, of which H gives the new abcd and H2 the new efgh; the schedule. */
union vreg crypto_sha256h(union vreg abcd, union vreg efgh, union vreg wk);
union vreg crypto_sha256h2(union vreg efgh, union vreg abcd, union vreg wk);
union vreg crypto_sha256su0(union vreg d, union vreg n);
union vreg crypto_sha256su1(union vreg d, union vreg n, union vreg m);

/* SHA-512: two rounds in two parts; the schedule. */
union vreg crypto_sha512h(union vreg d, union vreg n, union vreg m);
union vreg crypto_sha512h2(union vreg d, union vreg n, union vreg m);
union vreg crypto_sha512su0(union vreg d, union vreg n);
union vreg crypto_sha512su1(union vreg d, union vreg n, union vreg m);

/* SM3: the round's rotated sum; halves of a round for rounds 0..15 (A) and 16..63 (B). */
union vreg crypto_sm3ss1(union vreg n, union vreg m, union vreg a);
union vreg crypto_sm3tt1a(union vreg d, union vreg n, u32 w);
union vreg crypto_sm3tt1b(union vreg d, union vreg n, u32 w);
union vreg crypto_sm3tt2a(union vreg d, union vreg n, u32 w);
union vreg crypto_sm3tt2b(union vreg d, union vreg n, u32 w);
union vreg crypto_sm3partw1(union vreg d, union vreg n, union vreg m);
union vreg crypto_sm3partw2(union vreg d, union vreg n, union vreg m);

/* SM4: four rounds; four round keys. */
union vreg crypto_sm4e(union vreg state, union vreg keys);
union vreg crypto_sm4ekey(union vreg keys, union vreg constants);

/* Polynomial products over GF(2): of bytes (low half, or all of the product), of 64 bits. */
union vreg crypto_pmul8(union vreg n, union vreg m);
union vreg crypto_pmull8(u64 n, u64 m);
union vreg crypto_pmull64(u64 n, u64 m);

/* ComputePAC() by QARMA5. key is what the pseudocode calls K: high from APxKeyHi_EL1. */
u64 crypto_pac_qarma5(u64 data, u64 modifier, u64 key_high, u64 key_low);

/* The S-boxes, for the tests that derive them. */
extern const u8 crypto_aes_sbox[256], crypto_aes_inverse_sbox[256], crypto_sm4_sbox[256];

/* ---- SHA-3 ---- */

static inline union vreg crypto_eor3(union vreg n, union vreg m, union vreg a)
{
	return (union vreg){ .d = { n.d[0] ^ m.d[0] ^ a.d[0], n.d[1] ^ m.d[1] ^ a.d[1] } };
}

static inline union vreg crypto_bcax(union vreg n, union vreg m, union vreg a)
{
	return (union vreg){ .d = { n.d[0] ^ (m.d[0] & ~a.d[0]), n.d[1] ^ (m.d[1] & ~a.d[1]) } };
}

static inline union vreg crypto_rax1(union vreg n, union vreg m)
{
	return (union vreg){ .d = { n.d[0] ^ ror64(m.d[0], 63), n.d[1] ^ ror64(m.d[1], 63) } };
}

static inline union vreg crypto_xar(union vreg n, union vreg m, unsigned rotate)
{
	return (union vreg){ .d = { ror64(n.d[0] ^ m.d[0], rotate),
				     ror64(n.d[1] ^ m.d[1], rotate) } };
}

#endif
