/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Translation tables that change while TLBs may hold what they were: break-before-make, and guests
 * that are entered, or that run, with something that was taken away. What a TLB may hold is what
 * walks have really read (held.h), and it matters where the regime, VMID and ASID are in use: a
 * VMID that nobody enters any more harms nobody. DDI 0487 D8.16
 */
#include <inttypes.h>
#include <string.h>

#include "mmu/mmu.h"
#include "sysregs/sysregs.h"
#include "verify/held.h"
#include "verify/monitor.h"

enum { VMIDS = 16 };

struct tables {
	struct held_table held;
	/* Entries of the TLB that stage 2 of a VMID was compared with, by PE; the last ones. */
	struct compared {
		u64 vttbr; /* without CnP; 0: none */
		bool is_clean;
	} compared[MACHINE_CPUS][VMIDS];
	u8 next_compared[MACHINE_CPUS];
};

/* ---- Is it in use? ---- */

static u64 current_asid(const struct cpu *cpu, bool is_el10)
{
	const u64 *sys = cpu->sys;
	u64 tcr = sys[is_el10 ? SR_TCR_EL1 : SR_TCR_EL2];
	u64 ttbr = tcr & TCR_EL1_A1 ? sys[is_el10 ? SR_TTBR1_EL1 : SR_TTBR1_EL2]
				    : sys[is_el10 ? SR_TTBR0_EL1 : SR_TTBR0_EL2];

	return bits(ttbr, tcr & TCR_EL1_AS ? 63 : 55, 48);
}

/* On a PE that executes in the regime, would a lookup find it? */
static bool is_found_on(const struct held *held, const struct cpu *cpu)
{
	bool is_el10 = held->regime == WALK_EL10;

	if (is_el10 && (is_el2_regime(cpu) || scope_vmid(cpu) != held->vmid))
		return false;
	if (!is_el10 && is_e2h(cpu) != (held->regime == WALK_EL20))
		return false;
	return held->is_global || held->asid == current_asid(cpu, is_el10);
}

/* The first PE that may hold it and uses it; NULL: none. */
static const struct cpu *user_of(const struct watchman *watchman, const struct held *held)
{
	for (unsigned i = 0; i < machine_cpu_count(watchman->machine); i++) {
		const struct cpu *cpu = machine_cpu(watchman->machine, i);

		if (bit(held->holders, i) && is_found_on(held, cpu))
			return cpu;
	}
	return NULL;
}

/* ---- Break-before-make ---- */

static const char *what_is_missing(const struct held *held)
{
	u8 reached = 0;

	for (unsigned i = 0; i < MACHINE_CPUS; i++)
		reached |= held->reached[i];
	if (!held->is_gone)
		return "no invalid descriptor was between";
	if (!held->is_ordered)
		return "no DSB was behind the invalid descriptor";
	return reached != 0 ? "no DSB was behind the TLB maintenance"
			    : "no TLB maintenance of all that may hold it was behind the DSB";
}

static void violate_bbm(struct watchman *watchman, const struct held *held, const struct cpu *cpu,
	const struct event *event, const struct cpu *user)
{
	unsigned el = event->kind == EVENT_ERET ? EL2 : cpu->pstate.el;
	char where[MONITOR_WHERE];

	monitor_violate_values(watchman, RULE_BBM, cpu, event, 0, held->wrong,
		"PE %u may hold 0x%" PRIx64 ", the descriptor of level %u for %s 0x%" PRIx64
		" (VMID %u), which %s replaced: %s; at 0x%" PRIx64,
		user->index, held->value, held->level, held->stage2 ? "IPA" : "VA", held->first,
		held->vmid, monitor_where(watchman, cpu, el, held->pc, where),
		what_is_missing(held), held->pa);
}

/* What TLBs have of stage 2 of a VMID is to be looked at when it is entered. */
static void distrust(struct tables *tables, const struct held *held)
{
	for (unsigned pe = 0; pe < MACHINE_CPUS && held->stage2; pe++) {
		for (unsigned i = 0; i < VMIDS; i++) {
			struct compared *compared = &tables->compared[pe][i];

			if (get_field(compared->vttbr, VTTBR_EL2_VMID) == held->vmid)
				compared->is_clean = false;
		}
	}
}

/* A valid descriptor was written over one that a TLB may hold. */
static void made(struct watchman *watchman, struct tables *tables, struct held *held,
	const struct cpu *cpu, const struct event *event, u64 value)
{
	struct held_table *table = &tables->held;
	struct descriptor_kind kind = held_kind(held, cpu);
	const struct cpu *user;

	if (held->wrong != 0)
		return;
	if (descriptor_needs_break(held->value, value, &kind) == NULL) {
		held->value = value;
		held->is_gone = false;
		return;
	}
	distrust(tables, held);
	held->wrong = value;
	held->pc = event->pc;
	user = user_of(watchman, held);
	if (user != NULL) {
		violate_bbm(watchman, held, cpu, event, user);
		held_forget(table, held);
	} else {
		held_activate(table, held); /* until somebody uses it */
	}
}

static void on_word(struct watchman *watchman, struct tables *tables, const struct cpu *cpu,
	const struct event *event, u64 pa)
{
	struct held_table *table = &tables->held;
	const struct ram_region *region = memory_find(cpu->memory, PA(pa), 8);
	u64 value;

	if (region == NULL)
		return;
	memcpy(&value, region->host + (pa - region->base.v), sizeof(value));
	for (unsigned kind = 0; kind < HELD_KINDS; kind++) {
		struct held *held = held_at(table, pa, kind);

		if (held == NULL || value == held->value)
			continue;
		if (!descriptor_is_valid(value, held->level, held->granule)) {
			distrust(tables, held);
			held_break(table, held, cpu, event->pc);
		} else if (event->hardware) {
			held->value = value;
		} else {
			made(watchman, tables, held, cpu, event, value);
		}
	}
}

static void on_write(struct watchman *watchman, struct tables *tables, const struct cpu *cpu,
	const struct event *event)
{
	u64 last = align_down(event->pa + event->size - 1, 8);

	for (u64 pa = align_down(event->pa, 8); pa <= last; pa += 8)
		on_word(watchman, tables, cpu, event, pa);
}

/* ---- Guests ---- */

static void violate_stale(struct watchman *watchman, const struct held *held, const struct cpu *cpu,
	const struct event *event)
{
	char where[MONITOR_WHERE];

	monitor_violate_values(watchman, RULE_STALE_ENTRY, cpu, event, 0, held->value,
		"a guest with VMID %u is entered while this PE may hold the stage 2 descriptor for "
		"IPA 0x%" PRIx64 " that %s made invalid: %s; the held one",
		held->vmid, held->first, monitor_where(watchman, cpu, EL2, held->pc, where),
		what_is_missing(held));
}

/*
 * A guest is entered: of its VMID, what this PE itself has left undone, and what another one has
 * done, but not for this PE.
 */
static void on_entry(struct watchman *watchman, struct held_table *table, const struct cpu *cpu,
	const struct event *event)
{
	u16 vmid = scope_vmid(cpu);

	for (struct held *held = held_next_active(table, NULL); held != NULL;
		held = held_next_active(table, held)) {
		if (held->regime != WALK_EL10 || held->vmid != vmid ||
			!bit(held->holders, cpu->index))
			continue;
		if (held->wrong != 0) {
			violate_bbm(watchman, held, cpu, event, cpu);
			held_forget(table, held);
		} else if (held->stage2 && held->is_gone &&
			   (held->writer == cpu->index || held->is_maintained)) {
			violate_stale(watchman, held, cpu, event);
			held_forget(table, held);
		}
	}
}

/* ---- What a TLB really has ---- */

struct comparison {
	struct watchman *watchman;
	struct held_table *table;
	const struct cpu *cpu;
	const struct event *event;
	u16 vmid;
	bool is_clean;
};

/* Is somebody about to take it out of the TLBs, or does another rule say that nobody is? */
static bool is_being_broken(struct held_table *table, u16 vmid, u64 ipa)
{
	for (struct held *held = held_next_active(table, NULL); held != NULL;
		held = held_next_active(table, held)) {
		if (held->stage2 && (held->is_gone || held->wrong != 0) && held->vmid == vmid &&
			held->first <= ipa && ipa <= held_last(held))
			return true;
	}
	return false;
}

static void compare_entry(void *opaque, const struct tlb_look *look)
{
	struct comparison *comparison = opaque;
	struct inspected what = { .va = look->ipa, .regime = INSPECT_STAGE2, .kind = ACCESS_READ };
	struct inspection found;

	if (look->vmid != comparison->vmid)
		return;
	mmu_inspect(comparison->cpu, what, &found);
	if (found.is_ok && found.pa.v == look->pa)
		return;
	if (held_has_lost(comparison->table, comparison->vmid) ||
		is_being_broken(comparison->table, comparison->vmid, look->ipa)) {
		comparison->is_clean = false;
		return;
	}
	monitor_violate_values(comparison->watchman, RULE_UNJUSTIFIED, comparison->cpu,
		comparison->event, found.is_ok ? found.pa.v : 0, look->pa,
		"a guest with VMID %u is entered, and the TLB maps its VA 0x%" PRIx64
		", IPA 0x%" PRIx64 ", to a PA that %s; the TLB's",
		comparison->vmid, look->va, look->ipa,
		found.is_ok ? "stage 2 has elsewhere" : "stage 2 does not give it");
}

/* The note for this VTTBR_EL2; a new one is not clean. */
static struct compared *compared_with(struct tables *tables, const struct cpu *cpu)
{
	u64 vttbr = cpu->sys[SR_VTTBR_EL2] & ~VTTBR_EL2_CnP;
	struct compared *all = tables->compared[cpu->index], *place = NULL;

	for (unsigned i = 0; i < VMIDS; i++) {
		if (all[i].vttbr == vttbr)
			return &all[i];
		if (((all[i].vttbr ^ vttbr) & VTTBR_EL2_VMID) == 0)
			place = &all[i];
	}
	if (place == NULL)
		place = &all[tables->next_compared[cpu->index]++ % VMIDS];
	*place = (struct compared){ .vttbr = vttbr };
	return place;
}

/* Only where stage 2 of the VMID has lost something since it was looked at, or is another one. */
static void compare_tlb(struct watchman *watchman, struct tables *tables, const struct cpu *cpu,
	const struct event *event)
{
	struct compared *compared = compared_with(tables, cpu);
	struct comparison comparison = { .watchman = watchman,
		.table = &tables->held,
		.cpu = cpu,
		.event = event,
		.vmid = scope_vmid(cpu),
		.is_clean = true };

	if (compared->is_clean)
		return;
	mmu_tlb_each(cpu, compare_entry, &comparison);
	compared->is_clean = comparison.is_clean;
}

/* Stage 2 maps a frame: another guest that still runs with it has lost it before. */
static void on_mapped(struct watchman *watchman, struct held_table *table, const struct cpu *cpu,
	const struct event *event)
{
	struct descriptor_kind kind = { .level = event->walk_level,
		.granule = (u8)__builtin_ctzll(event->page_size),
		.stage2 = true };
	u64 first = descriptor_output(event->value, &kind);
	u64 last = first + MASK(descriptor_shift(kind.level, kind.granule) - 1, 0);

	if (!descriptor_is_valid(event->value, kind.level, kind.granule) ||
		!descriptor_is_leaf(event->value, kind.level))
		return;
	for (struct held *held = held_next_active(table, NULL); held != NULL;
		held = held_next_active(table, held)) {
		struct descriptor_kind old = held_kind(held, cpu);
		u64 from = descriptor_output(held->value, &old);
		const struct cpu *user;

		if (!held->stage2 || !held->is_leaf || !held->is_gone ||
			held->vmid == event->vmid || from > last ||
			first > from + (held_last(held) - held->first))
			continue;
		user = user_of(watchman, held);
		if (user == NULL)
			continue;
		monitor_violate(watchman, RULE_REUSED_FRAME, cpu, event,
			"the guest with VMID %u gets the frame 0x%" PRIx64
			", which PE %u may still write as the guest with VMID %u at IPA 0x%" PRIx64
			": %s",
			event->vmid, first, user->index, held->vmid, held->first,
			what_is_missing(held));
		held_forget(table, held);
	}
}

/* ---- The monitor ---- */

static bool enters_guest(const struct cpu *cpu, const struct event *event)
{
	return event->from_el == EL2 && event->to_el < EL2 && !is_el2_regime(cpu) &&
	       (cpu->sys[SR_HCR_EL2] & HCR_EL2_VM) != 0;
}

static void on_event(
	struct watchman *watchman, void *state, const struct cpu *cpu, const struct event *event)
{
	struct tables *tables = state;
	struct held_table *table = &tables->held;
	struct scope scope;

	switch (event->kind) {
	case EVENT_DESCRIPTOR:
		if (event->stage2)
			on_mapped(watchman, table, cpu, event);
		held_read(table, cpu, event);
		break;
	case EVENT_TABLE_WRITE: on_write(watchman, tables, cpu, event); break;
	case EVENT_TLBI:
		if (scope_of(cpu, event, &scope))
			held_tlbi(table, cpu, &scope);
		break;
	case EVENT_BARRIER:
		if (is_dsb(event->insn))
			held_dsb(table, cpu, event->insn);
		break;
	case EVENT_ERET:
		if (enters_guest(cpu, event)) {
			compare_tlb(watchman, tables, cpu, event);
			on_entry(watchman, table, cpu, event);
		}
		break;
	default: break;
	}
}

const struct monitor monitor_tables = { .name = "tables",
	.kinds = BIT(EVENT_DESCRIPTOR) | BIT(EVENT_TABLE_WRITE) | BIT(EVENT_TLBI) |
		 BIT(EVENT_BARRIER) | BIT(EVENT_ERET),
	.state = sizeof(struct tables),
	.event = on_event };
