/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address translation instructions: a walk for somebody else, and its result as PAR_EL1.
 * They neither use nor fill the TLB (both allowed; this is the deterministic choice).
 */
#include "mmu/regime.h"

#include <stdio.h>

#include "timing/translate.h"

struct at_row {
	enum sysreg_id op;
	u8 el;
	u8 kind;
	u8 stages;
	bool pan;
};

static const struct at_row rows[] = {
#define AT(name, el, access, stages, pan) { SR_AT_##name, el, ACCESS_##access, stages, pan },
#include "mmu/at.def"
#undef AT
};

static const struct at_row *find_row(enum sysreg_id op)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].op == op)
			return &rows[i];
	}
	return NULL;
}

/* EL1's regime is the host's at EL2 with {E2H,TGE} = {1,1}. AArch64.AT */
static enum regime_kind kind_of(const struct cpu *cpu, const struct at_row *row)
{
	if (row->el == EL1 && is_in_host(cpu))
		return REGIME_EL20;
	return regime_kind_of(cpu, row->el);
}

/* DDI 0487 PAR_EL1 with F = 0; NS is 1, bit 11 is RES1. */
static u64 par_success(const struct translated *t, u64 address)
{
	return (u64)t->attr << 56 | (address & MASK(47, 12)) | BIT(11) | BIT(9) | (u64)t->sh << 7;
}

/* With F = 1: FST, PTW (bit 8), S (bit 9). */
static u64 par_fault(const struct mmu_fault *fault)
{
	u64 level = fault->status == FSC_ALIGNMENT ? 0 : fault->level;

	return BIT(11) | (u64)fault->stage2 << 9 | (u64)fault->s1ptw << 8 |
	       (fault->status + level) << 1 | 1;
}

/*
 * External aborts of the walk are taken, and so is a stage-2 fault of the walk of AT S1E0* and
 * AT S1E1* at EL1; anything else is a result.
 */
static bool is_taken(const struct cpu *cpu, const struct mmu_fault *fault)
{
	return fault->status == FSC_EXTERNAL_ON_WALK || (fault->s1ptw && cpu->pstate.el == EL1);
}

static bool has_stage2(const struct cpu *cpu, const struct at_row *row)
{
	return row->stages == 12 && !is_tge(cpu);
}

static void stop_not_implemented(struct cpu *cpu, enum sysreg_id op)
{
	cpu->stop.reason = STOP_NOT_IMPLEMENTED;
	snprintf(cpu->stop.text, sizeof(cpu->stop.text), "address translation by %s",
		sysreg_name(op));
}

bool mmu_at(struct cpu *cpu, enum sysreg_id op, u64 va)
{
	const struct at_row *row = find_row(op);
	struct request request;
	struct mmu_fault fault = { 0 };
	struct translated t;
	struct regime regime;
	bool ok;

	if (row == NULL) {
		stop_not_implemented(cpu, op);
		return true;
	}
	regime_decode(cpu, kind_of(cpu, row), &regime);
	request = (struct request){ .va = va,
		.kind = row->kind,
		.el0 = row->el == EL0,
		.pan = row->pan && cpu->pstate.pan && regime.two_ranges,
		.at = true };
	if (cpu_is_timed(cpu))
		timing_walk(&cpu->timed, false);
	ok = (has_stage2(cpu, row) ? walk_translate : walk_stage1)(
		cpu, &regime, &request, &t, &fault);
	if (!ok && is_taken(cpu, &fault))
		return mmu_report(cpu, &request, &fault);
	cpu->sys[SR_PAR_EL1] =
		ok ? par_success(&t, t.pa | bits(va, t.shift - 1u, 0)) : par_fault(&fault);
	return true;
}
