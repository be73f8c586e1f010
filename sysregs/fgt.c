/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fine-grained traps to EL2, FEAT_FGT: the rows of fgt.def. An access looks here only while some
 * control can trap anything at all, which is a bit of cpu->armed[].
 */
#include "sysregs/control.h"
#include "sysregs/table.h"

enum { R = 1, W = 2, RW = R | W };

/* The controls, of reads and of writes. SYS instructions count as writes. */
enum group { HFGxTR_EL2, HFGITR_EL2, HDFGxTR_EL2 };
static const u16 controls[][2] = {
	[HFGxTR_EL2] = { SR_HFGRTR_EL2, SR_HFGWTR_EL2 },
	[HFGITR_EL2] = { SR_NONE, SR_HFGITR_EL2 },
	[HDFGxTR_EL2] = { SR_HDFGRTR_EL2, SR_HDFGWTR_EL2 },
};

static const struct {
	u64 mask;
	u8 group;
	u8 directions; /* 0: no such trap */
	bool value;    /* traps while the bit is this */
} rows[SYSREG_COUNT] = {
#define FGT(reg, group_, field, directions_, value_)                                               \
	[SR_##reg] = { group_##_##field, group_, directions_, value_ },
#include "sysregs/fgt.def"
#undef FGT
};

bool fgt_has_row(enum sysreg_id id)
{
	return rows[id].directions != 0;
}

/* Not for the host's EL0. DDI 0487 HFGRTR_EL2 and the others */
static bool is_subject(const struct cpu *cpu)
{
	return cpu->has_el2 && cpu_has(cpu, FEAT_FGT) && !control_el0_in_host(cpu);
}

bool fgt_traps(const struct cpu *cpu, enum sysreg_id id, enum direction direction)
{
	u64 mask = rows[id].mask;

	if (!(rows[id].directions & (direction == DIR_READ ? R : W)) || !is_subject(cpu))
		return false;
	return (control(cpu, controls[rows[id].group][direction], mask) != 0) == rows[id].value;
}

bool fgt_traps_insn(const struct cpu *cpu, u64 mask)
{
	return is_subject(cpu) && control(cpu, SR_HFGITR_EL2, mask);
}

/* The bits that trap while 0. They are RES0 without their feature. */
static u64 inverted_bits(const struct cpu *cpu, enum group group, enum direction direction)
{
	u64 inverted = 0;

#define FGT(reg, group_, field, directions, value)                                                 \
	if (!(value) && group == (group_) && ((directions) & (direction == DIR_READ ? R : W)) &&   \
		cpu_has(cpu, (enum feature_id)sysreg_rows[SR_##reg].feature))                      \
		inverted |= group_##_##field;
#include "sysregs/fgt.def"
#undef FGT
	return inverted;
}

u64 fgt_armed(const struct cpu *cpu, enum direction direction)
{
	u64 trapping = 0;

	if (!cpu_has(cpu, FEAT_FGT))
		return 0;
	for (enum group group = 0; group < COUNT(controls); group++) {
		u16 reg = controls[group][direction];

		if (reg != SR_NONE)
			trapping |= cpu->sys[reg] ^ inverted_bits(cpu, group, direction);
	}
	return trapping != 0 ? BIT(ARMED_FGT) : 0;
}
