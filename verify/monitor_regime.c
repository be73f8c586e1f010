/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks of the EL1&0 regime in the middle of a world switch: the tables of one world with the
 * controls or the stage 2 of another one fill the TLB with what neither has. A register that was
 * not written since the last exit is that of who exited; values that a world has run with are its
 * own, too. One register alone that was written is an instruction that was emulated.
 */
#include <inttypes.h>

#include "sysregs/sysregs.h"
#include "verify/monitor.h"

enum { REGISTERS = 5, KNOWN_WORLDS = 16, KNOWN_VALUES = 4 };

/* Whether stage 1 is on comes first. */
static const u16 registers[REGISTERS] = { SR_SCTLR_EL1, SR_TCR_EL1, SR_MAIR_EL1, SR_TTBR0_EL1,
	SR_TTBR1_EL1 };

struct known_world {
	bool is_known;
	u64 tables; /* VTTBR_EL2.BADDR; 0: without stage 2 */
	struct {
		u64 value[KNOWN_VALUES]; /* the last one first */
		unsigned count;
	} known[REGISTERS];
};

struct regimes {
	struct known_world world[KNOWN_WORLDS];
	unsigned next;
	struct {
		u64 tables; /* of who exited to EL2 last */
		u8 written; /* bit per register, since then */
		bool is_known;
	} pe[MACHINE_CPUS];
};

static u64 tables_of(const struct cpu *cpu)
{
	u64 hcr = effective_hcr(cpu);

	return hcr & HCR_EL2_VM ? cpu->sys[SR_VTTBR_EL2] & VTTBR_EL2_BADDR : 0;
}

/* NULL: it is not known. */
static struct known_world *find(struct regimes *regimes, u64 tables)
{
	for (unsigned i = 0; i < KNOWN_WORLDS; i++) {
		if (regimes->world[i].is_known && regimes->world[i].tables == tables)
			return &regimes->world[i];
	}
	return NULL;
}

static bool had(const struct known_world *world, unsigned reg, u64 value)
{
	for (unsigned i = 0; i < world->known[reg].count; i++) {
		if (world->known[reg].value[i] == value)
			return true;
	}
	return false;
}

static void note_value(struct known_world *world, unsigned reg, u64 value)
{
	u64 *values = world->known[reg].value;

	if (had(world, reg, value))
		return;
	for (unsigned i = KNOWN_VALUES - 1; i > 0; i--)
		values[i] = values[i - 1];
	values[0] = value;
	if (world->known[reg].count < KNOWN_VALUES)
		world->known[reg].count++;
}

/* The guest, or the host's EL1, runs with these. */
static void note(struct regimes *regimes, const struct cpu *cpu)
{
	u64 tables = tables_of(cpu);
	struct known_world *world = find(regimes, tables);

	if (world == NULL) {
		world = &regimes->world[regimes->next++ % KNOWN_WORLDS];
		*world = (struct known_world){ .is_known = true, .tables = tables };
	}
	for (unsigned i = 0; i < REGISTERS; i++)
		note_value(world, i, cpu->sys[registers[i]]);
	regimes->pe[cpu->index].tables = tables;
	regimes->pe[cpu->index].written = 0;
	regimes->pe[cpu->index].is_known = true;
}

/* With stage 1 off only that has a say; tables that EPD0 or EPD1 keep walks from have none. */
static bool has_say(const struct cpu *cpu, u16 reg)
{
	if (reg == SR_SCTLR_EL1)
		return true;
	if (!(cpu->sys[SR_SCTLR_EL1] & SCTLR_EL1_M))
		return false;
	return !(reg == SR_TTBR0_EL1 && (cpu->sys[SR_TCR_EL1] & TCR_EL1_EPD0)) &&
	       !(reg == SR_TTBR1_EL1 && (cpu->sys[SR_TCR_EL1] & TCR_EL1_EPD1));
}

/* Registers with values that this world has never run with; of those in `which`. */
static u8 foreign(const struct cpu *cpu, const struct known_world *world, u8 which)
{
	u8 foreign = 0;

	for (unsigned i = 0; i < REGISTERS; i++) {
		if (bit(which, i) && has_say(cpu, registers[i]) &&
			!had(world, i, cpu->sys[registers[i]]))
			foreign |= (u8)BIT(i);
	}
	return foreign;
}

static void violate(struct watchman *watchman, const struct known_world *world,
	const struct cpu *cpu, const struct event *event, u8 which)
{
	unsigned i = (unsigned)__builtin_ctz(which);

	monitor_violate_values(watchman, RULE_MIXED_REGIME, cpu, event, world->known[i].value[0],
		cpu->sys[registers[i]],
		"a walk for EL1&0 in the middle of a switch, with VTTBR_EL2 0x%" PRIx64
		", HCR_EL2.VM %d; %s is still that of another world, or already",
		cpu->sys[SR_VTTBR_EL2], (int)(effective_hcr(cpu) & HCR_EL2_VM),
		sysreg_name((enum sysreg_id)registers[i]));
}

/*
 * Stage 2 is another one than that of who exited: what was not written has to be the new one's too.
 * It is the same: of what was written nothing may be another's, unless all of it is.
 */
static void on_walk(struct watchman *watchman, struct regimes *regimes, const struct cpu *cpu,
	const struct event *event)
{
	const u8 all = (u8)MASK(REGISTERS - 1, 0);
	u64 tables = tables_of(cpu);
	const struct known_world *world = find(regimes, tables);
	u8 written = regimes->pe[cpu->index].written, which;

	if (world == NULL || !regimes->pe[cpu->index].is_known)
		return;
	if (tables != regimes->pe[cpu->index].tables)
		which = foreign(cpu, world, all & (u8)~written);
	else if (written == all || (written & (written - 1)) == 0)
		return;
	else
		which = foreign(cpu, world, written);
	if (which != 0)
		violate(watchman, world, cpu, event, which);
}

static void on_register(struct regimes *regimes, const struct cpu *cpu, const struct event *event)
{
	for (unsigned i = 0; i < REGISTERS && !event->in_memory; i++) {
		if (registers[i] == event->reg)
			regimes->pe[cpu->index].written |= (u8)BIT(i);
	}
}

static void on_event(
	struct watchman *watchman, void *state, const struct cpu *cpu, const struct event *event)
{
	struct regimes *regimes = state;

	switch (event->kind) {
	case EVENT_SYSREG:
		if (cpu->pstate.el == EL2)
			on_register(regimes, cpu, event);
		break;
	case EVENT_EXCEPTION:
		if (event->from_el < EL2 && event->to_el == EL2 && !is_tge(cpu))
			note(regimes, cpu);
		break;
	case EVENT_ERET:
		if (event->from_el == EL2 && event->to_el < EL2 && !is_tge(cpu))
			note(regimes, cpu);
		break;
	case EVENT_DESCRIPTOR:
		if (cpu->pstate.el == EL2 && event->regime == WALK_EL10 && !is_tge(cpu))
			on_walk(watchman, regimes, cpu, event);
		break;
	default: break;
	}
}

const struct monitor monitor_regime = { .name = "regime",
	.kinds = BIT(EVENT_SYSREG) | BIT(EVENT_EXCEPTION) | BIT(EVENT_ERET) | BIT(EVENT_DESCRIPTOR),
	.state = sizeof(struct regimes),
	.event = on_event };
