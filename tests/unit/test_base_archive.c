/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State as bytes: what is saved is loaded, and what is cut off, foreign or impossible is refused
 * and gives zeros.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/archive.h"
#include "base/base.h"

struct thing {
	u64 number;
	bool flag[3];
	u8 bytes[5];
};

static void transfer(struct thing *thing, struct archive *archive)
{
	archive_mark(archive, "thing");
	ARCHIVE(archive, thing->number);
	archive_bools(archive, thing->flag, COUNT(thing->flag));
	ARCHIVE(archive, thing->bytes);
	archive_require(archive, thing->bytes[0] < 10, "bytes[0]");
}

static const struct thing sample = { 0x123456789abcdef0, { true, false, true }, { 9, 2, 3, 4, 5 } };

static struct archive saved(void)
{
	struct archive archive = archive_to_save();
	struct thing thing = sample;

	transfer(&thing, &archive);
	assert_false(archive.failed);
	return archive;
}

static void test_round_trip(void **state)
{
	struct archive archive = saved(), loading = archive_to_load(archive.data, archive.size);
	struct thing thing = { 0 };

	(void)state;
	transfer(&thing, &loading);
	assert_false(loading.failed);
	assert_int_equal(loading.at, archive.size);
	assert_int_equal(thing.number, sample.number);
	assert_memory_equal(thing.flag, sample.flag, sizeof(sample.flag));
	assert_memory_equal(thing.bytes, sample.bytes, sizeof(sample.bytes));
	archive_free(&archive);
}

/* Of each shorter length. */
static void test_cut_off(void **state)
{
	struct archive archive = saved();

	(void)state;
	for (size_t size = 0; size < archive.size; size++) {
		struct archive loading = archive_to_load(archive.data, size);
		struct thing thing = sample;

		transfer(&thing, &loading);
		assert_true(loading.failed);
		assert_true(loading.at <= size);
		assert_int_equal(thing.bytes[4], 0);
	}
	archive_free(&archive);
}

struct wrong {
	const char *why;
	size_t at;
	u8 byte;
};

static void test_wrong(void **state)
{
	static const struct wrong rows[] = {
		{ "another part's mark", 0, 'T' },
		{ "a flag that is 2", 8 + 8 + 1, 2 },
		{ "what the owner requires", 8 + 8 + 3, 10 },
	};
	struct archive archive = saved();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u8 old = archive.data[rows[i].at];
		struct archive loading = archive_to_load(archive.data, archive.size);
		struct thing thing;

		archive.data[rows[i].at] = rows[i].byte;
		transfer(&thing, &loading);
		if (!loading.failed)
			fail_msg("%s is taken", rows[i].why);
		assert_non_null(loading.what);
		archive.data[rows[i].at] = old;
	}
	archive_free(&archive);
}

/* What is loaded from a file may be shown on a terminal. */
static void test_lines(void **state)
{
	static const struct {
		bool is_line;
		char text[8];
	} rows[] = {
		{ true, "" },
		{ true, "a line" },
		{ true, "\303\244" },
		{ true, "a\0\033[m" }, /* nobody sees what is behind the end */
		{ false, "\033[2J" },
		{ false, "two\nof" },
		{ false, "\177" },
		{ false, { 'n', 'o', ' ', 'e', 'n', 'd', '.', '.' } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct archive loading = archive_to_load(rows[i].text, sizeof(rows[i].text));
		char text[sizeof(rows[i].text)];

		archive_line(&loading, text, sizeof(text));
		if (loading.failed == rows[i].is_line)
			fail_msg("row %zu", i);
		assert_string_equal(text, rows[i].is_line ? rows[i].text : "");
	}
}

static void test_status_is_printable(void **state)
{
	struct status status = status_error(STATUS_HOST, "%s: no", "x\033[2J\n\303\244\177");

	(void)state;
	assert_string_equal(status.text, "x?[2J?\303\244?: no");
}

/* More than its first room. */
static void test_grows(void **state)
{
	static u8 block[10000];
	struct archive archive = archive_to_save(), loading;
	u8 back[sizeof(block)];

	(void)state;
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = (u8)(i * 7);
	for (unsigned i = 0; i < 3; i++)
		ARCHIVE(&archive, block);
	assert_false(archive.failed);
	assert_int_equal(archive.size, 3 * sizeof(block));
	loading = archive_to_load(archive.data, archive.size);
	for (unsigned i = 0; i < 3; i++) {
		ARCHIVE(&loading, back);
		assert_memory_equal(back, block, sizeof(block));
	}
	archive_free(&archive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_status_is_printable),
		cmocka_unit_test(test_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
