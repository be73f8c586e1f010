/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands for people to run again: words as a POSIX shell has to see them.
 */
#ifndef ENT_BASE_SHELL_H
#define ENT_BASE_SHELL_H

#include <stdio.h>

#include "base/types.h"

/* So many characters as one word, in quotes where a shell would see something else in them. */
void shell_put(FILE *out, const char *text, size_t length);

#endif
