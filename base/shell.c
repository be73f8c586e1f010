/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quoting: what is not plain stands in single quotes, in which nothing is special but their end.
 */
#include "base/shell.h"

#include <string.h>

/* '#' begins a comment only where a word begins. */
static bool is_plain(const char *text, size_t length)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_./:=,+@%#";

	return length != 0 && *text != '#' && strspn(text, plain) >= length;
}

void shell_put(FILE *out, const char *text, size_t length)
{
	if (is_plain(text, length)) {
		fprintf(out, "%.*s", (int)length, text);
		return;
	}
	fputc('\'', out);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\'')
			fputs("'\\''", out);
		else
			fputc(text[i], out);
	}
	fputc('\'', out);
}
