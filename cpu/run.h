/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What both engines share: entering at a PC, raising, charging. Private to cpu/.
 */
#ifndef ENT_CPU_RUN_H
#define ENT_CPU_RUN_H

#include "cpu/cpu.h"
#include "cpu/engine.h"

/*
 * Makes the engine registers from the architectural view: selects the context, takes a pending
 * interrupt if cpu->check_irq, takes the exceptions of the fetch. NULL: the slice is used up, the
 * PE stopped or waits.
 */
const struct uop *engine_enter(struct cpu *cpu, enum engine engine);

/* Takes the exception in cpu->fault for the instruction at u; synchronised. Charges it. */
void engine_raise(struct cpu *cpu, const struct uop *u);

/* Counts one instruction as executed; synchronised. */
static inline void engine_charge(struct cpu *cpu)
{
	cpu->insns++;
	if (!cpu_is_timed(cpu))
		cpu->cycles++;
	else
		timed_charge_insn(cpu);
}

#endif
