/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stage-2 fault was, once the fix-up loop has collected the syndrome: HYPERVISOR-SPEC A.10.
 */
#ifndef HYP_GUEST_ABORT_H
#define HYP_GUEST_ABORT_H

#include "core/s2_walk.h"
#include "core/vm.h"

struct guest_abort {
	unsigned type, level; /* FSC_TRANSLATION ..., and what <1:0> said */
	ipa_t ipa;	      /* of the context that faulted: for a nested one, L2's */
	bool is_fetch;	      /* of an instruction, by the access itself */
	bool is_write;
	bool is_walk; /* of a table of stage 1 (S1PTW) */
};

/* WS-20 to WS-22. */
struct guest_abort guest_abort_classify(const struct vcpu *vcpu);

/*
 * C.4 steps 2 and 3: L1's stage 2 in software. True: the fault is L1's and has been injected.
 * False: *walk is where L1 lets the access go.
 */
bool nested_abort(struct vcpu *vcpu, const struct guest_abort *abort, struct s2_walk *walk);

#endif
