/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a mistyped name may have meant, by the letters that would have to change.
 */
#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

#include "base/base.h"

static unsigned lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned)c + 32 : (unsigned char)c;
}

/* Letters to add, drop or replace; the longest names are below MAX_NAME. */
static unsigned edit_distance(const char *a, const char *b)
{
	enum { MAX_NAME = 48 };
	unsigned row[MAX_NAME], a_length = (unsigned)strlen(a), b_length = (unsigned)strlen(b);

	if (a_length >= MAX_NAME || b_length >= MAX_NAME)
		return MAX_NAME;
	for (unsigned j = 0; j <= b_length; j++)
		row[j] = j;
	for (unsigned i = 1; i <= a_length; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= b_length; j++) {
			unsigned best = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[b_length];
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
	unsigned distance = edit_distance(nearest->wanted, candidate), place = nearest->count;
	size_t length = strlen(nearest->wanted);

	if (distance > (length < 6 ? 1 : length < 9 ? 2 : 3))
		return;
	for (unsigned i = 0; i < nearest->count; i++) {
		if (strcmp(nearest->best[i].name, candidate) == 0)
			return;
	}
	while (place > 0 && nearest->best[place - 1].distance > distance)
		place--;
	if (place == COUNT(nearest->best))
		return;
	if (nearest->count < COUNT(nearest->best))
		nearest->count++;
	for (unsigned i = nearest->count - 1; i > place; i--)
		nearest->best[i] = nearest->best[i - 1];
	nearest->best[place].name = candidate;
	nearest->best[place].distance = distance;
}

void nearest_say(const struct nearest *nearest, char *text, size_t size)
{
	size_t length;

	if (size != 0)
		text[0] = '\0';
	for (unsigned i = 0; i < nearest->count; i++) {
		length = strlen(text);
		snprintf(text + length, size - length, "%s%s",
			i == 0			  ? "; is it "
			: i + 1 == nearest->count ? " or "
						  : ", ",
			nearest->best[i].name);
	}
	length = strlen(text);
	if (nearest->count != 0)
		snprintf(text + length, size - length, "?");
}
