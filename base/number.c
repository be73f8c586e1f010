/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers in texts of users.
 */
#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool number_take(const char **text, u64 *value)
{
	const char *digits = *text;
	char *end;
	u64 number;

	if (!isdigit((unsigned char)digits[0]))
		return false;
	errno = 0;
	number = strtoull(digits, &end, digits[0] == '0' && (digits[1] | 32) == 'x' ? 16 : 10);
	if (errno != 0)
		return false;
	*text = end;
	*value = number;
	return true;
}

bool number_take_size(const char **text, u64 *value)
{
	static const char units[] = "KMG";
	const char *end = *text, *unit;
	unsigned shift;
	u64 number;

	if (!number_take(&end, &number))
		return false;
	unit = *end != '\0' ? strchr(units, toupper((unsigned char)*end)) : NULL;
	shift = unit != NULL ? 10 * (unsigned)(unit - units + 1) : 0;
	if (number > UINT64_MAX >> shift)
		return false;
	*text = end + (unit != NULL);
	*value = number << shift;
	return true;
}

bool number_parse(const char *text, u64 *value)
{
	u64 number;

	if (!number_take(&text, &number) || *text != '\0')
		return false;
	*value = number;
	return true;
}
