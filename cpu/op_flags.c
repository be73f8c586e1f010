/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data processing that writes or reads NZCV, DDI 0487 C6.2. Compiled once per engine.
 *
 * Operands by format: rd, rn, rm slots; ra = condition or extension option; imm.
 */
#include "cpu/data.h"

/* 32-bit operands of a comparison are compared in the upper halves. */
#define HIGH(value) ((u64)(u32)(value) << 32)

#define SUBS_X(operand)                                                                            \
	{                                                                                          \
		u64 a = X(rn), b = (operand);                                                      \
                                                                                                   \
		X(rd) = a - b;                                                                     \
		SET_FLAGS_SUB(a, b);                                                               \
		NEXT();                                                                            \
	}
#define SUBS_W(operand)                                                                            \
	{                                                                                          \
		u32 a = W(rn), b = (u32)(operand);                                                 \
                                                                                                   \
		X(rd) = a - b;                                                                     \
		SET_FLAGS_SUB(HIGH(a), HIGH(b));                                                   \
		NEXT();                                                                            \
	}
#define ADDS_X(operand)                                                                            \
	{                                                                                          \
		u64 a = X(rn), b = (operand);                                                      \
                                                                                                   \
		X(rd) = a + b;                                                                     \
		SET_FLAGS_NZCV(add_flags_x(a, b, 0));                                              \
		NEXT();                                                                            \
	}
#define ADDS_W(operand)                                                                            \
	{                                                                                          \
		u32 a = W(rn), b = (u32)(operand);                                                 \
                                                                                                   \
		X(rd) = a + b;                                                                     \
		SET_FLAGS_NZCV(add_flags_w(a, b, 0));                                              \
		NEXT();                                                                            \
	}
#define LOGICAL_X(value)                                                                           \
	{                                                                                          \
		u64 r = (value);                                                                   \
                                                                                                   \
		X(rd) = r;                                                                         \
		SET_FLAGS_NZCV(logical_flags_x(r));                                                \
		NEXT();                                                                            \
	}
#define LOGICAL_W(value)                                                                           \
	{                                                                                          \
		u32 r = (u32)(value);                                                              \
                                                                                                   \
		X(rd) = r;                                                                         \
		SET_FLAGS_NZCV(logical_flags_w(r));                                                \
		NEXT();                                                                            \
	}

OP(subs_imm_x)
SUBS_X(u->imm)
OP(subs_imm_w)
SUBS_W(u->imm) OP(adds_imm_x) ADDS_X(u->imm) OP(adds_imm_w) ADDS_W(u->imm) OP(ands_imm_x)
	LOGICAL_X(X(rn) & u->imm) OP(ands_imm_w) LOGICAL_W(X(rn) & u->imm)

		OP(cmp_imm_x)
{
	SET_FLAGS_SUB(X(rn), u->imm);
	NEXT();
}

OP(cmp_imm_w) /* imm is in the upper half already */
{
	SET_FLAGS_SUB(HIGH(X(rn)), u->imm);
	NEXT();
}

OP(cmp_reg_x)
{
	SET_FLAGS_SUB(X(rn), X(rm));
	NEXT();
}

OP(cmp_reg_w)
{
	SET_FLAGS_SUB(HIGH(X(rn)), HIGH(X(rm)));
	NEXT();
}

OP(tst_imm_x)
{
	SET_FLAGS_NZCV(logical_flags_x(X(rn) & u->imm));
	NEXT();
}

OP(tst_imm_w)
{
	SET_FLAGS_NZCV(logical_flags_w(W(rn) & (u32)u->imm));
	NEXT();
}

#define SHIFTED_FAMILY(name, X_BODY, W_BODY, PRE_X, PRE_W)                                         \
	OP(name##_reg_x)                                                                           \
	X_BODY(PRE_X X(rm))                                                                        \
	OP(name##_reg_w)                                                                           \
	W_BODY(PRE_W W(rm)) OP(name##_lsl_x) X_BODY(PRE_X LSL_X) OP(name##_lsl_w)                  \
		W_BODY(PRE_W LSL_W) OP(name##_lsr_x) X_BODY(PRE_X LSR_X) OP(name##_lsr_w)          \
			W_BODY(PRE_W LSR_W) OP(name##_asr_x) X_BODY(PRE_X ASR_X) OP(name##_asr_w)  \
				W_BODY(PRE_W ASR_W)
SHIFTED_FAMILY(subs, SUBS_X, SUBS_W, , )
SHIFTED_FAMILY(adds, ADDS_X, ADDS_W, , )
SHIFTED_FAMILY(ands, LOGICAL_X, LOGICAL_W, X(rn) &, W(rn) &)
SHIFTED_FAMILY(bics, LOGICAL_X, LOGICAL_W, X(rn) & ~, W(rn) & ~)
OP(ands_ror_x)
LOGICAL_X(X(rn) & ROR_X)
OP(ands_ror_w)
LOGICAL_W(W(rn) & ROR_W) OP(bics_ror_x) LOGICAL_X(X(rn) & ~ROR_X) OP(bics_ror_w) LOGICAL_W(
	W(rn) & ~ROR_W)

#define EXTENDED extend_register(X(rm), u->ra, (unsigned)u->imm)
	OP(subs_ext_x) SUBS_X(EXTENDED) OP(subs_ext_w) SUBS_W(EXTENDED) OP(adds_ext_x) ADDS_X(
		EXTENDED) OP(adds_ext_w) ADDS_W(EXTENDED)

/* With carry: SBC is ADC of the complement. */
#define CARRY (flags_value(fa, fb, fk) >> 1 & 1)
#define WITH_CARRY(name, complement)                                                               \
	OP(name##_x)                                                                               \
	{                                                                                          \
		X(rd) = X(rn) + (complement X(rm)) + CARRY;                                        \
		NEXT();                                                                            \
	}                                                                                          \
	OP(name##_w)                                                                               \
	{                                                                                          \
		X(rd) = W(rn) + (complement W(rm)) + CARRY;                                        \
		NEXT();                                                                            \
	}                                                                                          \
	OP(name##s_x)                                                                              \
	{                                                                                          \
		u64 a = X(rn), b = complement X(rm), carry = CARRY;                                \
                                                                                                   \
		X(rd) = a + b + carry;                                                             \
		SET_FLAGS_NZCV(add_flags_x(a, b, carry));                                          \
		NEXT();                                                                            \
	}                                                                                          \
	OP(name##s_w)                                                                              \
	{                                                                                          \
		u32 a = W(rn), b = complement W(rm), carry = CARRY;                                \
                                                                                                   \
		X(rd) = a + b + carry;                                                             \
		SET_FLAGS_NZCV(add_flags_w(a, b, carry));                                          \
		NEXT();                                                                            \
	}
		WITH_CARRY(adc, ) WITH_CARRY(sbc, ~)

/* Conditional compare: ra = condition, rd = NZCV when it does not hold. */
#define CONDITIONAL(name, setting)                                                                 \
	OP(name)                                                                                   \
	{                                                                                          \
		if (condition_holds(u->ra, fa, fb, fk))                                            \
			setting;                                                                   \
		else                                                                               \
			SET_FLAGS_NZCV(u->rd);                                                     \
		NEXT();                                                                            \
	}
			CONDITIONAL(ccmp_reg_x, SET_FLAGS_SUB(X(rn), X(rm))) CONDITIONAL(ccmp_reg_w,
				SET_FLAGS_SUB(HIGH(X(rn)), HIGH(X(rm)))) CONDITIONAL(ccmp_imm_x,
				SET_FLAGS_SUB(X(rn), u->imm)) CONDITIONAL(ccmp_imm_w,
				SET_FLAGS_SUB(HIGH(X(rn)), HIGH(u->imm))) CONDITIONAL(ccmn_reg_x,
				SET_FLAGS_NZCV(add_flags_x(X(rn), X(rm), 0)))
				CONDITIONAL(ccmn_reg_w, SET_FLAGS_NZCV(add_flags_w(W(rn), W(rm),
								0))) CONDITIONAL(ccmn_imm_x,
					SET_FLAGS_NZCV(add_flags_x(X(rn), u->imm, 0)))
					CONDITIONAL(ccmn_imm_w,
						SET_FLAGS_NZCV(add_flags_w(W(rn), (u32)u->imm, 0)))

/* Conditional select, a handler for each condition. */
#define SELECT(name, cond, otherwise_x, otherwise_w)                                               \
	OP(name##_x_##cond)                                                                        \
	{                                                                                          \
		X(rd) = condition_holds(COND_##cond, fa, fb, fk) ? X(rn) : (otherwise_x);          \
		NEXT();                                                                            \
	}                                                                                          \
	OP(name##_w_##cond)                                                                        \
	{                                                                                          \
		X(rd) = condition_holds(COND_##cond, fa, fb, fk) ? W(rn) : (u32)(otherwise_w);     \
		NEXT();                                                                            \
	}
#define SELECTS(cond)                                                                              \
	SELECT(csel, cond, X(rm), W(rm))                                                           \
	SELECT(csinc, cond, X(rm) + 1, W(rm) + 1)                                                  \
	SELECT(csinv, cond, ~X(rm), ~W(rm))                                                        \
	SELECT(csneg, cond, 0 - X(rm), 0 - W(rm))
						SELECTS(eq) SELECTS(ne) SELECTS(hs) SELECTS(lo)
							SELECTS(mi) SELECTS(pl) SELECTS(vs)
								SELECTS(vc) SELECTS(hi) SELECTS(ls)
									SELECTS(ge) SELECTS(lt)
										SELECTS(gt)
											SELECTS(le)
