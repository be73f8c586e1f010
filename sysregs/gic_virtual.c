/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GICv3's virtual CPU interface, IHI 0069 chapter 6: ICV_ registers. Its interrupts are the
 * list registers, its masks what ICH_VMCR_EL2 shows of it (gic_hypervisor.c).
 */
#include "sysregs/gic.h"

/* The pending interrupt of the highest priority in an enabled group: its list register, or -1. */
static int highest_pending(const struct cpu *cpu)
{
	int found = -1;

	for (unsigned n = 0; n < LIST_REGISTERS; n++) {
		u64 lr = list_register(cpu, n);

		if (lr_state(lr) != LR_PENDING || !gic_is_enabled(cpu, &gic_virtual, lr_group(lr)))
			continue;
		if (found < 0 || lr_priority(lr) < lr_priority(list_register(cpu, (unsigned)found)))
			found = (int)n;
	}
	return found;
}

static bool is_signalled(const struct cpu *cpu, u64 lr)
{
	return (cpu->sys[SR_ICH_HCR_EL2] & ICH_HCR_EL2_En) &&
	       gic_is_signalled(cpu, &gic_virtual, lr_group(lr), lr_priority(lr));
}

static void update_lines(struct cpu *cpu)
{
	int n = highest_pending(cpu);
	u64 lr = n < 0 ? 0 : list_register(cpu, (unsigned)n);

	gic_set_lines(cpu, &gic_virtual,
		n >= 0 && is_signalled(cpu, lr) ? gic_virtual.line[lr_group(lr)] : 0);
}

void gic_virtual_changed(struct cpu *cpu)
{
	bool is_on = cpu->sys[SR_ICH_HCR_EL2] & ICH_HCR_EL2_En;

	update_lines(cpu);
	if (cpu->gic != NULL)
		cpu->gic->maintenance(cpu, is_on && sysreg_read(cpu, SR_ICH_MISR_EL2) != 0);
}

/* ---- Registers that are the hypervisor's under another name ---- */

static enum sysreg_id apr_of(enum sysreg_id id)
{
	return gic_virtual.apr[id == SR_ICV_AP1R0_EL1];
}

u64 read_icv_apr(struct cpu *cpu, enum sysreg_id id)
{
	return cpu->sys[apr_of(id)];
}

void write_icv_apr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	cpu->sys[apr_of(id)] = (u32)cpu->sys[id];
	gic_virtual_changed(cpu);
}

/* ---- Acknowledge, priority drop, deactivation ---- */

u64 read_icv_hppir(struct cpu *cpu, enum sysreg_id id)
{
	int n = highest_pending(cpu);

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
	int n = highest_pending(cpu);
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
	set_lr_state(cpu, (unsigned)n, gic_is_special(intid) ? LR_INVALID : LR_ACTIVE);
	if (!gic_is_special(intid))
		gic_raise_priority(cpu, &gic_virtual, lr_group(lr), lr_priority(lr));
	gic_virtual_changed(cpu);
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

	set_lr_state(cpu, n, lr_state(lr) & LR_PENDING);
	if ((lr & ICH_LRn_EL2_HW) && physical < INTID_SPECIAL && cpu->gic != NULL)
		cpu->gic->deactivate(cpu, (u32)physical);
}

void write_icv_eoir(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	unsigned group = id == SR_ICV_EOIR1_EL1, dropped;
	u64 intid = gic_take_written(cpu, id), lr;
	bool is_whole = !gic_is_split(cpu, &gic_virtual);
	int n;

	(void)old;
	if (gic_is_special(intid))
		return;
	dropped = gic_drop_priority(cpu, &gic_virtual);
	if (dropped == PRIORITY_IDLE)
		return;
	n = find_active(cpu, intid);
	if (n < 0) {
		if (is_whole && intid < INTID_LPI)
			count_end(cpu);
	} else {
		lr = list_register(cpu, (unsigned)n);
		if (lr_group(lr) == group &&
			gic_group_priority(cpu, &gic_virtual, group, lr_priority(lr)) == dropped &&
			(is_whole || intid >= INTID_LPI))
			deactivate(cpu, (unsigned)n);
	}
	gic_virtual_changed(cpu);
}

void write_icv_dir(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 intid = gic_take_written(cpu, id);
	int n = find_active(cpu, intid);

	(void)old;
	if (!gic_is_split(cpu, &gic_virtual) || intid >= INTID_SPECIAL)
		return;
	if (n < 0)
		count_end(cpu);
	else
		deactivate(cpu, (unsigned)n);
	gic_virtual_changed(cpu);
}
