/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coarse traps to EL2 in force below EL2, as masks that an access tests: recomputed when a
 * control register changes. Which register a trap is about is the row's TRAPS (sysreg.def).
 */
#include "sysregs/control.h"
#include "sysregs/table.h"

enum { R = 1, W = 2, RW = R | W };
enum { ALWAYS, GUEST };

static const struct {
	enum sysreg_id reg;
	u64 mask, value;
	u8 directions;
	bool is_guests; /* not for the host's EL0 */
} rows[] = {
#define TRAP(name, reg_, mask_, value_, directions_, whose)                                        \
	[TRAP_##name] = { SR_##reg_, mask_, value_, directions_, (whose) == GUEST },
#include "sysregs/traps.def"
#undef TRAP
};

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

void consult_traps(const struct cpu *cpu, u64 traps, enum direction direction)
{
	if (!cpu->has_el2)
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!(traps & BIT(i)) || !(rows[i].directions & (direction == DIR_READ ? R : W)))
			continue;
		if (rows[i].is_guests && control_in_host(cpu))
			continue;
		if (control(cpu, rows[i].reg, rows[i].mask) == rows[i].value)
			return;
	}
}
