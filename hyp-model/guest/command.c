/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words NAME=VALUE of the line in the boot block.
 */
#include "guest/guest.h"

static const char *const line = (const char *)(GUEST_RAM_IPA + BOOT_LINE_AT);

const char *command_word(const char *name)
{
	const char *at = line;

	while (*at != '\0') {
		const char *n = name;

		while (*n != '\0' && *n == *at)
			n++, at++;
		if (*n == '\0' && *at == '=')
			return at + 1;
		while (*at != '\0' && *at != ' ')
			at++;
		while (*at == ' ')
			at++;
	}
	return "";
}

u64 command_number(const char *name, u64 otherwise)
{
	const char *digit = command_word(name);
	u64 value = 0;

	if (*digit < '0' || *digit > '9')
		return otherwise;
	for (; *digit >= '0' && *digit <= '9'; digit++)
		value = value * 10 + (u64)(*digit - '0');
	return value;
}
