/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol profile`: runs an image as `entresol run` does, with a profile that looks on, and
 * prints that.
 */
#include <stdlib.h>

#include "app/profile_table.h"

static struct status no_memory(void)
{
	return status_error(STATUS_HOST, "the host has no memory for the profile");
}

/* Those that were given, then the image itself if it has any. */
static struct status add_names(struct profile_names *names, const struct run_options *options)
{
	struct status status = status_ok();

	for (unsigned i = 0; i < options->profile.files && status.code == STATUS_OK; i++)
		status = profile_names_add(names, options->profile.symbols[i]);
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
	if (ok && options->callgrind != NULL)
		status = profile_write_callgrind(report, options->callgrind);
	return ok ? status : no_memory();
}

static int run_and_print(const struct run_options *options, struct profile_report *report)
{
	struct run_reader reader = { .observer = profile_observer(report->profile) };
	struct status status = add_names(report->names, options);
	int code;

	if (status.code != STATUS_OK)
		return say_status(status);
	code = run_image(options, &reader);
	if (profile_places(report->profile) == 0)
		return code; /* nothing ran */
	status = print(report);
	return status.code == STATUS_OK ? code : say_status(status);
}

static int profile_image(const struct run_options *options)
{
	const struct profile_options *profile = &options->profile;
	struct profile_report report = { .options = profile };
	int code;

	if (profile->json && profile->folded)
		return say_status(
			status_error(STATUS_USAGE, "--json and --folded exclude each other"));
	if (options->machine.timing == NULL)
		return say_status(status_error(STATUS_USAGE,
			"--timing functional knows no reasons for cycles; choose a model, see "
			"'entresol timing'"));
	report.model = options->machine.timing->name;
	report.profile = profile_create(profile->folded || profile->callgrind != NULL);
	report.names = profile_names_create();
	if (report.profile == NULL || report.names == NULL)
		code = say_status(no_memory());
	else
		code = run_and_print(options, &report);
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
