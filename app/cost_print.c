/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The figures of `entresol cost` as text, Markdown and JSON. Everything is per operation; what was
 * measured is a total over many.
 */
#include <cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/cost.h"

enum figure { FIGURE_CYCLES, FIGURE_TRAPS, FIGURE_COUNT };

static const char *const titles[FIGURE_COUNT] = {
	[FIGURE_CYCLES] = "Cycles per operation",
	[FIGURE_TRAPS] = "Exits to L0 per operation",
};

/* For JSON, whose numbers are doubles anyway. */
static double per_operation(const struct cost_row *row, s64 total)
{
	return (double)total / (double)row->rounds;
}

/* "15" when it is about that, "15.3"; nobody reads the tenths of a thousand. */
static void say_figure(char text[RATIO_TEXT], const struct cost_row *row, s64 total)
{
	u64 size = (u64)(total < 0 ? -total : total);
	u64 tenths = (size * 10 + row->rounds / 2) / row->rounds;

	say_ratio(text, total, row->rounds, tenths % 10 == 0 || tenths >= 10000 ? 0 : 1);
}

static void say_cell(char text[RATIO_TEXT], const struct cost_row *row, enum figure figure)
{
	if (row == NULL)
		snprintf(text, RATIO_TEXT, "-");
	else
		say_figure(text, row, figure == FIGURE_CYCLES ? row->cycles : (s64)row->traps);
}

/* Is this the first row of its operation? Tables have a line an operation. */
static bool is_new_operation(const struct cost_table *table, unsigned i)
{
	for (unsigned k = 0; k < i; k++)
		if (strcmp(table->row[k].operation, table->row[i].operation) == 0)
			return false;
	return true;
}

static void print_node_text(const struct cost_row *row, const struct cost_node *node)
{
	char count[RATIO_TEXT];

	say_figure(count, row, (s64)node->count);
	printf("  %8s  %*s%s %s\n", count, 2 * (int)node->depth, "", node->who, node->reason);
}

/* Below each exit those that a hypervisor made while it handled that one. */
static void print_tree_text(const struct cost_table *table)
{
	for (unsigned i = 0; i < table->rows; i++) {
		const struct cost_row *row = &table->row[i];

		if (row->nodes == 0)
			continue;
		printf("\n%s, %s:\n", row->config, row->operation);
		for (unsigned k = 0; k < row->nodes; k++)
			print_node_text(row, &row->node[k]);
	}
}

enum { COLUMN = 8, HEADINGS = 4 };

/* Part `n` of a name: "vhe" is part 1 of "nested-vhe-nv2". Its length; 0: there is none. */
static int name_part(const char *name, unsigned n, const char **part)
{
	for (; n > 0; n--) {
		name += strcspn(name, "-");
		name += *name == '-';
	}
	*part = name;
	return (int)strcspn(name, "-");
}

/* One line of the headings, up to the last name that reaches it; a name stands in its column. */
static void print_heading(const struct cost_table *table, unsigned n)
{
	const char *part;
	unsigned end = 0;

	for (unsigned i = 0; i < table->configs; i++)
		if (name_part(table->config[i], n, &part) > 0)
			end = i + 1;
	if (end == 0)
		return;
	printf("%-16s", "");
	for (unsigned i = 0; i < end; i++) {
		int length = name_part(table->config[i], n, &part);

		printf(" %*.*s", COLUMN, length, part);
	}
	putchar('\n');
}

static void print_line_text(
	const struct cost_table *table, const char *operation, enum figure figure)
{
	char cell[RATIO_TEXT];

	printf("%-16s", operation);
	for (unsigned i = 0; i < table->configs; i++) {
		say_cell(cell, cost_find(table, table->config[i], operation), figure);
		printf(" %*s", COLUMN, cell);
	}
	putchar('\n');
}

static void print_table_text(const struct cost_table *table, enum figure figure)
{
	printf("%s%s\n", figure == 0 ? "" : "\n", titles[figure]);
	for (unsigned n = 0; n < HEADINGS; n++)
		print_heading(table, n);
	for (unsigned i = 0; i < table->rows; i++)
		if (is_new_operation(table, i))
			print_line_text(table, table->row[i].operation, figure);
}

/* What makes a figure negative, if one is. */
static void explain_negative(const struct cost_table *table)
{
	bool is_any = false;

	for (unsigned i = 0; i < table->rows; i++)
		is_any |= table->row[i].cycles < 0;
	if (is_any)
		puts("\nA figure is what twice the rounds take, less what the rounds take. Where "
		     "it is "
		     "negative,\nthe two differ by more than the operation costs: it says no more "
		     "than that.");
}

void cost_print_text(const struct cost_table *table, bool tree)
{
	bool is_timed = strcmp(table->timing, "functional") != 0;

	for (unsigned figure = 0; figure < FIGURE_COUNT; figure++)
		print_table_text(table, figure);
	explain_negative(table);
	if (is_timed)
		printf("\nThe timing model is %s. What sysreg, barrier, exception, eret and tlbi "
		       "cost "
		       "there are estimates:\nsee 'entresol timing %s'.\n",
			table->timing, table->timing);
	putchar('\n');
	for (unsigned i = 0; i < table->configs; i++)
		printf("%-20s  %s\n", table->config[i], table->meaning[i]);
	if (tree)
		print_tree_text(table);
	cost_breakdown_print_text(table);
}

static void print_table_markdown(const struct cost_table *table, enum figure figure)
{
	char cell[RATIO_TEXT];

	printf("%s%s:\n\n| operation |", figure == 0 ? "" : "\n", titles[figure]);
	for (unsigned i = 0; i < table->configs; i++)
		printf(" %s |", table->config[i]);
	printf("\n|---|");
	for (unsigned i = 0; i < table->configs; i++)
		printf("--:|");
	putchar('\n');
	for (unsigned i = 0; i < table->rows; i++) {
		if (!is_new_operation(table, i))
			continue;
		printf("| %s |", table->row[i].operation);
		for (unsigned k = 0; k < table->configs; k++) {
			say_cell(cell, cost_find(table, table->config[k], table->row[i].operation),
				figure);
			printf(" %s |", cell);
		}
		putchar('\n');
	}
}

static void print_tree_markdown(const struct cost_table *table)
{
	for (unsigned i = 0; i < table->rows; i++) {
		const struct cost_row *row = &table->row[i];

		if (row->nodes == 0)
			continue;
		printf("\n%s, %s:\n\n", row->config, row->operation);
		for (unsigned k = 0; k < row->nodes; k++) {
			const struct cost_node *node = &row->node[k];
			char count[RATIO_TEXT];

			say_figure(count, row, (s64)node->count);
			printf("%*s- %s %s: %s\n", 2 * (int)node->depth, "", node->who,
				node->reason, count);
		}
	}
}

void cost_print_markdown(const struct cost_table *table, bool tree)
{
	for (unsigned figure = 0; figure < FIGURE_COUNT; figure++)
		print_table_markdown(table, figure);
	if (tree)
		print_tree_markdown(table);
	cost_breakdown_print_markdown(table);
}

/* The nodes from `*at` on that have this depth, each with its children; `*at` is behind them then.
 */
static cJSON *tree_of(const struct cost_row *row, unsigned depth, unsigned *at)
{
	cJSON *nodes = cJSON_CreateArray();

	while (*at < row->nodes && row->node[*at].depth == depth) {
		const struct cost_node *from = &row->node[(*at)++];
		cJSON *node = cJSON_CreateObject();

		cJSON_AddStringToObject(node, "who", from->who);
		cJSON_AddStringToObject(node, "reason", from->reason);
		cJSON_AddNumberToObject(node, "traps", per_operation(row, (s64)from->count));
		cJSON_AddItemToObject(node, "children", tree_of(row, depth + 1, at));
		cJSON_AddItemToArray(nodes, node);
	}
	return nodes;
}

static void add_row(cJSON *rows, const struct cost_row *row)
{
	cJSON *object = cJSON_CreateObject();
	unsigned at = 0;

	cJSON_AddStringToObject(object, "config", row->config);
	cJSON_AddStringToObject(object, "operation", row->operation);
	cJSON_AddNumberToObject(object, "cycles", per_operation(row, row->cycles));
	cJSON_AddNumberToObject(object, "traps", per_operation(row, (s64)row->traps));
	cJSON_AddNumberToObject(object, "rounds", (double)row->rounds);
	cJSON_AddItemToObject(object, "tree", tree_of(row, 0, &at));
	if (row->breakdown != NULL)
		cJSON_AddItemToObject(object, "breakdown", cost_breakdown_as_json(row));
	cJSON_AddItemToArray(rows, object);
}

void cost_print_json(const struct cost_table *table)
{
	cJSON *root = cJSON_CreateObject();
	cJSON *configs = cJSON_AddArrayToObject(root, "configs");
	cJSON *rows = cJSON_AddArrayToObject(root, "rows");
	char *text;

	cJSON_AddStringToObject(root, "timing", table->timing);
	for (unsigned i = 0; i < table->configs; i++) {
		cJSON *config = cJSON_CreateObject();

		cJSON_AddStringToObject(config, "config", table->config[i]);
		cJSON_AddStringToObject(config, "meaning", table->meaning[i]);
		cJSON_AddItemToArray(configs, config);
	}
	for (unsigned i = 0; i < table->rows; i++)
		add_row(rows, &table->row[i]);
	text = cJSON_PrintUnformatted(root);
	puts(text != NULL ? text : "{}");
	free(text);
	cJSON_Delete(root);
}
