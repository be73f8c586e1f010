/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random accesses of both CPU interfaces against a model that keeps lists where the registers have
 * bits: what is active is a list of priorities, what is pending a list of interrupts.
 */
#include <inttypes.h>

#include "tests/unit/sysregs_pe.h"

/* ---- The model ---- */

enum { IDLE, PENDING, ACTIVE, BOTH, SOURCES = 4 };

struct source {
	u32 intid;
	unsigned priority, group, state;
};

struct model {
	bool is_virtual;
	unsigned pmr, point[2]; /* how many low bits of a priority do not preempt */
	bool is_on[2], is_common, is_split;
	struct source source[SOURCES];
	struct {
		unsigned priority, group;
	} active[64];
	unsigned actives, uncounted_ends;
};

static struct model model;

/* Rounded down to what preempts: by division, as IHI 0069 table 4-10 splits the field. */
static unsigned rounded(unsigned group, unsigned priority)
{
	unsigned low_bits = model.point[model.is_common ? 0 : group], size = 1;

	while (low_bits-- > 0)
		size *= 2;
	return priority / size * size;
}

static int highest_active(void)
{
	int found = -1;

	for (unsigned n = 0; n < model.actives; n++) {
		unsigned key = model.active[n].priority * 2 + model.active[n].group;

		if (found < 0 || key < model.active[found].priority * 2 + model.active[found].group)
			found = (int)n;
	}
	return found;
}

static struct source *highest_pending(void)
{
	struct source *found = NULL;

	for (unsigned n = 0; n < SOURCES; n++) {
		struct source *source = &model.source[n];

		if (source->state == PENDING && model.is_on[source->group] &&
			(found == NULL || source->priority < found->priority))
			found = source;
	}
	return found;
}

/* The one that the PE is told of, or NULL. */
static struct source *signalled(void)
{
	struct source *source = highest_pending();
	int active = highest_active();

	if (source == NULL || source->priority >= model.pmr)
		return NULL;
	if (active >= 0 && rounded(source->group, source->priority) >=
				   rounded(source->group, model.active[active].priority))
		return NULL;
	return source;
}

static u64 acknowledge(unsigned group)
{
	struct source *source = signalled();
	unsigned priority, n = 0;

	if (source == NULL || source->group != group)
		return INTID_NONE;
	source->state = ACTIVE;
	priority = rounded(group, source->priority);
	while (n < model.actives &&
		(model.active[n].priority != priority || model.active[n].group != group))
		n++;
	model.active[n].priority = priority;
	model.active[n].group = group;
	if (n == model.actives)
		model.actives++;
	return source->intid;
}

static struct source *find(u64 intid)
{
	for (unsigned n = 0; n < SOURCES; n++) {
		if (model.source[n].intid == intid && model.source[n].state >= ACTIVE)
			return &model.source[n];
	}
	return NULL;
}

static void deactivate(struct source *source)
{
	source->state = source->state == BOTH ? PENDING : IDLE;
}

static void end(unsigned group, u64 intid)
{
	struct source *source = find(intid);
	int active = highest_active();
	unsigned dropped;

	if (intid >= 1020 || active < 0)
		return;
	if (!model.is_virtual && model.active[active].group != group)
		return;
	dropped = model.active[active].priority;
	model.active[active] = model.active[--model.actives];
	if (model.is_split)
		return;
	if (source == NULL)
		model.uncounted_ends++;
	else if (!model.is_virtual ||
		 (source->group == group && rounded(group, source->priority) == dropped))
		deactivate(source);
}

static void end_deactivate(u64 intid)
{
	struct source *source = find(intid);

	if (!model.is_split || intid >= 1020)
		return;
	if (source == NULL)
		model.uncounted_ends++;
	else
		deactivate(source);
}

/* ---- The distributor, which has the model's sources ---- */

static void offer(struct cpu *cpu)
{
	struct source *source = highest_pending();

	if (source == NULL)
		icc_offer(cpu, (struct gic_offer){ .intid = INTID_NONE });
	else
		icc_offer(cpu, (struct gic_offer){ .intid = source->intid,
				       .priority = (u8)source->priority,
				       .group = (u8)source->group });
}

/* What the PE told; the model moves by itself, and must be where the PE thinks it is. */
static u32 told_activate, told_deactivate;

static void on_activate(struct cpu *cpu, u32 intid)
{
	(void)cpu;
	told_activate = intid;
}

static void on_deactivate(struct cpu *cpu, u32 intid)
{
	(void)cpu;
	told_deactivate = intid;
}

static void on_enables(struct cpu *cpu)
{
	(void)cpu;
}

static void on_maintenance(struct cpu *cpu, bool level)
{
	(void)cpu, (void)level;
}

static const struct gic_ops ops = {
	.activate = on_activate,
	.deactivate = on_deactivate,
	.enables_changed = on_enables,
	.maintenance = on_maintenance,
};

/* ---- The two interfaces ---- */

static const struct names {
	enum sysreg_id pmr, ctlr, rpr, dir, bpr[2], igrpen[2], iar[2], eoir[2], hppir[2];
	u32 line[2];
} names[2] = {
	{ SR_ICC_PMR_EL1, SR_ICC_CTLR_EL1, SR_ICC_RPR_EL1, SR_ICC_DIR_EL1,
		{ SR_ICC_BPR0_EL1, SR_ICC_BPR1_EL1 }, { SR_ICC_IGRPEN0_EL1, SR_ICC_IGRPEN1_EL1 },
		{ SR_ICC_IAR0_EL1, SR_ICC_IAR1_EL1 }, { SR_ICC_EOIR0_EL1, SR_ICC_EOIR1_EL1 },
		{ SR_ICC_HPPIR0_EL1, SR_ICC_HPPIR1_EL1 }, { LINE_FIQ, LINE_IRQ } },
	{ SR_ICV_PMR_EL1, SR_ICV_CTLR_EL1, SR_ICV_RPR_EL1, SR_ICV_DIR_EL1,
		{ SR_ICV_BPR0_EL1, SR_ICV_BPR1_EL1 }, { SR_ICV_IGRPEN0_EL1, SR_ICV_IGRPEN1_EL1 },
		{ SR_ICV_IAR0_EL1, SR_ICV_IAR1_EL1 }, { SR_ICV_EOIR0_EL1, SR_ICV_EOIR1_EL1 },
		{ SR_ICV_HPPIR0_EL1, SR_ICV_HPPIR1_EL1 }, { LINE_VFIQ, LINE_VIRQ } },
};

static u64 random_state;

static unsigned pick(unsigned below)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(random_state >> 33) % below;
}

static void show_sources(struct cpu *cpu)
{
	for (unsigned n = 0; n < SOURCES && model.is_virtual; n++) {
		const struct source *source = &model.source[n];

		sysreg_write(cpu, SR_ICH_LR0_EL2 + n,
			(u64)source->state << 62 | (u64)source->group << 60 |
				(u64)source->priority << 48 | source->intid);
	}
	if (!model.is_virtual)
		offer(cpu);
}

/* An interrupt comes, again or for the first time. */
static void pend(struct cpu *cpu)
{
	unsigned n = pick(SOURCES);
	struct source *source = &model.source[n];

	if (source->state == IDLE)
		*source = (struct source){
			.intid = 32 + 8 * n + pick(8), .priority = pick(32) * 8, .group = pick(2)
		};
	source->state |= PENDING;
	show_sources(cpu);
}

static void set_mask(struct cpu *cpu, const struct names *name)
{
	unsigned group = pick(2), value;

	switch (pick(6)) {
	case 0:
	case 1:
		model.pmr = pick(3) == 0 ? pick(32) * 8 : 0xf8;
		sysreg_write(cpu, name->pmr, model.pmr | pick(8));
		break;
	case 2:
		value = pick(8);
		if (group == 1 && model.is_common) /* not written */
			value = model.point[1];
		else
			sysreg_write(cpu, name->bpr[group], value);
		if (group == 0)
			model.point[0] = 1 + (value < 2 ? 2 : value);
		else
			model.point[1] = value < 3 ? 3 : value;
		break;
	case 3:
		value = pick(4);
		model.is_common = value & 1;
		model.is_split = value & 2;
		sysreg_write(cpu, name->ctlr, value);
		break;
	default:
		model.is_on[group] = pick(4) != 0;
		sysreg_write(cpu, name->igrpen[group], model.is_on[group]);
		break;
	}
	if (!model.is_virtual)
		offer(cpu);
}

static u64 some_intid(void)
{
	unsigned n = pick(SOURCES + 2);

	return n < SOURCES ? model.source[n].intid : n == SOURCES ? 500 : 1020 + pick(4);
}

static void check_told(u32 told, u64 want)
{
	if (!model.is_virtual)
		assert_int_equal(told, want);
}

static void step(struct cpu *cpu, const struct names *name)
{
	unsigned group = pick(2), actives = model.actives;
	u64 intid = some_intid();

	told_activate = told_deactivate = INTID_NONE;
	switch (pick(8)) {
	case 0:
	case 1: pend(cpu); break;
	case 2: set_mask(cpu, name); break;
	case 3:
	case 4:
		intid = acknowledge(group);
		assert_int_equal(sysreg_take(cpu, name->iar[group]), intid);
		check_told(told_activate, intid);
		break;
	case 5:
	case 6:
		end(group, intid);
		sysreg_write(cpu, name->eoir[group], intid);
		check_told(told_deactivate,
			model.actives < actives && !model.is_split ? intid : INTID_NONE);
		break;
	default:
		end_deactivate(intid);
		sysreg_write(cpu, name->dir, intid);
		check_told(told_deactivate, model.is_split && intid < 1020 ? intid : INTID_NONE);
		break;
	}
	if (!model.is_virtual)
		offer(cpu);
}

static void compare(struct cpu *cpu, const struct names *name)
{
	const struct source *pending = highest_pending(), *source = signalled();
	int active = highest_active();
	u32 lines = source == NULL ? 0 : name->line[source->group];

	assert_int_equal(cpu->lines, lines);
	assert_int_equal(
		sysreg_read(cpu, name->rpr), active < 0 ? 0xff : model.active[active].priority);
	for (unsigned group = 0; group < 2; group++)
		assert_int_equal(sysreg_read(cpu, name->hppir[group]),
			pending != NULL && pending->group == group ? pending->intid : INTID_NONE);
	if (!model.is_virtual)
		return;
	for (unsigned n = 0; n < SOURCES; n++)
		assert_int_equal(cpu->sys[SR_ICH_LR0_EL2 + n] >> 62, model.source[n].state);
	assert_int_equal(bits(cpu->sys[SR_ICH_HCR_EL2], 31, 27), model.uncounted_ends % 32);
}

/* No sequence of accesses ends in a state that is refused when it is loaded. */
static void save_and_load(struct cpu *cpu)
{
	struct archive saved = archive_to_save(), loading;

	sysregs_transfer(cpu, &saved);
	loading = archive_to_load(saved.data, saved.size);
	sysregs_transfer(cpu, &loading);
	assert_false(loading.failed);
	archive_free(&saved);
}

static void run(bool is_virtual, u64 seed)
{
	struct cpu *cpu = pe_create("v8.1", true, 40);

	cpu->gic = &ops;
	random_state = seed;
	model = (struct model){ .is_virtual = is_virtual, .point = { 3, 3 } };
	for (unsigned n = 0; n < SOURCES; n++)
		model.source[n].intid = 32 + 8 * n;
	sysreg_write(cpu, SR_ICH_HCR_EL2, ICH_HCR_EL2_En);
	for (unsigned n = 0; n < 2000; n++) {
		step(cpu, &names[is_virtual]);
		compare(cpu, &names[is_virtual]);
		if (n % 100 == 0)
			save_and_load(cpu);
	}
	free(cpu);
}

static void physical_is_as_the_model(void **state)
{
	(void)state;
	for (u64 seed = 0; seed < 50; seed++)
		run(false, seed);
}

static void virtual_is_as_the_model(void **state)
{
	(void)state;
	for (u64 seed = 0; seed < 50; seed++)
		run(true, seed);
}

static const struct {
	enum sysreg_id id;
	u64 value;
	bool is_possible;
} values[] = {
	{ SR_ICC_BPR0_EL1, 7, true },
	{ SR_ICC_BPR0_EL1, 40, false },
	{ SR_ICV_BPR1_EL1, ~(u64)0, false },
	{ SR_ICC_SRE_EL1, 6, false },
	{ SR_ICH_VTR_EL2, ICH_VTR_FIXED, true },
	{ SR_ID_AA64PFR0_EL1, ~(u64)0, false },
	{ SR_CTR_EL0, 0, false },
	{ SR_TPIDR_EL0, ~(u64)0, true },
};

static void impossible_values_are_refused(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT(values); i++) {
		struct cpu *cpu = pe_create("v8.1", true, 40);
		struct archive saved = archive_to_save(), loading;
		u64 own = cpu->sys[values[i].id];

		cpu->sys[values[i].id] = values[i].value;
		sysregs_transfer(cpu, &saved);
		cpu->sys[values[i].id] = own;
		loading = archive_to_load(saved.data, saved.size);
		sysregs_transfer(cpu, &loading);
		if (loading.failed == values[i].is_possible)
			fail_msg("row %u", i);
		assert_int_equal(cpu->sys[values[i].id], loading.failed ? own : values[i].value);
		archive_free(&saved);
		free(cpu);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(physical_is_as_the_model),
		cmocka_unit_test(virtual_is_as_the_model),
		cmocka_unit_test(impossible_values_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
