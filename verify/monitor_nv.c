/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual EL2: rules NV of HYPERVISOR-SPEC E.1, by B.1 to B.8 and B.11. NV-5 is where HCR_EL2 is
 * (monitor_hcr.c), NV-10 where registers are moved (monitor_state.c).
 */
#include "mmu/mmu.h"
#include "verify/monitor_model.h"

/* ---- Contexts ---- */

static void check_mode(struct scene *scene)
{
	const struct looked *vcpu = &scene->vcpu;
	u64 expected = bits(hardware_pstate(vcpu, vcpu->pstate), 4, 0);

	EQUAL(scene, NV_2, expected, bits(scene->event->spsr, 4, 0),
		"the CPU's mode is not what B.3 makes of the virtual one");
}

static bool is_keyed_like(struct scene *scene, u64 mmu)
{
	const struct looked *vcpu = &scene->vcpu;
	bool is_enabled = (vcpu->vhcr & (HCR_EL2_VM | HCR_EL2_DC)) != 0;
	u64 vttbr = stored_register(scene, vcpu, GUEST_VTTBR_EL2);
	u64 vtcr = stored_register(scene, vcpu, GUEST_VTCR_EL2);

	if (get(scene, mmu, MEMBER_s2_mmu_is_enabled) != is_enabled)
		return false;
	if (!is_enabled) /* S2-4: only its VMID tells translations apart */
		return bits(get(scene, mmu, MEMBER_s2_mmu_key_vttbr), 63, 48) ==
		       bits(vttbr, 63, 48);
	return get(scene, mmu, MEMBER_s2_mmu_key_vttbr) == (vttbr & ~VTTBR_EL2_CnP) &&
	       get(scene, mmu, MEMBER_s2_mmu_key_vtcr) == vtcr;
}

static void check_mmu(struct scene *scene)
{
	u64 canonical = scene->vcpu.vm + scene->model->member[MEMBER_vm_mmu].offset;
	u64 mmu = VCPU(scene, hw_mmu);

	if (!scene->vcpu.is_nested) {
		EQUAL(scene, NV_4, canonical, mmu,
			"the stage 2 of a vCPU in no nested context is not the VM's own");
		return;
	}
	if (mmu == canonical)
		BROKEN(scene, NV_4, "a nested context is entered with the VM's own stage 2");
	else if (!get(scene, mmu, MEMBER_s2_mmu_is_valid))
		BROKEN(scene, NV_4, "a nested context is entered with a shadow that is not valid");
	else if (get(scene, mmu, MEMBER_s2_mmu_is_unmap_pending))
		BROKEN(scene, NV_4,
			"a nested context is entered with a shadow of another one's "
			"leaves");
	else if (get(scene, mmu, MEMBER_s2_mmu_references) == 0)
		BROKEN(scene, NV_4, "a nested context is entered with a shadow that nobody holds");
	else if (!is_keyed_like(scene, mmu))
		DIFFERS(scene, NV_4, stored_register(scene, &scene->vcpu, GUEST_VTTBR_EL2),
			get(scene, mmu, MEMBER_s2_mmu_key_vttbr),
			"a nested context is entered with the shadow of another key");
}

/* NV-7, NV-8: whose page FEAT_NV2 uses. */
static void check_vncr(struct scene *scene)
{
	const struct looked *vcpu = &scene->vcpu;
	u64 vncr = scene->cpu->sys[SR_VNCR_EL2] & ~MASK(11, 0);
	struct inspected what = { .va = vncr, .regime = INSPECT_EL2, .kind = ACCESS_READ };
	struct inspection found;

	if (!(scene->cpu->sys[SR_HCR_EL2] & HCR_EL2_NV2))
		return;
	if (vcpu->is_hyp) {
		EQUAL(scene, NV_7, vcpu->page, vncr, "VNCR_EL2 in hyp context");
		return;
	}
	if (vncr == vcpu->page)
		BROKEN(scene, NV_7, "VNCR_EL2 in a nested context is the page of virtual EL2");
	mmu_inspect(scene->cpu, what, &found);
	if (!found.is_ok)
		return; /* it is mapped when it faults */
	if (!VCPU(scene, vncr_entry_valid))
		BROKEN(scene, NV_7, "L1's page for FEAT_NV2 is mapped, and no walk says so");
	else
		EQUAL(scene, NV_7, VCPU(scene, vncr_entry_pa), found.pa.v & ~MASK(11, 0),
			"VNCR_EL2 leads to another page than L1's");
	if ((found.stage1_rights[0] & RIGHT_WRITE) != 0 && !VCPU(scene, vncr_entry_writable))
		BROKEN(scene, NV_7, "L1's page for FEAT_NV2 may be written, and not by L1");
}

/* ---- NV-9: what L1's controls trap, as a PE says that has them at EL2 ---- */

/* The instruction's encoding from its syndrome. */
u32 encoding_of_trap(u64 esr)
{
	return (u32)(bits(esr, 21, 20) << 14 | bits(esr, 16, 14) << 11 | bits(esr, 13, 10) << 7 |
		     bits(esr, 4, 1) << 3 | bits(esr, 19, 17));
}

static enum {
	ASK_NOBODY,
	IS_L1S,
	IS_NOT_L1S
} ask_reference(struct scene *scene, const struct guest_exit *x)
{
	static const struct {
		enum guest_register from;
		u16 to;
	} controls[] = { { GUEST_HCR_EL2, SR_HCR_EL2 }, { GUEST_CPTR_EL2, SR_CPTR_EL2 },
		{ GUEST_MDCR_EL2, SR_MDCR_EL2 }, { GUEST_CNTHCTL_EL2, SR_CNTHCTL_EL2 },
		{ GUEST_ICH_HCR_EL2, SR_ICH_HCR_EL2 } };
	enum sysreg_id id = sysreg_find(encoding_of_trap(x->esr));
	struct cpu reference = *scene->cpu;
	struct route route;

	if (id == SR_NONE)
		return ASK_NOBODY;
	for (unsigned i = 0; i < COUNT(controls); i++)
		reference.sys[controls[i].to] =
			stored_register(scene, &scene->vcpu, controls[i].from);
	reference.pstate.el = (u8)bits(x->spsr, 3, 2);
	sysregs_arm_traps(&reference);
	route = sysreg_route(&reference, id, (x->esr & 1) != 0 ? DIR_READ : DIR_WRITE);
	/* An access that is UNDEFINED may be so for the VM's features, which are fewer. */
	if (route.goes == TO_UNDEFINED)
		return ASK_NOBODY;
	return route.goes == TO_TRAP && route.target_el == EL2 ? IS_L1S : IS_NOT_L1S;
}

static bool is_system_trap(const struct guest_exit *x)
{
	return x->interrupt == INT_SYNC && bits(x->esr, 31, 26) == EC_SYSREG;
}

static void check_forwarding(struct scene *scene)
{
	const struct known_vcpu *known = scene->known;
	const struct guest_exit *x = &known->exit;
	const struct taken *taken = &known->taken[1];
	bool is_forwarded =
		taken->is_known && taken->kind == 0 && bits(taken->esr, 31, 26) == EC_SYSREG;

	if (!x->is_known || !x->was_nested || !is_system_trap(x) || known->injected > 1 ||
		x->has_serror)
		return;
	if (x->is_l1s && !is_forwarded && known->injected == 0)
		DIFFERS(scene, NV_9, x->esr, scene->vcpu.pc,
			"an access that L1 traps was not forwarded to it; ESR_EL2 and PC");
	if (x->is_not_l1s && is_forwarded)
		DIFFERS(scene, NV_9, x->esr, taken->esr,
			"an access that L1 does not trap was forwarded to it");
	if (is_forwarded)
		EQUAL(scene, NV_9, x->esr, taken->esr, "ESR_EL2 of a forwarded trap");
}

/* ---- NV-8 ---- */

/* FEAT_NV2 makes these memory or EL1's registers, whatever NV1 is (B.5). */
static bool never_traps(const struct cpu *cpu, enum sysreg_id id)
{
	switch (id) {
	case SR_SPSR_EL2:
	case SR_ELR_EL2:
	case SR_ESR_EL2:
	case SR_FAR_EL2: return true;
	default:
		return id != SR_NONE && bits(sysreg_encoding(id), 13, 11) == 4 &&
		       sysreg_vncr(cpu, id) >= 0;
	}
}

/* ---- ERET of virtual EL2, B.6 ---- */

static bool is_illegal_return(const struct looked *vcpu, u64 spsr)
{
	u64 mode = bits(spsr, 4, 0);

	if (mode == 4 || mode == 5) /* EL1t, EL1h */
		return vcpu->tge;
	return mode != 0 && mode != 8 && mode != 9; /* EL0t, EL2t, EL2h */
}

static void note_eret(struct scene *scene, struct guest_exit *x)
{
	const struct looked *vcpu = &scene->vcpu;

	x->is_eret = x->interrupt == INT_SYNC && bits(x->esr, 31, 26) == EC_ERET &&
		     (x->esr & 2) == 0 && x->was_hyp && bits(x->spsr, 3, 2) == EL1 &&
		     authoritative_register(scene, vcpu, GUEST_SPSR_EL2, &x->eret_spsr) &&
		     authoritative_register(scene, vcpu, GUEST_ELR_EL2, &x->eret_elr);
	x->is_eret_illegal = x->is_eret && is_illegal_return(vcpu, x->eret_spsr);
}

static void check_eret(struct scene *scene)
{
	const struct guest_exit *x = &scene->known->exit;
	u64 mode = x->is_eret_illegal ? bits(x->spsr, 3, 0) + 4 : bits(x->eret_spsr, 3, 0);
	u64 il = x->is_eret_illegal ? 1 : bits(x->eret_spsr, 20, 20);

	if (!x->is_known || !x->is_eret || scene->known->injected != 0 || x->has_serror ||
		scene->known->was_reset)
		return;
	EQUAL(scene, NV_3, mode, bits(scene->vcpu.pstate, 3, 0),
		"the mode behind L1's ERET with SPSR_EL2 0x%" PRIx64, x->eret_spsr);
	EQUAL(scene, NV_3, il, bits(scene->vcpu.pstate, 20, 20),
		"PSTATE.IL behind L1's ERET with SPSR_EL2 0x%" PRIx64, x->eret_spsr);
	EQUAL(scene, NV_3, x->eret_elr, scene->vcpu.pc, "the PC behind L1's ERET");
}

static void left(struct scene *scene)
{
	struct guest_exit *x = &scene->known->exit;
	enum sysreg_id id;

	note_eret(scene, x);
	if (!is_system_trap(x))
		return;
	id = sysreg_find(encoding_of_trap(x->esr));
	if (x->was_hyp && (scene->cpu->sys[SR_HCR_EL2] & HCR_EL2_NV2) != 0 &&
		bits(x->spsr, 3, 2) == EL1 && never_traps(scene->cpu, id))
		BROKEN(scene, NV_8, "%s is trapped at virtual EL2, which FEAT_NV2 redirects",
			sysreg_name(id));
	if (x->was_nested) {
		int who = (int)ask_reference(scene, x);

		x->is_l1s = who == IS_L1S;
		x->is_not_l1s = who == IS_NOT_L1S;
	}
}

/* ---- Moments ---- */

static void entered(struct scene *scene)
{
	check_mode(scene);
	EQUAL(scene, NV_1, scene->vcpu.is_hyp, get(scene, scene->here, MEMBER_cpu_in_hyp_context),
		"VCPU_IN_HYP_CONTEXT at the entry");
	check_mmu(scene);
	if (!scene->vcpu.has_nv)
		return;
	check_vncr(scene);
	check_eret(scene);
	check_forwarding(scene);
}

/* F: NV-9 to NV-11 of B.3. */
static void called(struct scene *scene, struct call *call)
{
	const struct looked *vcpu = &scene->vcpu;
	const struct guest_exit *x;
	u64 mode, expected;

	if (call->function != FUNCTION_fixup_exit || !scene->pe->has_left || scene->known == NULL ||
		!vcpu->has_nv || !scene->known->exit.is_known)
		return;
	x = &scene->known->exit;
	mode = bits(vcpu->pstate, 3, 0);
	expected = bits(x->spsr, 3, 0);
	if (get(scene, scene->here, MEMBER_cpu_in_hyp_context) && bits(expected, 3, 2) == EL1)
		expected += 4; /* EL1t, EL1h: EL2t, EL2h */
	EQUAL(scene, NV_3, expected, mode,
		"the virtual mode after an exit is not that of PSTATE and the context");
	EQUAL(scene, NV_1, get(scene, scene->here, MEMBER_cpu_in_hyp_context), vcpu->is_hyp,
		"the context after an exit is not the one that was entered");
}

/* NV-6: what triage decides by. */
static void returned(struct scene *scene, const struct call *call)
{
	struct looked vcpu;

	if (call->function != FUNCTION_vcpu_vhcr)
		return;
	vcpu = look_at_vcpu(scene, call->argument[0]);
	if (vcpu.has_nv)
		EQUAL(scene, NV_6, vcpu.vhcr, scene->cpu->x[0],
			"vHCR_EL2 that decisions use is not what the page has, behind masks");
}

const struct rule_group rules_nv = {
	.entered = entered, .left = left, .called = called, .returned = returned
};
