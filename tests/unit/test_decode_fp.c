/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding of scalar floating point: which row a word belongs to, which words are unallocated, and
 * what the handler gets. Words are from the assembler, except the unallocated ones.
 */
#include "decode_rows.h"

#include "cpu/engine.h"
#include "fpu/fpu.h"

static const struct row_case rows[] = {
	/* clang-format off */
	{ "fmov s1, s2", 0x1e204041, "FMOV_reg" },
	{ "fmov h1, h2", 0x1ee04041, "FMOV_reg_H" },
	{ "fabs d1, d2", 0x1e60c041, "FABS" },
	{ "fabs h1, h2", 0x1ee0c041, "FABS_H" },
	{ "fneg s1, s2", 0x1e214041, "FNEG" },
	{ "fneg h1, h2", 0x1ee14041, "FNEG_H" },
	{ "fsqrt d1, d2", 0x1e61c041, "FSQRT" },
	{ "fsqrt h1, h2", 0x1ee1c041, "FSQRT_H" },
	{ "fcvt d1, s2", 0x1e22c041, "FCVT_D_S" },
	{ "fcvt h1, s2", 0x1e23c041, "FCVT_H_S" },
	{ "fcvt s1, d2", 0x1e624041, "FCVT_S_D" },
	{ "fcvt h1, d2", 0x1e63c041, "FCVT_H_D" },
	{ "fcvt s1, h2", 0x1ee24041, "FCVT_S_H" },
	{ "fcvt d1, h2", 0x1ee2c041, "FCVT_D_H" },
	{ "frintn s1, s2", 0x1e244041, "FRINTN" },
	{ "frintn h1, h2", 0x1ee44041, "FRINTN_H" },
	{ "frintp d1, d2", 0x1e64c041, "FRINTP" },
	{ "frintp h1, h2", 0x1ee4c041, "FRINTP_H" },
	{ "frintm s1, s2", 0x1e254041, "FRINTM" },
	{ "frintm h1, h2", 0x1ee54041, "FRINTM_H" },
	{ "frintz d1, d2", 0x1e65c041, "FRINTZ" },
	{ "frintz h1, h2", 0x1ee5c041, "FRINTZ_H" },
	{ "frinta s1, s2", 0x1e264041, "FRINTA" },
	{ "frinta h1, h2", 0x1ee64041, "FRINTA_H" },
	{ "frintx d1, d2", 0x1e674041, "FRINTX" },
	{ "frintx h1, h2", 0x1ee74041, "FRINTX_H" },
	{ "frinti s1, s2", 0x1e27c041, "FRINTI" },
	{ "frinti h1, h2", 0x1ee7c041, "FRINTI_H" },
	{ "frint32z s1, s2", 0x1e284041, "FRINT32Z" },
	{ "frint32x d1, d2", 0x1e68c041, "FRINT32X" },
	{ "frint64z s1, s2", 0x1e294041, "FRINT64Z" },
	{ "frint64x d1, d2", 0x1e69c041, "FRINT64X" },
	{ "fmul s1, s2, s3", 0x1e230841, "FMUL" },
	{ "fmul h1, h2, h3", 0x1ee30841, "FMUL_H" },
	{ "fdiv d1, d2, d3", 0x1e631841, "FDIV" },
	{ "fdiv h1, h2, h3", 0x1ee31841, "FDIV_H" },
	{ "fadd s1, s2, s3", 0x1e232841, "FADD" },
	{ "fadd h1, h2, h3", 0x1ee32841, "FADD_H" },
	{ "fsub d1, d2, d3", 0x1e633841, "FSUB" },
	{ "fsub h1, h2, h3", 0x1ee33841, "FSUB_H" },
	{ "fmax s1, s2, s3", 0x1e234841, "FMAX" },
	{ "fmax h1, h2, h3", 0x1ee34841, "FMAX_H" },
	{ "fmin d1, d2, d3", 0x1e635841, "FMIN" },
	{ "fmin h1, h2, h3", 0x1ee35841, "FMIN_H" },
	{ "fmaxnm s1, s2, s3", 0x1e236841, "FMAXNM" },
	{ "fmaxnm h1, h2, h3", 0x1ee36841, "FMAXNM_H" },
	{ "fminnm d1, d2, d3", 0x1e637841, "FMINNM" },
	{ "fminnm h1, h2, h3", 0x1ee37841, "FMINNM_H" },
	{ "fnmul s1, s2, s3", 0x1e238841, "FNMUL" },
	{ "fnmul h1, h2, h3", 0x1ee38841, "FNMUL_H" },
	{ "fmadd d1, d2, d3, d4", 0x1f431041, "FMADD" },
	{ "fmadd h1, h2, h3, h4", 0x1fc31041, "FMADD_H" },
	{ "fmsub s1, s2, s3, s4", 0x1f039041, "FMSUB" },
	{ "fmsub h1, h2, h3, h4", 0x1fc39041, "FMSUB_H" },
	{ "fnmadd d1, d2, d3, d4", 0x1f631041, "FNMADD" },
	{ "fnmadd h1, h2, h3, h4", 0x1fe31041, "FNMADD_H" },
	{ "fnmsub s1, s2, s3, s4", 0x1f239041, "FNMSUB" },
	{ "fnmsub h1, h2, h3, h4", 0x1fe39041, "FNMSUB_H" },
	{ "fcmp d1, d2", 0x1e622020, "FCMP" },
	{ "fcmp h1, h2", 0x1ee22020, "FCMP_H" },
	{ "fcmp s1, #0.0", 0x1e202028, "FCMP_zero" },
	{ "fcmp h1, #0.0", 0x1ee02028, "FCMP_zero_H" },
	{ "fcmpe s1, s2", 0x1e222030, "FCMPE" },
	{ "fcmpe h1, h2", 0x1ee22030, "FCMPE_H" },
	{ "fcmpe d1, #0.0", 0x1e602038, "FCMPE_zero" },
	{ "fcmpe h1, #0.0", 0x1ee02038, "FCMPE_zero_H" },
	{ "fccmp s1, s2, #15, ge", 0x1e22a42f, "FCCMP" },
	{ "fccmp h1, h2, #15, ge", 0x1ee2a42f, "FCCMP_H" },
	{ "fccmpe d1, d2, #0, al", 0x1e62e430, "FCCMPE" },
	{ "fccmpe h1, h2, #0, al", 0x1ee2e430, "FCCMPE_H" },
	{ "fcsel s1, s2, s3, le", 0x1e23dc41, "FCSEL" },
	{ "fcsel h1, h2, h3, le", 0x1ee3dc41, "FCSEL_H" },
	{ "fmov d1, #-31.0", 0x1e77f001, "FMOV_imm" },
	{ "fmov h1, #0.125", 0x1ee81001, "FMOV_imm_H" },
	{ "fcvtns w1, s2", 0x1e200041, "FCVTNS" },
	{ "fcvtns x1, h2", 0x9ee00041, "FCVTNS_H" },
	{ "fcvtnu x1, d2", 0x9e610041, "FCVTNU" },
	{ "fcvtnu w1, h2", 0x1ee10041, "FCVTNU_H" },
	{ "fcvtps w1, d2", 0x1e680041, "FCVTPS" },
	{ "fcvtps x1, h2", 0x9ee80041, "FCVTPS_H" },
	{ "fcvtpu x1, s2", 0x9e290041, "FCVTPU" },
	{ "fcvtpu w1, h2", 0x1ee90041, "FCVTPU_H" },
	{ "fcvtms w1, s2", 0x1e300041, "FCVTMS" },
	{ "fcvtms x1, h2", 0x9ef00041, "FCVTMS_H" },
	{ "fcvtmu x1, d2", 0x9e710041, "FCVTMU" },
	{ "fcvtmu w1, h2", 0x1ef10041, "FCVTMU_H" },
	{ "fcvtzs w1, d2", 0x1e780041, "FCVTZS" },
	{ "fcvtzs x1, h2", 0x9ef80041, "FCVTZS_H" },
	{ "fcvtzu x1, s2", 0x9e390041, "FCVTZU" },
	{ "fcvtzu w1, h2", 0x1ef90041, "FCVTZU_H" },
	{ "fcvtas w1, s2", 0x1e240041, "FCVTAS" },
	{ "fcvtas x1, h2", 0x9ee40041, "FCVTAS_H" },
	{ "fcvtau x1, d2", 0x9e650041, "FCVTAU" },
	{ "fcvtau w1, h2", 0x1ee50041, "FCVTAU_H" },
	{ "scvtf s1, x2", 0x9e220041, "SCVTF" },
	{ "scvtf h1, w2", 0x1ee20041, "SCVTF_H" },
	{ "ucvtf d1, w2", 0x1e630041, "UCVTF" },
	{ "ucvtf h1, x2", 0x9ee30041, "UCVTF_H" },
	{ "fjcvtzs w1, d2", 0x1e7e0041, "FJCVTZS" },
	{ "fmov w1, s2", 0x1e260041, "FMOV_to_W" },
	{ "fmov s1, w2", 0x1e270041, "FMOV_from_W" },
	{ "fmov x1, d2", 0x9e660041, "FMOV_to_X" },
	{ "fmov d1, x2", 0x9e670041, "FMOV_from_X" },
	{ "fmov x1, v2.d[1]", 0x9eae0041, "FMOV_to_X_high" },
	{ "fmov v1.d[1], x2", 0x9eaf0041, "FMOV_from_X_high" },
	{ "fmov w1, h2", 0x1ee60041, "FMOV_to_GPR_H" },
	{ "fmov h1, x2", 0x9ee70041, "FMOV_from_GPR_H" },
	{ "fcvtzs w1, s2, #32", 0x1e188041, "FCVTZS_fixed" },
	{ "fcvtzs x1, h2, #64", 0x9ed80041, "FCVTZS_fixed_H" },
	{ "fcvtzu x1, d2, #1", 0x9e59fc41, "FCVTZU_fixed" },
	{ "fcvtzu w1, h2, #1", 0x1ed9fc41, "FCVTZU_fixed_H" },
	{ "scvtf d1, x2, #64", 0x9e420041, "SCVTF_fixed" },
	{ "scvtf h1, w2, #32", 0x1ec28041, "SCVTF_fixed_H" },
	{ "ucvtf s1, w2, #1", 0x1e03fc41, "UCVTF_fixed" },
	{ "ucvtf h1, x2, #1", 0x9ec3fc41, "UCVTF_fixed_H" },
	{ "one source, ptype 10", 0x1ea04041, NULL },
	{ "one source, S 1", 0x3e204041, NULL },
	{ "one source, M 1", 0x9e204041, NULL },
	{ "FCVT from single to single", 0x1e224041, NULL },
	{ "one source, opcode 001101", 0x1e26c041, NULL },
	{ "FRINT32Z of a half", 0x1ee84041, NULL },
	{ "one source, opcode 010100", 0x1e2a4041, NULL },
	{ "two sources, opcode 1001", 0x1e239841, NULL },
	{ "two sources, ptype 10", 0x1ea30841, NULL },
	{ "three sources, ptype 10", 0x1f831041, NULL },
	{ "compare, op 01", 0x1e226020, NULL },
	{ "compare, opcode2 00001", 0x1e222021, NULL },
	{ "conditional compare, ptype 10", 0x1ea2a42f, NULL },
	{ "conditional select, ptype 10", 0x1ea3dc41, NULL },
	{ "immediate, imm5 00001", 0x1e201021, NULL },
	{ "FMOV, W and D", 0x1e660041, NULL },
	{ "FMOV, X and S", 0x9e270041, NULL },
	{ "FMOV, W and the upper half", 0x1eae0041, NULL },
	{ "FJCVTZS of a single", 0x1e3e0041, NULL },
	{ "FJCVTZS to X", 0x9e7e0041, NULL },
	{ "SCVTF, rmode 01", 0x1e2a0041, NULL },
	{ "FCVTAS, rmode 01", 0x1e2c0041, NULL },
	{ "FCVTNS, ptype 10", 0x1ea00041, NULL },
	{ "FCVTZS (fixed) to W, scale 31", 0x1e187c41, NULL },
	{ "UCVTF (fixed) from W, scale 31", 0x1e037c41, NULL },
	{ "FCVTZS (fixed), rmode 00", 0x1e008041, NULL },
	{ "SCVTF (fixed), ptype 10", 0x1e828041, NULL },
	/* clang-format on */
};

/* Each row of a64_fp.def has a word above. */
static const char *const table[] = {
#define INSN(name, ...) #name,
#include "cpu/a64_fp.def"
#undef INSN
};

static const struct operand_case operands[] = {
	/* clang-format off */
	{ "fadd d31, d2, d3", 0x1e63285f, OP_fadd_d, 31, 2, 3, 0, 0 },
	{ "fmadd s1, s2, s3, s31", 0x1f037c41, OP_fmadd_s, 1, 2, 3, 31, 0 },
	{ "fnmul h1, h2, h3", 0x1ee38841, OP_fnmul_h, 1, 2, 3, 0, 0 },
	{ "frintp s1, s2", 0x1e24c041, OP_frint_s, 1, 2, 0, FP_POSINF, 0 },
	{ "frinta d1, d2", 0x1e664041, OP_frint_d, 1, 2, 0, FP_TIEAWAY, 0 },
	{ "frinti h1, h2", 0x1ee7c041, OP_frinti_h, 1, 2, 0, 0, 0 },
	{ "frint64x s1, s2", 0x1e29c041, OP_frint_nx_s, 1, 2, 0, 0, 64 },
	{ "frint32z d1, d2", 0x1e684041, OP_frint_nz_d, 1, 2, 0, 0, 32 },
	{ "fcmpe d1, #0.0", 0x1e602038, OP_fcmpe_zero_d, 0, 1, 0, 0, 0 },
	{ "fccmp s1, s2, #5, gt", 0x1e22c425, OP_fccmp_s, 0x15, 1, 2, COND_gt, 0 },
	{ "fcsel h1, h2, h3, eq", 0x1ee30c41, OP_fcsel_h_eq, 1, 2, 3, 0, 0 },
	{ "fcsel s1, s2, s3, le", 0x1e23dc41, OP_fcsel_s_le, 1, 2, 3, 0, 0 },
	{ "fcsel d1, d2, d3, ne", 0x1e631c41, OP_fcsel_d_ne, 1, 2, 3, 0, 0 },
	{ "fcsel d1, d2, d3, nv", 0x1e63fc41, OP_fmov_d, 1, 2, 3, 0, 0 },
	{ "fcsel h1, h2, h3, al", 0x1ee3ec41, OP_fmov_h, 1, 2, 3, 0, 0 },
	{ "fmov d31, #1.0", 0x1e6e101f, OP_fmov_imm, 31, 0, 0, 0, 0x3ff0000000000000 },
	{ "fmov s1, #-2.0", 0x1e301001, OP_fmov_imm, 1, 0, 0, 0, 0xc0000000 },
	{ "fmov h1, #31.0", 0x1ee7f001, OP_fmov_imm, 1, 0, 0, 0, 0x4fc0 },
	{ "fcvtas x1, s2", 0x9e240041, OP_fcvt_int_s, 1, 2, 0, FP_TIEAWAY, 64 << 8 },
	{ "fcvtmu wzr, d31", 0x1e7103ff, OP_fcvt_int_d, SLOT_SINK, 31, 1, FP_NEGINF, 32 << 8 },
	{ "fcvtzs w1, d2", 0x1e780041, OP_fcvtzs_w_d, 1, 2, 0, FP_ZERO, 32 << 8 },
	{ "fcvtzs x1, s2", 0x9e380041, OP_fcvtzs_x_s, 1, 2, 0, FP_ZERO, 64 << 8 },
	{ "fcvtzs x1, h2", 0x9ef80041, OP_fcvt_int_h, 1, 2, 0, FP_ZERO, 64 << 8 },
	{ "fcvtzu x1, d2", 0x9e790041, OP_fcvtzu_x_d, 1, 2, 1, FP_ZERO, 64 << 8 },
	{ "fcvtzs w1, s2, #32", 0x1e188041, OP_fcvt_int_s, 1, 2, 0, FP_ZERO, 32 << 8 | 32 },
	{ "scvtf s1, x2", 0x9e220041, OP_scvtf_x_s, 1, 2, 0, 0, 64 << 8 },
	{ "scvtf d31, wzr", 0x1e6203ff, OP_scvtf_w_d, 31, SLOT_ZERO, 0, 0, 32 << 8 },
	{ "ucvtf d1, w2", 0x1e630041, OP_ucvtf_w_d, 1, 2, 1, 0, 32 << 8 },
	{ "ucvtf d1, x2", 0x9e630041, OP_cvtf_d, 1, 2, 1, 0, 64 << 8 },
	{ "scvtf h1, w2", 0x1ee20041, OP_cvtf_h, 1, 2, 0, 0, 32 << 8 },
	{ "ucvtf s1, w2, #1", 0x1e03fc41, OP_cvtf_s, 1, 2, 1, 0, 32 << 8 | 1 },
	{ "scvtf d1, x2, #64", 0x9e420041, OP_cvtf_d, 1, 2, 0, 0, 64 << 8 | 64 },
	{ "fmov wzr, s31", 0x1e2603ff, OP_fmov_to_w, SLOT_SINK, 31, 0, 0, 0 },
	{ "fmov d31, xzr", 0x9e6703ff, OP_fmov_from_x, 31, SLOT_ZERO, 0, 0, 0 },
	{ "fmov v1.d[1], x2", 0x9eaf0041, OP_fmov_from_x_high, 1, 2, 0, 0, 0 },
	/* clang-format on */
};

/* Arithmetic of halves, but not their conversion, is FEAT_FP16. */
static enum feature_id feature_of(const char *row)
{
	size_t length = strlen(row);

	if (strcmp(row, "FJCVTZS") == 0)
		return FEAT_JSCVT;
	if (strncmp(row, "FRINT3", 6) == 0 || strncmp(row, "FRINT6", 6) == 0)
		return FEAT_FRINTTS;
	if (strcmp(row + length - 2, "_H") == 0 && strncmp(row, "FCVT_", 5) != 0)
		return FEAT_FP16;
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
