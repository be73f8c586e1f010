/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The accesses that need no decision, computed once from the rows: what route.c would say as long
 * as no trap is armed and nested virtualization is off.
 */
#include "sysregs/table.h"

struct sysreg_direct sysreg_direct[SYSREG_COUNT];

/* The table is of all PEs: a feature that only some have needs the decision. */
static bool is_of_all(u8 feature)
{
	return sysregs_first_profile((enum feature_id)feature) == sysregs_profiles()[0];
}

/* The register behind the name in a mode, or SR_NONE where route.c has to decide. */
static u16 target_in(const struct sysreg *row, u16 id, unsigned mode)
{
	if (!is_of_all(row->feature) || row->route != NULL || row->is_operation)
		return SR_NONE;
	if (mode < EL2)
		return row->alias_of || row->virtual_is ? SR_NONE : id;
	if (row->alias_of)
		return SR_NONE;
	return mode > EL2 && row->e2h_is ? row->e2h_is : id;
}

static u16 entry(bool is_allowed, u16 target, bool is_plain)
{
	if (!is_allowed || target == SR_NONE)
		return SR_NONE;
	return is_plain ? target : (u16)(target | DIRECT_HOOKED);
}

static void fill(struct sysreg_direct *direct, u16 id)
{
	const struct sysreg *row = &sysreg_rows[id];

	direct->traps = row->traps | (fgt_has_row((enum sysreg_id)id) ? BIT(ARMED_FGT) : 0);
	for (unsigned mode = 0; mode < DIRECT_MODES; mode++) {
		u8 el = (u8)(mode < EL2 ? mode : EL2);
		u16 target = target_in(row, id, mode);
		const struct sysreg *to = target != SR_NONE ? &sysreg_rows[target] : row;
		bool is_masked_alike = to->res0 == row->res0 && to->res1 == row->res1;
		bool is_plain = to->wrote == NULL && !to->is_gated && is_masked_alike;

		direct->read[mode] = entry(row->read_el <= el, target, to->read == NULL);
		direct->write[mode] = entry(row->write_el <= el, target, is_plain);
		if (!is_of_all(to->feature))
			direct->read[mode] = direct->write[mode] = SR_NONE;
	}
	direct->res0 = row->res0;
	direct->res1 = row->res1;
}

void sysreg_direct_init(void)
{
	static bool done;

	for (u16 id = 0; id < SYSREG_COUNT && !done; id++)
		fill(&sysreg_direct[id], id);
	done = true;
}
