/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: rows of line and result.
 */
#include "support.h"

#include <string.h>

#include "core/options.h"

static void lines_that_can_be_used(void **state)
{
	static const struct {
		const char *line;
		struct options want;
	} cases[] = {
		{ "", { CHOOSE_BOTH, 2, 8, 64, false } },
		{ "hyp.elf", { CHOOSE_BOTH, 2, 8, 64, false } },
		{ "/some/where/hyp.elf mode=vhe", { CHOOSE_VHE, 2, 8, 64, false } },
		{ "mode=nvhe", { CHOOSE_NVHE, 2, 8, 64, false } },
		{ "hyp.elf  mode=both\tverbose ", { CHOOSE_BOTH, 2, 8, 64, true } },
		{ "h guests=4 rounds=10000 quantum=1", { CHOOSE_BOTH, 4, 10000, 1, false } },
		{ "h rounds=1 rounds=007", { CHOOSE_BOTH, 2, 7, 64, false } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct options got;
		struct bad_word bad = options_parse(cases[i].line, &got);

		if (bad.word || got.mode != cases[i].want.mode ||
			got.guests != cases[i].want.guests || got.rounds != cases[i].want.rounds ||
			got.quantum != cases[i].want.quantum ||
			got.is_verbose != cases[i].want.is_verbose)
			fail_row(i, cases[i].line, "refused at '%s' or another result",
				bad.word ? bad.word : "");
	}
}

static void the_first_bad_word_is_named(void **state)
{
	static const struct {
		const char *line, *bad;
	} cases[] = {
		{ "h mode=el3", "mode=el3" },
		{ "h mode=", "mode=" },
		{ "h mode=vhe speed=9 x=1", "speed=9" },
		{ "h loud", "loud" },
		{ "h guests=0", "guests=0" },
		{ "h guests=5", "guests=5" },
		{ "h rounds=", "rounds=" },
		{ "h rounds=1k", "rounds=1k" },
		{ "h rounds=-1", "rounds=-1" },
		{ "h rounds=99999999999999999999", "rounds=99999999999999999999" },
		{ "h verbose=1", "verbose=1" },
		{ "h modes=vhe", "modes=vhe" },
		{ "h mod=vhe", "mod=vhe" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct options options;
		struct bad_word bad = options_parse(cases[i].line, &options);

		if (!bad.word || bad.length != strlen(cases[i].bad) ||
			strncmp(bad.word, cases[i].bad, bad.length) != 0)
			fail_row(i, cases[i].line, "named '%s'", bad.word ? bad.word : "nothing");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_that_can_be_used),
		cmocka_unit_test(the_first_bad_word_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
