/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of hyp.elf's console is of its guests, and the same whenever they do the same
 * (docs/HYP-MODEL.md): not what stands right of a '|', not the accounts "cpu:" and "exits:"; lines
 * of guests that run at once come in an order that depends on time, those of one guest do not.
 */
#ifndef ENT_VERIFY_LINES_H
#define ENT_VERIFY_LINES_H

#include "base/base.h"

/* Lines of a guest together, in their order; the caller's. NULL: no memory. */
char *guest_lines(const char *console);

/* The first line that differs; false: none does. */
bool lines_differ(const char *expected, const char *found, char *text, size_t size);

#endif
