/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines as digests, so that many fit and are found.
 */
#include "verify/kill_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

enum { LINE = 100 };

struct lines {
	unsigned count;
	u64 digest[LINES];
	const char *text[LINES]; /* in the console, not terminated */
};

/* Accounts and times. */
static bool is_account(const char *line, size_t length)
{
	static const char *const words[] = { "exits:", "cpu:", "cost:", "tree:" };

	for (size_t i = 0; i < COUNT(words); i++)
		for (size_t at = 0; at + strlen(words[i]) <= length; at++)
			if (strncmp(line + at, words[i], strlen(words[i])) == 0)
				return true;
	return false;
}

static void split(const char *console, struct lines *lines)
{
	lines->count = 0;
	while (*console != '\0' && lines->count < LINES) {
		size_t all = strcspn(console, "\n"), length = strcspn(console, "\r\n|");

		if (!is_account(console, length)) {
			lines->text[lines->count] = console;
			lines->digest[lines->count++] = digest_bytes(DIGEST_START, console, length);
		}
		console += all + (console[all] == '\n');
	}
}

static int by_value(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static void sort(u64 *digest, unsigned count)
{
	if (count != 0)
		qsort(digest, count, sizeof(*digest), by_value);
}

void line_quote(const char *what, const char *line, char *why, size_t size)
{
	snprintf(why, size, "%s \"%.*s\"", what, (int)smaller(strcspn(line, "\r\n"), LINE), line);
}

bool lines_are_same(const char *console, const struct line_set *set, char *why, size_t size)
{
	struct lines *lines = malloc(sizeof(*lines));
	bool is_same = true;

	if (lines == NULL)
		return true;
	split(console, lines);
	for (unsigned i = 0; i < lines->count && is_same; i++) {
		is_same = bsearch(&lines->digest[i], set->digest, set->count, sizeof(u64),
				  by_value) != NULL;
		if (!is_same)
			line_quote("it says", lines->text[i], why, size);
	}
	if (is_same && lines->count != set->count) {
		snprintf(why, size, "%u lines and not %u", lines->count, set->count);
		is_same = false;
	}
	free(lines);
	return is_same;
}

void lines_keep(const char *console, struct line_set *set)
{
	struct lines *lines = malloc(sizeof(*lines));

	if (lines == NULL)
		return;
	split(console, lines);
	sort(lines->digest, lines->count);
	set->count = lines->count;
	memcpy(set->digest, lines->digest, lines->count * sizeof(u64));
	free(lines);
}

const char *line_last(const char *console)
{
	const char *last = console, *at = console;

	for (; *at != '\0'; at++)
		if (*at == '\n' && at[1] != '\0')
			last = at + 1;
	return last;
}
