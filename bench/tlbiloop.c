/* SPDX-License-Identifier: Apache-2.0 */
/* TLBI VAE1, DSB, ISB, and the load that walks again. */
#include "bench.h"

static u64 page[512] __attribute__((aligned(4096)));

u64 run(void)
{
	u64 sum = 0;

	level2[0] = (u64)level3 | 3;
	level3[0] = (u64)page | PAGE_BITS | ATTR_NORMAL;
	page[0] = 3;
	asm volatile("dsb sy\n\tisb");
	for (int i = 0; i < 1500000; i++) {
		asm volatile("tlbi vae1, %0\n\tdsb nsh\n\tisb" ::"r"(TEST_VA >> 12) : "memory");
		sum += *(volatile u64 *)TEST_VA;
	}
	return sum != 1500000ul * 3;
}
