/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine's only control flow: what an instruction handler (op_*.c) may say. docs/ENGINE.md has
 * the whole story on one page. This header is private to cpu/.
 *
 * Every op_*.c is compiled three times: with ENT_STEP=0 for TAIL, where a handler ends in a tail
 * call of the next one, again with ENT_TIMED=1 for TAIL of a timed PE, and with ENT_STEP=1 for
 * STEP, where it returns to a loop. The code is the same.
 *
 * Rules for handlers:
 *  - no address of a local is passed to anything (gcc 12 would lose the tail call; the test
 *    dispatch_is_jump finds out). What needs locals with addresses is written as a SYSOP.
 *  - nothing is changed before the last thing that can fault has succeeded.
 *  - captured names are only: cpu, u, c, fa, fb, fk.
 */
#ifndef ENT_CPU_ENGINE_H
#define ENT_CPU_ENGINE_H

#include "base/base.h"
#include "cpu/state.h"
#include "cpu/timed.h"
#include "mmu/mmu.h"

/*
 * One predecoded instruction, 16 bytes. A code page is an array of 1024 and a sentinel; index =
 * page offset / 4, so PC = code_va + 4 * (u - code).
 */
struct uop {
	u32 handler; /* of the engine in use, relative to HANDLER_BASE */
	u8 rd, rn, rm,
		ra; /* register slots (cpu/state.h); other small operands where a handler says so */
	u64 imm;    /* immediate, displacement, register id: as the handler says */
};
_Static_assert(sizeof(struct uop) == 16, "a predecoded instruction is 16 bytes");

enum { UOPS_PER_PAGE = 1024, UOP_LOG2_BYTES = 4, UOP_BYTES = 1 << UOP_LOG2_BYTES };

/*
 * The charge register c: c = address of u + UOP_BYTES * (instructions left in this slice). It does
 * not change in straight-line code, so only taken branches pay: left = (c - u) / UOP_BYTES.
 *
 * Flags travel in three registers. fk == 0: NZCV is what SUBS fa, fb (64-bit) leaves; 32-bit
 * operands are shifted left by 32 first. fk != 0: NZCV is fk's low four bits.
 */
#define ARGS struct cpu *cpu, const struct uop *u, u64 c, u64 fa, u64 fb, u64 fk
#define PASS cpu, u, c, fa, fb, fk
typedef void handler_fn(ARGS);

enum { FLAGS_SUB = 0, FLAGS_EAGER = 0x10 };

/* run.c keeps slices short enough that the signed compare cannot overflow. */
#define SLICE_IS_USED_UP UNLIKELY((s64)c <= (s64)(uintptr_t)u)
/* Of a timed PE, whose time is not in c. */
#define TIMED_SLICE_IS_USED_UP UNLIKELY((s64)(cpu->slice_end - cpu->timed.now) <= 0)

#ifndef ENT_STEP
#define ENT_STEP 0
#endif
#ifndef ENT_TIMED
#define ENT_TIMED 0
#endif
#if ENT_STEP
#define ENGINE(name) step_##name
#elif ENT_TIMED
#define ENGINE(name) timed_##name
#else
#define ENGINE(name) tail_##name
#endif

/* cpu_is_timed() of who executes the handler: only STEP has to ask. */
#define IS_TIMED (ENT_TIMED || (ENT_STEP && cpu_is_timed(cpu)))

#if defined(__clang__) && !ENT_STEP
#define MUSTTAIL __attribute__((musttail))
#else
#define MUSTTAIL /* gcc 12: sibling calls at -O2, proved by the test dispatch_is_jump */
#endif

/*
 * A handler's address in 32 bits: absolute where the code is linked at a fixed low address, else
 * relative to a symbol.
 */
#if defined(__PIC__) || defined(__PIE__)
extern const char engine_base[];
#define HANDLER_BASE ((uintptr_t)engine_base)
#else
#define HANDLER_BASE ((uintptr_t)0)
#endif
static inline handler_fn *uop_handler(const struct uop *u)
{
	return (handler_fn *)(HANDLER_BASE + (uintptr_t)(s64)(s32)u->handler);
}

static inline handler_fn *side_handler(const struct uop *u)
{
	return (handler_fn *)(HANDLER_BASE + (uintptr_t)(s64)(s32)side_of(u)->handler);
}

/* The handler of the instruction at u, whose line was entered. */
static inline handler_fn *insn_handler(const struct uop *u)
{
	return ENT_TIMED ? side_handler(u) : uop_handler(u);
}

/* OP(name) defines the handler of ops.def row `name`. */
#define OP(name)                                                                                   \
	handler_fn ENGINE(op_##name);                                                              \
	void ENGINE(op_##name)(ARGS)

/* Operands. */
#define X(slot)	 (cpu->x[u->slot])
#define W(slot)	 ((u32)cpu->x[u->slot])
#define UOP_PC() (cpu->code_va + (u64)((const char *)u - (const char *)cpu->code) / 4)

/* Leaves the handler for another function with the same signature. */
#define TAILCALL(function)                                                                         \
	do {                                                                                       \
		MUSTTAIL return function(PASS);                                                    \
	} while (0)

#if ENT_STEP
/* STEP keeps the engine registers in struct cpu between handlers. */
#define DISPATCH()                                                                                 \
	do {                                                                                       \
		cpu->u = u;                                                                        \
		cpu->charge = c;                                                                   \
		cpu->flag_a = fa;                                                                  \
		cpu->flag_b = fb;                                                                  \
		cpu->flag_kind = fk;                                                               \
		return;                                                                            \
	} while (0)
#else
#define DISPATCH()                                                                                 \
	do {                                                                                       \
		MUSTTAIL return uop_handler(u)(PASS);                                              \
	} while (0)
#endif

/* The same where the line of u was entered. */
#if ENT_TIMED
#define DISPATCH_ENTERED()                                                                         \
	do {                                                                                       \
		MUSTTAIL return insn_handler(u)(PASS);                                             \
	} while (0)
#else
#define DISPATCH_ENTERED() DISPATCH()
#endif

/* The instruction is done; go on with the following one. */
#define NEXT()                                                                                     \
	do {                                                                                       \
		u++;                                                                               \
		__asm__("" : "+r"(u)); /* saves gcc 12 a register and a move */                    \
		DISPATCH();                                                                        \
	} while (0)

/* Of imm: of a branch inside the page, the displacement in record bytes (16 per instruction). */
#define LOW_HALF(imm) ((s64)(s32)(u32)(imm))

/*
 * Branches say what they are: `flow` is an enum flow without its prefix, which matters in timed
 * runs only: there the flow_ handlers (cpu/flow.c) go on, or STEP's loop is told.
 */
#if ENT_STEP
#define NOTE_FLOW(flow_)   (cpu->timed.flow = FLOW_##flow_)
#define NOTE_TARGET(value) (cpu->timed.target = (value))
#else
#define NOTE_FLOW(flow_)   ((void)0)
#define NOTE_TARGET(value) ((void)0)
#endif

#if ENT_TIMED

#define GOTO_LOCAL(flow) TAILCALL(timed_flow_local_##flow)
#define GOTO_VA(flow, va)                                                                          \
	do {                                                                                       \
		cpu->pc = (va);                                                                    \
		TAILCALL(timed_flow_far_##flow);                                                   \
	} while (0)
#define NOT_TAKEN() TAILCALL(timed_flow_not_taken)

extern handler_fn timed_flow_local_BRANCH, timed_flow_local_CALL, timed_flow_local_TAKEN,
	timed_flow_far_BRANCH, timed_flow_far_CALL, timed_flow_far_TAKEN, timed_flow_far_INDIRECT,
	timed_flow_far_INDIRECT_CALL, timed_flow_far_RETURN, timed_flow_far_SYNC,
	timed_flow_not_taken;

#else

/* A taken branch inside the page. Charges the block; leaves when the slice is used up. */
#define GOTO_LOCAL(flow)                                                                           \
	do {                                                                                       \
		s64 goto_bytes_ = LOW_HALF(u->imm);                                                \
                                                                                                   \
		NOTE_FLOW(flow);                                                                   \
		u = (const struct uop *)((const char *)u + goto_bytes_);                           \
		c += (u64)(goto_bytes_ - UOP_BYTES);                                               \
		if (SLICE_IS_USED_UP)                                                              \
			TAILCALL(ENGINE(out_of_budget));                                           \
		DISPATCH();                                                                        \
	} while (0)

/*
 * A taken branch to any virtual address: through the context's code links; what is not there goes
 * the slow way (translation, PC alignment, tagged addresses) with the target in cpu->pc.
 */
#define GOTO_VA(flow, va)                                                                          \
	do {                                                                                       \
		u64 goto_va_ = (va);                                                               \
		const struct code_link *link_ = &cpu->ctx->code[host_tlb_index(goto_va_)];         \
		const struct uop *to_;                                                             \
                                                                                                   \
		NOTE_FLOW(flow);                                                                   \
		NOTE_TARGET(goto_va_);                                                             \
		if (UNLIKELY((goto_va_ & ~(u64)0xffc) != link_->tag)) {                            \
			cpu->pc = goto_va_;                                                        \
			TAILCALL(ENGINE(goto_miss));                                               \
		}                                                                                  \
		to_ = link_->code + ((goto_va_ >> 2) & (UOPS_PER_PAGE - 1));                       \
		c += (u64)(uintptr_t)to_ - (u64)(uintptr_t)u - UOP_BYTES;                          \
		cpu->code = link_->code;                                                           \
		cpu->code_va = link_->tag;                                                         \
		u = to_;                                                                           \
		if (SLICE_IS_USED_UP)                                                              \
			TAILCALL(ENGINE(out_of_budget));                                           \
		DISPATCH();                                                                        \
	} while (0)

/* A conditional branch that is not taken. */
#define NOT_TAKEN()                                                                                \
	do {                                                                                       \
		NOTE_FLOW(NOT_TAKEN);                                                              \
		NEXT();                                                                            \
	} while (0)

#endif

/* cpu->fault is filled, no register was written: take the exception. */
#define FAULT() TAILCALL(ENGINE(raise))

/*
 * Makes the architectural view in struct cpu current (pc, nzcv, cycles, insns) for the instruction
 * at u, not yet counted. A function call, needed before anything that reads time or state.
 */
#define SYNC()                                                                                     \
	do {                                                                                       \
		cpu->u = u;                                                                        \
		cpu->charge = c;                                                                   \
		cpu->flag_a = fa;                                                                  \
		cpu->flag_b = fb;                                                                  \
		cpu->flag_kind = fk;                                                               \
		SYNC_ENGINE();                                                                     \
	} while (0)

#define SYNC_ENGINE() (IS_TIMED ? timed_sync(cpu) : engine_sync(cpu))

/* The engine registers as of SYNC(), so that what is called between need not preserve them. */
#define RELOAD()                                                                                   \
	do {                                                                                       \
		c = cpu->charge;                                                                   \
		fa = cpu->flag_a;                                                                  \
		fb = cpu->flag_b;                                                                  \
		fk = cpu->flag_kind;                                                               \
	} while (0)

/* Leaves a synchronised handler for one that does not look at the engine registers but u. */
#define TAILCALL_SYNCED(function)                                                                  \
	do {                                                                                       \
		MUSTTAIL return function(cpu, u, 0, 0, 0, 0);                                      \
	} while (0)

/*
 * SYSOP(name): an instruction written as a plain C function `enum outcome name(cpu, u)` on the
 * synchronised cpu: it may use locals freely, call anything, change pc and PSTATE. The wrapper
 * continues by the outcome. Costs some ten host instructions more than an OP.
 */
enum outcome {
	OUT_NEXT,  /* completed; pc + 4; flags, EL and translation are as before */
	OUT_JUMP,  /* completed; cpu->pc, PSTATE or the context may have changed */
	OUT_FAULT, /* cpu->fault is filled */
	OUT_LEAVE  /* completed; cpu->pc is right; return to run.c (stop, wait) */
};
#define SYSOP(name)                                                                                \
	static __attribute__((noinline)) enum outcome sysop_##name(                                \
		struct cpu *cpu, const struct uop *u);                                             \
	OP(name)                                                                                   \
	{                                                                                          \
		SYNC();                                                                            \
		switch (sysop_##name(cpu, u)) {                                                    \
		case OUT_NEXT: RELOAD(); NEXT();                                                   \
		case OUT_JUMP: TAILCALL_SYNCED(ENGINE(resume));                                    \
		case OUT_FAULT: TAILCALL_SYNCED(ENGINE(raise_synced));                             \
		default: TAILCALL_SYNCED(ENGINE(leave));                                           \
		}                                                                                  \
	}                                                                                          \
	static enum outcome sysop_##name(struct cpu *cpu, const struct uop *u)

/* Makes pc, nzcv, cycles and insns current from u, charge and the flag registers. */
void engine_sync(struct cpu *cpu);

handler_fn ENGINE(raise), ENGINE(raise_synced), ENGINE(resume), ENGINE(leave),
	ENGINE(out_of_budget), ENGINE(goto_miss), ENGINE(next_page_miss), ENGINE(after_slow),
	ENGINE(stop_before), ENGINE(stop_behind);

/* Has somebody who was told an event asked to stop? */
static inline bool is_stopped_by_debugger(const struct cpu *cpu)
{
	return UNLIKELY(cpu->stop.reason == STOP_DEBUG);
}

/* As OUT_NEXT, but a debugger stops behind the instruction. */
static inline enum outcome outcome_stop(struct cpu *cpu)
{
	cpu->is_abandoned = true;
	return OUT_LEAVE;
}

/* OUT_NEXT of an instruction that may have told events. */
static inline enum outcome outcome_next(struct cpu *cpu)
{
	return is_stopped_by_debugger(cpu) ? outcome_stop(cpu) : OUT_NEXT;
}

/* ---- Flags ---- */

/* CMP/SUBS: the comparison is the flags. `a`, `b` are 64-bit, or 32-bit shifted left by 32. */
#define SET_FLAGS_SUB(a, b)                                                                        \
	do {                                                                                       \
		fa = (a);                                                                          \
		fb = (b);                                                                          \
		fk = FLAGS_SUB;                                                                    \
	} while (0)
#define SET_FLAGS_NZCV(nzcv) (fk = FLAGS_EAGER | (nzcv))

enum { FLAG_N = 8, FLAG_Z = 4, FLAG_C = 2, FLAG_V = 1 };

static inline u32 flags_of_sub(u64 a, u64 b)
{
	u64 r = a - b;

	return (u32)(r >> 63) << 3 | (u32)(r == 0) << 2 | (u32)(a >= b) << 1 |
	       (u32)(((a ^ b) & (a ^ r)) >> 63);
}

static inline u32 flags_value(u64 fa, u64 fb, u64 fk)
{
	return fk == FLAGS_SUB ? flags_of_sub(fa, fb) : (u32)fk & 15;
}

/* Condition codes, C1.2.4. */
enum {
	COND_eq,
	COND_ne,
	COND_hs,
	COND_lo,
	COND_mi,
	COND_pl,
	COND_vs,
	COND_vc,
	COND_hi,
	COND_ls,
	COND_ge,
	COND_lt,
	COND_gt,
	COND_le,
	COND_al,
	COND_nv
};

/* For each condition code, the set of NZCV values (bit per value) under which it holds. C1.2.4 */
extern const u16 condition_sets[16];

/* ConditionHolds(). With a constant cond and fk == FLAGS_SUB this is one compare. */
static inline bool condition_holds(unsigned cond, u64 fa, u64 fb, u64 fk)
{
	if (LIKELY(fk == FLAGS_SUB)) {
		switch (cond) {
		case COND_eq: return fa == fb;
		case COND_ne: return fa != fb;
		case COND_hs: return fa >= fb;
		case COND_lo: return fa < fb;
		case COND_mi: return (s64)(fa - fb) < 0;
		case COND_pl: return (s64)(fa - fb) >= 0;
		case COND_vs: return (s64)((fa ^ fb) & (fa ^ (fa - fb))) < 0;
		case COND_vc: return (s64)((fa ^ fb) & (fa ^ (fa - fb))) >= 0;
		case COND_hi: return fa > fb;
		case COND_ls: return fa <= fb;
		case COND_ge: return (s64)fa >= (s64)fb;
		case COND_lt: return (s64)fa < (s64)fb;
		case COND_gt: return (s64)fa > (s64)fb;
		case COND_le: return (s64)fa <= (s64)fb;
		default: return true;
		}
	}
	return (condition_sets[cond & 15] >> (fk & 15)) & 1;
}

#endif
