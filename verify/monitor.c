/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Monitors of a run, and what they have found.
 */
#include "verify/monitor.h"

const struct rule_row rule_rows[RULE_COUNT + 1] = {
#define RULE(rule, name, monitor, text, source) { name, #monitor, text, source },
#include "verify/rules.def"
#undef RULE
};
