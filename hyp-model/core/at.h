/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address translation on behalf of a guest hypervisor: HYPERVISOR-SPEC D.1. emulate.def sends the
 * AT instructions here.
 */
#ifndef HYP_AT_H
#define HYP_AT_H

#include "core/exit.h"
#include "core/vm.h"

enum s1_regime { REGIME_EL10, REGIME_EL20, REGIME_EL2 };
enum s1_access { ACCESS_READ, ACCESS_WRITE };

struct s1_walk {
	bool is_fault;
	unsigned fsc;	      /* level included */
	bool is_stage2_fault; /* of a table of stage 1: PAR_EL1.{S,PTW} = {1,1} */
	u64 output;	      /* L2 IPA (EL10) or L1 IPA */
	u64 block_size;	      /* contiguous runs count as one; 0: the regime is off */
	unsigned level;
	bool is_readable, is_writable; /* for the privilege asked */
	bool is_global;
	u64 asid;
	u64 attr, sh; /* MAIR byte, shareability */
};

/* AT-4: a software walk by the vCPU's registers of that regime. Only the access flag is written. */
struct s1_walk s1_walk(struct vcpu *vcpu, enum s1_regime regime, u64 va, bool is_el0,
	enum s1_access access, bool checks_pan);

/* The regime of L1's own EL2, by vHCR_EL2.E2H. */
enum s1_regime vel2_regime(const struct vcpu *vcpu);

/* The ASID in use there; 0 where the regime has none. */
u64 s1_current_asid(struct vcpu *vcpu, enum s1_regime regime);

#endif
