/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the virtual CPU interface tells the distributor: deactivations by LR.HW, the level of the
 * maintenance interrupt after each write that it depends on. IHI 0069 chapter 6.
 */
#include "tests/unit/fake_gic.h"

#define LR(state, group, priority, intid)                                                          \
	((u64)(state) << 62 | (u64)(group) << 60 | (u64)(priority) << 48 | (intid))
#define PHYSICAL(intid) (ICH_LRn_EL2_HW | (u64)(intid) << 32)
enum { PENDING = 1, ACTIVE = 2, BOTH = 3 };

static struct cpu *create_guest(u64 hcr)
{
	struct cpu *cpu = pe_create_with_gic();

	sysreg_write(cpu, SR_ICH_HCR_EL2, hcr);
	sysreg_write(cpu, SR_ICH_VMCR_EL2, 0xf8000003 | 2 << 21 | 3 << 18);
	return cpu;
}

/* ---- HW = 1 ---- */

static const struct {
	const char *why;
	u64 lr, ctlr;
	enum sysreg_id end[2];
	const char *heard;
	u64 lr_after;
} hw_rows[] = {
	/* clang-format off */
	{ "EOIR",                     LR(PENDING, 1, 0x80, 32) | PHYSICAL(27),   0, { SR_ICV_EOIR1_EL1 },                  "deactivate 27; ",   LR(0, 1, 0x80, 32) | PHYSICAL(27) },
	{ "group 0",                  LR(PENDING, 0, 0x80, 32) | PHYSICAL(1019), 0, { SR_ICV_EOIR0_EL1 },                  "deactivate 1019; ", LR(0, 0, 0x80, 32) | PHYSICAL(1019) },
	{ "no HW",                    LR(PENDING, 1, 0x80, 32) | (u64)27 << 32,  0, { SR_ICV_EOIR1_EL1 },                  "",                  LR(0, 1, 0x80, 32) | (u64)27 << 32 },
	{ "a pINTID that is none",    LR(PENDING, 1, 0x80, 32) | PHYSICAL(1023), 0, { SR_ICV_EOIR1_EL1 },                  "",                  LR(0, 1, 0x80, 32) | PHYSICAL(1023) },
	{ "EOImode: not by EOIR",     LR(PENDING, 1, 0x80, 32) | PHYSICAL(27),   2, { SR_ICV_EOIR1_EL1 },                  "",                  LR(ACTIVE, 1, 0x80, 32) | PHYSICAL(27) },
	{ "EOImode: by DIR",          LR(PENDING, 1, 0x80, 32) | PHYSICAL(27),   2, { SR_ICV_EOIR1_EL1, SR_ICV_DIR_EL1 },  "deactivate 27; ",   LR(0, 1, 0x80, 32) | PHYSICAL(27) },
	{ "an LPI is whole at EOIR",  LR(PENDING, 1, 0x80, 8192) | PHYSICAL(27), 2, { SR_ICV_EOIR1_EL1 },                  "deactivate 27; ",   LR(0, 1, 0x80, 8192) | PHYSICAL(27) },
	{ "the other group's EOIR",   LR(PENDING, 1, 0x80, 32) | PHYSICAL(27),   0, { SR_ICV_EOIR0_EL1 },                  "",                  LR(ACTIVE, 1, 0x80, 32) | PHYSICAL(27) },
	/* clang-format on */
};

static void hw_deactivates(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hw_rows); i++) {
		struct cpu *cpu = create_guest(ICH_HCR_EL2_En);
		u64 intid = (u32)hw_rows[i].lr;
		bool is_group1 = hw_rows[i].lr & ICH_LRn_EL2_Group;

		sysreg_write(cpu, SR_ICV_CTLR_EL1, hw_rows[i].ctlr);
		sysreg_write(cpu, SR_ICH_LR2_EL2, hw_rows[i].lr);
		assert_int_equal(
			sysreg_take(cpu, is_group1 ? SR_ICV_IAR1_EL1 : SR_ICV_IAR0_EL1), intid);
		for (size_t n = 0; n < COUNT(hw_rows[i].end) && hw_rows[i].end[n]; n++)
			sysreg_write(cpu, hw_rows[i].end[n], intid);
		if (strcmp(fake.said, hw_rows[i].heard) != 0 ||
			cpu->sys[SR_ICH_LR2_EL2] != hw_rows[i].lr_after)
			fail_msg("%s: '%s', LR 0x%" PRIx64, hw_rows[i].why, fake.said,
				cpu->sys[SR_ICH_LR2_EL2]);
		free(cpu);
	}
}

/* IAR returns a vINTID that is none of an interrupt, and it is neither pending nor active then. */
static void special_vintids_go(void **state)
{
	(void)state;
	for (u64 intid = 1020; intid < 1024; intid++) {
		struct cpu *cpu = create_guest(ICH_HCR_EL2_En);

		sysreg_write(cpu, SR_ICH_LR1_EL2, LR(PENDING, 1, 0x80, intid));
		assert_int_equal(cpu->lines, LINE_VIRQ);
		assert_int_equal(sysreg_take(cpu, SR_ICV_IAR1_EL1), intid);
		assert_int_equal(cpu->sys[SR_ICH_LR1_EL2], LR(0, 1, 0x80, intid));
		assert_int_equal(sysreg_read(cpu, SR_ICV_RPR_EL1), 0xff);
		assert_int_equal(cpu->lines, 0);
		free(cpu);
	}
}

/* ---- The maintenance interrupt ---- */

struct write {
	enum sysreg_id reg;
	u64 value;
};

/* Each write moves the level: up, down. */
static const struct {
	const char *why;
	u64 hcr;
	struct write before, up, down;
} level_rows[] = {
	/* clang-format off */
	{ "En",              ICH_HCR_EL2_NPIE,                          { 0 }, { SR_ICH_HCR_EL2, ICH_HCR_EL2_NPIE | 1 }, { SR_ICH_HCR_EL2, ICH_HCR_EL2_NPIE } },
	{ "its condition",   1,                                         { 0 }, { SR_ICH_HCR_EL2, ICH_HCR_EL2_UIE | 1 },  { SR_ICH_HCR_EL2, 1 } },
	{ "NP, a list register", 1 | ICH_HCR_EL2_NPIE, { SR_ICH_LR3_EL2, LR(PENDING, 1, 0x80, 32) }, { SR_ICH_LR3_EL2, LR(ACTIVE, 1, 0x80, 32) }, { SR_ICH_LR0_EL2, LR(PENDING, 0, 0, 33) } },
	{ "EOI",             1,                   { SR_ICH_LR1_EL2, LR(ACTIVE, 1, 0x80, 32) | ICH_LRn_EL2_EOI }, { SR_ICH_LR1_EL2, ICH_LRn_EL2_EOI }, { SR_ICH_LR1_EL2, 0 } },
	{ "VGrp1D, VMCR",    1 | ICH_HCR_EL2_VGrp1DIE,                  { 0 }, { SR_ICH_VMCR_EL2, 1 },      { SR_ICH_VMCR_EL2, 2 } },
	{ "VGrp1E, the guest", 1 | ICH_HCR_EL2_VGrp1EIE, { SR_ICV_IGRPEN1_EL1, 0 }, { SR_ICV_IGRPEN1_EL1, 1 }, { SR_ICV_IGRPEN1_EL1, 0 } },
	{ "VGrp0D, the guest", 1 | ICH_HCR_EL2_VGrp0DIE,                { 0 }, { SR_ICV_IGRPEN0_EL1, 0 },   { SR_ICV_IGRPEN0_EL1, 1 } },
	{ "LRENP, EOIR",     1 | ICH_HCR_EL2_LRENPIE, { SR_ICV_AP1R0_EL1, 1 }, { SR_ICV_EOIR1_EL1, 99 },    { SR_ICH_HCR_EL2, 1 | ICH_HCR_EL2_LRENPIE } },
	{ "LRENP, DIR",      1 | ICH_HCR_EL2_LRENPIE, { SR_ICV_CTLR_EL1, 2 }, { SR_ICV_DIR_EL1, 99 },       { SR_ICH_HCR_EL2, 1 } },
	/* clang-format on */
};

static void the_level_follows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(level_rows); i++) {
		struct cpu *cpu = create_guest(level_rows[i].hcr);
		unsigned said;

		if (level_rows[i].before.reg)
			sysreg_write(cpu, level_rows[i].before.reg, level_rows[i].before.value);
		if (fake.maintenance)
			fail_msg("%s: high too early", level_rows[i].why);
		said = fake.maintenance_said;
		sysreg_write(cpu, level_rows[i].up.reg, level_rows[i].up.value);
		if (!fake.maintenance)
			fail_msg("%s: not raised", level_rows[i].why);
		sysreg_write(cpu, SR_ICH_AP0R0_EL2, 0);
		sysreg_write(cpu, level_rows[i].down.reg, level_rows[i].down.value);
		if (fake.maintenance)
			fail_msg("%s: not lowered", level_rows[i].why);
		if (fake.maintenance_said != said + 2)
			fail_msg("%s: said when nothing changed", level_rows[i].why);
		free(cpu);
	}
}

/* An acknowledge, which is a read, and the end of an interrupt with EOI. */
static void the_guest_moves_the_level(void **state)
{
	struct cpu *cpu = create_guest(ICH_HCR_EL2_En | ICH_HCR_EL2_NPIE);

	(void)state;
	sysreg_write(cpu, SR_ICH_LR0_EL2, LR(PENDING, 1, 0x80, 32) | ICH_LRn_EL2_EOI);
	assert_false(fake.maintenance);
	assert_int_equal(sysreg_take(cpu, SR_ICV_IAR1_EL1), 32);
	assert_true(fake.maintenance);
	sysreg_write(cpu, SR_ICH_HCR_EL2, ICH_HCR_EL2_En);
	assert_false(fake.maintenance);
	sysreg_write(cpu, SR_ICV_EOIR1_EL1, 32);
	assert_true(fake.maintenance);
	assert_int_equal(sysreg_read(cpu, SR_ICH_MISR_EL2), ICH_MISR_EL2_EOI);
	assert_int_equal(sysreg_read(cpu, SR_ICH_EISR_EL2), 1);
	free(cpu);
}

/* EOIcount has five bits. */
static void the_count_wraps(void **state)
{
	struct cpu *cpu = create_guest(ICH_HCR_EL2_En | ICH_HCR_EL2_LRENPIE);

	(void)state;
	for (unsigned n = 1; n <= 32; n++) {
		sysreg_write(cpu, SR_ICH_AP1R0_EL2, 1);
		sysreg_write(cpu, SR_ICV_EOIR1_EL1, 99);
		assert_int_equal(bits(cpu->sys[SR_ICH_HCR_EL2], 31, 27), n % 32);
		assert_int_equal(fake.maintenance, n % 32 != 0);
	}
	assert_int_equal(
		bits(cpu->sys[SR_ICH_HCR_EL2], 26, 0), ICH_HCR_EL2_En | ICH_HCR_EL2_LRENPIE);
	free(cpu);
}

/* The engine looks up when a virtual interrupt rises, not while it stays. */
static void only_a_rise_is_looked_at(void **state)
{
	struct cpu *cpu = create_guest(ICH_HCR_EL2_En);

	(void)state;
	cpu->check_irq = false;
	sysreg_write(cpu, SR_ICH_LR0_EL2, LR(PENDING, 1, 0x80, 32));
	assert_true(cpu->check_irq);
	cpu->check_irq = false;
	sysreg_write(cpu, SR_ICH_LR1_EL2, LR(PENDING, 1, 0x88, 33));
	assert_int_equal(cpu->lines, LINE_VIRQ);
	assert_false(cpu->check_irq);
	sysreg_write(cpu, SR_ICV_PMR_EL1, 0x80);
	assert_int_equal(cpu->lines, 0);
	assert_false(cpu->check_irq);
	sysreg_write(cpu, SR_ICV_PMR_EL1, 0x88);
	assert_true(cpu->check_irq);
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hw_deactivates),
		cmocka_unit_test(special_vintids_go),
		cmocka_unit_test(the_level_follows),
		cmocka_unit_test(the_guest_moves_the_level),
		cmocka_unit_test(the_count_wraps),
		cmocka_unit_test(only_a_rise_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
