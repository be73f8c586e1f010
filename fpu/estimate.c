/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reciprocal and reciprocal square root estimates of eight bits, and FRECPX. DDI 0487 J1.3,
 * shared/functions/float and shared/functions/vector
 */
#include "fpu/core.h"

/* RecipEstimate(): 256 <= a < 512, in units of 1/512, and so is the result of 1/256. */
static u32 recip_of_9_bits(u32 a)
{
	return ((1u << 19) / (2 * a + 1) + 1) / 2;
}

/*
 * RecipSqrtEstimate(): 128 <= a < 512. From 256 on, only the even ones count. b is the largest with
 * a * b^2 < 2^28.
 */
static u32 rsqrt_of_9_bits(u32 a)
{
	u32 middle = a < 256 ? 2 * a + 1 : 2 * (a | 1);
	u32 b = 512;

	for (u32 digit = 256; digit != 0; digit >>= 1) {
		if ((u64)middle * (b + digit) * (b + digit) < 1u << 28)
			b += digit;
	}
	return (b + 1) / 2;
}

/* estimate / 256 * 2^exponent, which every format has without rounding; a denormal may be flushed.
 */
static u64 pack_estimate(
	struct fpu *fp, const struct fp_format *f, bool sign, u32 estimate, s32 exponent)
{
	return fp_round(fp, f, (struct real){ sign, exponent - 8, estimate }, FP_ZERO);
}

/*
 * FPRecipEstimate(). The pseudocode's exponents are biased; of an input 2^e * 1.f the result is
 * 2^(-e - 1) times the estimate.
 */
static u64 recip_estimate(struct fpu *fp, const struct fp_format *f, u64 a)
{
	struct unpacked x = fp_unpack(fp, f, a);
	s32 e = fp_magnitude(&x);
	enum fp_rounding rounding = fpu_rounding(fp);

	if (fp_is_nan(&x))
		return fp_process_nan(fp, f, &x);
	if (x.type == TYPE_INFINITY)
		return fp_zero(f, x.sign);
	if (x.type == TYPE_ZERO) {
		fp->fpsr |= FPSR_DZC;
		return fp_infinity(f, x.sign);
	}
	if (e < -1 - fp_bias(f)) /* rounding 2^e up to infinity or down is as for any overflow */
		return fp_round(fp, f, (struct real){ x.sign, fp_bias(f) + 1, 1 }, rounding);
	return pack_estimate(fp, f, x.sign, recip_of_9_bits((u32)(x.significand >> 55)), -e - 1);
}

/* FPRSqrtEstimate() */
static u64 rsqrt_estimate(struct fpu *fp, const struct fp_format *f, u64 a)
{
	struct unpacked x = fp_unpack(fp, f, a);
	s32 e = fp_magnitude(&x);
	u32 scaled = (u32)(x.significand >> (e & 1 ? 55 : 56)); /* all biases are odd */

	if (fp_is_nan(&x))
		return fp_process_nan(fp, f, &x);
	if (x.type == TYPE_ZERO) {
		fp->fpsr |= FPSR_DZC;
		return fp_infinity(f, x.sign);
	}
	if (x.sign)
		return fp_invalid(fp, f);
	if (x.type == TYPE_INFINITY)
		return fp_zero(f, false);
	return pack_estimate(fp, f, false, rsqrt_of_9_bits(scaled), -1 - (e >> 1));
}

/* FPRecpX(): the exponent complemented, or the largest. */
static u64 recpx(struct fpu *fp, const struct fp_format *f, u64 a)
{
	struct unpacked x = fp_unpack(fp, f, a);
	u64 biased = a >> f->fraction_bits & fp_biased_max(f);

	if (fp_is_nan(&x))
		return fp_process_nan(fp, f, &x);
	return fp_pack(
		f, x.sign, biased == 0 ? fp_biased_max(f) - 1 : biased ^ fp_biased_max(f), 0);
}

#define FPU_ESTIMATE(format, bits_t, name)                                                         \
	bits_t format##_##name(struct fpu *fp, bits_t a)                                           \
	{                                                                                          \
		return (bits_t)name(fp, &format##_format, a);                                      \
	}
#define FPU_ESTIMATES(format, bits_t)                                                              \
	FPU_ESTIMATE(format, bits_t, recip_estimate)                                               \
	FPU_ESTIMATE(format, bits_t, rsqrt_estimate)                                               \
	FPU_ESTIMATE(format, bits_t, recpx)

FPU_ESTIMATES(fp16, u16)
FPU_ESTIMATES(fp32, u32)
FPU_ESTIMATES(fp64, u64)

/* UnsignedRecipEstimate(): for fixed point in [0.5, 1). */
u32 fpu_unsigned_recip_estimate(u32 a)
{
	return a < 1u << 31 ? ~0u : recip_of_9_bits(a >> 23) << 23;
}

/* UnsignedRSqrtEstimate(): for fixed point in [0.25, 1). */
u32 fpu_unsigned_rsqrt_estimate(u32 a)
{
	return a < 1u << 30 ? ~0u : rsqrt_of_9_bits(a >> 23) << 23;
}
