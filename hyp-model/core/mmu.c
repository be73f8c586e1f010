/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the host does to a VM's memory, HYPERVISOR-SPEC C.7: one change reaches the canonical stage
 * 2, every shadow and every VNCR map. And what it lets the guest have of it.
 */
#include "core/mmu.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/mutant.h"
#include "core/pages.h"
#include "core/stage2.h"
#include "core/vm.h"
#include "core/vmid.h"
#include "core/vncr.h"
#include "hal.h"

bool mmu_init(struct s2_mmu *mmu, struct vm *vm, bool is_shadow)
{
	*mmu = (struct s2_mmu){ .vm = vm, .is_shadow = is_shadow };
	mmu->budget = is_shadow && vm ? &vm->shadows.budget : NULL;
	return stage2_create(mmu);
}

u64 mmu_vttbr(const struct s2_mmu *mmu)
{
	return FV(VTTBR_EL2, VMID, vmid_of(mmu)) | mmu->root.v;
}

void mmu_load(const struct s2_mmu *mmu)
{
	write_VTCR_EL2(mmu->vtcr_el2);
	write_VTTBR_EL2(mmu_vttbr(mmu));
	mmu_settle();
}

void mmu_settle(void)
{
	if (host.is_at_speculative)
		hal_isb();
}

void vm_mmu_destroy(struct vm *vm)
{
	lock_take(&vm->mmu_lock);
	for (unsigned i = 0; i < vm->shadows.count; i++) {
		vm->shadows.mmu[i].is_valid = false; /* S2-13: before its table goes */
		stage2_destroy(&vm->shadows.mmu[i]);
	}
	vm->shadows.count = 0;
	stage2_destroy(&vm->mmu);
	lock_drop(&vm->mmu_lock);
}

/* ---- S2-19, S2-29 ---- */

u64 mmu_sequence(const struct vm *vm)
{
	return __atomic_load_n(&vm->invalidate_seq, __ATOMIC_ACQUIRE);
}

bool mmu_has_changed(const struct vm *vm, u64 sequence)
{
	return vm->invalidate_in_progress != 0 || vm->invalidate_seq != sequence;
}

void mmu_bump_sequence(struct vm *vm)
{
	__atomic_store_n(&vm->invalidate_seq, vm->invalidate_seq + 1, __ATOMIC_RELEASE);
}

static void invalidate_begin(struct vm *vm)
{
	lock_take(&vm->mmu_lock);
	vm->invalidate_in_progress++;
	mmu_bump_sequence(vm);
}

static void invalidate_end(struct vm *vm)
{
	vm->invalidate_in_progress--;
	lock_drop(&vm->mmu_lock);
}

/* S2-28: there is no way from an address of L1 to those of its L2, so shadows change as a whole. */
static void for_each_mmu(
	struct vm *vm, ipa_t ipa, u64 size, void (*change)(struct s2_mmu *mmu, ipa_t ipa, u64 size))
{
	change(&vm->mmu, ipa, size);
	for (unsigned i = 0; i < vm->shadows.count && !MUTANT(D19); i++)
		change(&vm->shadows.mmu[i], IPA(0), stage2_input_size());
}

static void change_memory(
	struct vm *vm, ipa_t ipa, u64 size, void (*change)(struct s2_mmu *mmu, ipa_t ipa, u64 size))
{
	for_each_mmu(vm, ipa, size, change);
	vncr_invalidate_ipa(vm, ipa, size);
}

void vm_unmap(struct vm *vm, ipa_t ipa, u64 size)
{
	invalidate_begin(vm);
	change_memory(vm, ipa, size, stage2_unmap);
	invalidate_end(vm);
}

void vm_write_protect(struct vm *vm, ipa_t ipa, u64 size)
{
	invalidate_begin(vm);
	change_memory(vm, ipa, size, stage2_write_protect);
	invalidate_end(vm);
}

void vm_age(struct vm *vm, ipa_t ipa, u64 size)
{
	invalidate_begin(vm);
	for_each_mmu(vm, ipa, size, stage2_age);
	invalidate_end(vm);
}

/* ---- Watched and dropped pages ---- */

static u64 host_page_of(ipa_t ipa)
{
	return align_down(ipa.v, BIT(stage2_granule()));
}

static bool is_memory(const struct vm *vm, ipa_t ipa)
{
	const struct slot *slot = vm_slot(vm, ipa);

	return slot && !slot->is_read_only;
}

static bool has_watched(const struct vm *vm, u64 start, u64 size)
{
	return vm->watch.is_on && vm->watch.page - start < size;
}

bool vm_watch_page(struct vm *vm, ipa_t ipa)
{
	u64 page = host_page_of(ipa), size = BIT(stage2_granule());
	bool is_refused;

	if (!is_memory(vm, ipa))
		return false;
	invalidate_begin(vm);
	is_refused = vm->watch.is_on;
	if (!is_refused) {
		vm->watch.is_on = true;
		vm->watch.page = page;
		change_memory(vm, IPA(page), size, stage2_write_protect);
	}
	invalidate_end(vm);
	return !is_refused;
}

static bool end_watch(struct vm *vm, u64 page)
{
	if (!has_watched(vm, page, BIT(stage2_granule())))
		return false;
	vm->watch.is_on = false;
	vm->watch.written++;
	return true;
}

bool vm_page_written(struct vm *vm, ipa_t ipa)
{
	bool was_watched;

	lock_take(&vm->mmu_lock);
	was_watched = end_watch(vm, host_page_of(ipa));
	lock_drop(&vm->mmu_lock);
	return was_watched;
}

bool vm_is_watched(const struct vm *vm, ipa_t ipa)
{
	return has_watched(vm, host_page_of(ipa), BIT(stage2_granule()));
}

u64 vm_pages_written(struct vm *vm)
{
	u64 written;

	lock_take(&vm->mmu_lock);
	written = vm->watch.written;
	lock_drop(&vm->mmu_lock);
	return written;
}

/* The page is zeroed while nobody can map it (S2-19). */
bool vm_drop_page(struct vm *vm, ipa_t ipa)
{
	const struct slot *slot = vm_slot(vm, ipa);
	ipa_t page = IPA(align_down(ipa.v, PAGE_SIZE));
	pa_t pa;

	if (!is_memory(vm, ipa))
		return false;
	pa = PA(slot->pa.v + (page.v - slot->ipa.v));
	invalidate_begin(vm);
	change_memory(vm, page, PAGE_SIZE, stage2_unmap);
	pages_zero(pa, PAGE_SIZE);
	hal_flush_dcache(hal_pa_to_va(pa), PAGE_SIZE);
	invalidate_end(vm);
	return true;
}

/* ---- What a guest gets ---- */

static u64 leaf_size(const struct vm *vm, const struct slot *slot, ipa_t ipa, u64 max_size)
{
	const u64 *size = stage2_sizes();

	for (; size[1]; size++) {
		u64 start = align_down(ipa.v, *size);

		if ((*size <= max_size || MUTANT(57)) && *size <= slot->granule &&
			start >= slot->ipa.v && start + *size <= slot->ipa.v + slot->size &&
			is_aligned(slot->pa.v - slot->ipa.v, *size) &&
			!has_watched(vm, start, *size))
			break;
	}
	return *size;
}

struct host_page vm_host_page(
	struct vm *vm, const struct slot *slot, ipa_t ipa, u64 max_size, bool is_write)
{
	struct host_page page = { .rights = S2_ALL };

	page.was_watched = is_write && end_watch(vm, host_page_of(ipa));
	page.size = leaf_size(vm, slot, ipa, max_size);
	page.ipa = IPA(align_down(ipa.v, page.size));
	page.pa = PA(slot->pa.v + (page.ipa.v - slot->ipa.v));
	if (slot->is_read_only || has_watched(vm, page.ipa.v, page.size))
		page.rights &= ~(unsigned)S2_WRITE;
	return page;
}
