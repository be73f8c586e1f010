/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one physical CPU keeps for itself while guests come and go (HYPERVISOR-SPEC A.2): its mode,
 * the host's values of everything a guest changes, and who is loaded.
 */
#ifndef HYP_HOST_H
#define HYP_HOST_H

#include "core/context.h"
#include "core/types.h"

struct vcpu;

struct host {
	enum hyp_mode mode;
	struct context context;
	u64 hcr_el2, mdcr_el2, cptr_el2; /* read once by host_init(), HC-1: never invented */
	u64 vtcr_el2;			 /* the same for every guest; VTTBR_EL2 differs */
	bool has_vmid16;
	struct vcpu *loaded; /* between vcpu_load and vcpu_put */
};

extern struct host host;

/* Enters `mode` and records what the host's registers are. No vCPU may be loaded. */
void host_init(enum hyp_mode mode);

#endif
