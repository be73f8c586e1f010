/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD integer arithmetic one element after the other: what saturates, rounds or doubles, shifts by
 * register, leading bits, DDI 0487 C7.2. Vector and scalar forms. Compiled once per engine.
 */
#include "cpu/alu.h"
#include "cpu/simd_int.h"

#define SIGNED_SAT(value)   signed_sat(cpu, value, esize)
#define UNSIGNED_SAT(value) unsigned_sat(cpu, value, esize)

EACH_BHSD(sqadd, SIGNED, SIGNED_SAT(n + m))
EACH_BHSD(uqadd, UNSIGNED, UNSIGNED_SAT(n + m))
EACH_BHSD(sqsub, SIGNED, SIGNED_SAT(n - m))
EACH_BHSD(uqsub, UNSIGNED, UNSIGNED_SAT(n - m))
EACH_BHSD(sqabs, SIGNED, SIGNED_SAT(n < 0 ? -n : n))
EACH_BHSD(sqneg, SIGNED, SIGNED_SAT(-n))

/* The accumulator has the sign of the result, n the other one. */
EACH_BHSD(suqadd, SIGNED, SIGNED_SAT((n & (s128)MASK(esize - 1, 0)) + d))
EACH_BHSD(usqadd, UNSIGNED, UNSIGNED_SAT((s64)sign_extend((u64)n, esize) + d))

/*
 * An element shifted left by a signed amount, -128 to 127. What is shifted out of 64 bits on the
 * left is out of every range and has no low bits; what is shifted out on the right leaves the sign.
 */
static inline s128 shifted(s128 element, s8 amount, bool rounding)
{
	int right = amount < -65 ? 65 : -amount;

	if (amount >= 64)
		return (s128)((element > 0) - (element < 0)) * ((s128)1 << 64);
	if (amount >= 0)
		return element * ((s128)1 << amount);
	return (element + (rounding ? (s128)1 << (right - 1) : 0)) >> right;
}

EACH_BHSD(sshl, SIGNED, shifted(n, (s8)m, false))
EACH_BHSD(ushl, UNSIGNED, shifted(n, (s8)m, false))
EACH_BHSD(srshl, SIGNED, shifted(n, (s8)m, true))
EACH_BHSD(urshl, UNSIGNED, shifted(n, (s8)m, true))
EACH_BHSD(sqshl, SIGNED, SIGNED_SAT(shifted(n, (s8)m, false)))
EACH_BHSD(uqshl, UNSIGNED, UNSIGNED_SAT(shifted(n, (s8)m, false)))
EACH_BHSD(sqrshl, SIGNED, SIGNED_SAT(shifted(n, (s8)m, true)))
EACH_BHSD(uqrshl, UNSIGNED, UNSIGNED_SAT(shifted(n, (s8)m, true)))

/* Doubling multiplies that keep the high half. */
#define ROUNDING ((s128)1 << (esize - 1))
#define SCALED_D (d * ((s128)1 << esize))

EACH_HS(sqdmulh, SIGNED, SIGNED_SAT((2 * n * m) >> esize))
EACH_HS(sqrdmulh, SIGNED, SIGNED_SAT((2 * n * m + ROUNDING) >> esize))
EACH_HS(sqrdmlah, SIGNED, SIGNED_SAT((SCALED_D + 2 * n * m + ROUNDING) >> esize))
EACH_HS(sqrdmlsh, SIGNED, SIGNED_SAT((SCALED_D - 2 * n * m + ROUNDING) >> esize))

EACH_BHS(clz, UNSIGNED, count_leading_zeros((u64)n, esize))
EACH_BHS(cls, UNSIGNED, count_leading_sign_bits((u64)n, esize))

/* Doubling multiplies of elements of `size` to `wide` ones. */
#define LONG_FORMULA(name, size, wide, index, value)                                               \
	FP_CALL(name##_##size)                                                                     \
	{                                                                                          \
		enum { esize = ESIZE_##wide };                                                     \
		union vreg r = { .d = { 0, 0 } };                                                  \
                                                                                                   \
		for (unsigned e = 0; e < ELEMENTS(u); e++) {                                       \
			s128 n = V(rn).s##size[FIRST(u) + e];                                      \
			s128 m = V(rm).s##size[index];                                             \
			s128 d = V(rd).s##wide[e];                                                 \
			s128 product = SIGNED_SAT(2 * n * m);                                      \
                                                                                                   \
			(void)d;                                                                   \
			r.s##wide[e] = (__typeof__(r.s##wide[0]))(value);                          \
		}                                                                                  \
		V(rd) = r;                                                                         \
	}
#define LONG_HS(name, value)                                                                       \
	LONG_FORMULA(name##_vec, h, s, FIRST(u) + e, value)                                        \
	LONG_FORMULA(name##_vec, s, d, FIRST(u) + e, value)                                        \
	LONG_FORMULA(name##_elem, h, s, u->ra, value)                                              \
	LONG_FORMULA(name##_elem, s, d, u->ra, value)

LONG_HS(sqdmull, product)
LONG_HS(sqdmlal, SIGNED_SAT(d + product))
LONG_HS(sqdmlsl, SIGNED_SAT(d - product))

/* Narrowing with saturation: the other half of the register stays when the second is written. */
#define NARROW_FORMULA(name, size, wide, sign, value)                                              \
	FP_CALL(name##_##size)                                                                     \
	{                                                                                          \
		enum { esize = ESIZE_##size };                                                     \
		union vreg r = { .d = { FIRST(u) != 0 ? V(rd).d[0] : 0, 0 } };                     \
                                                                                                   \
		for (unsigned e = 0; e < ELEMENTS(u); e++) {                                       \
			s128 n = V(rn).MEMBER_##sign(wide)[e];                                     \
                                                                                                   \
			r.size[FIRST(u) + e] = (__typeof__(r.size[0]))(value);                     \
		}                                                                                  \
		V(rd) = r;                                                                         \
	}
#define NARROW_BHS(name, sign, value)                                                              \
	NARROW_FORMULA(name, b, h, sign, value)                                                    \
	NARROW_FORMULA(name, h, s, sign, value)                                                    \
	NARROW_FORMULA(name, s, d, sign, value)

NARROW_BHS(sqxtn, SIGNED, SIGNED_SAT(n))
NARROW_BHS(uqxtn, UNSIGNED, UNSIGNED_SAT(n))
NARROW_BHS(sqxtun, SIGNED, UNSIGNED_SAT(n))
