/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupt masking and routing as a matrix: HYPERVISOR-SPEC HW-21, DDI 0487 D1.3.6. Each row holds
 * for SError, FIQ and IRQ alike, with the class's own xMO, mask and vector.
 */
#include "tests/unit/exceptions_pe.h"

#define E2H HCR_EL2_E2H
#define TGE HCR_EL2_TGE

enum { NOT_TAKEN = 0, ANY = 2 };

static const struct {
	const char *name;
	enum interrupt_kind kind;
	u64 route, pend; /* HCR_EL2 */
	u32 line, virtual_line;
	u8 mask;
} classes[] = {
	{ "SError", INT_SERROR, HCR_EL2_AMO, HCR_EL2_VSE, LINE_SERROR, 0, DAIF_A },
	{ "FIQ", INT_FIQ, HCR_EL2_FMO, HCR_EL2_VF, LINE_FIQ, LINE_VFIQ, DAIF_F },
	{ "IRQ", INT_IRQ, HCR_EL2_IMO, HCR_EL2_VI, LINE_IRQ, LINE_VIRQ, DAIF_I },
};
enum { OTHERS = DAIF_D | DAIF_A | DAIF_I | DAIF_F };

/* 0, 1 or ANY; together the rows say something about every combination, once. */
static const struct row {
	const char *text;
	u8 el, e2h, tge, xmo, masked;
	u8 to;
} physical[] = {
	/* clang-format off */
	{ "EL0, not routed: EL1's, PSTATE decides",   EL0, ANY, 0,   0,   0,   EL1 },
	{ "EL0, not routed, masked",                  EL0, ANY, 0,   0,   1,   NOT_TAKEN },
	{ "EL0, routed to EL2: no mask",              EL0, ANY, 0,   1,   ANY, EL2 },
	{ "EL0 under TGE without E2H: never masked",  EL0, 0,   1,   ANY, ANY, EL2 },
	{ "the host's EL0: PSTATE decides",           EL0, 1,   1,   ANY, 0,   EL2 },
	{ "the host's EL0, masked",                   EL0, 1,   1,   ANY, 1,   NOT_TAKEN },
	{ "EL1, not routed: PSTATE decides",          EL1, ANY, 0,   0,   0,   EL1 },
	{ "EL1, not routed, masked",                  EL1, ANY, 0,   0,   1,   NOT_TAKEN },
	{ "EL1, routed to EL2: no mask",              EL1, ANY, 0,   1,   ANY, EL2 },
	{ "EL2, not routed: never taken",             EL2, ANY, 0,   0,   ANY, NOT_TAKEN },
	{ "EL2, routed: PSTATE decides",              EL2, ANY, 0,   1,   0,   EL2 },
	{ "EL2, routed, masked",                      EL2, ANY, 0,   1,   1,   NOT_TAKEN },
	{ "EL2 under TGE: PSTATE decides",            EL2, ANY, 1,   ANY, 0,   EL2 },
	{ "EL2 under TGE, masked",                    EL2, ANY, 1,   ANY, 1,   NOT_TAKEN },
	/* clang-format on */
};

static const struct row virtual[] = {
	/* clang-format off */
	{ "EL0, routed: PSTATE decides",              EL0, ANY, 0,   1,   0,   EL1 },
	{ "EL0, routed, masked",                      EL0, ANY, 0,   1,   1,   NOT_TAKEN },
	{ "EL0, not routed: not pending",             EL0, ANY, 0,   0,   ANY, NOT_TAKEN },
	{ "EL0 under TGE: ignored",                   EL0, ANY, 1,   ANY, ANY, NOT_TAKEN },
	{ "EL1, routed: PSTATE decides",              EL1, ANY, 0,   1,   0,   EL1 },
	{ "EL1, routed, masked",                      EL1, ANY, 0,   1,   1,   NOT_TAKEN },
	{ "EL1, not routed: not pending",             EL1, ANY, 0,   0,   ANY, NOT_TAKEN },
	{ "EL2: never",                               EL2, ANY, ANY, ANY, ANY, NOT_TAKEN },
	/* clang-format on */
};

/* A concrete combination: bits of n. */
struct combination {
	u8 el, e2h, tge, xmo, masked;
};

static bool matches(const struct row *row, struct combination c)
{
	return row->el == c.el && (row->e2h == ANY || row->e2h == c.e2h) &&
	       (row->tge == ANY || row->tge == c.tge) && (row->xmo == ANY || row->xmo == c.xmo) &&
	       (row->masked == ANY || row->masked == c.masked);
}

static u64 hcr_of(struct combination c, size_t class, bool is_virtual)
{
	u64 others = HCR_EL2_AMO | HCR_EL2_IMO | HCR_EL2_FMO;
	u64 hcr = (c.e2h ? E2H : 0) | (c.tge ? TGE : 0) | (is_virtual ? classes[class].pend : 0);

	/* the other classes' routing says the opposite */
	return hcr | (c.xmo ? classes[class].route : others & ~classes[class].route);
}

static const u16 vector_of[] = { [INT_IRQ] = 0x80, [INT_FIQ] = 0x100, [INT_SERROR] = 0x180 };

static void check_taken(const struct row *row, struct cpu *cpu, size_t class, unsigned from)
{
	bool to_el2 = row->to == EL2;
	u64 vector = (to_el2 ? VBAR_EL2 : VBAR_EL1) + vector_of[classes[class].kind];
	u64 esr = cpu->sys[to_el2 ? SR_ESR_EL2 : SR_ESR_EL1];

	EXPECT(row->text, cpu->pstate.el, row->to);
	EXPECT(row->text, cpu->pstate.daif, 15);
	EXPECT(row->text, cpu->pc, vector + (from < row->to ? 0x400 : 0x200));
	EXPECT(row->text, cpu->sys[to_el2 ? SR_ELR_EL2 : SR_ELR_EL1], PC);
	EXPECT(row->text, esr, classes[class].kind == INT_SERROR ? 0xbe000000 : ESR_OLD);
}

static void check_combination(
	const struct row *row, struct combination c, size_t class, bool is_virtual, bool by_line)
{
	struct cpu *cpu = pe_create("v8.1", c.el, hcr_of(c, class, is_virtual && !by_line));
	enum interrupt_kind want = row->to != NOT_TAKEN ? classes[class].kind : INT_NONE;

	if (!is_virtual)
		cpu->lines = classes[class].line;
	else if (by_line)
		cpu->lines = classes[class].virtual_line;
	cpu->pstate.daif = c.masked ? classes[class].mask : (u8)(OTHERS & ~classes[class].mask);
	if (exceptions_pending(cpu) != want)
		fail_msg("%s (%s, E2H %u): pending is %d", row->text, classes[class].name, c.e2h,
			exceptions_pending(cpu));
	cpu->check_irq = false;
	EXPECT(row->text, exceptions_take_interrupt(cpu), row->to != NOT_TAKEN);
	EXPECT(row->text, cpu->check_irq, row->to != NOT_TAKEN);
	if (row->to != NOT_TAKEN)
		check_taken(row, cpu, class, c.el);
	else
		EXPECT(row->text, cpu->pc, PC);
	free(cpu);
}

static void check_matrix(const struct row *rows, size_t count, bool is_virtual, bool by_line)
{
	for (unsigned n = 0; n < 3 * 16; n++) {
		struct combination c = { (u8)(n >> 4), n >> 3 & 1, n >> 2 & 1, n >> 1 & 1, n & 1 };
		unsigned said = 0;

		if (c.el == EL1 && c.tge) /* no way there */
			continue;
		for (size_t i = 0; i < count; i++) {
			if (!matches(&rows[i], c))
				continue;
			said++;
			for (size_t class = 0; class < COUNT(classes); class ++) {
				if (by_line && classes[class].virtual_line == 0)
					continue;
				check_combination(&rows[i], c, class, is_virtual, by_line);
			}
		}
		assert_int_equal(said, 1);
	}
}

static void test_physical(void **state)
{
	(void)state;
	check_matrix(physical, COUNT(physical), false, false);
}

static void test_virtual_by_hcr(void **state)
{
	(void)state;
	check_matrix(virtual, COUNT(virtual), true, false);
}

static void test_virtual_by_line(void **state)
{
	(void)state;
	check_matrix(virtual, COUNT(virtual), true, true);
}

/* ---- Single facts ---- */

static void test_vse_is_taken_once(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL1, HCR_EL2_AMO | HCR_EL2_VSE);

	(void)state;
	assert_true(exceptions_take_interrupt(cpu));
	assert_true((cpu->sys[SR_HCR_EL2] & (HCR_EL2_VSE | HCR_EL2_AMO)) == HCR_EL2_AMO);
	free(cpu);
}

static void test_vi_is_a_level(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL1, HCR_EL2_IMO | HCR_EL2_VI);

	(void)state;
	assert_true(exceptions_take_interrupt(cpu));
	assert_true(cpu->sys[SR_HCR_EL2] & HCR_EL2_VI);
	assert_false(exceptions_take_interrupt(cpu)); /* masked by its own entry */
	free(cpu);
}

/* Two classes at once: what was taken at EL1 must not delay what goes to EL2. */
static void test_two_classes(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL0, HCR_EL2_IMO);
	unsigned taken = 0;

	(void)state;
	cpu->lines = LINE_FIQ | LINE_IRQ;
	do {
		cpu->check_irq = false;
		taken += exceptions_take_interrupt(cpu);
	} while (cpu->check_irq);
	assert_int_equal(taken, 2);
	assert_int_equal(cpu->pstate.el, EL2);
	assert_int_equal(cpu->sys[SR_ELR_EL2], VBAR_EL1 + 0x500);
	assert_int_equal(cpu->sys[SR_ELR_EL1], PC);
	free(cpu);
}

static void test_without_el2(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL0, 0);

	(void)state;
	cpu->has_el2 = false;
	cpu->lines = LINE_IRQ;
	assert_true(exceptions_take_interrupt(cpu));
	assert_int_equal(cpu->pc, VBAR_EL1 + 0x480);
	free(cpu);
}

static const struct {
	const char *text;
	u8 el;
	u64 hcr;
	u32 lines;
	bool wakes;
} wakers[] = {
	/* clang-format off */
	{ "nothing",                                   EL1, HCR_EL2_IMO,              0,           0 },
	{ "IRQ, masked",                               EL1, 0,                        LINE_IRQ,    1 },
	{ "FIQ, masked, routed to EL2",                EL1, HCR_EL2_FMO,              LINE_FIQ,    1 },
	{ "SError, masked",                            EL2, HCR_EL2_AMO,              LINE_SERROR, 1 },
	{ "virtual IRQ, masked",                       EL1, HCR_EL2_IMO | HCR_EL2_VI, 0,           1 },
	{ "virtual IRQ by line, masked",               EL1, HCR_EL2_IMO,              LINE_VIRQ,   1 },
	{ "virtual IRQ without IMO is not pending",    EL1, HCR_EL2_VI,               0,           0 },
	{ "virtual IRQ is not EL2's",                  EL2, HCR_EL2_IMO | HCR_EL2_VI, 0,           0 },
	{ "virtual FIQ under TGE is not pending",      EL0, TGE | HCR_EL2_FMO,        LINE_VFIQ,   0 },
	/* clang-format on */
};

static void test_wakes_wfi(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wakers); i++) {
		struct cpu *cpu = pe_create("v8.1", wakers[i].el, wakers[i].hcr);

		cpu->lines = wakers[i].lines;
		cpu->pstate.daif = OTHERS;
		EXPECT(wakers[i].text, exceptions_wakes_wfi(cpu), wakers[i].wakes);
		free(cpu);
	}
}

static void test_event(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL1, HCR_EL2_FMO);

	(void)state;
	cpu->observe = 1u << EVENT_EXCEPTION;
	cpu->lines = LINE_FIQ;
	assert_true(exceptions_take_interrupt(cpu));
	assert_int_equal(event_count, 1);
	assert_int_equal(last_event.interrupt, INT_FIQ);
	assert_int_equal(last_event.target, VBAR_EL2 + 0x500);
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_physical),
		cmocka_unit_test(test_virtual_by_hcr),
		cmocka_unit_test(test_virtual_by_line),
		cmocka_unit_test(test_vse_is_taken_once),
		cmocka_unit_test(test_vi_is_a_level),
		cmocka_unit_test(test_two_classes),
		cmocka_unit_test(test_without_el2),
		cmocka_unit_test(test_wakes_wfi),
		cmocka_unit_test(test_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
