/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running a PE. State is in cpu/state.h; how it runs is in docs/ENGINE.md.
 */
#ifndef ENT_CPU_H
#define ENT_CPU_H

#include "base/archive.h"
#include "base/base.h"
#include "cpu/events.h"
#include "cpu/state.h"

enum engine {
	ENGINE_TAIL, /* the fast one: handlers tail-call each other */
	ENGINE_STEP  /* handlers return to a loop: sanitizers, single step, EVENT_INSN */
};

/* TAIL needs a compiler and optimization level that make the tail calls; STEP is always there. */
bool cpu_engine_available(enum engine engine);

/*
 * Creates a PE of a CPU profile ("v8.1"; must exist) in `group`, with `memory` complete.
 * pa_bits: physical address size, 32..48. NULL: the host has no memory left.
 */
struct cpu *cpu_create(const char *profile, unsigned pa_bits, enum engine engine,
	struct memory *memory, struct cpu_group *group, const struct cpu_ops *ops, void *board);
void cpu_destroy(struct cpu *cpu);

/*
 * Makes a PE a timed one, behind cpu_create() and before anything was executed; all of a group, or
 * none. `shared` stays the caller's. false: the host has no memory left.
 */
bool cpu_set_timing(struct cpu *cpu, struct timing_shared *shared);

/* The PE was idle until `time`, if that is later than cpu->cycles, and is woken then. */
void cpu_leap(struct cpu *cpu, cycles_t time);

/* Cold reset: ELxh with DAIF masked and the MMU off, at pc. el 1: the PE has no EL2; el 2: it has.
 */
void cpu_reset(struct cpu *cpu, unsigned el, u64 pc);

/*
 * The state of a PE that does not run, with its TLB and timing, in both directions. Loading leaves
 * what observers, engines and the board set as it is, empties host TLBs, and forgets links to code;
 * predecoded pages are the caller's, who knows which RAM changes. Calls nobody.
 */
void cpu_transfer(struct cpu *cpu, struct archive *archive);
/* All of a group, which has as many, and what belongs to none of them. */
void cpu_group_transfer(struct cpu_group *group, struct archive *archive);

/*
 * Runs until cpu->cycles reaches `until` (seen at taken branches and page ends, so up to a page of
 * straight code later), cpu->stop.reason is set, or the PE waits (cpu->waiting).
 */
void cpu_run(struct cpu *cpu, cycles_t until);

/*
 * Ends the current slice earlier, for a deadline that moved closer while an instruction executes.
 * Takes effect at once if that instruction re-enters (OUT_JUMP, as MSR of a timer register does).
 */
static inline void cpu_end_slice_at(struct cpu *cpu, cycles_t until)
{
	if ((s64)(until - cpu->slice_end) < 0) {
		cpu->slice_end = until;
		if (!cpu_is_timed(cpu))
			cpu->slice_insns = cpu->insns + (until - cpu->cycles);
	}
}

/*
 * As cpu_run(), on STEP, but returns after `count` instructions wherever that is. true: where
 * cpu_run() could have returned too, that is, where interrupts are looked for.
 */
bool cpu_run_at_most(struct cpu *cpu, cycles_t until, u64 count);

/*
 * What a debugger is told of, for all PEs; stays the caller's. NULL: nothing. Between runs, as:
 * kinds of events that are wanted from now on, a bit per enum event_kind.
 */
struct points;
void cpu_set_points(struct cpu_group *group, const struct points *points);
void cpu_observe(struct cpu_group *group, u32 kinds);

/*
 * Who chooses for all PEs among what the architecture permits, cpu/liberty.h, on STEP; between
 * runs. NULL: nobody, and what was late takes effect. false: there is no memory for what they keep,
 * and nobody chooses.
 */
struct liberties;
bool cpu_take_liberties(struct cpu_group *group, const struct liberties *liberties);

/*
 * Registers that an instruction writes if it completes: bits of slots of x[], and of v[]. Of what
 * the board does for it (firmware calls, semihosting) it says nothing.
 */
struct insn_writes {
	u64 x;
	u32 v;
};
struct insn_writes cpu_insn_writes(const struct cpu *cpu, u32 insn);

/* Executes exactly `count` instructions on STEP, fewer if the PE stops or waits. */
void cpu_step(struct cpu *cpu, u64 count);

#endif
