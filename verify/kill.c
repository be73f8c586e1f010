/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kill matrix: rows from mutants.def and auto_mutants.c, each a process that tries the runs in
 * order. Knows what it means to notice; not what a mutant is.
 */
#include "verify/kill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kill_jobs.h"
#include "verify/kill_trial.h"

#define MONITORS_NONE 0

const struct kill_run kill_runs[] = {
#define RUN(name, profile, cpus, ram, quantum, monitors, adversary, words)                         \
	name, profile, cpus, ram, quantum, MONITORS_##monitors, adversary, words, NULL, NULL,      \
		INJECT_IRQ, 0
#define KILL_RUN(...)  { RUN(__VA_ARGS__), false },
#define KILL_DEAR(...) { RUN(__VA_ARGS__), true },
#define KILL_SWEEP(name, profile, cpus, ram, injection, from, to, after, words)                    \
	{ name, profile, cpus, ram, 0, MONITORS_ALL, "none", words, from, to, INJECT_##injection,  \
		after, true },
#include "verify/kill_runs.def"
#undef RUN
#undef KILL_RUN
#undef KILL_DEAR
#undef KILL_SWEEP
};
const unsigned kill_run_count = COUNT(kill_runs);
_Static_assert(COUNT(kill_runs) <= 64, "a bit for each");

static const struct {
	const char *id, *what, *breaks, *why_not;
} shipped[] = {
#define BUG(id, breaks, what)	 { "MUT-" #id, what, breaks, NULL },
#define NOT_EXPRESSIBLE(id, why) { "MUT-" #id, NULL, NULL, why },
#include "hyp-model/core/mutants.def"
#undef BUG
#undef NOT_EXPRESSIBLE
};

static const struct {
	const char *id;
	unsigned count;
	bool is_equivalent;
	const char *why;
} survivors[] = {
#define EQUIVALENT(id, count, why) { id, count, true, why },
#define SURVIVOR(id, count, why)   { id, count, false, why },
#include "verify/survivors.def"
#undef EQUIVALENT
#undef SURVIVOR
};

/* All of "drop-isb@x+0x10" or, up to a '*', the beginning; one of them, with commas. */
static bool is_like(const char *id, const char *patterns)
{
	for (;;) {
		size_t all = strcspn(patterns, ","), size = strcspn(patterns, "*,");

		if (strncmp(id, patterns, size) == 0 && (patterns[size] == '*' || id[size] == '\0'))
			return true;
		if (patterns[all] == '\0')
			return false;
		patterns += all + 1;
	}
}

/* ---- The rows ---- */

struct work {
	const struct kill_config *config;
	struct kill_matrix *matrix;
	struct trials trials[2]; /* by is_auto */
};

static bool is_chosen(const struct kill_config *config, const char *id, size_t number)
{
	if (config->only != NULL && !is_like(id, config->only))
		return false;
	return config->shards == 0 || number % config->shards == config->shard;
}

static void add(struct kill_matrix *matrix, const struct kill_config *config, size_t *number,
	const struct kill_row *row)
{
	if (is_chosen(config, row->id, (*number)++))
		matrix->row[matrix->count++] = *row;
}

static void add_shipped(
	struct kill_matrix *matrix, const struct kill_config *config, size_t *number)
{
	for (size_t i = 0; i < COUNT(shipped); i++) {
		struct kill_row row = { .what = shipped[i].what,
			.breaks = shipped[i].breaks,
			.why_not = shipped[i].why_not,
			.is_done = shipped[i].why_not != NULL };

		snprintf(row.id, sizeof(row.id), "%s", shipped[i].id);
		add(matrix, config, number, &row);
	}
}

static void add_automatic(struct kill_matrix *matrix, const struct kill_config *config,
	size_t *number, const struct auto_mutant *mutant, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct kill_row row = {
			.is_auto = true, .kind = mutant[i].kind, .patch = mutant[i].patch
		};

		snprintf(row.id, sizeof(row.id), "%s", mutant[i].id);
		add(matrix, config, number, &row);
	}
}

static struct status collect(struct kill_matrix *matrix, const struct kill_config *config)
{
	struct auto_mutant *mutant = NULL;
	size_t count = 0, number = 0;
	struct status status = status_ok();

	if (config->has_auto)
		status = auto_mutants(config->image, &mutant, &count);
	if (status.code != STATUS_OK)
		return status;
	matrix->room = COUNT(shipped) + count;
	matrix->row = shared_memory(matrix->room * sizeof(*matrix->row));
	if (matrix->row == NULL) {
		free(mutant);
		return status_error(STATUS_HOST, "no memory for the kill matrix");
	}
	if (config->has_hand)
		add_shipped(matrix, config, &number);
	add_automatic(matrix, config, &number, mutant, count);
	free(mutant);
	if (matrix->count == 0 && config->only != NULL)
		return status_error(STATUS_USAGE, "no mutant '%.150s'", config->only);
	return status_ok();
}

/* ---- Trying them ---- */

static void note_error(struct kill_row *row, unsigned run, struct status status)
{
	if (row->error.code == STATUS_OK || status.code != STATUS_NOT_IMPLEMENTED)
		row->error = status_error(
			status.code, "%s: %s: %.80s", row->id, kill_runs[run].name, status.text);
}

static bool has_survived(const struct kill_row *row)
{
	return row->is_auto && row->is_reached && row->killers == 0;
}

/* A row of survivors.def speaks for so many at most; of more, one is new, and nobody knows which.
 */
static void argue(struct kill_matrix *matrix)
{
	for (size_t s = 0; s < COUNT(survivors); s++) {
		unsigned count = 0;

		for (size_t i = 0; i < matrix->count; i++)
			count += has_survived(&matrix->row[i]) &&
				 is_like(matrix->row[i].id, survivors[s].id);
		for (size_t i = 0; i < matrix->count && count <= survivors[s].count; i++) {
			struct kill_row *row = &matrix->row[i];

			if (!has_survived(row) || !is_like(row->id, survivors[s].id))
				continue;
			row->why_not = survivors[s].why;
			row->is_equivalent = survivors[s].is_equivalent;
		}
	}
}

/* What one run said of one mutant. */
static void note(
	struct kill_row *row, unsigned run, struct status status, const struct killer *killer)
{
	if (status.code != STATUS_OK)
		note_error(row, run, status);
	else if (killer->by[0] != '\0' && row->killers < KILLERS)
		row->killer[row->killers++] = *killer;
}

static bool is_settled(const struct work *work, const struct kill_row *row)
{
	return (row->killers != 0 && !work->config->wants_all) ||
	       (row->error.code != STATUS_OK && row->error.code != STATUS_NOT_IMPLEMENTED);
}

/* A shipped one, in a process of its own. */
static void try_row(void *opaque, size_t index)
{
	struct work *work = opaque;
	struct kill_row *row = &work->matrix->row[index];
	const struct trials *trials = &work->trials[false];

	for (unsigned run = 0; run < kill_run_count && !row->is_done; run++) {
		struct killer killer = { .by = "" };

		if (!trials_usable(trials, run) || is_settled(work, row))
			continue;
		note(row, run, kill_try(trials, run, row->id, &killer), &killer);
	}
	row->is_done = true;
}

/* A simulator that dies of a guest is a bug of its own. */
static void row_died(void *opaque, size_t index, int signal)
{
	struct work *work = opaque;
	struct kill_matrix *matrix = work->matrix;

	matrix->row[index].error = status_error(STATUS_HOST,
		"%s: its process ended by itself, signal %d", matrix->row[index].id, signal);
}

static void tell_row(
	void *opaque, unsigned run, size_t index, struct status status, const struct killer *killer)
{
	struct work *work = opaque;

	note(&work->matrix->row[index], run, status, killer);
}

/* All automatic ones in one run that have to be, and can. */
static struct status try_automatic(
	struct work *work, const struct carry *carry, struct carried *carried)
{
	struct kill_matrix *matrix = work->matrix;
	size_t count = 0;

	for (size_t i = 0; i < matrix->count; i++) {
		struct kill_row *row = &matrix->row[i];
		u64 first =
			row->is_auto ? trials_first(carry->trials, carry->run, row->patch.pa) : 0;

		row->is_reached |= first != 0;
		if (first != 0 && !is_settled(work, row))
			carried[count++] = (struct carried){ first, i, row->patch };
	}
	return trials_usable(carry->trials, carry->run) ? carry_run(carry, carried, count)
							: status_ok();
}

/* Run by run; what only dear ones notice is a row of mutants.def. */
static struct status try_all_automatic(struct work *work, struct carry carry)
{
	struct carried *carried = calloc(work->matrix->count + 1, sizeof(*carried));
	struct status status = status_ok();

	if (carried == NULL)
		return status_error(STATUS_HOST, "no memory for the kill matrix");
	for (carry.run = 0; carry.run < kill_run_count && status.code == STATUS_OK; carry.run++)
		if (!kill_runs[carry.run].is_dear)
			status = try_automatic(work, &carry, carried);
	free(carried);
	for (size_t i = 0; i < work->matrix->count; i++)
		work->matrix->row[i].is_done = true;
	return status;
}

/*
 * What the host refuses is no answer of any row. What is not implemented hides nothing where
 * another run notices the mutant.
 */
static struct status first_error(const struct kill_matrix *matrix)
{
	struct status first = status_ok();

	for (size_t i = 0; i < matrix->count; i++) {
		const struct kill_row *row = &matrix->row[i];

		if (row->error.code == STATUS_NOT_IMPLEMENTED) {
			if (first.code == STATUS_OK && row->killers == 0)
				first = row->error;
		} else if (row->error.code != STATUS_OK) {
			return row->error;
		}
	}
	return first;
}

static bool has_any(const struct kill_matrix *matrix, bool is_auto)
{
	for (size_t i = 0; i < matrix->count; i++)
		if (matrix->row[i].is_auto == is_auto && !matrix->row[i].is_done)
			return true;
	return false;
}

/* They stand before the automatic ones. */
static size_t shipped_rows(const struct kill_matrix *matrix)
{
	size_t count = 0;

	while (count < matrix->count && !matrix->row[count].is_auto)
		count++;
	return count;
}

/* Bits of kill_runs; 0: a name is none. */
static u64 chosen_runs(const struct kill_config *config)
{
	u64 chosen = 0;

	for (unsigned run = 0; run < kill_run_count; run++)
		if (config->runs == NULL || is_like(kill_runs[run].name, config->runs))
			chosen |= 1ull << run;
	return chosen;
}

static struct status prepare(struct work *work, bool is_auto, const char *image)
{
	struct kill_matrix *matrix = work->matrix;
	u64 chosen = chosen_runs(work->config);
	struct status status;

	if (!has_any(matrix, is_auto))
		return status_ok();
	if (chosen == 0)
		return status_error(STATUS_USAGE, "no run '%.150s'", work->config->runs);
	status = trials_prepare(&work->trials[is_auto], image, is_auto, chosen, work->config->jobs);
	if (status.code != STATUS_OK)
		return status;
	for (unsigned run = 0; run < kill_run_count; run++)
		if (trials_complains(&work->trials[is_auto], run) && matrix->alarms < KILL_ALARMS)
			matrix->alarm[matrix->alarms++] =
				*trials_alarm(&work->trials[is_auto], run);
	return status_ok();
}

static void shipped_progress(void *opaque, size_t done, size_t all)
{
	const struct work *work = opaque;

	work->config->progress("shipped", done, all);
}

static struct status try_all(struct work *work)
{
	const struct kill_config *config = work->config;
	struct jobs jobs = { .work = try_row,
		.died = row_died,
		.progress = config->progress != NULL ? shipped_progress : NULL,
		.opaque = work };
	struct carry carry = { .trials = &work->trials[true],
		.jobs = config->jobs,
		.tell = tell_row,
		.died = row_died,
		.progress = config->progress,
		.opaque = work };
	struct status status = status_ok();

	if (has_any(work->matrix, false))
		status = jobs_run(&jobs, shipped_rows(work->matrix), config->jobs);
	if (status.code == STATUS_OK && has_any(work->matrix, true))
		status = try_all_automatic(work, carry);
	return status;
}

struct status kill_matrix_run(const struct kill_config *config, struct kill_matrix *matrix)
{
	struct work work = { .config = config, .matrix = matrix };
	struct status status;

	*matrix = (struct kill_matrix){ .count = 0 };
	status = collect(matrix, config);
	if (status.code == STATUS_OK)
		status = prepare(&work, false, config->mutants);
	if (status.code == STATUS_OK)
		status = prepare(&work, true, config->image);
	if (status.code == STATUS_OK)
		status = try_all(&work);
	argue(matrix);
	trials_end(&work.trials[false]);
	trials_end(&work.trials[true]);
	if (status.code == STATUS_OK)
		status = first_error(matrix);
	return status;
}

void kill_matrix_free(struct kill_matrix *matrix)
{
	shared_memory_free(matrix->row, matrix->room * sizeof(*matrix->row));
	*matrix = (struct kill_matrix){ .count = 0 };
}

static void count_row(struct kill_totals *totals, const struct kill_row *row)
{
	bool is_killed = row->killers != 0;

	if (row->is_auto) {
		totals->automatic++;
		totals->reached += row->is_reached;
		totals->reached_killed += is_killed;
		totals->argued += has_survived(row) && row->why_not != NULL;
		totals->equivalent += has_survived(row) && row->is_equivalent;
	} else if (row->why_not != NULL) {
		totals->not_expressible++;
	} else {
		totals->shipped++;
		totals->shipped_killed += is_killed;
	}
}

struct kill_totals kill_totals(const struct kill_matrix *matrix)
{
	struct kill_totals totals = { 0 };

	for (size_t i = 0; i < matrix->count; i++)
		count_row(&totals, &matrix->row[i]);
	return totals;
}
