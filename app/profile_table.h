/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of `entresol profile` share: rows that cycles are added to.
 */
#ifndef ENT_APP_PROFILE_TABLE_H
#define ENT_APP_PROFILE_TABLE_H

#include "app/app.h"

/* What a row is about: a function, a page or an exception, or with other numbers something else. */
struct profile_key {
	u32 place, kind;
	u64 start;
};

struct profile_row {
	struct profile_key key;
	const char *name; /* as of profile_function; NULL: none */
	u64 calls;
	u64 insns, total;
	u64 cycles[REASON_COUNT]; /* which add up to total */
};

/* Zero is an empty table. */
struct profile_table {
	struct profile_row *row; /* in the order in which they were first asked for */
	size_t rows, room;
	size_t *slot; /* hash: number of the row + 1 */
	size_t slots;
	bool is_full; /* there was no memory for a row, so the table is not all */
};

/* The row of a key, made if there is none; NULL: no memory. It moves when the next one is made. */
struct profile_row *profile_row(struct profile_table *table, struct profile_key key);
void profile_row_add(struct profile_row *row, u64 insns, const u64 cycles[REASON_COUNT]);
void profile_table_free(struct profile_table *table);

/* By cycles, the most first; equal ones by key. Ends the use of profile_row(). */
void profile_table_sort(struct profile_table *table);

/* A profile that is complete. */
struct profile_report {
	const struct profile_options *options;
	const char *model;
	struct profile *profile;
	struct profile_names *names;
	struct profile_row total;
	FILE *callgrind; /* NULL: not wanted */
};

struct profile_key profile_key_of(const struct profile_function *function);

/* Each prints on stdout; false: no memory. */
bool profile_print_text(const struct profile_report *report);
bool profile_print_json(const struct profile_report *report);
bool profile_print_folded(const struct profile_report *report);
/* To its file. */
struct status profile_write_callgrind(const struct profile_report *report);

#endif
