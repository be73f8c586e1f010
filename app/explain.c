/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol explain`: questions in assembly, answered by the rules of the machine.
 */
#include <stdlib.h>
#include <string.h>

#include "app/explain.h"

static int answer(const struct explain_options *options, const struct cpu *cpu, const char *text)
{
	struct explain_question question = {
		.text = text, .profile = options->profile, .cpu = cpu
	};
	struct status status = assemble(text, &question.insn);
	struct explanation answer;

	if (status.code != STATUS_OK)
		return say_status(status);
	explain(cpu, question.insn, &answer);
	if (options->json)
		explain_print_json(&question, &answer);
	else
		explain_print_text(&question, &answer);
	return STATUS_OK;
}

/* A line each; empty ones and what is behind a // are skipped. */
static int answer_lines(const struct explain_options *options, const struct cpu *cpu)
{
	char *line = NULL;
	size_t size = 0;
	int code = STATUS_OK;

	while (getline(&line, &size, stdin) >= 0) {
		char *comment = strstr(line, "//");
		int wrong;

		if (comment != NULL)
			*comment = '\0';
		line[strcspn(line, "\r\n")] = '\0';
		if (line[strspn(line, " \t")] == '\0')
			continue;
		wrong = answer(options, cpu, line + strspn(line, " \t"));
		code = wrong != STATUS_OK ? wrong : code;
	}
	free(line);
	return code;
}

/* All that can be answered are; the exit code is that of the last that cannot. */
static int answer_all(const struct explain_options *options, const struct cpu *cpu)
{
	int code = STATUS_OK;

	for (unsigned i = 0; i < options->instruction_count; i++) {
		const char *text = options->instruction[i];
		int wrong = strcmp(text, "-") == 0 ? answer_lines(options, cpu)
						   : answer(options, cpu, text);

		code = wrong != STATUS_OK ? wrong : code;
	}
	return code;
}

static struct status prepare(const struct explain_options *options, struct cpu *cpu)
{
	struct status status;

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
