/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GICv3 CPU interface, IHI 0069. The physical one (ICC_) has no distributor behind it yet: no
 * interrupt is ever pending, and SGIs, ends of interrupts and deactivations reach nobody; all of
 * that belongs here. The virtual one (ICV_) is complete: its interrupts are the list registers.
 */
#include "sysregs/table.h"

enum { LIST_REGISTERS = 4, PRIORITY_IDLE = 0xff, INTID_SPECIAL = 1020, INTID_LPI = 8192 };
enum { LR_INVALID = 0, LR_PENDING = 1, LR_ACTIVE = 2 }; /* both bits: active and pending */

static u64 list_register(const struct cpu *cpu, unsigned n)
{
	return cpu->sys[SR_ICH_LR0_EL2 + n];
}

static unsigned lr_state(u64 lr)
{
	return (unsigned)get_field(lr, ICH_LRn_EL2_State);
}

static unsigned lr_priority(u64 lr)
{
	return (unsigned)get_field(lr, ICH_LRn_EL2_Priority);
}

static unsigned lr_group(u64 lr)
{
	return (unsigned)get_field(lr, ICH_LRn_EL2_Group);
}

static void set_lr_state(struct cpu *cpu, unsigned n, u64 state)
{
	cpu->sys[SR_ICH_LR0_EL2 + n] = put_field(list_register(cpu, n), ICH_LRn_EL2_State, state);
}

/* ---- Priorities: one bit of AP0R0 and AP1R0 for each of the 32 ---- */

static unsigned highest_active(const struct cpu *cpu, enum sysreg_id ap0r, enum sysreg_id ap1r)
{
	u32 active = (u32)(cpu->sys[ap0r] | cpu->sys[ap1r]);

	return active ? (unsigned)__builtin_ctz(active) << 3 : PRIORITY_IDLE;
}

static unsigned virtual_running(const struct cpu *cpu)
{
	return highest_active(cpu, SR_ICH_AP0R0_EL2, SR_ICH_AP1R0_EL2);
}

static u64 vmcr(const struct cpu *cpu, u64 mask)
{
	return cpu->sys[SR_ICH_VMCR_EL2] & mask;
}

/* The bits of a priority that preempt. Group 1's binary point counts from one higher. 4.8.6 */
static unsigned group_priority_mask(const struct cpu *cpu, unsigned group)
{
	unsigned bpr0 = (unsigned)get_field(cpu->sys[SR_ICH_VMCR_EL2], ICH_VMCR_EL2_VBPR0);
	unsigned bpr1 = (unsigned)get_field(cpu->sys[SR_ICH_VMCR_EL2], ICH_VMCR_EL2_VBPR1);
	bool is_common = group == 0 || vmcr(cpu, ICH_VMCR_EL2_VCBPR);

	return ~0u << (is_common ? bpr0 + 1 : bpr1);
}

/* ---- Which virtual interrupt is pending, and is it signalled ---- */

static bool is_group_enabled(const struct cpu *cpu, unsigned group)
{
	return vmcr(cpu, group ? ICH_VMCR_EL2_VENG1 : ICH_VMCR_EL2_VENG0);
}

/* The pending interrupt of the highest priority in an enabled group: its list register, or -1. */
static int highest_pending(const struct cpu *cpu)
{
	int found = -1;

	for (unsigned n = 0; n < LIST_REGISTERS; n++) {
		u64 lr = list_register(cpu, n);

		if (lr_state(lr) != LR_PENDING || !is_group_enabled(cpu, lr_group(lr)))
			continue;
		if (found < 0 || lr_priority(lr) < lr_priority(list_register(cpu, (unsigned)found)))
			found = (int)n;
	}
	return found;
}

/* Is the interface on, the priority above the mask, and does it preempt what is active? */
static bool is_signalled(const struct cpu *cpu, u64 lr)
{
	unsigned priority = lr_priority(lr), running = virtual_running(cpu);
	unsigned mask = group_priority_mask(cpu, lr_group(lr));

	if (!(cpu->sys[SR_ICH_HCR_EL2] & ICH_HCR_EL2_En))
		return false;
	if (priority >= get_field(cpu->sys[SR_ICH_VMCR_EL2], ICH_VMCR_EL2_VPMR))
		return false;
	return running == PRIORITY_IDLE || (priority & mask) < (running & mask);
}

/* Group 0 is a virtual FIQ, group 1 a virtual IRQ. */
static void update_lines(struct cpu *cpu)
{
	int n = highest_pending(cpu);
	u32 lines = 0;

	if (n >= 0 && is_signalled(cpu, list_register(cpu, (unsigned)n)))
		lines = lr_group(list_register(cpu, (unsigned)n)) ? LINE_VIRQ : LINE_VFIQ;
	cpu->lines = (cpu->lines & ~(u32)(LINE_VIRQ | LINE_VFIQ)) | lines;
	if (lines)
		cpu->check_irq = true;
}

void virtual_gic_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)id, (void)old;
	update_lines(cpu);
}

void ich_hcr_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)id, (void)old;
	update_lines(cpu);
	sysregs_arm_traps(cpu);
}

/* ---- The hypervisor's view ---- */

static u64 at_least(u64 value, u64 least)
{
	return value < least ? least : value;
}

static void set_vbpr(struct cpu *cpu, unsigned group, u64 value)
{
	u64 now = cpu->sys[SR_ICH_VMCR_EL2];

	cpu->sys[SR_ICH_VMCR_EL2] =
		group ? put_field(now, ICH_VMCR_EL2_VBPR1, at_least(value, BPR1_LEAST))
		      : put_field(now, ICH_VMCR_EL2_VBPR0, at_least(value, BPR0_LEAST));
}

void write_ich_vmcr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 value = cpu->sys[id];

	(void)old;
	set_vbpr(cpu, 0, get_field(value, ICH_VMCR_EL2_VBPR0));
	set_vbpr(cpu, 1, get_field(value, ICH_VMCR_EL2_VBPR1));
	update_lines(cpu);
}

/* List registers that ended and whose end the hypervisor asked to be told. */
u64 read_ich_eisr(struct cpu *cpu, enum sysreg_id id)
{
	u64 ended = 0;

	(void)id;
	for (unsigned n = 0; n < LIST_REGISTERS; n++) {
		u64 lr = list_register(cpu, n);

		if (lr_state(lr) == LR_INVALID && !(lr & ICH_LRn_EL2_HW) && (lr & ICH_LRn_EL2_EOI))
			ended |= BIT(n);
	}
	return ended;
}

/* List registers that may be used: neither valid nor with an end to be told. */
u64 read_ich_elrsr(struct cpu *cpu, enum sysreg_id id)
{
	u64 empty = 0;

	for (unsigned n = 0; n < LIST_REGISTERS; n++) {
		if (lr_state(list_register(cpu, n)) == LR_INVALID)
			empty |= BIT(n);
	}
	return empty & ~read_ich_eisr(cpu, id);
}

/* Conditions of the maintenance interrupt; which En lets reach the distributor. */
u64 read_ich_misr(struct cpu *cpu, enum sysreg_id id)
{
	u64 hcr = cpu->sys[SR_ICH_HCR_EL2];
	bool veng0 = is_group_enabled(cpu, 0), veng1 = is_group_enabled(cpu, 1);
	unsigned valid = 0, pending = 0;
	u64 misr = 0;

	for (unsigned n = 0; n < LIST_REGISTERS; n++) {
		valid += lr_state(list_register(cpu, n)) != LR_INVALID;
		pending += lr_state(list_register(cpu, n)) == LR_PENDING;
	}
	misr |= read_ich_eisr(cpu, id) ? ICH_MISR_EL2_EOI : 0;
	misr |= (hcr & ICH_HCR_EL2_UIE) && valid <= 1 ? ICH_MISR_EL2_U : 0;
	misr |= (hcr & ICH_HCR_EL2_LRENPIE) && (hcr & ICH_HCR_EL2_EOIcount) ? ICH_MISR_EL2_LRENP
									    : 0;
	misr |= (hcr & ICH_HCR_EL2_NPIE) && pending == 0 ? ICH_MISR_EL2_NP : 0;
	misr |= (hcr & ICH_HCR_EL2_VGrp0EIE) && veng0 ? ICH_MISR_EL2_VGrp0E : 0;
	misr |= (hcr & ICH_HCR_EL2_VGrp0DIE) && !veng0 ? ICH_MISR_EL2_VGrp0D : 0;
	misr |= (hcr & ICH_HCR_EL2_VGrp1EIE) && veng1 ? ICH_MISR_EL2_VGrp1E : 0;
	misr |= (hcr & ICH_HCR_EL2_VGrp1DIE) && !veng1 ? ICH_MISR_EL2_VGrp1D : 0;
	return misr;
}

/* ---- The guest's view: registers that are fields of ICH_VMCR_EL2 ---- */

static void set_vmcr(struct cpu *cpu, u64 mask, u64 value)
{
	cpu->sys[SR_ICH_VMCR_EL2] = put_field(cpu->sys[SR_ICH_VMCR_EL2], mask, value);
	update_lines(cpu);
}

u64 read_icv_pmr(struct cpu *cpu, enum sysreg_id id)
{
	(void)id;
	return get_field(cpu->sys[SR_ICH_VMCR_EL2], ICH_VMCR_EL2_VPMR);
}

void write_icv_pmr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	set_vmcr(cpu, ICH_VMCR_EL2_VPMR, cpu->sys[id] & 0xf8);
}

/* With CBPR group 1 has the binary point of group 0, plus one, and ignores writes. */
static u64 common_bpr1(u64 bpr0)
{
	return bpr0 < 7 ? bpr0 + 1 : 7;
}

u64 read_icv_bpr(struct cpu *cpu, enum sysreg_id id)
{
	u64 bpr0 = get_field(cpu->sys[SR_ICH_VMCR_EL2], ICH_VMCR_EL2_VBPR0);

	if (id == SR_ICV_BPR0_EL1)
		return bpr0;
	return vmcr(cpu, ICH_VMCR_EL2_VCBPR)
		       ? common_bpr1(bpr0)
		       : get_field(cpu->sys[SR_ICH_VMCR_EL2], ICH_VMCR_EL2_VBPR1);
}

void write_icv_bpr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	if (id == SR_ICV_BPR1_EL1 && vmcr(cpu, ICH_VMCR_EL2_VCBPR))
		return;
	set_vbpr(cpu, id == SR_ICV_BPR1_EL1, cpu->sys[id] & 7);
	update_lines(cpu);
}

u64 read_icv_ctlr(struct cpu *cpu, enum sysreg_id id)
{
	(void)id;
	return ICC_CTLR_FIXED | (vmcr(cpu, ICH_VMCR_EL2_VCBPR) ? ICx_CTLR_EL1_CBPR : 0) |
	       (vmcr(cpu, ICH_VMCR_EL2_VEOIM) ? ICx_CTLR_EL1_EOImode : 0);
}

void write_icv_ctlr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	set_vmcr(cpu, ICH_VMCR_EL2_VCBPR, get_field(cpu->sys[id], ICx_CTLR_EL1_CBPR));
	set_vmcr(cpu, ICH_VMCR_EL2_VEOIM, get_field(cpu->sys[id], ICx_CTLR_EL1_EOImode));
}

u64 read_icv_igrpen(struct cpu *cpu, enum sysreg_id id)
{
	return is_group_enabled(cpu, id == SR_ICV_IGRPEN1_EL1);
}

void write_icv_igrpen(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	set_vmcr(cpu, id == SR_ICV_IGRPEN1_EL1 ? ICH_VMCR_EL2_VENG1 : ICH_VMCR_EL2_VENG0,
		cpu->sys[id] & 1);
}

static enum sysreg_id virtual_apr(unsigned group)
{
	return group ? SR_ICH_AP1R0_EL2 : SR_ICH_AP0R0_EL2;
}

u64 read_icv_apr(struct cpu *cpu, enum sysreg_id id)
{
	return cpu->sys[virtual_apr(id == SR_ICV_AP1R0_EL1)];
}

void write_icv_apr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	cpu->sys[virtual_apr(id == SR_ICV_AP1R0_EL1)] = (u32)cpu->sys[id];
	update_lines(cpu);
}

u64 read_icv_rpr(struct cpu *cpu, enum sysreg_id id)
{
	(void)id;
	return virtual_running(cpu);
}

/* ---- Acknowledge, priority drop, deactivation ---- */

u64 read_icv_hppir(struct cpu *cpu, enum sysreg_id id)
{
	int n = highest_pending(cpu);

	if (n < 0 || lr_group(list_register(cpu, (unsigned)n)) != (id == SR_ICV_HPPIR1_EL1))
		return INTID_NONE;
	return (u32)list_register(cpu, (unsigned)n);
}

u64 read_icv_iar(struct cpu *cpu, enum sysreg_id id)
{
	unsigned group = id == SR_ICV_IAR1_EL1;
	int n = highest_pending(cpu);
	u64 lr;

	if (n < 0)
		return INTID_NONE;
	lr = list_register(cpu, (unsigned)n);
	if (lr_group(lr) != group || !is_signalled(cpu, lr))
		return INTID_NONE;
	set_lr_state(cpu, (unsigned)n, LR_ACTIVE);
	cpu->sys[virtual_apr(group)] |=
		BIT((lr_priority(lr) & group_priority_mask(cpu, group)) >> 3);
	update_lines(cpu);
	return (u32)lr;
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

static bool is_split(const struct cpu *cpu)
{
	return vmcr(cpu, ICH_VMCR_EL2_VEOIM);
}

/* The end of an interrupt that no list register holds, for the hypervisor to look after. */
static void count_end(struct cpu *cpu)
{
	u64 *hcr = &cpu->sys[SR_ICH_HCR_EL2];

	*hcr = put_field(*hcr, ICH_HCR_EL2_EOIcount, get_field(*hcr, ICH_HCR_EL2_EOIcount) + 1);
}

/* With HW = 1 the distributor would deactivate pINTID too. */
static void deactivate(struct cpu *cpu, unsigned n)
{
	set_lr_state(cpu, n, lr_state(list_register(cpu, n)) & LR_PENDING);
}

/* Clears the highest active priority; PRIORITY_IDLE: there is none. */
static unsigned drop_priority(struct cpu *cpu)
{
	unsigned dropped = virtual_running(cpu);
	enum sysreg_id first = SR_ICH_AP0R0_EL2, second = SR_ICH_AP1R0_EL2;

	if (dropped == PRIORITY_IDLE)
		return dropped;
	if (cpu->sys[first] & BIT(dropped >> 3))
		cpu->sys[first] &= ~BIT(dropped >> 3);
	else
		cpu->sys[second] &= ~BIT(dropped >> 3);
	return dropped;
}

void write_icv_eoir(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	unsigned group = id == SR_ICV_EOIR1_EL1, dropped;
	u64 intid = bits(cpu->sys[id], 23, 0), lr;
	int n;

	(void)old;
	if (intid >= INTID_SPECIAL && intid <= INTID_NONE)
		return;
	dropped = drop_priority(cpu);
	if (dropped == PRIORITY_IDLE)
		return;
	n = find_active(cpu, intid);
	if (n < 0) {
		if (!is_split(cpu) && intid < INTID_LPI)
			count_end(cpu);
	} else {
		lr = list_register(cpu, (unsigned)n);
		if (lr_group(lr) == group &&
			(lr_priority(lr) & group_priority_mask(cpu, group)) == dropped &&
			(!is_split(cpu) || intid >= INTID_LPI))
			deactivate(cpu, (unsigned)n);
	}
	update_lines(cpu);
}

void write_icv_dir(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 intid = bits(cpu->sys[id], 23, 0);
	int n = find_active(cpu, intid);

	(void)old;
	if (!is_split(cpu) || intid >= INTID_SPECIAL)
		return;
	if (n < 0)
		count_end(cpu);
	else
		deactivate(cpu, (unsigned)n);
	update_lines(cpu);
}

/* ---- The physical interface ---- */

void gic_offer(struct cpu *cpu, struct gic_offer offer)
{
	cpu->offer = offer;
}

u64 read_icc_rpr(struct cpu *cpu, enum sysreg_id id)
{
	(void)id;
	return highest_active(cpu, SR_ICC_AP0R0_EL1, SR_ICC_AP1R0_EL1);
}

static bool is_common_bpr(const struct cpu *cpu, enum sysreg_id id)
{
	return id == SR_ICC_BPR1_EL1 && (cpu->sys[SR_ICC_CTLR_EL1] & ICx_CTLR_EL1_CBPR);
}

u64 read_icc_bpr1(struct cpu *cpu, enum sysreg_id id)
{
	return is_common_bpr(cpu, id) ? common_bpr1(cpu->sys[SR_ICC_BPR0_EL1]) : cpu->sys[id];
}

void write_icc_bpr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 least = id == SR_ICC_BPR1_EL1 ? BPR1_LEAST : BPR0_LEAST;

	cpu->sys[id] = is_common_bpr(cpu, id) ? old : at_least(cpu->sys[id], least);
}
