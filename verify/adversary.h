/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who chooses among what the architecture permits: liberties (cpu/liberty.h) by a preset, by a
 * seed, or one at a time, reproducibly. Its bytes may be kept, and copied back to where they were.
 */
#ifndef ENT_VERIFY_ADVERSARY_H
#define ENT_VERIFY_ADVERSARY_H

#include <stdio.h>

#include "base/base.h"
#include "cpu/liberty.h"
#include "platform/machine.h"

enum adversary_kind {
	ADVERSARY_NONE,
	ADVERSARY_MIN,
	ADVERSARY_MAX,
	ADVERSARY_SEED,
	ADVERSARY_NTH, /* only decision `seed`, from 0, is not answered by way 0 */
	ADVERSARY_KINDS
};

struct adversary_config {
	enum adversary_kind kind;
	u64 seed;
	u32 only; /* bit per enum liberty that may be taken; 0: all */
};

struct adversary {
	struct adversary_config config;
	struct liberties liberties; /* opaque is the adversary: set by adversary_init() */
	struct rng stream;	    /* of a seed */
	u32 gap[LIBERTY_COUNT];	    /* decisions until its next other way than 0 */
	u64 decisions, taken;	    /* asked; answered by another way than 0 */
	u8 waits[MACHINE_CPUS];	    /* how often a pending interrupt was put off, in a row */
};

/* Stays where it is while the machine has its liberties. */
void adversary_init(struct adversary *adversary, struct adversary_config config);
/*
 * What machine_take_liberties() is to be given: NULL if nothing is ever answered by another way
 * than 0.
 */
const struct liberties *adversary_liberties(const struct adversary *adversary);
/*
 * "none", "min", "max", "seed=N", "nth=N", each with "/NAME,..." for these liberties only, which
 * are then the only decisions; STATUS_USAGE.
 */
struct status adversary_parse(const char *text, struct adversary_config *config);
/* Rows of liberty.def for people; the name in small letters: returns text. */
enum { LIBERTY_NAME = 40 };
struct liberty_text {
	const char *name, *where, *ways;
};
extern const struct liberty_text liberty_texts[LIBERTY_COUNT];
const char *liberty_name(enum liberty liberty, char text[LIBERTY_NAME]);
/* A line for each: name, ways, where DDI 0487 says so. */
void adversary_list(FILE *out);
/* The text that adversary_parse() would read; returns text. ADVERSARY_TEXT is enough. */
enum { ADVERSARY_TEXT = 256 };
const char *adversary_say(struct adversary_config config, char *text, size_t size);

#endif
