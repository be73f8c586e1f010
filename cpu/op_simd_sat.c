/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD integer arithmetic that saturates, doubling multiplies, shifts by register, DDI 0487 C7.2.
 * Vector and scalar forms: elements that the result has not count as zeros, which are never beyond
 * a range. Compiled once per engine.
 */
#include "cpu/simd_int.h"

/* ---- Sums and differences of whole vectors ---- */

/*
 * r = a + b or a - b, modulo 2^esize. A signed sum is beyond the range if its sign is neither
 * operand's, a difference if a and b have different signs and it has not a's; the limit is the one
 * on the side of a.
 */
#define SIGNED_LIMIT  (UInt(SInt(a) >> (esize - 1)) ^ ~LOWEST)
#define SIGNED_SUM    a + b, SInt((r ^ a) & (r ^ b)) < 0, SIGNED_LIMIT
#define SIGNED_DIFF   a - b, SInt((a ^ b) & (r ^ a)) < 0, SIGNED_LIMIT
#define UNSIGNED_SUM  a + b, r < a, ~ZERO
#define UNSIGNED_DIFF a - b, a < b, ZERO

#define ZERO ((vector){ 0 })
#define SIGN UInt(SInt(n) >> (esize - 1))

#define SATURATING_FORMULA(name, size, bias, first, second, ...)                                   \
	SATURATING_STEPS(name, size, bias, first, second, __VA_ARGS__)
#define SATURATING_STEPS(name, size, bias, first, second, sum, is_beyond, limit)                   \
	FP_OP(name##_##size)                                                                       \
	{                                                                                          \
		FORMULA_TYPES(size)                                                                \
		const vector mask = (vector)written(ELEMENTS(u), esize);                           \
		const vector n = V(rn).v##size & mask, m = V(rm).v##size & mask;                   \
		const vector d = V(rd).v##size & mask;                                             \
		const vector a = first, b = second, r = sum;                                       \
                                                                                                   \
		(void)n, (void)m, (void)d;                                                         \
		V(rd).vd = saturate(cpu, (u64x2)r, (u64x2)(is_beyond), (u64x2)(limit)) ^           \
			   (u64x2)(bias);                                                          \
	}
#define SATURATING(name, bias, first, second, operation)                                           \
	SATURATING_FORMULA(name, b, bias, first, second, operation)                                \
	SATURATING_FORMULA(name, h, bias, first, second, operation)                                \
	SATURATING_FORMULA(name, s, bias, first, second, operation)                                \
	SATURATING_FORMULA(name, d, bias, first, second, operation)

SATURATING(sqadd, ZERO, n, m, SIGNED_SUM)
SATURATING(uqadd, ZERO, n, m, UNSIGNED_SUM)
SATURATING(sqsub, ZERO, n, m, SIGNED_DIFF)
SATURATING(uqsub, ZERO, n, m, UNSIGNED_DIFF)
SATURATING(sqneg, ZERO, ZERO, n, SIGNED_DIFF)
/* -n is ~n + 1. */
SATURATING(sqabs, ZERO, n ^ SIGN, SIGN, SIGNED_DIFF)
/*
 * The accumulator has the sign of the result, n the other one: d moved by half of all numbers has
 * n's, and the same room in both directions.
 */
SATURATING(suqadd, LOWEST, d ^ LOWEST, n, UNSIGNED_SUM)
SATURATING(usqadd, LOWEST, d ^ LOWEST, n, SIGNED_SUM)

/* ---- Shifts by register ---- */

/*
 * An element shifted left by a signed amount, -128 to 127. What is shifted out of esize bits on the
 * left is out of every range and has no low bits; what is shifted out on the right leaves the sign.
 */
#define SHIFTED(wide)                                                                              \
	static inline wide shifted_##wide(wide element, s8 amount, bool rounding, int esize)       \
	{                                                                                          \
		int right = amount < -esize ? esize + 1 : -amount;                                 \
                                                                                                   \
		if (amount >= esize)                                                               \
			return (wide)((element > 0) - (element < 0)) * ((wide)1 << esize);         \
		if (amount >= 0)                                                                   \
			return element * ((wide)1 << amount);                                      \
		return (element + (rounding ? (wide)1 << (right - 1) : 0)) >> right;               \
	}
SHIFTED(s64)
SHIFTED(s128)

#define TRUNCATED OF_WIDE(shifted)(n, (s8)m, false, esize)
#define ROUNDED	  OF_WIDE(shifted)(n, (s8)m, true, esize)

/* Programs mostly shift all elements alike, and then the host can; bytes it cannot. */
#define ALIKE_FORMULA(name, size, sign, right)                                                     \
	EACH_FORMULA(each_##name, size, sign, TRUNCATED)                                           \
	OP(name##_##size)                                                                          \
	{                                                                                          \
		FORMULA_TYPES(size)                                                                \
		const vector mask = (vector)written(ELEMENTS(u), esize);                           \
		const vector n = V(rn).v##size & mask, m = V(rm).v##size & mask & 0xff;            \
		const u64x2 others = (u64x2)(m != (((vector){ 0 } + m[0]) & mask));                \
		const s8 amount = V(rm).sb[0];                                                     \
		const vector left_by = (vector){ 0 } + (u8)amount;                                 \
		const vector right_by = (vector){ 0 } + (u8)-amount;                               \
                                                                                                   \
		CHECK_FP();                                                                        \
		if ((others[0] | others[1]) != 0 || amount >= esize || amount <= -esize)           \
			TAILCALL(ENGINE(op_each_##name##_##size));                                 \
		V(rd).vd = (u64x2)(amount >= 0 ? n << left_by : (vector)(right));                  \
		NEXT();                                                                            \
	}
#define ALIKE_HSD(name, sign, right)                                                               \
	EACH_FORMULA(name, b, sign, TRUNCATED)                                                     \
	ALIKE_FORMULA(name, h, sign, right)                                                        \
	ALIKE_FORMULA(name, s, sign, right)                                                        \
	ALIKE_FORMULA(name, d, sign, right)

ALIKE_HSD(sshl, SIGNED, SInt(n) >> right_by)
ALIKE_HSD(ushl, UNSIGNED, n >> right_by)
EACH_BHSD(srshl, SIGNED, ROUNDED)
EACH_BHSD(urshl, UNSIGNED, ROUNDED)
EACH_BHSD(sqshl, SIGNED, SIGNED_SAT(TRUNCATED))
EACH_BHSD(uqshl, UNSIGNED, UNSIGNED_SAT(TRUNCATED))
EACH_BHSD(sqrshl, SIGNED, SIGNED_SAT(ROUNDED))
EACH_BHSD(uqrshl, UNSIGNED, UNSIGNED_SAT(ROUNDED))

/* ---- Doubling multiplies, in elements twice as long ---- */

/*
 * What keeps the high half does not double the product but shifts it by one bit less, so that it
 * fits; d, which has no bits below, is added afterwards.
 */
#define HALF_UNIT    ((u64)1 << (esize / 2 - 2))
#define HIGH_HALF(x) (SInt(x) >> (esize / 2 - 1))

/* Beside signed_half_h() and signed_half_s(): no limits. */
static inline u64 low_half_h(struct cpu *cpu, u32x4 x)
{
	(void)cpu;
	return NARROW_BITS(h, x);
}

static inline u64 low_half_s(struct cpu *cpu, u64x2 x)
{
	(void)cpu;
	return NARROW_BITS(s, x);
}

#define HIGH_FORM(name, form, size, second, is_beyond)                                             \
	FP_OP(name##_##form##_##size)                                                              \
	{                                                                                          \
		FORMULA_TYPES(size)                                                                \
		const u64x2 mask = (u64x2)written(ELEMENTS(u), esize);                             \
		const u64x2 n = V(rn).vd & mask, m = (u64x2)(second), d = V(rd).vd & mask;         \
		const vector r = (vector)(u64x2){ name##_##size(cpu, n[0], m[0], d[0]),            \
			name##_##size(cpu, n[1], m[1], d[1]) };                                    \
                                                                                                   \
		V(rd).vd = saturate(cpu, (u64x2)r, (u64x2)(is_beyond), (u64x2)~LOWEST);            \
	}
#define HIGH_FORMULA(name, size, longer, is_beyond, narrow, value)                                 \
	static inline u64 name##_##size(struct cpu *cpu, u64 n_half, u64 m_half, u64 d_half)       \
	{                                                                                          \
		FORMULA_TYPES(longer)                                                              \
		const vector n = widen_SIGNED_##size(n_half), m = widen_SIGNED_##size(m_half);     \
		const vector d = widen_SIGNED_##size(d_half);                                      \
                                                                                                   \
		(void)d;                                                                           \
		return narrow##_##size(cpu, UInt(value));                                          \
	}                                                                                          \
	HIGH_FORM(name, vec, size, V(rm).v##size, is_beyond)                                       \
	HIGH_FORM(name, elem, size, (VECTOR_##size){ 0 } + V(rm).size[u->ra], is_beyond)
#define HIGH_HS(name, is_beyond, narrow, value)                                                    \
	HIGH_FORMULA(name, h, s, is_beyond, narrow, value)                                         \
	HIGH_FORMULA(name, s, d, is_beyond, narrow, value)

/* Only the square of the lowest number is beyond the range, and only it comes to LOWEST. */
HIGH_HS(sqdmulh, r == LOWEST, low_half, (n * m) >> (esize / 2 - 1))
HIGH_HS(sqrdmulh, r == LOWEST, low_half, (n * m + HALF_UNIT) >> (esize / 2 - 1))
HIGH_HS(sqrdmlah, ZERO, signed_half, SInt(d) + HIGH_HALF(HALF_UNIT + n * m))
HIGH_HS(sqrdmlsh, ZERO, signed_half, SInt(d) + HIGH_HALF(HALF_UNIT - n * m))

/* Only the square of the lowest number, doubled, is beyond the range, and comes to LOWEST. */
#define LONG_FORMULA(name, size, longer, first, second, ...)                                       \
	LONG_STEPS(name, size, longer, first, second, __VA_ARGS__)
#define LONG_STEPS(name, size, longer, first, second, sum, is_beyond, limit)                       \
	FP_OP(name##_##size)                                                                       \
	{                                                                                          \
		FORMULA_TYPES(longer)                                                              \
		const vector mask = (vector)written(ELEMENTS(u), esize);                           \
		const vector n = widen_SIGNED_##size(V(rn).d[FIRST(u) != 0]) & mask;               \
		const vector m = second, d = V(rd).v##longer & mask, doubled = 2 * n * m;          \
		const vector a = first, b = (vector)saturate(cpu, (u64x2)doubled,                  \
						(u64x2)(doubled == LOWEST), (u64x2)~LOWEST);       \
		const vector r = sum;                                                              \
                                                                                                   \
		(void)d;                                                                           \
		V(rd).vd = saturate(cpu, (u64x2)r, (u64x2)(is_beyond), (u64x2)(limit));            \
	}
#define LONG_HS(name, first, operation)                                                            \
	LONG_FORMULA(name##_vec, h, s, first, LONG_VECTOR(h), operation)                           \
	LONG_FORMULA(name##_vec, s, d, first, LONG_VECTOR(s), operation)                           \
	LONG_FORMULA(name##_elem, h, s, first, LONG_ELEMENT(h), operation)                         \
	LONG_FORMULA(name##_elem, s, d, first, LONG_ELEMENT(s), operation)
#define LONG_VECTOR(size)  widen_SIGNED_##size(V(rm).d[FIRST(u) != 0])
#define LONG_ELEMENT(size) UInt((signed_vector){ 0 } + V(rm).s##size[u->ra])

LONG_HS(sqdmull, ZERO, SIGNED_SUM)
LONG_HS(sqdmlal, d, SIGNED_SUM)
LONG_HS(sqdmlsl, d, SIGNED_DIFF)

/* Narrowing with saturation: the other half of the register stays when the second is written. */
#define NARROW_FORMULA(name, size, longer, value)                                                  \
	FP_OP(name##_##size)                                                                       \
	{                                                                                          \
		const u64x2 n = V(rn).vd & (u64x2)written(ELEMENTS(u), ESIZE_##longer);            \
		const u64 half = value##_##size(cpu, (VECTOR_##longer)n);                          \
                                                                                                   \
		V(rd).vd = FIRST(u) != 0 ? (u64x2){ V(rd).d[0], half } : (u64x2){ half, 0 };       \
	}
#define NARROW_BHS(name, value)                                                                    \
	NARROW_FORMULA(name, b, h, value)                                                          \
	NARROW_FORMULA(name, h, s, value)                                                          \
	NARROW_FORMULA(name, s, d, value)

NARROW_BHS(sqxtn, signed_half)
NARROW_BHS(uqxtn, unsigned_half)
NARROW_BHS(sqxtun, signed_to_unsigned_half)
