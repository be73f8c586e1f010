/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SMCCC 1.1, PSCI 1.1 and TRNG 1.0: functions are rows of psci.def.
 */
#ifndef ENT_PLATFORM_PSCI_H
#define ENT_PLATFORM_PSCI_H

#include "cpu/state.h"

struct machine;

/*
 * The call by SMC #imm or HVC #imm: function id in x0, arguments in x1..x3; results go to x0, of
 * TRNG to x0..x3. Never fails.
 */
void psci_call(struct machine *machine, struct cpu *cpu, u16 imm);

#endif
