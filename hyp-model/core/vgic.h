/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual GICv3 of a VM: distributor, redistributors, list registers; nested: L1's own list
 * registers. HYPERVISOR-SPEC A.19, D.2. The frames' registers are vgic_mmio.c (device.h), trapped
 * system registers vgic_sysreg.c (emulate.def).
 */
#ifndef HYP_VGIC_H
#define HYP_VGIC_H

#include "core/lock.h"
#include "core/types.h"

/* VGIC_SPIS and VGIC_PRIVATE: a bit each of a u32, both together of a u64. */
enum { VGIC_SPIS = 32, VGIC_PRIVATE = 32, VGIC_IRQS = VGIC_PRIVATE + VGIC_SPIS, VGIC_SGIS = 16 };
/* List registers: used of the machine, and shown to L1 (ICH_VTR_EL2, GI-12), which vel2.def has. */
enum { MAX_LRS = 4, NESTED_LRS = 4 };
/* The maintenance interrupt: of this CPU, and of a virtual EL2 (GI-11). */
enum { VGIC_MAINTENANCE_PPI = 25 };

struct vm;
struct vcpu;

struct virq {
	u8 priority;
	bool is_enabled, is_group1, is_level; /* level: not edge triggered */
	bool line;			      /* of a level interrupt */
	bool is_pending;		      /* latched: edge, or written by the guest */
	bool is_active;
	u8 written;	       /* by the guest while in a list register; vgic_lr.c */
	struct vcpu *in_lr_of; /* whose list registers hold it, or NULL */
	unsigned hw_intid;     /* physical INTID bound to it (GI-5), 0: none */
	u64 route;	       /* SPIs: GICD_IROUTER */
};

/* What a virtual CPU interface keeps besides list registers. */
struct vgic_interface {
	u64 vmcr, ap0r, ap1r;
};

struct vgic_cpu {
	struct virq irq[VGIC_PRIVATE]; /* SGIs and PPIs */
	u32 in_flight;		       /* those of irq[] that are pending or active */
	bool is_awake;		       /* GICR_WAKER */
	bool is_nested;		       /* loaded with L1's list registers, GI-6 */
	struct vgic_interface own;     /* of the vCPU by L0's vGIC; stale while that is loaded */
	struct vgic_interface loaded;  /* what the CPU got, `own` or L1's for its L2 */
	/* The stay in the guest: made by vgic_flush(), moved by vgic_restore() and vgic_save(). */
	u64 lr[MAX_LRS], given[MAX_LRS]; /* as they are, and as they were at the entry */
	u64 hcr;
	unsigned used_lrs;
	u8 shadow_of[MAX_LRS]; /* list register of the CPU -> L1's, GI-10 */
};

struct vgic_dist {
	struct lock lock; /* of every virq of the VM */
	u32 ctlr;
	struct virq spi[VGIC_SPIS];
	u32 in_flight; /* those of spi[] that are pending or active */
	u64 vtr;       /* ICH_VTR_EL2 of the machine */
	unsigned lrs;  /* that it has and this uses */
};

/* Once on each CPU: lets the maintenance interrupt end a stay. */
void vgic_cpu_init(void);
void vgic_init(struct vm *vm);
void vgic_load(struct vcpu *vcpu);
void vgic_put(struct vcpu *vcpu);

/*
 * Around a stay in the guest, interrupts masked. flush decides what is in the list registers (GI-1,
 * GI-7, GI-8), sync folds what became of them (GI-1, GI-9). In between restore and save move them,
 * at EL2: on VHE flush and sync do that, on nVHE the switch (A.7). A flush that is followed by no
 * entry is repeated, or undone by vgic_put().
 */
void vgic_flush(struct vcpu *vcpu);
void vgic_restore(struct vcpu *vcpu);
void vgic_save(struct vcpu *vcpu);
void vgic_sync(struct vcpu *vcpu);

/* A line or a pulse of an interrupt; `vcpu` matters for INTIDs below 32. Kicks who must see it. */
void vgic_set_line(struct vcpu *vcpu, unsigned intid, bool level);
void vgic_pulse(struct vcpu *vcpu, unsigned intid);
void vgic_bind_hw(struct vcpu *vcpu, unsigned intid, unsigned hw_intid); /* 0: unbind */
/* GI-5: must the physical interrupt that `intid` is bound to be active? */
bool vgic_is_active(const struct vcpu *vcpu, unsigned intid);

/*
 * L0's vGIC has an interrupt that the vCPU's own CPU interface would signal (GI-13). While that is
 * loaded it is read from the CPU.
 */
bool vgic_has_pending(struct vcpu *vcpu);
/* Wakes WFI: the same, or while L2 runs one of L1's list registers. */
bool vgic_can_wake(struct vcpu *vcpu);
/* GI-13: while L2 runs, is there an IRQ, or an FIQ, that L1 takes from its guest? */
bool vgic_nested_has_irq(struct vcpu *vcpu);
bool vgic_nested_has_fiq(struct vcpu *vcpu);
/* GI-11: recomputes the maintenance interrupt of L1; vgic_flush() and vgic_sync() do. */
void vgic_nested_maintenance(struct vcpu *vcpu);

#endif
