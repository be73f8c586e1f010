/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list registers of a guest hypervisor, HYPERVISOR-SPEC D.2: put into the CPU's while its guest
 * runs, and the maintenance interrupt they cause. L1 writes its ICH_ registers without an exit;
 * what is not masked here reaches the hardware as it is (NV-21).
 */
#include "core/mutant.h"
#include "core/registers.h"
#include "core/vgic_private.h"

/*
 * L1's ICH_HCR_EL2: all that it can have; TSEI is RES0 with ICH_VTR_EL2.SEIS = 0. Each enable has
 * the place of its condition in ICH_MISR_EL2; the EOI condition is enabled by each list register.
 */
#define HCR_ENABLES                                                                                \
	(F(ICH_HCR_EL2, UIE) | F(ICH_HCR_EL2, LRENPIE) | F(ICH_HCR_EL2, NPIE) |                    \
		F(ICH_HCR_EL2, VGrp0EIE) | F(ICH_HCR_EL2, VGrp0DIE) | F(ICH_HCR_EL2, VGrp1EIE) |   \
		F(ICH_HCR_EL2, VGrp1DIE))
_Static_assert(HCR_ENABLES == (F(ICH_MISR_EL2, U) | F(ICH_MISR_EL2, LRENP) | F(ICH_MISR_EL2, NP) |
				      F(ICH_MISR_EL2, VGrp0E) | F(ICH_MISR_EL2, VGrp0D) |
				      F(ICH_MISR_EL2, VGrp1E) | F(ICH_MISR_EL2, VGrp1D)),
	"enables and conditions have the same places");
#define HCR_TRAPS                                                                                  \
	(F(ICH_HCR_EL2, TC) | F(ICH_HCR_EL2, TALL0) | F(ICH_HCR_EL2, TALL1) | F(ICH_HCR_EL2, TDIR))
#define HCR_ALL (HCR_ENABLES | HCR_TRAPS | F(ICH_HCR_EL2, En) | F(ICH_HCR_EL2, EOIcount))

#define LR_ALL                                                                                     \
	(F(ICH_LRn_EL2, State) | F(ICH_LRn_EL2, Group) |                                           \
		FV(ICH_LRn_EL2, Priority, PRIORITY_MASK) | F(ICH_LRn_EL2, vINTID))

static reg_t list_register(unsigned n)
{
	return (reg_t){ CTX_ICH_LR0_EL2 + n };
}

static u64 l1_hcr(const struct vcpu *vcpu)
{
	return vcpu_read_sys_reg(vcpu, REG(ICH_HCR_EL2)) & HCR_ALL;
}

static unsigned l1_lrs(const struct vcpu *vcpu)
{
	return vcpu->vm->vgic.lrs < NESTED_LRS ? vcpu->vm->vgic.lrs : NESTED_LRS;
}

bool vgic_is_nested(const struct vcpu *vcpu)
{
	return vcpu_is_nested_ctxt(vcpu) && (vcpu_vhcr(vcpu) & (F(HCR_EL2, IMO) | F(HCR_EL2, FMO)));
}

void vgic_nested_interface(struct vcpu *vcpu, struct vgic_interface *to)
{
	*to = (struct vgic_interface){
		.vmcr = (u32)vcpu_read_sys_reg(vcpu, REG(ICH_VMCR_EL2)),
		.ap0r = (u32)vcpu_read_sys_reg(vcpu, REG(ICH_AP0R0_EL2)),
		.ap1r = (u32)vcpu_read_sys_reg(vcpu, REG(ICH_AP1R0_EL2)),
	};
}

void vgic_nested_store_interface(struct vcpu *vcpu)
{
	const struct vgic_interface *from = &vcpu->vgic.loaded;

	vcpu_write_sys_reg(vcpu, from->vmcr, REG(ICH_VMCR_EL2));
	vcpu_write_sys_reg(vcpu, from->ap0r, REG(ICH_AP0R0_EL2));
	vcpu_write_sys_reg(vcpu, from->ap1r, REG(ICH_AP1R0_EL2));
}

/* ---- Status, computed from memory: GI-11, GI-12 ---- */

/* The end that L1 asked to be told of. */
static bool is_end_reported(u64 lr)
{
	return lr_state(lr) == LR_INVALID && !(lr & F(ICH_LRn_EL2, HW)) &&
	       (lr & F(ICH_LRn_EL2, EOI));
}

u64 vgic_nested_vtr(const struct vcpu *vcpu)
{
	u64 visible = F(ICH_VTR_EL2, PRIbits) | F(ICH_VTR_EL2, PREbits) | F(ICH_VTR_EL2, IDbits) |
		      F(ICH_VTR_EL2, A3V) | F(ICH_VTR_EL2, TDS);

	return (vcpu->vm->vgic.vtr & visible) | F(ICH_VTR_EL2, nV4) |
	       FV(ICH_VTR_EL2, ListRegs, l1_lrs(vcpu) - 1);
}

u64 vgic_nested_eisr(const struct vcpu *vcpu)
{
	u64 ended = 0;

	for (unsigned n = 0; n < l1_lrs(vcpu); n++)
		if (is_end_reported(vcpu_read_sys_reg(vcpu, list_register(n))))
			ended |= BIT(n);
	return ended;
}

u64 vgic_nested_elrsr(const struct vcpu *vcpu)
{
	u64 empty = 0;

	for (unsigned n = 0; n < l1_lrs(vcpu); n++) {
		u64 lr = vcpu_read_sys_reg(vcpu, list_register(n));

		if (lr_state(lr) == LR_INVALID && !is_end_reported(lr))
			empty |= BIT(n);
	}
	return empty;
}

u64 vgic_nested_misr(const struct vcpu *vcpu)
{
	u64 hcr = l1_hcr(vcpu), vmcr = vcpu_read_sys_reg(vcpu, REG(ICH_VMCR_EL2)), holds = 0;
	unsigned valid = 0, pending = 0;

	for (unsigned n = 0; n < l1_lrs(vcpu); n++) {
		u64 lr = vcpu_read_sys_reg(vcpu, list_register(n));

		valid += lr_state(lr) != LR_INVALID;
		pending += lr_state(lr) == LR_PENDING;
		holds |= is_end_reported(lr) ? F(ICH_MISR_EL2, EOI) : 0;
	}
	holds |= valid <= 1 ? F(ICH_MISR_EL2, U) : 0;
	holds |= hcr & F(ICH_HCR_EL2, EOIcount) ? F(ICH_MISR_EL2, LRENP) : 0;
	holds |= pending == 0 ? F(ICH_MISR_EL2, NP) : 0;
	holds |= vmcr & F(ICH_VMCR_EL2, VENG0) ? F(ICH_MISR_EL2, VGrp0E) : F(ICH_MISR_EL2, VGrp0D);
	holds |= vmcr & F(ICH_VMCR_EL2, VENG1) ? F(ICH_MISR_EL2, VGrp1E) : F(ICH_MISR_EL2, VGrp1D);
	return holds & ((hcr & HCR_ENABLES) | F(ICH_MISR_EL2, EOI));
}

void vgic_nested_maintenance(struct vcpu *vcpu)
{
	if (!vcpu_has_nv(vcpu))
		return;
	vgic_set_line(vcpu, VGIC_MAINTENANCE_PPI,
		(l1_hcr(vcpu) & F(ICH_HCR_EL2, En)) && vgic_nested_misr(vcpu) != 0);
}

/* ---- L2's stay: GI-7 to GI-10 ---- */

/*
 * GI-7: a physical interrupt of L1's is one of its virtual ones. If that is bound to one of this
 * CPU the hardware deactivates it, else vgic_nested_sync() does.
 */
static u64 to_hardware(struct vcpu *vcpu, u64 lr)
{
	const struct virq *irq;

	if (!(lr & F(ICH_LRn_EL2, HW)))
		return lr & (LR_ALL | F(ICH_LRn_EL2, EOI));
	irq = vgic_irq(vcpu, (unsigned)FGET(lr, ICH_LRn_EL2, pINTID));
	lr &= LR_ALL;
	if (irq && irq->hw_intid)
		lr |= F(ICH_LRn_EL2, HW) | FV(ICH_LRn_EL2, pINTID, irq->hw_intid);
	return lr;
}

/*
 * GI-8, but what the maintenance interrupt is already told of is left out: the level that stays
 * high would not let L2 run. En is L1's: without it L2 has no virtual interrupts.
 */
static u64 hcr_for_hardware(const struct vcpu *vcpu)
{
	return l1_hcr(vcpu) & ~(vgic_nested_misr(vcpu) & HCR_ENABLES);
}

bool vgic_nested_has_irq(struct vcpu *vcpu)
{
	return (vcpu_vhcr(vcpu) & F(HCR_EL2, IMO)) && vgic_has_pending_irq(vcpu);
}

bool vgic_nested_has_fiq(struct vcpu *vcpu)
{
	return (vcpu_vhcr(vcpu) & F(HCR_EL2, FMO)) && vgic_has_pending_fiq(vcpu);
}

/*
 * GI-13: an interrupt for L1 ends L2's stay before it begins; one that L1 would not take (vIMO=0,
 * vFMO=0) must not, or L2 never runs.
 */
void vgic_nested_flush(struct vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->vgic;

	for (unsigned n = 0; n < l1_lrs(vcpu); n++) {
		u64 lr = vcpu_read_sys_reg(vcpu, list_register(n));

		if (lr_state(lr) == LR_INVALID)
			continue;
		vgic->given[vgic->used_lrs] = lr;
		vgic->lr[vgic->used_lrs] = to_hardware(vcpu, lr);
		vgic->shadow_of[vgic->used_lrs++] = (u8)n;
	}
	vgic->hcr = hcr_for_hardware(vcpu);
	if (vgic_nested_has_irq(vcpu) || vgic_nested_has_fiq(vcpu))
		vcpu_request(vcpu, REQUEST_GUEST_HYP_IRQ);
}

/* GI-9: L1's interrupt behind the one that L2 is done with. */
static void deactivate_behind(struct vcpu *vcpu, u64 given, u64 hardware)
{
	unsigned intid = (unsigned)FGET(given, ICH_LRn_EL2, pINTID);
	struct virq *irq = vgic_irq(vcpu, intid);

	if (!irq)
		return;
	lock_take(&vcpu->vm->vgic.lock);
	if (hardware & F(ICH_LRn_EL2, HW)) {
		irq->is_active = false; /* and the physical one is already */
		vgic_update(vcpu, intid);
	} else {
		vgic_deactivate(vcpu, intid);
	}
	lock_drop(&vcpu->vm->vgic.lock);
}

void vgic_nested_sync(struct vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->vgic;

	for (unsigned n = 0; n < vgic->used_lrs; n++) {
		u64 given = vgic->given[n], state = lr_state(vgic->lr[n]);

		vcpu_write_sys_reg(vcpu, lr_with_state(given, state),
			list_register(MUTANT(61) ? n : vgic->shadow_of[n]));
		if (state == LR_INVALID && (given & F(ICH_LRn_EL2, HW)))
			deactivate_behind(vcpu, given, vgic->lr[n]);
	}
	if (vgic->hcr) {
		u64 count = vgic->hcr & F(ICH_HCR_EL2, EOIcount);

		vcpu_write_sys_reg(
			vcpu, (l1_hcr(vcpu) & ~F(ICH_HCR_EL2, EOIcount)) | count, REG(ICH_HCR_EL2));
	}
	vcpu_write_sys_reg(vcpu, vgic->loaded.vmcr, REG(ICH_VMCR_EL2));
}

bool vgic_nested_has_pending(const struct vcpu *vcpu)
{
	for (unsigned n = 0; n < l1_lrs(vcpu); n++)
		if (lr_state(vcpu_read_sys_reg(vcpu, list_register(n))) & LR_PENDING)
			return true;
	return false;
}
