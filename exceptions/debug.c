/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Software step and breakpoint exceptions, DDI 0487 D2.8 and D2.11. Whether they are enabled and
 * match is decided in sysregs/debug.c.
 *
 * A Software Step exception comes before every other (choice `step`), and so ESR_ELx.ISV and EX are
 * always known.
 */
#include "sysregs/debug.h"
#include "exceptions/exceptions.h"

/* cpu->stepping: the instruction being executed is the one to be stepped, the one before was. */
enum { STEPPING_NOW = 1, STEPPING_DONE = 2, STEPPING_EXCLUSIVE = 4 };

static bool is_step_active(const struct cpu *cpu)
{
	return (cpu->sys[SR_MDSCR_EL1] & MDSCR_EL1_SS) && debug_enabled(cpu);
}

static void raise(struct cpu *cpu, enum ec ec, u32 iss)
{
	fault_trap(cpu, debug_target(cpu), ec, iss);
}

/* CheckSoftwareStep() */
bool exceptions_step_is_due(struct cpu *cpu)
{
	if (!cpu->pstate.ss && is_step_active(cpu))
		return true;
	cpu->stepping = 0;
	return false;
}

/* AArch64.SoftwareStepException() */
void exceptions_take_step(struct cpu *cpu)
{
	u32 iss = FSC_DEBUG;

	if (cpu->stepping & STEPPING_DONE)
		iss |= 1u << 24 | (u32)(cpu->stepping & STEPPING_EXCLUSIVE ? 1 << 6 : 0);
	raise(cpu, EC_STEP_LOWER, iss);
	exceptions_raise(cpu);
}

void exceptions_step_begin(struct cpu *cpu, bool is_load_exclusive)
{
	if (cpu->pstate.ss && is_step_active(cpu))
		cpu->stepping = (u8)(STEPPING_NOW | (is_load_exclusive ? STEPPING_EXCLUSIVE : 0));
}

/*
 * SSAdvance(). PSTATE.SS is 0 behind an exception, which is no step, and behind an exception
 * return, where ISV is open.
 */
void exceptions_step_end(struct cpu *cpu)
{
	if (!(cpu->stepping & STEPPING_NOW))
		return;
	if (cpu->pstate.ss)
		cpu->stepping ^= STEPPING_NOW | STEPPING_DONE;
	else
		cpu->stepping = 0;
	cpu->pstate.ss = false;
	cpu->waiting = false; /* WFI may complete at once */
}

/* DebugExceptionReturnSS() */
bool exceptions_return_ss(const struct cpu *cpu, u64 spsr, unsigned to_el)
{
	return (cpu->sys[SR_MDSCR_EL1] & MDSCR_EL1_SS) && !debug_enabled(cpu) &&
	       debug_enabled_from(cpu, to_el, spsr & SPSR_D) && (spsr & SPSR_SS);
}

bool exceptions_find_breakpoint(struct cpu *cpu)
{
	if (!(cpu->sys[SR_MDSCR_EL1] & MDSCR_EL1_MDE) || !debug_enabled(cpu) ||
		!debug_breakpoint_matches(cpu))
		return false;
	raise(cpu, EC_BREAKPOINT_LOWER, FSC_DEBUG);
	return true;
}
