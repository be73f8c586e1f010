/* SPDX-License-Identifier: Apache-2.0 */
/* EL1 to EL2 and back by HVC. */
#include "bench.h"

u64 run(void)
{
	for (int i = 0; i < 2000000; i++)
		asm volatile("hvc #0" ::: "memory");
	return 0;
}
