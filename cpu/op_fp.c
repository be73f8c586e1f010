/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scalar floating point, DDI 0487 C7.2. Arithmetic is tried on the host's FPU first (fpu/fast.h); a
 * slow twin has the exact one, so that the handler itself calls nothing. Compiled once per engine.
 *
 * rd, rn, rm, ra registers; other operands as formats_fp.c says.
 */
#include "cpu/alu.h"
#include "cpu/simd.h"
#include "fpu/fast.h"

#define FPU (&cpu->fpu)

/* The operands: the lowest elements of size z. */
#define N(z) (V(rn).z[0])
#define M(z) (V(rm).z[0])
#define A(z) (V(ra).z[0])

#define fp16_same(a) (a)
#define fp32_same(a) (a)
#define fp64_same(a) (a)

static inline void write_general(struct cpu *cpu, const struct uop *u, u64 result)
{
	X(rd) = result;
}

#define SCALAR(name, value)                                                                        \
	FP_OP(name)                                                                                \
	{                                                                                          \
		write_scalar(cpu, u, (value));                                                     \
	}
#define GENERAL(name, value)                                                                       \
	FP_OP(name)                                                                                \
	{                                                                                          \
		write_general(cpu, u, (value));                                                    \
	}

/* `attempt` fills result, or says that the twin has to compute the exact value. */
#define TWIN(name, write, type, attempt, exact)                                                    \
	FP_OP(exact_##name)                                                                        \
	{                                                                                          \
		write(cpu, u, (exact));                                                            \
	}                                                                                          \
	OP(name)                                                                                   \
	{                                                                                          \
		type result;                                                                       \
                                                                                                   \
		CHECK_FP();                                                                        \
		if (!(attempt))                                                                    \
			TAILCALL(ENGINE(op_exact_##name));                                         \
		write(cpu, u, result);                                                             \
		NEXT();                                                                            \
	}

/* Handlers of all formats, made alike. */
#define SD(SHAPE, ...)                                                                             \
	SHAPE(s, fp32, u32, __VA_ARGS__)                                                           \
	SHAPE(d, fp64, u64, __VA_ARGS__)
#define HSD(SHAPE, ...)                                                                            \
	SHAPE(h, fp16, u16, __VA_ARGS__)                                                           \
	SD(SHAPE, __VA_ARGS__)

/* ---- Moves ---- */

#define MOVE(z, format, bits_t, name, function) SCALAR(name##_##z, format##_##function(N(z)))
HSD(MOVE, fmov, same)
HSD(MOVE, fabs, abs)
HSD(MOVE, fneg, neg)
SCALAR(fmov_imm, u->imm)
SCALAR(fmov_from_w, W(rn))
SCALAR(fmov_from_x, X(rn))
SCALAR(fmov_from_gpr_h, (u16)X(rn))
GENERAL(fmov_to_w, N(s))
GENERAL(fmov_to_x, N(d))
GENERAL(fmov_to_gpr_h, N(h))
GENERAL(fmov_to_x_high, V(rn).d[1])

FP_OP(fmov_from_x_high)
{
	V(rd).d[1] = X(rn);
}

/* ---- Arithmetic ---- */

#define TWO(z, format, bits_t, name, function)                                                     \
	TWIN(name##_##z, write_scalar, bits_t, format##_try_##function(FPU, N(z), M(z), &result),  \
		format##_##function(FPU, N(z), M(z)))

/* FNMUL negates the result, of a NaN too. */
#define NEGATED_MUL(format, bits_t)                                                                \
	static inline bits_t format##_nmul(struct fpu *fp, bits_t a, bits_t b)                     \
	{                                                                                          \
		return format##_neg(format##_mul(fp, a, b));                                       \
	}                                                                                          \
	static inline bool format##_try_nmul(struct fpu *fp, bits_t a, bits_t b, bits_t *r)        \
	{                                                                                          \
		bool is_right = format##_try_mul(fp, a, b, r);                                     \
                                                                                                   \
		*r = format##_neg(*r);                                                             \
		return is_right;                                                                   \
	}
NEGATED_MUL(fp16, u16)
NEGATED_MUL(fp32, u32)
NEGATED_MUL(fp64, u64)

/* They differ from FMAX and FMIN in NaNs only. */
#define fp16_try_maxnm fp16_try_max
#define fp32_try_maxnm fp32_try_max
#define fp64_try_maxnm fp64_try_max
#define fp16_try_minnm fp16_try_min
#define fp32_try_minnm fp32_try_min
#define fp64_try_minnm fp64_try_min

HSD(TWO, fadd, add)
HSD(TWO, fsub, sub)
HSD(TWO, fmul, mul)
HSD(TWO, fdiv, div)
HSD(TWO, fmax, max)
HSD(TWO, fmin, min)
HSD(TWO, fmaxnm, maxnm)
HSD(TWO, fminnm, minnm)
HSD(TWO, fnmul, nmul)

#define SQRT(z, format, bits_t, name)                                                              \
	TWIN(name##_##z, write_scalar, bits_t, format##_try_sqrt(FPU, N(z), &result),              \
		format##_sqrt(FPU, N(z)))
HSD(SQRT, fsqrt)

/* Which operands are negated: the addend, the first factor. */
#define MULADD(z, format, bits_t, name, addend, factor)                                            \
	TWIN(name##_##z, write_scalar, bits_t,                                                     \
		format##_try_muladd(                                                               \
			FPU, format##_##addend(A(z)), format##_##factor(N(z)), M(z), &result),     \
		format##_muladd(FPU, format##_##addend(A(z)), format##_##factor(N(z)), M(z)))
HSD(MULADD, fmadd, same, same)
HSD(MULADD, fmsub, same, neg)
HSD(MULADD, fnmadd, neg, neg)
HSD(MULADD, fnmsub, neg, same)

/* ---- Comparison and selection ---- */

/* Numbers compare as small integers do: 0 and 1 for less, 0 and 0, 1 and 0 for greater. */
#define COMPARE_WITH(name, z, format, other, signal_nans)                                          \
	OP(exact_##name##_##z)                                                                     \
	{                                                                                          \
		CHECK_FP();                                                                        \
		SET_FLAGS_NZCV(format##_compare(FPU, N(z), other, signal_nans));                   \
		NEXT();                                                                            \
	}                                                                                          \
	OP(name##_##z)                                                                             \
	{                                                                                          \
		CHECK_FP();                                                                        \
		if (!format##_is_comparable(FPU, N(z), other))                                     \
			TAILCALL(ENGINE(op_exact_##name##_##z));                                   \
		SET_FLAGS_SUB(format##_host(N(z)) > format##_host(other),                          \
			format##_host(N(z)) < format##_host(other));                               \
		NEXT();                                                                            \
	}
#define COMPARE(z, format, bits_t, name, signal_nans)                                              \
	COMPARE_WITH(name, z, format, M(z), signal_nans)                                           \
	COMPARE_WITH(name##_zero, z, format, 0, signal_nans)
HSD(COMPARE, fcmp, false)
HSD(COMPARE, fcmpe, true)

/* Rare, so the condition stays an operand. */
#define CONDITIONAL_COMPARE(z, format, bits_t, name, signal_nans)                                  \
	OP(name##_##z)                                                                             \
	{                                                                                          \
		CHECK_FP();                                                                        \
		if (condition_holds(u->ra, fa, fb, fk))                                            \
			SET_FLAGS_NZCV(format##_compare(FPU, N(z), M(z), signal_nans));            \
		else                                                                               \
			fk = u->rd;                                                                \
		NEXT();                                                                            \
	}
HSD(CONDITIONAL_COMPARE, fccmp, false)
HSD(CONDITIONAL_COMPARE, fccmpe, true)

#define SELECT(z, format, bits_t, cond)                                                            \
	OP(fcsel_##z##_##cond)                                                                     \
	{                                                                                          \
		bool holds;                                                                        \
                                                                                                   \
		CHECK_FP();                                                                        \
		holds = condition_holds(COND_##cond, fa, fb, fk);                                  \
		write_scalar(cpu, u, cpu->v[select_value(holds, u->rn, u->rm)].z[0]);              \
		NEXT();                                                                            \
	}
HSD(SELECT, eq)
HSD(SELECT, ne)
HSD(SELECT, hs)
HSD(SELECT, lo)
HSD(SELECT, mi)
HSD(SELECT, pl)
HSD(SELECT, vs)
HSD(SELECT, vc)
HSD(SELECT, hi)
HSD(SELECT, ls)
HSD(SELECT, ge)
HSD(SELECT, lt)
HSD(SELECT, gt)
HSD(SELECT, le)

/* ---- Conversion ---- */

SCALAR(fcvt_s_h, fp16_to_fp32(FPU, N(h)))
SCALAR(fcvt_d_h, fp16_to_fp64(FPU, N(h)))
SCALAR(fcvt_h_s, fp32_to_fp16(FPU, N(s)))
SCALAR(fcvt_h_d, fp64_to_fp16(FPU, N(d)))
TWIN(fcvt_d_s, write_scalar, u64, fp32_try_to_fp64(FPU, N(s), &result), fp32_to_fp64(FPU, N(s)))
TWIN(fcvt_s_d, write_scalar, u32, fp64_try_to_fp32(FPU, N(d), &result), fp64_to_fp32(FPU, N(d)))

#define ROUND(z, format, bits_t, name, rounding, exact)                                            \
	SCALAR(name##_##z, format##_round_int(FPU, N(z), rounding, exact))
#define ROUND_FAST(z, format, bits_t, name, rounding, exact)                                       \
	TWIN(name##_##z, write_scalar, bits_t,                                                     \
		format##_try_round_int(FPU, N(z), rounding, exact, &result),                       \
		format##_round_int(FPU, N(z), rounding, exact))
#define ROUND_ALL(name, rounding, exact)                                                           \
	ROUND(h, fp16, u16, name, rounding, exact)                                                 \
	SD(ROUND_FAST, name, rounding, exact)
ROUND_ALL(frint, (enum fp_rounding)u->ra, false)
ROUND_ALL(frintx, fpu_rounding(FPU), true)
ROUND_ALL(frinti, fpu_rounding(FPU), false)

#define ROUND_N(z, format, bits_t, name, rounding)                                                 \
	SCALAR(name##_##z, format##_round_int_n(FPU, N(z), rounding, (unsigned)u->imm))
SD(ROUND_N, frint_nz, FP_ZERO)
SD(ROUND_N, frint_nx, fpu_rounding(FPU))

#define FRACTION_BITS ((unsigned)u->imm & 0xff)
#define INTEGER_BITS  ((unsigned)u->imm >> 8)
#define ARE_UNSIGNED  (u->rm != 0)
#define TO_INT(z, format, bits_t, name)                                                            \
	GENERAL(name##_##z, format##_to_fixed(FPU, N(z), FRACTION_BITS, ARE_UNSIGNED,              \
				    INTEGER_BITS, (enum fp_rounding)u->ra))
#define FROM_INT(z, format, bits_t, name)                                                          \
	SCALAR(name##_##z, format##_from_fixed(FPU, X(rn), FRACTION_BITS, ARE_UNSIGNED,            \
				   INTEGER_BITS, fpu_rounding(FPU)))
HSD(TO_INT, fcvt_int)
HSD(FROM_INT, cvtf)

/* The usual ones, without fraction bits; a 32-bit unsigned integer is a 64-bit signed one. */
#define TO_INT_FAST(z, format, bits_t, name, type, is_unsigned, intsize)                           \
	TWIN(name##_##z, write_general, u64, format##_try_to_##type(FPU, N(z), &result),           \
		format##_to_fixed(FPU, N(z), 0, is_unsigned, intsize, FP_ZERO))
#define FROM_SIGNED_FAST(z, format, bits_t, name, intsize, integer)                                \
	TWIN(name##_##z, write_scalar, bits_t,                                                     \
		format##_try_from_s##intsize(FPU, integer, &result),                               \
		format##_from_fixed(FPU, integer, 0, false, intsize, fpu_rounding(FPU)))
SD(TO_INT_FAST, fcvtzs_w, s32, false, 32)
SD(TO_INT_FAST, fcvtzs_x, s64, false, 64)
SD(TO_INT_FAST, fcvtzu_w, u32, true, 32)
SD(TO_INT_FAST, fcvtzu_x, u64, true, 64)
SD(FROM_SIGNED_FAST, scvtf_w, 32, X(rn))
SD(FROM_SIGNED_FAST, scvtf_x, 64, X(rn))
SD(FROM_SIGNED_FAST, ucvtf_w, 64, W(rn))

OP(fjcvtzs)
{
	struct fp_js result;

	CHECK_FP();
	result = fp64_to_js(FPU, N(d));
	X(rd) = result.value;
	SET_FLAGS_NZCV(result.exact ? FLAG_Z : 0u);
	NEXT();
}
