/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD floating-point arithmetic, DDI 0487 C7.2: three registers, by element, pairwise, across
 * lanes, complex, BFloat16. Compiled once per engine.
 */
#include "cpu/simd_fp.h"

HSD(TWO, fadd_vec, add_fast)
HSD(TWO, fsub_vec, sub_fast)
HSD(TWO, fmul_vec, mul_fast)
HSD(TWO, fdiv_vec, div_fast)
HSD(TWO, fmulx_vec, mulx)
HSD(TWO, fabd_vec, abd)
HSD(TWO, fmax_vec, max)
HSD(TWO, fmin_vec, min)
HSD(TWO, fmaxnm_vec, maxnm)
HSD(TWO, fminnm_vec, minnm)
HSD(TWO, frecps_vec, recip_step)
HSD(TWO, frsqrts_vec, rsqrt_step)
HSD(TWO, fcmeq_vec, cmeq)
HSD(TWO, fcmge_vec, cmge)
HSD(TWO, fcmgt_vec, cmgt)
HSD(TWO, facge_vec, acge)
HSD(TWO, facgt_vec, acgt)
HSD(TWO_ELEM, fmul_elem, mul_fast)
HSD(TWO_ELEM, fmulx_elem, mulx)
HSD(THREE, fmla_vec, muladd_fast)
HSD(THREE, fmls_vec, mulsub_fast)
HSD(THREE_ELEM, fmla_elem, muladd_fast)
HSD(THREE_ELEM, fmls_elem, mulsub_fast)

/* Pairwise: neighbours in the elements of Vn and then those of Vm. */
#define OF_BOTH(z, i) ((i) < u->imm ? V(rn).z[i] : V(rm).z[(i)-u->imm])
#define PAIRWISE(name, z, format, function)                                                        \
	ELEMENTS(name, z, function(FPU, OF_BOTH(z, 2 * e), OF_BOTH(z, 2 * e + 1)))

HSD(PAIRWISE, faddp_vec, add_fast)
HSD(PAIRWISE, fmaxp_vec, max)
HSD(PAIRWISE, fminp_vec, min)
HSD(PAIRWISE, fmaxnmp_vec, maxnm)
HSD(PAIRWISE, fminnmp_vec, minnm)

/* Reduce(): a half of the elements with the other, each half reduced before. imm: elements. */
#define REDUCE(name, z, format, function)                                                          \
	FP_CALL(name##_##z)                                                                        \
	{                                                                                          \
		union vreg v = V(rn);                                                              \
                                                                                                   \
		for (u64 count = u->imm / 2; count > 0; count /= 2)                                \
			for (unsigned e = 0; e < count; e++)                                       \
				v.z[e] = function(FPU, v.z[2 * e], v.z[2 * e + 1]);                \
		write_scalar(cpu, u, v.z[0]);                                                      \
	}

HSD(REDUCE, fadd_reduce, add)
HSD(REDUCE, fmax_reduce, max)
HSD(REDUCE, fmin_reduce, min)
HSD(REDUCE, fmaxnm_reduce, maxnm)
HSD(REDUCE, fminnm_reduce, minnm)

/*
 * Complex numbers are pairs, the real part first. FCADD: ra = 0 turns Vm by 90 degrees, 1 by 270:
 * the other part, and one of them negated.
 */
#define COMPLEX_ADD(name, z, format, function)                                                     \
	ELEMENTS(name, z,                                                                          \
		function(FPU, V(rn).z[e], format##_neg_if(V(rm).z[e ^ 1], (e & 1) == u->ra)))

HSD(COMPLEX_ADD, fcadd_vec, add_fast)

/*
 * FCMLA: ra = rotation in quarters of a turn and, above, the pair of Vm. The part of Vn that an odd
 * rotation multiplies is the imaginary one, and then the parts of Vm change places.
 */
static inline unsigned rotation(const struct uop *u)
{
	return u->ra & 3;
}

/* Rotations 1 and 2 negate for the real result, 2 and 3 for the imaginary one. */
static inline bool rotation_negates(const struct uop *u, unsigned e)
{
	return (rotation(u) >> 1 ^ (rotation(u) & ~e)) & 1;
}

#define COMPLEX_MULADD(name, z, format, function, pair)                                            \
	ELEMENTS(name, z,                                                                          \
		function(FPU, V(rd).z[e], V(rn).z[(e & ~1u) | (rotation(u) & 1)],                  \
			format##_neg_if(V(rm).z[(pair) | ((e ^ rotation(u)) & 1)],                 \
				rotation_negates(u, e))))
#define COMPLEX(name, z, format, function) COMPLEX_MULADD(name, z, format, function, e & ~1u)
#define COMPLEX_ELEM(name, z, format, function)                                                    \
	COMPLEX_MULADD(name, z, format, function, (u->ra >> 2) * 2u)

HSD(COMPLEX, fcmla_vec, muladd_fast)
COMPLEX_ELEM(fcmla_elem, h, fp16, fp16_muladd)
COMPLEX_ELEM(fcmla_elem, s, fp32, fp32_muladd_fast)

/* FEAT_FHM: halves from `first` on, the upper ones in the second variants. */
#define HALVES_MULADD(name, neg, first)                                                            \
	ELEMENTS(name##_vec, s,                                                                    \
		fp32_muladd_h(FPU, V(rd).s[e], neg(V(rn).h[(first) + e]), V(rm).h[(first) + e]))   \
	ELEMENTS(name##_elem, s,                                                                   \
		fp32_muladd_h(FPU, V(rd).s[e], neg(V(rn).h[(first) + e]), V(rm).h[u->ra]))

HALVES_MULADD(fmlal, , 0)
HALVES_MULADD(fmlal2, , u->imm)
HALVES_MULADD(fmlsl, fp16_neg, 0)
HALVES_MULADD(fmlsl2, fp16_neg, u->imm)

/* FEAT_BF16: pairs of BFloat16 whose products are added to singles. */
#define DOT(sum, n, m) bf16_dot(sum, V(rn).h[n], V(rn).h[(n) + 1], V(rm).h[m], V(rm).h[(m) + 1])

ELEMENTS(bfdot_vec, s, DOT(V(rd).s[e], 2 * e, 2 * e))
ELEMENTS(bfdot_elem, s, DOT(V(rd).s[e], 2 * e, 2 * u->ra))

/* Two rows of four by two columns of four. */
#define ROW(e)	  ((e) >> 1 << 2)
#define COLUMN(e) (((e)&1) << 2)
ELEMENTS(bfmmla, s, DOT(DOT(V(rd).s[e], ROW(e), COLUMN(e)), ROW(e) + 2, COLUMN(e) + 2))

/* The even ones (bottom) or the odd ones (top). */
#define BF16_MULADD(name, odd)                                                                     \
	ELEMENTS(name##_vec, s,                                                                    \
		bf16_muladd(FPU, V(rd).s[e], V(rn).h[2 * e + (odd)], V(rm).h[2 * e + (odd)]))      \
	ELEMENTS(name##_elem, s,                                                                   \
		bf16_muladd(FPU, V(rd).s[e], V(rn).h[2 * e + (odd)], V(rm).h[u->ra]))

BF16_MULADD(bfmlalb, 0)
BF16_MULADD(bfmlalt, 1)
