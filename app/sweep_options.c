/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options of `entresol sweep` and entresol-sweep-mpi. Whatever is wrong with them is said in one
 * line.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/sweep.h"
#include "sysregs/choices.h"
#include "verify/jobs.h"

enum option_key {
	KEY_FROM = 256,
	KEY_TO,
	KEY_PE,
	KEY_INTID,
	KEY_BLIND,
	KEY_AFTER,
	KEY_CPU,
	KEY_CPUS,
	KEY_EL,
	KEY_PA_BITS,
	KEY_MEMORY,
	KEY_QUANTUM,
	KEY_SEED,
	KEY_CHOICE,
	KEY_INITRD,
	KEY_APPEND,
	KEY_MAX_INSNS,
	KEY_EXPECT,
	KEY_PATCH,
	KEY_MONITOR,
	KEY_ADVERSARY,
	KEY_ONLY,
	KEY_JOBS,
	KEY_SHARD,
	KEY_OUTPUT,
	KEY_MERGE,
	KEY_JSON,
	KEY_HELP
};

/* clang-format off */
static const struct argp_option options_table[] = {
	{ "from", KEY_FROM, "PLACE", 0, "where the window begins", 1 },
	{ "to", KEY_TO, "PLACE", 0, "where it ends: the last boundary is that before", 1 },
	{ "pe", KEY_PE, "N", 0, "whose boundaries, and where it is injected (default 0)", 1 },
	{ "only", KEY_ONLY, "N|A-B", 0, "only this boundary of the window, from 0, or these", 1 },
	{ "intid", KEY_INTID, "N", 0, "of irq: which interrupt (default 1, an SGI)", 1 },
	{ "blind", KEY_BLIND, "N", 0, "of serror: for how many instructions before it enters a guest a host need not see that one is pending (default 64)", 1 },
	{ "insns-after", KEY_AFTER, "N", 0, "how long a trial is at most (default: until the guest ends)", 1 },
	{ "monitor", KEY_MONITOR, "LIST", 0, "who watches: all, none, or names with commas, -NAME takes one away (default none)", 2 },
	{ "adversary", KEY_ADVERSARY, "TEXT", 0, "who chooses what the architecture leaves open: none, min, max, seed=N or nth=N, also with /NAME,... for these liberties only", 2 },
	{ "expect-exit", KEY_EXPECT, "CODE", 0, "the guest's exit code if all is well (default 0)", 2 },
	{ "max-insns", KEY_MAX_INSNS, "N", 0, "a run that is longer hangs", 2 },
	{ "cpu", KEY_CPU, "PROFILE", 0, "CPU profile (default v8.1)", 3 },
	{ "cpus", KEY_CPUS, "N", 0, "number of PEs (default 1)", 3 },
	{ "smp", KEY_CPUS, "N", OPTION_ALIAS, NULL, 3 },
	{ "el", KEY_EL, "1|2", 0, "exception level to start at (default 2)", 3 },
	{ "pa-bits", KEY_PA_BITS, "N", 0, "size of physical addresses (default 40)", 3 },
	{ "memory", 'm', "SIZE", 0, "RAM in bytes, or with K, M, G (default 64M)", 3 },
	{ "quantum", KEY_QUANTUM, "CYCLES", 0, "how far PEs may run apart (default 10000)", 3 },
	{ "seed", KEY_SEED, "N", 0, "of all that is random in the machine (default 0)", 3 },
	{ "choice", KEY_CHOICE, "NAME=VALUE", 0, "choose what the architecture leaves open, see 'entresol choices'; may be given again", 3 },
	{ "initrd", KEY_INITRD, "FILE", 0, "what a kernel unpacks as its first file system", 3 },
	{ "append", KEY_APPEND, "TEXT", 0, "a kernel's command line", 3 },
	{ "patch", KEY_PATCH, "PA:OLD:NEW", 0, "another instruction than the image has, as a seeded bug; may be given again", 3 },
	{ "jobs", KEY_JOBS, "N", 0, "processes (default: as many as there are CPUs); changes no result", 4 },
	{ "shard", KEY_SHARD, "I/N", 0, "only the I-th of N parts of the boundaries, from 1 on (default: what a runner's environment says, see the manual)", 4 },
	{ "output", KEY_OUTPUT, "FILE", 0, "write each trial to FILE as a line of JSON; what is there already is not done again", 4 },
	{ "merge", KEY_MERGE, NULL, 0, "instead of KIND and IMAGE the arguments are files of shards: put their lines in order, into --output if it is given, and say what they say", 4 },
	{ "json", KEY_JSON, NULL, 0, "print the lines of JSON", 4 },
	{ "help", KEY_HELP, NULL, 0, "print this help", -1 },
	{ 0 },
};
/* clang-format on */

static const char description[] =
	"Inject an interruption at every instruction boundary of a window of a run, each in a "
	"trial of its own from the same past: an interrupt (KIND irq), an SError (serror), or the "
	"end of the host's time slice (vcpu-switch). A trial holds if no monitor finds a broken "
	"rule, the guest ends as expected, and hyp.elf's guests print what they print without it. "
	"Words behind -- are the guest's."
	"\v"
	"Places: start, here, end, insn:N, eret[:el0|el1|el2|guest], exception[:elN][:CLASS] "
	"(HVC64, "
	"0x16, irq, fiq, serror), tlbi[:NAME], sysreg:NAME, barrier[:isb|dsb|dmb], "
	"at:SYMBOL[+N], guest, host; then @P of PE P, #N the N-th (of --to behind --from), +K "
	"instructions later. All but at: stand behind what they name.\n\n"
	"Examples:\n"
	"  entresol sweep irq hyp.elf --from exception:HVC64#3 --to eret:guest -- "
	"payload=hypercall rounds=1\n"
	"  entresol sweep serror hyp.elf --cpu v8.4-nv2 --from exception:ERET#9 --to eret:guest "
	"--monitor all --jobs 2 -- nest=vhe payload=hypercall rounds=1\n"
	"  entresol sweep irq hyp.elf --from host#40 --to guest --shard 2/4 --output part2 -- "
	"payload=all\n"
	"  entresol sweep --merge part1 part2 part3 part4\n\n"
	"Exit codes: 0 all trials hold; 2 usage, also if nothing that was injected arrived; 3 the "
	"image or a file of results is bad; 5 a "
	"trial is broken, or the run without any injection is; the last line is the command that "
	"shows the first again; 6 the host refused something; 70 all that is broken is that the "
	"guest needs what is not implemented.";

struct parse {
	struct sweep_options *options;
	const struct argp *argp;
	const char *program, *kind;
	bool failed, helped, has_from, has_to;
	char **argument; /* that are no options */
	unsigned arguments;
};

#define WRONG(...) (say(__VA_ARGS__), parse->failed = true)

static void take_status(struct parse *parse, struct status status)
{
	if (status.code != STATUS_OK)
		WRONG("%s", status.text);
}

static u64 number(struct parse *parse, const char *option, const char *text, u64 low, u64 high)
{
	u64 value;

	if (is_register_value(text, &value) && value >= low && value <= high)
		return value;
	if (high == UINT64_MAX)
		WRONG("--%s '%.40s': not a number", option, text);
	else
		WRONG("--%s '%.40s': not a number from %" PRIu64 " to %" PRIu64, option, text, low,
			high);
	return low;
}

static u64 size(struct parse *parse, const char *text)
{
	static const char units[] = "KMG";
	size_t length = strlen(text);
	const char *unit = length > 1 ? strchr(units, text[length - 1] & ~32) : NULL;
	unsigned shift = unit != NULL ? 10 * (unsigned)(unit - units + 1) : 0;
	char digits[24];
	u64 value;

	snprintf(digits, sizeof(digits), "%.*s", (int)(unit != NULL ? length - 1 : length), text);
	if (length < sizeof(digits) && is_register_value(digits, &value) &&
		value <= UINT64_MAX >> shift)
		return value << shift;
	WRONG("--memory '%.40s': not a number with K, M, G or nothing behind it", text);
	return 0;
}

/* N, or A-B */
static void set_only(struct parse *parse, const char *text)
{
	struct sweep_config *sweep = &parse->options->sweep;
	const char *dash = strchr(text, '-');
	char first[24];
	u64 last;

	snprintf(first, sizeof(first), "%.*s", (int)(dash != NULL ? dash - text : 23), text);
	if (!is_register_value(first, &sweep->first) ||
		!is_register_value(dash != NULL ? dash + 1 : text, &last) || last < sweep->first)
		WRONG("--only '%.40s': not N and not A-B", text);
	else
		sweep->count = last - sweep->first + 1;
}

static void add_patch(struct parse *parse, char *text)
{
	struct session_config *session = &parse->options->sweep.session;
	char *part[3] = { strtok(text, ":"), strtok(NULL, ":"), strtok(NULL, "") };
	u64 value[3];
	bool ok = true;

	for (unsigned i = 0; i < 3; i++)
		ok = ok && part[i] != NULL && is_register_value(part[i], &value[i]) &&
		     (i == 0 || value[i] <= UINT32_MAX);
	if (!ok)
		WRONG("--patch PA:OLD:NEW, an address and two instructions, in 0x and hexadecimal");
	else if (session->patches == SESSION_PATCHES)
		WRONG("--patch: at most %d are possible", SESSION_PATCHES);
	else
		session->patch[session->patches++] =
			(struct patch){ value[0], (u32)value[1], (u32)value[2] };
}

static void set_place(struct parse *parse, const char *text, struct place *place, bool *has)
{
	*has = true;
	take_status(parse, place_parse(text, place));
}

static void set_shard(struct parse *parse, const char *text)
{
	struct sweep_config *sweep = &parse->options->sweep;

	take_status(parse, sweep_shard_parse(text, &sweep->shard, &sweep->shards));
}

static error_t help(struct parse *parse)
{
	show_help(parse->argp, parse->program);
	parse->helped = true;
	return ECANCELED;
}

/* What the machine is. false: another option. */
static bool parse_machine(struct parse *parse, int key, char *text)
{
	struct session_config *session = &parse->options->sweep.session;
	struct machine_config *machine = &session->machine;

	switch (key) {
	case KEY_CPU: machine->profile = text; break;
	case KEY_CPUS:
		machine->cpus = (unsigned)number(parse, "cpus", text, 1, MACHINE_CPUS);
		break;
	case KEY_EL: machine->el = (unsigned)number(parse, "el", text, 1, 2); break;
	case KEY_PA_BITS:
		machine->pa_bits = (unsigned)number(parse, "pa-bits", text, 32, 48);
		break;
	case 'm': machine->ram_size = size(parse, text); break;
	case KEY_QUANTUM: machine->quantum = number(parse, "quantum", text, 1, 1u << 30); break;
	case KEY_SEED: machine->seed = number(parse, "seed", text, 0, UINT64_MAX); break;
	case KEY_CHOICE: take_status(parse, choice_set(machine->choice, text)); break;
	case KEY_INITRD: session->initrd = text; break;
	case KEY_APPEND: session->append = text; break;
	case KEY_PATCH: add_patch(parse, text); break;
	default: return false;
	}
	return true;
}

/* What the run has to be. false: another option. */
static bool parse_session(struct parse *parse, int key, char *text)
{
	struct session_config *session = &parse->options->sweep.session;

	switch (key) {
	case KEY_MONITOR: take_status(parse, monitors_parse(text, &session->monitors)); break;
	case KEY_ADVERSARY: take_status(parse, adversary_parse(text, &session->adversary)); break;
	case KEY_EXPECT:
		session->expected_exit = (int)number(parse, "expect-exit", text, 0, 255);
		break;
	case KEY_MAX_INSNS:
		session->max_insns = number(parse, "max-insns", text, 1, UINT64_MAX);
		break;
	default: return false;
	}
	return true;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct parse *parse = state->input;
	struct sweep_options *options = parse->options;
	struct sweep_config *sweep = &options->sweep;

	if (parse_machine(parse, key, text) || parse_session(parse, key, text))
		return parse->failed ? EINVAL : 0;
	switch (key) {
	case KEY_FROM: set_place(parse, text, &sweep->from, &parse->has_from); break;
	case KEY_TO: set_place(parse, text, &sweep->to, &parse->has_to); break;
	case KEY_PE: sweep->cpu = (unsigned)number(parse, "pe", text, 0, MACHINE_CPUS - 1); break;
	case KEY_ONLY: set_only(parse, text); break;
	case KEY_INTID: sweep->intid = (u32)number(parse, "intid", text, 1, 1019); break;
	case KEY_BLIND: sweep->blind = number(parse, "blind", text, 1, UINT64_MAX); break;
	case KEY_AFTER:
		sweep->insns_after = number(parse, "insns-after", text, 1, UINT64_MAX);
		break;
	case KEY_JOBS: sweep->jobs = (unsigned)number(parse, "jobs", text, 1, MOST_JOBS); break;
	case KEY_SHARD: set_shard(parse, text); break;
	case KEY_OUTPUT: options->output = text; break;
	case KEY_MERGE: options->merges = true; break;
	case KEY_JSON: options->json = true; break;
	case KEY_HELP: return help(parse);
	case ARGP_KEY_ARG: parse->argument[parse->arguments++] = text; break;
	case ARGP_KEY_ERROR:
		if (!parse->helped && !parse->failed)
			say_option_error(options_table, "sweep", state->argv[state->next - 1]);
		parse->failed = true;
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return parse->failed ? EINVAL : 0;
}

/* ---- Together ---- */

/* Behind --: cuts argv there. false: no memory. */
static bool take_words(struct sweep_options *options, int *argc, char **argv)
{
	size_t length = 1;
	int dashes = 1;

	while (dashes < *argc && strcmp(argv[dashes], "--") != 0)
		dashes++;
	for (int i = dashes + 1; i < *argc; i++)
		length += strlen(argv[i]) + 1;
	options->words = calloc(length, 1);
	if (options->words == NULL)
		return false;
	for (int i = dashes + 1; i < *argc; i++) {
		strcat(options->words, options->words[0] != '\0' ? " " : "");
		strcat(options->words, argv[i]);
	}
	options->sweep.session.words = options->words;
	if (dashes < *argc)
		*argc = dashes;
	return true;
}

static void finish_kind(struct parse *parse)
{
	struct sweep_config *sweep = &parse->options->sweep;
	const char *kind = parse->argument[0];

	for (unsigned i = 0; i < INJECTIONS; i++) {
		if (strcmp(kind, injection_names[i]) == 0) {
			sweep->injection = (enum injection)i;
			return;
		}
	}
	WRONG("'%.40s': what is injected is irq, serror or vcpu-switch", kind);
}

static void finish_shard(struct parse *parse)
{
	struct sweep_config *sweep = &parse->options->sweep;

	if (sweep->shards == 0)
		take_status(parse, sweep_shard_of_environment(&sweep->shard, &sweep->shards,
					   &parse->options->shard_from));
}

static void finish(struct parse *parse)
{
	struct sweep_options *options = parse->options;

	if (parse->failed)
		return;
	if (options->merges) {
		options->file = parse->argument;
		options->files = parse->arguments;
		if (options->files == 0)
			WRONG("--merge needs files of results");
		return;
	}
	if (parse->arguments < 2) {
		WRONG("irq, serror or vcpu-switch, and an IMAGE are needed; see '%s --help'",
			parse->program);
		return;
	}
	if (parse->arguments > 2) {
		WRONG("'%.60s' is one argument too many", parse->argument[2]);
		return;
	}
	finish_kind(parse);
	options->sweep.session.image = parse->argument[1];
	if (!parse->failed && (!parse->has_from || !parse->has_to))
		WRONG("--from and --to, the window, are needed; see '%s --help'", parse->program);
	if (!parse->failed)
		finish_shard(parse);
}

enum sweep_parsed sweep_options_parse(
	struct sweep_options *options, const char *program, int argc, char **argv)
{
	static const struct argp argp = { .options = options_table,
		.parser = parse_option,
		.args_doc = "KIND IMAGE [-- WORD...]\n--merge FILE...",
		.doc = description };
	struct parse parse = { .options = options, .argp = &argp, .program = program };

	*options = (struct sweep_options){ .sweep.session = session_default_config() };
	parse.argument = calloc((size_t)argc + 1, sizeof(*parse.argument));
	if (parse.argument == NULL || !take_words(options, &argc, argv)) {
		free(parse.argument);
		say("the host has no memory");
		return SWEEP_USAGE;
	}
	argp_parse(&argp, argc, argv, ARGP_NO_HELP | ARGP_NO_EXIT | ARGP_NO_ERRS, NULL, &parse);
	if (!parse.helped)
		finish(&parse);
	if (options->file == NULL)
		free(parse.argument);
	return parse.helped ? SWEEP_DONE : parse.failed ? SWEEP_USAGE : SWEEP_RUN;
}

void sweep_options_free(struct sweep_options *options)
{
	free(options->file);
	free(options->words);
}
