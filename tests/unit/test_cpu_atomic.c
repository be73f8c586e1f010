/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atomics, compare-and-swap and exclusives on a whole PE, both engines: results, sizes, registers
 * that overlap, alignment, permissions, devices, and what opens the monitor.
 */
#include "tests/unit/ldst_machine.h"

static const struct row rows[] = {
	/* clang-format off */
	{ .text = "ldadd x3, x1, [x2]", .insn = { 0xf8230041 }, .after = { { 1, DATA_0 } }, .memory = { { DATA, DATA_0 + X3 } } },
	{ .text = "ldadd w3, w1, [x2]", .insn = { 0xb8230041 }, .after = { { 1, 0xb3a29180 } }, .memory = { { DATA, 0xf7e6d5c4f7d5b391ull } } },
	{ .text = "ldaddalb w3, w1, [x2] : wraps in its byte", .insn = { 0x38e30041 }, .after = { { 1, 0xf7 } }, .before = { { 2, DATA + 7 } }, .memory = { { DATA, 0x08e6d5c4b3a29180ull } } },
	{ .text = "ldaddh w3, w1, [x2]", .insn = { 0x78230041 }, .after = { { 1, 0x9180 } }, .memory = { { DATA, 0xf7e6d5c4b3a2b391ull } } },
	{ .text = "ldadd x3, x3, [x2] : Rs is Rt", .insn = { 0xf8230043 }, .after = { { 3, DATA_0 } }, .memory = { { DATA, DATA_0 + X3 } } },
	{ .text = "ldadd x2, x2, [x2] : all the same", .insn = { 0xf8220042 }, .after = { { 2, DATA_0 } }, .memory = { { DATA, DATA_0 + DATA } } },
	{ .text = "stadd x3, [x2]", .insn = { 0xf823005f }, .memory = { { DATA, DATA_0 + X3 } } },
	{ .text = "ldadd x3, x1, [sp]", .insn = { 0xf82303e1 }, .after = { { 1, DATA_0 } }, .memory = { { DATA, DATA_0 + X3 } } },
	{ .text = "ldaddb w3, w1, [sp]", .insn = { 0x382303e1 }, .after = { { 1, 0x80 } }, .memory = { { DATA, 0xf7e6d5c4b3a29191ull } } },
	{ .text = "ldclr x3, x1, [x2]", .insn = { 0xf8231041 }, .after = { { 1, DATA_0 } }, .memory = { { DATA, DATA_0 & ~X3 } } },
	{ .text = "ldclrb w3, w1, [x2]", .insn = { 0x38231041 }, .after = { { 1, 0x91 } }, .before = { { 2, DATA + 1 } }, .memory = { { DATA, 0xf7e6d5c4b3a28080ull } } },
	{ .text = "ldeor x3, x1, [x2]", .insn = { 0xf8232041 }, .after = { { 1, DATA_0 } }, .memory = { { DATA, DATA_0 ^ X3 } } },
	{ .text = "ldeorh w3, w1, [x2]", .insn = { 0x78232041 }, .after = { { 1, 0xb3a2 } }, .before = { { 2, DATA + 2 } }, .memory = { { DATA, 0xf7e6d5c491b39180ull } } },
	{ .text = "ldset x3, x1, [x2]", .insn = { 0xf8233041 }, .after = { { 1, DATA_0 } }, .memory = { { DATA, DATA_0 | X3 } } },
	{ .text = "ldsetl w3, w1, [x2]", .insn = { 0xb8633041 }, .after = { { 1, 0xf7e6d5c4 } }, .before = { { 2, DATA + 4 } }, .memory = { { DATA, 0xf7f7f7d5b3a29180ull } } },
	{ .text = "ldsmax x3, x1, [x2] : both negative", .insn = { 0xf8234041 }, .after = { { 1, DATA_0 } } },
	{ .text = "ldsmax x3, x1, [x2] : negative in memory", .insn = { 0xf8234041 }, .after = { { 1, DATA_0 } }, .before = { { 3, 5 } }, .memory = { { DATA, 5 } } },
	{ .text = "ldsmaxb w3, w1, [x2] : sign of a byte", .insn = { 0x38234041 }, .after = { { 1, 0x80 } }, .memory = { { DATA, 0xf7e6d5c4b3a29111ull } } },
	{ .text = "ldsmaxh w3, w1, [x2]", .insn = { 0x78234041 }, .after = { { 1, 0x9180 } }, .memory = { { DATA, 0xf7e6d5c4b3a22211ull } } },
	{ .text = "ldsmin x3, x1, [x2]", .insn = { 0xf8235041 }, .after = { { 1, DATA_0 } }, .memory = { { DATA, X3 } } },
	{ .text = "ldsmin w3, w1, [x2] : sign of a word", .insn = { 0xb8235041 }, .after = { { 1, 0xb3a29180 } } },
	{ .text = "ldsminb w3, w1, [x2] : upper bits of Rs do not count", .insn = { 0x38235041 }, .after = { { 1, 0x80 } }, .before = { { 3, 0xff01 } } },
	{ .text = "ldumax x3, x1, [x2]", .insn = { 0xf8236041 }, .after = { { 1, DATA_0 } } },
	{ .text = "ldumaxb w3, w1, [x2]", .insn = { 0x38236041 }, .after = { { 1, 0x80 } } },
	{ .text = "ldumaxh w3, w1, [x2]", .insn = { 0x78236041 }, .after = { { 1, 0x9180 } }, .before = { { 3, 0xffff } }, .memory = { { DATA, 0xf7e6d5c4b3a2ffffull } } },
	{ .text = "ldumin x3, x1, [x2]", .insn = { 0xf8237041 }, .after = { { 1, DATA_0 } }, .memory = { { DATA, X3 } } },
	{ .text = "lduminh w3, w1, [x2]", .insn = { 0x78237041 }, .after = { { 1, 0x9180 } }, .memory = { { DATA, 0xf7e6d5c4b3a22211ull } } },
	{ .text = "ldumin w3, w1, [x2]", .insn = { 0xb8237041 }, .after = { { 1, 0xb3a29180 } }, .memory = { { DATA, 0xf7e6d5c444332211ull } } },
	{ .text = "swp x3, x1, [x2]", .insn = { 0xf8238041 }, .after = { { 1, DATA_0 } }, .memory = { { DATA, X3 } } },
	{ .text = "swpalb w3, w1, [x2]", .insn = { 0x38e38041 }, .after = { { 1, 0x80 } }, .memory = { { DATA, 0xf7e6d5c4b3a29111ull } } },
	{ .text = "swph w3, wzr, [x2]", .insn = { 0x7823805f }, .memory = { { DATA, 0xf7e6d5c4b3a22211ull } } },
	{ .text = "swp wzr, w1, [x2]", .insn = { 0xb83f8041 }, .after = { { 1, 0xb3a29180 } }, .memory = { { DATA, 0xf7e6d5c400000000ull } } },
	{ .text = "cas x1, x3, [x2] : equal", .insn = { 0xc8a17c43 }, .after = { { 1, DATA_0 } }, .before = { { 1, DATA_0 } }, .memory = { { DATA, X3 } } },
	{ .text = "cas x1, x3, [x2] : not equal", .insn = { 0xc8a17c43 }, .after = { { 1, DATA_0 } } },
	{ .text = "cas w1, w3, [x2] : upper bits of Rs do not count", .insn = { 0x88a17c43 }, .after = { { 1, 0xb3a29180 } }, .before = { { 1, 0x99b3a29180ull } }, .memory = { { DATA, 0xf7e6d5c444332211ull } } },
	{ .text = "casalb w1, w3, [x2]", .insn = { 0x08e1fc43 }, .after = { { 1, 0x80 } }, .before = { { 1, 0x180 } }, .memory = { { DATA, 0xf7e6d5c4b3a29111ull } } },
	{ .text = "cash w1, w3, [sp]", .insn = { 0x48a17fe3 }, .after = { { 1, 0x9180 } }, .before = { { 1, 0x9180 } }, .memory = { { DATA, 0xf7e6d5c4b3a22211ull } } },
	{ .text = "cas xzr, x3, [x2] : compares with 0", .insn = { 0xc8bf7c43 } },
	{ .text = "cas x1, xzr, [x2] : stores 0", .insn = { 0xc8a17c5f }, .after = { { 1, DATA_0 } }, .before = { { 1, DATA_0 } }, .memory = { { DATA, 0 } } },
	{ .text = "casp x4, x5, x6, x7, [x2] : equal", .insn = { 0x48247c46 }, .before = { { 4, DATA_0 }, { 5, DATA_8 } }, .memory = { { DATA, X0 + 6 }, { DATA + 8, X0 + 7 } } },
	{ .text = "casp x4, x5, x6, x7, [x2] : the second differs", .insn = { 0x48247c46 }, .before = { { 4, DATA_0 } }, .after = { { 4, DATA_0 }, { 5, DATA_8 } } },
	{ .text = "casp w4, w5, w6, w7, [x2] : equal", .insn = { 0x08247c46 }, .before = { { 4, 0xb3a29180 }, { 5, 0x11f7e6d5c4ull } }, .after = { { 4, 0xb3a29180 }, { 5, 0xf7e6d5c4 } }, .memory = { { DATA, 0xa0a0a0a7a0a0a0a6ull } } },
	{ .text = "casp x30, xzr, x6, x7, [x2] : the pair of X30 and the zero register", .insn = { 0x483e7c46 }, .after = { { 30, DATA_0 } } },
	{ .text = "ldadd x3, x1, [x2] : misaligned", .insn = { 0xf8230041 }, .before = { { 2, DATA + 4 } }, .esr = DABT(ALIGNED), .far = DATA + 4 },
	{ .text = "ldaddh w3, w1, [x2] : misaligned", .insn = { 0x78230041 }, .before = { { 2, DATA + 1 } }, .esr = DABT(ALIGNED), .far = DATA + 1 },
	{ .text = "cas w1, w3, [x2] : misaligned", .insn = { 0x88a17c43 }, .before = { { 2, DATA + 2 } }, .esr = DABT(ALIGNED), .far = DATA + 2 },
	{ .text = "casp x4, x5, x6, x7, [x2] : aligned to one of the two", .insn = { 0x48247c46 }, .before = { { 2, DATA + 8 } }, .esr = DABT(ALIGNED), .far = DATA + 8 },
	{ .text = "casp x4, x5, x6, x7, [sp]", .insn = { 0x48247fe6 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "ldadd x3, x1, [sp]", .insn = { 0xf82303e1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "swp x3, x1, [x2] : a read would fault too", .insn = { 0xf8238041 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "swp x3, x1, [x2] : only the write faults", .insn = { 0xf8238041 }, .before = { { 2, READONLY } }, .esr = DABT(PERMISSION_L3 | WRITE), .far = READONLY },
	{ .text = "cas x1, x3, [x2] : needs write permission though not equal", .insn = { 0xc8a17c43 }, .before = { { 2, READONLY } }, .esr = DABT(PERMISSION_L3 | WRITE), .far = READONLY },
	{ .text = "swp x3, x1, [x2] : a device", .insn = { 0xf8238041 }, .before = { { 2, DEVICE } }, .esr = DABT(UNSUPPORTED | WRITE), .far = DEVICE },
	{ .text = "cas x1, x3, [x2] : a device", .insn = { 0xc8a17c43 }, .before = { { 2, DEVICE } }, .esr = DABT(UNSUPPORTED | WRITE), .far = DEVICE },
	{ .text = "swp x3, x1, [x2] : Device memory that is RAM", .insn = { 0xf8238041 }, .before = { { 2, STRICT } }, .after = { { 1, DATA_0 } }, .memory = { { STRICT, X3 } } },
	{ .text = "ldxr x1, [x2]", .insn = { 0xc85f7c41 }, .after = { { 1, DATA_0 } } },
	{ .text = "ldxr x1, [x2] : misaligned", .insn = { 0xc85f7c41 }, .before = { { 2, DATA + 4 } }, .esr = DABT(ALIGNED), .far = DATA + 4 },
	{ .text = "ldaxrb w1, [x2]", .insn = { 0x085ffc41 }, .after = { { 1, 0x91 } }, .before = { { 2, DATA + 1 } } },
	{ .text = "ldxp x1, x5, [x2] : aligned to one of the two", .insn = { 0xc87f1441 }, .before = { { 2, DATA + 8 } }, .esr = DABT(ALIGNED), .far = DATA + 8 },
	{ .text = "ldxp w1, w5, [x2]", .insn = { 0x887f1441 }, .after = { { 1, 0xb3a29180 }, { 5, 0xf7e6d5c4 } } },
	{ .text = "ldxr x1, [x2] : a device", .insn = { 0xc85f7c41 }, .before = { { 2, DEVICE } }, .esr = DABT(UNSUPPORTED), .far = DEVICE },
	{ .text = "ldxr x1, [sp]", .insn = { 0xc85f7fe1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "stxr w5, x3, [x2] : without a load", .insn = { 0xc8057c43 }, .after = { { 5, 1 } } },
	{ .text = "stxr w5, x3, [x2] : misaligned", .insn = { 0xc8057c43 }, .before = { { 2, DATA + 4 } }, .esr = DABT(ALIGNED | WRITE), .far = DATA + 4 },
	{ .text = "stxr w5, x3, [x2] : without a load, checked all the same", .insn = { 0xc8057c43 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "ldxr x1, [x2]; stxr w5, x3, [x2]", .insn = { 0xc85f7c41, 0xc8057c43 }, .after = { { 1, DATA_0 }, { 5, 0 } }, .memory = { { DATA, X3 } } },
	{ .text = "ldaxr w1, [x2]; stlxr w5, w3, [x2]", .insn = { 0x885ffc41, 0x8805fc43 }, .after = { { 1, 0xb3a29180 }, { 5, 0 } }, .memory = { { DATA, 0xf7e6d5c444332211ull } } },
	{ .text = "ldxrb w1, [x2]; stxrb w5, w3, [x2]", .insn = { 0x085f7c41, 0x08057c43 }, .after = { { 1, 0x80 }, { 5, 0 } }, .memory = { { DATA, 0xf7e6d5c4b3a29111ull } } },
	{ .text = "ldxrh w1, [sp]; stlxrh w5, w3, [sp]", .insn = { 0x485f7fe1, 0x4805ffe3 }, .after = { { 1, 0x9180 }, { 5, 0 } }, .memory = { { DATA, 0xf7e6d5c4b3a22211ull } } },
	{ .text = "ldxp x1, x6, [x2]; stxp w5, x3, x2, [x2]", .insn = { 0xc87f1841, 0xc8250843 }, .after = { { 1, DATA_0 }, { 6, DATA_8 }, { 5, 0 } }, .memory = { { DATA, X3 }, { DATA + 8, DATA } } },
	{ .text = "ldaxp w1, w6, [x2]; stlxp w5, w3, wzr, [x2]", .insn = { 0x887f9841, 0x8825fc43 }, .after = { { 1, 0xb3a29180 }, { 6, 0xf7e6d5c4 }, { 5, 0 } }, .memory = { { DATA, 0x0000000044332211ull } } },
	{ .text = "ldxr x1, [x2]; stxr w5, x3, [x2]; stxr w6, x1, [x2] : once only", .insn = { 0xc85f7c41, 0xc8057c43, 0xc8067c41 }, .after = { { 1, DATA_0 }, { 5, 0 }, { 6, 1 } }, .memory = { { DATA, X3 } } },
	{ .text = "ldxr x1, [x2]; clrex; stxr w5, x3, [x2]", .insn = { 0xc85f7c41, 0xd5033f5f, 0xc8057c43 }, .after = { { 1, DATA_0 }, { 5, 1 } } },
	{ .text = "ldxr x1, [x2]; str x3, [x2]; stxr w5, x1, [x2] : changed in between", .insn = { 0xc85f7c41, 0xf9000043, 0xc8057c41 }, .after = { { 1, DATA_0 }, { 5, 1 } }, .memory = { { DATA, X3 } } },
	{ .text = "ldxr x1, [x2]; str x3, [x2, #64]; stxr w5, x3, [x2] : another granule", .insn = { 0xc85f7c41, 0xf9002043, 0xc8057c43 }, .after = { { 1, DATA_0 }, { 5, 0 } }, .memory = { { DATA, X3 }, { DATA + 64, X3 } } },
	{ .text = "ldxr x1, [x2]; stxr w5, x3, [x6] : another address", .insn = { 0xc85f7c41, 0xc8057cc3 }, .after = { { 1, DATA_0 }, { 5, 1 } }, .before = { { 6, DATA + 8 } } },
	{ .text = "ldxr x1, [x2]; ldxr x6, [x7]; stxr w5, x3, [x2] : the last load counts", .insn = { 0xc85f7c41, 0xc85f7ce6, 0xc8057c43 }, .after = { { 1, DATA_0 }, { 6, DATA_8 }, { 5, 1 } }, .before = { { 7, DATA + 8 } } },
	{ .text = "ldxr x1, [x2]; stxr wzr, x3, [x2] : the status is dropped", .insn = { 0xc85f7c41, 0xc81f7c43 }, .after = { { 1, DATA_0 } }, .memory = { { DATA, X3 } } },
	{ .text = "ldxr x1, [x2]; stxr w3, x3, [x2] : the old value is stored", .insn = { 0xc85f7c41, 0xc8037c43 }, .after = { { 1, DATA_0 }, { 3, 0 } }, .memory = { { DATA, X3 } } },
	{ .text = "ldxr x1, [x2]; stxr w2, x3, [x2] : the old base is used", .insn = { 0xc85f7c41, 0xc8027c43 }, .after = { { 1, DATA_0 }, { 2, 0 } }, .memory = { { DATA, X3 } } },
	/* clang-format on */
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
