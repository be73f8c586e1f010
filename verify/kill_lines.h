/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines that a hypervisor printed, as far as they say what its guests found: left of a '|', and
 * no accounts (docs/HYP-MODEL.md).
 */
#ifndef ENT_VERIFY_KILL_LINES_H
#define ENT_VERIFY_KILL_LINES_H

#include "base/base.h"

enum { LINES = 16384 };

struct line_set {
	unsigned count;
	u64 digest[LINES]; /* sorted */
};

/* false: no memory. */
bool lines_keep(const char *console, struct line_set *set);
enum lines_answer { LINES_SAME, LINES_OTHER, LINES_NO_MEMORY };
/*
 * The order of lines of two VMs may change with time: each line counts, and how often, not its
 * place. If they are others, why says which.
 */
enum lines_answer lines_compare(
	const char *console, const struct line_set *set, char *why, size_t size);

/* The last one that is not empty; up to the end of the text. */
const char *line_last(const char *console);
/* what "LINE" */
void line_quote(const char *what, const char *line, char *why, size_t size);

#endif
