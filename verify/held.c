/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which descriptors TLBs may hold, and what takes them out again: TLB maintenance behind a DSB that
 * is behind the store, and a DSB behind that.
 */
#include "verify/held.h"

#include "sysregs/sysregs.h"

static unsigned kind_of(const struct held *held)
{
	return held->stage2 ? HELD_KINDS - 1 : held->regime;
}

static unsigned set_of(u64 pa)
{
	return (unsigned)(pa >> 3 ^ pa >> 12 ^ pa >> 21) % HELD_SETS;
}

struct held *held_at(struct held_table *table, u64 pa, unsigned kind)
{
	struct held *set = &table->held[set_of(pa) * HELD_WAYS];

	for (unsigned way = 0; way < HELD_WAYS; way++) {
		if (set[way].pa == pa && pa != 0 && kind_of(&set[way]) == kind)
			return &set[way];
	}
	return NULL;
}

static bool is_active(const struct held_table *table, unsigned index)
{
	return bit(table->active[index / 64], index % 64);
}

static void deactivate(struct held_table *table, const struct held *held)
{
	unsigned index = (unsigned)(held - table->held);

	table->active[index / 64] &= ~BIT(index % 64);
}

void held_activate(struct held_table *table, const struct held *held)
{
	unsigned index = (unsigned)(held - table->held);

	table->active[index / 64] |= BIT(index % 64);
}

struct held *held_next_active(struct held_table *table, const struct held *held)
{
	unsigned index = held == NULL ? 0 : (unsigned)(held - table->held) + 1;

	while (index < HELD) {
		u64 left = table->active[index / 64] >> index % 64;

		if (left != 0)
			return &table->held[index + (unsigned)__builtin_ctzll(left)];
		index = (index / 64 + 1) * 64;
	}
	return NULL;
}

void held_forget(struct held_table *table, struct held *held)
{
	deactivate(table, held);
	held->pa = 0;
}

static u64 vmid_bit(u16 vmid)
{
	return BIT(vmid % 64u);
}

bool held_has_lost(const struct held_table *table, u16 vmid)
{
	return (table->lost & vmid_bit(vmid)) != 0;
}

/* Its place is wanted for another one. */
static void lose(struct held_table *table, struct held *held)
{
	if (held->stage2)
		table->lost |= vmid_bit(held->vmid);
	deactivate(table, held);
}

/* A free place, or that of one of which there is least to say. */
static struct held *make_room(struct held_table *table, u64 pa)
{
	unsigned set = set_of(pa), first = set * HELD_WAYS, way;

	for (way = 0; way < HELD_WAYS; way++) {
		if (table->held[first + way].pa == 0)
			return &table->held[first + way];
	}
	for (unsigned i = 0; i < HELD_WAYS; i++) {
		way = table->next_way[set]++ % HELD_WAYS;
		if (!is_active(table, first + way))
			break;
	}
	lose(table, &table->held[first + way]);
	return &table->held[first + way];
}

/* Of TTBR1's half: the ones above that the event has not. */
static u64 first_of(const struct cpu *cpu, const struct event *event, unsigned shift)
{
	u64 tcr = cpu->sys[event->regime == WALK_EL10 ? SR_TCR_EL1 : SR_TCR_EL2];
	u64 input = event->stage2 ? event->ipa : event->va;

	if (event->upper)
		input |= ~MASK(63 - (unsigned)bits(tcr, 21, 16), 0);
	return align_down(input, BIT(shift));
}

static struct held describe(const struct cpu *cpu, const struct event *event)
{
	struct held held = { .pa = event->pa,
		.value = event->value,
		.vmid = event->vmid,
		.asid = event->asid,
		.regime = event->regime,
		.level = event->walk_level,
		.granule = (u8)__builtin_ctzll(event->page_size),
		.stage2 = event->stage2,
		.is_leaf = descriptor_is_leaf(event->value, event->walk_level),
		.holders = (u8)BIT(cpu->index) };

	held.is_global = event->stage2 || event->regime == WALK_EL2 ||
			 (held.is_leaf ? !bit(event->value, 11) : event->upper);
	held.first = first_of(cpu, event, descriptor_shift(held.level, held.granule));
	return held;
}

/* Would TLBs find both for the same reader? */
static bool is_same(const struct held *one, const struct held *other)
{
	return one->value == other->value && one->first == other->first &&
	       one->vmid == other->vmid && one->level == other->level &&
	       (one->is_global || one->asid == other->asid);
}

/* Whether walks set the access flag. */
static bool sets_flag(const struct cpu *cpu, const struct event *event)
{
	if (!cpu_has(cpu, FEAT_HAFDBS))
		return false;
	if (event->stage2)
		return cpu->sys[SR_VTCR_EL2] & VTCR_EL2_HA;
	switch (event->regime) {
	case WALK_EL10: return cpu->sys[SR_TCR_EL1] & TCR_EL1_HA;
	case WALK_EL20: return cpu->sys[SR_TCR_EL2] & TCR_EL1_HA;
	default: return cpu->sys[SR_TCR_EL2] & TCR_EL2_HA;
	}
}

/* May a TLB have something of it? Nothing that gives a Translation or an Access flag fault. */
static bool is_cached(const struct cpu *cpu, const struct event *event)
{
	unsigned granule = (unsigned)__builtin_ctzll(event->page_size);

	if (!descriptor_is_valid(event->value, event->walk_level, granule))
		return false;
	return !descriptor_is_leaf(event->value, event->walk_level) || bit(event->value, 10) ||
	       sets_flag(cpu, event);
}

void held_read(struct held_table *table, const struct cpu *cpu, const struct event *event)
{
	unsigned kind = event->stage2 ? HELD_KINDS - 1 : event->regime;
	struct held *held = held_at(table, event->pa, kind);
	struct held now;

	if (!is_cached(cpu, event))
		return;
	now = describe(cpu, event);
	if (held == NULL)
		held = make_room(table, event->pa);
	else if (is_same(held, &now)) {
		for (unsigned i = 0; i < MACHINE_CPUS; i++) {
			held->reached[i] &= (u8)~now.holders;
			held->reached_stage2[i] &= (u8)~now.holders;
		}
		held->no_stage2 &= (u8)~now.holders;
		held->holders |= now.holders;
		return;
	} else if (held->vmid != now.vmid)
		lose(table, held); /* two VMIDs have one table */
	deactivate(table, held);
	*held = now;
}

void held_break(struct held_table *table, struct held *held, const struct cpu *cpu, u64 pc)
{
	if (held->is_gone)
		return;
	held->is_gone = true;
	held->is_ordered = held->is_maintained = false;
	held->writer = (u8)cpu->index;
	held->pc = pc;
	held->no_stage2 = 0;
	for (unsigned i = 0; i < MACHINE_CPUS; i++)
		held->reached[i] = held->reached_stage2[i] = 0;
	held_activate(table, held);
}

struct descriptor_kind held_kind(const struct held *held, const struct cpu *cpu)
{
	return (struct descriptor_kind){ .level = held->level,
		.granule = held->granule,
		.stage2 = held->stage2,
		.mair = cpu->sys[held->regime == WALK_EL10 ? SR_MAIR_EL1 : SR_MAIR_EL2] };
}

/* ---- TLB maintenance ---- */

static bool is_in_space(const struct held *held, const struct scope *scope)
{
	return held->regime == scope->regime &&
	       (held->regime != WALK_EL10 || scope->what == SCOPE_ALL || held->vmid == scope->vmid);
}

static bool overlaps(const struct held *held, const struct scope *scope)
{
	return held->first <= scope->last && scope->first <= held_last(held);
}

static bool reaches_stage1(const struct held *held, const struct scope *scope)
{
	switch (scope->what) {
	case SCOPE_ALL:
	case SCOPE_VMID: return true;
	case SCOPE_ASID: return !held->is_global && held->asid == scope->asid;
	case SCOPE_VA:
	case SCOPE_RVA:
		return overlaps(held, scope) && (held->is_global || held->asid == scope->asid);
	case SCOPE_VAA:
	case SCOPE_RVAA: return overlaps(held, scope);
	default: return false;
	}
}

/* Entries of stage 2 alone go by IPA; what was combined of both stages goes by VMID, afterwards. */
static void reach_stage2(
	struct held *held, const struct cpu *cpu, const struct scope *scope, u8 pes)
{
	bool is_by_ipa = scope->what == SCOPE_IPA || scope->what == SCOPE_RIPA;
	bool is_of_all = scope->what == SCOPE_ALL || scope->what == SCOPE_VMID;

	if (is_by_ipa && overlaps(held, scope))
		held->reached_stage2[cpu->index] |= pes;
	else if (is_of_all && !scope->is_stage1)
		held->reached[cpu->index] |= pes;
	else if (is_of_all)
		held->reached[cpu->index] |= pes & held->no_stage2;
}

/* What is not known is nowhere any more, once a DSB completes this. */
static void note_all_removed(
	struct held_table *table, const struct cpu *cpu, const struct scope *scope)
{
	if (scope->is_local || scope->is_stage1 || scope->regime != WALK_EL10)
		return;
	if (scope->what == SCOPE_ALL)
		table->found[cpu->index] = ~(u64)0;
	else if (scope->what == SCOPE_VMID)
		table->found[cpu->index] |= vmid_bit(scope->vmid);
}

void held_tlbi(struct held_table *table, const struct cpu *cpu, const struct scope *scope)
{
	u8 pes = scope->is_local ? (u8)BIT(cpu->index) : 0xff;

	note_all_removed(table, cpu, scope);
	for (unsigned i = 0; i < HELD; i++) {
		struct held *held = &table->held[i];

		if (held->pa == 0 || !is_in_space(held, scope) ||
			(scope->is_last && !held->is_leaf) || (held->is_gone && !held->is_ordered))
			continue;
		if (held->stage2)
			reach_stage2(held, cpu, scope, pes);
		else if (reaches_stage1(held, scope))
			held->reached[cpu->index] |= pes;
		if (held->reached[cpu->index] != 0 || held->reached_stage2[cpu->index] != 0)
			held_activate(table, held);
	}
}

_Static_assert(MACHINE_CPUS <= 8, "sets of PEs are bytes");

static bool has_more_to_come(const struct held *held)
{
	u8 reached = 0;

	for (unsigned i = 0; i < MACHINE_CPUS; i++)
		reached |= held->reached[i] | held->reached_stage2[i];
	return held->is_gone || held->wrong != 0 || reached != 0;
}

void held_dsb(struct held_table *table, const struct cpu *cpu, u32 insn)
{
	u8 pes = dsb_is_shared(insn) ? 0xff : (u8)BIT(cpu->index);
	unsigned pe = cpu->index;

	if (dsb_is_full(insn) && dsb_is_shared(insn)) {
		table->lost &= ~table->found[pe];
		table->found[pe] = 0;
	}
	for (struct held *held = held_next_active(table, NULL); held != NULL;
		held = held_next_active(table, held)) {
		if (dsb_is_full(insn)) {
			held->is_maintained |= (held->reached[pe] & pes) != 0;
			held->holders &= (u8) ~(held->reached[pe] & pes);
			held->no_stage2 |= held->reached_stage2[pe] & pes;
			held->reached[pe] &= (u8)~pes;
			held->reached_stage2[pe] &= (u8)~pes;
		}
		if (dsb_orders_stores(insn))
			held->is_ordered = true;
		if (held->holders == 0)
			held_forget(table, held);
		else if (!has_more_to_come(held))
			deactivate(table, held);
	}
}
