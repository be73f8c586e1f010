/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --save-at and --from: snapshots of a run on its way, and a run that begins with one.
 */
#ifndef ENT_APP_SAVES_H
#define ENT_APP_SAVES_H

#include "app/app.h"
#include "debug/stats.h"
#include "platform/snapshot.h"

struct saves {
	struct save_options *options; /* in the order of their instructions */
	const struct stats *stats;    /* kept with the state */
	int code; /* STATUS_HOST: one is not there, and was complained about; 0 */
};

/* What the value of --save-at says; STATUS_USAGE: nothing. The text stays. */
struct status saves_parse(struct save_options *options, const char *text);
/* Can they be written, as far as is known at the start? */
struct status saves_check(const struct saves *saves);
/* How many instructions may be executed until one is due, of `insns` at most. */
u64 saves_budget(const struct saves *saves, struct machine *machine, u64 insns);
/* Those that are due are written. */
void saves_take(struct saves *saves, struct machine *machine);
/* Says which were never due; the exit code of all. */
int saves_finish(struct saves *saves, struct machine *machine);

/* A machine that goes on, with what was counted before. */
struct status saves_go_on(
	const struct snapshot *snapshot, struct machine *machine, struct stats *stats);

#endif
