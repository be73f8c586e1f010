/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSCI 1.1 and SMCCC 1.1: functions are rows of psci.def.
 */
#ifndef ENT_PLATFORM_PSCI_H
#define ENT_PLATFORM_PSCI_H

#include "cpu/state.h"

struct machine;

/* Function id in x0, arguments in x1..x3; the result goes to x0. Never fails. */
void psci_call(struct machine *machine, struct cpu *cpu);

#endif
