/* SPDX-License-Identifier: Apache-2.0 */
/* An MRS of an ID register that EL2 traps (HCR_EL2.TID3) and emulates. */
#include "bench.h"

u64 run(void)
{
	u64 sum = 0;

	hcr_set(1ul << 18);
	for (int i = 0; i < 1500000; i++) {
		register u64 x0 asm("x0");

		asm volatile("mrs x0, id_aa64pfr0_el1" : "=r"(x0)::"memory");
		sum += x0;
	}
	return sum != 1500000ul * 42;
}
