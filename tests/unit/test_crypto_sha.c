/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-1, SHA-256, SHA-512 and SHA3-256 built from the instructions' functions as programs do it,
 * with the examples that NIST publishes for FIPS 180-4 and FIPS 202.
 */
#include "crypto_vectors.h"

#define MESSAGE_448 "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
#define MESSAGE_896                                                                                \
	"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"                                 \
	"hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"

/* ---- SHA-1 ---- */

/* Four rounds, and the schedule four words further. */
static u32x4 sha1_four_rounds(unsigned i, u32x4 abcd, u32 e, u32x4 w)
{
	static const u32 k[4] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6 };
	u32 constant = k[i / 5];
	u32x4 wk = w + constant;

	switch (i / 5) {
	case 0: return crypto_sha1c(abcd, e, wk);
	case 2: return crypto_sha1m(abcd, e, wk);
	default: return crypto_sha1p(abcd, e, wk);
	}
}

static void sha1(const char *message, u8 *digest)
{
	u32x4 abcd = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 }, w[4];
	u32 e = 0xc3d2e1f0;
	u8 padded[256];
	unsigned blocks = pad(message, 64, padded);

	for (unsigned block = 0; block < blocks; block++) {
		u32x4 first = abcd;
		u32 first_e = e;

		memcpy(w, padded + 64 * block, 64);
		for (unsigned i = 0; i < 4; i++)
			w[i] = reverse_words(w[i]);
		for (unsigned i = 0; i < 20; i++) {
			u32 next_e = crypto_sha1h(abcd[0]);
			u32x4 now = w[0], next = crypto_sha1su0(w[0], w[1], w[2]);

			abcd = sha1_four_rounds(i, abcd, e, now);
			e = next_e;
			next = crypto_sha1su1(next, w[3]);
			memmove(w, w + 1, sizeof(w) - sizeof(w[0]));
			w[3] = next;
		}
		abcd += first;
		e += first_e;
	}
	abcd = reverse_words(abcd);
	e = __builtin_bswap32(e);
	memcpy(digest, &abcd, 16);
	memcpy(digest + 16, &e, 4);
}

/* ---- SHA-256 and SHA-512: constants are the first bits of roots of primes ---- */

static const u64 roots[80] = {
	0x428a2f98d728ae22,
	0x7137449123ef65cd,
	0xb5c0fbcfec4d3b2f,
	0xe9b5dba58189dbbc,
	0x3956c25bf348b538,
	0x59f111f1b605d019,
	0x923f82a4af194f9b,
	0xab1c5ed5da6d8118,
	0xd807aa98a3030242,
	0x12835b0145706fbe,
	0x243185be4ee4b28c,
	0x550c7dc3d5ffb4e2,
	0x72be5d74f27b896f,
	0x80deb1fe3b1696b1,
	0x9bdc06a725c71235,
	0xc19bf174cf692694,
	0xe49b69c19ef14ad2,
	0xefbe4786384f25e3,
	0x0fc19dc68b8cd5b5,
	0x240ca1cc77ac9c65,
	0x2de92c6f592b0275,
	0x4a7484aa6ea6e483,
	0x5cb0a9dcbd41fbd4,
	0x76f988da831153b5,
	0x983e5152ee66dfab,
	0xa831c66d2db43210,
	0xb00327c898fb213f,
	0xbf597fc7beef0ee4,
	0xc6e00bf33da88fc2,
	0xd5a79147930aa725,
	0x06ca6351e003826f,
	0x142929670a0e6e70,
	0x27b70a8546d22ffc,
	0x2e1b21385c26c926,
	0x4d2c6dfc5ac42aed,
	0x53380d139d95b3df,
	0x650a73548baf63de,
	0x766a0abb3c77b2a8,
	0x81c2c92e47edaee6,
	0x92722c851482353b,
	0xa2bfe8a14cf10364,
	0xa81a664bbc423001,
	0xc24b8b70d0f89791,
	0xc76c51a30654be30,
	0xd192e819d6ef5218,
	0xd69906245565a910,
	0xf40e35855771202a,
	0x106aa07032bbd1b8,
	0x19a4c116b8d2d0c8,
	0x1e376c085141ab53,
	0x2748774cdf8eeb99,
	0x34b0bcb5e19b48a8,
	0x391c0cb3c5c95a63,
	0x4ed8aa4ae3418acb,
	0x5b9cca4f7763e373,
	0x682e6ff3d6b2b8a3,
	0x748f82ee5defb2fc,
	0x78a5636f43172f60,
	0x84c87814a1f0ab72,
	0x8cc702081a6439ec,
	0x90befffa23631e28,
	0xa4506cebde82bde9,
	0xbef9a3f7b2c67915,
	0xc67178f2e372532b,
	0xca273eceea26619c,
	0xd186b8c721c0c207,
	0xeada7dd6cde0eb1e,
	0xf57d4f7fee6ed178,
	0x06f067aa72176fba,
	0x0a637dc5a2c898a6,
	0x113f9804bef90dae,
	0x1b710b35131c471b,
	0x28db77f523047d84,
	0x32caab7b40c72493,
	0x3c9ebe0a15c9bebc,
	0x431d67c49c100d4c,
	0x4cc5d4becb3e42b6,
	0x597f299cfc657e2a,
	0x5fcb6fab3ad6faec,
	0x6c44198c4a475817,
};

/* FIPS 180-4, 5.3.5: the initial value is the square roots of the first eight primes. */
static const u64 initial[8] = {
	0x6a09e667f3bcc908,
	0xbb67ae8584caa73b,
	0x3c6ef372fe94f82b,
	0xa54ff53a5f1d36f1,
	0x510e527fade682d1,
	0x9b05688c2b3e6c1f,
	0x1f83d9abfb41bd6b,
	0x5be0cd19137e2179,
};

static void sha256(const char *message, u8 *digest)
{
	u32x4 abcd, efgh, w[4];
	u8 padded[256];
	unsigned blocks = pad(message, 64, padded);

	for (unsigned i = 0; i < 4; i++) {
		abcd[i] = (u32)(initial[i] >> 32);
		efgh[i] = (u32)(initial[4 + i] >> 32);
	}
	for (unsigned block = 0; block < blocks; block++) {
		u32x4 first_abcd = abcd, first_efgh = efgh;

		memcpy(w, padded + 64 * block, 64);
		for (unsigned i = 0; i < 4; i++)
			w[i] = reverse_words(w[i]);
		for (unsigned i = 0; i < 16; i++) {
			u32x4 wk = w[0], old = abcd, next = crypto_sha256su0(w[0], w[1]);

			for (unsigned j = 0; j < 4; j++)
				wk[j] += (u32)(roots[4 * i + j] >> 32);
			abcd = crypto_sha256h(abcd, efgh, wk);
			efgh = crypto_sha256h2(efgh, old, wk);
			next = crypto_sha256su1(next, w[2], w[3]);
			memmove(w, w + 1, sizeof(w) - sizeof(w[0]));
			w[3] = next;
		}
		abcd += first_abcd;
		efgh += first_efgh;
	}
	abcd = reverse_words(abcd);
	efgh = reverse_words(efgh);
	memcpy(digest, &abcd, 16);
	memcpy(digest + 16, &efgh, 16);
}

/* EXT #8: the upper doubleword of a and the lower one of b. */
static u64x2 between(u64x2 a, u64x2 b)
{
	return (u64x2){ a[1], b[0] };
}

/* Two rounds; s is ab, cd, ef, gh, with a in the low half. */
static void sha512_rounds(u64x2 *s, u64x2 w, const u64 *k)
{
	/* gh + k + w, with what the first round uses in the high half */
	u64x2 sum = s[3] + (u64x2){ w[1] + k[1], w[0] + k[0] };
	u64x2 t1 = crypto_sha512h(sum, between(s[2], s[3]), between(s[1], s[2]));
	u64x2 ef = s[1] + t1;
	u64x2 ab = crypto_sha512h2(t1, s[1], s[0]);

	s[3] = s[2];
	s[2] = ef;
	s[1] = s[0];
	s[0] = ab;
}

static void sha512(const char *message, u8 *digest)
{
	u64x2 s[4], w[8];
	u8 padded[256];
	unsigned blocks = pad(message, 128, padded);

	for (unsigned i = 0; i < 4; i++)
		s[i] = (u64x2){ initial[2 * i], initial[2 * i + 1] };
	for (unsigned block = 0; block < blocks; block++) {
		u64x2 first[4];

		memcpy(first, s, sizeof(first));
		memcpy(w, padded + 128 * block, 128);
		for (unsigned i = 0; i < 8; i++)
			w[i] = reverse_doublewords(w[i]);
		for (unsigned i = 0; i < 40; i++) {
			u64x2 next = crypto_sha512su0(w[0], w[1]);

			sha512_rounds(s, w[0], roots + 2 * i);
			next = crypto_sha512su1(next, w[7], between(w[4], w[5]));
			memmove(w, w + 1, sizeof(w) - sizeof(w[0]));
			w[7] = next;
		}
		for (unsigned i = 0; i < 4; i++)
			s[i] += first[i];
	}
	for (unsigned i = 0; i < 4; i++)
		s[i] = reverse_doublewords(s[i]);
	memcpy(digest, s, 64);
}

/* ---- SHA-3: two equal states, one in each lane ---- */

/* FIPS 202, 3.2.5: bit 2^j - 1 of round constant i is what the LFSR gives at j + 7i. */
static u64 keccak_constant(unsigned round)
{
	u8 lfsr = 1;
	u64 constant = 0;

	for (unsigned t = 0; t < 7 * round + 7; t++) {
		if (t >= 7 * round && (lfsr & 1))
			constant |= BIT((1u << (t - 7 * round)) - 1);
		lfsr = field_multiply(lfsr, 2, 0x171);
	}
	return constant;
}

static void keccak_round(u64x2 *a, unsigned round)
{
	u64x2 c[5], b[25], zero = { 0 };

	for (unsigned x = 0; x < 5; x++)
		c[x] = crypto_eor3(crypto_eor3(a[x], a[x + 5], a[x + 10]), a[x + 15], a[x + 20]);
	/* theta, rho and pi: lane (x, y) turned by its offset goes to (y, 2x + 3y) */
	b[0] = crypto_xar(a[0], crypto_rax1(c[4], c[1]), 0);
	for (unsigned t = 0, x = 1, y = 0; t < 24; t++) {
		unsigned to_y = (2 * x + 3 * y) % 5;
		u64x2 d = crypto_rax1(c[(x + 4) % 5], c[(x + 1) % 5]);

		b[y + 5 * to_y] =
			crypto_xar(a[x + 5 * y], d, (64 - (t + 1) * (t + 2) / 2 % 64) % 64);
		x = y;
		y = to_y;
	}
	for (unsigned i = 0; i < 25; i++)
		a[i] = crypto_bcax(b[i], b[i / 5 * 5 + (i + 2) % 5], b[i / 5 * 5 + (i + 1) % 5]);
	a[0] = crypto_eor3(a[0], zero + keccak_constant(round), zero);
}

/* Messages of one block. */
static void sha3_256(const char *message, u8 *digest)
{
	enum { RATE = 136 };
	u64x2 a[25];
	u8 block[200] = { 0 };

	memcpy(block, message, strlen(message));
	block[strlen(message)] = 0x06;
	block[RATE - 1] |= 0x80;
	for (unsigned i = 0; i < 25; i++) {
		memcpy(&a[i], block + 8 * i, 8);
		a[i][1] = a[i][0];
	}
	for (unsigned round = 0; round < 24; round++)
		keccak_round(a, round);
	for (unsigned i = 0; i < 4; i++) {
		assert_true(a[i][0] == a[i][1]);
		memcpy(digest + 8 * i, &a[i], 8);
	}
}

static void published_examples(void **state)
{
	static const struct {
		const char *why;
		void (*hash)(const char *message, u8 *digest);
		unsigned size;
		const char *message, *digest;
	} rows[] = {
		{ "SHA-1, one block", sha1, 20, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ "SHA-1, two blocks", sha1, 20, MESSAGE_448,
			"84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
		{ "SHA-256, one block", sha256, 32, "abc",
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "SHA-256, two blocks", sha256, 32, MESSAGE_448,
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ "SHA-512, one block", sha512, 64, "abc",
			"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
			"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
		{ "SHA-512, two blocks", sha512, 64, MESSAGE_896,
			"8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
			"501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909" },
		{ "SHA3-256, empty", sha3_256, 32, "",
			"a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a" },
		{ "SHA3-256", sha3_256, 32, "abc",
			"3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u8 digest[64];

		rows[i].hash(rows[i].message, digest);
		assert_hex(rows[i].why, digest, rows[i].size, rows[i].digest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(published_examples) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
