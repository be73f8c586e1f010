/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD structure loads and stores on a whole PE, both engines: layout, write-back, pages, devices;
 * what faults changes no register, and no memory. Words are from the assembler.
 */
#include "ldst_machine.h"

#define FILL 0x5a5a5a5a5a5a5a5aull /* in memory, behind DATA_8 */

static const struct row loads[] = {
	/* clang-format off */
	{ .text = "ld1 {v1.16b}, [x2]", .insn = { 0x4c407041 }, .vectors = { { DATA_0, DATA_8, 1, true } } },
	{ .text = "ld1 {v1.2s}, [x2]", .insn = { 0x0c407841 }, .vectors = { { DATA_0, 0, 1, true } } },
	{ .text = "ld1 {v31.8h, v0.8h}, [x2], #32", .insn = { 0x4cdfa45f }, .after = { { 2, DATA + 32 } }, .vectors = { { DATA_0, DATA_8, 31, true }, { FILL, FILL, 0, true } } },
	{ .text = "ld1 {v1.1d, v2.1d, v3.1d}, [x2], x3", .insn = { 0x0cc36c41 }, .before = { { 3, 100 } }, .after = { { 2, DATA + 100 } }, .vectors = { { DATA_0, 0, 1, true }, { DATA_8, 0, 2, true }, { FILL, 0, 3, true } } },
	{ .text = "ld1 {v4.4s, v5.4s, v6.4s, v7.4s}, [sp], #64", .insn = { 0x4cdf2be4 }, .after = { { SLOT_SP, DATA + 64 } }, .vectors = { { DATA_0, DATA_8, 4, true }, { FILL, FILL, 5, true }, { FILL, FILL, 6, true }, { FILL, FILL, 7, true } } },
	{ .text = "ld2 {v1.16b, v2.16b}, [x2]", .insn = { 0x4c408041 }, .vectors = { { 0x6e4c2a08e6c4a280, FILL, 1, true }, { 0x7f5d3b19f7d5b391, FILL, 2, true } } },
	{ .text = "ld2 {v31.2d, v0.2d}, [x2]", .insn = { 0x4c408c5f }, .vectors = { { DATA_0, FILL, 31, true }, { DATA_8, FILL, 0, true } } },
	{ .text = "ld3 {v1.4h, v2.4h, v3.4h}, [x2], #24", .insn = { 0x0cdf4441 }, .after = { { 2, DATA + 24 } }, .vectors = { { 0x5a5a5d4cf7e69180, 0, 1, true }, { 0x5a5a7f6e1908b3a2, 0, 2, true }, { 0x5a5a5a5a3b2ad5c4, 0, 3, true } } },
	{ .text = "ld4 {v1.4s, v2.4s, v3.4s, v4.4s}, [x2]", .insn = { 0x4c400841 }, .vectors = { { 0x5a5a5a5ab3a29180, FILL, 1, true }, { 0x5a5a5a5af7e6d5c4, FILL, 2, true }, { 0x5a5a5a5a3b2a1908, FILL, 3, true }, { 0x5a5a5a5a7f6e5d4c, FILL, 4, true } } },
	{ .text = "ld1 {v1.b}[9], [x2], #1", .insn = { 0x4ddf0441 }, .after = { { 2, DATA + 1 } }, .vectors = { { V_LOW(1), 0x8f8e8d8c8b8a8089, 1, true } } },
	{ .text = "ld2 {v31.h, v0.h}[0], [x2]", .insn = { 0x0d60405f }, .vectors = { { (V_LOW(31) & ~0xffffull) | 0x9180, V_HIGH(31), 31, true }, { (V_LOW(0) & ~0xffffull) | 0xb3a2, V_HIGH(0), 0, true } } },
	{ .text = "ld3 {v1.s, v2.s, v3.s}[2], [x2]", .insn = { 0x4d40a041 }, .vectors = { { V_LOW(1), 0x8f8e8d8cb3a29180, 1, true }, { V_LOW(2), 0x8f8e8d8cf7e6d5c4, 2, true }, { V_LOW(3), 0x8f8e8d8c3b2a1908, 3, true } } },
	{ .text = "ld4 {v1.d, v2.d, v3.d, v4.d}[1], [x2], x2 : the index is the base", .insn = { 0x4de2a441 }, .after = { { 2, 2 * DATA } }, .vectors = { { V_LOW(1), DATA_0, 1, true }, { V_LOW(2), DATA_8, 2, true }, { V_LOW(3), FILL, 3, true }, { V_LOW(4), FILL, 4, true } } },
	{ .text = "ld1r {v1.16b}, [x2], #1", .insn = { 0x4ddfc041 }, .after = { { 2, DATA + 1 } }, .vectors = { { 0x8080808080808080, 0x8080808080808080, 1, true } } },
	{ .text = "ld1r {v1.1d}, [x2]", .insn = { 0x0d40cc41 }, .vectors = { { DATA_0, 0, 1, true } } },
	{ .text = "ld2r {v1.4h, v2.4h}, [x2]", .insn = { 0x0d60c441 }, .vectors = { { 0x9180918091809180, 0, 1, true }, { 0xb3a2b3a2b3a2b3a2, 0, 2, true } } },
	{ .text = "ld4r {v1.2d, v2.2d, v3.2d, v4.2d}, [x2], #32", .insn = { 0x4dffec41 }, .after = { { 2, DATA + 32 } }, .vectors = { { DATA_0, DATA_0, 1, true }, { DATA_8, DATA_8, 2, true }, { FILL, FILL, 3, true }, { FILL, FILL, 4, true } } },
	{ .text = "ld1 {v1.16b}, [x2] : across pages", .insn = { 0x4c407041 }, .before = { { 2, DATA + 0xff8 } }, .vectors = { { FILL, DATA_0, 1, true } } },
	{ .text = "ld1 {v1.8h}, [x2] : an element across pages", .insn = { 0x4c407441 }, .before = { { 2, DATA + 0xff7 } }, .vectors = { { FILL, 0xe6d5c4b3a291805a, 1, true } } },
	{ .text = "ld2 {v1.2s, v2.2s}, [x2] : across pages", .insn = { 0x0c408841 }, .before = { { 2, DATA + 0xff8 } }, .vectors = { { 0xb3a291805a5a5a5a, 0, 1, true }, { 0xf7e6d5c45a5a5a5a, 0, 2, true } } },
	{ .text = "ld3r {v1.8b, v2.8b, v3.8b}, [x2] : across pages", .insn = { 0x0d40e041 }, .before = { { 2, DATA + 0xfff } }, .vectors = { { FILL, 0, 1, true }, { 0x8080808080808080, 0, 2, true }, { 0x9191919191919191, 0, 3, true } } },
	{ .text = "ld2 {v1.d, v2.d}[0], [x2] : across pages", .insn = { 0x0d608441 }, .before = { { 2, DATA + 0xff8 } }, .vectors = { { FILL, V_HIGH(1), 1, true }, { DATA_0, V_HIGH(2), 2, true } } },
	{ .text = "ld1 {v1.4h}, [x2] : SCTLR.A wants the element's alignment", .insn = { 0x0c407441 }, .sctlr = SCTLR_EL1_A, .before = { { 2, DATA + 2 } }, .vectors = { { 0x1908f7e6d5c4b3a2, 0, 1, true } } },
	{ .text = "ld1 {v1.16b}, [x2] : SCTLR.A, bytes", .insn = { 0x4c407041 }, .sctlr = SCTLR_EL1_A, .before = { { 2, DATA + 1 } }, .vectors = { { 0x08f7e6d5c4b3a291, 0x5a7f6e5d4c3b2a19, 1, true } } },
	{ .text = "ld1 {v1.2s}, [x2] : a device, by element", .insn = { 0x0c407841 }, .before = { { 2, DEVICE } }, .vectors = { { DEVICE_VALUE, 0, 1, true } } },
	{ .text = "ld1 {v1.16b}, [sp] : misaligned SP without SCTLR.SA", .insn = { 0x4c4073e1 }, .sctlr = SCTLR_EL1_SA, .before = { { SLOT_SP, DATA + 8 } }, .vectors = { { DATA_8, FILL, 1, true } } },
	/* clang-format on */
};

static const struct row stores[] = {
	/* clang-format off */
	{ .text = "st1 {v1.16b}, [x2]", .insn = { 0x4c007041 }, .memory = { { DATA, V_LOW(1) }, { DATA + 8, V_HIGH(1) } } },
	{ .text = "st1 {v31.8b, v0.8b}, [sp], #16", .insn = { 0x0c9fa3ff }, .after = { { SLOT_SP, DATA + 16 } }, .memory = { { DATA, V_LOW(31) }, { DATA + 8, V_LOW(0) } } },
	{ .text = "st1 {v1.2d, v2.2d, v3.2d}, [x2], x3", .insn = { 0x4c836c41 }, .before = { { 3, -16ull } }, .after = { { 2, DATA - 16 } }, .memory = { { DATA, V_LOW(1) }, { DATA + 8, V_HIGH(1) }, { DATA + 16, V_LOW(2) }, { DATA + 24, V_HIGH(2) }, { DATA + 32, V_LOW(3) }, { DATA + 40, V_HIGH(3) } } },
	{ .text = "st2 {v1.2d, v2.2d}, [x2], #32", .insn = { 0x4c9f8c41 }, .after = { { 2, DATA + 32 } }, .memory = { { DATA, V_LOW(1) }, { DATA + 8, V_LOW(2) }, { DATA + 16, V_HIGH(1) }, { DATA + 24, V_HIGH(2) } } },
	{ .text = "st4 {v0.8b, v1.8b, v2.8b, v3.8b}, [x2]", .insn = { 0x0c000040 }, .memory = { { DATA, 0x3121110130201000 }, { DATA + 8, 0x3323130332221202 }, { DATA + 16, 0x3525150534241404 }, { DATA + 24, 0x3727170736261606 } } },
	{ .text = "st3 {v0.b, v1.b, v2.b}[15], [x2], #3", .insn = { 0x4d9f3c40 }, .after = { { 2, DATA + 3 } }, .memory = { { DATA, 0xf7e6d5c4b38f8f8f } } },
	{ .text = "st1 {v1.s}[3], [x2]", .insn = { 0x4d009041 }, .memory = { { DATA, 0xf7e6d5c48f8e8d8c } } },
	{ .text = "st1 {v1.16b}, [x2] : across pages", .insn = { 0x4c007041 }, .before = { { 2, DATA + 0xff8 } }, .memory = { { DATA + 0xff8, V_LOW(1) }, { DATA + 0x1000, V_HIGH(1) } } },
	{ .text = "st2 {v1.d, v2.d}[0], [x2] : an element across pages", .insn = { 0x0d208441 }, .before = { { 2, DATA + 0xff4 } }, .memory = { { DATA + 0xff0, 0x131211105a5a5a5a }, { DATA + 0xff8, 0x2322212017161514 }, { DATA + 0x1000, 0xf7e6d5c427262524 } } },
	{ .text = "st1 {v1.4s}, [x2] : RAM of Device type", .insn = { 0x4c007841 }, .before = { { 2, STRICT + 4 } }, .memory = { { STRICT, 0x13121110b3a29180 }, { STRICT + 8, 0x8b8a898917161514 }, { STRICT + 16, 0x5a5a5a5a8f8e8d8c } } },
	/* clang-format on */
};

static const struct row faults[] = {
	/* clang-format off */
	{ .text = "ld1 {v1.16b}, [x2]", .insn = { 0x4c407041 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ld1 {v1.16b, v2.16b, v3.16b, v4.16b}, [x2], #64 : the last register", .insn = { 0x4cdf2041 }, .before = { { 2, HOLE - 48 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ld1 {v1.8b}, [x2], x3 : the last byte", .insn = { 0x0cc37041 }, .before = { { 2, HOLE - 7 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ld2 {v1.4s, v2.4s}, [x2], #32 : half of an element", .insn = { 0x4cdf8841 }, .before = { { 2, HOLE - 18 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ld4 {v1.16b, v2.16b, v3.16b, v4.16b}, [x2] : the second register", .insn = { 0x4c400041 }, .before = { { 2, HOLE - 1 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ld1 {v1.b}[0], [x2], #1", .insn = { 0x0ddf0041 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ld3 {v1.d, v2.d, v3.d}[1], [x2], #24 : the third", .insn = { 0x4ddfa441 }, .before = { { 2, HOLE - 16 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ld1r {v1.4s}, [x2], #4 : half of it", .insn = { 0x4ddfc841 }, .before = { { 2, HOLE - 2 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ld4r {v1.8h, v2.8h, v3.8h, v4.8h}, [x2], x3 : the fourth", .insn = { 0x4de3e441 }, .before = { { 2, HOLE - 6 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "st1 {v1.16b}, [x2]", .insn = { 0x4c007041 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "st1 {v1.16b}, [x2]", .insn = { 0x4c007041 }, .before = { { 2, READONLY } }, .esr = DABT(PERMISSION_L3 | WRITE), .far = READONLY },
	{ .text = "st1 {v1.16b, v2.16b}, [x2], #32 : the last byte", .insn = { 0x4c9fa041 }, .before = { { 2, HOLE - 31 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "st3 {v1.8b, v2.8b, v3.8b}, [x2], #24 : the second byte", .insn = { 0x0c9f4041 }, .before = { { 2, HOLE - 1 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "st2 {v1.2d, v2.2d}, [x2] : half of an element", .insn = { 0x4c008c41 }, .before = { { 2, HOLE - 12 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "st4 {v1.s, v2.s, v3.s, v4.s}[2], [x2], #16 : the fourth", .insn = { 0x4dbfa041 }, .before = { { 2, HOLE - 12 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "st1 {v1.h}[0], [x2], #2", .insn = { 0x0d9f4041 }, .before = { { 2, HOLE - 1 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "ld1 {v1.4s}, [x2] : SCTLR.A", .insn = { 0x4c407841 }, .sctlr = SCTLR_EL1_A, .before = { { 2, DATA + 2 } }, .esr = DABT(ALIGNED), .far = DATA + 2 },
	{ .text = "ld1 {v1.2d}, [x2] : SCTLR.A", .insn = { 0x4c407c41 }, .sctlr = SCTLR_EL1_A, .before = { { 2, DATA + 4 } }, .esr = DABT(ALIGNED), .far = DATA + 4 },
	{ .text = "ld2 {v1.h, v2.h}[1], [x2] : SCTLR.A", .insn = { 0x0d604841 }, .sctlr = SCTLR_EL1_A, .before = { { 2, DATA + 1 } }, .esr = DABT(ALIGNED), .far = DATA + 1 },
	{ .text = "ld1r {v1.2d}, [x2] : SCTLR.A", .insn = { 0x4d40cc41 }, .sctlr = SCTLR_EL1_A, .before = { { 2, DATA + 4 } }, .esr = DABT(ALIGNED), .far = DATA + 4 },
	{ .text = "st4 {v1.8h, v2.8h, v3.8h, v4.8h}, [x2], #64 : SCTLR.A", .insn = { 0x4c9f0441 }, .sctlr = SCTLR_EL1_A, .before = { { 2, DATA + 3 } }, .esr = DABT(ALIGNED | WRITE), .far = DATA + 3 },
	{ .text = "st1 {v1.d}[1], [x2] : SCTLR.A", .insn = { 0x4d008441 }, .sctlr = SCTLR_EL1_A, .before = { { 2, DATA + 4 } }, .esr = DABT(ALIGNED | WRITE), .far = DATA + 4 },
	{ .text = "st1 {v1.4h}, [x2] : SCTLR.A comes before what the second page says", .insn = { 0x0c007441 }, .sctlr = SCTLR_EL1_A, .before = { { 2, HOLE - 3 } }, .esr = DABT(ALIGNED | WRITE), .far = HOLE - 3 },
	{ .text = "ld1 {v1.8h}, [x2] : Device memory", .insn = { 0x4c407441 }, .before = { { 2, STRICT + 1 } }, .esr = DABT(ALIGNED), .far = STRICT + 1 },
	{ .text = "st1 {v1.8h}, [x2] : Device memory", .insn = { 0x4c007441 }, .before = { { 2, STRICT + 1 } }, .esr = DABT(ALIGNED | WRITE), .far = STRICT + 1 },
	{ .text = "ld1 {v1.16b}, [sp]", .insn = { 0x4c4073e1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "ld4 {v1.16b, v2.16b, v3.16b, v4.16b}, [sp], #64", .insn = { 0x4cdf03e1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "ld1 {v1.b}[0], [sp]", .insn = { 0x0d4003e1 }, .before = { { SLOT_SP, DATA + 1 } }, .esr = SP_ALIGNMENT },
	{ .text = "ld1r {v1.8b}, [sp], #1", .insn = { 0x0ddfc3e1 }, .before = { { SLOT_SP, DATA + 1 } }, .esr = SP_ALIGNMENT },
	{ .text = "ld2r {v1.8b, v2.8b}, [sp]", .insn = { 0x0d60c3e1 }, .before = { { SLOT_SP, DATA + 1 } }, .esr = SP_ALIGNMENT },
	{ .text = "st2 {v1.4s, v2.4s}, [sp], x3", .insn = { 0x4c838be1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "st1 {v1.d}[0], [sp]", .insn = { 0x0d0087e1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "st1 {v1.16b}, [sp] : before the address is translated", .insn = { 0x4c0073e1 }, .before = { { SLOT_SP, HOLE + 8 } }, .esr = SP_ALIGNMENT },
	/* clang-format on */
};

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_row(&rows[i]);
}

static void test_loads(void **state)
{
	(void)state;
	check_rows(loads, COUNT(loads));
}

static void test_stores(void **state)
{
	(void)state;
	check_rows(stores, COUNT(stores));
}

static void test_faults(void **state)
{
	(void)state;
	check_rows(faults, COUNT(faults));
}

/* Each shape of handler: the registers are trapped before a base that is bad in every way. */
static void test_trap_comes_first(void **state)
{
	static const u32 insns[] = {
		0x4c4073e1, /* ld1 {v1.16b}, [sp] */
		0x0cdf73e1, /* ld1 {v1.8b}, [sp], #8 */
		0x4cdf4be1, /* ld3 {v1.4s, v2.4s, v3.4s}, [sp], #48 */
		0x0d4093e1, /* ld1 {v1.s}[1], [sp] */
		0x4d40c3e1, /* ld1r {v1.16b}, [sp] */
		0x4ddfe3e1, /* ld3r {v1.16b, v2.16b, v3.16b}, [sp], #3 */
		0x4c83afe1, /* st1 {v1.2d, v2.2d}, [sp], x3 */
		0x0c007fe1, /* st1 {v1.1d}, [sp] */
		0x4c0087e1, /* st2 {v1.8h, v2.8h}, [sp] */
		0x0dbf2fe1, /* st4 {v1.b, v2.b, v3.b, v4.b}[3], [sp], #4 */
	};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(insns); i++) {
		static const struct row start = { .before = { { SLOT_SP, HOLE - 1 } } };
		enum engine engine = i % 2 ? ENGINE_STEP : ENGINE_TAIL;
		struct machine *m;

		if (!cpu_engine_available(engine))
			continue;
		m = machine_create(engine);
		sysreg_write(m->cpu, SR_SCTLR_EL1, SCTLR_EL1_M | SCTLR_EL1_A | SCTLR_EL1_SA);
		sysreg_write(m->cpu, SR_CPACR_EL1, 0);
		put_insn(m, CODE, insns[i / 2]);
		set_start(m, &start);
		cpu_run(m->cpu, m->cpu->cycles + 2);
		if (m->cpu->pc != VECTORS + 0x200 || m->cpu->sys[SR_ESR_EL1] != 0x1fe00000)
			fail_msg("0x%08x: pc 0x%" PRIx64 ", ESR_EL1 0x%" PRIx64, insns[i / 2],
				m->cpu->pc, m->cpu->sys[SR_ESR_EL1]);
		machine_destroy(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loads),
		cmocka_unit_test(test_stores),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_trap_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
