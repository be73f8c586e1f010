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

enum option_key {
	KEY_CPU = 256,
	KEY_EL,
	KEY_MAX_INSNS,
	KEY_ENGINE,
	KEY_TRACE,
	KEY_HASH,
	KEY_STATS,
	KEY_LOAD_ADDRESS,
	KEY_PA_BITS,
	KEY_CPUS,
	KEY_QUANTUM,
	KEY_DISK,
	KEY_SNAPSHOT,
	KEY_REBOOT,
	KEY_VIRTIO_CONSOLE,
	KEY_SHARE,
	KEY_NET,
	KEY_SEMIHOSTING_FS,
	KEY_CHOICE,
	KEY_INITRD,
	KEY_APPEND,
	KEY_DTB,
	KEY_DUMP_DTB,
	KEY_MODULE,
	KEY_SEED,
	KEY_KASLR,
	KEY_INPUT,
	KEY_TYPE_AFTER,
	KEY_RTC,
	KEY_FIRMWARE,
	KEY_PFLASH,
	KEY_HELP
};

/* clang-format off */
static const struct argp_option options_table[] = {
	{ "cpu", KEY_CPU, "PROFILE", 0, "CPU profile (default v8.1)", 1 },
	{ "cpus", KEY_CPUS, "N", 0, "number of PEs, 1 to 8 (default 1); PE 0 starts, the others wait for PSCI CPU_ON", 1 },
	{ "smp", KEY_CPUS, "N", 0, "the same as --cpus", 1 },
	{ "el", KEY_EL, "1|2", 0, "exception level to start at; with 1 there is no EL2 (default 2)", 1 },
	{ "pa-bits", KEY_PA_BITS, "N", 0, "size of physical addresses, 32 to 48 (default 40)", 1 },
	{ "choice", KEY_CHOICE, "NAME=VALUE", 0, "choose what the architecture leaves open, see 'entresol choices'; may be given again", 1 },
	{ "memory", 'm', "SIZE", 0, "RAM at 0x40000000 in bytes, or with K, M, G (default 256M)", 2 },
	{ "load-address", KEY_LOAD_ADDRESS, "PA", 0, "where to load, and enter, a raw binary; or an Image", 2 },
	{ "initrd", KEY_INITRD, "FILE", 0, "what the kernel unpacks as its first file system", 2 },
	{ "append", KEY_APPEND, "TEXT", 0, "the kernel's command line", 2 },
	{ "module", KEY_MODULE, "FILE[,ARGUMENTS]", 0, "for a hypervisor (Xen): first its guest's kernel, then that one's initrd", 2 },
	{ "dtb", KEY_DTB, "FILE", 0, "a device tree instead of the machine's own", 2 },
	{ "dump-dtb", KEY_DUMP_DTB, "FILE", 0, "write the device tree to FILE and run nothing", 2 },
	{ "seed", KEY_SEED, "N", 0, "of all that is random in the machine (default 0)", 2 },
	{ "kaslr", KEY_KASLR, NULL, 0, "let the kernel choose a random address, by the seed", 2 },
	{ "disk", KEY_DISK, "FILE[,readonly][,snapshot]", 0, "a raw disk image, the first one is vda; snapshot: writes are kept in memory; may be given again", 2 },
	{ "snapshot", KEY_SNAPSHOT, NULL, 0, "all disks and flash with snapshot: no image is written to", 2 },
	{ "share", KEY_SHARE, "DIR[,tag=NAME][,readonly|,writable]", 0, "a folder that Linux mounts by its tag (default share, share2 ...): mount -t 9p -o trans=virtio,version=9p2000.L share /mnt; read-only unless writable; may be given again", 2 },
	{ "net", KEY_NET, "user[,hostfwd=tcp:[ADDRESS]:PORT-[ADDRESS]:PORT]", 0, "a network through sockets of this user: the host is 10.0.2.2; hostfwd leads a port of the host (127.0.0.1) to the guest. Input is live, and runs do not repeat", 2 },
	{ "virtio-console", KEY_VIRTIO_CONSOLE, "FILE", OPTION_ARG_OPTIONAL, "a virtio console, Linux's hvc0, on stdin and stdout; input is for what printed last, the UART or this; with FILE, it prints there and has no input", 2 },
	{ "semihosting-fs", KEY_SEMIHOSTING_FS, "DIR", 0, "let the guest use host files below DIR (default: none)", 2 },
	{ "input", KEY_INPUT, "wait|live", 0, "wait: the guest waits for stdin, so that runs repeat; live: stdin is taken when it comes, and a sleeping guest sleeps on the host too (default: live on a terminal)", 2 },
	{ "type-after", KEY_TYPE_AFTER, "TEXT=INPUT", 0, "type INPUT once the console has printed TEXT, before stdin is read; \\n \\r \\t \\xNN; may be given again, in order", 2 },
	{ "firmware", KEY_FIRMWARE, "FILE", 0, "instead of an IMAGE: start FILE in flash at 0; what the guest writes there is lost", 2 },
	{ "pflash", KEY_PFLASH, "FILE[,readonly][,snapshot]", 0, "64 MiB of flash from FILE at 0, given again at 64 MiB; snapshot: writes are kept in memory", 2 },
	{ "rtc", KEY_RTC, "SECONDS|DATE", 0, "what the clock shows at the start: seconds since 1970, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS, UTC (default 2027-01-01)", 2 },
	{ "max-insns", KEY_MAX_INSNS, "N", 0, "stop after exactly N instructions", 3 },
	{ "engine", KEY_ENGINE, "tail|step", 0, "tail is fast, step is for sanitizers; results are equal", 3 },
	{ "quantum", KEY_QUANTUM, "CYCLES", 0, "how far PEs may run apart (default 10000); part of the result", 3 },
	{ "reboot", KEY_REBOOT, NULL, 0, "after a reset load and start again, where else the run ends: RAM is empty, time begins again, disks and flash hold what was written", 3 },
	{ "trace", KEY_TRACE, "el|insn|mmu[=FILE]", 0, "write a trace to stderr or FILE; may be given again", 4 },
	{ "hash", KEY_HASH, NULL, 0, "print a hash of the final state of PEs, RAM and devices", 4 },
	{ "stats", KEY_STATS, "text|json", 0, "print statistics of the run to stderr", 4 },
	{ "help", KEY_HELP, NULL, 0, "print this help", -1 },
	{ 0 },
};
/* clang-format on */

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

/* What argp's parser shares between calls. */
struct parse {
	struct run_options *options;
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

/* The index of the word in the list; says so if it is not there. */
static unsigned choice(struct parse *parse, const char *option, const char *text,
	const char *const words[], unsigned count)
{
	char known[100] = "";

	for (unsigned i = 0; i < count; i++) {
		size_t length = strlen(known);

		if (strcmp(text, words[i]) == 0)
			return i;
		snprintf(known + length, sizeof(known) - length, "%s%s", i == 0 ? "" : ", ",
			words[i]);
	}
	wrong(parse, "--%s '%.40s': choose of %s", option, text, known);
	return 0;
}

static void add_trace(struct parse *parse, const char *text)
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
	trace->kind = (enum trace_kind)choice(parse, "trace", name, trace_names, TRACE_KIND_COUNT);
	trace->file = file != NULL ? file + 1 : NULL;
}

static void add_choice(struct parse *parse, const char *text)
{
	struct status status = choice_set(parse->options->machine.choice, text);

	if (status.code != STATUS_OK)
		wrong(parse, "%s", status.text);
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
static u32 clock_time(struct parse *parse, const char *text)
{
	static const char *const formats[] = { "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S",
		"%Y-%m-%dT%H:%M:%SZ" };
	size_t digits = strspn(text, "0123456789");

	if (digits > 0 && text[digits] == '\0')
		return (u32)number(parse, "rtc", text, false, 0, UINT32_MAX);
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct tm tm = { .tm_mday = 1 };
		const char *end = strptime(text, formats[i], &tm);
		int day = tm.tm_mday;
		time_t seconds = timegm(&tm); /* makes a March of the 30th of February */

		if (end != NULL && *end == '\0' && tm.tm_mday == day && seconds >= 0 &&
			seconds <= UINT32_MAX)
			return (u32)seconds;
	}
	wrong(parse,
		"--rtc '%.40s': neither seconds since 1970 nor a date of 1970 to 2106 like "
		"2026-01-31 or 2026-01-31T23:59:59",
		text);
	return 0;
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
static void take_words(char *text, bool *read_only, bool *snapshot)
{
	bool more = true;

	while (more) {
		bool is_read_only = take_suffix(text, ",readonly");
		bool is_snapshot = take_suffix(text, ",snapshot");

		*read_only |= is_read_only;
		*snapshot |= is_snapshot;
		more = is_read_only || is_snapshot;
	}
}

static void add_flash(struct parse *parse, char *text)
{
	struct flash_config *flash = parse->options->machine.flash;
	unsigned bank = flash[0].path != NULL;
	bool read_only = false, snapshot = false;

	if (flash[bank].path != NULL) {
		wrong(parse, "--pflash: there are two banks only");
		return;
	}
	take_words(text, &read_only, &snapshot);
	flash[bank] = (struct flash_config){
		.path = text, .is_kept = !read_only && !snapshot, .is_readonly = read_only
	};
}

/* Firmware is what the PE starts at, so it is in the first bank, and the option's order is free. */
static void finish_flash(struct parse *parse)
{
	struct run_options *options = parse->options;
	struct flash_config *flash = options->machine.flash;

	if (options->firmware == NULL)
		return;
	if (flash[1].path != NULL)
		wrong(parse, "--firmware takes one of two banks; only one --pflash is possible");
	if (options->image != NULL)
		wrong(parse, "--firmware is started instead of an IMAGE, '%.60s'", options->image);
	flash[1] = flash[0];
	flash[0] = (struct flash_config){ .path = options->firmware };
}

/* What is wrong with a step is said when the machine is built. */
static void add_step(struct parse *parse, const char *text)
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
	struct machine_disk *disk = &machine->disk[machine->disks];
	const char *comma;

	if (machine->disks == MACHINE_DISKS) {
		wrong(parse, "--disk: at most %d disks are possible", MACHINE_DISKS);
		return;
	}
	disk->file = text;
	take_words(text, &disk->read_only, &disk->snapshot);
	comma = strrchr(text, ',');
	if (*text == '\0')
		wrong(parse, "--disk: the file name is missing");
	else if (comma != NULL && access(text, F_OK) != 0)
		wrong(parse,
			"--disk %.100s: no such file, and '%.20s' is not 'readonly' or 'snapshot'",
			text, comma + 1);
	machine->disks++;
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

static void help(const struct argp_state *state)
{
	char name[] = "entresol run";

	argp_help(state->root_argp, stdout,
		ARGP_HELP_USAGE | ARGP_HELP_PRE_DOC | ARGP_HELP_LONG | ARGP_HELP_POST_DOC, name);
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	static const char *const engines[] = { [ENGINE_TAIL] = "tail", [ENGINE_STEP] = "step" };
	static const char *const formats[] = { "text", "json" };
	static const char *const inputs[] = { "wait", "live" };
	struct parse *parse = state->input;
	struct run_options *options = parse->options;
	struct machine_config *machine = &options->machine;

	switch (key) {
	case KEY_CPU: machine->profile = text; break;
	case KEY_CPUS:
		machine->cpus = (unsigned)number(parse, "cpus", text, false, 1, MACHINE_CPUS);
		break;
	case 'm':
		machine->ram_size = number(parse, "memory", text, true, 0, UINT64_MAX);
		if (machine->ram_size == 0)
			wrong(parse, "--memory 0: a machine needs RAM");
		break;
	case KEY_EL: machine->el = (unsigned)number(parse, "el", text, false, 1, 2); break;
	case KEY_PA_BITS:
		machine->pa_bits = (unsigned)number(parse, "pa-bits", text, false, 32, 48);
		break;
	case KEY_QUANTUM:
		machine->quantum = number(parse, "quantum", text, false, 1, 1u << 30);
		break;
	case KEY_REBOOT: options->reboot = true; break;
	case KEY_MAX_INSNS:
		options->max_insns = number(parse, "max-insns", text, false, 0, UINT64_MAX);
		break;
	case KEY_ENGINE:
		machine->engine =
			(enum engine)choice(parse, "engine", text, engines, COUNT(engines));
		break;
	case KEY_LOAD_ADDRESS:
		options->load.has_address = true;
		options->load.address = number(parse, "load-address", text, false, 0, UINT64_MAX);
		break;
	case KEY_NET: set_net(parse, text); break;
	case KEY_SHARE: add_share(parse, text); break;
	case KEY_VIRTIO_CONSOLE:
		machine->has_virtio_console = true;
		machine->virtio_console_file = text;
		break;
	case KEY_DISK: add_disk(parse, text); break;
	case KEY_SNAPSHOT: options->snapshot = true; break;
	case KEY_SEMIHOSTING_FS: machine->semihosting_dir = text; break;
	case KEY_INPUT:
		options->input =
			INPUT_KIND_WAIT + choice(parse, "input", text, inputs, COUNT(inputs));
		break;
	case KEY_FIRMWARE: options->firmware = text; break;
	case KEY_PFLASH: add_flash(parse, text); break;
	case KEY_RTC: machine->rtc = clock_time(parse, text); break;
	case KEY_TYPE_AFTER: add_step(parse, text); break;
	case KEY_CHOICE: add_choice(parse, text); break;
	case KEY_INITRD: options->boot.initrd = text; break;
	case KEY_APPEND: options->boot.append = text; break;
	case KEY_DTB: options->boot.dtb = text; break;
	case KEY_DUMP_DTB: options->dump_dtb = text; break;
	case KEY_MODULE: add_module(parse, text); break;
	case KEY_SEED: machine->seed = number(parse, "seed", text, false, 0, UINT64_MAX); break;
	case KEY_KASLR: options->boot.kaslr = true; break;
	case KEY_TRACE: add_trace(parse, text); break;
	case KEY_HASH: options->hash = true; break;
	case KEY_STATS:
		options->stats = STATS_TEXT + choice(parse, "stats", text, formats, COUNT(formats));
		break;
	case KEY_HELP:
		help(state);
		parse->helped = true;
		return ECANCELED;
	case ARGP_KEY_ARG: add_argument(parse, text, state); break;
	case ARGP_KEY_NO_ARGS:
		if (options->dump_dtb == NULL && options->firmware == NULL &&
			machine->flash[0].path == NULL)
			wrong(parse, "an IMAGE is missing; see 'entresol run --help'");
		break;
	case ARGP_KEY_END: finish_flash(parse); break;
	case ARGP_KEY_ERROR:
		if (!parse->helped && !parse->failed) {
			say_option_error(options_table, "run", state->argv[state->next - 1]);
			parse->failed = true;
		}
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return parse->failed ? EINVAL : 0;
}

enum parsed run_options_parse(struct run_options *options, int argc, char **argv)
{
	static const struct argp argp = { .options = options_table,
		.parser = parse_option,
		.args_doc = "IMAGE [-- GUEST-ARGUMENT...]",
		.doc = description };
	struct parse parse = { .options = options };
	error_t error;

	*options = (struct run_options){ .machine = machine_default_config(),
		.max_insns = MACHINE_UNLIMITED };
	error = argp_parse(&argp, argc, argv, ARGP_SILENT | ARGP_IN_ORDER, NULL, &parse);
	if (parse.helped)
		return PARSED_DONE;
	return error != 0 || parse.failed ? PARSED_USAGE : PARSED_RUN;
}
