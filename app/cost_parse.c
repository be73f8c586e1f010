/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hyp.elf's lines "cost: OPERATION | ROUNDS CYCLES TRAPS" and, behind the one they belong to,
 * "tree: OPERATION DEPTH WHO REASON | COUNT". Knows nothing of how they came to be.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/cost.h"

/* Names come from an image, so their length is bounded where they are read. */
#define NAME "%31s"
#define WHO  "%7s"

static bool parse_cost(struct cost_table *table, const char *config, const char *line)
{
	struct cost_row row = { .config = config };
	int end = 0;

	if (sscanf(line, "cost: " NAME " | %" SCNu64 " %" SCNd64 " %" SCNu64 "%n", row.operation,
		    &row.rounds, &row.cycles, &row.traps, &end) != 4 ||
		line[end] != '\0')
		return false;
	if (row.rounds == 0 || table->rows == COUNT(table->row) ||
		cost_find(table, config, row.operation) != NULL)
		return false;
	table->row[table->rows++] = row;
	return true;
}

/* Has every node but those of depth 0 a parent? */
static bool is_depth_right(const struct cost_row *row, unsigned depth)
{
	return depth == 0 || (row->nodes > 0 && depth <= row->node[row->nodes - 1].depth + 1);
}

static bool parse_tree(struct cost_table *table, const char *config, const char *line)
{
	struct cost_row *row;
	struct cost_node node;
	char operation[COST_NAME];
	int end = 0;

	if (sscanf(line, "tree: " NAME " %u " WHO " " NAME " | %" SCNu64 "%n", operation,
		    &node.depth, node.who, node.reason, &node.count, &end) != 5 ||
		line[end] != '\0')
		return false;
	if (table->rows == 0)
		return false;
	row = &table->row[table->rows - 1];
	if (row->config != config || strcmp(row->operation, operation) != 0 ||
		row->nodes == COST_NODES || !is_depth_right(row, node.depth))
		return false;
	row->node[row->nodes++] = node;
	return true;
}

/* Both come from one place in hyp.elf, by two ways. */
static bool is_sum_right(const struct cost_row *row)
{
	u64 sum = 0;

	for (unsigned i = 0; i < row->nodes; i++)
		sum += row->node[i].count;
	return sum == row->traps;
}

bool cost_parse(struct cost_table *table, const char *config, const char *console, char line[160])
{
	unsigned first = table->rows;

	while (*console != '\0') {
		size_t length = strcspn(console, "\r\n");
		bool ok = true;

		snprintf(line, 160, "%.*s", (int)(length < 159 ? length : 159), console);
		if (strncmp(line, "cost: ", 6) == 0)
			ok = parse_cost(table, config, line);
		else if (strncmp(line, "tree: ", 6) == 0)
			ok = parse_tree(table, config, line);
		if (!ok)
			return false;
		console += length;
		console += strspn(console, "\r\n");
	}
	for (unsigned i = first; i < table->rows; i++) {
		if (is_sum_right(&table->row[i]))
			continue;
		snprintf(line, 160, "%s: the tree does not add up", table->row[i].operation);
		return false;
	}
	return true;
}

const struct cost_row *cost_find(
	const struct cost_table *table, const char *config, const char *operation)
{
	for (unsigned i = 0; i < table->rows; i++) {
		const struct cost_row *row = &table->row[i];

		if (strcmp(row->config, config) == 0 && strcmp(row->operation, operation) == 0)
			return row;
	}
	return NULL;
}
