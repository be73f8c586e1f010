/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tarmac: which registers an instruction writes, and whether a branch is skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "debug/trace_tarmac.h"

enum { SP = 31 };
#define X(n) (1u << (n))

/* As the assembler makes them. */
static const struct {
	const char *what;
	u32 insn, x, v;
	bool flags;
} cases[] = {
	{ "adr x1, .", 0x10000001, X(1), 0, false },
	{ "add sp, sp, #16", 0x910043ff, X(SP), 0, false },
	{ "adds x1, x2, #1", 0xb1000441, X(1), 0, true },
	{ "cmp x0, x1", 0xeb01001f, 0, 0, true },
	{ "ands xzr, x0, #1", 0xf240001f, 0, 0, true },
	{ "orr sp, x0, #1", 0xb240001f, X(SP), 0, false },
	{ "movz x0, #1", 0xd2800020, X(0), 0, false },
	{ "bl .", 0x94000000, X(30), 0, false },
	{ "blr x3", 0xd63f0060, X(30), 0, false },
	{ "ret", 0xd65f03c0, 0, 0, false },
	{ "mrs x5, hcr_el2", 0xd53c1105, X(5), 0, false },
	{ "msr hcr_el2, x5", 0xd51c1105, 0, 0, false },
	{ "add x0, sp, w1, uxtw", 0x8b2143e0, X(0), 0, false },
	{ "add sp, sp, x1", 0x8b2163ff, X(SP), 0, false },
	{ "madd x0, x1, x2, x3", 0x9b020c20, X(0), 0, false },
	{ "ccmp x0, x1, #0, eq", 0xfa410000, 0, 0, true },
	{ "csel x0, x1, x2, eq", 0x9a820020, X(0), 0, false },
	{ "fcmp d0, d1", 0x1e612000, 0, 0, true },
	{ "fmov x0, d1", 0x9e660020, X(0), 0, false },
	{ "fmov d1, x0", 0x9e670001, 0, X(1), false },
	{ "fcvtzs w0, s1", 0x1e380020, X(0), 0, false },
	{ "scvtf s1, w0", 0x1e220001, 0, X(1), false },
	{ "umov w0, v1.b[0]", 0x0e013c20, X(0), 0, false },
	{ "add v0.4s, v1.4s, v2.4s", 0x4ea28420, 0, X(0), false },
	{ "ldr x0, [x1, #8]", 0xf9400420, X(0), 0, false },
	{ "ldr x0, [sp], #8", 0xf84087e0, X(0) | X(SP), 0, false },
	{ "str x0, [sp, #-16]!", 0xf81f0fe0, X(SP), 0, false },
	{ "str x0, [x1]", 0xf9000020, 0, 0, false },
	{ "strb w0, [x1, x2]", 0x38226820, 0, 0, false },
	{ "ldrsw x0, [x1]", 0xb9800020, X(0), 0, false },
	{ "ldr x0, [x1, x2]", 0xf8626820, X(0), 0, false },
	{ "ldtr x0, [x1]", 0xf8400820, X(0), 0, false },
	{ "prfm pldl1keep, [x1]", 0xf9800020, 0, 0, false },
	{ "ldp x0, x1, [x2]", 0xa9400440, X(0) | X(1), 0, false },
	{ "ldp x29, x30, [sp], #16", 0xa8c17bfd, X(29) | X(30) | X(SP), 0, false },
	{ "stp x29, x30, [sp, #-16]!", 0xa9bf7bfd, X(SP), 0, false },
	{ "ldp q0, q1, [x2]", 0xad400440, 0, X(0) | X(1), false },
	{ "stp q0, q1, [x2], #32", 0xac810440, X(2), 0, false },
	{ "ldr q0, [x1], #16", 0x3cc10420, X(1), X(0), false },
	{ "str q0, [x1]", 0x3d800020, 0, 0, false },
	{ "ldxr x0, [x1]", 0xc85f7c20, X(0), 0, false },
	{ "stxr w0, x1, [x2]", 0xc8007c41, X(0), 0, false },
	{ "ldxp x0, x1, [x2]", 0xc87f0440, X(0) | X(1), 0, false },
	{ "stlr x0, [x1]", 0xc89ffc20, 0, 0, false },
	{ "ldar x0, [x1]", 0xc8dffc20, X(0), 0, false },
	{ "cas x0, x1, [x2]", 0xc8a07c41, X(0), 0, false },
	{ "ldadd x0, x1, [x2]", 0xf8200041, X(1), 0, false },
	{ "ld1 {v0.16b}, [x0], #16", 0x4cdf7000, X(0), X(0), false },
	{ "st1 {v0.16b}, [x0]", 0x4c007000, 0, 0, false },
	{ "isb", 0xd5033fdf, 0, 0, false },
};

static void written_registers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tarmac_writes writes = tarmac_writes(cases[i].insn);

		if (writes.x != cases[i].x || writes.v != cases[i].v ||
			writes.flags != cases[i].flags)
			fail_msg("row %zu, %s: x 0x%x, v 0x%x, flags %d", i, cases[i].what,
				writes.x, writes.v, writes.flags);
	}
}

static const struct {
	const char *what;
	u32 insn;
	u8 nzcv;
	u64 x0;
	bool is_skipped;
} branches[] = {
	{ "b.eq", 0x54000000, 4, 0, false },
	{ "b.eq, without Z", 0x54000000, 11, 0, true },
	{ "b.ne", 0x54000001, 4, 0, true },
	{ "b.hi", 0x54000008, 2, 0, false },
	{ "b.hi, equal", 0x54000008, 6, 0, true },
	{ "b.lt", 0x5400000b, 8, 0, false },
	{ "b.lt, of an overflow", 0x5400000b, 9, 0, true },
	{ "b.le, equal", 0x5400000d, 4, 0, false },
	{ "b.al", 0x5400000e, 0, 0, false },
	{ "b.nv, which is always, too", 0x5400000f, 0, 0, false },
	{ "cbz x0", 0xb4000000, 0, 0, false },
	{ "cbz x0, of half a zero", 0xb4000000, 0, 1ull << 32, true },
	{ "cbz w0, of half a zero", 0x34000000, 0, 1ull << 32, false },
	{ "cbnz x0", 0xb5000000, 0, 0, true },
	{ "tbz x0, #63", 0xb6f80000, 0, 1ull << 63, true },
	{ "tbnz x0, #63", 0xb7f80000, 0, 1ull << 63, false },
	{ "tbz w0, #3", 0x36180000, 0, 7, false },
	{ "b", 0x14000000, 0, 0, false },
};

static void skipped_branches(void **state)
{
	struct cpu *cpu = calloc(1, sizeof(*cpu));

	(void)state;
	assert_non_null(cpu);
	for (size_t i = 0; i < COUNT(branches); i++) {
		cpu->x[0] = branches[i].x0;
		cpu->pstate.nzcv = branches[i].nzcv;
		if (tarmac_is_skipped(cpu, branches[i].insn) != branches[i].is_skipped)
			fail_msg("row %zu, %s", i, branches[i].what);
	}
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_registers),
		cmocka_unit_test(skipped_branches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
