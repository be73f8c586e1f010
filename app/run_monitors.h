/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --monitor: monitors of a run (verify/monitor.h), and what they find, said as it is found.
 */
#ifndef ENT_APP_RUN_MONITORS_H
#define ENT_APP_RUN_MONITORS_H

#include "app/app.h"
#include "debug/worlds.h"

struct monitors;

struct run_monitors {
	struct worlds worlds;
	struct monitors *monitors; /* NULL: none */
	struct model *model;	   /* NULL: the image is not hyp.elf */
};

/*
 * STATUS_HOST, STATUS_BAD_IMAGE. Nothing is observed if no monitor is wanted. image: its path;
 * NULL: none, then no monitor of hyp.elf watches.
 */
struct status run_monitors_open(struct run_monitors *run, u32 which, const char *image,
	struct machine *machine, struct observers *observers, const struct symbols *symbols);
/* The machine was started again. */
void run_monitors_restart(struct run_monitors *run);
/* The run ended: the exit code, which is `code` unless that is 0 and a rule was broken. */
int run_monitors_close(struct run_monitors *run, int code);

#endif
