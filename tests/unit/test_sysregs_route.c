/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of system registers are consistent, follow the profile, and have a short way that
 * agrees with the long one. Where accesses go is in tests/route.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sysregs/table.h"

static void ignore_timers(struct cpu *cpu)
{
	(void)cpu;
}

static const struct cpu_ops ops = { .timer_changed = ignore_timers, .pmu_changed = ignore_timers };

static struct cpu *new_cpu(const char *profile, bool has_el2)
{
	struct cpu *cpu = calloc(1, sizeof(*cpu));

	assert_non_null(cpu);
	assert_true(sysregs_select_profile(cpu, profile));
	cpu->ops = &ops;
	cpu->has_el2 = has_el2;
	sysregs_reset(cpu);
	return cpu;
}

/* The short way must say what the long one says, or nothing, under every mode of HCR_EL2, with no
 * trap armed and with all. tests/route asks the same under the controls of its rows. */
static void direct_accesses_agree_in_every_mode(void **state)
{
	static const u64 modes[] = { HCR_EL2_E2H, HCR_EL2_TGE, HCR_EL2_NV, HCR_EL2_NV1,
		HCR_EL2_NV2 };
	const u64 all_modes = modes[0] | modes[1] | modes[2] | modes[3] | modes[4];
	struct cpu *cpu = new_cpu("v8.4-nv2", true);
	unsigned direct = 0;

	(void)state;
	for (unsigned mode = 0; mode < 1u << (COUNT(modes) + 1); mode++) {
		bool all_traps = mode >> COUNT(modes);
		u64 hcr = all_traps ? ~all_modes : 0;

		for (size_t bit_of = 0; bit_of < COUNT(modes); bit_of++)
			hcr |= mode >> bit_of & 1 ? modes[bit_of] : 0;
		sysreg_write(cpu, SR_HCR_EL2, hcr);
		sysreg_write(cpu, SR_MDCR_EL2, all_traps ? ~0ull : 0);
		for (unsigned n = 0; n < 2 * EL_COUNT * SYSREG_COUNT; n++) {
			enum sysreg_id reg = (enum sysreg_id)(n / 2 / EL_COUNT);
			enum direction direction = n % 2 ? DIR_WRITE : DIR_READ;
			const struct sysreg *to;
			struct route route;
			u16 target;

			cpu->pstate.el = (u8)(n / 2 % EL_COUNT);
			cpu->pstate.sp = cpu->pstate.el != EL0;
			target = sysreg_direct_target(cpu, reg, direction);
			if (target == SR_NONE)
				continue;
			direct++;
			to = &sysreg_rows[target];
			route = sysreg_route(cpu, reg, direction);
			if (route.goes != TO_REGISTER || route.reg != target)
				fail_msg("HCR_EL2 0x%" PRIx64 ", EL%u, %s: direct to %s", hcr,
					cpu->pstate.el, sysreg_name(reg), to->name);
			if (direction == DIR_READ ? to->read != NULL
						  : to->wrote != NULL || to->is_gated)
				fail_msg(
					"%s: direct past a hook of %s", sysreg_name(reg), to->name);
		}
	}
	assert_true(direct > 1000);
	free(cpu);
}

static void without_el2_nothing_traps_there(void **state)
{
	struct cpu *cpu = new_cpu("v8.1", false);

	(void)state;
	cpu->pstate.el = EL1;
	cpu->pstate.sp = 1;
	assert_int_equal(sysreg_route(cpu, SR_HCR_EL2, DIR_READ).goes, TO_UNDEFINED);
	assert_int_equal(sysreg_route(cpu, SR_CNTPCT_EL0, DIR_READ).goes, TO_REGISTER);
	assert_int_equal(sysreg_route(cpu, SR_RVBAR_EL1, DIR_READ).goes, TO_REGISTER);
	assert_int_equal(bits(cpu->sys[SR_ID_AA64PFR0_EL1], 11, 8), 0);
	free(cpu);
}

static void absent_features_are_undefined(void **state)
{
	struct cpu *cpu = new_cpu("v8.0", true);

	(void)state;
	cpu->pstate.el = EL2;
	assert_int_equal(sysreg_route(cpu, SR_TTBR1_EL2, DIR_READ).goes, TO_UNDEFINED);
	assert_int_equal(sysreg_route(cpu, SR_PAN, DIR_READ).goes, TO_UNDEFINED);
	assert_int_equal(sysreg_route(cpu, SR_LORC_EL1, DIR_READ).goes, TO_UNDEFINED);
	sysreg_write(cpu, SR_HCR_EL2, ~(u64)0);
	assert_false(
		cpu->sys[SR_HCR_EL2] & (HCR_EL2_E2H | HCR_EL2_NV | HCR_EL2_NV2 | HCR_EL2_TLOR));
	free(cpu);
}

static void id_registers_follow_the_profile(void **state)
{
	static const struct {
		const char *profile;
		u64 isar0, isar1, mmfr1, mmfr2, pfr1, pfr0; /* pfr0: FP and EL0 to EL3 */
	} ids[] = {
		{ "v8.0", 0x1120, 0, 0, 0, 0, 0x000111 },
		{ "v8.1", 0x10211120, 0, 0x111122, 0, 0, 0x000111 },
		{ "v8.3-nv", 0x10211120, 0x1111011, 0x111122, 0x1100010, 0, 0x110111 },
		{ "v8.4-nv2", 0x0211100010211120, 0x1211011, 0x111122, 0x0201011112101010, 0,
			0x110111 },
		{ "max", 0x0221111110212120, 0x10111101211012, 0x10010211122, 0x1201011112101010,
			0x21, 0x110111 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		struct cpu *cpu = new_cpu(ids[i].profile, true);

		assert_int_equal(cpu->sys[SR_ID_AA64ISAR0_EL1], ids[i].isar0);
		assert_int_equal(cpu->sys[SR_ID_AA64MMFR1_EL1], ids[i].mmfr1);
		assert_int_equal(cpu->sys[SR_ID_AA64MMFR2_EL1], ids[i].mmfr2);
		assert_int_equal(bits(cpu->sys[SR_ID_AA64MMFR0_EL1], 55, 0), 0x100022);
		assert_int_equal(cpu->sys[SR_ID_AA64ISAR1_EL1], ids[i].isar1);
		assert_int_equal(cpu->sys[SR_ID_AA64PFR1_EL1], ids[i].pfr1);
		assert_int_equal(bits(cpu->sys[SR_ID_AA64DFR0_EL1], 7, 4), 0); /* no trace */
		assert_int_equal(bits(cpu->sys[SR_ID_AA64PFR0_EL1], 23, 0), ids[i].pfr0);
		free(cpu);
	}
}

static void encodings_are_unique(void **state)
{
	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		enum sysreg_id reg = (enum sysreg_id)id;

		if (sysreg_find(sysreg_encoding(reg)) != reg)
			fail_msg("%s shares its encoding", sysreg_name(reg));
	}
}

/* What reset leaves must be what a write of it would leave. */
static void reset_values_are_writable(void **state)
{
	struct cpu *cpu = new_cpu("v8.1", true);

	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		const struct sysreg_direct *row = &sysreg_direct[id];
		u64 reset = cpu->sys[id];

		if ((reset & row->res0) != 0 || (row->res1 & ~reset) != 0)
			fail_msg("%s: reset 0x%" PRIx64 " against RES0 0x%" PRIx64
				 " RES1 0x%" PRIx64,
				sysreg_name((enum sysreg_id)id), reset, row->res0, row->res1);
	}
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(direct_accesses_agree_in_every_mode),
		cmocka_unit_test(without_el2_nothing_traps_there),
		cmocka_unit_test(absent_features_are_undefined),
		cmocka_unit_test(id_registers_follow_the_profile),
		cmocka_unit_test(encodings_are_unique),
		cmocka_unit_test(reset_values_are_writable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
