/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of a console, by whose they are.
 */
#include "verify/lines.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
	const char *text;
	int length;
	int whose; /* bytes of the text that say so */
	int number;
};

/* Behind "[L1 ada] " and spaces before it, however often. */
static const char *behind_tags(const char *at, const char *end)
{
	for (;;) {
		const char *tag = at, *close;

		while (tag < end && *tag == ' ')
			tag++;
		if (tag == end || *tag != '[')
			return at;
		close = memchr(tag, ']', (size_t)(end - tag));
		if (close == NULL)
			return at;
		at = close + 1;
	}
}

/* "cpu: ..." and "exits: ..." at any level. */
static bool is_account(const char *at, const char *end)
{
	static const char *const words[] = { "cpu:", "exits:" };

	at = behind_tags(at, end);
	while (at < end && !islower((unsigned char)*at))
		at++;
	for (size_t i = 0; i < COUNT(words); i++) {
		size_t length = strlen(words[i]);

		if ((size_t)(end - at) >= length && memcmp(at, words[i], length) == 0)
			return true;
	}
	return false;
}

/* Tags, and "L1 ada:" of a line that a hypervisor says of its guest. */
static int whose(const char *text, const char *end)
{
	const char *at = behind_tags(text, end), *name = at, *colon;

	while (name < end && *name == ' ')
		name++;
	colon = memchr(name, ':', (size_t)(end - name));
	if (colon != NULL && end - name > 1 && name[0] == 'L' && isdigit((unsigned char)name[1]))
		at = colon;
	return (int)(at - text);
}

static int by_whose(const void *one, const void *other)
{
	const struct line *a = one, *b = other;
	int shorter = a->whose < b->whose ? a->whose : b->whose;
	int order = memcmp(a->text, b->text, (size_t)shorter);

	if (order == 0)
		order = a->whose - b->whose;
	return order != 0 ? order : a->number - b->number;
}

/* NULL: no memory. */
static struct line *find_lines(const char *console, size_t *count)
{
	size_t most = 1;
	struct line *line;

	for (const char *at = console; *at != '\0'; at++)
		most += *at == '\n';
	*count = 0;
	line = calloc(most, sizeof(*line));
	while (line != NULL && *console != '\0') {
		const char *end = console + strcspn(console, "\n"), *next = end + (*end == '\n');
		const char *bar = memchr(console, '|', (size_t)(end - console));

		if (bar != NULL)
			end = bar;
		while (end > console && end[-1] == '\r')
			end--;
		if (!is_account(console, end)) {
			line[*count] = (struct line){ console, (int)(end - console),
				whose(console, end), (int)*count };
			++*count;
		}
		console = next;
	}
	return line;
}

char *guest_lines(const char *console)
{
	size_t count, size = 1;
	struct line *line = find_lines(console, &count);
	char *text = NULL, *at;

	if (line == NULL)
		return NULL;
	qsort(line, count, sizeof(*line), by_whose);
	for (size_t i = 0; i < count; i++)
		size += (size_t)line[i].length + 1;
	text = at = malloc(size);
	for (size_t i = 0; text != NULL && i < count; i++) {
		memcpy(at, line[i].text, (size_t)line[i].length);
		at += line[i].length;
		*at++ = '\n';
	}
	if (text != NULL)
		*at = '\0';
	free(line);
	return text;
}

bool lines_differ(const char *expected, const char *found, char *text, size_t size)
{
	while (*expected != '\0' || *found != '\0') {
		size_t a = strcspn(expected, "\n"), b = strcspn(found, "\n");

		if (a != b || memcmp(expected, found, a) != 0) {
			snprintf(text, size, "printed '%.*s' instead of '%.*s'",
				(int)smaller(b, 80), found, (int)smaller(a, 80), expected);
			return true;
		}
		expected += a + (expected[a] == '\n');
		found += b + (found[b] == '\n');
	}
	return false;
}
