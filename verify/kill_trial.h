/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of one mutant against the same run of the hypervisor without a bug.
 */
#ifndef ENT_VERIFY_KILL_TRIAL_H
#define ENT_VERIFY_KILL_TRIAL_H

#include "verify/kill.h"

struct reference;

/* The runs of one image. */
struct trials {
	const char *image;
	bool is_auto; /* mutants are patches; else words */
	u64 chosen;   /* bits of kill_runs */
	u64 code, code_end;
	struct reference *reference; /* of each run; shared */
	size_t size;		     /* of all of them */
	struct session **booted;     /* auto: of each nested run; NULL: none */
};

/* Does each run once. STATUS_BAD_IMAGE, STATUS_HOST, STATUS_NOT_IMPLEMENTED. */
struct status trials_prepare(
	struct trials *trials, const char *image, bool is_auto, u64 chosen, unsigned jobs);
void trials_end(struct trials *trials);
/* It was chosen and held without a bug. */
bool trials_usable(const struct trials *trials, unsigned run);
/* Chosen, and something was noticed: what. */
bool trials_complains(const struct trials *trials, unsigned run);
const struct killer *trials_alarm(const struct trials *trials, unsigned run);
/* Does it execute the instruction, where a mutant is in force? is_auto only. */
bool trials_reaches(const struct trials *trials, unsigned run, u64 pa);
/*
 * killer->by "": it was not noticed. STATUS_HOST, STATUS_NOT_IMPLEMENTED: nothing is known. In a
 * process that does nothing else.
 */
struct status kill_try(
	struct trials *trials, unsigned run, const struct kill_row *row, struct killer *killer);

#endif
