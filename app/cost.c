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
#include "loader/loader.h"

static const struct {
	const char *name, *words, *meaning;
} configs[] = {
#define CONFIG(name, words, meaning) { name, words, meaning },
#include "app/cost.def"
#undef CONFIG
};
_Static_assert(COUNT(configs) <= COST_CONFIGS, "cost.h");

/* hyp.elf's: what the page-fault row has fresh pages for; and its answer to what cannot be. */
enum { MAX_ROUNDS = 128, EXIT_CODE_REFUSED = 2 };

/* All features that the rows need: VHE, NV, NV2. One CPU for all, or they could not be compared. */
static const char default_profile[] = "v8.4-nv2";

enum option_key {
	KEY_CPU = 256,
	KEY_CONFIG,
	KEY_ROUNDS,
	KEY_TREE,
	KEY_MARKDOWN,
	KEY_JSON,
	KEY_HELP
};

/* clang-format off */
static const struct argp_option options_table[] = {
	{ "config", KEY_CONFIG, "NAME", 0, "measure only this configuration; may be given again", 1 },
	{ "rounds", KEY_ROUNDS, "N", 0, "operations to measure, 1 to 128 (default 64)", 1 },
	{ "cpu", KEY_CPU, "PROFILE", 0, "the CPU of all configurations (default v8.4-nv2)", 1 },
	{ "tree", KEY_TREE, NULL, 0, "also say which exits an operation is made of, by level", 2 },
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
	"  entresol cost --json build/release/hyp.elf\n"
	"  entresol cost --markdown > cost.md\n\n"
	"Configurations:\n"
#define CONFIG(name, words, meaning) "  " name ": " meaning "\n"
#include "app/cost.def"
#undef CONFIG
	"\n"
	"Exit codes: 0 measured; 2 usage; 3 the image is bad; 4 the guest failed or printed no "
	"figures; 6 the host refused something.";

enum format { FORMAT_TEXT, FORMAT_MARKDOWN, FORMAT_JSON };

struct options {
	const char *profile, *image;
	bool is_chosen[COUNT(configs)];
	bool is_any_chosen, tree;
	enum format format;
	u64 rounds;
	bool failed, helped;
};

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

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_CONFIG: choose_config(options, text); break;
	case KEY_ROUNDS:
		if (!is_register_value(text, &options->rounds) || options->rounds < 1 ||
			options->rounds > MAX_ROUNDS)
			WRONG("--rounds '%.40s' is not a number from 1 to 128", text);
		break;
	case KEY_CPU: options->profile = text; break;
	case KEY_TREE: options->tree = true; break;
	case KEY_MARKDOWN: choose_format(options, FORMAT_MARKDOWN); break;
	case KEY_JSON: choose_format(options, FORMAT_JSON); break;
	case KEY_HELP: {
		char name[] = "entresol cost";

		argp_help(state->root_argp, stdout,
			ARGP_HELP_USAGE | ARGP_HELP_PRE_DOC | ARGP_HELP_LONG | ARGP_HELP_POST_DOC,
			name);
		options->helped = true;
		return ECANCELED;
	}
	case ARGP_KEY_ARG:
		if (options->image != NULL)
			WRONG("'%.60s' is one argument too many", text);
		options->image = text;
		break;
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

/* hyp.elf is built beside the program. False: it is not there. */
static bool find_image(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - sizeof("hyp.elf"));
	char *slash;

	if (length <= 0)
		return false;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return false;
	strcpy(slash + 1, "hyp.elf");
	return access(path, R_OK) == 0;
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

/* Why it failed: the last line that hyp.elf says in its own name, or how the run stopped. */
static struct status guest_failed(const struct stop *stop, FILE *console)
{
	struct status status = status_error(STATUS_GUEST_FAILED, "%s; is it hyp.elf?", stop->text);
	char *text = read_console(console);
	const char *why = NULL;

	for (const char *at = text; at != NULL && *at != '\0'; at += strspn(at, "\r\n")) {
		if (strncmp(at, "hyp: ", 5) == 0)
			why = at;
		at += strcspn(at, "\r\n");
	}
	if (why != NULL)
		status = status_error(STATUS_GUEST_FAILED, "%.*s", (int)strcspn(why, "\r\n"), why);
	free(text);
	return status;
}

/* The machine to its end. True in `is_refused`: the guest says that this CPU cannot do it. */
static struct status run_machine(
	struct machine *machine, const char *image, FILE *console, bool *is_refused)
{
	struct load_options load = { 0 };
	struct loaded_image loaded;
	struct status status = loader_load(machine, image, &load, &loaded);
	const struct stop *stop;

	if (status.code != STATUS_OK)
		return status;
	machine_start_with(machine, loaded.entry, 0, loaded.end);
	stop = machine_run(machine, MACHINE_UNLIMITED);
	*is_refused = stop->reason == STOP_EXIT && stop->exit_code == EXIT_CODE_REFUSED;
	if (stop->reason != STOP_EXIT || stop->exit_code != 0)
		status = guest_failed(stop, console);
	loaded_image_free(&loaded);
	return status;
}

static struct status run_config(const struct options *options, size_t which, const char *image,
	FILE *console, bool *is_refused)
{
	struct machine_config machine_config = machine_default_config();
	char words[200];
	struct machine *machine;
	struct status status;

	snprintf(words, sizeof(words), "hyp.elf cost=1 rounds=%" PRIu64 " %s", options->rounds,
		configs[which].words);
	machine_config.profile = options->profile;
	machine_config.console_in = -1;
	machine_config.console_out = machine_config.console_err = fileno(console);
	machine_config.command_line = words;
	machine = machine_create(&machine_config, &status);
	if (status.code != STATUS_OK)
		return status;
	status = run_machine(machine, image, console, is_refused);
	if (status.code == STATUS_OK)
		status = machine_finish(machine);
	machine_destroy(machine);
	return status;
}

static struct status take_figures(struct cost_table *table, size_t which, FILE *console)
{
	char *text = read_console(console), line[160];
	unsigned before = table->rows;
	struct status status = status_ok();

	if (text == NULL)
		return status_error(
			STATUS_HOST, "the guest's output cannot be kept: %s", strerror(errno));
	if (!cost_parse(table, configs[which].name, text, line))
		status = status_error(STATUS_GUEST_FAILED, "not a figure of hyp.elf: %.150s", line);
	else if (table->rows == before)
		status = status_error(
			STATUS_GUEST_FAILED, "the image printed no figures; is it hyp.elf?");
	free(text);
	return status;
}

static void end_progress(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

static struct status measure(
	const struct options *options, size_t which, const char *image, struct cost_table *table)
{
	FILE *console = tmpfile();
	struct status status;
	bool is_refused = false;

	if (console == NULL)
		return status_error(
			STATUS_HOST, "no file for the guest's output: %s", strerror(errno));
	status = run_config(options, which, image, console, &is_refused);
	if (status.code == STATUS_OK) {
		table->config[table->configs] = configs[which].name;
		table->meaning[table->configs++] = configs[which].meaning;
		status = take_figures(table, which, console);
	}
	fclose(console);
	if (is_refused && !options->is_any_chosen) {
		end_progress();
		say("%s is left out: %.150s", configs[which].name, status.text);
		return status_ok();
	}
	return status.code == STATUS_GUEST_FAILED ? status_error(STATUS_GUEST_FAILED, "%s: %.200s",
							    configs[which].name, status.text)
						  : status;
}

static void show_progress(size_t which)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s (%zu of %zu)", configs[which].name, which + 1,
			COUNT(configs));
}

static struct status measure_all(
	const struct options *options, const char *image, struct cost_table *table)
{
	struct status status = status_ok();

	for (size_t i = 0; i < COUNT(configs) && status.code == STATUS_OK; i++) {
		if (options->is_any_chosen && !options->is_chosen[i])
			continue;
		show_progress(i);
		status = measure(options, i, image, table);
	}
	end_progress();
	if (status.code == STATUS_OK && table->configs == 0)
		status = status_error(STATUS_GUEST_FAILED, "no configuration could be measured");
	return status;
}

static int answer(const struct options *options, const char *image)
{
	struct cost_table *table = calloc(1, sizeof(*table));
	struct status status;

	if (table == NULL)
		return say_status(status_error(STATUS_HOST, "the host has no memory"));
	status = measure_all(options, image, table);
	if (status.code == STATUS_OK && options->format == FORMAT_JSON)
		cost_print_json(table);
	else if (status.code == STATUS_OK && options->format == FORMAT_MARKDOWN)
		cost_print_markdown(table, options->tree);
	else if (status.code == STATUS_OK)
		cost_print_text(table, options->tree);
	free(table);
	return status.code == STATUS_OK ? STATUS_OK : say_status(status);
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
	if (options.image == NULL && !find_image(image, sizeof(image)))
		return say_status(
			status_error(STATUS_USAGE, "there is no hyp.elf beside this program; name "
						   "one: entresol cost HYP_ELF"));
	return answer(&options, options.image != NULL ? options.image : image);
}
