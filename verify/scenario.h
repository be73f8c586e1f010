/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scenarios: what is run and what has to hold, in files of lines "word value" (docs/VERIFY.md). The
 * bundled ones (verify/scenarios/) are part of the program.
 */
#ifndef ENT_VERIFY_SCENARIO_H
#define ENT_VERIFY_SCENARIO_H

#include <stdio.h>

#include "verify/sweep.h"

enum { SCENARIO_NAME = 48, SCENARIO_SWEEPS = 8, SCENARIO_RUNS = 8, SCENARIO_WORDS = 480 };
enum { SCENARIO_PARTS = SCENARIO_RUNS + SCENARIO_SWEEPS };

struct scenario {
	char name[SCENARIO_NAME];
	char what[160];		       /* one line */
	char spec[40];		       /* "E.3.1" */
	struct session_config session; /* its texts are in `text`; the image is the caller's */
	struct {
		struct adversary_config first; /* of a seed: so many from there on */
		u64 count;
	} run[SCENARIO_RUNS];
	unsigned runs;	/* at least 1 */
	bool is_late;	/* the adversary begins at `from`, before which there is none */
	bool is_spread; /* a seed's begins there or later, each at another place */
	struct place from;
	struct sweep_config sweep[SCENARIO_SWEEPS]; /* without a session: the scenario's */
	unsigned sweeps;
	char words[SCENARIO_WORDS]; /* of the guest */
	char *text;		    /* owned */
};

/*
 * name: what the text is called, a path or less; the scenario's is its last part without
 * ".scenario". STATUS_BAD_IMAGE: "NAME:LINE: what is wrong with it". Nothing is to be freed then.
 */
struct status scenario_parse(
	const char *name, const char *text, size_t size, struct scenario *scenario);
void scenario_free(struct scenario *scenario);
/* More words for the guest, behind those that are there; STATUS_USAGE: too many. */
struct status scenario_add_words(struct scenario *scenario, const char *words);
/* What may stand in a file, a line each. */
void scenario_explain(FILE *out);

/* The bundled ones in order of names; NULL behind the last. */
const char *scenario_bundled(unsigned index, const char **text, size_t *size);

/* ---- Running it ---- */

/* A run, or all runs of a line "run seeds"; or a sweep. */
struct scenario_part {
	bool is_sweep;
	struct adversary_config first; /* of a run */
	u64 count;		       /* so many seeds */
	unsigned sweep;		       /* which, from 0 */
	bool has_boundary;
	u64 boundary; /* this one only */
};

/* How much of it. */
struct scenario_limits {
	u64 seeds;     /* at most so many of each count; 0: as the scenario says */
	unsigned jobs; /* of sweeps; 0: as many as the host has CPUs */
	bool has_no_sweeps;
};

/* How many there are, in the order of the file, runs first. */
unsigned scenario_parts(const struct scenario *scenario, struct scenario_limits limits,
	struct scenario_part part[SCENARIO_PARTS]);
/* "min", "seed=7": of any adversary; "sweep=2", "sweep=2@100": one boundary. STATUS_USAGE. */
struct status scenario_only(
	const struct scenario *scenario, const char *text, struct scenario_part *part);
/* What scenario_only() reads, or "seeds=1..1000"; returns text. */
const char *scenario_part_say(const struct scenario_part *part, char *text, size_t size);

struct scenario_result {
	bool holds;
	bool is_lacking; /* does not hold, but by what is not implemented: no answer */
	u64 runs, trials, insns;
	char what[ADVERSARY_TEXT]; /* which run or trial broke it */
	char rule[24];		   /* "": the guest's own end */
	char why[300];
};

typedef void scenario_progress(void *opaque, const char *what, u64 done, u64 all);

/* Ends with the first that breaks. STATUS_OK, whether it holds or not. */
struct status scenario_run_part(const struct scenario *scenario, const struct scenario_part *part,
	unsigned jobs, scenario_progress *progress, void *opaque, struct scenario_result *result);

#endif
