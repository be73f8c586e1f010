/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of commands of `entresol step`: finding the one that is meant, words, answers, help.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "app/json.h"
#include "app/step.h"
#include "base/nearest.h"

enum { ONLY, BACK };

static const struct step_command step_commands[] = {
#define STEP_COMMAND(name, letter, backward, arguments, function, help)                            \
	{ name, letter, backward == BACK, arguments, function, help },
#include "app/step_commands.def"
#undef STEP_COMMAND
};

/* ---- Names ---- */

/* What a word means; command NULL: nothing. */
struct meaning {
	const struct step_command *command;
	bool backward;
	bool is_ambiguous;
};

static const struct step_command *find_exact(const char *word, bool backward)
{
	for (size_t i = 0; i < COUNT(step_commands); i++) {
		const struct step_command *command = &step_commands[i];

		if ((!backward || command->has_backward) && *word != '\0' &&
			(strcmp(word, command->name) == 0 || strcmp(word, command->letter) == 0))
			return command;
	}
	return NULL;
}

static struct meaning find_beginning(const char *word, bool backward)
{
	struct meaning meaning = { .backward = backward };
	size_t length = strlen(word);

	for (size_t i = 0; i < COUNT(step_commands) && length > 0; i++) {
		const struct step_command *command = &step_commands[i];

		if ((backward && !command->has_backward) ||
			strncmp(word, command->name, length) != 0)
			continue;
		meaning.is_ambiguous |= meaning.command != NULL;
		meaning.command = command;
	}
	return meaning;
}

static struct meaning find(const char *word)
{
	bool may_be_backward = word[0] == 'r';
	struct meaning meaning = { .command = find_exact(word, false) };

	if (meaning.command == NULL && may_be_backward)
		meaning =
			(struct meaning){ .command = find_exact(word + 1, true), .backward = true };
	if (meaning.command == NULL)
		meaning = find_beginning(word, false);
	if (meaning.command == NULL && may_be_backward)
		meaning = find_beginning(word + 1, true);
	return meaning;
}

/* With r in front; they live on, as who is told of them wants it. */
static const char *const backward_names[] = {
#define STEP_COMMAND(name, ...) "r" name,
#include "app/step_commands.def"
#undef STEP_COMMAND
};

void step_each_name(void (*name)(void *opaque, const char *text), void *opaque)
{
	for (size_t i = 0; i < COUNT(step_commands); i++) {
		name(opaque, step_commands[i].name);
		if (step_commands[i].has_backward)
			name(opaque, backward_names[i]);
	}
}

static void offer(void *nearest, const char *name)
{
	nearest_offer(nearest, name);
}

/* Whatever the user typed, in a message. */
static const char *printable(const char *word, char copy[24])
{
	size_t length = 0;

	for (; word[length] != '\0' && length < 20; length++)
		copy[length] = isprint((unsigned char)word[length]) ? word[length] : '?';
	copy[length] = '\0';
	return copy;
}

static struct status unknown(const char *word)
{
	struct nearest nearest = { .wanted = word };
	char near[100], copy[24];

	step_each_name(offer, &nearest);
	nearest_say(&nearest, near, sizeof(near));
	return status_error(
		STATUS_USAGE, "no command '%s'%s; see 'help'", printable(word, copy), near);
}

static struct status ambiguous(const char *word)
{
	char list[100] = "", copy[24];

	for (size_t i = 0; i < COUNT(step_commands); i++) {
		size_t at = strlen(list);

		if (strncmp(word, step_commands[i].name, strlen(word)) == 0)
			snprintf(list + at, sizeof(list) - at, "%s%s", at != 0 ? ", " : "",
				step_commands[i].name);
	}
	return status_error(STATUS_USAGE, "'%s' may be any of %s", printable(word, copy), list);
}

/* ---- One line ---- */

/* A comment; but #16 is a position. */
static bool is_comment(const char *text)
{
	return text[0] == '#' && !isdigit((unsigned char)text[1]);
}

/* Words of a copy of the line, which they point into. */
static struct status split(const char *line, char *copy, struct step_arguments *arguments)
{
	char *at = copy;

	memcpy(copy, line, strlen(line) + 1);
	for (;;) {
		at += strspn(at, " \t\r");
		if (*at == '\0' || is_comment(at))
			break;
		if (arguments->count == STEP_WORDS)
			return status_error(STATUS_USAGE, "more than %d words", STEP_WORDS);
		arguments->word[arguments->count++] = at;
		at += strcspn(at, " \t\r");
		if (*at != '\0')
			*at++ = '\0';
		if (arguments->count == 1) {
			size_t behind = (size_t)(at - copy);

			arguments->rest = line + behind + strspn(line + behind, " \t");
		}
	}
	return status_ok();
}

/* The command's name is not one of its arguments. */
static struct status run(struct step *step, struct step_arguments *arguments)
{
	const char *word = arguments->word[0];
	struct meaning meaning = find(word);

	if (meaning.command == NULL)
		return unknown(word);
	if (meaning.is_ambiguous)
		return ambiguous(meaning.backward ? word + 1 : word);
	cJSON_AddStringToObject(step->json, "command", meaning.command->name);
	if (meaning.command->has_backward)
		cJSON_AddBoolToObject(step->json, "backward", meaning.backward);
	arguments->backward = meaning.backward;
	arguments->count--;
	memmove(arguments->word, arguments->word + 1, arguments->count * sizeof(char *));
	if (meaning.command->arguments[0] == '\0' && arguments->count != 0)
		return status_error(STATUS_USAGE, "'%s' takes no arguments", meaning.command->name);
	return meaning.command->run(step, arguments);
}

static struct status run_line(struct step *step, const char *line)
{
	struct step_arguments arguments = { .rest = "" };
	char copy[STEP_LINE];
	struct status status;

	if (strlen(line) >= STEP_LINE)
		return status_error(
			STATUS_USAGE, "a line has at most %d characters", STEP_LINE - 1);
	status = split(line, copy, &arguments);
	if (status.code != STATUS_OK || arguments.count == 0)
		return status;
	return run(step, &arguments);
}

/* ---- Answers ---- */

static void answer_in_text(struct step *step, struct status status)
{
	step_console_show(step, step->is_prompt);
	if (status.code != STATUS_OK)
		fprintf(step->out, "error: %s\n", status.text);
	fflush(step->out);
}

/* The lines of the text beside what is there as data. */
static void add_text(cJSON *json, char *text)
{
	cJSON *lines = cJSON_AddArrayToObject(json, "text");

	for (char *line = text; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		bool is_last = line[length] == '\0';

		line[length] = '\0';
		cJSON_AddItemToArray(lines, cJSON_CreateString(line));
		line += length + !is_last;
	}
}

static void add_moment(struct step *step)
{
	struct moment now = travel_now(step->travel);
	cJSON *at = cJSON_AddObjectToObject(step->json, "position");

	json_add_u64(at, "instructions", now.insns);
	cJSON_AddNumberToObject(at, "step", now.step);
}

static void answer_in_json(struct step *step, struct status status, char *text)
{
	char *printed;

	add_moment(step);
	step_console_show(step, step->is_prompt);
	cJSON_AddItemToObject(step->json, "console", step->console_json);
	step->console_json = NULL;
	add_text(step->json, text);
	json_add_text(step->json, "error", status.code == STATUS_OK ? NULL : status.text);
	printed = cJSON_PrintUnformatted(step->json);
	puts(printed != NULL ? printed : "{\"error\":\"the host has no memory\"}");
	fflush(stdout);
	free(printed);
}

static struct status execute_for_json(struct step *step, const char *line)
{
	struct status status;
	char *text = NULL;
	size_t size;

	step->out = open_memstream(&text, &size);
	if (step->out == NULL)
		return status_error(STATUS_HOST, "the host has no memory for an answer");
	step->json = cJSON_CreateObject();
	step->console_json = cJSON_CreateArray();
	status = run_line(step, line);
	fclose(step->out);
	step->out = stdout;
	answer_in_json(step, status, text);
	cJSON_Delete(step->json);
	step->json = NULL;
	free(text);
	return status;
}

static bool is_nothing(const char *line)
{
	line += strspn(line, " \t\r");
	return *line == '\0' || is_comment(line);
}

struct status step_execute(struct step *step, const char *line)
{
	struct status status;

	if (is_nothing(line))
		return status_ok();
	if (step->is_json)
		return execute_for_json(step, line);
	status = run_line(step, line);
	answer_in_text(step, status);
	return status;
}

/* ---- help ---- */

static void help_one(struct step *step, const struct step_command *command)
{
	const char *help = command->help != NULL ? command->help : command[-1].help;
	char usage[80];

	snprintf(usage, sizeof(usage), "%s%s%s%s%s", command->has_backward ? "[r]" : "",
		command->name, *command->letter != '\0' ? ", " : "",
		command->has_backward && *command->letter != '\0' ? "[r]" : "", command->letter);
	fprintf(step->out, "  %-24s %s\n", usage, command->arguments);
	fprintf(step->out, "  %-24s %s\n", "", help);
}

static void help_all(struct step *step)
{
	fputs("Any beginning of a name will do; r in front of those marked [r] goes back in "
	      "time.\n",
		step->out);
	for (size_t i = 0; i < COUNT(step_commands); i++) {
		if (step_commands[i].help != NULL)
			help_one(step, &step_commands[i]);
	}
	fputs("A PLACE or ADDRESS is a number, a symbol, a register (x0, sp, pc, ELR_EL2), or a "
	      "sum "
	      "of such (pc+8).\n",
		step->out);
}

struct status step_do_help(struct step *step, const struct step_arguments *arguments)
{
	struct meaning meaning;

	if (arguments->count == 0) {
		help_all(step);
		return status_ok();
	}
	meaning = find(arguments->word[0]);
	if (meaning.command == NULL)
		return unknown(arguments->word[0]);
	help_one(step, meaning.command);
	return status_ok();
}

struct status step_do_quit(struct step *step, const struct step_arguments *arguments)
{
	(void)arguments;
	step->is_over = true;
	return status_ok();
}
