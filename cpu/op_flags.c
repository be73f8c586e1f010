/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data processing that writes or reads NZCV, DDI 0487 C6.2. Compiled once per engine.
 *
 * Operands by format: rd, rn, rm slots; ra and imm as in data.h, or ra = condition.
 */
#include "cpu/data.h"

/* 32-bit operands of a comparison are compared in the upper halves. */
#define HIGH(value) ((u64)(u32)(value) << 32)

#define SUBS_X(name, operand)                                                                      \
	OP(name)                                                                                   \
	{                                                                                          \
		u64 a = X(rn), b = (operand);                                                      \
                                                                                                   \
		X(rd) = a - b;                                                                     \
		SET_FLAGS_SUB(a, b);                                                               \
		NEXT();                                                                            \
	}
#define SUBS_W(name, operand)                                                                      \
	OP(name)                                                                                   \
	{                                                                                          \
		u32 a = W(rn), b = (u32)(operand);                                                 \
                                                                                                   \
		X(rd) = a - b;                                                                     \
		SET_FLAGS_SUB(HIGH(a), HIGH(b));                                                   \
		NEXT();                                                                            \
	}
#define ADDS_X(name, operand)                                                                      \
	OP(name)                                                                                   \
	{                                                                                          \
		u64 a = X(rn), b = (operand);                                                      \
                                                                                                   \
		X(rd) = a + b;                                                                     \
		SET_FLAGS_NZCV(add_flags_x(a, b, 0));                                              \
		NEXT();                                                                            \
	}
#define ADDS_W(name, operand)                                                                      \
	OP(name)                                                                                   \
	{                                                                                          \
		u32 a = W(rn), b = (u32)(operand);                                                 \
                                                                                                   \
		X(rd) = a + b;                                                                     \
		SET_FLAGS_NZCV(add_flags_w(a, b, 0));                                              \
		NEXT();                                                                            \
	}
#define LOGICAL_X(name, value)                                                                     \
	OP(name)                                                                                   \
	{                                                                                          \
		u64 r = (value);                                                                   \
                                                                                                   \
		X(rd) = r;                                                                         \
		SET_FLAGS_NZCV(logical_flags_x(r));                                                \
		NEXT();                                                                            \
	}
#define LOGICAL_W(name, value)                                                                     \
	OP(name)                                                                                   \
	{                                                                                          \
		u32 r = (u32)(value);                                                              \
                                                                                                   \
		X(rd) = r;                                                                         \
		SET_FLAGS_NZCV(logical_flags_w(r));                                                \
		NEXT();                                                                            \
	}

SUBS_X(subs_imm_x, u->imm)
SUBS_W(subs_imm_w, u->imm)
LOGICAL_X(ands_imm_x, X(rn) & u->imm)
LOGICAL_W(ands_imm_w, X(rn) & u->imm)

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

OP(tst_reg_x)
{
	SET_FLAGS_NZCV(logical_flags_x(X(rn) & X(rm)));
	NEXT();
}

OP(tst_reg_w)
{
	SET_FLAGS_NZCV(logical_flags_w(W(rn) & W(rm)));
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

#define ARITHMETIC_FAMILY(name, SHAPE)                                                             \
	SHAPE##_X(name##_reg_x, X(rm)) SHAPE##_W(name##_reg_w, W(rm)) SHAPE##_X(                   \
		name##_lsl_x, LSL_X) SHAPE##_W(name##_lsl_w, LSL_W) SHAPE##_X(name##_lsr_x, LSR_X) \
		SHAPE##_W(name##_lsr_w, LSR_W) SHAPE##_X(name##_asr_x, ASR_X)                      \
			SHAPE##_W(name##_asr_w, ASR_W) SHAPE##_X(name##_uxt_x, UXT_X)              \
				SHAPE##_W(name##_uxt_w, UXT_W) SHAPE##_X(name##_sxt_x, SXT_X)      \
					SHAPE##_W(name##_sxt_w, SXT_W)
ARITHMETIC_FAMILY(subs, SUBS)
ARITHMETIC_FAMILY(adds, ADDS)

#define LOGICAL_FAMILY(name, op)                                                                   \
	LOGICAL_X(name##_reg_x, X(rn) op X(rm))                                                    \
	LOGICAL_W(name##_reg_w, W(rn) op W(rm))                                                    \
	LOGICAL_X(name##_lsl_x, X(rn) op LSL_X)                                                    \
	LOGICAL_W(name##_lsl_w, W(rn) op LSL_W)                                                    \
	LOGICAL_X(name##_lsr_x, X(rn) op LSR_X)                                                    \
	LOGICAL_W(name##_lsr_w, W(rn) op LSR_W)                                                    \
	LOGICAL_X(name##_asr_x, X(rn) op ASR_X)                                                    \
	LOGICAL_W(name##_asr_w, W(rn) op ASR_W)                                                    \
	LOGICAL_X(name##_ror_x, X(rn) op ROR_X)                                                    \
	LOGICAL_W(name##_ror_w, W(rn) op ROR_W)
LOGICAL_FAMILY(ands, &)
LOGICAL_FAMILY(bics, &~)

/* With carry: SBC is ADC of the complement. */
#define CARRY (fk == FLAGS_SUB ? (u32)(fa >= fb) : (u32)fk >> 1 & 1)
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
WITH_CARRY(adc, )
WITH_CARRY(sbc, ~)

/* ---- FEAT_FlagM, FEAT_FlagM2 ---- */

#define FLAGS flags_value(fa, fb, fk)

OP(rmif) /* imm = rotation, ra = the flags that are written */
{
	u32 flags = (u32)ror64(X(rn), (unsigned)u->imm);

	SET_FLAGS_NZCV((FLAGS & ~(u32)u->ra) | (flags & u->ra));
	NEXT();
}

/* N and Z of the low bits; V says that they overflowed; C stays. */
#define SETF(name, width)                                                                          \
	OP(name)                                                                                   \
	{                                                                                          \
		u32 value = W(rn), n = value >> ((width)-1) & 1, above = value >> (width)&1;       \
		u32 z = (value & (u32)MASK((width)-1, 0)) == 0;                                    \
                                                                                                   \
		SET_FLAGS_NZCV((FLAGS & FLAG_C) | n << 3 | z << 2 | (n ^ above));                  \
		NEXT();                                                                            \
	}
SETF(setf8, 8)
SETF(setf16, 16)

OP(cfinv)
{
	SET_FLAGS_NZCV(FLAGS ^ FLAG_C);
	NEXT();
}

/* From the flags of a floating-point comparison to those of another convention, and back. */
OP(axflag)
{
	u32 flags = FLAGS, carry = flags >> 1 & 1, zero = flags >> 2 & 1, unordered = flags & 1;

	SET_FLAGS_NZCV((zero | unordered) << 2 | (carry & ~unordered) << 1);
	NEXT();
}

OP(xaflag)
{
	u32 flags = FLAGS, carry = flags >> 1 & 1, zero = flags >> 2 & 1;

	SET_FLAGS_NZCV((~carry & ~zero & 1) << 3 | (zero & carry) << 2 | (carry | zero) << 1 |
		       (~carry & zero));
	NEXT();
}

/* Conditional compare: rd = FLAGS_EAGER and NZCV when it does not hold; then fa and fb are free. */
#define CCMP(name, cond, a, b)                                                                     \
	OP(name##_##cond)                                                                          \
	{                                                                                          \
		u64 holds = condition_holds(COND_##cond, fa, fb, fk);                              \
                                                                                                   \
		fa = (a);                                                                          \
		fb = (b);                                                                          \
		fk = (holds - 1) & u->rd; /* FLAGS_SUB, or eager */                                \
		NEXT();                                                                            \
	}
#define CCMN(name, flags)                                                                          \
	OP(name)                                                                                   \
	{                                                                                          \
		if (condition_holds(u->ra, fa, fb, fk))                                            \
			SET_FLAGS_NZCV(flags);                                                     \
		else                                                                               \
			fk = u->rd;                                                                \
		NEXT();                                                                            \
	}
CCMN(ccmn_reg_x, add_flags_x(X(rn), X(rm), 0))
CCMN(ccmn_reg_w, add_flags_w(W(rn), W(rm), 0))

/* Conditional select: guests write it where they expect no pattern, so without a host branch. */
#define SELECT(name, cond, otherwise_x, otherwise_w)                                               \
	OP(name##_x_##cond)                                                                        \
	{                                                                                          \
		bool holds = condition_holds(COND_##cond, fa, fb, fk);                             \
                                                                                                   \
		X(rd) = select_value(holds, X(rn), otherwise_x);                                   \
		NEXT();                                                                            \
	}                                                                                          \
	OP(name##_w_##cond)                                                                        \
	{                                                                                          \
		bool holds = condition_holds(COND_##cond, fa, fb, fk);                             \
                                                                                                   \
		X(rd) = (u32)select_value(holds, X(rn), otherwise_w);                              \
		NEXT();                                                                            \
	}

/* A handler for each condition, COND_al apart: the format knows that it always holds. */
#define CONDITIONAL(cond)                                                                          \
	CCMP(ccmp_reg_x, cond, X(rn), X(rm))                                                       \
	CCMP(ccmp_reg_w, cond, HIGH(X(rn)), HIGH(X(rm)))                                           \
	CCMP(ccmp_imm_x, cond, X(rn), u->imm)                                                      \
	CCMP(ccmp_imm_w, cond, HIGH(X(rn)), u->imm)                                                \
	SELECT(csel, cond, X(rm), W(rm))                                                           \
	SELECT(csinc, cond, X(rm) + 1, W(rm) + 1)                                                  \
	SELECT(csinv, cond, ~X(rm), ~W(rm))                                                        \
	SELECT(csneg, cond, 0 - X(rm), 0 - W(rm))

/* clang-format off */
CONDITIONAL(eq)
CONDITIONAL(ne)
CONDITIONAL(hs)
CONDITIONAL(lo)
CONDITIONAL(mi)
CONDITIONAL(pl)
CONDITIONAL(vs)
CONDITIONAL(vc)
CONDITIONAL(hi)
CONDITIONAL(ls)
CONDITIONAL(ge)
CONDITIONAL(lt)
CONDITIONAL(gt)
CONDITIONAL(le)
/* clang-format on */
