/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Syndromes as text: one readable line for every class, whatever the bits.
 */
#include "tests/unit/exceptions_pe.h"

static const struct {
	u64 esr;
	const char *line;
} rows[] = {
	/* clang-format off */
	{ 0x02000000, "UNKNOWN: unknown reason (UNDEFINED)" },
	{ 0x07e00000, "WFX: WFI" },
	{ 0x07e00001, "WFX: WFE" },
	{ 0x1fe00000, "FP_ACCESS: trapped FP or SIMD access" },
	{ 0x3a000000, "ILLEGAL_STATE: illegal execution state" },
	{ 0x56001234, "SVC64: #0x1234" },
	{ 0x5a00ffff, "HVC64: #0xffff" },
	{ 0x5e000000, "SMC64: #0x0" },
	{ 0xf2000001, "BRK64: #0x1" },
	{ 0x6a000000, "ERET: trapped ERET" },
	{ 0x6a000002, "ERET: trapped ERETAA" },
	{ 0x6a000003, "ERET: trapped ERETAB" },
	{ 0x623008e1, "SYSREG: read of TTBR0_EL1, x7" },
	{ 0x623008e0, "SYSREG: write of TTBR0_EL1, x7" },
	{ 0x623008fe | 1, "SYSREG: read of S3_0_C2_C15_0, x7" },
	{ 0x62323fe6, "SYSREG: write of S3_0_C15_C3_1, xzr" },
	{ 0x62122006, "SYSREG: operation TLBI_VAE1IS, x0" },
	{ 0x620cd3fe, "SYSREG: MSR DAIFSet, #15" },
	{ 0x620ed3e4, "SYSREG: MSR DAIFClr, #2" },
	{ 0x8200000f, "IABT_LOWER: permission fault level 3" },
	{ 0x86000085, "IABT_SAME: translation fault level 1 on a stage 1 walk" },
	{ 0x92000047, "DABT_LOWER: write, translation fault level 3" },
	{ 0x92000008, "DABT_LOWER: read, access flag fault level 0" },
	{ 0x96000061, "DABT_SAME: write, alignment fault" },
	{ 0x96000010, "DABT_SAME: read, external abort" },
	{ 0x96000016, "DABT_SAME: read, external abort on a walk level 2" },
	{ 0x96000035, "DABT_SAME: read, unsupported exclusive or atomic access" },
	{ 0x9600003f, "DABT_SAME: read, status 0x3f" },
	{ 0x96000140, "DABT_SAME: write, address size fault level 0, cache maintenance or AT" },
	{ 0x96002007, "DABT_SAME: read, translation fault level 3, VNCR access" },
	{ 0x93c78046, "DABT_LOWER: write, translation fault level 2, 8 bytes from x7" },
	{ 0x93a80006, "DABT_LOWER: read, translation fault level 2, 4 bytes sign-extended to w8" },
	{ 0xbe000000, "SERROR: SError" },
	{ 0xaa000000, "EC_0x2a: unallocated class" },
	{ 0xfe000000, "EC_0x3f: unallocated class" },
	/* clang-format on */
};

static void test_rows(void **state)
{
	char line[200];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		esr_describe(rows[i].esr, line, sizeof(line));
		if (strcmp(line, rows[i].line) != 0)
			fail_msg("0x%" PRIx64 " is \"%s\", not \"%s\"", rows[i].esr, line,
				rows[i].line);
	}
}

/* Every system register's own syndrome names it. */
static void test_register_names(void **state)
{
	char line[200], want[64];

	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		u32 e = sysreg_encoding((enum sysreg_id)id);
		u64 iss = bits(e, 15, 14) << 20 | bits(e, 2, 0) << 17 | bits(e, 13, 11) << 14 |
			  bits(e, 10, 7) << 10 | bits(e, 6, 3) << 1 | 9 << 5;

		if (bits(e, 15, 14) == 0) /* behind the name of another */
			continue;
		esr_describe(0x62000000 | iss, line, sizeof(line));
		snprintf(want, sizeof(want), " %s, x9", sysreg_name((enum sysreg_id)id));
		if (strstr(line, want) == NULL)
			fail_msg("%s is \"%s\"", sysreg_name((enum sysreg_id)id), line);
	}
}

static void test_every_class_has_a_name(void **state)
{
	(void)state;
	for (unsigned ec = 0; ec < 64; ec++)
		assert_non_null(ec_name(ec));
	assert_string_equal(ec_name(0x16), "HVC64");
	assert_string_equal(ec_name(0x2a), "EC_0x2a");
}

/* A buffer that is too small is filled and terminated. */
static void test_small_buffer(void **state)
{
	char line[8] = "xxxxxxx";

	(void)state;
	esr_describe(0x92000047, line, 5);
	assert_string_equal(line, "DABT");
	assert_int_equal(line[5], 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_register_names),
		cmocka_unit_test(test_every_class_has_a_name),
		cmocka_unit_test(test_small_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
