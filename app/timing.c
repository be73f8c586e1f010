/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol timing`: the models of cores that --timing knows, and each figure of one with where it
 * comes from.
 */
#include <argp.h>
#include <cJSON.h>
#include <errno.h>
#include <string.h>

#include "app/app.h"

enum option_key { KEY_JSON = 256, KEY_MARKDOWN, KEY_SET, KEY_HELP };
enum format { TEXT, JSON, MARKDOWN };

struct request {
	enum format format;
	struct timing_choice choice;
	struct timing_model model;
	bool failed, helped; /* and said so */
};

/* ---- What the tables say of a model ---- */

static const char *const issue_names[] = { [ISSUE_ANY] = "any",
	[ISSUE_FIRST] = "first",
	[ISSUE_LAST] = "last",
	[ISSUE_ALONE] = "alone",
	[ISSUE_DRAIN] = "drain",
	[ISSUE_BARRIER] = "barrier" };

static unsigned figure_of(const struct class_cost *cost, size_t column)
{
	return *((const u8 *)cost + timing_columns[column].offset);
}

enum { CLASS_NAME = 32 };

/* As users may write it: in small letters, like a parameter. */
static const char *class_name(enum timing_class class, char name[CLASS_NAME])
{
	return lower_case(timing_class_names[class], name, CLASS_NAME);
}

/* How many figures have no other source than our judgement. */
static unsigned estimates(const struct timing_model *model)
{
	unsigned count = 0;

	for (unsigned i = 0; i < PARAM_COUNT; i++)
		count += strcmp(model->param_source[i], "estimate") == 0;
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		count += strcmp(model->cost_source[i], "estimate") == 0;
	return count;
}

/* ---- Text ---- */

static const char legend[] =
	"width    how many of the unit it takes\n"
	"latency  cycles until its result can be read\n"
	"base     the same of an address that is written back\n"
	"busy     until the unit takes the next; of alone, drain, barrier until anything issues\n"
	"early    before issue, when addresses and the like must be there\n"
	"late     after it, when accumulators and data to store must be there\n"
	"issue    any; first (slot 0 only); last (nothing joins behind it); alone; drain (alone,\n"
	"         when all results are there); barrier (when the store buffer is empty, too)\n";

/* So that a column is as wide as its longest text. */
static int wider(int width, const char *text)
{
	int length = (int)strlen(text);

	return length > width ? length : width;
}

static void print_params(const struct timing_model *model)
{
	int name = 0, unit = 0, what = 0;

	for (unsigned i = 0; i < PARAM_COUNT; i++) {
		name = wider(name, timing_parameters[i].name);
		unit = wider(unit, timing_parameters[i].unit);
		what = wider(what, timing_parameters[i].what);
	}
	printf("%-*s %9s %-*s %-*s source\n", name, "parameter", "value", unit, "unit", what,
		"what");
	for (unsigned i = 0; i < PARAM_COUNT; i++)
		printf("%-*s %9" PRIu32 " %-*s %-*s %s\n", name, timing_parameters[i].name,
			model->param[i], unit, timing_parameters[i].unit, what,
			timing_parameters[i].what, model->param_source[i]);
}

static void print_classes(const struct timing_model *model)
{
	int name = 0, what = 0;
	char text[CLASS_NAME];

	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		name = wider(name, timing_class_names[i]);
		what = wider(what, timing_class_texts[i]);
	}
	printf("%-*s %-7s", name, "class", "unit");
	for (size_t k = 0; k < COLUMN_COUNT; k++)
		printf(" %7s", timing_columns[k].name);
	printf(" %-7s %-*s source\n", "issue", what, "what");
	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		const struct class_cost *cost = &model->cost[i];

		printf("%-*s %-7s", name, class_name(i, text), timing_unit_names[cost->unit]);
		for (size_t k = 0; k < COLUMN_COUNT; k++)
			printf(" %7u", figure_of(cost, k));
		printf(" %-7s %-*s %s\n", issue_names[cost->rule], what, timing_class_texts[i],
			model->cost_source[i]);
	}
}

static void print_text(const struct timing_model *model)
{
	printf("%s: %s\n\n", model->name, model->what);
	print_params(model);
	putchar('\n');
	print_classes(model);
	printf("\n%s\n%u of %u rows are estimates.\n", legend, estimates(model),
		PARAM_COUNT + CLASS_COUNT);
}

static void list_text(void)
{
	struct timing_model model;
	const char *name;

	for (unsigned i = 0; (name = timing_model_name(i)) != NULL; i++) {
		if (timing_model_get(name, &model))
			printf("%-10s %s\n", name, model.what);
	}
	puts("\n'entresol timing MODEL' prints each figure of one and its source; 'entresol run "
	     "--timing MODEL' uses it.");
}

/* ---- Markdown ---- */

static void print_markdown(const struct timing_model *model)
{
	char name[CLASS_NAME];

	puts("| parameter | value | unit | what | source |\n|---|---:|---|---|---|");
	for (unsigned i = 0; i < PARAM_COUNT; i++)
		printf("| %s | %" PRIu32 " | %s | %s | %s |\n", timing_parameters[i].name,
			model->param[i], timing_parameters[i].unit, timing_parameters[i].what,
			model->param_source[i]);
	printf("\n| class | unit |");
	for (size_t k = 0; k < COLUMN_COUNT; k++)
		printf(" %s |", timing_columns[k].name);
	puts(" issue | what | source |");
	printf("|---|---|");
	for (size_t k = 0; k < COLUMN_COUNT; k++)
		printf("---:|");
	puts("---|---|---|");
	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		const struct class_cost *cost = &model->cost[i];

		printf("| %s | %s |", class_name(i, name), timing_unit_names[cost->unit]);
		for (size_t k = 0; k < COLUMN_COUNT; k++)
			printf(" %u |", figure_of(cost, k));
		printf(" %s | %s | %s |\n", issue_names[cost->rule], timing_class_texts[i],
			model->cost_source[i]);
	}
}

static void list_markdown(void)
{
	struct timing_model model;
	const char *name;

	puts("| model | what |\n|---|---|");
	for (unsigned i = 0; (name = timing_model_name(i)) != NULL; i++) {
		if (timing_model_get(name, &model))
			printf("| %s | %s |\n", name, model.what);
	}
}

/* ---- JSON ---- */

static cJSON *params_as_json(const struct timing_model *model)
{
	cJSON *list = cJSON_CreateArray();

	for (unsigned i = 0; i < PARAM_COUNT; i++) {
		cJSON *row = cJSON_CreateObject();

		cJSON_AddStringToObject(row, "name", timing_parameters[i].name);
		cJSON_AddNumberToObject(row, "value", model->param[i]);
		cJSON_AddStringToObject(row, "unit", timing_parameters[i].unit);
		cJSON_AddNumberToObject(row, "least", timing_parameters[i].least);
		cJSON_AddNumberToObject(row, "most", timing_parameters[i].most);
		cJSON_AddStringToObject(row, "what", timing_parameters[i].what);
		cJSON_AddStringToObject(row, "source", model->param_source[i]);
		cJSON_AddItemToArray(list, row);
	}
	return list;
}

static cJSON *classes_as_json(const struct timing_model *model)
{
	cJSON *list = cJSON_CreateArray();
	char name[CLASS_NAME];

	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		const struct class_cost *cost = &model->cost[i];
		cJSON *row = cJSON_CreateObject();

		cJSON_AddStringToObject(row, "name", class_name(i, name));
		cJSON_AddStringToObject(row, "unit", timing_unit_names[cost->unit]);
		for (size_t k = 0; k < COLUMN_COUNT; k++)
			cJSON_AddNumberToObject(row, timing_columns[k].name, figure_of(cost, k));
		cJSON_AddStringToObject(row, "issue", issue_names[cost->rule]);
		cJSON_AddStringToObject(row, "what", timing_class_texts[i]);
		cJSON_AddStringToObject(row, "source", model->cost_source[i]);
		cJSON_AddItemToArray(list, row);
	}
	return list;
}

static cJSON *model_as_json(const struct timing_model *model)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "model", model->name);
	cJSON_AddStringToObject(object, "what", model->what);
	cJSON_AddItemToObject(object, "parameters", params_as_json(model));
	cJSON_AddItemToObject(object, "classes", classes_as_json(model));
	return object;
}

static cJSON *list_as_json(void)
{
	cJSON *list = cJSON_CreateArray();
	struct timing_model model;
	const char *name;

	for (unsigned i = 0; (name = timing_model_name(i)) != NULL; i++) {
		cJSON *row;

		if (!timing_model_get(name, &model))
			continue;
		row = cJSON_CreateObject();
		cJSON_AddStringToObject(row, "model", name);
		cJSON_AddStringToObject(row, "what", model.what);
		cJSON_AddItemToArray(list, row);
	}
	return list;
}

static int print_json(cJSON *answer)
{
	char *text = cJSON_Print(answer);

	cJSON_Delete(answer);
	if (text == NULL)
		return say_status(status_error(STATUS_HOST, "the host has no memory"));
	puts(text);
	cJSON_free(text);
	return STATUS_OK;
}

/* ---- The command ---- */

static int print(const struct request *request)
{
	bool is_list = request->choice.name == NULL;

	if (request->format == JSON)
		return print_json(is_list ? list_as_json() : model_as_json(&request->model));
	if (request->format == MARKDOWN && is_list)
		list_markdown();
	else if (request->format == MARKDOWN)
		print_markdown(&request->model);
	else if (is_list)
		list_text();
	else
		print_text(&request->model);
	return STATUS_OK;
}

static const char examples[] =
	"\v"
	"Models have integers only. A source is a document and its section, a measurement that was "
	"published, 'estimate', or '--timing-set'.\n\n"
	"Examples:\n"
	"  entresol timing\n"
	"  entresol timing a55\n"
	"  entresol timing a55 --timing-set l1d_latency=4 --timing-set load.latency=4\n"
	"  entresol timing a55 --json\n"
	"  entresol run --timing a55 --stats text hyp.elf";

static const struct argp_option options_table[] = {
	{ "json", KEY_JSON, NULL, 0, "print it as JSON", 1 },
	{ "markdown", KEY_MARKDOWN, NULL, 0, "print it as tables of Markdown", 1 },
	{ "timing-set", KEY_SET, "NAME=VALUE", 0,
		"change a figure first, as 'entresol run' does; may be given again", 1 },
	{ "help", KEY_HELP, NULL, 0, "print this help", -1 },
	{ 0 },
};

static void fail(struct request *request, struct status status)
{
	if (status.code == STATUS_OK)
		return;
	say("%s", status.text);
	request->failed = true;
}

static void take_model(struct request *request, const char *name)
{
	if (request->choice.name != NULL)
		fail(request, status_error(STATUS_USAGE, "'%.60s' is one argument too many", name));
	request->choice.name = name;
}

/* A list has no figures that could be changed. */
static void finish(struct request *request)
{
	bool is_timed;

	if (request->choice.name == NULL && request->choice.count == 0)
		return;
	fail(request, timing_choose(&request->choice, "MODEL", &request->model, &is_timed));
	if (!request->failed && !is_timed)
		fail(request, status_error(STATUS_USAGE,
				      "'functional' has no figures: one instruction is one cycle"));
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case KEY_JSON: request->format = JSON; break;
	case KEY_MARKDOWN: request->format = MARKDOWN; break;
	case KEY_SET: fail(request, timing_choice_add(&request->choice, text)); break;
	case KEY_HELP:
		show_help(state->root_argp, "entresol timing");
		request->helped = true;
		return ECANCELED;
	case ARGP_KEY_ARG: take_model(request, text); break;
	case ARGP_KEY_END: finish(request); break;
	case ARGP_KEY_ERROR:
		if (!request->helped && !request->failed)
			say_option_error(options_table, "timing", state->argv[state->next - 1]);
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return request->failed ? EINVAL : 0;
}

int timing_command(int argc, char **argv)
{
	static char doc[1500];
	const struct argp argp = {
		.options = options_table, .parser = parse_option, .args_doc = "[MODEL]", .doc = doc
	};
	struct request request = { 0 };
	error_t error;

	snprintf(doc, sizeof(doc),
		"List the timing models, or print what one says of instructions, caches and "
		"translation: each figure with its unit and source.%s",
		examples);
	error = argp_parse(&argp, argc, argv, ARGP_SILENT | ARGP_IN_ORDER, NULL, &request);
	if (request.helped)
		return STATUS_OK;
	return error != 0 ? STATUS_USAGE : print(&request);
}
