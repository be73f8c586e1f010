/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding of SIMD floating point: sizes and indices that are reserved, features, and what the
 * handler gets. Which row a word belongs to, decode.words and decode.assembler know. Words are from
 * the assembler, except the unallocated ones.
 */
#include "decode_rows.h"

static const struct row_case reserved[] = {
	/* clang-format off */
	{ "fadd v0.1d", 0x0e62d420, NULL },
	{ "fabs v0.1d", 0x0ee0f820, NULL },
	{ "frint32z v0.1d", 0x0e61e820, NULL },
	{ "fcvtzs v0.1d", 0x0ee1b820, NULL },
	{ "fadd s0 of SIMD", 0x5e22d420, NULL },
	{ "frecpx v0.4s", 0x4ea1f820, NULL },
	{ "fmla v0.1d by element", 0x0fc21820, NULL },
	{ "fmla v0.2d by element, L 1", 0x4fe21820, NULL },
	{ "fmul d0 by element, L 1", 0x5fe29820, NULL },
	{ "fcmla v0.1d", 0x2ec2cc20, NULL },
	{ "fcmla of bytes", 0x6e02cc20, NULL },
	{ "fcadd v0.1d", 0x2ec2e420, NULL },
	{ "fcadd of bytes", 0x6e02e420, NULL },
	{ "fcmla v0.4h by element, H 1", 0x2f625820, NULL },
	{ "fcmla v0.2s by element", 0x2f827820, NULL },
	{ "fcmla v0.4s by element, L 1", 0x6fa27820, NULL },
	{ "fcmla v0.2d by element", 0x6fc27820, NULL },
	{ "fmaxv of two singles", 0x2e30f820, NULL },
	{ "fmaxv of doubles", 0x6e70f820, NULL },
	{ "urecpe v0.2d", 0x4ee1c820, NULL },
	{ "fcvtxn of singles", 0x2e216820, NULL },
	{ "fcvtxn of a single", 0x7e216820, NULL },
	{ "scvtf of bytes, fixed", 0x4f08e420, NULL },
	{ "scvtf v0.1d, fixed", 0x0f40e420, NULL },
	{ "scvtf of a byte, fixed", 0x5f08e420, NULL },
	{ "bfmmla, Q 0", 0x2e42ec20, NULL },
	{ "bfdot, size 10", 0x2e82fc20, NULL },
	{ "bfcvtn, size 11", 0x0ee16820, NULL },
	{ "fmlal, size 01", 0x4e62ec20, NULL },
	/* clang-format on */
};

static const struct operand_case operands[] = {
	/* clang-format off */
	{ "fadd v0.4s, v1.4s, v2.4s", 0x4e22d420, OP_fadd_vec_whole_s, 0, 1, 2, ANY, 4 },
	{ "fadd v0.2s, v1.2s, v2.2s", 0x0e22d420, OP_fadd_vec_s, 0, 1, 2, ANY, 2 },
	{ "fadd v0.2d, v1.2d, v2.2d", 0x4e62d420, OP_fadd_vec_whole_d, 0, 1, 2, ANY, 2 },
	{ "fadd v31.8h, v1.8h, v2.8h", 0x4e42143f, OP_fadd_vec_h, 31, 1, 2, ANY, 8 },
	{ "fabd d0, d1, d2", 0x7ee2d420, OP_fabd_vec_d, 0, 1, 2, ANY, 1 },
	{ "fcmla v0.2d, v1.2d, v2.2d, #90", 0x6ec2cc20, OP_fcmla_vec_d, 0, 1, 2, 1, 2 },
	{ "fcmla v0.8h, v1.8h, v2.h[3], #180", 0x6f625820, OP_fcmla_elem_h, 0, 1, 2, 3 << 2 | 2, 8 },
	{ "fcmla v0.4s, v1.4s, v2.s[1], #270", 0x6f827820, OP_fcmla_elem_s, 0, 1, 2, 1 << 2 | 3, 4 },
	{ "fcadd v0.4s, v1.4s, v2.4s, #90", 0x6e82e420, OP_fcadd_vec_s, 0, 1, 2, 0, 4 },
	{ "fcadd v0.4s, v1.4s, v2.4s, #270", 0x6e82f420, OP_fcadd_vec_s, 0, 1, 2, 1, 4 },
	{ "fmla v0.2d, v1.2d, v2.d[1]", 0x4fc21820, OP_fmla_elem_whole_d, 0, 1, 2, 1, 2 },
	{ "fmla v0.4s, v1.4s, v18.s[3]", 0x4fb21820, OP_fmla_elem_whole_s, 0, 1, 18, 3, 4 },
	{ "fmla v0.8h, v1.8h, v2.h[7]", 0x4f321820, OP_fmla_elem_h, 0, 1, 2, 7, 8 },
	{ "fmul d0, d1, v2.d[1]", 0x5fc29820, OP_fmul_elem_d, 0, 1, 2, 1, 1 },
	{ "fmlal v0.4s, v1.4h, v2.h[5]", 0x4f920820, OP_fmlal_elem_s, 0, 1, 2, 5, 4 },
	{ "fmaxv h0, v1.8h", 0x4e30f820, OP_fmax_reduce_h, 0, 1, ANY, ANY, 8 },
	{ "faddp d0, v1.2d", 0x7e70d820, OP_fadd_reduce_d, 0, 1, ANY, ANY, 2 },
	{ "scvtf v0.4s, v1.4s, #3", 0x4f3de420, OP_scvtf_vec_s, 0, 1, 3, ANY, 4 },
	{ "scvtf v0.2d, v1.2d, #64", 0x4f40e420, OP_scvtf_vec_d, 0, 1, 64, ANY, 2 },
	{ "scvtf v0.8h, v1.8h, #16", 0x4f10e420, OP_scvtf_vec_h, 0, 1, 16, ANY, 8 },
	{ "fcvtzs s0, s1, #32", 0x5f20fc20, OP_fcvtzs_vec_s, 0, 1, 32, ANY, 1 },
	{ "fcvtzs v0.2d, v1.2d", 0x4ee1b820, OP_fcvtzs_vec_d, 0, 1, 0, ANY, 2 },
	{ "fabs v0.2d, v1.2d", 0x4ee0f820, OP_fabs_vec_d, 0, 1, ANY, ANY, ~0ull },
	{ "fabs v0.2s, v1.2s", 0x0ea0f820, OP_fabs_vec_s, 0, 1, ANY, ANY, 0 },
	{ "fcvtxn s0, d1", 0x7e616820, OP_fcvtxn_s, 0, 1, ANY, 0, 1 },
	{ "fcvtn2 v0.4s, v1.2d", 0x4e616820, OP_fcvtn_s, 0, 1, ANY, 1, 2 },
	{ "fcvtl v0.4s, v1.4h", 0x0e217820, OP_fcvtl_s, 0, 1, ANY, 0, 4 },
	{ "bfdot v0.4s, v1.8h, v2.2h[3]", 0x4f62f820, OP_bfdot_elem_s, 0, 1, 2, 3, 4 },
	{ "bfmlalb v0.4s, v1.8h, v2.h[7]", 0x0ff2f820, OP_bfmlalb_elem_s, 0, 1, 2, 7, 4 },
	{ "bfcvt h0, s1", 0x1e634020, OP_bfcvtn_h, 0, 1, ANY, 0, 1 },
	/* clang-format on */
};

/* The instructions of an absent feature are UNDEFINED. */
static const struct feature_case cases[] = {
	/* clang-format off */
	{ "fadd v0.8h, v1.8h, v2.8h", 0x4e421420, FEAT_FP16, NULL },
	{ "fcvtzs h0, h1", 0x5ef9b820, FEAT_FP16, NULL },
	{ "fmla v0.8h, v1.8h, v2.h[7]", 0x4f321820, FEAT_FP16, NULL },
	{ "scvtf v0.8h, v1.8h, #16", 0x4f10e420, FEAT_FP16, NULL },
	{ "fmaxv h0, v1.8h", 0x4e30f820, FEAT_FP16, NULL },
	{ "fmlal v0.4s, v1.4h, v2.4h", 0x4e22ec20, FEAT_FHM, NULL },
	{ "fmlal v0.4s, v1.4h, v2.h[5]", 0x4f920820, FEAT_FHM, NULL },
	{ "fcmla v0.2d, v1.2d, v2.2d, #90", 0x6ec2cc20, FEAT_FCMA, NULL },
	{ "fcmla v0.4s, v1.4s, v2.s[1], #270", 0x6f827820, FEAT_FCMA, NULL },
	{ "fcadd v0.4s, v1.4s, v2.4s, #90", 0x6e82e420, FEAT_FCMA, NULL },
	{ "frint32z v0.2d, v1.2d", 0x4e61e820, FEAT_FRINTTS, NULL },
	{ "bfdot v0.4s, v1.8h, v2.2h[3]", 0x4f62f820, FEAT_BF16, NULL },
	{ "bfmmla v0.4s, v1.8h, v2.8h", 0x6e42ec20, FEAT_BF16, NULL },
	{ "bfcvtn v0.4h, v1.4s", 0x0ea16820, FEAT_BF16, NULL },
	{ "bfcvt h0, s1", 0x1e634020, FEAT_BF16, NULL },
	/* clang-format on */
};

static void test_reserved(void **state)
{
	(void)state;
	check_rows(LIST(reserved));
}

static void test_operands(void **state)
{
	(void)state;
	check_operands(LIST(operands));
}

static void test_features(void **state)
{
	(void)state;
	check_features(LIST(cases));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reserved),
		cmocka_unit_test(test_operands),
		cmocka_unit_test(test_features),
	};

	return cmocka_run_group_tests(tests, build_index, NULL);
}
