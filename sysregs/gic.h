/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the physical (ICC_) and the virtual (ICV_) CPU interface have in common: registers of the
 * same meaning, and how they mask, preempt, acknowledge and drop priorities. IHI 0069 chapter 4.
 * Private to sysregs/gic*.c.
 */
#ifndef ENT_SYSREGS_GIC_H
#define ENT_SYSREGS_GIC_H

#include "sysregs/table.h"

enum { PRIORITY_IDLE = 0xff, INTID_SPECIAL = 1020, INTID_LPI = 8192 };

/* The registers of an interface; by group where there are two. */
struct gic_interface {
	enum sysreg_id pmr, ctlr, bpr[2], igrpen[2], apr[2];
	u32 line[2]; /* group 0 is an FIQ, group 1 an IRQ */
};
static const struct gic_interface gic_physical = {
	.pmr = SR_ICC_PMR_EL1,
	.ctlr = SR_ICC_CTLR_EL1,
	.bpr = { SR_ICC_BPR0_EL1, SR_ICC_BPR1_EL1 },
	.igrpen = { SR_ICC_IGRPEN0_EL1, SR_ICC_IGRPEN1_EL1 },
	.apr = { SR_ICC_AP0R0_EL1, SR_ICC_AP1R0_EL1 },
	.line = { LINE_FIQ, LINE_IRQ },
};
static const struct gic_interface gic_virtual = {
	.pmr = SR_ICV_PMR_EL1,
	.ctlr = SR_ICV_CTLR_EL1,
	.bpr = { SR_ICV_BPR0_EL1, SR_ICV_BPR1_EL1 },
	.igrpen = { SR_ICV_IGRPEN0_EL1, SR_ICV_IGRPEN1_EL1 },
	.apr = { SR_ICH_AP0R0_EL2, SR_ICH_AP1R0_EL2 },
	.line = { LINE_VFIQ, LINE_VIRQ },
};

static inline bool gic_is_enabled(
	const struct cpu *cpu, const struct gic_interface *interface, unsigned group)
{
	return cpu->sys[interface->igrpen[group]] & ICx_IGRPENn_EL1_Enable;
}

/* One binary point for both groups, that of group 0. */
static inline bool gic_is_common(const struct cpu *cpu, const struct gic_interface *interface)
{
	return cpu->sys[interface->ctlr] & ICx_CTLR_EL1_CBPR;
}

/* The end of an interrupt only drops its priority; ICx_DIR_EL1 deactivates. */
static inline bool gic_is_split(const struct cpu *cpu, const struct gic_interface *interface)
{
	return cpu->sys[interface->ctlr] & ICx_CTLR_EL1_EOImode;
}

static inline bool gic_is_special(u64 intid)
{
	return intid >= INTID_SPECIAL && intid <= INTID_NONE;
}

/* The highest active priority: a bit of AP0R0 and AP1R0 for each that there is. */
static inline unsigned gic_running(const struct cpu *cpu, const struct gic_interface *interface)
{
	u32 active = (u32)(cpu->sys[interface->apr[0]] | cpu->sys[interface->apr[1]]);

	return active ? (unsigned)__builtin_ctz(active) << PRIORITY_SHIFT : PRIORITY_IDLE;
}

/* The bits of a priority that preempt. Group 1's binary point counts from one higher. 4.8.6 */
static inline unsigned gic_group_priority(const struct cpu *cpu,
	const struct gic_interface *interface, unsigned group, unsigned priority)
{
	bool by_bpr0 = group == 0 || gic_is_common(cpu, interface);
	unsigned low = by_bpr0 ? (unsigned)cpu->sys[interface->bpr[0]] + 1
			       : (unsigned)cpu->sys[interface->bpr[1]];

	return priority & (~0u << low);
}

/* Is a pending interrupt signalled to the PE: enabled, above the mask, and does it preempt? */
static inline bool gic_is_signalled(const struct cpu *cpu, const struct gic_interface *interface,
	unsigned group, unsigned priority)
{
	unsigned running = gic_running(cpu, interface);

	if (!gic_is_enabled(cpu, interface, group) || priority >= cpu->sys[interface->pmr])
		return false;
	return running == PRIORITY_IDLE ||
	       gic_group_priority(cpu, interface, group, priority) <
		       gic_group_priority(cpu, interface, group, running);
}

/* The interrupt is acknowledged: its priority is active. */
static inline void gic_raise_priority(
	struct cpu *cpu, const struct gic_interface *interface, unsigned group, unsigned priority)
{
	cpu->sys[interface->apr[group]] |=
		BIT(gic_group_priority(cpu, interface, group, priority) >> PRIORITY_SHIFT);
}

/* The group of the highest active priority; 0 if both have it. */
static inline unsigned gic_running_group(
	const struct cpu *cpu, const struct gic_interface *interface)
{
	u32 active0 = (u32)cpu->sys[interface->apr[0]], active1 = (u32)cpu->sys[interface->apr[1]];

	if (active0 == 0 || active1 == 0)
		return active0 == 0;
	return __builtin_ctz(active1) < __builtin_ctz(active0);
}

/* Clears the highest active priority; PRIORITY_IDLE: there is none. */
static inline unsigned gic_drop_priority(struct cpu *cpu, const struct gic_interface *interface)
{
	unsigned dropped = gic_running(cpu, interface);
	u64 *active = &cpu->sys[interface->apr[gic_running_group(cpu, interface)]];

	*active &= *active - 1;
	return dropped;
}

/* The interface's lines to the PE: `lines` of them are high. */
static inline void gic_set_lines(struct cpu *cpu, const struct gic_interface *interface, u32 lines)
{
	u32 all = interface->line[0] | interface->line[1], raised = lines & ~cpu->lines;

	cpu->lines = (cpu->lines & ~all) | lines;
	if (raised)
		cpu_signal(cpu);
}

/* What was written to a register that cannot be read. */
static inline u64 gic_take_written(struct cpu *cpu, enum sysreg_id id)
{
	u64 value = cpu->sys[id];

	cpu->sys[id] = 0;
	return value;
}

/* Something that the virtual interrupts or the maintenance interrupt depend on changed. */
void gic_virtual_changed(struct cpu *cpu);

/* ---- The list registers ---- */

enum { LIST_REGISTERS = 4 };
enum { LR_INVALID = 0, LR_PENDING = 1, LR_ACTIVE = 2 }; /* both bits: active and pending */

static inline u64 list_register(const struct cpu *cpu, unsigned n)
{
	return cpu->sys[SR_ICH_LR0_EL2 + n];
}

static inline unsigned lr_state(u64 lr)
{
	return (unsigned)get_field(lr, ICH_LRn_EL2_State);
}

static inline unsigned lr_priority(u64 lr)
{
	return (unsigned)get_field(lr, ICH_LRn_EL2_Priority);
}

static inline unsigned lr_group(u64 lr)
{
	return (unsigned)get_field(lr, ICH_LRn_EL2_Group);
}

#endif
