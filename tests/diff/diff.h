/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The random differential test: what a generated program is, and who runs it.
 */
#ifndef ENT_TESTS_DIFF_H
#define ENT_TESTS_DIFF_H

#include "base/base.h"
#include "cpu/cpu.h"
#include "cpu/vreg.h"

/*
 * One program: a flat image at IMAGE_BASE, entered at its first byte at EL0, that runs its cases
 * one after the other and ends with SVC #0. Everything is position dependent and self-contained, so
 * that qemu-aarch64 runs the same bytes. The image holds code, a state for each case, and scratch:
 * memory that cases load and store.
 */
enum {
	IMAGE_SIZE = 1 << 20, /* ADR reaches all of it */
	SCRATCH_SIZE = 128 << 10,
	SCRATCH_OFFSET = IMAGE_SIZE - SCRATCH_SIZE,
	CASE_INSNS = 12,
	MAX_CASES = 960
};
#define IMAGE_BASE ((u64)0x40000000)

/* What a case starts with, and in its place what it ends with. */
struct diff_state {
	u64 x[31], sp, nzcv, fpcr, fpsr;
	u64 code; /* where the case starts; never changed */
	union vreg v[32];
};
_Static_assert(sizeof(struct diff_state) == 800, "no padding: addressed by generated code");

struct diff_case {
	u32 start, end; /* image offsets of the random instructions, set-up included */
	u32 state;	/* image offset of struct diff_state */
	struct {
		u32 at;	 /* image offset of the instruction */
		u16 row; /* of a64.def */
	} drawn[CASE_INSNS];
	unsigned drawn_count;
};

struct diff_program {
	u8 *image; /* IMAGE_SIZE bytes */
	struct diff_case cases[MAX_CASES];
	unsigned case_count;
	u8 *executed; /* a byte for each word of the image, or NULL: STEP notes here what it ran */
};

/*
 * Fills a program from the seed. only: draw from rows whose name starts with it, or NULL. skip: not
 * from those. Without a row there is no case.
 */
void diff_generate(struct diff_program *program, u64 seed, const char *only, const char *skip,
	const u64 *features);

/* Makes the program begin with this case. */
void diff_start_at(struct diff_program *program, const struct diff_case *c);

/* Rows that are not drawn (patterns of names), why, and the tests that compare them instead. */
struct diff_exclusion {
	const char *rows, *why, *tests;
};
extern const struct diff_exclusion diff_exclusions[];
extern const unsigned diff_exclusion_count;

/* Which one is the row's; NULL: it is drawn. */
struct insn_row;
const struct diff_exclusion *diff_excluded(const struct insn_row *row);

/* A random start: values that are hard for somebody, in all registers. operands.c */
void diff_random_state(struct rng *rng, const u64 *features, struct diff_state *state);

/* Both sides of a comparison. */
struct diff_sides {
	const char *profile;	/* ours */
	const char *qemu, *cpu; /* the reference: the command, and its -cpu */
	bool one_by_one;	/* the reference translates every instruction by itself */
};

/* Runs the image in place; false with a message on stderr: it did not reach its end. */
bool diff_run_entresol(struct diff_program *program, const char *profile, enum engine engine);
bool diff_run_qemu(struct diff_program *program, const struct diff_sides *sides);

#endif
