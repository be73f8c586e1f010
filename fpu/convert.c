/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To integers, from integers, to integral values, and from format to format. DDI 0487 J1.3,
 * shared/functions/float
 */
#include "fpu/core.h"

enum { HUGE_MAGNITUDE = 66 }; /* numbers from 2^66 are integers, and no integer format has them */

/* FPRoundInt() */
static u64 round_int(
	struct fpu *fp, const struct fp_format *f, u64 a, enum fp_rounding rounding, bool exact)
{
	struct unpacked x = fp_unpack(fp, f, a);
	struct split split;
	u128 integer;

	if (fp_is_nan(&x))
		return fp_process_nan(fp, f, &x);
	if (x.type == TYPE_ZERO)
		return fp_zero(f, x.sign);
	if (x.type == TYPE_INFINITY || fp_magnitude(&x) >= HUGE_MAGNITUDE)
		return a;
	split = fp_split(x.significand, x.exponent);
	integer = fp_round_split(split, x.sign, rounding);
	if (exact && split.fraction != 0)
		fp->fpsr |= FPSR_IXC;
	if (integer == 0)
		return fp_zero(f, x.sign);
	return fp_round(fp, f, (struct real){ x.sign, 0, integer }, FP_ZERO);
}

/* The largest magnitude of a signed integer with that sign. */
static u128 signed_limit(unsigned intsize, bool sign)
{
	return BIT(intsize - 1) - !sign;
}

/* FPRoundIntN() */
static u64 round_int_n(struct fpu *fp, const struct fp_format *f, u64 a, enum fp_rounding rounding,
	unsigned intsize)
{
	struct unpacked x = fp_unpack(fp, f, a);
	struct split split;
	u128 integer;

	if (x.type == TYPE_ZERO)
		return fp_zero(f, x.sign);
	if (x.type == TYPE_NUMBER && fp_magnitude(&x) < HUGE_MAGNITUDE) {
		split = fp_split(x.significand, x.exponent);
		integer = fp_round_split(split, x.sign, rounding);
		if (integer <= signed_limit(intsize, x.sign)) {
			if (split.fraction != 0)
				fp->fpsr |= FPSR_IXC;
			return integer == 0 ? fp_zero(f, x.sign)
					    : fp_round(fp, f, (struct real){ x.sign, 0, integer },
						      FP_ZERO);
		}
	}
	fp->fpsr |= FPSR_IOC;
	return fp_pack(f, true, (u64)fp_bias(f) + intsize - 1, 0);
}

/* FPToFixed() */
static u64 to_fixed(struct fpu *fp, const struct fp_format *f, u64 a, unsigned fbits,
	bool is_unsigned, unsigned intsize, enum fp_rounding rounding)
{
	struct unpacked x = fp_unpack(fp, f, a);
	u128 limit = !is_unsigned ? signed_limit(intsize, x.sign)
		     : x.sign	  ? 0
				  : MASK(intsize - 1, 0);
	struct split split;
	u128 integer;

	if (fp_is_nan(&x)) {
		fp->fpsr |= FPSR_IOC;
		return 0;
	}
	if (x.type == TYPE_ZERO)
		return 0;
	integer = limit + 1;
	if (x.type == TYPE_NUMBER && fp_magnitude(&x) + (s32)fbits < HUGE_MAGNITUDE) {
		split = fp_split(x.significand, x.exponent + (s32)fbits);
		integer = fp_round_split(split, x.sign, rounding);
		if (integer <= limit && split.fraction != 0)
			fp->fpsr |= FPSR_IXC;
	}
	if (integer > limit) {
		fp->fpsr |= FPSR_IOC;
		integer = limit;
	}
	return (u64)(x.sign ? -integer : integer) & MASK(intsize - 1, 0);
}

/* FixedToFP() */
static u64 from_fixed(struct fpu *fp, const struct fp_format *f, u64 value, unsigned fbits,
	bool is_unsigned, unsigned intsize, enum fp_rounding rounding)
{
	bool sign = !is_unsigned && bit(value, intsize - 1);
	u64 magnitude = (sign ? 0 - value : value) & MASK(intsize - 1, 0);

	if (magnitude == 0)
		return fp_zero(f, false);
	return fp_round(fp, f, (struct real){ sign, -(s32)fbits, magnitude }, rounding);
}

/* FPToFixedJS(). A value that is not the integer returned is inexact: -0 too. */
struct fp_js fp64_to_js(struct fpu *fp, u64 a)
{
	struct unpacked x = fp_unpack(fp, &fp64_format, a);
	struct split split = { 0, 0 };

	if (x.type == TYPE_ZERO)
		return (struct fp_js){ 0, a == 0 };
	if (x.type == TYPE_NUMBER && x.exponent < 32)
		split = fp_split(x.significand, x.exponent);
	if (x.type != TYPE_NUMBER || x.exponent >= 32 || split.integer > signed_limit(32, x.sign))
		fp->fpsr |= FPSR_IOC;
	else if (split.fraction != 0)
		fp->fpsr |= FPSR_IXC;
	else
		return (struct fp_js){ (u32)(x.sign ? -split.integer : split.integer), true };
	return (struct fp_js){ (u32)(x.sign ? -split.integer : split.integer), false };
}

/* FPConvert() of a NaN or infinity to the half format that has neither. */
static u64 convert_to_alternative(
	struct fpu *fp, const struct fp_format *to, const struct unpacked *x)
{
	fp->fpsr |= FPSR_IOC;
	if (x->type == TYPE_INFINITY)
		return fp_zero(to, x->sign) | (fp_zero(to, true) - 1);
	return fp_zero(to, x->sign);
}

/* FPConvert(), FPConvertBF() */
static u64 convert(struct fpu *fp, const struct fp_format *to, const struct fp_format *from, u64 a,
	enum fp_rounding rounding)
{
	struct unpacked x = fp_unpack_cv(fp, from, a);

	if (x.type == TYPE_ZERO)
		return fp_zero(to, x.sign);
	if (x.type != TYPE_NUMBER && (fp->fpcr & to->alternative))
		return convert_to_alternative(fp, to, &x);
	if (fp_is_nan(&x))
		return fp_process_nan(fp, to, &x);
	if (x.type == TYPE_INFINITY)
		return fp_infinity(to, x.sign);
	return fp_round_cv(fp, to, (struct real){ x.sign, x.exponent, x.significand }, rounding);
}

#define FPU_CONVERT(from, from_t, to, to_t)                                                        \
	to_t from##_to_##to(struct fpu *fp, from_t a)                                              \
	{                                                                                          \
		return (to_t)convert(fp, &to##_format, &from##_format, a, fpu_rounding(fp));       \
	}

FPU_CONVERT(fp16, u16, fp32, u32)
FPU_CONVERT(fp16, u16, fp64, u64)
FPU_CONVERT(fp32, u32, fp16, u16)
FPU_CONVERT(fp32, u32, bf16, u16)
FPU_CONVERT(fp32, u32, fp64, u64)
FPU_CONVERT(fp64, u64, fp16, u16)
FPU_CONVERT(fp64, u64, fp32, u32)

u32 fp64_to_fp32_odd(struct fpu *fp, u64 a)
{
	return (u32)convert(fp, &fp32_format, &fp64_format, a, FP_ODD);
}

u32 fp32_round_int_n(struct fpu *fp, u32 a, enum fp_rounding rounding, unsigned intsize)
{
	return (u32)round_int_n(fp, &fp32_format, a, rounding, intsize);
}

u64 fp64_round_int_n(struct fpu *fp, u64 a, enum fp_rounding rounding, unsigned intsize)
{
	return round_int_n(fp, &fp64_format, a, rounding, intsize);
}

#define FPU_INTEGERS(format, bits_t)                                                               \
	bits_t format##_round_int(struct fpu *fp, bits_t a, enum fp_rounding rounding, bool exact) \
	{                                                                                          \
		return (bits_t)round_int(fp, &format##_format, a, rounding, exact);                \
	}                                                                                          \
	u64 format##_to_fixed(struct fpu *fp, bits_t a, unsigned fbits, bool is_unsigned,          \
		unsigned intsize, enum fp_rounding rounding)                                       \
	{                                                                                          \
		return to_fixed(fp, &format##_format, a, fbits, is_unsigned, intsize, rounding);   \
	}                                                                                          \
	bits_t format##_from_fixed(struct fpu *fp, u64 value, unsigned fbits, bool is_unsigned,    \
		unsigned intsize, enum fp_rounding rounding)                                       \
	{                                                                                          \
		return (bits_t)from_fixed(                                                         \
			fp, &format##_format, value, fbits, is_unsigned, intsize, rounding);       \
	}

FPU_INTEGERS(fp16, u16)
FPU_INTEGERS(fp32, u32)
FPU_INTEGERS(fp64, u64)
