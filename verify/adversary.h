/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who chooses among what the architecture permits: liberties (cpu/liberty.h) by a preset or by a
 * seed, reproducibly. Flat: a sweep copies it.
 */
#ifndef ENT_VERIFY_ADVERSARY_H
#define ENT_VERIFY_ADVERSARY_H

#include "base/base.h"
#include "cpu/liberty.h"

enum adversary_kind { ADVERSARY_NONE, ADVERSARY_MIN, ADVERSARY_MAX, ADVERSARY_SEED };

struct adversary_config {
	enum adversary_kind kind;
	u64 seed;
	u32 only; /* bit per enum liberty that may be taken; 0: all */
};

struct adversary {
	struct adversary_config config;
	struct liberties liberties; /* opaque is the adversary: set by adversary_init() */
	u64 state[4];		    /* of the stream of a seed */
	u64 decisions, taken;	    /* asked; answered by another way than 0 */
};

/* Stays where it is while the machine has its liberties. */
void adversary_init(struct adversary *adversary, struct adversary_config config);
/* "none", "min", "max", "seed=N", each with "/NAME,..." for these liberties only; STATUS_USAGE. */
struct status adversary_parse(const char *text, struct adversary_config *config);
/* The text that adversary_parse() would read; returns text. */
const char *adversary_say(struct adversary_config config, char *text, size_t size);

#endif
