/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole run: options in, exit code out. hal/aarch64 calls it once the boot CPU can run C; tests
 * call it with scripted exits.
 */
#ifndef HYP_SCENARIO_H
#define HYP_SCENARIO_H

#include "core/options.h"
#include "hal.h"

struct vm;
struct vcpu;

enum {
	EXIT_CODE_OK = 0,
	EXIT_CODE_FAILED = 1, /* a guest found something wrong, or ended without saying */
	EXIT_CODE_USAGE = 2,
	EXIT_CODE_PANIC = 3,
};

int hyp_main(void);

/* By `options`: builds the guests, runs them to their end, prints what they say. True: every one is
 * content. */
bool scenario_run(void);

/* HVC_REPORT of a guest: how many checks held, and where the first one did not; 0: all held. */
void scenario_report(struct vm *vm, u64 checks_held, u64 first_failed);

/*
 * HVC_MARK of a guest: `operation` of the microbenchmarks (bench.def, counted from 1) begins, or
 * what was measured ends (0); it was done `times` times. Level 0 measures, the others pass it down.
 */
void scenario_mark(struct vcpu *vcpu, u64 operation, u64 times);

#endif
