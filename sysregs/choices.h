/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the architecture leaves open and this PE decides: rows of choices.def. A PE's values are
 * cpu->choice[], all 0 by default, and part of what determines a run.
 */
#ifndef ENT_SYSREGS_CHOICES_H
#define ENT_SYSREGS_CHOICES_H

#include "base/base.h"
#include "cpu/state.h"

struct choice_text {
	const char *name;
	const char *what;  /* is left open */
	const char *where; /* DDI 0487 says so */
};

struct choice_value {
	const char *name, *text; /* NULL: there is no such value */
};

enum { CHOICE_VALUES_MAX = 4 };
extern const struct choice_text choice_rows[CHOICE_COUNT];
extern const struct choice_value choice_values[CHOICE_COUNT][CHOICE_VALUES_MAX];

/* The choice with that name, or CHOICE_COUNT. */
enum choice_id choice_find(const char *name);
/* 1: nothing to choose, only to know. */
unsigned choice_value_count(enum choice_id id);

/* Sets what "NAME=VALUE" says in a cpu->choice[] or machine_config.choice[]. */
struct status choice_set(u8 chosen[CHOICE_COUNT], const char *text);

/* is_chosen(cpu, e2h, res1) */
#define is_chosen(cpu, name, value) ((cpu)->choice[CHOICE_##name] == CHOSEN_##name##_##value)

#endif
