/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What mail 004 and its reviewer ask for (HYPERVISOR-SPEC C.2 and G), as the situations in which an
 * implementation that got it wrong would be seen; and the mail's own design, which does.
 */
#include "l1_tables.h"

#include "core/exit.h"
#include "core/inject.h"
#include "core/nested.h"
#include "core/sched.h"
#include "core/stage2.h"
#include "guest/abi.h"

#define ESR(ec, iss)	   ((u64)(ec) << ESR_EC_SHIFT | ESR_IL | (iss))
#define VTTBR(vmid, base)  ((u64)(vmid) << 48 | (base))
#define OTHER_ROOT	   0x40140000ul
#define L2_IPA		   0x40212000ul /* L1's memory, too: 1:1 is a wrong answer that works */
#define TRANSLATION_FAULT2 0x06

static const u64 hcr_on = F(HCR_EL2, E2H) | F(HCR_EL2, RW) | F(HCR_EL2, VM);
static const u64 hcr_off = F(HCR_EL2, E2H) | F(HCR_EL2, RW);
static struct vcpu *running;

static struct vcpu *fresh(void)
{
	struct vm *vm = nested_guest(VM_EL2_VHE, 2);

	vmid_reset();
	l1_no_tables();
	return l2_of(vm, 0);
}

/* vCPU leaves for virtual EL2, where L1 gives it that context, and comes back into L2. */
static void enter_l2(struct vcpu *vcpu, u64 vttbr, u64 hcr)
{
	if (vcpu->cpu)
		vcpu_put(vcpu);
	l1_set(vcpu, REG(VTTBR_EL2), vttbr);
	l1_set(vcpu, REG(VTCR_EL2), L1_VTCR);
	l1_set(vcpu, REG(HCR_EL2), hcr);
	vcpu->context.pstate = PSTATE_EL1h | PSTATE_DAIF;
	vcpu_load(vcpu);
	if (vcpu_take_request(vcpu, REQUEST_NESTED_S2_UNMAP))
		shadow_unmap_pending(vcpu);
}

/* L2 touches that address: what the hardware finds now, or what it faults in. */
static u64 l2_reaches(struct vcpu *vcpu, u64 ipa)
{
	struct stage2_mapping found;

	if (stage2_lookup(vcpu->hw_mmu, IPA(ipa), &found) == STAGE2_OK)
		return found.pa.v;
	vcpu->fault.esr = ESR(EC_DABT_LOW, TRANSLATION_FAULT2);
	vcpu->fault.far = ipa;
	vcpu->fault.hpfar = FV(HPFAR_EL2, FIPA, ipa >> 12);
	vcpu->fault.is_hpfar_valid = true;
	assert_int_equal(exit_handle(vcpu, EXIT_TRAP), GUEST_CONTINUES);
	if (vcpu_is_hyp_ctxt(vcpu) || stage2_lookup(vcpu->hw_mmu, IPA(ipa), &found) != STAGE2_OK)
		return 0; /* the fault is L1's */
	return found.pa.v;
}

static u64 pa_of(struct vm *vm, u64 ipa)
{
	return vm->slots[0].pa.v + (ipa - vm->slots[0].ipa.v);
}

/* L1's tables at `root` send the 2 MiB around L2_IPA to `output`. */
static void l1_maps(struct vm *vm, u64 root, u64 output)
{
	u64 table = root + PAGE_SIZE;

	*guest_word(vm, IPA(root + 8 * (L2_IPA >> 30))) = table | 3;
	*guest_word(vm, IPA(table + 8 * (L2_IPA >> 21 & 511))) = L1_BLOCK(output);
}

/* ---- INV-NV-4 ---- */

/* In this order, so that the last ones are shadows that were others'. There are four. */
static const struct stage2_context {
	const char *why;
	u64 pstate, vttbr, hcr;
	bool is_hyp;
} contexts[] = {
	{ "vEL2h", PSTATE_EL2h, VTTBR(1, L1_ROOT), F(HCR_EL2, VM), true },
	{ "vEL2t", PSTATE_EL2t, VTTBR(1, L1_ROOT), F(HCR_EL2, VM), true },
	{ "InHost EL0", PSTATE_EL0t, VTTBR(1, L1_ROOT), F(HCR_EL2, TGE) | F(HCR_EL2, VM), true },
	{ "L2", PSTATE_EL1h, VTTBR(1, L1_ROOT), F(HCR_EL2, VM), false },
	{ "L2's EL0, no stage 2", PSTATE_EL0t, VTTBR(1, 0), 0, false },
	{ "another VMID", PSTATE_EL1h, VTTBR(2, L1_ROOT), F(HCR_EL2, VM), false },
	{ "another base", PSTATE_EL1h, VTTBR(2, OTHER_ROOT), F(HCR_EL2, VM), false },
	{ "0", PSTATE_EL1h, 0, F(HCR_EL2, VM), false },
	{ "0, no stage 2", PSTATE_EL1h, 0, 0, false },
	{ "as before", PSTATE_EL1h, VTTBR(1, L1_ROOT), F(HCR_EL2, VM), false },
};

static const struct stage2_context *entered;

static void checks_inv_nv_4(struct context *context)
{
	const struct s2_mmu *mmu = running->hw_mmu;
	bool is_enabled = entered->hcr & F(HCR_EL2, VM);

	if (host_get(SR_VTTBR_EL2) != mmu_vttbr(mmu) || host_get(SR_VTCR_EL2) != mmu->vtcr_el2)
		fail_row(entered - contexts, entered->why, "not the one that is loaded");
	if (entered->is_hyp && mmu != &running->vm->mmu)
		fail_row(entered - contexts, entered->why, "not the canonical one");
	if (!entered->is_hyp && (!mmu->is_shadow || !mmu->is_valid || mmu->is_unmap_pending ||
					mmu->references != 1 || mmu->key_vttbr != entered->vttbr ||
					mmu->key_vtcr != (is_enabled ? L1_VTCR : 0) ||
					mmu->is_enabled != is_enabled))
		fail_row(entered - contexts, entered->why, "not its shadow");
	context->x[0] = PSCI_SYSTEM_OFF;
}

/* At each entry, whatever was there before. */
static void inv_nv_4_the_stage_2_is_that_of_the_context(void **state)
{
	static const struct host_exit exit = {
		.code = EXIT_TRAP, .esr = ESR(EC_SMC64, 0), .guest = checks_inv_nv_4
	};

	(void)state;
	running = fresh();
	timer_cpu_init();
	for (size_t i = 0; i < COUNT(contexts); i++) {
		entered = &contexts[i];
		running->context.pstate = entered->pstate | PSTATE_DAIF;
		l1_set(running, REG(VTTBR_EL2), entered->vttbr);
		l1_set(running, REG(HCR_EL2), entered->hcr | hcr_off);
		host_script(&exit, 1);
		run_loop(running);
		assert_int_equal(host_script_left(), 0);
		running->vm->is_off = false;
		running->is_on = true;
	}
}

/* ---- S2-5 ---- */

/* Two vCPUs at once in the context 0, with stage 2 on; and another one with stage 2 off. */
static void mut_d13_vttbr_0_is_a_context_like_any_other(void **state)
{
	struct vcpu *a = fresh(), *b = l2_of(a->vm, 1);
	struct s2_mmu *shared;

	(void)state;
	enter_l2(a, 0, hcr_on);
	shared = a->hw_mmu;
	boot_cpu(1);
	enter_l2(b, 0, hcr_on);
	assert_ptr_equal(b->hw_mmu, shared);
	assert_int_equal(shared->references, 2);
	/* vCPU 1 uses all the others, round and round: nobody takes what looks like a free one. */
	for (unsigned i = 1; i < 9; i++) {
		enter_l2(b, VTTBR(i, L1_ROOT), hcr_on);
		assert_ptr_not_equal(b->hw_mmu, shared);
	}
	enter_l2(b, 0, hcr_off);
	assert_ptr_not_equal(b->hw_mmu, shared);
	enter_l2(b, 0, hcr_on);
	assert_ptr_equal(b->hw_mmu, shared);
	vcpu_put(b);
	host_set_cpu(0);
	vcpu_put(a);
}

/* ---- S2-11 ---- */

/* No TLBI of L1's in between: what L2 sees are the tables it is entered with. */
static void mut_d14_another_base_is_another_translation(void **state)
{
	struct vcpu *vcpu = fresh();
	struct vm *vm = vcpu->vm;

	(void)state;
	l1_maps(vm, L1_ROOT, L1_OUTPUT);
	l1_maps(vm, OTHER_ROOT, L1_OUTPUT + MIB(2));
	enter_l2(vcpu, VTTBR(7, L1_ROOT), hcr_on);
	assert_u64(l2_reaches(vcpu, L2_IPA), pa_of(vm, L1_OUTPUT + 0x12000));
	enter_l2(vcpu, VTTBR(7, OTHER_ROOT), hcr_on);
	assert_u64(l2_reaches(vcpu, L2_IPA), pa_of(vm, L1_OUTPUT + MIB(2) + 0x12000));
	enter_l2(vcpu, VTTBR(7, L1_ROOT), hcr_on);
	assert_u64(l2_reaches(vcpu, L2_IPA), pa_of(vm, L1_OUTPUT + 0x12000));
	vcpu_put(vcpu);
}

/* The patch clears every context when the base of one changes. */
static void s2_11_other_contexts_are_left_alone(void **state)
{
	struct vcpu *vcpu = fresh();
	struct stage2_mapping found;
	struct s2_mmu *other;

	(void)state;
	l1_maps(vcpu->vm, L1_ROOT, L1_OUTPUT);
	enter_l2(vcpu, VTTBR(8, L1_ROOT), hcr_on);
	other = vcpu->hw_mmu;
	assert_true(l2_reaches(vcpu, L2_IPA) != 0);
	enter_l2(vcpu, VTTBR(7, L1_ROOT), hcr_on);
	enter_l2(vcpu, VTTBR(7, OTHER_ROOT), hcr_on);
	assert_int_equal(stage2_lookup(other, IPA(L2_IPA), &found), STAGE2_OK);
	vcpu_put(vcpu);
}

/* The naming remark: clearing a shadow is a flush. L1's memory, and its table, stay as they are. */
static void s2_11_clearing_a_shadow_unmaps_nothing_of_l1(void **state)
{
	struct vcpu *vcpu = fresh();
	struct vm *vm = vcpu->vm;
	struct stage2_mapping found;

	(void)state;
	l1_maps(vm, L1_ROOT, L1_OUTPUT);
	assert_int_equal(
		stage2_map(&vm->mmu, IPA(L1_OUTPUT), PA(pa_of(vm, L1_OUTPUT)), MIB(2), S2_ALL, 0),
		STAGE2_OK);
	for (unsigned i = 1; i < 9; i++) {
		enter_l2(vcpu, VTTBR(i, L1_ROOT), hcr_on);
		assert_u64(l2_reaches(vcpu, L2_IPA), pa_of(vm, L1_OUTPUT + 0x12000));
	}
	assert_int_equal(stage2_lookup(&vm->mmu, IPA(L1_OUTPUT), &found), STAGE2_OK);
	assert_u64(found.pa.v, pa_of(vm, L1_OUTPUT));
	vcpu_put(vcpu);
}

/* ---- S2-7 ---- */

/* Another CPU, just before this one takes the lock to look for the same context. */
static void the_other_one_wins(const u32 *word)
{
	struct vcpu *other = &running->vm->vcpus[1];

	if (word != &running->vm->mmu_lock.is_held || other->hw_mmu)
		return;
	other->hw_mmu = mmu_get(other);
}

static void mut_d15_racing_creators_share_one(void **state)
{
	unsigned valid = 0;
	struct vm *vm;

	(void)state;
	running = fresh();
	vm = running->vm;
	l2_of(vm, 1);
	host_on_lock(the_other_one_wins);
	running->hw_mmu = mmu_get(running);
	host_on_lock(NULL);
	assert_non_null(vm->vcpus[1].hw_mmu);
	assert_ptr_equal(running->hw_mmu, vm->vcpus[1].hw_mmu);
	assert_int_equal(running->hw_mmu->references, 2);
	for (unsigned i = 0; i < vm->shadows.count; i++)
		valid += vm->shadows.mmu[i].is_valid;
	assert_int_equal(valid, 1);
}

/* ---- S2-6: the mail's design ---- */

/* L1 without NV2, at virtual EL2, writes VTTBR_EL2: the trap is where the mail creates. */
static void l1_writes_vttbr(struct vcpu *vcpu, u64 vttbr)
{
	if (vcpu->cpu)
		vcpu_put(vcpu);
	vcpu->context.pstate = PSTATE_EL2h | PSTATE_DAIF;
	vcpu_load(vcpu);
	vcpu->context.x[3] = vttbr;
	vcpu->fault.esr = ESR(EC_SYS64, ISS_VTTBR_EL2 | 3 << 5);
	assert_int_equal(exit_handle(vcpu, EXIT_TRAP), GUEST_CONTINUES);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(VTTBR_EL2)), vttbr);
	vcpu_commit_pc(vcpu);
}

static unsigned contexts_of(const struct vm *vm)
{
	unsigned valid = 0;

	for (unsigned i = 0; i < vm->shadows.count; i++)
		valid += vm->shadows.mmu[i].is_valid;
	return valid;
}

/*
 * L2 runs with stage 2 off, then on, under one VTTBR_EL2. The address it uses is mapped 1:1 by the
 * first and must go through L1's tables in the second.
 */
static void off_then_on(enum shadow_knob knob, u64 *off, u64 *on, unsigned *created)
{
	struct vm *vm = nested_guest(VM_EL2_VHE, 1);
	struct vcpu *vcpu = &vm->vcpus[0];

	options.shadow = knob;
	vmid_reset();
	l1_maps(vm, L1_ROOT, L1_OUTPUT);
	l1_set(vcpu, REG(VTCR_EL2), L1_VTCR);
	for (unsigned vmid = 1; vmid <= 3; vmid++) /* values on the way, never entered */
		l1_writes_vttbr(vcpu, VTTBR(vmid, OTHER_ROOT));
	l1_writes_vttbr(vcpu, VTTBR(7, L1_ROOT));
	*created = contexts_of(vm);
	enter_l2(vcpu, VTTBR(7, L1_ROOT), hcr_off);
	*off = l2_reaches(vcpu, L2_IPA) - vm->slots[0].pa.v;
	enter_l2(vcpu, VTTBR(7, L1_ROOT), hcr_on);
	*on = l2_reaches(vcpu, L2_IPA) - vm->slots[0].pa.v;
	vcpu_put(vcpu);
}

static void mut_d16_eager_contexts_give_wrong_answers(void **state)
{
	u64 off, on, ram = GUEST_RAM_IPA;
	unsigned created;

	(void)state;
	off_then_on(SHADOW_LAZY, &off, &on, &created);
	assert_int_equal(created, 0);
	assert_u64(off, L2_IPA - ram);
	assert_u64(on, L1_OUTPUT + 0x12000 - ram);
	/* The baseline: one for each value ever written, and L2 reaches memory that L1 kept. */
	off_then_on(SHADOW_ON_VTTBR_WRITE, &off, &on, &created);
	assert_int_equal(created, 4);
	assert_u64(off, L2_IPA - ram);
	assert_u64(on, L2_IPA - ram);
}

TESTS(cmocka_unit_test(inv_nv_4_the_stage_2_is_that_of_the_context),
	cmocka_unit_test(mut_d13_vttbr_0_is_a_context_like_any_other),
	cmocka_unit_test(mut_d14_another_base_is_another_translation),
	cmocka_unit_test(s2_11_other_contexts_are_left_alone),
	cmocka_unit_test(s2_11_clearing_a_shadow_unmaps_nothing_of_l1),
	cmocka_unit_test(mut_d15_racing_creators_share_one),
	cmocka_unit_test(mut_d16_eager_contexts_give_wrong_answers))
