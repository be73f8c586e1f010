/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mutants: hypervisors with one bug, and which monitor or scenario notices. Those of
 * HYPERVISOR-SPEC E.2 are built into hyp-mutants.elf, switched on by the word mutant=ID
 * (hyp-model/core/mutants.def); automatic ones are hyp.elf with one instruction changed.
 */
#ifndef ENT_VERIFY_MUTANT_H
#define ENT_VERIFY_MUTANT_H

#include "verify/scenario.h"

enum auto_kind {
	AUTO_SAVE,    /* an MRS or a store of a save is dropped */
	AUTO_RESTORE, /* an MSR or a load of a restore is dropped */
	AUTO_BARRIER, /* DSB, ISB */
	AUTO_TLBI,
	AUTO_BITS, /* an immediate with two bits exchanged */
	AUTO_KINDS
};

struct auto_mutant {
	char id[80]; /* "drop-isb@switch_to_guest+0x10": kind, symbol, offset */
	enum auto_kind kind;
	struct patch patch;
};

/*
 * All of an image, in the order of addresses: instructions of the hypervisor's own code that are
 * saves, restores, barriers, TLBI, constants. *mutants is the caller's. STATUS_BAD_IMAGE.
 */
struct status auto_mutants(const char *image, struct auto_mutant **mutants, size_t *count);

enum { KILLERS = 8 };

struct killed {
	char id[80];
	const char *why_not; /* it cannot be expressed, or no scenario executes it; NULL */
	unsigned killers;
	struct killer {
		char scenario[SCENARIO_NAME];
		char by[24]; /* rule, "exit", "hang", "guest check" */
		char why[160];
	} killer[KILLERS];
};

#endif
