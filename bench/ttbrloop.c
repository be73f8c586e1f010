/* SPDX-License-Identifier: Apache-2.0 */
/* Two address spaces by TTBR0 with their ASIDs; four pages are touched in each turn. */
#include "bench.h"

static u64 tables[2][3][512] __attribute__((aligned(4096)));
static u64 pages[2][4][512] __attribute__((aligned(4096)));

static void build(int space)
{
	tables[space][0][1] = level1[1];
	tables[space][0][2] = (u64)tables[space][1] | 3;
	tables[space][1][0] = (u64)tables[space][2] | 3;
	for (int i = 0; i < 4; i++) {
		tables[space][2][i] = (u64)pages[space][i] | PAGE_BITS | ATTR_NORMAL | 1ul << 11;
		pages[space][i][0] = (u64)(space + 1);
	}
	asm volatile("dsb sy");
}

u64 run(void)
{
	u64 sum = 0, root[2];

	build(0);
	build(1);
	root[0] = (u64)tables[0][0] | 1ul << 48;
	root[1] = (u64)tables[1][0] | 2ul << 48;
	for (int i = 0; i < 600000; i++) {
		asm volatile("msr ttbr0_el1, %0\n\tisb" ::"r"(root[i & 1]) : "memory");
		for (int page = 0; page < 4; page++)
			sum += *(volatile u64 *)(TEST_VA + ((u64)page << 12));
	}
	return sum != 600000ul * 6;
}
