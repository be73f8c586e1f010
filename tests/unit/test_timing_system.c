/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What system instructions cost: a class for every register, and what barriers wait for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sysregs/sysregs.h"
#include "timing/translate.h"

/* ---- Registers ---- */

static bool is_operation(enum sysreg_id id)
{
	return bits(sysreg_encoding(id), 15, 14) == 1;
}

static const struct {
	enum sysreg_id id;
	enum timing_class read, write;
} classes[] = {
	/* clang-format off */
	{ SR_NZCV,            CLASS_MRS_FLAGS,  CLASS_MSR_FLAGS },
	{ SR_FPCR,            CLASS_MRS_FP,     CLASS_MSR_FP },
	{ SR_FPSR,            CLASS_MRS_FP,     CLASS_MSR_FP },
	{ SR_DAIF,            CLASS_MRS_PSTATE, CLASS_MSR_PSTATE },
	{ SR_SPSel,           CLASS_MRS_PSTATE, CLASS_MSR_PSTATE },
	{ SR_CurrentEL,       CLASS_MRS_PSTATE, CLASS_MSR_PSTATE },
	{ SR_PAN,             CLASS_MRS_PSTATE, CLASS_MSR_PSTATE },
	{ SR_SP_EL0,          CLASS_MRS,        CLASS_MSR },
	{ SR_ELR_EL1,         CLASS_MRS,        CLASS_MSR },
	{ SR_SPSR_EL2,        CLASS_MRS,        CLASS_MSR },
	{ SR_ELR_EL12,        CLASS_MRS,        CLASS_MSR },
	{ SR_MIDR_EL1,        CLASS_MRS,        CLASS_MSR },
	{ SR_VMPIDR_EL2,      CLASS_MRS,        CLASS_MSR },
	{ SR_SCTLR_EL1,       CLASS_MRS,        CLASS_MSR_CONTEXT },
	{ SR_SCTLR_EL12,      CLASS_MRS,        CLASS_MSR_CONTEXT },
	{ SR_CPACR_EL1,       CLASS_MRS,        CLASS_MSR_CONTEXT },
	{ SR_HCR_EL2,         CLASS_MRS,        CLASS_MSR_CONTEXT },
	{ SR_HFGITR_EL2,      CLASS_MRS,        CLASS_MSR_CONTEXT },
	{ SR_HDFGWTR_EL2,     CLASS_MRS,        CLASS_MSR_CONTEXT },
	{ SR_TTBR0_EL1,       CLASS_MRS,        CLASS_MSR_CONTEXT },
	{ SR_TCR_EL12,        CLASS_MRS,        CLASS_MSR_CONTEXT },
	{ SR_VTTBR_EL2,       CLASS_MRS,        CLASS_MSR_CONTEXT },
	{ SR_VTCR_EL2,        CLASS_MRS,        CLASS_MSR_CONTEXT },
	{ SR_VNCR_EL2,        CLASS_MRS,        CLASS_MSR_CONTEXT },
	{ SR_MAIR_EL1,        CLASS_MRS,        CLASS_MSR_CONTEXT },
	{ SR_APIAKeyLo_EL1,   CLASS_MRS,        CLASS_MSR },
	{ SR_APGAKeyHi_EL1,   CLASS_MRS,        CLASS_MSR },
	{ SR_ESR_EL2,         CLASS_MRS,        CLASS_MSR },
	{ SR_HPFAR_EL2,       CLASS_MRS,        CLASS_MSR },
	{ SR_PAR_EL1,         CLASS_MRS,        CLASS_MSR },
	{ SR_VBAR_EL1,        CLASS_MRS,        CLASS_MSR },
	{ SR_TPIDR_EL2,       CLASS_MRS,        CLASS_MSR },
	{ SR_CNTVCT_EL0,      CLASS_MRS_TIMER,  CLASS_MSR_TIMER },
	{ SR_CNTV_CTL_EL02,   CLASS_MRS_TIMER,  CLASS_MSR_TIMER },
	{ SR_CNTHCTL_EL2,     CLASS_MRS_TIMER,  CLASS_MSR_TIMER },
	{ SR_ICC_PMR_EL1,     CLASS_MRS_GIC,    CLASS_MSR_GIC },
	{ SR_ICC_IAR1_EL1,    CLASS_MRS_GIC,    CLASS_MSR_GIC },
	{ SR_ICH_LR0_EL2,     CLASS_MRS_GIC,    CLASS_MSR_GIC },
	{ SR_ICH_HCR_EL2,     CLASS_MRS_GIC,    CLASS_MSR_GIC },
	{ SR_PMCCNTR_EL0,     CLASS_MRS_DEBUG,  CLASS_MSR_DEBUG },
	{ SR_PMEVCNTR3_EL0,   CLASS_MRS_DEBUG,  CLASS_MSR_DEBUG },
	{ SR_PMINTENSET_EL1,  CLASS_MRS_DEBUG,  CLASS_MSR_DEBUG },
	{ SR_MDSCR_EL1,       CLASS_MRS_DEBUG,  CLASS_MSR_DEBUG },
	{ SR_DBGBVR0_EL1,     CLASS_MRS_DEBUG,  CLASS_MSR_DEBUG },
	{ SR_IC_IALLUIS,      CLASS_SYSTEM,     CLASS_IC },
	{ SR_IC_IVAU,         CLASS_SYSTEM,     CLASS_IC },
	{ SR_CFP_RCTX,        CLASS_SYSTEM,     CLASS_IC },
	{ SR_DC_ZVA,          CLASS_SYSTEM,     CLASS_DC_ZVA },
	{ SR_DC_CIVAC,        CLASS_SYSTEM,     CLASS_DC },
	{ SR_DC_IVAC,         CLASS_SYSTEM,     CLASS_DC },
	{ SR_DC_CISW,         CLASS_SYSTEM,     CLASS_DC },
	{ SR_AT_S1E0R,        CLASS_SYSTEM,     CLASS_AT },
	{ SR_AT_S12E1W,       CLASS_SYSTEM,     CLASS_AT },
	{ SR_AT_S1E1RP,       CLASS_SYSTEM,     CLASS_AT },
	{ SR_TLBI_VMALLE1IS,  CLASS_SYSTEM,     CLASS_TLBI },
	{ SR_TLBI_IPAS2E1,    CLASS_SYSTEM,     CLASS_TLBI },
	{ SR_TLBI_RVAE1OS,    CLASS_SYSTEM,     CLASS_TLBI },
	/* clang-format on */
};

static void registers_have_their_classes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(classes); i++) {
		u32 encoding = sysreg_encoding(classes[i].id);
		enum timing_class read = sysreg_timing_class(encoding, DIR_READ);
		enum timing_class write = sysreg_timing_class(encoding, DIR_WRITE);

		if (read != classes[i].read || write != classes[i].write)
			fail_msg("%s: %s, %s", sysreg_name(classes[i].id), timing_class_names[read],
				timing_class_names[write]);
	}
}

/* The rows of timing_class.def once more, to ask which of them are about a register at all. */
enum { ANY = 0xff };
static const struct {
	u8 op0, op1, crn, from, to, op2;
	const char *which;
} rows[] = {
#define SYSREG_CLASS(op0, op1, crn, from, to, op2, read, write, which)                             \
	{ op0, op1, crn, from, to, op2, which },
#include "sysregs/timing_class.def"
#undef SYSREG_CLASS
};

static bool fits(size_t row, u32 encoding)
{
	u64 crm = bits(encoding, 6, 3);

	return (rows[row].op0 == ANY || rows[row].op0 == bits(encoding, 15, 14)) &&
	       (rows[row].op1 == ANY || rows[row].op1 == bits(encoding, 13, 11)) &&
	       (rows[row].crn == ANY || rows[row].crn == bits(encoding, 10, 7)) &&
	       rows[row].from <= crm && crm <= rows[row].to &&
	       (rows[row].op2 == ANY || rows[row].op2 == bits(encoding, 2, 0));
}

static size_t row_of(u32 encoding)
{
	size_t row = 0;

	while (!fits(row, encoding))
		row++;
	return row;
}

/* No register of sysreg.def has its class by default; and no row is about none. */
static void none_is_by_default(void **state)
{
	unsigned uses[COUNT(rows)] = { 0 };

	(void)state;
	for (unsigned i = 1; i < SYSREG_COUNT; i++)
		uses[row_of(sysreg_encoding((enum sysreg_id)i))]++;
	for (size_t row = 0; row < COUNT(rows); row++) {
		if ((uses[row] == 0) != (row + 2 >= COUNT(rows)))
			fail_msg("%s: %u registers", rows[row].which, uses[row]);
	}
}

/* Reads that change nothing and plain writes do not wait for what is before them; SYS are SYS. */
static void operations_are_no_accesses(void **state)
{
	(void)state;
	for (unsigned i = 1; i < SYSREG_COUNT; i++) {
		enum sysreg_id id = (enum sysreg_id)i;
		enum timing_class class = sysreg_timing_class(sysreg_encoding(id), DIR_READ);

		if ((class == CLASS_SYSTEM) != is_operation(id))
			fail_msg("%s: %s", sysreg_name(id), timing_class_names[class]);
	}
}

static void encodings_without_a_row_have_a_class(void **state)
{
	(void)state;
	assert_int_equal(sysreg_timing_class(0xffff, DIR_READ), CLASS_MRS);
	assert_int_equal(sysreg_timing_class(0xffff, DIR_WRITE), CLASS_MSR);
	assert_int_equal(sysreg_timing_class(0x7fff, DIR_WRITE), CLASS_SYSTEM);
	assert_int_equal(sysreg_timing_class(0x7fff, DIR_READ), CLASS_SYSTEM);
}

/* ---- What waits for what ---- */

static struct timing_model model;

static void begin(struct core *core)
{
	*core = (struct core){ .model = &model };
}

static void issue(struct core *core, enum timing_class class)
{
	core_issue(core, class, 31, 31, 31, 31, NULL);
}

static u64 cost_of(enum timing_class class)
{
	struct core core;

	begin(&core);
	issue(&core, class);
	core_stall(&core, 0, REASON_ISSUE);
	return core.now;
}

/* The pipeline is empty, so it is just what the row says. */
static void costs_are_their_rows(void **state)
{
	static const enum timing_class alone[] = { CLASS_ISB, CLASS_DSB, CLASS_DMB, CLASS_MSR,
		CLASS_MSR_CONTEXT, CLASS_MSR_GIC, CLASS_MRS_GIC, CLASS_TLBI, CLASS_DC, CLASS_AT };

	(void)state;
	for (size_t i = 0; i < COUNT(alone); i++)
		assert_int_equal(cost_of(alone[i]), model.cost[alone[i]].busy);
}

static const struct {
	enum timing_class barrier;
	bool for_load, for_store, for_maintenance;
} waits[] = {
	/* clang-format off */
	{ CLASS_NOP,         false, false, false },
	{ CLASS_MSR,         false, false, false },
	{ CLASS_MSR_CONTEXT, true,  false, false },
	{ CLASS_ISB,         true,  false, false },
	{ CLASS_DMB_LOAD,    true,  false, false },
	{ CLASS_DMB,         true,  true,  false },
	{ CLASS_DSB,         true,  true,  true },
	/* clang-format on */
};

enum { MISS = 100 };

/* How much later than behind a hit the next instruction issues. */
static u64 delay(enum timing_class before, bool misses, enum timing_class barrier)
{
	struct dynamic dynamic = {
		.any = misses, .data_latency = MISS, .data_reason = REASON_DRAM
	};
	struct core core;

	begin(&core);
	dynamic.misses_store = before == CLASS_STORE;
	core_issue(&core, before, 3, 31, 31, 31, &dynamic);
	issue(&core, barrier);
	core_stall(&core, 0, REASON_ISSUE);
	return core.now;
}

/* `before` that takes long holds the barrier up, or does not. */
static void check_wait(enum timing_class before, enum timing_class barrier, bool waits_for_it)
{
	u64 hit = delay(before, false, barrier), miss = delay(before, true, barrier);

	if ((miss - hit > MISS / 2) != waits_for_it)
		fail_msg("%s behind %s: %" PRIu64 ", %" PRIu64, timing_class_names[barrier],
			timing_class_names[before], hit, miss);
}

static void barriers_wait(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(waits); i++) {
		check_wait(CLASS_LOAD, waits[i].barrier, waits[i].for_load);
		check_wait(CLASS_STORE, waits[i].barrier, waits[i].for_store);
		check_wait(CLASS_TLBI, waits[i].barrier, waits[i].for_maintenance);
		check_wait(CLASS_DC, waits[i].barrier, waits[i].for_maintenance);
	}
}

/* Maintenance that takes long is not over because a later one is quick. */
static void the_longest_maintenance_counts(void **state)
{
	struct dynamic shared = { .any = true, .data_latency = MISS };
	struct core core;
	u64 account[REASON_COUNT] = { 0 };

	(void)state;
	begin(&core);
	core.account = account;
	core_issue(&core, CLASS_TLBI, 31, 31, 31, 31, &shared);
	issue(&core, CLASS_TLBI);
	issue(&core, CLASS_DSB);
	assert_int_equal(core.now, MISS + model.cost[CLASS_DSB].busy);
	assert_true(account[REASON_TLBI] > MISS / 2);
}

/* Nobody waits for PEs that are not there. */
static void broadcast_depends_on_who_is_there(void **state)
{
	static const u32 others[] = { 0, 1, 2, 7 };
	const u32 *param = model.param;

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		struct timed *t = calloc(1, sizeof(*t));
		u32 want = others[i] == 0 ? 0
					  : param[PARAM_tlbi_broadcast] +
						    (others[i] - 1) * param[PARAM_tlbi_each_pe];

		assert_non_null(t);
		t->model = &model;
		timing_broadcast(t, others[i]);
		assert_int_equal(t->dynamic.any, others[i] != 0);
		assert_int_equal(t->dynamic.data_latency, want);
		free(t);
	}
}

/* The cycles of system instructions are theirs. */
static void cycles_have_their_reasons(void **state)
{
	static const struct {
		enum timing_class class;
		enum timing_reason reason;
	} reasons[] = { { CLASS_MSR, REASON_SYSREG }, { CLASS_MSR_GIC, REASON_SYSREG },
		{ CLASS_ISB, REASON_BARRIER }, { CLASS_DSB, REASON_BARRIER },
		{ CLASS_TLBI, REASON_TLBI }, { CLASS_DC, REASON_CACHE_OP },
		{ CLASS_AT, REASON_SYSREG } };

	(void)state;
	for (size_t i = 0; i < COUNT(reasons); i++) {
		struct core core;
		u64 account[REASON_COUNT] = { 0 };

		begin(&core);
		core.account = account;
		issue(&core, reasons[i].class);
		if (account[reasons[i].reason] != model.cost[reasons[i].class].busy - 1u)
			fail_msg("%s: %" PRIu64, timing_class_names[reasons[i].class],
				account[reasons[i].reason]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_have_their_classes),
		cmocka_unit_test(none_is_by_default),
		cmocka_unit_test(operations_are_no_accesses),
		cmocka_unit_test(encodings_without_a_row_have_a_class),
		cmocka_unit_test(costs_are_their_rows),
		cmocka_unit_test(barriers_wait),
		cmocka_unit_test(the_longest_maintenance_counts),
		cmocka_unit_test(broadcast_depends_on_who_is_there),
		cmocka_unit_test(cycles_have_their_reasons),
	};

	if (!timing_model_get("a55", &model))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
