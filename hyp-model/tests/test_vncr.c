/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NV-37 to NV-41: an L1 that uses FEAT_NV2 itself. L1's tables are as small as they can be: one
 * block of 1 GiB or a page, in the regime EL2&0.
 */
#include "core/vncr.h"

#include "core/at.h"
#include "core/exit.h"
#include "core/nested.h"
#include "core/switch.h"
#include "core/traps.h"
#include "support.h"

enum { ROOT = 0x40500000, TABLE2 = 0x40501000, TABLE3 = 0x40502000, PAGE = 0x40600000 };

#define VA	  0x1234567000ul
#define PAGE_LEAF (DESC_VALID | DESC_PAGE | DESC_AF)
#define AP_RO	  BIT(7)
#define nG	  BIT(11)
#define VNCR_BIT  BIT(13)
#define ISS_WRITE BIT(6)

static struct vm *vm;
static struct vcpu *vcpu;

static void set(reg_t reg, u64 value)
{
	vcpu_write_sys_reg(vcpu, value, reg);
}

static void map_leaf(u64 leaf)
{
	*guest_word(vm, IPA(ROOT + 8 * bits(VA, 38, 30))) = TABLE2 | DESC_VALID | DESC_TABLE;
	*guest_word(vm, IPA(TABLE2 + 8 * bits(VA, 29, 21))) = TABLE3 | DESC_VALID | DESC_TABLE;
	*guest_word(vm, IPA(TABLE3 + 8 * bits(VA, 20, 12))) = leaf;
}

/* vCPU 0 of L1 runs an L2 that is a hypervisor, at its EL1; not loaded. */
static void recursion(void)
{
	vm = nested_guest(VM_EL2_VHE, 2);
	vcpu = &vm->vcpus[0];
	set(REG(HCR_EL2), F(HCR_EL2, E2H) | F(HCR_EL2, VM) | F(HCR_EL2, NV) | F(HCR_EL2, NV2));
	set(REG(SCTLR_EL2), F(SCTLR_EL1, M));
	set(REG(TCR_EL2), FV(TCR_EL1, T0SZ, 25) | FV(TCR_EL1, T1SZ, 25) | FV(TCR_EL1, TG1, 2) |
				  FV(TCR_EL1, IPS, 2));
	set(REG(TTBR0_EL2), ROOT | 5ul << 48);
	set(REG(TTBR1_EL2), ROOT);
	set(REG(VNCR_EL2), VA);
	set(REG(VBAR_EL2), 0x40400000);
	vcpu->context.pstate = PSTATE_EL1h;
	vcpu->context.pc = 0x7000;
	for (unsigned i = 0; i < 3 * 512; i++)
		*guest_word(vm, IPA(ROOT + 8 * i)) = 0;
	map_leaf(PAGE_LEAF | PAGE);
}

static pa_t page_pa(void)
{
	return PA(vm_slot(vm, IPA(PAGE))->pa.v + (PAGE - vm_slot(vm, IPA(PAGE))->ipa.v));
}

static bool is_mapped(bool *is_writable)
{
	pa_t page;
	bool is_there = host_fixmap(&page, is_writable);

	if (is_there)
		assert_u64(page.v, page_pa().v);
	return is_there;
}

static void assert_mapped(bool is_writable)
{
	bool got;

	assert_true(is_mapped(&got));
	assert_int_equal(got, is_writable);
}

static void assert_unmapped(void)
{
	bool unused;

	assert_false(is_mapped(&unused));
}

/* The hardware's access at `offset` of the page at our VA has failed. */
static enum verdict aborted(u64 iss, u64 offset)
{
	vcpu->fault.esr = (u64)EC_DABT_SAME << ESR_EC_SHIFT | ESR_IL | VNCR_BIT | iss;
	vcpu->fault.far = vncr_fixmap_va() + offset;
	return exit_vncr_abort(vcpu);
}

/* --- NV-37 ------------------------------------------------------------------------------------ */

static void nv_37_hardware_uses_the_page_of_l1(void **state)
{
	(void)state;
	recursion();
	vcpu_load(vcpu);
	assert_true(vcpu_take_request(vcpu, REQUEST_VNCR_MAP));
	assert_unmapped();
	assert_true(vncr_map(vcpu));
	assert_mapped(true);
	assert_u64(traps_vncr(vcpu), hal_fixmap_va());
	assert_u64(traps_hcr(vcpu) & (F(HCR_EL2, NV) | F(HCR_EL2, NV2)),
		F(HCR_EL2, NV) | F(HCR_EL2, NV2));
	vcpu_put(vcpu);
	assert_unmapped();
}

static void nv_37_nothing_without_nv_or_at_virtual_el2(void **state)
{
	(void)state;
	recursion();
	vcpu->context.pstate = PSTATE_EL2h;
	assert_false(vncr_map(vcpu));
	vcpu->context.pstate = PSTATE_EL1h;
	set(REG(HCR_EL2), F(HCR_EL2, E2H) | F(HCR_EL2, VM));
	assert_false(vncr_map(vcpu));
	vncr_load(vcpu);
	assert_false(vcpu_take_request(vcpu, REQUEST_VNCR_MAP));
	assert_unmapped();
}

/* --- NV-38 ------------------------------------------------------------------------------------ */

static void nv_38_what_is_mapped_is_what_both_translations_say(void **state)
{
	static const struct {
		const char *why;
		u64 vncr, leaf;
		bool is_mapped, is_writable;
	} rows[] = {
		{ "a page", VA, PAGE_LEAF | PAGE, true, true },
		{ "a read-only page", VA, PAGE_LEAF | PAGE | AP_RO, true, false },
		{ "sign extended from bit 52", (VA | MASK(52, 39)), PAGE_LEAF | PAGE, true, true },
		{ "nothing in L1's tables", VA, 0, false, false },
		{ "no such address of L1", VA + PAGE_SIZE, PAGE_LEAF | PAGE, false, false },
		{ "no memory at L1's IPA", VA, PAGE_LEAF | 0x0c000000, false, false },
		{ "an address that is none", BIT(50), PAGE_LEAF | PAGE, false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool is_writable = false, is_there;

		recursion();
		set(REG(VNCR_EL2), rows[i].vncr);
		map_leaf(rows[i].leaf);
		is_there = vncr_map(vcpu);
		if (is_there != rows[i].is_mapped || is_mapped(&is_writable) != is_there ||
			(is_there && is_writable != rows[i].is_writable))
			fail_row(i, rows[i].why, "mapped %d, writable %d", is_there, is_writable);
	}
}

static void nv_38_a_read_only_slot_stays_read_only(void **state)
{
	(void)state;
	recursion();
	vm->slots[0].is_read_only = true;
	assert_ptr_equal(vm_slot(vm, IPA(PAGE)), &vm->slots[0]);
	assert_true(vncr_map(vcpu));
	assert_mapped(false);
}

/* One entry: it answers while L1's tables are gone, for its address and address space alone. */
static void nv_38_the_entry_is_of_one_address_and_asid(void **state)
{
	static const struct {
		const char *why;
		u64 ng, vncr, ttbr0;
		bool is_hit;
	} rows[] = {
		{ "the same", nG, VA, ROOT | 5ul << 48, true },
		{ "another address", nG, VA + PAGE_SIZE, ROOT | 5ul << 48, false },
		{ "another ASID", nG, VA, ROOT | 6ul << 48, false },
		{ "another ASID, a global page", 0, VA, ROOT | 6ul << 48, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool is_hit;

		recursion();
		map_leaf(PAGE_LEAF | PAGE | rows[i].ng);
		assert_true(vncr_map(vcpu));
		vncr_put(vcpu);
		map_leaf(0);
		set(REG(VNCR_EL2), rows[i].vncr);
		set(REG(TTBR0_EL2), rows[i].ttbr0);
		is_hit = vncr_map(vcpu);
		if (is_hit != rows[i].is_hit)
			fail_row(i, rows[i].why, "hit %d", is_hit);
	}
}

/* --- NV-39 ------------------------------------------------------------------------------------ */

static void nv_39_a_missing_mapping_is_made(void **state)
{
	(void)state;
	recursion();
	vcpu_load(vcpu);
	assert_int_equal(aborted(ISS_WRITE | FSC_TRANSLATION | 3, 0x78), GUEST_CONTINUES);
	assert_mapped(true);
	assert_true(vcpu_is_nested_ctxt(vcpu));
	assert_u64(vcpu->context.pc, 0x7000);
}

static void nv_39_what_l1_denies_is_l1s(void **state)
{
	static const struct {
		const char *why;
		u64 leaf, iss, fsc;
	} rows[] = {
		{ "nothing in L1's tables", 0, FSC_TRANSLATION | 3, FSC_TRANSLATION | 3 },
		{ "not accessed yet", (PAGE_LEAF | PAGE) & ~DESC_AF, FSC_TRANSLATION | 3,
			FSC_ACCESS_FLAG | 3 },
		{ "a write to a read-only page", PAGE_LEAF | PAGE | AP_RO,
			ISS_WRITE | FSC_PERMISSION | 3, FSC_PERMISSION | 3 },
		{ "no memory at L1's IPA", PAGE_LEAF | 0x0c000000, FSC_TRANSLATION | 3,
			FSC_EXTERNAL },
		{ "an external abort", PAGE_LEAF | PAGE, FSC_EXTERNAL, FSC_EXTERNAL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 esr, want;

		recursion();
		map_leaf(rows[i].leaf);
		vcpu_load(vcpu);
		assert_int_equal(aborted(rows[i].iss, 0x110), GUEST_CONTINUES);
		esr = vcpu_read_sys_reg(vcpu, REG(ESR_EL2));
		want = (u64)EC_DABT_SAME << 26 | BIT(25) | VNCR_BIT | (rows[i].iss & ISS_WRITE) |
		       rows[i].fsc;
		if (!vcpu_is_el2(vcpu) || esr != want)
			fail_row(i, rows[i].why, "at EL2 %d, ESR_EL2 0x%lx, not 0x%lx",
				vcpu_is_el2(vcpu), esr, want);
		assert_u64(vcpu_read_sys_reg(vcpu, REG(FAR_EL2)), VA + 0x110);
		assert_u64(vcpu_read_sys_reg(vcpu, REG(ELR_EL2)), 0x7000);
		assert_u64(vcpu_read_sys_reg(vcpu, REG(SPSR_EL2)), PSTATE_EL1h);
		assert_u64(vcpu->context.pc, 0x40400000 + 0x400);
		vcpu_put(vcpu);
	}
}

/* A page that L0 watches is read-only for the hardware's writes too, and then it is not. */
static void nv_39_a_watched_page_is_written_like_any_other(void **state)
{
	(void)state;
	recursion();
	assert_true(vm_watch_page(vm, IPA(PAGE)));
	vcpu_load(vcpu);
	assert_true(vncr_map(vcpu));
	assert_mapped(false);
	assert_int_equal(aborted(ISS_WRITE | FSC_PERMISSION | 3, 0x78), GUEST_CONTINUES);
	assert_true(vcpu_is_nested_ctxt(vcpu));
	assert_mapped(true);
	assert_u64(vm_pages_written(vm), 1);
}

static void abort_at_virtual_el2(void *unused)
{
	(void)unused;
	vcpu->context.pstate = PSTATE_EL2h;
	aborted(FSC_TRANSLATION | 3, 0);
}

static void nv_39_our_own_page_never_aborts(void **state)
{
	(void)state;
	recursion();
	assert_true(panics(abort_at_virtual_el2, NULL, "abort at EL2"));
}

/* --- NV-40 ------------------------------------------------------------------------------------ */

static void nv_40_tlb_maintenance_of_l1_drops_it(void **state)
{
	static const struct {
		const char *why;
		u64 ng, va, size;
		bool is_asid_checked;
		u64 asid;
		bool is_dropped;
	} rows[] = {
		{ "its address", nG, VA, PAGE_SIZE, false, 0, true },
		{ "the page before", nG, VA - PAGE_SIZE, PAGE_SIZE, false, 0, false },
		{ "the page behind", nG, VA + PAGE_SIZE, PAGE_SIZE, false, 0, false },
		{ "a range around it", nG, VA - MIB(1), MIB(2), false, 0, true },
		{ "a range up to it", nG, VA - MIB(2), MIB(2), false, 0, false },
		{ "everything", nG, 0, ~0ul, false, 0, true },
		{ "its ASID", nG, VA, PAGE_SIZE, true, 5, true },
		{ "another ASID (MUT-51)", nG, VA, PAGE_SIZE, true, 6, false },
		{ "another ASID, a global page", 0, VA, PAGE_SIZE, true, 6, true },
		{ "the top byte is no part of an address", nG, VA | 0xabul << 56, PAGE_SIZE, false,
			0, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool unused, is_there;

		recursion();
		map_leaf(PAGE_LEAF | PAGE | rows[i].ng);
		assert_true(vncr_map(vcpu));
		vncr_invalidate_va(
			vm, rows[i].va, rows[i].size, rows[i].is_asid_checked, rows[i].asid);
		is_there = is_mapped(&unused);
		if (is_there == rows[i].is_dropped || vcpu->vncr.entry.is_valid != is_there)
			fail_row(i, rows[i].why, "mapped %d", is_there);
	}
}

/* The instructions themselves, by another vCPU of L1 at virtual EL2. */
static void nv_40_instructions_of_l1_reach_it(void **state)
{
	static const struct {
		const char *why;
		u32 iss;
		u64 operand, vhcr;
		bool is_dropped;
	} rows[] = {
		{ "VAE2IS", ISS_TLBI_VAE2IS, VA >> 12 | 5ul << 48, 0, true },
		{ "VAE2, local", ISS_TLBI_VAE2, VA >> 12 | 5ul << 48, 0, true },
		{ "VALE2IS", ISS_TLBI_VALE2IS, VA >> 12 | 5ul << 48, 0, true },
		{ "VAE2IS of another ASID", ISS_TLBI_VAE2IS, VA >> 12 | 6ul << 48, 0, false },
		{ "VAE2IS of another page", ISS_TLBI_VAE2IS, (VA >> 12) + 1, 0, false },
		{ "ALLE2IS", ISS_TLBI_ALLE2IS, 0, 0, true },
		{ "VAE1IS InHost", ISS_TLBI_VAE1IS, VA >> 12 | 5ul << 48, F(HCR_EL2, TGE), true },
		{ "VAAE1IS InHost", ISS_TLBI_VAAE1IS, VA >> 12, F(HCR_EL2, TGE), true },
		{ "ASIDE1IS InHost", ISS_TLBI_ASIDE1IS, 5ul << 48, F(HCR_EL2, TGE), true },
		{ "VMALLE1IS InHost", ISS_TLBI_VMALLE1IS, 0, F(HCR_EL2, TGE), true },
		{ "VAE1IS of L2's regime", ISS_TLBI_VAE1IS, VA >> 12 | 5ul << 48, 0, false },
		{ "VMALLE1IS of L2's regime", ISS_TLBI_VMALLE1IS, 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *other;
		bool unused;

		recursion();
		map_leaf(PAGE_LEAF | PAGE | nG);
		other = &vm->vcpus[1];
		boot_cpu(1);
		assert_true(vncr_map(vcpu));
		host_set_cpu(0);
		vcpu_write_sys_reg(other, F(HCR_EL2, E2H) | rows[i].vhcr, REG(HCR_EL2));
		other->context.pstate = PSTATE_EL2h;
		other->context.x[3] = rows[i].operand;
		vcpu_load(other);
		other->fault.esr = (u64)EC_SYS64 << ESR_EC_SHIFT | ESR_IL | rows[i].iss | 3 << 5;
		assert_int_equal(exit_handle(other, EXIT_TRAP), GUEST_CONTINUES);
		assert_int_equal(other->pc_update, PC_SKIP_INSTRUCTION);
		host_set_cpu(1);
		if (is_mapped(&unused) == rows[i].is_dropped)
			fail_row(i, rows[i].why, "mapped %d", is_mapped(&unused));
		host_set_cpu(0);
	}
}

/* A block of L1's is one entry of its TLB: any address in it invalidates all of it. */
static void nv_40_a_block_is_dropped_as_a_whole(void **state)
{
	u64 block = align_down(VA, MIB(2));
	bool unused;
	pa_t page;

	(void)state;
	recursion();
	*guest_word(vm, IPA(TABLE2 + 8 * bits(VA, 29, 21))) = DESC_VALID | DESC_AF | PAGE;
	assert_true(vncr_map(vcpu));
	vncr_invalidate_va(vm, block + MIB(2), PAGE_SIZE, false, 0);
	vncr_invalidate_va(vm, block - PAGE_SIZE, PAGE_SIZE, false, 0);
	assert_true(host_fixmap(&page, &unused));
	assert_u64(page.v, page_pa().v + (VA - block));
	vncr_invalidate_va(vm, block, PAGE_SIZE, false, 0);
	assert_false(host_fixmap(&page, &unused));
}

static void nv_40_changes_of_the_host_drop_it(void **state)
{
	(void)state;
	recursion();
	assert_true(vncr_map(vcpu));
	vm_unmap(vm, IPA(PAGE + MIB(1)), PAGE_SIZE);
	assert_mapped(true);
	vm_unmap(vm, IPA(PAGE), PAGE_SIZE);
	assert_unmapped();
	assert_true(vncr_map(vcpu));
	vm_write_protect(vm, IPA(PAGE), PAGE_SIZE);
	assert_unmapped();
}

/* The CPU that runs L2 needs no kick: its page is gone when the invalidation returns. */
static void nv_40_other_cpus_lose_it_at_once(void **state)
{
	(void)state;
	recursion();
	boot_cpu(1);
	assert_true(vncr_map(vcpu));
	assert_mapped(true);
	host_set_cpu(0);
	assert_unmapped();
	vncr_invalidate_va(vm, VA, PAGE_SIZE, false, 0);
	host_set_cpu(1);
	assert_unmapped();
}

/* Another vCPU of L1 changes its table and invalidates while this one is between walk and map. */
static unsigned races;

static void invalidate_meanwhile(const u32 *word)
{
	if (word != &vcpu->vncr.lock.is_held || ++races != 3) /* hit?, sequence, publish */
		return;
	map_leaf(0);
	vncr_invalidate_va(vm, VA, PAGE_SIZE, false, 0);
}

static void nv_40_an_invalidation_wins_against_a_walk(void **state)
{
	(void)state;
	recursion();
	races = 0;
	host_on_lock(invalidate_meanwhile);
	assert_false(vncr_map(vcpu));
	assert_true(races >= 3);
	assert_unmapped();
	assert_false(vcpu->vncr.entry.is_valid);
}

/*
 * The other way round: what was walked before the TLBI is published just before it looks. It is the
 * new entry that has to go, whatever the one before was.
 */
static void publish_meanwhile(const u32 *word)
{
	if (word != &vcpu->vncr.lock.is_held || races++)
		return;
	set(REG(VNCR_EL2), VA);
	assert_true(vncr_map(vcpu));
}

static void nv_40_an_entry_published_meanwhile_goes_too(void **state)
{
	static const struct {
		const char *why;
		u64 leaf, ttbr, vncr;
	} before[] = {
		{ "another address", PAGE_LEAF | PAGE, ROOT | 5ul << 48, VA + PAGE_SIZE },
		{ "another ASID", PAGE_LEAF | PAGE | nG, ROOT | 6ul << 48, VA },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(before); i++) {
		recursion();
		map_leaf(before[i].leaf);
		*guest_word(vm, IPA(TABLE3 + 8 * (bits(VA, 20, 12) + 1))) = PAGE_LEAF | PAGE;
		set(REG(TTBR0_EL2), before[i].ttbr);
		set(REG(VNCR_EL2), before[i].vncr);
		assert_true(vncr_map(vcpu));
		set(REG(TTBR0_EL2), ROOT | 5ul << 48);
		races = 0;
		host_on_lock(publish_meanwhile);
		vncr_invalidate_va(vm, VA, PAGE_SIZE, true, 5);
		host_on_lock(NULL);
		if (vcpu->vncr.entry.is_valid || vcpu->vncr.mapped_on)
			fail_row(i, before[i].why, "an entry survives its TLBI");
	}
}

/* --- NV-41 ------------------------------------------------------------------------------------ */

static void nv_41_an_eret_of_l2_is_l1s(void **state)
{
	(void)state;
	recursion();
	vcpu_load(vcpu);
	vcpu->fault.esr = (u64)EC_ERET << ESR_EC_SHIFT | ESR_IL;
	assert_int_equal(exit_handle(vcpu, EXIT_TRAP), GUEST_CONTINUES);
	assert_true(vcpu_is_el2(vcpu));
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)), vcpu->fault.esr);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ELR_EL2)), 0x7000);
}

static void nv_41_only_a_vhe_hypervisor_may_nest(void **state)
{
	static const struct {
		enum vm_el2 form;
		unsigned nv;
		bool has_nv;
	} rows[] = {
		{ VM_EL2_VHE, 2, true },
		{ VM_EL2_VHE, 1, false },
		{ VM_EL2_NVHE, 2, false },
	};
	u64 mmfr4, mmfr2;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		vm = nested_guest(rows[i].form, rows[i].nv);
		assert_true(id_register(vm, ISS_ID_AA64MMFR4_EL1, &mmfr4));
		assert_true(id_register(vm, ISS_ID_AA64MMFR2_EL1, &mmfr2));
		if ((FGET(mmfr4, ID_AA64MMFR4_EL1, NV_frac) != 0 ||
			    FGET(mmfr2, ID_AA64MMFR2_EL1, NV) != 0) != rows[i].has_nv)
			fail_row(i, "FEAT_NV of L1", "NV_frac %lu, NV %lu",
				FGET(mmfr4, ID_AA64MMFR4_EL1, NV_frac),
				FGET(mmfr2, ID_AA64MMFR2_EL1, NV));
	}
}

static unsigned references(void)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < vm->shadows.count; i++)
		sum += vm->shadows.mmu[i].references;
	return sum;
}

static void nv_41_a_vcpu_has_one_nested_context(void **state)
{
	(void)state;
	recursion();
	for (unsigned vmid = 1; vmid < 5; vmid++) {
		set(REG(VTTBR_EL2), 0x40510000 | (u64)vmid << 48);
		vcpu->context.pstate = PSTATE_EL1h;
		vcpu_load(vcpu);
		assert_int_equal(references(), 1);
		vcpu_put(vcpu);
		vcpu->context.pstate = PSTATE_EL2h;
		vcpu_load(vcpu);
		assert_true(references() <= 1);
		vcpu_put(vcpu);
	}
}

TESTS(cmocka_unit_test(nv_37_hardware_uses_the_page_of_l1),
	cmocka_unit_test(nv_37_nothing_without_nv_or_at_virtual_el2),
	cmocka_unit_test(nv_38_what_is_mapped_is_what_both_translations_say),
	cmocka_unit_test(nv_38_a_read_only_slot_stays_read_only),
	cmocka_unit_test(nv_38_the_entry_is_of_one_address_and_asid),
	cmocka_unit_test(nv_39_a_missing_mapping_is_made),
	cmocka_unit_test(nv_39_what_l1_denies_is_l1s),
	cmocka_unit_test(nv_39_a_watched_page_is_written_like_any_other),
	cmocka_unit_test(nv_39_our_own_page_never_aborts),
	cmocka_unit_test(nv_40_tlb_maintenance_of_l1_drops_it),
	cmocka_unit_test(nv_40_instructions_of_l1_reach_it),
	cmocka_unit_test(nv_40_a_block_is_dropped_as_a_whole),
	cmocka_unit_test(nv_40_changes_of_the_host_drop_it),
	cmocka_unit_test(nv_40_other_cpus_lose_it_at_once),
	cmocka_unit_test(nv_40_an_invalidation_wins_against_a_walk),
	cmocka_unit_test(nv_40_an_entry_published_meanwhile_goes_too),
	cmocka_unit_test(nv_41_an_eret_of_l2_is_l1s),
	cmocka_unit_test(nv_41_only_a_vhe_hypervisor_may_nest),
	cmocka_unit_test(nv_41_a_vcpu_has_one_nested_context))
