/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ICC_ and ICV_ have alike: priorities, signalling, and the registers of the same meaning.
 */
#include "sysregs/icx.h"

const struct icx icx_physical = {
	.is_virtual = false,
	.pmr = SR_ICC_PMR_EL1,
	.ctlr = SR_ICC_CTLR_EL1,
	.bpr = { SR_ICC_BPR0_EL1, SR_ICC_BPR1_EL1 },
	.igrpen = { SR_ICC_IGRPEN0_EL1, SR_ICC_IGRPEN1_EL1 },
	.apr = { SR_ICC_AP0R0_EL1, SR_ICC_AP1R0_EL1 },
	.line = { LINE_FIQ, LINE_IRQ },
};
const struct icx icx_virtual = {
	.is_virtual = true,
	.pmr = SR_ICV_PMR_EL1,
	.ctlr = SR_ICV_CTLR_EL1,
	.bpr = { SR_ICV_BPR0_EL1, SR_ICV_BPR1_EL1 },
	.igrpen = { SR_ICV_IGRPEN0_EL1, SR_ICV_IGRPEN1_EL1 },
	.apr = { SR_ICH_AP0R0_EL2, SR_ICH_AP1R0_EL2 },
	.line = { LINE_VFIQ, LINE_VIRQ },
};

/* ---- Priorities ---- */

bool icx_is_enabled(const struct cpu *cpu, const struct icx *icx, unsigned group)
{
	return cpu->sys[icx->igrpen[group]] & ICx_IGRPENn_EL1_Enable;
}

/* One binary point for both groups, that of group 0. */
static bool is_common(const struct cpu *cpu, const struct icx *icx)
{
	return cpu->sys[icx->ctlr] & ICx_CTLR_EL1_CBPR;
}

bool icx_is_split(const struct cpu *cpu, const struct icx *icx)
{
	return cpu->sys[icx->ctlr] & ICx_CTLR_EL1_EOImode;
}

/* The highest active priority: a bit of AP0R0 and AP1R0 for each that there is. */
static unsigned running(const struct cpu *cpu, const struct icx *icx)
{
	u32 active = (u32)(cpu->sys[icx->apr[0]] | cpu->sys[icx->apr[1]]);

	return active ? (unsigned)__builtin_ctz(active) << PRIORITY_SHIFT : PRIORITY_IDLE;
}

/* Group 1's binary point counts from one higher. 4.8.6 */
unsigned icx_group_priority(
	const struct cpu *cpu, const struct icx *icx, unsigned group, unsigned priority)
{
	bool by_bpr0 = group == 0 || is_common(cpu, icx);
	unsigned low =
		by_bpr0 ? (unsigned)cpu->sys[icx->bpr[0]] + 1 : (unsigned)cpu->sys[icx->bpr[1]];

	return priority & (~0u << low);
}

bool icx_is_signalled(
	const struct cpu *cpu, const struct icx *icx, unsigned group, unsigned priority)
{
	unsigned current = running(cpu, icx);

	if (!icx_is_enabled(cpu, icx, group) || priority >= cpu->sys[icx->pmr])
		return false;
	return current == PRIORITY_IDLE || icx_group_priority(cpu, icx, group, priority) <
						   icx_group_priority(cpu, icx, group, current);
}

void icx_raise_priority(struct cpu *cpu, const struct icx *icx, unsigned group, unsigned priority)
{
	cpu->sys[icx->apr[group]] |=
		BIT(icx_group_priority(cpu, icx, group, priority) >> PRIORITY_SHIFT);
}

unsigned icx_running_group(const struct cpu *cpu, const struct icx *icx)
{
	u32 active0 = (u32)cpu->sys[icx->apr[0]], active1 = (u32)cpu->sys[icx->apr[1]];

	if (active0 == 0 || active1 == 0)
		return active0 == 0;
	return __builtin_ctz(active1) < __builtin_ctz(active0);
}

unsigned icx_drop_priority(struct cpu *cpu, const struct icx *icx)
{
	unsigned dropped = running(cpu, icx);
	u64 *active = &cpu->sys[icx->apr[icx_running_group(cpu, icx)]];

	*active &= *active - 1;
	return dropped;
}

void icx_set_lines(struct cpu *cpu, const struct icx *icx, u32 lines)
{
	u32 all = icx->line[0] | icx->line[1], raised = lines & ~cpu->lines;
	u32 changed = (cpu->lines ^ lines) & all;

	cpu->lines = (cpu->lines & ~all) | lines;
	if (UNLIKELY(changed != 0))
		event_lines_changed(cpu, changed);
	if (raised)
		cpu_signal(cpu);
}

static __attribute__((noinline)) void tell(
	struct cpu *cpu, bool is_virtual, enum gic_event what, u64 intid, u64 value)
{
	struct event event = { .kind = EVENT_GIC,
		.pc = cpu->pc,
		.gic = (u8)what,
		.is_virtual = is_virtual,
		.intid = (u32)intid,
		.value = value };

	event_emit(cpu, &event);
}

void icx_tell(struct cpu *cpu, bool is_virtual, enum gic_event what, u64 intid, u64 value)
{
	if (event_wanted(cpu, EVENT_GIC))
		tell(cpu, is_virtual, what, intid, value);
}

/* ---- Registers ---- */

/* Rows of ICV_ stand behind those of ICC_. */
static const struct icx *icx_of(enum sysreg_id id)
{
	return id >= SR_ICV_PMR_EL1 ? &icx_virtual : &icx_physical;
}
_Static_assert(
	(int)SR_ICC_IGRPEN1_EL1 < (int)SR_ICV_PMR_EL1 && (int)SR_ICC_PMR_EL1 < (int)SR_ICV_PMR_EL1,
	"icx_of() goes by the order of rows");

static void changed(struct cpu *cpu, const struct icx *icx)
{
	if (icx->is_virtual)
		icv_update(cpu);
	else
		icc_update(cpu);
}

void icx_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	changed(cpu, icx_of(id));
}

u64 icx_take_written(struct cpu *cpu, enum sysreg_id id)
{
	u64 value = cpu->sys[id];

	cpu->sys[id] = 0;
	return value;
}

u64 read_icx_rpr(struct cpu *cpu, enum sysreg_id id)
{
	return running(cpu, icx_of(id));
}

/* With CBPR group 1 has the binary point of group 0, plus one, and ignores writes. */
u64 read_icx_bpr1(struct cpu *cpu, enum sysreg_id id)
{
	const struct icx *icx = icx_of(id);
	u64 bpr0 = cpu->sys[icx->bpr[0]];

	if (!is_common(cpu, icx))
		return cpu->sys[id];
	return bpr0 < ICx_BPRn_EL1_BinaryPoint ? bpr0 + 1 : bpr0;
}

void write_icx_bpr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	const struct icx *icx = icx_of(id);
	bool is_group1 = id == icx->bpr[1];
	u64 least = is_group1 ? BPR1_LEAST : BPR0_LEAST;

	if (is_group1 && is_common(cpu, icx))
		cpu->sys[id] = old;
	else if (cpu->sys[id] < least)
		cpu->sys[id] = least;
	changed(cpu, icx);
}
