/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of places, trials as lines, lines of guests, which failures are one, commands. What sweeps
 * find is the matter of tests/verify/sweep.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verify/lines.h"
#include "verify/sweep.h"

/* ---- Places ---- */

static void test_texts_of_places(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		u8 cpu;
		u64 number, later;
	} rows[] = {
		{ "start", true, PLACE_ANY_CPU, 1, 0 },
		{ "end", true, PLACE_ANY_CPU, 1, 0 },
		{ "insn:100", true, PLACE_ANY_CPU, 100, 0 },
		{ "insn:0", true, PLACE_ANY_CPU, 0, 0 },
		{ "eret", true, PLACE_ANY_CPU, 1, 0 },
		{ "eret:guest#3", true, PLACE_ANY_CPU, 3, 0 },
		{ "eret:el1@1#2+30", true, 1, 2, 30 },
		{ "exception:el2:HVC64#0x10", true, PLACE_ANY_CPU, 16, 0 },
		{ "exception:hvc64", true, PLACE_ANY_CPU, 1, 0 },
		{ "exception:0x16", true, PLACE_ANY_CPU, 1, 0 },
		{ "exception:serror", true, PLACE_ANY_CPU, 1, 0 },
		{ "tlbi", true, PLACE_ANY_CPU, 1, 0 },
		{ "tlbi:vae1is", true, PLACE_ANY_CPU, 1, 0 },
		{ "sysreg:HCR_EL2", true, PLACE_ANY_CPU, 1, 0 },
		{ "barrier:isb+1", true, PLACE_ANY_CPU, 1, 1 },
		{ "at:main+0x10", true, PLACE_ANY_CPU, 1, 0 },
		{ "at:main+0x10+5", true, PLACE_ANY_CPU, 1, 5 },
		{ "at:main+4#2", true, PLACE_ANY_CPU, 2, 0 },
		{ "at:main#2+4", true, PLACE_ANY_CPU, 2, 4 },
		{ "guest", true, PLACE_ANY_CPU, 1, 0 },
		{ "host@7", true, 7, 1, 0 },
		{ "", false, 0, 0, 0 },
		{ "nowhere", false, 0, 0, 0 },
		{ "start:1", false, 0, 0, 0 },
		{ "start#2", false, 0, 0, 0 },
		{ "insn", false, 0, 0, 0 },
		{ "insn:x", false, 0, 0, 0 },
		{ "insn:5#2", false, 0, 0, 0 },
		{ "eret:el3", false, 0, 0, 0 },
		{ "eret#0", false, 0, 0, 0 },
		{ "eret#", false, 0, 0, 0 },
		{ "eret+", false, 0, 0, 0 },
		{ "eret+99999999999999999999", false, 0, 0, 0 },
		{ "eret@8", false, 0, 0, 0 },
		{ "exception:HVC65", false, 0, 0, 0 },
		{ "exception:el2:el2", false, 0, 0, 0 },
		{ "exception:0x40", false, 0, 0, 0 },
		{ "sysreg", false, 0, 0, 0 },
		{ "sysreg:HCR_EL9", false, 0, 0, 0 },
		{ "tlbi:HCR_EL2", false, 0, 0, 0 },
		{ "barrier:hvc", false, 0, 0, 0 },
		{ "at:", false, 0, 0, 0 },
		{ "guest:1", false, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place place;
		struct status status = place_parse(rows[i].text, &place);

		if ((status.code == STATUS_OK) != rows[i].ok ||
			(!rows[i].ok && status.code != STATUS_USAGE))
			fail_msg("'%s': %s", rows[i].text, status.text);
		if (rows[i].ok && (place.cpu != rows[i].cpu || place.number != rows[i].number ||
					  place.later != rows[i].later))
			fail_msg("'%s': PE %u, number %u, %u later", rows[i].text, place.cpu,
				(unsigned)place.number, (unsigned)place.later);
	}
}

static void test_a_long_place_is_refused(void **state)
{
	char text[2 * PLACE_TEXT];
	struct place place;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(place_parse(text, &place).code, STATUS_USAGE);
	memcpy(text, "at:", 3);
	text[PLACE_TEXT - 1] = '\0';
	assert_int_equal(place_parse(text, &place).code, STATUS_USAGE);
}

/* ---- Trials as lines ---- */

static struct trial some_trial(void)
{
	return (struct trial){ .sweep = ~0ull,
		.boundary = 17,
		.boundaries = 20,
		.insns = 1ull << 63,
		.pc = 0xffff000012345678,
		.el = 2,
		.place = "enter+0x10",
		.was_taken = true,
		.end = SESSION_VIOLATES,
		.hash = 1,
		.ran = 300,
		.rule = "HC-1",
		.where = "exit+0x4",
		.why = "a \"quoted\" \\ text",
		.reproducer = "entresol sweep irq 'x'" };
}

static void test_a_line_is_read_back(void **state)
{
	struct trial trial = some_trial(), back;
	char text[TRIAL_LINE];

	(void)state;
	trial_print(&trial, text);
	assert_true(trial_parse(text, &back));
	assert_memory_equal(&trial, &back, sizeof(trial));
}

static void test_the_longest_line_fits(void **state)
{
	struct trial trial = some_trial(), back;
	char text[TRIAL_LINE];

	(void)state;
	memset(trial.place, '"', sizeof(trial.place) - 1);
	memset(trial.rule, '\\', sizeof(trial.rule) - 1);
	memset(trial.where, '"', sizeof(trial.where) - 1);
	memset(trial.why, '"', sizeof(trial.why) - 1);
	memset(trial.reproducer, '"', sizeof(trial.reproducer) - 1);
	trial_print(&trial, text);
	assert_true(trial_parse(text, &back));
	assert_string_equal(back.reproducer, trial.reproducer);
}

static void test_what_is_no_text_is_a_question_mark(void **state)
{
	struct trial trial = some_trial(), back;
	char text[TRIAL_LINE];

	(void)state;
	strcpy(trial.why, "a\x1b\xffz\n");
	trial_print(&trial, text);
	assert_true(trial_parse(text, &back));
	assert_string_equal(back.why, "a??z?");
}

/* Whatever is cut off or changed in a byte is no line, or another one. */
static void test_a_damaged_line_is_no_line(void **state)
{
	struct trial trial = some_trial(), back;
	char text[TRIAL_LINE], cut[TRIAL_LINE], again[TRIAL_LINE];

	(void)state;
	trial_print(&trial, text);
	for (size_t i = 0; i < strlen(text); i++) {
		strcpy(cut, text);
		cut[i] = '\0';
		assert_false(trial_parse(cut, &back));
		strcpy(cut, text);
		cut[i] = (char)(cut[i] ^ 1);
		if (trial_parse(cut, &back)) {
			trial_print(&back, again);
			assert_string_equal(again, cut);
		}
	}
	strcat(text, " ");
	assert_false(trial_parse(text, &back));
}

/* A prefix of a line may be what is left of it; what begins otherwise is of somebody else. */
static void test_what_is_left_of_a_line(void **state)
{
	struct trial trial = some_trial();
	char text[TRIAL_LINE];

	(void)state;
	trial_print(&trial, text);
	for (size_t i = strlen(text); i-- > 0;) {
		text[i] = '\0';
		assert_true(trial_is_cut_off(text, trial.sweep));
		assert_true(trial_is_cut_off(text, 0));
	}
	trial_print(&trial, text);
	assert_false(trial_is_cut_off(text, trial.sweep - 1));
	for (size_t i = 0; i < strlen("{\"sweep\":\"0x"); i++) {
		trial_print(&trial, text);
		text[i] = '!';
		assert_false(trial_is_cut_off(text, trial.sweep));
		if (i < strlen("{\"sweep\":\"0"))
			assert_false(trial_is_cut_off(text, 0));
	}
}

/* ---- Lines of guests ---- */

static void test_lines_of_guests(void **state)
{
	static const struct {
		const char *why, *one, *other;
		bool differ;
	} rows[] = {
		{ "equal", "a\nb\n", "a\nb\n", false },
		{ "carriage returns", "a\r\n", "a\n", false },
		{ "time, right of the bar", "cost | 12\n", "cost | 13\n", false },
		{ "not left of it", "cost 1 | 12\n", "cost 2 | 12\n", true },
		{ "accounts", "exits: 1\n  [L1 ada] cpu: 7\na\n", "a\nexits: 2\n", false },
		{ "a guest's order", "[L1 ada] x\n[L1 ada] y\n", "[L1 ada] y\n[L1 ada] x\n", true },
		{ "the order of two guests", "[L1 ada] x\n[L1 bob] x\n", "[L1 bob] x\n[L1 ada] x\n",
			false },
		{ "what is said of two guests", "L1 ada: held\n  L1 bob: held\n",
			"  L1 bob: held\nL1 ada: held\n", false },
		{ "a level below", "[L1 ada]   [L2 ada] x\n[L1 ada] y\n",
			"[L1 ada] y\n[L1 ada]   [L2 ada] x\n", false },
		{ "whose it is", "[L1 ada] x\n", "[L1 bob] x\n", true },
		{ "one is missing", "a\nb\n", "a\n", true },
		{ "one too many", "a\n", "a\na\n", true },
		{ "the end is cut off", "a\nbc", "a\nb", true },
		{ "an open tag", "[L1 ada\n", "[L1 ada\n", false },
		{ "nothing", "", "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *one = guest_lines(rows[i].one), *other = guest_lines(rows[i].other);
		char text[200];

		assert_non_null(one);
		assert_non_null(other);
		if (lines_differ(one, other, text, sizeof(text)) != rows[i].differ)
			fail_msg("%s", rows[i].why);
		free(one);
		free(other);
	}
}

/* ---- Which failures are one ---- */

static void test_failures_are_grouped(void **state)
{
	struct failure_groups groups = { .group = NULL };
	struct trial trial = some_trial();

	(void)state;
	for (u64 i = 0; i < 20; i++) {
		trial.boundary = i;
		strcpy(trial.rule, i < 10 ? "HC-1" : "end");
		strcpy(trial.where, i < 5 ? "exit+0x4" : i < 10 ? "exit+0x8" : "");
		snprintf(trial.why, sizeof(trial.why), "%s at 0x%x", i < 15 ? "stuck" : "exit",
			(unsigned)i);
		assert_true(failure_groups_add(&groups, &trial));
	}
	assert_int_equal(groups.count, 4);
	for (u64 i = 0; i < 4; i++) {
		assert_int_equal(groups.group[i].first.boundary, 5 * i);
		assert_int_equal(groups.group[i].count, 5);
		assert_int_equal(groups.group[i].last, 5 * i + 4);
	}
	failure_groups_free(&groups);
}

/* ---- Commands ---- */

static void test_a_command_says_what_differs(void **state)
{
	struct sweep_config config = { .session = session_default_config() };
	char text[400], small[40];

	(void)state;
	config.session.image = "my image.elf";
	config.session.words = "  a  it's ";
	config.session.machine.cpus = 2;
	config.session.machine.ram_size = 32u << 20;
	config.session.adversary.kind = ADVERSARY_MAX;
	config.session.monitors = MONITORS_ALL;
	config.session.patch[0] = (struct patch){ 0x1000, 1, 2 };
	config.session.patches = 1;
	config.injection = INJECT_SERROR;
	config.cpu = 1;
	assert_int_equal(place_parse("exception:HVC64#3", &config.from).code, STATUS_OK);
	assert_int_equal(place_parse("end", &config.to).code, STATUS_OK);
	assert_string_equal(sweep_command(&config, 5, text, sizeof(text)),
		"entresol sweep serror 'my image.elf' --from exception:HVC64#3 --to end --pe 1 "
		"--cpus 2 -m 32M --adversary max --monitor all --patch "
		"0x1000:0x00000001:0x00000002 --only 5 -- a 'it'\\''s'");
	assert_string_equal(
		sweep_command(&config, 5, small, sizeof(small)), "(the command is too long)");
}

static void test_a_long_word_is_not_cut(void **state)
{
	struct sweep_config config = { .session = session_default_config() };
	char words[400], text[TRIAL_REPRODUCER];

	(void)state;
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	words[300] = '\'';
	config.session.image = "hyp.elf";
	config.session.words = words;
	sweep_command(&config, 5, text, sizeof(text));
	assert_non_null(strstr(text, " -- 'xxx"));
	assert_int_equal(strlen(strstr(text, " -- ") + 4), strlen(words) + 2 + 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts_of_places),
		cmocka_unit_test(test_a_long_place_is_refused),
		cmocka_unit_test(test_a_line_is_read_back),
		cmocka_unit_test(test_the_longest_line_fits),
		cmocka_unit_test(test_what_is_no_text_is_a_question_mark),
		cmocka_unit_test(test_a_damaged_line_is_no_line),
		cmocka_unit_test(test_what_is_left_of_a_line),
		cmocka_unit_test(test_lines_of_guests),
		cmocka_unit_test(test_failures_are_grouped),
		cmocka_unit_test(test_a_command_says_what_differs),
		cmocka_unit_test(test_a_long_word_is_not_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
