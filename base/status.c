/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds host errors. Knows nothing about who reports them.
 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

struct status status_ok(void)
{
	return (struct status){ .code = STATUS_OK };
}

/* Names and texts from files are shown; that they steer a terminal is not their right. */
static void make_printable(char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
	}
}

struct status status_error(enum status_code code, const char *format, ...)
{
	struct status status = { .code = code };
	va_list args;

	va_start(args, format);
	vsnprintf(status.text, sizeof(status.text), format, args);
	va_end(args);
	make_printable(status.text);
	return status;
}
