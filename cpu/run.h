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
const struct uop *enter_functional(struct cpu *cpu, enum engine engine);
const struct uop *enter_timed(struct cpu *cpu, enum engine engine);

static inline const struct uop *engine_enter(struct cpu *cpu, enum engine engine, bool is_timed)
{
	return is_timed ? enter_timed(cpu, engine) : enter_functional(cpu, engine);
}

/* Takes the exception in cpu->fault for the instruction at u; synchronised. */
void engine_raise(struct cpu *cpu, const struct uop *u);

/* A debugger stops at cpu->pc, in the page cpu->code and not at its end: synchronised. */
void engine_stop_in_page(struct cpu *cpu);

/*
 * At the synchronised instruction at cpu->u is a breakpoint of a debugger. false: it stops there.
 */
bool engine_tell_breakpoint(struct cpu *cpu);

/* Counts one instruction as executed; synchronised. Its time, of a timed PE, is cpu->timed's. */
static inline void engine_count(struct cpu *cpu, bool is_timed)
{
	cpu->insns++;
	cpu->cycles += !is_timed;
}

#endif
