/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the kill matrix share: runs of the hypervisor without a bug, and of one mutant
 * against the same run.
 */
#ifndef ENT_VERIFY_KILL_TRIAL_H
#define ENT_VERIFY_KILL_TRIAL_H

#include "verify/kill.h"
#include "verify/kill_lines.h"

enum { CODE_WORDS = 131072 };

/* A run of the hypervisor without a bug. */
struct reference {
	bool is_good;
	struct status error; /* it could not be done */
	struct killer alarm;
	u64 insns;
	struct line_set lines;
	u64 first[CODE_WORDS]; /* of each instruction: 1 + how many are executed before it; 0: never
				*/
};

/* The runs of one image. */
struct trials {
	const char *image;
	bool is_auto; /* mutants are patches; else words */
	u64 chosen;   /* bits of kill_runs */
	u64 code, code_end;
	struct reference *reference; /* of each run; shared */
	size_t size;		     /* of all of them */
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
/*
 * When is the instruction executed first, where a mutant is in force: 1 + how many instructions are
 * before it; 0: never. is_auto only.
 */
u64 trials_first(const struct trials *trials, unsigned run, u64 pa);
/* More than that hangs. */
u64 trials_most_insns(const struct reference *reference);

struct session_config trial_config(
	const char *image, const struct kill_run *run, const char *words, u64 max_insns);
/*
 * Runs it to its end. killer->by "": nothing was noticed. STATUS_HOST, STATUS_NOT_IMPLEMENTED:
 * nothing is known. reference NULL: this is it.
 */
struct status trial_end(struct session *session, const struct kill_run *run,
	const struct reference *reference, struct killer *killer);
/* The same of a row KILL_SWEEP. */
struct status trial_sweep(
	const struct session_config *session, const struct kill_run *run, struct killer *killer);

/* The same of a shipped mutant, from the start, in a process that does nothing else. */
struct status kill_try(
	const struct trials *trials, unsigned run, const char *id, struct killer *killer);

/*
 * One run of many automatic mutants: the hypervisor without a bug is run forward, and where the
 * instruction of one is executed first a process goes on with it changed. `tell` is called in that
 * process, with what trial_end() says.
 */
struct carried {
	u64 first; /* trials_first() */
	size_t row;
	struct patch patch;
};
struct carry {
	const struct trials *trials;
	unsigned run, jobs;
	void (*tell)(void *opaque, unsigned run, size_t row, struct status status,
		const struct killer *killer);
	void (*died)(void *opaque, size_t row, int signal);	     /* its process; in ours */
	void (*progress)(const char *what, size_t done, size_t all); /* NULL: nobody */
	void *opaque;
};
/* In any order; they are sorted. STATUS_HOST. */
struct status carry_run(const struct carry *carry, struct carried *carried, size_t count);

#endif
