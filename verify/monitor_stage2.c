/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/monitor_model.h"

const struct rule_group rules_stage2 = { 0 };
