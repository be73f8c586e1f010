/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Register state of one world that another can read. A register is a guest's when that guest
 * leaves the PE with access to it, and the host's again when the host writes it, with whatever
 * value: it is taken to have put there what belongs there (monitor_clobber.c asks for the value).
 * What still is one guest's when another runs is a leak. Registers behind a trap are not read.
 */
#include "verify/monitor_owner.h"

#include <string.h>

#include "cpu/cpu.h"
#include "sysregs/sysregs.h"

/* ---- What the host writes ---- */

/* Registers that `insn` may write, at the places where encodings have them. C4.1 */
static bool may_write(const struct owner_pe *pe, u32 insn)
{
	u64 named = BIT(bits(insn, 4, 0)) | BIT(bits(insn, 9, 5)) | BIT(bits(insn, 14, 10)) |
		    BIT(bits(insn, 20, 16)) | BIT(bits(insn, 20, 16) | 1) | BIT(SLOT_LR);
	bool is_fp = bits(insn, 27, 25) == 7 || ((insn >> 25 & 5) == 4 && bit(insn, 26));

	return (pe->gprs & named) != 0 || (pe->vregs != 0 && is_fp);
}

static void host_wrote(struct owner_pe *pe)
{
	pe->gprs &= ~(u32)pe->writes;
	pe->vregs &= ~pe->v_writes;
	pe->writes = 0;
	pe->v_writes = 0;
}

/* cpu_insn_writes(), which decodes; the host executes the same ones again and again. */
static struct insn_writes writes_of(struct owner_state *all, const struct cpu *cpu, u32 insn)
{
	unsigned at = (insn ^ insn >> 5 ^ insn >> 13 ^ insn >> 21) % OWNER_INSNS;

	if (!all->known[at].is_known || all->known[at].insn != insn) {
		all->known[at].writes = cpu_insn_writes(cpu, insn);
		all->known[at].insn = insn;
		all->known[at].is_known = true;
	}
	return all->known[at].writes;
}

/* What is written is known before it is done: it may fault. */
static void on_host_insn(struct owner_state *all, struct owner_pe *pe, const struct cpu *cpu,
	const struct event *event)
{
	struct insn_writes writes;

	host_wrote(pe);
	pe->insn = event->insn;
	if ((pe->gprs | pe->vregs) == 0 || !may_write(pe, event->insn))
		return;
	writes = writes_of(all, cpu, event->insn);
	pe->writes = writes.x;
	pe->v_writes = writes.v;
	pe->pc = event->pc;
}

static void on_host_exception(struct owner_pe *pe, const struct event *event)
{
	if (event->interrupt == INT_SYNC && event->pc == pe->pc) {
		pe->writes = 0;
		pe->v_writes = 0;
	}
	host_wrote(pe);
}

static void on_host_register(struct owner_pe *pe, const struct event *event)
{
	unsigned place = owned_find(event->reg);

	if (place < OWNED_COUNT)
		pe->by[place] = 0;
	else if (event->reg == SR_FPCR || event->reg == SR_FPSR)
		pe->fp_controls &= event->reg == SR_FPCR ? ~1u : ~2u;
}

/* ---- What a guest leaves ---- */

static void on_guest_exit(struct owner_pe *pe, const struct cpu *cpu, unsigned owner)
{
	u32 given = owned_given(cpu);

	for (unsigned i = 0; i < OWNED_COUNT; i++) {
		if (owned_rows[i].classes & given)
			pe->by[i] = (u8)owner;
	}
	pe->gprs = (u32)MASK(OWNED_GPRS - 1, 0);
	pe->gprs_by = (u8)owner;
	if (owned_fp_is_given(cpu)) {
		pe->vregs = ~0u;
		pe->fp_controls = 3;
		pe->vregs_by = (u8)owner;
	}
	pe->writes = 0;
	pe->v_writes = 0;
	pe->is_in_guest = false;
}

/* ---- What the next one finds ---- */

struct look {
	struct watchman *watchman;
	const struct cpu *cpu;
	const struct event *event;
	unsigned reader; /* 0: the host's EL0 */
};

/* An interrupt that is pending or active, a priority that is active. */
static bool is_list_register_used(const struct cpu *cpu, unsigned place)
{
	u64 value = owned_value(cpu, place);

	if (place == OWNED_ICH_AP0R0_EL2 || place == OWNED_ICH_AP1R0_EL2)
		return value != 0;
	return get_field(value, ICH_LRn_EL2_State) != 0;
}

static bool matters(const struct look *look, unsigned place)
{
	if (owned_rows[place].classes == OWNED_LIST)
		return (owned_given(look->cpu) & OWNED_LIST) != 0 &&
		       is_list_register_used(look->cpu, place);
	return owned_is_readable(look->cpu, place, look->reader != 0 ? EL1 : EL0);
}

static enum rule rule_of(const struct look *look, unsigned owner, unsigned place)
{
	switch (owned_rows[place].classes) {
	case OWNED_USER: return RULE_OWN_USER;
	case OWNED_LIST: return RULE_OWN_LIST;
	default:
		return look->reader != 0 && owners_are_related(look->watchman, owner, look->reader)
			       ? RULE_OWN_NESTED
			       : RULE_OWN_SYSREG;
	}
}

/*
 * At a virtual EL2 without E2H the names of EL1's registers mean those of its guest: what a name
 * leads to there may be what its own EL1, or a guest of its, left. HYPERVISOR-SPEC B.4
 */
static bool is_name_of_its_guest(const struct look *look, unsigned owner)
{
	return (look->reader & 1) && (effective_hcr(look->cpu) & HCR_EL2_NV1) &&
	       worlds_is_below(
		       look->watchman->worlds, owner_world(owner), owner_world(look->reader));
}

/* May the reader find there what the owner left? */
static bool is_shared(const struct look *look, unsigned owner, u8 class)
{
	if (owner == 0 || owner == look->reader)
		return true;
	if (class == OWNED_BANKED && is_name_of_its_guest(look, owner))
		return true;
	if (class == OWNED_BANKED || class == OWNED_TIMER || class == OWNED_LIST)
		return owner_world(owner) == WORLDS || owner_world(look->reader) == WORLDS;
	return owners_are_related(look->watchman, owner, look->reader);
}

static void leak(const struct look *look, enum rule rule, unsigned owner, const char *what)
{
	char of[WORLD_NAME + 20], by[WORLD_NAME + 20];

	owner_say(look->watchman, owner, of, sizeof(of));
	if (look->reader != 0)
		monitor_violate(look->watchman, rule, look->cpu, look->event,
			"%s is what %s left, and %s is entered", what, of,
			owner_say(look->watchman, look->reader, by, sizeof(by)));
	else
		monitor_violate(look->watchman, rule, look->cpu, look->event,
			"%s is what %s left, and the host %s", what, of,
			look->event != NULL && look->event->kind == EVENT_ERET ? "goes to EL0"
									       : "sleeps");
}

static void look_at_registers(struct owner_pe *pe, const struct look *look, u32 classes)
{
	for (unsigned i = 0; i < OWNED_COUNT; i++) {
		unsigned owner = pe->by[i];

		if ((owned_rows[i].classes & classes) == 0 ||
			is_shared(look, owner, owned_rows[i].classes) || !matters(look, i))
			continue;
		leak(look, rule_of(look, owner, i), owner,
			sysreg_name((enum sysreg_id)owned_rows[i].reg));
	}
}

static void look_at_gprs(struct owner_pe *pe, const struct look *look)
{
	char name[16];

	if (is_shared(look, pe->gprs_by, OWNED_USER))
		return;
	for (unsigned n = 0; n < OWNED_GPRS; n++) {
		if ((pe->gprs >> n & 1) == 0)
			continue;
		snprintf(name, sizeof(name), "x%u", n);
		leak(look, RULE_OWN_GPR, pe->gprs_by, name);
	}
}

static bool is_fp_readable(const struct look *look)
{
	struct route route;

	return look->reader != 0 ? owned_fp_is_given(look->cpu)
				 : !sysregs_fp_trap(look->cpu, EL0, &route);
}

static void look_at_fp(struct owner_pe *pe, const struct look *look)
{
	char name[16];

	if (is_shared(look, pe->vregs_by, OWNED_USER) || !is_fp_readable(look))
		return;
	for (unsigned n = 0; n < 32; n++) {
		if ((pe->vregs >> n & 1) == 0)
			continue;
		snprintf(name, sizeof(name), "v%u", n);
		leak(look, RULE_OWN_FP, pe->vregs_by, name);
	}
	if (pe->fp_controls & 1)
		leak(look, RULE_OWN_FP, pe->vregs_by, "FPCR");
	if (pe->fp_controls & 2)
		leak(look, RULE_OWN_FP, pe->vregs_by, "FPSR");
}

static void on_guest_entry(struct owner_pe *pe, const struct look *look)
{
	host_wrote(pe);
	look_at_gprs(pe, look);
	look_at_fp(pe, look);
	look_at_registers(pe, look, ~0u);
	owner_tlb_entry(pe, look->watchman, look->cpu, look->event);
	pe->is_in_guest = true;
}

static void on_host_el0(struct owner_pe *pe, const struct look *look)
{
	host_wrote(pe);
	look_at_gprs(pe, look);
	look_at_fp(pe, look);
	look_at_registers(pe, look, OWNED_USER | OWNED_KEY | OWNED_TIMER);
}

/*
 * The host sleeps, so no guest is attached to the PE: what EL0 can read may be a guest's only while
 * one is.
 */
static void on_idle(struct owner_pe *pe, const struct look *look)
{
	look_at_registers(pe, look, OWNED_USER);
}

/* ---- The monitor ---- */

static void on_event(
	struct watchman *watchman, void *state, const struct cpu *cpu, const struct event *event)
{
	struct owner_state *all = state;
	struct owner_pe *pe = &all->pe[cpu->index];
	struct look look = { .watchman = watchman, .cpu = cpu, .event = event };
	unsigned owner;

	switch (event->kind) {
	case EVENT_INSN:
		if (pe->is_in_guest)
			break;
		on_host_insn(all, pe, cpu, event);
		if (UNLIKELY(owned_is_idle(watchman, cpu, event)))
			on_idle(pe, &look);
		break;
	case EVENT_SYSREG:
		if (!pe->is_in_guest)
			on_host_register(pe, event);
		break;
	case EVENT_EXCEPTION:
		if (owned_is_exit(watchman, cpu, event, &owner))
			on_guest_exit(pe, cpu, owner);
		else if (!pe->is_in_guest)
			on_host_exception(pe, event);
		monitor_skip_insns(watchman, cpu, pe->is_in_guest);
		break;
	case EVENT_ERET:
		if (owned_is_entry(watchman, cpu, event, &look.reader))
			on_guest_entry(pe, &look);
		else if (owned_is_host_el0(watchman, cpu, event))
			on_host_el0(pe, &look);
		monitor_skip_insns(watchman, cpu, pe->is_in_guest);
		break;
	case EVENT_WALK: owner_tlb_walk(pe, cpu, event); break;
	case EVENT_TLBI: owner_tlb_removed(all, cpu, event); break;
	default: break;
	}
}

static void on_end(struct watchman *watchman, void *state)
{
	struct owner_state *all = state;

	for (unsigned i = 0; i < machine_cpu_count(watchman->machine); i++) {
		const struct cpu *cpu = machine_cpu(watchman->machine, i);
		struct look look = { .watchman = watchman, .cpu = cpu };

		if (!all->pe[i].is_in_guest && owned_has_ended(cpu, all->pe[i].insn))
			on_idle(&all->pe[i], &look);
	}
}

const struct monitor monitor_owner = { .name = "owner",
	.kinds = BIT(EVENT_INSN) | BIT(EVENT_SYSREG) | BIT(EVENT_EXCEPTION) | BIT(EVENT_ERET) |
		 BIT(EVENT_WALK) | BIT(EVENT_TLBI),
	.state = sizeof(struct owner_state),
	.event = on_event,
	.end = on_end };
