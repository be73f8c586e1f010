/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 translation contexts: the VM's own ("canonical") and the shadows of its guest
 * hypervisor's (HYPERVISOR-SPEC C.1, C.2). Tables are stage2.h, invalidation tlb.h, VMIDs vmid.h.
 */
#ifndef HYP_MMU_H
#define HYP_MMU_H

#include "core/types.h"

enum { MAX_CPUS_PER_MMU = 4, SHADOWS_PER_VCPU = 2, MAX_SHADOWS = 8 }; /* vm.c asserts both */

/*
 * What the tables of all shadows of a VM may take, beside their roots. A guest hypervisor can ask
 * for any number, and must not take the memory that others need; those of a canonical mmu are
 * bounded by the VM's memory.
 */
#define SHADOW_TABLES MIB(2)

struct vm;
struct vcpu;
struct slot;

struct s2_mmu {
	struct vm *vm;
	pa_t root;
	u64 vtcr_el2;	 /* the host's own, for this table; 0: there is no table */
	u64 vmid_record; /* generation and VMID, vmid.h; 0: never allocated (S2-33) */
	struct vcpu *last_vcpu[MAX_CPUS_PER_MMU]; /* last_vcpu_ran, A.4 step 3 */
	/* Shadows only: */
	bool is_shadow;
	bool is_valid;	       /* the key means something; S2-5: never told by the key's value */
	bool is_enabled;       /* key: vHCR_EL2.VM or DC */
	u64 key_vttbr;	       /* key: VTTBR_EL2 without CnP; only the VMID if not enabled (S2-4) */
	u64 key_vtcr;	       /* key; 0 if not enabled */
	unsigned references;   /* S2-10 */
	bool is_unmap_pending; /* S2-8 */
	u64 *budget;	       /* that of its VM's shadows; NULL: no bound */
	unsigned levels_seen;  /* a bit for each S2-18 level mapped since it was last emptied */
};

/* Never moves while the VM lives (S2-3). */
struct shadows {
	struct s2_mmu mmu[MAX_SHADOWS];
	unsigned count; /* SHADOWS_PER_VCPU for each vCPU of an NV VM, else 0 */
	unsigned next;	/* S2-8: the cursor */
	u64 budget;	/* of SHADOW_TABLES, what is left */
};

/* A page whose next write somebody wants to know of: dirty logging in the small. */
struct page_watch {
	bool is_on;
	u64 page;
	u64 written;
};

/* An empty table and no VMID yet. False: no memory. */
bool mmu_init(struct s2_mmu *mmu, struct vm *vm, bool is_shadow);

/* VTTBR_EL2 for a mmu, from its VMID record now (TB-7). */
u64 mmu_vttbr(const struct s2_mmu *mmu);

/* At EL2: VTCR_EL2 and VTTBR_EL2, the last registers of a regime; the caller owes an ISB. */
void mmu_load(const struct s2_mmu *mmu);

/*
 * HC-8: what was written of the EL1&0 regime and of stage 2 is in effect before TGE is cleared, on
 * a CPU that walks without being asked. mmu_load() ends so.
 */
void mmu_settle(void);

/* The shadows of an NV VM, once its vCPUs are known; nothing for others. False: no memory. */
bool shadows_init(struct vm *vm);

/* The VM has ended: no table is left, and later changes of its memory find none (S2-13). */
void vm_mmu_destroy(struct vm *vm);

/*
 * vcpu_load's choice (A.4 step 1): the canonical one in hyp context and for VMs without EL2, else
 * lookup or create under mmu_lock, a reference taken (S2-7). A shadow with is_unmap_pending raises
 * REQUEST_NESTED_S2_UNMAP. vcpu->hw_mmu is what the vCPU had before; the caller stores the new one.
 */
struct s2_mmu *mmu_get(struct vcpu *vcpu);

/* At vcpu_put. The reference stays, unless the vCPU waits for an interrupt (S2-10). */
void mmu_release(struct vcpu *vcpu);

/* The pure search of S2-4, NULL if none. vm->mmu_lock is held. */
struct s2_mmu *shadow_lookup(struct vm *vm, u64 vttbr, u64 vtcr, bool is_enabled);

/* REQUEST_NESTED_S2_UNMAP: empties the loaded shadow if that is still pending. */
void shadow_unmap_pending(struct vcpu *vcpu);

/* Knob shadow=on-vttbr-write: the mail's design; called where VTTBR_EL2's write traps (C.2). */
void shadow_create_eagerly(struct vcpu *vcpu, u64 vttbr);

/* C.2, B.4: does this vCPU's vHCR_EL2 switch stage 2 on? DC counts as VM does. */
bool vcpu_has_stage2(const struct vcpu *vcpu);

/*
 * Host-side changes of [ipa, ipa + size) of the VM's memory: canonical exactly, every shadow as a
 * whole (S2-28), VNCR maps too; TLBs clean when they return. A host that swaps or migrates would
 * call them; this one does neither, so the tests alone do.
 */
void vm_unmap(struct vm *vm, ipa_t ipa, u64 size);
void vm_write_protect(struct vm *vm, ipa_t ipa, u64 size);
void vm_age(struct vm *vm, ipa_t ipa, u64 size);

/*
 * The vendor calls of guest/abi.h. False: refused, because there is no such page, or another one is
 * watched. A watched page is a page of the host's size.
 */
bool vm_watch_page(struct vm *vm, ipa_t ipa);
u64 vm_pages_written(struct vm *vm);
bool vm_drop_page(struct vm *vm, ipa_t ipa);

/* A write that no stage-2 fault reports. True: the page was watched, and is not any more. */
bool vm_page_written(struct vm *vm, ipa_t ipa);
bool vm_is_watched(const struct vm *vm, ipa_t ipa);

/* S2-19: a fault samples it first and asks under mmu_lock whether it is still true. */
u64 mmu_sequence(const struct vm *vm);
bool mmu_has_changed(const struct vm *vm, u64 sequence);
void mmu_bump_sequence(struct vm *vm); /* vm->mmu_lock is held */

/*
 * What the host has at an address of a slot: the largest legal leaf up to `max_size` around it, and
 * its rights. A write ends the watch of a page and is counted. vm->mmu_lock is held.
 */
struct host_page {
	pa_t pa;   /* of the leaf */
	u64 size;  /* of the leaf */
	ipa_t ipa; /* of the leaf */
	unsigned rights;
	bool was_watched; /* and this write ended it */
};
struct host_page vm_host_page(
	struct vm *vm, const struct slot *slot, ipa_t ipa, u64 max_size, bool is_write);

#endif
