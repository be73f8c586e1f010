/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM3 and SM4 built from the instructions' functions as programs do it, with the examples of GB/T
 * 32905-2016 and GB/T 32907-2016; SM4's S-box from its definition.
 */
#include "crypto_vectors.h"

static u32x4 reverse_lanes(u32x4 v)
{
	return (u32x4){ v[3], v[2], v[1], v[0] };
}

/* ---- SM3 ---- */

/* One round: abcd and efgh have A and E in the highest lane. */
static void sm3_round(unsigned j, u32x4 *abcd, u32x4 *efgh, u32x4 w, u32x4 w1)
{
	u32 t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
	u32x4 rotated = { 0, 0, 0, ror32(t, -j & 31) };
	u32x4 ss1 = crypto_sm3ss1(*abcd, *efgh, rotated), old = *abcd;

	if (j < 16) {
		*abcd = crypto_sm3tt1a(old, ss1, w1[j % 4]);
		*efgh = crypto_sm3tt2a(*efgh, ss1, w[j % 4]);
	} else {
		*abcd = crypto_sm3tt1b(old, ss1, w1[j % 4]);
		*efgh = crypto_sm3tt2b(*efgh, ss1, w[j % 4]);
	}
}

static u32x4 from_lane(u32x4 low, u32x4 high, unsigned lane)
{
	u32x4 result;

	for (unsigned i = 0; i < 4; i++)
		result[i] = lane + i < 4 ? low[lane + i] : high[lane + i - 4];
	return result;
}

static void sm3(const char *message, u8 *digest)
{
	u32x4 abcd = { 0xda8a0600, 0x172442d7, 0x4914b2b9, 0x7380166f };
	u32x4 efgh = { 0xb0fb0e4e, 0xe38dee4d, 0x163138aa, 0xa96f30bc }, w[4];
	u8 padded[256];
	unsigned blocks = pad(message, 64, padded);

	for (unsigned block = 0; block < blocks; block++) {
		u32x4 first_abcd = abcd, first_efgh = efgh;

		memcpy(w, padded + 64 * block, 64);
		for (unsigned i = 0; i < 4; i++)
			w[i] = reverse_words(w[i]);
		for (unsigned j = 0; j < 64; j += 4) {
			u32x4 next, w1 = w[0] ^ w[1];

			for (unsigned i = 0; i < 4; i++)
				sm3_round(j + i, &abcd, &efgh, w[0], w1);
			next = crypto_sm3partw1(w[0], from_lane(w[1], w[2], 3), w[3]);
			next = crypto_sm3partw2(
				next, from_lane(w[2], w[3], 2), from_lane(w[0], w[1], 3));
			memmove(w, w + 1, sizeof(w) - sizeof(w[0]));
			w[3] = next;
		}
		abcd ^= first_abcd;
		efgh ^= first_efgh;
	}
	abcd = reverse_words(reverse_lanes(abcd));
	efgh = reverse_words(reverse_lanes(efgh));
	memcpy(digest, &abcd, 16);
	memcpy(digest + 16, &efgh, 16);
}

static void sm3_examples(void **state)
{
	u8 digest[32];

	(void)state;
	sm3("abc", digest);
	assert_hex("A.1", digest, 32,
		"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
	sm3("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd", digest);
	assert_hex("A.2", digest, 32,
		"debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

/* ---- SM4 ---- */

static void sm4_sbox_is_as_defined(void **state)
{
	(void)state;
	for (unsigned x = 0; x < 256; x++) {
		u8 inverse = field_invert(affine((u8)x, 0xa7, 0xd3), 0x1f5);
		u8 expected = affine(inverse, 0xa7, 0xd3);

		if (crypto_sm4_sbox[x] != expected)
			fail_msg("S-box of 0x%02x: 0x%02x, not 0x%02x", x, crypto_sm4_sbox[x],
				expected);
	}
}

/* The constants' bytes are the multiples of 7, 7.3 c) of the standard. */
static u32x4 sm4_constants(unsigned i)
{
	u8x16 ck;

	for (unsigned j = 0; j < 16; j++)
		ck[j] = (u8)((16 * i + j) * 7);
	return reverse_words((u32x4)ck);
}

static void sm4_expand(u32x4 key, u32x4 *keys)
{
	static const u32x4 fk = { 0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc };
	u32x4 k = reverse_words(key) ^ fk;

	for (unsigned i = 0; i < 8; i++)
		keys[i] = k = crypto_sm4ekey(k, sm4_constants(i));
}

static u32x4 sm4_encrypt(u32x4 text, const u32x4 *keys)
{
	text = reverse_words(text);
	for (unsigned i = 0; i < 8; i++)
		text = crypto_sm4e(text, keys[i]);
	return reverse_words(reverse_lanes(text));
}

static void sm4_examples(void **state)
{
	static const char *plain_text = "0123456789abcdeffedcba9876543210";
	u32x4 keys[8], backward[8], text = (u32x4)vector_of_hex(plain_text);

	(void)state;
	sm4_expand(text, keys);
	for (unsigned i = 0; i < 8; i++)
		backward[i] = reverse_lanes(keys[7 - i]);
	text = sm4_encrypt(text, keys);
	assert_hex("A.1", &text, 16, "681edf34d206965e86b3e94f536e4246");
	text = sm4_encrypt(text, backward);
	assert_hex("decryption", &text, 16, plain_text);
	for (unsigned i = 0; i < 1000000; i++)
		text = sm4_encrypt(text, keys);
	assert_hex("A.2, a million times", &text, 16, "595298c7c6fd271f0402f804c33d3f66");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sm3_examples),
		cmocka_unit_test(sm4_sbox_is_as_defined),
		cmocka_unit_test(sm4_examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
