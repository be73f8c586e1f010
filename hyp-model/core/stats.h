/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exits counted by reason, and the time each one kept its guest waiting: from the moment the exit
 * is back in C until some guest is about to be entered again.
 */
#ifndef HYP_STATS_H
#define HYP_STATS_H

#include "core/types.h"

enum exit_reason {
#define REASON(id, name, meaning) REASON_##id,
#include "core/reason.def"
#undef REASON
	REASON_COUNT
};

void stats_reset(void);

/* Around hal_enter_guest(): closes the account of the previous exit; opens one for this. */
void stats_enter(void);
void stats_leave(void);

/* Says what the exit since the last stats_leave() was. An exit nobody names is counted as RETRY. */
void stats_reason(enum exit_reason reason);
enum exit_reason stats_current_reason(void);

u64 stats_count(enum exit_reason reason);
const char *reason_name(enum exit_reason reason);

/*
 * The table; returns the average over all exits. Whatever depends on time stands right of the first
 * '|' of a line.
 */
u64 stats_print(const char *title);

#endif
