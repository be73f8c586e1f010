/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ComputePAC() by QARMA5: the paper's vector (IACR ToSC 2017, QARMA-64, sigma 2, r = 5). The PACs
 * of pointers are compared with QEMU's by tests/system.
 */
#include "crypto_vectors.h"

static const u64 text = 0xfb623599da6e8127, tweak = 0x477d469dec0b8762;
static const u64 w0 = 0x84be85ce9804e94b, k0 = 0xec2802d4e0a488e9;

static void vector_of_the_paper(void **state)
{
	(void)state;
	assert_int_equal(crypto_pac_qarma5(text, tweak, w0, k0), 0xc003b93999b33765);
}

/* A bit of any input changes about half of the result's. */
static void every_bit_counts(void **state)
{
	u64 result = crypto_pac_qarma5(text, tweak, w0, k0);

	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		const u64 others[] = {
			crypto_pac_qarma5(text ^ BIT(i), tweak, w0, k0),
			crypto_pac_qarma5(text, tweak ^ BIT(i), w0, k0),
			crypto_pac_qarma5(text, tweak, w0 ^ BIT(i), k0),
			crypto_pac_qarma5(text, tweak, w0, k0 ^ BIT(i)),
		};

		for (size_t j = 0; j < COUNT(others); j++)
			assert_in_range(__builtin_popcountll(result ^ others[j]), 12, 52);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vector_of_the_paper),
		cmocka_unit_test(every_bit_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
