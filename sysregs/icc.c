/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GICv3's physical CPU interface, IHI 0069: ICC_ registers and the interrupt that the
 * distributor offers.
 */
#include "sysregs/icx.h"

/* No offer means low lines since icc_offer(); without a distributor they are somebody else's. */
void icc_update(struct cpu *cpu)
{
	const struct gic_offer *offer = &cpu->offer;
	bool is_signalled;

	if (offer->intid == INTID_NONE)
		return;
	is_signalled = icx_is_signalled(cpu, &icx_physical, offer->group, offer->priority);
	icx_set_lines(cpu, &icx_physical, is_signalled ? icx_physical.line[offer->group] : 0);
}

void icc_offer(struct cpu *cpu, struct gic_offer offer)
{
	if (UNLIKELY(offer.intid != cpu->offer.intid) && offer.intid != INTID_NONE)
		icx_tell(cpu, false, GIC_PEND, offer.intid, offer.priority);
	cpu->offer.intid = offer.intid;
	cpu->offer.priority = offer.priority;
	cpu->offer.group = offer.group;
	if (offer.intid == INTID_NONE)
		icx_set_lines(cpu, &icx_physical, 0);
	else
		icc_update(cpu);
}

/* The distributor offers again what it has, for all that the PE knew of it is gone. */
void icc_reset(struct cpu *cpu)
{
	cpu->offer.intid = INTID_NONE;
	if (cpu->gic == NULL)
		return;
	icx_set_lines(cpu, &icx_physical, 0);
	icx_set_lines(cpu, &icx_virtual, 0);
	icv_set_maintenance(cpu, false);
	cpu->gic->enables_changed(cpu);
}

void write_icc_igrpen(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	icc_update(cpu);
	if (cpu->sys[id] != old && cpu->gic != NULL)
		cpu->gic->enables_changed(cpu);
}

u64 read_icc_hppir(struct cpu *cpu, enum sysreg_id id)
{
	unsigned group = id == SR_ICC_HPPIR1_EL1;

	if (cpu->offer.group != group || !icx_is_enabled(cpu, &icx_physical, group))
		return INTID_NONE;
	return cpu->offer.intid;
}

u64 read_icc_iar(struct cpu *cpu, enum sysreg_id id)
{
	const struct gic_offer *offer = &cpu->offer;
	unsigned group = id == SR_ICC_IAR1_EL1;

	if (offer->intid == INTID_NONE || offer->group != group ||
		!icx_is_signalled(cpu, &icx_physical, group, offer->priority))
		return INTID_NONE;
	return offer->intid;
}

/* The offer is acknowledged. */
void took_icc_iar(struct cpu *cpu, enum sysreg_id id, u64 intid)
{
	(void)id;
	if (intid == INTID_NONE)
		return;
	icx_tell(cpu, false, GIC_ACKNOWLEDGE, intid, cpu->offer.priority);
	icx_raise_priority(cpu, &icx_physical, cpu->offer.group, cpu->offer.priority);
	icc_offer(cpu, (struct gic_offer){ .intid = INTID_NONE });
	cpu->gic->activate(cpu, (u32)intid);
}

static void deactivate(struct cpu *cpu, u64 intid)
{
	icx_tell(cpu, false, GIC_DEACTIVATE, intid, 0);
	if (intid < INTID_SPECIAL && cpu->gic != NULL)
		cpu->gic->deactivate(cpu, (u32)intid);
}

/* Not the group's of the running priority: no interrupt that this register ends. */
void write_icc_eoir(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 intid = icx_take_written(cpu, id);
	unsigned group = id == SR_ICC_EOIR1_EL1;

	(void)old;
	if (icx_is_special(intid) || icx_running_group(cpu, &icx_physical) != group ||
		icx_drop_priority(cpu, &icx_physical) == PRIORITY_IDLE)
		return;
	icx_tell(cpu, false, GIC_PRIORITY_DROP, intid, 0);
	icc_update(cpu);
	if (!icx_is_split(cpu, &icx_physical))
		deactivate(cpu, intid);
}

void write_icc_dir(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 intid = icx_take_written(cpu, id);

	(void)old;
	if (icx_is_split(cpu, &icx_physical))
		deactivate(cpu, intid);
}

static void send_sgi(struct cpu *cpu, enum sysreg_id id, enum gic_sgi sgi)
{
	u64 value = icx_take_written(cpu, id);

	icx_tell(cpu, false, GIC_SGI, bits(value, 27, 24), value);
	if (cpu->gic != NULL)
		cpu->gic->send_sgi(cpu, sgi, value);
}

void write_icc_sgi0r(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	send_sgi(cpu, id, SGI_GROUP0);
}

void write_icc_sgi1r(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	send_sgi(cpu, id, SGI_GROUP1);
}

void write_icc_asgi1r(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	send_sgi(cpu, id, SGI_GROUP1_ALIAS);
}
