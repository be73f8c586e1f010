/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kill matrix: each mutant in a fixed set of runs (kill_runs.def), the cheap ones first, until
 * one notices it. What notices: a monitor's rule, the end of the run, what the guests print, or
 * that it does not end. The hypervisor without a bug goes first: whatever is noticed there is a
 * false alarm, and its instructions and lines are what the others are compared with.
 */
#ifndef ENT_VERIFY_KILL_H
#define ENT_VERIFY_KILL_H

#include "verify/mutant.h"
#include "verify/session.h"
#include "verify/sweep.h"

enum { KILL_NAME = 40, KILL_BY = 24, KILL_WHY = 200, KILLERS = 8, KILL_ALARMS = 64 };

struct kill_run {
	const char *name, *profile;
	unsigned cpus, ram; /* PEs; MiB */
	cycles_t quantum;   /* of the machine; 0: the default */
	u32 monitors;	    /* bits; 0: nobody watches */
	const char *adversary, *words;
	const char *from, *to; /* a sweep over that window; NULL: a run to its end */
	enum injection injection;
	u64 insns_after;
	bool is_dear; /* for shipped mutants only */
};
extern const struct kill_run kill_runs[];
extern const unsigned kill_run_count;

struct killer {
	char run[KILL_NAME];
	char by[KILL_BY]; /* rule, "exit", "hang", "slow", "output" */
	char why[KILL_WHY];
	enum injection injection; /* of a sweep */
};

struct kill_row {
	char id[96];
	const char *what, *breaks; /* of mutants.def; NULL: an automatic one */
	const char *why_not;	   /* it cannot be expressed, or why it may survive; NULL */
	bool is_auto, is_reached, is_done;
	bool is_equivalent; /* a survivor that nothing could tell from the hypervisor without it */
	enum auto_kind kind;
	struct patch patch;
	unsigned killers;
	struct killer killer[KILLERS];
	/* Why no answer: the host refused something, or a run needs what is not implemented. */
	struct status error;
};

struct kill_config {
	const char *image, *mutants; /* hyp.elf, hyp-mutants.elf */
	bool has_hand, has_auto;
	bool wants_all;	  /* all runs, not only up to the first that notices */
	const char *only; /* ids with commas; a part of one ends with '*'; NULL: all */
	const char *runs; /* names of runs with commas; NULL: all */
	unsigned jobs, shard, shards;
	void (*progress)(const char *what, size_t done, size_t all); /* NULL: nobody */
};

struct kill_matrix {
	struct kill_row *row; /* shared with the processes that fill it */
	size_t count, room;
	struct killer alarm[KILL_ALARMS]; /* of the hypervisor without a bug */
	unsigned alarms;
};

/*
 * STATUS_USAGE: no mutant of that id; STATUS_BAD_IMAGE; STATUS_HOST. STATUS_NOT_IMPLEMENTED: the
 * first row, by its order, that has no answer but for that; the matrix is complete otherwise.
 */
struct status kill_matrix_run(const struct kill_config *config, struct kill_matrix *matrix);
void kill_matrix_free(struct kill_matrix *matrix);

/*
 * Of those that count: shipped mutants that are expressible, automatic ones that are reached.
 * `argued`: survivors that survivors.def has a reason for; `equivalent` of them need no killer.
 */
struct kill_totals {
	unsigned shipped, shipped_killed, not_expressible;
	unsigned automatic, reached, reached_killed, argued, equivalent;
};
struct kill_totals kill_totals(const struct kill_matrix *matrix);

#endif
