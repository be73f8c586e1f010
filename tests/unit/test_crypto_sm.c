/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM3 and SM4 built from the instructions' functions as programs do it, with the examples of GB/T
 * 32905-2016 and GB/T 32907-2016; SM4's S-box from its definition.
 */
#include "crypto_vectors.h"

static union vreg reverse_lanes(union vreg v)
{
	return (union vreg){ .s = { v.s[3], v.s[2], v.s[1], v.s[0] } };
}

/* ---- SM3 ---- */

/* One round: abcd and efgh have A and E in the highest lane. */
static void sm3_round(unsigned j, union vreg *abcd, union vreg *efgh, union vreg w, union vreg w1)
{
	u32 t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
	union vreg rotated = { .s = { [3] = ror32(t, -j & 31) } };
	union vreg ss1 = crypto_sm3ss1(*abcd, *efgh, rotated), old = *abcd;

	if (j < 16) {
		*abcd = crypto_sm3tt1a(old, ss1, w1.s[j % 4]);
		*efgh = crypto_sm3tt2a(*efgh, ss1, w.s[j % 4]);
	} else {
		*abcd = crypto_sm3tt1b(old, ss1, w1.s[j % 4]);
		*efgh = crypto_sm3tt2b(*efgh, ss1, w.s[j % 4]);
	}
}

static union vreg from_lane(union vreg low, union vreg high, unsigned lane)
{
	union vreg result;

	for (unsigned i = 0; i < 4; i++)
		result.s[i] = lane + i < 4 ? low.s[lane + i] : high.s[lane + i - 4];
	return result;
}

static union vreg exclusive_or(union vreg a, union vreg b)
{
	return (union vreg){ .d = { a.d[0] ^ b.d[0], a.d[1] ^ b.d[1] } };
}

static void sm3(const char *message, u8 *digest)
{
	union vreg abcd = { .s = { 0xda8a0600, 0x172442d7, 0x4914b2b9, 0x7380166f } };
	union vreg efgh = { .s = { 0xb0fb0e4e, 0xe38dee4d, 0x163138aa, 0xa96f30bc } }, w[4];
	u8 padded[256];
	unsigned blocks = pad(message, 64, padded);

	for (unsigned block = 0; block < blocks; block++) {
		union vreg first_abcd = abcd, first_efgh = efgh;

		memcpy(w, padded + 64 * block, 64);
		for (unsigned i = 0; i < 4; i++)
			w[i] = reverse_words(w[i]);
		for (unsigned j = 0; j < 64; j += 4) {
			union vreg next, w1 = exclusive_or(w[0], w[1]);

			for (unsigned i = 0; i < 4; i++)
				sm3_round(j + i, &abcd, &efgh, w[0], w1);
			next = crypto_sm3partw1(w[0], from_lane(w[1], w[2], 3), w[3]);
			next = crypto_sm3partw2(
				next, from_lane(w[2], w[3], 2), from_lane(w[0], w[1], 3));
			memmove(w, w + 1, sizeof(w) - sizeof(w[0]));
			w[3] = next;
		}
		abcd = exclusive_or(abcd, first_abcd);
		efgh = exclusive_or(efgh, first_efgh);
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
static union vreg sm4_constants(unsigned i)
{
	union vreg ck;

	for (unsigned j = 0; j < 16; j++)
		ck.b[j] = (u8)((16 * i + j) * 7);
	return reverse_words(ck);
}

static void sm4_expand(union vreg key, union vreg *keys)
{
	static const union vreg fk = { .s = { 0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc } };
	union vreg k = exclusive_or(reverse_words(key), fk);

	for (unsigned i = 0; i < 8; i++)
		keys[i] = k = crypto_sm4ekey(k, sm4_constants(i));
}

static union vreg sm4_encrypt(union vreg text, const union vreg *keys)
{
	text = reverse_words(text);
	for (unsigned i = 0; i < 8; i++)
		text = crypto_sm4e(text, keys[i]);
	return reverse_words(reverse_lanes(text));
}

static void sm4_examples(void **state)
{
	static const char *plain_text = "0123456789abcdeffedcba9876543210";
	union vreg keys[8], backward[8], text = vreg_of_hex(plain_text);

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
