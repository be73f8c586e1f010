/* SPDX-License-Identifier: Apache-2.0 */
/* Memory cleared by DC ZVA, as operating systems clear pages. */
#include "bench.h"

enum { SIZE = 1 << 18 };

u64 run(void)
{
	static u8 memory[SIZE] __attribute__((aligned(4096)));
	u64 block = 4ul << (MRS(dczid_el0) & 15), sum = 0;

	for (u64 round = 0; round < 10000; round++) {
		for (u8 *at = memory; at < memory + SIZE; at += block)
			asm volatile("dc zva, %0" ::"r"(at) : "memory");
		sum += memory[round] + memory[SIZE - 1 - round];
		memory[round] = memory[SIZE - 1 - round] = 1;
		sum += round;
	}
	return RESULT(sum);
}
