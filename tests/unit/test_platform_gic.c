/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of an interrupt in the distributor, by scripts: pending, offered, active, ended; edges
 * and levels, priorities, groups, routing, 1-of-N, SGIs. IHI 0069 chapter 4.
 */
#include "tests/unit/gic_bench.h"

enum { PEN0 = 1, PEN1 = 2 };

/*
 * What may happen (to PE `cpu`) and what may be looked at. The bench begins with three PEs awake,
 * both groups enabled everywhere, INTIDs 0..63 enabled, in group 1, at priority 0x80.
 */
enum what {
	END,
	DO_WRITE,
	DO_BYTE,
	DO_ROUTE,
	DO_WIRE,
	DO_ACK,
	DO_EOI,
	DO_SEND,
	DO_PEN,
	DO_SLEEP,
	DO_MAINT,
	DO_RESET,
	IS_OFFERED,
	IS_OFFERED_IN,
	IS_PENDING,
	IS_ACTIVE
};

struct step {
	enum what what;
	unsigned cpu;
	u64 a, b;
};

struct script {
	const char *why;
	struct step step[20];
};

/* clang-format off */
#define WRITE(offset, value)       { DO_WRITE, 0, offset, value }
#define BYTE(offset, value)        { DO_BYTE, 0, offset, value }
#define ROUTE(intid, value)        { DO_ROUTE, 0, intid, value }      /* IROUTER */
#define WIRE(cpu, intid, level)    { DO_WIRE, cpu, intid, level }     /* 27 or 40 */
#define ACK(cpu, intid)            { DO_ACK, cpu, intid, 0 }
#define EOI(cpu, intid)            { DO_EOI, cpu, intid, 0 }
#define SEND(cpu, sgi, value)      { DO_SEND, cpu, sgi, value }
#define PEN(cpu, groups)           { DO_PEN, cpu, groups, 0 }         /* ICC_IGRPEN<n>_EL1 */
#define SLEEP(cpu, is_asleep)      { DO_SLEEP, cpu, is_asleep, 0 }    /* GICR_WAKER */
#define MAINT(cpu, level)          { DO_MAINT, cpu, level, 0 }
#define RESET                      { DO_RESET, 0, 0, 0 }
#define OFFER(cpu, intid)          { IS_OFFERED, cpu, intid, 0x80 }   /* at the usual priority */
#define OFFER_AT(cpu, intid, prio) { IS_OFFERED, cpu, intid, prio }
#define NOTHING(cpu)               { IS_OFFERED, cpu, NONE, 0xff }
#define OFFER_IN(cpu, intid, grp)  { IS_OFFERED_IN, cpu, intid, grp }
#define PENDING(cpu, intid, is)    { IS_PENDING, cpu, intid, is }
#define ACTIVE(cpu, intid, is)     { IS_ACTIVE, cpu, intid, is }
/* clang-format on */

enum { NONE = INTID_NONE };
#define P(intid)	((u64)1 << (intid) % 32)
#define ISPENDR		0x200
#define ICPENDR		0x280
#define ISENABLER	0x100
#define ICENABLER	0x180
#define ISACTIVER	0x300
#define ICACTIVER	0x380
#define IGROUPR		0x080
#define IPRIORITYR	0x400
#define ICFGR		0xc00
#define TO(intid, list) ((u64)(intid) << 24 | (list))
#define IRM		BIT(40)
#define ANY		IROUTER_IRM

/* clang-format off */
static const struct script scripts[] = {
	/* ---- Levels ---- */
	{ "a level is offered and withdrawn", {
		NOTHING(0), WIRE(0, 27, 1), OFFER(0, 27), PENDING(0, 27, 1),
		NOTHING(1), WIRE(0, 27, 0), NOTHING(0), PENDING(0, 27, 0) } },
	{ "a level that stays is active and pending, and comes again", {
		WIRE(0, 27, 1), ACK(0, 27), NOTHING(0), ACTIVE(0, 27, 1),
		PENDING(0, 27, 1), EOI(0, 27), ACTIVE(0, 27, 0), OFFER(0, 27) } },
	{ "a level that falls while active does not come again", {
		WIRE(0, 27, 1), ACK(0, 27), WIRE(0, 27, 0), PENDING(0, 27, 0),
		ACTIVE(0, 27, 1), EOI(0, 27), NOTHING(0) } },
	{ "ICPENDR does not silence a level", {
		WIRE(0, 27, 1), WRITE(SGI(0, ICPENDR), P(27)), OFFER(0, 27),
		WIRE(0, 27, 0), NOTHING(0) } },
	{ "ISPENDR outlasts the level, until acknowledged", {
		WIRE(0, 27, 1), WRITE(SGI(0, ISPENDR), P(27)), WIRE(0, 27, 0),
		OFFER(0, 27), ACK(0, 27), PENDING(0, 27, 0), EOI(0, 27), NOTHING(0) } },
	{ "ISPENDR, then ICPENDR", {
		WRITE(SGI(0, ISPENDR), P(27)), OFFER(0, 27),
		WRITE(SGI(0, ICPENDR), P(27)), NOTHING(0) } },

	/* ---- Edges ---- */
	{ "an edge is latched", {
		WRITE(SGI(0, ICFGR + 4), 2u << 22), WIRE(0, 27, 1), WIRE(0, 27, 0),
		OFFER(0, 27), ACK(0, 27), PENDING(0, 27, 0), EOI(0, 27), NOTHING(0) } },
	{ "a high edge is pending once", {
		WRITE(SGI(0, ICFGR + 4), 2u << 22), WIRE(0, 27, 1), ACK(0, 27),
		EOI(0, 27), NOTHING(0), WIRE(0, 27, 0), NOTHING(0),
		WIRE(0, 27, 1), OFFER(0, 27) } },
	{ "an edge while active is pending afterwards", {
		WRITE(SGI(0, ICFGR + 4), 2u << 22), WIRE(0, 27, 1), ACK(0, 27), WIRE(0, 27, 0),
		WIRE(0, 27, 1), PENDING(0, 27, 1), NOTHING(0), EOI(0, 27), OFFER(0, 27) } },
	{ "ICPENDR takes an edge back, the wire high", {
		WRITE(SGI(0, ICFGR + 4), 2u << 22), WIRE(0, 27, 1),
		WRITE(SGI(0, ICPENDR), P(27)), PENDING(0, 27, 0), NOTHING(0) } },

	/* ---- Enables, groups, active by hand ---- */
	{ "disabled: pending, not offered", {
		WRITE(SGI(0, ICENABLER), P(27)), WIRE(0, 27, 1), NOTHING(0),
		PENDING(0, 27, 1), WRITE(SGI(0, ISENABLER), P(27)), OFFER(0, 27) } },
	{ "ISACTIVER holds it back, ICACTIVER lets go", {
		WRITE(SGI(0, ISACTIVER), P(27)), WIRE(0, 27, 1), NOTHING(0),
		WRITE(SGI(0, ICACTIVER), P(27)), OFFER(0, 27) } },
	{ "a group off in the distributor", {
		WRITE(0, 1), WIRE(0, 27, 1), NOTHING(0), WRITE(0, 2), OFFER(0, 27) } },
	{ "group 0", {
		WRITE(SGI(0, IGROUPR), 0), WIRE(0, 27, 1), OFFER_IN(0, 27, 0),
		WRITE(0, 2), NOTHING(0), WRITE(0, 1), OFFER(0, 27),
		WRITE(SGI(0, IGROUPR), ~0u), NOTHING(0), WRITE(0, 3), OFFER_IN(0, 27, 1) } },
	{ "to the other group", {
		WIRE(0, 27, 1), OFFER_IN(0, 27, 1), WRITE(SGI(0, IGROUPR), 0),
		OFFER_IN(0, 27, 0) } },
	{ "a group off in the PE", {
		WIRE(0, 27, 1), WIRE(0, 40, 1), PEN(0, PEN0), NOTHING(0),
		PEN(0, PEN1), OFFER(0, 27) } },
	{ "one off does not hide the other", {
		WRITE(SGI(0, IGROUPR), P(27)), BYTE(SGI(0, IPRIORITYR + 5), 0x20),
		WRITE(SGI(0, ISPENDR), P(5)), WIRE(0, 27, 1), OFFER_AT(0, 5, 0x20),
		PEN(0, PEN1), OFFER(0, 27) } },
	{ "asleep: held back", {
		SLEEP(0, 1), WIRE(0, 27, 1), WIRE(0, 40, 1), NOTHING(0), NOTHING(1),
		SLEEP(0, 0), OFFER(0, 27) } },

	/* ---- Priorities ---- */
	{ "ties go to the smaller INTID", {
		WIRE(0, 40, 1), OFFER(0, 40), WIRE(0, 27, 1), OFFER(0, 27),
		WRITE(SGI(0, ISPENDR), P(3)), OFFER(0, 3) } },
	{ "the higher priority first", {
		WIRE(0, 27, 1), WIRE(0, 40, 1), BYTE(IPRIORITYR + 40, 0x78), OFFER_AT(0, 40, 0x78),
		BYTE(SGI(0, IPRIORITYR + 27), 0x70), OFFER_AT(0, 27, 0x70),
		BYTE(SGI(0, IPRIORITYR + 27), 0x7f), OFFER_AT(0, 27, 0x78) } },
	{ "the lowest is offered too", {
		BYTE(SGI(0, IPRIORITYR + 27), 0xff), WIRE(0, 27, 1), OFFER_AT(0, 27, 0xf8) } },
	{ "the next one when the first is active", {
		WIRE(0, 27, 1), WIRE(0, 40, 1), ACK(0, 27), OFFER(0, 40), ACK(0, 40),
		NOTHING(0), EOI(0, 27), OFFER(0, 27) } },

	/* ---- Routing ---- */
	{ "by affinity", {
		ROUTE(40, 2), WIRE(0, 40, 1), NOTHING(0), OFFER(2, 40),
		ROUTE(40, 1), NOTHING(2), OFFER(1, 40) } },
	{ "to nobody", {
		ROUTE(40, 3), WIRE(0, 40, 1), NOTHING(0), NOTHING(1), NOTHING(2),
		ROUTE(40, 0x100), NOTHING(0), ROUTE(40, 0x10000), NOTHING(0),
		ROUTE(40, BIT(32)), NOTHING(0), ROUTE(40, 0), OFFER(0, 40) } },
	{ "active for all, wherever it goes", {
		WIRE(0, 40, 1), ACK(0, 40), ROUTE(40, 1), NOTHING(1),
		EOI(2, 40), OFFER(1, 40) } },
	{ "private interrupts are the PE's own", {
		WIRE(1, 27, 1), OFFER(1, 27), NOTHING(0), ACK(1, 27), EOI(0, 27),
		ACTIVE(1, 27, 1), EOI(1, 27), ACTIVE(1, 27, 0) } },
	{ "1 of N: the first", {
		ROUTE(40, ANY | 2), WIRE(0, 40, 1), OFFER(0, 40), NOTHING(1),
		NOTHING(2) } },
	{ "1 of N: not one that sleeps", {
		ROUTE(40, ANY), WIRE(0, 40, 1), SLEEP(0, 1), NOTHING(0), OFFER(1, 40),
		SLEEP(1, 1), NOTHING(1), OFFER(2, 40), SLEEP(2, 1), NOTHING(2),
		SLEEP(1, 0), OFFER(1, 40) } },
	{ "1 of N: one that has the group enabled", {
		ROUTE(40, ANY), PEN(0, PEN0), WIRE(0, 40, 1), NOTHING(0), OFFER(1, 40),
		WRITE(IGROUPR + 4, 0), OFFER_IN(0, 40, 0), NOTHING(1) } },
	{ "not 1 of N: waits for its PE", {
		WIRE(0, 40, 1), PEN(0, 0), NOTHING(0), NOTHING(1) } },

	/* ---- SGIs ---- */
	{ "to a list", {
		SEND(0, SGI_GROUP1, TO(5, 6)), NOTHING(0), OFFER(1, 5), OFFER(2, 5),
		ACK(1, 5), NOTHING(1), PENDING(2, 5, 1), EOI(1, 5), NOTHING(1) } },
	{ "to itself", { SEND(1, SGI_GROUP1, TO(15, 2)), OFFER(1, 15) } },
	{ "to all others, whatever the list", {
		SEND(1, SGI_GROUP1, TO(0, 2) | IRM), OFFER(0, 0), NOTHING(1), OFFER(2, 0) } },
	{ "to those who are not there", {
		SEND(1, SGI_GROUP1, TO(0, 0xfff8)), NOTHING(0), NOTHING(1), NOTHING(2) } },
	{ "to other clusters", {
		SEND(0, SGI_GROUP1, TO(0, 7) | 1 << 16), SEND(0, SGI_GROUP1, TO(0, 7) | BIT(32)),
		SEND(0, SGI_GROUP1, TO(0, 7) | BIT(48)), NOTHING(0), NOTHING(1), NOTHING(2) } },
	{ "RS is RES0", { SEND(0, SGI_GROUP1, TO(1, 2) | BIT(44)), OFFER(1, 1) } },
	{ "sent twice, once pending", {
		SEND(0, SGI_GROUP1, TO(1, 1)), SEND(0, SGI_GROUP1, TO(1, 1)), ACK(0, 1), EOI(0, 1),
		NOTHING(0) } },
	{ "sent while active, pending afterwards", {
		SEND(0, SGI_GROUP1, TO(1, 1)), ACK(0, 1), SEND(0, SGI_GROUP1, TO(1, 1)), NOTHING(0),
		EOI(0, 1), OFFER(0, 1) } },
	{ "SGI0R is for group 0 only", {
		WRITE(SGI(1, IGROUPR), 0), SEND(0, SGI_GROUP0, TO(5, 7)), NOTHING(0),
		OFFER_IN(1, 5, 0), NOTHING(2) } },
	{ "and so is ASGI1R: there is no other Security state", {
		WRITE(SGI(1, IGROUPR), 0), SEND(0, SGI_GROUP1_ALIAS, TO(5, 7)), NOTHING(0),
		OFFER_IN(1, 5, 0), NOTHING(2) } },
	{ "SGI1R is for both", {
		WRITE(SGI(1, IGROUPR), 0), SEND(0, SGI_GROUP1, TO(5, 7)), OFFER_IN(0, 5, 1),
		OFFER_IN(1, 5, 0), OFFER_IN(2, 5, 1) } },

	/* ---- The rest ---- */
	{ "what does not exist is neither active nor pending", {
		ACK(0, 288), EOI(0, 1019), EOI(0, 0xffffff), ACK(0, 0xffffffff), NOTHING(0) } },
	{ "the maintenance interrupt is a level at 25", {
		MAINT(1, 1), OFFER(1, 25), NOTHING(0), MAINT(1, 1), OFFER(1, 25),
		MAINT(1, 0), NOTHING(1) } },
	{ "a reset forgets all but the wires", {
		WRITE(SGI(0, ISPENDR), P(3)), WIRE(0, 40, 1), ACK(0, 40), RESET, NOTHING(0),
		PENDING(0, 3, 0), PENDING(0, 40, 1), ACTIVE(0, 40, 0), WIRE(0, 40, 0),
		PENDING(0, 40, 0) } },
};
/* clang-format on */

static void begin(struct gic_bench *bench)
{
	bench_create(bench, 3);
	bench_write(bench, 0, 4, 3);
	bench_write(bench, IGROUPR + 4, 4, ~0u);
	bench_write(bench, ISENABLER + 4, 4, ~0u);
	for (unsigned i = 0; i < 32; i += 4)
		bench_write(bench, IPRIORITYR + 32 + i, 4, 0x80808080);
	for (unsigned cpu = 0; cpu < 3; cpu++) {
		bench_write(bench, RD(cpu, 0x14), 4, 0);
		bench_write(bench, SGI(cpu, IGROUPR), 4, ~0u);
		bench_write(bench, SGI(cpu, ISENABLER), 4, ~0u);
		for (unsigned i = 0; i < 32; i += 4)
			bench_write(bench, SGI(cpu, IPRIORITYR + i), 4, 0x80808080);
		bench->group.cpu[cpu]->sys[SR_ICC_IGRPEN0_EL1] = 1;
		bench->group.cpu[cpu]->sys[SR_ICC_IGRPEN1_EL1] = 1;
		gic_ops.enables_changed(bench->group.cpu[cpu]);
	}
}

static bool bit_at(struct gic_bench *bench, u32 base, const struct step *step)
{
	u32 offset = step->a < 32 ? SGI(step->cpu, base) : base + 4 * (u32)(step->a / 32);

	return bit(bench_read(bench, offset, 4), (unsigned)step->a % 32);
}

/* false: what is looked at is otherwise. */
static bool perform(struct gic_bench *bench, const struct step *step)
{
	struct cpu *cpu = bench->group.cpu[step->cpu];
	const struct gic_offer *offer = &cpu->offer;

	switch (step->what) {
	case DO_WRITE: bench_write(bench, step->a, 4, step->b); return true;
	case DO_BYTE: bench_write(bench, step->a, 1, step->b); return true;
	case DO_ROUTE: bench_write(bench, 0x6000 + 8 * step->a, 8, step->b); return true;
	case DO_WIRE:
		wire_set(step->a == 27 ? &bench->ppi[step->cpu] : &bench->spi, step->b);
		return true;
	case DO_ACK: gic_ops.activate(cpu, (u32)step->a); return true;
	case DO_EOI: gic_ops.deactivate(cpu, (u32)step->a); return true;
	case DO_SEND: gic_ops.send_sgi(cpu, (enum gic_sgi)step->a, step->b); return true;
	case DO_PEN:
		cpu->sys[SR_ICC_IGRPEN0_EL1] = step->a & PEN0;
		cpu->sys[SR_ICC_IGRPEN1_EL1] = step->a / PEN1;
		gic_ops.enables_changed(cpu);
		return true;
	case DO_SLEEP: bench_write(bench, RD(step->cpu, 0x14), 4, 2 * step->a); return true;
	case DO_MAINT: gic_ops.maintenance(cpu, step->a); return true;
	case DO_RESET: gic_reset(bench->gic); return true;
	case IS_OFFERED: return offer->intid == step->a && offer->priority == step->b;
	case IS_OFFERED_IN: return offer->intid == step->a && offer->group == step->b;
	case IS_PENDING:
		return bit_at(bench, ISPENDR, step) == step->b &&
		       bit_at(bench, ICPENDR, step) == step->b;
	case IS_ACTIVE: return bit_at(bench, ISACTIVER, step) == step->b;
	case END: break;
	}
	return false;
}

static void lives_of_interrupts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(scripts); i++) {
		struct gic_bench bench;

		begin(&bench);
		for (size_t j = 0; scripts[i].step[j].what != END; j++) {
			const struct step *step = &scripts[i].step[j];

			if (!perform(&bench, step))
				fail_msg("row %zu, %s: step %zu; PE %u is offered %u at 0x%x", i,
					scripts[i].why, j, step->cpu,
					bench.group.cpu[step->cpu]->offer.intid,
					bench.group.cpu[step->cpu]->offer.priority);
		}
		bench_destroy(&bench);
	}
}

/* All states, of all interrupts, seen from all PEs: what is offered is what the rules say. */
static struct gic_offer expected(struct gic_bench *bench, unsigned index)
{
	struct gic_offer offer = { .intid = INTID_NONE, .priority = 0xff };
	u64 ctlr = bench_read(bench, 0, 4);
	struct cpu *cpu = bench->group.cpu[index];

	if (bench_read(bench, RD(index, 0x14), 4) != 0)
		return offer;
	for (u32 intid = 0; intid < GIC_INTIDS; intid++) {
		u32 frame = intid < 32 ? SGI(index, 0) : 0, word = frame + 4 * (intid / 32);
		u64 route = bench_read(bench, 0x6000 + 8 * intid, 8);
		u64 priority = bench_read(bench, frame + IPRIORITYR + intid, 1);
		bool group = bit(bench_read(bench, word + IGROUPR, 4), intid % 32);

		if (!bit(bench_read(bench, word + ISENABLER, 4), intid % 32) ||
			!bit(bench_read(bench, word + ISPENDR, 4), intid % 32) ||
			bit(bench_read(bench, word + ISACTIVER, 4), intid % 32) ||
			!bit(ctlr, group) ||
			!(cpu->sys[group ? SR_ICC_IGRPEN1_EL1 : SR_ICC_IGRPEN0_EL1]))
			continue;
		if (intid >= 32 && route != index)
			continue;
		if (priority < offer.priority)
			offer = (struct gic_offer){ intid, (u8)priority, group };
	}
	return offer;
}

static void one_random_act(struct gic_bench *bench, struct rng *rng)
{
	static const u16 banks[] = { IGROUPR, ISENABLER, ICENABLER, ISPENDR, ICPENDR, ISACTIVER,
		ICACTIVER };
	unsigned index = (unsigned)(rng_next(rng) % 3);
	struct cpu *cpu = bench->group.cpu[index];
	u32 bank = banks[rng_next(rng) % COUNT(banks)], word = (u32)(rng_next(rng) % GIC_BANKS);
	u32 few = (u32)(rng_next(rng) & rng_next(rng) & rng_next(rng));
	u32 frame = word == 0 ? SGI(index, 0) : 0;

	switch (rng_next(rng) % 12) {
	case 0: bench_write(bench, 0, 4, rng_next(rng) % 8 ? 3 : rng_next(rng)); break;
	case 1: bench_write(bench, RD(index, 0x14), 4, rng_next(rng) % 4 ? 0 : 2); break;
	case 2: wire_set(&bench->spi, !bench->spi.level); break;
	case 3: wire_set(&bench->ppi[index], !bench->ppi[index].level); break;
	case 4:
	case 5:
		if (cpu->offer.intid != INTID_NONE)
			gic_ops.activate(cpu, cpu->offer.intid);
		break;
	case 6: gic_ops.deactivate(cpu, (u32)(rng_next(rng) % 300)); break;
	case 7: gic_ops.send_sgi(cpu, SGI_GROUP1, rng_next(rng) & 0xf000007); break;
	case 8:
		bench_write(
			bench, frame + IPRIORITYR + 32 * word + 4 * (few & 7), 4, rng_next(rng));
		break;
	case 9: bench_write(bench, 0x6100 + few % 256 * 8, 8, rng_next(rng) % 4); break;
	case 10:
		cpu->sys[SR_ICC_IGRPEN1_EL1] = rng_next(rng) % 4 != 0;
		gic_ops.enables_changed(cpu);
		break;
	default: bench_write(bench, frame + bank + 4 * word, 4, few); break;
	}
}

static void offers_are_always_the_best(void **state)
{
	struct rng rng = { 5 };
	struct gic_bench bench;

	(void)state;
	begin(&bench);
	for (unsigned i = 0; i < 4000; i++) {
		one_random_act(&bench, &rng);
		for (unsigned index = 0; index < 3; index++) {
			struct gic_offer want = expected(&bench, index);
			const struct gic_offer *got = &bench.group.cpu[index]->offer;

			if (got->intid != want.intid || got->group != want.group ||
				(want.intid != NONE && got->priority != want.priority))
				fail_msg("act %u: PE %u is offered %u, not %u", i, index,
					got->intid, want.intid);
		}
	}
	bench_destroy(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lives_of_interrupts),
		cmocka_unit_test(offers_are_always_the_best),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
