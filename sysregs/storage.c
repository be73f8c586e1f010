/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values: reset, masked writes, reads. Knows no access rules (route.c).
 */
#include "sysregs/debug.h"
#include "sysregs/table.h"

u64 sysreg_read(struct cpu *cpu, enum sysreg_id id)
{
	const struct sysreg *row = &sysreg_rows[id];

	return row->read != NULL ? row->read(cpu, id) : cpu->sys[id];
}

/* A hook works on copies of the PE and of what PEs share. */
u64 sysreg_look(const struct cpu *cpu, enum sysreg_id id)
{
	struct cpu_group group;
	struct cpu look;

	if (sysreg_rows[id].read == NULL)
		return cpu->sys[id];
	group = *cpu->group;
	look = *cpu;
	look.group = &group;
	return sysreg_read(&look, id);
}

u64 sysreg_take(struct cpu *cpu, enum sysreg_id id)
{
	const struct sysreg *row = &sysreg_rows[id];
	u64 value = sysreg_read(cpu, id);

	if (row->took != NULL)
		row->took(cpu, id, value);
	return value;
}

/* Bits of features that this PE does not have. */
static u64 absent_bits(const struct cpu *cpu, enum sysreg_id id)
{
	u64 absent = 0;

#define BITS_OF(reg, name, mask)                                                                   \
	if (id == SR_##reg && !cpu_has(cpu, FEAT_##name))                                          \
		absent |= (mask);
#include "sysregs/gated.def"
#undef BITS_OF
	return absent;
}

static u64 ones(const struct cpu *cpu, enum sysreg_id id)
{
	u64 ones = 0;

#define ONES_OF(reg, name, mask)                                                                   \
	if (id == SR_##reg && !cpu_has(cpu, FEAT_##name))                                          \
		ones |= (mask);
#include "sysregs/ones.def"
#undef ONES_OF
	return ones;
}

static u64 masked(const struct cpu *cpu, enum sysreg_id id, u64 value)
{
	const struct sysreg *row = &sysreg_rows[id];

	value = (value & ~row->res0) | row->res1;
	if (row->is_gated)
		value = (value & ~absent_bits(cpu, id)) | ones(cpu, id);
	return value;
}

u64 sysreg_as_stored(const struct cpu *cpu, enum sysreg_id id, u64 value)
{
	value = masked(cpu, id, value);
	switch (id) {
	case SR_HCR_EL2: return hcr_as_implemented(cpu, value);
	case SR_MDSCR_EL1: return mdscr_as_locked(cpu, value);
	default: return value;
	}
}

void sysreg_write(struct cpu *cpu, enum sysreg_id id, u64 value)
{
	const struct sysreg *row = &sysreg_rows[id];
	u64 old = cpu->sys[id];

	cpu->sys[id] = masked(cpu, id, value);
	if (row->wrote != NULL)
		row->wrote(cpu, id, old);
}

/* The fractional part of the golden ratio: multiples of it have few bits in common. */
static void leave_unknown(struct cpu *cpu)
{
#define UNKNOWN(name)                                                                              \
	cpu->sys[SR_##name] = masked(cpu, SR_##name, (SR_##name + 1) * 0x9e3779b97f4a7c15ull);
#include "sysregs/unknown.def"
#undef UNKNOWN
}

void sysregs_reset(struct cpu *cpu)
{
	if (is_chosen(cpu, e2h, res0))
		cpu->features[FEAT_VHE / 64] &= ~BIT(FEAT_VHE % 64);
	for (unsigned id = 0; id < SYSREG_COUNT; id++)
		cpu->sys[id] = sysreg_rows[id].reset;
	if (is_chosen(cpu, reset_values, unknown))
		leave_unknown(cpu);
	if (cpu->has_el2)
		cpu->sys[SR_HCR_EL2] = hcr_as_implemented(cpu, cpu->sys[SR_HCR_EL2]);
	if (is_e2h(cpu)) /* the other format of what the row says: nothing is trapped */
		cpu->sys[SR_CPTR_EL2] = CPTR_EL2_E2H_FPEN;
	cpu->sys[SR_MPIDR_EL1] = cpu->sys[SR_VMPIDR_EL2] = BIT(31) | cpu->index;
	cpu->claim_tags = 0;
	cpu->late_count = 0;
	cpu->pmu = (struct pmu){ .cycles = cpu->cycles, .insns = cpu->insns };
	timing_set_exact(&cpu->timed, EXACT_PMU | EXACT_ACCESSES, 0);
	idregs_compute(cpu);
	sysregs_arm_traps(cpu);
	debug_rearm(cpu);
	for (unsigned el = 0; el < EL_COUNT; el++)
		cpu->ctx_of[el][0] = cpu->ctx_of[el][1] = NULL;
	cpu->check_irq = false;
	icc_reset(cpu);
}
