/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol verify --kill-matrix`: options, and the matrix as text, JSON and Markdown.
 */
#include <argp.h>
#include <cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/json.h"
#include "verify/kill.h"

enum { MOST_JOBS = 64, MOST_SHARDS = 100000, LEAST_KILLED = 85 };

enum option_key {
	KEY_IMAGE = 256,
	KEY_MUTANTS,
	KEY_AUTO,
	KEY_ONLY,
	KEY_RUNS,
	KEY_ALL_KILLERS,
	KEY_JOBS,
	KEY_SHARD,
	KEY_JSON,
	KEY_MARKDOWN,
	KEY_HELP
};

enum format { TEXT, JSON, MARKDOWN };

/* clang-format off */
static const struct argp_option options_table[] = {
	{ "image", KEY_IMAGE, "FILE", 0, "hyp.elf (default: the one beside this program), for --auto", 1 },
	{ "mutants", KEY_MUTANTS, "FILE", 0, "hyp-mutants.elf (default: the one beside this program)", 1 },
	{ "auto", KEY_AUTO, NULL, 0, "also automatic mutants: each with one instruction of hyp.elf changed", 1 },
	{ "only", KEY_ONLY, "IDS", 0, "these mutants, with commas: MUT-D13, drop-isb@run_vhe+0x10; or up to a '*', as 'drop-*'", 2 },
	{ "runs", KEY_RUNS, "NAMES", 0, "these runs only, with commas; see --markdown", 2 },
	{ "all-killers", KEY_ALL_KILLERS, NULL, 0, "go on behind the first run that notices a mutant", 2 },
	{ "jobs", KEY_JOBS, "N", 0, "processes at a time (default: as many as there are CPUs); changes no result", 3 },
	{ "shard", KEY_SHARD, "I/N", 0, "only the I-th of every N mutants, I from 0", 3 },
	{ "json", KEY_JSON, NULL, 0, "answer in JSON", 4 },
	{ "markdown", KEY_MARKDOWN, NULL, 0, "answer as docs/KILL-MATRIX.md", 4 },
	{ "help", KEY_HELP, NULL, 0, "print this help", -1 },
	{ 0 },
};
/* clang-format on */

static const char description[] =
	"Runs hypervisors with one bug each and says what notices it: a rule of a monitor, a check "
	"of a "
	"guest (exit), what is printed (output), or that the run does not end (hang)."
	"\v"
	"Examples:\n"
	"  entresol verify --kill-matrix\n"
	"  entresol verify --kill-matrix --only MUT-D13 --all-killers\n"
	"  entresol verify --kill-matrix --auto --shard 0/4 --json\n\n"
	"Exit codes: 0 all are noticed; 2 usage; 3 an image cannot be used; 5 a shipped mutant "
	"survives, less than 85 % of the automatic ones are noticed, one that survives has no "
	"reason, or the hypervisor without a bug is complained of; 6 the host refused something.";

struct request {
	struct kill_config config;
	enum format format;
	bool failed, helped;
	char image[4096], mutants[4096];
};

static bool is_number(const char *text, u64 high, unsigned *number)
{
	u64 value;

	if (!is_register_value(text, &value) || value > high)
		return false;
	*number = (unsigned)value;
	return true;
}

static void set_jobs(struct request *request, const char *text)
{
	if (is_number(text, MOST_JOBS, &request->config.jobs) && request->config.jobs != 0)
		return;
	say("--jobs '%.40s': not a number from 1 to %d", text, MOST_JOBS);
	request->failed = true;
}

static void set_shard(struct request *request, char *text)
{
	char *slash = strchr(text, '/');
	struct kill_config *config = &request->config;

	if (slash != NULL)
		*slash = '\0';
	if (slash != NULL && is_number(text, MOST_SHARDS, &config->shard) &&
		is_number(slash + 1, MOST_SHARDS, &config->shards) &&
		config->shard < config->shards)
		return;
	say("--shard '%.40s': not I/N with I less than N", text);
	request->failed = true;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case KEY_IMAGE: request->config.image = text; break;
	case KEY_MUTANTS: request->config.mutants = text; break;
	case KEY_AUTO: request->config.has_auto = true; break;
	case KEY_ONLY:
		request->config.only = text;
		request->config.has_auto |=
			strchr(text, '@') != NULL || strstr(text, "drop") != NULL;
		break;
	case KEY_RUNS: request->config.runs = text; break;
	case KEY_ALL_KILLERS: request->config.wants_all = true; break;
	case KEY_JOBS: set_jobs(request, text); break;
	case KEY_SHARD: set_shard(request, text); break;
	case KEY_JSON: request->format = JSON; break;
	case KEY_MARKDOWN: request->format = MARKDOWN; break;
	case KEY_HELP:
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK);
		request->helped = true;
		state->next = state->argc;
		break;
	case ARGP_KEY_ARG:
		say("--kill-matrix takes no '%.60s'", text);
		request->failed = true;
		break;
	case ARGP_KEY_ERROR:
		if (!request->failed && !request->helped)
			say_option_error(options_table, "verify --kill-matrix",
				state->argv[state->next - 1]);
		request->failed = true;
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* ---- What came out ---- */

static const char *state_of(const struct kill_row *row)
{
	if (row->killers != 0)
		return "killed";
	if (!row->is_auto && row->why_not != NULL)
		return "not expressible";
	if (row->is_auto && !row->is_reached)
		return "not reached";
	return "SURVIVES";
}

/* Survivors of those that were made automatically, and no row of survivors.def says why. */
static bool is_unargued(const struct kill_row *row)
{
	return row->is_auto && row->is_reached && row->killers == 0 && row->why_not == NULL;
}

static bool is_good(const struct kill_matrix *matrix)
{
	struct kill_totals totals = kill_totals(matrix);

	for (size_t i = 0; i < matrix->count; i++)
		if (is_unargued(&matrix->row[i]))
			return false;
	return matrix->alarms == 0 && totals.shipped_killed == totals.shipped &&
	       totals.reached_killed * 100 >= totals.reached * LEAST_KILLED;
}

static void print_text(const struct kill_matrix *matrix)
{
	struct kill_totals totals = kill_totals(matrix);

	for (unsigned i = 0; i < matrix->alarms; i++)
		printf("FALSE ALARM %s: %s: %s\n", matrix->alarm[i].run, matrix->alarm[i].by,
			matrix->alarm[i].why);
	for (size_t i = 0; i < matrix->count; i++) {
		const struct kill_row *row = &matrix->row[i];

		printf("%-15s %s", state_of(row), row->id);
		for (unsigned k = 0; k < row->killers; k++)
			printf("%s %s: %s: %s", k != 0 ? ";" : " ", row->killer[k].run,
				row->killer[k].by, row->killer[k].why);
		if (row->killers == 0 && row->why_not != NULL)
			printf("  %s", row->why_not);
		putchar('\n');
	}
	printf("%u of %u shipped mutants killed, %u not expressible\n", totals.shipped_killed,
		totals.shipped, totals.not_expressible);
	if (totals.automatic != 0)
		printf("%u of %u automatic mutants killed, %u more are not reached\n",
			totals.reached_killed, totals.reached, totals.automatic - totals.reached);
	if (matrix->alarms != 0)
		printf("%u false alarms\n", matrix->alarms);
}

/* ---- JSON ---- */

static cJSON *killer_json(const struct killer *killer)
{
	cJSON *object = cJSON_CreateObject();

	json_add_text(object, "scenario", killer->run);
	json_add_text(object, "by", killer->by);
	json_add_text(object, "why", killer->why);
	return object;
}

static cJSON *row_json(const struct kill_row *row)
{
	static const char *const kinds[AUTO_KINDS] = { "save", "restore", "barrier", "tlbi",
		"bits" };
	cJSON *object = cJSON_CreateObject(), *list;

	json_add_text(object, "id", row->id);
	if (row->is_auto) {
		json_add_text(object, "kind", kinds[row->kind]);
		cJSON_AddBoolToObject(object, "reached", row->is_reached);
	} else {
		json_add_text(object, "what", row->what);
		json_add_text(object, "breaks", row->breaks);
	}
	list = cJSON_AddArrayToObject(object, "killed_by");
	for (unsigned i = 0; i < row->killers; i++)
		cJSON_AddItemToArray(list, killer_json(&row->killer[i]));
	json_add_text(object, row->is_auto ? "why_it_survives" : "not_expressible",
		row->killers == 0 ? row->why_not : NULL);
	return object;
}

static void print_json(const struct kill_matrix *matrix)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *shipped = cJSON_AddArrayToObject(object, "mutants");
	cJSON *automatic = cJSON_AddArrayToObject(object, "automatic");
	cJSON *alarms = cJSON_AddArrayToObject(object, "false_alarms");
	char *text;

	for (size_t i = 0; i < matrix->count; i++)
		cJSON_AddItemToArray(
			matrix->row[i].is_auto ? automatic : shipped, row_json(&matrix->row[i]));
	for (unsigned i = 0; i < matrix->alarms; i++)
		cJSON_AddItemToArray(alarms, killer_json(&matrix->alarm[i]));
	text = cJSON_Print(object);
	puts(text != NULL ? text : "null");
	cJSON_free(text);
	cJSON_Delete(object);
}

/* ---- Markdown ---- */

static void print_cell(const char *text)
{
	for (; *text != '\0'; text++)
		printf(*text == '|' ? "\\|" : *text == '<' ? "&lt;" : "%c", *text);
}

static void print_shipped(const struct kill_matrix *matrix)
{
	puts("| mutant | what is wrong | breaks | noticed by | in |\n|---|---|---|---|---|");
	for (size_t i = 0; i < matrix->count; i++) {
		const struct kill_row *row = &matrix->row[i];

		if (row->is_auto || row->what == NULL)
			continue;
		printf("| %s | ", row->id);
		print_cell(row->what);
		printf(" | %s | %s | %s |\n", row->breaks,
			row->killers != 0 ? row->killer[0].by : "**nobody**",
			row->killers != 0 ? row->killer[0].run : "");
	}
	puts("\nNot expressible:\n\n| mutant | why |\n|---|---|");
	for (size_t i = 0; i < matrix->count; i++)
		if (!matrix->row[i].is_auto && matrix->row[i].what == NULL)
			printf("| %s | %s |\n", matrix->row[i].id, matrix->row[i].why_not);
}

static void print_automatic(const struct kill_matrix *matrix)
{
	static const char *const kinds[AUTO_KINDS] = { "a save dropped", "a restore dropped",
		"a barrier dropped", "a TLBI dropped", "two bits of a constant exchanged" };

	puts("\n| what | mutants | reached | killed |\n|---|---|---|---|");
	for (unsigned kind = 0; kind < AUTO_KINDS; kind++) {
		unsigned all = 0, reached = 0, killed = 0;

		for (size_t i = 0; i < matrix->count; i++) {
			const struct kill_row *row = &matrix->row[i];

			if (!row->is_auto || row->kind != kind)
				continue;
			all++;
			reached += row->is_reached;
			killed += row->killers != 0;
		}
		printf("| %s | %u | %u | %u |\n", kinds[kind], all, reached, killed);
	}
	puts("\nSurvivors:\n\n| mutant | why |\n|---|---|");
	for (size_t i = 0; i < matrix->count; i++) {
		const struct kill_row *row = &matrix->row[i];

		if (row->is_auto && row->is_reached && row->killers == 0)
			printf("| %s | %s |\n", row->id,
				row->why_not != NULL ? row->why_not : "**no reason is known**");
	}
}

static void print_runs(void)
{
	puts("\n## The runs\n\n| run | profile | PEs | watched | adversary | words |\n"
	     "|---|---|---|---|---|---|");
	for (unsigned i = 0; i < kill_run_count; i++) {
		const struct kill_run *run = &kill_runs[i];
		char text[64];

		printf("| %s | %s | %u | %s | %s | `%s` |\n", run->name, run->profile, run->cpus,
			run->is_watched ? "yes" : "no",
			adversary_say(run->adversary, text, sizeof(text)), run->words);
	}
}

static void print_markdown(const struct kill_matrix *matrix)
{
	struct kill_totals totals = kill_totals(matrix);

	puts("# Which monitor or run notices which bug\n\n"
	     "Generated by `entresol verify --kill-matrix --auto --markdown`. Each mutant is run "
	     "in "
	     "the order of the table at the end until something notices it: a rule of a monitor by "
	     "its "
	     "name; `exit`: a check of a guest, or a panic; `output`: a line that the hypervisor "
	     "without the bug does not print; `hang`: more than twice its instructions.\n");
	printf("## Shipped mutants: %u of %u killed, %u not expressible\n\n", totals.shipped_killed,
		totals.shipped, totals.not_expressible);
	print_shipped(matrix);
	printf("\n## Automatic mutants: %u of %u that are reached killed\n", totals.reached_killed,
		totals.reached);
	print_automatic(matrix);
	print_runs();
}

/* ---- The command ---- */

static void show_progress(void *opaque, size_t done, size_t all)
{
	(void)opaque;
	fprintf(stderr, "\r%zu of %zu mutants%s", done, all, done == all ? "\n" : "");
}

/* The file of that name beside this program, unless one was named. */
static bool find_image(const char **path, const char *name, char *text, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", text, size - 1);
	char *slash;

	if (*path != NULL)
		return true;
	text[length > 0 ? length : 0] = '\0';
	slash = strrchr(text, '/');
	if (slash == NULL || (size_t)(slash + 1 - text) + strlen(name) >= size)
		return false;
	strcpy(slash + 1, name);
	*path = text;
	return access(text, R_OK) == 0;
}

static bool find_images(struct request *request)
{
	struct kill_config *config = &request->config;

	if (!find_image(&config->mutants, "hyp-mutants.elf", request->mutants,
		    sizeof(request->mutants))) {
		say("there is no hyp-mutants.elf beside this program; name one: --mutants FILE");
		return false;
	}
	if (config->has_auto &&
		!find_image(&config->image, "hyp.elf", request->image, sizeof(request->image))) {
		say("there is no hyp.elf beside this program; name one: --image FILE");
		return false;
	}
	return true;
}

static int run_matrix(const struct request *request)
{
	bool is_watched = isatty(STDERR_FILENO) == 1;
	struct kill_matrix matrix;
	struct status status =
		kill_matrix_run(&request->config, is_watched ? show_progress : NULL, NULL, &matrix);
	int code = STATUS_OK;

	if (status.code != STATUS_OK) {
		kill_matrix_free(&matrix);
		return say_status(status);
	}
	switch (request->format) {
	case TEXT: print_text(&matrix); break;
	case JSON: print_json(&matrix); break;
	case MARKDOWN: print_markdown(&matrix); break;
	}
	if (!is_good(&matrix))
		code = STATUS_VERIFY_FAILED;
	kill_matrix_free(&matrix);
	return code;
}

int kill_matrix_command(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options_table, .parser = parse_option, .doc = description
	};
	struct request request = { .config.has_hand = true };
	error_t error = argp_parse(&argp, argc, argv, ARGP_SILENT, NULL, &request);

	if (request.helped)
		return STATUS_OK;
	if (error != 0 || request.failed || !find_images(&request))
		return STATUS_USAGE;
	return run_matrix(&request);
}
