/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that are not drawn, each with a reason and the test that compares them instead.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "cpu/decode.h"
#include "diff.h"

const struct diff_exclusion diff_exclusions[] = {
#define EXCLUDED(rows, why, tests) { rows, why, tests },
#include "tests/diff/excluded.def"
#undef EXCLUDED
};

const unsigned diff_exclusion_count = COUNT(diff_exclusions);

/* Does the name match one of the patterns, separated by spaces? */
static bool matches(const char *patterns, const char *name)
{
	char one[32];

	while (*patterns != '\0') {
		size_t length = strcspn(patterns, " ");

		ENT_BUG_ON(length >= sizeof(one));
		memcpy(one, patterns, length);
		one[length] = '\0';
		if (fnmatch(one, name, 0) == 0)
			return true;
		patterns += length;
		patterns += strspn(patterns, " ");
	}
	return false;
}

const struct diff_exclusion *diff_excluded(const struct insn_row *row)
{
	for (unsigned i = 0; i < diff_exclusion_count; i++) {
		if (matches(diff_exclusions[i].rows, row->name))
			return &diff_exclusions[i];
	}
	return NULL;
}
