/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the handlers of SIMD integer arithmetic are made: one formula, over whole vectors where C's
 * vectors have the operation and over one element after the other elsewhere, for each element size.
 * Private to cpu/op_simd_*.c.
 *
 * Sizes are b h s d, as in union vreg. What the formats leave in a uop:
 *
 *	imm	of a vector formula: the mask of the upper half (write_vector), or the half that a
 *		widening or narrowing instruction reads or writes; of a formula over elements:
 *ELEMENTS ra	by element: the index in Vm
 */
#ifndef ENT_CPU_SIMD_INT_H
#define ENT_CPU_SIMD_INT_H

#include "cpu/simd.h"
#include "sysregs/sysregs.h"

typedef __int128 s128;

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

/* ---- Formulas over elements: n, m and d are the operands, of any value an element has ---- */

/* Element fields of union vreg. */
#define MEMBER_SIGNED(size)   s##size
#define MEMBER_UNSIGNED(size) size

/* How many elements the result has, and which element of the longer vector is the first. */
#define ELEMENTS(u) ((u8)(u)->imm)
#define FIRST(u)    ((u8)((u)->imm >> 8))

#define ELEMENT_FORMULA(name, size, sign, second, value)                                           \
	FP_CALL(name##_##size)                                                                     \
	{                                                                                          \
		enum { esize = ESIZE_##size };                                                     \
		union vreg r = { .d = { 0, 0 } };                                                  \
                                                                                                   \
		for (unsigned e = 0; e < ELEMENTS(u); e++) {                                       \
			s128 n = V(rn).MEMBER_##sign(size)[e];                                     \
			s128 m = V(rm).MEMBER_##sign(size)[second];                                \
			s128 d = V(rd).MEMBER_##sign(size)[e];                                     \
                                                                                                   \
			(void)n, (void)m, (void)d, (void)esize;                                    \
			r.MEMBER_##sign(size)[e] = (__typeof__(r.MEMBER_##sign(size)[0]))(value);  \
		}                                                                                  \
		V(rd) = r;                                                                         \
	}
#define EACH_BHS(name, sign, value)                                                                \
	ELEMENT_FORMULA(name, b, sign, e, value)                                                   \
	ELEMENT_FORMULA(name, h, sign, e, value)                                                   \
	ELEMENT_FORMULA(name, s, sign, e, value)
#define EACH_BHSD(name, sign, value)                                                               \
	EACH_BHS(name, sign, value)                                                                \
	ELEMENT_FORMULA(name, d, sign, e, value)
/* Vector by vector, and vector by element. */
#define EACH_HS(name, sign, value)                                                                 \
	ELEMENT_FORMULA(name##_vec, h, sign, e, value)                                             \
	ELEMENT_FORMULA(name##_vec, s, sign, e, value)                                             \
	ELEMENT_FORMULA(name##_elem, h, sign, u->ra, value)                                        \
	ELEMENT_FORMULA(name##_elem, s, sign, u->ra, value)

/* SignedSatQ(): the value, or what is nearest to it in a signed element of `bits`. */
static inline s128 signed_sat(struct cpu *cpu, s128 value, unsigned bits)
{
	s128 highest = ((s128)1 << (bits - 1)) - 1, lowest = -highest - 1;

	if (LIKELY(value >= lowest && value <= highest))
		return value;
	cpu->fpu.fpsr |= (u32)FPSR_QC;
	return value < 0 ? lowest : highest;
}

/* UnsignedSatQ(): the same for an unsigned element. */
static inline s128 unsigned_sat(struct cpu *cpu, s128 value, unsigned bits)
{
	s128 highest = ((s128)1 << bits) - 1;

	if (LIKELY(value >= 0 && value <= highest))
		return value;
	cpu->fpu.fpsr |= (u32)FPSR_QC;
	return value < 0 ? 0 : highest;
}

#endif
