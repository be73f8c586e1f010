/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pure functions of cpu/alu.h beside independent definitions: enumeration, wider arithmetic,
 * one bit at a time, published check values.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cpu/alu.h"

/*
 * Every valid N:imms:immr, from what a bitmask immediate is (C6.2 AND, immediate): an element of
 * 2..64 bits with 1..size-1 ones, rotated, repeated. Bits of immr above the element are ignored.
 */
static u64 bitmask_by_definition(unsigned size, unsigned ones, unsigned rotate)
{
	u64 value = 0;

	for (unsigned i = 0; i < 64; i++) {
		unsigned before_rotation = (i % size + rotate) % size;

		if (before_rotation < ones)
			value |= BIT(i);
	}
	return value;
}

static void test_decode_bit_masks(void **state)
{
	static bool valid[2][64][64];
	unsigned patterns = 0;

	(void)state;
	for (unsigned size = 2; size <= 64; size *= 2) {
		for (unsigned ones = 1; ones < size; ones++) {
			for (u32 immr = 0; immr < 64; immr++) {
				/* imms: ones from the top, 0, then ones - 1; N for 64 */
				u32 n = size == 64, imms = (~(2 * size - 1) & 0x3f) | (ones - 1);
				u64 want = bitmask_by_definition(size, ones, immr % size);

				assert_false(valid[n][imms][immr]);
				valid[n][imms][immr] = true;
				patterns += immr < size;
				if (decode_bit_masks(n, imms, immr) != want)
					fail_msg("N %u imms %u immr %u: %" PRIx64 ", not %" PRIx64,
						n, imms, immr, decode_bit_masks(n, imms, immr),
						want);
			}
		}
	}
	assert_int_equal(patterns, 5334); /* distinct 64-bit bitmask immediates */
	for (u32 n = 0; n < 2; n++) {
		for (u32 imms = 0; imms < 64; imms++) {
			for (u32 immr = 0; immr < 64; immr++) {
				if (!valid[n][imms][immr])
					assert_int_equal(decode_bit_masks(n, imms, immr), 0);
			}
		}
	}
}

/* AddWithCarry() as the pseudocode defines it, J1.3: sums of unbounded integers. */
static u32 add_with_carry_flags(unsigned width, u64 a, u64 b, u64 carry)
{
	u64 r = (a + b + carry) & MASK(width - 1, 0);
	u128 unsigned_sum = (u128)a + b + carry;
	__int128 signed_sum =
		(__int128)(s64)sign_extend(a, width) + (s64)sign_extend(b, width) + (s64)carry;
	bool c = unsigned_sum != r;
	bool v = signed_sum != (s64)sign_extend(r, width);

	return (u32)bit(r, width - 1) << 3 | (u32)(r == 0) << 2 | (u32)c << 1 | (u32)v;
}

static const u64 corners[] = { 0, 1, 2, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe,
	0xffffffff, 0x100000000, 0x7ffffffffffffffe, 0x7fffffffffffffff, 0x8000000000000000,
	0x8000000000000001, 0xffffffff80000000, 0xfffffffffffffffe, 0xffffffffffffffff };

static void check_add(u64 a, u64 b, u32 carry)
{
	assert_int_equal(add_flags_x(a, b, carry), add_with_carry_flags(64, a, b, carry));
	assert_int_equal(add_flags_w((u32)a, (u32)b, carry),
		add_with_carry_flags(32, (u32)a, (u32)b, carry));
}

static void test_add_with_carry(void **state)
{
	struct rng rng = { 1 };

	(void)state;
	/* Two rows by hand, so that the definition above is checked as well. */
	assert_int_equal(add_flags_x(~0ull, 0, 1), 6);
	assert_int_equal(add_flags_w(0x7fffffff, 0, 1), 9);
	for (size_t i = 0; i < COUNT(corners); i++) {
		for (size_t j = 0; j < COUNT(corners); j++) {
			check_add(corners[i], corners[j], 0);
			check_add(corners[i], corners[j], 1);
		}
	}
	for (unsigned i = 0; i < 10000; i++)
		check_add(rng_next(&rng), rng_next(&rng), i & 1);
}

static void test_logical_flags(void **state)
{
	(void)state;
	assert_int_equal(logical_flags_x(0), 4);
	assert_int_equal(logical_flags_x(1), 0);
	assert_int_equal(logical_flags_x(0x80000000), 0);
	assert_int_equal(logical_flags_x(BIT(63)), 8);
	assert_int_equal(logical_flags_w(0), 4);
	assert_int_equal(logical_flags_w(0x7fffffff), 0);
	assert_int_equal(logical_flags_w(0x80000000), 8);
}

static void test_select(void **state)
{
	(void)state;
	assert_int_equal(select_value(true, 0xaaaa5555, ~0ull), 0xaaaa5555);
	assert_int_equal(select_value(false, 0xaaaa5555, ~0ull), ~0ull);
}

/* Quotients by multiplication: |n| = |q| * |d| + rest, rest < |d|, the sign by the operands'. */
static void check_division(u64 a, u64 b)
{
	u64 q = divide_unsigned(a, b);
	s64 sq = (s64)divide_signed((s64)a, (s64)b);
	__int128 rest = (__int128)(s64)a - (__int128)sq * (s64)b;

	if (b == 0) {
		assert_int_equal(q, 0);
		assert_int_equal(sq, 0);
		return;
	}
	assert_true((u128)q * b <= a && a - q * b < b);
	if ((s64)a == INT64_MIN && (s64)b == -1) {
		assert_int_equal(sq, INT64_MIN);
		return;
	}
	if (rest != 0)
		assert_true((rest < 0) == ((s64)a < 0)); /* to zero */
	assert_true(
		(rest < 0 ? -rest : rest) < ((s64)b < 0 ? -(__int128)(s64)b : (__int128)(s64)b));
}

static void test_division(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(corners); i++) {
		for (size_t j = 0; j < COUNT(corners); j++) {
			u64 a = corners[i], b = corners[j];

			check_division(a, b);
			assert_int_equal(
				divide_unsigned_w((u32)a, (u32)b), divide_unsigned((u32)a, (u32)b));
			assert_int_equal(divide_signed_w((s32)a, (s32)b),
				(u32)divide_signed((s32)a, (s32)b));
		}
	}
	assert_int_equal((s64)divide_signed(-7, 2), -3);
	assert_int_equal(divide_signed_w(INT32_MIN, -1), 0x80000000);
}

/* One bit at a time, from the polynomial as polynomials are written (0x04c11db7), C6.2 CRC32B. */
static u32 crc_by_definition(u32 crc, u64 data, unsigned bytes, bool castagnoli)
{
	u32 polynomial = castagnoli ? 0x1edc6f41 : 0x04c11db7, reversed = 0;

	for (unsigned i = 0; i < 32; i++)
		reversed |= (polynomial >> i & 1) << (31 - i);
	for (unsigned i = 0; i < bytes * 8; i++) {
		bool out = (crc ^ (u32)(data >> i)) & 1;

		crc = crc >> 1 ^ (out ? reversed : 0);
	}
	return crc;
}

static void test_crc32(void **state)
{
	struct rng rng = { 2 };

	(void)state;
	for (unsigned castagnoli = 0; castagnoli < 2; castagnoli++) {
		u32 crc = ~0u;

		/* The check values of both CRCs are those of the text "123456789". */
		crc = crc32_step(crc, 0x3837363534333231, 8, castagnoli);
		crc = crc32_step(crc, 0xffffff39, 1, castagnoli);
		assert_int_equal(~crc, castagnoli ? 0xe3069283 : 0xcbf43926);
		for (unsigned i = 0; i < 4000; i++) {
			u32 start = (u32)rng_next(&rng);
			u64 data = rng_next(&rng);
			unsigned bytes = 1u << (i & 3);

			assert_int_equal(crc32_step(start, data, bytes, castagnoli),
				crc_by_definition(start, data, bytes, castagnoli));
		}
	}
}

static void check_counts(u64 x)
{
	for (unsigned width = 32; width <= 64; width += 32) {
		u64 value = x & MASK(width - 1, 0);
		u64 zeros = 0, signs = 0, reversed = 0;

		while (zeros < width && !bit(value, width - 1 - (unsigned)zeros))
			zeros++;
		while (signs < width - 1 &&
			bit(value, width - 2 - (unsigned)signs) == bit(value, width - 1))
			signs++;
		for (unsigned i = 0; i < width; i++)
			reversed |= (u64)bit(value, i) << (width - 1 - i);
		assert_int_equal(count_leading_zeros(value, width), zeros);
		assert_int_equal(count_leading_sign_bits(value, width), signs);
		assert_int_equal(reverse_bits(x) >> (64 - width), reversed);
	}
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(bits(reverse_halfwords(x), 8 * i + 7, 8 * i),
			bits(x, 8 * (i ^ 1) + 7, 8 * (i ^ 1)));
}

static void test_counts(void **state)
{
	struct rng rng = { 3 };

	(void)state;
	for (size_t i = 0; i < COUNT(corners); i++)
		check_counts(corners[i]);
	for (unsigned i = 0; i < 64; i++) {
		check_counts(rng_next(&rng) >> i);
		check_counts(~(rng_next(&rng) >> i));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode_bit_masks),
		cmocka_unit_test(test_add_with_carry),
		cmocka_unit_test(test_logical_flags),
		cmocka_unit_test(test_select),
		cmocka_unit_test(test_division),
		cmocka_unit_test(test_crc32),
		cmocka_unit_test(test_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
