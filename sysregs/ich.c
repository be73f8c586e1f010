/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GICv3's virtual CPU interface as the hypervisor sees it, IHI 0069 chapter 6: ICH_ registers.
 */
#include "sysregs/icx.h"

static __attribute__((noinline)) void tell_list_register(struct cpu *cpu, enum sysreg_id id)
{
	struct event event = { .kind = EVENT_GIC,
		.pc = cpu->pc,
		.gic = GIC_LIST_REGISTER,
		.is_virtual = true,
		.intid = (u32)cpu->sys[id],
		.value = cpu->sys[id],
		.line = (u32)(id - SR_ICH_LR0_EL2) };

	event_emit(cpu, &event);
}

void ich_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	if (event_wanted(cpu, EVENT_GIC) && id >= SR_ICH_LR0_EL2 &&
		id < SR_ICH_LR0_EL2 + LIST_REGISTERS)
		tell_list_register(cpu, id);
	(void)old;
	icv_update(cpu);
}

void ich_hcr_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 traps = ICH_HCR_EL2_TC | ICH_HCR_EL2_TALL0 | ICH_HCR_EL2_TALL1 | ICH_HCR_EL2_TDIR;

	icv_update(cpu);
	if ((cpu->sys[id] ^ old) & traps)
		sysregs_arm_traps(cpu);
}

/* ---- ICH_VMCR_EL2: fields of the guest's registers ---- */

static const struct {
	u64 field;
	enum sysreg_id reg;
	u64 mask, least;
} vmcr_fields[] = {
	/* clang-format off */
	{ ICH_VMCR_EL2_VENG0, SR_ICV_IGRPEN0_EL1, ICx_IGRPENn_EL1_Enable,   0 },
	{ ICH_VMCR_EL2_VENG1, SR_ICV_IGRPEN1_EL1, ICx_IGRPENn_EL1_Enable,   0 },
	{ ICH_VMCR_EL2_VCBPR, SR_ICV_CTLR_EL1,    ICx_CTLR_EL1_CBPR,        0 },
	{ ICH_VMCR_EL2_VEOIM, SR_ICV_CTLR_EL1,    ICx_CTLR_EL1_EOImode,     0 },
	{ ICH_VMCR_EL2_VBPR1, SR_ICV_BPR1_EL1,    ICx_BPRn_EL1_BinaryPoint, BPR1_LEAST },
	{ ICH_VMCR_EL2_VBPR0, SR_ICV_BPR0_EL1,    ICx_BPRn_EL1_BinaryPoint, BPR0_LEAST },
	{ ICH_VMCR_EL2_VPMR,  SR_ICV_PMR_EL1,     ICx_PMR_EL1_Priority,     0 },
	/* clang-format on */
};

u64 read_ich_vmcr(struct cpu *cpu, enum sysreg_id id)
{
	u64 value = cpu->sys[id];

	for (size_t i = 0; i < COUNT(vmcr_fields); i++)
		value = put_field(value, vmcr_fields[i].field,
			get_field(cpu->sys[vmcr_fields[i].reg], vmcr_fields[i].mask));
	return value;
}

void write_ich_vmcr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	for (size_t i = 0; i < COUNT(vmcr_fields); i++) {
		u64 *reg = &cpu->sys[vmcr_fields[i].reg];
		u64 value = get_field(cpu->sys[id], vmcr_fields[i].field);

		if (value < vmcr_fields[i].least)
			value = vmcr_fields[i].least;
		*reg = put_field(*reg, vmcr_fields[i].mask, value);
	}
	icv_update(cpu);
}

/* ---- Status, which is computed ---- */

/* Its end is over, and the hypervisor asked to be told; until then it may not be used. */
static u64 ended(u64 lr)
{
	return lr_state(lr) == LR_INVALID && !(lr & ICH_LRn_EL2_HW) && (lr & ICH_LRn_EL2_EOI);
}

struct ich_lists ich_look(const struct cpu *cpu)
{
	struct ich_lists lists = { .highest = -1 };
	unsigned highest = PRIORITY_IDLE + 1;

	for (unsigned n = 0; n < LIST_REGISTERS; n++) {
		u64 lr = list_register(cpu, n);

		if (lr == 0)
			continue;
		lists.valid += lr_state(lr) != LR_INVALID;
		lists.ended |= ended(lr) << n;
		if (lr_state(lr) != LR_PENDING)
			continue;
		lists.pending++;
		if (lr_priority(lr) < highest && icx_is_enabled(cpu, &icx_virtual, lr_group(lr))) {
			highest = lr_priority(lr);
			lists.highest = (int)n;
		}
	}
	return lists;
}

u64 read_ich_eisr(struct cpu *cpu, enum sysreg_id id)
{
	(void)id;
	return ich_look(cpu).ended;
}

u64 read_ich_elrsr(struct cpu *cpu, enum sysreg_id id)
{
	u64 empty = 0;

	(void)id;
	for (unsigned n = 0; n < LIST_REGISTERS; n++) {
		u64 lr = list_register(cpu, n);

		if (lr_state(lr) == LR_INVALID && !ended(lr))
			empty |= BIT(n);
	}
	return empty;
}

u64 ich_conditions(const struct cpu *cpu, const struct ich_lists *lists)
{
	static const u64 enables = ICH_HCR_EL2_UIE | ICH_HCR_EL2_LRENPIE | ICH_HCR_EL2_NPIE |
				   ICH_HCR_EL2_VGrp0EIE | ICH_HCR_EL2_VGrp0DIE |
				   ICH_HCR_EL2_VGrp1EIE | ICH_HCR_EL2_VGrp1DIE;
	u64 hcr = cpu->sys[SR_ICH_HCR_EL2], misr = lists->ended ? ICH_MISR_EL2_EOI : 0;
	bool veng0, veng1;

	if (!(hcr & enables)) /* mostly */
		return misr;
	veng0 = icx_is_enabled(cpu, &icx_virtual, 0);
	veng1 = icx_is_enabled(cpu, &icx_virtual, 1);
	misr |= (hcr & ICH_HCR_EL2_UIE) && lists->valid <= 1 ? ICH_MISR_EL2_U : 0;
	misr |= (hcr & ICH_HCR_EL2_LRENPIE) && (hcr & ICH_HCR_EL2_EOIcount) ? ICH_MISR_EL2_LRENP
									    : 0;
	misr |= (hcr & ICH_HCR_EL2_NPIE) && lists->pending == 0 ? ICH_MISR_EL2_NP : 0;
	misr |= (hcr & ICH_HCR_EL2_VGrp0EIE) && veng0 ? ICH_MISR_EL2_VGrp0E : 0;
	misr |= (hcr & ICH_HCR_EL2_VGrp0DIE) && !veng0 ? ICH_MISR_EL2_VGrp0D : 0;
	misr |= (hcr & ICH_HCR_EL2_VGrp1EIE) && veng1 ? ICH_MISR_EL2_VGrp1E : 0;
	misr |= (hcr & ICH_HCR_EL2_VGrp1DIE) && !veng1 ? ICH_MISR_EL2_VGrp1D : 0;
	return misr;
}

u64 read_ich_misr(struct cpu *cpu, enum sysreg_id id)
{
	struct ich_lists lists = ich_look(cpu);

	(void)id;
	return ich_conditions(cpu, &lists);
}
