/* SPDX-License-Identifier: Apache-2.0 */
/* An MRS of an ID register that EL2 traps (HCR_EL2.TID3) and emulates. */
#include "bench.h"

enum { READS = 1500000 };

static void trap_id_group_3(u64 bit)
{
	MSR(hcr_el2, MRS(hcr_el2) | bit);
}

u64 run(void)
{
	u64 sum = 0;

	call_el2(trap_id_group_3, 1ul << 18);
	for (int i = 0; i < READS; i++) {
		register u64 x0 asm("x0");

		asm volatile("mrs x0, id_aa64pfr0_el1" : "=r"(x0)::"memory");
		sum += x0;
	}
	return sum != READS * 42ul;
}
