/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the physical (ICC_) and the virtual (ICV_) CPU interface have in common, where the fields
 * are called ICx_: how they mask, preempt, acknowledge and drop priorities. IHI 0069 chapter 4.
 * Private to sysregs/ic[cvxh].c.
 */
#ifndef ENT_SYSREGS_ICX_H
#define ENT_SYSREGS_ICX_H

#include "cpu/events.h"
#include "sysregs/table.h"

enum { PRIORITY_IDLE = 0xff, INTID_SPECIAL = 1020, INTID_LPI = 8192 };

/* The registers of an interface; by group where there are two. */
struct icx {
	bool is_virtual;
	enum sysreg_id pmr, ctlr, bpr[2], igrpen[2], apr[2];
	u32 line[2]; /* group 0 is an FIQ, group 1 an IRQ */
};
extern const struct icx icx_physical, icx_virtual;

static inline bool icx_is_special(u64 intid)
{
	return intid >= INTID_SPECIAL && intid <= INTID_NONE;
}

/* Is the group enabled? */
bool icx_is_enabled(const struct cpu *cpu, const struct icx *icx, unsigned group);

/* The end of an interrupt only drops its priority; ICx_DIR_EL1 deactivates. */
bool icx_is_split(const struct cpu *cpu, const struct icx *icx);

/* The bits of a priority that preempt. */
unsigned icx_group_priority(
	const struct cpu *cpu, const struct icx *icx, unsigned group, unsigned priority);

/* Is a pending interrupt signalled to the PE: enabled, above the mask, and does it preempt? */
bool icx_is_signalled(
	const struct cpu *cpu, const struct icx *icx, unsigned group, unsigned priority);

/* The interrupt is acknowledged: its priority is active. */
void icx_raise_priority(struct cpu *cpu, const struct icx *icx, unsigned group, unsigned priority);

/* The group of the highest active priority; 0 if both have it. */
unsigned icx_running_group(const struct cpu *cpu, const struct icx *icx);

/* Clears the highest active priority; PRIORITY_IDLE: there is none. */
unsigned icx_drop_priority(struct cpu *cpu, const struct icx *icx);

/* The interface's lines to the PE: `lines` of them are high. */
void icx_set_lines(struct cpu *cpu, const struct icx *icx, u32 lines);

/* EVENT_GIC of this interface, or of the distributor's side of it. */
void icx_tell(struct cpu *cpu, bool is_virtual, enum gic_event what, u64 intid, u64 value);

/* What was written to a register that cannot be read. */
u64 icx_take_written(struct cpu *cpu, enum sysreg_id id);

/* Something that the signalled interrupt depends on changed; of the virtual interface also what
 * the maintenance interrupt does. */
void icc_update(struct cpu *cpu);
void icv_update(struct cpu *cpu);

/* The maintenance interrupt has this level now. */
void icv_set_maintenance(struct cpu *cpu, bool level);

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

/* All of them at one look. */
struct ich_lists {
	int highest; /* of the pending ones in an enabled group that of the highest priority, or -1
		      */
	unsigned valid, pending;
	u64 ended; /* a bit for each that ended and whose end the hypervisor asked to be told */
};
struct ich_lists ich_look(const struct cpu *cpu);

/* ICH_MISR_EL2: conditions of the maintenance interrupt; En lets them reach the distributor. */
u64 ich_conditions(const struct cpu *cpu, const struct ich_lists *lists);

#endif
