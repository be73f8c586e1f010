/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The random differential test: what a generated program is, and who runs it.
 */
#ifndef ENT_TESTS_DIFF_H
#define ENT_TESTS_DIFF_H

#include "base/base.h"
#include "cpu/cpu.h"

/*
 * One program: a flat image at IMAGE_BASE, entered at its first byte at EL0, that runs `case_count`
 * cases one after the other and ends with SVC #0 after having written its results in place.
 * Everything is position dependent and self-contained, so that qemu-aarch64 runs the same bytes.
 */
enum {
	IMAGE_SIZE = 1 << 20, /* ADR reaches all of it */
	SCRATCH_SIZE =
		192 << 10, /* random memory at the end of the image that cases load and store */
	SCRATCH_OFFSET = IMAGE_SIZE - SCRATCH_SIZE,
	CASE_INSNS = 12,
	MAX_CASES = 1024
};
#define IMAGE_BASE ((u64)0x40000000)

/* The registers at the end of a case: x0..x30, sp, nzcv. */
enum { STATE_WORDS = 33 };

struct diff_case {
	u32 insns_offset; /* first random instruction, in the image */
	u32 insn_count;	  /* words of it, set-up included */
	u32 result_offset;
	u16 rows[CASE_INSNS]; /* which rows were drawn */
	u8 row_count;
};

struct diff_program {
	u8 *image; /* IMAGE_SIZE bytes */
	struct diff_case cases[MAX_CASES];
	unsigned case_count;
	u32 code_bytes;
};

/*
 * Fills a program from the seed. insns: how many random ones at most. only: draw from rows whose
 * name starts with it, or NULL. skip: not from those. counts[row] is increased for every
 * instruction drawn.
 */
void diff_generate(struct diff_program *program, u64 seed, u64 insns, const char *only,
	const char *skip, const u64 *features, u64 *counts);

/* Why a row is not drawn, or NULL. */
const char *diff_excluded(const char *row_name);

/* Both sides of a comparison. */
struct diff_sides {
	const char *profile;	/* ours */
	const char *qemu, *cpu; /* the reference: the command, and its -cpu */
};

/* Runs the image in place; false with a message on stderr: it did not reach its end. */
bool diff_run_entresol(struct diff_program *program, const char *profile, enum engine engine);
bool diff_run_qemu(struct diff_program *program, const struct diff_sides *sides);

#endif
