/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol explain`: questions in assembly, answered by the rules of the machine.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/explain.h"

/* An answer that cannot be: said, and with --json an object in its place. line 0: no line. */
static int refuse(const struct explain_options *options, struct status status, unsigned long line)
{
	if (options->json)
		explain_print_json_error(status.text, line);
	if (line == 0)
		return say_status(status);
	say("line %lu: %s", line, status.text);
	return (int)status.code;
}

static int answer(const struct explain_options *options, const struct cpu *cpu, const char *text,
	unsigned long line)
{
	struct explain_question question = {
		.text = text, .profile = options->profile, .cpu = cpu
	};
	struct status status = assemble(text, &question.insn);
	struct explanation answer;

	if (status.code != STATUS_OK)
		return refuse(options, status, line);
	explain(cpu, question.insn, &answer);
	if (options->json)
		explain_print_json(&question, &answer);
	else
		explain_print_text(&question, &answer, stdout);
	return STATUS_OK;
}

/* The text without comment and space around it, in place. */
static char *strip(char *text)
{
	char *comment = strstr(text, "//");

	if (comment != NULL)
		*comment = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	for (size_t end = strlen(text); end > 0 && strchr(" \t", text[end - 1]) != NULL; end--)
		text[end - 1] = '\0';
	return text + strspn(text, " \t");
}

/* A line each; empty ones and what is behind a // are skipped. */
static int answer_lines(const struct explain_options *options, const struct cpu *cpu)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	unsigned long number = 0;
	int code = STATUS_OK;

	while ((length = getline(&line, &size, stdin)) >= 0) {
		int wrong = STATUS_OK;

		number++;
		if (strlen(line) != (size_t)length)
			wrong = refuse(options,
				status_error(STATUS_USAGE, "a NUL byte: this is no text"), number);
		else if (strip(line)[0] != '\0')
			wrong = answer(options, cpu, strip(line), number);
		code = wrong != STATUS_OK ? wrong : code;
	}
	if (ferror(stdin))
		code = say_status(status_error(
			STATUS_HOST, "standard input cannot be read: %s", strerror(errno)));
	free(line);
	return code;
}

/* All that can be answered are; the exit code is that of the last that cannot. */
static int answer_all(const struct explain_options *options, const struct cpu *cpu)
{
	int code = STATUS_OK;

	for (unsigned i = 0; i < options->instruction_count; i++) {
		char *text = options->instruction[i];
		int wrong = strcmp(text, "-") == 0 ? answer_lines(options, cpu)
						   : answer(options, cpu, strip(text), 0);

		code = wrong != STATUS_OK ? wrong : code;
	}
	return code;
}

static struct status prepare(const struct explain_options *options, struct cpu *cpu)
{
	struct status status = status_ok();

	if (options->matrix_setting != NULL)
		status = matrix_setting(cpu, options->matrix_setting);
	if (status.code != STATUS_OK)
		return status;
	pstate_set_el(cpu, options->el, options->sp);
	status = explain_apply(cpu, options->setting, options->setting_count);
	if (status.code != STATUS_OK)
		return status;
	if (options->el == EL1 && is_tge(cpu))
		return status_error(STATUS_USAGE,
			"--el 1: there is no EL1 while HCR_EL2.TGE = 1; choose --el 0 or 2");
	return status_ok();
}

int explain_command(int argc, char **argv)
{
	struct explain_options options;
	struct explain_pe *pe = NULL;
	struct status status;
	int code = STATUS_OK;

	switch (explain_options_parse(&options, argc, argv)) {
	case PARSED_DONE: goto out;
	case PARSED_USAGE: code = STATUS_USAGE; goto out;
	case PARSED_RUN: break;
	}
	status = explain_pe_create(options.profile, options.has_el2, options.choice, &pe);
	if (status.code != STATUS_OK) {
		code = say_status(status);
		goto out;
	}
	if (options.matrix) {
		status = matrix_print(pe->cpu, options.all_settings, options.format, stdout);
		code = status.code == STATUS_OK ? STATUS_OK : say_status(status);
		goto out;
	}
	status = prepare(&options, pe->cpu);
	code = status.code == STATUS_OK ? answer_all(&options, pe->cpu) : say_status(status);
out:
	explain_pe_destroy(pe);
	explain_options_free(&options);
	return code;
}
