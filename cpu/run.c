/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creating and running a PE: slices, entering the engines, exceptions of the fetch, STEP's loop.
 */
#include "cpu/run.h"

#include <string.h>

#include "cpu/bti.h"
#include "cpu/code.h"
#include "cpu/liberty.h"
#include "cpu/points_private.h"
#include "cpu/syndrome.h"
#include "cpu/timed.h"
#include "exceptions/exceptions.h"
#include "sysregs/late.h"
#include "sysregs/sysregs.h"

#if defined(__PIC__) || defined(__PIE__)
const char engine_base[1] = { 0 };
#endif

/* Rows: the NZCV values (N=8 Z=4 C=2 V=1) under which a condition holds, as bits. C1.2.4 */
const u16 condition_sets[16] = {
	0xf0f0, 0x0f0f, /* EQ NE: Z */
	0xcccc, 0x3333, /* HS LO: C */
	0xff00, 0x00ff, /* MI PL: N */
	0xaaaa, 0x5555, /* VS VC: V */
	0x0c0c, 0xf3f3, /* HI LS: C && !Z */
	0xaa55, 0x55aa, /* GE LT: N == V */
	0x0a05, 0xf5fa, /* GT LE: !Z && N == V */
	0xffff, 0xffff, /* AL */
};

bool cpu_engine_available(enum engine engine)
{
	return engine == ENGINE_STEP || ENT_HAVE_TAIL;
}

struct cpu *cpu_create(const char *profile, unsigned pa_bits, enum engine engine,
	struct memory *memory, struct cpu_group *group, const struct cpu_ops *ops, void *board)
{
	struct cpu *cpu = NULL;

	ENT_BUG_ON(!cpu_engine_available(engine) || group->count == COUNT(group->cpu));
	if (memory->code_cache == NULL && code_cache_create(memory) == NULL)
		return NULL;
	cpu = calloc(1, sizeof(*cpu));
	if (cpu == NULL)
		return NULL;
	ENT_BUG_ON(!sysregs_select_profile(cpu, profile));
	cpu->pa_bits = (u8)pa_bits;
	cpu->engine = (u8)engine;
	cpu->memory = memory;
	cpu->ops = ops;
	cpu->board = board;
	cpu->group = group;
	cpu->index = group->count;
	if (!mmu_create(cpu)) {
		free(cpu);
		return NULL;
	}
	group->cpu[group->count++] = cpu;
	cpu_reset(cpu, 2, 0);
	return cpu;
}

void cpu_destroy(struct cpu *cpu)
{
	struct cpu_group *group;

	if (cpu == NULL)
		return;
	group = cpu->group;
	ENT_BUG_ON(group->cpu[group->count - 1] != cpu); /* created first, destroyed last */
	if (--group->count == 0) {
		code_cache_destroy(cpu->memory->code_cache);
		cpu->memory->code_cache = NULL;
	}
	mmu_destroy(cpu);
	if (cpu_is_timed(cpu))
		timing_destroy(&cpu->timed);
	free(cpu);
}

void cpu_reset(struct cpu *cpu, unsigned el, u64 pc)
{
	for (unsigned i = 0; i < SLOT_COUNT; i++)
		cpu->x[i] = 0;
	for (unsigned i = 0; i < EL_COUNT; i++)
		cpu->sp[i] = 0;
	memset(cpu->v, 0, sizeof(cpu->v));
	cpu->fpu = (struct fpu){ 0 };
	cpu->pstate =
		(struct pstate){ .el = (u8)el, .sp = 1, .daif = DAIF_D | DAIF_A | DAIF_I | DAIF_F };
	cpu->pc = pc;
	cpu->has_el2 = el == 2;
	cpu->waiting = false;
	cpu->event_register = false;
	cpu->event_time = cpu->cycles;
	cpu->exception_streak = 0;
	cpu->exclusive.valid = false;
	cpu->stepping = 0;
	cpu->is_synchronized = cpu->holds_interrupts = false;
	cpu->stop.reason = STOP_NONE;
	sysregs_reset(cpu);
	mmu_reset(cpu);
	if (cpu_is_timed(cpu))
		timed_reset(cpu);
}

void engine_sync(struct cpu *cpu)
{
	const struct uop *u = cpu->u;
	s64 left = (s64)(cpu->charge - (u64)(uintptr_t)u) >> UOP_LOG2_BYTES;

	cpu->pc = cpu->code_va + (u64)((const char *)u - (const char *)cpu->code) / 4;
	cpu->cycles = cpu->slice_end - (u64)left;
	cpu->insns = cpu->slice_insns - (u64)left;
	cpu->pstate.nzcv = (u8)flags_value(cpu->flag_a, cpu->flag_b, cpu->flag_kind);
}

/* Of an external abort on a stage 2 walk only without FEAT_RAS, and then it is a choice. */
static bool may_be_isv(const struct cpu *cpu)
{
	bool is_external = (cpu->fault.iss & 0x3c) == 0x14;

	return !is_external || (!cpu_has(cpu, FEAT_RAS) && is_chosen(cpu, isv_external, set));
}

/*
 * ISV and its fields are reported for stage-2 data aborts of simple loads and stores only, and not
 * for faults of the stage-1 walk. DDI 0487 ESR_ELx, ISS of a Data Abort.
 */
static void add_instruction_syndrome(struct cpu *cpu, const struct uop *u)
{
	const struct fault *fault = &cpu->fault;

	if (fault->ec == EC_DABT_LOWER && fault->stage2 && !fault->s1ptw && may_be_isv(cpu))
		cpu->fault.iss |= ldst_isv(code_insn(cpu, u));
}

void engine_raise(struct cpu *cpu, const struct uop *u)
{
	add_instruction_syndrome(cpu, u);
	exceptions_raise(cpu);
}

/* What engine_enter() is made of: compiled for functional PEs, and for timed ones. */
#define INLINE inline __attribute__((always_inline))

static void note_guarded(struct context *ctx, u64 va, bool guarded)
{
	unsigned index = host_tlb_index(va);
	u64 *word = &ctx->guarded[index / 64];

	*word = (*word & ~BIT(index % 64)) | (u64)guarded << index % 64;
}

static const struct uop *code_page_of(
	struct cpu *cpu, enum engine engine, const struct place *place)
{
	const struct uop *code = code_page(cpu, engine, PA(PAGE_BASE(place->pa.v)), place->host);

	if (code == NULL)
		ENT_BUG("out of memory for predecoded code");
	return code;
}

/*
 * Links the records for cpu->pc's page. NULL: cpu->fault is filled, or, who was told of the walk
 * wants to stop.
 */
static __attribute__((noinline)) const struct uop *link_code(
	struct cpu *cpu, enum engine engine, struct code_link *link)
{
	struct place place = mmu_held_code(cpu);

	if (place.ok) /* not linked: a branch to it asks the TLB */
		return code_page_of(cpu, engine, &place);
	place = mmu_fetch_page(cpu, cpu->pc);
	if (cpu_is_timed(cpu))
		timed_fetch_translation(cpu);
	if (!place.ok)
		return NULL;
	link->tag = PAGE_BASE(cpu->pc);
	link->code = code_page_of(cpu, engine, &place);
	note_guarded(cpu->ctx, cpu->pc, place.guarded);
	cpu->is_abandoned = is_stopped_by_debugger(cpu);
	return cpu->is_abandoned ? NULL : link->code;
}

/* The records for cpu->pc's page; NULL: as link_code(). */
static INLINE const struct uop *find_code(struct cpu *cpu, enum engine engine, bool is_timed)
{
	struct code_link *link = &cpu->ctx->code[host_tlb_index(cpu->pc)];

	if (LIKELY(link->tag == PAGE_BASE(cpu->pc))) {
		if (is_timed)
			mmu_release_code(cpu);
		return link->code;
	}
	return link_code(cpu, engine, link);
}

/* Is that what stops the instruction at cpu->pc: cpu->fault is filled. */
static bool is_at_breakpoint(struct cpu *cpu)
{
	return cpu->debug_checks && exceptions_find_breakpoint(cpu);
}

/*
 * The records to execute at cpu->pc, or NULL: cpu->fault is filled. In the order of priority, DDI
 * 0487 D1.3.5: PC alignment, instruction abort, breakpoint, illegal state, branch target.
 * Breakpoints are asked here only where something comes behind them; else by STEP's loop.
 */
static INLINE const struct uop *fetch(struct cpu *cpu, enum engine engine, bool is_timed)
{
	const struct uop *code;

	if (UNLIKELY(cpu->pc & 3)) {
		cpu->fault =
			(struct fault){ .ec = EC_PC_ALIGNMENT, .far_valid = true, .far = cpu->pc };
		return NULL;
	}
	code = find_code(cpu, engine, is_timed);
	if (UNLIKELY(code != NULL && cpu->pstate.il)) {
		if (is_at_breakpoint(cpu))
			return NULL;
		cpu->fault = (struct fault){ .ec = EC_ILLEGAL_STATE };
		return NULL;
	}
	if (UNLIKELY(code != NULL && cpu->pstate.btype != 0)) {
		u32 insn = code_word(code, cpu->pc);

		if (is_at_breakpoint(cpu))
			return NULL;
		if (code_is_guarded(cpu, cpu->pc) && !bti_may_land(cpu, insn)) {
			cpu->fault = (struct fault){ .ec = EC_BTI, .iss = cpu->pstate.btype };
			return NULL;
		}
		if (!bti_keeps_btype(insn))
			cpu->pstate.btype = 0; /* what it leaves; it cannot see it itself */
	}
	return code;
}

/* An exception that no instruction of a page of records is charged for. */
static void raise_by_fetch(struct cpu *cpu)
{
	if (cpu_is_timed(cpu))
		timed_exception(cpu, NULL, PARAM_exception_entry, REASON_EXCEPTION);
	exceptions_raise(cpu);
	engine_count(cpu, cpu_is_timed(cpu));
}

/* A pending Software Step exception; false: there is none. */
static bool take_step(struct cpu *cpu)
{
	if (!exceptions_step_is_due(cpu))
		return false;
	if (cpu_is_timed(cpu))
		timed_exception(cpu, NULL, PARAM_exception_entry, REASON_EXCEPTION);
	exceptions_take_step(cpu);
	return true;
}

/*
 * Of a PE with liberties, before the synchronised instruction at cpu->pc, once: what happens there
 * by itself. true: the engine has to enter anew.
 */
static bool pass_boundary(struct cpu *cpu)
{
	bool has_changed;

	if (cpu->boundary == cpu->insns)
		return false;
	cpu->boundary = cpu->insns;
	cpu->check_irq |= cpu->holds_interrupts;
	cpu->holds_interrupts = false;
	has_changed = late_pass(cpu);
	mmu_before_insn(cpu);
	return has_changed || cpu->check_irq;
}

/*
 * A pending interrupt may be taken later, D1.3.6, but not behind a context synchronization event
 * that it was pending at.
 */
static bool holds_interrupts(struct cpu *cpu)
{
	if (cpu->is_synchronized)
		return false;
	if (!cpu->holds_interrupts && exceptions_pending(cpu) != INT_NONE)
		cpu->holds_interrupts = liberty(cpu, LIBERTY_INTERRUPT, 2);
	return cpu->holds_interrupts;
}

static INLINE bool take_interrupt(struct cpu *cpu, bool is_timed)
{
	if (is_timed && exceptions_pending(cpu) != INT_NONE)
		timed_exception(cpu, NULL, PARAM_interrupt_entry, REASON_EXCEPTION);
	return exceptions_take_interrupt(cpu);
}

static INLINE const struct uop *enter(struct cpu *cpu, enum engine engine, bool is_timed)
{
	for (;;) {
		bool takes_liberties = UNLIKELY(cpu->liberties != NULL);
		const struct uop *code;

		if (UNLIKELY(cpu->stop.reason != STOP_NONE || cpu->waiting)) {
			cpu->cut = is_stopped_by_debugger(cpu) ? CUT_AT_ENTRY : CUT_NONE;
			return NULL;
		}
		if (takes_liberties)
			pass_boundary(cpu);
		if (UNLIKELY(cpu->check_irq)) {
			if (UNLIKELY(cpu->debug_checks)) {
				if (engine == ENGINE_TAIL) /* cpu_run() goes on with the other */
					return NULL;
				exceptions_step_end(cpu);
				if (take_step(cpu))
					continue;
			}
			cpu->check_irq = false;
			if (!(takes_liberties && holds_interrupts(cpu)) &&
				take_interrupt(cpu, is_timed))
				continue;
		}
		if ((s64)(cpu->slice_end - cpu->cycles) <= 0)
			return NULL;
		if (is_timed && UNLIKELY((s64)(cpu->insns_end - cpu->insns) <= 0))
			return NULL;
		mmu_enter(cpu);
		cpu->fp_trapped = cpu->fp_traps >> cpu->pstate.el & 1;
		code = fetch(cpu, engine, is_timed);
		if (UNLIKELY(code == NULL)) {
			if (UNLIKELY(cpu->is_abandoned)) {
				cpu->is_abandoned = false;
				cpu->cut = CUT_IN_BLOCK;
				return NULL;
			}
			raise_by_fetch(cpu);
			cpu->check_irq |= cpu->debug_checks; /* a step pending at the vector */
			continue;
		}
		cpu->code = code;
		cpu->code_va = PAGE_BASE(cpu->pc);
		cpu->u = code + bits(cpu->pc, 11, 2);
		cpu->charge = (u64)(uintptr_t)cpu->u + (cpu->slice_insns - cpu->insns) * UOP_BYTES;
		cpu->flag_kind = FLAGS_EAGER | cpu->pstate.nzcv;
		if (is_timed)
			timed_enter(cpu, cpu->u);
		return cpu->u;
	}
}

const struct uop *enter_functional(struct cpu *cpu, enum engine engine)
{
	return enter(cpu, engine, false);
}

const struct uop *enter_timed(struct cpu *cpu, enum engine engine)
{
	return enter(cpu, engine, true);
}

/* The longest slice: UOP_BYTES times it must stay far from the sign bit (engine.h). */
static const cycles_t max_slice = 1ull << 48;

static void begin_slice(struct cpu *cpu, cycles_t until)
{
	if (until < cpu->cycles)
		until = cpu->cycles;
	else if (until - cpu->cycles > max_slice)
		until = cpu->cycles + max_slice;
	cpu->cut = CUT_NONE;
	cpu->slice_end = until;
	cpu->slice_insns = cpu->insns + (until - cpu->cycles);
	if (cpu_is_timed(cpu)) /* time ends it, not the charge */
		cpu->slice_insns = cpu->insns + max_slice;
}

/* Links of the other engine's pages must not be followed. */
static void select_engine(struct cpu *cpu, enum engine engine)
{
	bool bypass = (cpu_is_timed(cpu) && engine == ENGINE_STEP) ||
		      (cpu->tells & TELLS_ALL) != 0 || mmu_has_liberties(cpu);

	if (cpu->linked_engine != engine)
		mmu_unlink_code(cpu, NULL);
	cpu->linked_engine = (u8)engine;
	if (cpu->bypass_host_tlb != bypass)
		mmu_bypass_host_tlb(cpu, bypass);
}

static void forgo_liberties(struct cpu *cpu)
{
	late_end(cpu);
	ENT_BUG_ON(!mmu_take_liberties(cpu));
	cpu->check_irq |= cpu->holds_interrupts;
	cpu->holds_interrupts = cpu->is_synchronized = false;
}

bool cpu_take_liberties(struct cpu_group *group, const struct liberties *liberties)
{
	bool is_other = (group->cpu[0]->liberties == NULL) != (liberties == NULL);
	bool has_memory = true;

	for (unsigned i = 0; i < group->count; i++) {
		group->cpu[i]->liberties = liberties;
		if (liberties == NULL)
			forgo_liberties(group->cpu[i]);
		else
			has_memory &= mmu_take_liberties(group->cpu[i]);
	}
	if (is_other) /* other handlers of barriers */
		code_forget_all(group->cpu[0]->memory);
	if (!has_memory)
		cpu_take_liberties(group, NULL);
	return has_memory;
}

static void use_engine(struct cpu *cpu, enum engine engine)
{
	select_engine(cpu, engine);
	if (UNLIKELY(cpu->liberties == NULL &&
		     (cpu->late_count > 0 || cpu->holds_interrupts || mmu_has_liberties(cpu))))
		forgo_liberties(cpu); /* restored from a PE that took some */
	if (cpu_is_timed(cpu))
		timed_begin(cpu, engine == ENGINE_STEP);
}

/* engine_sync() of either kind of PE. */
static void sync(struct cpu *cpu)
{
	if (cpu_is_timed(cpu))
		timed_sync(cpu);
	else
		engine_sync(cpu);
}

/* Of the synchronised instruction at cpu->u. */
static void emit_insn(struct cpu *cpu, struct event *event)
{
	event->pc = cpu->pc;
	event->pa = code_pa(cpu->code).v + bits(cpu->pc, 11, 0);
	event->insn = code_insn(cpu, cpu->u);
	event_emit(cpu, event);
}

bool engine_tell_breakpoint(struct cpu *cpu)
{
	struct event event = { .kind = EVENT_BREAKPOINT };

	if (!event_wanted(cpu, EVENT_BREAKPOINT) || event_was_told(cpu, PASSED_BREAKPOINT))
		return true;
	emit_insn(cpu, &event);
	if (!is_stopped_by_debugger(cpu))
		return true;
	event_note_told(cpu, PASSED_BREAKPOINT);
	return false;
}

/*
 * Before the instruction at cpu->u. false: a debugger stops there. `told` is cleared once for all
 * instructions.
 */
static bool tell_insn(struct cpu *cpu, struct event *told)
{
	if (is_stopped_by_debugger(cpu)) /* of what happened before */
		return false;
	sync(cpu);
	if (points_break_at(cpu->group, cpu->pc) && !engine_tell_breakpoint(cpu))
		return false;
	if (event_wanted(cpu, EVENT_INSN))
		emit_insn(cpu, told);
	if (!is_stopped_by_debugger(cpu))
		return true;
	event_note_told(cpu, PASSED_BREAKPOINT);
	return false;
}

/* Instructions executed when the record at cpu->u is reached; engine_sync() without the rest. */
static u64 insns_at(const struct cpu *cpu)
{
	s64 left = (s64)(cpu->charge - (u64)(uintptr_t)cpu->u) >> UOP_LOG2_BYTES;

	return cpu->slice_insns - (u64)left;
}

/* LDXR, LDAXR, LDXP, LDAXP and their like. D2.11.9.1 */
static bool is_load_exclusive(u32 insn)
{
	bool is_pair = insn >> 21 & 1, is_word = insn >> 31;

	return (insn & 0x3fc00000) == 0x08400000 && (!is_pair || is_word);
}

/*
 * Software step and breakpoints before the instruction at cpu->u. false: an exception was taken
 * instead, and cpu->u is where to go on.
 */
static bool pass_debug_checks(struct cpu *cpu)
{
	sync(cpu);
	cpu->check_irq = true; /* engine_enter() looks for a pending step */
	if (!take_step(cpu)) {
		if (!exceptions_find_breakpoint(cpu)) {
			exceptions_step_begin(cpu, is_load_exclusive(code_insn(cpu, cpu->u)));
			return true;
		}
		raise_by_fetch(cpu);
	}
	cpu->u = engine_enter(cpu, ENGINE_STEP, cpu_is_timed(cpu));
	return false;
}

/* The boundary before the instruction at cpu->u. false: cpu->u is where to go on. */
static bool pass_liberties(struct cpu *cpu)
{
	if (insns_at(cpu) != cpu->boundary) {
		sync(cpu);
		if (pass_boundary(cpu)) {
			cpu->u = engine_enter(cpu, ENGINE_STEP, cpu_is_timed(cpu));
			return false;
		}
	}
	cpu->is_synchronized = false;
	return true;
}

void engine_stop_in_page(struct cpu *cpu)
{
	mmu_hold_code(cpu, cpu->pc, code_pa(cpu->code));
	cpu->cut = CUT_IN_BLOCK;
}

/* Before the instruction at cpu->u, where an uncut run would simply go on. */
static void stop_in_page(struct cpu *cpu)
{
	sync(cpu);
	engine_stop_in_page(cpu);
}

/*
 * STEP's loop. It stops where cpu->insns_end instructions are executed, or, for TAIL, as soon as
 * cpu->debug_checks does not need it (false); else where TAIL would, at the points the handlers
 * themselves check (true).
 */
static bool run_step(struct cpu *cpu, bool for_tail)
{
	struct event insn = { .kind = EVENT_INSN };

	if (cpu->debug_checks)
		cpu->check_irq = true;
	if (engine_enter(cpu, ENGINE_STEP, cpu_is_timed(cpu)) == NULL)
		return cpu->cut != CUT_IN_BLOCK;
	mmu_release_code(cpu);
	while (cpu->u != NULL) {
		const struct uop *u = cpu->u;

		if (code_is_raw(u)) {
			code_predecode(cpu, u);
			continue;
		}
		if (u != cpu->code + UOPS_PER_PAGE) {
			if ((s64)(cpu->insns_end - insns_at(cpu)) <= 0) {
				stop_in_page(cpu);
				return false;
			}
			if (UNLIKELY(cpu->liberties != NULL) && !pass_liberties(cpu))
				continue;
			if (cpu->debug_checks) {
				if (!pass_debug_checks(cpu))
					continue;
			} else if (for_tail) {
				stop_in_page(cpu);
				cpu->cut = CUT_NONE;
				return false;
			}
			if (UNLIKELY(cpu->observe != 0) && !tell_insn(cpu, &insn)) {
				cpu->stepping = 0; /* it has not begun */
				stop_in_page(cpu);
				return false;
			}
		}
		/* unless the handler says so, for timed_step() */
		cpu->timed.entered = false;
		cpu->timed.flow = FLOW_NEXT;
		uop_handler(u)(cpu, u, cpu->charge, cpu->flag_a, cpu->flag_b, cpu->flag_kind);
		if (cpu_is_timed(cpu) && cpu->u != NULL && !cpu->timed.entered)
			timed_step(cpu, u);
		if (UNLIKELY(cpu->stepping))
			exceptions_step_end(cpu);
	}
	return cpu->cut != CUT_IN_BLOCK;
}

#if ENT_HAVE_TAIL
/* Of the instruction at u, whose line was entered. */
static handler_fn *handler_of(const struct cpu *cpu, const struct uop *u)
{
	return cpu_is_timed(cpu) ? side_handler(u) : uop_handler(u);
}

static void run_tail(struct cpu *cpu)
{
	const struct uop *u = engine_enter(cpu, ENGINE_TAIL, cpu_is_timed(cpu));

	if (u == NULL)
		return;
	mmu_release_code(cpu);
	handler_of(cpu, u)(cpu, u, cpu->charge, cpu->flag_a, cpu->flag_b, cpu->flag_kind);
}
#endif

static void run_slice(struct cpu *cpu)
{
#if ENT_HAVE_TAIL
	/* Observers and debug exceptions of every instruction need STEP's loop. */
	while (cpu->engine == ENGINE_TAIL && !event_wanted(cpu, EVENT_INSN)) {
		if (!cpu->debug_checks) {
			use_engine(cpu, ENGINE_TAIL);
			run_tail(cpu);
			if (!cpu->debug_checks || cpu->stop.reason != STOP_NONE)
				return;
		}
		use_engine(cpu, ENGINE_STEP);
		if (run_step(cpu, true))
			return;
	}
#endif
	use_engine(cpu, ENGINE_STEP);
	run_step(cpu, false);
}

void cpu_run(struct cpu *cpu, cycles_t until)
{
	cpu->insns_end = cpu->insns + (u64)INT64_MAX;
	begin_slice(cpu, until);
	cpu->memory->running = cpu;
	run_slice(cpu);
	cpu->memory->running = NULL;
}

bool cpu_run_at_most(struct cpu *cpu, cycles_t until, u64 count)
{
	bool ended;

	cpu->insns_end = cpu->insns + count; /* faults of the fetch keep to it too */
	if (!cpu_is_timed(cpu) && count < until - cpu->cycles)
		until = cpu->cycles + count;
	begin_slice(cpu, until);
	use_engine(cpu, ENGINE_STEP);
	cpu->memory->running = cpu;
	ended = run_step(cpu, false);
	cpu->memory->running = NULL;
	return ended;
}

void cpu_step(struct cpu *cpu, u64 count)
{
	cpu_run_at_most(cpu, cpu->cycles + count, count);
}
