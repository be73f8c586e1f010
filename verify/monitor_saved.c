/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Saves of a run: rules WS-5 and WS-14 of HYPERVISOR-SPEC E.1, by A.7, A.9 and A.20. What is stored
 * is what was in the CPU, whether this machine keeps all bits of it or not, and whether somebody
 * loads it again. The other way, VDISR_EL2 and VSESR_EL2 at an entry.
 */
#include "verify/monitor_model.h"

/* In the order of hyp.elf's: A.20. */
static const u16 keys[SAVED_KEYS] = { SR_APIAKeyLo_EL1, SR_APIAKeyHi_EL1, SR_APIBKeyLo_EL1,
	SR_APIBKeyHi_EL1, SR_APDAKeyLo_EL1, SR_APDAKeyHi_EL1, SR_APDBKeyLo_EL1, SR_APDBKeyHi_EL1,
	SR_APGAKeyLo_EL1, SR_APGAKeyHi_EL1 };

/* A.1: L1 has given its guest one, if the guest's SErrors are L1's. */
static u64 stored_vdisr(struct scene *scene)
{
	const struct looked *vcpu = &scene->vcpu;

	return vcpu->is_nested && (vcpu->vhcr & HCR_EL2_AMO)
		       ? stored_register(scene, vcpu, GUEST_VDISR_EL2)
		       : VCPU(scene, vdisr_el2);
}

static void entered(struct scene *scene)
{
	const struct cpu *cpu = scene->cpu;

	scene->pe->unread_keys = 0;
	if (HOST(scene, has_ras))
		EQUAL(scene, WS_7, stored_vdisr(scene), cpu->sys[SR_VDISR_EL2],
			"VDISR_EL2 is not that of this context");
	if (HOST(scene, has_ras) && (cpu->sys[SR_HCR_EL2] & HCR_EL2_VSE))
		EQUAL(scene, WS_7,
			scene->vcpu.is_nested
				? stored_register(scene, &scene->vcpu, GUEST_VSESR_EL2)
				: VCPU(scene, vsesr_el2),
			cpu->sys[SR_VSESR_EL2], "VSESR_EL2 is not that of this context");
	if (scene->is_vhe || !scene->pe->has_host_live)
		return;
	for (unsigned i = 0; i < GUEST_REGISTERS; i++) {
		enum guest_register reg = (enum guest_register)i;
		u64 stored;

		if (host_saved_register(scene, reg, &stored))
			EQUAL(scene, WS_5, scene->pe->host_live[i], stored,
				"%s of the host was not saved as it was", guest_register_name(reg));
	}
}

static void left(struct scene *scene)
{
	struct known_vcpu *known = scene->known;

	if (!scene->is_vhe)
		keep_live(scene, known->live);
	for (unsigned i = 0; i < SAVED_KEYS; i++)
		known->key[i] = live_register(scene, (enum sysreg_id)keys[i]);
	known->vdisr = scene->cpu->sys[SR_VDISR_EL2];
	if (HOST(scene, has_pauth) && get(scene, scene->vcpu.vm, MEMBER_vm_has_pauth))
		scene->pe->unread_keys = MASK(SAVED_KEYS - 1, 0);
}

/* Aborts but external ones, whose FAR_EL2 may say nothing (WS-20); NV-20's; watchpoints. */
static bool has_far(const struct guest_exit *x)
{
	u64 class = bits(x->esr, 31, 26);
	bool is_abort = class == EC_IABT_LOWER || class == EC_DABT_LOWER || class == EC_DABT_SAME;

	return x->interrupt == INT_SYNC && x->far_valid &&
	       (class == EC_WATCHPOINT_LOWER || (is_abort && bits(x->esr, 5, 0) != 0x10));
}

static void check_run(struct scene *scene)
{
	const struct known_vcpu *known = scene->known;
	const struct looked *vcpu = &scene->vcpu;

	for (unsigned i = 0; !scene->is_vhe && i < GUEST_REGISTERS; i++) {
		enum guest_register reg = (enum guest_register)i;
		u64 stored;

		if (saved_register(scene, vcpu, reg, &stored))
			EQUAL(scene, WS_5, known->live[i], stored,
				"%s of the guest was not saved as it was",
				guest_register_name(reg));
	}
	if (HOST(scene, has_pauth) && get(scene, vcpu->vm, MEMBER_vm_has_pauth))
		for (unsigned i = 0; i < SAVED_KEYS; i++)
			EQUAL(scene, WS_5, known->key[i],
				view_element(scene, vcpu->va, MEMBER_vcpu_guest_keys, i),
				"%s of the guest was not saved as it was",
				sysreg_name((enum sysreg_id)keys[i]));
	if (HOST(scene, has_ras))
		EQUAL(scene, WS_5, known->vdisr, stored_vdisr(scene),
			"VDISR_EL2 of the guest was not saved as it was");
	/* 0: an SError went first */
	if (known->exit.is_known && has_far(&known->exit) && VCPU(scene, fault_far) != 0)
		EQUAL(scene, WS_14, known->exit.far, VCPU(scene, fault_far),
			"the vCPU has not the FAR_EL2 of its exit");
}

static void returned(struct scene *scene, const struct call *call)
{
	if (call->function == FUNCTION_vcpu_run && scene->known != NULL && scene->pe->has_left)
		check_run(scene);
}

static u16 bit_of_key(enum sysreg_id reg)
{
	for (unsigned i = 0; i < SAVED_KEYS; i++)
		if (keys[i] == (u16)reg)
			return (u16)BIT(i);
	return 0;
}

/* Also where all keys are alike, and nobody could tell by their values. */
static void executes(struct scene *scene)
{
	u32 insn = scene->event->insn;

	if (scene->pe->unread_keys != 0 && (insn & 0xfff00000) == 0xd5300000) /* MRS */
		scene->pe->unread_keys &= (u16)~bit_of_key(sysreg_find(insn >> 5 & 0xffff));
}

static void on_write(struct scene *scene)
{
	u16 bit = bit_of_key((enum sysreg_id)scene->event->reg);

	if (scene->pe->unread_keys & bit)
		BROKEN(scene, WS_5, "%s of a guest is overwritten, and nobody has read it",
			sysreg_name((enum sysreg_id)scene->event->reg));
}

/* A host at EL1 calls EL2: what it has is what a run has to save. */
static void other(struct scene *scene)
{
	const struct event *event = scene->event;

	if (event->kind == EVENT_SYSREG && scene->pe->unread_keys != 0)
		on_write(scene);
	if (event->kind != EVENT_EXCEPTION || scene->is_vhe || event->from_el != EL1 ||
		event->to_el != EL2)
		return;
	keep_live(scene, scene->pe->host_live);
	scene->pe->has_host_live = true;
}

const struct rule_group rules_saved = {
	.entered = entered, .left = left, .returned = returned, .executes = executes, .other = other
};
