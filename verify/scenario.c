/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads scenario files: their lines, comments, and what may not stand together. Whatever is wrong
 * is said with the line that it is in.
 */
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "verify/scenario_private.h"

/* Where a comment begins, or the line's end: a '#' inside a word is the word's. */
static size_t comment_of(const char *line)
{
	size_t i = 0;

	while (line[i] != '\0' &&
		(line[i] != '#' || (i != 0 && strchr(" \t", line[i - 1]) == NULL)))
		i++;
	return i;
}

/* Without what is around it and its comment. */
static char *strip(char *line)
{
	size_t length;

	line[comment_of(line)] = '\0';
	line += strspn(line, " \t\r");
	length = strlen(line);
	while (length != 0 && strchr(" \t\r", line[length - 1]) != NULL)
		line[--length] = '\0';
	return line;
}

static struct status read_lines(const char *name, struct scenario *scenario)
{
	unsigned number = 1;
	u32 seen = 0;

	for (char *line = scenario->text, *next; line != NULL; line = next, number++) {
		struct status status = status_ok();
		char *stripped;

		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		stripped = strip(line);
		if (*stripped != '\0')
			status = scenario_read_line(scenario, stripped, &seen);
		if (status.code != STATUS_OK)
			return status_error(
				STATUS_BAD_IMAGE, "%.60s:%u: %s", name, number, status.text);
	}
	return status_ok();
}

/* The last part of a path without ".scenario". */
static void take_name(struct scenario *scenario, const char *name)
{
	const char *last = path_name(name);
	size_t length = strlen(last), ending = strlen(".scenario");

	if (length > ending && strcmp(last + length - ending, ".scenario") == 0)
		length -= ending;
	snprintf(scenario->name, sizeof(scenario->name), "%.*s", (int)smaller(length, 200), last);
}

/* Reports quote its texts. */
static bool is_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == 127 || (c < ' ' && c != '\t' && c != '\r' && c != '\n'))
			return false;
	}
	return true;
}

/* Whoever is cut off is judged by monitors alone; an SError also by where it goes. */
static struct status check_sweeps(const char *name, const struct scenario *s)
{
	for (unsigned i = 0; i < s->sweeps; i++) {
		if (s->sweep[i].insns_after != 0 && s->session.monitors == 0 &&
			s->sweep[i].injection != INJECT_SERROR)
			return status_error(STATUS_BAD_IMAGE,
				"%.60s: sweep %u: with 'after' and 'monitors none' nothing would "
				"be noticed",
				name, i + 1);
	}
	return status_ok();
}

struct status scenario_parse(
	const char *name, const char *text, size_t size, struct scenario *scenario)
{
	struct status status;

	memset(scenario, 0, sizeof(*scenario));
	if (!is_text(text, size))
		return status_error(STATUS_BAD_IMAGE, "%.100s: no text file", name);
	scenario->session = session_default_config();
	scenario->session.monitors = MONITORS_ALL;
	scenario->text = malloc(size + 1);
	if (scenario->text == NULL)
		return status_error(STATUS_HOST, "the host has no memory for %.100s", name);
	memcpy(scenario->text, text, size);
	scenario->text[size] = '\0';
	take_name(scenario, name);
	status = read_lines(name, scenario);
	if (status.code == STATUS_OK)
		status = check_sweeps(name, scenario);
	if (status.code != STATUS_OK)
		scenario_free(scenario);
	else if (scenario->runs == 0)
		scenario->run[scenario->runs++].count = 1;
	return status;
}

void scenario_free(struct scenario *scenario)
{
	free(scenario->text);
	scenario->text = NULL;
}

struct status scenario_add_words(struct scenario *scenario, const char *more)
{
	size_t length = strlen(scenario->words), size = sizeof(scenario->words) - length;
	int written =
		snprintf(scenario->words + length, size, "%s%s", length != 0 ? " " : "", more);

	if (written >= 0 && (size_t)written < size)
		return status_ok();
	return status_error(
		STATUS_USAGE, "too many words: at most %d characters", SCENARIO_WORDS - 1);
}
