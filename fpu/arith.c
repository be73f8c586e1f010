/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arithmetic, maximum and minimum, comparison. DDI 0487 J1.3, shared/functions/float
 */
#include "fpu/core.h"

static struct real real_of(const struct unpacked *x)
{
	return (struct real){ x->sign, x->exponent, x->significand };
}

static struct real real_multiply(const struct unpacked *x, const struct unpacked *y)
{
	return (struct real){ x->sign != y->sign, x->exponent + y->exponent,
		(u128)x->significand * y->significand };
}

static u128 shift_right_sticky(u128 value, s32 n)
{
	if (n >= 128)
		return value != 0;
	return value >> n | (n > 0 && value << (128 - n) != 0);
}

/*
 * The highest bit to bit 125, which leaves room for a carry. Nothing is lost: a significand of at
 * most 53 bits, or a product of two, has zeros below.
 */
static struct real real_align(struct real x)
{
	u64 high = (u64)(x.significand >> 64);
	s32 shift =
		high != 0 ? __builtin_clzll(high) - 2 : 62 + __builtin_clzll((u64)x.significand);

	x.exponent -= shift;
	x.significand = shift < 0 ? x.significand >> -shift : x.significand << shift;
	return x;
}

/*
 * The smaller operand is shifted right, sticky. The lost bits matter only to the rounding: a
 * difference that cancels more than one bit has operands whose exponents differ by at most one, and
 * then nothing is lost.
 */
static struct real real_add(struct real x, struct real y)
{
	if (x.significand == 0)
		return y;
	if (y.significand == 0)
		return x;
	x = real_align(x);
	y = real_align(y);
	if (x.exponent < y.exponent) {
		struct real larger = y;

		y = x;
		x = larger;
	}
	y.significand = shift_right_sticky(y.significand, x.exponent - y.exponent);
	if (x.sign == y.sign) {
		x.significand += y.significand;
	} else if (x.significand >= y.significand) {
		x.significand -= y.significand;
	} else {
		x.sign = y.sign;
		x.significand = y.significand - x.significand;
	}
	return x;
}

/* Rounds a sum; an exact zero has a sign by the rounding. */
static u64 round_sum(
	struct fpu *fp, const struct fp_format *f, struct real sum, enum fp_rounding rounding)
{
	if (sum.significand == 0)
		return fp_zero(f, rounding == FP_NEGINF);
	return fp_round(fp, f, sum, rounding);
}

/* FPAdd(), FPSub() */
u64 fp_add(struct fpu *fp, const struct fp_format *f, u64 a, u64 b, bool negate,
	enum fp_rounding rounding)
{
	struct unpacked op[] = { fp_unpack(fp, f, a), fp_unpack(fp, f, b) };
	struct unpacked *x = &op[0], *y = &op[1];
	u64 nan;

	if (fp_process_nans(fp, f, op, 2, &nan))
		return nan;
	y->sign ^= negate;
	if (x->type == TYPE_INFINITY && y->type == TYPE_INFINITY && x->sign != y->sign)
		return fp_invalid(fp, f);
	if (x->type == TYPE_INFINITY)
		return fp_infinity(f, x->sign);
	if (y->type == TYPE_INFINITY)
		return fp_infinity(f, y->sign);
	if (x->type == TYPE_ZERO && y->type == TYPE_ZERO && x->sign == y->sign)
		return fp_zero(f, x->sign);
	return round_sum(fp, f, real_add(real_of(x), real_of(y)), rounding);
}

static bool is_infinity_by_zero(const struct unpacked *x, const struct unpacked *y)
{
	return (x->type == TYPE_INFINITY && y->type == TYPE_ZERO) ||
	       (x->type == TYPE_ZERO && y->type == TYPE_INFINITY);
}

static u64 product(struct fpu *fp, const struct fp_format *f, const struct unpacked *x,
	const struct unpacked *y, enum fp_rounding rounding)
{
	if (x->type == TYPE_INFINITY || y->type == TYPE_INFINITY)
		return fp_infinity(f, x->sign != y->sign);
	if (x->type == TYPE_ZERO || y->type == TYPE_ZERO)
		return fp_zero(f, x->sign != y->sign);
	return fp_round(fp, f, real_multiply(x, y), rounding);
}

/* FPMul() */
u64 fp_mul(struct fpu *fp, const struct fp_format *f, u64 a, u64 b, enum fp_rounding rounding)
{
	struct unpacked op[] = { fp_unpack(fp, f, a), fp_unpack(fp, f, b) };
	u64 nan;

	if (fp_process_nans(fp, f, op, 2, &nan))
		return nan;
	if (is_infinity_by_zero(&op[0], &op[1]))
		return fp_invalid(fp, f);
	return product(fp, f, &op[0], &op[1], rounding);
}

/* FPMulX() */
static u64 mulx(struct fpu *fp, const struct fp_format *f, u64 a, u64 b)
{
	struct unpacked op[] = { fp_unpack(fp, f, a), fp_unpack(fp, f, b) };
	u64 nan;

	if (fp_process_nans(fp, f, op, 2, &nan))
		return nan;
	if (is_infinity_by_zero(&op[0], &op[1]))
		return fp_pack(f, op[0].sign != op[1].sign, (u64)fp_bias(f) + 1, 0);
	return product(fp, f, &op[0], &op[1], fpu_rounding(fp));
}

/* FPDiv() */
static u64 divide(struct fpu *fp, const struct fp_format *f, u64 a, u64 b)
{
	struct unpacked op[] = { fp_unpack(fp, f, a), fp_unpack(fp, f, b) };
	const struct unpacked *x = &op[0], *y = &op[1];
	struct real quotient = { x->sign != y->sign, x->exponent - y->exponent - 63, 0 };
	u128 dividend = (u128)x->significand << 63;
	u64 nan;

	if (fp_process_nans(fp, f, op, 2, &nan))
		return nan;
	if (x->type == y->type && x->type != TYPE_NUMBER)
		return fp_invalid(fp, f);
	if (x->type == TYPE_INFINITY)
		return fp_infinity(f, quotient.sign);
	if (y->type == TYPE_ZERO) {
		fp->fpsr |= FPSR_DZC;
		return fp_infinity(f, quotient.sign);
	}
	if (x->type == TYPE_ZERO || y->type == TYPE_INFINITY)
		return fp_zero(f, quotient.sign);
	quotient.significand = dividend / y->significand;
	quotient.significand |= quotient.significand * y->significand != dividend;
	return fp_round(fp, f, quotient, fpu_rounding(fp));
}

/* The integer part of a square root. */
static u64 integer_root(u128 square)
{
	u64 root = 0;

	for (u64 digit = BIT(63); digit != 0; digit >>= 1) {
		u64 larger = root | digit;

		if ((u128)larger * larger <= square)
			root = larger;
	}
	return root;
}

/* FPSqrt() */
static u64 square_root(struct fpu *fp, const struct fp_format *f, u64 a)
{
	struct unpacked x = fp_unpack(fp, f, a);
	s32 shift = 62 + (x.exponent & 1);
	u128 square = (u128)x.significand << shift;
	u64 root;

	if (fp_is_nan(&x))
		return fp_process_nan(fp, f, &x);
	if (x.type == TYPE_ZERO)
		return fp_zero(f, x.sign);
	if (x.sign)
		return fp_invalid(fp, f);
	if (x.type == TYPE_INFINITY)
		return fp_infinity(f, false);
	root = integer_root(square);
	root |= (u128)root * root != square;
	return fp_round(
		fp, f, (struct real){ false, (x.exponent - shift) / 2, root }, fpu_rounding(fp));
}

/*
 * FPMulAdd(), and FPMulAddH() with factors of another format: addend + x * y. A quiet NaN as addend
 * does not hide that infinity * 0 is invalid.
 */
static u64 multiply_add(struct fpu *fp, const struct fp_format *f, const struct unpacked *op)
{
	const struct unpacked *addend = &op[0], *x = &op[1], *y = &op[2];
	bool invalid = is_infinity_by_zero(x, y);
	bool infinite = x->type == TYPE_INFINITY || y->type == TYPE_INFINITY;
	bool zero = x->type == TYPE_ZERO || y->type == TYPE_ZERO;
	bool sign = x->sign != y->sign;
	u64 nan;

	if (addend->type == TYPE_QNAN && invalid)
		return fp_invalid(fp, f);
	if (fp_process_nans(fp, f, op, 3, &nan))
		return nan;
	if (invalid || (addend->type == TYPE_INFINITY && infinite && addend->sign != sign))
		return fp_invalid(fp, f);
	if (addend->type == TYPE_INFINITY)
		return fp_infinity(f, addend->sign);
	if (infinite)
		return fp_infinity(f, sign);
	if (addend->type == TYPE_ZERO && zero && addend->sign == sign)
		return fp_zero(f, sign);
	return round_sum(fp, f, real_add(real_of(addend), real_multiply(x, y)), fpu_rounding(fp));
}

static u64 muladd(struct fpu *fp, const struct fp_format *f, u64 addend, u64 a, u64 b)
{
	struct unpacked op[] = { fp_unpack(fp, f, addend), fp_unpack(fp, f, a),
		fp_unpack(fp, f, b) };

	return multiply_add(fp, f, op);
}

u32 fp32_muladd_h(struct fpu *fp, u32 addend, u16 a, u16 b)
{
	struct unpacked op[] = { fp_unpack(fp, &fp32_format, addend),
		fp_unpack(fp, &fp16_format, a), fp_unpack(fp, &fp16_format, b) };

	return (u32)multiply_add(fp, &fp32_format, op);
}

/*
 * FPRecipStepFused(), FPRSqrtStepFused(): (start - a * b) / 2^halvings, start 2 or 3. The first
 * operand is negated before its NaN is looked at. infinity * 0 counts as 0.
 */
static u64 fused_step(
	struct fpu *fp, const struct fp_format *f, u64 a, u64 b, unsigned start, s32 halvings)
{
	struct unpacked op[] = { fp_unpack(fp, f, fp_negate(f, a)), fp_unpack(fp, f, b) };
	const struct unpacked *x = &op[0], *y = &op[1];
	struct real sum = { false, 0, start };
	u64 nan;

	if (fp_process_nans(fp, f, op, 2, &nan))
		return nan;
	if (!is_infinity_by_zero(x, y)) {
		if (x->type == TYPE_INFINITY || y->type == TYPE_INFINITY)
			return fp_infinity(f, x->sign != y->sign);
		sum = real_add(sum, real_multiply(x, y));
	}
	sum.exponent -= halvings;
	return round_sum(fp, f, sum, fpu_rounding(fp));
}

static u64 recip_step(struct fpu *fp, const struct fp_format *f, u64 a, u64 b)
{
	return fused_step(fp, f, a, b, 2, 0);
}

static u64 rsqrt_step(struct fpu *fp, const struct fp_format *f, u64 a, u64 b)
{
	return fused_step(fp, f, a, b, 3, 1);
}

/* Below, at or above 0 as |x| is below, at or above |y|. */
static int compare_magnitudes(const struct unpacked *x, const struct unpacked *y)
{
	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	if (x->exponent != y->exponent)
		return x->exponent < y->exponent ? -1 : 1;
	return (x->significand > y->significand) - (x->significand < y->significand);
}

static int compare_values(const struct unpacked *x, const struct unpacked *y)
{
	if (x->type == TYPE_ZERO && y->type == TYPE_ZERO)
		return 0;
	if (x->sign != y->sign)
		return x->sign ? -1 : 1;
	return x->sign ? compare_magnitudes(y, x) : compare_magnitudes(x, y);
}

/* FPMax(), FPMin(). Zeros are ordered by sign here, and flushed denormals are zeros. */
static u64 extreme(struct fpu *fp, const struct fp_format *f, u64 a, u64 b, bool is_max)
{
	struct unpacked op[] = { fp_unpack(fp, f, a), fp_unpack(fp, f, b) };
	int order = compare_values(&op[0], &op[1]);
	bool first = is_max ? order > 0 : order < 0;
	u64 nan;

	if (fp_process_nans(fp, f, op, 2, &nan))
		return nan;
	if (op[!first].type != TYPE_ZERO)
		return first ? a : b;
	if (order != 0)
		return fp_zero(f, op[!first].sign);
	return fp_zero(f, is_max ? op[0].sign && op[1].sign : op[0].sign || op[1].sign);
}

static u64 maximum(struct fpu *fp, const struct fp_format *f, u64 a, u64 b)
{
	return extreme(fp, f, a, b, true);
}

static u64 minimum(struct fpu *fp, const struct fp_format *f, u64 a, u64 b)
{
	return extreme(fp, f, a, b, false);
}

/* FPMaxNum(), FPMinNum(): a lone quiet NaN stands for the infinity that loses. */
static u64 extreme_number(struct fpu *fp, const struct fp_format *f, u64 a, u64 b, bool is_max)
{
	struct unpacked x = fp_unpack(fp, f, a), y = fp_unpack(fp, f, b);

	if (x.type == TYPE_QNAN && !fp_is_nan(&y))
		a = fp_infinity(f, is_max);
	else if (y.type == TYPE_QNAN && !fp_is_nan(&x))
		b = fp_infinity(f, is_max);
	return extreme(fp, f, a, b, is_max);
}

static u64 maximum_number(struct fpu *fp, const struct fp_format *f, u64 a, u64 b)
{
	return extreme_number(fp, f, a, b, true);
}

static u64 minimum_number(struct fpu *fp, const struct fp_format *f, u64 a, u64 b)
{
	return extreme_number(fp, f, a, b, false);
}

/* FPCompare() */
static u32 compare(struct fpu *fp, const struct fp_format *f, u64 a, u64 b, bool signal_nans)
{
	struct unpacked x = fp_unpack(fp, f, a), y = fp_unpack(fp, f, b);
	int order;

	if (fp_is_nan(&x) || fp_is_nan(&y)) {
		if (signal_nans || x.type == TYPE_SNAN || y.type == TYPE_SNAN)
			fp->fpsr |= FPSR_IOC;
		return 3;
	}
	order = compare_values(&x, &y);
	return order == 0 ? 6 : order < 0 ? 8 : 2;
}

#define FPU_ARITH(format, bits_t)                                                                  \
	bits_t format##_add(struct fpu *fp, bits_t a, bits_t b)                                    \
	{                                                                                          \
		return (bits_t)fp_add(fp, &format##_format, a, b, false, fpu_rounding(fp));        \
	}                                                                                          \
	bits_t format##_sub(struct fpu *fp, bits_t a, bits_t b)                                    \
	{                                                                                          \
		return (bits_t)fp_add(fp, &format##_format, a, b, true, fpu_rounding(fp));         \
	}                                                                                          \
	bits_t format##_mul(struct fpu *fp, bits_t a, bits_t b)                                    \
	{                                                                                          \
		return (bits_t)fp_mul(fp, &format##_format, a, b, fpu_rounding(fp));               \
	}                                                                                          \
	bits_t format##_sqrt(struct fpu *fp, bits_t a)                                             \
	{                                                                                          \
		return (bits_t)square_root(fp, &format##_format, a);                               \
	}                                                                                          \
	bits_t format##_muladd(struct fpu *fp, bits_t addend, bits_t a, bits_t b)                  \
	{                                                                                          \
		return (bits_t)muladd(fp, &format##_format, addend, a, b);                         \
	}                                                                                          \
	u32 format##_compare(struct fpu *fp, bits_t a, bits_t b, bool signal_nans)                 \
	{                                                                                          \
		return compare(fp, &format##_format, a, b, signal_nans);                           \
	}                                                                                          \
	bool format##_compare_eq(struct fpu *fp, bits_t a, bits_t b)                               \
	{                                                                                          \
		return compare(fp, &format##_format, a, b, false) == 6;                            \
	}                                                                                          \
	bool format##_compare_ge(struct fpu *fp, bits_t a, bits_t b)                               \
	{                                                                                          \
		u32 nzcv = compare(fp, &format##_format, a, b, true);                              \
                                                                                                   \
		return nzcv == 6 || nzcv == 2;                                                     \
	}                                                                                          \
	bool format##_compare_gt(struct fpu *fp, bits_t a, bits_t b)                               \
	{                                                                                          \
		return compare(fp, &format##_format, a, b, true) == 2;                             \
	}

#define FPU_BINARY(format, bits_t, name, function)                                                 \
	bits_t format##_##name(struct fpu *fp, bits_t a, bits_t b)                                 \
	{                                                                                          \
		return (bits_t)function(fp, &format##_format, a, b);                               \
	}
#define FPU_BINARIES(format, bits_t)                                                               \
	FPU_BINARY(format, bits_t, div, divide)                                                    \
	FPU_BINARY(format, bits_t, mulx, mulx)                                                     \
	FPU_BINARY(format, bits_t, max, maximum)                                                   \
	FPU_BINARY(format, bits_t, min, minimum)                                                   \
	FPU_BINARY(format, bits_t, maxnm, maximum_number)                                          \
	FPU_BINARY(format, bits_t, minnm, minimum_number)                                          \
	FPU_BINARY(format, bits_t, recip_step, recip_step)                                         \
	FPU_BINARY(format, bits_t, rsqrt_step, rsqrt_step)

FPU_ARITH(fp16, u16)
FPU_ARITH(fp32, u32)
FPU_ARITH(fp64, u64)
FPU_BINARIES(fp16, u16)
FPU_BINARIES(fp32, u32)
FPU_BINARIES(fp64, u64)
