/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addressing modes of loads and stores: the families OP_LDST and OP_REGOFF (decode.h) made of a
 * shape, SHAPE(name, type, convert, address, needs_slow, write_back). Private to cpu/op_*.c.
 *
 * rn = base, rm = index; imm = scaled offset, or the factor of the index; ra = option of an index.
 */
#ifndef ENT_CPU_LDST_MODES_H
#define ENT_CPU_LDST_MODES_H

#include "cpu/ldst.h"

/* The fast path of an SP base wants it aligned; the slow twin asks SCTLR_ELx. */
#define SP		 (cpu->x[SLOT_SP])
#define SP_IS_MISALIGNED UNLIKELY(SP & 15)

/* rn is read once more, see FORGET(). */
#define WRITE_BASE(value)                                                                          \
	do {                                                                                       \
		FORGET(u);                                                                         \
		X(rn) = (value);                                                                   \
	} while (0)

#define IMMEDIATE_MODES(SHAPE, name, type, convert)                                                \
	SHAPE(name##_imm, type, convert, X(rn) + u->imm, false, (void)0)                           \
	SHAPE(name##_imm_sp, type, convert, SP + u->imm, SP_IS_MISALIGNED, (void)0)                \
	SHAPE(name##_pre, type, convert, X(rn) + u->imm, false, WRITE_BASE(va))                    \
	SHAPE(name##_pre_sp, type, convert, SP + u->imm, SP_IS_MISALIGNED, SP = va)                \
	SHAPE(name##_post, type, convert, X(rn), false, WRITE_BASE(va + u->imm))                   \
	SHAPE(name##_post_sp, type, convert, SP, SP_IS_MISALIGNED, SP = va + u->imm)

/* imm is the factor that scales the index: a multiplication needs no register of its own. */
#define UXTW_INDEX ((u64)W(rm) * u->imm)
#define SXTW_INDEX ((u64)(s64)(s32)X(rm) * u->imm)
#define ANY_INDEX  (index_extend(X(rm), u->ra) * u->imm)

/* ExtendReg() of the options that an index may have: UXTW, SXTW, else all of it. */
static inline u64 index_extend(u64 value, unsigned option)
{
	u64 word = option == 2 ? (u32)value : (u64)(s64)(s32)value;

	return option & 1 ? value : word;
}

#define INDEX_IS_WORD UNLIKELY(!(u->ra & 1)) /* UXTW, SXTW: rare beside SP */
#define REGISTER_MODES(SHAPE, name, type, convert)                                                 \
	SHAPE(name##_reg, type, convert, X(rn) + X(rm) * u->imm, false, (void)0)                   \
	SHAPE(name##_reg_uxtw, type, convert, X(rn) + UXTW_INDEX, false, (void)0)                  \
	SHAPE(name##_reg_sxtw, type, convert, X(rn) + SXTW_INDEX, false, (void)0)                  \
	SHAPE(name##_reg_sp, type, convert, SP + ANY_INDEX, SP_IS_MISALIGNED || INDEX_IS_WORD,     \
		(void)0)

#define SINGLE(SHAPE, name, type, convert)                                                         \
	IMMEDIATE_MODES(SHAPE, name, type, convert)                                                \
	REGISTER_MODES(SHAPE, name, type, convert)

#endif
