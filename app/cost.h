/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of `entresol cost` share: figures as hyp.elf printed them.
 */
#ifndef ENT_APP_COST_H
#define ENT_APP_COST_H

#include "app/cost_breakdown.h"
#include "base/base.h"

struct cJSON; /* its library's */

enum { COST_CONFIGS = 16, COST_ROWS = 32, COST_NODES = 512, COST_NAME = 32 };

/*
 * Exits of one kind. Depth 0 are those of the measured guest; one more, those of a hypervisor while
 * it handled the exit that is the last node before with a smaller depth.
 */
struct cost_node {
	unsigned depth;
	char who[8]; /* what was running: "L2" */
	char reason[COST_NAME];
	u64 count; /* over all rounds, as everything here */
};

/* One operation in one configuration. */
struct cost_row {
	const char *config;
	char operation[COST_NAME];
	u64 rounds, traps;
	s64 cycles; /* negative: caches made the longer run the shorter one */
	struct cost_node node[COST_NODES]; /* depth first */
	unsigned nodes;
	struct cost_breakdown *breakdown; /* owned; adds up to `cycles`; NULL: not asked for */
};

struct cost_table {
	const char *config[COST_CONFIGS]; /* in the order of cost.def, those that were run */
	const char *meaning[COST_CONFIGS];
	unsigned configs;
	struct cost_row row[COST_CONFIGS * COST_ROWS];
	unsigned rows;
	const char *timing; /* the model; "functional": an instruction is a cycle */
};

/*
 * Adds what the console of one run says. False: a line is malformed, there are too many, a
 * tree leaves out a depth, or the traps of an operation are not the sum of its tree; `line` then
 * holds it, or the operation.
 */
bool cost_parse(struct cost_table *table, const char *config, const char *console, char line[160]);

/* NULL: it was not measured in this configuration. */
const struct cost_row *cost_find(
	const struct cost_table *table, const char *config, const char *operation);

/* ---- cost_print.c ---- */

void cost_print_text(const struct cost_table *table, bool tree);
void cost_print_markdown(const struct cost_table *table, bool tree);
void cost_print_json(const struct cost_table *table);

/* ---- cost_print_breakdown.c: of the rows that have one ---- */

void cost_breakdown_print_text(const struct cost_table *table);
void cost_breakdown_print_markdown(const struct cost_table *table);
struct cJSON *cost_breakdown_as_json(const struct cost_row *row);

#endif
