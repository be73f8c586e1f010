/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the logs of tests/guest/trap-matrix. Knows their form; not what outcomes mean. */
#include "trap_log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sysregs/sysregs.h"

enum { MAX_SETTINGS = 1 << 16, TEXT = 64 };

static char outcome_texts[TRAP_OUTCOMES][TEXT];
static unsigned outcome_count;

static void fail(const char *path, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "trap-matrix: %s: ", path);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(2);
}

const char *trap_outcome_text(unsigned outcome)
{
	return outcome_texts[outcome];
}

unsigned trap_cells_count(unsigned direction)
{
	return direction < 2 ? SYSREG_COUNT : matrix_instruction_count;
}

const char *trap_cell_name(unsigned direction, unsigned index)
{
	return direction < 2 ? sysreg_name((enum sysreg_id)index) : matrix_instructions[index].name;
}

static u16 intern(const char *path, const char *text)
{
	unsigned i = 0;

	while (i < outcome_count && strcmp(outcome_texts[i], text) != 0)
		i++;
	if (i == TRAP_OUTCOMES)
		fail(path, "more than %d different outcomes", TRAP_OUTCOMES);
	if (i == outcome_count)
		snprintf(outcome_texts[outcome_count++], TEXT, "%s", text);
	return (u16)i;
}

/* "trap,2,0x18,+" of the log as a text of trap_log.h. */
static u16 outcome(const char *path, const char *raw)
{
	char kind[16], text[TEXT], iss[32] = "", extra[32] = "";
	unsigned el = 0, ec = 0;
	int fields = sscanf(raw, "%15[a-z],%u,%x,%31s", kind, &el, &ec, iss);

	sscanf(raw, "%*[a-z],%31s", extra);
	if (fields < 1)
		fail(path, "not an outcome: %s", raw);
	if (fields == 4 && strcmp(kind, "trap") == 0 && strcmp(iss, "+") == 0)
		snprintf(text, sizeof(text), "trap EL%u 0x%02x", el, ec);
	else if (fields == 4 && (strcmp(kind, "trap") == 0 || strcmp(kind, "abort") == 0))
		snprintf(text, sizeof(text), "%s EL%u 0x%02x %s", kind, el, ec, iss);
	else if (fields >= 2 && strcmp(kind, "unseen") != 0 && strcmp(kind, "other") != 0)
		snprintf(text, sizeof(text), "%s EL%u", kind, el);
	else if (strcmp(extra, "@") == 0 || strcmp(extra, "?") == 0 || strcmp(kind, "unseen") == 0)
		snprintf(text, sizeof(text), "%s", kind);
	else
		snprintf(text, sizeof(text), "%s %s", kind, extra);
	return intern(path, text);
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t size = 0, room = 1 << 20, got;
	char *text = malloc(room + 1);

	if (file == NULL || text == NULL)
		fail(path, "cannot be read");
	while ((got = fread(text + size, 1, room - size, file)) > 0) {
		size += got;
		if (size == room)
			text = realloc(text, (room *= 2) + 1);
	}
	fclose(file);
	text[size] = '\0';
	return text;
}

/* Letters of the log as a number: a is 0, aa 26. */
static const char *letters(const char *at, unsigned *number)
{
	unsigned n = 0;

	for (; *at >= 'a' && *at <= 'z'; at++)
		n = n * 26 + (unsigned)(*at - 'a') + 1;
	*number = n - 1;
	return at;
}

static u16 known(const struct trap_log *log, unsigned number)
{
	return number < log->outcome_count ? log->outcome_of[number] : 0;
}

static void add_outcome(struct trap_log *log, const char *path, const char *line)
{
	unsigned number;
	const char *text = letters(line, &number);

	if (number != log->outcome_count || number >= TRAP_OUTCOMES || *text != ' ')
		fail(path, "outcomes are not in order: %s", line);
	log->outcome_of[log->outcome_count++] = outcome(path, text + 1);
}

static void add_setting(struct trap_log *log, const char *path, const char *line)
{
	struct trap_setting *setting = &log->settings[log->setting_count++];
	unsigned index;

	if (log->setting_count > MAX_SETTINGS ||
		sscanf(line, "%u %63s", &index, setting->name) != 2)
		fail(path, "not a setting: %s", line);
	for (unsigned el = 0; el < 3; el++)
		setting->absent[el] = -1;
}

static void add_readback(struct trap_setting *setting, const char *path, const char *line)
{
	struct trap_readback *readback = &setting->readback[setting->readback_count++];

	if (setting->readback_count > TRAP_LOG_READBACKS ||
		sscanf(line, "%u %" SCNx64, &readback->reg, &readback->value) != 2)
		fail(path, "not a value: %s", line);
}

static void add_cells(struct trap_log *log, const char *path, char *line)
{
	struct trap_setting *setting = &log->settings[log->setting_count - 1];
	const char *directions = "rwx", *found = strchr(directions, line[2]);
	unsigned el = (unsigned)(line[0] - '0'), number;

	if (el > 2 || log->setting_count == 0 || line[1] != ' ' || line[3] != ' ')
		fail(path, "not understood: %s", line);
	if (line[2] == '-') {
		letters(line + 4, &number);
		setting->absent[el] = known(log, number);
	} else if (found != NULL) {
		setting->runs[el][found - directions] = line + 4;
	}
}

void trap_log_read(struct trap_log *log, const char *path)
{
	unsigned registers, instructions;
	bool started = false, ended = false;
	char *next = read_all(path);

	*log = (struct trap_log){ .text = next,
		.outcome_of = calloc(TRAP_OUTCOMES, sizeof(u16)),
		.settings = calloc(MAX_SETTINGS, sizeof(struct trap_setting)) };
	while (next != NULL && *next != '\0') {
		char *line = next, *end = strchr(next, '\n');

		next = end != NULL ? end + 1 : NULL;
		if (end != NULL)
			*end = '\0';
		if (sscanf(line, "trap-matrix 1 %u %u", &registers, &instructions) == 2) {
			started = true;
			if (registers != SYSREG_COUNT || instructions != matrix_instruction_count)
				fail(path, "of another sysreg.def or instructions.def");
		} else if (!started || *line == '#') {
			continue; /* what the simulator says about itself */
		} else if (strcmp(line, "end") == 0) {
			ended = true;
		} else if (line[0] == 'o' && line[1] == ' ') {
			add_outcome(log, path, line + 2);
		} else if (line[0] == 's' && line[1] == ' ') {
			add_setting(log, path, line + 2);
		} else if (line[0] == 'v' && line[1] == ' ' && log->setting_count != 0) {
			add_readback(&log->settings[log->setting_count - 1], path, line + 2);
		} else {
			add_cells(log, path, line);
		}
	}
	if (!ended)
		fail(path, "the log is not complete");
}

void trap_log_expand(const struct trap_log *log, const struct trap_setting *setting, unsigned el,
	unsigned direction, u16 *outcomes)
{
	const char *at = setting->runs[el][direction];
	unsigned count = trap_cells_count(direction), done = 0;

	while (at != NULL && *at != '\0') {
		unsigned number, length = 0;

		at = letters(at, &number);
		for (; *at >= '0' && *at <= '9'; at++)
			length = length * 10 + (unsigned)(*at - '0');
		if (length == 0 || length > count - done)
			break;
		for (; length > 0; length--)
			outcomes[done++] = known(log, number);
	}
	if (done != count)
		fail(setting->name, "EL%u %c: not one outcome a cell", el, "rwx"[direction]);
}
