/* SPDX-License-Identifier: Apache-2.0 */
/*
 * States of interrupts, where they go, and what each PE is offered. IHI 0069 chapters 2 and 4.
 * Knows no register: those are in gic_registers.c.
 */
#include "platform/gic.h"

#include <stdlib.h>
#include <string.h>

#include "platform/board.h"
#include "platform/gic_private.h"
#include "sysregs/sysregs.h"

/* ---- Offers ---- */

/* ICC_IGRPEN<n>_EL1: the PE tells by Downstream Control, so that nothing disabled is sent. 4.7.2 */
static bool is_wanted(const struct cpu *cpu, unsigned group)
{
	return cpu->sys[group ? SR_ICC_IGRPEN1_EL1 : SR_ICC_IGRPEN0_EL1] & ICx_IGRPENn_EL1_Enable;
}

struct enables {
	u32 group0, group1; /* all ones, or 0 */
};

static struct enables enables_of(const struct gic *gic, const struct cpu *cpu)
{
	u64 ctlr = gic->gicd.ctlr;

	return (struct enables){
		.group0 = (ctlr & CTLR_ENABLE_GRP0) && is_wanted(cpu, 0) ? ~0u : 0,
		.group1 = (ctlr & CTLR_ENABLE_GRP1) && is_wanted(cpu, 1) ? ~0u : 0,
	};
}

/* Pending, not active too, enabled. 4.7.1 */
static u32 ready(const struct gic_bank *bank)
{
	return gic_pending(bank) & bank->enabled & ~bank->active;
}

/* And so is their group. 4.7.2 */
static u32 candidates(const struct gic_bank *bank, struct enables enables)
{
	return ready(bank) & ((bank->group & enables.group1) | (~bank->group & enables.group0));
}

/* Ties go to the smaller INTID: choice gic_ties. 4.8 */
static struct gic_offer best(struct gic *gic, unsigned cpu)
{
	struct gic_offer offer = { .intid = INTID_NONE, .priority = 0xff };
	struct enables enables = enables_of(gic, gic->group->cpu[cpu]);

	if (gic->gicr[cpu].is_asleep)
		return offer;
	for (u32 banks = gic->ready_banks; banks != 0; banks &= banks - 1) {
		unsigned number = (unsigned)__builtin_ctz(banks);
		const struct gic_bank *bank = gic_bank(gic, cpu, number);
		u32 left = candidates(bank, enables) & gic->routed[cpu][number];

		for (; left != 0; left &= left - 1) {
			unsigned n = (unsigned)__builtin_ctz(left);

			if (bank->priority[n] < offer.priority)
				offer = (struct gic_offer){ .intid = 32 * number + n,
					.priority = bank->priority[n],
					.group = bank->group >> n & 1 };
		}
	}
	return offer;
}

void gic_offer_anew(struct gic *gic, unsigned index)
{
	struct cpu *cpu = gic->group->cpu[index];
	struct gic_offer now = best(gic, index), before = cpu->offer;

	if (now.intid != before.intid || now.priority != before.priority ||
		now.group != before.group)
		icc_offer(cpu, now);
}

/* Most of the time nothing shared is ready, and best() is quick. */
static void look_at_bank(struct gic *gic, unsigned number)
{
	bool is_ready = number == 0 || ready(&gic->gicd.bank[number]) != 0;

	gic->ready_banks &= ~(1u << number);
	gic->ready_banks |= (u32)is_ready << number;
}

void gic_offer_all_anew(struct gic *gic)
{
	for (unsigned number = 0; number < GIC_BANKS; number++)
		look_at_bank(gic, number);
	for (unsigned i = 0; i < gic->group->count; i++)
		gic_offer_anew(gic, i);
}

/* The state of one interrupt; cpu: whose it is, if it is private. */
static void changed(struct gic *gic, unsigned cpu, unsigned intid)
{
	unsigned number = intid / 32;

	if (number == 0) {
		gic_offer_anew(gic, cpu);
		return;
	}
	look_at_bank(gic, number);
	for (unsigned i = 0; i < gic->group->count; i++) {
		if (gic->routed[i][number] >> intid % 32 & 1)
			gic_offer_anew(gic, i);
	}
}

/* ---- Routing ---- */

/* Of those that may take it the PE that comes first: choice gic_any. 1.2.3 */
static bool is_target(const struct gic *gic, unsigned index, u64 route, unsigned group)
{
	const struct cpu *cpu = gic->group->cpu[index];

	if (route & IROUTER_IRM)
		return !gic->gicr[index].is_asleep && is_wanted(cpu, group);
	return (route & IROUTER_AFFINITY) == gic_affinity(cpu);
}

void gic_route(struct gic *gic, unsigned intid)
{
	unsigned number = intid / 32, group = gic->gicd.bank[number].group >> intid % 32 & 1;
	bool found = false;

	for (unsigned i = 0; i < gic->group->count; i++) {
		bool goes = !found && is_target(gic, i, gic->gicd.route[intid], group);

		gic->routed[i][number] &= ~(1u << intid % 32);
		gic->routed[i][number] |= (u32)goes << intid % 32;
		found |= goes;
	}
}

void gic_route_any(struct gic *gic, unsigned number)
{
	for (unsigned intid = 32 * number; intid < 32 * (number + 1); intid++) {
		if (gic->gicd.route[intid] & IROUTER_IRM)
			gic_route(gic, intid);
	}
}

static void willingness_changed(struct gic *gic)
{
	for (unsigned number = 1; number < GIC_BANKS; number++)
		gic_route_any(gic, number);
	gic_offer_all_anew(gic);
}

void gic_set_awake(struct gic *gic, unsigned cpu, bool awake)
{
	gic->gicr[cpu].is_asleep = !awake;
	willingness_changed(gic);
}

/* ---- What a PE tells, struct gic_ops ---- */

/* NULL: there is no such interrupt. */
static struct gic_bank *find(struct gic *gic, const struct cpu *cpu, u32 intid)
{
	return intid < GIC_INTIDS ? gic_bank(gic, cpu->index, intid / 32) : NULL;
}

/* Pending becomes active; with a level that stays, active and pending. 4.1.2 */
static void activate(struct cpu *cpu, u32 intid)
{
	struct gic *gic = gic_of(cpu);
	struct gic_bank *bank = find(gic, cpu, intid);

	if (bank == NULL)
		return;
	bank->latched &= ~(1u << intid % 32);
	bank->active |= 1u << intid % 32;
	changed(gic, cpu->index, intid);
}

static void deactivate(struct cpu *cpu, u32 intid)
{
	struct gic *gic = gic_of(cpu);
	struct gic_bank *bank = find(gic, cpu, intid);

	if (bank == NULL)
		return;
	bank->active &= ~(1u << intid % 32);
	changed(gic, cpu->index, intid);
}

/* RS is RES0: neither GICD_TYPER nor ICC_CTLR_EL1 says RSS. ICC_SGI1R_EL1 */
static bool is_addressed(const struct cpu *target, const struct cpu *from, u64 value)
{
	u64 affinity = gic_affinity(target), aff0 = bits(affinity, 7, 0);

	if (value & ICC_SGInR_EL1_IRM)
		return target != from;
	return bits(affinity, 39, 32) == get_field(value, ICC_SGInR_EL1_Aff3) &&
	       bits(affinity, 23, 16) == get_field(value, ICC_SGInR_EL1_Aff2) &&
	       bits(affinity, 15, 8) == get_field(value, ICC_SGInR_EL1_Aff1) && aff0 < 16 &&
	       bit(get_field(value, ICC_SGInR_EL1_TargetList), (u8)aff0);
}

/*
 * By the group that the target has for the INTID. With one Security state SGI1R is good for both,
 * and there is no other state for which ASGI1R could be more than SGI0R. 4.4
 */
static void send_sgi(struct cpu *cpu, enum gic_sgi sgi, u64 value)
{
	struct gic *gic = gic_of(cpu);
	unsigned intid = (unsigned)get_field(value, ICC_SGInR_EL1_INTID);

	for (unsigned i = 0; i < gic->group->count; i++) {
		struct gic_bank *bank = &gic->gicr[i].bank;

		if (!is_addressed(gic->group->cpu[i], cpu, value) ||
			(sgi != SGI_GROUP1 && (bank->group >> intid & 1)))
			continue;
		bank->latched |= 1u << intid;
		gic_offer_anew(gic, i);
	}
}

static void enables_changed(struct cpu *cpu)
{
	willingness_changed(gic_of(cpu));
}

/* ---- Wires ---- */

static void set_level(struct gic *gic, unsigned cpu, unsigned intid, bool level)
{
	struct gic_bank *bank = gic_bank(gic, cpu, intid / 32);
	u32 mask = 1u << intid % 32;

	if (((bank->level & mask) != 0) == level)
		return;
	bank->level ^= mask;
	if (level)
		bank->latched |= bank->edge & mask;
	changed(gic, cpu, intid);
}

bool gic_pend(struct gic *gic, unsigned cpu, unsigned intid)
{
	if (intid >= GIC_INTIDS)
		return false;
	gic_bank(gic, cpu, intid / 32)->latched |= 1u << intid % 32;
	changed(gic, cpu, intid);
	return true;
}

static void on_wire(void *opaque, bool level)
{
	const struct gic_input *input = opaque;

	set_level(input->gic, input->cpu, input->intid, level);
}

static void maintenance(struct cpu *cpu, bool level)
{
	set_level(gic_of(cpu), cpu->index, PPI_MAINTENANCE, level);
}

const struct gic_ops gic_ops = {
	.activate = activate,
	.deactivate = deactivate,
	.send_sgi = send_sgi,
	.enables_changed = enables_changed,
	.maintenance = maintenance,
};

void gic_connect_ppi(struct gic *gic, unsigned cpu, unsigned intid, struct wire *wire)
{
	ENT_BUG_ON(cpu >= gic->group->count || intid < 16 || intid >= GIC_PRIVATE);
	gic->ppi[cpu][intid] = (struct gic_input){ .gic = gic, .cpu = cpu, .intid = intid };
	wire_connect(wire, on_wire, &gic->ppi[cpu][intid]);
}

void gic_connect_spi(struct gic *gic, unsigned intid, struct wire *wire)
{
	ENT_BUG_ON(intid < GIC_PRIVATE || intid >= GIC_INTIDS);
	gic->spi[intid] = (struct gic_input){ .gic = gic, .intid = intid };
	wire_connect(wire, on_wire, &gic->spi[intid]);
}

/* ---- Creation ---- */

/* Group 0, disabled, of the highest priority, level-sensitive but SGIs. */
static void reset_bank(struct gic_bank *bank, u32 edge)
{
	*bank = (struct gic_bank){ .level = bank->level, .edge = edge };
}

void gic_reset(struct gic *gic)
{
	gic->gicd.ctlr = 0;
	memset(gic->gicd.route, 0, sizeof(gic->gicd.route));
	for (unsigned number = 1; number < GIC_BANKS; number++)
		reset_bank(&gic->gicd.bank[number], 0);
	for (unsigned i = 0; i < gic->group->count; i++) {
		reset_bank(&gic->gicr[i].bank, MASK(15, 0));
		gic->gicr[i].is_asleep = true;
		gic->routed[i][0] = ~0u;
	}
	for (unsigned intid = GIC_PRIVATE; intid < GIC_INTIDS; intid++)
		gic_route(gic, intid);
	gic_offer_all_anew(gic);
}

struct gic *gic_create(const struct cpu_group *group)
{
	struct gic *gic = calloc(1, sizeof(*gic));

	ENT_BUG_ON(group->count > GIC_CPUS);
	if (gic == NULL)
		return NULL;
	gic->group = group;
	gic_reset(gic);
	return gic;
}

void gic_destroy(struct gic *gic)
{
	free(gic);
}

/* ---- Archives ---- */

static void transfer_bank(struct gic_bank *bank, struct archive *archive)
{
	u8 bits = 0;

	ARCHIVE(archive, *bank);
	for (unsigned i = 0; i < COUNT(bank->priority); i++)
		bits |= bank->priority[i];
	archive_require(archive, (bits & ~PRIORITY_MASK) == 0, "a priority of the GIC");
}

/* Routes follow from registers of both sides, but who changed which last has set them. */
void gic_transfer(struct gic *gic, struct archive *archive)
{
	struct gicd_state *gicd = &gic->gicd;

	archive_mark(archive, "gic");
	ARCHIVE(archive, gicd->ctlr);
	ARCHIVE(archive, gicd->route);
	for (unsigned number = 0; number < GIC_BANKS; number++)
		transfer_bank(&gicd->bank[number], archive);
	for (unsigned i = 0; i < gic->group->count; i++) {
		transfer_bank(&gic->gicr[i].bank, archive);
		ARCHIVE(archive, gic->gicr[i].is_asleep);
		archive_require(archive, gic->gicr[i].is_asleep <= 1, "a redistributor's WAKER");
		ARCHIVE(archive, gic->routed[i]);
	}
	ARCHIVE(archive, gic->ready_banks);
	archive_require(archive, gic->ready_banks >> GIC_BANKS == 0, "a bank of the GIC");
}
