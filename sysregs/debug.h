/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Self-hosted debug, DDI 0487 D2: which debug exceptions are enabled, and what breakpoints and
 * watchpoints match. All functions but debug_rearm() are pure.
 */
#ifndef ENT_SYSREGS_DEBUG_H
#define ENT_SYSREGS_DEBUG_H

#include "sysregs/sysregs.h"

/* As ID_AA64DFR0_EL1 says. The context-aware breakpoints are the last ones. */
enum { DEBUG_BREAKPOINTS = 6, DEBUG_CONTEXT_AWARE = 2, DEBUG_WATCHPOINTS = 4 };

/* Fault status code of breakpoints, watchpoints and software step. ESR_ELx.ISS */
enum { FSC_DEBUG = 0x22 };

/* DebugTarget(): EL1, or EL2 by MDCR_EL2.TDE or HCR_EL2.TGE. */
unsigned debug_target(const struct cpu *cpu);

/*
 * AArch64.GenerateDebugExceptionsFrom(): are debug exceptions other than BRK's enabled at `el`,
 * with PSTATE.D `masked`.
 */
bool debug_enabled_from(const struct cpu *cpu, unsigned el, bool masked);

/* The same for the current EL. */
static inline bool debug_enabled(const struct cpu *cpu)
{
	return debug_enabled_from(cpu, cpu->pstate.el, cpu->pstate.daif & DAIF_D);
}

/* AArch64.CheckBreakpoint(): does a breakpoint match the instruction at cpu->pc? MDE not asked. */
bool debug_breakpoint_matches(const struct cpu *cpu);

/* A data access, as watchpoints see it. */
struct debug_access {
	u64 va;
	unsigned size;
	u8 el; /* EL0 for unprivileged ones, EL2 for those of FEAT_NV2 */
	bool reads, writes;
};

struct debug_hit {
	bool matches;
	bool is_write; /* ESR_ELx.WnR: a read alone would not have matched */
	u64 va;	       /* the lowest watched byte of the access */
};

/* AArch64.CheckWatchpoint(); MDE not asked. */
struct debug_hit debug_watchpoint_matches(const struct cpu *cpu, const struct debug_access *access);

/* Recomputes cpu->debug_checks and cpu->debug_watches; called by writes of what they depend on. */
void debug_rearm(struct cpu *cpu);

#endif
