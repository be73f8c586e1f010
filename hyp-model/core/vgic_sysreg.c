/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trapped registers of the GIC's CPU interfaces, rows of emulate.def: SGIs; and what a virtual EL2
 * reads of its list registers (GI-12); those that NV2 keeps in memory are vel2_emulate.c's. While
 * interrupts are virtual the other ICC_ registers do not trap.
 */
#include "core/emulate.h"
#include "core/registers.h"
#include "core/vgic_private.h"

/* With one Security state SGI1R reaches both groups, the other two only group 0. */
enum emulation emulate_sgi(struct vcpu *vcpu, struct sysreg_access *access)
{
	vgic_send_sgi(vcpu, access->value, access->iss == ISS_ICC_SGI1R_EL1);
	return EMULATED;
}

/* System registers are always on; writes are ignored. */
enum emulation emulate_icc_sre(struct vcpu *vcpu, struct sysreg_access *access)
{
	(void)vcpu;
	access->value = F(ICC_SRE_EL1, SRE) | F(ICC_SRE_EL1, DFB) | F(ICC_SRE_EL1, DIB);
	if (access->iss == ISS_ICC_SRE_EL2)
		access->value |= F(ICC_SRE_EL2, Enable);
	return EMULATED;
}

/* ICH_HCR_EL2.TDIR: some active interrupts have no list register (vgic_lr.c). */
enum emulation emulate_icc_dir(struct vcpu *vcpu, struct sysreg_access *access)
{
	unsigned intid = (unsigned)FGET(access->value, ICx_DIR_EL1, INTID);
	const struct virq *irq = vgic_irq(vcpu, intid);

	lock_take(&vcpu->vm->vgic.lock);
	if (irq && irq->is_active)
		vgic_deactivate(vcpu, intid);
	lock_drop(&vcpu->vm->vgic.lock);
	return EMULATED;
}

/* GI-12: computed from memory, without side effects. */
enum emulation emulate_ich_vtr(struct vcpu *vcpu, struct sysreg_access *access)
{
	access->value = vgic_nested_vtr(vcpu);
	return EMULATED;
}

enum emulation emulate_ich_misr(struct vcpu *vcpu, struct sysreg_access *access)
{
	access->value = vgic_nested_misr(vcpu);
	return EMULATED;
}

enum emulation emulate_ich_eisr(struct vcpu *vcpu, struct sysreg_access *access)
{
	access->value = vgic_nested_eisr(vcpu);
	return EMULATED;
}

enum emulation emulate_ich_elrsr(struct vcpu *vcpu, struct sysreg_access *access)
{
	access->value = vgic_nested_elrsr(vcpu);
	return EMULATED;
}
