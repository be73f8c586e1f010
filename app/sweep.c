/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol sweep`: an interruption at every boundary of a window, or results of that from files.
 */
#include <unistd.h>

#include "app/app.h"
#include "app/sweep.h"

/* Over nothing but lines of sweeps. */
static struct status write_merged(const struct sweep_results *results, const char *path)
{
	struct sweep_results old = { .sweep = 0 };
	struct status status = sweep_results_read(&old, path, true, false, NULL);

	sweep_results_free(&old);
	return status.code == STATUS_OK ? sweep_results_write(results, path) : status;
}

static int merge(const struct sweep_options *options)
{
	struct sweep_results results = { .sweep = 0 };
	struct status status = status_ok();
	u64 missing;
	int code;

	for (unsigned i = 0; i < options->files && status.code == STATUS_OK; i++)
		status = sweep_results_read(&results, options->file[i], false, true, NULL);
	if (status.code == STATUS_OK && results.boundaries == 0)
		status = status_error(STATUS_BAD_IMAGE, "no file has any results");
	if (status.code == STATUS_OK && options->output != NULL)
		status = write_merged(&results, options->output);
	if (status.code != STATUS_OK) {
		sweep_results_free(&results);
		return say_status(status);
	}
	for (u64 i = 0; options->json && i < results.boundaries; i++) {
		if (results.line[i] != NULL)
			puts(results.line[i]);
	}
	missing = sweep_results_missing(&results);
	results.is_part = missing != 0;
	code = sweep_results_say(&results, NULL, options->json ? stderr : stdout);
	if (missing != 0) {
		int is_part = say_status(status_error(STATUS_BAD_IMAGE,
			"%" PRIu64 " of %" PRIu64 " boundaries have no result: run their shards "
			"again, with the same --output",
			missing, results.boundaries));

		code = code == STATUS_OK ? is_part : code;
	}
	sweep_results_free(&results);
	return code;
}

/* A trial that is cut off is judged by monitors; an SError also by where it goes. */
static bool is_blind(const struct sweep_config *sweep)
{
	return sweep->insns_after != 0 && sweep->session.monitors == 0 &&
	       sweep->injection != INJECT_SERROR;
}

static int run(const struct sweep_options *options)
{
	struct sweep_lines lines = { .results.is_part = options->sweep.shards > 1 };
	struct status status;
	char what[300];
	int code;

	if (is_blind(&options->sweep))
		say("with --insns-after and without --monitor little can be noticed: only guests "
		    "that end otherwise within %" PRIu64 " instructions",
			options->sweep.insns_after);
	if (options->shard_from != NULL)
		say("part %u of %u, by %s", options->sweep.shard + 1, options->sweep.shards,
			options->shard_from);
	status = sweep_lines_run(&lines, options, options->output, isatty(STDERR_FILENO) == 1);
	if (status.code == STATUS_VERIFY_FAILED) {
		sweep_command_put(&options->sweep, SWEEP_ALL, stdout);
		putchar('\n');
	}
	code = status.code != STATUS_OK
		       ? say_status(status)
		       : sweep_results_say(&lines.results, sweep_say(options, what, sizeof(what)),
				 options->json ? stderr : stdout);
	sweep_lines_free(&lines);
	return code;
}

int sweep_command_line(int argc, char **argv)
{
	struct sweep_options options;
	int code = STATUS_OK;

	switch (sweep_options_parse(&options, "entresol sweep", argc, argv)) {
	case SWEEP_DONE: break;
	case SWEEP_USAGE: code = STATUS_USAGE; break;
	case SWEEP_RUN: code = options.merges ? merge(&options) : run(&options); break;
	}
	sweep_options_free(&options);
	return code;
}
