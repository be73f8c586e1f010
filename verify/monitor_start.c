/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the host has begun with: rules HC-1, TR-2, TB-2 and WS-6 of HYPERVISOR-SPEC E.1, by the
 * host's values of A.3 and A.11. A reset leaves these controls UNKNOWN (DDI 0487 D1.3.1): what was
 * never written is what chance has left, also if all goes well with it.
 */
#include "verify/monitor_model.h"
#include "verify/scope.h"

enum who { EVERY_HOST, HOST_AT_EL1, HOST_WITH_PMU };

/* Controls of EL2 and the GIC that guests or the host feel; and those of a host at EL1. */
static const struct {
	u16 reg;
	enum who who;
} controls[STARTED_CONTROLS] = {
	{ SR_HCR_EL2, EVERY_HOST },
	{ SR_CPTR_EL2, EVERY_HOST },
	{ SR_MDCR_EL2, EVERY_HOST },
	{ SR_CNTHCTL_EL2, EVERY_HOST },
	{ SR_HSTR_EL2, EVERY_HOST },
	{ SR_VBAR_EL2, EVERY_HOST },
	{ SR_SCTLR_EL2, EVERY_HOST },
	{ SR_TCR_EL2, EVERY_HOST },
	{ SR_MAIR_EL2, EVERY_HOST },
	{ SR_TTBR0_EL2, EVERY_HOST },
	{ SR_ICC_SRE_EL2, EVERY_HOST },
	{ SR_ICC_PMR_EL1, EVERY_HOST },
	{ SR_ICC_CTLR_EL1, EVERY_HOST },
	{ SR_ICC_IGRPEN1_EL1, EVERY_HOST },
	{ SR_SCTLR_EL1, HOST_AT_EL1 },
	{ SR_TCR_EL1, HOST_AT_EL1 },
	{ SR_MAIR_EL1, HOST_AT_EL1 },
	{ SR_TTBR0_EL1, HOST_AT_EL1 },
	{ SR_CPACR_EL1, HOST_AT_EL1 },
	{ SR_CNTKCTL_EL1, HOST_AT_EL1 },
	{ SR_VBAR_EL1, HOST_AT_EL1 },
	{ SR_MDSCR_EL1, HOST_AT_EL1 },
	{ SR_VTTBR_EL2, HOST_AT_EL1 }, /* its VMID, without stage 2 */
	{ SR_CNTVOFF_EL2, HOST_AT_EL1 },
	{ SR_PMCR_EL0, HOST_WITH_PMU },
	{ SR_PMCCFILTR_EL0, HOST_WITH_PMU },
	{ SR_PMCNTENSET_EL0, HOST_WITH_PMU },
};

static void check_hcr(struct scene *scene)
{
	u64 expected = HCR_EL2_RW;

	if (scene->is_vhe)
		expected |= HCR_EL2_TGE | HCR_EL2_E2H | HCR_EL2_AMO | HCR_EL2_IMO | HCR_EL2_FMO;
	if (HOST(scene, has_pauth))
		expected |= HCR_EL2_API | HCR_EL2_APK;
	EQUAL(scene, HC_1, expected, scene->cpu->sys[SR_HCR_EL2],
		"HCR_EL2 of the host is not what A.3 says");
}

static bool is_used(struct scene *scene, enum who who)
{
	switch (who) {
	case HOST_AT_EL1: return !scene->is_vhe;
	case HOST_WITH_PMU: return HOST(scene, has_pmu) != 0;
	default: return true;
	}
}

static void called(struct scene *scene, struct call *call)
{
	struct known_pe *pe = scene->pe;

	if (call->function == FUNCTION_at_emulate)
		call->kept[0] = live_register(scene, SR_HCR_EL2);
	if (call->function != FUNCTION_vcpu_load || pe->has_started)
		return;
	pe->has_started = true;
	check_hcr(scene);
	for (unsigned i = 0; i < STARTED_CONTROLS; i++)
		if (!pe->is_started[i] && is_used(scene, controls[i].who))
			BROKEN(scene, TR_2, "a vCPU is loaded, and %s was never written on PE %u",
				sysreg_name((enum sysreg_id)controls[i].reg), scene->index);
}

static void returned(struct scene *scene, const struct call *call)
{
	if (call->function == FUNCTION_at_emulate) {
		EQUAL(scene, HC_1, call->kept[0], live_register(scene, SR_HCR_EL2),
			"HCR_EL2 behind an emulated AT is not what it was before");
		if (scene->pe->late_hcr)
			BROKEN(scene, HC_1, "HCR_EL2 behind an emulated AT is not in effect");
	}
	/* NV-16: what L1 finds until it writes them */
	if (call->function == FUNCTION_vcpu_reset) {
		struct looked vcpu = look_at_vcpu(scene, call->argument[0]);

		if (!vcpu.has_nv)
			return;
		EQUAL(scene, WS_6, scene->cpu->sys[SR_MIDR_EL1],
			raw_register(scene, &vcpu, GUEST_VPIDR_EL2),
			"VPIDR_EL2 of L1 is not MIDR_EL1 behind a reset");
		EQUAL(scene, WS_6, get(scene, vcpu.va, MEMBER_vcpu_mpidr_el1),
			raw_register(scene, &vcpu, GUEST_VMPIDR_EL2),
			"VMPIDR_EL2 of L1 is not its MPIDR_EL1 behind a reset");
	}
}

/* ---- Stage 1 of the host, switched on ---- */

/* 0: EL2's; 1: EL1&0's, of a host at EL1. */
static int regime_of_tlbi(u16 reg)
{
	switch (reg) {
	case SR_TLBI_ALLE2:
	case SR_TLBI_ALLE2IS: return 0;
	case SR_TLBI_VMALLE1:
	case SR_TLBI_VMALLE1IS:
	case SR_TLBI_ALLE1:
	case SR_TLBI_ALLE1IS: return 1;
	default: return -1;
	}
}

static void on_tlbi(struct scene *scene)
{
	int regime = regime_of_tlbi(scene->event->reg);

	if (regime < 0)
		return;
	if (regime == 0 && !scene->pe->has_dsb)
		BROKEN(scene, TB_2, "no DSB is between the tables of EL2 and their TLBI");
	scene->pe->stage1[regime] = (struct stage1_start){ .has_tlbi = true };
}

static void on_barrier(struct scene *scene)
{
	bool is_wait = is_dsb(scene->event->insn), is_sync = is_isb(scene->event->insn);

	scene->pe->has_dsb |= is_wait;
	for (unsigned i = 0; i < 2; i++) {
		struct stage1_start *start = &scene->pe->stage1[i];

		start->has_isb |= is_sync && start->has_dsb;
		start->has_dsb |= is_wait;
	}
}

/* A reset leaves TLBs UNKNOWN, too; EL1's ISB is the ERET to it. */
static void on_switch(struct scene *scene, unsigned regime)
{
	const struct stage1_start *start = &scene->pe->stage1[regime];
	const struct event *event = scene->event;

	if (!(event->value & SCTLR_EL1_M) || (event->before & SCTLR_EL1_M))
		return;
	if (!start->has_tlbi || !start->has_dsb || (regime == 0 && !start->has_isb))
		BROKEN(scene, TB_2, "%s switches stage 1 on without %s before it",
			sysreg_name((enum sysreg_id)event->reg),
			!start->has_tlbi  ? "a TLBI"
			: !start->has_dsb ? "a DSB behind the TLBI"
					  : "an ISB behind the TLBI");
}

static void begin_stage1(struct scene *scene)
{
	switch (scene->event->reg) {
	case SR_TTBR0_EL2: scene->pe->has_dsb = false; break;
	case SR_SCTLR_EL2: on_switch(scene, 0); break;
	case SR_SCTLR_EL1: on_switch(scene, 1); break;
	default: break;
	}
}

static void other(struct scene *scene)
{
	const struct event *event = scene->event;
	struct known_pe *pe = scene->pe;

	if (!pe->knows_host && event->kind == EVENT_TLBI)
		on_tlbi(scene);
	if (!pe->knows_host && event->kind == EVENT_BARRIER)
		on_barrier(scene);
	if (event->kind != EVENT_SYSREG || event->in_memory)
		return;
	if (!pe->knows_host)
		begin_stage1(scene);
	pe->late_hcr |= event->reg == SR_HCR_EL2;
	for (unsigned i = 0; i < STARTED_CONTROLS; i++)
		if (event->reg == controls[i].reg)
			pe->is_started[i] = true;
}

static void synchronized(struct known_pe *pe)
{
	pe->late_hcr = false;
}

const struct rule_group rules_start = {
	.synchronized = synchronized, .called = called, .returned = returned, .other = other
};
