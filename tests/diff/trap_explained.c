/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares a log of tests/guest/trap-matrix with the CSV of `entresol explain --matrix --settings
 * all`, cell by cell: the machine and the query cannot disagree. Knows the form of both.
 */
#include "trap_explained.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sysregs/table.h"

enum { MAX_LINE = 256, SHOWN = 40 };

/* A line of the CSV. */
struct line {
	char setting[SETTING_NAME], name[32], direction[4], outcome[16], reg[32];
	unsigned el, target_el, ec, iss;
};

/* Fields may be empty, so no sscanf. */
static bool split(char *text, char *fields[9])
{
	unsigned n = 0;

	text[strcspn(text, "\n")] = '\0';
	for (char *at = text; at != NULL && n < 9; n++) {
		fields[n] = at;
		at = strchr(at, ',');
		if (at != NULL)
			*at++ = '\0';
	}
	return n == 9;
}

static bool parse(char *text, struct line *line)
{
	char *f[9];

	if (!split(text, f))
		return false;
	*line = (struct line){ .el = (unsigned)strtoul(f[1], NULL, 10),
		.target_el = (unsigned)strtoul(f[5], NULL, 10),
		.ec = (unsigned)strtoul(f[6], NULL, 16),
		.iss = (unsigned)strtoul(f[7], NULL, 16) };
	snprintf(line->setting, sizeof(line->setting), "%s", f[0]);
	snprintf(line->name, sizeof(line->name), "%s", f[2]);
	snprintf(line->direction, sizeof(line->direction), "%s", f[3]);
	snprintf(line->outcome, sizeof(line->outcome), "%s", f[4]);
	snprintf(line->reg, sizeof(line->reg), "%s", f[8]);
	return line->el < 3;
}

/* The syndrome of an access with Rt = x0. ESR_ELx, ISS of EC 0x18 */
static unsigned iss_of_access(unsigned id, unsigned direction)
{
	unsigned e = sysreg_rows[id].encoding;

	return (e >> 14 & 3) << 20 | (e & 7) << 17 | (e >> 11 & 7) << 14 | (e >> 7 & 15) << 10 |
	       (e >> 3 & 15) << 1 | (direction == 0);
}

/* The line's outcome as a text of trap_log.h; of "ok" the register is compared apart. */
static void expected(
	const struct line *line, unsigned direction, unsigned index, char *text, size_t size)
{
	bool is_row = direction < 2;

	if (strcmp(line->outcome, "trap") == 0 && is_row && line->ec == EC_SYSREG &&
		line->iss == iss_of_access(index, direction))
		snprintf(text, size, "trap EL%u 0x%02x", line->target_el, line->ec);
	else if (strcmp(line->outcome, "trap") == 0)
		snprintf(text, size, "trap EL%u 0x%02x 0x%x", line->target_el, line->ec, line->iss);
	else if (strcmp(line->outcome, "undefined") == 0 || strcmp(line->outcome, "illegal") == 0)
		snprintf(text, size, "%s EL%u", line->outcome, line->target_el);
	else if (strcmp(line->outcome, "memory") == 0 && is_row &&
		 strtoul(line->reg, NULL, 16) != sysreg_rows[index].vncr)
		snprintf(text, size, "memory %s", line->reg);
	else
		snprintf(text, size, "%s", line->outcome);
}

/* Which register the image saw: "ok e" says that it is the row's E2H_IS. */
static const char *seen_register(unsigned index, char which)
{
	const struct sysreg *row = &sysreg_rows[index];
	unsigned id = which == '='   ? index
		      : which == 'e' ? row->e2h_is
		      : which == 'a' ? row->alias_of
				     : row->nv2_is;

	return sysreg_rows[id].name;
}

/* Did the machine do what the line says? What was executed may still fault, or be interrupted. */
static bool agrees(const struct line *line, unsigned direction, unsigned index, const char *seen)
{
	static const char *const executed[] = { "abort", "irq", "fiq", "serror" };
	char text[64];

	expected(line, direction, index, text, sizeof(text));
	if (strcmp(text, "ok") != 0)
		return strcmp(text, seen) == 0;
	for (size_t i = 0; i < COUNT(executed); i++) {
		if (strncmp(seen, executed[i], strlen(executed[i])) == 0)
			return true;
	}
	if (strncmp(seen, "ok ", 3) == 0)
		return strcmp(line->reg, seen_register(index, seen[3])) == 0;
	return strcmp(seen, "ok") == 0;
}

/* The cells of the log of one setting, and how far the CSV has come in them. */
struct position {
	const struct trap_log *log;
	const struct trap_setting *setting;
	u16 outcomes[3][TRAP_DIRECTIONS][TRAP_CELLS];
	bool done[3][TRAP_DIRECTIONS][TRAP_CELLS];
	u64 cells, left_out, differences;
};

static void show(struct position *at, const struct line *line, const char *seen)
{
	if (at->differences++ >= SHOWN)
		return;
	printf("%s EL%u %s %s: the machine: %s; explain: %s EL%u 0x%02x 0x%x %s\n", line->setting,
		line->el, line->name, line->direction, seen, line->outcome, line->target_el,
		line->ec, line->iss, line->reg);
}

static unsigned find(unsigned direction, const char *name)
{
	unsigned i = 0;

	while (i < trap_cells_count(direction) && strcmp(trap_cell_name(direction, i), name) != 0)
		i++;
	return i;
}

/* Every cell of the log must have had its line. */
static void finish_setting(struct position *at)
{
	for (unsigned el = 0; at->setting != NULL && el < 3; el++) {
		for (unsigned d = 0; d < TRAP_DIRECTIONS && at->setting->absent[el] < 0; d++) {
			for (unsigned i = 0; i < trap_cells_count(d); i++) {
				bool has_none = strcmp(trap_outcome_text(at->outcomes[el][d][i]),
							"unseen") == 0;

				if (at->done[el][d][i] || has_none)
					continue;
				printf("%s EL%u %s %c: explain has no such line\n",
					at->setting->name, el, trap_cell_name(d, i), "rwx"[d]);
				at->differences++;
			}
		}
	}
}

static void start_setting(struct position *at, const char *name)
{
	finish_setting(at);
	at->setting = NULL;
	memset(at->done, 0, sizeof(at->done));
	for (unsigned i = 0; i < at->log->setting_count; i++) {
		if (strcmp(at->log->settings[i].name, name) == 0)
			at->setting = &at->log->settings[i];
	}
	for (unsigned el = 0; at->setting != NULL && el < 3; el++) {
		for (unsigned d = 0; d < TRAP_DIRECTIONS && at->setting->absent[el] < 0; d++)
			trap_log_expand(at->log, at->setting, el, d, at->outcomes[el][d]);
	}
}

static void check_line(struct position *at, const struct line *line, unsigned *index)
{
	unsigned d = line->direction[0] == 'r' ? 0 : line->direction[0] == 'w' ? 1 : 2;
	int absent = at->setting->absent[line->el];
	const char *seen;

	at->cells++;
	if (line->direction[0] == '-' || absent >= 0) {
		seen = absent >= 0 ? trap_outcome_text((unsigned)absent) : "the EL exists";
		if (!agrees(line, 2, 0, seen))
			show(at, line, seen);
		return;
	}
	/* lines are in order: a row's read, its write, the next row */
	if (*index >= trap_cells_count(d) || strcmp(trap_cell_name(d, *index), line->name) != 0)
		*index = find(d, line->name);
	if (*index == trap_cells_count(d)) {
		show(at, line, "no such row");
		return;
	}
	seen = trap_outcome_text(at->outcomes[line->el][d][*index]);
	at->done[line->el][d][*index] = true;
	if (strcmp(seen, "unseen") == 0) /* ICV_*: no name leads there */
		at->cells--;
	else if (!agrees(line, d, *index, seen))
		show(at, line, seen);
	if (d != 0)
		(*index)++;
}

bool trap_explained_compare(const struct trap_log *log, const char *path)
{
	static struct position at;
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	char text[MAX_LINE];
	struct line line;
	char last[SETTING_NAME] = "";
	unsigned index = 0, settings = 0;

	if (file == NULL) {
		fprintf(stderr, "trap-matrix: %s cannot be read\n", path);
		return false;
	}
	at.log = log;
	if (fgets(text, sizeof(text), file) == NULL || strncmp(text, "setting,", 8) != 0) {
		fprintf(stderr, "trap-matrix: %s is not the CSV of explain --matrix\n", path);
		return false;
	}
	while (fgets(text, sizeof(text), file) != NULL) {
		size_t length = strlen(last);

		if (at.setting == NULL && strncmp(text, last, length) == 0 && text[length] == ',') {
			at.left_out++;
			continue;
		}
		if (!parse(text, &line)) {
			fprintf(stderr, "trap-matrix: %s: not understood: %s\n", path, text);
			return false;
		}
		if (strcmp(line.setting, last) != 0) {
			start_setting(&at, line.setting);
			memcpy(last, line.setting, sizeof(last));
			settings += at.setting != NULL;
			index = 0;
		}
		if (at.setting != NULL)
			check_line(&at, &line, &index);
		else
			at.left_out++;
	}
	finish_setting(&at);
	if (settings != log->setting_count) {
		printf("explain has %u of the log's %u settings\n", settings, log->setting_count);
		at.differences++;
	}
	printf("%" PRIu64 " cells of %u settings compared, %" PRIu64 " differ, %" PRIu64
	       " of other settings left out\n",
		at.cells, settings, at.differences, at.left_out);
	return at.differences == 0;
}
