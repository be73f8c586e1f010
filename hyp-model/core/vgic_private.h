/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the vGIC share. vgic->lock of the VM is held where a virq is an argument or a
 * result.
 */
#ifndef HYP_VGIC_PRIVATE_H
#define HYP_VGIC_PRIVATE_H

#include "core/arch.h"
#include "core/vm.h"

enum { LR_INVALID = 0, LR_PENDING = 1, LR_ACTIVE = 2 }; /* both bits: active and pending */
enum { PRIORITY_IDLE = 0xff, PRIORITY_BITS = 5, PRIORITY_MASK = 0xf8 };
enum { GICD_CTLR_GRP0 = 1, GICD_CTLR_GRP1 = 2 };

/* virq.written: what holds whatever becomes of the list register. */
enum { WROTE_NOT_PENDING = 1, WROTE_ACTIVE = 2, WROTE_NOT_ACTIVE = 4 };

static inline unsigned lr_state(u64 lr)
{
	return (unsigned)FGET(lr, ICH_LRn_EL2, State);
}

static inline u64 lr_with_state(u64 lr, u64 state)
{
	return (lr & ~F(ICH_LRn_EL2, State)) | FV(ICH_LRn_EL2, State, state);
}

/* vgic.c. NULL: there is no such interrupt. */
struct virq *vgic_irq(struct vcpu *vcpu, unsigned intid);
/* The vCPU it goes to; NULL: a SPI that is routed to nobody. */
struct vcpu *vgic_target(struct vcpu *vcpu, unsigned intid);
/* Pending and wanted by the distributor, whatever the CPU interface says. */
bool vgic_is_deliverable(const struct vm *vm, const struct virq *irq);
/* After a change of `irq`: what can be in flight. */
void vgic_update(struct vcpu *vcpu, unsigned intid);
/* A bit for each INTID that is in flight and goes to this vCPU. */
u64 vgic_in_flight(struct vcpu *vcpu);
/* The end of an active interrupt that the hardware did not see. */
void vgic_deactivate(struct vcpu *vcpu, unsigned intid);
/* Everyone of the VM who has something to look at; the lock is not held. */
void vgic_kick_all(struct vm *vm);
/* ICC_SGI1R_EL1 and its kin. */
void vgic_send_sgi(struct vcpu *from, u64 value, bool is_for_group1_too);

/* vgic_lr.c: list registers that were made but not entered with. */
void vgic_take_back(struct vcpu *vcpu);
/* vgic_has_pending(), and it would be an IRQ: of group 1; or an FIQ: of group 0. */
bool vgic_has_pending_irq(struct vcpu *vcpu);
bool vgic_has_pending_fiq(struct vcpu *vcpu);

/* vgic_nested.c */
bool vgic_is_nested(const struct vcpu *vcpu);				  /* GI-6 */
void vgic_nested_interface(struct vcpu *vcpu, struct vgic_interface *to); /* L1's, for load */
void vgic_nested_store_interface(struct vcpu *vcpu);
void vgic_nested_flush(struct vcpu *vcpu);
void vgic_nested_sync(struct vcpu *vcpu);
bool vgic_nested_has_pending(const struct vcpu *vcpu);
u64 vgic_nested_vtr(const struct vcpu *vcpu);
u64 vgic_nested_misr(const struct vcpu *vcpu);
u64 vgic_nested_eisr(const struct vcpu *vcpu);
u64 vgic_nested_elrsr(const struct vcpu *vcpu);

#endif
