/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The common cases of SIMD floating point on whole registers of singles and doubles: all elements
 * at once on the host's vectors, where fpu/fast.h's reasons hold for each of them. The handler that
 * goes element by element does the rest. Compiled once per engine.
 */
#include "cpu/simd_fp.h"

/* By size letter: types, and a value in all elements. */
typedef f32x4 vector_s;
typedef f64x2 vector_d;
typedef u32x4 bits_s;
typedef u64x2 bits_d;
#define ALL_s(value)                                                                               \
	{                                                                                          \
		(value), (value), (value), (value)                                                 \
	}
#define ALL_d(value)                                                                               \
	{                                                                                          \
		(value), (value)                                                                   \
	}
#define LARGEST_s FLT_MAX
#define LARGEST_d DBL_MAX
#define LEAST_s	  FLT_MIN
#define LEAST_d	  DBL_MIN
#define SIGN_s	  0x80000000u
#define SIGN_d	  BIT(63)

#define ABS(z, v) ((vector_##z)((bits_##z)(v) & ~(bits_##z)ALL_##z(SIGN_##z)))
#define NEG(z, v) ((vector_##z)((bits_##z)(v) ^ (bits_##z)ALL_##z(SIGN_##z)))

/* Masks. Ordinary: finite and above the least normal number. */
#define FINITE(z, v)   (ABS(z, v) <= (vector_##z)ALL_##z(LARGEST_##z))
#define ORDINARY(z, v) (FINITE(z, v) & (ABS(z, v) > (vector_##z)ALL_##z(LEAST_##z)))
#define ZERO(z, v)     ((v) == (vector_##z)ALL_##z(0))

static inline bool everywhere(s64x2 mask)
{
#ifdef __SSE2__
	return LIKELY(_mm_movemask_epi8((__m128i)mask) == 0xffff);
#else
	return LIKELY((mask[0] & mask[1]) == -1);
#endif
}
#define EVERYWHERE(mask) everywhere((s64x2)(mask))

/* One fused multiply-add in each element; used only if FPU_HOST_FMA. */
#if defined(__x86_64__)
#define HOST_FMA(z, x86, arm)                                                                      \
	static inline vector_##z host_fma_##z(vector_##z addend, vector_##z a, vector_##z b)       \
	{                                                                                          \
		__asm__(x86 " %2, %1, %0" : "+x"(addend) : "x"(a), "x"(b));                        \
		return addend;                                                                     \
	}
#elif defined(__aarch64__)
#define HOST_FMA(z, x86, arm)                                                                      \
	static inline vector_##z host_fma_##z(vector_##z addend, vector_##z a, vector_##z b)       \
	{                                                                                          \
		__asm__("fmla %0." arm ", %1." arm ", %2." arm : "+w"(addend) : "w"(a), "w"(b));   \
		return addend;                                                                     \
	}
#else
#define HOST_FMA(z, x86, arm)                                                                      \
	static inline vector_##z host_fma_##z(vector_##z addend, vector_##z a, vector_##z b)       \
	{                                                                                          \
		(void)a, (void)b;                                                                  \
		return addend;                                                                     \
	}
#endif
HOST_FMA(s, "vfmadd231ps", "4s")
HOST_FMA(d, "vfmadd231pd", "2d")

/*
 * The handler name_whole_z: r is the result of n and m, if the FPCR and FPSR allow it and
 * `is_right` finds that it is Arm's; else the twin name_z decides.
 */
#define WHOLE(name, z, is_allowed, second, result, is_right)                                       \
	handler_fn ENGINE(op_##name##_##z);                                                        \
	OP(name##_whole_##z)                                                                       \
	{                                                                                          \
		CHECK_FP();                                                                        \
		if (is_allowed) {                                                                  \
			vector_##z n = (vector_##z)V(rn).vb, m = second(z);                        \
			vector_##z r = (vector_##z)(result);                                       \
                                                                                                   \
			if (is_right) {                                                            \
				V(rd).vb = (u8x16)r;                                               \
				NEXT();                                                            \
			}                                                                          \
		}                                                                                  \
		TAILCALL(ENGINE(op_##name##_##z));                                                 \
	}
#define WHOLE_SD(SHAPE, name, second)                                                              \
	SHAPE(name, s, second)                                                                     \
	SHAPE(name, d, second)

/* The second operand: a register, one of its elements, zeros. */
#define REGISTER(z) ((vector_##z)V(rm).vb)
#define ELEMENT(z)  ((vector_##z)(bits_##z)ALL_##z(V(rm).z[u->ra]))
#define ZEROS(z)    ((vector_##z)ALL_##z(0))

/* A sum is exact where it is tiny. */
#define ADD(name, z, second)                                                                       \
	WHOLE(name, z, fpu_is_plain(FPU), second, n + m, EVERYWHERE(FINITE(z, r)))
#define SUB(name, z, second)                                                                       \
	WHOLE(name, z, fpu_is_plain(FPU), second, n - m, EVERYWHERE(FINITE(z, r)))

#define ABD(name, z, second)                                                                       \
	WHOLE(name, z, fpu_is_plain(FPU), second, ABS(z, n - m), EVERYWHERE(FINITE(z, r)))

/* A product or quotient of 0 is exact if an operand says so; else it is an underflow. */
#define MUL(name, z, second)                                                                       \
	WHOLE(name, z, fpu_is_plain(FPU), second, (n) * (m),                                       \
		EVERYWHERE(ORDINARY(z, r)) ||                                                      \
			EVERYWHERE(ORDINARY(z, r) | (ZERO(z, r) & (ZERO(z, n) | ZERO(z, m)))))
#define DIV(name, z, second)                                                                       \
	WHOLE(name, z, fpu_is_plain(FPU), second, n / m,                                           \
		EVERYWHERE(ORDINARY(z, r)) ||                                                      \
			EVERYWHERE(ORDINARY(z, r) | (ZERO(z, r) & ZERO(z, n))))

#define ADDEND(z) ((vector_##z)V(rd).vb)
#define MULADD_OF(name, z, second, first)                                                          \
	WHOLE(name, z, fpu_is_plain(FPU) && FPU_HOST_FMA, second,                                  \
		host_fma_##z(ADDEND(z), first, m),                                                 \
		EVERYWHERE(ORDINARY(z, r)) ||                                                      \
			EVERYWHERE(ORDINARY(z, r) |                                                \
				   (ZERO(z, r) & ZERO(z, ADDEND(z)) & (ZERO(z, n) | ZERO(z, m)))))
#define MULADD(name, z, second) MULADD_OF(name, z, second, n)
#define MULSUB(name, z, second) MULADD_OF(name, z, second, NEG(z, n))

/* 2 - n * m, and (3 - n * m) / 2: to halve is exact. */
#define STEP(name, z, second, minuend, factor)                                                     \
	WHOLE(name, z, fpu_is_plain(FPU) && FPU_HOST_FMA, second,                                  \
		host_fma_##z((vector_##z)ALL_##z(minuend), NEG(z, n), m) *                         \
			(vector_##z)ALL_##z(factor),                                               \
		EVERYWHERE(ORDINARY(z, r)))
#define RECIP_STEP(name, z, second) STEP(name, z, second, 2, 1)
#define RSQRT_STEP(name, z, second) STEP(name, z, second, 3, 0.5f)

WHOLE_SD(ADD, fadd_vec, REGISTER)
WHOLE_SD(SUB, fsub_vec, REGISTER)
WHOLE_SD(ABD, fabd_vec, REGISTER)
WHOLE_SD(MUL, fmul_vec, REGISTER)
WHOLE_SD(MUL, fmul_elem, ELEMENT)
WHOLE_SD(MUL, fmulx_vec, REGISTER) /* 0 * infinity is a NaN for the host */
WHOLE_SD(MUL, fmulx_elem, ELEMENT)
WHOLE_SD(DIV, fdiv_vec, REGISTER)
WHOLE_SD(MULADD, fmla_vec, REGISTER)
WHOLE_SD(MULADD, fmla_elem, ELEMENT)
WHOLE_SD(MULSUB, fmls_vec, REGISTER)
WHOLE_SD(MULSUB, fmls_elem, ELEMENT)
WHOLE_SD(RECIP_STEP, frecps_vec, REGISTER)
WHOLE_SD(RSQRT_STEP, frsqrts_vec, REGISTER)

/*
 * Comparing and choosing do not round. Without NaNs, and denormals as they are, there are no flags:
 * one of <, = and > holds in every element.
 */
#define KEEPS_DENORMALS LIKELY(!(FPU->fpcr & FPCR_FZ))
#define CMEQ(name, z, second)                                                                      \
	WHOLE(name, z, KEEPS_DENORMALS, second, n == m, EVERYWHERE((n == m) | (n < m) | (n > m)))
#define CMGE(name, z, second)                                                                      \
	WHOLE(name, z, KEEPS_DENORMALS, second, n >= m, EVERYWHERE((n >= m) | (n < m)))
#define CMGT(name, z, second)                                                                      \
	WHOLE(name, z, KEEPS_DENORMALS, second, n > m, EVERYWHERE((n > m) | (n <= m)))
#define CMLE(name, z, second)                                                                      \
	WHOLE(name, z, KEEPS_DENORMALS, second, n <= m, EVERYWHERE((n <= m) | (n > m)))
#define CMLT(name, z, second)                                                                      \
	WHOLE(name, z, KEEPS_DENORMALS, second, n < m, EVERYWHERE((n < m) | (n >= m)))

WHOLE_SD(CMEQ, fcmeq_vec, REGISTER)
WHOLE_SD(CMGE, fcmge_vec, REGISTER)
WHOLE_SD(CMGT, fcmgt_vec, REGISTER)
WHOLE_SD(CMEQ, fcmeq_zero_vec, ZEROS)
WHOLE_SD(CMGE, fcmge_zero_vec, ZEROS)
WHOLE_SD(CMGT, fcmgt_zero_vec, ZEROS)
WHOLE_SD(CMLE, fcmle_zero_vec, ZEROS)
WHOLE_SD(CMLT, fcmlt_zero_vec, ZEROS)

/* Equal numbers are the same bits, except zeros: +0 is the larger. */
#define CHOOSE(name, z, second, larger, smaller, equal)                                            \
	WHOLE(name, z, KEEPS_DENORMALS, second,                                                    \
		((bits_##z)(n > m) & (bits_##z)(larger)) |                                         \
			((bits_##z)(n < m) & (bits_##z)(smaller)) |                                \
			((bits_##z)(n == m) & ((bits_##z)n equal(bits_##z) m)),                    \
		EVERYWHERE((n == m) | (n < m) | (n > m)))
#define MAXIMUM(name, z, second) CHOOSE(name, z, second, n, m, &)
#define MINIMUM(name, z, second) CHOOSE(name, z, second, m, n, |)

WHOLE_SD(MAXIMUM, fmax_vec, REGISTER)
WHOLE_SD(MAXIMUM, fmaxnm_vec, REGISTER)
WHOLE_SD(MINIMUM, fmin_vec, REGISTER)
WHOLE_SD(MINIMUM, fminnm_vec, REGISTER)
