/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The common cases of fpu.h on the host's FPU, with the same bits and the same flags. A function
 * fp64_try_add() fills *r or says that it cannot: then fp64_add() has to be asked, as
 * fp64_add_fast() does. The host is in its initial state: round to nearest, no flushing.
 *
 * Why the host's answer is Arm's (the operations are those of IEEE 754, correctly rounded):
 *  - FPCR.RMode is nearest and nothing is flushed, so nothing else is asked for; FPCR.DN concerns
 *    NaNs and AHP conversions only.
 *  - A finite result means no NaN, no invalid operation, no division by zero, no overflow.
 *  - A magnitude above the least normal number means that the result was not tiny before rounding:
 *    a tiny one rounds to the least normal number at most. So there is no underflow.
 *  - FPSR.IXC is set already, so it does not matter whether the result is exact.
 */
#ifndef ENT_FPU_FAST_H
#define ENT_FPU_FAST_H

#include <float.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "fpu/fpu.h"

_Static_assert(FLT_EVAL_METHOD == 0, "float and double arithmetic round to their own format");

static inline double fp64_host(u64 a)
{
	double x;

	memcpy(&x, &a, sizeof(x));
	return x;
}

static inline u64 fp64_bits(double x)
{
	u64 a;

	memcpy(&a, &x, sizeof(a));
	return a;
}

static inline float fp32_host(u32 a)
{
	float x;

	memcpy(&x, &a, sizeof(x));
	return x;
}

static inline u32 fp32_bits(float x)
{
	u32 a;

	memcpy(&a, &x, sizeof(a));
	return a;
}

/*
 * A half as a double, which has all of them. Its exponent and fraction, moved to those of a double,
 * are the number times 2^(15 - 1023), denormal or not.
 */
static inline double fp16_host(u16 a)
{
	u64 wide = (u64)(s16)a << 42 & ~MASK(62, 57);

	if (UNLIKELY((a & 0x7c00) == 0x7c00))
		wide |= MASK(62, 52);
	return fp64_host(wide) * 0x1p1008;
}

/*
 * Rounded to nearest, ties to even; a NaN becomes an infinity. Below the normal numbers, 2^28 makes
 * the host round to a multiple of 2^-24. Among them, adding nearly half of the last place that is
 * kept carries into it if the rest is more than half, or half of an odd number.
 */
static inline u16 fp16_bits(double x)
{
	u64 wide = fp64_bits(x), a = wide & ~BIT(63);

	if (a < fp64_bits(0x1p-14))
		a = fp64_bits(fp64_host(a) + 0x1p28) - fp64_bits(0x1p28);
	else
		a = ((a + MASK(40, 0) + bit(a, 42)) >> 42) - (1008 << 10);
	return (u16)((wide >> 63) << 15 | (LIKELY(a < 0x7c00) ? a : 0x7c00));
}

/* FZ and FZ16 are rarely set, so no format asks which. */
static inline bool fpu_flushes(const struct fpu *fp)
{
	return UNLIKELY((fp->fpcr & (FPCR_FZ | FPCR_FZ16)) != 0);
}

static inline bool fpu_is_plain(const struct fpu *fp)
{
	return LIKELY(
		((fp->fpcr & (FPCR_RMODE | FPCR_FZ | FPCR_FZ16)) | (~fp->fpsr & FPSR_IXC)) == 0);
}

/* Finite and above the least normal number. */
static inline bool fp64_is_ordinary(u64 a)
{
	return LIKELY((a << 1) - 0x0020000000000001u < 0xffc0000000000000u - 1);
}

static inline bool fp32_is_ordinary(u32 a)
{
	return LIKELY((u32)(a << 1) - 0x01000001u < 0xfe000000u - 1);
}

static inline bool fp16_is_ordinary(u16 a)
{
	return LIKELY((a & 0x7fffu) - 0x0401u < 0x7c00u - 0x0401u);
}

/* A comparison of the host's is shorter here: the value is in its FPU already. */
static inline bool fp64_is_zero(u64 a)
{
	return fp64_host(a) == 0;
}

static inline bool fp32_is_zero(u32 a)
{
	return fp32_host(a) == 0;
}

static inline bool fp16_is_zero(u16 a)
{
	return (a & 0x7fff) == 0;
}

static inline bool fp64_is_finite(u64 a)
{
	return LIKELY(a << 1 < 0xffe0000000000000u);
}

static inline bool fp32_is_finite(u32 a)
{
	return LIKELY((u32)(a << 1) < 0xff000000u);
}

static inline bool fp16_is_finite(u16 a)
{
	return LIKELY((a & 0x7fff) < 0x7c00);
}

/*
 * Square root and fused multiply-add in one host instruction: the C library would be asked
 * otherwise. A host without them uses the exact functions.
 */
#if defined(__SSE2__)
#define FPU_HOST_SQRT 1
static inline double fp64_host_sqrt(double x)
{
	return _mm_cvtsd_f64(_mm_sqrt_sd(_mm_setzero_pd(), _mm_set_sd(x)));
}

static inline float fp32_host_sqrt(float x)
{
	return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x)));
}
#elif defined(__aarch64__)
#define FPU_HOST_SQRT 1
static inline double fp64_host_sqrt(double x)
{
	__asm__("fsqrt %d0, %d0" : "+w"(x));
	return x;
}

static inline float fp32_host_sqrt(float x)
{
	__asm__("fsqrt %s0, %s0" : "+w"(x));
	return x;
}
#else
#define FPU_HOST_SQRT	  0
#define fp64_host_sqrt(x) (x)
#define fp32_host_sqrt(x) (x)
#endif

#if defined(__x86_64__)
#define FPU_HOST_FMA __builtin_cpu_supports("fma")
static inline double fp64_host_fma(double addend, double a, double b)
{
	__asm__("vfmadd231sd %2, %1, %0" : "+x"(addend) : "x"(a), "x"(b));
	return addend;
}
#elif defined(__aarch64__)
#define FPU_HOST_FMA 1
static inline double fp64_host_fma(double addend, double a, double b)
{
	__asm__("fmadd %d0, %d1, %d2, %d0" : "+w"(addend) : "w"(a), "w"(b));
	return addend;
}
#else
#define FPU_HOST_FMA		    0
#define fp64_host_fma(addend, a, b) (addend)
#endif

#define fp16_host_sqrt fp64_host_sqrt

/*
 * A sum is exact where it is tiny, and a square root never is tiny. A product or quotient of 0 is
 * exact if an operand says so; else it is an underflow. Comparison needs neither the rounding nor
 * IXC: only NaNs and flushed denormals are special.
 *
 * Halves are computed as doubles and rounded a second time. Sums and products are exact in double:
 * multiples of 2^-24 below 2^17, and 22 bits. Quotients and square roots may not be; then they are
 * so far from any midpoint of two halves that the double lies on the same side. With a and b of 11
 * bits and a midpoint m of 12, all scaled to integers, a/b - m is (a - b*m) / b, and sqrt(a) - m is
 * (a - m*m) / (sqrt(a) + m); the numerators are integers, so both are 0 or more than 2^-26 of the
 * value.
 */
#define FPU_TRY(format, bits_t)                                                                    \
	static inline bool format##_try_add(struct fpu *fp, bits_t a, bits_t b, bits_t *r)         \
	{                                                                                          \
		*r = format##_bits(format##_host(a) + format##_host(b));                           \
		return fpu_is_plain(fp) && format##_is_finite(*r);                                 \
	}                                                                                          \
	static inline bool format##_try_sub(struct fpu *fp, bits_t a, bits_t b, bits_t *r)         \
	{                                                                                          \
		*r = format##_bits(format##_host(a) - format##_host(b));                           \
		return fpu_is_plain(fp) && format##_is_finite(*r);                                 \
	}                                                                                          \
	static inline bool format##_try_mul(struct fpu *fp, bits_t a, bits_t b, bits_t *r)         \
	{                                                                                          \
		*r = format##_bits(format##_host(a) * format##_host(b));                           \
		return fpu_is_plain(fp) &&                                                         \
		       (format##_is_ordinary(*r) ||                                                \
			       (format##_is_zero(*r) &&                                            \
				       (format##_is_zero(a) || format##_is_zero(b))));             \
	}                                                                                          \
	static inline bool format##_try_div(struct fpu *fp, bits_t a, bits_t b, bits_t *r)         \
	{                                                                                          \
		*r = format##_bits(format##_host(a) / format##_host(b));                           \
		return fpu_is_plain(fp) && (format##_is_ordinary(*r) ||                            \
						   (format##_is_zero(*r) && format##_is_zero(a))); \
	}                                                                                          \
	static inline bool format##_try_sqrt(struct fpu *fp, bits_t a, bits_t *r)                  \
	{                                                                                          \
		*r = format##_bits(format##_host_sqrt(format##_host(a)));                          \
		return FPU_HOST_SQRT && fpu_is_plain(fp) && format##_is_finite(*r);                \
	}                                                                                          \
	static inline bool format##_is_comparable(struct fpu *fp, bits_t a, bits_t b)              \
	{                                                                                          \
		return LIKELY(!fpu_flushes(fp) &&                                                  \
			      !__builtin_isunordered(format##_host(a), format##_host(b)));         \
	}                                                                                          \
	/* Equal numbers differ in the sign of 0 only. */                                          \
	static inline bool format##_try_max(struct fpu *fp, bits_t a, bits_t b, bits_t *r)         \
	{                                                                                          \
		*r = format##_host(a) > format##_host(b)   ? a                                     \
		     : format##_host(a) < format##_host(b) ? b                                     \
							   : a & b;                                \
		return format##_is_comparable(fp, a, b);                                           \
	}                                                                                          \
	static inline bool format##_try_min(struct fpu *fp, bits_t a, bits_t b, bits_t *r)         \
	{                                                                                          \
		*r = format##_host(a) < format##_host(b)   ? a                                     \
		     : format##_host(a) > format##_host(b) ? b                                     \
							   : a | b;                                \
		return format##_is_comparable(fp, a, b);                                           \
	}

FPU_TRY(fp16, u16)
FPU_TRY(fp32, u32)
FPU_TRY(fp64, u64)

static inline bool fp64_try_muladd(struct fpu *fp, u64 addend, u64 a, u64 b, u64 *r)
{
	if (!FPU_HOST_FMA)
		return false;
	*r = fp64_bits(fp64_host_fma(fp64_host(addend), fp64_host(a), fp64_host(b)));
	return fpu_is_plain(fp) && fp64_is_ordinary(*r);
}

/*
 * In double: the product of two floats is exact (48 bits, and no exponent is too large or small),
 * so the sum is rounded twice, to 53 bits and to 24. That is the same as once, unless the double is
 * just between two floats (its low 29 bits are 1 and zeros): midpoints of floats are doubles, and
 * rounding keeps order, so the double lies on the same side of every midpoint as the exact sum, or
 * on it. A sum of 0 is exact: doubles go far below the product's last bit.
 */
static inline bool fp32_try_muladd(struct fpu *fp, u32 addend, u32 a, u32 b, u32 *r)
{
	double sum = (double)fp32_host(a) * (double)fp32_host(b) + (double)fp32_host(addend);

	*r = fp32_bits((float)sum);
	return fpu_is_plain(fp) && LIKELY((fp64_bits(sum) & MASK(28, 0)) != BIT(28)) &&
	       (fp32_is_ordinary(*r) || sum == 0);
}

/*
 * In double too, where the product of two halves is exact (22 bits), and the sum almost always. If
 * it is not, its last bit is more than 52 places below its first. That is no bit of the addend (no
 * less than 2^-24: the sum would be far too large for a half) but one of the product, which then is
 * below 2^-30 of the sum: exact or not, the sum rounds to the addend.
 */
static inline bool fp16_try_muladd(struct fpu *fp, u16 addend, u16 a, u16 b, u16 *r)
{
	double sum = fp16_host(a) * fp16_host(b) + fp16_host(addend);

	*r = fp16_bits(sum);
	return fpu_is_plain(fp) && (fp16_is_ordinary(*r) || sum == 0);
}

/* Every float is a double: no rounding, only NaNs and flushed denormals are special. */
static inline bool fp32_try_to_fp64(struct fpu *fp, u32 a, u64 *r)
{
	*r = fp64_bits((double)fp32_host(a));
	return LIKELY(!(fp->fpcr & FPCR_FZ)) && fp32_is_finite(a);
}

static inline bool fp64_try_to_fp32(struct fpu *fp, u64 a, u32 *r)
{
	*r = fp32_bits((float)fp64_host(a));
	return fpu_is_plain(fp) && (fp32_is_ordinary(*r) || fp64_is_zero(a));
}

/*
 * An integral value of |x| < 2^51. Adding 2^52 leaves no room for a fraction: that is the host's
 * rounding to nearest even. The others start from what is cut off; these sums are exact. Floats are
 * rounded as doubles, for what comes out is a float again.
 */
static inline double fpu_host_round_int(double x, enum fp_rounding rounding)
{
	double whole = (double)(s64)x, magnitude = x < 0 ? -x : x;

	switch (rounding) {
	case FP_TIEEVEN: return magnitude + 0x1p52 - 0x1p52;
	case FP_POSINF: return whole < x ? whole + 1 : whole;
	case FP_NEGINF: return whole > x ? whole - 1 : whole;
	case FP_TIEAWAY: return (double)(s64)(magnitude + (magnitude - (double)(s64)magnitude));
	default: return whole;
	}
}

/* Its sign is that of x, also of a 0. */
static inline bool fp64_try_round_int(
	struct fpu *fp, u64 a, enum fp_rounding rounding, bool exact, u64 *r)
{
	double x = fp64_host(a);

	if (UNLIKELY(fp->fpcr & FPCR_FZ || !(x < 0x1p51 && x > -0x1p51)))
		return false;
	*r = fp64_abs(fp64_bits(fpu_host_round_int(x, rounding))) | (a & BIT(63));
	if (exact && fp64_host(*r) != x)
		fp->fpsr |= FPSR_IXC;
	return true;
}

static inline bool fp32_try_round_int(
	struct fpu *fp, u32 a, enum fp_rounding rounding, bool exact, u32 *r)
{
	u64 wide;

	if (!fp64_try_round_int(fp, fp64_bits((double)fp32_host(a)), rounding, exact, &wide))
		return false;
	*r = fp32_bits((float)fp64_host(wide));
	return true;
}

/*
 * FCVTZS, FCVTZU: to_fixed(fp, a, 0, is_unsigned, intsize, FP_ZERO). An integer cut off a number
 * has no more digits than the number, so it comes back as the same number unless there was a
 * fraction. The host converts to signed integers; those from 2^63 on are left to the exact
 * function.
 */
#define FPU_TRY_TO_INT(format, bits_t, host_t, name, result_t, above, below)                       \
	static inline bool format##_try_to_##name(struct fpu *fp, bits_t a, u64 *r)                \
	{                                                                                          \
		host_t x = format##_host(a);                                                       \
		s64 integer;                                                                       \
                                                                                                   \
		if (UNLIKELY(fp->fpcr & FPCR_FZ || !(x > above && x < below)))                     \
			return false;                                                              \
		integer = (s64)x;                                                                  \
		if ((host_t)integer != x)                                                          \
			fp->fpsr |= FPSR_IXC;                                                      \
		*r = (result_t)integer;                                                            \
		return true;                                                                       \
	}

/* SCVTF: exact, in any rounding, up to 2^digits; rounded by the host as any operation beyond. */
#define FPU_TRY_FROM_SIGNED(format, bits_t, host_t, intsize, digits)                               \
	static inline bool format##_try_from_s##intsize(struct fpu *fp, u64 value, bits_t *r)      \
	{                                                                                          \
		s64 integer = (s##intsize)value;                                                   \
                                                                                                   \
		*r = format##_bits((host_t)integer);                                               \
		return LIKELY((u64)integer + BIT(digits) <= 2 * BIT(digits)) || fpu_is_plain(fp);  \
	}

FPU_TRY_TO_INT(fp32, u32, float, s32, u32, -0x1p31f, 0x1p31f)
FPU_TRY_TO_INT(fp32, u32, float, s64, u64, -0x1p63f, 0x1p63f)
FPU_TRY_TO_INT(fp32, u32, float, u32, u32, -1, 0x1p32f)
FPU_TRY_TO_INT(fp32, u32, float, u64, u64, -1, 0x1p63f)
FPU_TRY_TO_INT(fp64, u64, double, s32, u32, -0x1p31, 0x1p31)
FPU_TRY_TO_INT(fp64, u64, double, s64, u64, -0x1p63, 0x1p63)
FPU_TRY_TO_INT(fp64, u64, double, u32, u32, -1, 0x1p32)
FPU_TRY_TO_INT(fp64, u64, double, u64, u64, -1, 0x1p63)
FPU_TRY_FROM_SIGNED(fp32, u32, float, 32, 24)
FPU_TRY_FROM_SIGNED(fp32, u32, float, 64, 24)
FPU_TRY_FROM_SIGNED(fp64, u64, double, 32, 53)
FPU_TRY_FROM_SIGNED(fp64, u64, double, 64, 53)

#define FPU_FAST_BINARY(format, bits_t, name)                                                      \
	static inline bits_t format##_##name##_fast(struct fpu *fp, bits_t a, bits_t b)            \
	{                                                                                          \
		bits_t r;                                                                          \
                                                                                                   \
		return format##_try_##name(fp, a, b, &r) ? r : format##_##name(fp, a, b);          \
	}
#define FPU_FAST(format, bits_t)                                                                   \
	FPU_FAST_BINARY(format, bits_t, add)                                                       \
	FPU_FAST_BINARY(format, bits_t, sub)                                                       \
	FPU_FAST_BINARY(format, bits_t, mul)                                                       \
	FPU_FAST_BINARY(format, bits_t, div)                                                       \
	static inline bits_t format##_sqrt_fast(struct fpu *fp, bits_t a)                          \
	{                                                                                          \
		bits_t r;                                                                          \
                                                                                                   \
		return format##_try_sqrt(fp, a, &r) ? r : format##_sqrt(fp, a);                    \
	}                                                                                          \
	static inline bits_t format##_muladd_fast(                                                 \
		struct fpu *fp, bits_t addend, bits_t a, bits_t b)                                 \
	{                                                                                          \
		bits_t r;                                                                          \
                                                                                                   \
		return format##_try_muladd(fp, addend, a, b, &r)                                   \
			       ? r                                                                 \
			       : format##_muladd(fp, addend, a, b);                                \
	}

FPU_FAST(fp16, u16)
FPU_FAST(fp32, u32)
FPU_FAST(fp64, u64)

static inline u64 fp32_to_fp64_fast(struct fpu *fp, u32 a)
{
	u64 r;

	return fp32_try_to_fp64(fp, a, &r) ? r : fp32_to_fp64(fp, a);
}

static inline u32 fp64_to_fp32_fast(struct fpu *fp, u64 a)
{
	u32 r;

	return fp64_try_to_fp32(fp, a, &r) ? r : fp64_to_fp32(fp, a);
}

#endif
