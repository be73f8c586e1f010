/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pointer authentication keys: HYPERVISOR-SPEC A.20. Keys move in hal_enter_guest()'s caller, at
 * EL2.
 */
#ifndef HYP_PAUTH_H
#define HYP_PAUTH_H

#include "core/types.h"

struct pauth_keys {
	u64 key[10]; /* APIA, APIB, APDA, APDB, APGA: low half, high half */
};

struct vcpu_pauth {
	struct pauth_keys guest, host;
};

struct vcpu;

void pauth_to_guest(struct vcpu *vcpu); /* saves the host's, loads the guest's */
void pauth_to_host(
	struct vcpu *vcpu); /* the reverse; also on an entry that did not happen (WS-27) */

#endif
