/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose values are in V0-V31, FPCR and FPSR: HYPERVISOR-SPEC A.13.
 */
#ifndef HYP_FP_H
#define HYP_FP_H

#include "core/types.h"

enum fp_owner { FP_FREE, FP_HOST_OWNED, FP_GUEST_OWNED };

struct fp_state {
	u64 v[64]; /* V0-V31, 16 bytes each; hal/aarch64/enter.S */
	u64 fpsr, fpcr;
} __attribute__((aligned(16)));

struct vcpu;

/* FP-1: the guest's first use since load. Called in the fix-up loop, the guest's world loaded. */
void fp_trapped(struct vcpu *vcpu);

/* At vcpu_put: the guest's values to memory if they are in the CPU. */
void fp_put(struct vcpu *vcpu);

/*
 * FP-2: before anything of the host uses these registers: its own values are back then. Of this
 * hypervisor only a thread of user= does.
 */
void fp_host_takes(void);

#endif
