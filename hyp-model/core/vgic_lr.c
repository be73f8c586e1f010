/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list registers around a stay in the guest, HYPERVISOR-SPEC A.19. Between two stays all of
 * them are empty and the state is in struct virq.
 */
#include "core/cpu.h"
#include "core/registers.h"
#include "core/vgic_private.h"

/* ---- The registers themselves, at EL2 ---- */

static const struct {
	u64 (*read)(void);
	void (*write)(u64 value);
} list_registers[MAX_LRS] = {
	{ read_ICH_LR0_EL2, write_ICH_LR0_EL2 },
	{ read_ICH_LR1_EL2, write_ICH_LR1_EL2 },
	{ read_ICH_LR2_EL2, write_ICH_LR2_EL2 },
	{ read_ICH_LR3_EL2, write_ICH_LR3_EL2 },
};

/* With nothing in flight no ICH_ register is touched, which matters where each access traps. */
static bool is_anything_given(const struct vgic_cpu *vgic)
{
	return vgic->used_lrs || vgic->hcr;
}

void vgic_restore(struct vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->vgic;

	for (unsigned n = 0; n < vgic->used_lrs; n++)
		list_registers[n].write(vgic->lr[n]);
	if (vgic->hcr)
		write_ICH_HCR_EL2(vgic->hcr);
}

/* En is cleared first: with it the maintenance interrupt falls, and no line follows the rest. */
void vgic_save(struct vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->vgic;

	if (!is_anything_given(vgic))
		return;
	if (vgic->hcr) {
		vgic->hcr = read_ICH_HCR_EL2();
		write_ICH_HCR_EL2(0);
	}
	for (unsigned n = 0; n < vgic->used_lrs; n++) {
		vgic->lr[n] = list_registers[n].read();
		list_registers[n].write(0);
	}
	if (vgic->is_nested || (vgic->hcr & F(ICH_HCR_EL2, EOIcount)))
		vgic->loaded.vmcr = read_ICH_VMCR_EL2();
}

/* GI-3: system registers first, or ICH_VMCR_EL2 has other meanings. */
static u64 load_interface(u64 vcpu, u64 b)
{
	const struct vgic_interface *from = &((struct vcpu *)vcpu)->vgic.loaded;

	(void)b;
	write_ICC_SRE_EL1(F(ICC_SRE_EL1, SRE) | F(ICC_SRE_EL1, DFB) | F(ICC_SRE_EL1, DIB));
	hal_isb();
	write_ICH_VMCR_EL2(from->vmcr);
	write_ICH_AP0R0_EL2(from->ap0r);
	write_ICH_AP1R0_EL2(from->ap1r);
	return 0;
}

static u64 save_interface(u64 vcpu, u64 b)
{
	struct vgic_interface *to = &((struct vcpu *)vcpu)->vgic.loaded;

	(void)b;
	to->vmcr = read_ICH_VMCR_EL2();
	to->ap0r = read_ICH_AP0R0_EL2();
	to->ap1r = read_ICH_AP1R0_EL2();
	return 0;
}

void vgic_load(struct vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->vgic;

	vgic->is_nested = vgic_is_nested(vcpu);
	if (vgic->is_nested)
		vgic_nested_interface(vcpu, &vgic->loaded);
	else
		vgic->loaded = vgic->own;
	hal_call_hyp(load_interface, (u64)vcpu, 0);
}

void vgic_put(struct vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->vgic;

	vgic_take_back(vcpu);
	hal_call_hyp(save_interface, (u64)vcpu, 0);
	if (vgic->is_nested)
		vgic_nested_store_interface(vcpu);
	else
		vgic->own = vgic->loaded;
}

/* ---- Which interrupts, GI-1 ---- */

/* The first few by priority, and how many there were. */
struct choice {
	u8 intid[MAX_LRS];
	unsigned count, all;
};

static void choose(struct choice *choice, struct vcpu *vcpu, unsigned intid)
{
	u8 priority = vgic_irq(vcpu, intid)->priority;
	unsigned at = choice->count;

	choice->all++;
	while (at > 0 && vgic_irq(vcpu, choice->intid[at - 1])->priority > priority)
		at--;
	if (at == MAX_LRS)
		return;
	if (choice->count < MAX_LRS)
		choice->count++;
	for (unsigned i = choice->count - 1; i > at; i--)
		choice->intid[i] = choice->intid[i - 1];
	choice->intid[at] = (u8)intid;
}

/*
 * GI-4. A level is not remembered by the list register: while it is high, the end is reported
 * (EOI), so that it becomes pending again. With HW=1 the distributor itself does that, and the
 * state is one of the two only.
 */
static u64 to_list_register(const struct vcpu *vcpu, const struct virq *irq, unsigned intid)
{
	bool is_deliverable = vgic_is_deliverable(vcpu->vm, irq);
	bool is_hw = irq->hw_intid && (irq->line || irq->is_active);
	u64 state = irq->is_active ? LR_ACTIVE : LR_PENDING, lr;

	if (irq->is_active && is_deliverable && !irq->is_level && !is_hw)
		state |= LR_PENDING;
	lr = FV(ICH_LRn_EL2, State, state) | FV(ICH_LRn_EL2, Group, irq->is_group1) |
	     FV(ICH_LRn_EL2, Priority, irq->priority) | FV(ICH_LRn_EL2, vINTID, intid);
	if (is_hw)
		return lr | F(ICH_LRn_EL2, HW) | FV(ICH_LRn_EL2, pINTID, irq->hw_intid);
	return irq->is_level && irq->line ? lr | F(ICH_LRn_EL2, EOI) : lr;
}

static void give(struct vcpu *vcpu, unsigned intid)
{
	struct vgic_cpu *vgic = &vcpu->vgic;
	struct virq *irq = vgic_irq(vcpu, intid);
	u64 lr = to_list_register(vcpu, irq, intid);

	if (!irq->is_level && (lr_state(lr) & LR_PENDING))
		irq->is_pending = false; /* a new edge from here on is a new interrupt */
	irq->in_lr_of = vcpu;
	irq->written = 0;
	vgic->lr[vgic->used_lrs] = vgic->given[vgic->used_lrs] = lr;
	vgic->used_lrs++;
}

/*
 * D.4: at virtual EL2 with vIMO=0 and vTGE=0 an interrupt is not taken there; it stays pending.
 * Should the guest change that without an exit, it gets the interrupt after the next one.
 */
static bool is_withheld(const struct vcpu *vcpu)
{
	u64 routes = F(HCR_EL2, TGE) | F(HCR_EL2, IMO) | F(HCR_EL2, FMO);

	return vcpu_has_nv(vcpu) && vcpu_is_el2(vcpu) && !(vcpu_vhcr(vcpu) & routes);
}

/*
 * Active ones before pending ones, but for one pending, since an active priority may be preempted.
 * NPIE tells when a pending one could follow, LRENPIE when an active one ended that is in no list
 * register; which one ICC_DIR_EL1 means can only be seen by trapping it.
 */
static void fill(struct vcpu *vcpu, u64 in_flight)
{
	struct choice active = { .count = 0 }, pending = { .count = 0 };
	struct vgic_cpu *vgic = &vcpu->vgic;
	unsigned lrs = vcpu->vm->vgic.lrs, room;
	bool is_silent = is_withheld(vcpu);

	for (; in_flight; in_flight &= in_flight - 1) {
		unsigned intid = (unsigned)__builtin_ctzl(in_flight);
		const struct virq *irq = vgic_irq(vcpu, intid);

		if (irq->is_active)
			choose(&active, vcpu, intid);
		else if (!is_silent && vgic_is_deliverable(vcpu->vm, irq))
			choose(&pending, vcpu, intid);
	}
	room = pending.all ? lrs - 1 : lrs;
	for (unsigned i = 0; i < active.count && i < room; i++)
		give(vcpu, active.intid[i]);
	room = vgic->used_lrs;
	for (unsigned i = 0; i < pending.count && vgic->used_lrs < lrs; i++)
		give(vcpu, pending.intid[i]);
	if (vgic->used_lrs == 0)
		return;
	vgic->hcr = F(ICH_HCR_EL2, En);
	if (active.all > room)
		vgic->hcr |= F(ICH_HCR_EL2, LRENPIE) | F(ICH_HCR_EL2, TDIR);
	if (pending.all > vgic->used_lrs - room)
		vgic->hcr |= F(ICH_HCR_EL2, NPIE);
}

void vgic_flush(struct vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->vgic;

	vgic_take_back(vcpu);
	vgic_nested_maintenance(vcpu);
	if (vgic->is_nested) {
		vgic_nested_flush(vcpu);
	} else if (vgic->in_flight || vcpu->vm->vgic.in_flight) {
		lock_take(&vcpu->vm->vgic.lock);
		fill(vcpu, vgic_in_flight(vcpu));
		lock_drop(&vcpu->vm->vgic.lock);
	}
	if (host.mode == MODE_VHE)
		vgic_restore(vcpu);
}

/* ---- What became of them ---- */

/* Writes of a guest to the frames, meanwhile. */
static void apply_written(struct virq *irq)
{
	if (irq->written & WROTE_NOT_PENDING)
		irq->is_pending = false;
	if (irq->written & (WROTE_ACTIVE | WROTE_NOT_ACTIVE))
		irq->is_active = irq->written & WROTE_ACTIVE;
	irq->written = 0;
}

static void fold(struct vcpu *vcpu, u64 given, u64 lr)
{
	unsigned intid = (unsigned)FGET(given, ICH_LRn_EL2, vINTID), state = lr_state(lr);
	struct virq *irq = vgic_irq(vcpu, intid);

	irq->in_lr_of = NULL;
	irq->is_active = state & LR_ACTIVE;
	if (!irq->is_level && (state & LR_PENDING))
		irq->is_pending = true;
	if (irq->is_level && (lr_state(given) & LR_PENDING) && !(state & LR_PENDING))
		irq->is_pending = false; /* taken: GICD_ISPENDR's part is over */
	apply_written(irq);
	vgic_update(vcpu, intid);
}

/*
 * Ends of active interrupts that had no list register. ICC_EOIR1_EL1 ends them by priority, so they
 * are the highest ones. With EOImode 1 it ends nothing (but QEMU 10 counts), and ICC_DIR_EL1
 * trapped.
 */
static void count_ends(struct vcpu *vcpu)
{
	const struct vgic_cpu *vgic = &vcpu->vgic;
	u64 count = FGET(vgic->hcr, ICH_HCR_EL2, EOIcount);

	if (count && (vgic->loaded.vmcr & F(ICH_VMCR_EL2, VEOIM)))
		return;
	for (; count; count--) {
		struct choice active = { .count = 0 };

		for (u64 left = vgic_in_flight(vcpu); left; left &= left - 1) {
			unsigned intid = (unsigned)__builtin_ctzl(left);
			const struct virq *irq = vgic_irq(vcpu, intid);

			if (irq->is_active && !irq->in_lr_of)
				choose(&active, vcpu, intid);
		}
		if (active.count)
			vgic_deactivate(vcpu, active.intid[0]);
	}
}

void vgic_take_back(struct vcpu *vcpu)
{
	struct vgic_cpu *vgic = &vcpu->vgic;

	if (!is_anything_given(vgic))
		return;
	if (host.mode == MODE_VHE)
		vgic_save(vcpu);
	if (vgic->is_nested) {
		vgic_nested_sync(vcpu);
	} else if (vgic->used_lrs) {
		lock_take(&vcpu->vm->vgic.lock);
		count_ends(vcpu);
		for (unsigned n = 0; n < vgic->used_lrs; n++)
			fold(vcpu, vgic->given[n], vgic->lr[n]);
		lock_drop(&vcpu->vm->vgic.lock);
	}
	vgic->used_lrs = 0;
	vgic->hcr = 0;
}

void vgic_sync(struct vcpu *vcpu)
{
	vgic_take_back(vcpu);
	vgic_nested_maintenance(vcpu);
}

/* ---- Is there anything? ---- */

/* The priority below which nothing preempts: the highest active one, the mask (IHI 0069 4.8). */
static unsigned running_priority(const struct vgic_interface *interface)
{
	u32 active = (u32)(interface->ap0r | interface->ap1r);

	return active ? (unsigned)__builtin_ctz(active) << (8 - PRIORITY_BITS) : PRIORITY_IDLE;
}

static bool is_signalled(const struct vgic_interface *interface, const struct virq *irq)
{
	u64 enable = irq->is_group1 ? F(ICH_VMCR_EL2, VENG1) : F(ICH_VMCR_EL2, VENG0);

	return (interface->vmcr & enable) &&
	       irq->priority < FGET(interface->vmcr, ICH_VMCR_EL2, VPMR) &&
	       irq->priority < running_priority(interface);
}

enum { GROUP0 = BIT(0), GROUP1 = BIT(1) };

static bool has_pending(struct vcpu *vcpu, unsigned groups)
{
	struct vgic_cpu *vgic = &vcpu->vgic;
	const struct vgic_interface *interface = &vgic->own;
	bool is_any = false;

	if (!vgic->in_flight && !vcpu->vm->vgic.in_flight)
		return false;
	if (vcpu->cpu == this_cpu() && !vgic->is_nested) {
		hal_call_hyp(save_interface, (u64)vcpu, 0);
		interface = &vgic->loaded;
	}
	lock_take(&vcpu->vm->vgic.lock);
	for (u64 left = vgic_in_flight(vcpu); left && !is_any; left &= left - 1) {
		const struct virq *irq = vgic_irq(vcpu, (unsigned)__builtin_ctzl(left));

		is_any = !irq->is_active && vgic_is_deliverable(vcpu->vm, irq) &&
			 (groups & (irq->is_group1 ? GROUP1 : GROUP0)) &&
			 is_signalled(interface, irq);
	}
	lock_drop(&vcpu->vm->vgic.lock);
	return is_any;
}

bool vgic_has_pending(struct vcpu *vcpu)
{
	return has_pending(vcpu, GROUP0 | GROUP1);
}

bool vgic_has_pending_irq(struct vcpu *vcpu)
{
	return has_pending(vcpu, GROUP1);
}

bool vgic_has_pending_fiq(struct vcpu *vcpu)
{
	return has_pending(vcpu, GROUP0);
}

bool vgic_can_wake(struct vcpu *vcpu)
{
	return vgic_has_pending(vcpu) || (vgic_is_nested(vcpu) && vgic_nested_has_pending(vcpu));
}
