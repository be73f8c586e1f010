/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD integer arithmetic that changes the size of elements: widening, narrowing, sums of pairs and
 * of all elements, dot products, DDI 0487 C7.2. Compiled once per engine.
 */
#include "cpu/simd_int.h"

/* ---- Widening ---- */

/* Eight bytes to elements twice as long: each element twice, then shifted down. */
#define TWICE_b 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7
#define TWICE_h 0, 0, 1, 1, 2, 2, 3, 3
#define TWICE_s 0, 0, 1, 1

#define WIDEN(size, wide)                                                                          \
	static inline VECTOR_##wide widen_UNSIGNED_##size(u64 half)                                \
	{                                                                                          \
		const VECTOR_##size x = (VECTOR_##size)(u64x2){ half, 0 };                         \
                                                                                                   \
		return (VECTOR_##wide)__builtin_shufflevector(x, x, TWICE_##size) >> ESIZE_##size; \
	}                                                                                          \
	static inline VECTOR_##wide widen_SIGNED_##size(u64 half)                                  \
	{                                                                                          \
		const VECTOR_##size x = (VECTOR_##size)(u64x2){ half, 0 };                         \
                                                                                                   \
		return (VECTOR_##wide)(                                                            \
			(SIGNED_##wide)__builtin_shufflevector(x, x, TWICE_##size) >>              \
			ESIZE_##size);                                                             \
	}
WIDEN(b, h)
WIDEN(h, s)
WIDEN(s, d)

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

typedef u8 u8x8 __attribute__((vector_size(8)));
typedef u16 u16x4 __attribute__((vector_size(8)));
typedef u32 u32x2 __attribute__((vector_size(8)));
#define HALF_VECTOR_b u8x8
#define HALF_VECTOR_h u16x4
#define HALF_VECTOR_s u32x2

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

#define ACROSS_FORMULA(name, size, result, sign, value)                                            \
	FP_OP(name##_##size)                                                                       \
	{                                                                                          \
		s64 r = V(rn).MEMBER_##sign(size)[0];                                              \
                                                                                                   \
		for (unsigned e = 1; e < ELEMENTS(u); e++) {                                       \
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

#define DOT_FORMULA(name, n_sign, m_sign, second)                                                  \
	FP_CALL(name)                                                                              \
	{                                                                                          \
		union vreg r = { .d = { 0, 0 } };                                                  \
                                                                                                   \
		for (unsigned e = 0; e < ELEMENTS(u); e++) {                                       \
			r.s[e] = V(rd).s[e];                                                       \
			for (unsigned i = 0; i < 4; i++)                                           \
				r.s[e] += (u32)(V(rn).MEMBER_##n_sign(b)[4 * e + i] *              \
						V(rm).MEMBER_##m_sign(b)[4 * (second) + i]);       \
		}                                                                                  \
		V(rd) = r;                                                                         \
	}
#define DOT(name, n_sign, m_sign)                                                                  \
	DOT_FORMULA(name##_vec, n_sign, m_sign, e)                                                 \
	DOT_FORMULA(name##_elem, n_sign, m_sign, u->ra)

DOT(sdot, SIGNED, SIGNED)
DOT(udot, UNSIGNED, UNSIGNED)
DOT(usdot, UNSIGNED, SIGNED)
DOT_FORMULA(sudot_elem, SIGNED, UNSIGNED, u->ra)

/* MatMulAdd(): two rows of eight bytes by two rows, added to a matrix of two by two words. */
#define MATRIX_FORMULA(name, n_sign, m_sign)                                                       \
	FP_CALL(name)                                                                              \
	{                                                                                          \
		union vreg r = V(rd);                                                              \
                                                                                                   \
		for (unsigned e = 0; e < 4; e++)                                                   \
			for (unsigned i = 0; i < 8; i++)                                           \
				r.s[e] += (u32)(V(rn).MEMBER_##n_sign(b)[8 * (e / 2) + i] *        \
						V(rm).MEMBER_##m_sign(b)[8 * (e % 2) + i]);        \
		V(rd) = r;                                                                         \
	}

MATRIX_FORMULA(smmla, SIGNED, SIGNED)
MATRIX_FORMULA(ummla, UNSIGNED, UNSIGNED)
MATRIX_FORMULA(usmmla, UNSIGNED, SIGNED)
