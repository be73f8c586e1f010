/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol verify`: its options, and what is said of scenarios.
 */
#include "app/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "verify/jobs.h"

enum { MOST_SCENARIOS = 256, DEFAULT_SEEDS = 10 };

enum option_key {
	KEY_LIST = 256,
	KEY_KILL_MATRIX,
	KEY_RULES,
	KEY_FORMAT,
	KEY_IMAGE,
	KEY_WORDS,
	KEY_MONITORS,
	KEY_ADVERSARY,
	KEY_SEEDS,
	KEY_NO_SWEEPS,
	KEY_ONLY,
	KEY_JOBS,
	KEY_JUNIT,
	KEY_JSON,
	KEY_HELP
};

/* clang-format off */
static const struct argp_option options_table[] = {
	{ "kill-matrix", KEY_KILL_MATRIX, NULL, 0, "as the first option: hypervisors with one bug each, and what notices it; has options of its own: --kill-matrix --help", 1 },
	{ "list", KEY_LIST, NULL, 0, "list the scenarios of this program, and run none", 1 },
	{ "rules", KEY_RULES, NULL, 0, "list the rules that are watched, by monitor", 1 },
	{ "format", KEY_FORMAT, NULL, 0, "describe the lines of a scenario file", 1 },
	{ "image", KEY_IMAGE, "FILE", 0, "the hypervisor (default: the hyp.elf beside this program)", 2 },
	{ "words", KEY_WORDS, "TEXT", 0, "more words for it, behind those of the scenario", 2 },
	{ "monitors", KEY_MONITORS, "LIST", 0, "who watches, instead of what the scenarios say: all, none, or names with commas", 2 },
	{ "adversary", KEY_ADVERSARY, "TEXT", 0, "the only run: none, min, max, seed=N or nth=N, also with /NAME,... for these liberties only", 3 },
	{ "seeds", KEY_SEEDS, "N", 0, "of each line 'run seeds' the first N; all: as the scenarios say (default 10)", 3 },
	{ "no-sweeps", KEY_NO_SWEEPS, NULL, 0, "leave out the sweeps", 3 },
	{ "only", KEY_ONLY, "RUN", 0, "one run of the scenario: none, min, max, seed=N, nth=N; sweep=K, sweep=K@B for its boundary B", 3 },
	{ "jobs", KEY_JOBS, "N", 0, "processes at a time (default: as many as there are CPUs); changes no result", 4 },
	{ "junit", KEY_JUNIT, "FILE", 0, "also write a report as JUnit does", 5 },
	{ "json", KEY_JSON, NULL, 0, "answer in JSON", 5 },
	{ "help", KEY_HELP, NULL, 0, "print this help", -1 },
	{ 0 },
};
/* clang-format on */

static const char description[] =
	"Run scenarios: a hypervisor with guests, watched by monitors, while an adversary takes "
	"the "
	"liberties that the architecture gives a PE, and with interrupts at every instruction of "
	"windows. SCENARIO is the name of a bundled one or a file; default are all bundled ones."
	"\v"
	"Examples:\n"
	"  entresol verify\n"
	"  entresol verify --list\n"
	"  entresol verify vm-vhe --seeds 1000\n"
	"  entresol verify vm-vhe --only seed=17\n"
	"  entresol verify --junit report.xml --jobs 2\n"
	"  entresol verify my.scenario --image my-hypervisor.elf\n\n"
	"Exit codes: 0 all hold; 2 usage; 3 a scenario or the image is bad; 5 a scenario is "
	"broken, and the last line is the command that shows it again; 6 the host refused "
	"something; 70 the guest needs what is not implemented.";

struct parse {
	struct verify_options options;
	bool list, rules, format; /* asked for instead of a run */
	bool failed, helped;
	char **name;
	unsigned names;
};

#define WRONG(...) (say(__VA_ARGS__), parse->failed = true)

static u64 number(struct parse *parse, const char *option, const char *text, u64 high)
{
	u64 value = 0;

	if (!is_register_value(text, &value) || value == 0 || value > high)
		WRONG("--%s '%.40s': not a number from 1 to %" PRIu64, option, text, high);
	return value;
}

static void set_seeds(struct parse *parse, const char *text)
{
	parse->options.limits.seeds =
		strcmp(text, "all") == 0 ? 0 : number(parse, "seeds", text, 1000000000);
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct parse *parse = state->input;
	struct verify_options *options = &parse->options;

	switch (key) {
	case KEY_LIST: parse->list = true; break;
	case KEY_KILL_MATRIX: WRONG("--kill-matrix is the first option"); break;
	case KEY_RULES: parse->rules = true; break;
	case KEY_FORMAT: parse->format = true; break;
	case KEY_IMAGE: options->image = text; break;
	case KEY_WORDS: options->words = text; break;
	case KEY_MONITORS: options->monitors = text; break;
	case KEY_ADVERSARY: options->adversary = text; break;
	case KEY_SEEDS: set_seeds(parse, text); break;
	case KEY_NO_SWEEPS: options->limits.has_no_sweeps = true; break;
	case KEY_ONLY: options->only = text; break;
	case KEY_JOBS:
		options->limits.jobs = (unsigned)number(parse, "jobs", text, MOST_JOBS);
		break;
	case KEY_JUNIT: options->junit = text; break;
	case KEY_JSON: options->json = true; break;
	case KEY_HELP:
		show_help(state->root_argp, "entresol verify");
		parse->helped = true;
		return ECANCELED;
	case ARGP_KEY_ARG: parse->name[parse->names++] = text; break;
	case ARGP_KEY_ERROR:
		if (!parse->failed && !parse->helped)
			say_option_error(options_table, "verify", state->argv[state->next - 1]);
		parse->failed = true;
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return parse->failed ? EINVAL : 0;
}

/* ---- What is said ---- */

static void say_amount(const struct verify_scenario *scenario)
{
	u64 runs = 0, trials = 0, insns = 0;

	for (unsigned i = 0; i < scenario->tests; i++) {
		runs += scenario->test[i].result.runs;
		trials += scenario->test[i].result.trials;
		insns += scenario->test[i].result.insns;
	}
	printf("%" PRIu64 " run%s", runs, runs == 1 ? "" : "s");
	if (trials != 0)
		printf(", %" PRIu64 " trial%s", trials, trials == 1 ? "" : "s");
	printf(", %" PRIu64 " instructions\n", insns);
}

static void say_scenario(const struct verify *verify, const struct verify_scenario *scenario)
{
	const struct verify_test *broken = verify_broken(scenario);

	if (verify->options->json)
		return;
	printf("%-7s %-24s %-8s ", broken == NULL ? "holds" : "BROKEN", scenario->scenario.name,
		scenario->scenario.spec);
	if (broken == NULL)
		say_amount(scenario);
	else
		printf("%s: %s\n", broken->result.what, broken->result.why);
	fflush(stdout);
}

/* Who reads JSON has the command in it; it still is the last line for who reads stderr. */
static int say_end(const struct verify *verify)
{
	const struct verify_scenario *first = NULL;
	FILE *out = verify->options->json ? stderr : stdout;
	unsigned broken = 0;
	char *command;

	for (unsigned i = 0; i < verify->scenarios; i++) {
		if (verify_broken(&verify->scenario[i]) == NULL)
			continue;
		if (broken++ == 0)
			first = &verify->scenario[i];
	}
	if (verify->options->json)
		verify_print_json(verify);
	else
		printf("%u scenario%s, %u broken\n", verify->scenarios,
			verify->scenarios == 1 ? "" : "s", broken);
	fflush(stdout);
	if (first == NULL)
		return STATUS_OK;
	command = verify_reproducer(verify, first, verify_broken(first));
	if (command == NULL)
		say("the host has no memory for the command that shows it again");
	else
		fprintf(out, "%s\n", command);
	free(command);
	return STATUS_VERIFY_FAILED;
}

static int run_all(struct verify *verify)
{
	struct status status = verify_add_scenarios(verify);

	if (status.code == STATUS_OK)
		status = verify_run(verify, say_scenario);
	if (status.code == STATUS_OK && verify->options->junit != NULL)
		status = verify_write_junit(verify, verify->options->junit);
	return status.code == STATUS_OK ? say_end(verify) : say_status(status);
}

static int verify_all(const struct verify_options *options)
{
	struct verify *verify = calloc(1, sizeof(*verify));
	int code = STATUS_HOST;

	if (verify != NULL)
		verify->scenario = calloc(MOST_SCENARIOS, sizeof(verify->scenario[0]));
	if (verify == NULL || verify->scenario == NULL) {
		say("the host has no memory");
	} else if (options->image == NULL &&
		   !find_beside("hyp.elf", verify->image, sizeof(verify->image))) {
		say("there is no hyp.elf beside this program; name one: --image FILE");
		code = STATUS_USAGE;
	} else {
		if (options->image != NULL)
			snprintf(verify->image, sizeof(verify->image), "%s", options->image);
		verify->options = options;
		code = run_all(verify);
	}
	for (unsigned i = 0; verify != NULL && i < verify->scenarios; i++)
		scenario_free(&verify->scenario[i].scenario);
	if (verify != NULL)
		free(verify->scenario);
	free(verify);
	return code;
}

static bool is_contradictory(struct parse *parse)
{
	const struct verify_options *options = &parse->options;

	if (options->only != NULL && options->adversary != NULL)
		WRONG("--only and --adversary exclude each other");
	else if (options->only != NULL && parse->names != 1)
		WRONG("--only is of one scenario: name it");
	else if (parse->names > MOST_SCENARIOS)
		WRONG("at most %d scenarios", MOST_SCENARIOS);
	return parse->failed;
}

static int run_parsed(struct parse *parse)
{
	if (is_contradictory(parse))
		return STATUS_USAGE;
	if (parse->list)
		return verify_list_scenarios();
	if (parse->rules)
		monitors_list(stdout);
	else if (parse->format)
		scenario_explain(stdout);
	else
		return verify_all(&parse->options);
	return STATUS_OK;
}

int verify_command(int argc, char **argv)
{
	static const struct argp argp = { .options = options_table,
		.parser = parse_option,
		.args_doc = "[SCENARIO...]",
		.doc = description };
	struct parse parse = { .options.limits.seeds = DEFAULT_SEEDS };
	error_t error;
	int code = STATUS_USAGE;

	if (argc > 1 && strcmp(argv[1], "--kill-matrix") == 0)
		return kill_matrix_command(argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "transparency") == 0)
		return transparency_command(argc - 1, argv + 1);
	parse.name = calloc((size_t)argc + 1, sizeof(parse.name[0]));
	if (parse.name == NULL)
		return say_status(status_error(STATUS_HOST, "the host has no memory"));
	parse.options.name = parse.name;
	error = argp_parse(&argp, argc, argv, ARGP_SILENT, NULL, &parse);
	if (parse.helped)
		code = STATUS_OK;
	else if (error == 0 && !parse.failed)
		code = run_parsed(&parse);
	free(parse.name);
	return code;
}
