/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding of data processing: which row a word belongs to, which words are unallocated, and what
 * the handler gets. Words are from the assembler, except the unallocated ones.
 */
#include "decode_rows.h"

#include "cpu/engine.h"

static const struct row_case rows[] = {
	/* clang-format off */
	{ "adr x1, .+8", 0x10000041, "ADR" },
	{ "adrp x1, .", 0x90000001, "ADRP" },
	{ "add w1, w2, #4095, lsl #12", 0x117ffc41, "ADD_imm" },
	{ "mov x1, sp", 0x910003e1, "ADD_imm" },
	{ "cmn x1, #1", 0xb100043f, "ADDS_imm" },
	{ "sub sp, sp, #16", 0xd10043ff, "SUB_imm" },
	{ "cmp w1, #1", 0x7100043f, "SUBS_imm" },
	{ "and w1, w2, #0xff", 0x12001c41, "AND_imm" },
	{ "mov x1, #0x5555555555555555", 0xb200f3e1, "ORR_imm" },
	{ "eor x1, x2, #1", 0xd2400041, "EOR_imm" },
	{ "tst x1, #0x8000000000000000", 0xf241003f, "ANDS_imm" },
	{ "mov w1, #-2", 0x12800021, "MOVN" },
	{ "mov x1, #0x10000", 0xd2a00021, "MOVZ" },
	{ "movk x1, #1, lsl #48", 0xf2e00021, "MOVK" },
	{ "asr x1, x2, #63", 0x937ffc41, "SBFM" },
	{ "sxtw x1, w2", 0x93407c41, "SBFM" },
	{ "bfi w1, w2, #31, #1", 0x33010041, "BFM" },
	{ "bfxil x1, x2, #8, #8", 0xb3483c41, "BFM" },
	{ "lsl w1, w2, #31", 0x53010041, "UBFM" },
	{ "ubfx x1, x2, #63, #1", 0xd37ffc41, "UBFM" },
	{ "ror w1, w2, #31", 0x13827c41, "EXTR" },
	{ "extr x1, x2, x3, #63", 0x93c3fc41, "EXTR" },
	{ "and x1, x2, x3, ror #63", 0x8ac3fc41, "AND_reg" },
	{ "bic w1, w2, w3", 0x0a230041, "BIC_reg" },
	{ "mov x1, x2", 0xaa0203e1, "ORR_reg" },
	{ "mvn w1, w2, lsl #31", 0x2a227fe1, "ORN_reg" },
	{ "eor x1, x2, x3, lsr #1", 0xca430441, "EOR_reg" },
	{ "eon x1, x2, x3, asr #1", 0xcaa30441, "EON_reg" },
	{ "tst w1, w2", 0x6a02003f, "ANDS_reg" },
	{ "bics x1, x2, x3", 0xea230041, "BICS_reg" },
	{ "add w1, w2, w3, asr #31", 0x0b837c41, "ADD_reg" },
	{ "cmn x1, x2", 0xab02003f, "ADDS_reg" },
	{ "neg x1, x2, lsl #63", 0xcb02ffe1, "SUB_reg" },
	{ "negs w1, w2", 0x6b0203e1, "SUBS_reg" },
	{ "add sp, sp, x1", 0x8b2163ff, "ADD_ext" },
	{ "cmn sp, w1, uxtb", 0xab2103ff, "ADDS_ext" },
	{ "sub x1, x2, w3, sxth #4", 0xcb23b041, "SUB_ext" },
	{ "cmp w1, w2, uxth #4", 0x6b22303f, "SUBS_ext" },
	{ "adc x1, x2, x3", 0x9a030041, "ADC" },
	{ "adcs w1, w2, w3", 0x3a030041, "ADCS" },
	{ "ngc x1, x2", 0xda0203e1, "SBC" },
	{ "ngcs w1, w2", 0x7a0203e1, "SBCS" },
	{ "ccmn x1, x2, #15, nv", 0xba42f02f, "CCMN_reg" },
	{ "ccmn w1, #31, #0, eq", 0x3a5f0820, "CCMN_imm" },
	{ "ccmp w1, w2, #0, le", 0x7a42d020, "CCMP_reg" },
	{ "ccmp x1, #0, #4, ne", 0xfa401824, "CCMP_imm" },
	{ "csel x1, x2, x3, eq", 0x9a830041, "CSEL" },
	{ "cset w1, ne", 0x1a9f07e1, "CSINC" },
	{ "csetm x1, hs", 0xda9f33e1, "CSINV" },
	{ "cneg w1, w2, lt", 0x5a82a441, "CSNEG" },
	{ "rbit x1, x2", 0xdac00041, "RBIT" },
	{ "rev16 w1, w2", 0x5ac00441, "REV16" },
	{ "clz w1, w2", 0x5ac01041, "CLZ" },
	{ "cls x1, x2", 0xdac01441, "CLS" },
	{ "rev w1, w2", 0x5ac00841, "REV_w" },
	{ "rev32 x1, x2", 0xdac00841, "REV32" },
	{ "rev x1, x2", 0xdac00c41, "REV_x" },
	{ "udiv w1, w2, w3", 0x1ac30841, "UDIV" },
	{ "sdiv x1, x2, x3", 0x9ac30c41, "SDIV" },
	{ "lsl w1, w2, w3", 0x1ac32041, "LSLV" },
	{ "lsr x1, x2, x3", 0x9ac32441, "LSRV" },
	{ "asr w1, w2, w3", 0x1ac32841, "ASRV" },
	{ "ror x1, x2, x3", 0x9ac32c41, "RORV" },
	{ "crc32b w1, w2, w3", 0x1ac34041, "CRC32B" },
	{ "crc32h w1, w2, w3", 0x1ac34441, "CRC32H" },
	{ "crc32w w1, w2, w3", 0x1ac34841, "CRC32W" },
	{ "crc32x w1, w2, x3", 0x9ac34c41, "CRC32X" },
	{ "crc32cb w1, w2, w3", 0x1ac35041, "CRC32CB" },
	{ "crc32ch w1, w2, w3", 0x1ac35441, "CRC32CH" },
	{ "crc32cw w1, w2, w3", 0x1ac35841, "CRC32CW" },
	{ "crc32cx w1, w2, x3", 0x9ac35c41, "CRC32CX" },
	{ "mul w1, w2, w3", 0x1b037c41, "MADD" },
	{ "msub x1, x2, x3, x4", 0x9b039041, "MSUB" },
	{ "smull x1, w2, w3", 0x9b237c41, "SMADDL" },
	{ "smnegl x1, w2, w3", 0x9b23fc41, "SMSUBL" },
	{ "umaddl x1, w2, w3, x4", 0x9ba31041, "UMADDL" },
	{ "umsubl x1, w2, w3, x4", 0x9ba39041, "UMSUBL" },
	{ "smulh x1, x2, x3", 0x9b437c41, "SMULH" },
	{ "umulh x1, x2, x3", 0x9bc37c41, "UMULH" },
	{ "ADDG: FEAT_MTE", 0x91800000, NULL },
	{ "logical immediate, W, N 1", 0x12400000, NULL },
	{ "logical immediate of 64 ones", 0x9240fc00, NULL },
	{ "logical immediate, N 0, imms 111111", 0x9200fc00, NULL },
	{ "logical immediate, N 0, imms 111110", 0x9200f800, NULL },
	{ "logical immediate, two ones of two", 0x9200f400, NULL },
	{ "logical immediate, 32 ones of 32", 0x92007c00, NULL },
	{ "ANDS immediate, W, N 1", 0x72400000, NULL },
	{ "move wide, opc 01", 0x32800000, NULL },
	{ "MOVZ, W, hw 10", 0x52c00000, NULL },
	{ "MOVN, W, hw 11", 0x12e00000, NULL },
	{ "MOVK, W, hw 11", 0x72e00000, NULL },
	{ "SBFM, W, N 1", 0x13400000, NULL },
	{ "SBFM, X, N 0", 0x93000000, NULL },
	{ "BFM, W, immr 32", 0x33200000, NULL },
	{ "UBFM, W, imms 32", 0x53008000, NULL },
	{ "bitfield, opc 11", 0x73000000, NULL },
	{ "EXTR, X, N 0", 0x93800000, NULL },
	{ "EXTR, W, N 1", 0x13c00000, NULL },
	{ "EXTR, W, imms 32", 0x13808000, NULL },
	{ "EXTR, o0 1", 0x93e00000, NULL },
	{ "EXTR, op21 01", 0x33800000, NULL },
	{ "logical register, W, amount 32", 0x0a008000, NULL },
	{ "ANDS register, W, amount 63", 0x6a00fc00, NULL },
	{ "add register, W, amount 32", 0x0b008000, NULL },
	{ "add register, ROR", 0x8bc00000, NULL },
	{ "SUBS register, ROR", 0xebc00000, NULL },
	{ "add extended, amount 5", 0x8b201400, NULL },
	{ "SUBS extended, amount 7", 0xeb201c00, NULL },
	{ "add extended, opt 01", 0x8b600000, NULL },
	{ "ADC, bits 15:10 not 0", 0x9a000800, NULL },
	{ "rmif x0, #0, #0", 0xba000400, "RMIF" },
	{ "rmif xzr, #63, #15", 0xba1f87ef, "RMIF" },
	{ "RMIF, o2 1", 0xba000410, NULL },
	{ "RMIF, sf 0", 0x3a000400, NULL },
	{ "RMIF, op 1", 0xfa000400, NULL },
	{ "RMIF, S 0", 0x9a000400, NULL },
	{ "setf8 w0", 0x3a00080d, "SETF8" },
	{ "setf16 w0", 0x3a00480d, "SETF16" },
	{ "SETF8, mask 1100", 0x3a00080c, NULL },
	{ "SETF8, o3 1", 0x3a00081d, NULL },
	{ "SETF8, opcode2 000001", 0x3a01080d, NULL },
	{ "SETF8, sf 1", 0xba00080d, NULL },
	{ "conditional compare, S 0", 0xda400000, NULL },
	{ "conditional compare, o2 1", 0xfa400400, NULL },
	{ "conditional compare, o3 1", 0xfa400010, NULL },
	{ "conditional compare immediate, o3 1", 0xfa400810, NULL },
	{ "conditional select, S 1", 0xba800000, NULL },
	{ "conditional select, op2 10", 0x9a800800, NULL },
	{ "one source, S 1", 0xfac00000, NULL },
	{ "one source, W, opcode 000011", 0x5ac00c00, NULL },
	{ "one source, opcode 001000: CTZ, FEAT_CSSC", 0xdac01800, NULL },
	{ "one source, opcode2 00010", 0xdac20000, NULL },
	{ "two sources, S 1", 0xbac00800, NULL },
	{ "two sources, opcode 000000: SUBP, FEAT_MTE", 0x9ac00000, NULL },
	{ "two sources, opcode 000001", 0x9ac00400, NULL },
	{ "two sources, opcode 000100: IRG, FEAT_MTE", 0x9ac01000, NULL },
	{ "two sources, opcode 100000", 0x9ac08000, NULL },
	{ "CRC32B, sf 1", 0x9ac04000, NULL },
	{ "CRC32X, sf 0", 0x1ac04c00, NULL },
	{ "CRC32CW, sf 1", 0x9ac05800, NULL },
	{ "CRC32CX, sf 0", 0x1ac05c00, NULL },
	{ "three sources, op54 01", 0xbb000000, NULL },
	{ "three sources, op31 011", 0x9b600000, NULL },
	{ "SMADDL, sf 0", 0x1b200000, NULL },
	{ "SMULH, o0 1", 0x9b408000, NULL },
	{ "UMULH, sf 0", 0x1bc00000, NULL },
	{ "UMSUBL, sf 0", 0x1ba08000, NULL },
	/* clang-format on */
};

/* Each row of a64_data.def has a word above. */
static const char *const table[] = {
#define INSN(name, ...) #name,
#include "cpu/a64_data.def"
#undef INSN
};

static const struct operand_case operands[] = {
	/* clang-format off */
	{ "add x1, x2, #1", 0x91000441, OP_add_imm_x, 1, 2, 0, 0, 1 },
	{ "sub w1, wsp, #1", 0x510007e1, OP_add_imm_w, 1, SLOT_SP, 0, 0, (u64)-1 },
	{ "mov sp, x1", 0x9100003f, OP_mov_x, SLOT_SP, 1, 1, 0, 0 },
	{ "add w1, w2, #0", 0x11000041, OP_mov_w, 1, 2, 2, 0, 0 },
	{ "adds x1, x2, #1", 0xb1000441, OP_subs_imm_x, 1, 2, 0, 0, (u64)-1 },
	{ "adds x1, x2, #0", 0xb1000041, OP_adds_reg_x, 1, 2, SLOT_ZERO, 0, 0 },
	{ "cmp w1, #1", 0x7100043f, OP_cmp_imm_w, SLOT_SINK, 1, 0, 0, 0x100000000 },
	{ "cmn sp, #1", 0xb10007ff, OP_cmp_imm_x, SLOT_SINK, SLOT_SP, 0, 0, (u64)-1 },
	{ "mov x1, #0x5555555555555555", 0xb200f3e1, OP_mov_imm, 1, SLOT_ZERO, 0, 0, 0x5555555555555555 },
	{ "mov w1, #-2", 0x12800021, OP_mov_imm, 1, 0, 0, 0, 0xfffffffe },
	{ "tst w1, #0x80000000", 0x7201003f, OP_tst_imm_w, SLOT_SINK, 1, 0, 0, 0x80000000 },
	{ "and sp, x1, #-16", 0x927cec3f, OP_and_imm_x, SLOT_SP, 1, 0, 0, (u64)-16 },
	{ "mov x1, x2", 0xaa0203e1, OP_mov_x, 1, SLOT_ZERO, 2, 0, 0 },
	{ "mov w1, w2", 0x2a0203e1, OP_mov_w, 1, SLOT_ZERO, 2, 0, 0 },
	{ "tst x1, x2", 0xea02003f, OP_tst_reg_x, SLOT_SINK, 1, 2, 0, 0 },
	{ "cmp w1, w2", 0x6b02003f, OP_cmp_reg_w, SLOT_SINK, 1, 2, 0, 0 },
	{ "cmp x1, x2, lsl #1", 0xeb02043f, OP_subs_lsl_x, SLOT_SINK, 1, 2, 0, 1 },
	{ "ands w1, w2, w3, ror #4", 0x6ac31041, OP_ands_ror_w, 1, 2, 3, 0, 4 },
	{ "add x1, x2, x3", 0x8b030041, OP_add_reg_x, 1, 2, 3, 0, 0 },
	{ "sub w1, w2, w3, asr #31", 0x4b837c41, OP_sub_asr_w, 1, 2, 3, 0, 31 },
	{ "sub sp, sp, x1", 0xcb2163ff, OP_sub_reg_x, SLOT_SP, SLOT_SP, 1, 0, 0 },
	{ "add x1, sp, x2, lsl #3", 0x8b226fe1, OP_add_lsl_x, 1, SLOT_SP, 2, 3, 3 },
	{ "cmp sp, x1", 0xeb2163ff, OP_cmp_reg_x, SLOT_SINK, SLOT_SP, 1, 0, 0 },
	{ "add w1, wsp, w2, uxtw #2", 0x0b224be1, OP_add_lsl_w, 1, SLOT_SP, 2, 2, 2 },
	{ "add x1, x2, w3, uxtw #2", 0x8b234841, OP_add_uxtw_x, 1, 2, 3, 2, 0 },
	{ "add x1, x2, w3, sxtw", 0x8b23c041, OP_add_sxtw_x, 1, 2, 3, 0, 0 },
	{ "sub x1, x2, w3, uxtb #2", 0xcb230841, OP_sub_uxt_x, 1, 2, 3, 2, 0xff },
	{ "subs w1, w2, w3, sxth #1", 0x6b23a441, OP_subs_sxt_w, 1, 2, 3, 47, 48 },
	{ "lsl x1, x2, #3", 0xd37df041, OP_lsl_imm_x, 1, 2, 3, 0, MASK(60, 0) },
	{ "lsl w1, w2, #3", 0x531d7041, OP_lsl_imm_w, 1, 2, 3, 0, MASK(28, 0) },
	{ "lsr x1, x2, #60", 0xd37cfc41, OP_ubfx, 1, 2, 60, 0, 15 },
	{ "uxtb w1, w2", 0x53001c41, OP_and_imm_x, 1, 2, 0, 0, 0xff },
	{ "ubfiz w1, w2, #4, #8", 0x531c1c41, OP_ubfiz, 1, 2, 4, 0, 0xff },
	{ "asr w1, w2, #3", 0x13037c41, OP_asr_imm_w, 1, 2, 3, 0, 0 },
	{ "sxtb x1, w2", 0x93401c41, OP_sxtb_x, 1, 2, 56, 56, 0 },
	{ "sxth w1, w2", 0x13003c41, OP_sxth_w, 1, 2, 48, 48, 0 },
	{ "sxtw x1, w2", 0x93407c41, OP_sxtw_x, 1, 2, 32, 32, 0 },
	{ "sbfx w1, w2, #4, #8", 0x13042c41, OP_sbfm_w, 1, 2, 52, 56, 0 },
	{ "sbfiz x1, x2, #4, #8", 0x937c1c41, OP_sbfm_x, 1, 2, 56, 52, 0 },
	{ "bfi x1, x2, #4, #8", 0xb37c1c41, OP_bfi_x, 1, 2, 4, 0, 0xff0 },
	{ "bfxil w1, w2, #4, #8", 0x33042c41, OP_bfxil_w, 1, 2, 4, 0, 0xff },
	{ "ror w1, w2, #4", 0x13821041, OP_ror_imm_w, 1, 2, 2, 28, 4 },
	{ "extr x1, x2, x3, #4", 0x93c31041, OP_extr_x, 1, 2, 3, 60, 4 },
	{ "mul w1, w2, w3", 0x1b037c41, OP_mul_w, 1, 2, 3, SLOT_ZERO, 0 },
	{ "madd x1, x2, x3, x4", 0x9b031041, OP_madd_x, 1, 2, 3, 4, 0 },
	{ "csel w1, w2, w3, le", 0x1a83d041, OP_csel_w_le, 1, 2, 3, 0, 0 },
	{ "csel x1, x2, x3, al", 0x9a83e041, OP_mov_x, 1, 2, 2, 0, 0 },
	{ "cset x1, eq", 0x9a9f17e1, OP_csinc_x_ne, 1, SLOT_ZERO, SLOT_ZERO, 0, 0 },
	{ "ccmp w1, w2, #5, gt", 0x7a42c025, OP_ccmp_reg_w_gt, 0x15, 1, 2, 0, 0 },
	{ "ccmp w1, #3, #5, gt", 0x7a43c825, OP_ccmp_imm_w_gt, 0x15, 1, 0, 0, 0x300000000 },
	{ "ccmn x1, #3, #5, gt", 0xba43c825, OP_ccmp_imm_x_gt, 0x15, 1, 0, 0, (u64)-3 },
	{ "ccmn x1, #0, #5, gt", 0xba40c825, OP_ccmn_reg_x, 0x15, 1, SLOT_ZERO, COND_gt, 0 },
	{ "ccmp x1, #3, #5, al", 0xfa43e825, OP_cmp_imm_x, 0x15, 1, 0, 0, 3 },
	{ "udiv wzr, w2, wzr", 0x1adf085f, OP_udiv_w, SLOT_SINK, 2, SLOT_ZERO, 0, 0 },
	/* clang-format on */
};

/* CRC32 and FlagM are features of their own; nothing else here is. */
static enum feature_id feature_of(const char *row)
{
	if (strncmp(row, "CRC32", 5) == 0)
		return FEAT_CRC32;
	if (strcmp(row, "RMIF") == 0 || strncmp(row, "SETF", 4) == 0)
		return FEAT_FLAGM;
	return FEAT_BASE;
}

static void test_rows(void **state)
{
	(void)state;
	check_rows(LIST(rows));
}

static void test_every_row_is_seen(void **state)
{
	(void)state;
	check_every_row_is_seen(LIST(table), LIST(rows));
}

static void test_operands(void **state)
{
	(void)state;
	check_operands(LIST(operands));
}

static void test_features(void **state)
{
	(void)state;
	check_features_of_rows(LIST(rows), feature_of);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_row_is_seen),
		cmocka_unit_test(test_operands),
		cmocka_unit_test(test_features),
	};

	return cmocka_run_group_tests(tests, build_index, NULL);
}
