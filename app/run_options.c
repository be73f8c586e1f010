/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options of `entresol run`. Whatever is wrong with them is said in one line.
 */
#define _GNU_SOURCE /* strptime(), timegm() */
#include <argp.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"
#include "app/saves.h"
#include "base/number.h"
#include "base/path.h"
#include "sysregs/choices.h"
#include "sysregs/sysregs.h"
#include "verify/adversary.h"
#include "verify/monitor.h"

static const char description[] =
	"Run IMAGE: an ELF file, an arm64 Linux Image, both also compressed (gzip, zstd, EFI "
	"zboot), or with --load-address a raw binary. "
	"stdin and stdout are the guest's console; messages, traces and statistics go to stderr."
	"\v"
	"What comes after -- is for the guest: semihosting SYS_GET_CMDLINE.\n\n"
	"Exit codes: the guest's own from a semihosting exit (of codes above 255 the low 8 bits, "
	"or 1 if those are 0); 0 after PSCI SYSTEM_OFF or SYSTEM_RESET, --max-insns, Ctrl-A X; 2 "
	"usage; "
	"3 an image cannot be used; 4 the guest crashed or can make no more progress; 5 --monitor "
	"found a broken rule, however the guest ended, or had no room to watch all; 6 the "
	"host refused something; 70 the guest needs what is not implemented.";

static const char profile_description[] =
	"Run IMAGE as 'entresol run' does, with the timing model a55 unless --timing names another "
	"one, and print where the simulated cycles went. They are attributed exactly: what is "
	"printed adds up to the total, and observing changes no cycle. stdout is for the profile; "
	"the guest's console goes to stderr."
	"\v"
	"Examples:\n"
	"  entresol profile hyp.elf\n"
	"  entresol profile --by reason --max-insns 1000000 Image\n"
	"  entresol profile --symbols vmlinux:el1 --folded Image > kernel.folded\n"
	"  entresol profile --callgrind callgrind.out.hyp hyp.elf && callgrind_annotate "
	"callgrind.out.hyp\n\n"
	"Exit codes are those of 'entresol run'.";

static const char step_description[] =
	"Load IMAGE as 'entresol run' does and step through it at a prompt: by instruction, by "
	"change of exception level, by world switch, forward and back."
	"\v"
	"Examples:\n"
	"  entresol step hyp.elf\n"
	"  entresol step --commands FILE hyp.elf -- mode=vhe nest=vhe nv=2\n\n"
	"Exit codes are those of 'entresol run'; 2 also if a command was refused, but not at a "
	"prompt.";

/* Commands as bits, and what differs between them. */
enum { RUN = 1, PROFILE = 2, STEP = 4, ALL = RUN | PROFILE | STEP };

struct command {
	unsigned bit;
	const char *name, *description;
	bool is_timed; /* by default */
};

static const struct command commands[] = {
	{ RUN, "run", description, false },
	{ PROFILE, "profile", profile_description, true },
	{ STEP, "step", step_description, false },
};

static const struct command *command_of(const char *name)
{
	for (size_t i = 0; i < COUNT(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	ENT_BUG("no command of that name runs an image");
}

/* What argp's parser shares between calls. */
struct parse {
	const struct command *command;
	struct run_options *options;
	const struct argp *argp;
	bool failed; /* and said so */
	bool helped;
	size_t line_length;
	const char *of_machine; /* an option that --from contradicts; NULL: none was given */
};

__attribute__((format(printf, 2, 3))) static void wrong(
	struct parse *parse, const char *format, ...)
{
	char text[200];
	va_list args;

	if (parse->failed)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say("%s", text);
	parse->failed = true;
}

/* A decimal or 0x number, with a unit K, M or G (of 1024) if units; nothing else around it. */
static u64 number(
	struct parse *parse, const char *option, const char *text, bool units, u64 low, u64 high)
{
	const char *end = text;
	u64 value;

	if ((units ? number_take_size(&end, &value) : number_take(&end, &value)) && *end == '\0' &&
		value >= low && value <= high)
		return value;
	if (high == UINT64_MAX)
		wrong(parse, "--%s '%.40s': not a number%s", option, text,
			units ? " with K, M, G or nothing behind it" : "");
	else
		wrong(parse, "--%s '%.40s': not a number from %" PRIu64 " to %" PRIu64, option,
			text, low, high);
	return low;
}

/* The index of the text in `words`, "a|b|c"; says so if it is not there. */
static unsigned choice(struct parse *parse, const char *option, const char *text, const char *words)
{
	char known[100] = "";
	unsigned index = 0;

	for (const char *word = words;; index++) {
		size_t length = strcspn(word, "|"), end = strlen(known);

		if (strlen(text) == length && memcmp(text, word, length) == 0)
			return index;
		snprintf(known + end, sizeof(known) - end, "%s%.*s", index == 0 ? "" : ", ",
			(int)length, word);
		if (word[length] == '\0')
			break;
		word += length + 1;
	}
	wrong(parse, "--%s '%.40s': choose of %s", option, text, known);
	return 0;
}

static void take_status(struct parse *parse, struct status status)
{
	if (status.code != STATUS_OK)
		wrong(parse, "%s", status.text);
}

static void add_trace(struct parse *parse, char *text)
{
	struct run_options *options = parse->options;
	struct status status;

	if (options->trace_count == MAX_TRACES) {
		wrong(parse, "--trace: at most %d traces are possible", MAX_TRACES);
		return;
	}
	status = trace_parse(&options->trace[options->trace_count++], text);
	if (status.code != STATUS_OK)
		wrong(parse, "%s", status.text);
}

static void set_monitors(struct parse *parse, char *text)
{
	if (strcmp(text, "help") == 0) {
		monitors_list(stdout);
		parse->helped = true;
		return;
	}
	take_status(parse, monitors_parse(text, &parse->options->monitors));
}

static void set_adversary(struct parse *parse, char *text)
{
	if (strcmp(text, "help") == 0) {
		adversary_list(stdout);
		parse->helped = true;
		return;
	}
	take_status(parse, adversary_parse(text, &parse->options->adversary));
}

static void add_choice(struct parse *parse, char *text)
{
	struct status status = choice_set(parse->options->machine.choice, text);

	if (status.code != STATUS_OK)
		wrong(parse, "%s", status.text);
}

static void add_timing_setting(struct parse *parse, char *text)
{
	struct status status = timing_choice_add(&parse->options->timing, text);

	if (status.code != STATUS_OK)
		wrong(parse, "%s", status.text);
}

/* The options may come in any order. */
static void finish_timing(struct parse *parse)
{
	struct run_options *options = parse->options;
	bool is_timed;
	struct status status =
		timing_choose(&options->timing, "--timing", &options->model, &is_timed);

	if (status.code != STATUS_OK)
		wrong(parse, "%s", status.text);
	else if (is_timed)
		options->machine.timing = &options->model;
}

/* FILE[,ARGUMENTS]: a file's name has no comma. */
static void add_module(struct parse *parse, char *text)
{
	struct boot_options *boot = &parse->options->boot;
	char *comma = strchr(text, ',');

	if (boot->module_count == MAX_BOOT_MODULES) {
		wrong(parse, "--module: at most %d modules are possible", MAX_BOOT_MODULES);
		return;
	}
	if (comma != NULL)
		*comma++ = '\0';
	boot->module[boot->module_count++] =
		(struct boot_module){ .path = text, .arguments = comma };
}

/* The word behind the last comma of the text, which ends before it; NULL: there is none. */
static char *last_word(char *text)
{
	char *comma = strrchr(text, ',');

	if (comma == NULL)
		return NULL;
	*comma = '\0';
	return comma + 1;
}

/* DIR[,tag=NAME][,readonly|,writable]; the name of one that is there may have commas. */
static void add_share(struct parse *parse, char *text)
{
	struct machine_config *machine = &parse->options->machine;
	struct machine_share *share = &machine->share[machine->shares];
	char *word;

	if (machine->shares == MACHINE_SHARES) {
		wrong(parse, "--share: at most %d folders are possible", MACHINE_SHARES);
		return;
	}
	*share = (struct machine_share){ .dir = text };
	if (machine->shares == 0)
		snprintf(share->tag, sizeof(share->tag), "share");
	else
		snprintf(share->tag, sizeof(share->tag), "share%u", machine->shares + 1);
	machine->shares++;
	while (access(text, F_OK) != 0 && (word = last_word(text)) != NULL) {
		if (strcmp(word, "writable") == 0) {
			share->is_writable = true;
		} else if (strncmp(word, "tag=", 4) == 0 && strlen(word) - 5 < MACHINE_SHARE_TAG) {
			snprintf(share->tag, sizeof(share->tag), "%s", word + 4);
		} else if (strcmp(word, "readonly") != 0) {
			wrong(parse,
				"--share %.100s: no such folder, and '%.40s' is not readonly, "
				"writable or tag=NAME with 1 to %d characters",
				text, word, MACHINE_SHARE_TAG);
			return;
		}
	}
}

static void set_net(struct parse *parse, char *text)
{
	struct status status = run_net_parse(&parse->options->machine.net, text);

	if (status.code != STATUS_OK)
		wrong(parse, "%s", status.text);
}

static void set_screen(struct parse *parse, char *text)
{
	take_status(parse, screen_parse_size(&parse->options->machine.screen, text));
}

static void add_screenshot(struct parse *parse, char *text)
{
	take_status(parse, screen_parse_shot(&parse->options->screen, text));
}

static void add_keys(struct parse *parse, char *text)
{
	take_status(parse, screen_parse_keys(&parse->options->machine.screen, text));
}

/* Seconds, or a date of UTC that has 32 bits of them. */
static void set_clock(struct parse *parse, char *text)
{
	u32 *rtc = &parse->options->machine.rtc;
	static const char *const formats[] = { "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S",
		"%Y-%m-%dT%H:%M:%SZ" };
	size_t digits = strspn(text, "0123456789");

	if (digits > 0 && text[digits] == '\0') {
		*rtc = (u32)number(parse, "rtc", text, false, 0, UINT32_MAX);
		return;
	}
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct tm tm = { .tm_mday = 1 };
		const char *end = strptime(text, formats[i], &tm);
		int day = tm.tm_mday;
		time_t seconds = timegm(&tm); /* makes a March of the 30th of February */

		if (end != NULL && *end == '\0' && tm.tm_mday == day && seconds >= 0 &&
			seconds <= UINT32_MAX) {
			*rtc = (u32)seconds;
			return;
		}
	}
	wrong(parse,
		"--rtc '%.40s': neither seconds since 1970 nor a date of 1970 to 2106 like "
		"2026-01-31 or 2026-01-31T23:59:59",
		text);
}

/* Takes ",WORD" off the end of the text. */
static bool take_suffix(char *text, const char *suffix)
{
	size_t length = strlen(text), n = strlen(suffix);

	if (length <= n || strcmp(text + length - n, suffix) != 0)
		return false;
	text[length - n] = '\0';
	return true;
}

/* Words are taken off the end, so that a file's name may have commas. */
static struct image_config take_image(char *text)
{
	struct image_config image = { .path = text };
	bool more = true;

	while (more) {
		bool is_read_only = take_suffix(text, ",readonly");
		bool is_snapshot = take_suffix(text, ",snapshot");

		image.read_only |= is_read_only;
		image.snapshot |= is_snapshot;
		more = is_read_only || is_snapshot;
	}
	return image;
}

static void add_flash(struct parse *parse, char *text)
{
	struct image_config *flash = parse->options->machine.flash;
	unsigned bank = flash[0].path != NULL;

	if (flash[bank].path != NULL) {
		wrong(parse, "--pflash: there are two banks only");
		return;
	}
	flash[bank] = take_image(text);
}

/* Going back would ask the adversary again, who is somewhere else by then. */
static void finish_adversary(struct parse *parse)
{
	struct run_options *options = parse->options;

	if (options->adversary.kind == ADVERSARY_NONE)
		return;
	if (options->gdb != NULL)
		wrong(parse, "--adversary and --gdb do not go together");
	options->machine.engine = ENGINE_STEP;
}

/* Both would move the machine, or start it anew. */
static void finish_gdb(struct parse *parse)
{
	const struct run_options *options = parse->options;

	if (options->gdb != NULL && options->reboot)
		wrong(parse, "--gdb and --reboot do not go together: a debugger's run is one run");
	if (options->gdb != NULL && options->screen.shots != 0)
		wrong(parse, "--gdb and --screenshot-at do not go together; --screenshot does");
	if (options->gdb != NULL && options->saves.count != 0)
		wrong(parse, "--gdb and --save-at do not go together; there is monitor snapshot");
}

/* Firmware is what the PE starts at, so it is in the first bank, and the option's order is free. */
static void finish_flash(struct parse *parse)
{
	struct run_options *options = parse->options;
	struct image_config *flash = options->machine.flash;

	if (options->firmware == NULL)
		return;
	if (flash[1].path != NULL)
		wrong(parse, "--firmware takes one of two banks; only one --pflash is possible");
	if (options->image != NULL)
		wrong(parse, "--firmware is started instead of an IMAGE, '%.60s'", options->image);
	flash[1] = flash[0];
	flash[0] = (struct image_config){ .path = options->firmware, .snapshot = true };
}

/* What is wrong with a step is said when the machine is built. */
static void add_step(struct parse *parse, char *text)
{
	struct run_options *options = parse->options;

	if (options->machine.type_after_count == SCRIPT_STEPS)
		wrong(parse, "--type-after: at most %d steps are possible", SCRIPT_STEPS);
	else
		options->type_after[options->machine.type_after_count++] = text;
}

static void add_save(struct parse *parse, char *text)
{
	struct status status = saves_parse(&parse->options->saves, text);

	if (status.code != STATUS_OK)
		wrong(parse, "%s", status.text);
}

static void add_disk(struct parse *parse, char *text)
{
	struct machine_config *machine = &parse->options->machine;
	const char *comma;

	if (machine->disks == MACHINE_DISKS) {
		wrong(parse, "--disk: at most %d disks are possible", MACHINE_DISKS);
		return;
	}
	machine->disk[machine->disks++] = take_image(text);
	comma = strrchr(text, ',');
	if (*text == '\0' || *text == ',')
		wrong(parse, "--disk: the file name is missing");
	else if (comma != NULL && access(text, F_OK) != 0)
		wrong(parse,
			"--disk %.100s: no such file, and '%.20s' is not 'readonly' or 'snapshot'",
			text, comma + 1);
}

/* The command line a guest sees: words with spaces between. */
static void add_word(struct parse *parse, const char *word)
{
	struct run_options *options = parse->options;
	size_t length = parse->line_length, size = length + strlen(word) + 2;
	char *line = realloc(options->command_line, size);

	if (line == NULL) {
		wrong(parse, "the host has no memory for the command line");
		return;
	}
	parse->line_length += (size_t)snprintf(
		line + length, size - length, "%s%s", length == 0 ? "" : " ", word);
	options->command_line = line;
}

/*
 * The first word is the image, of which the guest is told the name alone: a run must not depend on
 * where the file lies. All others must come after "--".
 */
static void add_argument(struct parse *parse, const char *word, const struct argp_state *state)
{
	if (parse->options->image == NULL) {
		parse->options->image = word;
		word = path_name(word);
	} else if (state->quoted == 0 || state->next <= state->quoted)
		wrong(parse, "'%.60s' is one argument too many; the guest's come after --", word);
	add_word(parse, word);
}

static void set_memory(struct parse *parse, char *text)
{
	u64 size = number(parse, "memory", text, true, 0, UINT64_MAX);

	if (size == 0)
		wrong(parse, "--memory 0: a machine needs RAM");
	parse->options->machine.ram_size = size;
}

/* A checkpoint of a small machine, and more than a host has. */
#define LEAST_HISTORY ((u64)1 << 20)
#define MOST_HISTORY  ((u64)1 << 40)

static void set_history(struct parse *parse, char *text)
{
	u64 size = number(parse, "history", text, true, 0, UINT64_MAX);

	if (!parse->failed && (size < LEAST_HISTORY || size > MOST_HISTORY))
		wrong(parse, "--history '%.40s': not a size from 1M to 1024G", text);
	parse->options->step.memory = size;
}

static void set_load_address(struct parse *parse, char *text)
{
	struct load_options *load = &parse->options->load;

	load->has_address = true;
	load->address = number(parse, "load-address", text, false, 0, UINT64_MAX);
}

static void set_virtio_console(struct parse *parse, char *text)
{
	struct machine_config *machine = &parse->options->machine;

	machine->has_virtio_console = true;
	machine->virtio_console_file = text;
}

static void add_symbols(struct parse *parse, char *text)
{
	struct run_options *options = parse->options;

	if (options->symbol_files == PROFILE_FILES - 1)
		wrong(parse, "--symbols: at most %d files are possible", PROFILE_FILES - 1);
	else
		options->symbols[options->symbol_files++] = text;
}

static void help(struct parse *parse, char *text)
{
	char name[20];

	(void)text;
	snprintf(name, sizeof(name), "entresol %s", parse->command->name);
	show_help(parse->argp, name);
	parse->helped = true;
}

/* ---- The options ---- */

/* What becomes of an option's value, and where in struct run_options it goes. */
enum option_kind {
	OPTION_FLAG,   /* has none: a bool becomes true */
	OPTION_TEXT,   /* a const char * */
	OPTION_NUMBER, /* an unsigned or u64, from low to high */
	OPTION_WORD,   /* of those that --help names; an enum, whose value for the first is low */
	OPTION_CALL,   /* more than that */
	OPTION_CALL_0  /* the same; without a value, it is NULL */
};

struct option_row {
	const char *name;
	char letter; /* 0: none */
	const char *value;
	int group;	   /* of --help */
	unsigned commands; /* which have it: RUN, PROFILE, STEP */
	enum option_kind kind;
	size_t place, size;
	u64 low, high;
	void (*call)(struct parse *, char *);
	const char *help; /* NULL: long_help() */
};

#define PLACE(member)                                                                              \
	offsetof(struct run_options, member), sizeof(((struct run_options *)0)->member)
#define FLAG(member)		  OPTION_FLAG, PLACE(member), 0, 0, NULL
#define TEXT(member)		  OPTION_TEXT, PLACE(member), 0, 0, NULL
#define NUMBER(member, low, high) OPTION_NUMBER, PLACE(member), low, high, NULL
#define WORD(member, first)	  OPTION_WORD, PLACE(member), first, 0, NULL
#define CALL(function)		  OPTION_CALL, 0, 0, 0, 0, function
#define CALL_0(function)	  OPTION_CALL_0, 0, 0, 0, 0, function

static const struct option_row rows[] = {
#define OPTION(...) { __VA_ARGS__ },
#include "app/run_options.def"
#undef OPTION
};

enum { FIRST_KEY = 256 }; /* keys below are letters */

static const char *timing_help(void)
{
	static char text[300];

	snprintf(text, sizeof(text),
		"how long things take: functional (default: one instruction, one cycle), or as on "
		"a core that 'entresol timing' describes: %s",
		timing_model_names());
	return text;
}

/* Of options whose help has rows of other tables. */
static const char *long_help(const struct option_row *row)
{
	return strcmp(row->name, "trace") == 0 ? trace_help() : timing_help();
}

/* The rows of the command as argp wants them. */
static const struct argp_option *argp_table(unsigned command)
{
	static struct argp_option table[COUNT(rows) + 1];
	size_t count = 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if ((rows[i].commands & command) == 0)
			continue;
		table[count++] = (struct argp_option){ .name = rows[i].name,
			.key = rows[i].letter != 0 ? rows[i].letter : FIRST_KEY + (int)i,
			.arg = rows[i].value,
			.flags = rows[i].kind == OPTION_CALL_0 ? OPTION_ARG_OPTIONAL : 0,
			.doc = rows[i].help != NULL ? rows[i].help : long_help(&rows[i]),
			.group = rows[i].group };
	}
	return table;
}

static const struct option_row *row_of(int key)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (key == rows[i].letter || key == FIRST_KEY + (int)i)
			return &rows[i];
	}
	return NULL;
}

/* Of the groups that describe the machine, what is the host's, and so works with a snapshot too. */
static bool works_with_snapshot(const struct option_row *row)
{
	static const char *const names[] = { "input", "type-after", "virtio-console", "display",
		"max-insns", "engine", "save-at", "from", "adversary" };
	enum { LAST_MACHINE_GROUP = 3 };

	for (size_t i = 0; i < COUNT(names); i++) {
		if (strcmp(row->name, names[i]) == 0)
			return true;
	}
	return row->group > LAST_MACHINE_GROUP || row->group < 0;
}

static void finish_from(struct parse *parse)
{
	const struct run_options *options = parse->options;

	if (options->from == NULL)
		return;
	if (parse->of_machine != NULL)
		wrong(parse, "--%s belongs to the machine, and --from has that of the snapshot",
			parse->of_machine);
	if (options->image != NULL)
		wrong(parse, "--from goes on with what is in the snapshot, not with '%.60s'",
			options->image);
}

static void take_option(struct parse *parse, const struct option_row *row, char *text)
{
	char *place = (char *)parse->options + row->place;
	u64 value = 1;

	if (!works_with_snapshot(row))
		parse->of_machine = row->name;
	if (row->call != NULL) {
		row->call(parse, text);
		return;
	}
	if (row->kind == OPTION_NUMBER)
		value = number(parse, row->name, text, false, row->low, row->high);
	else if (row->kind == OPTION_WORD)
		value = row->low + choice(parse, row->name, text, row->value);
	if (row->kind == OPTION_TEXT)
		memcpy(place, &text, row->size);
	else
		memcpy(place, &value, row->size); /* little-endian */
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct parse *parse = state->input;
	struct run_options *options = parse->options;
	const struct option_row *row;

	switch (key) {
	case ARGP_KEY_ARG: add_argument(parse, text, state); break;
	case ARGP_KEY_NO_ARGS:
		if (options->dump_dtb == NULL && options->from == NULL &&
			options->firmware == NULL && options->machine.flash[0].path == NULL)
			wrong(parse, "an IMAGE is missing; see 'entresol %s --help'",
				parse->command->name);
		break;
	case ARGP_KEY_END:
		finish_from(parse);
		finish_flash(parse);
		finish_timing(parse);
		finish_gdb(parse);
		finish_adversary(parse);
		screen_options_finish(&options->screen, &options->machine.screen);
		break;
	case ARGP_KEY_ERROR:
		if (!parse->helped && !parse->failed) {
			say_option_error(parse->argp->options, parse->command->name,
				state->argv[state->next - 1]);
			parse->failed = true;
		}
		break;
	default:
		row = row_of(key);
		if (row == NULL)
			return ARGP_ERR_UNKNOWN;
		take_option(parse, row, text);
	}
	return parse->helped ? ECANCELED : parse->failed ? EINVAL : 0;
}

enum parsed run_options_parse(struct run_options *options, int argc, char **argv)
{
	const struct command *command = command_of(argv[0]);
	const struct argp argp = { .options = argp_table(command->bit),
		.parser = parse_option,
		.args_doc = "IMAGE [-- GUEST-ARGUMENT...]",
		.doc = command->description };
	struct parse parse = { .options = options, .argp = &argp, .command = command };
	error_t error;

	*options = (struct run_options){ .machine = machine_default_config(),
		.max_insns = MACHINE_UNLIMITED,
		.profile = { .limit = PROFILE_ROWS },
		.step = { .memory = TRAVEL_MEMORY } };
	if (command->is_timed)
		options->timing.name = timing_model_name(0);
	error = argp_parse(&argp, argc, argv, ARGP_SILENT | ARGP_IN_ORDER, NULL, &parse);
	if (parse.helped)
		return PARSED_DONE;
	return error != 0 || parse.failed ? PARSED_USAGE : PARSED_RUN;
}
