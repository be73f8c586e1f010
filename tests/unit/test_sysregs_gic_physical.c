/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GICv3 CPU interface's ICC_ registers with a distributor that offers interrupts: masks,
 * preemption, acknowledge, priority drop, deactivation, SGIs. IHI 0069 chapter 4.
 */
#include "tests/unit/fake_gic.h"

/* Both groups on, nothing masked, the finest binary points. */
static struct cpu *create_on(void)
{
	struct cpu *cpu = pe_create_with_gic();

	sysreg_write(cpu, SR_ICC_PMR_EL1, 0xf8);
	sysreg_write(cpu, SR_ICC_IGRPEN0_EL1, 1);
	sysreg_write(cpu, SR_ICC_IGRPEN1_EL1, 1);
	fake.said[0] = 0;
	return cpu;
}

static void offer(struct cpu *cpu, u32 intid, unsigned group, u8 priority)
{
	icc_offer(cpu,
		(struct gic_offer){ .intid = intid, .group = (u8)group, .priority = priority });
}

/* ---- What is offered, and is it signalled ---- */

struct setting {
	enum sysreg_id reg;
	u64 value;
};

static const struct {
	const char *why;
	struct setting set[3];
	struct gic_offer offer; /* INTID, priority, group */
	u32 lines;
	u64 hppir0, hppir1, iar0, iar1;
	u64 ap0r, ap1r; /* after a successful acknowledge; 0: as before */
} offered_rows[] = {
	/* clang-format off */
	{ "nothing",                  { { 0 } },                                                    { 1023, 0, 0 },   0,        1023, 1023, 1023, 1023, 0,       0 },
	{ "group 1 is an IRQ",        { { 0 } },                                                    { 34, 0x80, 1 },  LINE_IRQ, 1023, 34,   1023, 34,   0,       1 << 16 },
	{ "group 0 is an FIQ",        { { 0 } },                                                    { 34, 0x80, 0 },  LINE_FIQ, 34,   1023, 34,   1023, 1 << 16, 0 },
	{ "INTID 0 is an interrupt",  { { 0 } },                                                    { 0, 0, 1 },      LINE_IRQ, 1023, 0,    1023, 0,    0,       1 },
	{ "group 1 is disabled",      { { SR_ICC_IGRPEN1_EL1, 0 } },                                { 34, 0x80, 1 },  0,        1023, 1023, 1023, 1023, 0,       0 },
	{ "group 0 is disabled",      { { SR_ICC_IGRPEN0_EL1, 0 } },                                { 34, 0x80, 0 },  0,        1023, 1023, 1023, 1023, 0,       0 },
	{ "... not the other one",    { { SR_ICC_IGRPEN0_EL1, 0 } },                                { 34, 0x80, 1 },  LINE_IRQ, 1023, 34,   1023, 34,   0,       1 << 16 },
	{ "at the mask",              { { SR_ICC_PMR_EL1, 0x80 } },                                 { 34, 0x80, 1 },  0,        1023, 34,   1023, 1023, 0,       0 },
	{ "above the mask",           { { SR_ICC_PMR_EL1, 0x88 } },                                 { 34, 0x80, 1 },  LINE_IRQ, 1023, 34,   1023, 34,   0,       1 << 16 },
	{ "PMR = 0 masks all",        { { SR_ICC_PMR_EL1, 0 } },                                    { 34, 0, 1 },     0,        1023, 34,   1023, 1023, 0,       0 },
	{ "the lowest is masked",     { { 0 } },                                                    { 34, 0xf8, 1 },  0,        1023, 34,   1023, 1023, 0,       0 },
	{ "a higher one is active",   { { SR_ICC_AP1R0_EL1, 1 << 4 } },                             { 34, 0x80, 1 },  0,        1023, 34,   1023, 1023, 0,       0 },
	{ "... of the other group",   { { SR_ICC_AP0R0_EL1, 1 << 4 } },                             { 34, 0x80, 1 },  0,        1023, 34,   1023, 1023, 0,       0 },
	{ "an equal one is active",   { { SR_ICC_AP1R0_EL1, 1 << 16 } },                            { 34, 0x80, 1 },  0,        1023, 34,   1023, 1023, 0,       0 },
	{ "a lower one is active",    { { SR_ICC_AP1R0_EL1, 1 << 17 } },                            { 34, 0x80, 1 },  LINE_IRQ, 1023, 34,   1023, 34,   0,       3 << 16 },
	{ "the lowest is active",     { { SR_ICC_AP1R0_EL1, 1u << 31 } },                           { 34, 0xf0, 1 },  LINE_IRQ, 1023, 34,   1023, 34,   0,       3u << 30 },
	{ "BPR1 = 4 takes a bit off", { { SR_ICC_BPR1_EL1, 4 }, { SR_ICC_AP1R0_EL1, 1 << 17 } },    { 34, 0x80, 1 },  0,        1023, 34,   1023, 1023, 0,       0 },
	{ "BPR1 = 4: the next group", { { SR_ICC_BPR1_EL1, 4 }, { SR_ICC_AP1R0_EL1, 1 << 18 } },    { 34, 0x88, 1 },  LINE_IRQ, 1023, 34,   1023, 34,   0,       5 << 16 },
	{ "BPR1 = 7: two groups",     { { SR_ICC_BPR1_EL1, 7 }, { SR_ICC_AP1R0_EL1, 1 << 16 } },    { 34, 0x78, 1 },  LINE_IRQ, 1023, 34,   1023, 34,   0,       1 << 16 | 1 },
	{ "BPR0 = 7: none preempts",  { { SR_ICC_BPR0_EL1, 7 }, { SR_ICC_AP0R0_EL1, 1 << 16 } },    { 34, 0, 0 },     0,        34,   1023, 1023, 1023, 0,       0 },
	{ "BPR0 = 7: one priority",   { { SR_ICC_BPR0_EL1, 7 } },                                   { 34, 0xf0, 0 },  LINE_FIQ, 34,   1023, 34,   1023, 1,       0 },
	{ "BPR0 is not group 1's",    { { SR_ICC_BPR0_EL1, 7 }, { SR_ICC_AP1R0_EL1, 1 << 16 } },    { 34, 0x78, 1 },  LINE_IRQ, 1023, 34,   1023, 34,   0,       3 << 15 },
	{ "BPR1 is not group 0's",    { { SR_ICC_BPR1_EL1, 7 }, { SR_ICC_AP0R0_EL1, 1 << 17 } },    { 34, 0x80, 0 },  LINE_FIQ, 34,   1023, 34,   1023, 3 << 16, 0 },
	{ "CBPR: BPR0 is",            { { SR_ICC_BPR0_EL1, 7 }, { SR_ICC_CTLR_EL1, 1 }, { SR_ICC_AP1R0_EL1, 1 << 16 } }, { 34, 0, 1 }, 0, 1023, 34, 1023, 1023, 0, 0 },
	{ "CBPR: BPR0 = 3",           { { SR_ICC_BPR0_EL1, 3 }, { SR_ICC_CTLR_EL1, 1 } },           { 34, 0x88, 1 },  LINE_IRQ, 1023, 34,   1023, 34,   0,       1 << 16 },
	/* clang-format on */
};

static struct cpu *create_row(size_t row)
{
	struct cpu *cpu = create_on();

	for (size_t n = 0; n < COUNT(offered_rows[row].set) && offered_rows[row].set[n].reg; n++)
		sysreg_write(cpu, offered_rows[row].set[n].reg, offered_rows[row].set[n].value);
	fake.said[0] = 0;
	icc_offer(cpu, offered_rows[row].offer);
	return cpu;
}

static void check_read(size_t row, enum sysreg_id id, u64 want)
{
	struct cpu *cpu = create_row(row);
	bool is_iar = id == SR_ICC_IAR0_EL1 || id == SR_ICC_IAR1_EL1;
	u64 ap0r = cpu->sys[SR_ICC_AP0R0_EL1], ap1r = cpu->sys[SR_ICC_AP1R0_EL1];
	u32 lines = cpu->lines;
	u64 got = sysreg_take(cpu, id);

	if (got != want)
		fail_msg("%s: %s is %" PRIu64, offered_rows[row].why, sysreg_name(id), got);
	if (is_iar && want != INTID_NONE) {
		ap0r = offered_rows[row].ap0r != 0 ? offered_rows[row].ap0r : ap0r;
		ap1r = offered_rows[row].ap1r != 0 ? offered_rows[row].ap1r : ap1r;
		lines = 0;
	}
	if (cpu->sys[SR_ICC_AP0R0_EL1] != ap0r || cpu->sys[SR_ICC_AP1R0_EL1] != ap1r)
		fail_msg("%s: active priorities 0x%" PRIx64 ", 0x%" PRIx64, offered_rows[row].why,
			cpu->sys[SR_ICC_AP0R0_EL1], cpu->sys[SR_ICC_AP1R0_EL1]);
	if (cpu->lines != lines)
		fail_msg("%s: lines 0x%x behind %s", offered_rows[row].why, cpu->lines,
			sysreg_name(id));
	free(cpu);
}

static void an_offer_is_masked_and_preempts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(offered_rows); i++) {
		struct cpu *cpu = create_row(i);

		if (cpu->lines != offered_rows[i].lines ||
			cpu->check_irq != (offered_rows[i].lines != 0))
			fail_msg("%s: lines 0x%x", offered_rows[i].why, cpu->lines);
		free(cpu);
		check_read(i, SR_ICC_HPPIR0_EL1, offered_rows[i].hppir0);
		check_read(i, SR_ICC_HPPIR1_EL1, offered_rows[i].hppir1);
		check_read(i, SR_ICC_IAR0_EL1, offered_rows[i].iar0);
		check_read(i, SR_ICC_IAR1_EL1, offered_rows[i].iar1);
	}
}

/* Each write that unmasks raises the line at once and has the engine look, each that masks lowers
 * it. */
static void writes_move_the_line(void **state)
{
	static const struct {
		struct setting mask, unmask;
	} rows[] = {
		{ { SR_ICC_PMR_EL1, 0x40 }, { SR_ICC_PMR_EL1, 0xf0 } },
		{ { SR_ICC_IGRPEN1_EL1, 0 }, { SR_ICC_IGRPEN1_EL1, 1 } },
		{ { SR_ICC_AP0R0_EL1, 1 << 3 }, { SR_ICC_AP0R0_EL1, 0 } },
		{ { SR_ICC_AP1R0_EL1, 1 << 3 }, { SR_ICC_AP1R0_EL1, 1u << 31 } },
		{ { SR_ICC_BPR1_EL1, 6 }, { SR_ICC_BPR1_EL1, 3 } },
		{ { SR_ICC_CTLR_EL1, 1 }, { SR_ICC_CTLR_EL1, 0 } },
		{ { SR_ICC_AP1R0_EL1, 1 << 16 }, { SR_ICC_EOIR1_EL1, 50 } },
		{ { SR_ICC_AP0R0_EL1, 1 << 16 }, { SR_ICC_EOIR0_EL1, 50 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cpu *cpu = create_on();

		sysreg_write(cpu, SR_ICC_BPR0_EL1, 6);
		sysreg_write(cpu, SR_ICC_AP1R0_EL1, 1 << 19);
		offer(cpu, 34, 1, 0x80);
		assert_int_equal(cpu->lines, LINE_IRQ);
		sysreg_write(cpu, rows[i].mask.reg, rows[i].mask.value);
		if (cpu->lines != 0)
			fail_msg("row %zu, %s: lines 0x%x", i, sysreg_name(rows[i].mask.reg),
				cpu->lines);
		cpu->check_irq = false;
		sysreg_write(cpu, rows[i].unmask.reg, rows[i].unmask.value);
		if (cpu->lines != LINE_IRQ || !cpu->check_irq)
			fail_msg("row %zu, %s: lines 0x%x, check_irq %d", i,
				sysreg_name(rows[i].unmask.reg), cpu->lines, cpu->check_irq);
		cpu->check_irq = false;
		sysreg_write(cpu, SR_ICC_PMR_EL1, 0xe8); /* as it was: nothing to look at */
		assert_false(cpu->check_irq);
		offer(cpu, INTID_NONE, 0, 0);
		assert_int_equal(cpu->lines, 0);
		free(cpu);
	}
}

/* Without an offer the lines are not the interface's: a board without a GIC drives them. */
static void without_an_offer_lines_stay(void **state)
{
	struct cpu *cpu = create_on();

	(void)state;
	cpu->lines = LINE_IRQ | LINE_SERROR;
	sysreg_write(cpu, SR_ICC_PMR_EL1, 0);
	sysreg_write(cpu, SR_ICC_IGRPEN1_EL1, 0);
	assert_int_equal(cpu->lines, LINE_IRQ | LINE_SERROR);
	free(cpu);
}

/* ---- The life of an interrupt ---- */

static void interrupts_nest(void **state)
{
	struct cpu *cpu = create_on();

	(void)state;
	fake.next[0] = (struct gic_offer){ 40, 0xa0, 1 };
	fake.next[1] = (struct gic_offer){ 41, 0xc0, 0 };
	fake.next_count = 2;
	offer(cpu, 34, 1, 0x80);
	assert_int_equal(sysreg_take(cpu, SR_ICC_IAR1_EL1), 34);
	assert_gic_heard("activate 34; ");
	assert_int_equal(cpu->lines, 0); /* 40 waits */
	assert_int_equal(sysreg_read(cpu, SR_ICC_RPR_EL1), 0x80);
	assert_int_equal(sysreg_read(cpu, SR_ICC_HPPIR1_EL1), 40);
	assert_int_equal(sysreg_take(cpu, SR_ICC_IAR1_EL1), 1023);
	assert_gic_heard("");
	offer(cpu, 35, 0, 0x40);
	assert_int_equal(cpu->lines, LINE_FIQ);
	assert_int_equal(sysreg_take(cpu, SR_ICC_IAR1_EL1), 1023); /* the other group's */
	assert_int_equal(sysreg_take(cpu, SR_ICC_IAR0_EL1), 35);
	assert_gic_heard("activate 35; ");
	assert_int_equal(sysreg_read(cpu, SR_ICC_RPR_EL1), 0x40);
	sysreg_write(cpu, SR_ICC_EOIR0_EL1, 35);
	assert_gic_heard("deactivate 35; ");
	assert_int_equal(sysreg_read(cpu, SR_ICC_RPR_EL1), 0x80);
	sysreg_write(cpu, SR_ICC_EOIR1_EL1, 34);
	assert_gic_heard("deactivate 34; ");
	assert_int_equal(sysreg_read(cpu, SR_ICC_RPR_EL1), 0xff);
	assert_int_equal(cpu->lines, LINE_FIQ); /* 41 */
	free(cpu);
}

/* EOImode = 1: EOIR drops the priority and no more, DIR deactivates. */
static void split_end_and_deactivation(void **state)
{
	struct cpu *cpu = create_on();

	(void)state;
	sysreg_write(cpu, SR_ICC_CTLR_EL1, ICx_CTLR_EL1_EOImode);
	offer(cpu, 34, 1, 0x80);
	assert_int_equal(sysreg_take(cpu, SR_ICC_IAR1_EL1), 34);
	assert_gic_heard("activate 34; ");
	sysreg_write(cpu, SR_ICC_EOIR1_EL1, 34);
	assert_gic_heard("");
	assert_int_equal(sysreg_read(cpu, SR_ICC_RPR_EL1), 0xff);
	sysreg_write(cpu, SR_ICC_DIR_EL1, 1023);
	sysreg_write(cpu, SR_ICC_DIR_EL1, 1020);
	sysreg_write(cpu, SR_ICC_DIR_EL1, 8192); /* LPIs are not deactivated */
	assert_gic_heard("");
	sysreg_write(cpu, SR_ICC_DIR_EL1, 0xff000000 | 1019); /* RES0 above the INTID */
	assert_gic_heard("deactivate 1019; ");
	sysreg_write(cpu, SR_ICC_DIR_EL1, 34); /* whatever the running priority */
	assert_gic_heard("deactivate 34; ");
	sysreg_write(cpu, SR_ICC_CTLR_EL1, 0);
	sysreg_write(cpu, SR_ICC_DIR_EL1, 34); /* not without EOImode */
	assert_gic_heard("");
	free(cpu);
}

static void odd_ends(void **state)
{
	struct cpu *cpu = create_on();

	(void)state;
	sysreg_write(cpu, SR_ICC_EOIR1_EL1, 34); /* nothing is active */
	assert_gic_heard("");
	sysreg_write(cpu, SR_ICC_AP1R0_EL1, 3 << 16);
	for (u64 special = 1020; special <= 1023; special++)
		sysreg_write(cpu, SR_ICC_EOIR1_EL1, special);
	assert_gic_heard("");
	assert_int_equal(cpu->sys[SR_ICC_AP1R0_EL1], 3 << 16);
	sysreg_write(cpu, SR_ICC_EOIR1_EL1, 8192); /* an LPI: the priority drops alone */
	assert_gic_heard("");
	assert_int_equal(cpu->sys[SR_ICC_AP1R0_EL1], 2 << 16);
	sysreg_write(cpu, SR_ICC_AP0R0_EL1, 2 << 16); /* one priority in both groups: group 0's */
	sysreg_write(cpu, SR_ICC_EOIR0_EL1, 34);
	assert_int_equal(cpu->sys[SR_ICC_AP0R0_EL1], 0);
	assert_int_equal(cpu->sys[SR_ICC_AP1R0_EL1], 2 << 16);
	assert_gic_heard("deactivate 34; ");
	sysreg_write(cpu, SR_ICC_EOIR0_EL1, 34); /* the other group runs */
	sysreg_write(cpu, SR_ICC_AP0R0_EL1, 1);
	sysreg_write(cpu, SR_ICC_EOIR1_EL1, 34);
	assert_int_equal(cpu->sys[SR_ICC_AP0R0_EL1], 1);
	assert_int_equal(cpu->sys[SR_ICC_AP1R0_EL1], 2 << 16);
	assert_gic_heard("");
	free(cpu);
}

/* ---- SGIs, enables, reset ---- */

static void sgis_go_to_the_distributor(void **state)
{
	struct cpu *cpu = create_on();

	(void)state;
	sysreg_write(cpu, SR_ICC_SGI1R_EL1, ~(u64)0);
	assert_gic_heard("SGI1R 0xfff1ff0fffffff; ");
	sysreg_write(cpu, SR_ICC_SGI0R_EL1, 0x0300000000000000 | 5 << 24 | 3);
	assert_gic_heard("SGI0R 0x5000003; ");
	sysreg_write(cpu, SR_ICC_ASGI1R_EL1, BIT(40));
	assert_gic_heard("ASGI1R 0x10000000000; ");
	free(cpu);
}

static void enables_are_told(void **state)
{
	struct cpu *cpu = pe_create_with_gic();

	(void)state;
	sysreg_write(cpu, SR_ICC_IGRPEN1_EL1, 1);
	assert_gic_heard("enables 01; ");
	sysreg_write(cpu, SR_ICC_IGRPEN1_EL1, 1); /* as it was */
	assert_gic_heard("");
	sysreg_write(cpu, SR_ICC_IGRPEN0_EL1, 3);
	assert_gic_heard("enables 11; ");
	sysreg_write(cpu, SR_ICC_IGRPEN1_EL1, 2);
	assert_gic_heard("enables 10; ");
	free(cpu);
}

/* A PE that is reset forgets the offer, and says so. */
static void reset_lowers_the_lines(void **state)
{
	struct cpu *cpu = create_on();

	(void)state;
	offer(cpu, 34, 1, 0x80);
	sysreg_write(cpu, SR_ICH_HCR_EL2, ICH_HCR_EL2_En | ICH_HCR_EL2_NPIE);
	assert_true(fake.maintenance);
	cpu->lines |= LINE_VIRQ | LINE_SERROR;
	sysregs_reset(cpu);
	assert_int_equal(cpu->lines, LINE_SERROR);
	assert_gic_heard("enables 00; ");
	assert_false(fake.maintenance);
	sysreg_write(cpu, SR_ICC_PMR_EL1, 0xf8);
	sysreg_write(cpu, SR_ICC_IGRPEN1_EL1, 1);
	assert_int_equal(sysreg_take(cpu, SR_ICC_IAR1_EL1), 1023);
	free(cpu);
}

/* Without a distributor ends and SGIs reach nobody. */
static void without_a_distributor(void **state)
{
	struct cpu *cpu = pe_create("v8.1", true, 40);

	(void)state;
	sysreg_write(cpu, SR_ICC_IGRPEN1_EL1, 1);
	sysreg_write(cpu, SR_ICC_SGI1R_EL1, 1);
	sysreg_write(cpu, SR_ICC_AP1R0_EL1, 1);
	sysreg_write(cpu, SR_ICC_EOIR1_EL1, 34);
	assert_int_equal(cpu->sys[SR_ICC_AP1R0_EL1], 0);
	sysreg_write(cpu, SR_ICC_CTLR_EL1, ICx_CTLR_EL1_EOImode);
	sysreg_write(cpu, SR_ICC_DIR_EL1, 34);
	sysreg_write(cpu, SR_ICH_LR0_EL2, BIT(63) | ICH_LRn_EL2_HW | (u64)34 << 32);
	sysreg_write(cpu, SR_ICV_CTLR_EL1, ICx_CTLR_EL1_EOImode);
	sysreg_write(cpu, SR_ICV_DIR_EL1, 0);
	assert_int_equal(cpu->sys[SR_ICH_LR0_EL2] >> 62, 0);
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_offer_is_masked_and_preempts),
		cmocka_unit_test(writes_move_the_line),
		cmocka_unit_test(without_an_offer_lines_stay),
		cmocka_unit_test(interrupts_nest),
		cmocka_unit_test(split_end_and_deactivation),
		cmocka_unit_test(odd_ends),
		cmocka_unit_test(sgis_go_to_the_distributor),
		cmocka_unit_test(enables_are_told),
		cmocka_unit_test(reset_lowers_the_lines),
		cmocka_unit_test(without_a_distributor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
