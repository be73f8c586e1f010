/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GICv3's virtual CPU interface as the hypervisor sees it, IHI 0069 chapter 6: ICH_ registers.
 */
#include "sysregs/gic.h"

void ich_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)id, (void)old;
	gic_virtual_changed(cpu);
}

void ich_hcr_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 traps = ICH_HCR_EL2_TC | ICH_HCR_EL2_TALL0 | ICH_HCR_EL2_TALL1 | ICH_HCR_EL2_TDIR;

	gic_virtual_changed(cpu);
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
	gic_virtual_changed(cpu);
}

/* ---- Status, which is computed ---- */

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
	bool veng0 = gic_is_enabled(cpu, &gic_virtual, 0);
	bool veng1 = gic_is_enabled(cpu, &gic_virtual, 1);
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
