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

/* Trapping what {NV,NV1} = {1,1} traps is one of the ways that {0,1} may behave. */
static u64 control_value(const struct cpu *cpu, enum sysreg_id reg)
{
	u64 nested = HCR_EL2_NV | HCR_EL2_NV1, hcr = cpu->sys[SR_HCR_EL2];

	if (reg != SR_HCR_EL2)
		return cpu->sys[reg];
	if ((hcr & nested) == HCR_EL2_NV1 && is_chosen(cpu, nv_nv1, traps))
		return (hcr | nested) & ~HCR_EL2_NV2;
	return effective_hcr(cpu);
}

void sysregs_arm_traps(struct cpu *cpu)
{
	u64 reads = 0, writes = 0;
	bool in_host = is_in_host(cpu); /* then only EL0 runs below EL2; HW-5 */

	sysregs_arm_fp(cpu);
	cpu->armed[DIR_READ] = cpu->armed[DIR_WRITE] = 0;
	if (!cpu->has_el2)
		return;
#define TRAP(name, reg, mask, value, directions, whose)                                            \
	if ((control_value(cpu, SR_##reg) & (mask)) == (value) &&                                  \
		!((whose) == GUEST && in_host)) {                                                  \
		reads |= (directions)&R ? BIT(TRAP_##name) : 0;                                    \
		writes |= (directions)&W ? BIT(TRAP_##name) : 0;                                   \
	}
#include "sysregs/traps.def"
#undef TRAP
	if (!in_host) {
		reads |= fgt_armed(cpu, DIR_READ);
		writes |= fgt_armed(cpu, DIR_WRITE);
	}
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
		if (rows[i].is_guests && control_el0_in_host(cpu))
			continue;
		control(cpu, rows[i].reg, rows[i].mask);
		if ((control_value(cpu, rows[i].reg) & rows[i].mask) == rows[i].value)
			return;
	}
}
