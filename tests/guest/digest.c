/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes and ciphers by the crypto instructions beside the same in plain C (FIPS 180-4, 197, 202),
 * and published test vectors. What the compiler's flags do not allow is left out.
 */
#include <arm_acle.h>
#include <arm_neon.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

enum { MEGABYTE = 1 << 20 };
static u8 data[MEGABYTE];

static void show(const char *name, const void *digest, size_t size)
{
	const u8 *bytes = digest;

	printf("%s ", name);
	for (size_t i = 0; i < size; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

static void same(const char *name, const void *a, const void *b, size_t size)
{
	if (memcmp(a, b, size) != 0) {
		show(name, a, size);
		show("other", b, size);
		exit(1);
	}
}

static u32 ror32(u32 x, unsigned n)
{
	return x >> n | x << (32 - n);
}

static u64 ror64(u64 x, unsigned n)
{
	return x >> n | x << (64 - n);
}

/* SHA-2's constants, FIPS 180-4 4.2.3 and 5.3.5; those of SHA-256 are their upper halves. */
static const u64 k[80] = {
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

static u32 k32[64], initial32[8];

/* ---- In plain C ---- */

static u32 big_endian32(const u8 *p)
{
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

/* Instead of moving a to b, b to c and so on, round j of 8 finds them j further on. */
#define ROTATED(n) s[((n)-j) & 7]

static void sha256_block(u32 h[8], const u8 *block)
{
	u32 w[64], s[8];

	for (int i = 0; i < 16; i++)
		w[i] = big_endian32(block + 4 * i);
	for (int i = 16; i < 64; i++) {
		u32 x = w[i - 15], y = w[i - 2];

		w[i] = w[i - 16] + w[i - 7] + (ror32(x, 7) ^ ror32(x, 18) ^ x >> 3) +
		       (ror32(y, 17) ^ ror32(y, 19) ^ y >> 10);
	}
	memcpy(s, h, sizeof(s));
	for (int i = 0; i < 64; i += 8) {
#pragma GCC unroll 8
		for (int j = 0; j < 8; j++) {
			u32 a = ROTATED(0), e = ROTATED(4);
			u32 t1 = ROTATED(7) + (ror32(e, 6) ^ ror32(e, 11) ^ ror32(e, 25)) +
				 ((e & ROTATED(5)) ^ (~e & ROTATED(6))) + k32[i + j] + w[i + j];
			u32 t2 = (ror32(a, 2) ^ ror32(a, 13) ^ ror32(a, 22)) +
				 ((a & ROTATED(1)) ^ (a & ROTATED(2)) ^ (ROTATED(1) & ROTATED(2)));

			ROTATED(3) += t1;
			ROTATED(7) = t1 + t2;
		}
	}
	for (int i = 0; i < 8; i++)
		h[i] += s[i];
}

static void sha512_block(u64 h[8], const u8 *block)
{
	u64 w[80], s[8];

	for (int i = 0; i < 16; i++)
		w[i] = (u64)big_endian32(block + 8 * i) << 32 | big_endian32(block + 8 * i + 4);
	for (int i = 16; i < 80; i++) {
		u64 x = w[i - 15], y = w[i - 2];

		w[i] = w[i - 16] + w[i - 7] + (ror64(x, 1) ^ ror64(x, 8) ^ x >> 7) +
		       (ror64(y, 19) ^ ror64(y, 61) ^ y >> 6);
	}
	memcpy(s, h, sizeof(s));
	for (int i = 0; i < 80; i += 8) {
#pragma GCC unroll 8
		for (int j = 0; j < 8; j++) {
			u64 a = ROTATED(0), e = ROTATED(4);
			u64 t1 = ROTATED(7) + (ror64(e, 14) ^ ror64(e, 18) ^ ror64(e, 41)) +
				 ((e & ROTATED(5)) ^ (~e & ROTATED(6))) + k[i + j] + w[i + j];
			u64 t2 = (ror64(a, 28) ^ ror64(a, 34) ^ ror64(a, 39)) +
				 ((a & ROTATED(1)) ^ (a & ROTATED(2)) ^ (ROTATED(1) & ROTATED(2)));

			ROTATED(3) += t1;
			ROTATED(7) = t1 + t2;
		}
	}
	for (int i = 0; i < 8; i++)
		h[i] += s[i];
}

static const u32 sha1_k[4] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6 };

static void sha1_block(u32 h[5], const u8 *block)
{
	u32 w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	for (int i = 0; i < 80; i++) {
		u32 t;

		w[i] = i < 16 ? big_endian32(block + 4 * i)
			      : ror32(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 31);
		t = i < 20		? (b & c) | (~b & d)
		    : i >= 40 && i < 60 ? (b & c) | (b & d) | (c & d)
					: b ^ c ^ d;
		t += ror32(a, 27) + e + sha1_k[i / 20] + w[i];
		e = d, d = c, c = ror32(b, 2), b = a, a = t;
	}
	h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
}

/* ---- By instructions ---- */

static uint32x4_t load_big_endian(const u8 *p)
{
	return vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(p)));
}

static void sha256_block_neon(u32 h[8], const u8 *block)
{
	uint32x4_t w[4], abcd = vld1q_u32(h), efgh = vld1q_u32(h + 4);

	for (int i = 0; i < 4; i++)
		w[i] = load_big_endian(block + 16 * i);
	for (int i = 0; i < 16; i++) {
		uint32x4_t wk = vaddq_u32(w[0], vld1q_u32(k32 + 4 * i)), old = abcd;
		uint32x4_t next = vsha256su1q_u32(vsha256su0q_u32(w[0], w[1]), w[2], w[3]);

		abcd = vsha256hq_u32(abcd, efgh, wk);
		efgh = vsha256h2q_u32(efgh, old, wk);
		w[0] = w[1], w[1] = w[2], w[2] = w[3], w[3] = next;
	}
	vst1q_u32(h, vaddq_u32(abcd, vld1q_u32(h)));
	vst1q_u32(h + 4, vaddq_u32(efgh, vld1q_u32(h + 4)));
}

static void sha1_block_neon(u32 h[5], const u8 *block)
{
	uint32x4_t w[4], abcd = vld1q_u32(h);
	u32 e = h[4];

	for (int i = 0; i < 4; i++)
		w[i] = load_big_endian(block + 16 * i);
	for (int i = 0; i < 20; i++) {
		uint32x4_t wk = vaddq_u32(w[0], vdupq_n_u32(sha1_k[i / 5]));
		uint32x4_t next = vsha1su1q_u32(vsha1su0q_u32(w[0], w[1], w[2]), w[3]);
		u32 rotated = vsha1h_u32(vgetq_lane_u32(abcd, 0));

		abcd = i < 5		   ? vsha1cq_u32(abcd, e, wk)
		       : i >= 10 && i < 15 ? vsha1mq_u32(abcd, e, wk)
					   : vsha1pq_u32(abcd, e, wk);
		e = rotated;
		w[0] = w[1], w[1] = w[2], w[2] = w[3], w[3] = next;
	}
	vst1q_u32(h, vaddq_u32(abcd, vld1q_u32(h)));
	h[4] += e;
}

#ifdef __ARM_FEATURE_SHA512
static void sha512_block_neon(u64 h[8], const u8 *block)
{
	uint64x2_t w[8], ab = vld1q_u64(h), cd = vld1q_u64(h + 2), ef = vld1q_u64(h + 4),
			 gh = vld1q_u64(h + 6);

	for (int i = 0; i < 8; i++)
		w[i] = vreinterpretq_u64_u8(vrev64q_u8(vld1q_u8(block + 16 * i)));
	for (int i = 0; i < 40; i++) {
		uint64x2_t wk = vaddq_u64(w[0], vld1q_u64(k + 2 * i));
		uint64x2_t sum = vaddq_u64(vextq_u64(wk, wk, 1), gh);
		uint64x2_t next = vsha512su1q_u64(
			vsha512su0q_u64(w[0], w[1]), w[7], vextq_u64(w[4], w[5], 1));
		uint64x2_t t = vsha512hq_u64(sum, vextq_u64(ef, gh, 1), vextq_u64(cd, ef, 1));

		gh = ef;
		ef = vaddq_u64(cd, t);
		t = vsha512h2q_u64(t, cd, ab);
		cd = ab;
		ab = t;
		memmove(w, w + 1, sizeof(w) - sizeof(*w));
		w[7] = next;
	}
	vst1q_u64(h, vaddq_u64(ab, vld1q_u64(h)));
	vst1q_u64(h + 2, vaddq_u64(cd, vld1q_u64(h + 2)));
	vst1q_u64(h + 4, vaddq_u64(ef, vld1q_u64(h + 4)));
	vst1q_u64(h + 6, vaddq_u64(gh, vld1q_u64(h + 6)));
}
#endif

/* ---- Whole messages ---- */

/* The last block or two: a 1 bit, zeros, the length in bits. */
static size_t pad(u8 tail[256], const u8 *message, size_t size, size_t block)
{
	size_t rest = size % block, field = block / 8,
	       total = rest + 1 + field <= block ? block : 2 * block;

	memset(tail, 0, 256);
	memcpy(tail, message + size - rest, rest);
	tail[rest] = 0x80;
	for (int i = 0; i < 8; i++)
		tail[total - 1 - i] = (u8)(8 * (u64)size >> 8 * i);
	return total;
}

static void sha256(
	void (*block)(u32 *, const u8 *), const void *message, size_t size, u8 digest[32])
{
	const u8 *bytes = message;
	u8 tail[256];
	size_t total = pad(tail, bytes, size, 64);
	u32 h[8];

	memcpy(h, initial32, sizeof(h));
	for (size_t i = 0; i + 64 <= size; i += 64)
		block(h, bytes + i);
	for (size_t i = 0; i < total; i += 64)
		block(h, tail + i);
	for (int i = 0; i < 32; i++)
		digest[i] = (u8)(h[i / 4] >> (24 - i % 4 * 8));
}

static void sha1(void (*block)(u32 *, const u8 *), const void *message, size_t size, u8 digest[20])
{
	const u8 *bytes = message;
	u8 tail[256];
	size_t total = pad(tail, bytes, size, 64);
	u32 h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };

	for (size_t i = 0; i + 64 <= size; i += 64)
		block(h, bytes + i);
	for (size_t i = 0; i < total; i += 64)
		block(h, tail + i);
	for (int i = 0; i < 20; i++)
		digest[i] = (u8)(h[i / 4] >> (24 - i % 4 * 8));
}

static void sha512(
	void (*block)(u64 *, const u8 *), const void *message, size_t size, u8 digest[64])
{
	const u8 *bytes = message;
	u8 tail[256];
	size_t total = pad(tail, bytes, size, 128);
	u64 h[8];

	memcpy(h, initial, sizeof(h));
	for (size_t i = 0; i + 128 <= size; i += 128)
		block(h, bytes + i);
	for (size_t i = 0; i < total; i += 128)
		block(h, tail + i);
	for (int i = 0; i < 64; i++)
		digest[i] = (u8)(h[i / 8] >> (56 - i % 8 * 8));
}

static void hashes(void)
{
	u8 plain[64], neon[64];

	for (int i = 0; i < 64; i++)
		k32[i] = (u32)(k[i] >> 32);
	for (int i = 0; i < 8; i++)
		initial32[i] = (u32)(initial[i] >> 32);
	for (int i = 0; i < MEGABYTE; i++)
		data[i] = (u8)(i * i >> 7);
	sha256(sha256_block, "abc", 3, plain);
	show("sha256 abc", plain, 32);
	sha256(sha256_block, data, MEGABYTE, plain);
	show("sha256 megabyte", plain, 32);
	sha256(sha256_block_neon, data, MEGABYTE, neon);
	same("sha256", plain, neon, 32);
	sha1(sha1_block, "abc", 3, plain);
	show("sha1 abc", plain, 20);
	for (size_t size = 0; size < 300; size++) {
		sha1(sha1_block, data + size, size, plain);
		sha1(sha1_block_neon, data + size, size, neon);
		same("sha1", plain, neon, 20);
	}
	sha1(sha1_block_neon, data, MEGABYTE, neon);
	show("sha1 megabyte", neon, 20);
	sha512(sha512_block, "abc", 3, plain);
	show("sha512 abc", plain, 64);
#ifdef __ARM_FEATURE_SHA512
	for (size_t size = 0; size < 300; size++) {
		sha512(sha512_block, data + size, size, plain);
		sha512(sha512_block_neon, data + size, size, neon);
		same("sha512", plain, neon, 64);
	}
	sha512(sha512_block_neon, data, MEGABYTE, neon);
	show("sha512 megabyte", neon, 64);
#endif
}

/* ---- AES ---- */

/* The S-box of all four bytes of a word, by AESE with a zero key where all columns are equal. */
static u32 sub_word(u32 word)
{
	uint8x16_t bytes = vreinterpretq_u8_u32(vdupq_n_u32(word));

	return vgetq_lane_u32(vreinterpretq_u32_u8(vaeseq_u8(bytes, vdupq_n_u8(0))), 0);
}

static void aes_keys(const u8 key[16], uint8x16_t round_key[11])
{
	u32 w[44], rcon = 1;

	memcpy(w, key, 16);
	for (int i = 4; i < 44; i++) {
		u32 t = w[i - 1];

		if (i % 4 == 0) {
			t = ror32(sub_word(t), 8) ^ rcon;
			rcon = rcon << 1 ^ (rcon & 0x80 ? 0x11b : 0);
		}
		w[i] = w[i - 4] ^ t;
	}
	for (int i = 0; i < 11; i++)
		round_key[i] = vreinterpretq_u8_u32(vld1q_u32(w + 4 * i));
}

static uint8x16_t aes_encrypt(const uint8x16_t key[11], uint8x16_t block)
{
	for (int i = 0; i < 9; i++)
		block = vaesmcq_u8(vaeseq_u8(block, key[i]));
	return veorq_u8(vaeseq_u8(block, key[9]), key[10]);
}

static uint8x16_t aes_decrypt(const uint8x16_t key[11], uint8x16_t block)
{
	block = vaesdq_u8(block, key[10]);
	for (int i = 9; i > 0; i--)
		block = vaesdq_u8(vaesimcq_u8(block), vaesimcq_u8(key[i]));
	return veorq_u8(block, key[0]);
}

/* FIPS 197 appendix C.1; then each block encrypts the one before, all the way and back. */
static void aes(void)
{
	u8 key[16], text[16], first[16];
	uint8x16_t keys[11], block;

	for (int i = 0; i < 16; i++)
		key[i] = (u8)i, text[i] = (u8)(i * 0x11);
	aes_keys(key, keys);
	block = aes_encrypt(keys, vld1q_u8(text));
	vst1q_u8(first, block);
	show("aes128 vector", first, 16);
	for (int i = 0; i < 20000; i++)
		block = aes_encrypt(keys, block);
	vst1q_u8(first, block);
	show("aes128 chain", first, 16);
	for (int i = 0; i < 20001; i++)
		block = aes_decrypt(keys, block);
	vst1q_u8(first, block);
	same("aes128 back", first, text, 16);
}

/* ---- Polynomials, CRC ---- */

static void polynomials(void)
{
	u64 a = 0x0123456789abcdef, b = 0xfedcba9876543210, high = 0;
	u32 crc = 0, crc_c = 0;

	for (int i = 0; i < 5000; i++) {
		poly128_t product = vmull_p64(a, b);
		uint64x2_t lanes = vreinterpretq_u64_p128(product);
		uint64x2_t upper = vreinterpretq_u64_p128(
			vmull_high_p64(vreinterpretq_p64_u64(lanes), vdupq_n_p64((poly64_t)b)));
		poly16x8_t bytes = vmull_p8(vcreate_p8(a), vcreate_p8(b));

		high ^= vgetq_lane_u64(upper, 0) ^ vgetq_lane_u64(vreinterpretq_u64_p16(bytes), 1);
		a = vgetq_lane_u64(lanes, 0) + (u64)i;
		b = vgetq_lane_u64(lanes, 1) ^ a << 7 ^ (u64)i;
	}
	printf("pmull %lx %lx %lx\n", a, b, high);
	for (int i = 0; i < MEGABYTE / 16; i += 8) {
		u64 word;

		memcpy(&word, data + i, 8);
		crc = __crc32d(crc, word);
		crc_c = __crc32cb(__crc32cd(crc_c, word), data[i]);
	}
	printf("crc32 %08x crc32c %08x\n", crc, crc_c);
}

#ifdef __ARM_FEATURE_SHA3
/* EOR3, BCAX, XAR and RAX1 beside what they stand for. */
static void sha3_operations(void)
{
	uint64x2_t a = vdupq_n_u64(k[0]), b = vdupq_n_u64(k[1]), c = vld1q_u64(k + 2);

	for (int i = 0; i < 2000; i++) {
		uint64x2_t x = veor3q_u64(a, b, c), y = vbcaxq_u64(a, b, c);
		uint64x2_t z = vxarq_u64(a, c, 23), r = vrax1q_u64(b, c);
		u64 got[8], want[8], in[6];

		vst1q_u64(in, a), vst1q_u64(in + 2, b), vst1q_u64(in + 4, c);
		vst1q_u64(got, x), vst1q_u64(got + 2, y), vst1q_u64(got + 4, z),
			vst1q_u64(got + 6, r);
		for (int j = 0; j < 2; j++) {
			want[j] = in[j] ^ in[2 + j] ^ in[4 + j];
			want[2 + j] = in[j] ^ (in[2 + j] & ~in[4 + j]);
			want[4 + j] = ror64(in[j] ^ in[4 + j], 23);
			want[6 + j] = in[2 + j] ^ ror64(in[4 + j], 63);
		}
		same("sha3", got, want, sizeof(got));
		a = vaddq_u64(x, r), b = veorq_u64(y, z), c = vaddq_u64(c, z);
	}
	show("sha3 operations", &a, sizeof(a));
}
#endif

int main(void)
{
	hashes();
	aes();
	polynomials();
#ifdef __ARM_FEATURE_SHA3
	sha3_operations();
#endif
	return 0;
}
