/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMIDs with generations: HYPERVISOR-SPEC A.16. A record is generation and number in one word; 0 is
 * no record. Number 0 is the host's and never a guest's.
 */
#ifndef HYP_VMID_H
#define HYP_VMID_H

#include "core/mmu.h"

/* Makes the record current on this CPU before VTTBR_EL2 is written (WS-8, TB-6). */
void vmid_update(struct s2_mmu *mmu);
/* At vcpu_put: nobody runs here. */
void vmid_release(void);
/* 8 or 16, or fewer with the knob vmid-bits=, to force rollovers; never too few for all CPUs. */
unsigned vmid_bits(void);
u16 vmid_of(const struct s2_mmu *mmu);
void vmid_reset(void);

#endif
