/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data processing without flags: what each handler of ops_data.def computes, DDI 0487 C6.2. They
 * are functions, so that a fused pair can use two of them (op_fused.c).
 *
 * Operands by format: rd, rn, rm, ra slots; immediates, masks and shifts as each line shows.
 */
#ifndef ENT_CPU_DATA_H
#define ENT_CPU_DATA_H

#include "cpu/alu.h"
#include "cpu/engine.h"

#define DATA(name, value)                                                                          \
	static inline void do_##name(struct cpu *cpu, const struct uop *u)                         \
	{                                                                                          \
		u64 value_ = (value);                                                              \
                                                                                                   \
		X(rd) = value_;                                                                    \
	}
/* The 32-bit twin zero-extends. `value` is written once, with R for a register of the width. */
#define DATA_W(name, value) DATA(name##_w, (u32)(value))

DATA(mov_imm, u->imm)
DATA(adr, cpu->code_va + u->imm)
DATA(mov_x, X(rm))
DATA(mov_w, W(rm))

DATA(add_imm_x, X(rn) + u->imm)
DATA_W(add_imm, W(rn) + (u32)u->imm)
DATA(and_imm_x, X(rn) & u->imm)
DATA_W(and_imm, X(rn) & u->imm)
DATA(orr_imm_x, X(rn) | u->imm)
DATA_W(orr_imm, X(rn) | u->imm)
DATA(eor_imm_x, X(rn) ^ u->imm)
DATA_W(eor_imm, X(rn) ^ u->imm)

/* MOVK: rm = position */
DATA(movk_x, (X(rd) & ~((u64)0xffff << u->rm)) | u->imm)
DATA_W(movk, (W(rd) & ~(0xffffu << u->rm)) | (u32)u->imm)

/* Bitfields. ubfx: rm = lsb, imm = mask after it; ubfiz: mask before the shift by rm. */
DATA(ubfx, X(rn) >> u->rm & u->imm)
DATA(ubfiz, (X(rn) & u->imm) << u->rm)
DATA(lsl_imm_x, X(rn) << u->rm)
DATA_W(lsl_imm, W(rn) << u->rm)
DATA(asr_imm_x, (u64)((s64)X(rn) >> u->rm))
DATA_W(asr_imm, (s32)W(rn) >> u->rm)
/* SBFM: left by rm, then arithmetic right by ra */
DATA(sbfm_x, (u64)((s64)(X(rn) << u->rm) >> u->ra))
DATA_W(sbfm, (s64)(X(rn) << u->rm) >> u->ra)
DATA(sxtb_x, sign_extend(X(rn), 8))
DATA_W(sxtb, sign_extend(X(rn), 8))
DATA(sxth_x, sign_extend(X(rn), 16))
DATA_W(sxth, sign_extend(X(rn), 16))
DATA(sxtw_x, sign_extend(X(rn), 32))
/* BFI and BFXIL: imm = mask in the destination; exclusive or twice needs one temporary less. */
DATA(bfi_x, ((X(rn) << u->rm ^ X(rd)) & u->imm) ^ X(rd))
DATA_W(bfi, ((X(rn) << u->rm ^ X(rd)) & u->imm) ^ X(rd))
DATA(bfxil_x, ((X(rn) >> u->rm ^ X(rd)) & u->imm) ^ X(rd))
DATA_W(bfxil, ((X(rn) >> u->rm ^ X(rd)) & u->imm) ^ X(rd))
/* EXTR: imm = lsb, 1..width-1; ra = width - lsb. With one source it is ROR. */
DATA(extr_x, X(rm) >> u->imm | X(rn) << u->ra)
DATA_W(extr, W(rm) >> u->imm | W(rn) << u->ra)
DATA(ror_imm_x, ror64(X(rm), (unsigned)u->imm))
DATA_W(ror_imm, ror32(W(rm), (unsigned)u->imm))

/*
 * A register operand shifted by an immediate in imm; or extended and shifted: UXT by a mask, then
 * left by ra; SXT to the left by imm, then arithmetic right by ra.
 */
#define LSL_X (X(rm) << u->imm)
#define LSR_X (X(rm) >> u->imm)
#define ASR_X ((u64)((s64)X(rm) >> u->imm))
#define ROR_X ror64(X(rm), (unsigned)u->imm)
#define LSL_W (W(rm) << u->imm)
#define LSR_W (W(rm) >> u->imm)
#define ASR_W ((u32)((s32)W(rm) >> u->imm))
#define ROR_W ror32(W(rm), (unsigned)u->imm)

#define UXT_X ((X(rm) & u->imm) << u->ra)
#define SXT_X ((u64)((s64)(X(rm) << u->imm) >> u->ra))
#define UXT_W ((u32)UXT_X)
#define SXT_W ((u32)SXT_X)

#define SHIFTED(name, op)                                                                          \
	DATA(name##_reg_x, X(rn) op X(rm))                                                         \
	DATA_W(name##_reg, W(rn) op W(rm))                                                         \
	DATA(name##_lsl_x, X(rn) op LSL_X)                                                         \
	DATA_W(name##_lsl, W(rn) op LSL_W)                                                         \
	DATA(name##_lsr_x, X(rn) op LSR_X)                                                         \
	DATA_W(name##_lsr, W(rn) op LSR_W)                                                         \
	DATA(name##_asr_x, X(rn) op ASR_X)                                                         \
	DATA_W(name##_asr, W(rn) op ASR_W)
#define SHIFTED_OR_EXTENDED(name, op)                                                              \
	SHIFTED(name, op)                                                                          \
	DATA(name##_uxt_x, X(rn) op UXT_X)                                                         \
	DATA_W(name##_uxt, W(rn) op UXT_W)                                                         \
	DATA(name##_sxt_x, X(rn) op SXT_X)                                                         \
	DATA_W(name##_sxt, W(rn) op SXT_W)
#define SHIFTED_OR_ROTATED(name, op)                                                               \
	SHIFTED(name, op)                                                                          \
	DATA(name##_ror_x, X(rn) op ROR_X)                                                         \
	DATA_W(name##_ror, W(rn) op ROR_W)

SHIFTED_OR_EXTENDED(add, +)
SHIFTED_OR_EXTENDED(sub, -)
SHIFTED_OR_ROTATED(and, &)
SHIFTED_OR_ROTATED(orr, |)
SHIFTED_OR_ROTATED(eor, ^)
SHIFTED_OR_ROTATED(bic, &~)
SHIFTED_OR_ROTATED(orn, | ~)
SHIFTED_OR_ROTATED(eon, ^~)

/* The extensions of array indices: ra = shift */
DATA(add_uxtw_x, X(rn) + ((u64)W(rm) << u->ra))
DATA(add_sxtw_x, X(rn) + ((u64)(s64)(s32)X(rm) << u->ra))

DATA(rbit_x, reverse_bits(X(rn)))
DATA_W(rbit, reverse_bits(X(rn)) >> 32)
DATA(rev16_x, reverse_halfwords(X(rn)))
DATA_W(rev16, reverse_halfwords(X(rn)))
DATA_W(rev, __builtin_bswap32(W(rn)))
DATA(rev32, ror64(__builtin_bswap64(X(rn)), 32))
DATA(rev_x, __builtin_bswap64(X(rn)))
DATA(clz_x, count_leading_zeros(X(rn), 64))
DATA_W(clz, count_leading_zeros(W(rn), 32))
DATA(cls_x, count_leading_sign_bits(X(rn), 64))
DATA_W(cls, count_leading_sign_bits(X(rn), 32))

DATA(udiv_x, divide_unsigned(X(rn), X(rm)))
DATA_W(udiv, divide_unsigned_w(W(rn), W(rm)))
DATA(sdiv_x, divide_signed((s64)X(rn), (s64)X(rm)))
DATA_W(sdiv, divide_signed_w((s32)W(rn), (s32)W(rm)))
DATA(lslv_x, X(rn) << (X(rm) & 63))
DATA_W(lslv, W(rn) << (X(rm) & 31))
DATA(lsrv_x, X(rn) >> (X(rm) & 63))
DATA_W(lsrv, W(rn) >> (X(rm) & 31))
DATA(asrv_x, (u64)((s64)X(rn) >> (X(rm) & 63)))
DATA_W(asrv, (s32)W(rn) >> (X(rm) & 31))
DATA(rorv_x, ror64(X(rn), X(rm) & 63))
DATA_W(rorv, ror32(W(rn), X(rm) & 31))

DATA(crc32b, crc32_step(W(rn), X(rm), 1, false))
DATA(crc32h, crc32_step(W(rn), X(rm), 2, false))
DATA(crc32w, crc32_step(W(rn), X(rm), 4, false))
DATA(crc32x, crc32_step(W(rn), X(rm), 8, false))
DATA(crc32cb, crc32_step(W(rn), X(rm), 1, true))
DATA(crc32ch, crc32_step(W(rn), X(rm), 2, true))
DATA(crc32cw, crc32_step(W(rn), X(rm), 4, true))
DATA(crc32cx, crc32_step(W(rn), X(rm), 8, true))

DATA(mul_x, X(rn) * X(rm))
DATA_W(mul, W(rn) * W(rm))
DATA(madd_x, X(ra) + X(rn) * X(rm))
DATA_W(madd, W(ra) + W(rn) * W(rm))
DATA(msub_x, X(ra) - X(rn) * X(rm))
DATA_W(msub, W(ra) - W(rn) * W(rm))
DATA(smaddl, X(ra) + (u64)((s64)(s32)W(rn) * (s32)W(rm)))
DATA(smsubl, X(ra) - (u64)((s64)(s32)W(rn) * (s32)W(rm)))
DATA(umaddl, X(ra) + (u64)W(rn) * W(rm))
DATA(umsubl, X(ra) - (u64)W(rn) * W(rm))
DATA(smulh, (u64)(((__int128)(s64)X(rn) * (s64)X(rm)) >> 64))
DATA(umulh, (u64)(((u128)X(rn) * X(rm)) >> 64))

#endif
