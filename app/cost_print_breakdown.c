/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breakdowns of `entresol cost`. Cycles are those of all operations that were measured, so that
 * lines and columns add up exactly; only the figure for one operation is rounded.
 */
#include <inttypes.h>
#include <stdio.h>

#include "app/app.h"
#include "app/cost.h"
#include "app/json.h"

/* A line is a phase of a level, a column a reason; only those that are there at all. */
struct grid {
	const struct cost_row *row;
	s64 phase[COST_LEVELS][PHASE_COUNT];
	s64 reason[REASON_COUNT];
	bool has_phase[COST_LEVELS][PHASE_COUNT], has_reason[REASON_COUNT];
};

static void make_grid(struct grid *grid, const struct cost_row *row)
{
	*grid = (struct grid){ .row = row };
	for (unsigned level = 0; level < COST_LEVELS; level++) {
		for (unsigned phase = 0; phase < PHASE_COUNT; phase++) {
			for (unsigned reason = 0; reason < REASON_COUNT; reason++) {
				s64 cycles = row->breakdown->cycles[level][phase][reason];

				grid->phase[level][phase] += cycles;
				grid->reason[reason] += cycles;
				grid->has_phase[level][phase] |= cycles != 0;
				grid->has_reason[reason] |= cycles != 0;
			}
		}
	}
}

/* From the guest that is measured down, as an exit goes. */
typedef void line_fn(const struct grid *grid, unsigned level, unsigned phase);

static void each_line(const struct grid *grid, line_fn *visit)
{
	for (unsigned level = COST_LEVELS; level-- > 0;)
		for (unsigned phase = 0; phase < PHASE_COUNT; phase++)
			if (grid->has_phase[level][phase])
				visit(grid, level, phase);
}

/* Per operation. */
static const char *say_each(char text[RATIO_TEXT], const struct grid *grid, s64 total)
{
	return say_ratio(text, total, grid->row->rounds, 1);
}

static void print_text_line(const struct grid *grid, unsigned level, unsigned phase)
{
	char each[RATIO_TEXT];

	printf("  L%u %-10s %10s %10" PRId64, level, cost_phase_names[phase],
		say_each(each, grid, grid->phase[level][phase]), grid->phase[level][phase]);
	for (unsigned reason = 0; reason < REASON_COUNT; reason++)
		if (grid->has_reason[reason])
			printf(" %11" PRId64, grid->row->breakdown->cycles[level][phase][reason]);
	putchar('\n');
}

static void print_text(const struct grid *grid)
{
	const struct cost_row *row = grid->row;
	char each[RATIO_TEXT];

	printf("\n%s, %s: %" PRIu64 " operations\n", row->config, row->operation, row->rounds);
	printf("  %-13s %10s %10s", "", "each", "all");
	for (unsigned reason = 0; reason < REASON_COUNT; reason++)
		if (grid->has_reason[reason])
			printf(" %11s", timing_reason_names[reason]);
	putchar('\n');
	each_line(grid, print_text_line);
	printf("  %-13s %10s %10" PRId64, "total", say_each(each, grid, row->cycles), row->cycles);
	for (unsigned reason = 0; reason < REASON_COUNT; reason++)
		if (grid->has_reason[reason])
			printf(" %11" PRId64, grid->reason[reason]);
	putchar('\n');
}

/* What is said once above all breakdowns. */
static const char meaning[] =
	"Cycles below are what twice the operations took, less what they took once: what only the "
	"first\nones wait for is not in them, and a part is negative where they waited less the "
	"second time.";

static bool has_any(const struct cost_table *table)
{
	for (unsigned i = 0; i < table->rows; i++)
		if (table->row[i].breakdown != NULL)
			return true;
	return false;
}

static void print_markdown_line(const struct grid *grid, unsigned level, unsigned phase)
{
	char each[RATIO_TEXT];

	printf("| L%u %s | %s | %" PRId64 " |", level, cost_phase_names[phase],
		say_each(each, grid, grid->phase[level][phase]), grid->phase[level][phase]);
	for (unsigned reason = 0; reason < REASON_COUNT; reason++)
		if (grid->has_reason[reason])
			printf(" %" PRId64 " |",
				grid->row->breakdown->cycles[level][phase][reason]);
	putchar('\n');
}

static void print_markdown(const struct grid *grid)
{
	const struct cost_row *row = grid->row;
	char each[RATIO_TEXT];

	printf("\n%s, %s, cycles of %" PRIu64 " operations:\n\n| phase | each | all |", row->config,
		row->operation, row->rounds);
	for (unsigned reason = 0; reason < REASON_COUNT; reason++)
		if (grid->has_reason[reason])
			printf(" %s |", timing_reason_names[reason]);
	printf("\n|---|--:|--:|");
	for (unsigned reason = 0; reason < REASON_COUNT; reason++)
		if (grid->has_reason[reason])
			printf("--:|");
	putchar('\n');
	each_line(grid, print_markdown_line);
	printf("| total | %s | %" PRId64 " |", say_each(each, grid, row->cycles), row->cycles);
	for (unsigned reason = 0; reason < REASON_COUNT; reason++)
		if (grid->has_reason[reason])
			printf(" %" PRId64 " |", grid->reason[reason]);
	putchar('\n');
}

static void print_each(const struct cost_table *table, void (*print)(const struct grid *grid))
{
	struct grid grid;

	if (has_any(table))
		printf("\n%s\n", meaning);
	for (unsigned i = 0; i < table->rows; i++) {
		if (table->row[i].breakdown == NULL)
			continue;
		make_grid(&grid, &table->row[i]);
		print(&grid);
	}
}

void cost_breakdown_print_text(const struct cost_table *table)
{
	print_each(table, print_text);
}

void cost_breakdown_print_markdown(const struct cost_table *table)
{
	print_each(table, print_markdown);
}

/* [{"level": 0, "phase": "save", "cycles": 640, "reasons": {"issue": 400, ...}}, ...] */
cJSON *cost_breakdown_as_json(const struct cost_row *row)
{
	cJSON *lines = cJSON_CreateArray();
	struct grid grid;

	make_grid(&grid, row);
	for (unsigned level = COST_LEVELS; level-- > 0;) {
		for (unsigned phase = 0; phase < PHASE_COUNT; phase++) {
			const s64 *cycles = row->breakdown->cycles[level][phase];
			cJSON *line, *reasons;

			if (!grid.has_phase[level][phase])
				continue;
			line = cJSON_CreateObject();
			cJSON_AddNumberToObject(line, "level", level);
			cJSON_AddStringToObject(line, "phase", cost_phase_names[phase]);
			json_add_s64(line, "cycles", grid.phase[level][phase]);
			reasons = cJSON_AddObjectToObject(line, "reasons");
			for (unsigned reason = 0; reason < REASON_COUNT; reason++)
				if (cycles[reason] != 0)
					json_add_s64(reasons, timing_reason_names[reason],
						cycles[reason]);
			cJSON_AddItemToArray(lines, line);
		}
	}
	return lines;
}
