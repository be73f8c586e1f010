/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of `entresol cost` share: figures as hyp.elf printed them.
 */
#ifndef ENT_APP_COST_H
#define ENT_APP_COST_H

#include "base/base.h"

enum { COST_CONFIGS = 16, COST_ROWS = 32, COST_NODES = 64, COST_NAME = 32 };

/* Exits of one kind, under the operation that caused them. */
struct cost_node {
	unsigned depth; /* 0: the measured guest's; 1: its hypervisor's while it handles these; ...
			 */
	char who[8];	/* what was running: "L2" */
	char reason[COST_NAME];
	u64 count; /* over all rounds, as everything here */
};

/* One operation in one configuration. */
struct cost_row {
	const char *config;
	char operation[COST_NAME];
	u64 rounds, cycles, traps;
	struct cost_node node[COST_NODES];
	unsigned nodes;
};

struct cost_table {
	const char *config[COST_CONFIGS]; /* in the order of cost.def, those that were run */
	const char *meaning[COST_CONFIGS];
	unsigned configs;
	struct cost_row row[COST_CONFIGS * COST_ROWS];
	unsigned rows;
};

/*
 * Adds what the console of one run says. False: a line is malformed, there are too many, or the
 * traps of an operation are not the sum of its tree; `line` then holds it, or the operation.
 */
bool cost_parse(struct cost_table *table, const char *config, const char *console, char line[160]);

/* NULL: it was not measured in this configuration. */
const struct cost_row *cost_find(
	const struct cost_table *table, const char *config, const char *operation);

/* ---- cost_print.c ---- */

void cost_print_text(const struct cost_table *table, bool tree);
void cost_print_markdown(const struct cost_table *table, bool tree);
void cost_print_json(const struct cost_table *table);

#endif
