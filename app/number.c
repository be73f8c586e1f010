/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of registers as users write them.
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
