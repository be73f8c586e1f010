/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fpu/fast.h beside the exact functions: same bits, same flags, for hard operands, borders and NaNs
 * under every FPCR and with IXC set and clear.
 */
#include "fpu/fast.h"
#include "fpu_oracle.h"

enum { ROUNDS = 300000 };

/* Mostly what the fast paths are for; sometimes what they must leave alone. */
static struct fpu random_controls(struct rng *rng)
{
	struct fpu fp = { 0, (u32)rng_next(rng) & (FPSR_IOC | FPSR_UFC | FPSR_QC) };

	if (rng_below(rng, 8) == 0)
		fp.fpcr = (u32)rng_next(rng) &
			  (FPCR_RMODE | FPCR_FZ | FPCR_FZ16 | FPCR_DN | FPCR_AHP);
	if (rng_below(rng, 8) != 0)
		fp.fpsr |= FPSR_IXC;
	return fp;
}

/* A hard operand, or a NaN, or what brings the result near a border or a midpoint. */
static u64 operand(struct rng *rng, const struct oracle_format *f)
{
	u64 a = hard_operand(rng, f);

	if (rng_below(rng, 32) == 0)
		a |= infinity_of(f);
	return a;
}

#define CHECK(name, got, want)                                                                     \
	do {                                                                                       \
		struct fpu fast = fp, exact = fp, *fpu = &fast;                                    \
		u64 got_ = (got), want_;                                                           \
                                                                                                   \
		fpu = &exact;                                                                      \
		want_ = (want);                                                                    \
		if (got_ != want_ || fast.fpsr != exact.fpsr)                                      \
			fail_msg(name " of %" PRIx64 " %" PRIx64 " %" PRIx64                       \
				      " with FPCR %x FPSR %x: %" PRIx64 " FPSR %x, not %" PRIx64   \
				      " FPSR %x",                                                  \
				(u64)a, (u64)b, (u64)c, fp.fpcr, fp.fpsr, got_, fast.fpsr, want_,  \
				exact.fpsr);                                                       \
	} while (0)

/* What a handler makes of the functions that have no fast twin. */
#define ARITHMETIC(format, bits_t)                                                                 \
	static bits_t format##_max_fast(struct fpu *fp, bits_t a, bits_t b)                        \
	{                                                                                          \
		bits_t r;                                                                          \
                                                                                                   \
		return format##_try_max(fp, a, b, &r) ? r : format##_max(fp, a, b);                \
	}                                                                                          \
	static bits_t format##_min_fast(struct fpu *fp, bits_t a, bits_t b)                        \
	{                                                                                          \
		bits_t r;                                                                          \
                                                                                                   \
		return format##_try_min(fp, a, b, &r) ? r : format##_min(fp, a, b);                \
	}                                                                                          \
	static u32 format##_compare_fast(struct fpu *fp, bits_t a, bits_t b, bool signal_nans)     \
	{                                                                                          \
		if (!format##_is_comparable(fp, a, b))                                             \
			return format##_compare(fp, a, b, signal_nans);                            \
		if (format##_host(a) == format##_host(b))                                          \
			return 6;                                                                  \
		return format##_host(a) < format##_host(b) ? 8 : 2;                                \
	}
ARITHMETIC(fp16, u16)
ARITHMETIC(fp32, u32)
ARITHMETIC(fp64, u64)

#define INTEGERS(format, bits_t)                                                                   \
	static u64 format##_to_s32_fast(struct fpu *fp, bits_t a)                                  \
	{                                                                                          \
		u64 r;                                                                             \
                                                                                                   \
		return format##_try_to_s32(fp, a, &r)                                              \
			       ? r                                                                 \
			       : format##_to_fixed(fp, a, 0, false, 32, FP_ZERO);                  \
	}                                                                                          \
	static u64 format##_to_s64_fast(struct fpu *fp, bits_t a)                                  \
	{                                                                                          \
		u64 r;                                                                             \
                                                                                                   \
		return format##_try_to_s64(fp, a, &r)                                              \
			       ? r                                                                 \
			       : format##_to_fixed(fp, a, 0, false, 64, FP_ZERO);                  \
	}                                                                                          \
	static u64 format##_to_u32_fast(struct fpu *fp, bits_t a)                                  \
	{                                                                                          \
		u64 r;                                                                             \
                                                                                                   \
		return format##_try_to_u32(fp, a, &r)                                              \
			       ? r                                                                 \
			       : format##_to_fixed(fp, a, 0, true, 32, FP_ZERO);                   \
	}                                                                                          \
	static u64 format##_to_u64_fast(struct fpu *fp, bits_t a)                                  \
	{                                                                                          \
		u64 r;                                                                             \
                                                                                                   \
		return format##_try_to_u64(fp, a, &r)                                              \
			       ? r                                                                 \
			       : format##_to_fixed(fp, a, 0, true, 64, FP_ZERO);                   \
	}                                                                                          \
	static bits_t format##_round_int_fast(                                                     \
		struct fpu *fp, bits_t a, enum fp_rounding rounding, bool exact)                   \
	{                                                                                          \
		bits_t r;                                                                          \
                                                                                                   \
		return format##_try_round_int(fp, a, rounding, exact, &r)                          \
			       ? r                                                                 \
			       : format##_round_int(fp, a, rounding, exact);                       \
	}                                                                                          \
	static bits_t format##_from_s32_fast(struct fpu *fp, u64 a)                                \
	{                                                                                          \
		bits_t r;                                                                          \
                                                                                                   \
		return format##_try_from_s32(fp, a, &r)                                            \
			       ? r                                                                 \
			       : format##_from_fixed(fp, a, 0, false, 32, fpu_rounding(fp));       \
	}                                                                                          \
	static bits_t format##_from_s64_fast(struct fpu *fp, u64 a)                                \
	{                                                                                          \
		bits_t r;                                                                          \
                                                                                                   \
		return format##_try_from_s64(fp, a, &r)                                            \
			       ? r                                                                 \
			       : format##_from_fixed(fp, a, 0, false, 64, fpu_rounding(fp));       \
	}
INTEGERS(fp32, u32)
INTEGERS(fp64, u64)

#define TEST_FORMAT(format, bits_t, oracle)                                                        \
	static void test_##format(void **state)                                                    \
	{                                                                                          \
		struct rng rng = { 21 };                                                           \
                                                                                                   \
		(void)state;                                                                       \
		for (unsigned i = 0; i < ROUNDS; i++) {                                            \
			struct fpu fp = random_controls(&rng), scratch = { 0, 0 };                 \
			bits_t a = (bits_t)operand(&rng, &oracle);                                 \
			bits_t b = (bits_t)operand(&rng, &oracle);                                 \
			bits_t c = (bits_t)operand(&rng, &oracle);                                 \
			bits_t near_c = format##_neg(format##_mul(&scratch, a, b));                \
			bits_t least = (bits_t)BIT(oracle.fraction_bits);                          \
                                                                                                   \
			switch (rng_below(&rng, 8)) {                                              \
			case 0: b = a ^ (bits_t)(rng_next(&rng) & (sign_of(&oracle) | 3)); break;  \
			case 1: /* near the least normal number */                                 \
				b = (bits_t)(format##_div(&scratch, least, a) +                    \
					     rng_below(&rng, 5) - 2);                              \
				break;                                                             \
			case 2:                                                                    \
				b = (bits_t)(format##_div(&scratch, a, least) +                    \
					     rng_below(&rng, 5) - 2);                              \
				break;                                                             \
			case 3: c = near_c ^ (bits_t)rng_below(&rng, 2); break;                    \
			default: break;                                                            \
			}                                                                          \
			CHECK("add", format##_add_fast(fpu, a, b), format##_add(fpu, a, b));       \
			CHECK("sub", format##_sub_fast(fpu, a, b), format##_sub(fpu, a, b));       \
			CHECK("mul", format##_mul_fast(fpu, a, b), format##_mul(fpu, a, b));       \
			CHECK("div", format##_div_fast(fpu, a, b), format##_div(fpu, a, b));       \
			CHECK("max", format##_max_fast(fpu, a, b), format##_max(fpu, a, b));       \
			CHECK("min", format##_min_fast(fpu, a, b), format##_min(fpu, a, b));       \
			CHECK("sqrt", format##_sqrt_fast(fpu, a), format##_sqrt(fpu, a));          \
			CHECK("muladd", format##_muladd_fast(fpu, c, a, b),                        \
				format##_muladd(fpu, c, a, b));                                    \
			CHECK("compare", format##_compare_fast(fpu, a, b, false),                  \
				format##_compare(fpu, a, b, false));                               \
			CHECK("compare, signalling", format##_compare_fast(fpu, a, b, true),       \
				format##_compare(fpu, a, b, true));                                \
		}                                                                                  \
	}

TEST_FORMAT(fp16, u16, half)
TEST_FORMAT(fp32, u32, single)
TEST_FORMAT(fp64, u64, dbl)

#define TEST_INTEGERS(format, bits_t, oracle)                                                      \
	static void test_##format##_integers(void **state)                                         \
	{                                                                                          \
		struct rng rng = { 24 };                                                           \
                                                                                                   \
		(void)state;                                                                       \
		for (unsigned i = 0; i < ROUNDS; i++) {                                            \
			struct fpu fp = random_controls(&rng), scratch = { 0, 0 };                 \
			bits_t a = (bits_t)operand(&rng, &oracle), b = 0, c = 0;                   \
			u64 integer = rng_next(&rng) >> rng_below(&rng, 64);                       \
			enum fp_rounding rounding = (enum fp_rounding)rng_below(&rng, 5);          \
                                                                                                   \
			CHECK("to_s32", format##_to_s32_fast(fpu, a),                              \
				format##_to_fixed(fpu, a, 0, false, 32, FP_ZERO));                 \
			CHECK("to_s64", format##_to_s64_fast(fpu, a),                              \
				format##_to_fixed(fpu, a, 0, false, 64, FP_ZERO));                 \
			CHECK("to_u32", format##_to_u32_fast(fpu, a),                              \
				format##_to_fixed(fpu, a, 0, true, 32, FP_ZERO));                  \
			CHECK("to_u64", format##_to_u64_fast(fpu, a),                              \
				format##_to_fixed(fpu, a, 0, true, 64, FP_ZERO));                  \
			CHECK("round_int", format##_round_int_fast(fpu, a, rounding, i & 1),       \
				format##_round_int(fpu, a, rounding, i & 1));                      \
			a = format##_from_fixed(&scratch, integer, (unsigned)rng_below(&rng, 4),   \
				false, 64, FP_ZERO);                                               \
			CHECK("to_s32", format##_to_s32_fast(fpu, a),                              \
				format##_to_fixed(fpu, a, 0, false, 32, FP_ZERO));                 \
			CHECK("to_s64", format##_to_s64_fast(fpu, a),                              \
				format##_to_fixed(fpu, a, 0, false, 64, FP_ZERO));                 \
			CHECK("to_u32", format##_to_u32_fast(fpu, a),                              \
				format##_to_fixed(fpu, a, 0, true, 32, FP_ZERO));                  \
			CHECK("to_u64", format##_to_u64_fast(fpu, a),                              \
				format##_to_fixed(fpu, a, 0, true, 64, FP_ZERO));                  \
			CHECK("round_int", format##_round_int_fast(fpu, a, rounding, i & 1),       \
				format##_round_int(fpu, a, rounding, i & 1));                      \
			a = (bits_t)(integer = rng_below(&rng, 2) ? integer : -integer);           \
			CHECK("from_s32", format##_from_s32_fast(fpu, integer),                    \
				format##_from_fixed(                                               \
					fpu, integer, 0, false, 32, fpu_rounding(fpu)));           \
			CHECK("from_s64", format##_from_s64_fast(fpu, integer),                    \
				format##_from_fixed(                                               \
					fpu, integer, 0, false, 64, fpu_rounding(fpu)));           \
		}                                                                                  \
	}

TEST_INTEGERS(fp32, u32, single)
TEST_INTEGERS(fp64, u64, dbl)

static void test_convert(void **state)
{
	struct rng rng = { 22 };

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct fpu fp = random_controls(&rng), scratch = { 0, 0 };
		u64 a = operand(&rng, &single), b = operand(&rng, &dbl), c = 0;

		CHECK("to double", fp32_to_fp64_fast(fpu, (u32)a), fp32_to_fp64(fpu, (u32)a));
		CHECK("to single", fp64_to_fp32_fast(fpu, b), fp64_to_fp32(fpu, b));
		b = fp32_to_fp64(&scratch, (u32)a) + rng_below(&rng, 3) - 1;
		b ^= rng_next(&rng) & BIT(28);
		CHECK("to single", fp64_to_fp32_fast(fpu, b), fp64_to_fp32(fpu, b));
	}
}

/*
 * Sums of a product that lie just beside the middle of two floats, by less than a double shows:
 * where rounding twice would be wrong.
 */
static void test_double_rounding(void **state)
{
	struct rng rng = { 23 };

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct fpu fp = { 0, FPSR_IXC };
		u32 a, b, c;

		a = 0x3f800000 | ((u32)rng_next(&rng) & 0x7fffff);
		b = 0x3f800000 | ((u32)rng_next(&rng) & 0x7fffff);
		c = (u32)(100 + rng_below(&rng, 56)) << 23 | ((u32)rng_next(&rng) & 0x80000003);
		if (rng_below(&rng, 2)) { /* 2^k + 2^(k-24) + something tiny */
			a = (u32)(103 + rng_below(&rng, 2)) << 23 | 1;
			b = 0x3f800000 | (u32)rng_below(&rng, 2) << 31;
			c = 0x3f800000 | (u32)rng_below(&rng, 4) | (u32)rng_below(&rng, 2) << 31;
		}
		if (rng_below(&rng, 2)) {
			a = 0x3f800000 | 1u << rng_below(&rng, 23);
			b = 0x33800000 | 1u << rng_below(&rng, 23);
			c = 0x3f800000 | (u32)rng_below(&rng, 4) | (u32)rng_below(&rng, 2) << 31;
		}
		CHECK("muladd", fp32_muladd_fast(fpu, c, a, b), fp32_muladd(fpu, c, a, b));
	}
}

/* Halves are few: each of them, and each of 1024 hard ones with each other and some addend. */
static u16 hard_half(unsigned i)
{
	static const u16 fractions[] = { 0, 1, 2, 0x155, 0x1ff, 0x200, 0x201, 0x2aa, 0x2ab, 0x3fc,
		0x3fd, 0x3fe, 0x3ff, 0x100, 0x300, 0x20 };

	return (u16)((i & 63) << 10 | fractions[i >> 6]);
}

static void test_fp16_values(void **state)
{
	struct fpu fp = { 0, FPSR_IXC };
	u16 b = 0, c = 0;

	(void)state;
	for (u32 i = 0; i < 0x10000; i++) {
		u16 a = (u16)i;

		if (!fp16_is_finite(a))
			continue;
		CHECK("host", fp64_bits(fp16_host(a)), fp16_to_fp64(fpu, a));
		assert_int_equal(fp16_bits(fp16_host(a)), a);
		CHECK("sqrt", fp16_sqrt_fast(fpu, a), fp16_sqrt(fpu, a));
	}
}

static void test_fp16_pairs(void **state)
{
	struct fpu fp = { 0, FPSR_IXC };

	(void)state;
	for (unsigned i = 0; i < 1024 * 1024; i++) {
		u16 a = hard_half(i >> 10), b = hard_half(i & 1023);
		u16 c = hard_half((i * 0x9e3779b1u) >> 22);

		CHECK("add", fp16_add_fast(fpu, a, b), fp16_add(fpu, a, b));
		CHECK("sub", fp16_sub_fast(fpu, a, b), fp16_sub(fpu, a, b));
		CHECK("mul", fp16_mul_fast(fpu, a, b), fp16_mul(fpu, a, b));
		CHECK("div", fp16_div_fast(fpu, a, b), fp16_div(fpu, a, b));
		CHECK("muladd", fp16_muladd_fast(fpu, c, a, b), fp16_muladd(fpu, c, a, b));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fp16),
		cmocka_unit_test(test_fp32),
		cmocka_unit_test(test_fp64),
		cmocka_unit_test(test_fp16_values),
		cmocka_unit_test(test_fp16_pairs),
		cmocka_unit_test(test_fp32_integers),
		cmocka_unit_test(test_fp64_integers),
		cmocka_unit_test(test_convert),
		cmocka_unit_test(test_double_rounding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
