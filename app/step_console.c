/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the guest prints while it is stepped: kept in a file without a name, and shown between the
 * answers, each line behind "| ", or as strings in JSON. A line is shown when it is complete; at a
 * prompt at once.
 */
#define _GNU_SOURCE /* memfd_create() */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/step.h"

int step_console_open(void)
{
	int fd = memfd_create("guest console", MFD_CLOEXEC);

	if (fd >= 0 && fcntl(fd, F_SETFL, O_APPEND) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void show_line(struct step *step)
{
	step->console_line[step->console_count] = '\0';
	if (step->console_json != NULL)
		cJSON_AddItemToArray(step->console_json, cJSON_CreateString(step->console_line));
	else
		printf("%s| %s%s\n", colour("\033[2m"), step->console_line, colour("\033[0m"));
	step->console_count = 0;
}

/* What a terminal or JSON would take for its own is a question mark. */
static void take_byte(struct step *step, char byte)
{
	if (byte == '\r')
		return;
	if (byte == '\n') {
		show_line(step);
		return;
	}
	if (step->console_count == STEP_CONSOLE_LINE - 1)
		show_line(step);
	step->console_line[step->console_count++] = byte >= ' ' && byte < 0x7f ? byte : '?';
}

void step_console_show(struct step *step, bool all)
{
	char text[4 * 1024];
	ssize_t size;
	off_t at = 0;

	if (step->console < 0 || (step->is_json && step->console_json == NULL))
		return;
	while ((size = pread(step->console, text, sizeof(text), at)) > 0) {
		for (ssize_t i = 0; i < size; i++)
			take_byte(step, text[i]);
		at += size;
	}
	if (at != 0 && ftruncate(step->console, 0) != 0)
		step->console = -1; /* what was shown would be shown again */
	if (all && step->console_count != 0)
		show_line(step);
	fflush(stdout);
}
