/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of controls that a decision read.
 */
#include "sysregs/sysregs.h"

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
