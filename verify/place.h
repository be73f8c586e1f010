/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A place in a run, for windows of sweeps and stops: which event, the how manyth. Texts:
 *
 *   start, end           of the run
 *   insn:N               after N instructions of all PEs
 *   eret[:el0|el1|el2]   an exception return [to there];    eret:guest: from EL2 to below
 *   exception[:elN][:EC] taken [to there] [of that class]; exception:irq, :fiq, :serror
 *   tlbi[:NAME]  sysreg:NAME  barrier:isb|dsb|dmb
 *   at:SYMBOL[+N]        before an instruction
 *   guest, host          the first instruction of a guest behind the host's, and the other way
 * round
 *   ...#N                the N-th of them, from 1 (default 1), behind the one before
 *   ...+K                K instructions later
 */
#ifndef ENT_VERIFY_PLACE_H
#define ENT_VERIFY_PLACE_H

#include "verify/session.h"

enum { PLACE_TEXT = 96 };

struct place {
	char text[PLACE_TEXT];
	u8 kind; /* private to place.c, as the rest */
	u32 event;
	u8 el;
	u16 detail;
	u64 number, later;
	char symbol[48];
};

/* STATUS_USAGE. */
struct status place_parse(const char *text, struct place *place);
/*
 * Runs up to it, at most `insns`. false: it was not reached, or the session ended; status says
 * which.
 */
struct status place_run_to(struct session *session, const struct place *place, u64 insns);

#endif
