/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD floating point with one operand, DDI 0487 C7.2: comparison with zero, rounding, conversion,
 * estimates. Compiled once per engine.
 */
#include "cpu/simd_fp.h"

HSD(ONE, fsqrt_vec, sqrt_fast)
HSD(ONE, frecpe_vec, recip_estimate)
HSD(ONE, frsqrte_vec, rsqrt_estimate)
HSD(ONE, frecpx_vec, recpx)
HSD(ONE, fcmeq_zero_vec, cmeq_zero)
HSD(ONE, fcmge_zero_vec, cmge_zero)
HSD(ONE, fcmgt_zero_vec, cmgt_zero)
HSD(ONE, fcmle_zero_vec, cmle_zero)
HSD(ONE, fcmlt_zero_vec, cmlt_zero)
HSD(ONE, frintn_vec, rintn)
HSD(ONE, frintm_vec, rintm)
HSD(ONE, frintp_vec, rintp)
HSD(ONE, frintz_vec, rintz)
HSD(ONE, frinta_vec, rinta)
HSD(ONE, frintx_vec, rintx)
HSD(ONE, frinti_vec, rinti)

/* rm = fraction bits, 0 for integers. */
HSD(FIXED, fcvtns_vec, cvtns)
HSD(FIXED, fcvtnu_vec, cvtnu)
HSD(FIXED, fcvtms_vec, cvtms)
HSD(FIXED, fcvtmu_vec, cvtmu)
HSD(FIXED, fcvtps_vec, cvtps)
HSD(FIXED, fcvtpu_vec, cvtpu)
HSD(FIXED, fcvtzs_vec, cvtzs_fast)
HSD(FIXED, fcvtzu_vec, cvtzu)
HSD(FIXED, fcvtas_vec, cvtas)
HSD(FIXED, fcvtau_vec, cvtau)
HSD(FIXED, scvtf_vec, scvtf_fast)
HSD(FIXED, ucvtf_vec, ucvtf_fast)

SD(ONE, frint32z_vec, rint32z)
SD(ONE, frint32x_vec, rint32x)
SD(ONE, frint64z_vec, rint64z)
SD(ONE, frint64x_vec, rint64x)

ELEMENTS(urecpe, s, fpu_unsigned_recip_estimate(V(rn).s[e]))
ELEMENTS(ursqrte, s, fpu_unsigned_rsqrt_estimate(V(rn).s[e]))

/* To a wider format: the lower half of Vn, or with ra the upper one. */
#define OF_PART(z) (V(rn).z[u->ra * u->imm + e])

ELEMENTS(fcvtl, s, fp16_to_fp32(FPU, OF_PART(h)))
ELEMENTS(fcvtl, d, fp32_to_fp64_fast(FPU, OF_PART(s)))

/* To a narrower format: 64 bits, or less above which there are zeros; with ra the upper half of Vd.
 */
#define NARROW(name, narrow, wide, function)                                                       \
	FP_CALL(name##_##narrow)                                                                   \
	{                                                                                          \
		union vreg result = { .vd = { 0, 0 } };                                            \
                                                                                                   \
		for (unsigned e = 0; e < u->imm; e++)                                              \
			result.narrow[e] = function(FPU, V(rn).wide[e]);                           \
		if (u->ra)                                                                         \
			V(rd).d[1] = result.d[0];                                                  \
		else                                                                               \
			write_scalar(cpu, u, result.d[0]);                                         \
	}

NARROW(fcvtn, h, s, fp32_to_fp16)
NARROW(fcvtn, s, d, fp64_to_fp32_fast)
NARROW(fcvtxn, s, d, fp64_to_fp32_odd)
NARROW(bfcvtn, h, s, fp32_to_bf16)

/* FABS, FNEG: the sign bits, of NaNs too. imm is a mask, see write_vector(). */
#define SIGNS(z, type, sign)                                                                       \
	FP_OP(fabs_vec_##z)                                                                        \
	{                                                                                          \
		write_vector(cpu, u, V(rn).vb & ~(u8x16)((type){ 0 } + (sign)));                   \
	}                                                                                          \
	FP_OP(fneg_vec_##z)                                                                        \
	{                                                                                          \
		write_vector(cpu, u, V(rn).vb ^ (u8x16)((type){ 0 } + (sign)));                    \
	}

SIGNS(h, u16x8, (u16)0x8000)
SIGNS(s, u32x4, 0x80000000u)
SIGNS(d, u64x2, BIT(63))
