/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FPUnpack(), FPRound() and FPProcessNaNs() for every format. DDI 0487 J1.3, shared/functions/float
 */
#include "fpu/core.h"

/* Half precision inputs are flushed without a word. */
const struct fp_format fp16_format = { 5, 10, FPCR_FZ16, 0, FPCR_AHP };
const struct fp_format fp32_format = { 8, 23, FPCR_FZ, FPSR_IDC, 0 };
const struct fp_format fp64_format = { 11, 52, FPCR_FZ, FPSR_IDC, 0 };
const struct fp_format bf16_format = { 8, 7, FPCR_FZ, FPSR_IDC, 0 };

static struct unpacked unpacked_number(bool sign, s32 exponent, u64 significand)
{
	unsigned zeros = (unsigned)__builtin_clzll(significand);

	return (struct unpacked){ TYPE_NUMBER, sign, exponent - (s32)zeros, significand << zeros };
}

static struct unpacked unpack_base(struct fpu *fp, const struct fp_format *f, u64 a, u32 fpcr)
{
	u64 biased = a >> f->fraction_bits & fp_biased_max(f);
	u64 fraction = a & MASK(f->fraction_bits - 1, 0);
	bool sign = bit(a, f->exponent_bits + f->fraction_bits);
	s32 exponent = (s32)biased - fp_bias(f) - f->fraction_bits;

	if (biased == fp_biased_max(f) && !(fpcr & f->alternative)) {
		u64 high = fraction << (64 - f->fraction_bits);

		if (fraction == 0)
			return (struct unpacked){ TYPE_INFINITY, sign, 0, 0 };
		return (struct unpacked){ high >> 63 ? TYPE_QNAN : TYPE_SNAN, sign, 0, high };
	}
	if (biased != 0)
		return unpacked_number(sign, exponent, fraction | BIT(f->fraction_bits));
	if (fraction != 0 && !(fpcr & f->flush))
		return unpacked_number(sign, exponent + 1, fraction);
	if (fraction != 0)
		fp->fpsr |= f->flush_flag;
	return (struct unpacked){ TYPE_ZERO, sign, 0, 0 };
}

struct unpacked fp_unpack(struct fpu *fp, const struct fp_format *f, u64 a)
{
	return unpack_base(fp, f, a, fp->fpcr & ~(u32)FPCR_AHP);
}

struct unpacked fp_unpack_cv(struct fpu *fp, const struct fp_format *f, u64 a)
{
	return unpack_base(fp, f, a, fp->fpcr & ~(u32)FPCR_FZ16);
}

/* The integer must fit: -exponent is not negative, or small enough. */
struct split fp_split(u128 significand, s32 exponent)
{
	if (exponent >= 0)
		return (struct split){ significand << exponent, 0 };
	if (exponent > -128)
		return (struct split){ significand >> -exponent, significand << (128 + exponent) };
	if (exponent == -128)
		return (struct split){ 0, significand };
	return (struct split){ 0, significand != 0 }; /* below a half, which is all that matters */
}

static bool rounds_up(struct split split, bool sign, enum fp_rounding rounding)
{
	const u128 half = (u128)1 << 127;

	switch (rounding) {
	case FP_TIEEVEN:
		return split.fraction > half || (split.fraction == half && (split.integer & 1));
	case FP_TIEAWAY: return split.fraction >= half;
	case FP_POSINF: return split.fraction != 0 && !sign;
	case FP_NEGINF: return split.fraction != 0 && sign;
	case FP_ODD: return split.fraction != 0 && !(split.integer & 1);
	default: return false;
	}
}

/* The magnitude rounded to an integer. */
u128 fp_round_split(struct split split, bool sign, enum fp_rounding rounding)
{
	return split.integer + rounds_up(split, sign, rounding);
}

static u64 overflowed(
	struct fpu *fp, const struct fp_format *f, bool sign, enum fp_rounding rounding)
{
	bool to_infinity = rounding == FP_TIEEVEN || rounding == (sign ? FP_NEGINF : FP_POSINF);

	fp->fpsr |= FPSR_OFC | FPSR_IXC;
	return to_infinity ? fp_infinity(f, sign) : fp_max_normal(f, sign);
}

/*
 * The exponent and the rounded significand are added, so that a significand that rounds up to the
 * next power of two, or from denormal to normal, carries into the exponent.
 */
static u64 round_base(struct fpu *fp, const struct fp_format *f, struct real value,
	enum fp_rounding rounding, u32 fpcr)
{
	u64 high = (u64)(value.significand >> 64);
	unsigned zeros = high != 0 ? (unsigned)__builtin_clzll(high)
				   : 64 + (unsigned)__builtin_clzll((u64)value.significand);
	s32 exponent = value.exponent + 127 - (s32)zeros; /* of the highest bit */
	s32 above_denormal = exponent - (1 - fp_bias(f));
	s32 shift = 127 - f->fraction_bits - (above_denormal < 0 ? above_denormal : 0);
	struct split split;
	u64 magnitude;

	if (above_denormal < 0 && (fpcr & f->flush)) {
		fp->fpsr |= FPSR_UFC;
		return fp_zero(f, value.sign);
	}
	split = fp_split(value.significand << zeros, -shift);
	if (above_denormal < 0 && split.fraction != 0)
		fp->fpsr |= FPSR_UFC;
	magnitude = (u64)fp_round_split(split, value.sign, rounding);
	if (above_denormal > 0)
		magnitude += (u64)above_denormal << f->fraction_bits;
	if (fpcr & f->alternative) {
		if (magnitude >> f->fraction_bits > fp_biased_max(f)) {
			fp->fpsr |= FPSR_IOC;
			return fp_zero(f, value.sign) | (fp_zero(f, true) - 1);
		}
	} else if (magnitude >> f->fraction_bits >= fp_biased_max(f)) {
		return overflowed(fp, f, value.sign, rounding);
	}
	if (split.fraction != 0)
		fp->fpsr |= FPSR_IXC;
	return fp_zero(f, value.sign) | magnitude;
}

u64 fp_round(
	struct fpu *fp, const struct fp_format *f, struct real value, enum fp_rounding rounding)
{
	return round_base(fp, f, value, rounding, fp->fpcr & ~(u32)FPCR_AHP);
}

u64 fp_round_cv(
	struct fpu *fp, const struct fp_format *f, struct real value, enum fp_rounding rounding)
{
	return round_base(fp, f, value, rounding, fp->fpcr & ~(u32)FPCR_FZ16);
}

u64 fp_process_nan(struct fpu *fp, const struct fp_format *f, const struct unpacked *x)
{
	if (x->type == TYPE_SNAN)
		fp->fpsr |= FPSR_IOC;
	if (fp->fpcr & FPCR_DN)
		return fp_default_nan(f);
	return fp_pack(f, x->sign, fp_biased_max(f),
		(x->significand | BIT(63)) >> (64 - f->fraction_bits));
}

/* Signalling NaNs come first, each kind in the order of the operands. */
bool fp_process_nans(struct fpu *fp, const struct fp_format *f, const struct unpacked *op,
	unsigned count, u64 *result)
{
	for (enum fp_type type = TYPE_SNAN; type >= TYPE_QNAN; type--) {
		for (unsigned i = 0; i < count; i++) {
			if (op[i].type == type) {
				*result = fp_process_nan(fp, f, &op[i]);
				return true;
			}
		}
	}
	return false;
}
