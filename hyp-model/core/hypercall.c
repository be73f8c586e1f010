/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hypercalls, SMCCC over HVC #0. Knows guest/abi.h; the PC is already behind the HVC, so nothing is
 * skipped.
 */
#include "core/arch.h"
#include "core/exit.h"
#include "core/pages.h"
#include "guest/abi.h"

static u64 watch_page(struct vm *vm, ipa_t ipa)
{
	if (vm->watched_ipa != NOTHING_WATCHED || !vm_slot(vm, ipa) ||
		stage2_set_writable(&vm->stage2, ipa, false) != STAGE2_OK)
		return HVC_REFUSED;
	vm->watched_ipa = ipa.v;
	return 0;
}

/* A balloon of one page: the translation goes first, then the contents. */
static u64 drop_page(struct vm *vm, ipa_t ipa)
{
	const struct slot *slot = vm_slot(vm, ipa);
	pa_t pa;

	if (!slot || slot->granule != PAGE_SIZE || !is_aligned(ipa.v, PAGE_SIZE) ||
		ipa.v == vm->watched_ipa || stage2_unmap(&vm->stage2, ipa) != STAGE2_OK)
		return HVC_REFUSED;
	pa = PA(slot->pa.v + (ipa.v - slot->ipa.v));
	pages_zero(pa, PAGE_SIZE);
	hal_flush_dcache(hal_pa_to_va(pa), PAGE_SIZE);
	return 0;
}

static u64 report(struct vm *vm, u64 checks_held, u64 first_failed_line)
{
	vm->checks_held = checks_held;
	vm->first_failed_line = first_failed_line;
	vm->has_reported = true;
	return 0;
}

enum verdict exit_hypercall(struct vcpu *vcpu)
{
	struct vm *vm = vcpu_vm(vcpu);
	u64 *x = vcpu->context.x;

	stats_reason(REASON_HYPERCALL);
	if ((vcpu->fault.esr & 0xffff) != 0) {
		x[0] = HVC_NOT_SUPPORTED;
		return GUEST_CONTINUES;
	}
	switch (x[0]) {
	case PSCI_VERSION: x[0] = PSCI_1_1; break;
	case PSCI_SYSTEM_OFF: vcpu->is_off = true; return GUEST_IS_OFF;
	case HVC_ADD: x[0] = x[1] + x[2]; break;
	case HVC_WATCH_PAGE: x[0] = watch_page(vm, IPA(x[1])); break;
	case HVC_WRITTEN: x[0] = vm->written_count; break;
	case HVC_DROP_PAGE: x[0] = drop_page(vm, IPA(x[1])); break;
	case HVC_REPORT: x[0] = report(vm, x[1], x[2]); break;
	default:
		/* SMCCC: an unknown function is an answer, not an error. */
		x[0] = HVC_NOT_SUPPORTED;
	}
	return GUEST_CONTINUES;
}
