/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests: one bit that differs makes another one, of the bytes, of what came before, of how many
 * they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "base/digest.h"

enum { MOST = 200 };

static void fill(u8 *bytes)
{
	for (unsigned i = 0; i < MOST; i++)
		bytes[i] = (u8)(i * 37);
}

static void test_each_bit(void **state)
{
	u8 bytes[MOST];

	(void)state;
	fill(bytes);
	for (size_t size = 1; size <= MOST; size++) {
		u64 digest = digest_bytes(DIGEST_START, bytes, size);

		for (size_t bit = 0; bit < size * 8; bit++) {
			bytes[bit / 8] ^= (u8)(1u << bit % 8);
			assert_int_not_equal(digest_bytes(DIGEST_START, bytes, size), digest);
			bytes[bit / 8] ^= (u8)(1u << bit % 8);
		}
		assert_int_equal(digest_bytes(DIGEST_START, bytes, size), digest);
	}
}

static void test_what_came_before(void **state)
{
	u8 bytes[MOST];

	(void)state;
	fill(bytes);
	for (size_t size = 0; size <= MOST; size++) {
		u64 digest = digest_bytes(DIGEST_START, bytes, size);

		for (unsigned bit = 0; bit < 64; bit++)
			assert_int_not_equal(
				digest_bytes(DIGEST_START ^ BIT(bit), bytes, size), digest);
	}
}

static void test_sizes(void **state)
{
	static const u8 zeros[MOST];
	u64 digest[MOST];

	(void)state;
	for (size_t size = 0; size < MOST; size++) {
		digest[size] = digest_bytes(DIGEST_START, zeros, size);
		for (size_t other = 0; other < size; other++)
			assert_int_not_equal(digest[size], digest[other]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_bit),
		cmocka_unit_test(test_what_came_before),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
