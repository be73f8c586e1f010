/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparing a program's end on both sides, and where QEMU is known to deviate from the
 * architecture.
 */
#ifndef ENT_TESTS_COMPARE_H
#define ENT_TESTS_COMPARE_H

#include "diff.h"

enum diff_result { DIFF_AGREES, DIFF_DIFFERS, DIFF_BROKEN };

struct diff_comparison {
	struct diff_sides sides;
	const u64 *features; /* of our profile */
	u64 *explained;	     /* deviation_count numbers, increased */
	u8 *rows_printed; /* a byte for each row: go on after differences; NULL: end at the first */
};

/*
 * Runs the program on our engines and on QEMU. An unexplained difference is printed; instructions
 * with an explained one are replaced by NOPs in the program, and the rest is compared; so are all
 * with rows_printed, which prints one difference of each row.
 */
enum diff_result diff_compare(
	struct diff_program *program, const struct diff_comparison *comparison);

/* The rows of qemu.def: an instruction, the registers before it, and after it on both sides. */
struct deviation_facts {
	u32 insn;
	const struct diff_state *before, *ours, *theirs;
	bool agree_one_by_one; /* with diff_sides.one_by_one the sides agree */
};

extern const unsigned deviation_count;
/* Which one explains them; deviation_count: none. */
unsigned deviation_find(const char *row_name, const struct deviation_facts *facts);
const char *deviation_reason(unsigned index);

#endif
