/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding of pointer authentication and of the cryptographic instructions: each row of their
 * tables by a word from the assembler, unallocated neighbours, and the feature that brings each.
 */
#include "decode_rows.h"

static const struct row_case rows[] = {
	/* clang-format off */
	{ "pacia x0, x1", 0xdac10020, "PAC" },
	{ "pacdb xzr, sp", 0xdac10fff, "PAC" },
	{ "pacdza x30", 0xdac12bfe, "PAC_zero" },
	{ "paciza xzr", 0xdac123ff, "PAC_zero" },
	{ "autib x1, sp", 0xdac117e1, "AUT" },
	{ "autda x1, x2", 0xdac11841, "AUT" },
	{ "autizb x1", 0xdac137e1, "AUT_zero" },
	{ "xpaci x1", 0xdac143e1, "XPACI" },
	{ "xpacd xzr", 0xdac147ff, "XPACD" },
	{ "pacga x1, x2, sp", 0x9adf3041, "PACGA" },
	{ "xpaclri", 0xd50320ff, "XPACLRI" },
	{ "pacia1716", 0xd503211f, "PAC_1716" },
	{ "pacib1716", 0xd503215f, "PAC_1716" },
	{ "autib1716", 0xd50321df, "AUT_1716" },
	{ "paciaz", 0xd503231f, "PAC_lr" },
	{ "pacibsp", 0xd503237f, "PAC_lr" },
	{ "autiasp", 0xd50323bf, "AUT_lr" },
	{ "autibz", 0xd50323df, "AUT_lr" },
	{ "braa x1, sp", 0xd71f083f, "BRA" },
	{ "brabz x1", 0xd61f0c3f, "BRA_zero" },
	{ "blrab x1, x2", 0xd73f0c22, "BLRA" },
	{ "blraaz xzr", 0xd63f0bff, "BLRA_zero" },
	{ "retaa", 0xd65f0bff, "RETA" },
	{ "retab", 0xd65f0fff, "RETA" },
	{ "eretaa", 0xd69f0bff, "ERETA" },
	{ "eretab", 0xd69f0fff, "ERETA" },
	{ "ldraa x1, [x2]", 0xf8200441, "LDRA" },
	{ "ldrab xzr, [sp, #-4096]!", 0xf8e00fff, "LDRA" },
	{ "ldraa x1, [x2, #4088]", 0xf83ff441, "LDRA" },
	{ "aese v1.16b, v2.16b", 0x4e284841, "AESE" },
	{ "aesd v31.16b, v0.16b", 0x4e28581f, "AESD" },
	{ "aesmc v1.16b, v2.16b", 0x4e286841, "AESMC" },
	{ "aesimc v1.16b, v2.16b", 0x4e287841, "AESIMC" },
	{ "sha1c q1, s2, v3.4s", 0x5e030041, "SHA1C" },
	{ "sha1p q1, s2, v3.4s", 0x5e031041, "SHA1P" },
	{ "sha1m q1, s2, v31.4s", 0x5e1f2041, "SHA1M" },
	{ "sha1su0 v1.4s, v2.4s, v3.4s", 0x5e033041, "SHA1SU0" },
	{ "sha256h q1, q2, v3.4s", 0x5e034041, "SHA256H" },
	{ "sha256h2 q1, q2, v3.4s", 0x5e035041, "SHA256H2" },
	{ "sha256su1 v1.4s, v2.4s, v3.4s", 0x5e036041, "SHA256SU1" },
	{ "sha1h s1, s2", 0x5e280841, "SHA1H" },
	{ "sha1su1 v1.4s, v2.4s", 0x5e281841, "SHA1SU1" },
	{ "sha256su0 v1.4s, v2.4s", 0x5e282841, "SHA256SU0" },
	{ "sha512h q1, q2, v3.2d", 0xce638041, "SHA512H" },
	{ "sha512h2 q1, q2, v3.2d", 0xce638441, "SHA512H2" },
	{ "sha512su1 v1.2d, v2.2d, v3.2d", 0xce638841, "SHA512SU1" },
	{ "rax1 v1.2d, v2.2d, v3.2d", 0xce638c41, "RAX1" },
	{ "sm3partw1 v1.4s, v2.4s, v3.4s", 0xce63c041, "SM3PARTW1" },
	{ "sm3partw2 v1.4s, v2.4s, v3.4s", 0xce63c441, "SM3PARTW2" },
	{ "sm4ekey v1.4s, v2.4s, v3.4s", 0xce63c841, "SM4EKEY" },
	{ "sha512su0 v1.2d, v2.2d", 0xcec08041, "SHA512SU0" },
	{ "sm4e v1.4s, v2.4s", 0xcec08441, "SM4E" },
	{ "eor3 v1.16b, v2.16b, v3.16b, v4.16b", 0xce031041, "EOR3" },
	{ "bcax v1.16b, v2.16b, v3.16b, v31.16b", 0xce237c41, "BCAX" },
	{ "sm3ss1 v1.4s, v2.4s, v3.4s, v4.4s", 0xce431041, "SM3SS1" },
	{ "xar v1.2d, v2.2d, v3.2d, #63", 0xce83fc41, "XAR" },
	{ "sm3tt1a v1.4s, v2.4s, v3.s[3]", 0xce43b041, "SM3TT1A" },
	{ "sm3tt1b v1.4s, v2.4s, v3.s[0]", 0xce438441, "SM3TT1B" },
	{ "sm3tt2a v1.4s, v2.4s, v3.s[1]", 0xce439841, "SM3TT2A" },
	{ "sm3tt2b v1.4s, v2.4s, v3.s[2]", 0xce43ac41, "SM3TT2B" },
	{ "pmul v1.8b, v2.8b, v3.8b", 0x2e239c41, "PMUL" },
	{ "pmul v1.16b, v2.16b, v3.16b", 0x6e239c41, "PMUL" },
	{ "pmull v1.8h, v2.8b, v3.8b", 0x0e23e041, "PMULL_8" },
	{ "pmull2 v1.8h, v2.16b, v3.16b", 0x4e23e041, "PMULL_8" },
	{ "pmull v1.1q, v2.1d, v3.1d", 0x0ee3e041, "PMULL_64" },
	{ "pmull2 v1.1q, v2.2d, v3.2d", 0x4ee3e041, "PMULL_64" },
	{ "one source, opcode2 00001, opcode 010010", 0xdac14be0, NULL },
	{ "PACIZA, Rn not 11111", 0xdac12000, NULL },
	{ "XPACI, Rn not 11111", 0xdac14001, NULL },
	{ "PACIA, sf 0", 0x5ac10020, NULL },
	{ "PACGA, sf 0", 0x1ac23020, NULL },
	{ "hint #9 is another hint", 0xd503213f, "HINT" },
	{ "BRAAZ, Rm not 11111", 0xd61f085e, NULL },
	{ "RETAA, Rn not 11111", 0xd65f081f, NULL },
	{ "RETAA, Rm not 11111", 0xd65f0bfe, NULL },
	{ "ERETAA, Rm not 11111", 0xd69f0bfe, NULL },
	{ "ERETAA with a modifier", 0xd79f0bff, NULL },
	{ "LDRAA, size 10", 0xb8200441, NULL },
	{ "crypto AES, size 01", 0x4e684841, NULL },
	{ "crypto AES, opcode 00011", 0x4e283841, NULL },
	{ "crypto AES, opcode 01000", 0x4e288841, NULL },
	{ "crypto AES, Q 0", 0x0e284841, NULL },
	{ "SHA, three registers, opcode 111", 0x5e037041, NULL },
	{ "SHA, two registers, opcode 00011", 0x5e283841, NULL },
	{ "SHA, size 01", 0x5e430041, NULL },
	{ "SHA512, O 1, opcode 11", 0xce63cc41, NULL },
	{ "SHA512, two registers, opcode 10", 0xcec08841, NULL },
	{ "SHA512SU0, bits 20:16 not 0", 0xcec18041, NULL },
	{ "four registers, Op0 11", 0xce631041, NULL },
	{ "four registers, bit 15", 0xce039041, NULL },
	{ "PMUL, size 01", 0x2e639c41, NULL },
	{ "PMULL, size 01", 0x0e63e041, NULL },
	{ "PMULL, size 10", 0x0ea3e041, NULL },
	{ "PMULL, U 1", 0x2e23e041, NULL },
	/* clang-format on */
};

/* Each row of a64_crypto.def and a64_pauth.def has a word above. */
static const char *const table[] = {
#define INSN(name, ...) #name,
#define HINT		INSN
#include "cpu/a64_crypto.def"
#include "cpu/a64_pauth.def"
#undef INSN
#undef HINT
};

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

static void test_features(void **state)
{
	(void)state;
	check_features_of_rows(LIST(rows), NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_row_is_seen),
		cmocka_unit_test(test_features),
	};

	return cmocka_run_group_tests(tests, build_index, NULL);
}
