/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an instruction word to a row of a64.def and the operands of its handler. Private to cpu/
 * and its tests.
 */
#ifndef ENT_CPU_DECODE_H
#define ENT_CPU_DECODE_H

#include "base/base.h"
#include "cpu/state.h"
#include "timing/model.h"

/* Handlers, from ops.def: OP_add_imm_w, ... */
enum op_id {
#define OP_ONE(name) OP_##name,
#define OP_WX(name)  OP_##name##_w, OP_##name##_x,
#define OP_CC(name)                                                                                \
	OP_##name##_eq, OP_##name##_ne, OP_##name##_hs, OP_##name##_lo, OP_##name##_mi,            \
		OP_##name##_pl, OP_##name##_vs, OP_##name##_vc, OP_##name##_hi, OP_##name##_ls,    \
		OP_##name##_ge, OP_##name##_lt, OP_##name##_gt, OP_##name##_le,
/* Loads and stores: addressing modes, with base X or SP; register offsets by extension. */
#define OP_LDST(name)                                                                              \
	OP_##name##_imm, OP_##name##_imm_sp, OP_##name##_pre, OP_##name##_pre_sp,                  \
		OP_##name##_post, OP_##name##_post_sp,
#define OP_REGOFF(name)                                                                            \
	OP_##name##_reg, OP_##name##_reg_uxtw, OP_##name##_reg_sxtw, OP_##name##_reg_sp,
/* Ordered and atomic accesses: any base, then base X by size. */
#define OP_SIZES(name) OP_##name, OP_##name##_b, OP_##name##_h, OP_##name##_w, OP_##name##_x,
/* SIMD and floating point: by element size (byte, half, single, double), by format. */
#define OP_BHSD(name) OP_##name##_b, OP_##name##_h, OP_##name##_s, OP_##name##_d,
#define OP_BHS(name)  OP_##name##_b, OP_##name##_h, OP_##name##_s,
#define OP_HSD(name)  OP_##name##_h, OP_##name##_s, OP_##name##_d,
#define OP_HS(name)   OP_##name##_h, OP_##name##_s,
#define OP_SD(name)   OP_##name##_s, OP_##name##_d,
#include "cpu/ops.def"
#undef OP_SD
#undef OP_HS
#undef OP_HSD
#undef OP_BHS
#undef OP_BHSD
#undef OP_SIZES
#undef OP_LDST
#undef OP_REGOFF
#undef OP_ONE
#undef OP_WX
#undef OP_CC
	OP_COUNT
};

struct insn_row;

/* A decoded instruction: what a format function reads (fields) and writes (op, slots, imm). */
struct decoded {
	const struct insn_row *row;
	u32 insn;
	u32 offset; /* byte offset of the instruction in its 4 KiB page */
	u32 f[26];  /* pattern letters a..z, joined left to right */
	enum op_id op;
	u8 rd, rn, rm, ra;
	u64 imm;
};

/*
 * One row of a64.def. Pattern: bit 31 first, spaces free; 0 1 fixed; '-' ignored; a letter is an
 * operand field, the same letter in several places is joined left to right.
 */
struct insn_row {
	const char *name;
	const char *pattern;
	bool (*format)(struct decoded *d); /* false: this combination of fields is unallocated */
	enum op_id op;
	enum feature_id feature;
	enum timing_class timing; /* of its narrowest form, see timing_class.h */
	const char *assembly;	  /* the mnemonics it may disassemble to, separated by spaces */
	bool is_hint;		  /* may overlap another row, which it wins over */
	/* Filled from the pattern at start-up. */
	u32 mask, value;
	bool was_executed; /* by this process; noted when a record is predecoded, for tests */
};

extern struct insn_row insn_rows[];
extern const unsigned insn_row_count;

/* Does the word belong to the row, whatever its format says of the fields? */
static inline bool insn_row_matches(const struct insn_row *row, u32 insn)
{
	return (insn & row->mask) == row->value;
}

/* Builds the index; call once before decode(). Safe to call again. */
void decode_init(void);

/*
 * Decodes one word at byte `offset` of its 4 KiB page for a PE with `features` (cpu->features).
 * false: unallocated, or the feature of the row is absent: UNDEFINED.
 */
bool decode(u32 insn, u32 offset, const u64 *features, struct decoded *out);

#endif
