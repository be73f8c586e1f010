/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the functions of fpu.h are made of: formats, numbers taken apart, rounding, NaNs. Private to
 * fpu/.
 */
#ifndef ENT_FPU_CORE_H
#define ENT_FPU_CORE_H

#include "fpu/fpu.h"

struct fp_format {
	u8 exponent_bits, fraction_bits;
	u32 flush;	 /* the FPCR bit that flushes denormals */
	u32 flush_flag;	 /* the FPSR bit that says an input was */
	u32 alternative; /* the FPCR bit that trades infinities and NaNs for numbers */
};
extern const struct fp_format fp16_format, fp32_format, fp64_format, bf16_format;

static inline u64 fp_biased_max(const struct fp_format *f)
{
	return BIT(f->exponent_bits) - 1;
}

static inline s32 fp_bias(const struct fp_format *f)
{
	return (s32)(fp_biased_max(f) >> 1);
}

static inline u64 fp_pack(const struct fp_format *f, bool sign, u64 biased, u64 fraction)
{
	return (u64)sign << (f->exponent_bits + f->fraction_bits) | biased << f->fraction_bits |
	       fraction;
}

static inline u64 fp_zero(const struct fp_format *f, bool sign)
{
	return fp_pack(f, sign, 0, 0);
}

static inline u64 fp_infinity(const struct fp_format *f, bool sign)
{
	return fp_pack(f, sign, fp_biased_max(f), 0);
}

static inline u64 fp_max_normal(const struct fp_format *f, bool sign)
{
	return fp_infinity(f, sign) - 1;
}

static inline u64 fp_default_nan(const struct fp_format *f)
{
	return fp_pack(f, false, fp_biased_max(f), BIT(f->fraction_bits - 1));
}

/* FPNeg() */
static inline u64 fp_negate(const struct fp_format *f, u64 a)
{
	return a ^ fp_zero(f, true);
}

/* In the order of magnitudes. */
enum fp_type { TYPE_ZERO, TYPE_NUMBER, TYPE_INFINITY, TYPE_QNAN, TYPE_SNAN };

/*
 * FPUnpack(): a number is significand * 2^exponent with bit 63 of the significand set. A zero has
 * the significand 0, a NaN its fraction in the high bits.
 */
struct unpacked {
	enum fp_type type;
	bool sign;
	s32 exponent;
	u64 significand;
};

struct unpacked fp_unpack(struct fpu *fp, const struct fp_format *f, u64 a);
struct unpacked fp_unpack_cv(struct fpu *fp, const struct fp_format *f, u64 a);

/* The exponent of the highest bit. */
static inline s32 fp_magnitude(const struct unpacked *x)
{
	return x->exponent + 63;
}

/* significand * 2^exponent; below the bits that any rounding keeps, bit 0 stands for all others. */
struct real {
	bool sign;
	s32 exponent;
	u128 significand;
};

/* An integer and the fraction that follows it, in units of 2^-128. */
struct split {
	u128 integer, fraction;
};

struct split fp_split(u128 significand, s32 exponent);
u128 fp_round_split(struct split split, bool sign, enum fp_rounding rounding);

/* FPRound(), and FPRoundCV(): for conversions from format to format. value is not 0. */
u64 fp_round(
	struct fpu *fp, const struct fp_format *f, struct real value, enum fp_rounding rounding);
u64 fp_round_cv(
	struct fpu *fp, const struct fp_format *f, struct real value, enum fp_rounding rounding);

static inline bool fp_is_nan(const struct unpacked *x)
{
	return x->type >= TYPE_QNAN;
}

/* FPProcessNaN(), followed by FPConvertNaN() if x was of another format. */
u64 fp_process_nan(struct fpu *fp, const struct fp_format *f, const struct unpacked *x);
/* FPProcessNaNs(), FPProcessNaNs3(): false if none of the operands is a NaN. */
bool fp_process_nans(struct fpu *fp, const struct fp_format *f, const struct unpacked *op,
	unsigned count, u64 *result);

/* An operation that has no result, as 0 * infinity. */
static inline u64 fp_invalid(struct fpu *fp, const struct fp_format *f)
{
	fp->fpsr |= FPSR_IOC;
	return fp_default_nan(f);
}

/* FPAdd() and FPMul() with any rounding; negate: a - b. */
u64 fp_add(struct fpu *fp, const struct fp_format *f, u64 a, u64 b, bool negate,
	enum fp_rounding rounding);
u64 fp_mul(struct fpu *fp, const struct fp_format *f, u64 a, u64 b, enum fp_rounding rounding);

#endif
