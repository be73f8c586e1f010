/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding of SIMD integer arithmetic: sizes that are reserved, features, and what the handler
 * gets. Which row a word belongs to, decode.words and decode.assembler know. Words are from the
 * assembler, except the unallocated ones.
 */
#include "decode_rows.h"

static const struct row_case reserved[] = {
	/* clang-format off */
	{ "add v0.1d", 0x0ee28420, NULL },
	{ "cmgt v0.1d", 0x0ee23420, NULL },
	{ "sqadd v0.1d", 0x0ee20c20, NULL },
	{ "shadd v0.2d", 0x4ee20420, NULL },
	{ "mul v0.2d", 0x4ee29c20, NULL },
	{ "smaxp v0.2d", 0x4ee2a420, NULL },
	{ "sqdmulh v0.8b", 0x0e22b420, NULL },
	{ "sqdmulh v0.2d", 0x4ee2b420, NULL },
	{ "sqdmulh b0", 0x5e22b420, NULL },
	{ "sqdmulh d0", 0x5ee2b420, NULL },
	{ "add s0", 0x5ea28420, NULL },
	{ "cmgt s0", 0x5ea23420, NULL },
	{ "sshl b0", 0x5e224420, NULL },
	{ "sqrdmlah v0.8b", 0x2e028420, NULL },
	{ "sqrdmlah v0.2d", 0x6ec28420, NULL },
	{ "sqrdmlah d0", 0x7ec28420, NULL },
	{ "sdot of bytes", 0x0e029420, NULL },
	{ "sdot of doublewords", 0x4ec29420, NULL },
	{ "smmla, Q 0", 0x0e82a420, NULL },
	{ "usmmla, Q 0", 0x0e82ac20, NULL },
	{ "saddl, size 11", 0x0ee20020, NULL },
	{ "addhn, size 11", 0x0ee24020, NULL },
	{ "sqdmull of bytes", 0x0e22d020, NULL },
	{ "sqdmull, size 11", 0x4ee2d020, NULL },
	{ "sqdmlal h0, b1, b2", 0x5e229020, NULL },
	{ "rev64 v0.2d", 0x4ee00820, NULL },
	{ "rev32 v0.4s", 0x6ea00820, NULL },
	{ "rev16 v0.8h", 0x4e601820, NULL },
	{ "saddlp, size 11", 0x4ee02820, NULL },
	{ "clz v0.2d", 0x6ee04820, NULL },
	{ "cnt v0.8h", 0x4e605820, NULL },
	{ "not, size 10", 0x6ea05820, NULL },
	{ "abs v0.1d", 0x0ee0b820, NULL },
	{ "abs s0", 0x5ea0b820, NULL },
	{ "cmeq s0, #0", 0x5ea09820, NULL },
	{ "xtn, size 11", 0x0ee12820, NULL },
	{ "sqxtn, size 11", 0x0ee14820, NULL },
	{ "sqxtn, scalar, size 11", 0x5ee14820, NULL },
	{ "shll, size 11", 0x2ee13820, NULL },
	{ "addv of two words", 0x0eb1b820, NULL },
	{ "addv of doublewords", 0x4ef1b820, NULL },
	{ "saddlv of two words", 0x0eb03820, NULL },
	{ "addp s0, v1.2s", 0x5eb1b820, NULL },
	{ "mul v0.8b by element", 0x0f028020, NULL },
	{ "mul v0.2d by element", 0x4fc28020, NULL },
	{ "smull of bytes by element", 0x0f02a020, NULL },
	{ "sqdmulh b0 by element", 0x5f02c020, NULL },
	{ "sqdmull, size 11, by element", 0x5fc2b020, NULL },
	{ "sqrdmlsh v0.2d by element", 0x6fc2f020, NULL },
	/* clang-format on */
};

static const struct operand_case operands[] = {
	/* clang-format off */
	{ "add v31.8h, v1.8h, v2.8h", 0x4e62843f, OP_add_vec_h, 31, 1, 2, ANY, ~0ull },
	{ "add v0.2s, v1.2s, v2.2s", 0x0ea28420, OP_add_vec_s, 0, 1, 2, ANY, 0 },
	{ "add d0, d1, d2", 0x5ee28420, OP_add_vec_d, 0, 1, 2, ANY, 0 },
	{ "sqadd v0.4h, v1.4h, v2.4h", 0x0e620c20, OP_sqadd_h, 0, 1, 2, ANY, 4 },
	{ "sqadd b0, b1, b2", 0x5e220c20, OP_sqadd_b, 0, 1, 2, ANY, 1 },
	{ "sqshl v0.2d, v1.2d, v2.2d", 0x4ee24c20, OP_sqshl_d, 0, 1, 2, ANY, 2 },
	{ "mul v0.4h, v1.4h, v15.h[7]", 0x0f7f8820, OP_mul_elem_h, 0, 1, 15, 7, 0 },
	{ "mul v0.4h, v1.4h, v2.h[1]", 0x0f528020, OP_mul_elem_h, 0, 1, 2, 1, 0 },
	{ "mla v0.4s, v1.4s, v31.s[3]", 0x6fbf0820, OP_mla_elem_s, 0, 1, 31, 3, ~0ull },
	{ "smull2 v0.4s, v1.8h, v2.h[6]", 0x4f62a820, OP_smull_elem_h, 0, 1, 2, 6, 1 },
	{ "saddl v0.2d, v1.2s, v2.2s", 0x0ea20020, OP_saddl_s, 0, 1, 2, ANY, 0 },
	{ "saddl2 v0.8h, v1.16b, v2.16b", 0x4e220020, OP_saddl_b, 0, 1, 2, ANY, 1 },
	{ "sqdmlal2 v0.2d, v1.4s, v2.4s", 0x4ea29020, OP_sqdmlal_vec_s, 0, 1, 2, ANY, 0x202 },
	{ "sqdmlal s0, h1, v2.h[5]", 0x5f523820, OP_sqdmlal_elem_h, 0, 1, 2, 5, 1 },
	{ "sqxtn2 v0.16b, v1.8h", 0x4e214820, OP_sqxtn_b, 0, 1, ANY, ANY, 0x808 },
	{ "sqxtn s0, d1", 0x5ea14820, OP_sqxtn_s, 0, 1, ANY, ANY, 1 },
	{ "umaxv b0, v1.8b", 0x2e30a820, OP_umaxv_b, 0, 1, ANY, ANY, 8 },
	{ "addv s0, v1.4s", 0x4eb1b820, OP_addv_s, 0, 1, ANY, ANY, 4 },
	{ "sqrdmulh v0.8h, v1.8h, v2.h[4]", 0x4f42d820, OP_sqrdmulh_elem_h, 0, 1, 2, 4, 8 },
	{ "udot v0.4s, v1.16b, v2.4b[3]", 0x6fa2e820, OP_udot_elem, 0, 1, 2, 3, 4 },
	{ "usdot v0.4s, v1.16b, v18.4b[2]", 0x4f92f820, OP_usdot_elem, 0, 1, 18, 2, 4 },
	/* clang-format on */
};

/* The instructions of an absent feature are UNDEFINED. */
static const struct feature_case cases[] = {
	/* clang-format off */
	{ "sqrdmlah v0.4h, v1.4h, v2.4h", 0x2e428420, FEAT_RDM, NULL },
	{ "sqrdmlah s0, s1, s2", 0x7e828420, FEAT_RDM, NULL },
	{ "sqrdmlsh h0, h1, v2.h[3]", 0x7f72f020, FEAT_RDM, NULL },
	{ "sdot v0.2s, v1.8b, v2.8b", 0x0e829420, FEAT_DOTPROD, NULL },
	{ "udot v0.4s, v1.16b, v2.4b[3]", 0x6fa2e820, FEAT_DOTPROD, NULL },
	{ "usdot v0.4s, v1.16b, v2.16b", 0x4e829c20, FEAT_I8MM, NULL },
	{ "sudot v0.4s, v1.16b, v2.4b[1]", 0x4f22f020, FEAT_I8MM, NULL },
	{ "usdot v0.4s, v1.16b, v18.4b[2]", 0x4f92f820, FEAT_I8MM, NULL },
	{ "smmla v0.4s, v1.16b, v2.16b", 0x4e82a420, FEAT_I8MM, NULL },
	{ "ummla v0.4s, v1.16b, v2.16b", 0x6e82a420, FEAT_I8MM, NULL },
	{ "usmmla v0.4s, v1.16b, v2.16b", 0x4e82ac20, FEAT_I8MM, NULL },
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
