/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options of `entresol explain`, which are checked together. Whatever is wrong with them is said in
 * one line.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/explain.h"
#include "sysregs/choices.h"

enum option_key {
	KEY_CPU = 256,
	KEY_CHOICE,
	KEY_EL,
	KEY_NO_EL2,
	KEY_SPSEL,
	KEY_HCR,
	KEY_SET,
	KEY_JSON,
	KEY_MATRIX,
	KEY_SETTINGS,
	KEY_SETTING,
	KEY_FORMAT,
	KEY_HELP
};

/* clang-format off */
static const struct argp_option options_table[] = {
	{ "cpu", KEY_CPU, "PROFILE", 0, "CPU profile (default v8.1)", 1 },
	{ "choice", KEY_CHOICE, "NAME=VALUE", 0, "choose what the architecture leaves open, see 'entresol choices'; may be given again", 1 },
	{ "el", KEY_EL, "0|1|2", 0, "exception level of the instruction (default 1)", 1 },
	{ "no-el2", KEY_NO_EL2, NULL, 0, "the PE has no EL2", 1 },
	{ "spsel", KEY_SPSEL, "0|1", 0, "PSTATE.SP (default 1; at EL0 always 0)", 1 },
	{ "setting", KEY_SETTING, "NAME", 0, "begin with a setting of --matrix, as -/- or NV+NV2/HCR_EL2.TVM=1, not with reset values", 2 },
	{ "hcr", KEY_HCR, "FIELD,...|VALUE", 0, "set fields of HCR_EL2, or all of it", 2 },
	{ "set", KEY_SET, "REG[.FIELD]=VALUE", 0, "set a register or a field; also REG=FIELD,FIELD; may be given again", 2 },
	{ "json", KEY_JSON, NULL, 0, "answer in JSON, one object a line", 3 },
	{ "matrix", KEY_MATRIX, NULL, 0, "print the whole table: register, EL, direction, E2H, TGE, NV, NV1, NV2", 4 },
	{ "settings", KEY_SETTINGS, "base|all", 0, "with --matrix: all other controls at rest, or each in turn (default base)", 4 },
	{ "format", KEY_FORMAT, "csv|json", 0, "with --matrix (default csv)", 4 },
	{ "help", KEY_HELP, NULL, 0, "print this help", -1 },
	{ 0 },
};
/* clang-format on */

static const char description[] =
	"Say what each INSTRUCTION would do and why: the outcome, the controls that the machine "
	"reads "
	"to decide, in order, and the single bits that would change it. INSTRUCTION is assembly of "
	"a "
	"system instruction, or an encoding as 0xd5181000; - reads them from stdin, one a line."
	"\v"
	"Registers that are not set have their reset values, or those of --setting. HCR_EL2 is set "
	"first, the others in "
	"the "
	"order given. NO_COLOR in the environment turns colours off.\n\n"
	"Examples:\n"
	"  entresol explain 'msr sctlr_el1, x0' --cpu v8.4-nv2 --hcr TVM\n"
	"  entresol explain 'mrs x0, sctlr_el12' --cpu v8.4-nv2 --hcr NV,NV2,E2H\n"
	"  entresol explain 'mrs x0, cntpct_el0' wfi --el 0 --hcr E2H,TGE --set cnthctl_el2=0x100\n"
	"  entresol explain 'fadd d0, d1, d2' --hcr E2H --set cptr_el2.fpen=1 --json\n\n"
	"Exit codes: 0 every question was answered; 2 usage: an instruction, a name or a value was "
	"not "
	"understood, or the state cannot be; 6 the host refused something.";

struct parse {
	struct explain_options *options;
	bool failed; /* and said so */
	bool helped;
	bool has_sp;
	const char *of_matrix, *of_questions; /* options that mean something to these alone */
};

#define WRONG(...) (say(__VA_ARGS__), parse->failed = true)

/* The index of text in the words, separated by '|'. */
static unsigned choice(
	struct parse *parse, const char *option, const char *text, const char *const *words)
{
	char known[40] = "";

	for (unsigned i = 0; words[i] != NULL; i++) {
		size_t length = strlen(known);

		if (strcmp(text, words[i]) == 0)
			return i;
		snprintf(known + length, sizeof(known) - length, "%s%s", i == 0 ? "" : ", ",
			words[i]);
	}
	WRONG("--%s '%.40s': choose of %s", option, text, known);
	return 0;
}

static void add_instruction(struct parse *parse, char *text)
{
	struct explain_options *options = parse->options;
	char **more =
		realloc(options->instruction, (options->instruction_count + 1) * sizeof(*more));

	if (more == NULL) {
		WRONG("the host has no memory");
		return;
	}
	options->instruction = more;
	more[options->instruction_count++] = text;
}

static void add_setting(struct parse *parse, const char *reg, const char *text)
{
	struct explain_options *options = parse->options;
	struct explain_setting *more =
		realloc(options->setting, (options->setting_count + 1) * sizeof(*more));

	if (more == NULL) {
		WRONG("the host has no memory");
		return;
	}
	options->setting = more;
	more[options->setting_count++] = (struct explain_setting){ reg, text };
}

/* What the options together cannot mean. */
static void check(struct parse *parse)
{
	struct explain_options *options = parse->options;

	if (options->el == EL2 && !options->has_el2)
		WRONG("--el 2 needs EL2, and --no-el2 says there is none");
	else if (options->el == EL0 && parse->has_sp && options->sp != 0)
		WRONG("--spsel 1: at EL0 PSTATE.SP is 0");
	else if (options->matrix && options->instruction_count + options->setting_count != 0)
		WRONG("--matrix has its own instructions and settings");
	else if (options->matrix_setting != NULL && !options->has_el2)
		WRONG("--setting is of a PE with EL2");
	else if (options->matrix && parse->of_questions != NULL)
		WRONG("--%s is of questions, --matrix prints %s", parse->of_questions,
			strcmp(parse->of_questions, "json") == 0      ? "JSON with --format json"
			: strcmp(parse->of_questions, "setting") == 0 ? "every setting"
								      : "every EL");
	else if (!options->matrix && parse->of_matrix != NULL)
		WRONG("--%s is of --matrix", parse->of_matrix);
	else if (options->matrix && !options->has_el2)
		WRONG("--matrix is about a PE with EL2");
	else if (!options->matrix && options->instruction_count == 0)
		WRONG("an INSTRUCTION is missing; see 'entresol explain --help'");
	if (options->el == EL0)
		options->sp = 0;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	static const char *const numbers[] = { "0", "1", "2", NULL };
	static const char *const bits_[] = { "0", "1", NULL };
	static const char *const formats[] = { "csv", "json", NULL };
	static const char *const settings[] = { "base", "all", NULL };
	struct parse *parse = state->input;
	struct explain_options *options = parse->options;

	switch (key) {
	case KEY_CPU: options->profile = text; break;
	case KEY_CHOICE: {
		struct status status = choice_set(options->choice, text);

		if (status.code != STATUS_OK)
			WRONG("%s", status.text);
		break;
	}
	case KEY_EL:
		options->el = choice(parse, "el", text, numbers);
		parse->of_questions = "el";
		break;
	case KEY_NO_EL2: options->has_el2 = false; break;
	case KEY_SPSEL:
		options->sp = choice(parse, "spsel", text, bits_);
		parse->has_sp = true;
		parse->of_questions = "spsel";
		break;
	case KEY_HCR: add_setting(parse, "HCR_EL2", text); break;
	case KEY_SET: add_setting(parse, NULL, text); break;
	case KEY_SETTING:
		options->matrix_setting = text;
		parse->of_questions = "setting";
		break;
	case KEY_JSON:
		options->json = true;
		parse->of_questions = "json";
		break;
	case KEY_MATRIX: options->matrix = true; break;
	case KEY_SETTINGS:
		options->all_settings = choice(parse, "settings", text, settings) == 1;
		parse->of_matrix = "settings";
		break;
	case KEY_FORMAT:
		options->format = (enum matrix_format)choice(parse, "format", text, formats);
		parse->of_matrix = "format";
		break;
	case KEY_HELP:
		show_help(state->root_argp, "entresol explain");
		parse->helped = true;
		return ECANCELED;
	case ARGP_KEY_ARG: add_instruction(parse, text); break;
	case ARGP_KEY_END: check(parse); break;
	case ARGP_KEY_ERROR:
		if (!parse->helped && !parse->failed) {
			say_option_error(options_table, "explain", state->argv[state->next - 1]);
			parse->failed = true;
		}
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return parse->failed ? EINVAL : 0;
}

enum parsed explain_options_parse(struct explain_options *options, int argc, char **argv)
{
	static const struct argp argp = { .options = options_table,
		.parser = parse_option,
		.args_doc = "INSTRUCTION...",
		.doc = description };
	struct parse parse = { .options = options };
	error_t error;

	*options = (struct explain_options){
		.profile = machine_default_config().profile, .el = EL1, .sp = 1, .has_el2 = true
	};
	error = argp_parse(&argp, argc, argv, ARGP_SILENT, NULL, &parse);
	if (parse.helped)
		return PARSED_DONE;
	return error != 0 || parse.failed ? PARSED_USAGE : PARSED_RUN;
}

void explain_options_free(struct explain_options *options)
{
	free(options->setting);
	free(options->instruction);
}
