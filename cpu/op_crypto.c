/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cryptographic instructions, DDI 0487 C7.2; crypto/ knows what they compute. Compiled once per
 * engine.
 */
#include "crypto/crypto.h"

#include "cpu/simd.h"

/* One expression of V(rd), V(rn), V(rm), V(ra) and u->imm; stored at once, as vectors read it. */
#define CRYPTO(name, result)                                                                       \
	FP_OP(name)                                                                                \
	{                                                                                          \
		V(rd).vb = (u8x16)(result);                                                        \
	}

CRYPTO(aese, crypto_aese(V(rd).vb, V(rn).vb))
CRYPTO(aesd, crypto_aesd(V(rd).vb, V(rn).vb))
CRYPTO(aesmc, crypto_aesmc(V(rn).vb))
CRYPTO(aesimc, crypto_aesimc(V(rn).vb))

CRYPTO(sha1c, crypto_sha1c(V(rd).vs, V(rn).s[0], V(rm).vs))
CRYPTO(sha1p, crypto_sha1p(V(rd).vs, V(rn).s[0], V(rm).vs))
CRYPTO(sha1m, crypto_sha1m(V(rd).vs, V(rn).s[0], V(rm).vs))
CRYPTO(sha1su0, crypto_sha1su0(V(rd).vs, V(rn).vs, V(rm).vs))
CRYPTO(sha1su1, crypto_sha1su1(V(rd).vs, V(rn).vs))
FP_OP(sha1h)
{
	write_scalar(cpu, u, crypto_sha1h(V(rn).s[0]));
}

CRYPTO(sha256h, crypto_sha256h(V(rd).vs, V(rn).vs, V(rm).vs))
CRYPTO(sha256h2, crypto_sha256h2(V(rd).vs, V(rn).vs, V(rm).vs))
CRYPTO(sha256su0, crypto_sha256su0(V(rd).vs, V(rn).vs))
CRYPTO(sha256su1, crypto_sha256su1(V(rd).vs, V(rn).vs, V(rm).vs))

CRYPTO(sha512h, crypto_sha512h(V(rd).vd, V(rn).vd, V(rm).vd))
CRYPTO(sha512h2, crypto_sha512h2(V(rd).vd, V(rn).vd, V(rm).vd))
CRYPTO(sha512su0, crypto_sha512su0(V(rd).vd, V(rn).vd))
CRYPTO(sha512su1, crypto_sha512su1(V(rd).vd, V(rn).vd, V(rm).vd))

CRYPTO(eor3, crypto_eor3(V(rn).vd, V(rm).vd, V(ra).vd))
CRYPTO(bcax, crypto_bcax(V(rn).vd, V(rm).vd, V(ra).vd))
CRYPTO(rax1, crypto_rax1(V(rn).vd, V(rm).vd))
CRYPTO(xar, crypto_xar(V(rn).vd, V(rm).vd, (unsigned)u->imm))

CRYPTO(sm3ss1, crypto_sm3ss1(V(rn).vs, V(rm).vs, V(ra).vs))
CRYPTO(sm3tt1a, crypto_sm3tt1a(V(rd).vs, V(rn).vs, V(rm).s[u->imm]))
CRYPTO(sm3tt1b, crypto_sm3tt1b(V(rd).vs, V(rn).vs, V(rm).s[u->imm]))
CRYPTO(sm3tt2a, crypto_sm3tt2a(V(rd).vs, V(rn).vs, V(rm).s[u->imm]))
CRYPTO(sm3tt2b, crypto_sm3tt2b(V(rd).vs, V(rn).vs, V(rm).s[u->imm]))
CRYPTO(sm3partw1, crypto_sm3partw1(V(rd).vs, V(rn).vs, V(rm).vs))
CRYPTO(sm3partw2, crypto_sm3partw2(V(rd).vs, V(rn).vs, V(rm).vs))

CRYPTO(sm4e, crypto_sm4e(V(rd).vs, V(rn).vs))
CRYPTO(sm4ekey, crypto_sm4ekey(V(rn).vs, V(rm).vs))

CRYPTO(pmull_8, crypto_pmull8(V(rn).d[u->imm], V(rm).d[u->imm]))
CRYPTO(pmull_64, crypto_pmull64(V(rn).d[u->imm], V(rm).d[u->imm]))
FP_OP(pmul)
{
	write_vector(cpu, u, crypto_pmul8(V(rn).vb, V(rm).vb));
}
