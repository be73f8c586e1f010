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
#include "sysregs/choices.h"
#include "sysregs/sysregs.h"

static const char description[] =
	"Run IMAGE: an ELF file, an arm64 Linux Image, both also compressed (gzip, zstd, EFI "
	"zboot), or with --load-address a raw binary. "
	"stdin and stdout are the guest's console; messages, traces and statistics go to stderr."
	"\v"
	"What comes after -- is for the guest: semihosting SYS_GET_CMDLINE.\n\n"
	"Exit codes: the guest's own from a semihosting exit (of codes above 255 the low 8 bits, "
	"or 1 if those are 0); 0 after PSCI SYSTEM_OFF or SYSTEM_RESET, --max-insns, Ctrl-A X; 2 "
	"usage; "
	"3 an image cannot be used; 4 the guest crashed or can make no more progress; 6 the "
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

/* What argp's parser shares between calls. */
struct parse {
	bool is_profile; /* the command, which is else run */
	struct run_options *options;
	const struct argp *argp;
	bool failed; /* and said so */
	bool helped;
	size_t line_length;
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
	static const char unit_names[] = "KMG";
	char *end = NULL;
	const char *unit;
	u64 value = 0;

	errno = 0;
	if (*text >= '0' && *text <= '9')
		value = strtoull(text, &end, text[0] == '0' && (text[1] | 32) == 'x' ? 16 : 10);
	if (end == NULL || errno != 0)
		goto bad;
	unit = *end != '\0' && units ? strchr(unit_names, *end & ~32) : NULL;
	if (unit != NULL) {
		unsigned shift = 10 * (unsigned)(unit - unit_names + 1);

		if (value > UINT64_MAX >> shift)
			goto bad;
		value <<= shift;
		end++;
	}
	if (*end == '\0' && value >= low && value <= high)
		return value;
bad:
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

static void add_trace(struct parse *parse, char *text)
{
	struct run_options *options = parse->options;
	const char *file = strchr(text, '=');
	char name[16];
	struct trace_option *trace;

	if (options->trace_count == MAX_TRACES) {
		wrong(parse, "--trace: at most %d traces are possible", MAX_TRACES);
		return;
	}
	if (file != NULL && file[1] == '\0') {
		wrong(parse, "--trace '%.40s': the file name is missing", text);
		return;
	}
	snprintf(name, sizeof(name), "%.*s",
		file != NULL ? (int)(file - text < 15 ? file - text : 15) : 15, text);
	trace = &options->trace[options->trace_count++];
	trace->kind = (enum trace_kind)choice(parse, "trace", name, "el|insn|mmu");
	trace->file = file != NULL ? file + 1 : NULL;
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

/* The first word is the image; all others must come after "--". */
static void add_argument(struct parse *parse, const char *word, const struct argp_state *state)
{
	if (parse->options->image == NULL)
		parse->options->image = word;
	else if (state->quoted == 0 || state->next <= state->quoted)
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
	struct profile_options *profile = &parse->options->profile;

	if (profile->files == PROFILE_FILES - 1)
		wrong(parse, "--symbols: at most %d files are possible", PROFILE_FILES - 1);
	else
		profile->symbols[profile->files++] = text;
}

static void help(struct parse *parse, char *text)
{
	char name[20];

	(void)text;
	snprintf(name, sizeof(name), "entresol %s", parse->is_profile ? "profile" : "run");
	argp_help(parse->argp, stdout,
		ARGP_HELP_USAGE | ARGP_HELP_PRE_DOC | ARGP_HELP_LONG | ARGP_HELP_POST_DOC, name);
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
	int group; /* of --help */
	enum option_kind kind;
	size_t place, size;
	u64 low, high;
	void (*call)(struct parse *, char *);
	const char *help; /* NULL: timing_help() */
};

#define PLACE(member)                                                                              \
	offsetof(struct run_options, member), sizeof(((struct run_options *)0)->member)
#define FLAG(member)		  OPTION_FLAG, PLACE(member), 0, 0, NULL
#define TEXT(member)		  OPTION_TEXT, PLACE(member), 0, 0, NULL
#define NUMBER(member, low, high) OPTION_NUMBER, PLACE(member), low, high, NULL
#define WORD(member, first)	  OPTION_WORD, PLACE(member), first, 0, NULL
#define CALL(function)		  OPTION_CALL, 0, 0, 0, 0, function
#define CALL_0(function)	  OPTION_CALL_0, 0, 0, 0, 0, function

enum { PROFILE_GROUP = 5 }; /* options of that command only */

/* clang-format off */
static const struct option_row rows[] = {
	{ "cpu", 0, "PROFILE", 1, TEXT(machine.profile), "CPU profile (default v8.1)" },
	{ "cpus", 0, "N", 1, NUMBER(machine.cpus, 1, MACHINE_CPUS), "number of PEs, 1 to 8 (default 1); PE 0 starts, the others wait for PSCI CPU_ON" },
	{ "smp", 0, "N", 1, NUMBER(machine.cpus, 1, MACHINE_CPUS), "the same as --cpus" },
	{ "el", 0, "1|2", 1, NUMBER(machine.el, 1, 2), "exception level to start at; with 1 there is no EL2 (default 2)" },
	{ "pa-bits", 0, "N", 1, NUMBER(machine.pa_bits, 32, 48), "size of physical addresses, 32 to 48 (default 40)" },
	{ "choice", 0, "NAME=VALUE", 1, CALL(add_choice), "choose what the architecture leaves open, see 'entresol choices'; may be given again" },
	{ "timing", 0, "MODEL", 1, TEXT(timing.name), NULL },
	{ "timing-set", 0, "NAME=VALUE", 1, CALL(add_timing_setting), "change a figure of the timing model, see 'entresol timing'; may be given again" },
	{ "memory", 'm', "SIZE", 2, CALL(set_memory), "RAM at 0x40000000 in bytes, or with K, M, G (default 256M)" },
	{ "load-address", 0, "PA", 2, CALL(set_load_address), "where to load, and enter, a raw binary; or an Image" },
	{ "initrd", 0, "FILE", 2, TEXT(boot.initrd), "what the kernel unpacks as its first file system" },
	{ "append", 0, "TEXT", 2, TEXT(boot.append), "the kernel's command line" },
	{ "module", 0, "FILE[,ARGUMENTS]", 2, CALL(add_module), "for a hypervisor (Xen): first its guest's kernel, then that one's initrd" },
	{ "dtb", 0, "FILE", 2, TEXT(boot.dtb), "a device tree instead of the machine's own" },
	{ "dump-dtb", 0, "FILE", 2, TEXT(dump_dtb), "write the device tree to FILE, or for - to stdout, and run nothing" },
	{ "seed", 0, "N", 2, NUMBER(machine.seed, 0, UINT64_MAX), "of all that is random in the machine (default 0)" },
	{ "kaslr", 0, NULL, 2, FLAG(boot.kaslr), "let the kernel choose a random address, by the seed" },
	{ "disk", 0, "FILE[,readonly][,snapshot]", 2, CALL(add_disk), "a raw disk image, the first one is vda; snapshot: writes are kept in memory; may be given again" },
	{ "snapshot", 0, NULL, 2, FLAG(snapshot), "all disks and flash with snapshot: no image is written to" },
	{ "share", 0, "DIR[,tag=NAME][,readonly|,writable]", 2, CALL(add_share), "a folder that Linux mounts by its tag (default share, share2 ...): mount -t 9p -o trans=virtio,version=9p2000.L share /mnt; read-only unless writable; may be given again" },
	{ "net", 0, "user[,hostfwd=tcp:[ADDRESS]:PORT-[ADDRESS]:PORT]", 2, CALL(set_net), "a network through sockets of this user: the host is 10.0.2.2; hostfwd leads a port of the host (127.0.0.1) to the guest. Input is live, and runs do not repeat" },
	{ "virtio-console", 0, "FILE", 2, CALL_0(set_virtio_console), "a virtio console, Linux's hvc0, on stdin and stdout; input is for what printed last, the UART or this; with FILE, it prints there and has no input" },
	{ "semihosting-fs", 0, "DIR", 2, TEXT(machine.semihosting_dir), "let the guest use host files below DIR (default: none)" },
	{ "input", 0, "wait|live", 2, WORD(input, INPUT_KIND_WAIT), "wait: the guest waits for stdin, so that runs repeat; live: stdin is taken when it comes, and a sleeping guest sleeps on the host too (default: live on a terminal)" },
	{ "type-after", 0, "TEXT=INPUT", 2, CALL(add_step), "type INPUT once the console has printed TEXT, before stdin is read; escapes are " SCRIPT_ESCAPES "; may be given again, in order" },
	{ "firmware", 0, "FILE", 2, TEXT(firmware), "instead of an IMAGE: start FILE in flash at 0; what the guest writes there is lost" },
	{ "pflash", 0, "FILE[,readonly][,snapshot]", 2, CALL(add_flash), "64 MiB of flash from FILE at 0, given again at 64 MiB; snapshot: writes are kept in memory" },
	{ "rtc", 0, "SECONDS|DATE", 2, CALL(set_clock), "what the clock shows at the start: seconds since 1970, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS, UTC (default 2027-01-01)" },
	{ "max-insns", 0, "N", 3, NUMBER(max_insns, 0, UINT64_MAX), "stop after exactly N instructions" },
	{ "engine", 0, "tail|step", 3, WORD(machine.engine, ENGINE_TAIL), "tail is fast, step is for sanitizers; results are equal" },
	{ "quantum", 0, "CYCLES", 3, NUMBER(machine.quantum, 1, 1u << 30), "how far PEs may run apart (default 10000); part of the result" },
	{ "reboot", 0, NULL, 3, FLAG(reboot), "after a reset load and start again, where else the run ends: RAM is empty, or kept by a warm reset, time begins again, disks, flash and the clock hold what was written" },
	{ "trace", 0, "el|insn|mmu[=FILE]", 4, CALL(add_trace), "write a trace to stderr or FILE; may be given again" },
	{ "hash", 0, NULL, 4, FLAG(hash), "print a hash of the final state of PEs, RAM and devices, with and without their clocks" },
	{ "stats", 0, "text|json", 4, WORD(stats, STATS_TEXT), "print statistics of the run to stderr" },
	{ "by", 0, "function|el|reason|address", PROFILE_GROUP, WORD(profile.by, BY_FUNCTION), "what the rows are (default function)" },
	{ "limit", 0, "N", PROFILE_GROUP, NUMBER(profile.limit, 1, UINT32_MAX), "rows to print (default 40), and one more for the rest" },
	{ "folded", 0, NULL, PROFILE_GROUP, FLAG(profile.folded), "print stacks of calls and exceptions with their cycles, one a line, for flame graphs" },
	{ "json", 0, NULL, PROFILE_GROUP, FLAG(profile.json), "print all rows in JSON" },
	{ "callgrind", 0, "FILE", PROFILE_GROUP, TEXT(profile.callgrind), "also write FILE for callgrind_annotate and kcachegrind" },
	{ "symbols", 0, "FILE[@OFFSET][:REGIME]", PROFILE_GROUP, CALL(add_symbols), "names from an ELF file, in all regimes or in el1, el2, el1&0, el2&0 or vmN (VMID N), OFFSET added to its addresses; used only where the code is the file's. May be given again; IMAGE comes last" },
	{ "help", 0, NULL, -1, CALL(help), "print this help" },
};
/* clang-format on */

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

/* The rows of the command as argp wants them. */
static const struct argp_option *argp_table(bool is_profile)
{
	static struct argp_option table[COUNT(rows) + 1];
	size_t count = 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].group == PROFILE_GROUP && !is_profile)
			continue;
		table[count++] = (struct argp_option){ .name = rows[i].name,
			.key = rows[i].letter != 0 ? rows[i].letter : FIRST_KEY + (int)i,
			.arg = rows[i].value,
			.flags = rows[i].kind == OPTION_CALL_0 ? OPTION_ARG_OPTIONAL : 0,
			.doc = rows[i].help != NULL ? rows[i].help : timing_help(),
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

static void take_option(struct parse *parse, const struct option_row *row, char *text)
{
	char *place = (char *)parse->options + row->place;
	u64 value = 1;

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
		if (options->dump_dtb == NULL && options->firmware == NULL &&
			options->machine.flash[0].path == NULL)
			wrong(parse, "an IMAGE is missing; see 'entresol %s --help'",
				parse->is_profile ? "profile" : "run");
		break;
	case ARGP_KEY_END:
		finish_flash(parse);
		finish_timing(parse);
		break;
	case ARGP_KEY_ERROR:
		if (!parse->helped && !parse->failed) {
			say_option_error(parse->argp->options,
				parse->is_profile ? "profile" : "run",
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
	bool is_profile = strcmp(argv[0], "profile") == 0;
	const struct argp argp = { .options = argp_table(is_profile),
		.parser = parse_option,
		.args_doc = "IMAGE [-- GUEST-ARGUMENT...]",
		.doc = is_profile ? profile_description : description };
	struct parse parse = { .options = options, .argp = &argp, .is_profile = is_profile };
	error_t error;

	*options = (struct run_options){ .machine = machine_default_config(),
		.max_insns = MACHINE_UNLIMITED,
		.profile = { .limit = PROFILE_ROWS } };
	if (is_profile)
		options->timing.name = timing_model_name(0);
	error = argp_parse(&argp, argc, argv, ARGP_SILENT | ARGP_IN_ORDER, NULL, &parse);
	if (parse.helped)
		return PARSED_DONE;
	return error != 0 || parse.failed ? PARSED_USAGE : PARSED_RUN;
}
