/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD integer arithmetic, DDI 0487 C7.2. Compiled once per engine.
 */
#include "cpu/simd.h"

/* An operation that C's vectors have, on elements of each size: a and b are the operands. */
#define ELEMENTWISE_SIZE(name, suffix, type, value)                                                \
	FP_OP(name##_##suffix)                                                                     \
	{                                                                                          \
		type a = (type)V(rn).vb, b = (type)V(rm).vb;                                       \
                                                                                                   \
		write_vector(cpu, u, (u8x16)(value));                                              \
	}
#define ELEMENTWISE(name, value)                                                                   \
	ELEMENTWISE_SIZE(name, b, u8x16, value)                                                    \
	ELEMENTWISE_SIZE(name, h, u16x8, value)                                                    \
	ELEMENTWISE_SIZE(name, s, u32x4, value)                                                    \
	ELEMENTWISE_SIZE(name, d, u64x2, value)

ELEMENTWISE(add_vec, a + b)
ELEMENTWISE(sub_vec, a - b)

FP_OP(and_vec)
{
	write_vector(cpu, u, V(rn).vb & V(rm).vb);
}
