/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vector instructions of the host that C's vectors (vreg.h) do not reach. HAS_HOST_x asks at run
 * time where not every host has it. STEP goes without, so that comparing the engines compares both
 * ways. Private to cpu/op_*.c.
 */
#ifndef ENT_CPU_HOST_SIMD_H
#define ENT_CPU_HOST_SIMD_H

#include "cpu/engine.h"

#if defined(__x86_64__) && !ENT_STEP
#include <emmintrin.h>
#define HAS_HOST_LOOKUP __builtin_cpu_supports("ssse3")

/* PSHUFB takes the low four bits, and gives 0 where the highest is set. */
static inline u8x16 host_lookup(u8x16 table, u8x16 index)
{
	__m128i select = _mm_adds_epu8((__m128i)index, _mm_set1_epi8(0x70));

	__asm__("pshufb %1, %0" : "+x"(table) : "x"(select));
	return table;
}
#elif defined(__aarch64__) && !ENT_STEP
#define HAS_HOST_LOOKUP 1
static inline u8x16 host_lookup(u8x16 table, u8x16 index)
{
	__asm__("tbl %0.16b, {%1.16b}, %2.16b" : "=w"(table) : "w"(table), "w"(index));
	return table;
}
#else
#define HAS_HOST_LOOKUP		  0
#define host_lookup(table, index) (table)
#endif

#endif
