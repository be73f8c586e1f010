/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Colours on a terminal only, unless NO_COLOR says no.
 */
#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"

const char *colour(const char *code)
{
	static int is_on = -1;

	if (is_on < 0) {
		const char *no = getenv("NO_COLOR");

		is_on = isatty(STDOUT_FILENO) && (no == NULL || *no == '\0');
	}
	return is_on ? code : "";
}
