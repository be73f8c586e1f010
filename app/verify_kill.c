/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol verify --kill-matrix`: options.
 */
#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/sweep.h"
#include "app/verify_kill.h"
#include "verify/jobs.h"

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
	{ "shard", KEY_SHARD, "I/N", 0, "only the I-th of every N mutants, from 1 on", 3 },
	{ "json", KEY_JSON, NULL, 0, "answer in JSON", 4 },
	{ "markdown", KEY_MARKDOWN, NULL, 0, "answer as a page of Markdown", 4 },
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
	"  entresol verify --kill-matrix --auto --shard 1/4 --json\n\n"
	"Exit codes: 0 all are noticed; 2 usage; 3 an image cannot be used; 5 a shipped mutant "
	"survives, less than 85 % of the automatic ones are noticed that a run executes and that "
	"are not equivalent, one that survives has no reason, or the hypervisor without a bug is "
	"complained of; 6 the host refused something; "
	"70 a run needs what "
	"is not implemented, and nothing else notices that mutant.";

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

static void set_shard(struct request *request, const char *text)
{
	struct kill_config *config = &request->config;
	struct status status = sweep_shard_parse(text, &config->shard, &config->shards);

	if (status.code == STATUS_OK)
		return;
	say("%s", status.text);
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
		request->config.has_auto |= strchr(text, '@') != NULL ||
					    strstr(text, "drop") != NULL ||
					    strstr(text, "swap") != NULL;
		break;
	case KEY_RUNS: request->config.runs = text; break;
	case KEY_ALL_KILLERS: request->config.wants_all = true; break;
	case KEY_JOBS: set_jobs(request, text); break;
	case KEY_SHARD: set_shard(request, text); break;
	case KEY_JSON: request->format = JSON; break;
	case KEY_MARKDOWN: request->format = MARKDOWN; break;
	case KEY_HELP:
		show_help(state->root_argp, "entresol verify --kill-matrix");
		request->helped = true;
		return ECANCELED;
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

/* ---- The command ---- */

static void show_progress(const char *what, size_t done, size_t all)
{
	fprintf(stderr, "\r%s: %zu of %zu mutants%s", what, done, all, done == all ? "\n" : "");
}

/* The file of that name beside this program, unless one was named. */
static bool find_image(const char **path, const char *name, char *text, size_t size)
{
	if (*path != NULL)
		return true;
	*path = text;
	return find_beside(name, text, size);
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

/* Without them a run of the hypervisor without a bug could not be done. */
static bool has_rows(const struct kill_matrix *matrix)
{
	for (size_t i = 0; i < matrix->count; i++)
		if (matrix->row[i].error.code == STATUS_NOT_IMPLEMENTED)
			return true;
	return false;
}

static int run_matrix(const struct request *request)
{
	struct kill_config config = request->config;
	struct kill_matrix matrix;
	struct status status;
	int code = STATUS_OK;

	config.progress = isatty(STDERR_FILENO) == 1 ? show_progress : NULL;
	status = kill_matrix_run(&config, &matrix);
	if (status.code != STATUS_OK &&
		(status.code != STATUS_NOT_IMPLEMENTED || !has_rows(&matrix))) {
		kill_matrix_free(&matrix);
		return say_status(status);
	}
	switch (request->format) {
	case TEXT: kill_print_text(&matrix); break;
	case JSON: kill_print_json(&matrix); break;
	case MARKDOWN: kill_print_markdown(&matrix); break;
	}
	fflush(stdout);
	if (status.code != STATUS_OK)
		code = say_status(status);
	else if (!kill_is_good(&matrix))
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
