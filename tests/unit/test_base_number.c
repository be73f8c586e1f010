/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as users write them: base/number.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "base/number.h"

static const struct row {
	const char *text;
	bool (*take)(const char **text, u64 *value);
	u64 value;
	const char *rest; /* NULL: that is no number */
} rows[] = {
	{ "0", number_take, 0, "" },
	{ "017", number_take, 17, "" }, /* not octal */
	{ "42+8", number_take, 42, "+8" },
	{ "0x1fG", number_take, 0x1f, "G" },
	{ "0X10", number_take, 16, "" },
	{ "0x", number_take, 0, "x" },
	{ "18446744073709551615", number_take, UINT64_MAX, "" },
	{ "18446744073709551616", number_take, 0, NULL },
	{ "0x10000000000000000", number_take, 0, NULL },
	{ "", number_take, 0, NULL },
	{ "-1", number_take, 0, NULL },
	{ "+1", number_take, 0, NULL },
	{ " 1", number_take, 0, NULL },
	{ "x1", number_take, 0, NULL },
	{ "5", number_take_size, 5, "" },
	{ "5K", number_take_size, 5 << 10, "" },
	{ "0x10m", number_take_size, 16 << 20, "" },
	{ "3Gx", number_take_size, 3ull << 30, "x" },
	{ "5T", number_take_size, 5, "T" },
	{ "17179869183G", number_take_size, 17179869183ull << 30, "" },
	{ "17179869184G", number_take_size, 0, NULL },
	{ "K", number_take_size, 0, NULL },
};

static void test_take(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		const char *text = row->text;
		u64 value = 99;

		assert_int_equal(row->take(&text, &value), row->rest != NULL);
		assert_string_equal(text, row->rest != NULL ? row->rest : row->text);
		assert_int_equal(value, row->rest != NULL ? row->value : 99);
	}
}

/* All of the text, or nothing. */
static void test_parse(void **state)
{
	u64 value = 99;

	(void)state;
	assert_false(number_parse("12 ", &value));
	assert_false(number_parse("12K", &value));
	assert_false(number_parse("0x", &value));
	assert_false(number_parse("", &value));
	assert_int_equal(value, 99);
	assert_true(number_parse("0xfFfFffffFFFFffff", &value));
	assert_true(value == UINT64_MAX);
	assert_true(number_parse("12", &value));
	assert_int_equal(value, 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
