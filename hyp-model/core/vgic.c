/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of a VM's interrupts and where each one goes, IHI 0069 chapter 4. Knows neither list
 * registers (vgic_lr.c) nor the frames through which a guest sees this (vgic_mmio.c).
 */
#include "core/vgic.h"

#include "core/cpu.h"
#include "core/print.h"
#include "core/vgic_private.h"

static u64 read_vtr(u64 a, u64 b)
{
	(void)a, (void)b;
	return read_ICH_VTR_EL2();
}

void vgic_cpu_init(void)
{
	hal_gic_enable(VGIC_MAINTENANCE_PPI, true);
}

/* IHI 0069: everything disabled, in group 0, of priority 0; PPIs and SPIs level sensitive. */
static void reset(struct virq *irq, bool is_level)
{
	*irq = (struct virq){ .is_level = is_level };
}

void vgic_init(struct vm *vm)
{
	struct vgic_dist *dist = &vm->vgic;

	*dist = (struct vgic_dist){ .vtr = hal_call_hyp(read_vtr, 0, 0) };
	if (FGET(dist->vtr, ICH_VTR_EL2, PREbits) >= PRIORITY_BITS)
		panic("vGIC: ICH_VTR_EL2 0x%lx has more bits of priority than two active priority "
		      "registers",
			dist->vtr);
	dist->lrs = (unsigned)FGET(dist->vtr, ICH_VTR_EL2, ListRegs) + 1;
	if (dist->lrs > MAX_LRS)
		dist->lrs = MAX_LRS;
	for (unsigned i = 0; i < VGIC_SPIS; i++)
		reset(&dist->spi[i], true);
	for (unsigned n = 0; n < vm->config.vcpus; n++) {
		vm->vcpus[n].vgic = (struct vgic_cpu){ .is_awake = false };
		for (unsigned i = 0; i < VGIC_PRIVATE; i++)
			reset(&vm->vcpus[n].vgic.irq[i], i >= VGIC_SGIS);
	}
}

struct virq *vgic_irq(struct vcpu *vcpu, unsigned intid)
{
	if (intid < VGIC_PRIVATE)
		return &vcpu->vgic.irq[intid];
	return intid < VGIC_IRQS ? &vcpu->vm->vgic.spi[intid - VGIC_PRIVATE] : NULL;
}

/* GICD_IROUTER has an affinity, and those of the vCPUs are their indices. */
struct vcpu *vgic_target(struct vcpu *vcpu, unsigned intid)
{
	u64 route;

	if (intid < VGIC_PRIVATE)
		return vcpu;
	route = vgic_irq(vcpu, intid)->route;
	return route < vcpu->vm->config.vcpus ? &vcpu->vm->vcpus[route] : NULL;
}

static bool is_pending(const struct virq *irq)
{
	return irq->is_pending || (irq->is_level && irq->line);
}

bool vgic_is_deliverable(const struct vm *vm, const struct virq *irq)
{
	u32 group = irq->is_group1 ? GICD_CTLR_GRP1 : GICD_CTLR_GRP0;

	return is_pending(irq) && irq->is_enabled && (vm->vgic.ctlr & group);
}

void vgic_update(struct vcpu *vcpu, unsigned intid)
{
	const struct virq *irq = vgic_irq(vcpu, intid);
	u32 *in_flight = intid < VGIC_PRIVATE ? &vcpu->vgic.in_flight : &vcpu->vm->vgic.in_flight;
	u32 mask = (u32)1 << intid % VGIC_PRIVATE;

	if (is_pending(irq) || irq->is_active)
		*in_flight |= mask;
	else
		*in_flight &= ~mask;
}

u64 vgic_in_flight(struct vcpu *vcpu)
{
	u64 shared = (u64)vcpu->vm->vgic.in_flight << VGIC_PRIVATE, mine = vcpu->vgic.in_flight;

	for (; shared; shared &= shared - 1) {
		unsigned intid = (unsigned)__builtin_ctzl(shared);
		const struct virq *irq = vgic_irq(vcpu, intid);

		/* What another vCPU took is its own until it is done with it. */
		if (irq->in_lr_of ? irq->in_lr_of == vcpu : vgic_target(vcpu, intid) == vcpu)
			mine |= BIT(intid);
	}
	return mine;
}

/* Whoever should have it looks again; also whoever has it already, for what changed. */
static void kick(struct vcpu *vcpu, unsigned intid)
{
	struct virq *irq = vgic_irq(vcpu, intid);
	struct vcpu *who = irq->in_lr_of ? irq->in_lr_of : vgic_target(vcpu, intid);

	if (who)
		vcpu_request(who, REQUEST_IRQ_PENDING);
}

void vgic_set_line(struct vcpu *vcpu, unsigned intid, bool level)
{
	struct vgic_dist *dist = &vcpu->vm->vgic;
	struct virq *irq = vgic_irq(vcpu, intid);
	bool is_news;

	if (!irq)
		panic("vGIC: line of INTID %u, which does not exist", intid);
	if (irq->line == level)
		return;
	lock_take(&dist->lock);
	irq->line = level;
	if (level && !irq->is_level)
		irq->is_pending = true;
	vgic_update(vcpu, intid);
	is_news = level && vgic_is_deliverable(vcpu->vm, irq);
	lock_drop(&dist->lock);
	if (is_news)
		kick(vcpu, intid);
}

void vgic_pulse(struct vcpu *vcpu, unsigned intid)
{
	struct vgic_dist *dist = &vcpu->vm->vgic;
	struct virq *irq = vgic_irq(vcpu, intid);
	bool is_news;

	if (!irq)
		panic("vGIC: pulse of INTID %u, which does not exist", intid);
	lock_take(&dist->lock);
	irq->is_pending = true;
	vgic_update(vcpu, intid);
	is_news = vgic_is_deliverable(vcpu->vm, irq);
	lock_drop(&dist->lock);
	if (is_news)
		kick(vcpu, intid);
}

void vgic_bind_hw(struct vcpu *vcpu, unsigned intid, unsigned hw_intid)
{
	lock_take(&vcpu->vm->vgic.lock);
	vgic_irq(vcpu, intid)->hw_intid = hw_intid;
	lock_drop(&vcpu->vm->vgic.lock);
}

bool vgic_is_active(const struct vcpu *vcpu, unsigned intid)
{
	const struct virq *irq = &vcpu->vgic.irq[intid];

	return irq->is_active || irq->line;
}

/* GI-5: the physical interrupt goes the same way. Not loaded here: timer_load() will see to it. */
void vgic_deactivate(struct vcpu *vcpu, unsigned intid)
{
	struct virq *irq = vgic_irq(vcpu, intid);

	irq->is_active = false;
	vgic_update(vcpu, intid);
	if (irq->hw_intid && vcpu->cpu == this_cpu())
		hal_gic_set_active(irq->hw_intid, false);
}

void vgic_kick_all(struct vm *vm)
{
	for (unsigned n = 0; n < vm->config.vcpus; n++) {
		struct vcpu *vcpu = &vm->vcpus[n];

		if (vgic_in_flight(vcpu))
			vcpu_request(vcpu, REQUEST_IRQ_PENDING);
	}
}

/* ICC_SGI1R_EL1: RS is RES0, since neither GICD_TYPER nor ICC_CTLR_EL1 says RSS. */
#define SGIR_AFFINITY                                                                              \
	(F(ICC_SGInR_EL1, Aff3) | F(ICC_SGInR_EL1, Aff2) | F(ICC_SGInR_EL1, Aff1) |                \
		F(ICC_SGInR_EL1, RS))

static bool is_addressed(const struct vcpu *to, const struct vcpu *from, u64 value)
{
	if (value & F(ICC_SGInR_EL1, IRM))
		return to != from;
	return !(value & SGIR_AFFINITY) &&
	       (FGET(value, ICC_SGInR_EL1, TargetList) & BIT(to->index));
}

void vgic_send_sgi(struct vcpu *from, u64 value, bool is_for_group1_too)
{
	unsigned intid = (unsigned)FGET(value, ICC_SGInR_EL1, INTID);

	for (unsigned n = 0; n < from->vm->config.vcpus; n++) {
		struct vcpu *to = &from->vm->vcpus[n];

		if (is_addressed(to, from, value) &&
			(is_for_group1_too || !to->vgic.irq[intid].is_group1))
			vgic_pulse(to, intid);
	}
}
