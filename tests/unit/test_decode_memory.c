/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding of loads and stores: which row a word belongs to, which words are unallocated, and what
 * the handler gets. Words are from the assembler, except the unallocated ones.
 */
#include "decode_rows.h"

#include "cpu/ldst.h"

static const struct row_case rows[] = {
	/* clang-format off */
	{ "ldr w1, .+8", 0x18000041, "LDR_lit_w" },
	{ "ldr x1, .-8", 0x58ffffc1, "LDR_lit_x" },
	{ "ldrsw x1, .+8", 0x98000041, "LDRSW_lit" },
	{ "prfm pldl1keep, .+8", 0xd8000040, "PRFM_lit" },
	{ "stnp w1, w2, [x3]", 0x28000861, "STPW_noalloc" },
	{ "ldnp x1, x2, [x3, #-512]", 0xa8600861, "LDPX_noalloc" },
	{ "stp w1, w2, [x3], #-256", 0x28a00861, "STPW_post" },
	{ "ldp x1, x2, [sp, #504]", 0xa95f8be1, "LDPX_off" },
	{ "stp x1, x2, [sp, #-512]!", 0xa9a00be1, "STPX_pre" },
	{ "ldpsw x1, x2, [x3]", 0x69400861, "LDPSW_off" },
	{ "ldpsw x1, x2, [x3], #8", 0x68c10861, "LDPSW_post" },
	{ "ldpsw x1, x2, [x3, #8]!", 0x69c10861, "LDPSW_pre" },
	{ "ldr x1, [sp, #32760]", 0xf97fffe1, "LDRX_uoff" },
	{ "strb w1, [x2, #4095]", 0x393ffc41, "STRB_uoff" },
	{ "ldrsb x1, [x2]", 0x39800041, "LDRSBX_uoff" },
	{ "ldrsb w1, [x2]", 0x39c00041, "LDRSBW_uoff" },
	{ "ldrsh x1, [x2]", 0x79800041, "LDRSHX_uoff" },
	{ "ldrsw x1, [x2]", 0xb9800041, "LDRSW_uoff" },
	{ "prfm pstl3strm, [x2]", 0xf9800055, "PRFM_uoff" },
	{ "sturb w1, [x2]", 0x38000041, "STRB_unscaled" },
	{ "ldursw x1, [x2, #-256]", 0xb8900041, "LDRSW_unscaled" },
	{ "prfum pldl1keep, [x2, #-1]", 0xf89ff040, "PRFUM" },
	{ "ldrh w1, [x2], #1", 0x78401441, "LDRH_post" },
	{ "str x1, [x2, #255]!", 0xf80ffc41, "STRX_pre" },
	{ "ldtrsb w1, [x2]", 0x38c00841, "LDRSBW_unpriv" },
	{ "sttr x1, [x2]", 0xf8000841, "STRX_unpriv" },
	{ "ldr x1, [x2, x3]", 0xf8636841, "LDRX_reg" },
	{ "ldr x1, [x2, w3, sxtw #3]", 0xf863d841, "LDRX_reg" },
	{ "strh w1, [sp, w3, uxtw]", 0x78234be1, "STRH_reg" },
	{ "prfm pldl1keep, [x2, x3, lsl #3]", 0xf8a37840, "PRFM_reg" },
	{ "stxrb w1, w2, [x3]", 0x08017c62, "STXRB" },
	{ "stlxrh w1, w2, [x3]", 0x4801fc62, "STLXRH" },
	{ "ldxr w1, [x3]", 0x885f7c61, "LDXRW" },
	{ "ldaxr x1, [x3]", 0xc85ffc61, "LDAXRX" },
	{ "stxp w1, w2, w3, [x4]", 0x88210c82, "STXPW" },
	{ "stlxp w1, x2, x3, [x4]", 0xc8218c82, "STLXPX" },
	{ "ldxp x2, x3, [x4]", 0xc87f0c82, "LDXPX" },
	{ "ldaxp w2, w3, [x4]", 0x887f8c82, "LDAXPW" },
	{ "ldar w1, [x2]", 0x88dffc41, "LDARW" },
	{ "stlrb w1, [x2]", 0x089ffc41, "STLRB" },
	{ "ldlar x1, [x2]", 0xc8df7c41, "LDLARX" },
	{ "stllrh w1, [x2]", 0x489f7c41, "STLLRH" },
	{ "casb w1, w2, [x3]", 0x08a17c62, "CASB" },
	{ "casalh w1, w2, [x3]", 0x48e1fc62, "CASH" },
	{ "casa x1, x2, [x3]", 0xc8e17c62, "CASX" },
	{ "caspl w2, w3, w4, w5, [x6]", 0x0822fcc4, "CASPW" },
	{ "caspal x2, x3, x4, x5, [sp]", 0x4862ffe4, "CASPX" },
	{ "ldaddab w1, w2, [x3]", 0x38a10062, "LDADDB" },
	{ "stadd x1, [x3]", 0xf821007f, "LDADDX" },
	{ "ldclrl w1, w2, [x3]", 0xb8611062, "LDCLRW" },
	{ "ldeoralh w1, w2, [x3]", 0x78e12062, "LDEORH" },
	{ "ldset x1, x2, [x3]", 0xf8213062, "LDSETX" },
	{ "ldsmaxb w1, w2, [x3]", 0x38214062, "LDSMAXB" },
	{ "ldsmin x1, x2, [x3]", 0xf8215062, "LDSMINX" },
	{ "ldumaxh w1, w2, [x3]", 0x78216062, "LDUMAXH" },
	{ "stuminl w1, [x3]", 0xb861707f, "LDUMINW" },
	{ "swpal x1, x2, [sp]", 0xf8e183e2, "SWPX" },
	{ "LDP opc 11", 0xe9400000, NULL },
	{ "LDPSW without allocation hint", 0x68400000, NULL },
	{ "STP opc 01: no STGP", 0x68800000, NULL },
	{ "STP opc 01, offset: no STGP", 0x69000000, NULL },
	{ "LDRSH, size 10, opc 11", 0xb9c00000, NULL },
	{ "size 11, opc 11", 0xf9c00000, NULL },
	{ "unscaled, size 10, opc 11", 0xb8c00000, NULL },
	{ "unscaled, size 11, opc 11", 0xf8c00000, NULL },
	{ "post-index, size 11, opc 10", 0xf8800400, NULL },
	{ "unprivileged, size 11, opc 10", 0xf8800800, NULL },
	{ "pre-index, size 11, opc 10", 0xf8800c00, NULL },
	{ "pre-index, size 10, opc 11", 0xb8c00c00, NULL },
	{ "register offset, option 000", 0xf8600800, NULL },
	{ "register offset, option 001", 0xf8602800, NULL },
	{ "register offset, option 100", 0xf8608800, NULL },
	{ "register offset, option 101", 0xf860a800, NULL },
	{ "register offset, size 11, opc 11", 0xf8e06800, NULL },
	{ "PRFM register, option 000", 0xf8a00800, NULL },
	{ "atomic, o3 1, opc 001", 0xf8209000, NULL },
	{ "atomic, o3 1, opc 011", 0xf820b000, NULL },
	{ "ldapr x0, [x0]", 0xf8bfc000, "LDAPRX" },
	{ "ldaprb w0, [x0]", 0x38bfc000, "LDAPRB" },
	{ "LDAPR, A 0", 0xf83fc000, NULL },
	{ "LDAPR, R 1", 0xf8ffc000, NULL },
	{ "LDAPR, Rs not 11111", 0xf8a0c000, NULL },
	{ "CASP, Rs odd", 0x48217c02, NULL },
	{ "CASP, Rt odd", 0x48207c03, NULL },
	{ "CASP, Rt2 not 11111", 0x48203c02, NULL },
	{ "CAS, Rt2 not 11111", 0xc8a07800, NULL },
	{ "exclusive pair, size 00, o1 1, Rt2 0", 0x08200000, NULL },
	{ "ldapur x0, [x0]", 0xd9400000, "LDAPURX" },
	{ "stlurh w0, [x0]", 0x59000000, "STLURH" },
	{ "ldapursb w0, [x0]", 0x19c00000, "LDAPURSBW" },
	{ "ldapursw x0, [x0]", 0x99800000, "LDAPURSW" },
	{ "RCpc unscaled, size 10, opc 11", 0x99c00000, NULL },
	{ "RCpc unscaled, size 11, opc 10", 0xd9800000, NULL },
	{ "STG: FEAT_MTE", 0xd9200800, NULL },
	/* clang-format on */
};

static const struct operand_case operands[] = {
	/* clang-format off */
	{ "ldr x1, [sp, #32760]", 0xf97fffe1, OP_ldr_x_imm_sp, 1, SLOT_SP, 0, 0, 32760 },
	{ "ldr xzr, [x2, #8]", 0xf940045f, OP_ldr_x_imm, SLOT_SINK, 2, 0, 0, 8 },
	{ "str wzr, [x2, #4]", 0xb900045f, OP_str_w_imm, SLOT_ZERO, 2, 0, 0, 4 },
	{ "ldurh w1, [x2, #-3]", 0x785fd041, OP_ldrh_imm, 1, 2, 0, 0, (u64)-3 },
	{ "ldrsb x1, [x2, #-1]!", 0x389ffc41, OP_ldrsb_x_pre, 1, 2, 0, 0, (u64)-1 },
	{ "strh w1, [sp], #-2", 0x781fe7e1, OP_strh_post_sp, 1, SLOT_SP, 0, 0, (u64)-2 },
	{ "ldr x1, [x2, xzr]", 0xf87f6841, OP_ldr_x_reg, 1, 2, SLOT_ZERO, 3, 1 },
	{ "ldr x1, [x2, x3, lsl #3]", 0xf8637841, OP_ldr_x_reg, 1, 2, 3, 3, 8 },
	{ "ldrh w1, [x2, w3, uxtw #1]", 0x78635841, OP_ldrh_reg_uxtw, 1, 2, 3, 2, 2 },
	{ "ldrsw x1, [x2, w3, sxtw]", 0xb8a3c841, OP_ldrsw_reg_sxtw, 1, 2, 3, 6, 1 },
	{ "strb w1, [x2, x3, sxtx]", 0x3823e841, OP_strb_reg, 1, 2, 3, 7, 1 },
	{ "str x1, [sp, w3, uxtw #3]", 0xf8235be1, OP_str_x_reg_sp, 1, SLOT_SP, 3, 2, 8 },
	{ "ldp w1, wzr, [x2, #-256]", 0x29607c41, OP_ldp_w_imm, 1, 2, 0, SLOT_SINK, (u64)-256 },
	{ "stp x29, xzr, [sp, #-512]!", 0xa9a07ffd, OP_stp_x_pre_sp, 29, SLOT_SP, 0, SLOT_ZERO, (u64)-512 },
	{ "ldpsw x1, x3, [x2], #252", 0x68df8c41, OP_ldpsw_post, 1, 2, 0, 3, 252 },
	{ "ldr x1, .+8", 0x58000041, OP_ldr_lit_x, 1, 0, 0, 0, OFFSET + 8 },
	{ "ldr w1, .-1048576", 0x18800001, OP_ldr_lit_w, 1, 0, 0, 0, (u64)(OFFSET - 1048576) },
	{ "prfm pldl1keep, [x2, #8]", 0xf9800440, OP_prfm, 0, 2, SLOT_ZERO, 0, 0 },
	{ "ldar w1, [x2]", 0x88dffc41, OP_load_ordered_w, 1, 2, 0, 2, 0 },
	{ "ldarb w1, [sp]", 0x08dfffe1, OP_load_ordered, 1, SLOT_SP, 0, 0, 0 },
	{ "ldapr w1, [x2]", 0xb8bfc041, OP_load_ordered_w, 1, 2, 0, 2, 0 },
	{ "ldaprb w1, [sp]", 0x38bfc3e1, OP_load_ordered, 1, SLOT_SP, 0, 0, 0 },
	{ "ldapursb w1, [x2, #-1]", 0x19dff041, OP_load_ordered, 1, 2, 0, LDST_SIGNED, (u64)-1 },
	{ "ldapursh xzr, [x2, #2]", 0x5980205f, OP_load_ordered, SLOT_SINK, 2, 0, 1 | LDST_SIGNED | LDST_TO_X, 2 },
	{ "stlur xzr, [sp, #8]", 0xd90083ff, OP_store_ordered, SLOT_ZERO, SLOT_SP, 0, 3, 8 },
	{ "stlr xzr, [x2]", 0xc89ffc5f, OP_store_ordered_x, SLOT_ZERO, 2, 0, 3, 0 },
	{ "stxr wzr, x1, [x2]", 0xc81f7c41, OP_store_exclusive, 1, 2, SLOT_SINK, 3, 0 },
	{ "ldaxp x1, xzr, [x2]", 0xc87ffc41, OP_load_exclusive_pair, 1, 2, ANY, SLOT_SINK, 8 },
	{ "stxp w3, w1, wzr, [x2]", 0x88237c41, OP_store_exclusive_pair, 1, 2, 3, SLOT_ZERO, 4 },
	{ "ldadd wzr, w1, [x2]", 0xb83f0041, OP_ldadd_w, 1, 2, SLOT_ZERO, 2, 0 },
	{ "staddb w3, [sp]", 0x382303ff, OP_ldadd, SLOT_SINK, SLOT_SP, 3, 0, 0 },
	{ "swp x3, x1, [x2]", 0xf8238041, OP_swp_x, 1, 2, 3, 3, 0 },
	{ "cash wzr, w1, [x2]", 0x48bf7c41, OP_cas_h, 1, 2, SLOT_ZERO, 1, SLOT_SINK },
	{ "cas x3, xzr, [x2]", 0xc8a37c5f, OP_cas_x, SLOT_ZERO, 2, 3, 3, 3 },
	{ "casp x30, xzr, x6, x7, [x2]", 0x483e7c46, OP_casp, 6, 2, 30, 0, 8 },
	{ "ldtrsw x1, [x2, #-8]", 0xb89f8841, OP_load_unprivileged, 1, 2, 0, 2 | 4 | 8, (u64)-8 },
	{ "ldtrsb w1, [x2]", 0x38c00841, OP_load_unprivileged, 1, 2, 0, 0 | 4, 0 },
	{ "sttrh w1, [x2]", 0x78000841, OP_store_unprivileged, 1, 2, 0, 1, 0 },
	/* clang-format on */
};

/* The instructions of an absent feature are UNDEFINED; others stay. */
static const struct feature_case cases[] = {
	/* clang-format off */
	{ "ldadd x0, x1, [x2]", 0xf8200041, FEAT_LSE, NULL },
	{ "cas x0, x1, [x2]", 0xc8a07c41, FEAT_LSE, NULL },
	{ "casp x0, x1, x2, x3, [x2]", 0x48207c42, FEAT_LSE, NULL },
	{ "swpb w0, w1, [x2]", 0x38208041, FEAT_LSE, NULL },
	{ "ldxr x1, [x2]", 0xc85f7c41, FEAT_LSE, "LDXRX" },
	{ "ldlar x1, [x2]", 0xc8df7c41, FEAT_LOR, NULL },
	{ "stllrb w1, [x2]", 0x089f7c41, FEAT_LOR, NULL },
	{ "ldar x1, [x2]", 0xc8dffc41, FEAT_LOR, "LDARX" },
	{ "ldapr w1, [x2]", 0xb8bfc041, FEAT_LRCPC, NULL },
	{ "ldapr w1, [x2]", 0xb8bfc041, FEAT_LRCPC2, "LDAPRW" },
	{ "ldapur x1, [x2]", 0xd9400041, FEAT_LRCPC2, NULL },
	{ "stlurb w1, [x2]", 0x19000041, FEAT_LRCPC2, NULL },
	/* clang-format on */
};

static void test_rows(void **state)
{
	(void)state;
	check_rows(LIST(rows));
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
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_operands),
		cmocka_unit_test(test_features),
	};

	return cmocka_run_group_tests(tests, build_index, NULL);
}
