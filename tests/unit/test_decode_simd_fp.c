/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding of SIMD floating point: sizes and indices that are reserved, features, and what the
 * handler gets. Which row a word belongs to, decode.words and decode.assembler know. Words are from
 * the assembler, except the unallocated ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cpu/decode.h"

static const u64 all_features[4] = { ~0ull, ~0ull, ~0ull, ~0ull };

static void reserved_is_unallocated(void **state)
{
	static const struct {
		const char *text;
		u32 insn;
	} rows[] = {
		/* clang-format off */
		{ "fadd v0.1d", 0x0e62d420 },
		{ "fabs v0.1d", 0x0ee0f820 },
		{ "frint32z v0.1d", 0x0e61e820 },
		{ "fcvtzs v0.1d", 0x0ee1b820 },
		{ "fadd s0 of SIMD", 0x5e22d420 },
		{ "frecpx v0.4s", 0x4ea1f820 },
		{ "fmla v0.1d by element", 0x0fc21820 },
		{ "fmla v0.2d by element, L 1", 0x4fe21820 },
		{ "fmul d0 by element, L 1", 0x5fe29820 },
		{ "fcmla v0.1d", 0x2ec2cc20 },
		{ "fcmla of bytes", 0x6e02cc20 },
		{ "fcadd v0.1d", 0x2ec2e420 },
		{ "fcadd of bytes", 0x6e02e420 },
		{ "fcmla v0.4h by element, H 1", 0x2f625820 },
		{ "fcmla v0.2s by element", 0x2f827820 },
		{ "fcmla v0.4s by element, L 1", 0x6fa27820 },
		{ "fcmla v0.2d by element", 0x6fc27820 },
		{ "fmaxv of two singles", 0x2e30f820 },
		{ "fmaxv of doubles", 0x6e70f820 },
		{ "urecpe v0.2d", 0x4ee1c820 },
		{ "fcvtxn of singles", 0x2e216820 },
		{ "fcvtxn of a single", 0x7e216820 },
		{ "scvtf of bytes, fixed", 0x4f08e420 },
		{ "scvtf v0.1d, fixed", 0x0f40e420 },
		{ "scvtf of a byte, fixed", 0x5f08e420 },
		{ "bfmmla, Q 0", 0x2e42ec20 },
		{ "bfdot, size 10", 0x2e82fc20 },
		{ "bfcvtn, size 11", 0x0ee16820 },
		{ "fmlal, size 01", 0x4e62ec20 },
		/* clang-format on */
	};
	struct decoded d;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (decode(rows[i].insn, 0, all_features, &d))
			fail_msg("row %zu, %s: is %s", i, rows[i].text, d.row->name);
	}
}

/* Operands of the handler; ANY: it does not read it. */
static void handlers_get_operands(void **state)
{
	enum { ANY = 0xff };
	static const struct {
		const char *text;
		u32 insn;
		enum op_id op;
		u8 rd, rm, ra;
		u64 imm;
	} rows[] = {
		/* clang-format off */
		{ "fadd v0.4s, v1.4s, v2.4s", 0x4e22d420, OP_fadd_vec_whole_s, 0, 2, ANY, 4 },
		{ "fadd v0.2s, v1.2s, v2.2s", 0x0e22d420, OP_fadd_vec_s, 0, 2, ANY, 2 },
		{ "fadd v0.2d, v1.2d, v2.2d", 0x4e62d420, OP_fadd_vec_whole_d, 0, 2, ANY, 2 },
		{ "fadd v31.8h, v1.8h, v2.8h", 0x4e42143f, OP_fadd_vec_h, 31, 2, ANY, 8 },
		{ "fabd d0, d1, d2", 0x7ee2d420, OP_fabd_vec_d, 0, 2, ANY, 1 },
		{ "fcmla v0.2d, v1.2d, v2.2d, #90", 0x6ec2cc20, OP_fcmla_vec_d, 0, 2, 1, 2 },
		{ "fcmla v0.8h, v1.8h, v2.h[3], #180", 0x6f625820, OP_fcmla_elem_h, 0, 2, 3 << 2 | 2, 8 },
		{ "fcmla v0.4s, v1.4s, v2.s[1], #270", 0x6f827820, OP_fcmla_elem_s, 0, 2, 1 << 2 | 3, 4 },
		{ "fcadd v0.4s, v1.4s, v2.4s, #90", 0x6e82e420, OP_fcadd_vec_s, 0, 2, 0, 4 },
		{ "fcadd v0.4s, v1.4s, v2.4s, #270", 0x6e82f420, OP_fcadd_vec_s, 0, 2, 1, 4 },
		{ "fmla v0.2d, v1.2d, v2.d[1]", 0x4fc21820, OP_fmla_elem_whole_d, 0, 2, 1, 2 },
		{ "fmla v0.4s, v1.4s, v18.s[3]", 0x4fb21820, OP_fmla_elem_whole_s, 0, 18, 3, 4 },
		{ "fmla v0.8h, v1.8h, v2.h[7]", 0x4f321820, OP_fmla_elem_h, 0, 2, 7, 8 },
		{ "fmul d0, d1, v2.d[1]", 0x5fc29820, OP_fmul_elem_d, 0, 2, 1, 1 },
		{ "fmlal v0.4s, v1.4h, v2.h[5]", 0x4f920820, OP_fmlal_elem_s, 0, 2, 5, 4 },
		{ "fmaxv h0, v1.8h", 0x4e30f820, OP_fmax_reduce_h, 0, ANY, ANY, 8 },
		{ "faddp d0, v1.2d", 0x7e70d820, OP_fadd_reduce_d, 0, ANY, ANY, 2 },
		{ "scvtf v0.4s, v1.4s, #3", 0x4f3de420, OP_scvtf_vec_s, 0, 3, ANY, 4 },
		{ "scvtf v0.2d, v1.2d, #64", 0x4f40e420, OP_scvtf_vec_d, 0, 64, ANY, 2 },
		{ "scvtf v0.8h, v1.8h, #16", 0x4f10e420, OP_scvtf_vec_h, 0, 16, ANY, 8 },
		{ "fcvtzs s0, s1, #32", 0x5f20fc20, OP_fcvtzs_vec_s, 0, 32, ANY, 1 },
		{ "fcvtzs v0.2d, v1.2d", 0x4ee1b820, OP_fcvtzs_vec_d, 0, 0, ANY, 2 },
		{ "fabs v0.2d, v1.2d", 0x4ee0f820, OP_fabs_vec_d, 0, ANY, ANY, ~0ull },
		{ "fabs v0.2s, v1.2s", 0x0ea0f820, OP_fabs_vec_s, 0, ANY, ANY, 0 },
		{ "fcvtxn s0, d1", 0x7e616820, OP_fcvtxn_s, 0, ANY, 0, 1 },
		{ "fcvtn2 v0.4s, v1.2d", 0x4e616820, OP_fcvtn_s, 0, ANY, 1, 2 },
		{ "fcvtl v0.4s, v1.4h", 0x0e217820, OP_fcvtl_s, 0, ANY, 0, 4 },
		{ "bfdot v0.4s, v1.8h, v2.2h[3]", 0x4f62f820, OP_bfdot_elem_s, 0, 2, 3, 4 },
		{ "bfmlalb v0.4s, v1.8h, v2.h[7]", 0x0ff2f820, OP_bfmlalb_elem_s, 0, 2, 7, 4 },
		{ "bfcvt h0, s1", 0x1e634020, OP_bfcvtn_h, 0, ANY, 0, 1 },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct decoded d;

		if (!decode(rows[i].insn, 0, all_features, &d))
			fail_msg("row %zu, %s: unallocated", i, rows[i].text);
		if (d.op != rows[i].op || d.rd != rows[i].rd || d.rn != 1 ||
			(rows[i].rm != ANY && d.rm != rows[i].rm) ||
			(rows[i].ra != ANY && d.ra != rows[i].ra) || d.imm != rows[i].imm)
			fail_msg("row %zu, %s: %s, rd %u rn %u rm %u ra %u imm 0x%" PRIx64, i,
				rows[i].text, d.row->name, d.rd, d.rn, d.rm, d.ra, d.imm);
	}
}

static void absent_features_are_undefined(void **state)
{
	static const struct {
		const char *text;
		u32 insn;
		enum feature_id feature;
	} rows[] = {
		/* clang-format off */
		{ "fadd v0.8h, v1.8h, v2.8h", 0x4e421420, FEAT_FP16 },
		{ "fcvtzs h0, h1", 0x5ef9b820, FEAT_FP16 },
		{ "fmla v0.8h, v1.8h, v2.h[7]", 0x4f321820, FEAT_FP16 },
		{ "scvtf v0.8h, v1.8h, #16", 0x4f10e420, FEAT_FP16 },
		{ "fmaxv h0, v1.8h", 0x4e30f820, FEAT_FP16 },
		{ "fmlal v0.4s, v1.4h, v2.4h", 0x4e22ec20, FEAT_FHM },
		{ "fmlal v0.4s, v1.4h, v2.h[5]", 0x4f920820, FEAT_FHM },
		{ "fcmla v0.2d, v1.2d, v2.2d, #90", 0x6ec2cc20, FEAT_FCMA },
		{ "fcmla v0.4s, v1.4s, v2.s[1], #270", 0x6f827820, FEAT_FCMA },
		{ "fcadd v0.4s, v1.4s, v2.4s, #90", 0x6e82e420, FEAT_FCMA },
		{ "frint32z v0.2d, v1.2d", 0x4e61e820, FEAT_FRINTTS },
		{ "bfdot v0.4s, v1.8h, v2.2h[3]", 0x4f62f820, FEAT_BF16 },
		{ "bfmmla v0.4s, v1.8h, v2.8h", 0x6e42ec20, FEAT_BF16 },
		{ "bfcvtn v0.4h, v1.4s", 0x0ea16820, FEAT_BF16 },
		{ "bfcvt h0, s1", 0x1e634020, FEAT_BF16 },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 features[COUNT(all_features)];
		struct decoded d;

		memcpy(features, all_features, sizeof(features));
		features[rows[i].feature / 64] &= ~BIT(rows[i].feature % 64);
		if (!decode(rows[i].insn, 0, all_features, &d))
			fail_msg("row %zu, %s: unallocated", i, rows[i].text);
		if (decode(rows[i].insn, 0, features, &d))
			fail_msg("row %zu, %s: without its feature %s", i, rows[i].text,
				d.row->name);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reserved_is_unallocated),
		cmocka_unit_test(handlers_get_operands),
		cmocka_unit_test(absent_features_are_undefined),
	};

	decode_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
