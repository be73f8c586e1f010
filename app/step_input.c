/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the commands of `entresol step` come from: somebody at a terminal, or a file.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/step.h"

struct step_input {
	FILE *file;
	bool is_prompt, is_ours; /* to close */
	struct step_edit *edit;	 /* NULL: plain lines */
	char *line;
	size_t room;
	char last[STEP_LINE]; /* at a prompt, which an empty line repeats */
};

/* A folder can be opened, and is an empty file then. */
static FILE *open_file(const char *path)
{
	FILE *file = fopen(path, "re");
	struct stat about;

	if (file == NULL || fstat(fileno(file), &about) != 0 || !S_ISDIR(about.st_mode))
		return file;
	fclose(file);
	errno = EISDIR;
	return NULL;
}

struct status step_input_open(const char *file, struct step *step, struct step_input **out)
{
	bool is_stdin = file == NULL || strcmp(file, "-") == 0;
	struct step_input *input = calloc(1, sizeof(*input));

	*out = NULL;
	if (input == NULL)
		return status_error(STATUS_HOST, "the host has no memory");
	input->file = is_stdin ? stdin : open_file(file);
	if (input->file == NULL) {
		free(input);
		return status_error(STATUS_HOST, "--commands %.100s: %s", file, strerror(errno));
	}
	input->is_ours = !is_stdin;
	input->is_prompt = is_stdin && !step->is_json && isatty(STDIN_FILENO);
	if (input->is_prompt && isatty(STDOUT_FILENO))
		input->edit = step_edit_create(step);
	*out = input;
	return status_ok();
}

void step_input_close(struct step_input *input)
{
	if (input == NULL)
		return;
	step_edit_destroy(input->edit);
	if (input->is_ours)
		fclose(input->file);
	free(input->line);
	free(input);
}

bool step_input_is_prompt(const struct step_input *input)
{
	return input->is_prompt;
}

/* Bytes behind a zero byte are no part of a line for anybody; it is made visible instead. */
static char *plain_line(struct step_input *input)
{
	ssize_t length = getline(&input->line, &input->room, input->file);

	if (length < 0)
		return NULL;
	for (ssize_t i = 0; i < length; i++) {
		if (input->line[i] == '\0')
			input->line[i] = '?';
	}
	if (length > 0 && input->line[length - 1] == '\n')
		input->line[length - 1] = '\0';
	return input->line;
}

void step_echo(const char *line)
{
	fputs("> ", stdout);
	for (; *line != '\0'; line++)
		putchar(isprint((unsigned char)*line) ? *line : '?');
	putchar('\n');
	fflush(stdout);
}

const char *step_input_line(struct step_input *input)
{
	const char *line;

	if (input->is_prompt && input->edit == NULL) {
		fputs("> ", stdout);
		fflush(stdout);
	}
	line = input->edit != NULL ? step_edit_line(input->edit) : plain_line(input);
	if (line == NULL || !input->is_prompt)
		return line;
	if (line[strspn(line, " \t")] == '\0')
		return input->last;
	snprintf(input->last, sizeof(input->last), "%s", line);
	return line;
}
