/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What commands say of their options: which of the things that may be wrong with one is, and
 * --help.
 */
#include <stdio.h>
#include <string.h>

#include "app/app.h"

/* Options whose names begin with the word's; *match is the exact one, or else the last. */
static unsigned matches(const struct argp_option *table, const char *name, size_t length,
	const struct argp_option **match)
{
	unsigned count = 0;

	for (; table->name != NULL; table++) {
		if (strncmp(table->name, name, length) != 0)
			continue;
		*match = table;
		if (table->name[length] == '\0')
			return 1;
		count++;
	}
	return count;
}

/* The option of one letter, if it is one. */
static unsigned letter_matches(
	const struct argp_option *table, const char *letter, const struct argp_option **match)
{
	for (; letter[0] != '\0' && letter[1] == '\0' && table->name != NULL; table++) {
		if (table->key == letter[0]) {
			*match = table;
			return 1;
		}
	}
	return 0;
}

void say_option_error(const struct argp_option *table, const char *command, const char *word)
{
	const struct argp_option *option = NULL;
	size_t dashes = strspn(word, "-"), length = strcspn(word + dashes, "=");
	unsigned count = dashes == 2 ? matches(table, word + 2, length, &option)
				     : letter_matches(table, word + dashes, &option);
	int shown = (int)(dashes + length < 60 ? dashes + length : 60);

	if (count == 0)
		say("no option '%.*s'; see 'entresol %s --help'", shown, word, command);
	else if (count > 1)
		say("option '%.*s' may be several; see 'entresol %s --help'", shown, word, command);
	else if (option->arg != NULL)
		say("option '--%s' needs a value, %s", option->name, option->arg);
	else
		say("option '--%s' takes no value", option->name);
}

void show_help(const struct argp *argp, const char *command)
{
	char name[80]; /* argp wants to be able to write */

	snprintf(name, sizeof(name), "%s", command);
	argp_help(argp, stdout,
		ARGP_HELP_USAGE | ARGP_HELP_PRE_DOC | ARGP_HELP_LONG | ARGP_HELP_POST_DOC, name);
}
