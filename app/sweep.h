/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `entresol sweep` and entresol-sweep-mpi share: options, files of results, what is said of
 * them.
 */
#ifndef ENT_APP_SWEEP_H
#define ENT_APP_SWEEP_H

#include <stdio.h>

#include "verify/sweep.h"

/* ---- sweep_options.c ---- */

struct sweep_options {
	struct sweep_config sweep;
	const char *output;	/* a file of lines; NULL: none */
	const char *shard_from; /* an environment variable; NULL: --shard, or all of it */
	bool json;
	bool merges; /* files, instead of running anything */
	char **file; /* owned */
	unsigned files;
	char *words; /* owned: sweep.session.words */
};

enum sweep_parsed { SWEEP_RUN, SWEEP_DONE, SWEEP_USAGE }; /* DONE: --help was answered */
/* program: what stands before KIND on the command line. */
enum sweep_parsed sweep_options_parse(
	struct sweep_options *options, const char *program, int argc, char **argv);
void sweep_options_free(struct sweep_options *options);

/* ---- sweep_shard.c ---- */

/*
 * Which shard the environment asks for, by the variables of runners that split tests: *variable is
 * the first of them, NULL: none is there. STATUS_USAGE: they make no sense.
 */
struct status sweep_shard_of_environment(unsigned *shard, unsigned *shards, const char **variable);
/* "I/N", I from 1 on; STATUS_USAGE. */
struct status sweep_shard_parse(const char *text, unsigned *shard, unsigned *shards);

/* ---- sweep_results.c ---- */

/* All trials of a sweep that are known, of this run or from files. Zero is none. */
struct sweep_results {
	u64 sweep, boundaries; /* of which; boundaries 0: not known yet */
	u8 *is_done;	       /* owned; by boundary */
	struct sweep_totals totals;
	struct trial *failure; /* owned; in any order until sweep_results_sort() */
	size_t failures, room;
	char **line;  /* owned, by boundary; NULL: not kept */
	bool is_part; /* of a sweep; what arrives in the others is not known */
};

/* To be called first: of which sweep. STATUS_HOST: no memory. keeps_lines: for merging. */
struct status sweep_results_begin(
	struct sweep_results *results, u64 sweep, u64 boundaries, bool keeps_lines);
void sweep_results_free(struct sweep_results *results);
/* One that is known already is passed over, if it is equal as far as is kept. */
struct status sweep_results_add(struct sweep_results *results, const struct trial *trial);
/*
 * Adds the lines of a file. *end (NULL: nobody asks): behind its last whole line; what a killed
 * process left of a line behind that is passed over. may_miss: it is where results go to, and has
 * no lines if it is not there. STATUS_BAD_IMAGE: not lines of sweeps, or of different ones;
 * STATUS_USAGE: of another sweep than the one that was begun, or no lines of sweeps if may_miss.
 */
struct status sweep_results_read(struct sweep_results *results, const char *path, bool may_miss,
	bool keeps_lines, long *end);
/* How many boundaries have no trial. */
u64 sweep_results_missing(const struct sweep_results *results);
/* All lines that are kept, in order. STATUS_HOST. */
struct status sweep_results_write(const struct sweep_results *results, const char *path);
/*
 * Says what came of it, in words: what holds, or groups of failures and, as the last line, the
 * command of the first. The exit code: STATUS_USAGE also if nothing that was injected arrived.
 * what: "irq, from A to B"; NULL: not known.
 */
int sweep_results_say(struct sweep_results *results, const char *what, FILE *out);

/* ---- sweep_lines.c ---- */

/* Trials as they come: counted, written to a file, shown. */
struct sweep_lines {
	const struct sweep_options *options;
	struct sweep_results results;
	FILE *file;	      /* NULL: none */
	struct status status; /* of the file */
	/* Files of others that know trials, too; NULL: none. */
	char **other;
	unsigned others;
	const char *path;
	bool shows_progress;
	unsigned shown; /* of the progress, in hundredths */
};

/* sweep_run() with these options; its lines are in `path` then (NULL: nowhere). */
struct status sweep_lines_run(struct sweep_lines *lines, const struct sweep_options *options,
	const char *path, bool shows_progress);
void sweep_lines_free(struct sweep_lines *lines);

/* "irq, from exception:el2 to eret:guest"; returns text. */
const char *sweep_say(const struct sweep_options *options, char *text, size_t size);

#endif
