/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values: reset, masked writes, reads. Knows no access rules (route.c).
 */
#include "sysregs/table.h"

u64 sysreg_read(struct cpu *cpu, enum sysreg_id id)
{
	const struct sysreg *row = &sysreg_rows[id];

	return row->read != NULL ? row->read(cpu, id) : cpu->sys[id];
}

void sysreg_write(struct cpu *cpu, enum sysreg_id id, u64 value)
{
	const struct sysreg *row = &sysreg_rows[id];

	cpu->sys[id] = (value & ~row->res0) | row->res1;
	if (row->wrote != NULL)
		row->wrote(cpu, id);
}

void sysregs_reset(struct cpu *cpu)
{
	for (unsigned id = 0; id < SYSREG_COUNT; id++)
		cpu->sys[id] = sysreg_rows[id].reset;
	cpu->sys[SR_MPIDR_EL1] = cpu->sys[SR_VMPIDR_EL2] = BIT(31) | cpu->index;
	cpu->claim_tags = 0;
	idregs_compute(cpu);
	sysregs_arm_traps(cpu);
	regime_changed(cpu, SR_SCTLR_EL1);
	cpu->check_irq = false;
}
