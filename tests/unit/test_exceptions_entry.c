/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking synchronous exceptions: where to, what is saved, what PSTATE becomes; handlers that fault
 * themselves. DDI 0487 D1.3, HYPERVISOR-SPEC HW-17 to HW-19, F.5.
 */
#include "tests/unit/exceptions_pe.h"

#define E2H  HCR_EL2_E2H
#define TGE  HCR_EL2_TGE
#define NV   HCR_EL2_NV
#define NV1  HCR_EL2_NV1
#define NV2  HCR_EL2_NV2
#define HOST (E2H | TGE)

#define SVC                                                                                        \
	{                                                                                          \
		.ec = EC_SVC64, .next_pc = true, .iss = 7                                          \
	}
#define HVC                                                                                        \
	{                                                                                          \
		.ec = EC_HVC64, .target_el = EL2, .next_pc = true, .iss = 7                        \
	}
#define UNDEFINED                                                                                  \
	{                                                                                          \
		.ec = EC_UNKNOWN                                                                   \
	}
#define TRAP                                                                                       \
	{                                                                                          \
		.ec = EC_SYSREG, .target_el = EL2, .iss = 0x30021                                  \
	}
#define DABT                                                                                       \
	{                                                                                          \
		.ec = EC_DABT_LOWER, .iss = 0x47, .far_valid = true, .far = 0xbad                  \
	}
#define IABT                                                                                       \
	{                                                                                          \
		.ec = EC_IABT_LOWER, .iss = 0x0f, .far_valid = true, .far = PC                     \
	}
#define STAGE2                                                                                     \
	{                                                                                          \
		.ec = EC_DABT_LOWER, .target_el = EL2, .iss = 0x46, .far_valid = true,             \
		.far = 0xbad, .ipa_valid = true,                                                   \
		.ipa = { 0x456781234ff8ull }                                                       \
	}
#define VNCR                                                                                       \
	{                                                                                          \
		.ec = EC_DABT_SAME, .target_el = EL2, .iss = 0x2007, .far_valid = true,            \
		.far = 0xbad                                                                       \
	}
#define STEP                                                                                       \
	{                                                                                          \
		.ec = EC_STEP_LOWER, .iss = 0x22                                                   \
	}

/* Every row starts with N and C set, A and F masked. */
#define SPSR(m) (0xa0000140ull | (m))

static const struct {
	const char *text;
	u8 from;
	bool sp_el0;
	u64 hcr;
	struct fault fault;
	u8 to;
	u16 vector;
	u32 esr;
	u8 mode; /* SPSR_ELx.M */
} rows[] = {
	/* clang-format off */
	{ "SVC from EL0 goes to EL1",                       EL0, 0, 0,         SVC,       EL1, 0x400, 0x56000007, M_EL0 },
	{ "SVC from EL0 goes to EL2 by TGE",                EL0, 0, TGE,       SVC,       EL2, 0x400, 0x56000007, M_EL0 },
	{ "the host's EL0 is a lower EL",                   EL0, 0, HOST,      SVC,       EL2, 0x400, 0x56000007, M_EL0 },
	{ "E2H alone routes nothing",                       EL0, 0, E2H,       SVC,       EL1, 0x400, 0x56000007, M_EL0 },
	{ "SVC at EL1 on SP_EL1",                           EL1, 0, 0,         SVC,       EL1, 0x200, 0x56000007, M_EL1H },
	{ "SVC at EL1 on SP_EL0",                           EL1, 1, 0,         SVC,       EL1, 0x000, 0x56000007, M_EL1T },
	{ "SVC at EL2 on SP_EL2",                           EL2, 0, 0,         SVC,       EL2, 0x200, 0x56000007, M_EL2H },
	{ "SVC at EL2 on SP_EL0",                           EL2, 1, 0,         SVC,       EL2, 0x000, 0x56000007, M_EL2T },
	{ "HVC from EL1",                                   EL1, 0, 0,         HVC,       EL2, 0x400, 0x5a000007, M_EL1H },
	{ "HVC from EL1 on SP_EL0: the same vector",        EL1, 1, 0,         HVC,       EL2, 0x400, 0x5a000007, M_EL1T },
	{ "HVC at EL2",                                     EL2, 0, 0,         HVC,       EL2, 0x200, 0x5a000007, M_EL2H },
	{ "UNDEFINED at EL0",                               EL0, 0, 0,         UNDEFINED, EL1, 0x400, 0x02000000, M_EL0 },
	{ "UNDEFINED at EL0 under TGE",                     EL0, 0, TGE,       UNDEFINED, EL2, 0x400, 0x02000000, M_EL0 },
	{ "UNDEFINED at EL1",                               EL1, 0, 0,         UNDEFINED, EL1, 0x200, 0x02000000, M_EL1H },
	{ "UNDEFINED at EL2 with E2H",                      EL2, 0, HOST,      UNDEFINED, EL2, 0x200, 0x02000000, M_EL2H },
	{ "a trap from EL1",                                EL1, 0, 0,         TRAP,      EL2, 0x400, 0x62030021, M_EL1H },
	{ "a trap from EL0",                                EL0, 0, 0,         TRAP,      EL2, 0x400, 0x62030021, M_EL0 },
	{ "a data abort from EL0 says lower EL",            EL0, 0, 0,         DABT,      EL1, 0x400, 0x92000047, M_EL0 },
	{ "a data abort at EL1 says same EL",               EL1, 0, 0,         DABT,      EL1, 0x200, 0x96000047, M_EL1H },
	{ "a data abort from EL0 by TGE says lower EL",     EL0, 0, TGE,       DABT,      EL2, 0x400, 0x92000047, M_EL0 },
	{ "a data abort at EL2 says same EL",               EL2, 0, 0,         DABT,      EL2, 0x200, 0x96000047, M_EL2H },
	{ "an instruction abort from EL0",                  EL0, 0, 0,         IABT,      EL1, 0x400, 0x8200000f, M_EL0 },
	{ "an instruction abort at EL1",                    EL1, 0, 0,         IABT,      EL1, 0x200, 0x8600000f, M_EL1H },
	{ "a step exception at EL1 says same EL",           EL1, 0, 0,         STEP,      EL1, 0x200, 0xce000022, M_EL1H },
	{ "a stage 2 abort from EL1",                       EL1, 0, 0,         STAGE2,    EL2, 0x400, 0x92000046, M_EL1H },
	{ "a stage 2 abort from EL0",                       EL0, 0, 0,         STAGE2,    EL2, 0x400, 0x92000046, M_EL0 },
	{ "a VNCR abort from EL1 says same EL",             EL1, 0, NV | NV2,  VNCR,      EL2, 0x400, 0x96002007, M_EL1H },
	{ "{NV,NV1,NV2} = {1,0,0}: EL1 looks like EL2",     EL1, 0, NV,        SVC,       EL1, 0x200, 0x56000007, M_EL2H },
	{ "{1,0,1}",                                        EL1, 0, NV | NV2,  SVC,       EL1, 0x200, 0x56000007, M_EL2H },
	{ "{1,1,1}",                                        EL1, 0, NV | NV1 | NV2, SVC,  EL1, 0x200, 0x56000007, M_EL2H },
	{ "{1,1,0}: EL1 looks like EL1",                    EL1, 0, NV | NV1,  SVC,       EL1, 0x200, 0x56000007, M_EL1H },
	{ "{0,1,0}",                                        EL1, 0, NV1,       SVC,       EL1, 0x200, 0x56000007, M_EL1H },
	{ "{0,0,1}",                                        EL1, 0, NV2,       SVC,       EL1, 0x200, 0x56000007, M_EL1H },
	{ "{1,0,1} on SP_EL0",                              EL1, 1, NV | NV2,  SVC,       EL1, 0x000, 0x56000007, M_EL2T },
	{ "{1,0,1} does not change EL0",                    EL0, 0, NV | NV2,  SVC,       EL1, 0x400, 0x56000007, M_EL0 },
	{ "{1,0,1} does not change what EL2 sees",          EL1, 0, NV | NV2,  TRAP,      EL2, 0x400, 0x62030021, M_EL1H },
	/* clang-format on */
};

static void check_saved(const struct cpu *cpu, size_t i)
{
	bool to_el2 = rows[i].to == EL2;
	const u64 *sys = cpu->sys;
	const struct fault *fault = &rows[i].fault;
	const char *text = rows[i].text;

	EXPECT(text, sys[to_el2 ? SR_ESR_EL2 : SR_ESR_EL1], rows[i].esr);
	EXPECT(text, sys[to_el2 ? SR_ESR_EL1 : SR_ESR_EL2], ESR_OLD);
	EXPECT(text, sys[to_el2 ? SR_ELR_EL2 : SR_ELR_EL1], fault->next_pc ? PC + 4 : PC);
	EXPECT(text, sys[to_el2 ? SR_SPSR_EL2 : SR_SPSR_EL1], SPSR(rows[i].mode));
	EXPECT(text, sys[to_el2 ? SR_FAR_EL2 : SR_FAR_EL1],
		fault->far_valid ? fault->far : FAR_OLD);
	EXPECT(text, sys[to_el2 ? SR_FAR_EL1 : SR_FAR_EL2], FAR_OLD);
	EXPECT(text, sys[SR_HPFAR_EL2], fault->ipa_valid ? 0x4567812340 : FAR_OLD);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cpu *cpu = pe_create("v8.4-nv2", rows[i].from, rows[i].hcr);
		const char *text = rows[i].text;

		if (rows[i].sp_el0)
			pstate_set_el(cpu, rows[i].from, 0);
		cpu->sys[SR_SCTLR_EL1] |= SCTLR_EL1_SPAN;
		cpu->sys[SR_SCTLR_EL2] |= SCTLR_EL2_SPAN;
		cpu->pstate.nzcv = 10;
		cpu->pstate.daif = DAIF_A | DAIF_F;
		cpu->fault = rows[i].fault;
		exceptions_raise(cpu);
		check_saved(cpu, i);
		EXPECT(text, cpu->pc, (rows[i].to == EL2 ? VBAR_EL2 : VBAR_EL1) + rows[i].vector);
		EXPECT(text, cpu->pstate.el, rows[i].to);
		EXPECT(text, cpu->pstate.sp, 1);
		EXPECT(text, cpu->pstate.daif, 15);
		EXPECT(text, cpu->pstate.nzcv, 10);
		for (unsigned el = 0; el < EL_COUNT; el++)
			EXPECT(text, sp_read(cpu, el), 0x1000 * (el + 1));
		EXPECT(text, cpu->x[SLOT_SP], 0x1000u * (rows[i].to + 1u));
		EXPECT(text, event_count, 0);
		free(cpu);
	}
}

/*
 * What EL1 sees of itself under each {NV,NV1,NV2}, and under each behaviour of {0,1,x}: CurrentEL,
 * and SPSR_EL1.M<3:2> of an exception, an interrupt too. D8.14.1 to D8.14.6; HYPERVISOR-SPEC F.5
 */
static const struct {
	bool nv, nv1, nv2;
	u8 choice; /* of nv_nv1 */
	u8 current_el, spsr;
} views[] = {
	/* clang-format off */
	{ 0, 0, 0, CHOSEN_nv_nv1_as_00, EL1, EL1 },
	{ 0, 0, 1, CHOSEN_nv_nv1_as_00, EL1, EL1 },
	{ 0, 1, 0, CHOSEN_nv_nv1_as_00, EL1, EL1 },
	{ 0, 1, 1, CHOSEN_nv_nv1_as_00, EL1, EL1 },
	{ 0, 1, 0, CHOSEN_nv_nv1_traps, EL1, EL1 },
	{ 0, 1, 1, CHOSEN_nv_nv1_traps, EL1, EL1 },
	{ 0, 1, 0, CHOSEN_nv_nv1_as_11, EL2, EL1 },
	{ 0, 1, 1, CHOSEN_nv_nv1_as_11, EL2, EL1 },
	{ 1, 0, 0, CHOSEN_nv_nv1_as_00, EL2, EL2 },
	{ 1, 0, 1, CHOSEN_nv_nv1_as_11, EL2, EL2 },
	{ 1, 1, 0, CHOSEN_nv_nv1_as_00, EL2, EL1 },
	{ 1, 1, 1, CHOSEN_nv_nv1_as_00, EL2, EL2 },
	/* clang-format on */
};

static void test_views(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(views); i++) {
		size_t row = i / 2;
		u64 hcr = (views[row].nv ? NV : 0) | (views[row].nv1 ? NV1 : 0) |
			  (views[row].nv2 ? NV2 : 0) | HCR_EL2_IMO | HCR_EL2_VI;
		struct cpu *cpu = pe_create("v8.4-nv2", EL1, hcr);
		char text[32];

		cpu->choice[CHOICE_nv_nv1] = views[row].choice;
		snprintf(text, sizeof(text), "view %zu", row);
		EXPECT(text, sysreg_read(cpu, SR_CurrentEL), (u64)views[row].current_el << 2);
		cpu->fault = (struct fault){ .ec = EC_SVC64 };
		if (i % 2)
			exceptions_raise(cpu);
		else
			assert_true(exceptions_take_interrupt(cpu));
		EXPECT(text, cpu->pstate.el, EL1);
		EXPECT(text, bits(cpu->sys[SR_SPSR_EL1], 3, 2), views[row].spsr);
		free(cpu);
	}
}

/* HW-19: SCTLR_ELx.SPAN = 0 sets PAN; at EL2 only where it has an EL0 of its own. */
static const struct {
	const char *text, *profile;
	u8 from, to;
	u64 hcr;
	bool span, before, after;
} pan_rows[] = {
	/* clang-format off */
	{ "to EL1, SPAN 0: set",                 "v8.1", EL0, EL1, 0,    0, 0, 1 },
	{ "to EL1 from EL1, SPAN 0: set",        "v8.1", EL1, EL1, 0,    0, 0, 1 },
	{ "to EL1, SPAN 1: left clear",          "v8.1", EL0, EL1, 0,    1, 0, 0 },
	{ "to EL1, SPAN 1: left set",            "v8.1", EL1, EL1, 0,    1, 1, 1 },
	{ "to EL2, not the host: left clear",    "v8.1", EL1, EL2, 0,    0, 0, 0 },
	{ "to EL2 with E2H only: left clear",    "v8.1", EL1, EL2, E2H,  0, 0, 0 },
	{ "to EL2 with TGE only: left clear",    "v8.1", EL0, EL2, TGE,  0, 0, 0 },
	{ "to the host at EL2, SPAN 0: set",     "v8.1", EL0, EL2, HOST, 0, 0, 1 },
	{ "at the host's EL2, SPAN 0: set",      "v8.1", EL2, EL2, HOST, 0, 0, 1 },
	{ "to the host at EL2, SPAN 1: left",    "v8.1", EL0, EL2, HOST, 1, 0, 0 },
	{ "v8.0 has no PAN",                     "v8.0", EL0, EL1, 0,    0, 0, 0 },
	/* clang-format on */
};

static void test_pan(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pan_rows); i++) {
		struct cpu *cpu = pe_create(pan_rows[i].profile, pan_rows[i].from, pan_rows[i].hcr);
		bool to_el2 = pan_rows[i].to == EL2;
		enum sysreg_id sctlr = to_el2 ? SR_SCTLR_EL2 : SR_SCTLR_EL1;

		/* the other level's bit says the opposite */
		cpu->sys[SR_SCTLR_EL1] |= SCTLR_EL1_SPAN;
		cpu->sys[SR_SCTLR_EL2] |= SCTLR_EL2_SPAN;
		if (pan_rows[i].span)
			cpu->sys[to_el2 ? SR_SCTLR_EL1 : SR_SCTLR_EL2] &= ~SCTLR_EL1_SPAN;
		else
			cpu->sys[sctlr] &= ~SCTLR_EL1_SPAN;
		cpu->pstate.pan = pan_rows[i].before;
		fault_trap(cpu, pan_rows[i].to, EC_SYSREG, 0);
		exceptions_raise(cpu);
		EXPECT(pan_rows[i].text, cpu->pstate.pan, pan_rows[i].after);
		EXPECT(pan_rows[i].text, bit(cpu->sys[to_el2 ? SR_SPSR_EL2 : SR_SPSR_EL1], 22),
			pan_rows[i].before);
		free(cpu);
	}
}

/* IL, SS and UAO are saved and cleared. */
static void test_cleared_fields(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL1, 0);

	(void)state;
	cpu->pstate.il = cpu->pstate.ss = cpu->pstate.uao = true;
	fault_undefined(cpu);
	exceptions_raise(cpu);
	EXPECT("IL, SS, UAO", cpu->sys[SR_SPSR_EL1] & (BIT(20) | BIT(21) | BIT(23)),
		BIT(20) | BIT(21) | BIT(23));
	assert_false(cpu->pstate.il || cpu->pstate.ss || cpu->pstate.uao);
	free(cpu);
}

static void test_event(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL1, 0);

	(void)state;
	cpu->observe = 1u << EVENT_EXCEPTION;
	cpu->fault = (struct fault)STAGE2;
	exceptions_raise(cpu);
	assert_int_equal(event_count, 1);
	assert_int_equal(last_event.kind, EVENT_EXCEPTION);
	assert_int_equal(last_event.from_el, EL1);
	assert_int_equal(last_event.to_el, EL2);
	assert_int_equal(last_event.pc, PC);
	assert_int_equal(last_event.target, VBAR_EL2 + 0x400);
	assert_int_equal(last_event.esr, 0x92000046);
	assert_true(last_event.far_valid && last_event.far == 0xbad);
	assert_true(last_event.hpfar_valid && last_event.hpfar == 0x4567812340);
	assert_int_equal(last_event.pstate, cpu->sys[SR_SPSR_EL2]);
	assert_int_equal(el_at_event, EL2); /* behind what happened */
	free(cpu);
}

/* ---- Handlers that fault themselves ---- */

static void fault_at(struct cpu *cpu, u64 pc, struct fault fault)
{
	cpu->pc = pc;
	cpu->fault = fault;
	exceptions_raise(cpu);
}

#define UNDEFINED_FAULT ((struct fault)UNDEFINED)
#define SVC_FAULT	((struct fault)SVC)

static void test_stuck_at_vector(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL0, 0);
	const u64 vector = VBAR_EL1 + 0x200;

	(void)state;
	fault_at(cpu, PC, UNDEFINED_FAULT); /* from EL0: the first is no loop */
	for (unsigned i = 0; i < 63; i++) {
		fault_at(cpu, vector, UNDEFINED_FAULT);
		assert_int_equal(cpu->stop.reason, STOP_NONE);
	}
	fault_at(cpu, vector, UNDEFINED_FAULT);
	assert_int_equal(cpu->stop.reason, STOP_STUCK);
	assert_non_null(strstr(cpu->stop.text, "PC 0x10200"));
	assert_non_null(strstr(cpu->stop.text, "UNKNOWN"));
	assert_non_null(strstr(cpu->stop.text, "vector 0x10200"));
	free(cpu);
}

static void test_stuck_call_at_vector(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL1, 0);

	(void)state;
	for (unsigned i = 0; i < 64; i++)
		fault_at(cpu, VBAR_EL1 + 0x200, SVC_FAULT);
	assert_int_equal(cpu->stop.reason, STOP_STUCK);
	free(cpu);
}

enum { MANY = 1000 };

static void test_not_stuck(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL1, 0);

	(void)state;
	for (unsigned i = 0; i < MANY; i++) /* calls elsewhere may be repeated */
		fault_at(cpu, PC, SVC_FAULT);
	for (unsigned i = 0; i < MANY; i++) /* faults that move on */
		fault_at(cpu, PC + 4 * i, UNDEFINED_FAULT);
	for (unsigned i = 0; i < MANY; i++) { /* faults that the handler returns from */
		fault_at(cpu, PC, UNDEFINED_FAULT);
		exceptions_eret(cpu);
	}
	for (unsigned i = 0; i < MANY; i++) { /* a lower EL faults: its handler is alive */
		pstate_set_el(cpu, EL0, 0);
		fault_at(cpu, PC, UNDEFINED_FAULT);
	}
	assert_int_equal(cpu->stop.reason, STOP_NONE);
	free(cpu);
}

/* A hypervisor's timer ends what its guest would do for ever; not what it does itself. */
static void test_not_stuck_below_a_hypervisor(void **state)
{
	struct cpu *cpu = pe_create("v8.1", EL1, HCR_EL2_IMO);

	(void)state;
	for (unsigned i = 0; i < MANY; i++)
		fault_at(cpu, VBAR_EL1 + 0x200, UNDEFINED_FAULT);
	assert_int_equal(cpu->stop.reason, STOP_NONE);
	pstate_set_el(cpu, EL2, 1);
	for (unsigned i = 0; i < MANY && cpu->stop.reason == STOP_NONE; i++)
		fault_at(cpu, PC, UNDEFINED_FAULT);
	assert_int_equal(cpu->stop.reason, STOP_STUCK);
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_pan),
		cmocka_unit_test(test_cleared_fields),
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_stuck_at_vector),
		cmocka_unit_test(test_stuck_call_at_vector),
		cmocka_unit_test(test_not_stuck),
		cmocka_unit_test(test_not_stuck_below_a_hypervisor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
