/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug registers of a guest: HYPERVISOR-SPEC A.14. They are in the CPU only while the guest runs;
 * for the rest of the hypervisor they are `guest`. There is no debugger of guests: what DB-1 and
 * DB-2 say of one is here, and nothing but the tests sets is_debugged.
 */
#ifndef HYP_DEBUG_H
#define HYP_DEBUG_H

#include "core/types.h"

/* As many as sysregs/sysreg.def has; ID_AA64DFR0_EL1 says how many there are. */
enum { MAX_BREAKPOINTS = 6, MAX_WATCHPOINTS = 4, ALL_CLAIM_TAGS = 0xff };
enum debug_owner { DEBUG_FREE, DEBUG_GUEST_OWNED, DEBUG_HOST_OWNED };

struct debug_state {
	u64 bvr[MAX_BREAKPOINTS], bcr[MAX_BREAKPOINTS];
	u64 wvr[MAX_WATCHPOINTS], wcr[MAX_WATCHPOINTS];
	u64 mdccint, claim_tags;
};

struct vcpu;

struct vcpu_debug {
	enum debug_owner owner;
	struct debug_state guest;    /* what the guest wrote */
	struct debug_state external; /* what the debugger of the guest wants, DB-2 */
	u64 external_mdscr;
	bool is_debugged;  /* by somebody outside of it: HOST_OWNED from the next load on */
	bool is_os_locked; /* OSLSR_EL1.OSLK as the guest sees it */
};

void debug_load(struct vcpu *vcpu); /* decides the owner, A.4 step 7 */
void debug_put(struct vcpu *vcpu);
void debug_to_guest(struct vcpu *vcpu);	  /* A.7 step 7, at EL2 */
void debug_to_host(struct vcpu *vcpu);	  /* the caller owes an ISB (DB-3) */
u64 debug_mdscr(struct vcpu *vcpu);	  /* MDSCR_EL1 while the guest runs, DB-2 */
void debug_save_mdscr(struct vcpu *vcpu); /* at EL2, after a stay: if the guest could write it */

/* DB-1: the guest has touched a debug register by a trap: from now on they are in the CPU. */
void debug_claim(struct vcpu *vcpu);
/* What `owner` is a function of has changed: OS lock or MDSCR_EL1, by emulation. */
void debug_reconsider(struct vcpu *vcpu);

#endif
