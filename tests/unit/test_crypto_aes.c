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
static union vreg multiply_columns(union vreg in, const u8 *row)
{
	union vreg out = { .d = { 0, 0 } };

	for (unsigned i = 0; i < 16; i++) {
		for (unsigned j = 0; j < 4; j++)
			out.b[i] ^= field_multiply(in.b[i / 4 * 4 + (i + j) % 4], row[j], 0x11b);
	}
	return out;
}

static void columns_are_multiplied(void **state)
{
	static const u8 forward[] = { 2, 3, 1, 1 }, inverse[] = { 14, 11, 13, 9 };
	struct rng rng = { 1 };

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		union vreg in = { .d = { rng_next(&rng), rng_next(&rng) } };
		union vreg mixed = crypto_aesmc(in), unmixed = crypto_aesimc(in);
		union vreg wanted = multiply_columns(in, forward);

		assert_memory_equal(&mixed, &wanted, 16);
		wanted = multiply_columns(in, inverse);
		assert_memory_equal(&unmixed, &wanted, 16);
	}
}

/* SubWord() by AESE, as programs do it: with four equal columns ShiftRows() changes nothing. */
static u32 substitute_word(u32 word)
{
	union vreg columns = { .s = { word, word, word, word } }, zero = { .d = { 0, 0 } };

	return crypto_aese(columns, zero).s[0];
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

static union vreg exclusive_or(union vreg a, union vreg b)
{
	return (union vreg){ .d = { a.d[0] ^ b.d[0], a.d[1] ^ b.d[1] } };
}

static union vreg encrypt(union vreg text, const union vreg *keys, unsigned rounds)
{
	for (unsigned i = 0; i < rounds - 1; i++)
		text = crypto_aesmc(crypto_aese(text, keys[i]));
	return exclusive_or(crypto_aese(text, keys[rounds - 1]), keys[rounds]);
}

/* The equivalent inverse cipher: the inner round keys go through InvMixColumns() too. */
static union vreg decrypt(union vreg text, const union vreg *keys, unsigned rounds)
{
	text = crypto_aesimc(crypto_aesd(text, keys[rounds]));
	for (unsigned i = rounds - 1; i > 1; i--)
		text = crypto_aesimc(crypto_aesd(text, crypto_aesimc(keys[i])));
	return exclusive_or(crypto_aesd(text, crypto_aesimc(keys[1])), keys[0]);
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
		union vreg keys[15], text = vreg_of_hex(plain_text);
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
