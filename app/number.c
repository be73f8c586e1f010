/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values and names as users write them.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "app/app.h"

bool is_register_value(const char *text, u64 *value)
{
	bool is_binary = text[0] == '0' && (text[1] | 32) == 'b';
	int base = is_binary ? 2 : text[0] == '0' && (text[1] | 32) == 'x' ? 16 : 10;
	char *end;

	if (!isdigit((unsigned char)text[0]) || (base != 10 && !isxdigit((unsigned char)text[2])))
		return false;
	errno = 0;
	*value = strtoull(text + (is_binary ? 2 : 0), &end, base);
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
