/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ought to be, by other means: the same guest at another level, and functions that compute
 * what a hypervisor emulates. HYPERVISOR-SPEC E.4.
 */
#ifndef ENT_VERIFY_ORACLE_H
#define ENT_VERIFY_ORACLE_H

#include "verify/session.h"

/* A way of running the same guest: bare, as VM, as L2 under each kind of L1. */
struct oracle_cell {
	const char *name;  /* "bare", "vm-vhe", "l2-nv2-vhe" */
	const char *words; /* of hyp.elf; NULL: the guest runs bare */
	const char *profile;
};

struct difference {
	bool is_equal;
	u64 number; /* of the guest's instructions: the first that differs */
	u64 pc[2];
	char what[160]; /* "x3", "esr_el1" */
	u64 value[2];
	char path[4][120]; /* how the second came there: the last transitions before */
};

/*
 * Runs both and compares what the guest can see, instruction by instruction: registers at
 * exceptions and returns of its own level, and all that it stores. What may differ is a row of
 * allowed.def.
 */
struct status oracle_compare(const struct session_config *one, const struct session_config *other,
	struct difference *difference);

#endif
