/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ought to be, by other means: the same guest at another level sees the same. HYPERVISOR-SPEC
 * E.4.
 */
#ifndef ENT_VERIFY_ORACLE_H
#define ENT_VERIFY_ORACLE_H

#include "verify/session.h"

/* A way of running the same guest: bare, as VM, as L2 under each kind of L1. */
struct oracle_cell {
	const char *name;  /* "bare", "vm-vhe", "l2-vhe-nv2" */
	const char *words; /* of hyp.elf; NULL: the guest runs bare, at EL1 */
	unsigned level;	   /* the guest's: how many hypervisors are below */
	const char *what;
};
extern const struct oracle_cell oracle_cells[];		 /* name NULL behind the last */
const struct oracle_cell *oracle_cell(const char *name); /* NULL: there is none */

/* A flat program for EL1, loaded and entered at 0x40200000 with MMU off; hyp-model/guest/abi.h. */
struct oracle_guest {
	const char *file;
	const char *line;  /* of its boot block, and words for hyp.elf; no longer than 400 */
	const char *hyp;   /* hyp.elf's path */
	const char *words; /* more of them for hyp.elf, as payload=NAME */
	u64 max_insns;	   /* of all PEs */
};

/* What the guest saw, event by event. */
struct oracle_trace;
/* NULL: status says why. */
struct oracle_trace *oracle_take(
	const struct oracle_guest *guest, const struct oracle_cell *cell, struct status *status);
void oracle_trace_free(struct oracle_trace *trace); /* NULL is allowed */
u64 oracle_trace_events(const struct oracle_trace *trace);
u64 oracle_trace_insns(const struct oracle_trace *trace); /* of the guest */
/* Up to which event all registers can be compared, and the way through the code: oracle.c. */
u64 oracle_trace_exact(const struct oracle_trace *trace);
u64 oracle_trace_timeless(const struct oracle_trace *trace);
const char *oracle_trace_why(const struct oracle_trace *trace); /* it ended: "exit code 0" */

enum { ORACLE_PATH = 4 };

struct difference {
	bool is_equal;
	u64 number; /* of the guest's instructions in the second: where it differs */
	u64 pc[2];
	char what[160];	   /* "what MRS ESR_EL1 read" */
	u64 value[2];	   /* of the first, of the second */
	char allowed[160]; /* what differed before, may, and can be the cause; "": nothing */
	char path[ORACLE_PATH][160]; /* the last exits of the second before; "": none */
};

/* Runs the guest in `cell`, up to the first event that is another one than in `trace`. */
struct status oracle_compare(const struct oracle_guest *guest, const struct oracle_cell *cell,
	const struct oracle_trace *trace, struct difference *difference, u64 *insns);

#endif
