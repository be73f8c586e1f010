/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handlers of fused neighbours (pairs.def), TAIL only. u advances from part to part, so that at
 * whatever can fault or branch PC and charge are right; a memory access that misses the host TLB
 * goes on with the plain handler of its record.
 */
#include "crypto/crypto.h"

#include "cpu/data.h"
#include "cpu/fuse.h"
#include "cpu/ldst.h"
#include "cpu/simd.h"

#if ENT_HAVE_TAIL

#define HIGH(value) ((u64)(u32)(value) << 32)

#define OP_ONE(name) handler_fn ENGINE(op_##name);
#define OP_LDST(name)                                                                              \
	OP_ONE(name##_imm)                                                                         \
	OP_ONE(name##_pre)                                                                         \
	OP_ONE(name##_post)
#define OP_REGOFF(name) OP_ONE(name##_reg)
#define OP_SIZES(name)
#include "cpu/ops_memory.def"
#undef OP_ONE
#undef OP_LDST
#undef OP_REGOFF
#undef OP_SIZES

/* ---- Parts ---- */

/* VALUE: any of ops_data.def. */
#define PART_VALUE(name) do_##name(cpu, u)

/* LOAD: type, conversion, address, write-back. */
#define LOAD_ldr_x_imm(then)	then(ldr_x_imm, u64, (u64), X(rn) + u->imm, (void)0)
#define LOAD_ldr_x_reg(then)	then(ldr_x_reg, u64, (u64), X(rn) + X(rm) * u->imm, (void)0)
#define LOAD_ldr_w_imm(then)	then(ldr_w_imm, u32, (u64), X(rn) + u->imm, (void)0)
#define LOAD_ldr_w_pre(then)	then(ldr_w_pre, u32, (u64), X(rn) + u->imm, X(rn) = va)
#define LOAD_ldrb_imm(then)	then(ldrb_imm, u8, (u64), X(rn) + u->imm, (void)0)
#define LOAD_ldrsh_w_imm(then)	then(ldrsh_w_imm, s16, (u64)(u32), X(rn) + u->imm, (void)0)
#define LOAD_ldrsh_w_post(then) then(ldrsh_w_post, s16, (u64)(u32), X(rn), X(rn) = va + u->imm)
#define TAKE_LOAD(name, type, convert, address, write_back)                                        \
	do {                                                                                       \
		u64 va = (address), value;                                                         \
		const struct unaligned_##type *p = host_read(cpu, va, sizeof(type));               \
                                                                                                   \
		if (UNLIKELY(p == NULL))                                                           \
			TAILCALL(ENGINE(op_##name));                                               \
		value = convert p->value;                                                          \
		write_back;                                                                        \
		X(rd) = value;                                                                     \
	} while (0)
#define PART_LOAD(name) LOAD_##name(TAKE_LOAD)

/* STORE: type, address. */
#define STORE_str_x_imm(then) then(str_x_imm, u64, X(rn) + u->imm)
#define STORE_str_x_reg(then) then(str_x_reg, u64, X(rn) + X(rm) * u->imm)
#define STORE_str_w_imm(then) then(str_w_imm, u32, X(rn) + u->imm)
#define TAKE_STORE(name, type, address)                                                            \
	do {                                                                                       \
		u64 va = (address);                                                                \
		struct unaligned_##type *p = host_write(cpu, va, sizeof(type));                    \
                                                                                                   \
		if (UNLIKELY(p == NULL))                                                           \
			TAILCALL(ENGINE(op_##name));                                               \
		p->value = (type)X(rd);                                                            \
	} while (0)
#define PART_STORE(name) STORE_##name(TAKE_STORE)

/* COMPARE: the two 64-bit operands, and what is written besides the flags. */
#define COMPARE_cmp_imm_x(then)	 then(X(rn), u->imm, (void)0)
#define COMPARE_cmp_imm_w(then)	 then(HIGH(X(rn)), u->imm, (void)0)
#define COMPARE_cmp_reg_x(then)	 then(X(rn), X(rm), (void)0)
#define COMPARE_cmp_reg_w(then)	 then(HIGH(X(rn)), HIGH(X(rm)), (void)0)
#define COMPARE_subs_reg_x(then) then(X(rn), X(rm), X(rd) = fa - fb)
#define COMPARE_subs_imm_x(then) then(X(rn), u->imm, X(rd) = fa - fb)
#define COMPARE_subs_imm_w(then) then(HIGH(X(rn)), HIGH(u->imm), X(rd) = (fa - fb) >> 32)
#define TAKE_COMPARE(a, b, also)                                                                   \
	do {                                                                                       \
		SET_FLAGS_SUB(a, b);                                                               \
		also;                                                                              \
	} while (0)
#define PART_COMPARE(name) COMPARE_##name(TAKE_COMPARE)

/* BRANCH and COND, always last: u is local, its imm is the displacement. */
#define BRANCH_IF(condition)                                                                       \
	do {                                                                                       \
		if (condition)                                                                     \
			GOTO_LOCAL(TAKEN);                                                         \
		NOT_TAKEN();                                                                       \
	} while (0)
#define CONDITION_cbz_x	  (X(rn) == 0)
#define CONDITION_cbnz_x  (X(rn) != 0)
#define CONDITION_b_ne	  condition_holds(COND_ne, fa, fb, fk)
#define PART_BRANCH(name) GOTO_LOCAL(BRANCH)
#define PART_COND(name)	  BRANCH_IF(CONDITION_##name)

/* SELECT after a known comparison. */
#define OTHERWISE_csel_x    X(rm)
#define OTHERWISE_csel_w    W(rm)
#define OTHERWISE_csinc_x   X(rm) + 1
#define OTHERWISE_csinc_w   W(rm) + 1
#define IF_SO_csel_x	    X(rn)
#define IF_SO_csel_w	    W(rn)
#define IF_SO_csinc_x	    X(rn)
#define IF_SO_csinc_w	    W(rn)
#define SELECT(name, holds) (X(rd) = select_value(holds, IF_SO_##name, OTHERWISE_##name))

/* ---- Handlers ---- */

#define PAIR(kind1, first, kind2, second)                                                          \
	static void fused_##first##_##second(ARGS)                                                 \
	{                                                                                          \
		PART_##kind1(first);                                                               \
		u++;                                                                               \
		PART_##kind2(second);                                                              \
		NEXT();                                                                            \
	}

#define FOR_CONDITIONS(row, ...)                                                                   \
	row(__VA_ARGS__, eq) row(__VA_ARGS__, ne) row(__VA_ARGS__, hs) row(__VA_ARGS__, lo)        \
		row(__VA_ARGS__, mi) row(__VA_ARGS__, pl) row(__VA_ARGS__, vs)                     \
			row(__VA_ARGS__, vc) row(__VA_ARGS__, hi) row(__VA_ARGS__, ls)             \
				row(__VA_ARGS__, ge) row(__VA_ARGS__, lt) row(__VA_ARGS__, gt)     \
					row(__VA_ARGS__, le)

#define COMPARE_BRANCH_ROW(first, cond)                                                            \
	static void fused_##first##_b_##cond(ARGS)                                                 \
	{                                                                                          \
		PART_COMPARE(first);                                                               \
		u++;                                                                               \
		BRANCH_IF(condition_holds(COND_##cond, fa, fb, FLAGS_SUB));                        \
		NEXT();                                                                            \
	}
#define COMPARE_BRANCH(first) FOR_CONDITIONS(COMPARE_BRANCH_ROW, first)

#define THEN_ROW(kind, first, compare, cond)                                                       \
	static void fused_##first##_##compare##_b_##cond(ARGS)                                     \
	{                                                                                          \
		PART_##kind(first);                                                                \
		u++;                                                                               \
		PART_COMPARE(compare);                                                             \
		u++;                                                                               \
		BRANCH_IF(condition_holds(COND_##cond, fa, fb, FLAGS_SUB));                        \
		NEXT();                                                                            \
	}
#define THEN_COMPARE_BRANCH(kind, first, compare) FOR_CONDITIONS(THEN_ROW, kind, first, compare)

#define COMPARE_SELECT_ROW(compare, select, cond)                                                  \
	static void fused_##compare##_##select##_##cond(ARGS)                                      \
	{                                                                                          \
		PART_COMPARE(compare);                                                             \
		u++;                                                                               \
		SELECT(select, condition_holds(COND_##cond, fa, fb, FLAGS_SUB));                   \
		NEXT();                                                                            \
	}
#define COMPARE_SELECT(compare, select) FOR_CONDITIONS(COMPARE_SELECT_ROW, compare, select)

#define COMPARE_THEN_ROW(compare, kind, middle, select, cond)                                      \
	static void fused_##compare##_##middle##_##select##_##cond(ARGS)                           \
	{                                                                                          \
		PART_COMPARE(compare);                                                             \
		u++;                                                                               \
		PART_##kind(middle);                                                               \
		u++;                                                                               \
		SELECT(select, condition_holds(COND_##cond, fa, fb, FLAGS_SUB));                   \
		NEXT();                                                                            \
	}
#define COMPARE_THEN_SELECT(compare, kind, middle, select)                                         \
	FOR_CONDITIONS(COMPARE_THEN_ROW, compare, kind, middle, select)

/* A test leaves C = V = 0; only Z is asked for here. */
#define TEST_tst_imm_x (X(rn) & u->imm)
#define TEST_tst_imm_w (u64)(s64)(s32)(X(rn) & u->imm)
#define TEST_tst_reg_x (X(rn) & X(rm))
#define TEST_tst_reg_w (u64)(s64)(s32)(X(rn) & X(rm))
#define TEST_ROW(name, first, after)                                                               \
	static void fused_##first##_##name(ARGS)                                                   \
	{                                                                                          \
		u64 r = TEST_##first;                                                              \
                                                                                                   \
		SET_FLAGS_NZCV(logical_flags_x(r));                                                \
		u++;                                                                               \
		after;                                                                             \
		NEXT();                                                                            \
	}
#define TEST_BRANCH(first)                                                                         \
	TEST_ROW(b_eq, first, BRANCH_IF(r == 0))                                                   \
	TEST_ROW(b_ne, first, BRANCH_IF(r != 0))
#define TEST_SELECT(first, select)                                                                 \
	TEST_ROW(select##_eq, first, SELECT(select, r == 0))                                       \
	TEST_ROW(select##_ne, first, SELECT(select, r != 0))

/*
 * SHA256H and SHA256H2 of the same four rounds, which are computed once: H2 reads a copy of the old
 * abcd, and what it reads is not what H writes.
 */
static inline bool shares_rounds(const struct cpu *cpu, const struct uop *h, const struct uop *h2)
{
	const union vreg *abcd = &cpu->v[h->rd], *copy = &cpu->v[h2->rn];

	return h2->rd == h->rn && h2->rm == h->rm && h->rd != h->rn && h->rd != h->rm &&
	       copy != abcd && copy->d[0] == abcd->d[0] && copy->d[1] == abcd->d[1];
}

handler_fn ENGINE(op_sha256h);
static void fused_sha256h_sha256h2(ARGS)
{
	struct sha256_state s;

	CHECK_FP();
	if (!shares_rounds(cpu, u, u + 1))
		TAILCALL(ENGINE(op_sha256h));
	s = sha256_rounds(V(rd).vs, V(rn).vs, V(rm).vs);
	V(rd).vs = (u32x4){ s.a, s.b, s.c, s.d };
	V(rn).vs = (u32x4){ s.e, s.f, s.g, s.h };
	u++;
	NEXT();
}
#define HANDMADE(first, second)

#include "cpu/pairs.def"
#undef HANDMADE
#undef PAIR
#undef COMPARE_BRANCH
#undef THEN_COMPARE_BRANCH
#undef COMPARE_SELECT
#undef COMPARE_THEN_SELECT
#undef TEST_BRANCH
#undef TEST_SELECT
#undef COMPARE_BRANCH_ROW
#undef THEN_ROW
#undef COMPARE_SELECT_ROW
#undef COMPARE_THEN_ROW

/* ---- The table ---- */

#define TWO(first, second)		  { { OP_##first, OP_##second }, 2, fused_##first##_##second },
#define PAIR(kind1, first, kind2, second) TWO(first, second)
#define COMPARE_BRANCH_ROW(first, cond)	  TWO(first, b_##cond)
#define COMPARE_BRANCH(first)		  FOR_CONDITIONS(COMPARE_BRANCH_ROW, first)
#define THEN_ROW(first, compare, cond)                                                             \
	{ { OP_##first, OP_##compare, OP_b_##cond }, 3, fused_##first##_##compare##_b_##cond },
#define THEN_COMPARE_BRANCH(kind, first, compare) FOR_CONDITIONS(THEN_ROW, first, compare)
#define COMPARE_SELECT_ROW(compare, select, cond) TWO(compare, select##_##cond)
#define COMPARE_SELECT(compare, select)		  FOR_CONDITIONS(COMPARE_SELECT_ROW, compare, select)
#define COMPARE_THEN_ROW(compare, middle, select, cond)                                            \
	{ { OP_##compare, OP_##middle, OP_##select##_##cond }, 3,                                  \
		fused_##compare##_##middle##_##select##_##cond },
#define COMPARE_THEN_SELECT(compare, kind, middle, select)                                         \
	FOR_CONDITIONS(COMPARE_THEN_ROW, compare, middle, select)
#define HANDMADE(first, second)	   TWO(first, second)
#define TEST_BRANCH(first)	   TWO(first, b_eq) TWO(first, b_ne)
#define TEST_SELECT(first, select) TWO(first, select##_eq) TWO(first, select##_ne)

static const struct fused {
	enum op_id ops[MAX_FUSED];
	u8 count;
	handler_fn *handler;
} rows[] = {
#include "cpu/pairs.def"
};

/* Rows of the same first handler, the longest first, are chained: 0 ends, row i is entry i + 1. */
static u16 head[OP_COUNT], next[COUNT(rows)];

static void chain_rows(void)
{
	static bool done;

	for (unsigned count = 2; count <= MAX_FUSED && !done; count++) {
		for (size_t i = COUNT(rows); i-- > 0;) {
			if (rows[i].count != count)
				continue;
			next[i] = head[rows[i].ops[0]];
			head[rows[i].ops[0]] = (u16)(i + 1);
		}
	}
	done = true;
}

handler_fn *ENGINE(fuse)(const enum op_id *ops, unsigned count)
{
	chain_rows();
	for (u16 i = head[ops[0]]; i != 0; i = next[i - 1]) {
		const struct fused *row = &rows[i - 1];

		if (row->count <= count && row->ops[1] == ops[1] &&
			(row->count == 2 || row->ops[2] == ops[2]))
			return row->handler;
	}
	return NULL;
}

#else

handler_fn *ENGINE(fuse)(const enum op_id *ops, unsigned count)
{
	(void)ops, (void)count;
	return NULL;
}

#endif
