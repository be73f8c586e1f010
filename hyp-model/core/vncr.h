/* SPDX-License-Identifier: Apache-2.0 */
/*
 * L1 that uses FEAT_NV2 itself: its VNCR page mapped at a fixed VA of this CPU. HYPERVISOR-SPEC
 * B.11.
 */
#ifndef HYP_VNCR_H
#define HYP_VNCR_H

#include "core/types.h"

struct vcpu;
struct vm;
struct s2_mmu;

/* NV-38: one entry. */
struct vcpu_vncr {
	bool is_valid;
	u64 gva, size; /* of L1's EL2&0 mapping */
	u64 asid;
	bool is_global;
	ipa_t ipa; /* page of L1 IPA */
	pa_t pa;
	int cpu; /* whose fixmap has it, or -1 */
};

void vncr_load(
	struct vcpu *vcpu); /* vcpu_load in nested context with vHCR_EL2.NV: REQUEST_VNCR_MAP */
void vncr_put(struct vcpu *vcpu); /* always unmaps the fixmap */
bool vncr_map(
	struct vcpu *vcpu); /* REQUEST_VNCR_MAP; false: left unmapped, the access will fault */
u64 vncr_fixmap_va(void);   /* of this CPU */
/* NV-40: by VA and ASID (EL2 TLBI of L1), by IPA (host changes, TLBI of stage 2), all. */
void vncr_invalidate_va(struct vm *vm, u64 va, u64 size, bool is_asid_checked, u64 asid);
void vncr_invalidate_ipa(struct vm *vm, ipa_t ipa, u64 size);
void vncr_invalidate_all(struct vm *vm);

#endif
