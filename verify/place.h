/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A place in a run, for windows of sweeps and stops: which event, the how manyth. Texts:
 *
 *   start, end           of the run
 *   here                 where it is: "to here+K" is K instructions behind a window's beginning
 *   insn:N               after N instructions of all PEs
 *   eret[:el0|el1|el2]   an exception return [to there];    eret:guest: from EL2 to below
 *   exception[:elN][:EC] taken [to there] [of that class]; exception:irq, :fiq, :serror
 *   tlbi[:NAME]  sysreg:NAME  barrier:isb|dsb|dmb
 *   at:SYMBOL[+N]        before an instruction
 *   guest, host          the first instruction of a guest behind the host's, and of the host
 *                        behind a guest's
 *   ...@P                of PE P (default: of any)
 *   ...#N                the N-th of them, from 1 (default 1), behind the one before
 *   ...+K                K instructions of all PEs later
 *
 * But for at: the run stands behind what the event tells of, before the next instruction.
 */
#ifndef ENT_VERIFY_PLACE_H
#define ENT_VERIFY_PLACE_H

#include "verify/session.h"

enum { PLACE_TEXT = 96, PLACE_ANY_CPU = 0xff };

struct place {
	char text[PLACE_TEXT];
	u8 cpu; /* PLACE_ANY_CPU: not said */
	/* Private to place_private.h. */
	u8 kind, el;
	u16 detail;
	u64 number, later;
	char symbol[48];
};

/* STATUS_USAGE. */
struct status place_parse(const char *text, struct place *place);
/*
 * Runs up to it, at most `insns`. STATUS_USAGE: it is not reached, or there is no such symbol; the
 * session is where it ended. `end` is reached when the session ends, however it does.
 */
struct status place_run_to(struct session *session, const struct place *place, u64 insns);

#endif
