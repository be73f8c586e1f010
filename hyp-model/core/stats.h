/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exits counted by who was left and why, on each CPU; and the time each one kept its guest waiting:
 * from the moment the exit is back in C until some guest is about to be entered again.
 */
#ifndef HYP_STATS_H
#define HYP_STATS_H

#include "core/types.h"

enum exit_reason {
#define REASON(id, word, meaning) REASON_##id,
#include "core/reason.def"
#undef REASON
	REASON_COUNT
};

/*
 * Who was running. A guest hypervisor is at virtual EL2 or InHost EL0, or, if it is an nVHE one, at
 * EL1 without stage 2. What it runs is either its guest, or a hypervisor again: then it has
 * vHCR_EL2.NV set. From the top down: the later one handles exits of the earlier ones.
 */
enum exit_who { WHO_PAYLOAD, WHO_NESTED_HYPERVISOR, WHO_GUEST_HYPERVISOR, WHO_COUNT };

/* With stats=0 no counter is read, which is what a guest hypervisor wants. */
void stats_reset(void);

/* Around hal_enter_guest(): closes the account of the previous exit; opens one for this. */
void stats_enter(void);
void stats_leave(void);

/* Says what the exit since the last stats_leave() was. An exit nobody names is counted as RETRY. */
void stats_reason(enum exit_reason reason);
enum exit_reason stats_current_reason(void);
enum exit_who stats_current_who(void);

u64 stats_count(enum exit_reason reason); /* for the tests */
const char *reason_word(enum exit_reason reason);

/* The level of one of them, where this hypervisor is at hal_level(). */
unsigned stats_level(enum exit_who who, unsigned depth);

/* The time in hal_cycles_unit(); 0 with stats=0. */
u64 stats_now(void);

/* The table. Figures stand right of the first '|' of a line; every line begins with "exits:". */
void stats_print(unsigned depth);

#endif
