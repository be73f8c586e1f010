/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GICv3 that the guest hypervisor has, and the one that it makes for L2.
 */
#ifndef ENT_TESTS_GUEST_KVM_EL2_GIC_H
#define ENT_TESTS_GUEST_KVM_EL2_GIC_H

#include "payload.h"

#define INTID_NONE 1023
#define SGI	   3

void gic_reset(void);
void gic_send_sgi(void);

/* Acknowledges: the INTID, or INTID_NONE. Drops its priority; deactivates it unless L2 will. */
u64 gic_acknowledge(void);
void gic_end(u64 intid, int is_of_l2);

/* Makes an interrupt pending in L2: by list register 0, which asks for a maintenance interrupt,
 * or linked to a physical one by list register 1. */
void gic_inject(u64 intid);
void gic_inject_linked(u64 intid);

/* The maintenance interrupt's reason goes away. */
void gic_maintain(void);

#endif
