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

/* The first line that the other does not have, or too often: sorted, they go side by side. */
static void say_other(const char *console, const struct line_set *set, const struct lines *lines,
	char *why, size_t size)
{
	struct lines *said = malloc(sizeof(*said));
	unsigned i = 0, j = 0;
	u64 other;

	while (i < lines->count && j < set->count && lines->digest[i] >= set->digest[j])
		i += lines->digest[i] == set->digest[j++];
	snprintf(why, size, "%u lines and not %u", lines->count, set->count);
	if (said == NULL || i == lines->count)
		goto out;
	other = lines->digest[i];
	split(console, said);
	for (i = 0; said->digest[i] != other;)
		i++;
	line_quote(j != 0 && set->digest[j - 1] == other ? "it says too often" : "it says",
		said->text[i], why, size);
out:
	free(said);
}

enum lines_answer lines_compare(
	const char *console, const struct line_set *set, char *why, size_t size)
{
	struct lines *lines = malloc(sizeof(*lines));
	bool is_same;

	if (lines == NULL)
		return LINES_NO_MEMORY;
	split(console, lines);
	sort(lines->digest, lines->count);
	is_same = lines->count == set->count &&
		  memcmp(lines->digest, set->digest, lines->count * sizeof(u64)) == 0;
	if (!is_same)
		say_other(console, set, lines, why, size);
	free(lines);
	return is_same ? LINES_SAME : LINES_OTHER;
}

bool lines_keep(const char *console, struct line_set *set)
{
	struct lines *lines = malloc(sizeof(*lines));

	if (lines == NULL)
		return false;
	split(console, lines);
	sort(lines->digest, lines->count);
	set->count = lines->count;
	memcpy(set->digest, lines->digest, lines->count * sizeof(u64));
	free(lines);
	return true;
}

const char *line_last(const char *console)
{
	const char *last = console, *at = console;

	for (; *at != '\0'; at++)
		if (*at == '\n' && at[1] != '\0')
			last = at + 1;
	return last;
}
