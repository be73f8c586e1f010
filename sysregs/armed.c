/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coarse traps to EL2 in force, as masks that an access tests: recomputed when a control
 * register changes. Whether they apply at the current EL is route.c's question.
 */
#include "sysregs/table.h"

enum { R = 1, W = 2, RW = R | W };

static const struct {
	enum sysreg_id reg;
	u64 mask, value;
	u8 directions;
} traps[TRAP_COUNT] = {
#define TRAP(name, reg, mask, value, directions)                                                   \
	[TRAP_##name] = { SR_##reg, mask, value, directions },
#include "sysregs/traps.def"
#undef TRAP
};

void sysregs_arm_traps(struct cpu *cpu)
{
	u64 reads = 0, writes = 0;

	for (unsigned t = 0; cpu->has_el2 && t < TRAP_COUNT; t++) {
		if ((cpu->sys[traps[t].reg] & traps[t].mask) != traps[t].value)
			continue;
		reads |= traps[t].directions & R ? BIT(t) : 0;
		writes |= traps[t].directions & W ? BIT(t) : 0;
	}
	cpu->armed[DIR_READ] = reads;
	cpu->armed[DIR_WRITE] = writes;
}
