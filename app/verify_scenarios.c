/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scenarios for `entresol verify`: bundled ones and files, and what the options say of them.
 */
#include "app/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TEXT = 1 << 16 };

static bool is_file_name(const char *name)
{
	return strchr(name, '/') != NULL || strchr(name, '.') != NULL;
}

static struct status read_text(const char *name, char *text, size_t *size)
{
	FILE *file = fopen(name, "r");
	int error = 0;

	if (file == NULL)
		return status_error(STATUS_BAD_IMAGE, "%.120s: %s", name, strerror(errno));
	errno = 0;
	*size = fread(text, 1, MOST_TEXT, file);
	if (ferror(file) != 0)
		error = errno;
	fclose(file);
	if (error != 0)
		return status_error(STATUS_BAD_IMAGE, "%.120s: %s", name, strerror(error));
	if (*size == MOST_TEXT)
		return status_error(STATUS_BAD_IMAGE, "%.120s: too long for a scenario: %d bytes",
			name, MOST_TEXT);
	return status_ok();
}

static struct status parse_file(const char *name, struct scenario *scenario)
{
	char *text = malloc(MOST_TEXT);
	struct status status;
	size_t size = 0;

	if (text == NULL)
		return status_error(STATUS_HOST, "the host has no memory for %.120s", name);
	status = read_text(name, text, &size);
	if (status.code == STATUS_OK)
		status = scenario_parse(name, text, size, scenario);
	free(text);
	return status;
}

static struct status parse_bundled(const char *name, struct scenario *scenario)
{
	const char *known, *text;
	size_t size;

	for (unsigned i = 0; (known = scenario_bundled(i, &text, &size)) != NULL; i++) {
		if (strcmp(known, name) == 0)
			return scenario_parse(name, text, size, scenario);
	}
	return status_error(STATUS_USAGE,
		"there is no scenario '%.60s'; see 'entresol verify --list', or name a file, as "
		"./%.60s",
		name, name);
}

/* What the options say of it. */
static struct status adapt(struct verify *verify, struct verify_scenario *scenario)
{
	const struct verify_options *options = verify->options;
	struct scenario *s = &scenario->scenario;
	struct status status = status_ok();

	s->session.image = verify->image;
	if (options->words != NULL)
		status = scenario_add_words(s, options->words);
	if (status.code == STATUS_OK && options->monitors != NULL)
		status = monitors_parse(options->monitors, &s->session.monitors);
	if (status.code == STATUS_OK && options->adversary != NULL) {
		s->runs = 1;
		s->run[0].count = 1;
		status = adversary_parse(options->adversary, &s->run[0].first);
	}
	if (status.code == STATUS_OK && options->only != NULL) {
		scenario->tests = 1;
		return scenario_only(s, options->only, &scenario->test[0].part);
	}
	if (status.code == STATUS_OK) {
		struct scenario_part part[SCENARIO_PARTS];

		scenario->tests = scenario_parts(s, options->limits, part);
		for (unsigned i = 0; i < scenario->tests; i++)
			scenario->test[i].part = part[i];
	}
	return status;
}

static struct status add_scenario(struct verify *verify, const char *name)
{
	struct verify_scenario *scenario = &verify->scenario[verify->scenarios];
	struct status status;

	scenario->source = name;
	status = is_file_name(name) ? parse_file(name, &scenario->scenario)
				    : parse_bundled(name, &scenario->scenario);
	if (status.code != STATUS_OK)
		return status;
	verify->scenarios++;
	return adapt(verify, scenario);
}

struct status verify_add_scenarios(struct verify *verify)
{
	char *const *name = verify->options->name;
	struct status status = status_ok();
	const char *bundled, *text;
	size_t size;

	for (unsigned i = 0; name[i] != NULL && status.code == STATUS_OK; i++)
		status = add_scenario(verify, name[i]);
	if (name[0] != NULL)
		return status;
	for (unsigned i = 0;
		(bundled = scenario_bundled(i, &text, &size)) != NULL && status.code == STATUS_OK;
		i++)
		status = add_scenario(verify, bundled);
	return status;
}

int verify_list_scenarios(void)
{
	const char *name, *text;
	size_t size;

	for (unsigned i = 0; (name = scenario_bundled(i, &text, &size)) != NULL; i++) {
		struct scenario scenario;
		struct status status = scenario_parse(name, text, size, &scenario);

		if (status.code != STATUS_OK)
			return say_status(status);
		printf("%-24s %-8s %s\n", scenario.name, scenario.spec, scenario.what);
		scenario_free(&scenario);
	}
	return STATUS_OK;
}
