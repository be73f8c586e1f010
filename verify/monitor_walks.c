/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks of EL1&0 that nobody asks for, while its registers change worlds: rule TB-4 of
 * HYPERVISOR-SPEC E.1, by HC-8, WS-13 and TB-3. A PE walks in that moment or does not, and finds
 * something or does not; the order of writes and synchronizations is judged here, which is why
 * REG-1, which judges walks, is not enough.
 */
#include "verify/monitor_model.h"

/* Written, and no context synchronization event is behind it yet. */
enum { LATE_TCR = 1, LATE_SCTLR = 2, LATE_STAGE1 = 4, LATE_STAGE2 = 8, LATE_HCR = 16 };

static u8 class_of(u16 reg)
{
	switch (reg) {
	case SR_TCR_EL1: return LATE_TCR;
	case SR_SCTLR_EL1: return LATE_SCTLR;
	case SR_TTBR0_EL1:
	case SR_TTBR1_EL1:
	case SR_MAIR_EL1: return LATE_STAGE1;
	case SR_VTTBR_EL2:
	case SR_VTCR_EL2: return LATE_STAGE2;
	case SR_HCR_EL2: return LATE_HCR;
	default: return 0;
	}
}

/* By EPD0 and EPD1, which mean something with M=1 only; in effect. */
static bool is_stopped(const struct scene *scene, u8 late)
{
	u64 off = TCR_EL1_EPD0 | TCR_EL1_EPD1;

	return (late & (LATE_TCR | LATE_SCTLR)) == 0 &&
	       (live_register(scene, SR_TCR_EL1) & off) == off &&
	       (live_register(scene, SR_SCTLR_EL1) & SCTLR_EL1_M) != 0;
}

static void say(struct scene *scene, const char *why)
{
	BROKEN(scene, TB_4, "%s is written %s", sysreg_name((enum sysreg_id)scene->event->reg),
		why);
}

/* Stage 2 of another one, or registers of stage 1 of another one. */
static void check_change(struct scene *scene, u8 class, u8 late)
{
	if (!is_stopped(scene, late))
		say(scene, "while walks of EL1&0 are not stopped, in effect");
	else if (class == LATE_STAGE1 && (late & LATE_STAGE2))
		say(scene, "before stage 2 is in effect");
}

/* First EPD0 and EPD1, then M; back in the reverse order, and both behind all others. */
static void check_switch(struct scene *scene, u8 class, u8 late)
{
	if (late & (LATE_STAGE1 | LATE_STAGE2 | LATE_HCR))
		say(scene, "before the others of the regime are in effect");
	else if (late & (LATE_TCR | LATE_SCTLR) & ~class)
		say(scene, class == LATE_TCR ? "before SCTLR_EL1 is in effect"
					     : "before TCR_EL1 is in effect");
}

/* On VHE nothing is walked for EL1&0 with TGE=1: what counts is there when TGE is cleared. */
static void check_tge(struct scene *scene, u8 late)
{
	const struct known_pe *pe = scene->pe;

	if (scene->event->value & HCR_EL2_TGE)
		return;
	if (HOST(scene, is_at_speculative) && (late & ~LATE_HCR))
		say(scene, "with TGE=0, before the others of the regime are in effect");
	if (pe->in_tlb != 0 && live_register(scene, SR_VTTBR_EL2) != pe->tlb_vttbr &&
		!is_stopped(scene, late))
		say(scene, "with TGE=0, VTTBR_EL2 is another one's, and walks of EL1&0 are not "
			   "stopped, in effect");
}

/* AT-7: with another stage 2 than the vCPU's own, stage 1 is that of its guest. */
static void check_at(struct scene *scene)
{
	static const enum guest_register walks[] = { GUEST_TTBR0_EL1, GUEST_TTBR1_EL1,
		GUEST_TCR_EL1, GUEST_MAIR_EL1, GUEST_SCTLR_EL1 };
	struct looked vcpu = look_at_vcpu(scene, get(scene, scene->here, MEMBER_cpu_loaded));

	if (vcpu.va == 0 || !vcpu.is_hyp || (scene->event->value & HCR_EL2_TGE) ||
		live_register(scene, SR_VTTBR_EL2) == scene->pe->at_vttbr)
		return;
	for (unsigned i = 0; i < COUNT(walks); i++) {
		enum sysreg_id live = live_counterpart(walks[i]);

		EQUAL(scene, TB_4,
			sysreg_as_stored(scene->cpu, live, stored_register(scene, &vcpu, walks[i])),
			live_register(scene, live),
			"%s is not that of the shadow's guest for an AT",
			guest_register_name(walks[i]));
	}
}

static void on_write(struct scene *scene)
{
	struct known_pe *pe = scene->pe;
	u8 class = class_of(scene->event->reg), late = pe->late_walk;
	bool is_affected = pe->in_tlb != 0 || HOST(scene, is_at_speculative);

	if (scene->is_vhe && class == LATE_HCR && is_inside(pe, FUNCTION_at_emulate) &&
		pe->in_tlb == 0)
		check_at(scene);
	if (class == 0)
		return;
	pe->late_walk |= class;
	if (scene->is_vhe && class == LATE_HCR)
		check_tge(scene, late);
	else if (scene->is_vhe && (pe->in_tlb == 0 || (is_tge(scene->cpu) && !(late & LATE_HCR))))
		return;
	else if (!is_affected) {
		if (class != LATE_STAGE2 && class != LATE_HCR && (late & LATE_STAGE2))
			say(scene, "before stage 2 is in effect");
	} else if (class == LATE_TCR || class == LATE_SCTLR)
		check_switch(scene, class, late);
	else
		check_change(scene, class, late);
}

/*
 * Between a load and a run a register of stage 1 may be written alone, as the guest has asked for:
 * late or not, the regime is of one guest. A load ends with stage 2.
 */
static void keep_whole_loads(struct known_pe *pe)
{
	pe->late_walk &= LATE_STAGE2;
}

static void called(struct scene *scene, struct call *call)
{
	struct known_pe *pe = scene->pe;

	if (scene->is_vhe && is_tge(scene->cpu) &&
		(call->function == FUNCTION_vcpu_run || call->function == FUNCTION_at_emulate ||
			is_tlb_operation(call->function)))
		keep_whole_loads(pe);
	if (call->function == FUNCTION_vcpu_run)
		pe->run_vttbr = live_register(scene, SR_VTTBR_EL2);
	if (call->function == FUNCTION_at_emulate)
		pe->at_vttbr = live_register(scene, SR_VTTBR_EL2);
	if (!is_tlb_operation(call->function))
		return;
	pe->tlb_vttbr = live_register(scene, SR_VTTBR_EL2);
	pe->tlb_vtcr = live_register(scene, SR_VTCR_EL2);
}

static void returned(struct scene *scene, const struct call *call)
{
	const struct known_pe *pe = scene->pe;

	if (call->function == FUNCTION_vcpu_run && !scene->is_vhe)
		EQUAL(scene, TB_4, pe->run_vttbr, live_register(scene, SR_VTTBR_EL2),
			"VTTBR_EL2 of a host at EL1 is not what it was before the run");
	if (!is_tlb_operation(call->function))
		return;
	EQUAL(scene, TB_4, pe->tlb_vttbr, live_register(scene, SR_VTTBR_EL2),
		"VTTBR_EL2 after a TLB operation is not what it was before");
	EQUAL(scene, TB_4, pe->tlb_vtcr, live_register(scene, SR_VTCR_EL2),
		"VTCR_EL2 after a TLB operation is not what it was before");
}

static void other(struct scene *scene)
{
	const struct event *event = scene->event;

	if (event->kind == EVENT_SYSREG && !event->in_memory && scene->cpu->pstate.el == EL2 &&
		scene->pe->knows_host)
		on_write(scene);
}

static void synchronized(struct known_pe *pe)
{
	pe->late_walk = 0;
}

const struct rule_group rules_walks = {
	.synchronized = synchronized, .called = called, .returned = returned, .other = other
};
