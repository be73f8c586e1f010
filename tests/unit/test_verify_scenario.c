/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scenario files: the bundled ones are good, random ones are refused with their line, and nothing
 * that a file says is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verify/scenario.h"

enum { ROUNDS = 20000 };

static void bundled_ones_are_good(void **state)
{
	const char *name, *text, *before = "";
	size_t size;
	unsigned count = 0;

	(void)state;
	for (; (name = scenario_bundled(count, &text, &size)) != NULL; count++) {
		struct scenario scenario;
		struct status status = scenario_parse(name, text, size, &scenario);

		assert_string_equal(status.text, "");
		assert_string_equal(scenario.name, name);
		assert_true(strcmp(before, name) < 0);
		assert_memory_equal(scenario.spec, "E.3.", 4);
		assert_true(scenario.what[0] != '\0' && scenario.runs >= 3);
		scenario_free(&scenario);
		before = name;
	}
	assert_true(count > 40);
}

static const char all_words[] =
	"what a thing # that is\nspec E.3.1\ncpu v8.4-nv2\ncpus 2\nmemory 32M\nquantum 77\nseed "
	"0x10\n"
	"words a=b\nwords c=d\nmax-insns 5000\nexpect exit 7\nmonitors none\nrun none\nrun max\n"
	"run seeds 5..9/LATE_WRITE\nadversary-from guest#2\n"
	"sweep serror from start+5 to end intid 9 cpu 1 after 100\r\n";

static void all_words_are_read(void **state)
{
	struct scenario s;
	struct scenario_part part[SCENARIO_PARTS];
	char text[300];

	(void)state;
	assert_int_equal(
		scenario_parse("a/b.scenario", all_words, strlen(all_words), &s).code, STATUS_OK);
	assert_string_equal(s.name, "b");
	assert_string_equal(s.what, "a thing");
	assert_string_equal(s.session.machine.profile, "v8.4-nv2");
	assert_int_equal(s.session.machine.cpus, 2);
	assert_int_equal(s.session.machine.ram_size, 32 << 20);
	assert_int_equal(s.session.machine.quantum, 77);
	assert_int_equal(s.session.machine.seed, 16);
	assert_string_equal(s.words, "a=b c=d");
	assert_int_equal(s.session.max_insns, 5000);
	assert_int_equal(s.session.expected_exit, 7);
	assert_int_equal(s.session.monitors, 0);
	assert_true(s.is_late);
	assert_int_equal(s.sweep[0].injection, INJECT_SERROR);
	assert_int_equal(s.sweep[0].intid, 9);
	assert_int_equal(s.sweep[0].cpu, 1);
	assert_int_equal(s.sweep[0].insns_after, 100);
	assert_int_equal(scenario_parts(&s, (struct scenario_limits){ .seeds = 3 }, part), 4);
	assert_int_equal(part[2].count, 3);
	assert_string_equal(
		scenario_part_say(&part[2], text, sizeof(text)), "seed=5/late_write..7");
	assert_int_equal(scenario_only(&s, "sweep=1@0", &part[0]).code, STATUS_OK);
	assert_string_equal(scenario_part_say(&part[0], text, sizeof(text)), "sweep=1@0");
	assert_int_equal(scenario_only(&s, "sweep=2", &part[0]).code, STATUS_USAGE);
	assert_int_equal(scenario_only(&s, "sweep=1@", &part[0]).code, STATUS_USAGE);
	assert_int_equal(scenario_only(&s, "sweep=1@5x", &part[0]).code, STATUS_USAGE);
	assert_int_equal(scenario_only(&s, "sweep=", &part[0]).code, STATUS_USAGE);
	assert_int_equal(scenario_only(&s, "sweep=1@-5", &part[0]).code, STATUS_USAGE);
	assert_int_equal(scenario_only(&s, "sweep=1@ 5", &part[0]).code, STATUS_USAGE);
	assert_int_equal(scenario_only(&s, "sweep=+1", &part[0]).code, STATUS_USAGE);
	assert_int_equal(scenario_only(&s, "sweep= 1", &part[0]).code, STATUS_USAGE);
	assert_int_equal(
		scenario_only(&s, "sweep=1@99999999999999999999", &part[0]).code, STATUS_USAGE);
	scenario_free(&s);
}

/* Every refusal says where: "NAME:LINE: ...". */
static void random_files_are_refused_or_read(void **state)
{
	struct rng rng = { 9 };
	size_t size = strlen(all_words);
	char *text = malloc(size);
	unsigned refused = 0;

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		size_t length = 1 + rng_below(&rng, size);
		struct scenario scenario;
		struct status status;

		memcpy(text, all_words + size - length, length);
		for (u64 n = rng_below(&rng, 4); n > 0; n--)
			text[rng_below(&rng, length)] = (char)rng_next(&rng);
		status = scenario_parse("x", text, length, &scenario);
		if (status.code == STATUS_OK) {
			scenario_free(&scenario);
			continue;
		}
		assert_int_equal(status.code, STATUS_BAD_IMAGE);
		assert_memory_equal(status.text, "x:", 2);
		refused++;
	}
	assert_true(refused > ROUNDS / 4 && refused < ROUNDS);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bundled_ones_are_good),
		cmocka_unit_test(all_words_are_read),
		cmocka_unit_test(random_files_are_refused_or_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
