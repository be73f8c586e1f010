/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_LRCPC2 and FEAT_LSE2 on a whole PE, both engines: where ordered, exclusive and atomic
 * accesses may lie. DDI 0487 B2.5.2, AArch64.CheckAlignment.
 */
#define PROFILE "v8.4-nv2"
#include "tests/unit/ldst_machine.h"

#include "cpu/syndrome.h"

#define nAA   SCTLR_EL1_nAA
#define AT_4  0x3b2a1908f7e6d5c4ull /* the doubleword at DATA + 4 */
#define PATCH 0x5a5a5a5a88776655ull /* the upper half of X3 at DATA + 16 */

static const struct row rows[] = {
	/* clang-format off */
	{ .text = "ldapr x1, [x2]", .insn = { 0xf8bfc041 }, .after = { { 1, DATA_0 } } },
	{ .text = "ldaprh w1, [x2] : inside 16 bytes", .insn = { 0x78bfc041 }, .before = { { 2, DATA + 1 } }, .after = { { 1, 0xa291 } } },
	{ .text = "ldapr w1, [sp]", .insn = { 0xb8bfc3e1 }, .after = { { 1, 0xb3a29180 } } },
	{ .text = "ldapr x1, [sp] : SP is misaligned", .insn = { 0xf8bfc3e1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "ldapur x1, [x2, #4]", .insn = { 0xd9404041 }, .after = { { 1, AT_4 } } },
	{ .text = "ldapur x1, [x2, #9] : leaves the 16 bytes", .insn = { 0xd9409041 }, .esr = DABT(ALIGNED), .far = DATA + 9 },
	{ .text = "ldapursb w1, [x2, #-1]", .insn = { 0x19dff041 }, .before = { { 2, DATA + 8 } }, .after = { { 1, 0xfffffff7 } } },
	{ .text = "ldapursw x1, [x2, #4]", .insn = { 0x99804041 }, .after = { { 1, 0xfffffffff7e6d5c4ull } } },
	{ .text = "ldapur x1, [x2] : no translation", .insn = { 0xd9400041 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "stlurh w3, [x2, #1]", .insn = { 0x59001043 }, .memory = { { DATA, 0xf7e6d5c4b3221180ull } } },
	{ .text = "stlur x3, [x2] : read-only", .insn = { 0xd9000043 }, .before = { { 2, READONLY } }, .esr = DABT(PERMISSION_L3 | WRITE), .far = READONLY },
	{ .text = "ldar x1, [x2] : inside 16 bytes", .insn = { 0xc8dffc41 }, .before = { { 2, DATA + 4 } }, .after = { { 1, AT_4 } } },
	{ .text = "ldar x1, [x2] : their last doubleword", .insn = { 0xc8dffc41 }, .before = { { 2, DATA + 8 } }, .after = { { 1, DATA_8 } } },
	{ .text = "ldar x1, [x2] : leaves them", .insn = { 0xc8dffc41 }, .before = { { 2, DATA + 9 } }, .esr = DABT(ALIGNED), .far = DATA + 9 },
	{ .text = "ldar x1, [x2] : leaves them, nAA", .insn = { 0xc8dffc41 }, .sctlr = nAA, .before = { { 2, DATA + 9 } }, .after = { { 1, 0x5a7f6e5d4c3b2a19ull } } },
	{ .text = "ldar x1, [x2] : across pages, nAA", .insn = { 0xc8dffc41 }, .sctlr = nAA, .before = { { 2, DATA + 0xffc } }, .after = { { 1, 0xb3a291805a5a5a5aull } } },
	{ .text = "ldar x1, [x2] : SCTLR.A", .insn = { 0xc8dffc41 }, .sctlr = SCTLR_EL1_A, .before = { { 2, DATA + 4 } }, .esr = DABT(ALIGNED), .far = DATA + 4 },
	{ .text = "ldar x1, [x2] : SCTLR.A despite nAA", .insn = { 0xc8dffc41 }, .sctlr = SCTLR_EL1_A | nAA, .before = { { 2, DATA + 4 } }, .esr = DABT(ALIGNED), .far = DATA + 4 },
	{ .text = "ldar x1, [x2] : Device memory", .insn = { 0xc8dffc41 }, .before = { { 2, STRICT + 4 } }, .esr = DABT(ALIGNED), .far = STRICT + 4 },
	{ .text = "ldar x1, [x2] : Device memory, nAA", .insn = { 0xc8dffc41 }, .sctlr = nAA, .before = { { 2, STRICT + 4 } }, .esr = DABT(ALIGNED), .far = STRICT + 4 },
	{ .text = "stlr x3, [x2] : inside", .insn = { 0xc89ffc43 }, .before = { { 2, DATA + 4 } }, .memory = { { DATA, 0x44332211b3a29180ull }, { DATA + 8, 0x7f6e5d4c88776655ull } } },
	{ .text = "stlr x3, [x2] : leaves", .insn = { 0xc89ffc43 }, .before = { { 2, DATA + 12 } }, .esr = DABT(ALIGNED | WRITE), .far = DATA + 12 },
	{ .text = "stlr x3, [x2] : leaves, nAA", .insn = { 0xc89ffc43 }, .sctlr = nAA, .before = { { 2, DATA + 12 } }, .memory = { { DATA + 8, 0x443322113b2a1908ull }, { DATA + 16, PATCH } } },
	{ .text = "ldadd x3, x1, [x2] : inside", .insn = { 0xf8230041 }, .before = { { 2, DATA + 4 } }, .after = { { 1, AT_4 } }, .memory = { { DATA, 0x3c19f7d5b3a29180ull }, { DATA + 8, 0x7f6e5d4cc3a17f5eull } } },
	{ .text = "ldadd x3, x1, [x2] : leaves", .insn = { 0xf8230041 }, .before = { { 2, DATA + 12 } }, .esr = DABT(ALIGNED), .far = DATA + 12 },
	{ .text = "ldadd x3, x1, [x2] : leaves; nAA is not about atomics", .insn = { 0xf8230041 }, .sctlr = nAA, .before = { { 2, DATA + 12 } }, .esr = DABT(ALIGNED), .far = DATA + 12 },
	{ .text = "cas w4, w3, [x2] : inside", .insn = { 0x88a47c43 }, .before = { { 2, DATA + 6 }, { 4, 0x1908f7e6 } }, .after = { { 4, 0x1908f7e6 } }, .memory = { { DATA, 0x2211d5c4b3a29180ull }, { DATA + 8, 0x7f6e5d4c3b2a4433ull } } },
	{ .text = "ldxr x4, [x2]; stxr w1, x3, [x2] : inside", .insn = { 0xc85f7c44, 0xc8017c43 }, .before = { { 2, DATA + 4 } }, .after = { { 4, AT_4 }, { 1, 0 } }, .memory = { { DATA, 0x44332211b3a29180ull }, { DATA + 8, 0x7f6e5d4c88776655ull } } },
	{ .text = "ldxr x1, [x2] : leaves, nAA", .insn = { 0xc85f7c41 }, .sctlr = nAA, .before = { { 2, DATA + 12 } }, .esr = DABT(ALIGNED), .far = DATA + 12 },
	{ .text = "ldxp x1, x4, [x2] : 16 bytes fit in one way only", .insn = { 0xc87f1041 }, .before = { { 2, DATA + 8 } }, .esr = DABT(ALIGNED), .far = DATA + 8 },
	/* clang-format on */
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

/* ISV, SAS, SSE, SRT, SF, AR of a stage 2 abort: they are ordered single-register accesses. */
static void test_syndromes(void **state)
{
	static const struct {
		const char *text;
		u32 insn, isv;
	} cases[] = {
		{ "ldapr x7, [x2]", 0xf8bfc047, 0x1c7c000 },
		{ "ldaprb w7, [x2]", 0x38bfc047, 0x1074000 },
		{ "ldapur w7, [x2, #4]", 0x99404047, 0x1874000 },
		{ "ldapursh x7, [x2]", 0x59800047, 0x167c000 },
		{ "ldapursh w7, [x2]", 0x59c00047, 0x1674000 },
		{ "stlurb w7, [x2]", 0x19000047, 0x1074000 },
		{ "ldadd x3, x7, [x2]: none", 0xf8230047, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (ldst_isv(cases[i].insn) != cases[i].isv)
			fail_msg("%s: 0x%x, not 0x%x", cases[i].text, ldst_isv(cases[i].insn),
				cases[i].isv);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_syndromes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
