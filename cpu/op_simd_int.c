/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD integer arithmetic where source and result elements have the same size and C's vectors have
 * the operation, DDI 0487 C7.2. Compiled once per engine.
 */
#include "cpu/simd_int.h"

/* Logic: SIMD knows no size of element here. */
#define BITWISE(name, value)                                                                       \
	FP_OP(name)                                                                                \
	{                                                                                          \
		const u8x16 n = V(rn).vb, m = V(rm).vb, d = V(rd).vb;                              \
                                                                                                   \
		(void)n, (void)m, (void)d;                                                         \
		write_vector(cpu, u, value);                                                       \
	}

BITWISE(and_vec, n &m)
BITWISE(bic_vec, n & ~m)
BITWISE(orr_vec, n | m)
BITWISE(orn_vec, n | ~m)
BITWISE(eor_vec, n ^ m)
BITWISE(bsl_vec, (d & n) | (~d & m))
BITWISE(bit_vec, (m & n) | (~m & d))
BITWISE(bif_vec, (~m & n) | (m & d))
BITWISE(not_vec, ~n)

/* Addition, multiplication. */
ELEMENTWISE_BHSD(add_vec, n + m)
ELEMENTWISE_BHSD(sub_vec, n - m)
ELEMENTWISE_BHSD(neg_vec, -n)
ELEMENTWISE_BHS(mul_vec, (n * m))
ELEMENTWISE_BHS(mla_vec, d + n * m)
ELEMENTWISE_BHS(mls_vec, d - n * m)
BY_ELEMENT_HS(mul_elem, (n * m))
BY_ELEMENT_HS(mla_elem, d + n * m)
BY_ELEMENT_HS(mls_elem, d - n * m)

/*
 * Half of a sum or difference, without its carry: n + m = 2 * (n & m) + (n ^ m) = 2 * (n | m) -
 * (n ^ m), and n - m = (n ^ m) - 2 * (~n & m).
 */
ELEMENTWISE_BHS(shadd_vec, (n & m) + UInt(SInt(n ^ m) >> 1))
ELEMENTWISE_BHS(uhadd_vec, (n & m) + ((n ^ m) >> 1))
ELEMENTWISE_BHS(srhadd_vec, (n | m) - UInt(SInt(n ^ m) >> 1))
ELEMENTWISE_BHS(urhadd_vec, (n | m) - ((n ^ m) >> 1))
ELEMENTWISE_BHS(shsub_vec, UInt(SInt(n ^ m) >> 1) - (~n & m))
ELEMENTWISE_BHS(uhsub_vec, ((n ^ m) >> 1) - (~n & m))

/* Comparison: all ones where it holds. */
ELEMENTWISE_BHSD(cmeq_vec, n == m)
ELEMENTWISE_BHSD(cmgt_vec, SInt(n) > SInt(m))
ELEMENTWISE_BHSD(cmge_vec, SInt(n) >= SInt(m))
ELEMENTWISE_BHSD(cmhi_vec, n > m)
ELEMENTWISE_BHSD(cmhs_vec, n >= m)
ELEMENTWISE_BHSD(cmtst_vec, (n & m) != 0)
ELEMENTWISE_BHSD(cmeq_zero, n == 0)
ELEMENTWISE_BHSD(cmgt_zero, SInt(n) > 0)
ELEMENTWISE_BHSD(cmge_zero, SInt(n) >= 0)
ELEMENTWISE_BHSD(cmle_zero, SInt(n) <= 0)
ELEMENTWISE_BHSD(cmlt_zero, SInt(n) < 0)

ELEMENTWISE_BHSD(abs_vec, DISTANCE(SInt(n) < 0, n, (vector){ 0 }))
ELEMENTWISE_BHS(sabd_vec, DISTANCE(SInt(n) < SInt(m), n, m))
ELEMENTWISE_BHS(uabd_vec, DISTANCE(n < m, n, m))
ELEMENTWISE_BHS(saba_vec, d + DISTANCE(SInt(n) < SInt(m), n, m))
ELEMENTWISE_BHS(uaba_vec, d + DISTANCE(n < m, n, m))

/* Maximum and minimum: compilers find the host's instruction in such a loop, not in SELECT(). */
#define EXTREME_SIZE(name, size, sign, better)                                                     \
	static inline VECTOR_##size name##_of_##size(VECTOR_##size n, VECTOR_##size m)             \
	{                                                                                          \
		const union vreg a = { .v##size = n }, b = { .v##size = m };                       \
		union vreg r;                                                                      \
                                                                                                   \
		for (unsigned e = 0; e < COUNT(r.size); e++)                                       \
			r.MEMBER_##sign(size)[e] =                                                 \
				a.MEMBER_##sign(size)[e] better b.MEMBER_##sign(size)[e]           \
					? a.MEMBER_##sign(size)[e]                                 \
					: b.MEMBER_##sign(size)[e];                                \
		return r.v##size;                                                                  \
	}
#define EXTREME(name, sign, better)                                                                \
	EXTREME_SIZE(name, b, sign, better)                                                        \
	EXTREME_SIZE(name, h, sign, better)                                                        \
	EXTREME_SIZE(name, s, sign, better)
#define EXTREME_OF(name, a, b)                                                                     \
	_Generic((a), u8x16 : name##_of_b, u16x8 : name##_of_h, u32x4 : name##_of_s)(a, b)

EXTREME(smax, SIGNED, >)
EXTREME(umax, UNSIGNED, >)
EXTREME(smin, SIGNED, <)
EXTREME(umin, UNSIGNED, <)
ELEMENTWISE_BHS(smax_vec, EXTREME_OF(smax, n, m))
ELEMENTWISE_BHS(umax_vec, EXTREME_OF(umax, n, m))
ELEMENTWISE_BHS(smin_vec, EXTREME_OF(smin, n, m))
ELEMENTWISE_BHS(umin_vec, EXTREME_OF(umin, n, m))

/*
 * Pairs of neighbours in the concatenation m:n: `even` has the first of each pair, `odd` the
 * second. In 64 bits the concatenation is one register.
 */
#define EVEN_b 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define EVEN_h 0, 2, 4, 6, 8, 10, 12, 14
#define EVEN_s 0, 2, 4, 6
#define EVEN_d 0, 2
#define ODD_b  1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define ODD_h  1, 3, 5, 7, 9, 11, 13, 15
#define ODD_s  1, 3, 5, 7
#define ODD_d  1, 3

#define PAIR_FORMULA(name, size, value)                                                            \
	FP_OP(name##_##size)                                                                       \
	{                                                                                          \
		FORMULA_TYPES(size)                                                                \
		u64 second = (V(rn).d[1] & u->imm) | (V(rm).d[0] & ~u->imm);                       \
		const vector n = (vector)(u64x2){ V(rn).d[0], second }, m = V(rm).v##size;         \
		const vector even = __builtin_shufflevector(n, m, EVEN_##size);                    \
		const vector odd = __builtin_shufflevector(n, m, ODD_##size);                      \
                                                                                                   \
		(void)esize;                                                                       \
		write_vector(cpu, u, (u8x16)(value));                                              \
	}
#define PAIRWISE_BHS(name, value)                                                                  \
	PAIR_FORMULA(name, b, value)                                                               \
	PAIR_FORMULA(name, h, value)                                                               \
	PAIR_FORMULA(name, s, value)

PAIRWISE_BHS(addp_vec, even + odd)
PAIR_FORMULA(addp_vec, d, even + odd)
PAIRWISE_BHS(smaxp_vec, EXTREME_OF(smax, even, odd))
PAIRWISE_BHS(umaxp_vec, EXTREME_OF(umax, even, odd))
PAIRWISE_BHS(sminp_vec, EXTREME_OF(smin, even, odd))
PAIRWISE_BHS(uminp_vec, EXTREME_OF(umin, even, odd))

FP_OP(addp_scalar)
{
	write_scalar(cpu, u, V(rn).d[0] + V(rn).d[1]);
}

/* ---- Bits and the order of elements ---- */

/* Swaps the two halves of every element of `type`, of half_bits each. */
#define SWAP_HALVES(type, half_bits, x) ((type)(x) >> (half_bits) | (type)(x) << (half_bits))
#define SWAP_BYTES(x)			SWAP_HALVES(u16x8, 8, x)
#define SWAP_HALFWORDS(x)		SWAP_HALVES(u32x4, 16, x)
#define SWAP_WORDS(x)			SWAP_HALVES(u64x2, 32, x)

BITWISE(rev16_b, (u8x16)SWAP_BYTES(n))
BITWISE(rev32_b, (u8x16)SWAP_HALFWORDS(SWAP_BYTES(n)))
BITWISE(rev32_h, (u8x16)SWAP_HALFWORDS(n))
BITWISE(rev64_b, (u8x16)SWAP_WORDS(SWAP_HALFWORDS(SWAP_BYTES(n))))
BITWISE(rev64_h, (u8x16)SWAP_WORDS(SWAP_HALFWORDS(n)))
BITWISE(rev64_s, (u8x16)SWAP_WORDS(n))

/* The groups of bits that a mask has in every byte of x, moved down to where `low` has them. */
#define HIGH_BITS(x, shift, low) ((u8x16)((u64x2)(x) >> (shift)) & (u8)(low))
#define LOW_BITS(x, low)	 ((x) & (u8)(low))

static inline u8x16 count_bits(u8x16 x)
{
	x = LOW_BITS(x, 0x55) + HIGH_BITS(x, 1, 0x55);
	x = LOW_BITS(x, 0x33) + HIGH_BITS(x, 2, 0x33);
	return LOW_BITS(x, 0x0f) + HIGH_BITS(x, 4, 0x0f);
}

static inline u8x16 reverse_bits_of_bytes(u8x16 x)
{
	x = (u8x16)((u64x2)LOW_BITS(x, 0x55) << 1) | HIGH_BITS(x, 1, 0x55);
	x = (u8x16)((u64x2)LOW_BITS(x, 0x33) << 2) | HIGH_BITS(x, 2, 0x33);
	return (u8x16)((u64x2)LOW_BITS(x, 0x0f) << 4) | HIGH_BITS(x, 4, 0x0f);
}

BITWISE(cnt_vec, count_bits(n))
BITWISE(rbit_vec, reverse_bits_of_bytes(n))

/* ---- Leading zeros: by halves of what is left of an element ---- */

#define LEADING_ZEROS(size)                                                                        \
	static inline VECTOR_##size leading_zeros_##size(VECTOR_##size x)                          \
	{                                                                                          \
		FORMULA_TYPES(size)                                                                \
		vector count = { 0 };                                                              \
                                                                                                   \
		for (__typeof__(x[0]) bits = esize / 2; bits != 0; bits /= 2) {                    \
			const vector are_zero = UInt(x >> (esize - bits) == 0);                    \
                                                                                                   \
			count += are_zero & bits;                                                  \
			x = (x & ~are_zero) | (x << bits & are_zero);                              \
		}                                                                                  \
		return count - UInt(x == 0);                                                       \
	}
LEADING_ZEROS(b)
LEADING_ZEROS(h)
LEADING_ZEROS(s)

/* A sign bit is one that is equal to the next lower one; the lowest one has none. */
#define SIGN_CHANGES ((n ^ n << 1) | 1)

#define LEADING_SIZE(size)                                                                         \
	VECTOR_FORMULA(clz, size, n, leading_zeros_##size(n))                                      \
	VECTOR_FORMULA(cls, size, n, leading_zeros_##size(SIGN_CHANGES))
LEADING_SIZE(b)
LEADING_SIZE(h)
LEADING_SIZE(s)
