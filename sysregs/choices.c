/* SPDX-License-Identifier: Apache-2.0 */
/*
 * choices.def as arrays, and setting a choice by name.
 */
#include "sysregs/choices.h"

#include <stdio.h>
#include <string.h>

const struct choice_text choice_rows[CHOICE_COUNT] = {
#define CHOICE(name, what, where) [CHOICE_##name] = { #name, what, where },
#define VALUE(...)
#include "sysregs/choices.def"
#undef CHOICE
#undef VALUE
};

const struct choice_value choice_values[CHOICE_COUNT][CHOICE_VALUES_MAX] = {
#define CHOICE(...)
#define VALUE(choice, name, number, text) [CHOICE_##choice][number] = { #name, text },
#include "sysregs/choices.def"
#undef CHOICE
#undef VALUE
};

unsigned choice_value_count(enum choice_id id)
{
	unsigned count = 0;

	while (count < CHOICE_VALUES_MAX && choice_values[id][count].name != NULL)
		count++;
	return count;
}

/* Does the text begin with the word and end there, or go on with `end`? */
static bool is_word(const char *text, const char *word, char end)
{
	size_t length = strlen(word);

	return strncmp(text, word, length) == 0 && text[length] == end;
}

static enum choice_id find(const char *text, char end)
{
	enum choice_id id = 0;

	while (id < CHOICE_COUNT && !is_word(text, choice_rows[id].name, end))
		id++;
	return id;
}

enum choice_id choice_find(const char *name)
{
	return find(name, '\0');
}

static struct status no_such_value(enum choice_id id, const char *value)
{
	char known[120] = "";

	for (unsigned i = 0; i < choice_value_count(id); i++) {
		size_t length = strlen(known);

		snprintf(known + length, sizeof(known) - length, "%s%s", i == 0 ? "" : ", ",
			choice_values[id][i].name);
	}
	return status_error(
		STATUS_USAGE, "choice %s=%.30s: choose of %s", choice_rows[id].name, value, known);
}

struct status choice_set(u8 chosen[CHOICE_COUNT], const char *text)
{
	enum choice_id id = find(text, '=');
	const char *value;

	if (id == CHOICE_COUNT)
		return status_error(
			STATUS_USAGE, "choice '%.60s': not NAME=VALUE of 'entresol choices'", text);
	value = text + strlen(choice_rows[id].name) + 1;
	for (unsigned i = 0; i < choice_value_count(id); i++) {
		if (strcmp(value, choice_values[id][i].name) == 0) {
			chosen[id] = (u8)i;
			return status_ok();
		}
	}
	return no_such_value(id, value);
}
