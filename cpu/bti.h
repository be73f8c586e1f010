/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_BTI: where a branch by register may land. Private to cpu/.
 *
 * Such a branch sets PSTATE.BTYPE, which the next instruction tests if its page is guarded, and
 * clears. Being guarded is a property of the translation, so the code links know it, not the
 * records. Where nobody can see the difference PSTATE.BTYPE stays 0; else the branch goes the slow
 * way, and engine_enter() makes the test.
 */
#ifndef ENT_CPU_BTI_H
#define ENT_CPU_BTI_H

#include "cpu/engine.h"

/* PSTATE.BTYPE behind a branch by register. DDI 0487 D8.4.6 */
enum {
	BTYPE_JUMP = 1, /* BR by X16 or X17, or from a page that is not guarded */
	BTYPE_CALL = 2, /* BLR */
	BTYPE_GUARDED_JUMP = 3
};

/* Of a jump from a guarded page by this register. */
static inline u8 bti_jump_type(u32 reg)
{
	return reg == 16 || reg == 17 ? BTYPE_JUMP : BTYPE_GUARDED_JUMP;
}

enum bti_operand { BTI_NONE, BTI_C, BTI_J, BTI_JC };

/* The set of BTYPEs, as bits, that may land on a BTI. */
static inline u32 bti_accepts(enum bti_operand operand)
{
	static const u8 sets[4] = {
		[BTI_NONE] = 0,
		[BTI_C] = 1 << BTYPE_JUMP | 1 << BTYPE_CALL,
		[BTI_J] = 1 << BTYPE_JUMP | 1 << BTYPE_GUARDED_JUMP,
		[BTI_JC] = 1 << BTYPE_JUMP | 1 << BTYPE_CALL | 1 << BTYPE_GUARDED_JUMP,
	};

	return sets[operand];
}

/*
 * Does the instruction leave PSTATE.BTYPE as it is: BRK, whose exception reports it. Others that
 * end by an exception may report 0 (Unpredictable_ZEROBTYPE). DDI 0487 J1.1, AArch64.TakeException
 */
static inline bool bti_keeps_btype(u32 insn)
{
	return (insn & 0xffe0001f) == 0xd4200000;
}

/* May PSTATE.BTYPE, which is not 0, land on this instruction of a guarded page? */
bool bti_may_land(const struct cpu *cpu, u32 insn);

/* Is the page of va, whose code link was the last filled at its place, guarded? */
static inline bool code_is_guarded(const struct cpu *cpu, u64 va)
{
	unsigned index = host_tlb_index(va);

	return cpu->ctx->guarded[index / 64] >> (index % 64) & 1;
}

handler_fn ENGINE(op_bti), ENGINE(op_pac), ENGINE(op_brk), ENGINE(op_predecode);

/*
 * Need the branch from u to va not set BTYPE: there is a link, the slice goes on behind the branch,
 * and the page is not guarded, or a BTI, PACIASP or PACIBSP is there whose imm accepts it. A BRK,
 * and what may be one, needs it for its SPSR.
 */
static inline bool bti_lands_freely(
	const struct cpu *cpu, const struct uop *u, u64 c, u64 va, unsigned btype)
{
	const struct code_link *link = &cpu->ctx->code[host_tlb_index(va)];
	const struct uop *to;

	/* a debug exception before the landing sees it; timed, it is too early to ask for time */
	if (ENT_STEP && (cpu->debug_checks || cpu_is_timed(cpu)))
		return false;
	if ((va & ~(u64)0xffc) != link->tag || (s64)(c - (u64)(uintptr_t)u) <= UOP_BYTES)
		return false;
	to = link->code + ((va >> 2) & (UOPS_PER_PAGE - 1));
	if (LIKELY(!code_is_guarded(cpu, va)))
		return insn_handler(to) != ENGINE(op_brk) &&
		       insn_handler(to) != ENGINE(op_predecode);
	return (insn_handler(to) == ENGINE(op_bti) || insn_handler(to) == ENGINE(op_pac)) &&
	       (to->imm >> btype & 1);
}

/* A branch by register with FEAT_BTI. */
#if ENT_TIMED
extern handler_fn timed_flow_bti_INDIRECT, timed_flow_bti_INDIRECT_CALL;

#define GOTO_BTI(flow, va, btype_)                                                                 \
	do {                                                                                       \
		cpu->pc = (va);                                                                    \
		cpu->pstate.btype = (u8)(btype_);                                                  \
		TAILCALL(timed_flow_bti_##flow);                                                   \
	} while (0)
#else
#define GOTO_BTI(flow, va, btype_)                                                                 \
	do {                                                                                       \
		u64 bti_va_ = (va);                                                                \
		unsigned bti_type_ = (btype_);                                                     \
                                                                                                   \
		if (UNLIKELY(!bti_lands_freely(cpu, u, c, bti_va_, bti_type_))) {                  \
			cpu->pstate.btype = (u8)bti_type_;                                         \
			NOTE_FLOW(flow);                                                           \
			NOTE_TARGET(bti_va_);                                                      \
			cpu->pc = bti_va_;                                                         \
			TAILCALL(ENGINE(goto_miss));                                               \
		}                                                                                  \
		GOTO_VA(flow, bti_va_);                                                            \
	} while (0)
#endif

#endif
