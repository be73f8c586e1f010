/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GICv3's virtual CPU interface, IHI 0069 chapter 6: ICV_ registers. Its interrupts are the
 * list registers, its masks what ICH_VMCR_EL2 shows of it (ich.c).
 */
#include "sysregs/icx.h"

static bool is_signalled(const struct cpu *cpu, u64 lr)
{
	return (cpu->sys[SR_ICH_HCR_EL2] & ICH_HCR_EL2_En) &&
	       icx_is_signalled(cpu, &icx_virtual, lr_group(lr), lr_priority(lr));
}

void icv_set_maintenance(struct cpu *cpu, bool level)
{
	if (cpu->gic == NULL || level == cpu->maintenance)
		return;
	cpu->maintenance = level;
	cpu->gic->maintenance(cpu, level);
}

/* A world switch writes most ICH_ registers while En = 0: nothing is signalled then. */
void icv_update(struct cpu *cpu)
{
	bool is_on = cpu->sys[SR_ICH_HCR_EL2] & ICH_HCR_EL2_En;
	struct ich_lists lists;
	u64 lr;

	if (!is_on) {
		icx_set_lines(cpu, &icx_virtual, 0);
		icv_set_maintenance(cpu, false);
		return;
	}
	lists = ich_look(cpu);
	lr = lists.highest < 0 ? 0 : list_register(cpu, (unsigned)lists.highest);
	icx_set_lines(cpu, &icx_virtual,
		lists.highest >= 0 && is_signalled(cpu, lr) ? icx_virtual.line[lr_group(lr)] : 0);
	icv_set_maintenance(cpu, ich_conditions(cpu, &lists) != 0);
}

/* ---- Registers that are the hypervisor's under another name ---- */

static enum sysreg_id apr_of(enum sysreg_id id)
{
	return icx_virtual.apr[id == SR_ICV_AP1R0_EL1];
}

u64 read_icv_apr(struct cpu *cpu, enum sysreg_id id)
{
	return cpu->sys[apr_of(id)];
}

void write_icv_apr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	cpu->sys[apr_of(id)] = (u32)cpu->sys[id];
	icv_update(cpu);
}

/* ---- Acknowledge, priority drop, deactivation ---- */

u64 read_icv_hppir(struct cpu *cpu, enum sysreg_id id)
{
	int n = ich_look(cpu).highest;

	if (n < 0 || lr_group(list_register(cpu, (unsigned)n)) != (id == SR_ICV_HPPIR1_EL1))
		return INTID_NONE;
	return (u32)list_register(cpu, (unsigned)n);
}

static void set_lr_state(struct cpu *cpu, unsigned n, u64 state)
{
	cpu->sys[SR_ICH_LR0_EL2 + n] = put_field(list_register(cpu, n), ICH_LRn_EL2_State, state);
}

/* The list register that a read of IAR acknowledges, or -1. */
static int acknowledgeable(const struct cpu *cpu, enum sysreg_id iar)
{
	int n = ich_look(cpu).highest;
	u64 lr = n < 0 ? 0 : list_register(cpu, (unsigned)n);

	return n >= 0 && lr_group(lr) == (iar == SR_ICV_IAR1_EL1) && is_signalled(cpu, lr) ? n : -1;
}

u64 read_icv_iar(struct cpu *cpu, enum sysreg_id id)
{
	int n = acknowledgeable(cpu, id);

	return n < 0 ? INTID_NONE : (u32)list_register(cpu, (unsigned)n);
}

/* A vINTID that is none of an interrupt, 1020 to 1023, only ceases to be pending. */
void took_icv_iar(struct cpu *cpu, enum sysreg_id id, u64 intid)
{
	int n = acknowledgeable(cpu, id);
	u64 lr;

	if (n < 0)
		return;
	lr = list_register(cpu, (unsigned)n);
	icx_tell(cpu, true, GIC_ACKNOWLEDGE, intid, lr_priority(lr));
	set_lr_state(cpu, (unsigned)n, icx_is_special(intid) ? LR_INVALID : LR_ACTIVE);
	if (!icx_is_special(intid))
		icx_raise_priority(cpu, &icx_virtual, lr_group(lr), lr_priority(lr));
	icv_update(cpu);
}

static int find_active(const struct cpu *cpu, u64 intid)
{
	for (unsigned n = 0; n < LIST_REGISTERS; n++) {
		u64 lr = list_register(cpu, n);

		if ((lr_state(lr) & LR_ACTIVE) && (u32)lr == intid)
			return (int)n;
	}
	return -1;
}

/* The end of an interrupt that no list register holds, for the hypervisor to look after. */
static void count_end(struct cpu *cpu)
{
	u64 *hcr = &cpu->sys[SR_ICH_HCR_EL2];

	*hcr = put_field(*hcr, ICH_HCR_EL2_EOIcount, get_field(*hcr, ICH_HCR_EL2_EOIcount) + 1);
}

/* With HW = 1 the physical interrupt behind it is deactivated too. */
static void deactivate(struct cpu *cpu, unsigned n)
{
	u64 lr = list_register(cpu, n), physical = get_field(lr, ICH_LRn_EL2_pINTID);

	icx_tell(cpu, true, GIC_DEACTIVATE, (u32)lr, 0);
	set_lr_state(cpu, n, lr_state(lr) & LR_PENDING);
	if ((lr & ICH_LRn_EL2_HW) && physical < INTID_SPECIAL && cpu->gic != NULL)
		cpu->gic->deactivate(cpu, (u32)physical);
}

void write_icv_eoir(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	unsigned group = id == SR_ICV_EOIR1_EL1, dropped;
	u64 intid = icx_take_written(cpu, id), lr;
	bool is_whole = !icx_is_split(cpu, &icx_virtual);
	int n;

	(void)old;
	if (icx_is_special(intid))
		return;
	dropped = icx_drop_priority(cpu, &icx_virtual);
	if (dropped == PRIORITY_IDLE)
		return;
	icx_tell(cpu, true, GIC_PRIORITY_DROP, intid, 0);
	n = find_active(cpu, intid);
	if (n < 0) {
		if (is_whole && intid < INTID_LPI)
			count_end(cpu);
	} else {
		lr = list_register(cpu, (unsigned)n);
		if (lr_group(lr) == group &&
			icx_group_priority(cpu, &icx_virtual, group, lr_priority(lr)) == dropped &&
			(is_whole || intid >= INTID_LPI))
			deactivate(cpu, (unsigned)n);
	}
	icv_update(cpu);
}

void write_icv_dir(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 intid = icx_take_written(cpu, id);
	int n = find_active(cpu, intid);

	(void)old;
	if (!icx_is_split(cpu, &icx_virtual) || intid >= INTID_SPECIAL)
		return;
	if (n < 0)
		count_end(cpu);
	else
		deactivate(cpu, (unsigned)n);
	icv_update(cpu);
}
