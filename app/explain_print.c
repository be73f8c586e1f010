/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of `entresol explain` as text for people and as JSON for programs.
 */
#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "app/explain.h"
#include "app/json.h"
#include "exceptions/exceptions.h"

static const u32 SEMIHOSTING_CALL = 0xd45e0000; /* HLT #0xf000 */

#define BOLD  colour("\033[1m")
#define FAINT colour("\033[2m")
#define PLAIN colour("\033[0m")

static const char *outcome_colour(enum outcome_kind kind)
{
	static const char *const codes[] = { [OUTCOME_OK] = "\033[1;32m",
		[OUTCOME_UNDEFINED] = "\033[1;31m",
		[OUTCOME_TRAP] = "\033[1;33m",
		[OUTCOME_MEMORY] = "\033[1;36m" };

	return colour(codes[kind]);
}

/* The value of a control's field, as a number. */
static u64 field_value(const struct consulted *control, u64 in_place)
{
	return in_place >> __builtin_ctzll(control->mask);
}

/* 0x..., .inst 0x..., or eight digits, which begin no mnemonic. */
static bool is_encoding(const char *text)
{
	return strncmp(text, "0x", 2) == 0 || strncmp(text, ".inst", 5) == 0 ||
	       strspn(text, "0123456789abcdefABCDEF") == 8;
}

static void print_header(const struct explain_question *question, FILE *out)
{
	char name[8] = "", disassembled[100];

	if (question->cpu->pstate.el != EL0)
		snprintf(name, sizeof(name), "%c", question->cpu->pstate.sp ? 'h' : 't');
	if (is_encoding(question->text))
		disassemble(question->insn, disassembled, sizeof(disassembled));
	else
		snprintf(disassembled, sizeof(disassembled), "%s", question->text);
	fprintf(out, "%s%s%s  %s%08" PRIx32 ", EL%u%s, %s%s%s\n", BOLD, disassembled, PLAIN, FAINT,
		question->insn, (unsigned)question->cpu->pstate.el, name, question->profile,
		question->cpu->has_el2 ? "" : " without EL2", PLAIN);
}

/* What the control at an index does to the outcome, "" of one that is not the deciding one. */
static const char *role(const struct explanation *answer, unsigned i)
{
	bool has_flip = false;

	if ((int)i != answer->deciding)
		return "";
	for (unsigned f = 0; f < answer->flip_count; f++) {
		has_flip |= answer->flips[f].control == i;
		if (answer->flips[f].control == i &&
			!explain_flips_target(answer, &answer->flips[f]))
			return "  decides";
	}
	return has_flip ? "  chooses the EL" : "  decides";
}

void explain_print_text(
	const struct explain_question *question, const struct explanation *answer, FILE *out)
{
	bool e2h = is_e2h(question->cpu);
	char text[300], name[64];

	print_header(question, out);
	outcome_say(&answer->outcome, text, sizeof(text));
	fprintf(out, "  %s%s%s%s\n", outcome_colour(answer->outcome.kind), text, PLAIN,
		answer->is_unallocated ? " (no instruction of this CPU profile)" : "");
	if (question->insn == SEMIHOSTING_CALL)
		fputs("  'entresol run' takes it for a semihosting call\n", out);
	if (answer->reads != NULL)
		fprintf(out, "  reads %s\n", answer->reads);
	if (answer->consulted_count == 0)
		fprintf(out, "  no control has a say%s\n",
			answer->reads != NULL ? " in whether it may" : "");
	else
		fputs("  controls read, in order:\n", out);
	for (unsigned i = 0; i < answer->consulted_count; i++) {
		const struct consulted *control = &answer->consulted[i];
		bool decides = (int)i == answer->deciding;

		field_say(control->reg, e2h, control->mask, name, sizeof(name));
		fprintf(out, "  %s%c %-24s = %" PRIu64 "%s%s\n", decides ? BOLD : "",
			decides ? '>' : ' ', name, field_value(control, control->value),
			role(answer, i), decides ? PLAIN : "");
	}
	if (answer->flip_count != 0)
		fputs("  one bit that would change it:\n", out);
	else if (answer->consulted_count != 0)
		fputs("  no single bit of them would change it\n", out);
	for (unsigned i = 0; i < answer->flip_count; i++) {
		const struct explain_flip *flip = &answer->flips[i];
		const struct consulted *control = &answer->consulted[flip->control];

		field_say(control->reg, e2h, control->mask, name, sizeof(name));
		outcome_say(&flip->outcome, text, sizeof(text));
		fprintf(out, "    %-24s = %" PRIu64 "  %s%s%s\n", name,
			field_value(control, control->value ^ flip->bit),
			outcome_colour(flip->outcome.kind), text, PLAIN);
	}
}

/* ---- JSON: every key is always there, null where it has no meaning ---- */

static void add_number(cJSON *object, const char *key, bool is_there, u32 value)
{
	if (is_there)
		cJSON_AddNumberToObject(object, key, value);
	else
		cJSON_AddNullToObject(object, key);
}

static void add_outcome(cJSON *object, const struct explain_outcome *outcome)
{
	bool is_exception = outcome->kind == OUTCOME_TRAP || outcome->kind == OUTCOME_UNDEFINED;

	json_add_text(object, "outcome", outcome_names[outcome->kind]);
	json_add_text(
		object, "register", outcome->reg != SR_NONE ? sysreg_name(outcome->reg) : NULL);
	add_number(object, "target_el", is_exception, outcome->target_el);
	json_add_text(object, "ec", is_exception ? ec_name(outcome->ec) : NULL);
	add_number(object, "iss", is_exception, outcome->iss);
	add_number(object, "offset", outcome->kind == OUTCOME_MEMORY, outcome->offset);
}

/* A field with a value; 64-bit values are exact as raw text. */
static cJSON *control_object(
	const struct explain_question *question, const struct consulted *control, u64 in_place)
{
	cJSON *object = cJSON_CreateObject();
	char name[64], value[24];

	field_say(control->reg, is_e2h(question->cpu), control->mask, name, sizeof(name));
	snprintf(value, sizeof(value), "%" PRIu64, field_value(control, in_place));
	cJSON_AddStringToObject(object, "control", name);
	cJSON_AddRawToObject(object, "value", value);
	return object;
}

void explain_print_json_error(const char *message, unsigned long line)
{
	cJSON *root = cJSON_CreateObject();
	char *text;

	cJSON_AddStringToObject(root, "error", message);
	if (line != 0)
		cJSON_AddNumberToObject(root, "line", (double)line);
	else
		cJSON_AddNullToObject(root, "line");
	text = cJSON_PrintUnformatted(root);
	puts(text != NULL ? text : "{}");
	free(text);
	cJSON_Delete(root);
}

cJSON *explain_json(const struct explain_question *question, const struct explanation *answer)
{
	cJSON *root = cJSON_CreateObject(), *list;

	add_outcome(root, &answer->outcome);
	json_add_text(root, "reads", answer->reads);
	if (answer->deciding >= 0)
		cJSON_AddItemToObject(root, "deciding",
			control_object(question, &answer->consulted[answer->deciding],
				answer->consulted[answer->deciding].value));
	else
		cJSON_AddNullToObject(root, "deciding");
	list = cJSON_AddArrayToObject(root, "consulted");
	for (unsigned i = 0; i < answer->consulted_count; i++)
		cJSON_AddItemToArray(list, control_object(question, &answer->consulted[i],
						   answer->consulted[i].value));
	list = cJSON_AddArrayToObject(root, "flips");
	for (unsigned i = 0; i < answer->flip_count; i++) {
		const struct explain_flip *flip = &answer->flips[i];
		const struct consulted *control = &answer->consulted[flip->control];
		cJSON *object = control_object(question, control, control->value ^ flip->bit);

		add_outcome(object, &flip->outcome);
		cJSON_AddItemToArray(list, object);
	}
	return root;
}

void explain_print_json(const struct explain_question *question, const struct explanation *answer)
{
	cJSON *root = explain_json(question, answer);
	char *text = cJSON_PrintUnformatted(root);

	puts(text != NULL ? text : "{}");
	free(text);
	cJSON_Delete(root);
}
