/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 faults: memory that was not there yet, a page somebody watches, a device, or a hole.
 * HYPERVISOR-SPEC A.10 and, for a nested guest, C.4.
 */
#include "core/guest_abort.h"

#include "core/arch.h"
#include "core/at.h"
#include "core/device.h"
#include "core/exit.h"
#include "core/inject.h"
#include "core/mutant.h"
#include "core/registers.h"
#include "core/stage2.h"
#include "core/stats.h"
#include "core/tlb.h"

#define FSC_TLB_CONFLICT 0x30u
/* SET, FnV, EA, CM, WnR and the status: what EL1 may know of an external abort. */
#define ISS_OF_EXTERNAL (MASK(12, 8) | ISS_BIT_WnR | MASK(5, 0))
#define ISS_BIT_CM	BIT(8)
#define ISS_BIT_WnR	BIT(6)

/* ---- What it was ---- */

/*
 * WS-21: the low bits are the VA's; for a fault of a walk (S1PTW) they would be those of another
 * address.
 */
static ipa_t fault_ipa(const struct vcpu *vcpu)
{
	u64 page = FGET(vcpu->fault.hpfar, HPFAR_EL2, FIPA) << 12;

	if (ISS_S1PTW(vcpu->fault.esr))
		return IPA(page);
	return IPA(page | (vcpu->fault.far & (PAGE_SIZE - 1)));
}

/*
 * WS-22. A walk only writes to update a descriptor, and only that can fail for a permission; cache
 * maintenance reports WnR but stores nothing.
 */
static bool is_write(u64 esr, unsigned type)
{
	if (ISS_S1PTW(esr))
		return type == FSC_PERMISSION && !(MUTANT(21) && ESR_EC(esr) == EC_IABT_LOW);
	return ESR_EC(esr) == EC_DABT_LOW && ISS_WnR(esr) && !ISS_CM(esr);
}

struct guest_abort guest_abort_classify(const struct vcpu *vcpu)
{
	u64 esr = vcpu->fault.esr;
	struct guest_abort abort = {
		.type = FSC_TYPE(ISS_FSC(esr)),
		.level = ISS_FSC(esr) & 3,
		.ipa = fault_ipa(vcpu),
		.is_walk = ISS_S1PTW(esr),
		.is_fetch = ESR_EC(esr) == EC_IABT_LOW && (MUTANT(21) || !ISS_S1PTW(esr)),
	};

	abort.is_write = is_write(esr, abort.type);
	return abort;
}

/* WS-18: with these, and a permission fault that was resolved, the IPA is known. */
static bool is_stage2_fault(const struct guest_abort *abort)
{
	return abort->type == FSC_TRANSLATION || abort->type == FSC_PERMISSION ||
	       abort->type == FSC_ACCESS_FLAG || abort->type == FSC_ADDRESS_SIZE;
}

/* ---- Neither memory nor device ---- */

/*
 * What the CPU would have said if it had met the hole itself: on a walk of stage 1, at which level,
 * which the syndrome of a stage-2 fault does not tell. Not of an abort it did meet (WS-20).
 */
static unsigned fsc_of_hole(struct vcpu *vcpu)
{
	enum s1_regime regime = vcpu_is_hyp_ctxt(vcpu) ? vel2_regime(vcpu) : REGIME_EL10;
	bool is_el0 = (vcpu->context.pstate & F(SPSR, M)) == PSTATE_EL0t;
	struct guest_abort abort = guest_abort_classify(vcpu);
	struct s1_walk walk;

	if (!abort.is_walk || !is_stage2_fault(&abort))
		return FSC_EXTERNAL;
	walk = s1_walk(vcpu, regime, vcpu->fault.far, is_el0, ACCESS_READ, false);
	if (walk.is_fault && FSC_TYPE(walk.fsc) == FSC_EXTERNAL_ON_WALK)
		return walk.fsc;
	return FSC_EXTERNAL; /* the guest has changed its tables meanwhile */
}

static enum verdict external_abort(struct vcpu *vcpu)
{
	u64 esr = vcpu->fault.esr;
	bool is_fetch = ESR_EC(esr) == EC_IABT_LOW;
	u64 iss = is_fetch ? 0 : esr & (ISS_BIT_CM | ISS_BIT_WnR);

	vcpu_inject_external_abort(vcpu, is_fetch, vcpu->fault.far, iss | fsc_of_hole(vcpu));
	stats_reason(REASON_HOLE);
	return GUEST_CONTINUES;
}

/*
 * WS-20: an external abort is the guest's, with FAR_EL2 as it is and no use of it here, and with
 * what the hardware says of it: whether FAR_EL2 means anything, or the level of the walk. The rest
 * are faults of accesses that memory would not have refused (an exclusive to a device ...).
 */
static enum verdict other_abort(struct vcpu *vcpu)
{
	u64 esr = vcpu->fault.esr;
	unsigned fsc = ISS_FSC(esr);

	if (fsc == FSC_EXTERNAL || FSC_TYPE(fsc) == FSC_EXTERNAL_ON_WALK) {
		vcpu_inject_external_abort(
			vcpu, ESR_EC(esr) == EC_IABT_LOW, vcpu->fault.far, esr & ISS_OF_EXTERNAL);
		stats_reason(REASON_HOLE);
		return GUEST_CONTINUES;
	}
	if (fsc != FSC_TLB_CONFLICT)
		return external_abort(vcpu);
	tlb_flush_vmid(vcpu->hw_mmu);
	return GUEST_CONTINUES;
}

/* ---- Devices ---- */

/* A.6 step 1: the run loop leaves for user space, comes back and finishes the instruction. */
static enum verdict leave_to_user(struct vcpu *vcpu, bool is_read, u64 value)
{
	vcpu->user.is_pending = true;
	vcpu->user.is_read = is_read;
	vcpu->user.rt = ISS_SRT(vcpu->fault.esr);
	vcpu->user.value = value;
	stats_reason(is_read ? REASON_USER_READ : REASON_USER_WRITE);
	return GUEST_TO_USER;
}

static enum verdict emulate_load(struct vcpu *vcpu, ipa_t ipa)
{
	u64 esr = vcpu->fault.esr, value;
	unsigned size = 1u << ISS_SAS(esr);
	bool is_user = false;

	if (!device_read(vcpu, ipa, size, &value, &is_user))
		return external_abort(vcpu);
	value &= MASK(8 * size - 1, 0);
	if (ISS_SSE(esr))
		value = sign_extended(value, 8 * size - 1);
	if (!ISS_SF(esr))
		value &= MASK(31, 0);
	if (is_user)
		return leave_to_user(vcpu, true, value);
	set_guest_reg(vcpu, ISS_SRT(esr), value);
	vcpu_skip_instruction(vcpu);
	stats_reason(REASON_DEVICE_READ);
	return GUEST_CONTINUES;
}

static enum verdict emulate_store(struct vcpu *vcpu, ipa_t ipa)
{
	u64 esr = vcpu->fault.esr;
	unsigned size = 1u << ISS_SAS(esr);
	u64 value = guest_reg(vcpu, ISS_SRT(esr)) & MASK(8 * size - 1, 0);
	bool is_user = false;

	if (!device_write(vcpu, ipa, size, value, &is_user))
		return external_abort(vcpu);
	if (is_user)
		return leave_to_user(vcpu, false, 0);
	vcpu_skip_instruction(vcpu);
	stats_reason(REASON_DEVICE_WRITE);
	return GUEST_CONTINUES;
}

/* Step 4: there is no memory, or none that may be written, at this IPA of the VM. */
static enum verdict emulate_access(struct vcpu *vcpu, const struct guest_abort *abort, ipa_t ipa)
{
	u64 esr = vcpu->fault.esr;

	if (abort->is_fetch || abort->is_walk)
		return external_abort(vcpu);
	if (ISS_CM(esr)) {
		vcpu_skip_instruction(vcpu);
		stats_reason(REASON_CACHE);
		return GUEST_CONTINUES;
	}
	if (!ISS_ISV(esr)) /* the syndrome does not say what was accessed */
		return external_abort(vcpu);
	return ISS_WnR(esr) ? emulate_store(vcpu, ipa) : emulate_load(vcpu, ipa);
}

/* ---- Memory ---- */

static enum exit_reason reason_of(const struct vcpu *vcpu, const struct host_page *page)
{
	if (page->was_watched)
		return REASON_PAGE_WRITTEN;
	if (vcpu->hw_mmu->is_shadow)
		return REASON_MAP_SHADOW;
	return page->size > BIT(stage2_granule()) ? REASON_MAP_BLOCK : REASON_MAP_PAGE;
}

/* S2-16, S2-17: no right and no size that either of the two does not give. */
static enum stage2_status map(struct vcpu *vcpu, const struct guest_abort *abort,
	const struct s2_walk *walk, const struct host_page *page)
{
	ipa_t ipa = IPA(align_down(abort->ipa.v, page->size));
	unsigned rights = page->rights & (MUTANT(D21) ? S2_ALL : walk->rights);

	return stage2_map(vcpu->hw_mmu, ipa, page->pa, page->size, rights, walk->level);
}

/* A guest hypervisor can ask for more tables than it may have: its shadows can be rebuilt. */
static void give_back_tables(struct vm *vm)
{
	for (unsigned i = 0; i < vm->shadows.count; i++)
		stage2_unmap(&vm->shadows.mmu[i], IPA(0), stage2_input_size());
}

static enum verdict map_memory(struct vcpu *vcpu, const struct guest_abort *abort,
	const struct s2_walk *walk, const struct slot *slot, u64 sequence)
{
	struct vm *vm = vcpu->vm;
	enum stage2_status status = STAGE2_OK;

	lock_take(&vm->mmu_lock);
	if (mmu_has_changed(vm, sequence)) { /* S2-19: what was read may be gone */
		stats_reason(REASON_RETRY);
	} else if (abort->type == FSC_ACCESS_FLAG) {
		stage2_set_access_flag(vcpu->hw_mmu, abort->ipa);
		stats_reason(REASON_RETRY);
	} else {
		struct host_page page =
			vm_host_page(vm, slot, walk->output, walk->block_size, abort->is_write);

		status = map(vcpu, abort, walk, &page);
		if (status == STAGE2_NO_MEMORY) {
			give_back_tables(vm);
			status = map(vcpu, abort, walk, &page);
		}
		stats_reason(reason_of(vcpu, &page));
	}
	lock_drop(&vm->mmu_lock);
	if (status == STAGE2_OK)
		return GUEST_CONTINUES;
	vm_kill(vm, status == STAGE2_NO_MEMORY ? "no memory for stage-2 tables"
					       : "an address beyond stage 2");
	return GUEST_IS_OFF;
}

enum verdict exit_guest_abort(struct vcpu *vcpu)
{
	struct guest_abort abort = guest_abort_classify(vcpu);
	struct s2_walk walk = { .output = abort.ipa, .rights = S2_ALL };
	u64 sequence = mmu_sequence(vcpu->vm);
	const struct slot *slot;

	if (!is_stage2_fault(&abort))
		return other_abort(vcpu);
	walk.block_size = stage2_input_size();
	if (vcpu_is_nested_ctxt(vcpu) && nested_abort(vcpu, &abort, &walk))
		return GUEST_CONTINUES;
	slot = vm_slot(vcpu->vm, walk.output);
	if (!slot || (slot->is_read_only && abort.is_write))
		return emulate_access(vcpu, &abort, walk.output);
	return map_memory(vcpu, &abort, &walk, slot, sequence);
}
