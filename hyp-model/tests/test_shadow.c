/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shadow stage 2: which one a vCPU gets, how long it keeps it, and what the host does to all of
 * them. HYPERVISOR-SPEC C.1, C.2, C.7, C.8.
 */
#include "l1_tables.h"

#include <string.h>

#include "core/stage2.h"

#define VTTBR(vmid, base) ((u64)(vmid) << 48 | (base))

static const u64 hcr_on = F(HCR_EL2, E2H) | F(HCR_EL2, RW) | F(HCR_EL2, VM);
static const u64 hcr_off = F(HCR_EL2, E2H) | F(HCR_EL2, RW);

/* A load of that context as far as the mmu goes; the reference of the one before goes back. */
static struct s2_mmu *get(struct vcpu *vcpu, u64 vttbr, u64 vtcr, u64 hcr)
{
	l1_set(vcpu, REG(VTTBR_EL2), vttbr);
	l1_set(vcpu, REG(VTCR_EL2), vtcr);
	l1_set(vcpu, REG(HCR_EL2), hcr);
	vcpu->hw_mmu = mmu_get(vcpu);
	return vcpu->hw_mmu;
}

static struct vcpu *fresh(void)
{
	struct vm *vm = nested_guest(VM_EL2_VHE, 2);

	vmid_reset();
	return l2_of(vm, 0);
}

static void fill(struct s2_mmu *mmu, u64 ipa)
{
	assert_int_equal(
		stage2_map(mmu, IPA(ipa), PA(HOST_PA_BASE + MIB(32)), PAGE_SIZE, S2_ALL, 3),
		STAGE2_OK);
}

static bool is_mapped(const struct s2_mmu *mmu, u64 ipa)
{
	struct stage2_mapping found;

	return stage2_lookup(mmu, IPA(ipa), &found) == STAGE2_OK;
}

static void s2_1_every_shadow_has_its_own_vmid(void **state)
{
	struct vcpu *vcpu = fresh();
	struct s2_mmu *a = get(vcpu, VTTBR(9, L1_ROOT), L1_VTCR, hcr_on);
	struct s2_mmu *b = get(vcpu, VTTBR(9, L1_ROOT), L1_VTCR, hcr_off);

	(void)state;
	vmid_update(&vcpu->vm->mmu);
	vmid_update(a);
	vmid_update(b);
	assert_int_not_equal(vmid_of(a), vmid_of(b));
	assert_int_not_equal(vmid_of(a), vmid_of(&vcpu->vm->mmu));
	assert_int_not_equal(vmid_of(b), vmid_of(&vcpu->vm->mmu));
	assert_int_not_equal(vmid_of(a), 9);
}

static void s2_4_key_is_vttbr_without_cnp_vtcr_and_enabled(void **state)
{
	static const struct {
		const char *why;
		u64 vttbr, vtcr;
		bool is_on, is_same;
	} cases[] = {
		{ "the same", VTTBR(7, L1_ROOT), L1_VTCR, true, true },
		{ "CnP is no part of it", VTTBR(7, L1_ROOT | 1), L1_VTCR, true, true },
		{ "another base", VTTBR(7, L1_ROOT + 0x1000), L1_VTCR, true, false },
		{ "another VMID", VTTBR(8, L1_ROOT), L1_VTCR, true, false },
		{ "another geometry", VTTBR(7, L1_ROOT), L1_VTCR + 1, true, false },
		{ "off", VTTBR(7, L1_ROOT), L1_VTCR, false, false },
	};
	struct vcpu *vcpu = fresh();
	struct s2_mmu *mmu = get(vcpu, VTTBR(7, L1_ROOT), L1_VTCR, hcr_on), *off;
	struct vm *vm = vcpu->vm;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct s2_mmu *got =
			shadow_lookup(vm, cases[i].vttbr, cases[i].vtcr, cases[i].is_on);

		if (got != (cases[i].is_same ? mmu : NULL))
			fail_row(i, cases[i].why, "%s", got ? "found" : "not found");
	}
	/* With stage 2 off only the VMID counts. */
	off = get(vcpu, VTTBR(7, L1_ROOT), L1_VTCR, hcr_off);
	assert_ptr_equal(shadow_lookup(vm, VTTBR(7, 0x1000), 0, false), off);
	assert_null(shadow_lookup(vm, VTTBR(6, L1_ROOT), L1_VTCR, false));
}

static void s2_5_key_zero_is_legal(void **state)
{
	struct vcpu *vcpu = fresh();
	struct vm *vm = vcpu->vm;
	struct s2_mmu *mmu;

	(void)state;
	assert_null(shadow_lookup(vm, 0, 0, true)); /* what is free is not found */
	assert_null(shadow_lookup(vm, 0, 0, false));
	mmu = get(vcpu, 0, L1_VTCR, hcr_on);
	assert_true(mmu->is_valid);
	assert_u64(mmu->key_vttbr, 0);
	assert_ptr_equal(shadow_lookup(vm, 0, L1_VTCR, true), mmu);
	assert_ptr_equal(get(vcpu, 0, L1_VTCR, hcr_on), mmu);
	assert_ptr_not_equal(get(vcpu, 0, 0, hcr_off), mmu);
}

static void s2_6_created_at_the_load_and_not_before(void **state)
{
	struct vcpu *vcpu = fresh();

	(void)state;
	for (unsigned i = 0; i < vcpu->vm->shadows.count; i++)
		assert_false(vcpu->vm->shadows.mmu[i].is_valid);
	vcpu_load(vcpu);
	assert_ptr_equal(vcpu->hw_mmu, shadow_lookup(vcpu->vm, L1_VTTBR, L1_VTCR, true));
	assert_u64(host_get(SR_VTTBR_EL2), mmu_vttbr(vcpu->hw_mmu));
}

/* Seed 004's design: by VMID, at the write, whatever HCR_EL2.VM says. */
static void s2_6_eager_baseline(void **state)
{
	struct vcpu *vcpu = fresh();
	struct vm *vm = vcpu->vm;
	struct s2_mmu *first, *second;

	(void)state;
	options.shadow = SHADOW_ON_VTTBR_WRITE;
	shadow_create_eagerly(vcpu, VTTBR(1, L1_ROOT));
	shadow_create_eagerly(vcpu, VTTBR(2, L1_ROOT));
	first = &vm->shadows.mmu[0];
	second = &vm->shadows.mmu[1];
	assert_true(first->is_valid && second->is_valid);
	fill(first, 0);
	fill(second, 0);
	/* MUT-D16: the same one with stage 2 on and off. */
	assert_ptr_equal(get(vcpu, VTTBR(1, L1_ROOT), L1_VTCR, hcr_off), first);
	assert_ptr_equal(get(vcpu, VTTBR(1, L1_ROOT), L1_VTCR, hcr_on), first);
	/* S2-11: a base change of one clears all of them. */
	shadow_create_eagerly(vcpu, VTTBR(1, L1_ROOT + 0x1000));
	assert_false(is_mapped(first, 0));
	assert_false(is_mapped(second, 0));
}

static struct vcpu *rival;

/* The other vCPU of the VM, on another CPU, is a little faster (MUT-D15). */
static void rival_creates(const u32 *word)
{
	(void)word;
	get(rival, VTTBR(7, L1_ROOT), L1_VTCR, hcr_on);
}

static void s2_7_a_rival_in_between_is_found(void **state)
{
	struct vcpu *vcpu = fresh();
	struct s2_mmu *mmu;

	(void)state;
	rival = l2_of(vcpu->vm, 1);
	host_on_lock(rival_creates);
	mmu = get(vcpu, VTTBR(7, L1_ROOT), L1_VTCR, hcr_on);
	host_on_lock(NULL);
	assert_ptr_equal(mmu, rival->hw_mmu);
	assert_int_equal(mmu->references, 2);
}

static void s2_7_lookup_or_create_is_one_step_under_the_lock(void **state)
{
	struct vcpu *vcpu = fresh();
	unsigned references;
	struct s2_mmu *mmu;
	long lock, unlock;

	(void)state;
	host_log_clear();
	mmu = get(vcpu, VTTBR(7, L1_ROOT), L1_VTCR, hcr_on);
	lock = host_log_find(0, LOG_LOCK, 0);
	unlock = host_log_find(0, LOG_UNLOCK, 0);
	assert_true(lock >= 0 && unlock > lock);
	assert_u64(host_log_times(LOG_LOCK, 0), 1);
	assert_u64(host_log((size_t)lock)->address, (u64)&vcpu->vm->mmu_lock.is_held);
	references = mmu->references;
	assert_int_equal(references, 1);
	/* The loser of a race finds the winner's. */
	assert_ptr_equal(get(l2_of(vcpu->vm, 1), VTTBR(7, L1_ROOT), L1_VTCR, hcr_on), mmu);
	assert_int_equal(mmu->references, 2);
}

static void s2_8_round_robin_over_what_is_free(void **state)
{
	struct vcpu *vcpu = fresh(), *other = l2_of(vcpu->vm, 1);
	struct s2_mmu *mmu = vcpu->vm->shadows.mmu;

	(void)state;
	assert_int_equal(vcpu->vm->shadows.count, 4);
	assert_ptr_equal(get(other, VTTBR(1, 0), L1_VTCR, hcr_on), &mmu[0]);
	for (unsigned i = 1; i < 4; i++)
		assert_ptr_equal(get(vcpu, VTTBR(1 + i, 0), L1_VTCR, hcr_on), &mmu[i]);
	/* Not 0, which somebody uses; and not 3, which is ours and would be free by now. */
	assert_ptr_equal(get(vcpu, VTTBR(9, 0), L1_VTCR, hcr_on), &mmu[1]);
	assert_ptr_equal(get(vcpu, VTTBR(10, 0), L1_VTCR, hcr_on), &mmu[2]);
}

static void s2_8_recycled_ones_are_emptied_before_they_run(void **state)
{
	struct vcpu *vcpu = fresh();
	struct vm *vm = vcpu->vm;
	struct s2_mmu *mmu;

	(void)state;
	mmu = get(vcpu, VTTBR(1, 0), L1_VTCR, hcr_on);
	assert_false(mmu->is_unmap_pending); /* it was never used */
	assert_false(vcpu_take_request(vcpu, REQUEST_NESTED_S2_UNMAP));
	vmid_update(mmu);
	fill(mmu, 0x5000);
	for (unsigned i = 2; i < 5; i++)
		get(vcpu, VTTBR(i, 0), L1_VTCR, hcr_on);
	assert_ptr_equal(get(vcpu, VTTBR(6, 0), L1_VTCR, hcr_on), mmu);
	assert_true(mmu->is_unmap_pending);
	assert_u64(mmu->key_vttbr, VTTBR(6, 0)); /* at once */
	assert_true(is_mapped(mmu, 0x5000));
	/* Everybody who gets it has to ask. */
	assert_ptr_equal(get(l2_of(vm, 1), VTTBR(6, 0), L1_VTCR, hcr_on), mmu);
	assert_true(vcpu_take_request(vcpu, REQUEST_NESTED_S2_UNMAP));
	assert_true(vcpu_take_request(&vm->vcpus[1], REQUEST_NESTED_S2_UNMAP));
	shadow_unmap_pending(vcpu);
	assert_false(is_mapped(mmu, 0x5000));
	assert_false(mmu->is_unmap_pending);
	assert_ptr_equal(get(vcpu, VTTBR(6, 0), L1_VTCR, hcr_on), mmu);
	assert_false(vcpu_take_request(vcpu, REQUEST_NESTED_S2_UNMAP));
}

static void s2_9_two_for_each_vcpu_are_enough(void **state)
{
	struct vcpu *a = fresh(), *b = l2_of(a->vm, 1);

	(void)state;
	/* Both keep one over sched-out, and change it for ever. */
	for (unsigned i = 0; i < 50; i++) {
		get(a, VTTBR(2 * i, 0), L1_VTCR, hcr_on);
		mmu_release(a);
		get(b, VTTBR(2 * i + 1, 0), L1_VTCR, hcr_on);
		mmu_release(b);
		assert_ptr_not_equal(a->hw_mmu, b->hw_mmu);
		assert_int_equal(a->hw_mmu->references, 1);
	}
}

static void s2_10_kept_over_sched_out_dropped_by_wfi(void **state)
{
	struct vcpu *vcpu = fresh();
	struct s2_mmu *mmu;

	(void)state;
	vcpu_load(vcpu);
	mmu = vcpu->hw_mmu;
	assert_int_equal(mmu->references, 1);
	vcpu_put(vcpu);
	assert_int_equal(mmu->references, 1);
	vcpu_load(vcpu);
	assert_int_equal(mmu->references, 1);
	vcpu->is_in_wfi = true;
	vcpu_put(vcpu);
	vcpu->is_in_wfi = false;
	assert_int_equal(mmu->references, 0);
	vcpu_load(vcpu);
	assert_ptr_equal(vcpu->hw_mmu, mmu);
	assert_int_equal(mmu->references, 1);
	/* To virtual EL2: put, change, load. */
	vcpu_put(vcpu);
	vcpu->context.pstate = PSTATE_EL2h;
	vcpu_load(vcpu);
	assert_int_equal(mmu->references, 0);
	assert_ptr_equal(vcpu->hw_mmu, &vcpu->vm->mmu);
}

static void s2_11_same_vmid_other_base_is_another_shadow(void **state)
{
	struct vcpu *vcpu = fresh();
	struct s2_mmu *old = get(vcpu, VTTBR(7, L1_ROOT), L1_VTCR, hcr_on), *new;

	(void)state;
	fill(old, 0x5000);
	new = get(vcpu, VTTBR(7, L1_ROOT + 0x10000), L1_VTCR, hcr_on);
	assert_ptr_not_equal(new, old);
	assert_false(is_mapped(new, 0x5000));
	assert_true(is_mapped(old, 0x5000)); /* only L1's TLBI takes that away */
}

/* Whoever changes keys, references or tables holds the VM's lock, and no other is needed. */
static void s2_12_one_lock_for_all_of_it(void **state)
{
	struct vcpu *vcpu = fresh();
	u64 lock = (u64)&vcpu->vm->mmu_lock.is_held;
	unsigned taken = 0;

	(void)state;
	host_log_clear();
	get(vcpu, VTTBR(7, L1_ROOT), L1_VTCR, hcr_on);
	shadow_unmap_pending(vcpu);
	vm_write_protect(vcpu->vm, IPA(0x40000000), PAGE_SIZE);
	vcpu->is_in_wfi = true;
	mmu_release(vcpu);
	for (size_t i = 0; i < host_log_count(); i++)
		taken += host_log(i)->kind == LOG_LOCK && host_log(i)->address == lock;
	assert_int_equal(taken, 4);
	assert_u64(host_log((size_t)host_log_find(0, LOG_LOCK, 0))->address, lock);
}

static void s2_13_nothing_is_left_after_the_end_and_nothing_needed_before(void **state)
{
	struct vcpu *vcpu = fresh();
	struct vm *vm = vcpu->vm;
	struct s2_mmu *mmu = get(vcpu, VTTBR(7, L1_ROOT), L1_VTCR, hcr_on);

	(void)state;
	fill(mmu, 0x5000);
	vm_mmu_destroy(vm);
	assert_false(mmu->is_valid);
	assert_null(shadow_lookup(vm, VTTBR(7, L1_ROOT), L1_VTCR, true));
	vm_unmap(vm, IPA(0), stage2_input_size());
	vm_write_protect(vm, IPA(0), stage2_input_size());
	vm = guest(MODE_VHE); /* no virtual EL2, so no shadows */
	assert_int_equal(vm->shadows.count, 0);
	vm_unmap(vm, IPA(0), stage2_input_size());
	vm_write_protect(vm, IPA(0), stage2_input_size());
}

/* ---- C.7 ---- */

static void s2_28_host_changes_reach_every_shadow_as_a_whole(void **state)
{
	struct vcpu *vcpu = fresh();
	struct vm *vm = vcpu->vm;
	struct s2_mmu *a = get(vcpu, VTTBR(1, 0), L1_VTCR, hcr_on);
	struct s2_mmu *b = get(vcpu, VTTBR(2, 0), L1_VTCR, hcr_off);
	struct stage2_mapping found;

	(void)state;
	fill(a, 0x5000);
	fill(b, 0x123456000);
	fill(&vm->mmu, 0x40000000);
	fill(&vm->mmu, 0x40001000);
	vm_write_protect(vm, IPA(0x40000000), PAGE_SIZE);
	stage2_lookup(&vm->mmu, IPA(0x40000000), &found);
	assert_int_equal(found.rights, S2_ALL & ~S2_WRITE);
	stage2_lookup(&vm->mmu, IPA(0x40001000), &found);
	assert_int_equal(found.rights, S2_ALL);
	stage2_lookup(a, IPA(0x5000), &found);
	assert_int_equal(found.rights, S2_ALL & ~S2_WRITE);
	stage2_lookup(b, IPA(0x123456000), &found);
	assert_int_equal(found.rights, S2_ALL & ~S2_WRITE);
	vm_age(vm, IPA(0x40000000), PAGE_SIZE);
	stage2_lookup(a, IPA(0x5000), &found);
	assert_false(found.is_accessed);
	vm_unmap(vm, IPA(0x40000000), PAGE_SIZE);
	assert_false(is_mapped(&vm->mmu, 0x40000000));
	assert_true(is_mapped(&vm->mmu, 0x40001000));
	assert_false(is_mapped(a, 0x5000));
	assert_false(is_mapped(b, 0x123456000));
}

static void s2_29_sequence_moves_and_every_vmid_is_flushed(void **state)
{
	struct vcpu *vcpu = fresh();
	struct vm *vm = vcpu->vm;
	struct s2_mmu *mmu = get(vcpu, VTTBR(1, 0), L1_VTCR, hcr_on);
	u64 sequence = mmu_sequence(vm);

	(void)state;
	vmid_update(&vm->mmu);
	vmid_update(mmu);
	fill(&vm->mmu, 0x40000000);
	fill(mmu, 0x5000);
	host_log_clear();
	assert_false(mmu_has_changed(vm, sequence));
	vm_unmap(vm, IPA(0x40000000), PAGE_SIZE);
	assert_true(mmu_has_changed(vm, sequence));
	assert_int_equal(vm->invalidate_in_progress, 0);
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_IPAS2E1IS), 2);
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_VMALLE1IS), 2);
	vm->invalidate_in_progress = 1;
	assert_true(mmu_has_changed(vm, mmu_sequence(vm)));
}

/* ---- C.8 ---- */

static void s2_31_nested_context_never_has_the_canonical_one(void **state)
{
	static const struct {
		const char *why;
		u64 pstate, hcr;
		bool is_canonical;
	} cases[] = {
		{ "vEL2", PSTATE_EL2h, F(HCR_EL2, E2H), true },
		{ "vEL2, SP_EL0", PSTATE_EL2t, F(HCR_EL2, E2H), true },
		{ "InHost EL0", PSTATE_EL0t, F(HCR_EL2, E2H) | F(HCR_EL2, TGE), true },
		{ "L2", PSTATE_EL1h, F(HCR_EL2, E2H) | F(HCR_EL2, VM), false },
		{ "L2 without stage 2", PSTATE_EL1h, F(HCR_EL2, E2H), false },
		{ "L2's EL0", PSTATE_EL0t, F(HCR_EL2, E2H), false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = fresh();

		vcpu->context.pstate = cases[i].pstate;
		get(vcpu, L1_VTTBR, L1_VTCR, cases[i].hcr);
		if ((vcpu->hw_mmu == &vcpu->vm->mmu) != cases[i].is_canonical ||
			vcpu->hw_mmu->is_shadow == cases[i].is_canonical)
			fail_row(i, cases[i].why, "%s",
				vcpu->hw_mmu->is_shadow ? "a shadow" : "canonical");
	}
}

static void s2_32_recycling_flushes_the_vmid_that_stays(void **state)
{
	struct vcpu *vcpu = fresh();
	struct s2_mmu *mmu = get(vcpu, VTTBR(1, 0), L1_VTCR, hcr_on);
	u64 record;

	(void)state;
	vmid_update(mmu);
	record = mmu->vmid_record;
	for (unsigned i = 2; i < 6; i++)
		get(vcpu, VTTBR(i, 0), L1_VTCR, hcr_on);
	assert_ptr_equal(vcpu->hw_mmu, mmu);
	assert_u64(mmu->vmid_record, record);
	host_log_clear();
	shadow_unmap_pending(vcpu);
	/* Though its table was empty: stage 1 alone may have left entries. */
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_VMALLS12E1IS), 1);
}

TESTS(cmocka_unit_test(s2_1_every_shadow_has_its_own_vmid),
	cmocka_unit_test(s2_4_key_is_vttbr_without_cnp_vtcr_and_enabled),
	cmocka_unit_test(s2_5_key_zero_is_legal),
	cmocka_unit_test(s2_6_created_at_the_load_and_not_before),
	cmocka_unit_test(s2_6_eager_baseline),
	cmocka_unit_test(s2_7_lookup_or_create_is_one_step_under_the_lock),
	cmocka_unit_test(s2_7_a_rival_in_between_is_found),
	cmocka_unit_test(s2_8_round_robin_over_what_is_free),
	cmocka_unit_test(s2_8_recycled_ones_are_emptied_before_they_run),
	cmocka_unit_test(s2_9_two_for_each_vcpu_are_enough),
	cmocka_unit_test(s2_10_kept_over_sched_out_dropped_by_wfi),
	cmocka_unit_test(s2_11_same_vmid_other_base_is_another_shadow),
	cmocka_unit_test(s2_12_one_lock_for_all_of_it),
	cmocka_unit_test(s2_13_nothing_is_left_after_the_end_and_nothing_needed_before),
	cmocka_unit_test(s2_28_host_changes_reach_every_shadow_as_a_whole),
	cmocka_unit_test(s2_29_sequence_moves_and_every_vmid_is_flushed),
	cmocka_unit_test(s2_31_nested_context_never_has_the_canonical_one),
	cmocka_unit_test(s2_32_recycling_flushes_the_vmid_that_stays))
