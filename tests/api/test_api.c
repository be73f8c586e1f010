/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol.h: what each function does, and what it says of arguments that make no sense.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "entresol.h"

static struct ent_machine *machine(const char *profile)
{
	char why[200];
	struct ent_machine *m =
		ent_create(&(struct ent_config){ .profile = profile }, why, sizeof(why));

	if (m == NULL)
		fail_msg("%s", why);
	return m;
}

/* The error of the last call, and its text, which is then forgotten. */
static void expect_error(struct ent_machine *m, enum ent_error code, const char *text)
{
	if (ent_error(m) != code || strstr(ent_error_text(m), text) == NULL)
		fail_msg("error %d '%s', should be %d '%s'", (int)ent_error(m), ent_error_text(m),
			(int)code, text);
	ent_clear_error(m);
	assert_int_equal(ent_error(m), ENT_OK);
	assert_string_equal(ent_error_text(m), "");
}

static void machines_are_made_as_told(void **state)
{
	struct ent_machine *m = ent_create(NULL, NULL, 0);
	char why[200] = "x";

	(void)state;
	assert_int_equal(ent_el(m), 2);
	assert_int_equal(
		ent_pstate(m), ENT_EL2h | ENT_SPSR_D | ENT_SPSR_A | ENT_SPSR_I | ENT_SPSR_F);
	assert_int_equal(ent_pc(m), ENT_RAM_BASE);
	assert_int_equal(ent_x(m, 30), 0);
	assert_int_equal(ent_set_ram64(m, ENT_RAM_BASE + 0xffff8, 1), ENT_OK);
	assert_int_equal(ent_get_field(m, ENT_ID_AA64MMFR2_EL1, UINT64_C(0xf) << 24), 2);
	ent_destroy(m);
	m = ent_create(
		&(struct ent_config){ .without_el2 = true, .ram_size = 4096 }, why, sizeof(why));
	assert_string_equal(why, "");
	assert_int_equal(ent_el(m), 1);
	assert_int_equal(ent_set_pstate(m, ENT_EL2h), ENT_ERROR_VALUE);
	assert_int_equal(ent_set_ram64(m, ENT_RAM_BASE + 0xff8, 1), ENT_OK);
	assert_int_equal(ent_set_ram64(m, ENT_RAM_BASE + 0xff9, 1), ENT_ERROR_MEMORY);
	ent_destroy(m);
	assert_null(ent_create(&(struct ent_config){ .profile = "v7" }, why, sizeof(why)));
	assert_non_null(strstr(why, "there are: v8.0"));
	assert_null(ent_create(&(struct ent_config){ .ram_size = 100 }, why, sizeof(why)));
	assert_non_null(strstr(why, "not a multiple of 4 KiB"));
	assert_null(ent_create(&(struct ent_config){ .ram_size = UINT64_MAX & ~UINT64_C(0xfff) },
		why, sizeof(why)));
	ent_destroy(NULL);
}

static void choices_are_made(void **state)
{
	struct ent_config config = { .choices = " e2h=res1  swio=res1 " };
	struct ent_machine *m = ent_create(&config, NULL, 0);
	char why[200];

	(void)state;
	assert_int_equal(ent_get_field(m, ENT_FIELD(HCR_EL2, E2H)), 1);
	assert_int_equal(ent_get_field(m, ENT_FIELD(HCR_EL2, SWIO)), 1);
	ent_destroy(m);
	config.choices = "";
	m = ent_create(&config, NULL, 0);
	assert_int_equal(ent_get_field(m, ENT_FIELD(HCR_EL2, E2H)), 0);
	ent_destroy(m);
	config.choices = "swio=res1 e2h=res2";
	assert_null(ent_create(&config, why, sizeof(why)));
	assert_non_null(strstr(why, "choice e2h=res2: choose of writable"));
}

/* What counts by itself is no change; a counter that stands is. */
static void time_is_no_change(void **state)
{
	struct ent_machine *m = machine("v8.1");
	struct ent_snapshot *before;
	struct ent_change changes[2];

	(void)state;
	ent_set_field(m, ENT_FIELD(PMCR_EL0, E), 1);
	ent_set(m, ENT_PMCNTENSET_EL0, UINT64_C(1) << 31);
	ent_set(m, ENT_PMCCFILTR_EL0, 1 << 27); /* NSH: at EL2 */
	before = ent_snapshot(m);
	ent_set_ram64(m, ENT_RAM_BASE, 0xd503201fd503201f);
	ent_run(m, 2);
	assert_int_equal(ent_compare(m, before, changes, 2), 2);
	assert_string_equal(changes[0].name, "PC");
	assert_string_equal(changes[1].name, "RAM");
	assert_true(ent_get(m, ENT_PMCCNTR_EL0) > 0);
	ent_snapshot_free(before);
	ent_set(m, ENT_PMCNTENCLR_EL0, UINT64_C(1) << 31);
	before = ent_snapshot(m);
	ent_set(m, ENT_PMCCNTR_EL0, 1);
	assert_int_equal(ent_compare(m, before, changes, 2), 1);
	assert_string_equal(changes[0].name, "PMCCNTR_EL0");
	ent_snapshot_free(before);
	ent_destroy(m);
}

/* Maps the gibibyte that RAM is in as itself: what is not mapped is not cached. */
static void turn_mmu_on(struct ent_machine *m)
{
	ent_set_ram64(m, ENT_RAM_BASE + 0x2008, ENT_RAM_BASE | 0x701);
	ent_set(m, ENT_TTBR0_EL2, ENT_RAM_BASE + 0x2000);
	ent_set(m, ENT_MAIR_EL2, 0xff);
	ent_set(m, ENT_TCR_EL2, 0x80823519); /* 39 bits, 4 KiB, cacheable */
	ent_set(m, ENT_SCTLR_EL2, 0x30c51835);
	assert_int_equal(ent_error(m), ENT_OK);
}

/* Cycles of 16 loads, each of the address that the next one loads from, once all is in caches. */
static uint64_t cycles_of_chain(const char *timing, const char *settings)
{
	struct ent_config config = { .timing = timing, .timing_settings = settings };
	char why[200];
	struct ent_machine *m = ent_create(&config, why, sizeof(why));
	uint64_t before = 0, insns = 0;

	if (m == NULL)
		fail_msg("%s", why);
	for (unsigned i = 0; i < 16; i += 2)
		ent_set_ram64(m, ENT_RAM_BASE + 4 * i, 0xf9400021f9400021); /* ldr x1, [x1] */
	ent_set_ram64(m, ENT_RAM_BASE + 4 * 16, 0x17fffff0);		    /* b .-64 */
	turn_mmu_on(m);
	ent_set_x(m, 1, ENT_RAM_BASE + 0x1000);
	ent_set_ram64(m, ENT_RAM_BASE + 0x1000, ENT_RAM_BASE + 0x1000);
	for (unsigned i = 0; i < 4; i++) {
		before = ent_cycles(m);
		insns = ent_instructions(m);
		assert_int_equal(ent_run(m, 17), ENT_STOP_BUDGET);
	}
	assert_int_equal(ent_instructions(m) - insns, 17);
	assert_int_equal(ent_timing_count(m, ENT_COUNT_L1D_REFILL), timing != NULL);
	before = ent_cycles(m) - before;
	ent_destroy(m);
	return before;
}

static void timing_is_a_choice(void **state)
{
	const struct {
		const char *timing, *settings, *why;
	} rows[] = {
		{ "a75", NULL, "no timing model 'a75'" },
		{ "a55", "mispredct=1", "is it mispredict?" },
		{ "a55", "mispredict=1 load.latency", "not NAME=VALUE" },
		{ NULL, "mispredict=1", "'mispredict=1' is for a timing model" },
		{ "functional", "mispredict=1", "'mispredict=1' is for a timing model" },
	};
	struct ent_machine *m;
	char why[200];

	(void)state;
	assert_string_equal(ent_timing_model(0), "a55");
	assert_null(ent_timing_model(1000));
	assert_int_equal(cycles_of_chain(NULL, NULL), 17);
	assert_in_range(cycles_of_chain("a55", ""), 16 * 2, 16 * 5);
	assert_int_equal(cycles_of_chain("a55", " load.latency=12  mispredict=2 ") -
				 cycles_of_chain("a55", "load.latency=11"),
		16);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		m = ent_create(&(struct ent_config){ .timing = rows[i].timing,
				       .timing_settings = rows[i].settings },
			why, sizeof(why));
		assert_null(m);
		if (strstr(why, rows[i].why) == NULL)
			fail_msg("row %zu: %s", i, why);
	}
	m = machine("v8.1");
	assert_string_equal(ent_timing_count_name(ENT_COUNT_MISPREDICT), "branch mispredictions");
	assert_null(ent_timing_count_name(ENT_TIMING_COUNTS));
	ent_timing_count(m, ENT_TIMING_COUNTS);
	expect_error(m, ENT_ERROR_ARGUMENT, "no count");
	ent_timing_count(m, (enum ent_timing_count) - 1);
	expect_error(m, ENT_ERROR_ARGUMENT, "no count");
	ent_destroy(m);
	assert_int_equal(ent_cycles(NULL), 0);
	assert_int_equal(ent_instructions(NULL), 0);
}

static void registers_keep_what_is_written(void **state)
{
	struct ent_machine *m = machine("max");
	uint64_t v[2] = { 3, 4 };

	(void)state;
	assert_int_equal(ent_set_x(m, 30, 77), ENT_OK);
	assert_int_equal(ent_x(m, 30), 77);
	assert_int_equal(ent_set_v(m, 31, v), ENT_OK);
	v[0] = v[1] = 9;
	assert_int_equal(ent_v(m, 31, v), ENT_OK);
	assert_int_equal(v[0], 3);
	assert_int_equal(v[1], 4);
	for (unsigned n = 0; n < 3; n++) {
		static const uint32_t sp[] = { ENT_SP_EL0, ENT_SP_EL1, ENT_SP_EL2 };

		assert_int_equal(ent_set(m, sp[n], 0x100 + n), ENT_OK);
		assert_int_equal(ent_get(m, sp[n]), 0x100 + n);
	}
	/* the selected stack pointer moves with PSTATE */
	assert_int_equal(ent_set_pstate(m, ENT_EL1h), ENT_OK);
	assert_int_equal(ent_get(m, ENT_SP_EL2), 0x102);
	assert_int_equal(ent_get(m, ENT_SP_EL1), 0x101);
	assert_int_equal(ent_set(m, ENT_TTBR0_EL1, 0x12340), ENT_OK);
	assert_int_equal(ent_get(m, ENT_TTBR0_EL1), 0x12340);
	assert_int_equal(ent_get(m, ENT_TTBR0_EL2), 0);
	assert_int_equal(ent_set_field(m, ENT_FIELD(TCR_EL1, T1SZ), 25), ENT_OK);
	assert_int_equal(ent_get_field(m, ENT_FIELD(TCR_EL1, T1SZ)), 25);
	assert_int_equal(ent_get(m, ENT_TCR_EL1), 25 << 16);
	assert_int_equal(ent_set(m, ENT_NZCV, 5u << 28), ENT_OK);
	assert_int_equal(ent_pstate(m) >> 28, 5);
	assert_int_equal(ent_set(m, ENT_FPSR, 1), ENT_OK);
	assert_int_equal(ent_get(m, ENT_FPSR), 1);
	assert_int_equal(ent_error(m), ENT_OK);
	ent_destroy(m);
}

static void wrong_registers_are_errors(void **state)
{
	struct ent_machine *m = machine("v8.1");
	uint64_t v[2] = { 1, 1 };

	(void)state;
	ent_set_x(m, 31, 0);
	expect_error(m, ENT_ERROR_ARGUMENT, "no register X31");
	assert_int_equal(ent_x(m, 1u << 31), 0);
	expect_error(m, ENT_ERROR_ARGUMENT, "no register X");
	ent_v(m, 32, v);
	assert_int_equal(v[0] | v[1], 0);
	expect_error(m, ENT_ERROR_ARGUMENT, "no register V32");
	ent_set_v(m, 0, NULL);
	expect_error(m, ENT_ERROR_ARGUMENT, "nothing to copy");
	ent_get(m, ENT_SYSREG(3, 7, 15, 15, 7));
	expect_error(m, ENT_ERROR_REGISTER, "no register has the encoding");
	ent_get(m, 0xffffffff);
	expect_error(m, ENT_ERROR_REGISTER, "no register has the encoding");
	ent_set(m, ENT_TLBI_VAE1, 0);
	expect_error(m, ENT_ERROR_REGISTER, "TLBI_VAE1 is an operation");
	ent_set(m, ENT_SCTLR_EL12, 0);
	expect_error(m, ENT_ERROR_REGISTER, "a name of SCTLR_EL1");
	ent_set(m, ENT_VNCR_EL2, 0);
	expect_error(m, ENT_ERROR_REGISTER, "needs FEAT_NV2");
	ent_set(m, ENT_MIDR_EL1, 0);
	expect_error(m, ENT_ERROR_ACCESS, "read-only");
	ent_get(m, ENT_OSLAR_EL1);
	expect_error(m, ENT_ERROR_ACCESS, "write-only");
	ent_set(m, ENT_HCR_EL2, ENT_HCR_EL2_NV | ENT_HCR_EL2_TVM);
	expect_error(
		m, ENT_ERROR_VALUE, "HCR_EL2.NV is RES0 in this CPU profile; it needs FEAT_NV");
	assert_true(ent_get(m, ENT_HCR_EL2) & ENT_HCR_EL2_TVM);
	ent_set_field(m, ENT_FIELD(HCR_EL2, BSU), 4);
	expect_error(m, ENT_ERROR_VALUE, "does not fit a field of 2 bits");
	ent_set_field(m, ENT_HCR_EL2, 0, 1);
	expect_error(m, ENT_ERROR_ARGUMENT, "without bits");
	ent_set_field(m, ENT_FIELD(VTTBR_EL2, VMID), UINT64_MAX);
	expect_error(m, ENT_ERROR_VALUE, "does not fit");
	/* a field of 1 where the register has RES1 bits of its own */
	assert_int_equal(ent_set_field(m, ENT_FIELD(SCTLR_EL1, M), 1), ENT_OK);
	/* the first error stays */
	ent_set_x(m, 40, 0);
	ent_set_x(m, 41, 0);
	expect_error(m, ENT_ERROR_ARGUMENT, "X40");
	ent_destroy(m);
}

static void pstate_must_be_possible(void **state)
{
	static const struct {
		const char *profile;
		uint64_t pstate;
		enum ent_error error;
	} rows[] = {
		{ "v8.0", ENT_EL0t, ENT_OK },
		{ "v8.0", ENT_EL1t, ENT_OK },
		{ "v8.0", ENT_EL2t | ENT_SPSR_Z | ENT_SPSR_IL | ENT_SPSR_SS, ENT_OK },
		{ "v8.0", 1, ENT_ERROR_VALUE },
		{ "v8.0", 2, ENT_ERROR_VALUE },
		{ "v8.0", 0xd, ENT_ERROR_VALUE },
		{ "v8.0", 0x10, ENT_ERROR_VALUE },
		{ "v8.0", UINT64_C(1) << 40 | ENT_EL1h, ENT_ERROR_VALUE },
		{ "v8.0", ENT_EL1h | ENT_SPSR_PAN, ENT_ERROR_VALUE },
		{ "v8.1", ENT_EL1h | ENT_SPSR_PAN, ENT_OK },
		{ "v8.3-nv", ENT_EL1h | ENT_SPSR_UAO, ENT_OK },
		{ "v8.3-nv", ENT_EL1h | ENT_SPSR_DIT, ENT_ERROR_VALUE },
		{ "max", ENT_EL1h | ENT_SPSR_DIT | ENT_SPSR_SSBS | ENT_SPSR_BTYPE, ENT_OK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ent_machine *m = machine(rows[i].profile);
		uint64_t before = ent_pstate(m);

		if (ent_set_pstate(m, rows[i].pstate) != rows[i].error)
			fail_msg("row %zu: %s", i, ent_error_text(m));
		assert_int_equal(ent_pstate(m), rows[i].error == ENT_OK ? rows[i].pstate : before);
		ent_destroy(m);
	}
}

static void ram_is_where_it_is(void **state)
{
	struct ent_machine *m = machine("v8.1");
	uint8_t bytes[3] = { 1, 2, 3 }, back[3] = { 0 };

	(void)state;
	assert_int_equal(ent_write_ram(m, ENT_RAM_BASE + 5, bytes, 3), ENT_OK);
	assert_int_equal(ent_read_ram(m, ENT_RAM_BASE + 5, back, 3), ENT_OK);
	assert_memory_equal(bytes, back, 3);
	assert_int_equal(ent_ram64(m, ENT_RAM_BASE), UINT64_C(0x0302010000000000));
	assert_int_equal(ent_write_ram(m, ENT_RAM_BASE - 1, bytes, 2), ENT_ERROR_MEMORY);
	assert_int_equal(ent_write_ram(m, UINT64_MAX, bytes, 2), ENT_ERROR_MEMORY);
	assert_int_equal(ent_read_ram(m, ENT_RAM_BASE, back, SIZE_MAX), ENT_ERROR_MEMORY);
	assert_int_equal(ent_read_ram(m, 0, back, 0), ENT_OK);
	ent_clear_error(m);
	assert_int_equal(ent_ram64(m, 0x9000000), 0); /* a device is no RAM */
	expect_error(m, ENT_ERROR_MEMORY, "no RAM for 8 bytes at 0x9000000");
	ent_write_ram(m, ENT_RAM_BASE, NULL, 1);
	expect_error(m, ENT_ERROR_ARGUMENT, "nothing to copy");
	ent_destroy(m);
}

static void instructions_run(void **state)
{
	struct ent_machine *m = machine("v8.1");
	uint32_t word = 1;

	(void)state;
	assert_null(ent_last_exception(m));
	assert_int_equal(ent_execute(m, 0xd2800540), ENT_OK); /* mov x0, #42 */
	assert_int_equal(ent_x(m, 0), 42);
	assert_int_equal(ent_pc(m), ENT_RAM_BASE + 4);
	/* the same place, another word: what was decoded is forgotten */
	ent_set_pc(m, ENT_RAM_BASE);
	assert_int_equal(ent_execute(m, 0xd2800560), ENT_OK);
	assert_int_equal(ent_x(m, 0), 43);
	assert_int_equal(ent_assemble(m, "msr sctlr_el1, x3", &word), ENT_OK);
	assert_int_equal(word, ENT_MSR(ENT_SCTLR_EL1, 3));
	assert_int_equal(ent_assemble(m, "mrs x7, S3_0_C1_C0_0", &word), ENT_OK);
	assert_int_equal(word, ENT_MRS(ENT_SCTLR_EL1, 7));
	ent_assemble(m, "mrs x0, sctlr_el9", &word);
	assert_int_equal(word, 0);
	expect_error(m, ENT_ERROR_ASSEMBLY, "sctlr_el9");
	ent_set_pc(m, ENT_RAM_BASE + 2);
	ent_execute(m, 0xd503201f);
	expect_error(m, ENT_ERROR_PC, "no instruction can be fetched");
	ent_set_pc(m, 0x9000000);
	ent_execute(m, 0xd503201f);
	expect_error(m, ENT_ERROR_PC, "0x9000000 at EL2");
	/* a loop: count to ten */
	ent_set_pc(m, ENT_RAM_BASE);
	ent_set_ram64(m, ENT_RAM_BASE, UINT64_C(0x17ffffff91000400)); /* add x0, x0, #1; b .-4 */
	ent_set_x(m, 0, 0);
	assert_int_equal(ent_run(m, 20), ENT_STOP_BUDGET);
	assert_int_equal(ent_x(m, 0), 10);
	assert_string_equal(ent_stop_text(m), "");
	/* nothing will end this */
	assert_int_equal(ent_execute(m, 0xd503207f), ENT_OK);
	assert_int_equal(ent_run(m, 1), ENT_STOP_STUCK);
	assert_non_null(strstr(ent_stop_text(m), "WFI"));
	ent_destroy(m);
}

static void exceptions_are_remembered(void **state)
{
	struct ent_machine *m = machine("v8.1");
	const struct ent_exception *e;
	char text[160];

	(void)state;
	ent_set(m, ENT_VBAR_EL2, ENT_RAM_BASE + 0x800);
	ent_set_pstate(m, ENT_EL1h | ENT_SPSR_C);
	assert_int_equal(ent_execute(m, 0xd4000002 | 0x1234 << 5), ENT_OK); /* hvc */
	e = ent_last_exception(m);
	assert_int_equal(ent_exception_count(m), 1);
	assert_int_equal(e->kind, ENT_SYNCHRONOUS);
	assert_int_equal(e->from_el, 1);
	assert_int_equal(e->target_el, 2);
	assert_int_equal(e->vector, ENT_RAM_BASE + 0xc00);
	assert_int_equal(e->elr, ENT_RAM_BASE + 4);
	assert_int_equal(e->spsr, ENT_EL1h | ENT_SPSR_C);
	assert_int_equal(e->ec, ENT_EC_HVC64);
	assert_int_equal(e->iss, 0x1234);
	assert_int_equal(e->esr, ent_get(m, ENT_ESR_EL2));
	assert_false(e->has_far || e->has_hpfar);
	assert_non_null(strstr(e->text, "HVC64"));
	ent_describe_esr(e->esr, text, sizeof(text));
	assert_string_equal(text, e->text);
	ent_describe_esr(e->esr, NULL, 0);
	/* an interrupt is taken before the next instruction, which is that at the vector */
	ent_set_ram64(m, ENT_RAM_BASE + 0xc80, 0xd503201f);
	ent_set_field(m, ENT_FIELD(HCR_EL2, IMO), 1);
	ent_set_pstate(m, ENT_EL1h);
	ent_set_pc(m, ENT_RAM_BASE);
	assert_int_equal(ent_set_line(m, ENT_IRQ, true), ENT_OK);
	ent_run(m, 1);
	assert_int_equal(ent_exception_count(m), 2);
	assert_int_equal(ent_last_exception(m)->kind, ENT_TAKEN_IRQ);
	assert_int_equal(ent_last_exception(m)->vector, ENT_RAM_BASE + 0xc80);
	assert_int_equal(ent_set_line(m, (enum ent_line)9, true), ENT_ERROR_ARGUMENT);
	ent_destroy(m);
}

static void routes_are_told(void **state)
{
	struct ent_machine *m = machine("v8.4-nv2");
	struct ent_route route;

	(void)state;
	ent_set_pstate(m, ENT_EL1h);
	assert_int_equal(ent_route(m, ENT_MRS(ENT_HCR_EL2, 0), &route), ENT_OK);
	assert_int_equal(route.goes, ENT_GOES_UNDEFINED);
	assert_int_equal(route.target_el, 1);
	ent_set_field(m, ENT_FIELD(HCR_EL2, NV), 1);
	ent_route(m, ENT_MRS(ENT_HCR_EL2, 5), &route);
	assert_int_equal(route.goes, ENT_GOES_TRAP);
	assert_int_equal(route.target_el, 2);
	assert_int_equal(route.ec, ENT_EC_SYSREG);
	assert_int_equal(route.iss, 3 << 20 | 4 << 14 | 1 << 10 | 5 << 5 | 1 << 1 | 1);
	ent_set_field(m, ENT_FIELD(HCR_EL2, NV2), 1);
	ent_route(m, ENT_MRS(ENT_HCR_EL2, 5), &route);
	assert_int_equal(route.goes, ENT_GOES_MEMORY);
	assert_int_equal(route.offset, 0x78);
	ent_route(m, ENT_MRS(ENT_ELR_EL2, 5), &route);
	assert_int_equal(route.goes, ENT_GOES_OK);
	assert_int_equal(route.reg, ENT_ELR_EL1);
	assert_true(route.text[0] != '\0');
	ent_route(m, 0xd503201f, &route); /* nop */
	assert_int_equal(route.goes, ENT_GOES_OK);
	assert_int_equal(route.reg, 0);
	assert_int_equal(ent_route(m, 0, NULL), ENT_ERROR_ARGUMENT);
	assert_string_equal(ent_register_name(ENT_ELR_EL1), "ELR_EL1");
	assert_null(ent_register_name(1 << 20));
	ent_destroy(m);
}

static void snapshots_tell_changes(void **state)
{
	struct ent_machine *m = machine("v8.1");
	struct ent_snapshot *before = ent_snapshot(m);
	struct ent_change changes[3];

	(void)state;
	assert_int_equal(ent_compare(m, before, NULL, 0), 0);
	ent_set_x(m, 7, 70);
	ent_set(m, ENT_TTBR0_EL1, 0x1000);
	ent_set_ram64(m, ENT_RAM_BASE + 16, 5);
	ent_set_ram64(m, ENT_RAM_BASE + 24, 6);
	assert_int_equal(ent_compare(m, before, changes, 3), 4);
	assert_string_equal(changes[0].name, "X7");
	assert_int_equal(changes[0].after, 70);
	assert_string_equal(changes[1].name, "TTBR0_EL1");
	assert_string_equal(changes[2].name, "RAM");
	assert_int_equal(changes[2].address, ENT_RAM_BASE + 16);
	assert_int_equal(ent_before_x(m, before, 7), 0);
	assert_int_equal(ent_before(m, before, ENT_TTBR0_EL1), 0);
	assert_int_equal(ent_before_ram64(m, before, ENT_RAM_BASE + 16), 0);
	assert_int_equal(ent_before_pc(m, before), ENT_RAM_BASE);
	assert_int_equal(ent_before_pstate(m, before), ent_pstate(m));
	assert_int_equal(ent_error(m), ENT_OK);
	ent_before_x(m, before, 31);
	expect_error(m, ENT_ERROR_ARGUMENT, "X31");
	ent_before_ram64(m, before, ENT_RAM_BASE + 0xffff9);
	expect_error(m, ENT_ERROR_MEMORY, "no RAM");
	ent_compare(m, NULL, NULL, 0);
	expect_error(m, ENT_ERROR_ARGUMENT, "not a snapshot");
	ent_snapshot_free(before);
	ent_snapshot_free(NULL);
	ent_destroy(m);
}

static void store(struct ent_machine *m, uint64_t address, uint32_t value)
{
	ent_set_x(m, 0, value);
	ent_set_x(m, 1, address);
	assert_int_equal(ent_execute(m, 0xb9000020), ENT_OK); /* str w0, [x1] */
}

static uint64_t load(struct ent_machine *m, uint64_t address)
{
	ent_set_x(m, 1, address);
	assert_int_equal(ent_execute(m, 0xb9400020), ENT_OK); /* ldr w0, [x1] */
	return ent_x(m, 0);
}

/* Only an MRS acknowledges an interrupt: who looks on sees which it would be. */
static void looking_acknowledges_nothing(void **state)
{
	static const uint64_t gicd_ctlr = 0x08000000, gicr_sgi = 0x080b0000;
	struct ent_machine *m = machine("v8.1");
	struct ent_snapshot *before;

	(void)state;
	store(m, gicd_ctlr, 3);
	store(m, gicr_sgi + 0x80, ~0u);	 /* IGROUPR0 */
	store(m, gicr_sgi + 0x100, ~0u); /* ISENABLER0 */
	ent_set(m, ENT_ICC_PMR_EL1, 0xf8);
	ent_set(m, ENT_ICC_IGRPEN1_EL1, 1);
	store(m, gicr_sgi + 0x200, 8); /* ISPENDR0: SGI 3 */
	before = ent_snapshot(m);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(ent_get(m, ENT_ICC_IAR1_EL1), 3);
		assert_int_equal(ent_before(m, before, ENT_ICC_IAR1_EL1), 3);
		assert_int_equal(ent_get(m, ENT_ICC_RPR_EL1), 0xff);
		assert_int_equal(load(m, gicr_sgi + 0x300), 0); /* ISACTIVER0 */
	}
	assert_int_equal(ent_execute(m, ENT_MRS(ENT_ICC_IAR1_EL1, 0)), ENT_OK);
	assert_int_equal(ent_x(m, 0), 3);
	assert_int_equal(ent_get(m, ENT_ICC_IAR1_EL1), 1023);
	assert_int_equal(ent_before(m, before, ENT_ICC_IAR1_EL1), 3);
	assert_int_equal(load(m, gicr_sgi + 0x300), 8);
	ent_snapshot_free(before);
	ent_destroy(m);
}

/* The counter of a snapshot stands, whatever was read of it since. */
static void the_counter_was_what_it_was(void **state)
{
	struct ent_machine *m = machine("v8.1");
	struct ent_snapshot *before = ent_snapshot(m);
	uint64_t was = ent_get(m, ENT_CNTPCT_EL0);

	(void)state;
	ent_set_ram64(m, ENT_RAM_BASE, 0x17ffffffd503201f); /* nop; b .-4 */
	ent_run(m, 100000);
	assert_int_equal(ent_execute(m, ENT_MRS(ENT_CNTPCT_EL0, 0)), ENT_OK);
	assert_true(ent_x(m, 0) > was);
	assert_int_equal(ent_before(m, before, ENT_CNTPCT_EL0), was);
	ent_snapshot_free(before);
	ent_destroy(m);
}

static void no_machine_is_an_error(void **state)
{
	uint64_t v[2];
	uint32_t word;
	struct ent_route route;

	(void)state;
	assert_int_equal(ent_error(NULL), ENT_ERROR_ARGUMENT);
	assert_true(ent_error_text(NULL)[0] != '\0');
	ent_clear_error(NULL);
	assert_int_equal(ent_x(NULL, 0), 0);
	assert_int_equal(ent_set_x(NULL, 0, 0), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_v(NULL, 0, v), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_set_v(NULL, 0, v), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_pc(NULL), 0);
	assert_int_equal(ent_set_pc(NULL, 0), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_pstate(NULL), 0);
	assert_int_equal(ent_set_pstate(NULL, ENT_EL1h), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_el(NULL), 0);
	assert_int_equal(ent_get(NULL, ENT_HCR_EL2), 0);
	assert_int_equal(ent_set(NULL, ENT_HCR_EL2, 0), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_get_field(NULL, ENT_FIELD(HCR_EL2, NV)), 0);
	assert_int_equal(ent_set_field(NULL, ENT_FIELD(HCR_EL2, NV), 0), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_set_line(NULL, ENT_IRQ, true), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_read_ram(NULL, 0, v, 8), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_write_ram(NULL, 0, v, 8), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_ram64(NULL, 0), 0);
	assert_int_equal(ent_run(NULL, 1), ENT_STOP_ERROR);
	assert_true(ent_stop_text(NULL)[0] != '\0');
	assert_int_equal(ent_place(NULL, 0), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_execute(NULL, 0), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_assemble(NULL, "nop", &word), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_route(NULL, 0, &route), ENT_ERROR_ARGUMENT);
	assert_null(ent_last_exception(NULL));
	assert_int_equal(ent_exception_count(NULL), 0);
	assert_null(ent_snapshot(NULL));
	assert_int_equal(ent_compare(NULL, NULL, NULL, 0), 0);
	assert_int_equal(ent_before(NULL, NULL, ENT_HCR_EL2), 0);
	assert_int_equal(ent_before_x(NULL, NULL, 0), 0);
}

/* Any arguments, any state, any word: never an end of the process. */
static void nothing_aborts(void **state)
{
	static const char *const profiles[] = { "v8.0", "v8.1", "v8.3-nv", "v8.4-nv2", "max" };
	uint64_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		struct ent_machine *m = machine(profiles[round % 5]);

		for (unsigned i = 0; i < 300; i++) {
			uint64_t a, b;
			struct ent_route route;

			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
			a = seed >> 32;
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
			b = seed ^ seed >> 29;
			switch (a % 8) {
			case 0: ent_set(m, (uint32_t)(a >> 8 & 0xffff), b); break;
			case 1: ent_set_pstate(m, b & 0xf3d00fcf); break;
			case 2: ent_set_pc(m, ENT_RAM_BASE + (b & 0xfffff)); break;
			case 3: ent_execute(m, 0xd5000000 | (uint32_t)(b & 0x3fffff)); break;
			case 4: ent_execute(m, (uint32_t)b); break;
			case 5: ent_route(m, (uint32_t)b, &route); break;
			case 6: ent_set_x(m, a >> 8 & 31, ENT_RAM_BASE + (b & 0xfffff)); break;
			default: ent_run(m, b % 16); break;
			}
		}
		ent_destroy(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machines_are_made_as_told),
		cmocka_unit_test(choices_are_made),
		cmocka_unit_test(time_is_no_change),
		cmocka_unit_test(timing_is_a_choice),
		cmocka_unit_test(registers_keep_what_is_written),
		cmocka_unit_test(wrong_registers_are_errors),
		cmocka_unit_test(pstate_must_be_possible),
		cmocka_unit_test(ram_is_where_it_is),
		cmocka_unit_test(instructions_run),
		cmocka_unit_test(exceptions_are_remembered),
		cmocka_unit_test(routes_are_told),
		cmocka_unit_test(snapshots_tell_changes),
		cmocka_unit_test(looking_acknowledges_nothing),
		cmocka_unit_test(the_counter_was_what_it_was),
		cmocka_unit_test(no_machine_is_an_error),
		cmocka_unit_test(nothing_aborts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
