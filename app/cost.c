/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol cost`: runs hyp.elf once for each row of cost.def and prints what its operations cost.
 * What is measured and how is hyp.elf's business; what the lines mean is cost_parse.c's.
 */
#include "app/cost.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "hyp-model/guest/abi.h"
#include "loader/loader.h"

static const struct {
	const char *name, *words, *meaning;
} configs[] = {
#define CONFIG(name, words, meaning) { name, words, meaning },
#include "app/cost.def"
#undef CONFIG
};

_Static_assert(COUNT(configs) <= COST_CONFIGS, "the table has a column for each");

#define TEXT(number)  TEXT_(number)
#define TEXT_(number) #number
#define MAX_ROUNDS    TEXT(BENCH_MAX_ROUNDS)

/* hyp.elf's exit code for a run that this machine cannot do. Its last line says why. */
enum { HYP_CANNOT = 2, LAST_LINES = 8 };

/* All features that the rows need: VHE, NV, NV2. One CPU for all, or they could not be compared. */
static const char default_profile[] = "v8.4-nv2";

enum option_key {
	KEY_CPU = 256,
	KEY_CONFIG,
	KEY_ROUNDS,
	KEY_TREE,
	KEY_TIMING,
	KEY_TIMING_SET,
	KEY_BREAKDOWN,
	KEY_MARKDOWN,
	KEY_JSON,
	KEY_HELP
};

/* clang-format off */
static const struct argp_option options_table[] = {
	{ "config", KEY_CONFIG, "NAME", 0, "measure only this configuration; may be given again", 1 },
	{ "rounds", KEY_ROUNDS, "N", 0, "operations to measure, 1 to " MAX_ROUNDS " (default 64)", 1 },
	{ "cpu", KEY_CPU, "PROFILE", 0, "the CPU of all configurations (default v8.4-nv2)", 1 },
	{ "timing", KEY_TIMING, "MODEL", 0, "how long things take: functional (default: an instruction is a cycle), or a model of 'entresol timing', as a55", 1 },
	{ "timing-set", KEY_TIMING_SET, "NAME=VALUE", 0, "change a figure of the model; may be given again", 1 },
	{ "breakdown", KEY_BREAKDOWN, NULL, 0, "also say what the cycles of each operation went for, by level, phase of the world switch and reason; needs a timing model. All configurations take minutes: see --config, --rounds", 2 },
	{ "tree", KEY_TREE, NULL, 0, "also say which exits an operation is made of, each below the one it was made for", 2 },
	{ "markdown", KEY_MARKDOWN, NULL, 0, "answer in Markdown tables", 3 },
	{ "json", KEY_JSON, NULL, 0, "answer in JSON, trees included", 3 },
	{ "help", KEY_HELP, NULL, 0, "print this help", -1 },
	{ 0 },
};
/* clang-format on */

static const char description[] =
	"Measure what operations of a virtual machine cost in simulated cycles and in exits to the "
	"hypervisor at EL2, for a VM and for a nested VM in several configurations. HYP_ELF is the "
	"hypervisor that is measured; default is the hyp.elf beside this program."
	"\v"
	"Examples:\n"
	"  entresol cost\n"
	"  entresol cost --tree --config nested-vhe-nv2\n"
	"  entresol cost --timing a55 --breakdown --config vm\n"
	"  entresol cost --timing a55 --timing-set mispredict=12 --markdown\n"
	"  entresol cost --json build/release/hyp.elf\n"
	"  entresol cost --markdown > cost.md\n\n"
	"Configurations:\n"
#define CONFIG(name, words, meaning) "  " name ": " meaning "\n"
#include "app/cost.def"
#undef CONFIG
	"\n"
	"A configuration that the CPU cannot run is left out, and stderr says why.\n\n"
	"Exit codes: 0 measured; 2 usage; 3 the image is bad; 4 the guest failed or printed no "
	"figures; 6 the host refused something.";

enum format { FORMAT_TEXT, FORMAT_MARKDOWN, FORMAT_JSON };

struct options {
	const char *profile, *image;
	bool is_chosen[COUNT(configs)];
	bool is_any_chosen, tree, breakdown;
	struct timing_choice timing;
	struct timing_model model;
	bool is_timed;
	enum format format;
	u64 rounds;
	bool failed, helped;
};

static bool is_wanted(const struct options *options, size_t which)
{
	return options->is_chosen[which] || !options->is_any_chosen;
}

#define WRONG(...) (say(__VA_ARGS__), options->failed = true)

static void choose_config(struct options *options, const char *name)
{
	for (size_t i = 0; i < COUNT(configs); i++) {
		if (strcmp(configs[i].name, name) != 0)
			continue;
		options->is_chosen[i] = options->is_any_chosen = true;
		return;
	}
	WRONG("--config '%.40s': there is no such configuration; see 'entresol cost --help'", name);
}

static void choose_format(struct options *options, enum format format)
{
	if (options->format != FORMAT_TEXT && options->format != format)
		WRONG("--json and --markdown exclude each other");
	options->format = format;
}

static void set_timing(struct options *options, const char *text)
{
	struct status status = timing_choice_add(&options->timing, text);

	if (status.code != STATUS_OK)
		WRONG("%s", status.text);
}

/* The options may come in any order. */
static void finish_timing(struct options *options)
{
	struct status status =
		timing_choose(&options->timing, "--timing", &options->model, &options->is_timed);

	if (status.code != STATUS_OK)
		WRONG("%s", status.text);
	else if (options->breakdown && !options->is_timed)
		WRONG("--breakdown needs a timing model: --timing a55, or see 'entresol timing'");
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_CONFIG: choose_config(options, text); break;
	case KEY_ROUNDS:
		if (!is_register_value(text, &options->rounds) || options->rounds < 1 ||
			options->rounds > BENCH_MAX_ROUNDS)
			WRONG("--rounds '%.40s' is not a number from 1 to " MAX_ROUNDS, text);
		break;
	case KEY_CPU: options->profile = text; break;
	case KEY_TREE: options->tree = true; break;
	case KEY_TIMING: options->timing.name = text; break;
	case KEY_TIMING_SET: set_timing(options, text); break;
	case KEY_BREAKDOWN: options->breakdown = true; break;
	case KEY_MARKDOWN: choose_format(options, FORMAT_MARKDOWN); break;
	case KEY_JSON: choose_format(options, FORMAT_JSON); break;
	case KEY_HELP:
		show_help(state->root_argp, "entresol cost");
		options->helped = true;
		return ECANCELED;
	case ARGP_KEY_ARG:
		if (options->image != NULL)
			WRONG("'%.60s' is one argument too many", text);
		options->image = text;
		break;
	case ARGP_KEY_END: finish_timing(options); break;
	case ARGP_KEY_ERROR:
		if (!options->helped && !options->failed) {
			say_option_error(options_table, "cost", state->argv[state->next - 1]);
			options->failed = true;
		}
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return options->failed ? EINVAL : 0;
}

/* What the guest printed, 0 at its end; NULL: the host refused. */
static char *read_console(FILE *file)
{
	long size;
	char *text;

	if (fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
		return NULL;
	rewind(file);
	text = calloc(1, (size_t)size + 1);
	if (text != NULL && fread(text, 1, (size_t)size, file) != (size_t)size) {
		free(text);
		return NULL;
	}
	return text;
}

/* The machine to its end; `exit_code` is the guest's, if it came so far. */
static struct status run_machine(struct machine *machine, const char *image, int *exit_code)
{
	struct load_options load = { 0 };
	struct loaded_image loaded;
	struct status status = loader_load(machine, image, &load, &loaded);
	const struct stop *stop;

	if (status.code != STATUS_OK)
		return status;
	machine_start_with(machine, loaded.entry, 0, loaded.end);
	stop = machine_run(machine, MACHINE_UNLIMITED);
	if (stop->reason == STOP_EXIT)
		*exit_code = stop->exit_code;
	if (stop->reason != STOP_EXIT || stop->exit_code != 0)
		status = status_error(STATUS_GUEST_FAILED, "%.200s",
			stop->text[0] != '\0' ? stop->text : "the guest failed");
	loaded_image_free(&loaded);
	return status;
}

/* What one run of hyp.elf is read with. */
struct reading {
	FILE *console;
	int exit_code;
	struct cost_watch *watch; /* NULL: no breakdown is wanted */
};

static struct status run_config(
	const struct options *options, size_t which, const char *image, struct reading *reading)
{
	struct machine_config machine_config = machine_default_config();
	struct observers observers = { .count = 0 };
	char words[200];
	struct machine *machine;
	struct status status;

	snprintf(words, sizeof(words), "hyp.elf cost=1 rounds=%" PRIu64 " %s", options->rounds,
		configs[which].words);
	machine_config.profile = options->profile;
	machine_config.console_in = -1;
	machine_config.console_out = machine_config.console_err = fileno(reading->console);
	machine_config.timing = options->is_timed ? &options->model : NULL;
	machine_config.command_line = words;
	machine = machine_create(&machine_config, &status);
	if (status.code != STATUS_OK)
		return status;
	if (reading->watch != NULL) {
		struct observer observer = cost_watch_observer(reading->watch);

		observers_add(&observers, machine, &observer);
	}
	status = run_machine(machine, image, &reading->exit_code);
	if (status.code == STATUS_OK)
		status = machine_finish(machine);
	machine_destroy(machine);
	return status;
}

/* Both come from the same two reads of a counter, so they are equal, or one of us is wrong. */
static struct status take_breakdowns(
	struct cost_table *table, unsigned first, struct cost_watch *watch)
{
	unsigned count = table->rows - first;

	if (cost_watch_count(watch) != count)
		return status_error(STATUS_GUEST_FAILED,
			"%u operations were measured, and figures printed of %u",
			cost_watch_count(watch), count);
	for (unsigned i = 0; i < count; i++) {
		struct cost_row *row = &table->row[first + i];

		row->breakdown = cost_watch_take(watch, i);
		if (row->breakdown == NULL)
			return status_error(STATUS_HOST, "the host has no memory");
		if (cost_breakdown_total(row->breakdown) != row->cycles)
			return status_error(STATUS_GUEST_FAILED,
				"%s, %s: the parts add up to %" PRId64 " cycles, not to %" PRId64,
				row->config, row->operation, cost_breakdown_total(row->breakdown),
				row->cycles);
	}
	return status_ok();
}

static struct status take_figures(
	struct cost_table *table, size_t which, const char *console, struct cost_watch *watch)
{
	unsigned before = table->rows;
	char line[160];

	if (!cost_parse(table, configs[which].name, console, line))
		return status_error(STATUS_GUEST_FAILED, "%s: not a figure of hyp.elf: %.150s",
			configs[which].name, line);
	if (table->rows == before)
		return status_error(STATUS_GUEST_FAILED,
			"%s: the image printed no figures; is it hyp.elf?", configs[which].name);
	table->config[table->configs] = configs[which].name;
	table->meaning[table->configs++] = configs[which].meaning;
	return watch != NULL ? take_breakdowns(table, before, watch) : status_ok();
}

/* The last `count` lines of the guest that are no figures, or fewer. */
static const char *last_lines(const char *console, unsigned count)
{
	const char *end = console + strlen(console), *from = end;

	while (from > console && count > 0) {
		const char *line = from - 1;

		while (line > console && line[-1] != '\n')
			line--;
		if (strncmp(line, "cost: ", 6) == 0 || strncmp(line, "tree: ", 6) == 0)
			break;
		from = line;
		count--;
	}
	return from;
}

/* STATUS_OK: this CPU cannot run it, which is said; others it may. Else the guest's last lines are.
 */
static struct status why_failed(
	size_t which, const char *console, int exit_code, const struct status *status)
{
	const char *name = configs[which].name, *why = last_lines(console, 1);

	if (exit_code == HYP_CANNOT && strncmp(why, "hyp: ", 5) == 0) {
		why += 5;
		say("%s is left out: %.*s", name, (int)strcspn(why, "\r\n"), why);
		return status_ok();
	}
	fputs(last_lines(console, LAST_LINES), stderr);
	return status_error(STATUS_GUEST_FAILED, "%s: %.100s%s", name, status->text,
		strstr(console, "hyp: ") == NULL ? "; is it hyp.elf?" : "");
}

static void show_progress(const struct options *options, size_t which)
{
	unsigned done = 0, all = 0;

	for (size_t i = 0; i < COUNT(configs); i++) {
		all += is_wanted(options, i);
		done += i <= which && is_wanted(options, i);
	}
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[Kmeasuring %s (%u of %u)", configs[which].name, done, all);
}

static void end_progress(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

/* Answers what is wrong, STATUS_OK also for what is left out. */
static int judge(
	struct cost_table *table, size_t which, const struct reading *reading, struct status status)
{
	char *console = read_console(reading->console);

	if (console == NULL)
		return say_status(status_error(
			STATUS_HOST, "the guest's output cannot be kept: %s", strerror(errno)));
	if (status.code == STATUS_OK)
		status = take_figures(table, which, console, reading->watch);
	else if (status.code == STATUS_GUEST_FAILED)
		status = why_failed(which, console, reading->exit_code, &status);
	free(console);
	return status.code == STATUS_OK ? STATUS_OK : say_status(status);
}

static int measure(
	const struct options *options, size_t which, const char *image, struct cost_table *table)
{
	struct reading reading = { .console = tmpfile() };
	struct status status = status_ok();
	int code;

	if (reading.console == NULL)
		return say_status(status_error(
			STATUS_HOST, "no file for the guest's output: %s", strerror(errno)));
	if (options->breakdown)
		status = cost_watch_create(image, &reading.watch);
	if (status.code == STATUS_OK) {
		show_progress(options, which);
		status = run_config(options, which, image, &reading);
		end_progress();
	}
	code = judge(table, which, &reading, status);
	fclose(reading.console);
	cost_watch_destroy(reading.watch);
	return code;
}

static int measure_all(const struct options *options, const char *image, struct cost_table *table)
{
	for (size_t i = 0; i < COUNT(configs); i++) {
		int code = is_wanted(options, i) ? measure(options, i, image, table) : STATUS_OK;

		if (code != STATUS_OK)
			return code;
	}
	if (table->configs == 0)
		return say_status(
			status_error(STATUS_GUEST_FAILED, "there is nothing left to measure"));
	return STATUS_OK;
}

static int answer(const struct options *options, const char *image)
{
	struct cost_table *table = calloc(1, sizeof(*table));
	int code;

	if (table == NULL)
		return say_status(status_error(STATUS_HOST, "the host has no memory"));
	table->timing = options->is_timed ? options->model.name : "functional";
	code = measure_all(options, image, table);
	if (code == STATUS_OK && options->format == FORMAT_JSON)
		cost_print_json(table);
	else if (code == STATUS_OK && options->format == FORMAT_MARKDOWN)
		cost_print_markdown(table, options->tree);
	else if (code == STATUS_OK)
		cost_print_text(table, options->tree);
	for (unsigned i = 0; i < table->rows; i++)
		free(table->row[i].breakdown);
	free(table);
	return code;
}

int cost_command(int argc, char **argv)
{
	static const struct argp argp = { .options = options_table,
		.parser = parse_option,
		.args_doc = "[HYP_ELF]",
		.doc = description };
	struct options options = { .profile = default_profile, .rounds = 64 };
	error_t error = argp_parse(&argp, argc, argv, ARGP_SILENT, NULL, &options);
	char image[4096];

	if (options.helped)
		return STATUS_OK;
	if (error != 0 || options.failed)
		return STATUS_USAGE;
	if (options.image == NULL && !find_beside("hyp.elf", image, sizeof(image)))
		return say_status(
			status_error(STATUS_USAGE, "there is no hyp.elf beside this program; name "
						   "one: entresol cost HYP_ELF"));
	return answer(&options, options.image != NULL ? options.image : image);
}
