/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole run: options in, exit code out. hal/aarch64 calls it once EL2 can run C; tests call it
 * with scripted exits.
 */
#ifndef HYP_SCENARIO_H
#define HYP_SCENARIO_H

#include "core/options.h"
#include "hal.h"

enum {
	EXIT_CODE_OK = 0,
	EXIT_CODE_FAILED = 1, /* a guest found something wrong, or ended without saying */
	EXIT_CODE_USAGE = 2,
	EXIT_CODE_PANIC = 3,
};

int hyp_main(void);

/* One mode: builds the guests, runs them to their end, prints the table. */
struct outcome {
	bool is_good;	  /* every guest is content */
	u64 average_exit; /* in units of hal_cycles() */
};
struct outcome scenario_run(enum hyp_mode mode, const struct options *options);

#endif
