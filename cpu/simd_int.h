/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the handlers of SIMD integer arithmetic are made: one formula, over whole vectors where C's
 * vectors have the operation and over one element after the other elsewhere, for each element size.
 * Private to cpu/op_simd_*.c.
 *
 * Sizes are b h s d, as in union vreg. What the formats leave in a uop:
 *
 *	imm	of a vector formula: the mask of the upper half (write_vector), or the half that a
 *		widening or narrowing instruction reads or writes; where elements are counted:
 *		ELEMENTS and FIRST
 *	ra	by element: the index in Vm
 */
#ifndef ENT_CPU_SIMD_INT_H
#define ENT_CPU_SIMD_INT_H

#include "cpu/simd.h"

/* ---- Formulas over vectors: n, m and d are the operands, of unsigned elements ---- */

#define VECTOR_b u8x16
#define VECTOR_h u16x8
#define VECTOR_s u32x4
#define VECTOR_d u64x2
#define SIGNED_b s8x16
#define SIGNED_h s16x8
#define SIGNED_s s32x4
#define SIGNED_d s64x2
enum { ESIZE_b = 8, ESIZE_h = 16, ESIZE_s = 32, ESIZE_d = 64 };

/* The types of a handler and its formula. */
#define FORMULA_TYPES(size)                                                                        \
	enum { esize = ESIZE_##size };                                                             \
	typedef VECTOR_##size vector;                                                              \
	typedef SIGNED_##size signed_vector __attribute__((unused));

/* The same bits as signed elements, or as unsigned ones. */
#define SInt(x) ((signed_vector)(x))
#define UInt(x) ((vector)(x))

/* The distance of two numbers, the first of which is less where the mask is all ones. */
#define DISTANCE(is_less, a, b) ((((a) - (b)) ^ UInt(is_less)) - UInt(is_less))

/* Vm[index] in every element. */
#define ELEMENT_OF_M(size) ((vector){ 0 } + V(rm).size[u->ra])

#define VECTOR_FORMULA(name, size, second, value)                                                  \
	FP_OP(name##_##size)                                                                       \
	{                                                                                          \
		FORMULA_TYPES(size)                                                                \
		const vector n = V(rn).v##size, m = second, d = V(rd).v##size;                     \
                                                                                                   \
		(void)n, (void)m, (void)d;                                                         \
		write_vector(cpu, u, (u8x16)(value));                                              \
	}
#define ELEMENTWISE_BHS(name, value)                                                               \
	VECTOR_FORMULA(name, b, V(rm).vb, value)                                                   \
	VECTOR_FORMULA(name, h, V(rm).vh, value)                                                   \
	VECTOR_FORMULA(name, s, V(rm).vs, value)
#define ELEMENTWISE_BHSD(name, value)                                                              \
	ELEMENTWISE_BHS(name, value)                                                               \
	VECTOR_FORMULA(name, d, V(rm).vd, value)
#define BY_ELEMENT_HS(name, value)                                                                 \
	VECTOR_FORMULA(name, h, ELEMENT_OF_M(h), value)                                            \
	VECTOR_FORMULA(name, s, ELEMENT_OF_M(s), value)

/* ---- Elements of half a vector, and twice as long ---- */

typedef u8 u8x8 __attribute__((vector_size(8)));
typedef u16 u16x4 __attribute__((vector_size(8)));
typedef u32 u32x2 __attribute__((vector_size(8)));
#define HALF_VECTOR_b u8x8
#define HALF_VECTOR_h u16x4
#define HALF_VECTOR_s u32x2

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

/* ---- Formulas over elements: n and m are the operands, of any value an element has ---- */

/* Element fields of union vreg. */
#define MEMBER_SIGNED(size)   s##size
#define MEMBER_UNSIGNED(size) size

/* How many elements the result has, and which element of the longer vector is the first. */
#define ELEMENTS(u) ((u8)(u)->imm)
#define FIRST(u)    ((u8)((u)->imm >> 8))

/* The numbers of a formula; more than an element has bits. __int128 is slow: only for doublewords.
 */
typedef __int128 s128;
#define WIDE_b s64
#define WIDE_h s64
#define WIDE_s s64
#define WIDE_d s128

#define EACH_FORMULA(name, size, sign, value)                                                      \
	FP_CALL(name##_##size)                                                                     \
	{                                                                                          \
		enum { esize = ESIZE_##size };                                                     \
		typedef WIDE_##size wide;                                                          \
		union vreg r = { .d = { 0, 0 } };                                                  \
		bool is_saturated = false;                                                         \
                                                                                                   \
		for (unsigned e = 0; e < ELEMENTS(u); e++) {                                       \
			const wide n = V(rn).MEMBER_##sign(size)[e];                               \
			const wide m = V(rm).MEMBER_##sign(size)[e];                               \
                                                                                                   \
			r.size[e] = (__typeof__(r.size[0]))(value);                                \
		}                                                                                  \
		V(rd) = r;                                                                         \
		set_qc(cpu, is_saturated);                                                         \
	}
#define EACH_BHSD(name, sign, value)                                                               \
	EACH_FORMULA(name, b, sign, value)                                                         \
	EACH_FORMULA(name, h, sign, value)                                                         \
	EACH_FORMULA(name, s, sign, value)                                                         \
	EACH_FORMULA(name, d, sign, value)

/* ---- Saturation: FPSR.QC tells that it happened ---- */

static inline void set_qc(struct cpu *cpu, bool is_saturated)
{
	if (UNLIKELY(is_saturated))
		cpu->fpu.fpsr |= FPSR_QC;
}

/* All ones in the first elements of a vector, `count` of esize bits: those that the result has. */
static inline u8x16 written(unsigned count, unsigned esize)
{
	const s8x16 number = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	const s8 end = (s8)(count * esize / 8);

	return (u8x16)(number < end);
}

/* The elements of `limit` where `is_beyond` is all ones, elsewhere those of `sum`. */
static inline u64x2 saturate(struct cpu *cpu, u64x2 sum, u64x2 is_beyond, u64x2 limit)
{
	set_qc(cpu, (is_beyond[0] | is_beyond[1]) != 0);
	return (limit & is_beyond) | (sum & ~is_beyond);
}

/* The lowest signed number in every element. */
#define LOWEST (~(vector){ 0 } << (esize - 1))

/*
 * SignedSatQ() and UnsignedSatQ() of elements to half their length: beyond the range is what does
 * not come back when it is made longer again.
 */
#define NARROW_BITS(size, x) ((u64) __builtin_convertvector(x, HALF_VECTOR_##size))
#define SATURATE_TO_HALF(name, size, longer, sign, limit)                                          \
	static inline u64 name##_##size(struct cpu *cpu, VECTOR_##longer x)                        \
	{                                                                                          \
		FORMULA_TYPES(longer)                                                              \
		const u64 half = NARROW_BITS(size, x);                                             \
		const vector is_negative = UInt(SInt(x) >> (esize - 1));                           \
		const vector is_beyond = UInt(widen_##sign##_##size(half) != x);                   \
		const u64 beyond = NARROW_BITS(size, is_beyond);                                   \
                                                                                                   \
		(void)is_negative;                                                                 \
		set_qc(cpu, beyond != 0);                                                          \
		return (half & ~beyond) | (NARROW_BITS(size, UInt(limit)) & beyond);               \
	}
#define SATURATES_TO_HALF(size, longer)                                                            \
	SATURATE_TO_HALF(signed_half, size, longer, SIGNED, is_negative ^ ~LOWEST >> esize / 2)    \
	SATURATE_TO_HALF(signed_to_unsigned_half, size, longer, UNSIGNED, ~is_negative)            \
	SATURATE_TO_HALF(unsigned_half, size, longer, UNSIGNED, ~(vector){ 0 })
SATURATES_TO_HALF(b, h)
SATURATES_TO_HALF(h, s)
SATURATES_TO_HALF(s, d)

/* The number of a range that is nearest to `value`; it tells when this is another one. */
#define NEAREST(wide)                                                                              \
	static inline wide nearest_##wide(bool *is_other, wide value, wide lowest, wide highest)   \
	{                                                                                          \
		wide result = value < lowest ? lowest : value > highest ? highest : value;         \
                                                                                                   \
		*is_other |= result != value;                                                      \
		return result;                                                                     \
	}
NEAREST(s64)
NEAREST(s128)

/* The function of a formula's numbers. */
#define OF_WIDE(function) _Generic((wide)0, s64 : function##_s64, s128 : function##_s128)

/* SignedSatQ() and UnsignedSatQ() to an element of esize bits. */
#define SIGNED_SAT(value)                                                                          \
	OF_WIDE(nearest)                                                                           \
	(&is_saturated, value, -((wide)1 << (esize - 1)), ((wide)1 << (esize - 1)) - 1)
#define UNSIGNED_SAT(value) OF_WIDE(nearest)(&is_saturated, value, 0, ((wide)1 << esize) - 1)

#endif
