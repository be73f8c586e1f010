/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What handlers of floating point and SIMD share: register access, the check that the access is
 * not trapped, results of 64 and 128 bits. Private to cpu/op_*.c.
 */
#ifndef ENT_CPU_SIMD_H
#define ENT_CPU_SIMD_H

#include "cpu/engine.h"

#define V(slot) (cpu->v[u->slot])

/* CheckFPEnabled64(): cpu->fp_trapped follows CPACR_EL1, CPTR_EL2, HCR_EL2 and the current EL. */
#define CHECK_FP()                                                                                 \
	do {                                                                                       \
		if (UNLIKELY(cpu->fp_trapped))                                                     \
			TAILCALL(ENGINE(op_fp_trap));                                              \
	} while (0)

handler_fn ENGINE(op_fp_trap);

/*
 * FP_OP(name) { ... }: the handler `name` whose body is a plain function of (cpu, u) that cannot
 * fault and reads no flags; it may return early. FP_CALL is the same out of line: for bodies that
 * pass addresses of locals, or are long.
 */
#define FP_BODY(name, how)                                                                         \
	static how void fp_##name(struct cpu *cpu, const struct uop *u);                           \
	OP(name)                                                                                   \
	{                                                                                          \
		CHECK_FP();                                                                        \
		fp_##name(cpu, u);                                                                 \
		NEXT();                                                                            \
	}                                                                                          \
	static how void fp_##name(struct cpu *cpu, const struct uop *u)
#define FP_OP(name)   FP_BODY(name, inline __attribute__((always_inline)))
#define FP_CALL(name) FP_BODY(name, __attribute__((noinline)))

/*
 * Writes a vector result: u->imm masks the upper half, all ones for a 128-bit result and 0 for a
 * 64-bit one (formats_simd.h: vector_width()).
 */
static inline void write_vector(struct cpu *cpu, const struct uop *u, u8x16 result)
{
	V(rd).vd = (u64x2)result & (u64x2){ ~(u64)0, u->imm };
}

/* Writes a scalar result: the bits above it are zero. */
static inline void write_scalar(struct cpu *cpu, const struct uop *u, u64 result)
{
	V(rd).vd = (u64x2){ result, 0 };
}

#endif
