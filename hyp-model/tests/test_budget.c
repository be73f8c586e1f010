/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables that an L1 can make L0 need: a VM's shadows have a budget, and what others need is never
 * among them.
 */
#include "core/exit.h"
#include "core/pages.h"
#include "core/stage2.h"
#include "l1_tables.h"

/* L2 loads from an address that no shadow has yet: a translation fault of level 1. */
static enum verdict touch(struct vcpu *vcpu, u64 ipa)
{
	vcpu->fault.esr = (u64)EC_DABT_LOW << ESR_EC_SHIFT | ESR_IL | FSC_TRANSLATION | 1;
	vcpu->fault.far = 0xffff000000000000;
	vcpu->fault.hpfar = ipa >> 12 << 4;
	vcpu->fault.is_hpfar_valid = true;
	return exit_guest_abort(vcpu);
}

/* Destroys what it counts. */
static u64 count_free_pages(void)
{
	pa_t page;
	u64 count = 0;

	while (pages_alloc(PAGE_SIZE, PAGE_SIZE, &page))
		count++;
	return count;
}

/* Two tables for each address, of which there are 512; what others need is never among them. */
static void shadows_have_a_budget(void **state)
{
	struct stage2_mapping found;
	struct vcpu *vcpu = l2_loaded();
	u64 before = count_free_pages();

	(void)state;
	vcpu = l2_loaded();
	for (u64 i = 0; i < 512; i++) {
		l1_map(vcpu->vm, i * GIB(1), L1_BLOCK(0x80000000), 1);
		assert_int_equal(touch(vcpu, i * GIB(1)), GUEST_CONTINUES);
		assert_true(loaded_lookup(vcpu, i * GIB(1), &found));
	}
	assert_false(vcpu->vm->is_off);
	assert_true(before - count_free_pages() <= SHADOW_TABLES / PAGE_SIZE);
	stage2_unmap(vcpu->hw_mmu, IPA(0), stage2_input_size());
	assert_u64(vcpu->vm->shadows.budget, SHADOW_TABLES);
}

/* L1 spreads a guest over all addresses: its shadows go and come back, and L0 goes on. */
static void tables_that_eat_all_memory_are_given_back(void **state)
{
	struct vcpu *vcpu = l2_loaded();
	struct stage2_mapping found;
	pa_t page;

	(void)state;
	for (u64 i = 0; i < 512; i++)
		l1_map(vcpu->vm, i * GIB(1), L1_BLOCK(0x80000000), 1);
	for (u64 i = 0; i < 500; i++)
		touch(vcpu, i * GIB(1));
	while (pages_alloc(PAGE_SIZE, PAGE_SIZE, &page))
		;
	assert_int_equal(touch(vcpu, GIB(511)), GUEST_CONTINUES);
	assert_true(loaded_lookup(vcpu, GIB(511), &found));
	assert_false(loaded_lookup(vcpu, 0, &found));
}

TESTS(cmocka_unit_test(shadows_have_a_budget),
	cmocka_unit_test(tables_that_eat_all_memory_are_given_back))
