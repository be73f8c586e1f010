/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The AES primitives: the S-box from its definition, FIPS 197's examples with ciphers built from
 * them.
 */
#include "crypto_vectors.h"

static void sboxes_are_as_defined(void **state)
{
	(void)state;
	for (unsigned x = 0; x < 256; x++) {
		u8 expected = affine(field_invert((u8)x, 0x11b), 0xf1, 0x63);

		if (crypto_aes_sbox[x] != expected)
			fail_msg("S-box of 0x%02x: 0x%02x, not 0x%02x", x, crypto_aes_sbox[x],
				expected);
		assert_int_equal(crypto_aes_inverse_sbox[expected], x);
	}
}

/* FIPS 197 section 5.1.3 and 5.3.3: columns times a polynomial with coefficients in GF(2^8). */
static u8x16 multiply_columns(u8x16 in, const u8 *row)
{
	u8x16 out = { 0 };

	for (unsigned i = 0; i < 16; i++) {
		for (unsigned j = 0; j < 4; j++)
			out[i] ^= field_multiply(in[i / 4 * 4 + (i + j) % 4], row[j], 0x11b);
	}
	return out;
}

static void columns_are_multiplied(void **state)
{
	static const u8 forward[] = { 2, 3, 1, 1 }, inverse[] = { 14, 11, 13, 9 };
	struct rng rng = { 1 };

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		u8x16 in = (u8x16)(u64x2){ rng_next(&rng), rng_next(&rng) };
		u8x16 mixed = crypto_aesmc(in), unmixed = crypto_aesimc(in);
		u8x16 wanted = multiply_columns(in, forward);

		assert_memory_equal(&mixed, &wanted, 16);
		wanted = multiply_columns(in, inverse);
		assert_memory_equal(&unmixed, &wanted, 16);
	}
}

/* SubWord() by AESE, as programs do it: with four equal columns ShiftRows() changes nothing. */
static u32 substitute_word(u32 word)
{
	u8x16 columns = (u8x16)(u32x4){ word, word, word, word }, zero = { 0 };

	return ((u32x4)crypto_aese(columns, zero))[0];
}

/* FIPS 197 section 5.2; words are columns, their first byte the least significant. */
static void expand_key(const u8 *key, unsigned key_words, unsigned rounds, u32 *schedule)
{
	u8 round_constant = 1;

	memcpy(schedule, key, 4 * key_words);
	for (unsigned i = key_words; i < 4 * (rounds + 1); i++) {
		u32 word = schedule[i - 1];

		if (i % key_words == 0) {
			word = substitute_word(ror32(word, 8)) ^ round_constant;
			round_constant = field_multiply(round_constant, 2, 0x11b);
		} else if (key_words > 6 && i % key_words == 4) {
			word = substitute_word(word);
		}
		schedule[i] = schedule[i - key_words] ^ word;
	}
}

static u8x16 encrypt(u8x16 text, const u8x16 *keys, unsigned rounds)
{
	for (unsigned i = 0; i < rounds - 1; i++)
		text = crypto_aesmc(crypto_aese(text, keys[i]));
	return crypto_aese(text, keys[rounds - 1]) ^ keys[rounds];
}

/* The equivalent inverse cipher: the inner round keys go through InvMixColumns() too. */
static u8x16 decrypt(u8x16 text, const u8x16 *keys, unsigned rounds)
{
	text = crypto_aesimc(crypto_aesd(text, keys[rounds]));
	for (unsigned i = rounds - 1; i > 1; i--)
		text = crypto_aesimc(crypto_aesd(text, crypto_aesimc(keys[i])));
	return crypto_aesd(text, crypto_aesimc(keys[1])) ^ keys[0];
}

static void examples_of_fips_197(void **state)
{
	static const struct {
		const char *why;
		unsigned key_words, rounds;
		const char *cipher_text;
	} rows[] = {
		{ "C.1, AES-128", 4, 10, "69c4e0d86a7b0430d8cdb78070b4c55a" },
		{ "C.2, AES-192", 6, 12, "dda97ca4864cdfe06eaf70a0ec0d7191" },
		{ "C.3, AES-256", 8, 14, "8ea2b7ca516745bfeafc49904b496089" },
	};
	static const char *plain_text = "00112233445566778899aabbccddeeff";
	u8 key[32];

	(void)state;
	for (unsigned i = 0; i < sizeof(key); i++)
		key[i] = (u8)i;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u8x16 keys[15], text = vector_of_hex(plain_text);
		u32 schedule[60];

		expand_key(key, rows[i].key_words, rows[i].rounds, schedule);
		memcpy(keys, schedule, 16 * (rows[i].rounds + 1));
		text = encrypt(text, keys, rows[i].rounds);
		assert_hex(rows[i].why, &text, 16, rows[i].cipher_text);
		text = decrypt(text, keys, rows[i].rounds);
		assert_hex(rows[i].why, &text, 16, plain_text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sboxes_are_as_defined),
		cmocka_unit_test(columns_are_multiplied),
		cmocka_unit_test(examples_of_fips_197),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
