/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What traps of a guest beside HCR_EL2's constant part: rule TR-1 of HYPERVISOR-SPEC E.1, by A.11,
 * A.18 and B.8; and TVM, which follows the guest's caches.
 */
#include "verify/monitor_model.h"

/* ---- Other trap registers of a guest ---- */

/* Without SVE and SME: TZ and TSM are RES1, too. Of CPTR_EL2 with E2H=0. */
#define CPTR_RES1 0x33ffull
/* Not in fields.def: what this machine has neither of. */
#define MDCR_TPMS BIT(14)
#define MDCR_TTRF BIT(19)
#define MDCR_TDCC BIT(27)

static u64 expected_cptr(struct scene *scene, u64 *mask)
{
	const struct looked *vcpu = &scene->vcpu;
	bool owns = get(scene, scene->here, MEMBER_cpu_fp_owner) == MODEL(scene, FP_GUEST_OWNED);
	u64 cptr, vcptr;

	if (!scene->is_vhe) {
		*mask = CPTR_EL2_TFP | CPTR_EL2_TCPAC; /* TTA is RES0: there is no trace */
		return CPTR_RES1 | CPTR_EL2_TTA | CPTR_EL2_TAM | (owns ? 0 : CPTR_EL2_TFP);
	}
	*mask = CPTR_EL2_E2H_FPEN | CPTR_EL2_TCPAC;
	cptr = CPTR_EL2_E2H_TTA | CPTR_EL2_TAM | (owns ? CPTR_EL2_E2H_FPEN : 0);
	if (vcpu->is_hyp && (vcpu->e2h || !vcpu->has_nv2))
		return cptr | CPTR_EL2_TCPAC;
	if (!vcpu->is_nested)
		return cptr;
	vcptr = stored_register(scene, vcpu, GUEST_CPTR_EL2);
	if (!vcpu->e2h)
		vcptr = translated_register(GUEST_CPTR_EL2, vcptr);
	if (!(vcptr & BIT(20))) /* the low bit of FPEN: L1 traps EL1's uses */
		cptr &= ~CPTR_EL2_E2H_FPEN;
	return cptr | (vcptr & (CPTR_EL2_E2H_TTA | CPTR_EL2_TCPAC | CPTR_EL2_TAM));
}

static u64 expected_mdcr(struct scene *scene)
{
	const struct looked *vcpu = &scene->vcpu;
	u64 owner = VCPU(scene, debug_owner);
	u64 traps = MDCR_EL2_TPM | MDCR_EL2_TPMCR | MDCR_EL2_TDRA | MDCR_EL2_TDOSA | MDCR_TPMS |
		    MDCR_TTRF;
	u64 mdcr = traps | (get(scene, scene->here, MEMBER_cpu_mdcr_el2) & MDCR_EL2_HPMN);

	if (owner != MODEL(scene, DEBUG_GUEST_OWNED) || HOST(scene, has_more_points))
		mdcr |= MDCR_EL2_TDA;
	if (owner == MODEL(scene, DEBUG_HOST_OWNED))
		mdcr |= MDCR_EL2_TDE;
	if (HOST(scene, has_fgt))
		mdcr |= MDCR_TDCC;
	if (vcpu->is_hyp)
		mdcr |= MDCR_EL2_TDA;
	if (vcpu->is_nested)
		mdcr |= stored_register(scene, vcpu, GUEST_MDCR_EL2) &
			(traps | MDCR_EL2_TDE | MDCR_EL2_TDA | MDCR_TDCC);
	return mdcr;
}

/* A.18, TM-9: the bits that decide whether the physical counter and timer exit. */
static u64 expected_cnthctl(struct scene *scene, u64 *mask)
{
	const struct looked *vcpu = &scene->vcpu;
	u64 both = CNTHCTL_EL2_E2H_EL1PCTEN | CNTHCTL_EL2_E2H_EL1PTEN, l1;

	if (!scene->is_vhe) {
		*mask = CNTHCTL_EL2_EL1PCTEN | CNTHCTL_EL2_EL1PCEN;
		return 0;
	}
	*mask = both;
	if (vcpu->is_hyp)
		return vcpu->has_nv2 || vcpu->e2h ? both : CNTHCTL_EL2_E2H_EL1PCTEN;
	if (!vcpu->is_nested)
		return both;
	l1 = stored_register(scene, vcpu, GUEST_CNTHCTL_EL2);
	return (vcpu->e2h ? l1 : l1 << 10) & both;
}

/* The word that was written, also where this machine has no such bit. */
static void check_word(
	struct scene *scene, enum written_control which, u64 expected, const char *name)
{
	if (scene->pe->is_written[which])
		EQUAL(scene, TR_1, expected, scene->pe->written[which],
			"the word written to %s for a guest is not what A.11, A.18 and B.8 say",
			name);
}

static void check_pmu(struct scene *scene)
{
	if (!HOST(scene, has_pmu))
		return;
	EQUAL(scene, TR_1,
		PMUSERENR_EL0_EN | PMUSERENR_EL0_SW | PMUSERENR_EL0_CR | PMUSERENR_EL0_ER,
		scene->cpu->sys[SR_PMUSERENR_EL0],
		"PMUSERENR_EL0 of a guest does not leave EL0's uses to EL2");
	EQUAL(scene, TR_1, 0, scene->cpu->sys[SR_PMSELR_EL0], "PMSELR_EL0 of a guest is not 0");
}

static void check_traps(struct scene *scene)
{
	u64 mask, expected = expected_cptr(scene, &mask), host;

	EQUAL(scene, TR_1, expected & mask, scene->cpu->sys[SR_CPTR_EL2] & mask,
		"CPTR_EL2 of a guest is not what A.11 and B.8 say");
	check_word(scene, WRITTEN_CPTR, expected, "CPTR_EL2");
	expected = expected_mdcr(scene);
	mask = MDCR_EL2_TPM | MDCR_EL2_TPMCR | MDCR_EL2_TDRA | MDCR_EL2_TDOSA | MDCR_EL2_TDA |
	       MDCR_EL2_TDE;
	EQUAL(scene, TR_1, expected & mask, scene->cpu->sys[SR_MDCR_EL2] & mask,
		"MDCR_EL2 of a guest is not what A.11 and B.8 say");
	check_word(scene, WRITTEN_MDCR, expected, "MDCR_EL2");
	expected = expected_cnthctl(scene, &mask);
	EQUAL(scene, TR_1, expected & mask, scene->cpu->sys[SR_CNTHCTL_EL2] & mask,
		"CNTHCTL_EL2 of a guest is not what A.18 says");
	host = get(scene, scene->here, MEMBER_cpu_cnthctl_el2);
	EQUAL(scene, TR_1, host & ~mask, scene->cpu->sys[SR_CNTHCTL_EL2] & ~mask,
		"bits of CNTHCTL_EL2 that are the host's have changed for a guest");
	/* it is not written where the host's is right for the guest */
	if (scene->pe->written[WRITTEN_CNTHCTL] != host)
		check_word(scene, WRITTEN_CNTHCTL, (host & ~mask) | expected, "CNTHCTL_EL2");
	check_word(scene, WRITTEN_HSTR, BIT(15), "HSTR_EL2");
	check_pmu(scene);
}

static void other(struct scene *scene)
{
	static const u16 controls[WRITTEN_CONTROLS] = { SR_CPTR_EL2, SR_MDCR_EL2, SR_CNTHCTL_EL2,
		SR_HSTR_EL2 };
	const struct event *event = scene->event;

	if (event->kind != EVENT_SYSREG || event->in_memory || scene->cpu->pstate.el != EL2)
		return;
	for (unsigned i = 0; i < WRITTEN_CONTROLS; i++)
		if (event->reg == controls[i]) {
			scene->pe->written[i] = event->value;
			scene->pe->is_written[i] = true;
		}
}

/* ---- TVM ---- */

enum { SCTLR_M_AND_C = 5 };

static enum guest_register own_sctlr(const struct looked *vcpu)
{
	return vcpu->is_hyp ? GUEST_SCTLR_EL2 : GUEST_SCTLR_EL1;
}

/* Is the trapped register the SCTLR that governs where the guest is? */
static bool is_sctlr_write(const struct looked *vcpu, const struct guest_exit *x)
{
	enum sysreg_id reg;

	if (x->interrupt != INT_SYNC || bits(x->esr, 31, 26) != EC_SYSREG || (x->esr & 1) != 0)
		return false;
	reg = sysreg_find(encoding_of_trap(x->esr));
	if (!vcpu->is_hyp)
		return reg == SR_SCTLR_EL1;
	return reg == SR_SCTLR_EL2 || (reg == SR_SCTLR_EL1 && vcpu->e2h);
}

static bool is_cached(struct scene *scene)
{
	u64 sctlr = 0;

	authoritative_register(scene, &scene->vcpu, own_sctlr(&scene->vcpu), &sctlr);
	return (sctlr & SCTLR_M_AND_C) == SCTLR_M_AND_C;
}

/* A.3, B.9: without FWB a guest's caches are watched until they are on, its own and no other's. */
static void check_tvm(struct scene *scene)
{
	const struct guest_exit *x = &scene->known->exit;

	if (!x->is_known || !x->is_sctlr || scene->known->injected != 0 ||
		scene->vcpu.pc != x->elr + 4 || x->was_cached || !is_cached(scene) ||
		!(VCPU(scene, hcr_el2) & HCR_EL2_TVM))
		return;
	monitor_violate(scene->watchman, scene->vcpu.is_hyp ? RULE_NV_10 : RULE_HC_5, scene->cpu,
		scene->event,
		"HCR_EL2.TVM stays set, and the guest has switched its caches on by %s",
		guest_register_name(own_sctlr(&scene->vcpu)));
}

static void entered(struct scene *scene)
{
	check_traps(scene);
	check_tvm(scene);
}

static void left(struct scene *scene)
{
	struct guest_exit *x = &scene->known->exit;

	x->is_sctlr = is_sctlr_write(&scene->vcpu, x);
	x->was_cached = x->is_sctlr && is_cached(scene);
}

const struct rule_group rules_traps = { .entered = entered, .left = left, .other = other };
