/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cache maintenance, DC ZVA and AT on a PE with translation on, and what context synchronization
 * means for fetches. Words are from the assembler.
 */
#include "tests/unit/ldst_machine.h"

enum { MAINTENANCE = 0x140 }; /* CM, WnR */

static const struct row rows[] = {
	/* clang-format off */
	{ .text = "dc zva, x2", .insn = { 0xd50b7422 }, .memory = { { DATA + 0, 0 }, { DATA + 8, 0 }, { DATA + 16, 0 }, { DATA + 24, 0 }, { DATA + 32, 0 }, { DATA + 40, 0 }, { DATA + 48, 0 }, { DATA + 56, 0 } } },
	{ .text = "dc zva, x2 : any address of the block", .insn = { 0xd50b7422 }, .before = { { 2, DATA + 0x7b } }, .memory = { { DATA + 0x40 + 0, 0 }, { DATA + 0x40 + 8, 0 }, { DATA + 0x40 + 16, 0 }, { DATA + 0x40 + 24, 0 }, { DATA + 0x40 + 32, 0 }, { DATA + 0x40 + 40, 0 }, { DATA + 0x40 + 48, 0 }, { DATA + 0x40 + 56, 0 } } },
	{ .text = "dc zva, x2 : Normal memory that EL0 shares", .insn = { 0xd50b7422 }, .before = { { 2, USER } }, .memory = { { USER + 0, 0 }, { USER + 8, 0 }, { USER + 16, 0 }, { USER + 24, 0 }, { USER + 32, 0 }, { USER + 40, 0 }, { USER + 48, 0 }, { USER + 56, 0 } } },
	{ .text = "dc zva, x2 : translation fault", .insn = { 0xd50b7422 }, .before = { { 2, HOLE + 5 } }, .esr = DABT(WRITE | TRANSLATION_L3), .far = HOLE + 5 },
	{ .text = "dc zva, x2 : permission fault", .insn = { 0xd50b7422 }, .before = { { 2, READONLY + 9 } }, .esr = DABT(WRITE | PERMISSION_L3), .far = READONLY + 9 },
	{ .text = "dc zva, x2 : Device memory", .insn = { 0xd50b7422 }, .before = { { 2, STRICT + 9 } }, .esr = DABT(WRITE | ALIGNED), .far = STRICT + 9 },
	{ .text = "dc zva, x2 : a device", .insn = { 0xd50b7422 }, .before = { { 2, DEVICE } }, .esr = DABT(WRITE | ALIGNED), .far = DEVICE },
	{ .text = "dc civac, x2", .insn = { 0xd50b7e22 } },
	{ .text = "dc civac, x2 : reading suffices", .insn = { 0xd50b7e22 }, .before = { { 2, READONLY + 3 } } },
	{ .text = "dc civac, x2 : translation fault", .insn = { 0xd50b7e22 }, .before = { { 2, HOLE + 3 } }, .esr = DABT(MAINTENANCE | TRANSLATION_L3), .far = HOLE + 3 },
	{ .text = "dc cvac, x2", .insn = { 0xd50b7a22 } },
	{ .text = "dc cvac, x2 : reading suffices", .insn = { 0xd50b7a22 }, .before = { { 2, READONLY + 3 } } },
	{ .text = "dc cvac, x2 : translation fault", .insn = { 0xd50b7a22 }, .before = { { 2, HOLE + 3 } }, .esr = DABT(MAINTENANCE | TRANSLATION_L3), .far = HOLE + 3 },
	{ .text = "dc cvau, x2", .insn = { 0xd50b7b22 } },
	{ .text = "dc cvau, x2 : reading suffices", .insn = { 0xd50b7b22 }, .before = { { 2, READONLY + 3 } } },
	{ .text = "dc cvau, x2 : translation fault", .insn = { 0xd50b7b22 }, .before = { { 2, HOLE + 3 } }, .esr = DABT(MAINTENANCE | TRANSLATION_L3), .far = HOLE + 3 },
	{ .text = "ic ivau, x2", .insn = { 0xd50b7522 } },
	{ .text = "ic ivau, x2 : reading suffices", .insn = { 0xd50b7522 }, .before = { { 2, READONLY + 3 } } },
	{ .text = "ic ivau, x2 : translation fault", .insn = { 0xd50b7522 }, .before = { { 2, HOLE + 3 } }, .esr = DABT(MAINTENANCE | TRANSLATION_L3), .far = HOLE + 3 },
	{ .text = "dc ivac, x2", .insn = { 0xd5087622 } },
	{ .text = "dc ivac, x2 : needs to write", .insn = { 0xd5087622 }, .before = { { 2, READONLY + 3 } }, .esr = DABT(MAINTENANCE | PERMISSION_L3), .far = READONLY + 3 },
	{ .text = "dc isw, x2; dc csw, x2; dc cisw, x2; ic iallu : nothing to act on", .insn = { 0xd5087642, 0xd5087a42, 0xd5087e42, 0xd508751f }, .before = { { 2, HOLE } } },
	{ .text = "at s1e1r, x2; mrs x1, par_el1", .insn = { 0xd5087802, 0xd5387401 }, .after = { { 1, 0xff00000040010b80ull } } },
	{ .text = "at s1e1w, x2; mrs x1, par_el1 : Device", .insn = { 0xd5087822, 0xd5387401 }, .before = { { 2, STRICT + 0x123 } }, .after = { { 1, 0x0000000040015b00ull } } },
	{ .text = "at s1e1w, x2; mrs x1, par_el1 : read-only", .insn = { 0xd5087822, 0xd5387401 }, .before = { { 2, READONLY } }, .after = { { 1, 0x81f } } },
	{ .text = "at s1e0r, x2; mrs x1, par_el1 : not for EL0", .insn = { 0xd5087842, 0xd5387401 }, .after = { { 1, 0x81f } } },
	{ .text = "at s1e0r, x2; mrs x1, par_el1 : for EL0", .insn = { 0xd5087842, 0xd5387401 }, .before = { { 2, USER } }, .after = { { 1, 0xff00000040016b80ull } } },
	{ .text = "at s1e1r, x2; mrs x1, par_el1 : not mapped", .insn = { 0xd5087802, 0xd5387401 }, .before = { { 2, HOLE } }, .after = { { 1, 0x80f } } },
	/* clang-format on */
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

/* A page of code replaces its own mapping: behind the ISB it is the new page that executes. */
#define OTHER (RAM + 0x8000)

static const u32 replace_mapping[] = {
	0xf9000043, /* str x3, [x2] */
	0xd5033b9f, /* dsb ish */
	0xd508871f, /* tlbi vmalle1 */
	0xd5033b9f, /* dsb ish */
	0xd5033fdf, /* isb */
	0xd2800021, /* mov x1, #1; in the other page #2 */
	0x14000000, /* b . */
};

static void test_isb_fetches_anew(void **state)
{
	(void)state;
	for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
		struct machine *m;
		struct cpu *cpu;

		if (!cpu_engine_available(engine))
			continue;
		m = machine_create(engine);
		cpu = m->cpu;
		for (unsigned i = 0; i < COUNT(replace_mapping); i++) {
			put_insn(m, CODE + 4 * i, replace_mapping[i]);
			put_insn(m, OTHER + CODE % PAGE_SIZE + 4 * i,
				i == 5 ? 0xd2800041 : replace_mapping[i]);
		}
		cpu->x[2] = TABLES + 0x2000 + 8 * bits(CODE, 20, 12);
		cpu->x[3] = get64(m, cpu->x[2]) + (OTHER - RAM);
		sysreg_write(cpu, SR_SCTLR_EL1, SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I);
		cpu_run(cpu, 10);
		assert_int_equal(cpu->pc, CODE + 24);
		assert_int_equal(cpu->x[1], 2);
		machine_destroy(m);
	}
}

/* Neighbours that TAIL fuses in more than one way: each word is written anew in turn. */
static const u32 neighbours[] = {
	0x10000014, /* adr x20, . */
	0x91004294, /* add x20, x20, #16 */
	0x91008293, /* add x19, x20, #32 */
	0xf1000a7f, /* cmp x19, #2 */
	0x9a930261, /* csel x1, x19, x19, eq */
	0x14000000, /* b . */
};

static void test_rewritten_words(void **state)
{
	(void)state;
	for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
		struct machine *m;

		if (!cpu_engine_available(engine))
			continue;
		m = machine_create(engine);
		for (unsigned i = 0; i < COUNT(neighbours); i++)
			put_insn(m, CODE + 4 * i, neighbours[i]);
		for (unsigned i = 0; i <= COUNT(neighbours); i++) {
			m->cpu->pc = CODE;
			m->cpu->x[1] = 0;
			cpu_run(m->cpu, m->cpu->cycles + 100);
			assert_int_equal(m->cpu->x[1], CODE + 48);
			if (i < COUNT(neighbours))
				put_insn(m, CODE + 4 * i, neighbours[i]);
		}
		machine_destroy(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_isb_fetches_anew),
		cmocka_unit_test(test_rewritten_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
