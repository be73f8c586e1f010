/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One exception about to be taken. Private to exceptions/.
 */
#ifndef ENT_EXCEPTIONS_TAKE_H
#define ENT_EXCEPTIONS_TAKE_H

#include "exceptions/exceptions.h"

struct taking {
	enum interrupt_kind interrupt; /* INT_SYNC, or the vector's row */
	unsigned target;	       /* EL1 or EL2 */
	u64 esr;		       /* for INT_SYNC and INT_SERROR */
	u64 return_address;
	u64 far, hpfar;
	bool far_valid, hpfar_valid;
};

void exceptions_take(struct cpu *cpu, const struct taking *taking);

#endif
