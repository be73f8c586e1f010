/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of controls that a decision read.
 */
#include "sysregs/control.h"

void consultation_note(struct consultation *consultation, enum sysreg_id reg, u64 mask, u64 value)
{
	for (unsigned i = 0; i < consultation->count; i++) {
		if (consultation->row[i].reg == reg && consultation->row[i].mask == mask)
			return;
	}
	ENT_BUG_ON(consultation->count == COUNT(consultation->row));
	consultation->row[consultation->count++] =
		(struct consulted){ .reg = reg, .mask = mask, .value = value };
}

void control_note(const struct cpu *cpu, enum sysreg_id reg, u64 mask, u64 value)
{
	u64 both = HCR_EL2_NV | HCR_EL2_NV1;

	if (is_nested_control(reg, mask) && !is_chosen(cpu, nv_nv1, as_00))
		consultation_note(cpu->consulted, reg, both, cpu->sys[reg] & both);
	consultation_note(cpu->consulted, reg, mask, value);
}
