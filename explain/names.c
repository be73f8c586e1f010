/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of registers in any case, and what a mistyped name may have meant.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "explain/explain.h"

bool is_generic_name(const char *name, u32 *encoding)
{
	unsigned op0, op1, crn, crm, op2;
	char word[32], canonical[32];
	size_t length = strlen(name);

	for (size_t i = 0; i <= length && i < sizeof(word); i++)
		word[i] = (char)tolower((unsigned char)name[i]);
	if (length >= sizeof(word) ||
		sscanf(word, "s%u_%u_c%u_c%u_%u", &op0, &op1, &crn, &crm, &op2) != 5)
		return false;
	/* sscanf() also takes signs, zeros and spaces before numbers */
	snprintf(canonical, sizeof(canonical), "s%u_%u_c%u_c%u_%u", op0, op1, crn, crm, op2);
	if (strcmp(word, canonical) != 0 || op0 < 2 || op0 > 3 || op1 > 7 || crn > 15 || crm > 15 ||
		op2 > 7)
		return false;
	*encoding = op0 << 14 | op1 << 11 | crn << 7 | crm << 3 | op2;
	return true;
}

enum sysreg_id register_by_name(const char *name)
{
	u32 encoding;

	if (is_generic_name(name, &encoding))
		return sysreg_find(encoding);
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		if (strcasecmp(sysreg_name((enum sysreg_id)id), name) == 0)
			return (enum sysreg_id)id;
	}
	return SR_NONE;
}

bool is_operation_name(enum sysreg_id id)
{
	return sysreg_encoding(id) >> 14 == 1;
}

bool has_encoding(enum sysreg_id id)
{
	return sysreg_encoding(id) >> 14 != 0;
}

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

void nearest_offer_registers(struct nearest *nearest)
{
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		if (has_encoding((enum sysreg_id)id) && !is_operation_name((enum sysreg_id)id))
			nearest_offer(nearest, sysreg_name((enum sysreg_id)id));
	}
}

void nearest_offer_operations(struct nearest *nearest, const char *prefix)
{
	size_t length = strlen(prefix);

	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		const char *name = sysreg_name((enum sysreg_id)id);

		if (strncasecmp(name, prefix, length) == 0)
			nearest_offer(nearest, name + length);
	}
}
