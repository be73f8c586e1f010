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
			union vreg n = { .d = { a * every, b * every } };
			union vreg m = { .d = { b * every, a * every } };
			union vreg product = crypto_pmull64(a, b),
				   wide = crypto_pmull8(n.d[0], m.d[0]);
			union vreg narrow = crypto_pmul8(n, m);

			for (unsigned i = 0; i < 8; i++)
				assert_int_equal(wide.h[i], product.d[0]);
			for (unsigned i = 0; i < 16; i++)
				assert_int_equal(narrow.b[i], product.d[0] & 0xff);
			assert_int_equal(product.d[1], 0);
		}
	}
}

static void lanes_are_independent(void **state)
{
	union vreg n = { .d = { 0x0807060504030201, 0x8877665544332211 } };
	union vreg m = { .d = { 0x1002040810204080, 0x0103030303030303 } };
	union vreg wide = crypto_pmull8(n.d[0], m.d[0]), narrow = crypto_pmul8(n, m);

	(void)state;
	for (unsigned i = 0; i < 16; i++) {
		union vreg product = crypto_pmull64(n.b[i], m.b[i]);

		assert_int_equal(narrow.b[i], product.b[0]);
		if (i < 8)
			assert_int_equal(wide.h[i], product.h[0]);
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
static union vreg block_of_hex(const char *hex)
{
	union vreg v = reverse_doublewords(vreg_of_hex(hex));

	return (union vreg){ .d = { reverse_bits(v.d[0]), reverse_bits(v.d[1]) } };
}

/* Modulo x^128 + x^7 + x^2 + x + 1; r is the product by doublewords. */
static union vreg reduce(const u64 *r)
{
	u64 d[4];

	memcpy(d, r, sizeof(d));
	for (unsigned i = 3; i >= 2; i--) {
		union vreg folded = crypto_pmull64(d[i], 0x87);

		d[i] = 0;
		d[i - 2] ^= folded.d[0];
		d[i - 1] ^= folded.d[1];
	}
	return (union vreg){ .d = { d[0], d[1] } };
}

static union vreg multiply_in_ghash(union vreg a, union vreg b)
{
	union vreg low = crypto_pmull64(a.d[0], b.d[0]), high = crypto_pmull64(a.d[1], b.d[1]);
	union vreg middle = crypto_pmull64(a.d[0], b.d[1]), other = crypto_pmull64(a.d[1], b.d[0]);
	u64 r[4] = { low.d[0], low.d[1] ^ middle.d[0] ^ other.d[0],
		high.d[0] ^ middle.d[1] ^ other.d[1], high.d[1] };

	return reduce(r);
}

/* Test case 2 of "The Galois/Counter Mode of Operation", McGrew and Viega. */
static void example_of_gcm(void **state)
{
	union vreg h = block_of_hex("66e94bd4ef8a2c3b884cfa59ca342b2e");
	union vreg c = block_of_hex("0388dace60b6a392f328c2b971b2fe78");
	union vreg length = block_of_hex("00000000000000000000000000000080"), x;

	(void)state;
	x = multiply_in_ghash(c, h);
	x = (union vreg){ .d = { x.d[0] ^ length.d[0], x.d[1] ^ length.d[1] } };
	x = multiply_in_ghash(x, h);
	x = (union vreg){ .d = { reverse_bits(x.d[0]), reverse_bits(x.d[1]) } };
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
