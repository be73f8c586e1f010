/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which shadow stage 2 a vCPU runs its L2 with: HYPERVISOR-SPEC C.2. One lock, vm->mmu_lock, for
 * keys, references and tables (S2-12).
 */
#include "core/arch.h"
#include "core/mmu.h"
#include "core/mutant.h"
#include "core/options.h"
#include "core/print.h"
#include "core/registers.h"
#include "core/stage2.h"
#include "core/tlb.h"
#include "core/vm.h"

struct key {
	u64 vttbr, vtcr;
	bool is_enabled;
};

bool shadows_init(struct vm *vm)
{
	vm->shadows.count = vm->shadows.next = 0;
	vm->shadows.budget = SHADOW_TABLES;
	if (vm->config.el2 == VM_EL2_NONE)
		return true;
	for (unsigned i = 0; i < SHADOWS_PER_VCPU * vm->config.vcpus; i++) {
		if (!mmu_init(&vm->shadows.mmu[i], vm, true))
			return false;
		vm->shadows.count++;
	}
	return true;
}

bool vcpu_has_stage2(const struct vcpu *vcpu)
{
	return (vcpu_vhcr(vcpu) & (F(HCR_EL2, VM) | F(HCR_EL2, DC))) != 0;
}

/* S2-4. With stage 2 off only the VMID tells translations apart, and IPAs are L1's. */
static struct key key_of(u64 vttbr, u64 vtcr, bool is_enabled)
{
	if (!is_enabled && !MUTANT(D16))
		return (struct key){ .vttbr = vttbr & F(VTTBR_EL2, VMID) };
	return (struct key){ vttbr & ~F(VTTBR_EL2, CnP), vtcr, true };
}

struct s2_mmu *shadow_lookup(struct vm *vm, u64 vttbr, u64 vtcr, bool is_enabled)
{
	struct key key = key_of(vttbr, vtcr, is_enabled);

	for (unsigned i = 0; i < vm->shadows.count; i++) {
		struct s2_mmu *mmu = &vm->shadows.mmu[i];

		if (MUTANT(D13) && mmu->key_vttbr == 0)
			continue;
		if (MUTANT(D14) && mmu->is_valid &&
			((mmu->key_vttbr ^ key.vttbr) & F(VTTBR_EL2, VMID)) == 0)
			return mmu;
		if (mmu->is_valid && mmu->is_enabled == key.is_enabled &&
			mmu->key_vttbr == key.vttbr && mmu->key_vtcr == key.vtcr)
			return mmu;
	}
	return NULL;
}

/* S2-8: round robin, so that what was used last is taken last. */
static struct s2_mmu *recycle(struct vm *vm, u64 vttbr, u64 vtcr, bool is_enabled)
{
	struct key key = key_of(vttbr, vtcr, is_enabled);

	for (unsigned i = 0; i < vm->shadows.count; i++) {
		unsigned first = MUTANT(59) ? 0 : vm->shadows.next;
		unsigned index = (first + i) % vm->shadows.count;
		struct s2_mmu *mmu = &vm->shadows.mmu[index];

		if (mmu->references != 0)
			continue;
		vm->shadows.next = (index + 1) % vm->shadows.count;
		mmu->is_unmap_pending = mmu->is_unmap_pending || (mmu->is_valid && !MUTANT(D18));
		mmu->key_vttbr = key.vttbr;
		mmu->key_vtcr = key.vtcr;
		mmu->is_enabled = key.is_enabled;
		mmu->is_valid = true;
		return mmu;
	}
	panic("%s: all %u shadows are in use (S2-9)", vm->config.name, vm->shadows.count);
}

/* ---- Knob shadow=on-vttbr-write: seed 004's patch, kept with its faults (S2-11) ---- */

static struct s2_mmu *lookup_by_vmid(struct vm *vm, u64 vttbr)
{
	for (unsigned i = 0; i < vm->shadows.count; i++) {
		struct s2_mmu *mmu = &vm->shadows.mmu[i];

		if (mmu->is_valid && ((mmu->key_vttbr ^ vttbr) & F(VTTBR_EL2, VMID)) == 0)
			return mmu;
	}
	return NULL;
}

/* On a change of base every shadow is cleared, not only the one concerned. */
void shadow_create_eagerly(struct vcpu *vcpu, u64 vttbr)
{
	struct vm *vm = vcpu->vm;
	u64 vtcr = vcpu_read_sys_reg(vcpu, REG(VTCR_EL2));
	struct s2_mmu *mmu;

	lock_take(&vm->mmu_lock);
	mmu = lookup_by_vmid(vm, vttbr);
	if (!mmu)
		mmu = recycle(vm, vttbr, vtcr, true);
	if ((mmu->key_vttbr ^ vttbr) & F(VTTBR_EL2, BADDR))
		for (unsigned i = 0; i < vm->shadows.count; i++)
			stage2_unmap(&vm->shadows.mmu[i], IPA(0), stage2_input_size());
	mmu->key_vttbr = vttbr & ~F(VTTBR_EL2, CnP);
	lock_drop(&vm->mmu_lock);
}

/* ---- Taking and giving back ---- */

static struct s2_mmu *lookup_or_create(struct vcpu *vcpu)
{
	struct vm *vm = vcpu->vm;
	u64 vttbr = vcpu_read_sys_reg(vcpu, REG(VTTBR_EL2));
	u64 vtcr = vcpu_read_sys_reg(vcpu, REG(VTCR_EL2));
	bool is_enabled = vcpu_has_stage2(vcpu);
	struct s2_mmu *mmu = options.shadow == SHADOW_ON_VTTBR_WRITE
				     ? lookup_by_vmid(vm, vttbr)
				     : shadow_lookup(vm, vttbr, vtcr, is_enabled);

	if (MUTANT(D15) && !mmu) {
		lock_drop(&vm->mmu_lock);
		mutant_linger();
		lock_take(&vm->mmu_lock);
	}
	return mmu ? mmu : recycle(vm, vttbr, vtcr, is_enabled);
}

static void drop_reference(struct s2_mmu *mmu)
{
	if (mmu && mmu->is_shadow)
		mmu->references--;
}

struct s2_mmu *mmu_get(struct vcpu *vcpu)
{
	struct vm *vm = vcpu->vm;
	struct s2_mmu *before = vcpu->hw_mmu, *mmu = &vm->mmu;
	bool is_unmap_pending = false;

	if (before == mmu && !vcpu_is_nested_ctxt(vcpu))
		return mmu;
	lock_take(&vm->mmu_lock);
	if (vcpu_is_nested_ctxt(vcpu)) { /* S2-31: never the canonical one, not even with VM=0 */
		/* The old reference first: it may be the only shadow that is left (S2-9). */
		drop_reference(before);
		mmu = lookup_or_create(vcpu);
		mmu->references++;
		is_unmap_pending = mmu->is_unmap_pending;
	} else {
		drop_reference(before);
	}
	lock_drop(&vm->mmu_lock);
	if (is_unmap_pending)
		vcpu_request(vcpu, REQUEST_NESTED_S2_UNMAP);
	return mmu;
}

void mmu_release(struct vcpu *vcpu)
{
	if (!vcpu->hw_mmu || !vcpu->is_in_wfi)
		return;
	lock_take(&vcpu->vm->mmu_lock);
	drop_reference(vcpu->hw_mmu);
	vcpu->hw_mmu = NULL;
	lock_drop(&vcpu->vm->mmu_lock);
}

void shadow_unmap_pending(struct vcpu *vcpu)
{
	struct s2_mmu *mmu = vcpu->hw_mmu;

	lock_take(&vcpu->vm->mmu_lock);
	if (mmu->is_shadow && mmu->is_unmap_pending) {
		u64 record = mmu->vmid_record;

		if (MUTANT(58))
			mmu->vmid_record = vcpu->vm->mmu.vmid_record;
		stage2_unmap(mmu, IPA(0), stage2_input_size());
		/* S2-32: the number stays, and so would stage 1's entries. */
		tlb_flush_vmid(mmu);
		if (MUTANT(58))
			mmu->vmid_record = record;
		mmu->is_unmap_pending = false;
	}
	lock_drop(&vcpu->vm->mmu_lock);
}
