/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD integer arithmetic that changes the size of elements: widening, narrowing, sums of pairs and
 * of all elements, dot products, DDI 0487 C7.2. Compiled once per engine.
 */
#include "cpu/simd_int.h"

/* ---- Widening ---- */

/* The operands of a formula over elements twice as long as those of `size`, in a vector of them. */
#define LONG(slot, size, wide, sign)	widen_##sign##_##size(V(slot).d[u->imm])
#define WIDE(slot, size, wide, sign)	V(slot).v##wide
#define ELEMENT(slot, size, wide, sign) UInt(TYPE_##sign{ 0 } + V(slot).MEMBER_##sign(size)[u->ra])
#define TYPE_SIGNED			(signed_vector)
#define TYPE_UNSIGNED			(vector)

#define WIDENING_FORMULA(name, size, wide, sign, first, second, value)                             \
	FP_OP(name##_##size)                                                                       \
	{                                                                                          \
		FORMULA_TYPES(wide)                                                                \
		const vector n = first(rn, size, wide, sign), d = V(rd).v##wide;                   \
		const vector m = second(rm, size, wide, sign);                                     \
                                                                                                   \
		(void)n, (void)m, (void)d, (void)esize;                                            \
		V(rd).v##wide = value;                                                             \
	}
#define WIDENING_BHS(name, sign, first, value)                                                     \
	WIDENING_FORMULA(name, b, h, sign, first, LONG, value)                                     \
	WIDENING_FORMULA(name, h, s, sign, first, LONG, value)                                     \
	WIDENING_FORMULA(name, s, d, sign, first, LONG, value)
/* The signed and the unsigned instruction. */
#define WIDENING(name, first, value)                                                               \
	WIDENING_BHS(s##name, SIGNED, first, value)                                                \
	WIDENING_BHS(u##name, UNSIGNED, first, value)
#define WIDENING_BY_ELEMENT(name, value)                                                           \
	WIDENING_FORMULA(s##name, h, s, SIGNED, LONG, ELEMENT, value)                              \
	WIDENING_FORMULA(s##name, s, d, SIGNED, LONG, ELEMENT, value)                              \
	WIDENING_FORMULA(u##name, h, s, UNSIGNED, LONG, ELEMENT, value)                            \
	WIDENING_FORMULA(u##name, s, d, UNSIGNED, LONG, ELEMENT, value)

WIDENING(addl, LONG, n + m)
WIDENING(addw, WIDE, n + m)
WIDENING(subl, LONG, n - m)
WIDENING(subw, WIDE, n - m)
/* What was widened compares as signed, whatever it was. */
WIDENING(abdl, LONG, DISTANCE(SInt(n) < SInt(m), n, m))
WIDENING(abal, LONG, d + DISTANCE(SInt(n) < SInt(m), n, m))
WIDENING(mull_vec, LONG, (n * m))
WIDENING(mlal_vec, LONG, d + n * m)
WIDENING(mlsl_vec, LONG, d - n * m)
WIDENING_BY_ELEMENT(mull_elem, (n * m))
WIDENING_BY_ELEMENT(mlal_elem, d + n * m)
WIDENING_BY_ELEMENT(mlsl_elem, d - n * m)
WIDENING_BHS(shll, UNSIGNED, LONG, n << esize / 2)

/* ---- Narrowing ---- */

/* Writes half a vector: the first clears the other half, the second leaves it. */
static inline void write_half(struct cpu *cpu, const struct uop *u, u64 half)
{
	V(rd).d[u->imm] = half;
	if (u->imm == 0)
		V(rd).d[1] = 0;
}

#define NARROWING_FORMULA(name, size, wide, value)                                                 \
	FP_OP(name##_##size)                                                                       \
	{                                                                                          \
		FORMULA_TYPES(wide)                                                                \
		const vector n = V(rn).v##wide, m = V(rm).v##wide;                                 \
                                                                                                   \
		(void)m, (void)esize;                                                              \
		write_half(cpu, u, (u64) __builtin_convertvector(value, HALF_VECTOR_##size));      \
	}
#define NARROWING(name, value)                                                                     \
	NARROWING_FORMULA(name, b, h, value)                                                       \
	NARROWING_FORMULA(name, h, s, value)                                                       \
	NARROWING_FORMULA(name, s, d, value)

/* Half a unit of what is left of `esize` bits. */
#define ROUNDING ((u64)1 << (esize / 2 - 1))

NARROWING(xtn, n)
NARROWING(addhn, (n + m) >> esize / 2)
NARROWING(subhn, (n - m) >> esize / 2)
NARROWING(raddhn, (n + m + ROUNDING) >> esize / 2)
NARROWING(rsubhn, (n - m + ROUNDING) >> esize / 2)

/* ---- Sums of pairs: a pair is one element of the result's size ---- */

#define UPPER_SIGNED(pair)   UInt(SInt(pair) >> esize / 2)
#define UPPER_UNSIGNED(pair) ((pair) >> esize / 2)
#define SUM_OF_PAIR(sign)    (UPPER_##sign(n << esize / 2) + UPPER_##sign(n))

#define PAIR_SUM_FORMULA(name, size, wide, value)                                                  \
	FP_OP(name##_##size)                                                                       \
	{                                                                                          \
		FORMULA_TYPES(wide)                                                                \
		const vector n = V(rn).v##wide, d = V(rd).v##wide;                                 \
                                                                                                   \
		(void)d;                                                                           \
		write_vector(cpu, u, (u8x16)(value));                                              \
	}
#define PAIR_SUM(name, value)                                                                      \
	PAIR_SUM_FORMULA(name, b, h, value)                                                        \
	PAIR_SUM_FORMULA(name, h, s, value)                                                        \
	PAIR_SUM_FORMULA(name, s, d, value)

PAIR_SUM(saddlp, SUM_OF_PAIR(SIGNED))
PAIR_SUM(uaddlp, SUM_OF_PAIR(UNSIGNED))
PAIR_SUM(sadalp, d + SUM_OF_PAIR(SIGNED))
PAIR_SUM(uadalp, d + SUM_OF_PAIR(UNSIGNED))

/* ---- Across all elements: r is the result of those before n ---- */

/* Words are four: two of them cannot be asked for. */
#define ACROSS_FORMULA(name, size, result, sign, value)                                            \
	FP_OP(name##_##size)                                                                       \
	{                                                                                          \
		const unsigned count = ESIZE_##size == 32 ? 4 : ELEMENTS(u);                       \
		s64 r = V(rn).MEMBER_##sign(size)[0];                                              \
                                                                                                   \
		_Pragma("GCC unroll 4") for (unsigned e = 1; e < count; e++)                       \
		{                                                                                  \
			s64 n = V(rn).MEMBER_##sign(size)[e];                                      \
                                                                                                   \
			r = value;                                                                 \
		}                                                                                  \
		write_scalar(cpu, u, (__typeof__(V(rd).result[0]))r);                              \
	}
#define ACROSS(name, sign, value)                                                                  \
	ACROSS_FORMULA(name, b, b, sign, value)                                                    \
	ACROSS_FORMULA(name, h, h, sign, value)                                                    \
	ACROSS_FORMULA(name, s, s, sign, value)
#define ACROSS_LONG(name, sign, value)                                                             \
	ACROSS_FORMULA(name, b, h, sign, value)                                                    \
	ACROSS_FORMULA(name, h, s, sign, value)                                                    \
	ACROSS_FORMULA(name, s, d, sign, value)

ACROSS(addv, UNSIGNED, r + n)
ACROSS(smaxv, SIGNED, r > n ? r : n)
ACROSS(umaxv, UNSIGNED, r > n ? r : n)
ACROSS(sminv, SIGNED, r < n ? r : n)
ACROSS(uminv, UNSIGNED, r < n ? r : n)
ACROSS_LONG(saddlv, SIGNED, r + n)
ACROSS_LONG(uaddlv, UNSIGNED, r + n)

/* ---- Dot products of bytes, added to words ---- */

/* The products of two bytes fit in a halfword: those of the even bytes, and of the odd ones. */
#define BYTES_SIGNED(x)	  (u16x8)((s16x8)(x) >> 8)
#define BYTES_UNSIGNED(x) ((u16x8)(x) >> 8)
#define WORDS_SIGNED(x)	  (u32x4)((s32x4)(x) >> 16)
#define WORDS_UNSIGNED(x) ((u32x4)(x) >> 16)

#define DOT_FORMULA(name, n_sign, m_sign, sign)                                                    \
	static inline u32x4 name##_of(u32x4 sum, u16x8 n, u16x8 m)                                 \
	{                                                                                          \
		u32x4 even = (u32x4)(BYTES_##n_sign(n << 8) * BYTES_##m_sign(m << 8));             \
		u32x4 odd = (u32x4)(BYTES_##n_sign(n) * BYTES_##m_sign(m));                        \
                                                                                                   \
		return sum + WORDS_##sign(even << 16) + WORDS_##sign(even) +                       \
		       WORDS_##sign(odd << 16) + WORDS_##sign(odd);                                \
	}
DOT_FORMULA(sdot, SIGNED, SIGNED, SIGNED)
DOT_FORMULA(udot, UNSIGNED, UNSIGNED, UNSIGNED)
DOT_FORMULA(usdot, UNSIGNED, SIGNED, SIGNED)
DOT_FORMULA(sudot, SIGNED, UNSIGNED, SIGNED)

#define DOT(name, form, second)                                                                    \
	FP_OP(name##_##form)                                                                       \
	{                                                                                          \
		const u32x4 sum = name##_of(V(rd).vs, V(rn).vh, (u16x8)(second));                  \
                                                                                                   \
		V(rd).vb = (u8x16)sum & written(ELEMENTS(u), ESIZE_s);                             \
	}
#define BYTES_OF_INDEX ((u32x4){ 0 } + V(rm).s[u->ra])

DOT(sdot, vec, V(rm).vh)
DOT(udot, vec, V(rm).vh)
DOT(usdot, vec, V(rm).vh)
DOT(sdot, elem, BYTES_OF_INDEX)
DOT(udot, elem, BYTES_OF_INDEX)
DOT(usdot, elem, BYTES_OF_INDEX)
DOT(sudot, elem, BYTES_OF_INDEX)

/*
 * MatMulAdd(): two rows of eight bytes by two rows, added to a matrix of two by two words: dot
 * products of the rows' first halves and then of their second ones.
 */
#define MATRIX_FORMULA(name, dot)                                                                  \
	FP_OP(name)                                                                                \
	{                                                                                          \
		const u32x4 n = V(rn).vs, m = V(rm).vs;                                            \
		const u32x4 n_first = __builtin_shufflevector(n, n, 0, 0, 2, 2);                   \
		const u32x4 m_first = __builtin_shufflevector(m, m, 0, 2, 0, 2);                   \
		const u32x4 n_second = __builtin_shufflevector(n, n, 1, 1, 3, 3);                  \
		const u32x4 m_second = __builtin_shufflevector(m, m, 1, 3, 1, 3);                  \
		const u32x4 first = dot##_of(V(rd).vs, (u16x8)n_first, (u16x8)m_first);            \
                                                                                                   \
		V(rd).vs = dot##_of(first, (u16x8)n_second, (u16x8)m_second);                      \
	}

MATRIX_FORMULA(smmla, sdot)
MATRIX_FORMULA(ummla, udot)
MATRIX_FORMULA(usmmla, usdot)
