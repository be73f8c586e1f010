/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exception return: which SPSR_ELx values are followed, what an illegal one leaves, tagged return
 * addresses. DDI 0487 D1.4, HYPERVISOR-SPEC HW-20.
 */
#include "tests/unit/exceptions_pe.h"

#define E2H HCR_EL2_E2H
#define TGE HCR_EL2_TGE

static const struct {
	const char *text;
	u8 from;
	u64 hcr;
	u32 m; /* SPSR_ELx.M<4:0> */
	bool illegal;
	u8 el, sp; /* afterwards */
} rows[] = {
	/* clang-format off */
	{ "EL2 to EL2h",                                EL2, 0,         M_EL2H, 0, EL2, 1 },
	{ "EL2 to EL2t",                                EL2, 0,         M_EL2T, 0, EL2, 0 },
	{ "EL2 to EL1h",                                EL2, 0,         M_EL1H, 0, EL1, 1 },
	{ "EL2 to EL1t",                                EL2, 0,         M_EL1T, 0, EL1, 0 },
	{ "EL2 to EL0",                                 EL2, 0,         M_EL0,  0, EL0, 0 },
	{ "EL1 to EL1h",                                EL1, 0,         M_EL1H, 0, EL1, 1 },
	{ "EL1 to EL1t",                                EL1, 0,         M_EL1T, 0, EL1, 0 },
	{ "EL1 to EL0",                                 EL1, 0,         M_EL0,  0, EL0, 0 },
	{ "EL2 to EL0 under TGE",                       EL2, TGE,       M_EL0,  0, EL0, 0 },
	{ "EL2 to the host's EL0",                      EL2, E2H | TGE, M_EL0,  0, EL0, 0 },
	{ "EL2 to EL1 with E2H",                        EL2, E2H,       M_EL1H, 0, EL1, 1 },
	{ "EL2 to EL1 under TGE",                       EL2, TGE,       M_EL1H, 1, EL2, 1 },
	{ "EL2 to EL1t under TGE",                      EL2, TGE,       M_EL1T, 1, EL2, 1 },
	{ "EL2 to EL1 in the host",                     EL2, E2H | TGE, M_EL1H, 1, EL2, 1 },
	{ "EL1 to EL2h: higher",                        EL1, 0,         M_EL2H, 1, EL1, 1 },
	{ "EL1 to EL2t: higher",                        EL1, 0,         M_EL2T, 1, EL1, 1 },
	{ "EL2 to EL3h: not implemented",               EL2, 0,         0x0d,   1, EL2, 1 },
	{ "EL2 to EL3t: not implemented",               EL2, 0,         0x0c,   1, EL2, 1 },
	{ "EL0 on a stack pointer of its own: reserved", EL2, 0,        0x01,   1, EL2, 1 },
	{ "reserved M 2",                               EL2, 0,         0x02,   1, EL2, 1 },
	{ "reserved M 6",                               EL2, 0,         0x06,   1, EL2, 1 },
	{ "reserved M 7",                               EL1, 0,         0x07,   1, EL1, 1 },
	{ "reserved M 10",                              EL2, 0,         0x0a,   1, EL2, 1 },
	{ "AArch32 user mode",                          EL2, 0,         0x10,   1, EL2, 1 },
	{ "AArch32 supervisor mode",                    EL2, 0,         0x13,   1, EL2, 1 },
	{ "AArch32 hyp mode",                           EL2, 0,         0x1a,   1, EL2, 1 },
	/* clang-format on */
};

#define TARGET 0x40005678ull
#define FLAGS  (0x60000000ull | BIT(22) | 0x180) /* Z C, PAN, A I */

static void prepare(struct cpu *cpu, u64 spsr, u64 elr)
{
	bool at_el2 = cpu->pstate.el == EL2;

	/* the other level's registers must not be looked at */
	cpu->sys[SR_SPSR_EL1] = cpu->sys[SR_SPSR_EL2] = BIT(20) | 0x13;
	cpu->sys[SR_ELR_EL1] = cpu->sys[SR_ELR_EL2] = ~(u64)0;
	cpu->sys[at_el2 ? SR_SPSR_EL2 : SR_SPSR_EL1] = spsr;
	cpu->sys[at_el2 ? SR_ELR_EL2 : SR_ELR_EL1] = elr;
	cpu->exclusive.valid = true;
	cpu->pstate.nzcv = 9;
	cpu->pstate.daif = DAIF_D | DAIF_F;
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cpu *cpu = pe_create("v8.1", rows[i].from, rows[i].hcr);
		const char *text = rows[i].text;
		unsigned bank;

		prepare(cpu, FLAGS | rows[i].m, TARGET);
		exceptions_eret(cpu);
		EXPECT(text, cpu->pstate.il, rows[i].illegal);
		EXPECT(text, cpu->pstate.el, rows[i].el);
		EXPECT(text, cpu->pstate.sp, rows[i].sp);
		bank = rows[i].sp ? rows[i].el : EL0;
		EXPECT(text, cpu->x[SLOT_SP], 0x1000 * (bank + 1));
		/* from SPSR whether legal or not */
		EXPECT(text, cpu->pc, TARGET);
		EXPECT(text, cpu->pstate.nzcv, 6);
		EXPECT(text, cpu->pstate.daif, DAIF_A | DAIF_I);
		EXPECT(text, cpu->pstate.pan, 1);
		EXPECT(text, cpu->event_register, 1);
		EXPECT(text, cpu->exclusive.valid, 0);
		EXPECT(text, cpu->check_irq, 1);
		EXPECT(text, event_count, 0);
		free(cpu);
	}
}

static void test_illegal_bit_travels(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL2, 0);

	(void)state;
	prepare(cpu, BIT(20) | M_EL1H, TARGET);
	exceptions_eret(cpu);
	assert_int_equal(cpu->pstate.el, EL1);
	assert_true(cpu->pstate.il);
	free(cpu);
}

/* Fields of absent features stay clear: PAN, UAO, DIT, SSBS, BTYPE. */
static void test_absent_fields(void **state)
{
	struct cpu *cpu = pe_create("v8.0", EL1, 0);

	(void)state;
	prepare(cpu, BIT(24) | BIT(23) | BIT(22) | BIT(12) | BIT(11) | BIT(10) | M_EL1H, TARGET);
	exceptions_eret(cpu);
	EXPECT("v8.0", pstate_to_spsr(cpu), M_EL1H);
	free(cpu);
}

static void test_event(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL2, 0);
	u64 pstate;

	(void)state;
	cpu->observe = 1u << EVENT_ERET;
	prepare(cpu, M_EL1H, TARGET);
	pstate = pstate_to_spsr(cpu);
	exceptions_eret(cpu);
	assert_int_equal(event_count, 1);
	assert_int_equal(last_event.kind, EVENT_ERET);
	assert_int_equal(last_event.pc, PC);
	assert_int_equal(last_event.target, TARGET);
	assert_int_equal(last_event.from_el, EL2);
	assert_int_equal(last_event.to_el, EL1);
	assert_int_equal(last_event.pstate, pstate);
	assert_int_equal(el_at_event, EL1);
	assert_false(last_event.illegal);
	free(cpu);
}

/* AArch64.BranchAddr at the EL that is returned to: its regime's TBI decides. */
#define TBI_EL2	 BIT(20)
#define TBI0	 BIT(37)
#define TBI1	 BIT(38)
#define HOST	 (E2H | TGE)
#define LOW	 0x0000123456789000ull
#define LOW_TAG	 0xab00123456789000ull
#define HIGH	 0xffff923456789000ull
#define HIGH_TAG 0xabff923456789000ull

static const struct {
	const char *text;
	u64 hcr, tcr_el1, tcr_el2;
	u32 m;
	u64 elr, pc;
} tags[] = {
	/* clang-format off */
	{ "no TBI: the tag stays, and will fault",     0,    0,    TBI_EL2, M_EL1H, LOW_TAG,  LOW_TAG },
	{ "EL1, TBI0: removed below",                  0,    TBI0, 0,       M_EL1H, LOW_TAG,  LOW },
	{ "EL1, TBI0: stays above",                    0,    TBI0, 0,       M_EL1H, HIGH_TAG, HIGH_TAG },
	{ "EL1, TBI1: sign-extended above",            0,    TBI1, 0,       M_EL1H, HIGH_TAG, HIGH },
	{ "EL1, TBI1: stays below",                    0,    TBI1, 0,       M_EL1H, LOW_TAG,  LOW_TAG },
	{ "EL0 by EL1's TCR",                          0,    TBI0, 0,       M_EL0,  LOW_TAG,  LOW },
	{ "EL0 under TGE without E2H: EL1's TCR",      TGE,  TBI0, 0,       M_EL0,  LOW_TAG,  LOW },
	{ "the host's EL0 by TCR_EL2",                 HOST, 0,    TBI0,    M_EL0,  LOW_TAG,  LOW },
	{ "the host's EL0 not by TCR_EL1",             HOST, TBI0, 0,       M_EL0,  LOW_TAG,  LOW_TAG },
	{ "EL2, TBI: zero-extended, even with bit 55", 0,    0,    TBI_EL2, M_EL2H, HIGH_TAG, HIGH_TAG & MASK(55, 0) },
	{ "EL2 without E2H knows no TBI0",             0,    0,    TBI0,    M_EL2H, LOW_TAG,  LOW_TAG },
	{ "EL2 with E2H, TBI1",                        E2H,  0,    TBI1,    M_EL2H, HIGH_TAG, HIGH },
	/* clang-format on */
};

static void test_tags(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(tags); i++) {
		struct cpu *cpu = pe_create("v8.1", EL2, tags[i].hcr);

		cpu->sys[SR_TCR_EL1] = tags[i].tcr_el1;
		cpu->sys[SR_TCR_EL2] = tags[i].tcr_el2;
		prepare(cpu, tags[i].m, tags[i].elr);
		exceptions_eret(cpu);
		EXPECT(tags[i].text, cpu->pc, tags[i].pc);
		free(cpu);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_illegal_bit_travels),
		cmocka_unit_test(test_absent_fields),
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
