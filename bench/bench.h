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
void call_el2(void (*function)(u64 argument), u64 argument);

#define MSR(name, value) asm volatile("msr " #name ", %0" ::"r"((u64)(value)) : "memory")
#define MRS(name)                                                                                  \
	({                                                                                         \
		u64 mrs_value_;                                                                    \
                                                                                                   \
		asm volatile("mrs %0, " #name : "=r"(mrs_value_)::"memory");                       \
		mrs_value_;                                                                        \
	})

/* Page tables of start.S; 0x80000000 + 2 MiB is mapped by level3 once level2[0] points to it. */
extern u64 level1[512], level2[512], level3[512];
#define TEST_VA	    0x80000000ul
#define PAGE_BITS   0x703ul /* page, AF, inner shareable; attribute 0 would be Device: see ATTR */
#define ATTR_NORMAL (1ul << 2)
#define NOT_GLOBAL  (1ul << 11)

/* An address space of its own: RAM as in start.S, and four pages of its own at TEST_VA. */
enum { SPACE_PAGES = 4 };
struct space {
	u64 level1[512], level2[512], level3[512];
	u64 pages[SPACE_PAGES][512];
} __attribute__((aligned(4096)));

/* Builds the tables; the first word of each page is `value`. The result is for TTBR0_EL1. */
static inline u64 space_build(struct space *space, u64 asid, u64 value)
{
	space->level1[1] = level1[1];
	space->level1[2] = (u64)space->level2 | 3;
	space->level2[0] = (u64)space->level3 | 3;
	for (int i = 0; i < SPACE_PAGES; i++) {
		space->level3[i] = (u64)space->pages[i] | PAGE_BITS | ATTR_NORMAL | NOT_GLOBAL;
		space->pages[i][0] = value;
	}
	asm volatile("dsb sy" ::: "memory");
	return (u64)space->level1 | asid << 48;
}

static inline u64 space_touch(void)
{
	u64 sum = 0;

	for (u64 page = 0; page < SPACE_PAGES; page++)
		sum += *(volatile u64 *)(TEST_VA + (page << 12));
	return sum;
}

/* A small deterministic generator (Marsaglia's xorshift). */
static inline u64 next_random(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#endif
