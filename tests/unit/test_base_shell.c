/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words for a shell: what it would see something else in is quoted, and the host's sh gives back
 * what was put in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "base/shell.h"

static char *quoted(const char *text, size_t length)
{
	char *result = NULL;
	size_t size;
	FILE *out = open_memstream(&result, &size);

	assert_non_null(out);
	shell_put(out, text, length);
	assert_int_equal(fclose(out), 0);
	return result;
}

static void test_rows(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "payload=hypercall", "payload=hypercall" },
		{ "exception:el2:HVC64#3+1000@1", "exception:el2:HVC64#3+1000@1" },
		{ "100%", "100%" },
		{ "", "''" },
		{ "#3", "'#3'" },
		{ "~", "'~'" },
		{ "two words", "'two words'" },
		{ "it's", "'it'\\''s'" },
		{ "'", "''\\'''" },
		{ "$HOME", "'$HOME'" },
		{ "a\\b", "'a\\b'" },
		{ "a*", "'a*'" },
		{ "a\nb", "'a\nb'" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = quoted(rows[i].text, strlen(rows[i].text));

		if (strcmp(text, rows[i].expected) != 0)
			fail_msg("'%s': %s, not %s", rows[i].text, text, rows[i].expected);
		free(text);
	}
}

static void test_a_part_is_a_word(void **state)
{
	char *text = quoted("plain and not", 5);

	(void)state;
	assert_string_equal(text, "plain");
	free(text);
}

/* Every byte that a command line can have, alone, first, last and in the middle. */
static void test_a_shell_gives_it_back(void **state)
{
	(void)state;
	for (unsigned byte = 1; byte < 256; byte++) {
		const char word[] = { (char)byte, 'a', (char)byte, 'b', (char)byte, '\0' };
		char *text = quoted(word, strlen(word)), command[80], back[16] = "";
		size_t size;
		FILE *in;

		snprintf(command, sizeof(command), "printf %%s %s", text);
		in = popen(command, "r");
		assert_non_null(in);
		size = fread(back, 1, sizeof(back) - 1, in);
		assert_int_equal(pclose(in), 0);
		assert_int_equal(size, strlen(word));
		assert_memory_equal(back, word, size);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_a_part_is_a_word),
		cmocka_unit_test(test_a_shell_gives_it_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
