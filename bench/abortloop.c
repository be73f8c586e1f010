/* SPDX-License-Identifier: Apache-2.0 */
/* A load that takes a translation fault, skipped by the handler. */
#include "bench.h"

u64 run(void)
{
	for (int i = 0; i < 1000000; i++)
		asm volatile("ldr xzr, [%0]" ::"r"(TEST_VA + 0x200000) : "memory");
	return 0;
}
