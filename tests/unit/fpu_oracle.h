/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hard operands, and what MPFR says about them: the value, and with Arm's rules of flushing and
 * of underflow before rounding the flags. No NaN goes in.
 */
#ifndef ENT_TESTS_FPU_ORACLE_H
#define ENT_TESTS_FPU_ORACLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <mpfr.h>

#include "fpu/fpu.h"

struct oracle_format {
	const char *name;
	int width, exponent_bits, fraction_bits;
	u32 flush, input_flag;
};

static const struct oracle_format half = { "half", 16, 5, 10, FPCR_FZ16, 0 };
static const struct oracle_format single = { "single", 32, 8, 23, FPCR_FZ, FPSR_IDC };
static const struct oracle_format dbl = { "double", 64, 11, 52, FPCR_FZ, FPSR_IDC };

enum { ORACLE_BITS = 300 }; /* more than twice the bits of any format, and a sticky one */

static inline int least_exponent(const struct oracle_format *f)
{
	return 2 - (1 << (f->exponent_bits - 1));
}

static inline u64 infinity_of(const struct oracle_format *f)
{
	return MASK((unsigned)f->width - 2, (unsigned)f->fraction_bits);
}

static inline u64 sign_of(const struct oracle_format *f)
{
	return BIT(f->width - 1);
}

static inline bool is_nan_of(const struct oracle_format *f, u64 a)
{
	return (a & ~sign_of(f)) > infinity_of(f);
}

static inline bool is_denormal_of(const struct oracle_format *f, u64 a)
{
	a &= ~sign_of(f);
	return a != 0 && a < BIT(f->fraction_bits);
}

/*
 * Numbers where rounding, carries, cancellation and the borders of the exponents are met often:
 * the fraction a few bits, or all but a few, or random; the exponent near a border or near 1.
 */
static inline u64 hard_operand(struct rng *rng, const struct oracle_format *f)
{
	u64 sign = rng_next(rng) & sign_of(f), biased, fraction;
	u64 top = BIT(f->exponent_bits) - 1, mask = BIT(f->fraction_bits) - 1;

	switch (rng_below(rng, 8)) {
	case 0: biased = rng_below(rng, 4); break;
	case 1: biased = top - 1 - rng_below(rng, 4); break;
	case 2: biased = rng_below(rng, top); break;
	default: biased = top / 2 - 8 + rng_below(rng, 16); break;
	}
	switch (rng_below(rng, 6)) {
	case 0: fraction = 0; break;
	case 1: fraction = mask; break;
	case 2: fraction = BIT(rng_below(rng, 64)) | BIT(rng_below(rng, 64)); break;
	case 3: fraction = ~(BIT(rng_below(rng, 64)) | BIT(rng_below(rng, 64))); break;
	case 4: fraction = rng_next(rng) & ~(u64)0 << rng_below(rng, 64); break;
	default: fraction = rng_next(rng); break;
	}
	if (rng_below(rng, 64) == 0)
		return sign | (rng_below(rng, 2) ? infinity_of(f) : 0);
	return sign | biased << f->fraction_bits | (fraction & mask);
}

/* The value of a, flushed if FPCR says so. */
static inline void oracle_get(struct fpu *fp, const struct oracle_format *f, u64 a, mpfr_t x)
{
	u64 magnitude = a & ~sign_of(f), biased = magnitude >> f->fraction_bits;
	u64 fraction = magnitude & (BIT(f->fraction_bits) - 1);
	int sign = a & sign_of(f) ? -1 : 1;

	if (is_denormal_of(f, a) && (fp->fpcr & f->flush)) {
		fp->fpsr |= f->input_flag;
		fraction = 0;
	}
	if (magnitude == infinity_of(f)) {
		mpfr_set_inf(x, sign);
	} else {
		if (biased != 0)
			fraction |= BIT(f->fraction_bits);
		mpfr_set_ui_2exp(x, fraction,
			least_exponent(f) - f->fraction_bits + (biased == 0 ? 0 : (int)biased - 1),
			MPFR_RNDN);
		mpfr_setsign(x, x, sign < 0, MPFR_RNDN);
	}
}

/* After an operation that rounded to zero: makes it a rounding to odd, which a second one may
 * follow. */
static inline void make_odd(mpfr_t x, int ternary)
{
	if (ternary == 0 || mpfr_min_prec(x) == mpfr_get_prec(x))
		return;
	if (mpfr_sgn(x) > 0)
		mpfr_nextabove(x);
	else
		mpfr_nextbelow(x);
}

/* x to an integer; true if that is another value. */
static inline bool oracle_to_integer(mpfr_t x, enum fp_rounding rounding)
{
	mpfr_t whole;
	bool inexact;

	mpfr_init2(whole, ORACLE_BITS);
	switch (rounding) {
	case FP_TIEEVEN: mpfr_roundeven(whole, x); break;
	case FP_POSINF: mpfr_ceil(whole, x); break;
	case FP_NEGINF: mpfr_floor(whole, x); break;
	case FP_TIEAWAY: mpfr_round(whole, x); break;
	default: mpfr_trunc(whole, x); break;
	}
	inexact = !mpfr_equal_p(whole, x);
	if (inexact && rounding == FP_ODD) {
		mpfr_t is_half;

		mpfr_init2(is_half, ORACLE_BITS);
		mpfr_div_2ui(is_half, whole, 1, MPFR_RNDN);
		if (mpfr_integer_p(is_half))
			mpfr_add_si(whole, whole, mpfr_signbit(x) ? -1 : 1, MPFR_RNDN);
		mpfr_clear(is_half);
	}
	mpfr_setsign(x, whole, mpfr_signbit(x), MPFR_RNDN);
	mpfr_clear(whole);
	return inexact;
}

/* The bits and flags of x rounded; zeros and infinities in x are exact. */
static inline u64 oracle_put(struct fpu *fp, const struct oracle_format *f, mpfr_t x,
	enum fp_rounding rounding, bool may_flush)
{
	u64 sign = mpfr_signbit(x) ? sign_of(f) : 0, magnitude;
	bool tiny, inexact;
	int ulp;

	if (mpfr_nan_p(x)) {
		fp->fpsr |= FPSR_IOC;
		return infinity_of(f) | BIT(f->fraction_bits - 1);
	}
	if (!mpfr_regular_p(x))
		return sign | (mpfr_inf_p(x) ? infinity_of(f) : 0);
	tiny = mpfr_get_exp(x) - 1 < least_exponent(f);
	if (tiny && may_flush && (fp->fpcr & f->flush)) {
		fp->fpsr |= FPSR_UFC;
		return sign;
	}
	ulp = (tiny ? least_exponent(f) : (int)mpfr_get_exp(x) - 1) - f->fraction_bits;
	mpfr_mul_2si(x, x, -ulp, MPFR_RNDN);
	inexact = oracle_to_integer(x, rounding);
	if (inexact)
		fp->fpsr |= tiny ? FPSR_IXC | FPSR_UFC : FPSR_IXC;
	mpfr_abs(x, x, MPFR_RNDN);
	magnitude = mpfr_get_ui(x, MPFR_RNDN);
	magnitude += (u64)(ulp + f->fraction_bits - least_exponent(f)) << f->fraction_bits;
	if (magnitude < infinity_of(f))
		return sign | magnitude;
	fp->fpsr |= FPSR_OFC | FPSR_IXC;
	if (rounding == FP_TIEEVEN || rounding == (sign ? FP_NEGINF : FP_POSINF))
		return sign | infinity_of(f);
	return sign | (infinity_of(f) - 1);
}

#endif
