/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD shifts by immediate, DDI 0487 C7.2. Compiled once per engine.
 *
 * ra = a left shift, or a right shift less 1: it may be the element's size, which C has not, so it
 * is done in two steps, and between them the bit to round by is the lowest one.
 */
#include "cpu/simd.h"

#include "sysregs/sysregs.h"

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
HALF(u8x8, u8);
HALF(u16x4, u16);
HALF(u32x2, u32);
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

/* ---- With saturation, element by element: rm = their number ---- */

/* SatQ() and UnsignedSatQ() */
struct saturated {
	u64 value;
	bool is_saturated;
};

static inline struct saturated saturate_signed(s64 x, s64 min, s64 max)
{
	s64 value = x < min ? min : x > max ? max : x;

	return (struct saturated){ (u64)value, value != x };
}

static inline struct saturated saturate_unsigned(u64 x, u64 max)
{
	return (struct saturated){ x > max ? max : x, x > max };
}

/* The range of an element: of a signed one, and from 0 of an unsigned one. */
#define MAX_S(size) ((s64)MASK(size - 2, 0))
#define MIN_S(size) (-MAX_S(size) - 1)
#define MAX_U(size) MASK(size - 1, 0)

/* What x << shift would need more than the range for is what x needs more than range >> shift for.
 */
static inline struct saturated left_signed(s64 x, unsigned shift, s64 min, s64 max)
{
	if (x < min >> shift)
		return (struct saturated){ (u64)min, true };
	if (x > max >> shift)
		return (struct saturated){ (u64)max, true };
	return (struct saturated){ (u64)x << shift, false };
}

static inline struct saturated left_unsigned(u64 x, unsigned shift, u64 max)
{
	if (x > max >> shift)
		return (struct saturated){ max, true };
	return (struct saturated){ x << shift, false };
}

static inline struct saturated left_to_unsigned(s64 x, unsigned shift, u64 max)
{
	return x < 0 ? (struct saturated){ 0, true } : left_unsigned((u64)x, shift, max);
}

static inline s64 round_signed(s64 x, unsigned shift)
{
	x >>= shift;
	return ROUNDED;
}

static inline u64 round_unsigned(u64 x, unsigned shift)
{
	x >>= shift;
	return ROUNDED;
}

/* `result` is that of element i. */
#define EACH(name, suffix, type, result, write)                                                    \
	FP_CALL(name##_##suffix)                                                                   \
	{                                                                                          \
		union vreg r = { .d = { 0, 0 } };                                                  \
		bool is_saturated = false;                                                         \
                                                                                                   \
		for (unsigned i = 0; i < u->rm; i++) {                                             \
			struct saturated e = result;                                               \
                                                                                                   \
			r.suffix[i] = (type)e.value;                                               \
			is_saturated |= e.is_saturated;                                            \
		}                                                                                  \
		write;                                                                             \
		if (is_saturated)                                                                  \
			cpu->fpu.fpsr |= FPSR_QC;                                                  \
	}

#define SATURATING_LEFT(suffix, type, size)                                                        \
	EACH(sqshl_imm, suffix, type,                                                              \
		left_signed(V(rn).s##suffix[i], u->ra, MIN_S(size), MAX_S(size)), V(rd) = r)       \
	EACH(uqshl_imm, suffix, type, left_unsigned(V(rn).suffix[i], u->ra, MAX_U(size)),          \
		V(rd) = r)                                                                         \
	EACH(sqshlu, suffix, type, left_to_unsigned(V(rn).s##suffix[i], u->ra, MAX_U(size)),       \
		V(rd) = r)

SATURATING_LEFT(b, u8, 8)
SATURATING_LEFT(h, u16, 16)
SATURATING_LEFT(s, u32, 32)
SATURATING_LEFT(d, u64, 64)

#define NARROW_EACH(name, suffix, type, result)                                                    \
	EACH(name, suffix, type, result, write_half(cpu, u, r.d[0]))
#define SIGNED_SHIFTED(wide)   (V(rn).s##wide[i] >> u->ra >> 1)
#define SIGNED_ROUNDED(wide)   round_signed(V(rn).s##wide[i], u->ra)
#define UNSIGNED_SHIFTED(wide) ((u64)V(rn).wide[i] >> u->ra >> 1)
#define UNSIGNED_ROUNDED(wide) round_unsigned(V(rn).wide[i], u->ra)

#define SATURATING_NARROW(suffix, type, size, wide)                                                \
	NARROW_EACH(sqshrn, suffix, type,                                                          \
		saturate_signed(SIGNED_SHIFTED(wide), MIN_S(size), MAX_S(size)))                   \
	NARROW_EACH(sqrshrn, suffix, type,                                                         \
		saturate_signed(SIGNED_ROUNDED(wide), MIN_S(size), MAX_S(size)))                   \
	NARROW_EACH(                                                                               \
		sqshrun, suffix, type, saturate_signed(SIGNED_SHIFTED(wide), 0, (s64)MAX_U(size))) \
	NARROW_EACH(sqrshrun, suffix, type,                                                        \
		saturate_signed(SIGNED_ROUNDED(wide), 0, (s64)MAX_U(size)))                        \
	NARROW_EACH(uqshrn, suffix, type, saturate_unsigned(UNSIGNED_SHIFTED(wide), MAX_U(size)))  \
	NARROW_EACH(uqrshrn, suffix, type, saturate_unsigned(UNSIGNED_ROUNDED(wide), MAX_U(size)))

SATURATING_NARROW(b, u8, 8, h)
SATURATING_NARROW(h, u16, 16, s)
SATURATING_NARROW(s, u32, 32, d)
