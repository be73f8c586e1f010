/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data-processing instructions from the word to the result: decoded, and their handler run once on
 * a bare struct cpu. Also what the decoder promises where it replaces one operation by another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cpu/alu.h"
#include "cpu/code.h"

static const u64 all_features[4] = { ~0ull, ~0ull, ~0ull, ~0ull };

/* Executes one word with NZCV; x[] is in `cpu`. Returns NZCV. */
static u32 execute(struct cpu *cpu, u32 word, u32 offset, u32 nzcv)
{
	struct decoded d;
	struct uop u;

	decode_init();
	assert_true(decode(word, offset, all_features, &d));
	u = (struct uop){ .rd = d.rd, .rn = d.rn, .rm = d.rm, .ra = d.ra, .imm = d.imm };
	step_handlers.op[d.op](cpu, &u, 0, 0, 0, FLAGS_EAGER | nzcv);
	assert_ptr_equal(cpu->u, &u + 1);
	assert_int_equal(cpu->x[SLOT_ZERO], 0);
	return flags_value(cpu->flag_a, cpu->flag_b, cpu->flag_kind);
}

static const struct row {
	const char *text;
	u32 word;
	u64 x[4];
	u32 nzcv;
	u64 want;
	u32 want_nzcv;
	const char *why;
} rows[] = {
#define ROW(text, word, x0, x1, x2, x3, nzcv, want, want_nzcv, why)                                \
	{ text, word, { x0, x1, x2, x3 }, nzcv, want, want_nzcv, why },
#include "tests/unit/cpu_data.def"
#undef ROW
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct cpu cpu = { .x = { row->x[0], row->x[1], row->x[2], row->x[3] } };
		u32 nzcv = execute(&cpu, row->word, 0, row->nzcv);

		if (cpu.x[0] != row->want || nzcv != row->want_nzcv)
			fail_msg("%s (%s): x0 %" PRIx64 " NZCV %x, not %" PRIx64 " %x", row->text,
				row->why, cpu.x[0], nzcv, row->want, row->want_nzcv);
		if (cpu.x[1] != row->x[1] || cpu.x[2] != row->x[2] || cpu.x[3] != row->x[3])
			fail_msg("%s (%s): a source register changed", row->text, row->why);
	}
}

/* Every condition on every NZCV, by C1.2.3's table, for the families with a handler for each. */
static bool holds(unsigned cond, unsigned nzcv)
{
	bool n = nzcv & FLAG_N, z = nzcv & FLAG_Z, c = nzcv & FLAG_C, v = nzcv & FLAG_V;
	bool base[8] = { z, c, n, v, c && !z, n == v, n == v && !z, true };

	return base[cond >> 1] ^ ((cond & 1) && cond != 15);
}

static void test_conditions(void **state)
{
	(void)state;
	for (u32 cond = 0; cond < 16; cond++) {
		for (u32 nzcv = 0; nzcv < 16; nzcv++) {
			struct cpu cpu = { .x = { 0, 5, 7 } };
			bool is = holds(cond, nzcv);

			/* csel x0, x1, x2; csinc w3, w1, w2; csneg x4, x1, x2; csinv w5, w1, w2 */
			assert_int_equal(execute(&cpu, 0x9a820020 | cond << 12, 0, nzcv), nzcv);
			execute(&cpu, 0x1a820423 | cond << 12, 0, nzcv);
			execute(&cpu, 0xda820424 | cond << 12, 0, nzcv);
			execute(&cpu, 0x5a820025 | cond << 12, 0, nzcv);
			assert_int_equal(cpu.x[0], is ? 5 : 7);
			assert_int_equal(cpu.x[3], is ? 5 : 8);
			assert_int_equal(cpu.x[4], is ? 5 : (u64)-7);
			assert_int_equal(cpu.x[5], is ? 5 : (u32)-8);
			/* ccmp x1, x2, #9; ccmp w1, #5, #9; ccmn x1, x2, #9; ccmn w1, #5, #9 */
			assert_int_equal(
				execute(&cpu, 0xfa420029 | cond << 12, 0, nzcv), is ? FLAG_N : 9u);
			assert_int_equal(execute(&cpu, 0x7a450829 | cond << 12, 0, nzcv),
				is ? FLAG_Z | FLAG_C : 9u);
			assert_int_equal(
				execute(&cpu, 0xba420029 | cond << 12, 0, nzcv), is ? 0u : 9u);
			assert_int_equal(
				execute(&cpu, 0x3a450829 | cond << 12, 0, nzcv), is ? 0u : 9u);
		}
	}
}

/* ADDS and CMN (immediate) are done as a subtraction: beside AddWithCarry at the corners. */
static void test_add_immediate_flags(void **state)
{
	static const u64 corners[] = { 0, 1, 0xfff, 0x1000, 0x7fffffff, 0x80000000, 0xfffff000,
		0xffffffff, 0x100000000, 0x7fffffffffffffff, 0x8000000000000000, 0xfffffffffffff000,
		0xffffffffffffffff };
	static const u32 immediates[] = { 0, 1, 2, 0x7ff, 0xfff };

	(void)state;
	for (size_t i = 0; i < COUNT(corners); i++) {
		for (size_t j = 0; j < COUNT(immediates) * 2; j++) {
			u32 shifted = j & 1, imm = immediates[j / 2];
			u64 a = corners[i], b = (u64)imm << (shifted ? 12 : 0);
			u32 fields = shifted << 22 | imm << 10 | 1 << 5;
			struct cpu cpu = { .x = { 0, a } };

			assert_int_equal(
				execute(&cpu, 0xb1000000 | fields, 0, 5), add_flags_x(a, b, 0));
			assert_int_equal(cpu.x[0], a + b);
			assert_int_equal(execute(&cpu, 0x31000000 | fields, 0, 5),
				add_flags_w((u32)a, (u32)b, 0));
			assert_int_equal(cpu.x[0], (u32)(a + b));
			assert_int_equal(
				execute(&cpu, 0xb100001f | fields, 0, 5), add_flags_x(a, b, 0));
			assert_int_equal(execute(&cpu, 0x3100001f | fields, 0, 5),
				add_flags_w((u32)a, (u32)b, 0));
		}
	}
}

/* Register 31 is SP in one place and XZR in another. C4.1 */
static void test_register_31(void **state)
{
	struct cpu cpu = { .x = { 0, 1, [SLOT_SP] = 0x1000, [SLOT_SINK] = 77 } };

	(void)state;
	execute(&cpu, 0x910043ff, 0, 0); /* add sp, sp, #16 */
	assert_int_equal(cpu.x[SLOT_SP], 0x1010);
	execute(&cpu, 0x910003e0, 0, 0); /* mov x0, sp */
	assert_int_equal(cpu.x[0], 0x1010);
	execute(&cpu, 0xcb2163ff, 0, 0); /* sub sp, sp, x1 */
	assert_int_equal(cpu.x[SLOT_SP], 0x100f);
	execute(&cpu, 0x927cefff, 0, 0); /* and sp, xzr, #~15 */
	assert_int_equal(cpu.x[SLOT_SP], 0);
	execute(&cpu, 0xb27f03ff, 0, 0); /* orr sp, xzr, #2 */
	assert_int_equal(cpu.x[SLOT_SP], 2);
	assert_int_equal(execute(&cpu, 0xf10007ff, 0, 0), FLAG_C); /* cmp sp, #1 */
	assert_int_equal(execute(&cpu, 0xeb2063ff, 0, 0), FLAG_N); /* cmp sp, x0 */
	assert_int_equal(execute(&cpu, 0xab1f03ff, 0, 0), FLAG_Z); /* adds xzr, xzr, xzr */
	execute(&cpu, 0x8b01003f, 0, 0);			   /* add xzr, x1, x1 */
	execute(&cpu, 0xf2a2469f, 0, 0);			   /* movk xzr, ... */
	assert_int_equal(cpu.x[SLOT_SP], 2);
}

/* ADR is relative to the instruction, ADRP to its page, wherever in the page it is. */
static void test_adr(void **state)
{
	struct cpu cpu = { .code_va = 0xffff000012345000 };

	(void)state;
	execute(&cpu, 0x10000000, 0xff8, 0); /* adr x0, . */
	assert_int_equal(cpu.x[0], 0xffff000012345ff8);
	execute(&cpu, 0x10800000, 0xff8, 0); /* adr x0, .-1M */
	assert_int_equal(cpu.x[0], 0xffff000012245ff8);
	execute(&cpu, 0x707fffe0, 0x004, 0); /* adr x0, .+1M-1 */
	assert_int_equal(cpu.x[0], 0xffff000012445003);
	execute(&cpu, 0x90000000, 0xff8, 0); /* adrp x0, . */
	assert_int_equal(cpu.x[0], 0xffff000012345000);
	execute(&cpu, 0xf0ffffe0, 0xff8, 0); /* adrp x0, .-4096 */
	assert_int_equal(cpu.x[0], 0xffff000012344000);
	execute(&cpu, 0x90800000, 0, 0); /* adrp x0, .-4G */
	assert_int_equal(cpu.x[0], 0xfffeffff12345000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_add_immediate_flags),
		cmocka_unit_test(test_register_31),
		cmocka_unit_test(test_adr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
