/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console of the hypervisor: formatted lines out of hal_putc(), and the way to die with a
 * reason.
 */
#ifndef HYP_PRINT_H
#define HYP_PRINT_H

#include "core/types.h"

/*
 * Understands %s %c %u %d %lu %x %lx %%, a width, '-' and '0'. Anything else is printed as it
 * stands.
 */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The digits of a number; the text is at the end of `buffer`. */
enum { DIGITS = 24 };
char *print_digits(u64 value, unsigned base, char buffer[DIGITS]);

/*
 * "hyp: panic: ..." on the console, then exit code 3. For what this model does not do, and for its
 * own bugs.
 */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
