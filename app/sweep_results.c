/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results of sweeps: gathered from runs and files in any order, and said.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/sweep.h"

enum { MOST_BOUNDARIES = 1 << 28 };

static struct status no_memory(void)
{
	return status_error(STATUS_HOST, "the host has no memory for the results");
}

struct status sweep_results_begin(
	struct sweep_results *results, u64 sweep, u64 boundaries, bool keeps_lines)
{
	results->sweep = sweep;
	results->boundaries = boundaries;
	results->totals.boundaries = boundaries;
	if (boundaries > MOST_BOUNDARIES)
		return status_error(STATUS_USAGE,
			"a window of %" PRIu64 " boundaries; at most %d are possible", boundaries,
			MOST_BOUNDARIES);
	results->is_done = calloc(boundaries, 1);
	if (keeps_lines)
		results->line = calloc(boundaries, sizeof(*results->line));
	if (results->is_done == NULL || (keeps_lines && results->line == NULL))
		return no_memory();
	return status_ok();
}

void sweep_results_free(struct sweep_results *results)
{
	for (u64 i = 0; results->line != NULL && i < results->boundaries; i++)
		free(results->line[i]);
	free(results->line);
	free(results->is_done);
	free(results->failure);
	*results = (struct sweep_results){ .sweep = 0 };
}

static bool keep_failure(struct sweep_results *results, const struct trial *trial)
{
	if (results->failures == results->room) {
		size_t room = 2 * results->room + 16;
		struct trial *failure = realloc(results->failure, room * sizeof(*failure));

		if (failure == NULL)
			return false;
		results->failure = failure;
		results->room = room;
	}
	results->failure[results->failures++] = *trial;
	return true;
}

/* Two runs of one boundary say the same, or something is not deterministic. */
static struct status keep_line(struct sweep_results *results, const struct trial *trial)
{
	char text[TRIAL_LINE];
	char **line = &results->line[trial->boundary];

	trial_print(trial, text);
	if (*line != NULL)
		return strcmp(*line, text) == 0
			       ? status_ok()
			       : status_error(STATUS_BAD_IMAGE,
					 "there are different results of boundary %" PRIu64,
					 trial->boundary);
	*line = strdup(text);
	return *line != NULL ? status_ok() : no_memory();
}

struct status sweep_results_add(struct sweep_results *results, const struct trial *trial)
{
	if (results->line != NULL) {
		struct status status = keep_line(results, trial);

		if (status.code != STATUS_OK)
			return status;
	}
	if (results->is_done[trial->boundary])
		return status_ok();
	results->is_done[trial->boundary] = true;
	sweep_count(&results->totals, trial);
	return trial_holds(trial) || keep_failure(results, trial) ? status_ok() : no_memory();
}

/* ---- Files ---- */

struct reading {
	const char *path;
	unsigned line;
	bool is_output; /* where results are to go to: a wrong one is a matter of usage */
};

static struct status no_result(const struct reading *reading)
{
	return status_error(reading->is_output ? STATUS_USAGE : STATUS_BAD_IMAGE,
		"%.80s:%u: not a result of a sweep%s", reading->path, reading->line,
		reading->is_output ? "; choose another --output" : "");
}

static struct status take_line(struct sweep_results *results, const struct reading *reading,
	const char *text, bool keeps_lines)
{
	struct trial trial;
	struct status status = status_ok();

	if (!trial_parse(text, &trial) || trial.boundary >= trial.boundaries)
		return no_result(reading);
	if (results->boundaries == 0)
		status = sweep_results_begin(results, trial.sweep, trial.boundaries, keeps_lines);
	if (status.code != STATUS_OK)
		return status;
	if (trial.sweep != results->sweep || trial.boundaries != results->boundaries)
		return status_error(STATUS_USAGE,
			"%.80s:%u: a result of another sweep, image, window or options differ",
			reading->path, reading->line);
	return sweep_results_add(results, &trial);
}

struct status sweep_results_read(
	struct sweep_results *results, const char *path, bool may_miss, bool keeps_lines, long *end)
{
	FILE *file = fopen(path, "re");
	struct reading reading = { path, 0, may_miss };
	struct status status = status_ok();
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	long at = 0;

	if (end != NULL)
		*end = 0;
	if (file == NULL && errno == ENOENT && may_miss)
		return status_ok();
	if (file == NULL)
		return status_error(STATUS_BAD_IMAGE, "%.100s: %s", path, strerror(errno));
	while (status.code == STATUS_OK && (length = getline(&line, &size, file)) > 0) {
		reading.line++;
		if (line[length - 1] != '\n') {
			if (strlen(line) != (size_t)length ||
				!trial_is_cut_off(line, results->sweep))
				status = no_result(&reading);
			break;
		}
		line[length - 1] = '\0';
		if (strlen(line) + 1 != (size_t)length) /* a NUL byte: no line of ours */
			line[0] = '\0';
		status = take_line(results, &reading, line, keeps_lines);
		at += length;
	}
	if (ferror(file))
		status = status_error(STATUS_BAD_IMAGE, "%.100s: %s", path, strerror(errno));
	if (end != NULL)
		*end = at;
	free(line);
	fclose(file);
	return status;
}

u64 sweep_results_missing(const struct sweep_results *results)
{
	return results->boundaries - results->totals.trials;
}

/* A file appears whole. */
struct status sweep_results_write(const struct sweep_results *results, const char *path)
{
	char part[4096];
	FILE *file;
	bool ok;

	if ((size_t)snprintf(part, sizeof(part), "%s.part", path) >= sizeof(part))
		return status_error(STATUS_USAGE, "--output: a path that long");
	file = fopen(part, "we");
	ok = file != NULL;
	for (u64 i = 0; ok && i < results->boundaries; i++)
		ok = results->line[i] == NULL || fprintf(file, "%s\n", results->line[i]) > 0;
	if (file != NULL && fclose(file) != 0)
		ok = false;
	if (!ok || rename(part, path) != 0)
		return status_error(STATUS_HOST, "%.100s: %s", path, strerror(errno));
	return status_ok();
}

/* ---- In words ---- */

static int by_boundary(const void *one, const void *other)
{
	const struct trial *a = one, *b = other;

	return (a->boundary > b->boundary) - (a->boundary < b->boundary);
}

static void say_group(const struct failure_group *group, FILE *out)
{
	const struct trial *first = &group->first;

	fprintf(out, "  %s: %" PRIu64 " boundar%s, ", first->rule, group->count,
		group->count == 1 ? "y" : "ies");
	if (group->count > 1)
		fprintf(out, "%" PRIu64 " to %" PRIu64 ", the first ", first->boundary,
			group->last);
	else
		fprintf(out, "%" PRIu64 " ", first->boundary);
	fprintf(out, "before EL%u 0x%" PRIx64 "%s%s%s\n", (unsigned)first->el, first->pc,
		first->place[0] != '\0' ? " <" : "", first->place,
		first->place[0] != '\0' ? ">" : "");
	fprintf(out, "    %s\n    %s\n", first->why, first->reproducer);
}

/* Of trials that met nothing worse than what is not implemented nothing is known. */
static int code_of_failures(const struct sweep_results *results)
{
	for (size_t i = 0; i < results->failures; i++) {
		if (results->failure[i].end != SESSION_LACKS)
			return STATUS_VERIFY_FAILED;
	}
	return STATUS_NOT_IMPLEMENTED;
}

static int say_failures(struct sweep_results *results, FILE *out)
{
	struct failure_groups groups = { .group = NULL };
	bool ok = true;

	qsort(results->failure, results->failures, sizeof(*results->failure), by_boundary);
	for (size_t i = 0; i < results->failures && ok; i++)
		ok = failure_groups_add(&groups, &results->failure[i]);
	if (!ok) {
		failure_groups_free(&groups);
		return say_status(no_memory());
	}
	fprintf(out, "%zu kind%s of failure:\n", groups.count, groups.count == 1 ? "" : "s");
	for (size_t i = 0; i < groups.count; i++)
		say_group(&groups.group[i], out);
	fprintf(out, "%s\n", groups.group[0].first.reproducer);
	failure_groups_free(&groups);
	return code_of_failures(results);
}

int sweep_results_say(struct sweep_results *results, const char *what, FILE *out)
{
	const struct sweep_totals *totals = &results->totals;

	fprintf(out,
		"%s%s%" PRIu64 " of %" PRIu64 " boundaries, %" PRIu64 " arrived, %" PRIu64
		" failed; %" PRIu64 " instructions\n",
		what != NULL ? what : "", what != NULL ? ": " : "", totals->trials,
		totals->boundaries, totals->taken, totals->failed, totals->insns);
	if (results->failures != 0)
		return say_failures(results, out);
	if (totals->trials == 0 || totals->taken != 0 || results->is_part)
		return STATUS_OK;
	return say_status(status_error(STATUS_USAGE,
		"nothing that was injected arrived, so this says nothing; choose another window "
		"or a longer --insns-after"));
}
