/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The software walk of a guest hypervisor's stage 2: HYPERVISOR-SPEC C.3. Granules 4, 16 and 64
 * KiB, concatenated tables, contiguous entries, access flag by hardware.
 */
#ifndef HYP_S2_WALK_H
#define HYP_S2_WALK_H

#include "core/types.h"
#include "core/vm.h"

struct s2_walk {
	bool is_fault;
	unsigned fsc;	/* of the fault, level included: FSC_TRANSLATION + 2 ... */
	ipa_t output;	/* L1 IPA of the address asked for */
	u64 block_size; /* of L1's leaf; contiguous runs count as one */
	unsigned level;
	unsigned rights; /* enum stage2_rights */
	u64 memattr, sh; /* leaf <5:2> and <9:8>, for AT S12 */
};

/* With L1's VTTBR_EL2, VTCR_EL2 and SCTLR_EL2.EE as given. Only the access flag may be written. */
struct s2_walk s2_walk(struct vm *vm, u64 vttbr, u64 vtcr, bool is_big_endian, ipa_t ipa);

/* The same with the vCPU's own registers; a disabled stage 2 is an identity map with all rights. */
struct s2_walk vcpu_s2_walk(struct vcpu *vcpu, ipa_t ipa);

#endif
