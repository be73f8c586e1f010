/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sweep whose trials go to a file, line by line, so that who is killed has lost one at most; and
 * which does only those that the file has not.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/sweep.h"

enum { BAR = 40 };

const char *sweep_say(const struct sweep_options *options, char *text, size_t size)
{
	const struct sweep_config *config = &options->sweep;

	snprintf(text, size, "%s, from %s to %s", injection_names[config->injection],
		config->from.text, config->to.text);
	return text;
}

static struct status file_error(const struct sweep_lines *lines)
{
	return status_error(STATUS_HOST, "--output %.100s: %s", lines->path, strerror(errno));
}

/* What a killed process left of a line goes. */
static struct status open_file(struct sweep_lines *lines, long end)
{
	lines->file = fopen(lines->path, "ae");
	if (lines->file == NULL || ftruncate(fileno(lines->file), end) != 0)
		return file_error(lines);
	return status_ok();
}

static struct status begin(void *opaque, u64 sweep, u64 boundaries)
{
	struct sweep_lines *lines = opaque;
	struct status status = sweep_results_begin(&lines->results, sweep, boundaries, false);
	long end = 0;

	if (lines->path == NULL || status.code != STATUS_OK)
		return status;
	for (unsigned i = 0; i < lines->others && status.code == STATUS_OK; i++)
		status = sweep_results_read(&lines->results, lines->other[i], true, false, NULL);
	if (status.code == STATUS_OK)
		status = sweep_results_read(&lines->results, lines->path, true, false, &end);
	return status.code == STATUS_OK ? open_file(lines, end) : status;
}

static bool is_done(void *opaque, u64 boundary)
{
	const struct sweep_lines *lines = opaque;

	return lines->results.is_done[boundary];
}

static void tell(void *opaque, const struct trial *trial)
{
	struct sweep_lines *lines = opaque;
	char text[TRIAL_LINE];
	struct status status = sweep_results_add(&lines->results, trial);

	trial_print(trial, text);
	if (lines->options->json && lines->options->output == NULL)
		puts(text);
	if (lines->file != NULL &&
		(fprintf(lines->file, "%s\n", text) < 0 || fflush(lines->file) != 0))
		status = file_error(lines);
	if (lines->status.code == STATUS_OK)
		lines->status = status;
}

static void progress(void *opaque, u64 done, u64 all)
{
	struct sweep_lines *lines = opaque;
	unsigned hundredths = (unsigned)(100 * done / all), bar = (unsigned)(BAR * done / all);
	char text[BAR + 1];

	if (hundredths == lines->shown && done != all)
		return;
	lines->shown = hundredths;
	memset(text, '#', bar);
	memset(text + bar, '.', BAR - bar);
	text[BAR] = '\0';
	fprintf(stderr, "\r[%s] %" PRIu64 " of %" PRIu64 ", %zu failed%s", text, done, all,
		lines->results.failures, done == all ? "\n" : "");
}

struct status sweep_lines_run(struct sweep_lines *lines, const struct sweep_options *options,
	const char *path, bool shows_progress)
{
	struct sweep_config config = options->sweep;
	struct sweep_totals totals;
	struct status status;

	lines->options = options;
	lines->path = path;
	config.begin = begin;
	config.is_done = is_done;
	status = sweep_run(&config, tell, shows_progress ? progress : NULL, lines, &totals);
	if (lines->file != NULL && fclose(lines->file) != 0 && lines->status.code == STATUS_OK)
		lines->status = file_error(lines);
	lines->file = NULL;
	return status.code == STATUS_OK ? lines->status : status;
}

void sweep_lines_free(struct sweep_lines *lines)
{
	sweep_results_free(&lines->results);
}
