/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose value the read of a register returns: rows of reads.def.
 */
#include "explain/explain.h"

#define AT(el) (1u << (el))

static const struct {
	enum sysreg_id reg;
	unsigned at;
	u64 mask, value;
	const char *text;
} rows[] = {
#define READS(reg, at, mask, value, text) { SR_##reg, at, mask, value, text },
#include "explain/reads.def"
#undef READS
};

const char *read_returns(const struct cpu *cpu, enum sysreg_id id)
{
	for (size_t i = 0; i < COUNT(rows) && cpu->has_el2; i++) {
		if (rows[i].reg == id && (rows[i].at & AT(cpu->pstate.el)) &&
			(effective_hcr(cpu) & rows[i].mask) == rows[i].value)
			return rows[i].text;
	}
	return NULL;
}
