/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual GICv3 of a VM: distributor, redistributors, list registers; nested: L1's own list
 * registers. HYPERVISOR-SPEC A.19, D.2.
 */
#ifndef HYP_VGIC_H
#define HYP_VGIC_H

#include "core/types.h"

enum { VGIC_SPIS = 32, VGIC_PRIVATE = 32, VGIC_IRQS = VGIC_PRIVATE + VGIC_SPIS, MAX_LRS = 16 };
/* What L1 sees (ICH_VTR_EL2.ListRegs + 1), GI-12: the four of vel2.def. */
enum { NESTED_LRS = 4 };

struct vm;
struct vcpu;

struct virq {
	u8 priority;
	bool is_enabled, is_group1, is_level; /* level: not edge triggered */
	bool line;			      /* of a level interrupt */
	bool is_pending;		      /* latched: edge, or written by the guest */
	bool is_active;
	bool is_in_lr;	   /* of the vCPU it belongs to */
	unsigned hw_intid; /* physical INTID bound to it (GI-5), 0: none */
	u64 route;	   /* SPIs: GICD_IROUTER */
};

struct vgic_cpu {
	struct virq irq[VGIC_PRIVATE]; /* SGIs and PPIs */
	u64 lr[MAX_LRS];
	unsigned used_lrs;
	u64 vmcr, ap0r, ap1r, hcr;
	bool is_nested;	       /* loaded with L1's list registers, GI-6 */
	u8 shadow_of[MAX_LRS]; /* hardware LR -> L1's LR, GI-10 */
	bool is_awake;	       /* GICR_WAKER */
};

struct vgic_dist {
	u32 ctlr;
	struct virq spi[VGIC_SPIS];
};

void vgic_init(struct vm *vm);
void vgic_load(struct vcpu *vcpu);
void vgic_put(struct vcpu *vcpu);
void vgic_flush(struct vcpu *vcpu); /* before entry, interrupts masked: GI-1, GI-7, GI-8 */
void vgic_sync(struct vcpu *vcpu);  /* after exit: GI-1, GI-9 */
/* At EL2, around the stay (A.7 nVHE step 8): the registers themselves. */
void vgic_restore(struct vcpu *vcpu);
void vgic_save(struct vcpu *vcpu);

/* A line or a pulse of an interrupt; `vcpu` matters for INTIDs below 32. Kicks who must see it. */
void vgic_set_line(struct vcpu *vcpu, unsigned intid, bool level);
void vgic_pulse(struct vcpu *vcpu, unsigned intid);
void vgic_bind_hw(struct vcpu *vcpu, unsigned intid, unsigned hw_intid); /* 0: unbind */
bool vgic_is_active(const struct vcpu *vcpu, unsigned intid);

/* An enabled interrupt is pending for this vCPU by L0's vGIC: wakes WFI, GI-13. */
bool vgic_has_pending(const struct vcpu *vcpu);
/* GI-11: recomputes the maintenance interrupt of L1. */
void vgic_nested_maintenance(struct vcpu *vcpu);

#endif
