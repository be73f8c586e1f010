/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where handlers go when they cannot simply go on: exceptions, context changes, missing links, the
 * end of a slice. Compiled once per engine; what both share is in run.c.
 */
#include "cpu/engine.h"

#include "cpu/run.h"
#include "exceptions/exceptions.h"

/* Continues at cpu->pc, or returns from the engine (STEP sees it by cpu->u == NULL). */
#define ENTER()                                                                                    \
	do {                                                                                       \
		u = engine_enter(cpu, ENT_STEP ? ENGINE_STEP : ENGINE_TAIL, IS_TIMED);             \
		if (u == NULL) {                                                                   \
			cpu->u = NULL;                                                             \
			return;                                                                    \
		}                                                                                  \
		RELOAD();                                                                          \
		DISPATCH_ENTERED();                                                                \
	} while (0)

/* The synchronised instruction at cpu->u completed. */
static void charge(struct cpu *cpu)
{
	engine_count(cpu, IS_TIMED);
	if (IS_TIMED)
		timed_charge_insn(cpu);
}

static void raise_at(struct cpu *cpu, const struct uop *u)
{
	if (IS_TIMED)
		timed_exception(cpu, u, PARAM_exception_entry, REASON_EXCEPTION);
	engine_raise(cpu, u);
	engine_count(cpu, IS_TIMED);
}

/* cpu->fault is filled for the instruction at u. */
void ENGINE(raise)(ARGS)
{
	SYNC();
	if (UNLIKELY(cpu->is_abandoned))
		TAILCALL_SYNCED(ENGINE(stop_before));
	raise_at(cpu, u);
	ENTER();
}

/* The same after a SYSOP, which is synchronised. */
void ENGINE(raise_synced)(ARGS)
{
	if (UNLIKELY(cpu->is_abandoned))
		TAILCALL(ENGINE(stop_before));
	(void)c, (void)fa, (void)fb, (void)fk;
	raise_at(cpu, u);
	ENTER();
}

/* A SYSOP completed with OUT_JUMP: synchronised, cpu->pc says where to go on. */
void ENGINE(resume)(ARGS)
{
	(void)u, (void)c, (void)fa, (void)fb, (void)fk;
	charge(cpu);
	ENTER();
}

/* A SYSOP completed with OUT_LEAVE. */
void ENGINE(leave)(ARGS)
{
	if (UNLIKELY(cpu->is_abandoned)) /* outcome_stop() */
		TAILCALL(ENGINE(stop_behind));
	(void)u, (void)c, (void)fa, (void)fb, (void)fk;
	charge(cpu);
	cpu->u = NULL;
}

/* A debugger stops before the synchronised instruction at u, of which nothing was done. */
void ENGINE(stop_before)(ARGS)
{
	(void)u, (void)c, (void)fa, (void)fb, (void)fk;
	cpu->is_abandoned = false;
	engine_stop_in_page(cpu);
	cpu->u = NULL;
}

/*
 * A debugger stops behind the synchronised instruction at u, which would go on to the next record.
 * Behind the last one of a page is a place where slices end.
 */
void ENGINE(stop_behind)(ARGS)
{
	(void)c, (void)fa, (void)fb, (void)fk;
	cpu->is_abandoned = false;
	charge(cpu);
	cpu->pc += 4;
	if (u + 1 == cpu->code + UOPS_PER_PAGE)
		cpu->cut = CUT_AT_ENTRY;
	else
		engine_stop_in_page(cpu);
	cpu->u = NULL;
}

/* Behind an instruction that may have touched a device or told an event; synchronised. */
void ENGINE(after_slow)(ARGS)
{
	if (is_stopped_by_debugger(cpu) && !cpu->check_irq)
		TAILCALL(ENGINE(stop_behind));
	cpu->pc += 4;
	TAILCALL(ENGINE(resume));
}

#if !ENT_TIMED /* there the clock ends slices, not the charge */
/* The branch just taken used up the slice; u is the next instruction. */
void ENGINE(out_of_budget)(ARGS)
{
	SYNC();
	cpu->u = NULL;
}
#endif

/*
 * A taken branch, at u, to cpu->pc, for which there is no link. In timed TAIL it was charged, and u
 * is behind it.
 */
void ENGINE(goto_miss)(ARGS)
{
	u64 target = cpu->pc;

	SYNC();
	if (ENT_STEP && IS_TIMED)
		timed_step_branch(cpu, u, target);
	if (!ENT_TIMED)
		charge(cpu);
	cpu->pc = branch_address(cpu, target);
	cpu->timed.line = LINE_NONE;
	ENTER();
}

/* The end of a page was reached and the next virtual page has no link. */
void ENGINE(next_page_miss)(ARGS)
{
	SYNC();
	ENTER();
}
