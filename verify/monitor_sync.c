/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Missing context synchronization: a system register is written, and something reads it indirectly
 * before the next context synchronization event of the PE. Only uses count whose outcome is another
 * one with the old value than with the new one, which are computed both ways on copies of the PE;
 * so a switch of tables between accesses of what both map alike is no use. Instruction fetches are
 * left to what they fetch. DDI 0487 D19.1.2
 */
#include <string.h>

#include "verify/scope.h"
#include "verify/sync.h"

static const struct row {
	u16 reg;
	s8 el; /* -1: each */
	u64 bits;
	u32 use;
} rows[] = {
#define SYNCED(reg, el, bits, use) { SR_##reg, el, bits, use },
#include "verify/sync.def"
#undef SYNCED
};

/* ---- Writes ---- */

/* What of the register is used how at the current EL; 0: nothing. */
static u64 used_bits(const struct cpu *cpu, const struct written *written, u32 use)
{
	u64 used = 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].reg == written->reg && (rows[i].use & use) != 0 &&
			(rows[i].el < 0 || rows[i].el == cpu->pstate.el))
			used |= rows[i].bits;
	}
	return used & written->changed;
}

static u32 uses_of(const struct cpu *cpu, u16 reg)
{
	u32 uses = 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].reg == reg && (rows[i].el < 0 || rows[i].el == cpu->pstate.el))
			uses |= rows[i].use;
	}
	return uses;
}

/* As software sees it, in effect or not. */
static u64 newest(const struct cpu *cpu, u16 reg)
{
	for (unsigned i = cpu->late_count; i > 0; i--) {
		if (cpu->late[i - 1].reg == reg)
			return cpu->late[i - 1].value;
	}
	return cpu->sys[reg];
}

static void on_write(struct sync *sync, const struct cpu *cpu, const struct event *event)
{
	unsigned pe = cpu->index, i = 0;
	u32 uses = uses_of(cpu, event->reg);
	u64 changed = event->before ^ newest(cpu, event->reg);
	struct written *written = sync->pe[pe].written;

	if (event->in_memory || uses == 0)
		return;
	while (i < sync->pe[pe].count && written[i].reg != event->reg)
		i++;
	if (i == LATEST)
		return;
	if (i == sync->pe[pe].count) {
		if (changed == 0)
			return;
		sync->pe[pe].count++;
		written[i] = (struct written){ .reg = event->reg, .before = event->before };
	}
	written[i].changed |= changed;
	written[i].pc = event->pc;
	sync->pe[pe].uses |= uses;
}

static void synchronize(struct sync *sync, const struct cpu *cpu)
{
	sync->pe[cpu->index].count = 0;
	sync->pe[cpu->index].uses = 0;
}

/* ---- Both ways ---- */

/* A PE for which all has taken effect. */
static void as_synchronized(const struct question *question, struct cpu *copy)
{
	unsigned pe = question->cpu->index;

	*copy = *question->cpu;
	for (unsigned i = 0; i < question->sync->pe[pe].count; i++) {
		u16 reg = question->sync->pe[pe].written[i].reg;

		copy->sys[reg] = newest(question->cpu, reg);
	}
}

void sync_judge(const struct question *question)
{
	unsigned pe = question->cpu->index;
	const struct written *written = question->sync->pe[pe].written;
	struct outcome now, old;
	struct cpu copy;
	bool is_asked = false;
	char where[MONITOR_WHERE];

	for (unsigned i = 0; i < question->sync->pe[pe].count; i++) {
		u64 value, used = used_bits(question->cpu, &written[i], question->use);

		if (used == 0)
			continue;
		if (!is_asked) {
			as_synchronized(question, &copy);
			now = question->ask(&copy, question);
			is_asked = true;
		}
		value = copy.sys[written[i].reg];
		copy.sys[written[i].reg] = (value & ~used) | (written[i].before & used);
		old = question->ask(&copy, question);
		copy.sys[written[i].reg] = value;
		if (memcmp(&old, &now, sizeof(now)) == 0)
			continue;
		monitor_violate_values(question->watchman, question->rule, question->cpu,
			question->event, value, written[i].before,
			"%s uses %s, which %s wrote without a synchronization since; "
			"what may still be in effect",
			question->what, sysreg_name((enum sysreg_id)written[i].reg),
			monitor_where(question->watchman, question->cpu, question->cpu->pstate.el,
				written[i].pc, where));
		return;
	}
}

/* ---- The monitor ---- */

static void on_event(
	struct watchman *watchman, void *state, const struct cpu *cpu, const struct event *event)
{
	struct sync *sync = state;
	struct question question = {
		.watchman = watchman, .sync = sync, .cpu = cpu, .event = event
	};
	u32 uses = sync->pe[cpu->index].uses;

	switch (event->kind) {
	case EVENT_SYSREG: on_write(sync, cpu, event); break;
	case EVENT_INSN:
		if (UNLIKELY((uses & OF_INSNS) != 0))
			sync_insn(question, event->insn);
		break;
	case EVENT_TLBI:
		if ((uses & TLBI) != 0)
			sync_tlbi(question);
		break;
	case EVENT_EXCEPTION:
		if (uses != 0)
			sync_exception(question);
		synchronize(sync, cpu);
		break;
	case EVENT_ERET: synchronize(sync, cpu); break;
	case EVENT_BARRIER:
		if (is_isb(event->insn))
			synchronize(sync, cpu);
		break;
	default: break;
	}
	monitor_skip_insns(watchman, cpu, (sync->pe[cpu->index].uses & OF_INSNS) == 0);
}

const struct monitor monitor_sync = { .name = "sync",
	.kinds = BIT(EVENT_SYSREG) | BIT(EVENT_INSN) | BIT(EVENT_TLBI) | BIT(EVENT_EXCEPTION) |
		 BIT(EVENT_ERET) | BIT(EVENT_BARRIER),
	.state = sizeof(struct sync),
	.event = on_event };
