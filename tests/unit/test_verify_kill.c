/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kill matrix is made of: automatic mutants of hyp.elf, lines that are compared, the rows
 * and the runs that are asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loader/loader.h"
#include "verify/kill.h"
#include "verify/kill_lines.h"

#define NOP 0xd503201fu
#define RET 0xd65f03c0u

static void test_automatic_mutants_of_hyp_elf(void **state)
{
	struct auto_mutant *mutant;
	struct symbol_file file;
	size_t count, kinds[AUTO_KINDS] = { 0 };

	(void)state;
	assert_int_equal(symbol_file_open(HYP_ELF, &file).code, STATUS_OK);
	assert_int_equal(auto_mutants(HYP_ELF, &mutant, &count).code, STATUS_OK);
	for (size_t i = 0; i < count; i++) {
		u32 word;

		assert_true(symbol_file_word(&file, mutant[i].patch.pa, &word));
		assert_int_equal(word, mutant[i].patch.before);
		assert_int_not_equal(word, mutant[i].patch.after);
		assert_true(i == 0 || mutant[i - 1].patch.pa <= mutant[i].patch.pa);
		kinds[mutant[i].kind]++;
		if (mutant[i].kind != AUTO_BITS)
			assert_true(mutant[i].patch.after == NOP || mutant[i].patch.after == RET);
		else
			assert_memory_equal(mutant[i].id, "swap-bits@", 10);
	}
	for (unsigned kind = 0; kind < AUTO_KINDS; kind++)
		assert_true(kinds[kind] >= 10);
	free(mutant);
	symbol_file_close(&file);
}

/* The same number of ones, where a constant is written as it is. */
static void test_two_bits_are_exchanged(void **state)
{
	struct auto_mutant *mutant;
	size_t count;

	(void)state;
	assert_int_equal(auto_mutants(HYP_ELF, &mutant, &count).code, STATUS_OK);
	for (size_t i = 0; i < count; i++) {
		u32 before = mutant[i].patch.before, after = mutant[i].patch.after;

		if (mutant[i].kind != AUTO_BITS || (before >> 23 & 0x3f) != 0x25)
			continue;
		assert_int_equal(__builtin_popcount(before), __builtin_popcount(after));
		assert_int_equal(__builtin_popcount(before ^ after), 2);
		assert_int_equal((before ^ after) & ~(0xffffu << 5), 0);
	}
	free(mutant);
}

static void test_no_image_no_mutants(void **state)
{
	struct auto_mutant *mutant;
	size_t count;

	(void)state;
	assert_int_equal(auto_mutants("/dev/null", &mutant, &count).code, STATUS_BAD_IMAGE);
	assert_null(mutant);
	assert_int_equal(count, 0);
}

static void test_lines(void **state)
{
	struct line_set *set = malloc(sizeof(*set));
	char why[100];

	(void)state;
	assert_non_null(set);
	assert_true(lines_keep("one\r\ntwo | 17\r\nexits: L1 | 3\n", set));
	assert_int_equal(set->count, 2);
	assert_int_equal(lines_compare("one\ntwo | 18\n", set, why, sizeof(why)), LINES_SAME);
	assert_int_equal(
		lines_compare("two \none\nL1 cost: x\n", set, why, sizeof(why)), LINES_SAME);
	assert_int_equal(lines_compare("one\nthree\n", set, why, sizeof(why)), LINES_OTHER);
	assert_string_equal(why, "it says \"three\"");
	assert_int_equal(lines_compare("one\n", set, why, sizeof(why)), LINES_OTHER);
	assert_string_equal(why, "1 lines and not 2");
	/* one of two twice, the other not at all */
	assert_int_equal(lines_compare("one\none\n", set, why, sizeof(why)), LINES_OTHER);
	assert_string_equal(why, "it says too often \"one\"");
	assert_int_equal(lines_compare("two | 1\ntwo | 2\n", set, why, sizeof(why)), LINES_OTHER);
	assert_string_equal(why, "it says too often \"two | 1\"");
	free(set);
	assert_string_equal(line_last("a\nb\n"), "b\n");
	assert_string_equal(line_last(""), "");
}

static enum status_code matrix_of(const char *only, const char *runs, struct kill_matrix *matrix)
{
	struct kill_config config = {
		.mutants = HYP_MUTANTS_ELF, .has_hand = true, .only = only, .runs = runs, .jobs = 1
	};

	return kill_matrix_run(&config, matrix).code;
}

/* D13 is not of this run's world, which has no virtual EL2. */
static void test_rows_are_chosen(void **state)
{
	struct kill_matrix matrix;
	struct kill_totals totals;

	(void)state;
	assert_int_equal(matrix_of("MUT-04x", "nvhe", &matrix), STATUS_USAGE);
	kill_matrix_free(&matrix);
	assert_int_equal(matrix_of("MUT-04", "no-such", &matrix), STATUS_USAGE);
	kill_matrix_free(&matrix);
	assert_int_equal(matrix_of("MUT-13,MUT-D13,MUT-74", "nvhe", &matrix), STATUS_OK);
	assert_int_equal(matrix.count, 3);
	assert_int_equal(matrix.alarms, 0);
	assert_string_equal(matrix.row[0].id, "MUT-13");
	assert_int_equal(matrix.row[0].killers, 1);
	assert_string_equal(matrix.row[0].killer[0].run, "nvhe");
	totals = kill_totals(&matrix);
	assert_int_equal(totals.shipped, 2);
	assert_int_equal(totals.shipped_killed, 1);
	assert_int_equal(totals.not_expressible, 1);
	kill_matrix_free(&matrix);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_automatic_mutants_of_hyp_elf),
		cmocka_unit_test(test_two_bits_are_exchanged),
		cmocka_unit_test(test_no_image_no_mutants),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_rows_are_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
