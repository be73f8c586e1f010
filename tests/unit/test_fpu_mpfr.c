/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arithmetic and conversions of fpu/ beside MPFR: random hard operands in all formats, roundings
 * and flushing modes, value and flags; all operands where the format has 16 bits and there is one.
 */
#include "fpu_oracle.h"

/* The same names for every format, on u64. */
struct functions {
	const struct oracle_format *format;
	u64 (*binary[4])(struct fpu *, u64, u64);
	u64 (*sqrt)(struct fpu *, u64);
	u64 (*muladd)(struct fpu *, u64, u64, u64);
	u64 (*round_int)(struct fpu *, u64, enum fp_rounding, bool);
	u64 (*to_fixed)(struct fpu *, u64, unsigned, bool, unsigned, enum fp_rounding);
	u64 (*from_fixed)(struct fpu *, u64, unsigned, bool, unsigned, enum fp_rounding);
	u32 (*compare)(struct fpu *, u64, u64);
};

#define BINARY(format, bits_t, name)                                                               \
	static u64 format##_##name##_u64(struct fpu *fp, u64 a, u64 b)                             \
	{                                                                                          \
		return format##_##name(fp, (bits_t)a, (bits_t)b);                                  \
	}
#define FUNCTIONS(format, bits_t, oracle)                                                          \
	BINARY(format, bits_t, add)                                                                \
	BINARY(format, bits_t, sub)                                                                \
	BINARY(format, bits_t, mul)                                                                \
	BINARY(format, bits_t, div)                                                                \
	static u64 format##_sqrt_u64(struct fpu *fp, u64 a)                                        \
	{                                                                                          \
		return format##_sqrt(fp, (bits_t)a);                                               \
	}                                                                                          \
	static u64 format##_muladd_u64(struct fpu *fp, u64 addend, u64 a, u64 b)                   \
	{                                                                                          \
		return format##_muladd(fp, (bits_t)addend, (bits_t)a, (bits_t)b);                  \
	}                                                                                          \
	static u64 format##_round_int_u64(struct fpu *fp, u64 a, enum fp_rounding r, bool exact)   \
	{                                                                                          \
		return format##_round_int(fp, (bits_t)a, r, exact);                                \
	}                                                                                          \
	static u64 format##_to_fixed_u64(struct fpu *fp, u64 a, unsigned fbits, bool is_unsigned,  \
		unsigned intsize, enum fp_rounding r)                                              \
	{                                                                                          \
		return format##_to_fixed(fp, (bits_t)a, fbits, is_unsigned, intsize, r);           \
	}                                                                                          \
	static u64 format##_from_fixed_u64(struct fpu *fp, u64 value, unsigned fbits,              \
		bool is_unsigned, unsigned intsize, enum fp_rounding r)                            \
	{                                                                                          \
		return format##_from_fixed(fp, value, fbits, is_unsigned, intsize, r);             \
	}                                                                                          \
	static u32 format##_compare_u64(struct fpu *fp, u64 a, u64 b)                              \
	{                                                                                          \
		return format##_compare(fp, (bits_t)a, (bits_t)b, false);                          \
	}                                                                                          \
	static const struct functions format##_functions = {                                       \
		&oracle,                                                                           \
		{ format##_add_u64, format##_sub_u64, format##_mul_u64, format##_div_u64 },        \
		format##_sqrt_u64,                                                                 \
		format##_muladd_u64,                                                               \
		format##_round_int_u64,                                                            \
		format##_to_fixed_u64,                                                             \
		format##_from_fixed_u64,                                                           \
		format##_compare_u64,                                                              \
	};

FUNCTIONS(fp16, u16, half)
FUNCTIONS(fp32, u32, single)
FUNCTIONS(fp64, u64, dbl)

static const struct functions *const all[] = { &fp16_functions, &fp32_functions, &fp64_functions };

enum { ROUNDS = 20000 };
static mpfr_t x, y, z, r;

static int setup(void **state)
{
	(void)state;
	mpfr_inits2(ORACLE_BITS, x, y, z, r, (mpfr_ptr)NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mpfr_clears(x, y, z, r, (mpfr_ptr)NULL);
	mpfr_free_cache();
	return 0;
}

/* FPCR with a random rounding and random flushing; sometimes DN and AHP, which must not matter. */
static struct fpu random_controls(struct rng *rng)
{
	u32 fpcr = (u32)rng_next(rng) & FPCR_RMODE;

	if (rng_below(rng, 4) == 0)
		fpcr |= (u32)rng_next(rng) & (FPCR_FZ | FPCR_FZ16 | FPCR_DN | FPCR_AHP);
	return (struct fpu){ fpcr, 0 };
}

/* The sign of an exact zero sum is the only thing this rounding decides. */
static mpfr_rnd_t zero_rounding(const struct fpu *fp)
{
	return fpu_rounding(fp) == FP_NEGINF ? MPFR_RNDD : MPFR_RNDZ;
}

static void check(const char *what, const struct oracle_format *f, const u64 *op, struct fpu got,
	u64 result, struct fpu want, u64 right)
{
	if (result != right || got.fpsr != want.fpsr)
		fail_msg("%s, %s of %" PRIx64 " %" PRIx64 " %" PRIx64 " with FPCR %x: %" PRIx64
			 " FPSR %x, not %" PRIx64 " FPSR %x",
			what, f->name, op[0], op[1], op[2], got.fpcr, result, got.fpsr, right,
			want.fpsr);
}

/* An exact sum needs no odd rounding, and RNDD would not be one to zero: so only the sign is its.
 */
static void oracle_binary(struct fpu *fp, unsigned which)
{
	int ternary;

	switch (which) {
	case 0: ternary = mpfr_add(r, x, y, MPFR_RNDZ); break;
	case 1: ternary = mpfr_sub(r, x, y, MPFR_RNDZ); break;
	case 2: ternary = mpfr_mul(r, x, y, MPFR_RNDZ); break;
	default:
		ternary = mpfr_div(r, x, y, MPFR_RNDZ);
		if (mpfr_zero_p(y) && mpfr_regular_p(x))
			fp->fpsr |= FPSR_DZC;
		break;
	}
	make_odd(r, ternary);
	if (mpfr_zero_p(r) && which == 0)
		mpfr_add(r, x, y, zero_rounding(fp));
	if (mpfr_zero_p(r) && which == 1)
		mpfr_sub(r, x, y, zero_rounding(fp));
}

static void test_binary(void **state)
{
	static const char *const names[] = { "add", "sub", "mul", "div" };
	struct rng rng = { 1 };

	(void)state;
	for (unsigned i = 0; i < ROUNDS * 12; i++) {
		const struct functions *fn = all[i % 3];
		unsigned which = i / 3 % 4;
		u64 op[3] = { hard_operand(&rng, fn->format), hard_operand(&rng, fn->format), 0 };
		struct fpu got = random_controls(&rng), want = got;
		u64 result, right;

		if (rng_below(&rng, 4) == 0) /* cancels, almost */
			op[1] = op[0] ^ (rng_next(&rng) & (sign_of(fn->format) | 3));
		if (is_nan_of(fn->format, op[1]))
			continue;
		oracle_get(&want, fn->format, op[0], x);
		oracle_get(&want, fn->format, op[1], y);
		oracle_binary(&want, which);
		right = oracle_put(&want, fn->format, r, fpu_rounding(&want), true);
		result = fn->binary[which](&got, op[0], op[1]);
		check(names[which], fn->format, op, got, result, want, right);
	}
}

static void test_muladd(void **state)
{
	struct rng rng = { 2 };

	(void)state;
	for (unsigned i = 0; i < ROUNDS * 6; i++) {
		const struct functions *fn = all[i % 3];
		const struct oracle_format *f = fn->format;
		u64 op[3] = { hard_operand(&rng, f), hard_operand(&rng, f), hard_operand(&rng, f) };
		struct fpu got = random_controls(&rng), want = got, scratch = { got.fpcr, 0 };
		u64 result, right;

		if (rng_below(&rng, 2) == 0) /* cancels, or nearly */
			op[0] = fn->binary[2](&scratch, op[1], op[2]) ^ sign_of(f) ^
				(rng_below(&rng, 3) == 0);
		if (is_nan_of(f, op[0]))
			continue;
		oracle_get(&want, f, op[0], x);
		oracle_get(&want, f, op[1], y);
		oracle_get(&want, f, op[2], z);
		make_odd(r, mpfr_fma(r, y, z, x, MPFR_RNDZ));
		if (mpfr_zero_p(r))
			mpfr_fma(r, y, z, x, zero_rounding(&want));
		right = oracle_put(&want, f, r, fpu_rounding(&want), true);
		result = fn->muladd(&got, op[0], op[1], op[2]);
		check("muladd", f, op, got, result, want, right);
	}
}

static void check_sqrt(const struct functions *fn, u64 a, struct fpu got)
{
	struct fpu want = got;
	u64 op[3] = { a }, right, result;

	oracle_get(&want, fn->format, a, x);
	make_odd(r, mpfr_sqrt(r, x, MPFR_RNDZ));
	right = oracle_put(&want, fn->format, r, fpu_rounding(&want), true);
	result = fn->sqrt(&got, a);
	check("sqrt", fn->format, op, got, result, want, right);
}

/* FRINT*: never tiny, and inexact only if asked. */
static void check_round_int(
	const struct functions *fn, u64 a, struct fpu got, enum fp_rounding rounding, bool exact)
{
	struct fpu want = got;
	u64 op[3] = { a, rounding, exact }, right, result;

	oracle_get(&want, fn->format, a, x);
	if (oracle_to_integer(x, rounding) && exact)
		want.fpsr |= FPSR_IXC;
	right = oracle_put(&want, fn->format, x, rounding, true);
	result = fn->round_int(&got, a, rounding, exact);
	check("round_int", fn->format, op, got, result, want, right);
}

static void check_to_fixed(const struct functions *fn, u64 a, struct fpu got, unsigned fbits,
	unsigned kind, enum fp_rounding rounding)
{
	static const u8 sizes[] = { 16, 32, 64 };
	unsigned intsize = sizes[kind % 3];
	bool is_unsigned = kind >= 3, inexact, negative;
	u64 least = is_unsigned ? 0 : BIT(intsize - 1);
	u64 largest = MASK(intsize - 1, 0) >> !is_unsigned;
	struct fpu want = got;
	u64 op[3] = { a, fbits, (u64)rounding << 8 | kind }, right, result;

	oracle_get(&want, fn->format, a, x);
	mpfr_mul_2ui(x, x, fbits, MPFR_RNDN);
	inexact = mpfr_number_p(x) && oracle_to_integer(x, rounding);
	negative = mpfr_signbit(x);
	mpfr_abs(x, x, MPFR_RNDN);
	if (mpfr_cmp_ui(x, negative ? least : largest) > 0) {
		want.fpsr |= FPSR_IOC;
		right = negative ? least : largest;
	} else {
		right = mpfr_get_ui(x, MPFR_RNDN);
		right = (negative ? 0 - right : right) & MASK(intsize - 1, 0);
		if (inexact)
			want.fpsr |= FPSR_IXC;
	}
	result = fn->to_fixed(&got, a, fbits, is_unsigned, intsize, rounding);
	check("to_fixed", fn->format, op, got, result, want, right);
}

static void test_unary(void **state)
{
	struct rng rng = { 3 };

	(void)state;
	for (unsigned i = 0; i < ROUNDS * 6; i++) {
		const struct functions *fn = all[i % 3];
		u64 a = hard_operand(&rng, fn->format);
		struct fpu fp = random_controls(&rng);
		enum fp_rounding rounding = (enum fp_rounding)rng_below(&rng, 5);
		unsigned kind = (unsigned)rng_below(&rng, 6);
		unsigned fbits = rng_below(&rng, 2) ? 0 : (unsigned)rng_below(&rng, 65);

		check_sqrt(fn, a, fp);
		check_round_int(fn, a, fp, rounding, i & 1);
		check_to_fixed(fn, a, fp, fbits, kind, rounding);
	}
}

static void test_all_halves(void **state)
{
	(void)state;
	for (u32 a = 0; a < 0x10000; a++) {
		if (is_nan_of(&half, a))
			continue;
		for (u32 mode = 0; mode < 8; mode++) {
			u32 fpcr = (mode & 3) << 22 | (mode & 4 ? FPCR_FZ16 : 0);

			check_sqrt(&fp16_functions, a, (struct fpu){ fpcr, 0 });
		}
		for (u32 rounding = FP_TIEEVEN; rounding <= FP_TIEAWAY; rounding++) {
			struct fpu fp = { a & 1 ? FPCR_FZ16 : 0, 0 };

			check_round_int(&fp16_functions, a, fp, rounding, true);
			for (unsigned kind = 0; kind < 6; kind++)
				check_to_fixed(&fp16_functions, a, fp, a % 17, kind, rounding);
		}
	}
}

static void test_from_fixed(void **state)
{
	static const u8 sizes[] = { 16, 32, 64 };
	struct rng rng = { 4 };

	(void)state;
	for (unsigned i = 0; i < ROUNDS * 6; i++) {
		const struct functions *fn = all[i % 3];
		unsigned intsize = sizes[rng_below(&rng, 3)];
		unsigned fbits = rng_below(&rng, 2) ? 0 : (unsigned)rng_below(&rng, 65);
		bool is_unsigned = rng_below(&rng, 2);
		u64 value = rng_next(&rng) >> rng_below(&rng, 64);
		u64 op[3], right, result;
		struct fpu got = random_controls(&rng), want = got;

		if (rng_below(&rng, 2)) /* long runs of equal bits: ties and carries */
			value = (BIT(rng_below(&rng, 64)) - BIT(rng_below(&rng, 64))) ^
				(rng_next(&rng) & 1);
		op[0] = value;
		op[1] = fbits;
		op[2] = (u64)is_unsigned << 8 | intsize;
		if (is_unsigned)
			mpfr_set_ui(x, value & MASK(intsize - 1, 0), MPFR_RNDN);
		else
			mpfr_set_si(x, (s64)sign_extend(value, intsize), MPFR_RNDN);
		mpfr_div_2ui(x, x, fbits, MPFR_RNDN);
		right = oracle_put(&want, fn->format, x, fpu_rounding(&want), true);
		result = fn->from_fixed(
			&got, value, fbits, is_unsigned, intsize, fpu_rounding(&got));
		check("from_fixed", fn->format, op, got, result, want, right);
	}
}

static void test_compare(void **state)
{
	struct rng rng = { 5 };

	(void)state;
	for (unsigned i = 0; i < ROUNDS * 3; i++) {
		const struct functions *fn = all[i % 3];
		u64 op[3] = { hard_operand(&rng, fn->format), hard_operand(&rng, fn->format) };
		struct fpu got = random_controls(&rng), want = got;
		u64 right, result;
		int order;

		if (rng_below(&rng, 2))
			op[1] = op[0] ^ (rng_next(&rng) & (sign_of(fn->format) | 1));
		if (is_nan_of(fn->format, op[1]))
			continue;
		oracle_get(&want, fn->format, op[0], x);
		oracle_get(&want, fn->format, op[1], y);
		order = mpfr_cmp(x, y);
		right = order < 0 ? 8 : order > 0 ? 2 : 6;
		result = fn->compare(&got, op[0], op[1]);
		check("compare", fn->format, op, got, result, want, right);
	}
}

/* Conversions never flush a half, and FCVTXN rounds to odd whatever FPCR says. */
static void check_convert(const struct oracle_format *from, const struct oracle_format *to, u64 a,
	bool odd, struct fpu got)
{
	struct fpu want = got;
	u64 op[3] = { a, (u64)to->width, odd }, right, result;

	if (from == &half)
		want.fpcr &= ~(u32)FPCR_FZ16;
	oracle_get(&want, from, a, x);
	right = oracle_put(&want, to, x, odd ? FP_ODD : fpu_rounding(&want), to != &half);
	if (from == &half)
		result = to == &single ? fp16_to_fp32(&got, (u16)a) : fp16_to_fp64(&got, (u16)a);
	else if (from == &single)
		result = to == &half ? fp32_to_fp16(&got, (u32)a) : fp32_to_fp64(&got, (u32)a);
	else if (odd)
		result = fp64_to_fp32_odd(&got, a);
	else
		result = to == &half ? fp64_to_fp16(&got, a) : fp64_to_fp32(&got, a);
	check("convert", from, op, got, result, want, right);
}

static void test_convert(void **state)
{
	static const struct oracle_format *const formats[] = { &half, &single, &dbl };
	struct rng rng = { 6 };

	(void)state;
	for (unsigned i = 0; i < ROUNDS * 9; i++) {
		const struct oracle_format *from = formats[i % 3], *to = formats[i / 3 % 3];
		struct fpu fp = random_controls(&rng);
		u64 a = hard_operand(&rng, from);

		fp.fpcr &= ~(u32)FPCR_AHP; /* rows of test_fpu_rows.c */
		if (from != &half && rng_below(&rng, 2)) {
			/* near the borders and midpoints of the narrower format */
			u64 narrow = hard_operand(&rng, to->width < from->width ? to : &half);

			a = to->width < from->width && to == &single
				    ? fp32_to_fp64(&(struct fpu){ 0, 0 }, (u32)narrow)
			    : from == &dbl ? fp16_to_fp64(&(struct fpu){ 0, 0 }, (u16)narrow)
					   : fp16_to_fp32(&(struct fpu){ 0, 0 }, (u16)narrow);
			a ^= BIT(rng_below(&rng, 44)) & (BIT(from->fraction_bits) - 1);
			a ^= rng_next(&rng) & 1;
		}
		if (from != to && !is_nan_of(from, a))
			check_convert(from, to, a, from == &dbl && to == &single && (i & 16), fp);
	}
	for (u32 a = 0; a < 0x10000; a++) {
		if (is_nan_of(&half, a))
			continue;
		check_convert(&half, &single, a, false, (struct fpu){ FPCR_FZ | FPCR_FZ16, 0 });
		check_convert(&half, &dbl, a, false, (struct fpu){ FPCR_FZ | FPCR_FZ16, 0 });
	}
}

/* bfloat16 as the fourth format of the oracle. */
static void test_bf16(void **state)
{
	static const struct oracle_format bf16 = { "bf16", 16, 8, 7, FPCR_FZ, FPSR_IDC };
	struct rng rng = { 7 };

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		u64 op[3] = { hard_operand(&rng, &single) }, right, result;
		struct fpu got = random_controls(&rng), want = got;

		if (i & 1)
			op[0] &= ~(u64)0 << rng_below(&rng, 20);
		oracle_get(&want, &single, op[0], x);
		right = oracle_put(&want, &bf16, x, fpu_rounding(&want), true);
		result = fp32_to_bf16(&got, (u32)op[0]);
		check("to bf16", &single, op, got, result, want, right);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_binary),
		cmocka_unit_test(test_muladd),
		cmocka_unit_test(test_unary),
		cmocka_unit_test(test_all_halves),
		cmocka_unit_test(test_from_fixed),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_convert),
		cmocka_unit_test(test_bf16),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
