/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-trap-explain: a log of tests/guest/trap-matrix against what `entresol explain --matrix
 * --settings all` prints, cell by cell: the query and the machine cannot disagree.
 * Usage: entresol-trap-explain LOG <CSV
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sysregs/sysregs.h"
#include "sysregs/table.h"
#include "trap_log.h"

enum { FAILURES_SHOWN = 20 };

/* A line of the CSV; its columns point into text. */
enum column { SETTING, EL, INSN, DIRECTION, OUTCOME, TARGET_EL, EC, ISS, REG, COLUMNS };
struct line {
	char text[400];
	const char *column[COLUMNS];
};

static u64 cells, failures, lines_read;

static bool read_line(struct line *line)
{
	char *at = line->text;

	if (fgets(line->text, sizeof(line->text), stdin) == NULL)
		return false;
	lines_read++;
	line->text[strcspn(line->text, "\n")] = '\0';
	for (unsigned i = 0; i < COLUMNS; i++) {
		line->column[i] = at;
		at = strchr(at, ',');
		if (at == NULL && i + 1 < COLUMNS) {
			fprintf(stderr, "trap-explain: line %" PRIu64 " has not %d columns\n",
				lines_read, COLUMNS);
			exit(2);
		}
		if (at != NULL)
			*at++ = '\0';
	}
	return true;
}

/* The ISS of EC 0x18 that the access itself makes, with X0. */
static u32 access_iss(u32 e, bool is_read)
{
	return (u32)(bits(e, 15, 14) << 20 | bits(e, 2, 0) << 17 | bits(e, 13, 11) << 14 |
		     bits(e, 10, 7) << 10 | bits(e, 6, 3) << 1 | is_read);
}

/* The log's word for the register that an access reaches: itself, or by which rule another. */
static const char *target_word(int index, const char *reg)
{
	const struct sysreg *row = &sysreg_rows[index];
	const struct {
		int id;
		const char *word;
	} targets[] = { { index, "=" }, { row->e2h_is, "e" }, { row->alias_of, "a" },
		{ row->nv2_is, "n" } };

	for (size_t i = 0; i < COUNT(targets); i++) {
		if ((i == 0 || targets[i].id != 0) &&
			strcmp(sysreg_rows[targets[i].id].name, reg) == 0)
			return targets[i].word;
	}
	return reg;
}

/* What the line says, as the log does; index: of the row of sysreg.def, or -1. */
static void say_as_log(const struct line *line, int index, char *text, size_t size)
{
	const char *outcome = line->column[OUTCOME];
	unsigned ec = (unsigned)strtoul(line->column[EC], NULL, 16);
	u32 iss = (u32)strtoul(line->column[ISS], NULL, 16);
	bool is_read = line->column[DIRECTION][0] == 'r';

	if (strcmp(outcome, "trap") == 0 && index >= 0 && ec == EC_SYSREG &&
		iss == access_iss(sysreg_encoding((enum sysreg_id)index), is_read))
		snprintf(text, size, "trap EL%s 0x18", line->column[TARGET_EL]);
	else if (strcmp(outcome, "trap") == 0)
		snprintf(text, size, "trap EL%s 0x%02x 0x%x", line->column[TARGET_EL], ec, iss);
	else if (strcmp(outcome, "undefined") == 0 || strcmp(outcome, "illegal") == 0)
		snprintf(text, size, "%s EL%s", outcome, line->column[TARGET_EL]);
	else if (strcmp(outcome, "memory") == 0 && index >= 0 &&
		 sysreg_rows[index].vncr == strtoul(line->column[REG], NULL, 16))
		snprintf(text, size, "memory");
	else if (strcmp(outcome, "ok") == 0 && index >= 0)
		snprintf(text, size, "ok %s", target_word(index, line->column[REG]));
	else
		snprintf(text, size, "%s%s%s", outcome, *line->column[REG] ? " " : "",
			line->column[REG]);
}

/*
 * Is the log's outcome what was said? "ok" without a register says less. What is allowed may fault,
 * or be followed by an interrupt that the setting pends.
 */
static bool is_as_said(const char *logged, const char *said)
{
	static const char *const after[] = { "abort", "irq", "fiq", "serror", "unseen" };

	if (strcmp(logged, said) == 0)
		return true;
	if (strncmp(said, "ok", 2) != 0 && strncmp(said, "memory", 6) != 0)
		return false;
	if (strcmp(logged, "ok") == 0)
		return strncmp(said, "ok", 2) == 0;
	for (size_t i = 0; i < COUNT(after); i++) {
		if (strncmp(logged, after[i], strlen(after[i])) == 0)
			return true;
	}
	return false;
}

static void compare(const struct line *line, int index, const char *logged)
{
	char said[100];

	say_as_log(line, index, said, sizeof(said));
	cells++;
	if (is_as_said(logged, said))
		return;
	if (failures++ < FAILURES_SHOWN)
		printf("%s EL%s %s %s: the machine: %s; explain: %s\n", line->column[SETTING],
			line->column[EL], line->column[INSN], line->column[DIRECTION], logged,
			said);
}

static void must_be(const struct line *line, const char *setting, unsigned el, const char *insn)
{
	if (strcmp(line->column[SETTING], setting) == 0 &&
		line->column[EL][0] == (char)('0' + el) && strcmp(line->column[INSN], insn) == 0)
		return;
	fprintf(stderr, "trap-explain: line %" PRIu64 " is %s EL%s %s, not %s EL%u %s\n",
		lines_read, line->column[SETTING], line->column[EL], line->column[INSN], setting,
		el, insn);
	exit(2);
}

static void next(struct line *line, const char *setting)
{
	if (!read_line(line)) {
		fprintf(stderr, "trap-explain: the table ends before %s\n", setting);
		exit(2);
	}
}

/* The lines of one EL; the first was read. On return the first of the following was. */
static void compare_el(const struct trap_log *log, const struct trap_setting *setting, unsigned el,
	struct line *line)
{
	static u16 outcomes[TRAP_DIRECTIONS][TRAP_CELLS];

	if (setting->absent[el] >= 0) {
		must_be(line, setting->name, el, "-");
		compare(line, -1, trap_outcome_text((unsigned)setting->absent[el]));
		read_line(line);
		return;
	}
	for (unsigned d = 0; d < TRAP_DIRECTIONS; d++)
		trap_log_expand(log, setting, el, d, outcomes[d]);
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		for (unsigned d = 0; d < 2 && sysreg_encoding((enum sysreg_id)id) >> 14 != 0; d++) {
			must_be(line, setting->name, el, sysreg_name((enum sysreg_id)id));
			compare(line, (int)id, trap_outcome_text(outcomes[d][id]));
			next(line, setting->name);
		}
	}
	for (unsigned i = 0; i < matrix_instruction_count; i++) {
		must_be(line, setting->name, el, matrix_instructions[i].name);
		compare(line, -1, trap_outcome_text(outcomes[2][i]));
		if (!read_line(line) && i + 1 < matrix_instruction_count)
			exit(2);
	}
}

int main(int argc, char **argv)
{
	static struct trap_log log;
	struct line line;

	if (argc != 2) {
		fprintf(stderr, "usage: entresol-trap-explain LOG <CSV\n");
		return 2;
	}
	trap_log_read(&log, argv[1]);
	next(&line, "the first line");
	next(&line, "the first setting");
	for (unsigned i = 0; i < log.setting_count; i++) {
		const struct trap_setting *setting = &log.settings[i];

		while (strcmp(line.column[SETTING], setting->name) != 0)
			next(&line, setting->name);
		for (unsigned el = 0; el < 3; el++)
			compare_el(&log, setting, el, &line);
	}
	printf("%u settings, %" PRIu64 " cells, %" PRIu64 " failures\n", log.setting_count, cells,
		failures);
	return failures != 0 || cells == 0;
}
