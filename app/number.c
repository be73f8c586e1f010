/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values and names as users write them.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "app/app.h"
#include "base/number.h"

bool is_register_value(const char *text, u64 *value)
{
	char *end;

	if (text[0] != '0' || (text[1] | 32) != 'b')
		return number_parse(text, value);
	if (text[2] != '0' && text[2] != '1')
		return false;
	errno = 0;
	*value = strtoull(text + 2, &end, 2);
	return errno == 0 && *end == '\0';
}

const char *lower_case(const char *text, char *copy, size_t size)
{
	size_t length = 0;

	for (; text[length] != '\0' && length + 1 < size; length++)
		copy[length] = (char)tolower((unsigned char)text[length]);
	copy[length] = '\0';
	return copy;
}

const char *say_ratio(char text[RATIO_TEXT], s64 part, u64 whole, unsigned decimals)
{
	u64 power = 1, value = 0, size = part < 0 ? -(u64)part : (u64)part;
	int length;

	for (unsigned i = 0; i < decimals; i++)
		power *= 10;
	if (whole != 0)
		value = (u64)(((unsigned __int128)size * power + whole / 2) / whole);
	length = snprintf(text, RATIO_TEXT, "%s%" PRIu64, part < 0 ? "-" : "", value / power);
	if (decimals != 0)
		snprintf(text + length, (size_t)(RATIO_TEXT - length), ".%0*" PRIu64, (int)decimals,
			value % power);
	return text;
}

const char *say_percent(char text[RATIO_TEXT], u64 part, u64 whole)
{
	u64 hundredths = 0;

	if (whole != 0)
		hundredths = (u64)(((unsigned __int128)part * 10000 + whole / 2) / whole);
	return say_ratio(text, (s64)hundredths, 100, 2);
}
