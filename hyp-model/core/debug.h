/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug registers of a guest: HYPERVISOR-SPEC A.14. User space does not debug guests here, so
 * HOST_OWNED comes only from the knob or a test.
 */
#ifndef HYP_DEBUG_H
#define HYP_DEBUG_H

#include "core/types.h"

enum { MAX_BREAKPOINTS = 16, MAX_WATCHPOINTS = 16 };
enum debug_owner { DEBUG_FREE, DEBUG_GUEST_OWNED, DEBUG_HOST_OWNED };

struct debug_state {
	u64 bvr[MAX_BREAKPOINTS], bcr[MAX_BREAKPOINTS];
	u64 wvr[MAX_WATCHPOINTS], wcr[MAX_WATCHPOINTS];
};

struct vcpu;

struct vcpu_debug {
	enum debug_owner owner;
	struct debug_state guest;    /* what the guest wrote */
	struct debug_state external; /* what the debugger of the guest wants, DB-2 */
	u64 external_mdscr;
	bool is_os_locked;
};

void debug_load(struct vcpu *vcpu); /* decides the owner, A.4 step 7 */
void debug_put(struct vcpu *vcpu);
void debug_to_guest(struct vcpu *vcpu); /* A.7 step 7, at EL2 */
void debug_to_host(struct vcpu *vcpu);	/* the caller owes an ISB (DB-3) */
u64 debug_mdscr(struct vcpu *vcpu);	/* MDSCR_EL1 while the guest runs, DB-2 */

#endif
