/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 faults: memory that was not there yet, a page somebody watches, a device, or a hole.
 * HYPERVISOR-SPEC A.10.
 */
#include "core/arch.h"
#include "core/exit.h"
#include "core/print.h"
#include "core/switch.h"

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

static enum verdict map_slot(struct vm *vm, const struct slot *slot, ipa_t ipa)
{
	u64 offset = align_down(ipa.v - slot->ipa.v, slot->granule);
	enum stage2_status status = stage2_map(
		&vm->stage2, IPA(slot->ipa.v + offset), PA(slot->pa.v + offset), slot->granule);

	if (status != STAGE2_OK)
		panic("%s: cannot map IPA 0x%lx: stage2 status %d", vm->name, ipa.v, (int)status);
	stats_reason(slot->granule == PAGE_SIZE ? REASON_MAP_PAGE : REASON_MAP_BLOCK);
	return GUEST_CONTINUES;
}

/*
 * Only a watched page is read-only, so this is the write somebody waited for. The store is executed
 * again.
 */
static enum verdict page_written(struct vm *vm, ipa_t ipa)
{
	ipa_t page = IPA(align_down(ipa.v, PAGE_SIZE));

	if (page.v != vm->watched_ipa)
		panic("%s: permission fault at IPA 0x%lx, which nobody watches", vm->name, ipa.v);
	if (stage2_set_writable(&vm->stage2, page, true) != STAGE2_OK)
		panic("%s: the watched page 0x%lx is not mapped", vm->name, page.v);
	vm->watched_ipa = NOTHING_WATCHED;
	vm->written_count++;
	stats_reason(REASON_PAGE_WRITTEN);
	return GUEST_CONTINUES;
}

static enum verdict hole(struct vcpu *vcpu)
{
	bool is_fetch = ESR_EC(vcpu->fault.esr) == EC_IABT_LOW;

	vcpu_inject_external_abort(vcpu, is_fetch, vcpu->fault.far);
	stats_reason(REASON_HOLE);
	return GUEST_CONTINUES;
}

static u64 sign_extended(u64 value, unsigned size)
{
	unsigned unused_bits = 64 - 8 * size;

	return (u64)((int64_t)(value << unused_bits) >> unused_bits);
}

static bool emulate_load(struct vcpu *vcpu, ipa_t ipa)
{
	u64 esr = vcpu->fault.esr, value;
	unsigned size = 1u << ISS_SAS(esr);

	if (!device_read(vcpu_vm(vcpu), ipa, size, &value))
		return false;
	value &= MASK(8 * size - 1, 0);
	if (ISS_SSE(esr))
		value = sign_extended(value, size);
	set_guest_reg(vcpu, ISS_SRT(esr), ISS_SF(esr) ? value : value & MASK(31, 0));
	stats_reason(REASON_DEVICE_READ);
	return true;
}

static bool emulate_store(struct vcpu *vcpu, ipa_t ipa)
{
	u64 esr = vcpu->fault.esr;
	unsigned size = 1u << ISS_SAS(esr);
	u64 value = guest_reg(vcpu, ISS_SRT(esr)) & MASK(8 * size - 1, 0);

	if (!device_write(vcpu_vm(vcpu), ipa, size, value))
		return false;
	stats_reason(REASON_DEVICE_WRITE);
	return true;
}

static enum verdict emulate_access(struct vcpu *vcpu, ipa_t ipa)
{
	u64 esr = vcpu->fault.esr;

	/* Without ISV the syndrome does not say what was accessed; WS-22: CM is no store. */
	if (ESR_EC(esr) != EC_DABT_LOW || !ISS_ISV(esr) || ISS_S1PTW(esr) || ISS_CM(esr))
		return hole(vcpu);
	if (!(ISS_WnR(esr) ? emulate_store(vcpu, ipa) : emulate_load(vcpu, ipa)))
		return hole(vcpu);
	vcpu_skip_instruction(vcpu);
	return GUEST_CONTINUES;
}

enum verdict exit_guest_abort(struct vcpu *vcpu)
{
	struct vm *vm = vcpu_vm(vcpu);
	ipa_t ipa = fault_ipa(vcpu);
	const struct slot *slot = vm_slot(vm, ipa);

	switch (FSC_TYPE(ISS_FSC(vcpu->fault.esr))) {
	case FSC_TRANSLATION: return slot ? map_slot(vm, slot, ipa) : emulate_access(vcpu, ipa);
	case FSC_PERMISSION: return page_written(vm, ipa);
	default:
		panic("%s: stage-2 abort with status 0x%02x is not modelled: ESR_EL2 0x%lx, FAR "
		      "0x%lx",
			vm->name, ISS_FSC(vcpu->fault.esr), vcpu->fault.esr, vcpu->fault.far);
	}
}
