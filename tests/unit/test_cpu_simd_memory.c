/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads and stores of SIMD and floating-point registers on a whole PE, both engines: what they
 * change, and that a fault changes nothing.
 */
#include "ldst_machine.h"

static const struct row rows[] = {
	/* clang-format off */
	{ .text = "ldr q1, [x2]", .insn = { 0x3dc00041 }, .vectors = { { DATA_0, DATA_8, 1, true } } },
	{ .text = "ldr d1, [x2]", .insn = { 0xfd400041 }, .vectors = { { DATA_0, 0, 1, true } } },
	{ .text = "ldr s1, [x2, #4]", .insn = { 0xbd400441 }, .vectors = { { 0xf7e6d5c4, 0, 1, true } } },
	{ .text = "ldr h1, [x2, #2]", .insn = { 0x7d400441 }, .vectors = { { 0xb3a2, 0, 1, true } } },
	{ .text = "ldr b1, [x2, #7]", .insn = { 0x3d401c41 }, .vectors = { { 0xf7, 0, 1, true } } },
	{ .text = "ldr q1, [x2], #16", .insn = { 0x3cc10441 }, .after = { { 2, DATA + 16 } }, .vectors = { { DATA_0, DATA_8, 1, true } } },
	{ .text = "ldr q1, [sp, #-16]!", .insn = { 0x3cdf0fe1 }, .before = { { SLOT_SP, DATA + 16 } }, .after = { { SLOT_SP, DATA } }, .vectors = { { DATA_0, DATA_8, 1, true } } },
	{ .text = "ldr q1, [x2, x3, lsl #4]", .insn = { 0x3ce37841 }, .before = { { 2, DATA - 32 }, { 3, 2 } }, .vectors = { { DATA_0, DATA_8, 1, true } } },
	{ .text = "ldr d1, [x2, w3, sxtw #3]", .insn = { 0xfc63d841 }, .before = { { 2, DATA + 8 }, { 3, 0xffffffff } }, .vectors = { { DATA_0, 0, 1, true } } },
	{ .text = "ldr q1, [sp, w3, uxtw]", .insn = { 0x3ce34be1 }, .before = { { SLOT_SP, DATA - 16 }, { 3, 0xff00000010 } }, .vectors = { { DATA_0, DATA_8, 1, true } } },
	{ .text = "ldp q1, q3, [x2]", .insn = { 0xad400c41 }, .vectors = { { DATA_0, DATA_8, 1, true }, { 0x5a5a5a5a5a5a5a5a, 0x5a5a5a5a5a5a5a5a, 3, true } } },
	{ .text = "ldp d1, d3, [x2], #16", .insn = { 0x6cc10c41 }, .after = { { 2, DATA + 16 } }, .vectors = { { DATA_0, 0, 1, true }, { DATA_8, 0, 3, true } } },
	{ .text = "ldp s1, s3, [x2, #4]!", .insn = { 0x2dc08c41 }, .after = { { 2, DATA + 4 } }, .vectors = { { 0xf7e6d5c4, 0, 1, true }, { 0x3b2a1908, 0, 3, true } } },
	{ .text = "ldnp q1, q3, [x2, #-16]", .insn = { 0xac7f8c41 }, .before = { { 2, DATA + 16 } }, .vectors = { { DATA_0, DATA_8, 1, true }, { 0x5a5a5a5a5a5a5a5a, 0x5a5a5a5a5a5a5a5a, 3, true } } },
	{ .text = "ldr q1, .+0x40", .insn = { 0x9c000201 }, .vectors = { { DATA_0, 0, 1, true } } },
	{ .text = "ldr q1, [x2] : across pages", .insn = { 0x3dc00041 }, .before = { { 2, DATA + 0xff8 } }, .vectors = { { 0x5a5a5a5a5a5a5a5a, DATA_0, 1, true } } },
	{ .text = "ldr q1, [x2] : misaligned across pages", .insn = { 0x3dc00041 }, .before = { { 2, DATA + 0xffc } }, .vectors = { { 0xb3a291805a5a5a5a, 0x3b2a1908f7e6d5c4, 1, true } } },
	{ .text = "ldr d1, [x2] : across pages", .insn = { 0xfd400041 }, .before = { { 2, DATA + 0xffc } }, .vectors = { { 0xb3a291805a5a5a5a, 0, 1, true } } },
	{ .text = "ldp q1, q3, [x2] : across pages", .insn = { 0xad400c41 }, .before = { { 2, DATA + 0xff0 } }, .vectors = { { 0x5a5a5a5a5a5a5a5a, 0x5a5a5a5a5a5a5a5a, 1, true }, { DATA_0, DATA_8, 3, true } } },
	{ .text = "ldr q1, [x2] : a device: two doublewords", .insn = { 0x3dc00041 }, .before = { { 2, DEVICE } }, .vectors = { { DEVICE_VALUE, DEVICE_VALUE, 1, true } } },

	{ .text = "str q1, [x2]", .insn = { 0x3d800041 }, .memory = { { DATA, V_LOW(1) }, { DATA + 8, V_HIGH(1) } } },
	{ .text = "str d1, [x2, #8]!", .insn = { 0xfc008c41 }, .after = { { 2, DATA + 8 } }, .memory = { { DATA + 8, V_LOW(1) } } },
	{ .text = "str s1, [x2], #-4", .insn = { 0xbc1fc441 }, .after = { { 2, DATA - 4 } }, .memory = { { DATA, 0xf7e6d5c413121110 } } },
	{ .text = "str h1, [x2]", .insn = { 0x7d000041 }, .memory = { { DATA, 0xf7e6d5c4b3a21110 } } },
	{ .text = "str b1, [x2]", .insn = { 0x3d000041 }, .memory = { { DATA, 0xf7e6d5c4b3a29110 } } },
	{ .text = "str q1, [x2, x3]", .insn = { 0x3ca36841 }, .before = { { 3, 8 } }, .memory = { { DATA + 8, V_LOW(1) }, { DATA + 16, V_HIGH(1) } } },
	{ .text = "stp q1, q3, [x2]", .insn = { 0xad000c41 }, .memory = { { DATA, V_LOW(1) }, { DATA + 8, V_HIGH(1) }, { DATA + 16, V_LOW(3) }, { DATA + 24, V_HIGH(3) } } },
	{ .text = "stp d1, d3, [sp, #-16]!", .insn = { 0x6dbf0fe1 }, .before = { { SLOT_SP, DATA + 16 } }, .after = { { SLOT_SP, DATA } }, .memory = { { DATA, V_LOW(1) }, { DATA + 8, V_LOW(3) } } },
	{ .text = "stp s1, s1, [x2], #8", .insn = { 0x2c810441 }, .after = { { 2, DATA + 8 } }, .memory = { { DATA, 0x1312111013121110 } } },
	{ .text = "stnp d1, d3, [x2]", .insn = { 0x6c000c41 }, .memory = { { DATA, V_LOW(1) }, { DATA + 8, V_LOW(3) } } },
	{ .text = "str q1, [x2] : across pages", .insn = { 0x3d800041 }, .before = { { 2, DATA + 0xff8 } }, .memory = { { DATA + 0xff8, V_LOW(1) }, { DATA + 0x1000, V_HIGH(1) } } },
	{ .text = "stp q1, q3, [x2] : across pages", .insn = { 0xad000c41 }, .before = { { 2, DATA + 0xff0 } }, .memory = { { DATA + 0xff0, V_LOW(1) }, { DATA + 0xff8, V_HIGH(1) }, { DATA + 0x1000, V_LOW(3) }, { DATA + 0x1008, V_HIGH(3) } } },
	{ .text = "str q1, [x2] : RAM of Device type", .insn = { 0x3d800041 }, .before = { { 2, STRICT } }, .memory = { { STRICT, V_LOW(1) }, { STRICT + 8, V_HIGH(1) } } },

	{ .text = "ldr q1, [x2]", .insn = { 0x3dc00041 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ldr q1, [x2], #16", .insn = { 0x3cc10441 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ldr q1, [x2] : the upper half", .insn = { 0x3dc00041 }, .before = { { 2, HOLE - 8 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ldr q1, [x2] : a byte of it", .insn = { 0x3dc00041 }, .before = { { 2, HOLE - 15 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ldp q1, q3, [x2] : the second", .insn = { 0xad400c41 }, .before = { { 2, HOLE - 16 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ldp d1, d3, [x2], #16 : the second", .insn = { 0x6cc10c41 }, .before = { { 2, HOLE - 8 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "str q1, [x2, #16]! : the upper half", .insn = { 0x3c810c41 }, .before = { { 2, HOLE - 24 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "stp q1, q3, [x2] : the second", .insn = { 0xad000c41 }, .before = { { 2, HOLE - 16 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "stp q1, q3, [x2] : half of the second", .insn = { 0xad000c41 }, .before = { { 2, HOLE - 24 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "stp s1, s3, [x2] : half of the first", .insn = { 0x2d000c41 }, .before = { { 2, HOLE - 2 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "str b1, [x2]", .insn = { 0x3d000041 }, .before = { { 2, READONLY } }, .esr = DABT(PERMISSION_L3 | WRITE), .far = READONLY },
	{ .text = "ldr q1, [x2] : SCTLR.A: 16 bytes are one access", .insn = { 0x3dc00041 }, .sctlr = SCTLR_EL1_A, .before = { { 2, DATA + 8 } }, .esr = DABT(ALIGNED), .far = DATA + 8 },
	{ .text = "ldp q1, q3, [x2] : SCTLR.A", .insn = { 0xad400c41 }, .sctlr = SCTLR_EL1_A, .before = { { 2, DATA + 8 } }, .esr = DABT(ALIGNED), .far = DATA + 8 },
	{ .text = "str d1, [x2] : SCTLR.A", .insn = { 0xfd000041 }, .sctlr = SCTLR_EL1_A, .before = { { 2, DATA + 4 } }, .esr = DABT(ALIGNED | WRITE), .far = DATA + 4 },
	{ .text = "str q1, [x2] : Device memory", .insn = { 0x3d800041 }, .before = { { 2, STRICT + 8 } }, .esr = DABT(ALIGNED | WRITE), .far = STRICT + 8 },
	{ .text = "ldr q1, [sp]", .insn = { 0x3dc003e1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "stp d1, d3, [sp, #-16]!", .insn = { 0x6dbf0fe1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	/* clang-format on */
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

/* The access to the register is trapped before that to memory, whose base is bad in every way. */
static void test_trap_comes_first(void **state)
{
	(void)state;
	for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
		struct row start = { .before = { { SLOT_SP, HOLE + 1 } } };
		struct machine *m;

		if (!cpu_engine_available(engine))
			continue;
		m = machine_create(engine);
		sysreg_write(m->cpu, SR_SCTLR_EL1, SCTLR_EL1_M | SCTLR_EL1_A | SCTLR_EL1_SA);
		sysreg_write(m->cpu, SR_CPACR_EL1, 0);
		put_insn(m, CODE, 0x3dc003e1); /* ldr q1, [sp] */
		set_start(m, &start);
		cpu_run(m->cpu, m->cpu->cycles + 2);
		assert_int_equal(m->cpu->pc, VECTORS + 0x200);
		assert_int_equal(m->cpu->sys[SR_ESR_EL1], 0x1fe00000);
		machine_destroy(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_trap_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
