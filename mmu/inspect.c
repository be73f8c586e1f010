/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks of who looks on: the same ones, by regime->inspection without any effect.
 */
#include "mmu/regime.h"

enum inspected_regime mmu_inspected_regime(const struct cpu *cpu, unsigned el)
{
	return regime_kind_of(cpu, el) == REGIME_EL10 ? INSPECT_EL10 : INSPECT_EL2;
}

static u8 rights(unsigned perms, unsigned read, unsigned write, unsigned execute)
{
	return (u8)((perms & read ? RIGHT_READ : 0) | (perms & write ? RIGHT_WRITE : 0) |
		    (perms & execute ? RIGHT_EXECUTE : 0));
}

static void fill(struct inspection *out, const struct translated *t)
{
	out->pa = PA(t->pa | bits(out->what.va, t->shift - 1u, 0));
	out->ipa = t->ipa | bits(out->what.va, t->shift - 1u, 0);
	out->page_size = BIT(t->shift);
	out->attributes = t->attr;
	out->shareability = t->sh;
	out->stage1_rights[0] = rights(t->perms, S1_PR, S1_PW, S1_PX);
	out->stage1_rights[1] = rights(t->perms, S1_UR, S1_UW, S1_UX);
	out->stage2_rights[0] = rights(t->perms, S2_R, S2_W, S2_PX);
	out->stage2_rights[1] = rights(t->perms, S2_R, S2_W, S2_UX);
}

static void fill_fault(struct inspection *out, const struct mmu_fault *fault)
{
	out->is_stage2 = fault->stage2;
	out->is_s1ptw = fault->s1ptw;
	out->fault_status = fault->status;
	if (fault->status < FSC_EXTERNAL || fault->status == FSC_EXTERNAL_ON_WALK)
		out->fault_status |= fault->level;
	out->fault_ipa = fault->ipa;
}

static bool walk(struct cpu *cpu, const struct regime *regime, const struct request *request,
	struct translated *t, struct mmu_fault *fault)
{
	if (regime->inspection->what.regime != INSPECT_STAGE2)
		return walk_translate(cpu, regime, request, t, fault);
	if (regime->s2_enabled)
		return walk_stage2(cpu, regime, request, t, fault);
	*t = (struct translated){ .perms = S1_ALL | S2_ALL, .shift = PAGE_SHIFT, .attr = 0xff };
	t->pa = t->ipa = PAGE_BASE(request->va);
	return true;
}

void mmu_inspect(const struct cpu *cpu, struct inspected what, struct inspection *out)
{
	struct regime regime;
	struct request request = { .va = what.va, .kind = what.kind, .el0 = what.el0 };
	struct mmu_fault fault = { 0 };
	struct translated t;
	bool is_el2 = what.regime == INSPECT_EL2;

	*out = (struct inspection){ .what = what, .is_e2h = is_el2 && is_e2h(cpu) };
	regime_decode(cpu, !is_el2 ? REGIME_EL10 : out->is_e2h ? REGIME_EL20 : REGIME_EL2, &regime);
	regime.inspection = out;
	request.pan = cpu->pstate.pan && regime.two_ranges;
	out->has_stage1 = what.regime != INSPECT_STAGE2 && regime.s1_enabled;
	out->has_stage2 = regime.s2_enabled;
	/* a walk with an inspection writes nothing of the PE */
	out->is_ok = walk((struct cpu *)cpu, &regime, &request, &t, &fault);
	if (out->is_ok)
		fill(out, &t);
	else
		fill_fault(out, &fault);
}
