/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a kernel of kernels.def is, and how it is measured.
 */
#ifndef ENT_KERNELS_H
#define ENT_KERNELS_H

#include "bench.h"

typedef u64 (*fixture_t)(u64 argument);
typedef void (*kernel_t)(u64 loops, u64 is_long, u64 data);
typedef void (*measure_t)(const char *name, kernel_t kernel, fixture_t fixture, u64 argument);

/* Turns PE 1 on for the KERNEL_TWO rows: what one PE does alone has to be measured before. */
void measure_two_pes(measure_t measure);

static inline void print(const char *text)
{
	register u64 op asm("x0") = 4; /* SYS_WRITE0 */
	register const char *block asm("x1") = text;

	asm volatile("hlt #0xf000" : "+r"(op) : "r"(block) : "memory");
}

#endif
