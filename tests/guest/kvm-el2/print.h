/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of the guest hypervisor, and what differs from what was expected.
 */
#ifndef ENT_TESTS_GUEST_KVM_EL2_PRINT_H
#define ENT_TESTS_GUEST_KVM_EL2_PRINT_H

#include "payload.h"

/* Prints a zero-terminated text; ends the run, with how many things differed: board_*.S. */
void say(const char *text);
void end(u64 failures) __attribute__((noreturn));

void print_line(const char *name, u64 value);

/* How many differences are shown; with more L2 is given up, which may fault forever. */
#define MAX_FAILURES 20

/* Counts, and prints, a failure unless got is want. The latter returns whether it is. */
int expect(const char *what, u64 got, u64 want);
u64 failure_count(void);
void failures_reset(void);

#endif
