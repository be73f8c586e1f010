/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TAIL of a timed PE at the ends of blocks: branches, lines, pages. Handlers are hot as long as a
 * memo is there, the branch was predicted, the line is known and the slice goes on; everything else
 * is a tail call of a cold one. Compiled once.
 *
 * A branch does, in this order: charge the block, ask the predictor, look whether the slice is used
 * up, enter the line it goes to.
 */
#include "cpu/bti.h"
#include "cpu/code.h"
#include "cpu/engine.h"

#define COLD		 __attribute__((noinline, cold))
#define COLD_FLOW(name)	 static COLD void timed_flow_##name(ARGS)
#define FLOW(name)	 void timed_flow_##name(ARGS)
#define LINE_OF(u)	 ((u64)(uintptr_t)(u) >> LINE_LOG2_RECORD_BYTES)
#define LINE_IS_KNOWN(u) LIKELY(cpu->timed.code_line[LINE_OF(u) % LINE_TABLE] == LINE_OF(u))

/* Charges a block by its memo; false: nothing was done. */
static inline bool charge_by_memo(struct timed *t, const struct side *side, u32 key)
{
	if (UNLIKELY(side->memo != key || t->dynamic.any))
		return false;
	t->now += side->cycles;
	t->state = side->exit;
	return true;
}

static inline bool charge_taken(struct timed *t, const struct uop *u)
{
	return charge_by_memo(t, side_of(u), memo_key(t->state, t->start) | MEMO_TAKEN);
}

static inline bool charge_to(struct timed *t, const struct uop *end)
{
	return charge_by_memo(t, side_of(t->start), memo_key(t->state, end));
}

/* ---- Arriving ---- */

COLD_FLOW(new_line)
{
	timed_fetch_line(cpu, u);
	cpu->timed.start = u;
	DISPATCH_ENTERED();
}

#define ENTER_LINE()                                                                               \
	do {                                                                                       \
		if (UNLIKELY(!LINE_IS_KNOWN(u)))                                                   \
			TAILCALL(timed_flow_new_line);                                             \
		cpu->timed.start = u;                                                              \
		DISPATCH_ENTERED();                                                                \
	} while (0)

/* The branch at u, charged, leaves the slice or goes to a page without a link; to cpu->pc. */
COLD_FLOW(leave)
{
	u++; /* the branch counts as executed */
	cpu->timed.start = u;
	TAILCALL(timed_goto_miss);
}

COLD_FLOW(leave_local)
{
	cpu->pc = UOP_PC() + (u64)(LOW_HALF(u->imm) / 4);
	mmu_hold_code(cpu, cpu->pc, code_pa(cpu->code));
	TAILCALL(timed_flow_leave);
}

/* A taken branch inside the page. */
#define ARRIVE_LOCAL()                                                                             \
	do {                                                                                       \
		s64 bytes_ = LOW_HALF(u->imm);                                                     \
                                                                                                   \
		if (TIMED_SLICE_IS_USED_UP)                                                        \
			TAILCALL(timed_flow_leave_local);                                          \
		u = (const struct uop *)((const char *)u + bytes_);                                \
		c += (u64)(bytes_ - UOP_BYTES);                                                    \
		ENTER_LINE();                                                                      \
	} while (0)

/* A taken branch to cpu->pc. */
#define ARRIVE_FAR()                                                                               \
	do {                                                                                       \
		u64 va_ = cpu->pc;                                                                 \
		const struct code_link *link_ = &cpu->ctx->code[host_tlb_index(va_)];              \
		const struct uop *to_;                                                             \
                                                                                                   \
		if (UNLIKELY((va_ & ~(u64)0xffc) != link_->tag) || TIMED_SLICE_IS_USED_UP)         \
			TAILCALL(timed_flow_leave);                                                \
		to_ = link_->code + ((va_ >> 2) & (UOPS_PER_PAGE - 1));                            \
		c += (u64)(uintptr_t)to_ - (u64)(uintptr_t)u - UOP_BYTES;                          \
		cpu->code = link_->code;                                                           \
		cpu->code_va = link_->tag;                                                         \
		timed_enter_page(cpu);                                                             \
		u = to_;                                                                           \
		ENTER_LINE();                                                                      \
	} while (0)

/* The same by register with FEAT_BTI; pstate.btype is what the branch leaves. */
#define ARRIVE_BTI()                                                                               \
	do {                                                                                       \
		if (TIMED_SLICE_IS_USED_UP ||                                                      \
			!bti_lands_freely(cpu, u, c, cpu->pc, cpu->pstate.btype))                  \
			TAILCALL(timed_flow_leave);                                                \
		cpu->pstate.btype = 0;                                                             \
		ARRIVE_FAR();                                                                      \
	} while (0)

/* ---- Taken branches ---- */

#define IS_PREDICTED(flow) flow_is_predicted(cpu, FLOW_##flow, side_of(u)->where, cpu->pc)

/* How a branch arrives, and what it is. */
#define TAKEN_FLOW(name, flow, ARRIVE)                                                             \
	COLD_FLOW(wrong_##name)                                                                    \
	{                                                                                          \
		timed_mispredict(cpu, u);                                                          \
		ARRIVE();                                                                          \
	}                                                                                          \
	COLD_FLOW(slow_##name)                                                                     \
	{                                                                                          \
		timed_charge_taken(cpu, u);                                                        \
		if (!IS_PREDICTED(flow))                                                           \
			TAILCALL(timed_flow_wrong_##name);                                         \
		ARRIVE();                                                                          \
	}                                                                                          \
	FLOW(name)                                                                                 \
	{                                                                                          \
		if (UNLIKELY(!charge_taken(&cpu->timed, u)))                                       \
			TAILCALL(timed_flow_slow_##name);                                          \
		if (UNLIKELY(!IS_PREDICTED(flow)))                                                 \
			TAILCALL(timed_flow_wrong_##name);                                         \
		ARRIVE();                                                                          \
	}

TAKEN_FLOW(local_BRANCH, BRANCH, ARRIVE_LOCAL)
TAKEN_FLOW(local_CALL, CALL, ARRIVE_LOCAL)
TAKEN_FLOW(local_TAKEN, TAKEN, ARRIVE_LOCAL)
TAKEN_FLOW(far_BRANCH, BRANCH, ARRIVE_FAR)
TAKEN_FLOW(far_CALL, CALL, ARRIVE_FAR)
TAKEN_FLOW(far_TAKEN, TAKEN, ARRIVE_FAR)
TAKEN_FLOW(far_INDIRECT, INDIRECT, ARRIVE_FAR)
TAKEN_FLOW(far_INDIRECT_CALL, INDIRECT_CALL, ARRIVE_FAR)
TAKEN_FLOW(far_RETURN, RETURN, ARRIVE_FAR)
TAKEN_FLOW(bti_INDIRECT, INDIRECT, ARRIVE_BTI)
TAKEN_FLOW(bti_INDIRECT_CALL, INDIRECT_CALL, ARRIVE_BTI)

/* ISB is no branch: its block ends as one that runs into the next line does. */
FLOW(far_SYNC)
{
	timed_charge(cpu, u + 1);
	ARRIVE_FAR();
}

/* ---- Straight on ---- */

COLD_FLOW(wrong_not_taken)
{
	timed_mispredict(cpu, u);
	u++;
	cpu->timed.start = u;
	DISPATCH();
}

COLD_FLOW(slow_not_taken)
{
	timed_charge(cpu, u + 1);
	if (!IS_PREDICTED(NOT_TAKEN))
		TAILCALL(timed_flow_wrong_not_taken);
	u++;
	DISPATCH();
}

FLOW(not_taken)
{
	if (UNLIKELY(!charge_to(&cpu->timed, u + 1)))
		TAILCALL(timed_flow_slow_not_taken);
	if (UNLIKELY(!IS_PREDICTED(NOT_TAKEN)))
		TAILCALL(timed_flow_wrong_not_taken);
	u++;
	cpu->timed.start = u;
	DISPATCH();
}

COLD_FLOW(slow_line)
{
	timed_charge(cpu, u);
	ENTER_LINE();
}

/* The handler of a line's first record, when it is reached without a branch. */
FLOW(line_start)
{
	if (cpu->timed.start != u && UNLIKELY(!charge_to(&cpu->timed, u)))
		TAILCALL(timed_flow_slow_line);
	ENTER_LINE();
}

OP(next_page) /* straight on into the next virtual page; see op_branch.c */
{
	u64 va = cpu->code_va + PAGE_SIZE;
	const struct code_link *link = &cpu->ctx->code[host_tlb_index(va)];

	timed_charge(cpu, u);
	if (UNLIKELY(va != link->tag) || TIMED_SLICE_IS_USED_UP)
		TAILCALL(ENGINE(next_page_miss));
	c += (u64)(uintptr_t)link->code - (u64)(uintptr_t)u;
	u = link->code;
	cpu->code = u;
	cpu->code_va = va;
	timed_enter_page(cpu);
	ENTER_LINE();
}
