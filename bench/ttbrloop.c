/* SPDX-License-Identifier: Apache-2.0 */
/* Two address spaces by TTBR0 with their ASIDs; four pages are touched in each turn. */
#include "bench.h"

enum { TURNS = 600000 };
static struct space spaces[2];

u64 run(void)
{
	u64 root[2] = { space_build(&spaces[0], 1, 1), space_build(&spaces[1], 2, 2) };
	u64 sum = 0;

	for (int i = 0; i < TURNS; i++) {
		MSR(ttbr0_el1, root[i & 1]);
		asm volatile("isb");
		sum += space_touch();
	}
	return sum != TURNS * SPACE_PAGES * 3ul / 2;
}
