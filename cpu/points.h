/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a debugger outside of the machine wants to be told: places of code and data. The guest sees
 * none of it; DBGBVR and DBGWVR are its own. Reported as EVENT_BREAKPOINT and EVENT_WATCH, in any
 * regime: the observer decides whether this one is meant.
 */
#ifndef ENT_CPU_POINTS_H
#define ENT_CPU_POINTS_H

#include "base/types.h"

enum { BREAKPOINTS = 256, WATCHES = 32 };

struct watch {
	u64 first, last;  /* addresses of bytes, inclusive */
	bool is_physical; /* else virtual, as the instruction has it */
	bool read, write; /* which accesses */
};

struct points {
	u64 breakpoint[BREAKPOINTS]; /* virtual addresses of instructions */
	unsigned breakpoints;
	struct watch watch[WATCHES];
	unsigned watches;
};

#endif
