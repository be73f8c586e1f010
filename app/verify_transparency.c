/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol verify transparency`: the same guest at several levels, and the first thing that it can
 * tell them apart by.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/json.h"
#include "app/verify.h"
#include "verify/oracle.h"

enum { MOST_CELLS = 16, DEFAULT_INSNS = 2000000000 };

enum option_key {
	KEY_CELL = 256,
	KEY_REFERENCE,
	KEY_PAYLOAD,
	KEY_WORDS,
	KEY_HYP,
	KEY_MAX_INSNS,
	KEY_JSON,
	KEY_HELP
};

/* clang-format off */
static const struct argp_option options_table[] = {
	{ "cell", KEY_CELL, "NAME", 0, "only this way of running it beside the reference; may be given again", 1 },
	{ "reference", KEY_REFERENCE, "NAME", 0, "what the others have to be like (default bare)", 1 },
	{ "payload", KEY_PAYLOAD, "NAME", 0, "what the guest is told in its boot block; of hyp.elf's own guest its payload (default all)", 1 },
	{ "words", KEY_WORDS, "TEXT", 0, "more words for the hypervisor", 1 },
	{ "image", KEY_HYP, "FILE", 0, "the hypervisor (default: the hyp.elf beside this program)", 1 },
	{ "max-insns", KEY_MAX_INSNS, "N", 0, "a run ends after so many instructions (default 2000000000)", 1 },
	{ "json", KEY_JSON, NULL, 0, "answer in JSON", 2 },
	{ "help", KEY_HELP, NULL, 0, "print this help", -1 },
	{ 0 },
};
/* clang-format on */

static const char description[] =
	"Run the same guest bare, as a VM of hyp.elf, and as a VM of a guest hypervisor of each "
	"kind, "
	"and compare what it sees: what system instructions and calls give it, its exceptions, and "
	"up "
	"to the first thing that depends on time all registers and the way through its code. IMAGE "
	"is a "
	"flat program for EL1, loaded and entered at 0x40200000 with the MMU off; x0 has the "
	"address of "
	"a boot block (hyp-model/guest/abi.h), HVC answers PSCI."
	"\v"
	"Examples:\n"
	"  entresol verify transparency my-guest.bin\n"
	"  entresol verify transparency build/release/hyp-model/guest.bin --payload tlbi\n"
	"  entresol verify transparency guest.bin --payload hypercall --reference vm-vhe\n\n"
	"Ways of running it:\n"
#define CELL(name, words, level, what) "  " name ": " what "\n"
#include "verify/oracle_cells.def"
#undef CELL
	"\n"
	"Exit codes: 0 no difference; 2 usage; 3 an image is bad; 4 the guest never began, "
	"or has not ended after --max-insns; 5 there is a difference; 6 the host refused "
	"something; 70 a run needs what is not implemented.";

struct options {
	const struct oracle_cell *cell[MOST_CELLS], *reference;
	unsigned cells;
	const char *image, *hyp, *payload, *words;
	u64 max_insns;
	bool json, failed, helped;
};

#define WRONG(...) (say(__VA_ARGS__), options->failed = true)

static const struct oracle_cell *take_cell(struct options *options, const char *name)
{
	const struct oracle_cell *cell = oracle_cell(name);

	if (cell == NULL)
		WRONG("'%.40s': there is no such way of running a guest; see 'entresol verify "
		      "transparency --help'",
			name);
	return cell;
}

static void add_cell(struct options *options, const char *name)
{
	if (options->cells == MOST_CELLS)
		WRONG("--cell: at most %d", MOST_CELLS);
	else
		options->cell[options->cells++] = take_cell(options, name);
}

static void set_payload(struct options *options, const char *name)
{
	if (strlen(name) > 40 ||
		name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
		WRONG("--payload '%.40s': not a name of at most 40 small letters and digits", name);
	options->payload = name;
}

static void set_words(struct options *options, const char *words)
{
	if (strlen(words) > 200)
		WRONG("--words: at most 200 characters");
	options->words = words;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_CELL: add_cell(options, text); break;
	case KEY_REFERENCE: options->reference = take_cell(options, text); break;
	case KEY_PAYLOAD: set_payload(options, text); break;
	case KEY_WORDS: set_words(options, text); break;
	case KEY_HYP: options->hyp = text; break;
	case KEY_MAX_INSNS:
		if (!is_register_value(text, &options->max_insns) || options->max_insns == 0 ||
			options->max_insns > 1ull << 40)
			WRONG("--max-insns '%.40s': not a number from 1 to 2^40", text);
		break;
	case KEY_JSON: options->json = true; break;
	case KEY_HELP:
		show_help(state->root_argp, "entresol verify transparency");
		options->helped = true;
		return ECANCELED;
	case ARGP_KEY_ARG:
		if (options->image != NULL)
			WRONG("'%.60s' is one argument too many", text);
		options->image = text;
		break;
	case ARGP_KEY_ERROR:
		if (!options->failed && !options->helped)
			say_option_error(
				options_table, "verify transparency", state->argv[state->next - 1]);
		options->failed = true;
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return options->failed ? EINVAL : 0;
}

struct answer {
	const struct oracle_cell *cell;
	struct difference difference;
	u64 insns; /* of the guest */
};

static void print_answer(const struct answer *answer)
{
	const struct difference *d = &answer->difference;

	if (d->is_equal) {
		printf("%-12s equal: %" PRIu64 " instructions\n", answer->cell->name,
			answer->insns);
		return;
	}
	printf("%-12s differs at instruction %" PRIu64 ", 0x%" PRIx64 " (0x%" PRIx64
	       " in the reference): %s: 0x%" PRIx64 ", reference 0x%" PRIx64 "\n",
		answer->cell->name, d->number, d->pc[1], d->pc[0], d->what, d->value[1],
		d->value[0]);
	if (d->allowed[0] != '\0')
		printf("             %s\n", d->allowed);
	for (unsigned i = 0; i < ORACLE_PATH; i++) {
		if (d->path[i][0] != '\0')
			printf("             %s\n", d->path[i]);
	}
}

static cJSON *answer_as_json(const struct answer *answer)
{
	const struct difference *d = &answer->difference;
	cJSON *object = cJSON_CreateObject(), *path;

	json_add_text(object, "cell", answer->cell->name);
	cJSON_AddBoolToObject(object, "equal", d->is_equal);
	json_add_u64(object, "instructions", answer->insns);
	if (d->is_equal)
		return object;
	json_add_u64(object, "at", d->number);
	json_add_u64(object, "pc", d->pc[1]);
	json_add_u64(object, "reference_pc", d->pc[0]);
	json_add_text(object, "what", d->what);
	json_add_u64(object, "value", d->value[1]);
	json_add_u64(object, "reference_value", d->value[0]);
	json_add_text(object, "allowed", d->allowed[0] != '\0' ? d->allowed : NULL);
	path = cJSON_AddArrayToObject(object, "path");
	for (unsigned i = 0; i < ORACLE_PATH; i++) {
		if (d->path[i][0] != '\0')
			cJSON_AddItemToArray(path, cJSON_CreateString(d->path[i]));
	}
	return object;
}

static void print_all(const struct options *options, const struct oracle_trace *trace,
	const struct answer *answer, unsigned count)
{
	cJSON *object, *cells;
	char *text;

	if (!options->json)
		return;
	object = cJSON_CreateObject();
	json_add_text(object, "reference", options->reference->name);
	json_add_u64(object, "instructions", oracle_trace_insns(trace));
	json_add_u64(object, "events", oracle_trace_events(trace));
	json_add_u64(object, "events_with_registers", oracle_trace_exact(trace));
	json_add_u64(object, "events_with_way", oracle_trace_timeless(trace));
	json_add_text(object, "ended", oracle_trace_why(trace));
	cells = cJSON_AddArrayToObject(object, "cells");
	for (unsigned i = 0; i < count; i++)
		cJSON_AddItemToArray(cells, answer_as_json(&answer[i]));
	text = cJSON_Print(object);
	puts(text != NULL ? text : "null");
	cJSON_free(text);
	cJSON_Delete(object);
}

/* The others, one after another; the exit code. */
static int compare_all(const struct options *options, const struct oracle_guest *guest,
	const struct oracle_trace *trace)
{
	struct answer answer[MOST_CELLS];
	int code = STATUS_OK;

	for (unsigned i = 0; i < options->cells; i++) {
		struct status status;

		answer[i].cell = options->cell[i];
		status = oracle_compare(
			guest, answer[i].cell, trace, &answer[i].difference, &answer[i].insns);
		if (status.code != STATUS_OK)
			return say_status(status);
		if (!answer[i].difference.is_equal)
			code = STATUS_VERIFY_FAILED;
		if (!options->json)
			print_answer(&answer[i]);
		fflush(stdout);
	}
	print_all(options, trace, answer, options->cells);
	return code;
}

static int run(struct options *options, const char *hyp)
{
	char line[200], words[300];
	struct oracle_guest guest = { .file = options->image,
		.line = line,
		.hyp = hyp,
		.words = words,
		.max_insns = options->max_insns };
	struct oracle_trace *trace;
	struct status status;
	int code;

	/* As core/options.c tells a payload. */
	snprintf(line, sizeof(line),
		"payload index=0 rounds=1 cost=0 hostile=0 oracle=0 questions=0 stage2=0 "
		"payload=%s",
		options->payload);
	snprintf(words, sizeof(words), "rounds=1 payload=%s %s", options->payload, options->words);
	trace = oracle_take(&guest, options->reference, &status);
	if (trace == NULL)
		return say_status(status);
	if (!options->json)
		printf("%-12s %" PRIu64 " instructions, %" PRIu64
		       " events (with all registers up to %" PRIu64
		       ", with the way there up to %" PRIu64 "); %s\n",
			options->reference->name, oracle_trace_insns(trace),
			oracle_trace_events(trace), oracle_trace_exact(trace),
			oracle_trace_timeless(trace), oracle_trace_why(trace));
	fflush(stdout);
	code = compare_all(options, &guest, trace);
	oracle_trace_free(trace);
	return code;
}

int transparency_command(int argc, char **argv)
{
	static const struct argp argp = { .options = options_table,
		.parser = parse_option,
		.args_doc = "IMAGE",
		.doc = description };
	struct options options = { .payload = "all", .words = "", .max_insns = DEFAULT_INSNS };
	error_t error = argp_parse(&argp, argc, argv, ARGP_SILENT, NULL, &options);
	char hyp[4096];

	if (options.helped)
		return STATUS_OK;
	if (error != 0 || options.failed)
		return STATUS_USAGE;
	if (options.image == NULL)
		return say_status(status_error(
			STATUS_USAGE, "name a guest: entresol verify transparency IMAGE"));
	if (options.reference == NULL)
		options.reference = oracle_cell("bare");
	if (options.cells == 0) {
		for (unsigned i = 0; oracle_cells[i].name != NULL; i++) {
			/* bare is no match for a guest that needs a hypervisor */
			if (&oracle_cells[i] != options.reference && oracle_cells[i].words != NULL)
				options.cell[options.cells++] = &oracle_cells[i];
		}
	}
	if (options.hyp == NULL && !find_beside("hyp.elf", hyp, sizeof(hyp)))
		return say_status(status_error(STATUS_USAGE,
			"there is no hyp.elf beside this program; name one: --image FILE"));
	return run(&options, options.hyp != NULL ? options.hyp : hyp);
}
