/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which encoding group a row belongs to, and docs/INSTRUCTIONS.md: the groups, their rows, and how
 * often the differential test executed them.
 */
#include "table.h"

#include <string.h>

#include "cpu/decode.h"
#include "diff.h"

/* A section has no pattern. */
static const struct group {
	const char *name, *pattern;
} groups[] = {
#define SECTION(name)	     { name, NULL },
#define GROUP(name, pattern) { name, pattern },
#include "tests/diff/groups.def"
#undef SECTION
#undef GROUP
};

/* The fixed bits of the group that the word has, or -1 if one differs. */
static int match(const struct group *group, u32 word)
{
	int fixed = 0;

	if (group->pattern == NULL)
		return -1;
	for (unsigned i = 0; i < 32; i++) {
		char want = group->pattern[i];

		if (want == '-')
			continue;
		if ((word >> (31 - i) & 1) != (want == '1'))
			return -1;
		fixed++;
	}
	return fixed;
}

static const struct group *group_of(const struct insn_row *row)
{
	const struct group *best = NULL;
	int most = -1;

	for (size_t i = 0; i < COUNT(groups); i++) {
		int fixed = match(&groups[i], row->value);

		if (fixed > most) {
			most = fixed;
			best = &groups[i];
		}
	}
	return best;
}

/* What a line of the table says. */
struct line {
	unsigned rows, drawn;
	u64 least, cases; /* of drawn rows */
};

static struct line sum_of(const struct group *group, const u64 *counts)
{
	struct line line = { .least = ~(u64)0 };

	for (unsigned r = 0; r < insn_row_count; r++) {
		if (group_of(&insn_rows[r]) != group)
			continue;
		line.rows++;
		if (diff_excluded(&insn_rows[r]) != NULL)
			continue;
		line.drawn++;
		line.cases += counts[r];
		if (counts[r] < line.least)
			line.least = counts[r];
	}
	return line;
}

static void print_line(FILE *out, const struct group *group, const struct line *line)
{
	fprintf(out, "| %s | %u | ", group->name, line->rows);
	if (line->drawn == 0)
		fprintf(out, "0 | | |\n");
	else
		fprintf(out, "%u | %" PRIu64 " | %" PRIu64 " |\n", line->drawn, line->cases,
			line->least);
}

static void print_groups(FILE *out, const u64 *counts)
{
	fprintf(out, "| encoding group | rows | drawn | executed | least of a row |\n"
		     "|---|---:|---:|---:|---:|\n");
	for (size_t i = 0; i < COUNT(groups); i++) {
		struct line line = sum_of(&groups[i], counts);

		if (groups[i].pattern == NULL)
			fprintf(out, "| **%s** | | | | |\n", groups[i].name);
		else if (line.rows > 0)
			print_line(out, &groups[i], &line);
	}
}

static void print_excluded(FILE *out)
{
	fprintf(out,
		"\n## Rows that are not drawn\n\n| rows | why | compared by |\n|---|---|---|\n");
	for (unsigned i = 0; i < diff_exclusion_count; i++) {
		const char *separator = "| ";

		for (unsigned r = 0; r < insn_row_count; r++) {
			if (diff_excluded(&insn_rows[r]) != &diff_exclusions[i])
				continue;
			fprintf(out, "%s%s", separator, insn_rows[r].name);
			separator = ", ";
		}
		fprintf(out, " | %s | %s |\n", diff_exclusions[i].why, diff_exclusions[i].tests);
	}
}

void table_print_markdown(FILE *out, const u64 *counts, const char *reference)
{
	u64 all = 0;

	for (unsigned r = 0; r < insn_row_count; r++)
		all += counts[r];
	fprintf(out,
		"# Instructions, and how often they were compared\n\n"
		"Written by `./dev diff --insns 20000000 --all-rows --markdown "
		"docs/INSTRUCTIONS.md`; the test `diff.markdown` fails when rows changed since.\n\n"
		"The groups are those of DDI 0487 C4.1, rows those of `cpu/a64.def`. A row is "
		"drawn "
		"with random fields and hard operands (tests/diff/operands.c); executed: how often "
		"that was compared with QEMU, registers, flags and memory; least: the same for the "
		"row of the group that was executed least.\n\n"
		"%" PRIu64 " instructions of %u rows, no unexplained difference from %s.\n\n",
		all, insn_row_count, reference);
	print_groups(out, counts);
	print_excluded(out);
}

void table_print(const u64 *counts)
{
	for (unsigned r = 0; r < insn_row_count; r++) {
		const struct diff_exclusion *excluded = diff_excluded(&insn_rows[r]);

		printf("%-16s %10" PRIu64 "%s%s\n", insn_rows[r].name, counts[r],
			excluded ? "  not drawn: " : "", excluded ? excluded->why : "");
	}
}

static bool excludes_something(const struct diff_exclusion *exclusion)
{
	for (unsigned r = 0; r < insn_row_count; r++) {
		if (diff_excluded(&insn_rows[r]) == exclusion)
			return true;
	}
	return false;
}

bool table_is_complete(const u64 *counts, const u64 *features)
{
	bool ok = true;

	for (unsigned r = 0; r < insn_row_count; r++) {
		const struct insn_row *row = &insn_rows[r];
		bool is_there = features[row->feature / 64] >> (row->feature % 64) & 1;

		if (group_of(row) == NULL) {
			printf("row %s is of no encoding group\n", row->name);
			ok = false;
		}
		if (is_there && counts[r] == 0 && diff_excluded(row) == NULL) {
			printf("row %s was never executed\n", row->name);
			ok = false;
		}
	}
	for (unsigned i = 0; i < diff_exclusion_count; i++) {
		if (!excludes_something(&diff_exclusions[i])) {
			printf("no row is excluded by '%s'\n", diff_exclusions[i].rows);
			ok = false;
		}
	}
	return ok;
}
