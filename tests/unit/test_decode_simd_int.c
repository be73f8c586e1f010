/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding of SIMD integer arithmetic: sizes that are reserved, features, and what the handler
 * gets. Which row a word belongs to, decode.words and decode.assembler know. Words are from the
 * assembler, except the unallocated ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cpu/decode.h"

static const u64 all_features[4] = { ~0ull, ~0ull, ~0ull, ~0ull };

static const struct {
	const char *text;
	u32 insn;
} unallocated[] = {
	/* clang-format off */
	{ "add v0.1d", 0x0ee28420 },
	{ "cmgt v0.1d", 0x0ee23420 },
	{ "sqadd v0.1d", 0x0ee20c20 },
	{ "shadd v0.2d", 0x4ee20420 },
	{ "mul v0.2d", 0x4ee29c20 },
	{ "smaxp v0.2d", 0x4ee2a420 },
	{ "sqdmulh v0.8b", 0x0e22b420 },
	{ "sqdmulh v0.2d", 0x4ee2b420 },
	{ "sqdmulh b0", 0x5e22b420 },
	{ "sqdmulh d0", 0x5ee2b420 },
	{ "add s0", 0x5ea28420 },
	{ "cmgt s0", 0x5ea23420 },
	{ "sshl b0", 0x5e224420 },
	{ "sqrdmlah v0.8b", 0x2e028420 },
	{ "sqrdmlah v0.2d", 0x6ec28420 },
	{ "sqrdmlah d0", 0x7ec28420 },
	{ "sdot of bytes", 0x0e029420 },
	{ "sdot of doublewords", 0x4ec29420 },
	{ "smmla, Q 0", 0x0e82a420 },
	{ "usmmla, Q 0", 0x0e82ac20 },
	{ "saddl, size 11", 0x0ee20020 },
	{ "addhn, size 11", 0x0ee24020 },
	{ "sqdmull of bytes", 0x0e22d020 },
	{ "sqdmull, size 11", 0x4ee2d020 },
	{ "sqdmlal h0, b1, b2", 0x5e229020 },
	{ "rev64 v0.2d", 0x4ee00820 },
	{ "rev32 v0.4s", 0x6ea00820 },
	{ "rev16 v0.8h", 0x4e601820 },
	{ "saddlp, size 11", 0x4ee02820 },
	{ "clz v0.2d", 0x6ee04820 },
	{ "cnt v0.8h", 0x4e605820 },
	{ "not, size 10", 0x6ea05820 },
	{ "abs v0.1d", 0x0ee0b820 },
	{ "abs s0", 0x5ea0b820 },
	{ "cmeq s0, #0", 0x5ea09820 },
	{ "xtn, size 11", 0x0ee12820 },
	{ "sqxtn, size 11", 0x0ee14820 },
	{ "sqxtn, scalar, size 11", 0x5ee14820 },
	{ "shll, size 11", 0x2ee13820 },
	{ "addv of two words", 0x0eb1b820 },
	{ "addv of doublewords", 0x4ef1b820 },
	{ "saddlv of two words", 0x0eb03820 },
	{ "addp s0, v1.2s", 0x5eb1b820 },
	{ "mul v0.8b by element", 0x0f028020 },
	{ "mul v0.2d by element", 0x4fc28020 },
	{ "smull of bytes by element", 0x0f02a020 },
	{ "sqdmulh b0 by element", 0x5f02c020 },
	{ "sqdmull, size 11, by element", 0x5fc2b020 },
	{ "sqrdmlsh v0.2d by element", 0x6fc2f020 },
	/* clang-format on */
};

static void test_unallocated(void **state)
{
	struct decoded d;

	(void)state;
	for (size_t i = 0; i < COUNT(unallocated); i++) {
		if (decode(unallocated[i].insn, 0, all_features, &d))
			fail_msg("%s (0x%08x) is %s", unallocated[i].text, unallocated[i].insn,
				d.row->name);
	}
}

/* What the handler gets: rm and ra of those that read them. */
enum { NO = 0xff };
static const struct {
	const char *text;
	u32 insn;
	enum op_id op;
	u8 rd, rm, ra;
	u64 imm;
} operands[] = {
	/* clang-format off */
	{ "add v31.8h, v1.8h, v2.8h", 0x4e62843f, OP_add_vec_h, 31, 2, NO, ~0ull },
	{ "add v0.2s, v1.2s, v2.2s", 0x0ea28420, OP_add_vec_s, 0, 2, NO, 0 },
	{ "add d0, d1, d2", 0x5ee28420, OP_add_vec_d, 0, 2, NO, 0 },
	{ "sqadd v0.4h, v1.4h, v2.4h", 0x0e620c20, OP_sqadd_h, 0, 2, NO, 4 },
	{ "sqadd b0, b1, b2", 0x5e220c20, OP_sqadd_b, 0, 2, NO, 1 },
	{ "sqshl v0.2d, v1.2d, v2.2d", 0x4ee24c20, OP_sqshl_d, 0, 2, NO, 2 },
	{ "mul v0.4h, v1.4h, v15.h[7]", 0x0f7f8820, OP_mul_elem_h, 0, 15, 7, 0 },
	{ "mul v0.4h, v1.4h, v2.h[1]", 0x0f528020, OP_mul_elem_h, 0, 2, 1, 0 },
	{ "mla v0.4s, v1.4s, v31.s[3]", 0x6fbf0820, OP_mla_elem_s, 0, 31, 3, ~0ull },
	{ "smull2 v0.4s, v1.8h, v2.h[6]", 0x4f62a820, OP_smull_elem_h, 0, 2, 6, 1 },
	{ "saddl v0.2d, v1.2s, v2.2s", 0x0ea20020, OP_saddl_s, 0, 2, NO, 0 },
	{ "saddl2 v0.8h, v1.16b, v2.16b", 0x4e220020, OP_saddl_b, 0, 2, NO, 1 },
	{ "sqdmlal2 v0.2d, v1.4s, v2.4s", 0x4ea29020, OP_sqdmlal_vec_s, 0, 2, NO, 0x202 },
	{ "sqdmlal s0, h1, v2.h[5]", 0x5f523820, OP_sqdmlal_elem_h, 0, 2, 5, 1 },
	{ "sqxtn2 v0.16b, v1.8h", 0x4e214820, OP_sqxtn_b, 0, NO, NO, 0x808 },
	{ "sqxtn s0, d1", 0x5ea14820, OP_sqxtn_s, 0, NO, NO, 1 },
	{ "umaxv b0, v1.8b", 0x2e30a820, OP_umaxv_b, 0, NO, NO, 8 },
	{ "addv s0, v1.4s", 0x4eb1b820, OP_addv_s, 0, NO, NO, 4 },
	{ "sqrdmulh v0.8h, v1.8h, v2.h[4]", 0x4f42d820, OP_sqrdmulh_elem_h, 0, 2, 4, 8 },
	{ "udot v0.4s, v1.16b, v2.4b[3]", 0x6fa2e820, OP_udot_elem, 0, 2, 3, 4 },
	{ "usdot v0.4s, v1.16b, v18.4b[2]", 0x4f92f820, OP_usdot_elem, 0, 18, 2, 4 },
	/* clang-format on */
};

static void test_operands(void **state)
{
	struct decoded d;

	(void)state;
	for (size_t i = 0; i < COUNT(operands); i++) {
		if (!decode(operands[i].insn, 0, all_features, &d))
			fail_msg("%s: unallocated", operands[i].text);
		if (d.op != operands[i].op || d.rd != operands[i].rd || d.rn != 1 ||
			(operands[i].rm != NO && d.rm != operands[i].rm) ||
			(operands[i].ra != NO && d.ra != operands[i].ra) ||
			d.imm != operands[i].imm)
			fail_msg("%s: op %d rd %u rn %u rm %u ra %u imm %" PRIx64, operands[i].text,
				(int)d.op, d.rd, d.rn, d.rm, d.ra, d.imm);
	}
}

/* The instructions of an absent feature are UNDEFINED. */
static void test_features(void **state)
{
	static const struct {
		enum feature_id feature;
		u32 insn;
	} cases[] = {
		{ FEAT_RDM, 0x2e428420 },     /* sqrdmlah v0.4h, v1.4h, v2.4h */
		{ FEAT_RDM, 0x7e828420 },     /* sqrdmlah s0, s1, s2 */
		{ FEAT_RDM, 0x7f72f020 },     /* sqrdmlsh h0, h1, v2.h[3] */
		{ FEAT_DOTPROD, 0x0e829420 }, /* sdot v0.2s, v1.8b, v2.8b */
		{ FEAT_DOTPROD, 0x6fa2e820 }, /* udot v0.4s, v1.16b, v2.4b[3] */
		{ FEAT_I8MM, 0x4e829c20 },    /* usdot v0.4s, v1.16b, v2.16b */
		{ FEAT_I8MM, 0x4f22f020 },    /* sudot v0.4s, v1.16b, v2.4b[1] */
		{ FEAT_I8MM, 0x4f92f820 },    /* usdot v0.4s, v1.16b, v18.4b[2] */
		{ FEAT_I8MM, 0x4e82a420 },    /* smmla v0.4s, v1.16b, v2.16b */
		{ FEAT_I8MM, 0x6e82a420 },    /* ummla v0.4s, v1.16b, v2.16b */
		{ FEAT_I8MM, 0x4e82ac20 },    /* usmmla v0.4s, v1.16b, v2.16b */
	};
	struct decoded d;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		u64 features[COUNT(all_features)];

		memcpy(features, all_features, sizeof(features));
		features[cases[i].feature / 64] &= ~(1ull << (cases[i].feature % 64));
		if (!decode(cases[i].insn, 0, all_features, &d) ||
			decode(cases[i].insn, 0, features, &d))
			fail_msg("0x%08x with or without its feature", cases[i].insn);
	}
}

static int setup(void **state)
{
	(void)state;
	decode_init();
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unallocated),
		cmocka_unit_test(test_operands),
		cmocka_unit_test(test_features),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
