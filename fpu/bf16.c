/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BFloat16 arithmetic as of Armv8.6 without FEAT_EBF16. DDI 0487 J1.3, BFDotAdd(), BFMulAddH()
 */
#include "fpu/core.h"

/* BFRound(): what overflows becomes infinity, which rounding to odd never does elsewhere. */
static u32 overflow_to_infinity(const struct fpu *fp, u64 result)
{
	if (fp->fpsr & FPSR_OFC)
		return (u32)fp_infinity(&fp32_format, bit(result, 31));
	return (u32)result;
}

/* BFMulH(), of values in the format of which bfloat16 is the high half. */
static u32 multiply(u16 a, u16 b)
{
	struct fpu fp = { FPCR_FZ | FPCR_DN, 0 };
	u64 result = fp_mul(&fp, &fp32_format, (u32)a << 16, (u32)b << 16, FP_ODD);

	return overflow_to_infinity(&fp, result);
}

/* FPAdd_BF16() */
static u32 add(u32 a, u32 b)
{
	struct fpu fp = { FPCR_FZ | FPCR_DN, 0 };
	u64 result = fp_add(&fp, &fp32_format, a, b, false, FP_ODD);

	return overflow_to_infinity(&fp, result);
}

u32 bf16_dot(u32 addend, u16 a0, u16 a1, u16 b0, u16 b1)
{
	return add(addend, add(multiply(a0, b0), multiply(a1, b1)));
}

u32 bf16_muladd(struct fpu *fp, u32 addend, u16 a, u16 b)
{
	return fp32_muladd(fp, addend, (u32)a << 16, (u32)b << 16);
}
