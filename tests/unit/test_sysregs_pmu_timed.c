/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The performance monitors of a PE with a timing model: which events there are, what they are made
 * of, who needs what counted exactly, when an overflow is looked for. DDI 0487 D14.3
 */
#include "tests/unit/sysregs_pe.h"

enum { CPU_CYCLES = 0x11, INST_RETIRED = 8, EXC_RETURN = 10, PC_WRITE = 12, CHAIN = 0x1e };
enum { LD_RETIRED = 6, L1D_REFILL = 3, L1D_CACHE = 4, ALL = 0x3f };

/* Nothing of a model but its width matters here. */
static struct cpu *timed_pe(const char *profile)
{
	static struct timing_model model;
	struct cpu *cpu = pe_create(profile, true, 40);

	model.param[PARAM_issue_width] = 2;
	cpu->timed.model = &model;
	cpu->timed.state = STATE_RAW; /* of its own, not numbered */
	pe_set_el(cpu, EL1);
	return cpu;
}

static void count_event(struct cpu *cpu, unsigned n, u64 type)
{
	sysreg_write(cpu, SR_PMEVTYPER0_EL0 + n, type);
	sysreg_write(cpu, SR_PMCNTENSET_EL0, BIT(n));
	sysreg_write(cpu, SR_PMCR_EL0, PMCR_EL0_E);
}

/* Every element of what is counted grows by a number of its own, so that sums tell them apart. */
static u64 growth(unsigned array, unsigned n)
{
	return 1 + 1000 * array + 17 * n;
}

static void grow(struct timed *t)
{
	for (unsigned n = 0; n < TIMING_COUNT_COUNT; n++)
		t->count[n] += growth(0, n);
	for (unsigned n = 0; n < KIND_COUNT; n++)
		t->kinds[n] += growth(1, n);
	for (unsigned n = 0; n < REASON_COUNT; n++)
		t->reasons[n] += growth(2, n);
}

#define C(name) growth(0, COUNT_##name)
#define K(name) growth(1, KIND_##name)
#define R(name) growth(2, REASON_##name)

enum { PMU = EXACT_PMU, ACCESSES = EXACT_ACCESSES };

static const u8 instructions[] = { KIND_BRANCH, KIND_CONDITIONAL, KIND_CALL, KIND_INDIRECT,
	KIND_INDIRECT_CALL, KIND_RETURN };

static u64 all_branches(void)
{
	u64 sum = 0;

	for (size_t i = 0; i < COUNT(instructions); i++)
		sum += growth(1, instructions[i]);
	return sum;
}

static void check_event(u16 number, const char *name, u64 want, u8 exact)
{
	struct cpu *cpu = timed_pe("max");
	u64 got, announced;

	announced = sysreg_read(cpu, number < 32 ? SR_PMCEID0_EL0 : SR_PMCEID1_EL0);
	grow(&cpu->timed);
	count_event(cpu, 1, number);
	grow(&cpu->timed);
	got = sysreg_read(cpu, SR_PMEVCNTR1_EL0);
	if (got != want || cpu->timed.exact != exact || !(announced >> number % 32 & 1))
		fail_msg("%s: %" PRIu64 ", not %" PRIu64 "; exact %u", name, got, want,
			cpu->timed.exact);
	sysreg_write(cpu, SR_PMCNTENCLR_EL0, 2);
	assert_int_equal(cpu->timed.exact, 0);
	free(cpu);
}

static void events_are_sums(void **state)
{
	u64 front = R(L1I) + R(MISPREDICT) + R(FETCH) + R(EXCEPTION) + R(ERET);
	u64 back = R(DEPENDENCY) + R(LOAD_USE) + R(UNIT) + R(L1D) + R(L2) + R(DRAM) + R(STORE) +
		   R(UTLB) + R(WALK1) + R(WALK2) + R(BARRIER) + R(TLBI) + R(CACHE_OP) + R(SYSREG) +
		   R(DEVICE);
	u64 reads = C(L1D_READ) + C(L1D_WRITE);

	(void)state;
	check_event(0x01, "L1I_CACHE_REFILL", C(L1I_REFILL), 0);
	check_event(0x02, "L1I_TLB_REFILL", C(ITLB_REFILL), 0);
	check_event(0x03, "L1D_CACHE_REFILL", C(L1D_REFILL), 0);
	check_event(0x04, "L1D_CACHE", reads, ACCESSES);
	check_event(0x05, "L1D_TLB_REFILL", C(DTLB_REFILL), 0);
	check_event(0x06, "LD_RETIRED", K(LOAD), PMU);
	check_event(0x07, "ST_RETIRED", K(STORE), PMU);
	check_event(0x0c, "PC_WRITE_RETIRED", C(TAKEN), PMU);
	check_event(0x0d, "BR_IMMED_RETIRED", K(BRANCH) + K(CONDITIONAL) + K(CALL), PMU);
	check_event(0x0e, "BR_RETURN_RETIRED", K(RETURN), PMU);
	check_event(0x10, "BR_MIS_PRED", C(MISPREDICT), 0);
	check_event(0x12, "BR_PRED", all_branches(), PMU);
	check_event(0x13, "MEM_ACCESS", reads + C(DEVICE), ACCESSES);
	check_event(0x14, "L1I_CACHE", C(L1I_ACCESS), ACCESSES);
	check_event(0x15, "L1D_CACHE_WB", C(L1D_WRITEBACK), 0);
	check_event(0x16, "L2D_CACHE", C(L2_ACCESS), 0);
	check_event(0x17, "L2D_CACHE_REFILL", C(L2_REFILL), 0);
	check_event(0x18, "L2D_CACHE_WB", C(L2_WRITEBACK), 0);
	check_event(0x19, "BUS_ACCESS", C(L2_REFILL) + C(L2_WRITEBACK) + C(DEVICE), 0);
	check_event(0x21, "BR_RETIRED", all_branches(), PMU);
	check_event(0x22, "BR_MIS_PRED_RETIRED", C(MISPREDICT), 0);
	check_event(0x23, "STALL_FRONTEND", front, PMU);
	check_event(0x24, "STALL_BACKEND", back, PMU);
	check_event(0x25, "L1D_TLB", reads + C(DEVICE), ACCESSES);
	check_event(0x26, "L1I_TLB", C(L1I_ACCESS), ACCESSES);
	check_event(0x2a, "L3D_CACHE_REFILL", C(L3_REFILL), 0);
	check_event(0x2b, "L3D_CACHE", C(L3_ACCESS), 0);
	check_event(0x2d, "L2D_TLB_REFILL", C(TLB_REFILL), 0);
	check_event(0x2f, "L2D_TLB", C(DTLB_REFILL) + C(ITLB_REFILL), 0);
	check_event(0x34, "DTLB_WALK", C(WALK_DATA), 0);
	check_event(0x35, "ITLB_WALK", C(WALK_CODE), 0);
	check_event(0x3c, "STALL", front + back, PMU);
}

/* The reasons of a stall are all but those of issue and sleep: a new one must be one or the other.
 */
static void every_reason_stalls_or_not(void **state)
{
	struct cpu *cpu = timed_pe("max");
	u64 want = 0;

	(void)state;
	for (unsigned n = 0; n < REASON_COUNT; n++) {
		if (n != REASON_ISSUE && n != REASON_PAIRING && n != REASON_WAIT)
			want += growth(2, n);
	}
	count_event(cpu, 0, 0x3c);
	grow(&cpu->timed);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR0_EL0), want);
	free(cpu);
}

/* PMCEIDn name just the events that count; without a model those of functional mode. */
static void announced_is_what_counts(void **state)
{
	u64 functional[2], timed[2] = { 0, 0 };
	struct cpu *cpu = pe_create("max", true, 40);

	(void)state;
	functional[0] = sysreg_read(cpu, SR_PMCEID0_EL0);
	functional[1] = sysreg_read(cpu, SR_PMCEID1_EL0);
	free(cpu);
	for (u16 number = 0; number < 64; number++) {
		cpu = timed_pe("max");
		timed[number / 32] =
			sysreg_read(cpu, number < 32 ? SR_PMCEID0_EL0 : SR_PMCEID1_EL0);
		count_event(cpu, 0, 0x11);
		count_event(cpu, 1, number);
		sysreg_write(cpu, SR_PMEVCNTR0_EL0, 0xfffffffe);
		grow(&cpu->timed);
		cpu->cycles += 10;
		cpu->insns += 3;
		sysreg_write(cpu, SR_PMSWINC_EL0, 0x3f);
		pmu_wrote(cpu, SR_TTBR0_EL1);
		pmu_wrote(cpu, SR_CONTEXTIDR_EL1);
		pmu_left_el(cpu, EL1, PMU_EXC_TAKEN, 0);
		pmu_left_el(cpu, EL1, PMU_EXC_RETURN, 0);
		if ((sysreg_read(cpu, SR_PMEVCNTR1_EL0) != 0) !=
			(timed[number / 32] >> number % 32 & 1))
			fail_msg("event 0x%x", number);
		free(cpu);
	}
	assert_int_equal(functional[0], 0x50020f01);
	assert_int_equal(functional[1], 0x10000018);
	assert_int_equal(timed[0] & functional[0], functional[0]);
	assert_int_equal(timed[1] & functional[1], functional[1]);
}

/* What an EL does not count is lost to it, and what it counted stays. */
static void events_are_of_where_they_occur(void **state)
{
	struct cpu *cpu = timed_pe("max");

	(void)state;
	count_event(cpu, 0, L1D_REFILL); /* at EL1 and EL0 */
	count_event(cpu, 1,
		L1D_REFILL | PMEVTYPERn_EL0_P | PMEVTYPERn_EL0_U | PMEVTYPERn_EL0_NSH); /* at EL2 */
	cpu->timed.count[COUNT_L1D_REFILL] += 3;
	pe_set_el(cpu, EL2);
	pmu_left_el(cpu, EL1, PMU_EXC_TAKEN, 1);
	cpu->timed.count[COUNT_L1D_REFILL] += 20;
	pe_set_el(cpu, EL1);
	pmu_left_el(cpu, EL2, PMU_EXC_RETURN, 1);
	cpu->timed.count[COUNT_L1D_REFILL] += 100;
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR0_EL0), 103);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR1_EL0), 20);
	free(cpu);
}

/* What happens while nobody counts it is not counted afterwards. */
static void nothing_is_made_up_for(void **state)
{
	struct cpu *cpu = timed_pe("max");

	(void)state;
	grow(&cpu->timed);
	count_event(cpu, 0, LD_RETIRED);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR0_EL0), 0);
	cpu->timed.kinds[KIND_LOAD] += 2;
	sysreg_write(cpu, SR_PMCNTENCLR_EL0, 1);
	grow(&cpu->timed);
	sysreg_write(cpu, SR_PMCNTENSET_EL0, 1);
	cpu->timed.kinds[KIND_LOAD] += 5;
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR0_EL0), 7);
	free(cpu);
}

/* The time of an instruction that leaves an EL was charged before, unlike in functional mode. */
static void exceptions_have_been_charged(void **state)
{
	struct cpu *cpu = timed_pe("max");

	(void)state;
	count_event(cpu, 0, CPU_CYCLES);
	count_event(cpu, 1, INST_RETIRED);
	count_event(cpu, 2, PC_WRITE);
	cpu->cycles += 30;
	pmu_left_el(cpu, EL1, PMU_EXC_RETURN, 1);
	cpu->insns++;
	pmu_left_el(cpu, EL1, PMU_EXC_TAKEN, 0);
	assert_int_equal(cpu->sys[SR_PMEVCNTR0_EL0], 30);
	assert_int_equal(cpu->sys[SR_PMEVCNTR1_EL0], 1);
	assert_int_equal(cpu->sys[SR_PMEVCNTR2_EL0], 1);
	free(cpu);
}

/* Who else needs exactness keeps it, and no line stays known once accesses are counted. */
static void exactness_is_a_set(void **state)
{
	struct cpu *cpu = timed_pe("max");
	struct timed *t = &cpu->timed;

	(void)state;
	timing_set_exact(t, EXACT_PROFILE, EXACT_PROFILE);
	t->read_line[5] = t->write_line[6] = t->code_line[LINE_TABLE - 1] = 1;
	count_event(cpu, 0, LD_RETIRED);
	assert_int_equal(t->exact, EXACT_PROFILE | EXACT_PMU);
	assert_int_equal(t->read_line[5], 1);
	count_event(cpu, 1, L1D_CACHE);
	assert_int_equal(t->exact, EXACT_PROFILE | EXACT_PMU | EXACT_ACCESSES);
	assert_int_equal(t->read_line[5] | t->write_line[6] | t->code_line[LINE_TABLE - 1], 0);
	sysreg_write(cpu, SR_PMCR_EL0, 0);
	assert_int_equal(t->exact, EXACT_PROFILE);
	free(cpu);
}

/* Filters that exclude every EL, and counters that are off, need nothing. */
static void only_what_counts_needs_anything(void **state)
{
	struct cpu *cpu = timed_pe("max");

	(void)state;
	count_event(cpu, 0, LD_RETIRED | PMEVTYPERn_EL0_P | PMEVTYPERn_EL0_U);
	assert_int_equal(cpu->timed.exact, 0);
	sysreg_write(cpu, SR_PMEVTYPER0_EL0, LD_RETIRED | PMEVTYPERn_EL0_U);
	assert_int_equal(cpu->timed.exact, EXACT_PMU);
	free(cpu);
}

static const struct {
	const char *why;
	u16 event, next; /* of counter 0 and 1 */
	u64 start, interrupts, want;
	bool waiting;
} looks[] = {
	/* clang-format off */
	{ "cycles",                            CPU_CYCLES,   0,     0xffffff00, 1, 0x100, false },
	{ "two instructions share a cycle",    INST_RETIRED, 0,     0xffffff00, 1, 0x80,  false },
	{ "an odd number of them",             INST_RETIRED, 0,     0xfffffffd, 1, 2,     false },
	{ "the last one",                      INST_RETIRED, 0,     0xffffffff, 1, 1,     false },
	{ "who sleeps executes none",          INST_RETIRED, 0,     0xffffffff, 1, 0,     true },
	{ "other events are looked for",       L1D_REFILL,   0,     0,          1, 256,   false },
	{ "not while asleep",                  L1D_REFILL,   0,     0,          1, 0,     true },
	{ "not if nobody is interrupted",      L1D_REFILL,   0,     0,          2, 0,     false },
	{ "a chain of them",                   L1D_REFILL,   CHAIN, 0,          2, 256,   false },
	/* clang-format on */
};

static void overflows_are_looked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(looks); i++) {
		struct cpu *cpu = timed_pe("v8.1");
		u64 got;

		count_event(cpu, 0, looks[i].event);
		if (looks[i].next != 0)
			count_event(cpu, 1, looks[i].next);
		sysreg_write(cpu, SR_PMEVCNTR0_EL0, looks[i].start);
		sysreg_write(cpu, SR_PMINTENSET_EL1, looks[i].interrupts);
		cpu->waiting = looks[i].waiting;
		got = pmu_cycles_to_overflow(cpu);
		if (got != looks[i].want)
			fail_msg("row %zu, %s: %" PRIu64, i, looks[i].why, got);
		free(cpu);
	}
}

static void overflow_of_refills_interrupts(void **state)
{
	struct cpu *cpu = timed_pe("v8.1");

	(void)state;
	count_event(cpu, 0, L1D_REFILL);
	sysreg_write(cpu, SR_PMEVCNTR0_EL0, 0xfffffff0);
	sysreg_write(cpu, SR_PMINTENSET_EL1, 1);
	cpu->timed.count[COUNT_L1D_REFILL] += 15;
	pmu_advance(cpu, EL1, 100, 0);
	assert_false(pmu_interrupt(cpu));
	cpu->timed.count[COUNT_L1D_REFILL] += 1;
	pmu_advance(cpu, EL1, 200, 0);
	assert_true(pmu_interrupt(cpu));
	assert_int_equal(pmu_cycles_to_overflow(cpu), 0); /* it is there already */
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_sums),
		cmocka_unit_test(every_reason_stalls_or_not),
		cmocka_unit_test(announced_is_what_counts),
		cmocka_unit_test(events_are_of_where_they_occur),
		cmocka_unit_test(nothing_is_made_up_for),
		cmocka_unit_test(exceptions_have_been_charged),
		cmocka_unit_test(exactness_is_a_set),
		cmocka_unit_test(only_what_counts_needs_anything),
		cmocka_unit_test(overflows_are_looked_for),
		cmocka_unit_test(overflow_of_refills_interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
