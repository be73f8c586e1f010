/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between scenario.c (files) and scenario_words.c (a line).
 */
#ifndef ENT_VERIFY_SCENARIO_PRIVATE_H
#define ENT_VERIFY_SCENARIO_PRIVATE_H

#include "verify/scenario.h"

/* "word value", which is cut to pieces. seen: bit per word that was there. STATUS_USAGE: without
 * where it is. */
struct status scenario_read_line(struct scenario *scenario, char *line, u32 *seen);

#endif
