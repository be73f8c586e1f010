/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The performance monitors: masks, what counts where, overflow, chains, interrupts. DDI 0487 D13,
 * D24.5.
 */
#include "tests/unit/sysregs_pe.h"

#define R DIR_READ

#define TPM MDCR_EL2_TPM

#define P   PMEVTYPERn_EL0_P
#define U   PMEVTYPERn_EL0_U
#define NSH PMEVTYPERn_EL0_NSH
#define C   BIT(31)

enum { SW_INCR = 0, INST_RETIRED = 8, EXC_TAKEN, EXC_RETURN, CID_WRITE };
enum { CPU_CYCLES = 0x11, TTBR_WRITE = 0x1c, CHAIN = 0x1e };

/* ---- What is there; who may is in tests/route/rows_pmu.c ---- */

/* Without EL2 all counters are EL1's, whatever the register that is not there would say. */
static void without_el2(void **state)
{
	struct cpu *cpu = pe_create("max", false, 40);

	(void)state;
	pe_set_el(cpu, EL1);
	cpu->sys[SR_MDCR_EL2] = TPM;
	assert_int_equal(sysreg_route(cpu, SR_PMEVCNTR5_EL0, R).goes, TO_REGISTER);
	assert_int_equal(bits(sysreg_read(cpu, SR_PMCR_EL0), 15, 11), 6);
	sysreg_write(cpu, SR_PMEVTYPER0_EL0, ~(u64)0);
	assert_int_equal(cpu->sys[SR_PMEVTYPER0_EL0], 0xc000ffff); /* no NSH */
	sysreg_write(cpu, SR_PMCR_EL0, ~(u64)0);
	assert_int_equal(cpu->sys[SR_PMCR_EL0], 0xc1); /* no DP */
	free(cpu);
}

/* ---- Masks ---- */

static const struct {
	const char *why, *profile;
	unsigned el;
	u64 mdcr;
	enum sysreg_id write, read;
	u64 want; /* after a write of all ones */
} masks[] = {
	/* clang-format off */
	{ "E only; LC is RES1, P and C read as 0",  "v8.0", EL2, 6, SR_PMCR_EL0, SR_PMCR_EL0, 0x3041 },
	{ "PMUv3p1: DP",                            "v8.1", EL2, 6, SR_PMCR_EL0, SR_PMCR_EL0, 0x3061 },
	{ "PMUv3p5: LP",                            "max",  EL2, 6, SR_PMCR_EL0, SR_PMCR_EL0, 0x30e1 },
	{ "N is HPMN at EL1",                       "max",  EL1, 2, SR_PMCR_EL0, SR_PMCR_EL0, 0x10e1 },
	{ "N stays N at EL2",                       "max",  EL2, 2, SR_PMCR_EL0, SR_PMCR_EL0, 0x30e1 },
	{ "HPMN 0",                                 "max",  EL1, 0, SR_PMCR_EL0, SR_PMCR_EL0, 0x00e1 },
	{ "HPMN beyond N",                          "max",  EL1, 9, SR_PMCR_EL0, SR_PMCR_EL0, 0x30e1 },
	{ "enables",                                "v8.0", EL2, 6, SR_PMCNTENSET_EL0, SR_PMCNTENCLR_EL0, 0x8000003f },
	{ "enables of a guest",                     "v8.0", EL1, 2, SR_PMCNTENSET_EL0, SR_PMCNTENSET_EL0, 0x80000003 },
	{ "overflows of a guest",                   "v8.0", EL1, 2, SR_PMOVSSET_EL0, SR_PMOVSCLR_EL0, 0x80000003 },
	{ "interrupts of a guest",                  "v8.0", EL1, 2, SR_PMINTENSET_EL1, SR_PMINTENCLR_EL1, 0x80000003 },
	{ "the selector",                           "v8.0", EL2, 6, SR_PMSELR_EL0, SR_PMSELR_EL0, 0x1f },
	{ "EL0's enables",                          "v8.0", EL2, 6, SR_PMUSERENR_EL0, SR_PMUSERENR_EL0, 0xf },
	{ "PMUv3: ten bits of event",               "v8.0", EL2, 6, SR_PMEVTYPER5_EL0, SR_PMEVTYPER5_EL0, 0xc80003ff },
	{ "PMUv3p1: sixteen",                       "v8.1", EL2, 6, SR_PMEVTYPER5_EL0, SR_PMEVTYPER5_EL0, 0xc800ffff },
	{ "the filter of cycles",                   "v8.0", EL2, 6, SR_PMCCFILTR_EL0, SR_PMCCFILTR_EL0, 0xc8000000 },
	{ "32-bit event counters",                  "v8.4-nv2", EL2, 6, SR_PMEVCNTR0_EL0, SR_PMEVCNTR0_EL0, 0xffffffff },
	{ "PMUv3p5: 64-bit",                        "max",  EL2, 6, SR_PMEVCNTR0_EL0, SR_PMEVCNTR0_EL0, ~(u64)0 },
	{ "64-bit cycles",                          "v8.0", EL2, 6, SR_PMCCNTR_EL0, SR_PMCCNTR_EL0, ~(u64)0 },
	{ "PMXEVCNTR is the selected counter",      "max",  EL2, 6, SR_PMXEVCNTR_EL0, SR_PMEVCNTR0_EL0, ~(u64)0 },
	{ "PMXEVTYPER is its type",                 "max",  EL2, 6, SR_PMXEVTYPER_EL0, SR_PMEVTYPER0_EL0, 0xc800ffff },
	/* clang-format on */
};

static void writes_are_masked(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(masks); i++) {
		struct cpu *cpu = pe_create(masks[i].profile, true, 40);
		u64 got;

		sysreg_write(cpu, SR_MDCR_EL2, masks[i].mdcr);
		pe_set_el(cpu, masks[i].el);
		sysreg_write(cpu, masks[i].write, ~(u64)0);
		got = sysreg_read(cpu, masks[i].read);
		if (got != masks[i].want)
			fail_msg("row %zu, %s: 0x%" PRIx64, i, masks[i].why, got);
		free(cpu);
	}
}

/* A guest's CLR, P and SWINC leave EL2's counters alone. */
static void the_second_range_is_not_the_guests(void **state)
{
	struct cpu *cpu = pe_create("max", true, 40);

	(void)state;
	pe_set_el(cpu, EL2);
	sysreg_write(cpu, SR_PMCNTENSET_EL0, ~(u64)0);
	sysreg_write(cpu, SR_PMOVSSET_EL0, ~(u64)0);
	for (unsigned n = 0; n < 6; n++)
		sysreg_write(cpu, SR_PMEVCNTR0_EL0 + n, 5);
	sysreg_write(cpu, SR_PMCCNTR_EL0, 5);
	sysreg_write(cpu, SR_MDCR_EL2, 2 | MDCR_EL2_HPME);
	pe_set_el(cpu, EL1);
	sysreg_write(cpu, SR_PMSWINC_EL0, 0x3f);
	sysreg_write(cpu, SR_PMCR_EL0, PMCR_EL0_P);
	sysreg_write(cpu, SR_PMCNTENCLR_EL0, ~(u64)0);
	sysreg_write(cpu, SR_PMOVSCLR_EL0, ~(u64)0);
	pe_set_el(cpu, EL2);
	assert_int_equal(sysreg_read(cpu, SR_PMCNTENSET_EL0), 0x3c);
	assert_int_equal(sysreg_read(cpu, SR_PMOVSSET_EL0), 0x3c);
	for (unsigned n = 0; n < 6; n++)
		assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR0_EL0 + n), n < 2 ? 0 : 5);
	assert_int_equal(sysreg_read(cpu, SR_PMCCNTR_EL0), 5);
	sysreg_write(cpu, SR_PMCR_EL0, PMCR_EL0_P | PMCR_EL0_C);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR5_EL0), 0); /* EL2's P is about all */
	assert_int_equal(sysreg_read(cpu, SR_PMCCNTR_EL0), 0);
	free(cpu);
}

/* ---- What counts where ---- */

static void pass(struct cpu *cpu, u64 cycles, u64 insns)
{
	cpu->cycles += cycles;
	cpu->insns += insns;
}

static const struct count_row {
	const char *why, *profile;
	unsigned el;
	u64 pmcr, mdcr, enabled, filter; /* filter: of all counters */
	bool cycles, first, last;	 /* PMCCNTR, counter 0, counter 5 count */
} counts[] = {
	/* clang-format off */
	{ "EL1",                         "max",  EL1, 1, 6,                    C|0x3f, 0,    true,  true,  true },
	{ "EL0",                         "max",  EL0, 1, 6,                    C|0x3f, 0,    true,  true,  true },
	{ "EL2 needs NSH",               "max",  EL2, 1, 6,                    C|0x3f, 0,    false, false, false },
	{ "NSH",                         "max",  EL2, 1, 6,                    C|0x3f, NSH,  true,  true,  true },
	{ "P is about EL1",              "max",  EL1, 1, 6,                    C|0x3f, P,    false, false, false },
	{ "U is not",                    "max",  EL1, 1, 6,                    C|0x3f, U,    true,  true,  true },
	{ "U is about EL0",              "max",  EL0, 1, 6,                    C|0x3f, U,    false, false, false },
	{ "P is not",                    "max",  EL0, 1, 6,                    C|0x3f, P,    true,  true,  true },
	{ "P and U are not about EL2",   "max",  EL2, 1, 6,                    C|0x3f, P|U|NSH, true, true, true },
	{ "E is off",                    "max",  EL1, 0, 6,                    C|0x3f, 0,    false, false, false },
	{ "nothing is enabled",          "max",  EL1, 1, 6,                    0,      0,    false, false, false },
	{ "cycles are",                  "max",  EL1, 1, 6,                    C,      0,    true,  false, false },
	{ "counter 5 is",                "max",  EL1, 1, 6,                    0x20,   0,    false, false, true },
	{ "E is not about EL2's range",  "max",  EL1, 1, 3,                    C|0x3f, 0,    true,  true,  false },
	{ "HPME is",                     "max",  EL1, 0, 3 | MDCR_EL2_HPME,    C|0x3f, 0,    false, false, true },
	{ "both",                        "max",  EL1, 1, 3 | MDCR_EL2_HPME,    C|0x3f, 0,    true,  true,  true },
	{ "HPME without a second range", "max",  EL1, 0, 6 | MDCR_EL2_HPME,    C|0x3f, 0,    false, false, false },
	{ "HPMD at EL2: the first range","max",  EL2, 1, 3 | MDCR_EL2_HPME | MDCR_EL2_HPMD, C|0x3f, NSH, true, false, true },
	{ "HPMD is not about EL1",       "max",  EL1, 1, 3 | MDCR_EL2_HPME | MDCR_EL2_HPMD, C|0x3f, NSH, true, true, true },
	{ "DP alone",                    "max",  EL2, 0x21, 6,                 C|0x3f, NSH,  true,  true,  true },
	{ "DP with HPMD: cycles too",    "max",  EL2, 0x21, 6 | MDCR_EL2_HPMD, C|0x3f, NSH,  false, false, false },
	{ "not at EL1",                  "max",  EL1, 0x21, 6 | MDCR_EL2_HPMD, C|0x3f, NSH,  true,  true,  true },
	{ "HCCD: cycles at EL2",         "max",  EL2, 1, 6 | MDCR_EL2_HCCD,    C|0x3f, NSH,  false, true,  true },
	{ "HCCD is not about EL1",       "max",  EL1, 1, 6 | MDCR_EL2_HCCD,    C|0x3f, NSH,  true,  true,  true },
	{ "PMUv3 has no HPMD",           "v8.0", EL2, 1, 6 | MDCR_EL2_HPMD,    C|0x3f, NSH,  true,  true,  true },
	{ "PMUv3p1 has no HCCD",         "v8.1", EL2, 1, 6 | MDCR_EL2_HCCD,    C|0x3f, NSH,  true,  true,  true },
	/* clang-format on */
};

static struct cpu *counting_pe(const struct count_row *row)
{
	struct cpu *cpu = pe_create(row->profile, true, 40);

	pe_set_el(cpu, EL2);
	sysreg_write(cpu, SR_MDCR_EL2, row->mdcr);
	for (unsigned n = 0; n < 6; n++)
		sysreg_write(cpu, SR_PMEVTYPER0_EL0 + n, row->filter | INST_RETIRED);
	sysreg_write(cpu, SR_PMCCFILTR_EL0, row->filter);
	sysreg_write(cpu, SR_PMCNTENSET_EL0, row->enabled);
	sysreg_write(cpu, SR_PMCR_EL0, row->pmcr);
	pe_set_el(cpu, row->el);
	return cpu;
}

static void counts_where_enabled(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(counts); i++) {
		const struct count_row *row = &counts[i];
		struct cpu *cpu = counting_pe(row);
		u64 cycles, first, last;

		pass(cpu, 100, 30);
		cycles = sysreg_read(cpu, SR_PMCCNTR_EL0);
		first = sysreg_read(cpu, SR_PMEVCNTR0_EL0);
		last = sysreg_read(cpu, SR_PMEVCNTR5_EL0);
		if (cycles != (row->cycles ? 100 : 0) || first != (row->first ? 30 : 0) ||
			last != (row->last ? 30 : 0))
			fail_msg("row %zu, %s: %" PRIu64 " cycles, %" PRIu64 ", %" PRIu64, i,
				row->why, cycles, first, last);
		free(cpu);
	}
}

/* A PE at EL1 whose counter n counts events[n], and its cycles. */
static struct cpu *pe_with_events(const char *profile, const u16 *events, size_t count)
{
	struct cpu *cpu = pe_create(profile, true, 40);

	pe_set_el(cpu, EL2);
	for (unsigned n = 0; n < count; n++)
		sysreg_write(cpu, SR_PMEVTYPER0_EL0 + n, events[n]);
	sysreg_write(cpu, SR_PMCNTENSET_EL0, ~(u64)0);
	sysreg_write(cpu, SR_PMCR_EL0, PMCR_EL0_E);
	pe_set_el(cpu, EL1);
	return cpu;
}

/* What passes while a counter is changed is counted as it was before, and not twice. */
static void changes_do_not_lose_counts(void **state)
{
	static const u16 events[] = { CPU_CYCLES, INST_RETIRED };
	struct cpu *cpu = pe_with_events("max", events, 2);

	(void)state;
	pass(cpu, 10, 5);
	sysreg_write(cpu, SR_PMCNTENCLR_EL0, 1);
	pass(cpu, 10, 5);
	sysreg_write(cpu, SR_PMCNTENSET_EL0, 1);
	pass(cpu, 10, 5);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR0_EL0), 20);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR1_EL0), 15);
	assert_int_equal(sysreg_read(cpu, SR_PMCCNTR_EL0), 30);
	sysreg_write(cpu, SR_PMEVTYPER0_EL0, INST_RETIRED);
	pass(cpu, 10, 5);
	sysreg_write(cpu, SR_PMCR_EL0, 0);
	pass(cpu, 10, 5);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR0_EL0), 25);
	sysreg_write(cpu, SR_PMCR_EL0, PMCR_EL0_E);
	pass(cpu, 1, 1);
	sysreg_write(cpu, SR_PMEVCNTR0_EL0, 1000);
	pass(cpu, 1, 1);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR0_EL0), 1001);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR1_EL0), 22);
	sysreg_write(cpu, SR_PMCCFILTR_EL0, P);
	pass(cpu, 10, 5);
	assert_int_equal(sysreg_read(cpu, SR_PMCCNTR_EL0), 42);
	free(cpu);
}

/* The instruction that leaves an EL belongs to it, and so does the exception. */
static void exceptions_are_of_where_they_occur(void **state)
{
	static const u16 events[] = { EXC_TAKEN, EXC_RETURN, INST_RETIRED, EXC_TAKEN, EXC_RETURN,
		INST_RETIRED };
	struct cpu *cpu = pe_with_events("max", events, 6);

	(void)state;
	for (unsigned n = 3; n < 6; n++) /* 0..2: EL1's, 3..5: EL2's */
		sysreg_write(cpu, SR_PMEVTYPER0_EL0 + n, P | U | NSH | events[n]);
	pass(cpu, 4, 4);
	pe_set_el(cpu, EL2);
	pmu_left_el(cpu, EL1, PMU_EXC_TAKEN, 1); /* an HVC */
	pass(cpu, 1, 1);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR2_EL0), 5);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR5_EL0), 0);
	pass(cpu, 7, 7);
	pe_set_el(cpu, EL1);
	pmu_left_el(cpu, EL2, PMU_EXC_RETURN, 1);
	pass(cpu, 1, 1);
	pe_set_el(cpu, EL2);
	pmu_left_el(cpu, EL1, PMU_EXC_TAKEN, 0); /* an interrupt */
	pass(cpu, 2, 2);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR0_EL0), 2);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR1_EL0), 0);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR2_EL0), 5);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR3_EL0), 0);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR4_EL0), 1);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR5_EL0), 10);
	assert_int_equal(sysreg_read(cpu, SR_PMCCNTR_EL0), 5);
	free(cpu);
}

/* CID_WRITE_RETIRED, TTBR_WRITE_RETIRED: by name. D14.3 */
static void writes_are_counted_by_name(void **state)
{
	static const u16 events[] = { CID_WRITE, TTBR_WRITE };
	static const enum sysreg_id names[] = { SR_CONTEXTIDR_EL1, SR_TTBR0_EL1, SR_TTBR1_EL1,
		SR_CONTEXTIDR_EL2, SR_CONTEXTIDR_EL12, SR_TTBR0_EL2, SR_TTBR0_EL12, SR_TTBR1_EL2,
		SR_VTTBR_EL2, SR_TCR_EL1 };
	struct cpu *cpu = pe_with_events("max", events, 2);

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		pmu_wrote(cpu, names[i]);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR0_EL0), 1);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR1_EL0), 2);
	free(cpu);
}

static void software_increments(void **state)
{
	static const u16 events[] = { SW_INCR, CPU_CYCLES, SW_INCR, SW_INCR | 0x400 };
	struct cpu *cpu = pe_with_events("max", events, 4);

	(void)state;
	sysreg_write(cpu, SR_PMSWINC_EL0, 0xf);
	sysreg_write(cpu, SR_PMSWINC_EL0, 1);
	sysreg_write(cpu, SR_PMEVTYPER2_EL0, P);
	sysreg_write(cpu, SR_PMSWINC_EL0, 4);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR0_EL0), 2);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR1_EL0), 0);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR2_EL0), 1);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR3_EL0), 0); /* another event */
	free(cpu);
}

/* Required of PMUv3p1 and PMUv3p4, and nothing stalls. */
static bool is_stall(unsigned number)
{
	return number == 0x23 || number == 0x24 || number == 0x3c;
}

static void stalls_are_announced(void **state)
{
	static const struct {
		const char *profile;
		u64 announced;
	} rows[] = { { "v8.0", 0 }, { "v8.1", 0x18 }, { "v8.4-nv2", 0x10000018 },
		{ "max", 0x10000018 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cpu *cpu = pe_create(rows[i].profile, true, 40);

		if (sysreg_read(cpu, SR_PMCEID1_EL0) != rows[i].announced)
			fail_msg("%s", rows[i].profile);
		free(cpu);
	}
}

/* But for stalls, PMCEIDn tell exactly the events that count, whatever happens. */
static void exactly_the_announced_events_count(void **state)
{
	(void)state;
	for (u16 number = 0; number < 64; number++) {
		u16 events[] = { CPU_CYCLES, number };
		struct cpu *cpu = pe_with_events("max", events, 2);
		u64 announced = sysreg_read(cpu, number < 32 ? SR_PMCEID0_EL0 : SR_PMCEID1_EL0);

		assert_int_equal(announced >> 32, 0);
		sysreg_write(cpu, SR_PMEVCNTR0_EL0, 0xfffffffe);
		pass(cpu, 10, 3);
		sysreg_write(cpu, SR_PMSWINC_EL0, 0x3f);
		pmu_wrote(cpu, SR_TTBR0_EL1);
		pmu_wrote(cpu, SR_CONTEXTIDR_EL1);
		pmu_left_el(cpu, EL1, PMU_EXC_TAKEN, 0);
		pmu_left_el(cpu, EL1, PMU_EXC_RETURN, 0);
		if ((sysreg_read(cpu, SR_PMEVCNTR1_EL0) != 0) !=
			((announced >> number % 32 & 1) && !is_stall(number)))
			fail_msg("event 0x%x", number);
		free(cpu);
	}
}

/* ---- Overflow ---- */

static const struct overflow_row {
	const char *why, *profile;
	u64 pmcr, mdcr;
	enum sysreg_id counter;
	u64 before, after; /* 5 are counted */
	bool overflow;
} overflows[] = {
	/* clang-format off */
	{ "32 bits",                 "v8.1", 1,    6, SR_PMEVCNTR0_EL0, 0xfffffffb, 0, true },
	{ "just not",                "v8.1", 1,    6, SR_PMEVCNTR0_EL0, 0xfffffffa, 0xffffffff, false },
	{ "beyond",                  "v8.1", 1,    6, SR_PMEVCNTR0_EL0, 0xffffffff, 4, true },
	{ "64 bits count on",        "max",  1,    6, SR_PMEVCNTR0_EL0, 0xfffffffb, 0x100000000, true },
	{ "... from wherever",       "max",  1,    6, SR_PMEVCNTR0_EL0, 0x7fffffffd, 0x800000002, true },
	{ "LP: 64 bits",             "max",  0x81, 6, SR_PMEVCNTR0_EL0, 0xfffffffb, 0x100000000, false },
	{ "LP: 64 bits overflow",    "max",  0x81, 6, SR_PMEVCNTR0_EL0, ~(u64)0, 4, true },
	{ "LP is not of the second range", "max", 0x81, 3 | MDCR_EL2_HPME, SR_PMEVCNTR5_EL0, 0xffffffff, 0x100000004, true },
	{ "HLP is",                  "max",  1,    3 | MDCR_EL2_HPME | MDCR_EL2_HLP, SR_PMEVCNTR5_EL0, 0xffffffff, 0x100000004, false },
	{ "HLP is not of the first", "max",  1,    3 | MDCR_EL2_HPME | MDCR_EL2_HLP, SR_PMEVCNTR0_EL0, 0xffffffff, 0x100000004, true },
	{ "cycles have 64 bits",     "v8.0", 1,    6, SR_PMCCNTR_EL0,   0xfffffffb, 0x100000000, false },
	{ "and overflow there",      "v8.0", 1,    6, SR_PMCCNTR_EL0,   ~(u64)0, 4, true },
	/* clang-format on */
};

static void overflows_are_noted(void **state)
{
	static const u16 events[6] = { INST_RETIRED, INST_RETIRED, INST_RETIRED, INST_RETIRED,
		INST_RETIRED, INST_RETIRED };

	(void)state;
	for (size_t i = 0; i < COUNT(overflows); i++) {
		const struct overflow_row *row = &overflows[i];
		struct cpu *cpu = pe_with_events(row->profile, events, 6);
		bool is_cycles = row->counter == SR_PMCCNTR_EL0;
		u64 flag = is_cycles ? C : BIT(row->counter - SR_PMEVCNTR0_EL0), flags, after;

		sysreg_write(cpu, SR_MDCR_EL2, row->mdcr);
		pe_set_el(cpu, EL2);
		sysreg_write(cpu, SR_PMCR_EL0, row->pmcr);
		pe_set_el(cpu, EL1);
		sysreg_write(cpu, row->counter, row->before);
		pass(cpu, 5, 5);
		pe_set_el(cpu, EL2);
		pmu_left_el(cpu, EL1, PMU_EXC_TAKEN, 0);
		after = sysreg_read(cpu, row->counter);
		flags = sysreg_read(cpu, SR_PMOVSCLR_EL0);
		if (after != row->after || flags != (row->overflow ? flag : 0))
			fail_msg("row %zu, %s: 0x%" PRIx64 ", flags 0x%" PRIx64, i, row->why, after,
				flags);
		free(cpu);
	}
}

static const struct chain_row {
	const char *why, *profile;
	u64 pmcr, mdcr, low, high, passes, want_low, want_high, flags;
} chains[] = {
	/* clang-format off */
	{ "carries",                  "v8.1", 1,    6, 0xffffffff, 7,          1, 0, 8, 1 },
	{ "does not",                 "v8.1", 1,    6, 0xfffffffe, 7,          1, 0xffffffff, 7, 0 },
	{ "overflows too",            "v8.1", 1,    6, 0xffffffff, 0xffffffff, 1, 0, 0, 3 },
	{ "twice at once",            "v8.1", 1,    6, 0xffffffff, 7,          0x100000001, 0, 9, 1 },
	{ "64-bit counters count on", "max",  1,    6, 0xffffffff, 0xffffffff, 1, 0x100000000, 0x100000000, 3 },
	{ "long ones do not chain",   "max",  0x81, 6, ~(u64)0,    7,          1, 0, 7, 1 },
	{ "nor across HPMN",          "v8.1", 1,    1 | MDCR_EL2_HPME, 0xffffffff, 7, 1, 0, 7, 1 },
	{ "within the second range",  "v8.1", 1,    0 | MDCR_EL2_HPME, 0xffffffff, 7, 1, 0, 8, 1 },
	/* clang-format on */
};

static void counters_are_chained(void **state)
{
	static const u16 events[] = { INST_RETIRED, CHAIN };

	(void)state;
	for (size_t i = 0; i < COUNT(chains); i++) {
		const struct chain_row *row = &chains[i];
		struct cpu *cpu = pe_with_events(row->profile, events, 2);
		u64 low, high, flags;

		pe_set_el(cpu, EL2);
		sysreg_write(cpu, SR_MDCR_EL2, row->mdcr);
		sysreg_write(cpu, SR_PMCR_EL0, row->pmcr);
		sysreg_write(cpu, SR_PMEVCNTR0_EL0, row->low);
		sysreg_write(cpu, SR_PMEVCNTR1_EL0, row->high);
		pass(cpu, row->passes, row->passes);
		pmu_left_el(cpu, EL1, PMU_EXC_TAKEN, 0);
		low = sysreg_read(cpu, SR_PMEVCNTR0_EL0);
		high = sysreg_read(cpu, SR_PMEVCNTR1_EL0);
		flags = sysreg_read(cpu, SR_PMOVSSET_EL0);
		if (low != row->want_low || high != row->want_high || flags != row->flags)
			fail_msg("row %zu, %s: 0x%" PRIx64 ", 0x%" PRIx64 ", flags 0x%" PRIx64, i,
				row->why, low, high, flags);
		free(cpu);
	}
}

/* An even counter never counts CHAIN; software increments carry like others. */
static void chains_go_from_even_to_odd(void **state)
{
	static const u16 events[] = { SW_INCR, CHAIN, CHAIN, SW_INCR };
	struct cpu *cpu = pe_with_events("v8.1", events, 4);

	(void)state;
	sysreg_write(cpu, SR_PMEVCNTR0_EL0, 0xffffffff);
	sysreg_write(cpu, SR_PMEVCNTR1_EL0, 0xffffffff);
	sysreg_write(cpu, SR_PMSWINC_EL0, 1);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR1_EL0), 0);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR2_EL0), 0);
	assert_int_equal(sysreg_read(cpu, SR_PMOVSSET_EL0), 3);
	sysreg_write(cpu, SR_PMOVSCLR_EL0, 1);
	assert_int_equal(sysreg_read(cpu, SR_PMOVSSET_EL0), 2);
	free(cpu);
}

/* ---- Interrupts ---- */

static const struct interrupt_row {
	const char *why;
	u64 pmcr, mdcr, enabled, flags;
	bool interrupt;
} interrupts[] = {
	/* clang-format off */
	{ "flag and enable",              1, 6,                 C,    C,    true },
	{ "no flag",                      1, 6,                 C,    1,    false },
	{ "not enabled",                  1, 6,                 1,    C,    false },
	{ "E is off",                     0, 6,                 C,    C,    false },
	{ "an event counter",             1, 6,                 0x20, 0x20, true },
	{ "E is not about EL2's range",   1, 3,                 0x20, 0x20, false },
	{ "HPME is",                      0, 3 | MDCR_EL2_HPME, 0x20, 0x20, true },
	{ "HPME is not about the first",  0, 3 | MDCR_EL2_HPME, C | 7, C | 7, false },
	/* clang-format on */
};

static void interrupts_follow_flags(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(interrupts); i++) {
		const struct interrupt_row *row = &interrupts[i];
		struct cpu *cpu = pe_create("max", true, 40);

		pe_set_el(cpu, EL2);
		sysreg_write(cpu, SR_MDCR_EL2, row->mdcr);
		sysreg_write(cpu, SR_PMCR_EL0, row->pmcr);
		sysreg_write(cpu, SR_PMINTENSET_EL1, row->enabled);
		sysreg_write(cpu, SR_PMOVSSET_EL0, row->flags);
		if (pmu_interrupt(cpu) != row->interrupt)
			fail_msg("row %zu, %s", i, row->why);
		sysreg_write(cpu, SR_PMOVSCLR_EL0, ~(u64)0);
		assert_false(pmu_interrupt(cpu));
		free(cpu);
	}
}

/* So much before overflow of 32 bits, of 64 bits. */
#define SHORT(n) (BIT(32) - (n))
#define LONG(n)	 (~(u64)(n) + 1)

static const struct distance_row {
	const char *why, *profile;
	u64 pmcr;
	u16 events[2];
	u64 counter[2], cycles, enabled, flags;
	bool is_waiting;
	u64 want;
} distances[] = {
	/* clang-format off */
	{ "cycles",                     "v8.1", 1,    { CPU_CYCLES, 0x3ff }, { 0, 0 }, LONG(100), C, 0, false, 100 },
	{ "nobody asks",                "v8.1", 1,    { CPU_CYCLES, 0x3ff }, { 0, 0 }, LONG(100), 0, 0, false, 0 },
	{ "2^64 is no number",          "v8.1", 1,    { CPU_CYCLES, 0x3ff }, { 0, 0 }, 0,         C, 0, false, 0 },
	{ "it has overflowed already",  "v8.1", 1,    { CPU_CYCLES, 0x3ff }, { 0, 0 }, LONG(100), C, C, false, 0 },
	{ "the nearest",                "v8.1", 1,    { CPU_CYCLES, CPU_CYCLES }, { SHORT(50), SHORT(70) }, LONG(60), C|3, 0, false, 50 },
	{ "... of those that count",    "v8.1", 1,    { CPU_CYCLES, CPU_CYCLES }, { SHORT(50), SHORT(70) }, LONG(60), C|2, 0, false, 60 },
	{ "the lower half of 64 bits",  "max",  1,    { CPU_CYCLES, 0x3ff }, { 0x1fffffff0, 0 }, 0, 1, 0, false, 16 },
	{ "LP",                         "max",  0x81, { CPU_CYCLES, 0x3ff }, { LONG(0x1fffffff0), 0 }, 0, 1, 0, false, 0x1fffffff0 },
	{ "instructions, at the least", "v8.1", 1,    { INST_RETIRED, 0x3ff }, { SHORT(40), 0 }, 0, 1, 0, false, 40 },
	{ "none while waiting",         "v8.1", 1,    { INST_RETIRED, 0x3ff }, { SHORT(40), 0 }, 0, 1, 0, true, 0 },
	{ "cycles pass while waiting",  "v8.1", 1,    { CPU_CYCLES, 0x3ff }, { SHORT(40), 0 }, 0, 1, 0, true, 40 },
	{ "other events: no time",      "v8.1", 1,    { SW_INCR, EXC_TAKEN }, { SHORT(40), SHORT(40) }, 0, 3, 0, false, 0 },
	{ "a chain's next carry",       "v8.1", 1,    { CPU_CYCLES, CHAIN }, { SHORT(40), SHORT(1) }, 0, 2, 0, false, 40 },
	{ "a chain's third carry",      "v8.1", 1,    { CPU_CYCLES, CHAIN }, { SHORT(40), SHORT(3) }, 0, 2, 0, false, 0x200000028 },
	{ "a chain of 2^64",            "v8.1", 1,    { CPU_CYCLES, CHAIN }, { 0, 0 }, 0, 2, 0, false, 0 },
	{ "no chain of long ones",      "max",  0x81, { CPU_CYCLES, CHAIN }, { SHORT(40), SHORT(1) }, 0, 2, 0, false, 0 },
	/* clang-format on */
};

static void overflows_are_foreseen(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(distances); i++) {
		const struct distance_row *row = &distances[i];
		struct cpu *cpu = pe_with_events(row->profile, row->events, 2);

		sysreg_write(cpu, SR_PMCR_EL0, row->pmcr);
		sysreg_write(cpu, SR_PMEVCNTR0_EL0, row->counter[0]);
		sysreg_write(cpu, SR_PMEVCNTR1_EL0, row->counter[1]);
		sysreg_write(cpu, SR_PMCCNTR_EL0, row->cycles);
		sysreg_write(cpu, SR_PMINTENSET_EL1, row->enabled);
		sysreg_write(cpu, SR_PMOVSSET_EL0, row->flags);
		cpu->waiting = row->is_waiting;
		if (pmu_cycles_to_overflow(cpu) != row->want)
			fail_msg("row %zu, %s: 0x%" PRIx64, i, row->why,
				pmu_cycles_to_overflow(cpu));
		free(cpu);
	}
}

/* Whoever looks on sees what a read returns, and changes nothing. */
static void looks_change_nothing(void **state)
{
	struct cpu *cpu = pe_create("max", true, 40), *before = malloc(sizeof(*before));

	(void)state;
	assert_non_null(before);
	pe_set_el(cpu, EL2);
	sysreg_write(cpu, SR_PMCR_EL0, PMCR_EL0_E);
	sysreg_write(cpu, SR_PMCNTENSET_EL0, ~(u64)0);
	sysreg_write(cpu, SR_PMCCFILTR_EL0, NSH);
	sysreg_write(cpu, SR_PMCCNTR_EL0, ~(u64)0 - 10);
	pass(cpu, 100, 50);
	*before = *cpu;
	assert_int_equal(sysreg_look(cpu, SR_PMCCNTR_EL0), 89);
	assert_true(sysreg_look(cpu, SR_PMOVSSET_EL0) & BIT(31));
	for (unsigned id = 0; id < SYSREG_COUNT; id++)
		sysreg_look(cpu, (enum sysreg_id)id);
	assert_memory_equal(cpu, before, sizeof(*cpu));
	assert_int_equal(sysreg_read(cpu, SR_PMCCNTR_EL0), 89);
	free(before);
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_el2),
		cmocka_unit_test(writes_are_masked),
		cmocka_unit_test(the_second_range_is_not_the_guests),
		cmocka_unit_test(counts_where_enabled),
		cmocka_unit_test(changes_do_not_lose_counts),
		cmocka_unit_test(exceptions_are_of_where_they_occur),
		cmocka_unit_test(writes_are_counted_by_name),
		cmocka_unit_test(software_increments),
		cmocka_unit_test(stalls_are_announced),
		cmocka_unit_test(exactly_the_announced_events_count),
		cmocka_unit_test(overflows_are_noted),
		cmocka_unit_test(counters_are_chained),
		cmocka_unit_test(chains_go_from_even_to_odd),
		cmocka_unit_test(interrupts_follow_flags),
		cmocka_unit_test(overflows_are_foreseen),
		cmocka_unit_test(looks_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
