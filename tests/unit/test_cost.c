/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `entresol cost` takes for figures. The lines come from a guest, so any text may come.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/cost.h"

static struct cost_table *table;

static int make_table(void **state)
{
	(void)state;
	table = calloc(1, sizeof(*table));
	return table == NULL;
}

static int free_table(void **state)
{
	(void)state;
	free(table);
	return 0;
}

static void figures_of_two_runs(void **state)
{
	const struct cost_row *row;
	char line[160];

	(void)state;
	assert_true(cost_parse(table, "vm",
		"hello\r\ncost: hypercall | 16 1600 16\r\ntree: hypercall 0 L1 HYPERCALL | 16\r\n",
		line));
	assert_true(cost_parse(table, "nested",
		"cost: hypercall | 2 9 5\ntree: hypercall 0 L2 HYPERCALL | 2\n"
		"tree: hypercall 1 L1 ERET | 3\nbye\n",
		line));
	row = cost_find(table, "nested", "hypercall");
	assert_non_null(row);
	assert_int_equal(row->traps, 5);
	assert_int_equal(row->nodes, 2);
	assert_int_equal(row->node[1].depth, 1);
	assert_string_equal(row->node[1].reason, "ERET");
	assert_int_equal(cost_find(table, "vm", "hypercall")->cycles, 1600);
	assert_null(cost_find(table, "vm", "eoi"));
}

static void what_is_no_figure(void **state)
{
	static const struct {
		const char *why, *console, *line;
	} rows[] = {
		{ "words missing", "cost: eoi | 1 2\n", "cost: eoi | 1 2" },
		{ "no rounds to divide by", "cost: eoi | 0 2 3\n", "cost: eoi | 0 2 3" },
		{ "something behind it", "cost: eoi | 1 2 0 9\n", "cost: eoi | 1 2 0 9" },
		{ "not a number", "cost: eoi | 1 x 3\n", "cost: eoi | 1 x 3" },
		{ "twice", "cost: eoi | 1 2 0\ncost: eoi | 1 2 0\n", "cost: eoi | 1 2 0" },
		{ "a name too long", "cost: 0123456789012345678901234567890123 | 1 2 0\n",
			"cost: 0123456789012345678901234567890123 | 1 2 0" },
		{ "a tree of nothing", "tree: eoi 0 L1 IRQ | 1\n", "tree: eoi 0 L1 IRQ | 1" },
		{ "a tree of another", "cost: eoi | 1 2 0\ntree: ipi 0 L1 IRQ | 1\n",
			"tree: ipi 0 L1 IRQ | 1" },
		{ "a child without a parent", "cost: eoi | 1 2 1\ntree: eoi 1 L1 IRQ | 1\n",
			"tree: eoi 1 L1 IRQ | 1" },
		{ "a depth left out",
			"cost: eoi | 1 2 2\ntree: eoi 0 L3 IRQ | 1\ntree: eoi 2 L1 IRQ | 1\n",
			"tree: eoi 2 L1 IRQ | 1" },
		{ "a tree that had no room", "cost: eoi: more than 511 kinds of exits\n",
			"cost: eoi: more than 511 kinds of exits" },
		{ "the sum is wrong", "cost: eoi | 1 2 3\ntree: eoi 0 L1 IRQ | 2\n",
			"eoi: the tree does not add up" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char line[160] = "";

		memset(table, 0, sizeof(*table));
		if (cost_parse(table, "vm", rows[i].console, line) ||
			strcmp(line, rows[i].line) != 0)
			fail_msg("%s: '%s'", rows[i].why, line);
	}
}

static void more_than_there_is_room_for(void **state)
{
	static char console[(COST_NODES + 2) * 32];
	char line[160];

	(void)state;
	assert_int_equal(COST_NODES, 512);
	for (unsigned i = 0; i <= COST_NODES; i++)
		strcat(console, i == 0 ? "cost: eoi | 1 2 512\n" : "tree: eoi 0 L1 IRQ | 1\n");
	assert_true(cost_parse(table, "vm", console, line));
	strcat(console, "tree: eoi 0 L1 IRQ | 1\n");
	assert_false(cost_parse(table, "more", console, line));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(figures_of_two_runs, make_table, free_table),
		cmocka_unit_test_setup_teardown(what_is_no_figure, make_table, free_table),
		cmocka_unit_test_setup_teardown(
			more_than_there_is_room_for, make_table, free_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
