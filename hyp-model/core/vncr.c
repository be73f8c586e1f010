/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VNCR page of a guest hypervisor that runs a guest hypervisor: HYPERVISOR-SPEC B.11. Its
 * VNCR_EL2 is an address of L1's EL2 regime; the CPU gets an address of ours at which that page is
 * mapped, or nothing: then the access faults, and the fault is answered here or by L1.
 */
#include "core/vncr.h"

#include "core/arch.h"
#include "core/at.h"
#include "core/cpu.h"
#include "core/exit.h"
#include "core/inject.h"
#include "core/mmu.h"
#include "core/mutant.h"
#include "core/print.h"
#include "core/registers.h"
#include "core/vm.h"

/* VA<55:0> is what TLB maintenance compares. */
#define VA_MASK MASK(55, 0)

/* What L1's tables and the VM's memory say about VNCR_EL2. */
struct target {
	bool is_fault;
	unsigned fsc;
	unsigned level; /* of the leaf */
	struct vncr_entry entry;
};

u64 vncr_fixmap_va(void)
{
	return hal_fixmap_va();
}

/* The virtual EL2 has set up recursion: L2 accesses the page of VNCR_EL2. */
static bool is_in_use(const struct vcpu *vcpu)
{
	return vcpu_is_nested_ctxt(vcpu) && (vcpu_vhcr(vcpu) & F(HCR_EL2, NV));
}

/* SignExtend(VNCR_EL2.BADDR), F.5. */
static u64 page_va(const struct vcpu *vcpu)
{
	return sign_extended(
		vcpu_read_sys_reg(vcpu, REG(VNCR_EL2)) & F(VNCR_EL2, BADDR), VNCR_EL2_BADDR_MSB);
}

/* NV-38: privileged, PAN does not apply (F.5). */
static struct target find(struct vcpu *vcpu)
{
	u64 va = page_va(vcpu);
	struct s1_walk walk = s1_walk(vcpu, vel2_regime(vcpu), va, false, ACCESS_READ, false);
	struct target target = { .is_fault = walk.is_fault, .fsc = walk.fsc, .level = walk.level };
	ipa_t ipa = IPA(align_down(walk.output, PAGE_SIZE));
	const struct slot *slot;

	if (walk.is_fault)
		return target;
	slot = vm_slot(vcpu->vm, ipa);
	if (!slot)
		return (struct target){ .is_fault = true, .fsc = FSC_EXTERNAL };
	target.entry = (struct vncr_entry){
		.is_valid = true,
		.gva = va,
		.size = walk.block_size,
		.asid = walk.asid,
		.is_global = walk.is_global,
		.ipa = ipa,
		.pa = PA(slot->pa.v + (ipa.v - slot->ipa.v)),
		.is_writable =
			walk.is_writable && !slot->is_read_only && !vm_is_watched(vcpu->vm, ipa),
	};
	return target;
}

/* vncr->lock is held, here and in map(). */
static void unmap(struct vcpu_vncr *vncr)
{
	if (vncr->mapped_on)
		hal_fixmap_unmap(vncr->mapped_on - 1);
	vncr->mapped_on = 0;
}

static void map(struct vcpu_vncr *vncr)
{
	vncr->mapped_on = 1 + this_cpu()->index;
	hal_fixmap_map(vncr->entry.pa, vncr->entry.is_writable);
}

static u64 sample_sequence(struct vcpu_vncr *vncr)
{
	u64 sequence;

	lock_take(&vncr->lock);
	sequence = vncr->sequence;
	lock_drop(&vncr->lock);
	return sequence;
}

/* False: something was invalidated since `sequence`, so the entry may be no more. */
static bool publish(struct vcpu_vncr *vncr, const struct vncr_entry *entry, u64 sequence)
{
	bool is_current;

	lock_take(&vncr->lock);
	is_current = vncr->sequence == sequence;
	if (is_current) {
		unmap(vncr);
		vncr->entry = *entry;
		map(vncr);
	}
	lock_drop(&vncr->lock);
	return is_current;
}

/* Is the entry the translation of VNCR_EL2 in the address space L1 has now? MUT-51 */
static bool is_hit(struct vcpu *vcpu)
{
	const struct vncr_entry *entry = &vcpu->vncr.entry;

	return entry->is_valid && entry->gva == page_va(vcpu) &&
	       ((MUTANT(51) ? !entry->is_global : entry->is_global) ||
		       entry->asid == s1_current_asid(vcpu, vel2_regime(vcpu)));
}

static bool map_hit(struct vcpu *vcpu)
{
	struct vcpu_vncr *vncr = &vcpu->vncr;
	bool hit;

	lock_take(&vncr->lock);
	hit = is_hit(vcpu);
	if (hit && !vncr->mapped_on)
		map(vncr);
	lock_drop(&vncr->lock);
	return hit;
}

/* Walks and maps, as often as an invalidation comes in between. */
static struct target refill(struct vcpu *vcpu)
{
	struct target target;
	u64 sequence;

	do {
		sequence = sample_sequence(&vcpu->vncr);
		target = find(vcpu);
	} while (!target.is_fault && !publish(&vcpu->vncr, &target.entry, sequence));
	return target;
}

bool vncr_map(struct vcpu *vcpu)
{
	if (!is_in_use(vcpu))
		return false;
	return map_hit(vcpu) || !refill(vcpu).is_fault;
}

void vncr_load(struct vcpu *vcpu)
{
	if (is_in_use(vcpu))
		vcpu_request(vcpu, REQUEST_VNCR_MAP);
}

void vncr_put(struct vcpu *vcpu)
{
	if (!vcpu->vncr.mapped_on)
		return;
	lock_take(&vcpu->vncr.lock);
	unmap(&vcpu->vncr);
	lock_drop(&vcpu->vncr.lock);
}

/* --- Invalidation ----------------------------------------------------------------------------- */

static void drop(struct vcpu_vncr *vncr)
{
	unmap(vncr);
	vncr->entry.is_valid = false;
}

static bool overlaps(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a - b < b_size || b - a < a_size;
}

/* What an invalidation names. */
struct scope {
	u64 address, size;
	bool is_asid_checked;
	u64 asid;
};

static bool is_of_ipa(const struct vncr_entry *entry, const struct scope *scope)
{
	return overlaps(entry->ipa.v, PAGE_SIZE, scope->address, scope->size);
}

static bool is_of_va(const struct vncr_entry *entry, const struct scope *scope)
{
	u64 size = entry->size ? entry->size : VA_MASK + 1;
	u64 block = align_down(entry->gva, size) & VA_MASK;

	/* the upper half of an ASID may be ignored: then more goes than must */
	if (scope->is_asid_checked && !entry->is_global && bits(entry->asid ^ scope->asid, 7, 0))
		return false;
	return overlaps(block, size, scope->address & VA_MASK, scope->size);
}

static void invalidate(struct vm *vm, const struct scope *scope,
	bool (*is_of)(const struct vncr_entry *entry, const struct scope *scope))
{
	for (unsigned i = 0; i < vm->config.vcpus; i++) {
		struct vcpu_vncr *vncr = &vm->vcpus[i].vncr;

		lock_take(&vncr->lock);
		vncr->sequence++;
		if (vncr->entry.is_valid && is_of(&vncr->entry, scope))
			drop(vncr);
		lock_drop(&vncr->lock);
	}
}

void vncr_invalidate_va(struct vm *vm, u64 va, u64 size, bool is_asid_checked, u64 asid)
{
	invalidate(vm, &(struct scope){ va, size, is_asid_checked, asid }, is_of_va);
}

void vncr_invalidate_ipa(struct vm *vm, ipa_t ipa, u64 size)
{
	invalidate(vm, &(struct scope){ .address = ipa.v, .size = size }, is_of_ipa);
}

void vncr_invalidate_all(struct vm *vm)
{
	vncr_invalidate_ipa(vm, IPA(0), ~0ul);
}

/* --- The fault -------------------------------------------------------------------------------- */

/* To L1, with its own address and the code of its own tables: NV-39. */
static enum verdict forward(struct vcpu *vcpu, unsigned fsc)
{
	u64 esr = (vcpu->fault.esr & ~MASK(5, 0)) | fsc;
	u64 far = page_va(vcpu) | bits(vcpu->fault.far, 11, 0);

	nested_inject_abort(vcpu, esr, far, 0);
	return GUEST_CONTINUES;
}

enum verdict exit_vncr_abort(struct vcpu *vcpu)
{
	u64 esr = vcpu->fault.esr;
	bool is_vncr = MUTANT(48) ? bits(esr, 12, 12) : ISS_VNCR(esr);
	struct target target;

	if (!is_vncr || !is_in_use(vcpu)) /* NV-20: our own page is always there */
		panic("%s: abort at EL2: ESR_EL2 0x%lx, FAR_EL2 0x%lx, PC 0x%lx",
			vcpu->vm->config.name, esr, vcpu->fault.far, vcpu->context.pc);
	if (FSC_TYPE(ISS_FSC(esr)) == FSC_EXTERNAL)
		return forward(vcpu, ISS_FSC(esr));
	target = refill(vcpu);
	if (target.is_fault)
		return forward(vcpu, target.fsc);
	if (!ISS_WnR(esr) || target.entry.is_writable)
		return GUEST_CONTINUES;
	if (vm_page_written(vcpu->vm, target.entry.ipa)) { /* it was ours that forbade it */
		refill(vcpu);
		return GUEST_CONTINUES;
	}
	return forward(vcpu, FSC_PERMISSION + target.level);
}
