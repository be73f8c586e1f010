/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floating point of AArch64 as functions on bit patterns, bit for bit and flag for flag as the
 * pseudocode of DDI 0487 J1.3 (FPAdd(), FPMulAdd(), FPToFixed() and so on), in integers only. Knows
 * no registers and no instructions. fast.h answers the common cases by the host's FPU.
 */
#ifndef ENT_FPU_FPU_H
#define ENT_FPU_FPU_H

#include "base/base.h"
#include "fpu/env.h"

/* The first four are FPCR.RMode. */
enum fp_rounding { FP_TIEEVEN, FP_POSINF, FP_NEGINF, FP_ZERO, FP_TIEAWAY, FP_ODD };

static inline enum fp_rounding fpu_rounding(const struct fpu *fpu)
{
	return (enum fp_rounding)(fpu->fpcr >> 22 & 3);
}

/*
 * For each format: fp16_add(), fp32_add(), fp64_add() and so on. `fp` is FPCR and FPSR, `rounding`
 * overrides FPCR.RMode.
 *
 * muladd           addend + a * b, rounded once; the NaN order is addend, a, b
 * maxnm, minnm     FPMaxNum(), FPMinNum(): a number wins over a quiet NaN
 * mulx             as mul, but 0 * infinity is 2
 * recip_step       2 - a * b; rsqrt_step (3 - a * b) / 2; rounded once
 * compare          NZCV as N=8 Z=4 C=2 V=1; signal_nans: quiet NaNs are invalid too (FCMPE)
 * compare_eq       false with a NaN; compare_ge, compare_gt too, and then any NaN is invalid
 * round_int        to an integral value; exact: sets IXC if that is another value (FRINTX)
 * to_fixed         to an integer of intsize bits (16, 32, 64) after * 2^fbits, saturating; the
 *                  result is zero-extended
 * from_fixed       the low intsize bits of value, signed or not, / 2^fbits
 */
#define FPU_DECLARE(format, bits_t)                                                                \
	bits_t format##_add(struct fpu *fp, bits_t a, bits_t b);                                   \
	bits_t format##_sub(struct fpu *fp, bits_t a, bits_t b);                                   \
	bits_t format##_mul(struct fpu *fp, bits_t a, bits_t b);                                   \
	bits_t format##_div(struct fpu *fp, bits_t a, bits_t b);                                   \
	bits_t format##_sqrt(struct fpu *fp, bits_t a);                                            \
	bits_t format##_muladd(struct fpu *fp, bits_t addend, bits_t a, bits_t b);                 \
	bits_t format##_max(struct fpu *fp, bits_t a, bits_t b);                                   \
	bits_t format##_min(struct fpu *fp, bits_t a, bits_t b);                                   \
	bits_t format##_maxnm(struct fpu *fp, bits_t a, bits_t b);                                 \
	bits_t format##_minnm(struct fpu *fp, bits_t a, bits_t b);                                 \
	bits_t format##_mulx(struct fpu *fp, bits_t a, bits_t b);                                  \
	bits_t format##_recip_estimate(struct fpu *fp, bits_t a);                                  \
	bits_t format##_recip_step(struct fpu *fp, bits_t a, bits_t b);                            \
	bits_t format##_rsqrt_estimate(struct fpu *fp, bits_t a);                                  \
	bits_t format##_rsqrt_step(struct fpu *fp, bits_t a, bits_t b);                            \
	bits_t format##_recpx(struct fpu *fp, bits_t a);                                           \
	u32 format##_compare(struct fpu *fp, bits_t a, bits_t b, bool signal_nans);                \
	bool format##_compare_eq(struct fpu *fp, bits_t a, bits_t b);                              \
	bool format##_compare_ge(struct fpu *fp, bits_t a, bits_t b);                              \
	bool format##_compare_gt(struct fpu *fp, bits_t a, bits_t b);                              \
	bits_t format##_round_int(                                                                 \
		struct fpu *fp, bits_t a, enum fp_rounding rounding, bool exact);                  \
	u64 format##_to_fixed(struct fpu *fp, bits_t a, unsigned fbits, bool is_unsigned,          \
		unsigned intsize, enum fp_rounding rounding);                                      \
	bits_t format##_from_fixed(struct fpu *fp, u64 value, unsigned fbits, bool is_unsigned,    \
		unsigned intsize, enum fp_rounding rounding);                                      \
	/* FPAbs(), FPNeg(): the sign bit only, of NaNs too. */                                    \
	static inline bits_t format##_abs(bits_t a)                                                \
	{                                                                                          \
		return (bits_t)(a & (bits_t) ~(bits_t)0 >> 1);                                     \
	}                                                                                          \
	static inline bits_t format##_neg(bits_t a)                                                \
	{                                                                                          \
		return (bits_t)(a ^ (bits_t)1 << (8 * sizeof(bits_t) - 1));                        \
	}

FPU_DECLARE(fp16, u16)
FPU_DECLARE(fp32, u32)
FPU_DECLARE(fp64, u64)

/* FRINT32X and so on: an integral value that fits intsize (32, 64) bits, else the least integer. */
u32 fp32_round_int_n(struct fpu *fp, u32 a, enum fp_rounding rounding, unsigned intsize);
u64 fp64_round_int_n(struct fpu *fp, u64 a, enum fp_rounding rounding, unsigned intsize);

/* FPConvert(). FPCR.AHP selects the half format here and only here. _odd: FCVTXN. */
u32 fp16_to_fp32(struct fpu *fp, u16 a);
u64 fp16_to_fp64(struct fpu *fp, u16 a);
u16 fp32_to_fp16(struct fpu *fp, u32 a);
u64 fp32_to_fp64(struct fpu *fp, u32 a);
u16 fp64_to_fp16(struct fpu *fp, u64 a);
u32 fp64_to_fp32(struct fpu *fp, u64 a);
u32 fp64_to_fp32_odd(struct fpu *fp, u64 a);

/* FJCVTZS: modulo 2^32; exact is what goes to PSTATE.Z. */
struct fp_js {
	u32 value;
	bool exact;
};
struct fp_js fp64_to_js(struct fpu *fp, u64 a);

/* FMLAL, FMLSL: addend + a * b with half a and b. */
u32 fp32_muladd_h(struct fpu *fp, u32 addend, u16 a, u16 b);

/* BFCVT; BFMLALB and BFMLALT of one element. */
u16 fp32_to_bf16(struct fpu *fp, u32 a);
u32 bf16_muladd(struct fpu *fp, u32 addend, u16 a, u16 b);

/*
 * BFDOT of one element: addend + (a0 * b0 + a1 * b1), every step rounded to odd, denormals flushed
 * and no flags, whatever FPCR says. A BFMMLA element is two of these, for k = 0 and then k = 1.
 */
u32 bf16_dot(u32 addend, u16 a0, u16 a1, u16 b0, u16 b1);

/* URECPE and URSQRTE of one element. */
u32 fpu_unsigned_recip_estimate(u32 a);
u32 fpu_unsigned_rsqrt_estimate(u32 a);

/* VFPExpandImm(): the eight-bit immediate of FMOV. */
static inline u64 fpu_expand_imm(u8 imm, unsigned exponent_bits, unsigned fraction_bits)
{
	u64 exponent =
		(imm & 0x40 ? MASK(exponent_bits - 2, 2) : BIT(exponent_bits - 1)) | (imm >> 4 & 3);

	return (u64)(imm >> 7) << (exponent_bits + fraction_bits) | exponent << fraction_bits |
	       (u64)(imm & 15) << (fraction_bits - 4);
}

static inline u16 fp16_expand_imm(u8 imm)
{
	return (u16)fpu_expand_imm(imm, 5, 10);
}

static inline u32 fp32_expand_imm(u8 imm)
{
	return (u32)fpu_expand_imm(imm, 8, 23);
}

static inline u64 fp64_expand_imm(u8 imm)
{
	return fpu_expand_imm(imm, 11, 52);
}

#endif
