/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of barriers and TLB maintenance in the host's TLB operations, rule TB-2 of
 * HYPERVISOR-SPEC E.1: what was stored is there for all, then TLBI, of stage 2 alone before what is
 * combined, and it is complete when the operation ends. The adversary makes some of that visible,
 * sometimes; what is not done at all is seen here always.
 */
#include "verify/monitor_model.h"
#include "verify/scope.h"

/* B.11: a page of the hypervisor's own stage 1, which this PE uses next. */
static bool is_of_fixmap(unsigned function)
{
	return function == FUNCTION_hal_fixmap_map || function == FUNCTION_hal_fixmap_unmap;
}

static void called(struct scene *scene, struct call *call)
{
	struct known_pe *pe = scene->pe;

	if (is_of_fixmap(call->function)) {
		pe->in_fixmap = true;
		pe->tlb_has_dsb = pe->tlb_is_open = pe->fixmap_has_isb = false;
	}

	if (!is_tlb_operation(call->function))
		return;
	pe->tlb_has_dsb = pe->tlb_is_open = pe->tlb_has_ipa = pe->tlb_has_other = false;
	pe->tlb_is_of_context = call->function == FUNCTION_tlb_flush_cpu_context;
}

/* Stage 2 alone, and what is combined of both. */
static bool is_of_both(enum sysreg_id reg)
{
	return reg == SR_TLBI_VMALLS12E1 || reg == SR_TLBI_VMALLS12E1IS || reg == SR_TLBI_ALLE1 ||
	       reg == SR_TLBI_ALLE1IS;
}

/* The flush of a context that another vCPU had follows no store. */
static void on_tlbi(struct scene *scene)
{
	struct known_pe *pe = scene->pe;
	u16 reg = scene->event->reg;
	bool is_by_ipa = reg == SR_TLBI_IPAS2E1 || reg == SR_TLBI_IPAS2E1IS;
	const char *name = sysreg_name((enum sysreg_id)reg);

	if (pe->in_tlb == 0 && !pe->in_fixmap)
		return;
	if (!pe->tlb_has_dsb && !pe->tlb_is_of_context)
		BROKEN(scene, TB_2, "%s, and no DSB is behind the stores that it follows", name);
	if (pe->tlb_is_open && pe->tlb_is_by_ipa && !is_by_ipa)
		BROKEN(scene, TB_2, "%s, and no DSB is behind the TLBI of stage 2", name);
	pe->tlb_is_open = true;
	pe->tlb_is_by_ipa = is_by_ipa;
	pe->tlb_has_ipa |= is_by_ipa || is_of_both((enum sysreg_id)reg);
	pe->tlb_has_other |= !is_by_ipa;
}

/* One that was not mapped is not unmapped, and asks for nothing. */
static void check_fixmap(struct scene *scene, const struct call *call)
{
	struct known_pe *pe = scene->pe;
	bool is_map = call->function == FUNCTION_hal_fixmap_map;

	pe->in_fixmap = false;
	if (pe->tlb_is_open)
		BROKEN(scene, TB_2, "the fixmap's TLBI has no DSB behind it");
	if (is_map && !pe->tlb_has_dsb)
		BROKEN(scene, TB_2, "the fixmap's descriptor has no DSB behind it");
	if ((is_map || pe->tlb_has_dsb) && !pe->fixmap_has_isb)
		BROKEN(scene, TB_2, "no ISB is behind the change of the fixmap");
}

static void returned(struct scene *scene, const struct call *call)
{
	if (is_of_fixmap(call->function))
		check_fixmap(scene, call);
	if (!is_tlb_operation(call->function))
		return;
	if (!scene->pe->tlb_has_other)
		BROKEN(scene, TB_2, "a TLB operation ends without a TLBI of what is combined");
	if (call->function != FUNCTION_tlb_stage1 && !scene->pe->tlb_is_of_context &&
		!scene->pe->tlb_has_ipa)
		BROKEN(scene, TB_2, "a TLB operation ends without a TLBI of stage 2");
	if (scene->pe->tlb_is_open)
		BROKEN(scene, TB_2, "a TLB operation ends without a DSB behind its TLBI");
}

static void other(struct scene *scene)
{
	if (scene->event->kind == EVENT_TLBI) {
		on_tlbi(scene);
	} else if (scene->event->kind == EVENT_BARRIER && is_dsb(scene->event->insn)) {
		scene->pe->tlb_has_dsb = true;
		scene->pe->tlb_is_open = scene->pe->fixmap_has_isb = false;
	} else if (scene->event->kind == EVENT_BARRIER && is_isb(scene->event->insn)) {
		scene->pe->fixmap_has_isb = true;
	}
}

const struct rule_group rules_order = { .called = called, .returned = returned, .other = other };
