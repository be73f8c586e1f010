/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What MPFR does not know of fpu/: NaNs and their order, default NaN, the flushes, the alternative
 * half format, estimates, JavaScript's conversion, rounding to odd, bfloat16. Rows from DDI 0487.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fpu/fpu.h"

enum {
	ONE = 0x3f800000,
	TWO = 0x40000000,
	INF = 0x7f800000,
	QNAN = 0x7fc00000, /* the default one */
	MAX = 0x7f7fffff,
	TINY = 1,
	IOC = FPSR_IOC,
};
#define NEG(a) ((a) | 0x80000000u)
/* NaNs that can be told apart. */
#define QNAN1 0x7fc00001u
#define QNAN2 0xffc00002u
#define QNAN3 0x7fc00003u
#define SNAN1 0x7f800001u
#define SNAN2 0xff800002u
#define SNAN3 0x7f800003u
#define QUIET 0x00400000u

typedef u32 binary_fn(struct fpu *, u32, u32);

static void test_binary(void **state)
{
	static const struct {
		binary_fn *fn;
		u32 fpcr, a, b, want, flags;
		const char *why;
	} rows[] = {
		{ fp32_add, 0, QNAN1, QNAN2, QNAN1, 0, "the first quiet NaN" },
		{ fp32_add, 0, ONE, QNAN2, QNAN2, 0, "sign and payload stay" },
		{ fp32_add, 0, QNAN1, SNAN2, SNAN2 | QUIET, IOC,
			"a signalling NaN before a quiet" },
		{ fp32_add, 0, SNAN1, SNAN2, SNAN1 | QUIET, IOC, "the first signalling NaN" },
		{ fp32_sub, 0, ONE, QNAN1, QNAN1, 0, "subtraction does not negate a NaN" },
		{ fp32_add, FPCR_DN, QNAN2, ONE, QNAN, 0, "DN: the default NaN, no flag" },
		{ fp32_add, FPCR_DN, ONE, SNAN2, QNAN, IOC, "DN: still invalid" },
		{ fp32_add, FPCR_FZ, QNAN1, TINY, QNAN1, FPSR_IDC, "both are unpacked" },
		{ fp32_add, 0, INF, NEG(INF), QNAN, IOC, "infinity - infinity" },
		{ fp32_sub, 0, INF, INF, QNAN, IOC, "infinity - infinity" },
		{ fp32_add, 0, ONE, NEG(INF), NEG(INF), 0, "infinity is exact" },
		{ fp32_add, 0, NEG(0), NEG(0), NEG(0), 0, "-0 + -0" },
		{ fp32_sub, 0, NEG(0), 0, NEG(0), 0, "-0 - +0" },
		{ fp32_add, FP_NEGINF << 22, ONE, NEG(ONE), NEG(0), 0, "1 - 1 to -infinity" },
		{ fp32_add, FPCR_FZ, TINY, NEG(TINY), 0, FPSR_IDC, "flushed inputs" },
		{ fp32_mul, FPCR_FZ, TINY, INF, QNAN, FPSR_IDC | IOC, "a flushed 0 * infinity" },
		{ fp32_mul, 0, NEG(0), INF, QNAN, IOC, "0 * infinity" },
		{ fp32_mulx, 0, NEG(0), INF, NEG(TWO), 0, "FMULX: 0 * infinity is 2" },
		{ fp32_mulx, FPCR_FZ, NEG(TINY), NEG(INF), TWO, FPSR_IDC, "and of flushed ones" },
		{ fp32_mulx, 0, ONE, QNAN2, QNAN2, 0, "FMULX: NaNs as FMUL" },
		{ fp32_mulx, 0, TWO, NEG(ONE), NEG(TWO), 0, "FMULX: else as FMUL" },
		{ fp32_mul, FPCR_FZ, 0x00800000, 0x3f7fffff, 0, FPSR_UFC,
			"rounds to the least normal number, but is tiny before: flushed, not "
			"inexact" },
		{ fp32_mul, 0, 0x00800000, 0x3f7fffff, 0x00800000, FPSR_UFC | FPSR_IXC,
			"tiny before rounding only" },
		{ fp32_mul, 0, TINY, TWO, 2, 0, "an exact denormal is no underflow" },
		{ fp32_mul, FP_ZERO << 22, MAX, NEG(TWO), NEG(MAX), FPSR_OFC | FPSR_IXC,
			"overflow rounded to zero" },
		{ fp32_div, 0, ONE, NEG(0), NEG(INF), FPSR_DZC, "1 / -0" },
		{ fp32_div, 0, INF, 0, INF, 0, "infinity / 0 is exact" },
		{ fp32_div, 0, 0, 0, QNAN, IOC, "0 / 0" },
		{ fp32_div, 0, INF, NEG(INF), QNAN, IOC, "infinity / infinity" },
		{ fp32_div, FPCR_FZ, ONE, TINY, INF, FPSR_IDC | FPSR_DZC, "by a flushed denormal" },
		{ fp32_max, 0, NEG(0), 0, 0, 0, "zeros are ordered" },
		{ fp32_max, 0, 0, NEG(0), 0, 0, "zeros are ordered" },
		{ fp32_min, 0, 0, NEG(0), NEG(0), 0, "zeros are ordered" },
		{ fp32_min, 0, TINY, NEG(TINY), NEG(TINY), 0, "denormals" },
		{ fp32_max, FPCR_FZ, NEG(TINY), NEG(ONE), NEG(0), FPSR_IDC, "a flushed operand" },
		{ fp32_max, 0, ONE, QNAN2, QNAN2, 0, "FMAX keeps a NaN" },
		{ fp32_maxnm, 0, ONE, QNAN2, ONE, 0, "FMAXNM: a number wins" },
		{ fp32_minnm, 0, QNAN1, INF, INF, 0, "FMINNM: infinity is a number" },
		{ fp32_maxnm, 0, QNAN1, NEG(INF), NEG(INF), 0, "FMAXNM: and -infinity" },
		{ fp32_maxnm, 0, QNAN1, QNAN2, QNAN1, 0, "two quiet NaNs" },
		{ fp32_maxnm, 0, QNAN1, SNAN2, SNAN2 | QUIET, IOC, "a signalling NaN wins" },
		{ fp32_minnm, 0, ONE, SNAN2, SNAN2 | QUIET, IOC, "a signalling NaN wins" },
		{ fp32_recip_step, 0, 0, INF, TWO, 0, "2 - 0 * infinity is 2" },
		{ fp32_recip_step, 0, INF, ONE, NEG(INF), 0, "2 - infinity" },
		{ fp32_recip_step, 0, QNAN1, ONE, NEG(QNAN1), 0, "the first operand is negated" },
		{ fp32_recip_step, 0, ONE, QNAN1, QNAN1, 0, "the second is not" },
		{ fp32_recip_step, 0, TWO, ONE, 0, 0, "2 - 2" },
		{ fp32_recip_step, FP_NEGINF << 22, TWO, ONE, NEG(0), 0, "2 - 2 to -infinity" },
		{ fp32_rsqrt_step, 0, NEG(0), INF, 0x3fc00000, 0, "1.5" },
		{ fp32_rsqrt_step, 0, ONE, ONE, ONE, 0, "(3 - 1) / 2" },
		{ fp32_rsqrt_step, 0, MAX, TWO, NEG(MAX), FPSR_IXC,
			"halved before rounding: no overflow" },
		{ fp32_rsqrt_step, 0, SNAN1, QNAN2, NEG(SNAN1) | QUIET, IOC, "a negated NaN" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fpu fp = { rows[i].fpcr, 0 };
		u32 got = rows[i].fn(&fp, rows[i].a, rows[i].b);

		if (got != rows[i].want || fp.fpsr != rows[i].flags)
			fail_msg("row %zu, %s: %x FPSR %x", i, rows[i].why, got, fp.fpsr);
	}
}

static void test_muladd(void **state)
{
	static const struct {
		u32 fpcr, addend, a, b, want, flags;
		const char *why;
	} rows[] = {
		{ 0, QNAN1, QNAN2, QNAN3, QNAN1, 0, "the addend's NaN is first" },
		{ 0, ONE, QNAN2, QNAN3, QNAN2, 0, "then the factors" },
		{ 0, QNAN1, SNAN2, SNAN3, SNAN2 | QUIET, IOC, "signalling NaNs before" },
		{ 0, QNAN1, ONE, SNAN3, SNAN3 | QUIET, IOC, "signalling NaNs before" },
		{ 0, QNAN1, INF, 0, QNAN, IOC, "a quiet addend does not hide infinity * 0" },
		{ FPCR_FZ, QNAN1, TINY, INF, QNAN, IOC | FPSR_IDC, "nor a flushed one" },
		{ 0, SNAN1, INF, 0, SNAN1 | QUIET, IOC, "a signalling one does" },
		{ 0, ONE, INF, 0, QNAN, IOC, "infinity * 0" },
		{ 0, INF, INF, NEG(ONE), QNAN, IOC, "infinity - infinity" },
		{ 0, INF, MAX, NEG(MAX), INF, 0, "a product that would overflow is finite" },
		{ 0, ONE, INF, NEG(ONE), NEG(INF), 0, "an infinite product" },
		{ 0, NEG(0), 0, NEG(ONE), NEG(0), 0, "zeros of one sign" },
		{ 0, NEG(0), 0, ONE, 0, 0, "zeros of two signs" },
		{ FP_NEGINF << 22, NEG(ONE), ONE, ONE, NEG(0), 0, "cancelled to -infinity" },
		{ 0, NEG(MAX), MAX, TWO, MAX, 0, "rounded once: no overflow between" },
		{ 0, 0x80800000, 0x1f800000, 0x1f7fffff, NEG(0x00600000), FPSR_UFC | FPSR_IXC,
			"an inexact denormal" },
		{ FPCR_DN, QNAN1, ONE, ONE, QNAN, 0, "DN" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fpu fp = { rows[i].fpcr, 0 };
		u32 got = fp32_muladd(&fp, rows[i].addend, rows[i].a, rows[i].b);

		if (got != rows[i].want || fp.fpsr != rows[i].flags)
			fail_msg("row %zu, %s: %x FPSR %x", i, rows[i].why, got, fp.fpsr);
	}
}

/* FMLAL: half factors, a single addend. */
static void test_muladd_h(void **state)
{
	static const struct {
		u32 fpcr, addend;
		u16 a, b;
		u32 want, flags;
		const char *why;
	} rows[] = {
		{ 0, ONE, 0x3c00, 0x4000, 0x40400000, 0, "1 + 1 * 2" },
		{ 0, 0, 0x7bff, 0x7bff, 0x4f7fc004, 0, "the product is not a half: rounded once" },
		{ 0, ONE, 0x7e01, 0x3c00, 0x7fc02000, 0, "a half NaN becomes a single one" },
		{ 0, ONE, 0x3c00, 0xfc01, 0xffc02000, IOC, "and quiet" },
		{ 0, QNAN1, 0x7e01, 0x3c00, QNAN1, 0, "the addend is first" },
		{ 0, QNAN1, 0x7c00, 0x0000, QNAN, IOC, "infinity * 0" },
		{ FPCR_DN, ONE, 0x7e01, 0x3c00, QNAN, 0, "DN" },
		{ FPCR_AHP, ONE, 0x7e01, 0x3c00, 0x7fc02000, 0, "AHP is for conversions only" },
		{ FPCR_FZ16, 0, 0x0001, 0x3c00, 0, 0, "FZ16 flushes factors, silently" },
		{ FPCR_FZ, 0, 0x0001, 0x3c00, 0x33800000, 0, "FZ does not" },
		{ FPCR_FZ, TINY, 0x0000, 0x3c00, 0, FPSR_IDC, "FZ flushes the addend" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fpu fp = { rows[i].fpcr, 0 };
		u32 got = fp32_muladd_h(&fp, rows[i].addend, rows[i].a, rows[i].b);

		if (got != rows[i].want || fp.fpsr != rows[i].flags)
			fail_msg("row %zu, %s: %x FPSR %x", i, rows[i].why, got, fp.fpsr);
	}
}

static void test_compare(void **state)
{
	static const struct {
		u32 fpcr, a, b;
		bool signal_nans;
		u32 nzcv, flags;
		const char *why;
	} rows[] = {
		{ 0, ONE, TWO, false, 8, 0, "less" },
		{ 0, NEG(ONE), NEG(TWO), false, 2, 0, "greater" },
		{ 0, 0, NEG(0), true, 6, 0, "zeros are equal" },
		{ 0, QNAN1, ONE, false, 3, 0, "unordered" },
		{ 0, ONE, QNAN1, true, 3, IOC, "FCMPE: any NaN" },
		{ 0, ONE, SNAN1, false, 3, IOC, "FCMP: signalling NaNs" },
		{ FPCR_FZ, TINY, NEG(TINY), false, 6, FPSR_IDC, "flushed" },
		{ FPCR_FZ, QNAN1, TINY, false, 3, FPSR_IDC, "flushed beside a NaN" },
	};
	struct fpu fp = { 0, 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fpu f = { rows[i].fpcr, 0 };
		u32 got = fp32_compare(&f, rows[i].a, rows[i].b, rows[i].signal_nans);

		if (got != rows[i].nzcv || f.fpsr != rows[i].flags)
			fail_msg("row %zu, %s: %x FPSR %x", i, rows[i].why, got, f.fpsr);
	}
	assert_true(fp32_compare_eq(&fp, 0, NEG(0)) && fp32_compare_ge(&fp, 0, NEG(0)));
	assert_false(fp32_compare_gt(&fp, 0, NEG(0)) || fp32_compare_ge(&fp, ONE, TWO));
	assert_true(fp32_compare_gt(&fp, TWO, ONE));
	assert_false(fp32_compare_eq(&fp, QNAN1, QNAN1));
	assert_int_equal(fp.fpsr, 0); /* FCMEQ: a quiet NaN is not invalid */
	assert_false(fp32_compare_ge(&fp, QNAN1, ONE));
	assert_int_equal(fp.fpsr, IOC); /* FCMGE: it is */
	fp.fpsr = 0;
	assert_false(fp32_compare_gt(&fp, ONE, QNAN1));
	assert_int_equal(fp.fpsr, IOC);
}

/* A row of a unary function on 64 bits of operand and result. */
struct unary_row {
	u64 (*fn)(struct fpu *, u64);
	u32 fpcr;
	u64 a, want;
	u32 flags;
	const char *why;
};

static void check_unary(const struct unary_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct fpu fp = { rows[i].fpcr, 0 };
		u64 got = rows[i].fn(&fp, rows[i].a);

		if (got != rows[i].want || fp.fpsr != rows[i].flags)
			fail_msg("row %zu, %s: %" PRIx64 " FPSR %x", i, rows[i].why, got, fp.fpsr);
	}
}

#define UNARY(name, bits_t)                                                                        \
	static u64 name##_u64(struct fpu *fp, u64 a)                                               \
	{                                                                                          \
		return name(fp, (bits_t)a);                                                        \
	}
UNARY(fp16_to_fp32, u16)
UNARY(fp16_to_fp64, u16)
UNARY(fp32_to_fp16, u32)
UNARY(fp32_to_bf16, u32)
UNARY(fp32_sqrt, u32)
UNARY(fp16_recip_estimate, u16)
UNARY(fp32_recip_estimate, u32)
UNARY(fp16_rsqrt_estimate, u16)
UNARY(fp32_rsqrt_estimate, u32)
UNARY(fp32_recpx, u32)
UNARY(fp64_to_fp16, u64)
UNARY(fp64_to_fp32, u64)
UNARY(fp64_to_fp32_odd, u64)

static void test_conversions(void **state)
{
	static const struct unary_row rows[] = {
		{ fp16_to_fp32_u64, 0, 0x7c01, 0x7fc02000, IOC, "a signalling NaN becomes quiet" },
		{ fp16_to_fp64_u64, 0, 0xfe01, 0xfff8040000000000, 0, "the payload is high" },
		{ fp64_to_fp16_u64, 0, 0x7ff8000000000001, 0x7e00, 0, "and loses its low bits" },
		{ fp64_to_fp32_u64, 0, 0xfff0000000000001, 0xffc00000, IOC,
			"all of them: still a NaN" },
		{ fp64_to_fp32_u64, FPCR_DN, 0xfff8000000000001, QNAN, 0, "DN" },
		{ fp16_to_fp32_u64, FPCR_AHP, 0x7c00, 0x47800000, 0, "AHP: 65536, not infinity" },
		{ fp16_to_fp32_u64, FPCR_AHP, 0xffff, 0xc7ffe000, 0, "AHP: no NaN" },
		{ fp32_to_fp16_u64, FPCR_AHP, 0x47ffe000, 0x7fff, 0, "AHP: 131008 is the largest" },
		{ fp32_to_fp16_u64, FPCR_AHP, 0x47fff000, 0x7fff, IOC, "AHP: overflow is invalid" },
		{ fp32_to_fp16_u64, FPCR_AHP, 0x47ffefff, 0x7fff, FPSR_IXC, "AHP: rounded to it" },
		{ fp32_to_fp16_u64, FPCR_AHP, NEG(INF), 0xffff, IOC, "AHP: so is infinity" },
		{ fp32_to_fp16_u64, FPCR_AHP, QNAN2, 0x8000, IOC, "AHP: a NaN is 0, and invalid" },
		{ fp32_to_fp16_u64, FPCR_AHP | FPCR_DN, QNAN2, 0x8000, IOC, "AHP: DN or not" },
		{ fp16_to_fp32_u64, FPCR_FZ16 | FPCR_FZ, 1, 0x33800000, 0,
			"halves are not flushed" },
		{ fp32_to_fp16_u64, FPCR_FZ16, 0x33800000, 1, 0, "halves are not flushed" },
		{ fp32_to_fp16_u64, FPCR_FZ, TINY, 0, FPSR_IDC, "singles are" },
		{ fp64_to_fp32_u64, FPCR_FZ, 0x3800000000000000, 0, FPSR_UFC, "singles are" },
		{ fp64_to_fp32_odd_u64, 0, 0x3ff0000000000001, 0x3f800001, FPSR_IXC,
			"odd: sticky" },
		{ fp64_to_fp32_odd_u64, 0, 0x3ff000003fffffff, 0x3f800001, FPSR_IXC,
			"odd: truncated" },
		{ fp64_to_fp32_odd_u64, 0, 0x3ff0000020000000, 0x3f800001, 0, "odd: exact" },
		{ fp64_to_fp32_odd_u64, 0, 0x7fe0000000000000, MAX, FPSR_OFC | FPSR_IXC,
			"odd: overflow is the largest number" },
		{ fp64_to_fp32_odd_u64, 0, 0x0000000000000001, TINY, FPSR_UFC | FPSR_IXC,
			"odd: underflow is the least" },
		{ fp32_to_bf16_u64, 0, 0x3f808000, 0x3f80, FPSR_IXC, "bfloat16: a tie to even" },
		{ fp32_to_bf16_u64, 0, 0x3f818000, 0x3f82, FPSR_IXC, "bfloat16: a tie to even" },
		{ fp32_to_bf16_u64, 0, SNAN1, 0x7fc0, IOC, "bfloat16: NaN" },
		{ fp32_to_bf16_u64, FPCR_DN, 0xffff0000, 0x7fc0, 0, "bfloat16: DN" },
		{ fp32_to_bf16_u64, 0, MAX, 0x7f80, FPSR_OFC | FPSR_IXC, "bfloat16: overflow" },
		{ fp32_to_bf16_u64, FPCR_FZ, 0x00400000, 0, FPSR_IDC, "bfloat16: FZ" },
		{ fp32_sqrt_u64, 0, NEG(0), NEG(0), 0, "the root of -0" },
		{ fp32_sqrt_u64, 0, NEG(ONE), QNAN, IOC, "of a negative number" },
		{ fp32_sqrt_u64, 0, NEG(INF), QNAN, IOC, "of -infinity" },
		{ fp32_sqrt_u64, FPCR_FZ, NEG(TINY), NEG(0), FPSR_IDC, "of a flushed one" },
		{ fp32_sqrt_u64, 0, QNAN2, QNAN2, 0, "of a NaN" },
	};

	(void)state;
	check_unary(rows, COUNT(rows));
}

static void test_estimates(void **state)
{
	static const struct unary_row rows[] = {
		{ fp32_recip_estimate_u64, 0, ONE, 0x3f7f8000, 0, "511/512" },
		{ fp32_recip_estimate_u64, 0, TWO, 0x3eff8000, 0, "of 2" },
		{ fp32_recip_estimate_u64, 0, 0x3fffffff, 0x3f000000, 0, "of almost 2: 1/2" },
		{ fp32_recip_estimate_u64, 0, INF, 0, 0, "of infinity" },
		{ fp32_recip_estimate_u64, 0, NEG(0), NEG(INF), FPSR_DZC, "of -0" },
		{ fp32_recip_estimate_u64, 0, TINY, INF, FPSR_OFC | FPSR_IXC, "below 2^-128" },
		{ fp32_recip_estimate_u64, FP_ZERO << 22, TINY, MAX, FPSR_OFC | FPSR_IXC,
			"and down" },
		{ fp32_recip_estimate_u64, 0, 0x00200000, 0x7f7f8000, 0,
			"2^-128 is not too small" },
		{ fp32_recip_estimate_u64, 0, 0x7e800000, 0x007fc000, 0, "a denormal result" },
		{ fp32_recip_estimate_u64, FPCR_FZ, 0x7e800000, 0, FPSR_UFC, "flushed" },
		{ fp32_recip_estimate_u64, FPCR_FZ, 0x7e7fffff, 0x00800000, 0, "not flushed yet" },
		{ fp32_recip_estimate_u64, 0, MAX, 0x00200000, 0, "of the largest" },
		{ fp32_recip_estimate_u64, 0, SNAN1, SNAN1 | QUIET, IOC, "of a NaN" },
		{ fp16_recip_estimate_u64, 0, 0x3c00, 0x3bfc, 0, "half: the same eight bits" },
		{ fp16_recip_estimate_u64, FPCR_FZ, 0x7800, 0x01ff, 0, "half: FZ is not for it" },
		{ fp16_recip_estimate_u64, FPCR_FZ16, 0x7400, 0x0000, FPSR_UFC, "half: FZ16 is" },
		{ fp64_recip_estimate, 0, 0x3ff0000000000000, 0x3feff00000000000, 0, "double" },
		{ fp32_rsqrt_estimate_u64, 0, ONE, 0x3f7f8000, 0, "511/512" },
		{ fp32_rsqrt_estimate_u64, 0, TWO, 0x3f348000, 0, "of 2" },
		{ fp32_rsqrt_estimate_u64, 0, 0x40800000, 0x3eff8000, 0, "of 4" },
		{ fp32_rsqrt_estimate_u64, 0, TINY, 0x64b48000, 0, "of the least denormal" },
		{ fp32_rsqrt_estimate_u64, 0, NEG(0), NEG(INF), FPSR_DZC, "of -0" },
		{ fp32_rsqrt_estimate_u64, 0, NEG(TINY), QNAN, IOC, "of a negative number" },
		{ fp32_rsqrt_estimate_u64, FPCR_FZ, NEG(TINY), NEG(INF), FPSR_DZC | FPSR_IDC,
			"of a flushed one" },
		{ fp32_rsqrt_estimate_u64, 0, INF, 0, 0, "of infinity" },
		{ fp32_rsqrt_estimate_u64, 0, NEG(INF), QNAN, IOC, "of -infinity" },
		{ fp16_rsqrt_estimate_u64, 0, 0x4000, 0x39a4, 0, "half: the same eight bits" },
		{ fp64_rsqrt_estimate, 0, 0x4000000000000000, 0x3fe6900000000000, 0, "double" },
		{ fp32_recpx_u64, 0, 0x40400000, 0x3f800000, 0, "the exponent complemented" },
		{ fp32_recpx_u64, 0, NEG(0), NEG(0x7f000000), 0, "of -0: the largest exponent" },
		{ fp32_recpx_u64, FPCR_FZ, TINY, 0x7f000000, FPSR_IDC, "of a denormal too" },
		{ fp32_recpx_u64, 0, NEG(INF), NEG(0), 0, "of -infinity" },
		{ fp32_recpx_u64, 0, SNAN1, SNAN1 | QUIET, IOC, "of a NaN" },
	};

	(void)state;
	check_unary(rows, COUNT(rows));
	assert_int_equal(fpu_unsigned_recip_estimate(0x7fffffff), 0xffffffff); /* below 0.5 */
	assert_int_equal(fpu_unsigned_recip_estimate(0x80000000), 0xff800000);
	assert_int_equal(fpu_unsigned_recip_estimate(0xffffffff), 0x80000000);
	assert_int_equal(fpu_unsigned_rsqrt_estimate(0x3fffffff), 0xffffffff); /* below 0.25 */
	assert_int_equal(fpu_unsigned_rsqrt_estimate(0x40000000), 0xff800000);
	assert_int_equal(fpu_unsigned_rsqrt_estimate(0xffffffff), 0x80000000);
}

static void test_javascript(void **state)
{
	static const struct {
		u32 fpcr;
		u64 a;
		u32 want;
		bool exact;
		u32 flags;
		const char *why;
	} rows[] = {
		{ 0, 0x0000000000000000, 0, true, 0, "0" },
		{ 0, 0x8000000000000000, 0, false, 0, "-0 is not an integer" },
		{ 0, 0xc008000000000000, (u32)-3, true, 0, "-3" },
		{ 0, 0xbfe0000000000000, 0, false, FPSR_IXC, "-0.5" },
		{ 0, 0x41dfffffffc00000, 0x7fffffff, true, 0, "2^31 - 1" },
		{ 0, 0x41e0000000000000, 0x80000000, false, IOC, "2^31 wraps" },
		{ 0, 0xc1e0000000000000, 0x80000000, true, 0, "-2^31" },
		{ 0, 0xc1e0000000100000, 0x80000000, false, FPSR_IXC, "-2^31 - 0.5" },
		{ 0, 0x41f0000000080000, 0, false, IOC, "2^32 + 0.5: invalid, not inexact" },
		{ 0, 0x4340000000000001, 2, false, IOC, "2^53 + 2 modulo 2^32" },
		{ 0, 0x433fffffffffffff, 0xffffffff, false, IOC, "2^53 - 1" },
		{ 0, 0xc33fffffffffffff, 1, false, IOC, "1 - 2^53" },
		{ 0, 0x4530000000000001, 0, false, IOC, "all bits above 2^32" },
		{ 0, 0x7ff0000000000000, 0, false, IOC, "infinity" },
		{ 0, 0x7ff8000000000000, 0, false, IOC, "a quiet NaN" },
		{ 0, 0x0000000000000001, 0, false, FPSR_IXC, "a denormal" },
		{ FPCR_FZ, 0x0000000000000001, 0, false, FPSR_IDC, "flushed, yet not 0 before" },
		{ FPCR_FZ, 0x8000000000000001, 0, false, FPSR_IDC, "flushed to -0" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fpu fp = { rows[i].fpcr, 0 };
		struct fp_js got = fp64_to_js(&fp, rows[i].a);

		if (got.value != rows[i].want || got.exact != rows[i].exact ||
			fp.fpsr != rows[i].flags)
			fail_msg("row %zu, %s: %x exact %d FPSR %x", i, rows[i].why, got.value,
				got.exact, fp.fpsr);
	}
}

/* FRINT32, FRINT64: what does not fit is the least integer, and invalid only. */
static void test_round_int_n(void **state)
{
	static const struct {
		u32 a;
		enum fp_rounding rounding;
		unsigned intsize;
		u32 want, flags;
		const char *why;
	} rows[] = {
		{ 0x3fc00000, FP_TIEEVEN, 32, TWO, FPSR_IXC, "1.5" },
		{ 0xbf000000, FP_TIEEVEN, 32, NEG(0), FPSR_IXC, "-0.5" },
		{ NEG(0), FP_ZERO, 32, NEG(0), 0, "-0" },
		{ 0x4f000000, FP_ZERO, 32, 0xcf000000, IOC, "2^31" },
		{ 0xcf000000, FP_ZERO, 32, 0xcf000000, 0, "-2^31" },
		{ 0xcf000001, FP_ZERO, 32, 0xcf000000, IOC, "below -2^31" },
		{ 0x4f000000, FP_ZERO, 64, 0x4f000000, 0, "2^31 in 64 bits" },
		{ 0x5f000000, FP_ZERO, 64, 0xdf000000, IOC, "2^63" },
		{ NEG(INF), FP_ZERO, 64, 0xdf000000, IOC, "-infinity" },
		{ QNAN1, FP_ZERO, 32, 0xcf000000, IOC, "a quiet NaN" },
	};
	struct fpu fp = { 0, 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fpu f = { 0, 0 };
		u32 got = fp32_round_int_n(&f, rows[i].a, rows[i].rounding, rows[i].intsize);

		if (got != rows[i].want || f.fpsr != rows[i].flags)
			fail_msg("row %zu, %s: %x FPSR %x", i, rows[i].why, got, f.fpsr);
	}
	/* 2^31 - 0.5: rounded to a number that does not fit, or down to one that does */
	assert_int_equal(
		fp64_round_int_n(&fp, 0x41dfffffffe00000, FP_TIEEVEN, 32), 0xc1e0000000000000);
	assert_int_equal(fp.fpsr, IOC);
	fp.fpsr = 0;
	assert_int_equal(
		fp64_round_int_n(&fp, 0x41dfffffffe00000, FP_ZERO, 32), 0x41dfffffffc00000);
	assert_int_equal(fp.fpsr, FPSR_IXC);
	/* FRINTX and NaNs, which no conversion to an integer keeps */
	fp.fpsr = 0;
	assert_int_equal(fp32_round_int(&fp, SNAN2, FP_ZERO, false), SNAN2 | QUIET);
	assert_int_equal(fp.fpsr, IOC);
	fp.fpsr = 0;
	assert_int_equal(fp32_to_fixed(&fp, QNAN1, 0, false, 32, FP_ZERO), 0);
	assert_int_equal(fp.fpsr, IOC);
}

static void test_bf16_dot(void **state)
{
	enum { B_ONE = 0x3f80, B_INF = 0x7f80, B_NAN = 0x7fc1, B_TINY = 1, B_MAX = 0x7f7f };
	static const struct {
		u32 addend;
		u16 a0, a1, b0, b1;
		u32 want;
		const char *why;
	} rows[] = {
		{ ONE, B_ONE, B_ONE, B_ONE, B_ONE, 0x40400000, "1 + (1 + 1)" },
		{ 0x33000000, B_ONE, 0, B_ONE, 0, 0x3f800001, "1 + 2^-25 is odd" },
		{ 0xb3000000, B_ONE, 0, B_ONE, 0, 0x3f7fffff, "1 - 2^-25 is odd" },
		{ 0, B_NAN, 0, B_ONE, 0, QNAN, "any NaN is the default NaN" },
		{ SNAN2, 0, 0, 0, 0, QNAN, "any NaN is the default NaN" },
		{ 0, B_INF, 0, 0, 0, QNAN, "infinity * 0" },
		{ NEG(INF), B_INF, 0, B_ONE, 0, QNAN, "infinity - infinity" },
		{ 0, B_MAX, 0, B_MAX, 0, INF, "an overflowing product is infinite" },
		{ 0, B_MAX, 0xff7f, B_MAX, B_MAX, QNAN, "so two of them may cancel to no number" },
		{ MAX, B_MAX, 0, B_ONE, 0, INF, "an overflowing sum too" },
		{ 0, B_TINY, 0, B_MAX, 0, 0, "denormals are zeros" },
		{ 0x00400000, 0, 0, 0, 0, 0, "denormal addends too" },
		{ 0, 0x0080, 0, 0x3f00, 0, 0, "denormal results too" },
		{ ONE, 0xbf80, 0, B_ONE, 0, 0, "1 - 1 is +0" },
		{ NEG(0), 0x8000, 0x8000, B_ONE, B_ONE, NEG(0), "-0 + (-0 + -0)" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u32 got = bf16_dot(rows[i].addend, rows[i].a0, rows[i].a1, rows[i].b0, rows[i].b1);

		if (got != rows[i].want)
			fail_msg("row %zu, %s: %x", i, rows[i].why, got);
	}
	/* BFMLALB: one rounding by FPCR */
	assert_int_equal(bf16_muladd(&(struct fpu){ 0, 0 }, 0x33000000, B_ONE, B_ONE), ONE);
}

/* FMOV's immediates, from the table of C2.2.3: +-n/16 * 2^r, 16 <= n <= 31, -3 <= r <= 4. */
static void test_immediates(void **state)
{
	(void)state;
	for (unsigned imm = 0; imm < 256; imm++) {
		struct fpu fp = { 0, 0 };
		unsigned n = 16 + (imm & 15), r = ((imm >> 4 & 7) ^ 4) + 1; /* r + 4 */
		u64 value = fp64_from_fixed(&fp, n << r, 8, true, 64, FP_TIEEVEN);

		if (imm & 0x80)
			value = fp64_neg(value);
		assert_int_equal(fp64_expand_imm((u8)imm), value);
		assert_int_equal(fp32_expand_imm((u8)imm), fp64_to_fp32(&fp, value));
		assert_int_equal(fp16_expand_imm((u8)imm), fp64_to_fp16(&fp, value));
		assert_int_equal(fp.fpsr, 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_binary),
		cmocka_unit_test(test_muladd),
		cmocka_unit_test(test_muladd_h),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_conversions),
		cmocka_unit_test(test_estimates),
		cmocka_unit_test(test_javascript),
		cmocka_unit_test(test_round_int_n),
		cmocka_unit_test(test_bf16_dot),
		cmocka_unit_test(test_immediates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
