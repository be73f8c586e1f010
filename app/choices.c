/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol choices`: what the architecture leaves open, what this machine does, and what else can
 * be chosen. docs/CHOICES.md is its --markdown.
 */
#include <argp.h>
#include <cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "sysregs/choices.h"
#include "verify/adversary.h"

enum option_key { KEY_JSON = 256, KEY_MARKDOWN, KEY_HELP };
enum format { TEXT, JSON, MARKDOWN };

struct request {
	enum format format;
	enum choice_id only; /* CHOICE_COUNT: all */
	bool failed, helped; /* and said so */
};

/* ---- Text ---- */

static void print_text(enum choice_id id)
{
	const struct choice_text *row = &choice_rows[id];

	printf("%s: %s (%s)\n", row->name, row->what, row->where);
	for (unsigned i = 0; i < choice_value_count(id); i++)
		printf("  %c %-16s %s\n", i == 0 ? '*' : ' ', choice_values[id][i].name,
			choice_values[id][i].text);
}

/* ---- JSON ---- */

static cJSON *values_as_json(enum choice_id id)
{
	cJSON *values = cJSON_CreateArray();

	for (unsigned i = 0; i < choice_value_count(id); i++) {
		cJSON *value = cJSON_CreateObject();

		cJSON_AddStringToObject(value, "name", choice_values[id][i].name);
		cJSON_AddStringToObject(value, "meaning", choice_values[id][i].text);
		cJSON_AddBoolToObject(value, "default", i == 0);
		cJSON_AddItemToArray(values, value);
	}
	return values;
}

static void add_as_json(cJSON *list, enum choice_id id)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "name", choice_rows[id].name);
	cJSON_AddStringToObject(object, "open", choice_rows[id].what);
	cJSON_AddStringToObject(object, "where", choice_rows[id].where);
	cJSON_AddItemToObject(object, "values", values_as_json(id));
	cJSON_AddItemToArray(list, object);
}

/* ---- Markdown ---- */

static void print_markdown_row(enum choice_id id)
{
	printf("| %s | %s | %s | ", choice_rows[id].name, choice_rows[id].what,
		choice_rows[id].where);
	for (unsigned i = 0; i < choice_value_count(id); i++)
		printf("%s%s%s%s: %s", i == 0 ? "" : "; ", i == 0 ? "**" : "",
			choice_values[id][i].name, i == 0 ? "**" : "", choice_values[id][i].text);
	puts(" |");
}

/* The choices with one value, or with several. */
static void print_markdown_table(bool selectable)
{
	puts("\n| choice | what is left open | DDI 0487 | values |\n|---|---|---|---|");
	for (enum choice_id id = 0; id < CHOICE_COUNT; id++) {
		if ((choice_value_count(id) > 1) == selectable)
			print_markdown_row(id);
	}
}

static void print_liberties(void)
{
	char name[LIBERTY_NAME];

	puts("\n## To choose each time\n\n"
	     "What the architecture permits in more ways than one, each time anew, by "
	     "`entresol run --adversary`; without it, the\n"
	     "first way is always gone. `cpu/liberty.def`.\n\n"
	     "| liberty | ways | DDI 0487 |\n|---|---|---|");
	for (enum liberty i = 0; i < LIBERTY_COUNT; i++)
		printf("| %s | %s | %s |\n", liberty_name(i, name), liberty_texts[i].ways,
			liberty_texts[i].where);
}

static void print_markdown(void)
{
	puts("# Choices\n\n"
	     "Where the architecture leaves something to the implementation (CONSTRAINED "
	     "UNPREDICTABLE, IMPLEMENTATION\n"
	     "DEFINED, UNKNOWN), a row of `sysregs/choices.def` says what this one does. This page "
	     "is "
	     "`entresol choices\n"
	     "--markdown`; a test fails when it is not current.\n\n"
	     "## To choose\n\n"
	     "`entresol run --choice NAME=VALUE`, or `machine_config.choice[]`; may be given for "
	     "several. The default is\n"
	     "printed **bold**. The result of a run depends on them.");
	print_markdown_table(true);
	print_liberties();
	puts("\n## To know");
	print_markdown_table(false);
}

/* ---- The command ---- */

static int print(const struct request *request)
{
	cJSON *list = NULL;
	char *text;

	if (request->format == MARKDOWN)
		print_markdown();
	if (request->format == JSON)
		list = cJSON_CreateArray();
	for (enum choice_id id = 0; id < CHOICE_COUNT; id++) {
		if (request->only != CHOICE_COUNT && request->only != id)
			continue;
		if (request->format == TEXT)
			print_text(id);
		else if (request->format == JSON)
			add_as_json(list, id);
	}
	if (request->format != JSON)
		return STATUS_OK;
	text = cJSON_Print(list);
	cJSON_Delete(list);
	if (text == NULL)
		return say_status(status_error(STATUS_HOST, "the host has no memory"));
	puts(text);
	cJSON_free(text);
	return STATUS_OK;
}

static void choose_name(struct request *request, const char *name)
{
	request->failed = request->only != CHOICE_COUNT;
	if (request->failed) {
		say("'%.60s' is one argument too many", name);
		return;
	}
	request->only = choice_find(name);
	request->failed = request->only == CHOICE_COUNT;
	if (request->failed)
		say("no choice '%.60s'; see 'entresol choices'", name);
}

static const struct argp_option options_table[] = {
	{ "json", KEY_JSON, NULL, 0, "print them as JSON", 1 },
	{ "markdown", KEY_MARKDOWN, NULL, 0, "print docs/CHOICES.md", 1 },
	{ "help", KEY_HELP, NULL, 0, "print this help", -1 },
	{ 0 },
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case KEY_JSON: request->format = JSON; break;
	case KEY_MARKDOWN: request->format = MARKDOWN; break;
	case KEY_HELP:
		show_help(state->root_argp, "entresol choices");
		request->helped = true;
		return ECANCELED;
	case ARGP_KEY_ARG: choose_name(request, text); break;
	case ARGP_KEY_ERROR:
		if (!request->helped && !request->failed)
			say_option_error(options_table, "choices", state->argv[state->next - 1]);
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return request->failed ? EINVAL : 0;
}

int choices_command(int argc, char **argv)
{
	static const struct argp argp = { .options = options_table,
		.parser = parse_option,
		.args_doc = "[NAME]",
		.doc = "List what the architecture leaves open and what this machine does; * marks "
		       "the default. 'entresol run --choice NAME=VALUE' chooses another value." };
	struct request request = { .only = CHOICE_COUNT };
	error_t error = argp_parse(&argp, argc, argv, ARGP_SILENT | ARGP_IN_ORDER, NULL, &request);

	if (request.helped)
		return STATUS_OK;
	return error != 0 ? STATUS_USAGE : print(&request);
}
