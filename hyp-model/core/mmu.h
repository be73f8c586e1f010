/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 translation contexts: the VM's own ("canonical") and the shadows of its guest
 * hypervisor's (HYPERVISOR-SPEC C.1, C.2). Tables are stage2.h, invalidation tlb.h, VMIDs vmid.h.
 */
#ifndef HYP_MMU_H
#define HYP_MMU_H

#include "core/types.h"

enum { MAX_CPUS_PER_MMU = 4, SHADOWS_PER_VCPU = 2, MAX_SHADOWS = 8 };

struct vm;
struct vcpu;

struct s2_mmu {
	struct vm *vm;
	pa_t root;
	u64 vtcr_el2;	 /* the host's own, for this table */
	u64 vmid_record; /* generation and VMID, vmid.h; 0: never allocated (S2-33) */
	struct vcpu *last_vcpu[MAX_CPUS_PER_MMU]; /* last_vcpu_ran, A.4 step 3 */
	/* Shadows only: */
	bool is_shadow;
	bool is_valid;	       /* the key means something; S2-5: never told by the key's value */
	bool is_enabled;       /* key: vHCR_EL2.VM */
	u64 key_vttbr;	       /* key: VTTBR_EL2 without CnP; only the VMID if not enabled (S2-4) */
	u64 key_vtcr;	       /* key; 0 if not enabled */
	unsigned references;   /* S2-10 */
	bool is_unmap_pending; /* S2-8 */
};

struct shadows {
	struct s2_mmu mmu[MAX_SHADOWS];
	unsigned count; /* SHADOWS_PER_VCPU for each vCPU of an NV VM, else 0 */
	unsigned next;	/* S2-8: the cursor */
};

/* An empty table and no VMID yet. False: no memory. */
bool mmu_init(struct s2_mmu *mmu, struct vm *vm, bool is_shadow);

/* VTTBR_EL2 for a mmu, from its VMID record now (TB-7). */
u64 mmu_vttbr(const struct s2_mmu *mmu);

/*
 * vcpu_load's choice (A.4 step 1): the canonical one in hyp context and for VMs without EL2, else
 * lookup or create under mmu_lock, a reference taken (S2-7). A shadow with is_unmap_pending raises
 * REQUEST_NESTED_S2_UNMAP. mmu_release() gives the reference back.
 */
struct s2_mmu *mmu_get(struct vcpu *vcpu);
void mmu_release(struct vcpu *vcpu);

/* The pure search of S2-4, NULL if none. vm->mmu_lock is held. */
struct s2_mmu *shadow_lookup(struct vm *vm, u64 vttbr, u64 vtcr, bool is_enabled);

/* REQUEST_NESTED_S2_UNMAP: empties the loaded shadow if that is still pending. */
void shadow_unmap_pending(struct vcpu *vcpu);

/* Knob shadow=on-vttbr-write: the mail's design; called where VTTBR_EL2's write traps (C.2). */
void shadow_create_eagerly(struct vcpu *vcpu, u64 vttbr);

/*
 * Host-side changes of [ipa, ipa + size) of the VM's memory: canonical exactly, every shadow as a
 * whole (S2-28), VNCR maps too; TLBs clean when they return.
 */
void vm_unmap(struct vm *vm, ipa_t ipa, u64 size);
void vm_write_protect(struct vm *vm, ipa_t ipa, u64 size);

/* C.6: TLBI of a guest hypervisor at vEL2, trapped; `access` as in exit.h. */
struct sysreg_access;

#endif
