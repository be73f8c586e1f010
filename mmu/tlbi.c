/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLB maintenance instructions: from a row of tlbi.def and the operand to what the TLBs lose.
 */
#include "cpu/events.h"
#include "mmu/retain.h"
#include "timing/translate.h"

#include <stdio.h>

enum tlbi_whose { WHOSE_EL1, WHOSE_GUEST, WHOSE_EL2 };
enum tlbi_what {
	WHAT_ALL,
	WHAT_VMID,
	WHAT_ASID,
	WHAT_VA,
	WHAT_VAA,
	WHAT_IPA,
	WHAT_RVA,
	WHAT_RVAA,
	WHAT_RIPA
};
enum tlbi_reach { REACH_LOCAL, REACH_INNER, REACH_OUTER };
enum tlbi_levels { LEVELS_ANY, LEVELS_LAST };

struct tlbi_row {
	enum sysreg_id op;
	enum tlbi_whose whose;
	enum tlbi_what what;
	enum tlbi_reach reach;
	enum tlbi_levels levels;
};

static const struct tlbi_row rows[] = {
#define TLBI(name, whose, what, reach, levels)                                                     \
	{ SR_TLBI_##name, WHOSE_##whose, WHAT_##what, REACH_##reach, LEVELS_##levels },
#include "mmu/tlbi.def"
#undef TLBI
};

static const struct tlbi_row *find_row(enum sysreg_id op)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].op == op)
			return &rows[i];
	}
	return NULL;
}

bool tlbi_is(enum sysreg_id op)
{
	return find_row(op) != NULL;
}

/* HYPERVISOR-SPEC HW-6 */
static enum regime_kind kind_of(const struct cpu *cpu, enum tlbi_whose whose)
{
	switch (whose) {
	case WHOSE_EL1: return cpu->pstate.el == EL2 && is_in_host(cpu) ? REGIME_EL20 : REGIME_EL10;
	case WHOSE_GUEST: return REGIME_EL10;
	default: return is_e2h(cpu) ? REGIME_EL20 : REGIME_EL2;
	}
}

static struct tlb_selection selection_of(
	const struct cpu *cpu, const struct tlbi_row *row, u64 operand)
{
	enum regime_kind kind = kind_of(cpu, row->whose);
	struct tlb_selection s = { .space = (u64)kind << SPACE_KIND_SHIFT,
		.space_mask = SPACE_KIND,
		.globals = row->what != WHAT_ASID };

	if (kind == REGIME_EL10 && row->what != WHAT_ALL) {
		s.space |= regime_vmid(cpu) << SPACE_VMID_SHIFT;
		s.space_mask |= SPACE_VMID;
	}
	if ((row->what == WHAT_VA || row->what == WHAT_RVA || row->what == WHAT_ASID) &&
		kind != REGIME_EL2) {
		s.space |= regime_asid(cpu, kind, operand);
		s.space_mask |= SPACE_ASID;
	}
	return s;
}

static bool is_of_ipas(const struct tlbi_row *row)
{
	return row->what == WHAT_IPA || row->what == WHAT_RIPA;
}

/*
 * FEAT_TLBIRANGE: TG<47:46>, SCALE<45:44>, NUM<43:39>, a hint, BaseADDR<36:0> in granules. A range
 * ends with the half of the address space that it is in. AArch64.TLBIRange. false: TG is reserved,
 * nothing has to go.
 */
static bool range_of(const struct tlbi_row *row, u64 operand, u64 *first, u64 *last)
{
	static const u8 granules[4] = { 0, 12, 14, 16 };
	unsigned granule = granules[bits(operand, 47, 46)];
	unsigned scale = (unsigned)bits(operand, 45, 44);
	u64 base = is_of_ipas(row) ? operand & MASK(36, 0) : sign_extend(operand & MASK(36, 0), 37);

	*first = base << granule;
	*last = *first + ((bits(operand, 43, 39) + 1) << (5 * scale + 1 + granule)) - 1;
	if (bit(*first, 52) != bit(*last, 52))
		*last = *first | MASK(51, 0);
	return granule != 0;
}

/* The addresses that it is about; false: none. Operand bits <43:0> are VA<55:12>. */
static bool addresses_of(const struct tlbi_row *row, u64 operand, u64 *first, u64 *last)
{
	*first = 0;
	*last = ~0ull;
	switch (row->what) {
	case WHAT_VA:
	case WHAT_VAA: *first = *last = canonical_va(bits(operand, 43, 0) << 12); return true;
	case WHAT_IPA: *first = *last = bits(operand, 39, 0) << 12; return true;
	case WHAT_RVA:
	case WHAT_RVAA:
	case WHAT_RIPA: return range_of(row, operand, first, last);
	default: return true;
	}
}

/* What walks keep of tables: of stage 1 no leaves. */
static void forget_walks(struct cpu *cpu, const struct tlbi_row *row,
	const struct tlb_selection *selection, u64 operand)
{
	struct walk_selection walks = { .whose = *selection,
		.stage1 = !is_of_ipas(row),
		.stage2 = row->whose == WHOSE_GUEST,
		.leaves_only = row->levels == LEVELS_LAST };

	if (addresses_of(row, operand, &walks.first, &walks.last))
		walk_cache_remove(cpu, &walks);
}

/*
 * What only costs time, Cortex-A55 TRM A5.2: any maintenance empties the micro TLBs. The caches of
 * walks lose more than the operand says, all of a VMID at least.
 */
static void forget_timed(
	struct cpu *cpu, const struct tlbi_row *row, const struct tlb_selection *selection)
{
	struct timed *t = &cpu->timed;

	for (unsigned entry; (entry = timing_micro_tlb_take(t)) != NO_TLB_ENTRY;)
		tlb_drop_derived(cpu, entry);
	if (row->levels == LEVELS_ANY)
		timing_walk_forget(t, selection->space, selection->space_mask & ~SPACE_ASID);
	if (row->whose == WHOSE_GUEST)
		timing_ipa_forget(t, selection->space, selection->space_mask & SPACE_VMID);
}

/*
 * FEAT_TTL's hint, operand bits <47:44>, need not be used. IPAs: stage-2 results of their own are
 * not part of the TLB.
 */
static void remove_from(struct cpu *cpu, const struct tlbi_row *row,
	const struct tlb_selection *selection, u64 operand)
{
	u64 first, last;

	if (cpu_is_timed(cpu))
		forget_timed(cpu, row, selection);
	if (UNLIKELY(cpu->mmu->kept != NULL))
		forget_walks(cpu, row, selection, operand);
	if (is_of_ipas(row))
		return;
	if (row->what == WHAT_VA || row->what == WHAT_VAA)
		tlb_remove_va(cpu, selection, bits(operand, 43, 0) << 12);
	else if (row->what != WHAT_RVA && row->what != WHAT_RVAA)
		tlb_remove_all(cpu, selection);
	else if (range_of(row, operand, &first, &last))
		tlb_remove_range(cpu, selection, first, last);
}

/* HCR_EL2.FB makes local maintenance at EL1 reach all PEs. */
static bool is_broadcast(const struct cpu *cpu, const struct tlbi_row *row)
{
	return row->reach != REACH_LOCAL ||
	       (cpu->pstate.el == EL1 && (cpu->sys[SR_HCR_EL2] & HCR_EL2_FB));
}

/* Who has to answer: PEs that sleep do, those whose power is off do not. */
static unsigned others(const struct cpu *cpu)
{
	const struct cpu_group *group = cpu->group;
	u32 off = group->off & ~(1u << cpu->index);

	return group->count - 1 - (unsigned)__builtin_popcount(off);
}

void tlbi_perform(struct cpu *cpu, const struct tlbi *tlbi, u32 pes)
{
	const struct tlbi_row *row = find_row(tlbi->op);

	for (unsigned i = 0; i < cpu->group->count; i++) {
		if (pes >> i & 1)
			remove_from(cpu->group->cpu[i], row, &tlbi->selection, tlbi->operand);
	}
}

static void execute(struct cpu *cpu, const struct tlbi_row *row, u64 operand)
{
	bool goes_to_all = is_broadcast(cpu, row);
	struct tlbi tlbi = { .op = row->op,
		.operand = operand,
		.selection = selection_of(cpu, row, operand),
		.pes = goes_to_all ? (u32)MASK(cpu->group->count - 1, 0) : 1u << cpu->index };

	if (!late_tlbi_takes(cpu, &tlbi))
		tlbi_perform(cpu, &tlbi, tlbi.pes);
	if (goes_to_all && cpu_is_timed(cpu))
		timing_broadcast(&cpu->timed, others(cpu));
}

static void stop_not_implemented(struct cpu *cpu, enum sysreg_id op)
{
	cpu->stop.reason = STOP_NOT_IMPLEMENTED;
	snprintf(cpu->stop.text, sizeof(cpu->stop.text), "TLB maintenance by %s", sysreg_name(op));
}

void mmu_tlbi(struct cpu *cpu, enum sysreg_id op, u64 operand)
{
	const struct tlbi_row *row = find_row(op);

	if (row == NULL) {
		stop_not_implemented(cpu, op);
		return;
	}
	execute(cpu, row, operand);
	if (event_wanted(cpu, EVENT_TLBI)) {
		struct event event = {
			.kind = EVENT_TLBI, .pc = cpu->pc, .reg = (u16)op, .value = operand
		};

		event_emit(cpu, &event);
	}
}
