/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handlers of fused pairs (pairs.def), TAIL only. u is the first record; whatever can fault or
 * branch is the second, executed with u advanced to it, so that PC and charge are right.
 */
#include "cpu/data.h"
#include "cpu/fuse.h"

#if ENT_HAVE_TAIL

#define HIGH(value) ((u64)(u32)(value) << 32)

/* What a comparison compares, as 64-bit operands, and what it writes besides the flags. */
#define COMPARE_cmp_imm_x(then)	 then(X(rn), u->imm, )
#define COMPARE_cmp_imm_w(then)	 then(HIGH(X(rn)), u->imm, )
#define COMPARE_cmp_reg_x(then)	 then(X(rn), X(rm), )
#define COMPARE_cmp_reg_w(then)	 then(HIGH(X(rn)), HIGH(X(rm)), )
#define COMPARE_subs_imm_x(then) then(X(rn), u->imm, X(rd) = fa - fb)
#define COMPARE_subs_imm_w(then) then(HIGH(X(rn)), HIGH(u->imm), X(rd) = (fa - fb) >> 32)

#define TAKE_COMPARE(a, b, also)                                                                   \
	do {                                                                                       \
		SET_FLAGS_SUB(a, b);                                                               \
		also;                                                                              \
	} while (0)

/* u is the branch, local: its imm is the displacement. */
#define BRANCH_IF(condition)                                                                       \
	do {                                                                                       \
		if (condition)                                                                     \
			GOTO_LOCAL((s64)u->imm);                                                   \
		NEXT();                                                                            \
	} while (0)

#define COMPARE_AND_BRANCH(first, cond)                                                            \
	static void fused_##first##_b_##cond(ARGS)                                                 \
	{                                                                                          \
		COMPARE_##first(TAKE_COMPARE);                                                     \
		u++;                                                                               \
		BRANCH_IF(condition_holds(COND_##cond, fa, fb, FLAGS_SUB));                        \
	}
#define COMPARE_BRANCH(first)                                                                      \
	COMPARE_AND_BRANCH(first, eq)                                                              \
	COMPARE_AND_BRANCH(first, ne)                                                              \
	COMPARE_AND_BRANCH(first, hs)                                                              \
	COMPARE_AND_BRANCH(first, lo)                                                              \
	COMPARE_AND_BRANCH(first, mi)                                                              \
	COMPARE_AND_BRANCH(first, pl)                                                              \
	COMPARE_AND_BRANCH(first, vs)                                                              \
	COMPARE_AND_BRANCH(first, vc)                                                              \
	COMPARE_AND_BRANCH(first, hi)                                                              \
	COMPARE_AND_BRANCH(first, ls)                                                              \
	COMPARE_AND_BRANCH(first, ge)                                                              \
	COMPARE_AND_BRANCH(first, lt)                                                              \
	COMPARE_AND_BRANCH(first, gt)                                                              \
	COMPARE_AND_BRANCH(first, le)

/* A test leaves C = V = 0; only Z is asked for here. */
#define TEST_tst_imm_x (X(rn) & u->imm)
#define TEST_tst_imm_w (u64)(s64)(s32)(X(rn) & u->imm)
#define TEST_AND_BRANCH(first, cond, relation)                                                     \
	static void fused_##first##_b_##cond(ARGS)                                                 \
	{                                                                                          \
		u64 r = TEST_##first;                                                              \
                                                                                                   \
		SET_FLAGS_NZCV(logical_flags_x(r));                                                \
		u++;                                                                               \
		BRANCH_IF(r relation 0);                                                           \
	}
#define TEST_BRANCH(first) TEST_AND_BRANCH(first, eq, ==) TEST_AND_BRANCH(first, ne, !=)

#define VALUE_VALUE(first, second)                                                                 \
	static void fused_##first##_##second(ARGS)                                                 \
	{                                                                                          \
		do_##first(cpu, u);                                                                \
		do_##second(cpu, u + 1);                                                           \
		NEXT2();                                                                           \
	}

#define CONDITION_b	 true
#define CONDITION_cbz_x	 (X(rn) == 0)
#define CONDITION_cbz_w	 (W(rn) == 0)
#define CONDITION_cbnz_x (X(rn) != 0)
#define CONDITION_cbnz_w (W(rn) != 0)
#define VALUE_BRANCH(first, second)                                                                \
	static void fused_##first##_##second(ARGS)                                                 \
	{                                                                                          \
		do_##first(cpu, u);                                                                \
		u++;                                                                               \
		BRANCH_IF(CONDITION_##second);                                                     \
	}

#include "cpu/pairs.def"
#undef COMPARE_BRANCH
#undef TEST_BRANCH
#undef VALUE_VALUE
#undef VALUE_BRANCH

#define PAIR(first_, second_) { OP_##first_, OP_##second_, fused_##first_##_##second_ },
#define COMPARE_BRANCH(first)                                                                      \
	PAIR(first, b_eq)                                                                          \
	PAIR(first, b_ne)                                                                          \
	PAIR(first, b_hs)                                                                          \
	PAIR(first, b_lo)                                                                          \
	PAIR(first, b_mi)                                                                          \
	PAIR(first, b_pl)                                                                          \
	PAIR(first, b_vs)                                                                          \
	PAIR(first, b_vc)                                                                          \
	PAIR(first, b_hi)                                                                          \
	PAIR(first, b_ls)                                                                          \
	PAIR(first, b_ge)                                                                          \
	PAIR(first, b_lt)                                                                          \
	PAIR(first, b_gt)                                                                          \
	PAIR(first, b_le)
#define TEST_BRANCH(first) PAIR(first, b_eq) PAIR(first, b_ne)
#define VALUE_VALUE	   PAIR
#define VALUE_BRANCH	   PAIR

static const struct pair {
	enum op_id first, second;
	handler_fn *fused;
} pairs[] = {
#include "cpu/pairs.def"
};

handler_fn *fuse(const struct decoded *first, const struct decoded *second)
{
	/* Rows of the same first handler are chained: 0 ends, row i is entry i + 1. */
	static u16 head[OP_COUNT], next[COUNT(pairs)];
	static bool done;

	if (!done) {
		for (size_t i = COUNT(pairs); i-- > 0;) {
			next[i] = head[pairs[i].first];
			head[pairs[i].first] = (u16)(i + 1);
		}
		done = true;
	}
	for (u16 i = head[first->op]; i != 0; i = next[i - 1]) {
		if (pairs[i - 1].second == second->op)
			return pairs[i - 1].fused;
	}
	return NULL;
}

#else

handler_fn *fuse(const struct decoded *first, const struct decoded *second)
{
	(void)first, (void)second;
	return NULL;
}

#endif
