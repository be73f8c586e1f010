/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Branches (DDI 0487 C6.2), and the records that are not instructions: not yet predecoded, end of
 * page, undefined. Compiled once per engine.
 *
 * imm of a local branch: displacement in record bytes. imm of a far one: target relative to the
 * page, in bytes. For BL both are in the low half and the link, relative to the page, in the high.
 */
#include "cpu/bti.h"
#include "cpu/code.h"
#include "cpu/points_private.h"
#include "cpu/run.h"
#include "exceptions/exceptions.h"

#define HIGH_HALF(imm) ((imm) >> 32)

OP(undefined) /* UNDEFINED: EC 0 */
{
	SYNC();
	fault_undefined(cpu);
	FAULT();
}

/* The records of all pages where a debugger has a breakpoint in one; code.c, TAIL only. */
OP(breakpoint)
{
	if (UNLIKELY(points_break_here(cpu->group, UOP_PC()))) {
		SYNC();
		if (!engine_tell_breakpoint(cpu))
			TAILCALL_SYNCED(ENGINE(stop_before));
		RELOAD();
	}
	TAILCALL(code_handler_behind(cpu->code, u));
}

OP(predecode)
{
	code_predecode(cpu, u);
	DISPATCH_ENTERED();
}

#if !ENT_TIMED
OP(next_page) /* straight on into the next virtual page; not an instruction, nothing is charged */
{
	u64 va = cpu->code_va + PAGE_SIZE;
	const struct code_link *link = &cpu->ctx->code[host_tlb_index(va)];

	if (UNLIKELY(va != link->tag))
		TAILCALL(ENGINE(next_page_miss));
	c += (u64)(uintptr_t)link->code - (u64)(uintptr_t)u;
	u = link->code;
	cpu->code = u;
	cpu->code_va = va;
	if (SLICE_IS_USED_UP)
		TAILCALL(ENGINE(out_of_budget));
	DISPATCH();
}
#endif

OP(b)
{
	GOTO_LOCAL(BRANCH);
}

OP(b_far)
{
	GOTO_VA(BRANCH, cpu->code_va + (u64)LOW_HALF(u->imm));
}

OP(bl)
{
	cpu->x[SLOT_LR] = cpu->code_va + HIGH_HALF(u->imm);
	GOTO_LOCAL(CALL);
}

OP(bl_far)
{
	cpu->x[SLOT_LR] = cpu->code_va + HIGH_HALF(u->imm);
	GOTO_VA(CALL, cpu->code_va + (u64)LOW_HALF(u->imm));
}

OP(br)
{
	GOTO_VA(INDIRECT, X(rn));
}

OP(blr)
{
	u64 target = X(rn);

	cpu->x[SLOT_LR] = cpu->code_va + u->imm;
	GOTO_VA(INDIRECT_CALL, target);
}

OP(ret)
{
	GOTO_VA(RETURN, X(rn));
}

OP(br_bti) /* rd = BTYPE from a guarded page */
{
	GOTO_BTI(INDIRECT, X(rn), code_is_guarded(cpu, cpu->code_va) ? u->rd : BTYPE_JUMP);
}

OP(blr_bti)
{
	u64 target = X(rn);

	cpu->x[SLOT_LR] = cpu->code_va + u->imm;
	GOTO_BTI(INDIRECT_CALL, target, BTYPE_CALL);
}

OP(bti) /* the branch that came here looked at it */
{
	NEXT();
}

/* A conditional branch: the target inside the page, or through the links. */
#define BRANCH_LOCAL(name, condition)                                                              \
	OP(name)                                                                                   \
	{                                                                                          \
		if (condition)                                                                     \
			GOTO_LOCAL(TAKEN);                                                         \
		NOT_TAKEN();                                                                       \
	}
#define BRANCH_FAR(name, condition)                                                                \
	OP(name)                                                                                   \
	{                                                                                          \
		if (condition)                                                                     \
			GOTO_VA(TAKEN, cpu->code_va + u->imm);                                     \
		NOT_TAKEN();                                                                       \
	}

#define B_COND(cond) BRANCH_LOCAL(b_##cond, condition_holds(COND_##cond, fa, fb, fk))
B_COND(eq)
B_COND(ne)
B_COND(hs)
B_COND(lo)
B_COND(mi)
B_COND(pl)
B_COND(vs)
B_COND(vc)
B_COND(hi)
B_COND(ls)
B_COND(ge)
B_COND(lt)
B_COND(gt)
B_COND(le)
BRANCH_FAR(b_cond_far, condition_holds(u->rd, fa, fb, fk))

BRANCH_LOCAL(cbz_w, W(rn) == 0)
BRANCH_LOCAL(cbz_x, X(rn) == 0)
BRANCH_LOCAL(cbnz_w, W(rn) != 0)
BRANCH_LOCAL(cbnz_x, X(rn) != 0)
BRANCH_FAR(cbz_far_w, W(rn) == 0)
BRANCH_FAR(cbz_far_x, X(rn) == 0)
BRANCH_FAR(cbnz_far_w, W(rn) != 0)
BRANCH_FAR(cbnz_far_x, X(rn) != 0)

#define TESTED_BIT (X(rn) >> (u->rm & 63) & 1)
BRANCH_LOCAL(tbz, !TESTED_BIT)
BRANCH_LOCAL(tbnz, TESTED_BIT)
BRANCH_FAR(tbz_far, !TESTED_BIT)
BRANCH_FAR(tbnz_far, TESTED_BIT)
