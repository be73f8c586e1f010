/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Automatic mutants: a hypervisor with one instruction changed. Those of HYPERVISOR-SPEC E.2 are
 * built into hyp-mutants.elf, switched on by the word mutant=ID (hyp-model/core/mutants.def).
 */
#ifndef ENT_VERIFY_MUTANT_H
#define ENT_VERIFY_MUTANT_H

#include "verify/session.h"

enum auto_kind {
	AUTO_SAVE,    /* an MRS or a store of a save is dropped */
	AUTO_RESTORE, /* an MSR or a load of a restore is dropped */
	AUTO_BARRIER, /* DMB, DSB, ISB, or the call of one */
	AUTO_TLBI,
	AUTO_BITS, /* a constant with two bits exchanged */
	AUTO_KINDS
};

struct auto_mutant {
	char id[80]; /* "drop-msr:HCR_EL2@run_vhe+0x10": what, register, symbol, offset */
	enum auto_kind kind;
	struct patch patch;
};

/*
 * All of an image, in the order of addresses: instructions of the hypervisor's own code that are
 * saves, restores, barriers, TLBI, constants of controls. *mutants is the caller's.
 * STATUS_BAD_IMAGE.
 */
struct status auto_mutants(const char *image, struct auto_mutant **mutants, size_t *count);

#endif
