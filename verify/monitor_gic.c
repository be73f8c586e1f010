/* SPDX-License-Identifier: Apache-2.0 */
/*
 * List registers and timers at entries and exits: rules GI and TM of HYPERVISOR-SPEC E.1, by A.18,
 * D.2 and D.3.
 */
#include "verify/monitor_model.h"

enum { LR_COUNT = MODEL_LRS };
enum { STATE_PENDING = 1, CTL_ENABLE = 1, CTL_IMASK = 2, CTL_ISTATUS = 4 };
/* Of ICH_HCR_EL2: those enables that have the place of their condition in ICH_MISR_EL2. */
#define ENABLES                                                                                    \
	(ICH_HCR_EL2_UIE | ICH_HCR_EL2_LRENPIE | ICH_HCR_EL2_NPIE | ICH_HCR_EL2_VGrp0EIE |         \
		ICH_HCR_EL2_VGrp0DIE | ICH_HCR_EL2_VGrp1EIE | ICH_HCR_EL2_VGrp1DIE)

static unsigned state_of(u64 lr)
{
	return (unsigned)bits(lr, 63, 62);
}

static u64 hardware_lr(const struct scene *scene, unsigned n)
{
	return live_register(scene, (enum sysreg_id)(SR_ICH_LR0_EL2 + n));
}

static unsigned lr_count(struct scene *scene)
{
	u64 count = get(scene, scene->vcpu.vm, MEMBER_vm_lrs);

	return count < LR_COUNT ? (unsigned)count : LR_COUNT;
}

/* A list register of L1, in its page. */
static u64 l1_lr(struct scene *scene, unsigned n)
{
	return view_word(&scene->view, scene->vcpu.page + 0x400 + 8 * n, 8);
}

/* ---- GI-1 ---- */

static bool is_twice(const u64 *lrs, unsigned count, unsigned n)
{
	for (unsigned i = 0; i < count; i++)
		if (i != n && state_of(lrs[i]) != 0 && (u32)lrs[i] == (u32)lrs[n])
			return true;
	return false;
}

static void note_lists(struct scene *scene)
{
	struct known_pe *pe = scene->pe;
	unsigned count = lr_count(scene);
	u64 lrs[LR_COUNT] = { 0 };

	pe->has_l1_lrs = VCPU(scene, vgic_nested) != 0;
	for (unsigned n = 0; n < count; n++) {
		lrs[n] = hardware_lr(scene, n);
		pe->l1_lr[n] = l1_lr(scene, n);
	}
	for (unsigned n = 0; n < count && !pe->has_l1_lrs; n++)
		if (state_of(lrs[n]) != 0 && is_twice(lrs, count, n))
			DIFFERS(scene, GI_1, 0, lrs[n], "two list registers have interrupt %u",
				(u32)lrs[n]);
}

/* What became of them when L2 was left; an interrupt that L1 has twice is its own fault. */
static void keep_lists(struct scene *scene)
{
	for (unsigned n = 0; n < lr_count(scene); n++)
		scene->pe->left_lr[n] = hardware_lr(scene, n);
}

static void check_lists(struct scene *scene)
{
	struct known_pe *pe = scene->pe;
	unsigned count = lr_count(scene);

	for (unsigned n = 0; n < count; n++) {
		if (state_of(pe->l1_lr[n]) == 0) {
			EQUAL(scene, GI_1, pe->l1_lr[n], l1_lr(scene, n),
				"ICH_LR%u_EL2 of L1, which was not in use during its guest's stay",
				n);
			continue;
		}
		if (is_twice(pe->l1_lr, count, n))
			continue;
		for (unsigned i = 0; i < count; i++)
			if (pe->given[i] && (u32)pe->given_lr[i] == (u32)pe->l1_lr[n])
				EQUAL(scene, GI_1, state_of(pe->left_lr[i]),
					state_of(l1_lr(scene, n)),
					"the state that L1 sees in ICH_LR%u_EL2 behind its guest's "
					"stay",
					n);
	}
}

/* ---- GI-2 ---- */

static u64 conditions(struct scene *scene, u64 hcr)
{
	u64 vmcr = stored_register(scene, &scene->vcpu, GUEST_ICH_VMCR_EL2), holds = 0;
	unsigned valid = 0, pending = 0;

	for (unsigned n = 0; n < lr_count(scene); n++) {
		u64 lr = l1_lr(scene, n);

		valid += state_of(lr) != 0;
		pending += state_of(lr) == STATE_PENDING;
		if (state_of(lr) == 0 && bits(lr, 61, 61) == 0 && bits(lr, 41, 41) != 0)
			holds |= ICH_MISR_EL2_EOI;
	}
	holds |= valid <= 1 ? ICH_MISR_EL2_U : 0;
	holds |= hcr & ICH_HCR_EL2_EOIcount ? ICH_MISR_EL2_LRENP : 0;
	holds |= pending == 0 ? ICH_MISR_EL2_NP : 0;
	holds |= vmcr & ICH_VMCR_EL2_VENG0 ? ICH_MISR_EL2_VGrp0E : ICH_MISR_EL2_VGrp0D;
	holds |= vmcr & ICH_VMCR_EL2_VENG1 ? ICH_MISR_EL2_VGrp1E : ICH_MISR_EL2_VGrp1D;
	return holds & ((hcr & ENABLES) | ICH_MISR_EL2_EOI);
}

static void check_maintenance(struct scene *scene)
{
	u64 hcr = stored_register(scene, &scene->vcpu, GUEST_ICH_HCR_EL2);
	u64 irq = scene->vcpu.va + scene->model->member[MEMBER_vcpu_irq].offset +
		  MODEL(scene, VGIC_MAINTENANCE_PPI) * scene->model->size[SIZE_virq];
	bool expected = (hcr & ICH_HCR_EL2_En) != 0 && conditions(scene, hcr) != 0;

	EQUAL(scene, GI_2, expected, get(scene, irq, MEMBER_virq_line),
		"the level of L1's maintenance interrupt");
}

/* ---- TM-1 ---- */

enum timer { TIMER_V, TIMER_P, TIMER_HV, TIMER_HP, TIMERS };

static const struct {
	enum guest_register ctl, cval;
	const char *name;
} timers[TIMERS] = { { GUEST_CNTV_CTL_EL0, GUEST_CNTV_CVAL_EL0, "CNTV" },
	{ GUEST_CNTP_CTL_EL0, GUEST_CNTP_CVAL_EL0, "CNTP" },
	{ GUEST_CNTHV_CTL_EL2, GUEST_CNTHV_CVAL_EL2, "CNTHV" },
	{ GUEST_CNTHP_CTL_EL2, GUEST_CNTHP_CVAL_EL2, "CNTHP" } };

/* Without FEAT_NV2 and with vE2H=0 L1's uses of CNTV are not trapped, and mean V. */
static bool has_v_at_el2(const struct looked *vcpu)
{
	return !vcpu->has_nv2 && !vcpu->e2h;
}

static u64 offset_of(struct scene *scene, enum timer timer)
{
	u64 offset = VCPU(scene, virtual_offset);

	if (timer == TIMER_HV)
		return offset;
	if (timer != TIMER_V)
		return 0;
	return scene->vcpu.has_nv ? offset + stored_register(scene, &scene->vcpu, GUEST_CNTVOFF_EL2)
				  : offset;
}

static void check_offset(struct scene *scene)
{
	enum timer in_hardware =
		scene->vcpu.is_hyp && !has_v_at_el2(&scene->vcpu) ? TIMER_HV : TIMER_V;

	EQUAL(scene, TM_1, offset_of(scene, in_hardware), scene->cpu->sys[SR_CNTVOFF_EL2],
		"CNTVOFF_EL2 is not the offset of the guest's %s", timers[in_hardware].name);
}

static bool is_emulated(const struct looked *vcpu, enum timer timer)
{
	if (vcpu->is_nested)
		return timer == TIMER_HP || timer == TIMER_HV;
	return timer == TIMER_P || (timer == TIMER_V && !has_v_at_el2(vcpu));
}

/* Of a timer that is made by software: ISTATUS is published, or the host's timer will see to it. */
static void check_emulated(struct scene *scene, enum timer timer)
{
	const struct guest_exit *x = &scene->known->exit;
	u64 ctl = raw_register(scene, &scene->vcpu, timers[timer].ctl);
	u64 cval = raw_register(scene, &scene->vcpu, timers[timer].cval);
	u64 now = live_register(scene, SR_CNTPCT_EL0), offset = offset_of(scene, timer);
	u64 deadline = now + (cval - (now - offset));

	if (!(ctl & CTL_ENABLE))
		return;
	if (x->is_known && x->count - offset >= cval && x->count >= offset) {
		if (!(ctl & CTL_ISTATUS))
			DIFFERS(scene, TM_1, cval, now - offset,
				"%s of a guest has fired, and ISTATUS does not say so",
				timers[timer].name);
		return;
	}
	if ((ctl & (CTL_IMASK | CTL_ISTATUS)) != 0 || now - offset >= cval || deadline < now)
		return;
	if (!(live_register(scene, SR_CNTHP_CTL_EL2) & CTL_ENABLE) ||
		live_register(scene, SR_CNTHP_CVAL_EL2) > deadline)
		DIFFERS(scene, TM_1, deadline, live_register(scene, SR_CNTHP_CVAL_EL2),
			"no timer of the host will tell that %s of a guest has fired",
			timers[timer].name);
}

/* ---- Moments ---- */

static void entered(struct scene *scene)
{
	note_lists(scene);
	check_offset(scene);
	for (unsigned n = 0; n < LR_COUNT; n++) {
		scene->pe->given_lr[n] = n < lr_count(scene) ? hardware_lr(scene, n) : 0;
		scene->pe->given[n] = state_of(scene->pe->given_lr[n]) != 0;
	}
	/* Work of the host is behind the run's first entry only. */
	if (scene->pe->entries != 0 || !scene->vcpu.has_nv)
		return;
	check_maintenance(scene);
	if (scene->is_vhe)
		for (enum timer timer = 0; timer < TIMERS; timer++)
			if (is_emulated(&scene->vcpu, timer))
				check_emulated(scene, timer);
}

static void left(struct scene *scene)
{
	scene->known->exit.count = live_register(scene, SR_CNTPCT_EL0);
	keep_lists(scene);
}

static void returned(struct scene *scene, const struct call *call)
{
	struct known_pe *pe = scene->pe;

	if (call->function != FUNCTION_vgic_sync)
		return;
	if (pe->has_l1_lrs && pe->entries != 0 && scene->vcpu.va == call->argument[0] &&
		scene->vcpu.va != 0)
		check_lists(scene);
	pe->has_l1_lrs = false;
}

const struct rule_group rules_gic = { .entered = entered, .left = left, .returned = returned };
