/* SPDX-License-Identifier: Apache-2.0 */
/*
 * L1 that uses FEAT_NV2 itself: its VNCR page mapped at a fixed VA of this CPU. HYPERVISOR-SPEC
 * B.11. Only what was translated once is kept, one entry a vCPU; nothing depends on its being
 * there.
 */
#ifndef HYP_VNCR_H
#define HYP_VNCR_H

#include "core/lock.h"
#include "core/types.h"

struct vcpu;
struct vm;

/* NV-38: what a walk of L1's tables and of the VM's memory said. */
struct vncr_entry {
	bool is_valid;
	u64 gva, size; /* of L1's mapping around VNCR_EL2.BADDR; size 0: its regime is off */
	u64 asid;
	bool is_global;
	ipa_t ipa; /* page of L1 IPA */
	pa_t pa;
	bool is_writable;
};

/* All zeros: nothing known. The lock is a leaf: it may be taken with vm->mmu_lock held. */
struct vcpu_vncr {
	struct lock lock;
	u64 sequence; /* of invalidations: one that comes while a walk is under way wins, NV-40 */
	struct vncr_entry entry;
	unsigned mapped_on; /* 1 + the CPU whose fixmap has the page, 0: none */
};

/* vcpu_load in nested context with vHCR_EL2.NV: asks for vncr_map() by REQUEST_VNCR_MAP. */
void vncr_load(struct vcpu *vcpu);
void vncr_put(struct vcpu *vcpu); /* always unmaps the fixmap */

/* REQUEST_VNCR_MAP; false: left unmapped, the access will fault and exit_vncr_abort() knows why. */
bool vncr_map(struct vcpu *vcpu);
u64 vncr_fixmap_va(void); /* of this CPU */

/*
 * NV-40: by VA and ASID (EL2 TLBI of L1; size ~0: every VA), by L1 IPA (changes of the host), all.
 * When they return no CPU can reach the page any more.
 */
void vncr_invalidate_va(struct vm *vm, u64 va, u64 size, bool is_asid_checked, u64 asid);
void vncr_invalidate_ipa(struct vm *vm, ipa_t ipa, u64 size);
void vncr_invalidate_all(struct vm *vm);

#endif
