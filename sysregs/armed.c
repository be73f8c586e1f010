/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coarse traps to EL2 in force below EL2, as masks that an access tests: recomputed when a
 * control register changes. Which register a trap is about is the row's TRAPS (sysreg.def).
 */
#include "sysregs/table.h"

enum { R = 1, W = 2, RW = R | W };
enum { ALWAYS, GUEST };

void sysregs_arm_traps(struct cpu *cpu)
{
	u64 reads = 0, writes = 0;
	bool in_host = is_in_host(cpu); /* then only EL0 runs below EL2; HW-5 */

	sysregs_arm_fp(cpu);
	cpu->armed[DIR_READ] = cpu->armed[DIR_WRITE] = 0;
	if (!cpu->has_el2)
		return;
#define TRAP(name, reg, mask, value, directions, whose)                                            \
	if ((cpu->sys[SR_##reg] & (mask)) == (value) && !((whose) == GUEST && in_host)) {          \
		reads |= (directions)&R ? BIT(TRAP_##name) : 0;                                    \
		writes |= (directions)&W ? BIT(TRAP_##name) : 0;                                   \
	}
#include "sysregs/traps.def"
#undef TRAP
	cpu->armed[DIR_READ] = reads;
	cpu->armed[DIR_WRITE] = writes;
}
