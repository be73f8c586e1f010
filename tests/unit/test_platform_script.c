/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scripts of a console: what is typed after what was printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/console.h"

/* What a console with these steps, a stream saying "IN" and this output, types all in all. */
static void run(const char *const *steps, const char *output, char *typed, size_t size)
{
	struct script script = { .count = 0 };
	struct console console;
	size_t count = 0;
	int in[2];
	u8 byte;

	assert_int_equal(pipe(in), 0);
	assert_int_equal(write(in[1], "IN", 2), 2);
	close(in[1]);
	console_init(&console, in[0], -1, -1);
	console.script = &script;
	for (; *steps != NULL; steps++)
		assert_int_equal(script_add(&script, *steps).code, STATUS_OK);
	for (; *output != '\0'; output++) {
		console_put(&console, (u8)*output);
		while (console_get(&console, &byte) && count + 1 < size)
			typed[count++] = (char)byte;
	}
	typed[count] = '\0';
	close(in[0]);
}

static void types_after(void **state)
{
	static const struct {
		const char *why;
		const char *steps[4];
		const char *output, *typed;
	} rows[] = {
		{ "no script: the stream", { NULL }, "x", "IN" },
		{ "the text", { "login: =root\\n" }, "login: ", "root\nIN" },
		{ "inside of other text", { "b=1" }, "abc", "1IN" },
		{ "not before its end; the stream has to wait", { "login: =1" }, "login:", "" },
		{ "a beginning that repeats", { "aab=1" }, "aaab", "1IN" },
		{ "in order", { "a=1", "b=2" }, "ba", "1" },
		{ "in order, then the stream", { "a=1", "b=2" }, "bab", "12IN" },
		{ "one text for one step", { "a=1", "a=2" }, "a", "1" },
		{ "again", { "a=1", "a=2" }, "aa", "12IN" },
		{ "not across a step", { "ab=1", "bc=2" }, "abc", "1" },
		{ "nothing typed is a step too", { "a=", "b=2" }, "ab", "2IN" },
		{ "escapes", { "\\x41\\t=\\r\\x0a\\\\\\e" }, "A\t", "\r\n\\\033IN" },
		{ "an equals sign", { "a\\==b=c" }, "a=", "b=cIN" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char typed[100];

		run(rows[i].steps, rows[i].output, typed, sizeof(typed));
		if (strcmp(typed, rows[i].typed) != 0)
			fail_msg("row %zu, %s: typed '%s'", i, rows[i].why, typed);
	}
}

static void refuses(void **state)
{
	static const char *const rows[] = { "text", "=x", "", "a\\q=x", "a=\\x4", "a=\\" };
	struct script script = { .count = 0 };
	char longest[600];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (script_add(&script, rows[i]).code != STATUS_USAGE || script.count != 0)
			fail_msg("row %zu, '%s'", i, rows[i]);
	}
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	longest[257] = '=';
	assert_int_equal(script_add(&script, longest).code, STATUS_USAGE);
	memmove(longest, longest + 1, sizeof(longest) - 1);
	longest[257 + 256] = '\0';
	assert_int_equal(script_add(&script, longest).code, STATUS_OK);
	for (unsigned i = 1; i < SCRIPT_STEPS; i++)
		assert_int_equal(script_add(&script, "a=b").code, STATUS_OK);
	assert_int_equal(script_add(&script, "a=b").code, STATUS_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_after),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
