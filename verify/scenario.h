/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scenarios: what is run and what has to hold, in files of lines "word value" (docs/VERIFY.md). The
 * bundled ones (verify/scenarios/) are part of the program.
 */
#ifndef ENT_VERIFY_SCENARIO_H
#define ENT_VERIFY_SCENARIO_H

#include "verify/sweep.h"

enum { SCENARIO_NAME = 48, SCENARIO_SWEEPS = 8, SCENARIO_RUNS = 8 };

struct scenario {
	char name[SCENARIO_NAME];
	char what[160];		       /* one line */
	char spec[40];		       /* "E.3.1" */
	struct session_config session; /* its texts are in `text` */
	struct {
		struct adversary_config first; /* of a seed: so many from there on */
		u64 count;
	} run[SCENARIO_RUNS];
	unsigned runs;				    /* at least 1 */
	struct sweep_config sweep[SCENARIO_SWEEPS]; /* session of each is the scenario's */
	unsigned sweeps;
	char *text; /* owned */
};

/* STATUS_BAD_IMAGE: line N, what is wrong with it. */
struct status scenario_parse(const char *name, const char *text, struct scenario *scenario);
void scenario_free(struct scenario *scenario);

/* The bundled ones in order of names; NULL behind the last. */
const char *scenario_bundled(unsigned index, const char **text);

struct scenario_result {
	bool holds;
	u64 runs, trials, insns;
	char what[SCENARIO_NAME + 64]; /* which run or trial broke it */
	char rule[24];		       /* "": the guest's own end */
	char why[300];
	char reproducer[512]; /* a command */
};

/* How much of it. */
struct scenario_limits {
	u64 seeds;     /* at most so many of each count; 0: as the scenario says */
	unsigned jobs; /* of sweeps */
	bool has_no_sweeps;
};

/* STATUS_OK, whether it holds or not. */
struct status scenario_run(const struct scenario *scenario, struct scenario_limits limits,
	void (*progress)(void *opaque, const char *what, u64 done, u64 all), void *opaque,
	struct scenario_result *result);

#endif
