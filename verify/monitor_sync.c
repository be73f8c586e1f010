/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Missing context synchronization: a system register is written, and something reads it indirectly
 * before the next context synchronization event of the PE. Only uses count whose outcome is another
 * one with the old value than with the new one, which are computed both ways on copies of the PE;
 * so a switch of tables between accesses of what both map alike is no use. Instruction fetches are
 * left to what they fetch. DDI 0487 D19.1.2
 */
#include <string.h>

#include "mmu/mmu.h"
#include "sysregs/sysregs.h"
#include "verify/address.h"
#include "verify/monitor.h"
#include "verify/scope.h"

enum use {
	TRANSLATION = 1,
	AT = 2,
	TLBI = 4,
	ROUTE = 8,
	FP = 16,
	VECTOR = 32,
	KEY_IA = 64,
	KEY_IB = 128,
	KEY_DA = 256,
	KEY_DB = 512,
	KEY_GA = 1024,
	OF_INSNS = TRANSLATION | AT | ROUTE | FP | KEY_IA | KEY_IB | KEY_DA | KEY_DB | KEY_GA
};

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

enum { LATEST = 24 };

struct written {
	u16 reg;
	u64 before;  /* in effect at the last synchronization */
	u64 changed; /* bits that were written with another value since */
	u64 pc;	     /* of the last write */
};

struct sync {
	struct {
		u32 uses; /* what reads something of these */
		unsigned count;
		struct written written[LATEST];
	} pe[MACHINE_CPUS];
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

/* What came of a use, as far as software can tell. */
struct outcome {
	u64 what[5];
};

struct question {
	struct watchman *watchman;
	struct sync *sync;
	const struct cpu *cpu;
	const struct event *event;
	u32 use;
	enum rule rule;
	const char *what; /* for people */
	struct outcome (*ask)(const struct cpu *cpu, const struct question *question);
	u64 va;
	u8 kind;
	u16 reg;
	bool is_write;
	u8 at_el, at_stages;
};

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

static void judge(const struct question *question)
{
	unsigned pe = question->cpu->index;
	const struct written *written = question->sync->pe[pe].written;
	struct outcome now, old;
	struct cpu copy;
	bool is_asked = false;

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
			"%s uses %s, which 0x%" PRIx64 " wrote without a synchronization since; "
			"what may still be in effect",
			question->what, sysreg_name((enum sysreg_id)written[i].reg), written[i].pc);
		return;
	}
}

/* ---- Translations ---- */

static struct outcome where_it_leads(const struct cpu *cpu, const struct question *question)
{
	struct inspected what = { .va = question->va,
		.regime = (u8)mmu_inspected_regime(cpu, cpu->pstate.el),
		.kind = question->kind,
		.el0 = cpu->pstate.el == EL0,
		.is_checked = true };
	struct inspection found;

	mmu_inspect(cpu, what, &found);
	if (!found.is_ok)
		return (struct outcome){ { 0, found.is_stage2, found.is_s1ptw, found.fault_status,
			found.fault_ipa } };
	return (struct outcome){ { 1, found.pa.v, found.attributes, found.shareability, 0 } };
}

/* PAR_EL1 of an AT, nearly. */
static struct outcome what_at_finds(const struct cpu *cpu, const struct question *question)
{
	bool is_el2 = question->at_el == EL2 || is_in_host(cpu);
	struct inspected what = { .va = question->va,
		.regime = is_el2 ? INSPECT_EL2 : INSPECT_EL10,
		.kind = question->kind,
		.el0 = question->at_el == EL0,
		.is_checked = true };
	struct inspection found;
	bool is_stage1;

	mmu_inspect(cpu, what, &found);
	is_stage1 =
		question->at_stages == 1 && (found.is_ok || (found.is_stage2 && !found.is_s1ptw));
	if (is_stage1)
		return (struct outcome){ { 2, found.is_ok ? found.ipa : found.fault_ipa, 0, 0,
			0 } };
	if (!found.is_ok)
		return (struct outcome){ { 0, found.is_stage2, found.is_s1ptw, found.fault_status,
			found.fault_ipa } };
	return (struct outcome){ { 1, found.pa.v, found.attributes, found.shareability, 0 } };
}

static void on_access(struct question question, u64 va, bool is_write)
{
	question.use = TRANSLATION;
	question.rule = RULE_SYNC_TRANSLATION;
	question.what = "a data access";
	question.ask = where_it_leads;
	question.va = va;
	question.kind = is_write ? ACCESS_WRITE : ACCESS_READ;
	judge(&question);
}

static const struct at_row {
	u16 reg;
	u8 el, kind, stages;
} at_rows[] = {
#define AT(name, el, access, stages, pan) { SR_AT_##name, el, ACCESS_##access, stages },
#include "mmu/at.def"
#undef AT
};

static void on_at(struct question question, u16 reg, unsigned rt)
{
	for (size_t i = 0; i < COUNT(at_rows); i++) {
		if (at_rows[i].reg != reg)
			continue;
		question.use = AT;
		question.rule = RULE_SYNC_TRANSLATION;
		question.what = sysreg_name((enum sysreg_id)reg);
		question.ask = what_at_finds;
		question.va = question.cpu->x[rt];
		question.kind = at_rows[i].kind;
		question.at_el = at_rows[i].el;
		question.at_stages = at_rows[i].stages;
		judge(&question);
	}
}

static struct outcome what_tlbi_names(const struct cpu *cpu, const struct question *question)
{
	struct scope scope;

	if (!scope_of(cpu, question->event, &scope))
		return (struct outcome){ { 0 } };
	if (scope.regime != WALK_EL10 || scope.what == SCOPE_ALL)
		scope.vmid = 0;
	return (struct outcome){ { 1, scope.regime, scope.vmid } };
}

static void on_tlbi(struct question question)
{
	question.use = TLBI;
	question.rule = RULE_SYNC_TLBI;
	question.what = sysreg_name((enum sysreg_id)question.event->reg);
	question.ask = what_tlbi_names;
	judge(&question);
}

/* ---- Instructions ---- */

static struct outcome where_it_goes(const struct cpu *cpu, const struct question *question)
{
	struct route route = sysreg_route(
		cpu, (enum sysreg_id)question->reg, question->is_write ? DIR_WRITE : DIR_READ);

	return (struct outcome){ { 1, route.goes, route.reg, route.target_el, route.ec } };
}

static void on_system_insn(struct question question, u32 insn)
{
	enum sysreg_id id = sysreg_find((u32)bits(insn, 20, 5));
	u32 uses = question.sync->pe[question.cpu->index].uses;

	if (id == SR_NONE)
		return;
	if (uses & AT)
		on_at(question, (u16)id, insn & 31);
	if ((uses & ROUTE) == 0)
		return;
	question.use = ROUTE;
	question.rule = RULE_SYNC_TRAP;
	question.what = sysreg_name(id);
	question.ask = where_it_goes;
	question.reg = (u16)id;
	question.is_write = !bit(insn, 21);
	judge(&question);
}

static struct outcome does_fp_trap(const struct cpu *cpu, const struct question *question)
{
	struct route route;

	(void)question;
	return (struct outcome){ { 1, sysregs_fp_trap(cpu, cpu->pstate.el, &route) } };
}

/* SIMD and floating point: data processing, loads and stores. C4.1 */
static bool is_fp(u32 insn)
{
	return bits(insn, 27, 25) == 7 || ((insn >> 25 & 5) == 4 && bit(insn, 26));
}

static void on_fp(struct question question)
{
	question.use = FP;
	question.rule = RULE_SYNC_TRAP;
	question.what = "an instruction of floating point";
	question.ask = does_fp_trap;
	judge(&question);
}

/* The key of an instruction of FEAT_PAuth: 0 to 4 as in insn.def; -1: it has none. C4.1 */
static int key_of(u32 insn)
{
	if ((insn & 0xfffff01fu) == 0xd503201fu) { /* hints: PACIA1716 to AUTIBSP */
		u64 hint = bits(insn, 11, 5);
		bool has_key = (hint >= 8 && hint < 16 && !(hint & 1)) || (hint >= 24 && hint < 32);

		return has_key ? bit(hint, 1) : -1;
	}
	if ((insn & 0xffff0000u) == 0xdac10000u) /* PACIA Xd, Xn and so on; not XPAC */
		return bit(insn, 14) ? -1 : (int)bits(insn, 11, 10);
	if ((insn & 0xffe0fc00u) == 0x9ac03000u) /* PACGA */
		return 4;
	if ((insn & 0xfe000800u) == 0xd6000800u) /* BRAA, BLRAA, RETAA, ERETAA */
		return bit(insn, 10);
	if ((insn & 0xff200400u) == 0xf8200400u) /* LDRAA, LDRAB */
		return 2 + bit(insn, 23);
	return -1;
}

/* The key's value, if it is enabled. */
static struct outcome key_in_use(const struct cpu *cpu, const struct question *question)
{
	enum insn_control control = (enum insn_control)(INSN_PAC_IA + question->reg);
	u16 low = (u16)(SR_APIAKeyLo_EL1 + 2 * question->reg);

	if (insn_route(cpu, control).goes != TO_EXECUTE)
		return (struct outcome){ { 0 } };
	return (struct outcome){ { 1, cpu->sys[low], cpu->sys[low + 1] } };
}

static void on_key(struct question question, unsigned key)
{
	question.use = KEY_IA << key;
	question.rule = RULE_SYNC_KEY;
	question.what = "pointer authentication";
	question.ask = key_in_use;
	question.reg = (u16)key;
	judge(&question);
}

_Static_assert(SR_APIBKeyLo_EL1 == SR_APIAKeyLo_EL1 + 2 &&
		       SR_APDAKeyLo_EL1 == SR_APIAKeyLo_EL1 + 4 &&
		       SR_APDBKeyLo_EL1 == SR_APIAKeyLo_EL1 + 6 &&
		       SR_APGAKeyLo_EL1 == SR_APIAKeyLo_EL1 + 8,
	"keys by number");

static void on_insn(struct question question, u32 insn)
{
	u32 uses = question.sync->pe[question.cpu->index].uses;
	bool is_write;
	u64 va;
	int key;

	if ((uses & TRANSLATION) && insn_address(question.cpu, insn, &va, &is_write))
		on_access(question, va, is_write);
	if ((insn & 0xffc00000u) == 0xd5000000u && bits(insn, 20, 19) != 0)
		on_system_insn(question, insn);
	else if ((uses & FP) && is_fp(insn))
		on_fp(question);
	else if ((uses & (KEY_IA | KEY_IB | KEY_DA | KEY_DB | KEY_GA)) && (key = key_of(insn)) >= 0)
		on_key(question, (unsigned)key);
}

/* ---- Exceptions ---- */

static struct outcome vector_of(const struct cpu *cpu, const struct question *question)
{
	return (struct outcome){ { cpu->sys[question->reg] } };
}

static void on_exception(struct question question)
{
	const struct event *event = question.event;
	u64 class = bits(event->esr, 31, 26);

	if (event->interrupt == INT_SYNC && event->from_el == event->to_el && event->far_valid &&
		class == EC_DABT_SAME)
		on_access(question, event->far, bit(event->esr, 6));
	question.use = VECTOR;
	question.rule = RULE_SYNC_VECTOR;
	question.what = "an exception";
	question.ask = vector_of;
	question.reg = event->to_el == EL2 ? SR_VBAR_EL2 : SR_VBAR_EL1;
	judge(&question);
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
			on_insn(question, event->insn);
		break;
	case EVENT_TLBI:
		if ((uses & TLBI) != 0)
			on_tlbi(question);
		break;
	case EVENT_EXCEPTION:
		if (uses != 0)
			on_exception(question);
		synchronize(sync, cpu);
		break;
	case EVENT_ERET: synchronize(sync, cpu); break;
	case EVENT_BARRIER:
		if (is_isb(event->insn))
			synchronize(sync, cpu);
		break;
	default: break;
	}
}

const struct monitor monitor_sync = { .name = "sync",
	.kinds = BIT(EVENT_SYSREG) | BIT(EVENT_INSN) | BIT(EVENT_TLBI) | BIT(EVENT_EXCEPTION) |
		 BIT(EVENT_ERET) | BIT(EVENT_BARRIER),
	.state = sizeof(struct sync),
	.event = on_event };
