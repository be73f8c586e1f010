/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cryptographic instructions, DDI 0487 C7.2; crypto/ knows what they compute. Compiled once per
 * engine.
 */
#include "crypto/crypto.h"

#include "cpu/simd.h"

/* One expression of V(rd), V(rn), V(rm), V(ra) and u->imm. */
#define CRYPTO(name, result)                                                                       \
	FP_OP(name)                                                                                \
	{                                                                                          \
		V(rd) = (result);                                                                  \
	}

CRYPTO(aese, crypto_aese(V(rd), V(rn)))
CRYPTO(aesd, crypto_aesd(V(rd), V(rn)))
CRYPTO(aesmc, crypto_aesmc(V(rn)))
CRYPTO(aesimc, crypto_aesimc(V(rn)))

CRYPTO(sha1c, crypto_sha1c(V(rd), V(rn).s[0], V(rm)))
CRYPTO(sha1p, crypto_sha1p(V(rd), V(rn).s[0], V(rm)))
CRYPTO(sha1m, crypto_sha1m(V(rd), V(rn).s[0], V(rm)))
CRYPTO(sha1su0, crypto_sha1su0(V(rd), V(rn), V(rm)))
CRYPTO(sha1su1, crypto_sha1su1(V(rd), V(rn)))
FP_OP(sha1h)
{
	write_scalar(cpu, u, crypto_sha1h(V(rn).s[0]));
}

CRYPTO(sha256h, crypto_sha256h(V(rd), V(rn), V(rm)))
CRYPTO(sha256h2, crypto_sha256h2(V(rd), V(rn), V(rm)))
CRYPTO(sha256su0, crypto_sha256su0(V(rd), V(rn)))
CRYPTO(sha256su1, crypto_sha256su1(V(rd), V(rn), V(rm)))

CRYPTO(sha512h, crypto_sha512h(V(rd), V(rn), V(rm)))
CRYPTO(sha512h2, crypto_sha512h2(V(rd), V(rn), V(rm)))
CRYPTO(sha512su0, crypto_sha512su0(V(rd), V(rn)))
CRYPTO(sha512su1, crypto_sha512su1(V(rd), V(rn), V(rm)))

CRYPTO(eor3, crypto_eor3(V(rn), V(rm), V(ra)))
CRYPTO(bcax, crypto_bcax(V(rn), V(rm), V(ra)))
CRYPTO(rax1, crypto_rax1(V(rn), V(rm)))
CRYPTO(xar, crypto_xar(V(rn), V(rm), (unsigned)u->imm))

CRYPTO(sm3ss1, crypto_sm3ss1(V(rn), V(rm), V(ra)))
CRYPTO(sm3tt1a, crypto_sm3tt1a(V(rd), V(rn), V(rm).s[u->imm]))
CRYPTO(sm3tt1b, crypto_sm3tt1b(V(rd), V(rn), V(rm).s[u->imm]))
CRYPTO(sm3tt2a, crypto_sm3tt2a(V(rd), V(rn), V(rm).s[u->imm]))
CRYPTO(sm3tt2b, crypto_sm3tt2b(V(rd), V(rn), V(rm).s[u->imm]))
CRYPTO(sm3partw1, crypto_sm3partw1(V(rd), V(rn), V(rm)))
CRYPTO(sm3partw2, crypto_sm3partw2(V(rd), V(rn), V(rm)))

CRYPTO(sm4e, crypto_sm4e(V(rd), V(rn)))
CRYPTO(sm4ekey, crypto_sm4ekey(V(rn), V(rm)))

CRYPTO(pmull_8, crypto_pmull8(V(rn).d[u->imm], V(rm).d[u->imm]))
CRYPTO(pmull_64, crypto_pmull64(V(rn).d[u->imm], V(rm).d[u->imm]))
FP_OP(pmul)
{
	write_vector(cpu, u, crypto_pmul8(V(rn), V(rm)).vb);
}
