/* SPDX-License-Identifier: Apache-2.0 */
/* Compares a log of the trap matrix with what `entresol explain --matrix` says. */
#ifndef ENT_TESTS_DIFF_TRAP_EXPLAINED_H
#define ENT_TESTS_DIFF_TRAP_EXPLAINED_H

#include "trap_log.h"

/* path: the CSV, "-" is stdin; settings that the log has not are left out. Prints differences. */
bool trap_explained_compare(const struct trap_log *log, const char *path);

#endif
