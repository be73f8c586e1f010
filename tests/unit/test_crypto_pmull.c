/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Polynomial products: against each other, and GHASH of a published example of GCM.
 */
#include "crypto_vectors.h"

/* A byte's product is that of the polynomials, whatever the width. */
static void bytes_agree_with_doublewords(void **state)
{
	(void)state;
	for (unsigned a = 0; a < 256; a++) {
		for (unsigned b = 0; b < 256; b++) {
			u64 every = 0x0101010101010101;
			u64x2 n = { a * every, b * every }, m = { b * every, a * every };
			u64x2 product = crypto_pmull64(a, b);
			u16x8 wide = crypto_pmull8(n[0], m[0]);
			u8x16 narrow = crypto_pmul8((u8x16)n, (u8x16)m);

			for (unsigned i = 0; i < 8; i++)
				assert_int_equal(wide[i], product[0]);
			for (unsigned i = 0; i < 16; i++)
				assert_int_equal(narrow[i], product[0] & 0xff);
			assert_int_equal(product[1], 0);
		}
	}
}

static void lanes_are_independent(void **state)
{
	u64x2 n = { 0x0807060504030201, 0x8877665544332211 };
	u64x2 m = { 0x1002040810204080, 0x0103030303030303 };
	u8x16 n_bytes = (u8x16)n, m_bytes = (u8x16)m, narrow = crypto_pmul8(n_bytes, m_bytes);
	u16x8 wide = crypto_pmull8(n[0], m[0]);

	(void)state;
	for (unsigned i = 0; i < 16; i++) {
		u64x2 product = crypto_pmull64(n_bytes[i], m_bytes[i]);

		assert_int_equal(narrow[i], product[0] & 0xff);
		if (i < 8)
			assert_int_equal(wide[i], product[0]);
	}
}

static u64 reverse_bits(u64 x)
{
	u64 result = 0;

	for (unsigned i = 0; i < 64; i++)
		result |= (x >> i & 1) << (63 - i);
	return result;
}

/* Blocks of GCM have the coefficient of x^0 in the first byte's highest bit. SP 800-38D, 6.3 */
static u64x2 block_of_hex(const char *hex)
{
	u64x2 v = reverse_doublewords((u64x2)vector_of_hex(hex));

	return (u64x2){ reverse_bits(v[0]), reverse_bits(v[1]) };
}

/* Modulo x^128 + x^7 + x^2 + x + 1; r is the product by doublewords. */
static u64x2 reduce(const u64 *r)
{
	u64 d[4];

	memcpy(d, r, sizeof(d));
	for (unsigned i = 3; i >= 2; i--) {
		u64x2 folded = crypto_pmull64(d[i], 0x87);

		d[i] = 0;
		d[i - 2] ^= folded[0];
		d[i - 1] ^= folded[1];
	}
	return (u64x2){ d[0], d[1] };
}

static u64x2 multiply_in_ghash(u64x2 a, u64x2 b)
{
	u64x2 low = crypto_pmull64(a[0], b[0]), high = crypto_pmull64(a[1], b[1]);
	u64x2 middle = crypto_pmull64(a[0], b[1]), other = crypto_pmull64(a[1], b[0]);
	u64 r[4] = { low[0], low[1] ^ middle[0] ^ other[0], high[0] ^ middle[1] ^ other[1],
		high[1] };

	return reduce(r);
}

/* Test case 2 of "The Galois/Counter Mode of Operation", McGrew and Viega. */
static void example_of_gcm(void **state)
{
	u64x2 h = block_of_hex("66e94bd4ef8a2c3b884cfa59ca342b2e");
	u64x2 c = block_of_hex("0388dace60b6a392f328c2b971b2fe78");
	u64x2 length = block_of_hex("00000000000000000000000000000080"), x;

	(void)state;
	x = multiply_in_ghash(c, h);
	x ^= length;
	x = multiply_in_ghash(x, h);
	x = (u64x2){ reverse_bits(x[0]), reverse_bits(x[1]) };
	x = reverse_doublewords(x);
	assert_hex("GHASH(H, A, C)", &x, 16, "f38cbb1ad69223dcc3457ae5b6b0f885");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_agree_with_doublewords),
		cmocka_unit_test(lanes_are_independent),
		cmocka_unit_test(example_of_gcm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
