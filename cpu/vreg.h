/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SIMD and floating-point register by element size, and as the host's vectors: C vector types
 * compile to the host's vector instructions where it has them. Element 0 is the lowest in memory,
 * for the guest and for the little-endian hosts that are supported.
 */
#ifndef ENT_CPU_VREG_H
#define ENT_CPU_VREG_H

#include "base/types.h"

#define VECTOR(name, type) typedef type name __attribute__((vector_size(16)))
VECTOR(u8x16, u8);
VECTOR(u16x8, u16);
VECTOR(u32x4, u32);
VECTOR(u64x2, u64);
VECTOR(s8x16, s8);
VECTOR(s16x8, s16);
VECTOR(s32x4, s32);
VECTOR(s64x2, s64);
VECTOR(f32x4, float);
VECTOR(f64x2, double);
#undef VECTOR

union vreg {
	u8 b[16];
	u16 h[8];
	u32 s[4];
	u64 d[2];
	s8 sb[16];
	s16 sh[8];
	s32 ss[4];
	s64 sd[2];
	u8x16 vb;
	u16x8 vh;
	u32x4 vs;
	u64x2 vd;
	s8x16 vsb;
	s16x8 vsh;
	s32x4 vss;
	s64x2 vsd;
	f32x4 vf32;
	f64x2 vf64;
};

#endif
