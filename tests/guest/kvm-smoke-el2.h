/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of kvm-smoke that needs nested virtualization.
 */
#ifndef KVM_SMOKE_EL2_H
#define KVM_SMOKE_EL2_H

#include <stdbool.h>

/* Runs the guest hypervisor of kvm-el2/ at virtual EL2, where E2H is 1 or 0. */
void test_el2(bool is_e2h);

#endif
