/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol profile`: runs an image as `entresol run` does, with a profile that looks on, and
 * prints that.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/profile_table.h"

static struct status no_memory(void)
{
	return status_error(STATUS_HOST, "the host has no memory for the profile");
}

/* Those that were given, then the image itself if it has any. */
static struct status add_names(struct profile_names *names, const struct run_options *options)
{
	struct status status = status_ok();

	for (unsigned i = 0; i < options->symbol_files && status.code == STATUS_OK; i++)
		status = profile_names_add(names, options->symbols[i]);
	if (status.code == STATUS_OK && options->image != NULL)
		(void)profile_names_add(names, options->image); /* a kernel's Image has none */
	return status;
}

static void add_to_total(void *opaque, const struct profile_sample *sample)
{
	profile_row_add(opaque, sample->insns, sample->cycles);
}

static struct status print(struct profile_report *report)
{
	const struct profile_options *options = report->options;
	struct status status = status_ok();
	bool ok;

	if (!profile_is_complete(report->profile) ||
		!profile_names_learn(report->names, report->profile))
		return no_memory();
	profile_each(report->profile, add_to_total, &report->total);
	if (options->json)
		ok = profile_print_json(report);
	else if (options->folded)
		ok = profile_print_folded(report);
	else
		ok = profile_print_text(report);
	if (ok && report->callgrind != NULL)
		status = profile_write_callgrind(report);
	return ok ? status : no_memory();
}

/* ---- Progress, for those who wait at a terminal ---- */

enum { PROGRESS_CYCLES = 100000000, PROGRESS_STEPS = 10 };

struct progress {
	struct observer observer;
	cycles_t next;
};

/* Whole lines, since the guest's are on the same terminal; the longer it takes, the fewer. */
static void say_progress(struct progress *progress, cycles_t now)
{
	say("profiling: %" PRIu64 " million cycles so far", now / 1000000);
	while (progress->next <= now)
		progress->next += progress->next < (u64)PROGRESS_STEPS * PROGRESS_CYCLES
					  ? PROGRESS_CYCLES
					  : (u64)PROGRESS_STEPS * PROGRESS_CYCLES;
}

static void on_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct progress *progress = opaque;

	progress->observer.event(progress->observer.opaque, cpu, event);
	if (UNLIKELY(cpu->timed.now >= progress->next))
		say_progress(progress, cpu->timed.now);
}

static int run(const struct run_options *options, struct profile *profile)
{
	struct progress progress = { profile_observer(profile), PROGRESS_CYCLES };
	struct observer observer = {
		.kinds = progress.observer.kinds, .event = on_event, .opaque = &progress
	};

	return run_image(options, isatty(STDERR_FILENO) ? &observer : &progress.observer);
}

/* ---- The command ---- */

static int run_and_print(const struct run_options *options, struct profile_report *report)
{
	struct status status = add_names(report->names, options);
	int code;

	if (status.code != STATUS_OK)
		return say_status(status);
	code = run(options, report->profile);
	if (options->dump_dtb != NULL || (code != 0 && profile_places(report->profile) == 0))
		return code; /* nothing was to be run, or could be */
	status = print(report);
	return status.code == STATUS_OK ? code : say_status(status);
}

static struct status check(const struct run_options *options)
{
	const struct profile_options *profile = &options->profile;

	if (profile->json && profile->folded)
		return status_error(STATUS_USAGE, "--json and --folded exclude each other");
	if (profile->folded && (profile->by != BY_FUNCTION || profile->limit != PROFILE_ROWS))
		return status_error(STATUS_USAGE,
			"--folded prints stacks, all of them; --by and --limit are about rows");
	if (options->machine.timing == NULL)
		return status_error(STATUS_USAGE,
			"--timing functional knows no reasons for cycles; choose a model, see "
			"'entresol timing'");
	return status_ok();
}

/* Before the run, which may take long. */
static struct status open_callgrind(const char *path, FILE **file)
{
	if (strcmp(path, "-") == 0)
		return status_error(
			STATUS_USAGE, "--callgrind needs a file: standard output has the profile");
	*file = fopen(path, "we");
	if (*file == NULL)
		return status_error(STATUS_HOST, "--callgrind %.100s: %s", path, strerror(errno));
	return status_ok();
}

static int profile_image(const struct run_options *options)
{
	const struct profile_options *profile = &options->profile;
	struct profile_report report = { .options = profile };
	struct status status = check(options);
	int code;

	if (status.code == STATUS_OK && profile->callgrind != NULL)
		status = open_callgrind(profile->callgrind, &report.callgrind);
	if (status.code != STATUS_OK)
		return say_status(status);
	report.model = options->machine.timing->name;
	report.profile = profile_create(profile->folded || profile->callgrind != NULL);
	report.names = profile_names_create();
	if (report.profile == NULL || report.names == NULL)
		code = say_status(no_memory());
	else
		code = run_and_print(options, &report);
	if (report.callgrind != NULL && fclose(report.callgrind) != 0 && code == STATUS_OK)
		code = say_status(status_error(STATUS_HOST, "--callgrind %.100s: %s",
			profile->callgrind, strerror(errno)));
	profile_destroy(report.profile);
	profile_names_destroy(report.names);
	return code;
}

int profile_command(int argc, char **argv)
{
	struct run_options options;
	int code = STATUS_USAGE;

	switch (run_options_parse(&options, argc, argv)) {
	case PARSED_DONE: code = STATUS_OK; break;
	case PARSED_USAGE: break;
	case PARSED_RUN: code = profile_image(&options); break;
	}
	free(options.command_line);
	return code;
}
