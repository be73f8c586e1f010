/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD shifts by immediate, DDI 0487 C7.2. Compiled once per engine.
 *
 * ra = a left shift, or a right shift less 1: it may be the element's size, which C has not, so it
 * is done in two steps, and between them the bit to round by is the lowest one.
 */
#include "cpu/simd_int.h"

/* ---- Right: x is the element shifted by ra ---- */

#define SHIFTED (x >> 1)
#define ROUNDED ((x >> 1) + (x & 1))

#define RIGHT_SIZE(name, suffix, element, vector, sign, value, sum)                                \
	FP_OP(name##_##suffix)                                                                     \
	{                                                                                          \
		sign##vector x = (sign##vector)V(rn).vb >> (sign##element)u->ra;                   \
                                                                                                   \
		write_vector(cpu, u, (u8x16)((u##vector)(value) + (sum)));                         \
	}
#define RIGHT(name, sign, value)                                                                   \
	RIGHT_SIZE(name, b, 8, 8x16, sign, value, (u8x16){ 0 })                                    \
	RIGHT_SIZE(name, h, 16, 16x8, sign, value, (u16x8){ 0 })                                   \
	RIGHT_SIZE(name, s, 32, 32x4, sign, value, (u32x4){ 0 })                                   \
	RIGHT_SIZE(name, d, 64, 64x2, sign, value, (u64x2){ 0 })
#define ACCUMULATE(name, sign, value)                                                              \
	RIGHT_SIZE(name, b, 8, 8x16, sign, value, V(rd).vb)                                        \
	RIGHT_SIZE(name, h, 16, 16x8, sign, value, V(rd).vh)                                       \
	RIGHT_SIZE(name, s, 32, 32x4, sign, value, V(rd).vs)                                       \
	RIGHT_SIZE(name, d, 64, 64x2, sign, value, V(rd).vd)

RIGHT(sshr, s, SHIFTED)
RIGHT(ushr, u, SHIFTED)
RIGHT(srshr, s, ROUNDED)
RIGHT(urshr, u, ROUNDED)
ACCUMULATE(ssra, s, SHIFTED)
ACCUMULATE(usra, u, SHIFTED)
ACCUMULATE(srsra, s, ROUNDED)
ACCUMULATE(ursra, u, ROUNDED)

/* ---- Left, and inserting ---- */

#define SHIFT_SIZE(name, suffix, element, vector, old, value)                                      \
	FP_OP(name##_##suffix)                                                                     \
	{                                                                                          \
		vector x = (vector)V(rn).vb;                                                       \
		element shift = (element)u->ra;                                                    \
                                                                                                   \
		write_vector(cpu, u, (u8x16)(value(V(rd).old)));                                   \
	}
#define SHIFT(name, value)                                                                         \
	SHIFT_SIZE(name, b, u8, u8x16, vb, value)                                                  \
	SHIFT_SIZE(name, h, u16, u16x8, vh, value)                                                 \
	SHIFT_SIZE(name, s, u32, u32x4, vs, value)                                                 \
	SHIFT_SIZE(name, d, u64, u64x2, vd, value)

/* SLI and SRI keep the bits of the destination that nothing is shifted into. */
#define LEFT(old)	  (x << shift)
#define INSERT_LEFT(old)  (x << shift | (old ^ (old >> shift << shift)))
#define INSERT_RIGHT(old) (x >> shift >> 1 | (old ^ (old << shift << 1 >> shift >> 1)))

SHIFT(shl, LEFT)
SHIFT(sli, INSERT_LEFT)
SHIFT(sri, INSERT_RIGHT)

/* ---- Long: rm = the half of the source ---- */

#define HALF(name, type) typedef type name __attribute__((vector_size(8)))
HALF(s8x8, s8);
HALF(s16x4, s16);
HALF(s32x2, s32);

#define LONG(name, suffix, narrow, wide, element, unsigned_wide)                                   \
	FP_OP(name##_##suffix)                                                                     \
	{                                                                                          \
		wide x = __builtin_convertvector((narrow)V(rn).d[u->rm], wide);                    \
                                                                                                   \
		V(rd).vb = (u8x16)((unsigned_wide)x << (element)u->ra);                            \
	}

LONG(sshll, b, s8x8, s16x8, u16, u16x8)
LONG(sshll, h, s16x4, s32x4, u32, u32x4)
LONG(sshll, s, s32x2, s64x2, u64, u64x2)
LONG(ushll, b, u8x8, u16x8, u16, u16x8)
LONG(ushll, h, u16x4, u32x4, u32, u32x4)
LONG(ushll, s, u32x2, u64x2, u64, u64x2)

/* ---- Narrow: imm says into which half; the lower one clears the upper ---- */

static inline void write_half(struct cpu *cpu, const struct uop *u, u64 half)
{
	V(rd).vd = u->imm ? (u64x2){ V(rd).d[0], half } : (u64x2){ half, 0 };
}

#define NARROW(name, suffix, wide, element, narrow, value)                                         \
	FP_OP(name##_##suffix)                                                                     \
	{                                                                                          \
		wide x = (wide)V(rn).vb >> (element)u->ra;                                         \
                                                                                                   \
		write_half(cpu, u, (u64) __builtin_convertvector(value, narrow));                  \
	}

NARROW(shrn, b, u16x8, u16, u8x8, SHIFTED)
NARROW(shrn, h, u32x4, u32, u16x4, SHIFTED)
NARROW(shrn, s, u64x2, u64, u32x2, SHIFTED)
NARROW(rshrn, b, u16x8, u16, u8x8, ROUNDED)
NARROW(rshrn, h, u32x4, u32, u16x4, ROUNDED)
NARROW(rshrn, s, u64x2, u64, u32x2, ROUNDED)

/* ---- With saturation: rm = the number of elements ---- */

/* What is beyond the range does not come back when it is shifted to the right again. */
#define SATURATING_LEFT_SIZE(name, size, is_beyond, limit)                                         \
	FP_OP(name##_##size)                                                                       \
	{                                                                                          \
		FORMULA_TYPES(size)                                                                \
		const vector n = V(rn).v##size & (vector)written(u->rm, esize);                    \
		const __typeof__(n[0]) shift = u->ra;                                              \
		const vector r = n << shift, is_negative = UInt(SInt(n) >> (esize - 1));           \
                                                                                                   \
		(void)is_negative;                                                                 \
		V(rd).vd = saturate(cpu, (u64x2)r, (u64x2)(is_beyond), (u64x2)(limit));            \
	}
#define SATURATING_LEFT(name, is_beyond, limit)                                                    \
	SATURATING_LEFT_SIZE(name, b, is_beyond, limit)                                            \
	SATURATING_LEFT_SIZE(name, h, is_beyond, limit)                                            \
	SATURATING_LEFT_SIZE(name, s, is_beyond, limit)                                            \
	SATURATING_LEFT_SIZE(name, d, is_beyond, limit)
SATURATING_LEFT(sqshl_imm, UInt(SInt(r) >> shift) != n, is_negative ^ ~LOWEST)
SATURATING_LEFT(uqshl_imm, r >> shift != n, ~(vector){ 0 })
SATURATING_LEFT(sqshlu, UInt(r >> shift != n) | is_negative, ~is_negative)

#define SATURATING_NARROW_SIZE(name, size, longer, sign, value, saturated)                         \
	FP_OP(name##_##size)                                                                       \
	{                                                                                          \
		FORMULA_TYPES(longer)                                                              \
		const vector n = V(rn).v##longer & (vector)written(u->rm, esize);                  \
		const sign x = (sign)n >> (__typeof__(n[0]))u->ra;                                 \
                                                                                                   \
		write_half(cpu, u, saturated##_##size(cpu, UInt(value)));                          \
	}
#define SATURATING_NARROW(name, sign, value, saturated)                                            \
	SATURATING_NARROW_SIZE(name, b, h, sign, value, saturated)                                 \
	SATURATING_NARROW_SIZE(name, h, s, sign, value, saturated)                                 \
	SATURATING_NARROW_SIZE(name, s, d, sign, value, saturated)

SATURATING_NARROW(sqshrn, signed_vector, SHIFTED, signed_half)
SATURATING_NARROW(sqrshrn, signed_vector, ROUNDED, signed_half)
SATURATING_NARROW(sqshrun, signed_vector, SHIFTED, signed_to_unsigned_half)
SATURATING_NARROW(sqrshrun, signed_vector, ROUNDED, signed_to_unsigned_half)
SATURATING_NARROW(uqshrn, vector, SHIFTED, unsigned_half)
SATURATING_NARROW(uqrshrn, vector, ROUNDED, unsigned_half)
