/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of the host: which are known behind going back, and what is shown once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/base.h"
#include "platform/journal.h"

/* What the guest gets, where the host would say `host`. */
static u64 ask(struct journal *journal, u64 host)
{
	u64 answer;

	if (journal_knows(journal, &answer))
		return answer;
	journal_note(journal, host);
	return host;
}

static void go_to(struct journal *journal, u64 question)
{
	struct archive saved = archive_to_save(), loaded;

	ARCHIVE(&saved, question);
	loaded = archive_to_load(saved.data, saved.size);
	journal_transfer(journal, &loaded);
	assert_false(loaded.failed);
	archive_free(&saved);
}

static void answers_come_again(void **state)
{
	struct journal journal = { .is_recording = false };

	(void)state;
	assert_int_equal(ask(&journal, 99), 99); /* nobody will go back to here */
	journal_begin(&journal);
	for (u64 i = 1; i < 200; i++)
		assert_int_equal(ask(&journal, i % 3), i % 3); /* empty ones, too */
	for (u64 from = 1; from < 200; from += 17) {
		go_to(&journal, from);
		journal_begin(&journal); /* changes nothing */
		for (u64 i = from; i < 200; i++) {
			assert_true(journal_is_replaying(&journal));
			assert_int_equal(ask(&journal, 99), i % 3);
		}
		assert_false(journal_is_replaying(&journal));
	}
	assert_int_equal(ask(&journal, 5), 5);
	journal_free(&journal);
}

static void a_changed_future_is_asked_for(void **state)
{
	struct journal journal = { .is_recording = false };

	(void)state;
	journal_begin(&journal);
	for (u64 i = 0; i < 10; i++)
		ask(&journal, i + 1);
	go_to(&journal, 4);
	journal_forget(&journal);
	assert_int_equal(ask(&journal, 50), 50);
	go_to(&journal, 3);
	assert_int_equal(ask(&journal, 99), 4);
	assert_int_equal(ask(&journal, 99), 50);
	assert_int_equal(ask(&journal, 51), 51);
	journal_free(&journal);
	go_to(&journal, 2); /* of another machine */
	assert_int_equal(ask(&journal, 60), 60);
	journal_begin(&journal);
	assert_int_equal(ask(&journal, 61), 61);
	go_to(&journal, 3);
	assert_int_equal(ask(&journal, 99), 61);
	journal_free(&journal);
}

static void output_is_shown_once(void **state)
{
	struct journal_output output = { 0 };
	struct archive saved = archive_to_save(), loaded;

	(void)state;
	assert_true(journal_print(&output));
	journal_output_transfer(&output, &saved);
	assert_true(journal_print(&output));
	loaded = archive_to_load(saved.data, saved.size);
	journal_output_transfer(&output, &loaded);
	assert_false(journal_print(&output));
	assert_true(journal_print(&output));
	loaded = archive_to_load(saved.data, saved.size);
	journal_output_transfer(&output, &loaded);
	journal_output_forget(&output);
	assert_true(journal_print(&output));
	archive_free(&saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_again),
		cmocka_unit_test(a_changed_future_is_asked_for),
		cmocka_unit_test(output_is_shown_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
