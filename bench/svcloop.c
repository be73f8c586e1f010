/* SPDX-License-Identifier: Apache-2.0 */
/* An exception within EL1 and back by SVC. */
#include "bench.h"

u64 run(void)
{
	for (int i = 0; i < 2000000; i++)
		asm volatile("svc #0" ::: "memory");
	return 0;
}
