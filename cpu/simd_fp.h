/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SIMD floating point does with one element, as functions of FPCR, FPSR and bit patterns like
 * those of fpu/fpu.h, and how handlers are made of them. Private to cpu/op_simd_fp*.c.
 */
#ifndef ENT_CPU_SIMD_FP_H
#define ENT_CPU_SIMD_FP_H

#include "cpu/simd.h"
#include "fpu/fast.h"

/* The host does not convert halves. */
#define fp16_scvtf_fast fp16_scvtf
#define fp16_ucvtf_fast fp16_ucvtf
#define fp16_cvtzs_fast fp16_cvtzs

#define ROUND_INT(format, bits_t, name, rounding, exact)                                           \
	static inline bits_t format##_rint##name(struct fpu *fp, bits_t a)                         \
	{                                                                                          \
		return format##_round_int(fp, a, rounding, exact);                                 \
	}
/* FEAT_FRINTTS: an integral value that fits so many bits. */
#define ROUND_INT_N(format, bits_t, intsize)                                                       \
	static inline bits_t format##_rint##intsize##z(struct fpu *fp, bits_t a)                   \
	{                                                                                          \
		return format##_round_int_n(fp, a, FP_ZERO, intsize);                              \
	}                                                                                          \
	static inline bits_t format##_rint##intsize##x(struct fpu *fp, bits_t a)                   \
	{                                                                                          \
		return format##_round_int_n(fp, a, fpu_rounding(fp), intsize);                     \
	}
/* With as many integer bits as the format has. */
#define TO_INT(format, bits_t, name, rounding)                                                     \
	static inline bits_t format##_cvt##name##s(struct fpu *fp, bits_t a, unsigned fbits)       \
	{                                                                                          \
		return (bits_t)format##_to_fixed(                                                  \
			fp, a, fbits, false, 8 * sizeof(bits_t), rounding);                        \
	}                                                                                          \
	static inline bits_t format##_cvt##name##u(struct fpu *fp, bits_t a, unsigned fbits)       \
	{                                                                                          \
		return (bits_t)format##_to_fixed(                                                  \
			fp, a, fbits, true, 8 * sizeof(bits_t), rounding);                         \
	}
/* The result of a comparison is a mask. */
#define COMPARE(format, bits_t, name, condition)                                                   \
	static inline bits_t format##_##name(struct fpu *fp, bits_t a, bits_t b)                   \
	{                                                                                          \
		return (condition) ? (bits_t) ~(bits_t)0 : 0;                                      \
	}
#define COMPARE_ZERO(format, bits_t, name, condition)                                              \
	static inline bits_t format##_##name(struct fpu *fp, bits_t a)                             \
	{                                                                                          \
		return (condition) ? (bits_t) ~(bits_t)0 : 0;                                      \
	}

#define ELEMENT_FUNCTIONS(format, bits_t)                                                          \
	static inline bits_t format##_neg_if(bits_t a, bool is_negated)                            \
	{                                                                                          \
		return is_negated ? format##_neg(a) : a;                                           \
	}                                                                                          \
	static inline bits_t format##_mulsub_fast(                                                 \
		struct fpu *fp, bits_t addend, bits_t a, bits_t b)                                 \
	{                                                                                          \
		return format##_muladd_fast(fp, addend, format##_neg(a), b);                       \
	}                                                                                          \
	static inline bits_t format##_abd(struct fpu *fp, bits_t a, bits_t b)                      \
	{                                                                                          \
		return format##_abs(format##_sub_fast(fp, a, b));                                  \
	}                                                                                          \
	static inline bits_t format##_scvtf(struct fpu *fp, bits_t a, unsigned fbits)              \
	{                                                                                          \
		return format##_from_fixed(                                                        \
			fp, a, fbits, false, 8 * sizeof(bits_t), fpu_rounding(fp));                \
	}                                                                                          \
	static inline bits_t format##_ucvtf(struct fpu *fp, bits_t a, unsigned fbits)              \
	{                                                                                          \
		return format##_from_fixed(                                                        \
			fp, a, fbits, true, 8 * sizeof(bits_t), fpu_rounding(fp));                 \
	}                                                                                          \
	COMPARE(format, bits_t, cmeq, format##_compare_eq(fp, a, b))                               \
	COMPARE(format, bits_t, cmge, format##_compare_ge(fp, a, b))                               \
	COMPARE(format, bits_t, cmgt, format##_compare_gt(fp, a, b))                               \
	COMPARE(format, bits_t, acge, format##_compare_ge(fp, format##_abs(a), format##_abs(b)))   \
	COMPARE(format, bits_t, acgt, format##_compare_gt(fp, format##_abs(a), format##_abs(b)))   \
	COMPARE_ZERO(format, bits_t, cmeq_zero, format##_compare_eq(fp, a, 0))                     \
	COMPARE_ZERO(format, bits_t, cmge_zero, format##_compare_ge(fp, a, 0))                     \
	COMPARE_ZERO(format, bits_t, cmgt_zero, format##_compare_gt(fp, a, 0))                     \
	COMPARE_ZERO(format, bits_t, cmle_zero, format##_compare_ge(fp, 0, a))                     \
	COMPARE_ZERO(format, bits_t, cmlt_zero, format##_compare_gt(fp, 0, a))                     \
	ROUND_INT(format, bits_t, n, FP_TIEEVEN, false)                                            \
	ROUND_INT(format, bits_t, m, FP_NEGINF, false)                                             \
	ROUND_INT(format, bits_t, p, FP_POSINF, false)                                             \
	ROUND_INT(format, bits_t, z, FP_ZERO, false)                                               \
	ROUND_INT(format, bits_t, a, FP_TIEAWAY, false)                                            \
	ROUND_INT(format, bits_t, x, fpu_rounding(fp), true)                                       \
	ROUND_INT(format, bits_t, i, fpu_rounding(fp), false)                                      \
	TO_INT(format, bits_t, n, FP_TIEEVEN)                                                      \
	TO_INT(format, bits_t, m, FP_NEGINF)                                                       \
	TO_INT(format, bits_t, p, FP_POSINF)                                                       \
	TO_INT(format, bits_t, z, FP_ZERO)                                                         \
	TO_INT(format, bits_t, a, FP_TIEAWAY)

/* Integers, without a fraction, by the host. */
#define CONVERT_FAST(format, bits_t, intsize)                                                      \
	static inline bits_t format##_scvtf_fast(struct fpu *fp, bits_t a, unsigned fbits)         \
	{                                                                                          \
		bits_t r;                                                                          \
                                                                                                   \
		if (fbits == 0 && format##_try_from_s##intsize(fp, a, &r))                         \
			return r;                                                                  \
		return format##_scvtf(fp, a, fbits);                                               \
	}                                                                                          \
	static inline bits_t format##_ucvtf_fast(struct fpu *fp, bits_t a, unsigned fbits)         \
	{                                                                                          \
		if (a >> (intsize - 1) == 0)                                                       \
			return format##_scvtf_fast(fp, a, fbits);                                  \
		return format##_ucvtf(fp, a, fbits);                                               \
	}                                                                                          \
	static inline bits_t format##_cvtzs_fast(struct fpu *fp, bits_t a, unsigned fbits)         \
	{                                                                                          \
		u64 r;                                                                             \
                                                                                                   \
		if (fbits == 0 && format##_try_to_s##intsize(fp, a, &r))                           \
			return (bits_t)r;                                                          \
		return format##_cvtzs(fp, a, fbits);                                               \
	}

ELEMENT_FUNCTIONS(fp16, u16)
ELEMENT_FUNCTIONS(fp32, u32)
ELEMENT_FUNCTIONS(fp64, u64)
ROUND_INT_N(fp32, u32, 32)
ROUND_INT_N(fp32, u32, 64)
ROUND_INT_N(fp64, u64, 32)
ROUND_INT_N(fp64, u64, 64)
CONVERT_FAST(fp32, u32, 32)
CONVERT_FAST(fp64, u64, 64)

#undef CONVERT_FAST
#undef ELEMENT_FUNCTIONS
#undef COMPARE_ZERO
#undef COMPARE
#undef TO_INT
#undef ROUND_INT_N
#undef ROUND_INT

#define FPU (&cpu->fpu)

/*
 * The handler name_z: u->imm elements, `value` of its number e each, and zeros above them: that is
 * a vector of 64 or 128 bits, or one element.
 */
#define ELEMENTS(name, z, value)                                                                   \
	FP_CALL(name##_##z)                                                                        \
	{                                                                                          \
		union vreg result = { .vd = { 0, 0 } };                                            \
                                                                                                   \
		for (unsigned e = 0; e < u->imm; e++)                                              \
			result.z[e] = (value);                                                     \
		V(rd) = result;                                                                    \
	}

/* The handlers of the three formats. */
#define HSD(SHAPE, name, function)                                                                 \
	SHAPE(name, h, fp16, fp16_##function)                                                      \
	SD(SHAPE, name, function)
#define SD(SHAPE, name, function)                                                                  \
	SHAPE(name, s, fp32, fp32_##function)                                                      \
	SHAPE(name, d, fp64, fp64_##function)

/* Shapes: which elements the function gets. */
#define ONE(name, z, format, function)	 ELEMENTS(name, z, function(FPU, V(rn).z[e]))
#define FIXED(name, z, format, function) ELEMENTS(name, z, function(FPU, V(rn).z[e], u->rm))
#define TWO(name, z, format, function)	 ELEMENTS(name, z, function(FPU, V(rn).z[e], V(rm).z[e]))
#define TWO_ELEM(name, z, format, function)                                                        \
	ELEMENTS(name, z, function(FPU, V(rn).z[e], V(rm).z[u->ra]))
#define THREE(name, z, format, function)                                                           \
	ELEMENTS(name, z, function(FPU, V(rd).z[e], V(rn).z[e], V(rm).z[e]))
#define THREE_ELEM(name, z, format, function)                                                      \
	ELEMENTS(name, z, function(FPU, V(rd).z[e], V(rn).z[e], V(rm).z[u->ra]))

#endif
