/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding of SIMD copies, permutations, immediates, shifts by immediate and structures: sizes and
 * indices that are reserved, each next to a word that is not, and features. Words are from the
 * assembler, except the unallocated ones.
 */
#include "decode_rows.h"

static const struct row_case rows[] = {
	/* clang-format off */
	{ "dup v0.2d, v1.d[1]", 0x4e180420, "DUP_elem" },
	{ "dup v0.1d by element", 0x0e080420, NULL },
	{ "dup by element, imm5 00000", 0x4e000420, NULL },
	{ "dup by element, imm5 10000", 0x4e100420, NULL },
	{ "dup v0.2d, x1", 0x4e080c20, "DUP_gen" },
	{ "dup v0.1d, x1", 0x0e080c20, NULL },
	{ "dup of a register, imm5 10000", 0x4e100c20, NULL },
	{ "dup d0, v1.d[1]", 0x5e180420, "DUP_scalar" },
	{ "dup of one element, imm5 00000", 0x5e000420, NULL },
	{ "dup of one element, imm4 0001", 0x5e080c20, NULL },
	{ "smov x0, v1.s[0]", 0x4e042c20, "SMOV" },
	{ "smov w0, v1.s[0]", 0x0e042c20, NULL },
	{ "smov x0, v1.d[0]", 0x4e082c20, NULL },
	{ "smov x0, imm5 10000", 0x4e102c20, NULL },
	{ "umov x0, v1.d[0]", 0x4e083c20, "UMOV" },
	{ "umov w0, v1.d[0]", 0x0e083c20, NULL },
	{ "umov x0, v1.s[0]", 0x4e043c20, NULL },
	{ "umov w0, imm5 00000", 0x0e003c20, NULL },
	{ "ins v0.b[0], w1", 0x4e011c20, "INS_gen" },
	{ "ins of a register, Q 0", 0x0e011c20, NULL },
	{ "ins of a register, imm5 10000", 0x4e101c20, NULL },
	{ "ins v0.b[0], v1.b[0]", 0x6e010420, "INS_elem" },
	{ "ins of an element, Q 0", 0x2e010420, NULL },
	{ "ins of an element, imm5 00000", 0x6e000420, NULL },
	{ "copy, imm4 0010", 0x4e011420, NULL },
	{ "tbl, op2 01", 0x4e400020, NULL },
	{ "uzp1 v0.2d, v1.2d, v2.2d", 0x4ec21820, "UZP1" },
	{ "uzp1 v0.1d", 0x0ec21820, NULL },
	{ "trn1 v0.1d", 0x0ec22820, NULL },
	{ "zip1 v0.1d", 0x0ec23820, NULL },
	{ "uzp2 v0.1d", 0x0ec25820, NULL },
	{ "trn2 v0.1d", 0x0ec26820, NULL },
	{ "zip2 v0.1d", 0x0ec27820, NULL },
	{ "permute, opcode 000", 0x4e020820, NULL },
	{ "permute, opcode 100", 0x4e024820, NULL },
	{ "ext v0.8b, v1.8b, v2.8b, #7", 0x2e023820, "EXT" },
	{ "ext v0.8b, index 8", 0x2e024020, NULL },
	{ "ext, op2 01", 0x6e420020, NULL },
	{ "fmov v0.2d, #2.0", 0x6f00f400, "FMOV_imm_vec_d" },
	{ "fmov v0.1d", 0x2f00f400, NULL },
	{ "fmov v0.2d, o2 1", 0x6f00fc00, NULL },
	{ "movi v0.2s, o2 1", 0x0f000c00, NULL },
	{ "movi v0.2s, #1: immh 0000 of sshr", 0x0f000420, "MOVI_s" },
	{ "orr v0.2s, #1: immh 0000 of ssra", 0x0f001420, "ORR_imm_s" },
	{ "shrn of bytes, immh 0000, is movi v0.4h", 0x0f008420, "MOVI_h" },
	{ "rshrn, immh 0000", 0x0f008c20, NULL },
	{ "sqrshrn, immh 0000", 0x0f009c20, NULL },
	{ "sshr v0.2d, v1.2d, #64", 0x4f400420, "SSHR_vec" },
	{ "sshr v0.1d", 0x0f400420, NULL },
	{ "sri v0.1d", 0x2f404420, NULL },
	{ "sri, U 0", 0x0f084420, NULL },
	{ "shl v0.1d", 0x0f405420, NULL },
	{ "sqshlu, U 0", 0x0f086420, NULL },
	{ "sqshlu v0.1d", 0x2f406420, NULL },
	{ "sqshl v0.1d", 0x0f407420, NULL },
	{ "shrn, immh 1000", 0x0f408420, NULL },
	{ "sqrshrun2, immh 1000", 0x6f408c20, NULL },
	{ "sshll, immh 1000", 0x0f40a420, NULL },
	{ "sshr d0, d1, #64", 0x5f400420, "SSHR_scalar" },
	{ "sshr s0", 0x5f200420, NULL },
	{ "sri h0", 0x7f104420, NULL },
	{ "shl s0", 0x5f205420, NULL },
	{ "sli b0", 0x7f085420, NULL },
	{ "sshr of one element, immh 0000", 0x5f000420, NULL },
	{ "sqshl b0, b1, #0", 0x5f087420, "SQSHL_imm_scalar" },
	{ "sqshl of one element, immh 0000", 0x5f007420, NULL },
	{ "sqshrn of one element, immh 0000", 0x5f009420, NULL },
	{ "sqshrn of one element, immh 1000", 0x5f409420, NULL },
	{ "shrn of one element", 0x5f088420, NULL },
	{ "sshll of one element", 0x5f08a420, NULL },
	{ "ld1 {v0.1d}, [x1]", 0x0c407c20, "LD1_x1" },
	{ "ld2 of v0.1d", 0x0c408c20, NULL },
	{ "ld3 of v0.1d", 0x0c404c20, NULL },
	{ "ld4 of v0.1d, post-index", 0x0cc20c20, NULL },
	{ "st2 of v0.1d", 0x0c008c20, NULL },
	{ "structures, opcode 0001", 0x4c401020, NULL },
	{ "structures, opcode 1001", 0x4c409020, NULL },
	{ "structures, opcode 1100", 0x4c40c020, NULL },
	{ "ld1, no post-index, Rm 1", 0x4c417020, NULL },
	{ "ld1, bit 21", 0x4c607020, NULL },
	{ "ld1 {v0.h}[0], size 01", 0x0d404420, NULL },
	{ "ld1 {v0.s}[0], size 10", 0x0d408820, NULL },
	{ "ld1 {v0.d}[1], [x1]", 0x4d408420, "LD1_lane_d" },
	{ "ld1 {v0.d}[0], S 1", 0x0d409420, NULL },
	{ "ld1 {v0.d}[0], size 11", 0x0d408c20, NULL },
	{ "ld3 {v0.d}[0], S 1", 0x0d40b420, NULL },
	{ "st1 {v0.d}[0], S 1", 0x0d009420, NULL },
	{ "st4 {v0.d}[0], post-index, S 1", 0x0da2b420, NULL },
	{ "ld1r {v0.1d}, [x1]", 0x0d40cc20, "LD1R" },
	{ "ld1r, S 1", 0x0d40d020, NULL },
	{ "ld4r, post-index, S 1", 0x0de2f020, NULL },
	{ "ld1r, no post-index, Rm 1", 0x0d41c020, NULL },
	{ "ld1r as a store", 0x0d00c020, NULL },
	{ "ld4r as a store, post-index", 0x0da2e020, NULL },
	/* clang-format on */
};

static const struct feature_case cases[] = {
	/* clang-format off */
	{ "fmov v0.4h, #2.0", 0x0f00fc00, FEAT_FP16, NULL },
	{ "fmov v0.8h, #-1.0", 0x4f07fe00, FEAT_FP16, NULL },
	{ "fmov v0.4s, #2.0", 0x4f00f400, FEAT_FP16, "FMOV_imm_vec_s" },
	/* clang-format on */
};

static void test_rows(void **state)
{
	(void)state;
	check_rows(LIST(rows));
}

static void test_features(void **state)
{
	(void)state;
	check_features(LIST(cases));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_features),
	};

	return cmocka_run_group_tests(tests, build_index, NULL);
}
