/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GICv3 CPU interface, IHI 0069: ICC_ registers and the interrupt that the distributor offers.
 * The registers that ICC_ and ICV_ have alike are here too.
 */
#include "sysregs/gic.h"

/* ---- Alike in both interfaces ---- */

static const struct gic_interface *interface_of(enum sysreg_id id)
{
	return id >= SR_ICV_PMR_EL1 ? &gic_virtual : &gic_physical;
}

static void physical_changed(struct cpu *cpu);

static void changed(struct cpu *cpu, const struct gic_interface *interface)
{
	if (interface == &gic_virtual)
		gic_virtual_changed(cpu);
	else
		physical_changed(cpu);
}

void gic_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	changed(cpu, interface_of(id));
}

u64 read_gic_rpr(struct cpu *cpu, enum sysreg_id id)
{
	return gic_running(cpu, interface_of(id));
}

/* With CBPR group 1 has the binary point of group 0, plus one, and ignores writes. */
u64 read_gic_bpr1(struct cpu *cpu, enum sysreg_id id)
{
	const struct gic_interface *interface = interface_of(id);
	u64 bpr0 = cpu->sys[interface->bpr[0]];

	if (!gic_is_common(cpu, interface))
		return cpu->sys[id];
	return bpr0 < ICx_BPRn_EL1_BinaryPoint ? bpr0 + 1 : bpr0;
}

void write_gic_bpr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	const struct gic_interface *interface = interface_of(id);
	bool is_group1 = id == interface->bpr[1];
	u64 least = is_group1 ? BPR1_LEAST : BPR0_LEAST;

	if (is_group1 && gic_is_common(cpu, interface))
		cpu->sys[id] = old;
	else if (cpu->sys[id] < least)
		cpu->sys[id] = least;
	changed(cpu, interface);
}

/* ---- The physical interface ---- */

/* No offer means low lines since gic_offer(); without a distributor they are somebody else's. */
static void physical_changed(struct cpu *cpu)
{
	const struct gic_offer *offer = &cpu->offer;
	bool is_signalled;

	if (offer->intid == INTID_NONE)
		return;
	is_signalled = gic_is_signalled(cpu, &gic_physical, offer->group, offer->priority);
	gic_set_lines(cpu, &gic_physical, is_signalled ? gic_physical.line[offer->group] : 0);
}

void gic_offer(struct cpu *cpu, struct gic_offer offer)
{
	cpu->offer.intid = offer.intid;
	cpu->offer.priority = offer.priority;
	cpu->offer.group = offer.group;
	if (offer.intid == INTID_NONE)
		gic_set_lines(cpu, &gic_physical, 0);
	else
		physical_changed(cpu);
}

/* The distributor offers again what it has, for all that the PE knew of it is gone. */
void gic_reset_interface(struct cpu *cpu)
{
	cpu->offer.intid = INTID_NONE;
	if (cpu->gic == NULL)
		return;
	gic_set_lines(cpu, &gic_physical, 0);
	gic_set_lines(cpu, &gic_virtual, 0);
	cpu->gic->maintenance(cpu, false);
	cpu->gic->enables_changed(cpu);
}

void write_icc_igrpen(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	physical_changed(cpu);
	if (cpu->sys[id] != old && cpu->gic != NULL)
		cpu->gic->enables_changed(cpu);
}

u64 read_icc_hppir(struct cpu *cpu, enum sysreg_id id)
{
	unsigned group = id == SR_ICC_HPPIR1_EL1;

	if (cpu->offer.group != group || !gic_is_enabled(cpu, &gic_physical, group))
		return INTID_NONE;
	return cpu->offer.intid;
}

u64 read_icc_iar(struct cpu *cpu, enum sysreg_id id)
{
	const struct gic_offer *offer = &cpu->offer;
	unsigned group = id == SR_ICC_IAR1_EL1;

	if (offer->intid == INTID_NONE || offer->group != group ||
		!gic_is_signalled(cpu, &gic_physical, group, offer->priority))
		return INTID_NONE;
	return offer->intid;
}

/* The offer is acknowledged. */
void took_icc_iar(struct cpu *cpu, enum sysreg_id id, u64 intid)
{
	(void)id;
	if (intid == INTID_NONE)
		return;
	gic_raise_priority(cpu, &gic_physical, cpu->offer.group, cpu->offer.priority);
	gic_offer(cpu, (struct gic_offer){ .intid = INTID_NONE });
	cpu->gic->activate(cpu, (u32)intid);
}

static void deactivate(struct cpu *cpu, u64 intid)
{
	if (intid < INTID_SPECIAL && cpu->gic != NULL)
		cpu->gic->deactivate(cpu, (u32)intid);
}

/* Not the group's of the running priority: no interrupt that this register ends. */
void write_icc_eoir(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 intid = gic_take_written(cpu, id);
	unsigned group = id == SR_ICC_EOIR1_EL1;

	(void)old;
	if (gic_is_special(intid) || gic_running_group(cpu, &gic_physical) != group ||
		gic_drop_priority(cpu, &gic_physical) == PRIORITY_IDLE)
		return;
	physical_changed(cpu);
	if (!gic_is_split(cpu, &gic_physical))
		deactivate(cpu, intid);
}

void write_icc_dir(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 intid = gic_take_written(cpu, id);

	(void)old;
	if (gic_is_split(cpu, &gic_physical))
		deactivate(cpu, intid);
}

static void send_sgi(struct cpu *cpu, enum sysreg_id id, enum gic_sgi sgi)
{
	u64 value = gic_take_written(cpu, id);

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
