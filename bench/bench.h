/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a benchmark program is: run() at EL1 with the MMU on, 0 when its own result is right.
 */
#ifndef ENT_BENCH_H
#define ENT_BENCH_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

/* EXPECT is this program's right result, from bench/workloads.def's third column. */
#ifndef RESULT
#define RESULT(value) (((value)&0xffffffff) != EXPECT)
#endif

u64 run(void);
void hcr_set(u64 bits);

/* Page tables of start.S; 0x80000000 + 2 MiB is mapped by level3 once level2[0] points to it. */
extern u64 level1[512], level2[512], level3[512];
#define TEST_VA	    0x80000000ul
#define PAGE_BITS   0x703ul /* page, AF, inner shareable; attribute 0 would be Device: see ATTR */
#define ATTR_NORMAL (1ul << 2)

/* A small deterministic generator (Marsaglia's xorshift). */
static inline u64 next_random(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#endif
