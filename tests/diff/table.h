/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was executed how often, as text, as docs/INSTRUCTIONS.md, and whether it is all. counts has
 * a number for each row.
 */
#ifndef ENT_TESTS_DIFF_TABLE_H
#define ENT_TESTS_DIFF_TABLE_H

#include <stdio.h>

#include "base/base.h"

void table_print(const u64 *counts);

/* reference: what agreed. */
void table_print_markdown(FILE *out, const u64 *counts, const char *reference);

/* Prints what is missing: rows of the features that never ran, rows of no group, stale exclusions.
 */
bool table_is_complete(const u64 *counts, const u64 *features);

#endif
