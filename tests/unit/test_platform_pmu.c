/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PMU on a machine that runs a few instruction words: which events they are, when the
 * interrupt's wire rises, what WFI does to it, that nothing depends on the engine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "debug/hash.h"
#include "platform/machine.h"
#include "platform/wire.h"
#include "sysregs/sysregs.h"

/* Instruction words. */
#define MOVZ(rd, imm) (0xd2800000u | (u32)(imm) << 5 | (rd))
#define MOVN(rd, imm) (0x92800000u | (u32)(imm) << 5 | (rd))
#define B(words)      (0x14000000u | ((u32)(words)&0x3ffffff))
#define WFI	      0xd503207fu
#define NOP	      0xd503201fu
#define UDIV	      0x9ac20823u /* X3, X1, X2 */
#define MSR(reg, rt)  (0xd5180000u | (u32)(reg) | (rt))

/* op0 = 3: op1, CRn, CRm, op2 in place */
#define REG(op1, crn, crm, op2) ((op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5)
#define PMCR			REG(3, 9, 12, 0)
#define PMSWINC			REG(3, 9, 12, 4)
#define PMCCNTR			REG(3, 9, 13, 0)
#define PMEVCNTR0		REG(3, 14, 8, 0)
#define PMOVSCLR		REG(3, 9, 12, 3)

#define CODE BOARD_RAM_BASE

struct bench {
	struct machine *machine;
	struct cpu *cpu;
	unsigned rises, falls;
	cycles_t rose;
	u64 insns; /* then */
	u32 late;  /* and what counter 0 counted beyond its overflow */
};

static void on_wire(void *opaque, bool level)
{
	struct bench *bench = opaque;

	bench->rises += level;
	bench->falls += !level;
	if (level) {
		bench->rose = bench->cpu->cycles;
		bench->insns = bench->cpu->insns;
		bench->late = (u32)bench->cpu->sys[SR_PMEVCNTR0_EL0];
		if (machine_now(bench->machine) > bench->rose)
			bench->rose = machine_now(bench->machine);
	}
	machine_set_line(bench->machine, 0, LINE_IRQ, level);
}

/* Counter 0 counts `event` and all enables are set; words arm it by PMCR. */
static void make_timed(struct bench *bench, enum engine engine, const struct timing_model *timing,
	u64 event, const u32 *words)
{
	struct machine_config config = machine_default_config();
	struct status status;
	unsigned count = 0;

	*bench = (struct bench){ 0 };
	config.engine = engine;
	config.timing = timing;
	config.ram_size = 1 << 20;
	bench->machine = machine_create(&config, &status);
	if (bench->machine == NULL)
		fail_msg("%s", status.text);
	while (words[count] != 0)
		count++;
	memcpy(machine_memory(bench->machine)->region[0].host, words, 4 * count);
	machine_start(bench->machine, CODE, CODE + 4 * count);
	bench->cpu = machine_cpu(bench->machine, 0);
	sysreg_write(bench->cpu, SR_PMEVTYPER0_EL0, PMEVTYPERn_EL0_NSH | event);
	sysreg_write(bench->cpu, SR_PMCCFILTR_EL0, PMEVTYPERn_EL0_NSH);
	sysreg_write(bench->cpu, SR_PMCNTENSET_EL0, ~(u64)0);
	sysreg_write(bench->cpu, SR_PMINTENSET_EL1, ~(u64)0);
	wire_connect(machine_pmu_wire(bench->machine, 0), on_wire, bench);
	bench->falls = 0;
}

static void make(struct bench *bench, enum engine engine, u64 event, const u32 *words)
{
	make_timed(bench, engine, NULL, event, words);
}

static const struct row {
	const char *why;
	u64 event, max_insns;
	enum stop_reason reason;
	unsigned rises, falls;
	cycles_t rose; /* when, at the earliest */
	u32 words[12];
} rows[] = {
	/* clang-format off */
	{ "cycles, in a loop", 0x3ff, 5000, STOP_BUDGET, 1, 0, 3 + 1000,
	  { MOVN(1, 999), MSR(PMCCNTR, 1), MOVZ(2, 1), MSR(PMCR, 2), NOP, B(-1) } },
	{ "instructions, in a loop", 8, 5000, STOP_BUDGET, 1, 0, 3 + 1000,
	  { MOVN(1, 999), MSR(PMEVCNTR0, 1), MOVZ(2, 1), MSR(PMCR, 2), NOP, B(-1) } },
	{ "cycles, in WFI", 0x3ff, MACHINE_UNLIMITED, STOP_STUCK, 1, 1, 3 + 1000,
	  { MOVN(1, 999), MSR(PMCCNTR, 1), MOVZ(2, 1), MSR(PMCR, 2), WFI, MOVN(1, 0),
	    MSR(PMOVSCLR, 1), WFI } },
	{ "instructions do not pass in WFI", 8, MACHINE_UNLIMITED, STOP_STUCK, 0, 0, 0,
	  { MOVN(1, 999), MSR(PMEVCNTR0, 1), MOVZ(2, 1), MSR(PMCR, 2), WFI } },
	{ "a software increment, at once", 0, 1000, STOP_BUDGET, 1, 0, 5,
	  { MOVN(1, 0), MSR(PMEVCNTR0, 1), MOVZ(2, 1), MSR(PMCR, 2), NOP, MSR(PMSWINC, 2), B(0) } },
	{ "E off: not", 0, 1000, STOP_BUDGET, 0, 0, 0,
	  { MOVN(1, 0), MSR(PMEVCNTR0, 1), MOVZ(2, 1), NOP, NOP, MSR(PMSWINC, 2), B(0) } },
	{ "the flag cleared", 0, 1000, STOP_BUDGET, 1, 1, 5,
	  { MOVN(1, 0), MSR(PMEVCNTR0, 1), MOVZ(2, 1), MSR(PMCR, 2), NOP, MSR(PMSWINC, 2),
	    MSR(PMOVSCLR, 2), B(0) } },
	{ "E off again", 0, 1000, STOP_BUDGET, 1, 1, 5,
	  { MOVN(1, 0), MSR(PMEVCNTR0, 1), MOVZ(2, 1), MSR(PMCR, 2), NOP, MSR(PMSWINC, 2),
	    MSR(PMCR, 31), B(0) } },
	{ "2^64 cycles never come", 0x3ff, MACHINE_UNLIMITED, STOP_STUCK, 0, 0, 0,
	  { MOVZ(1, 5), MSR(PMCCNTR, 1), MOVZ(2, 1), MSR(PMCR, 2), WFI } },
	/* clang-format on */
};

/* The length of the loops above: a slice ends at a taken branch. */
enum { LOOP = 2 };

static u64 run(const struct row *row, size_t i, enum engine engine)
{
	struct bench bench;
	const struct stop *stop;
	u64 hash;

	make(&bench, engine, row->event, row->words);
	stop = machine_run(bench.machine, row->max_insns);
	if (stop->reason != row->reason || bench.rises != row->rises || bench.falls != row->falls)
		fail_msg("row %zu, %s: %s, reason %d, %u rises, %u falls", i, row->why, stop->text,
			(int)stop->reason, bench.rises, bench.falls);
	if (bench.rose < row->rose || bench.rose >= row->rose + LOOP)
		fail_msg("row %zu, %s: rose at %lu", i, row->why, (unsigned long)bench.rose);
	hash = machine_hash(bench.machine);
	machine_destroy(bench.machine);
	return hash;
}

static void rises_when_a_counter_overflows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 hash = run(&rows[i], i, ENGINE_STEP);

		if (cpu_engine_available(ENGINE_TAIL))
			assert_int_equal(run(&rows[i], i, ENGINE_TAIL), hash);
	}
}

/* A budget that is used up in the middle changes nothing. */
static void does_not_depend_on_budgets(void **state)
{
	(void)state;
	for (u64 piece = 1; piece < 400; piece = 3 * piece + 1) {
		struct bench bench;

		make(&bench, machine_default_config().engine, 8, rows[1].words);
		while (bench.rises == 0 && bench.cpu->insns < 2000)
			machine_run(bench.machine, piece);
		assert_in_range(bench.insns, 1003, 1003 + LOOP - 1);
		machine_destroy(bench.machine);
	}
}

/* ---- With a timing model: some events are looked for every 256 cycles ---- */

static const struct {
	const char *why;
	u64 event;
	u32 late; /* at most: what a round of the loop more brings, or 256 cycles and it */
	u32 body;
} overflows[] = {
	{ "cycles", 0x11, LOOP, NOP },
	{ "instructions", 0x08, LOOP, NOP },
	{ "branches", 0x21, 256 + LOOP, NOP },
	{ "lines of code", 0x14, 256 + LOOP, NOP },
	{ "stalls of the back end", 0x24, 256 + 32, UDIV },
};

static u64 overflow_with_timing(size_t i, enum engine engine, u64 piece)
{
	u32 words[] = { MOVN(1, 999), MSR(PMEVCNTR0, 1), MOVZ(2, 1), MSR(PMCR, 2),
		overflows[i].body, B(-1), 0 };
	struct timing_model model;
	struct bench bench;
	u64 hash;

	assert_true(timing_model_get("a55", &model));
	make_timed(&bench, engine, &model, overflows[i].event, words);
	while (bench.cpu->insns < 20000)
		machine_run(bench.machine, smaller(piece, 20000 - bench.cpu->insns));
	if (bench.rises != 1 || bench.late > overflows[i].late)
		fail_msg("%s: %u rises, %u late", overflows[i].why, bench.rises, bench.late);
	hash = machine_hash(bench.machine) + bench.rose;
	machine_destroy(bench.machine);
	return hash;
}

/* When does not depend on the engine, nor on pieces. */
static void overflows_of_timed_events_interrupt(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(overflows); i++) {
		u64 hash = overflow_with_timing(i, ENGINE_STEP, 20000);

		assert_int_equal(overflow_with_timing(i, ENGINE_STEP, 97), hash);
		if (!cpu_engine_available(ENGINE_TAIL))
			continue;
		assert_int_equal(overflow_with_timing(i, ENGINE_TAIL, 20000), hash);
		assert_int_equal(overflow_with_timing(i, ENGINE_TAIL, 1009), hash);
	}
}

/* Somebody else ends a WFI: from then on instructions count again. */
static void instructions_count_after_wfi(void **state)
{
	static const u32 words[] = { MOVN(1, 999), MSR(PMEVCNTR0, 1), MOVZ(2, 1), MSR(PMCR, 2), WFI,
		NOP, B(-1), 0 };
	struct bench bench;

	(void)state;
	make(&bench, machine_default_config().engine, 8, words);
	assert_int_equal(machine_run(bench.machine, MACHINE_UNLIMITED)->reason, STOP_STUCK);
	machine_set_line(bench.machine, 0, LINE_FIQ, true);
	machine_run(bench.machine, 5000);
	assert_int_equal(bench.rises, 1);
	assert_in_range(bench.insns, 1003, 1003 + LOOP - 1);
	machine_destroy(bench.machine);
}

/* ---- Events ---- */

#define SVC  0xd4000001u
#define ERET 0xd69f03e0u

#define CONTEXTIDR_EL1	REG(0, 13, 0, 1)
#define CONTEXTIDR_EL2	REG(4, 13, 0, 1)
#define CONTEXTIDR_EL12 REG(5, 13, 0, 1)
#define TTBR0_EL1	REG(0, 2, 0, 0)
#define TTBR1_EL1	REG(0, 2, 0, 1)
#define TTBR0_EL2	REG(4, 2, 0, 0)

enum { VECTOR = 0x200 };

static const struct {
	const char *why;
	u64 hcr, pmcr;
	u32 words[10];
	u64 taken, returned, cid, ttbr;
} events[] = {
	/* clang-format off */
	{ "calls and returns",        0,           1, { NOP, SVC, SVC, B(0) }, 2, 2, 0, 0 },
	{ "not counted",              0,           0, { NOP, SVC, SVC, B(0) }, 0, 0, 0, 0 },
	{ "EL1's names at EL2",       0,           1, { MSR(CONTEXTIDR_EL1, 1), MSR(TTBR0_EL1, 1), MSR(TTBR1_EL1, 1), B(0) }, 0, 0, 1, 2 },
	{ "EL2's names",              0,           1, { MSR(CONTEXTIDR_EL2, 1), MSR(TTBR0_EL2, 1), B(0) }, 0, 0, 0, 0 },
	{ "EL1's names mean EL2's",   HCR_EL2_E2H, 1, { MSR(CONTEXTIDR_EL1, 1), MSR(TTBR0_EL1, 1), MSR(TTBR1_EL1, 1), B(0) }, 0, 0, 1, 2 },
	{ "EL12 names",               HCR_EL2_E2H, 1, { MSR(CONTEXTIDR_EL12, 1), B(0) }, 0, 0, 0, 0 },
	{ "trapped writes do not count", 0,        1, { MSR(CONTEXTIDR_EL12, 1), B(0) }, 25, 25, 0, 0 },
	/* clang-format on */
};

static void count_events(size_t i, enum engine engine)
{
	struct bench bench;
	u32 eret = ERET;

	make(&bench, engine, 0x09, events[i].words);
	memcpy(machine_memory(bench.machine)->region[0].host + VECTOR, &eret, sizeof(eret));
	sysreg_write(bench.cpu, SR_VBAR_EL2, CODE);
	sysreg_write(bench.cpu, SR_HCR_EL2, events[i].hcr);
	sysreg_write(bench.cpu, SR_PMEVTYPER1_EL0, PMEVTYPERn_EL0_NSH | 0x0a);
	sysreg_write(bench.cpu, SR_PMEVTYPER2_EL0, PMEVTYPERn_EL0_NSH | 0x0b);
	sysreg_write(bench.cpu, SR_PMEVTYPER3_EL0, PMEVTYPERn_EL0_NSH | 0x1c);
	sysreg_write(bench.cpu, SR_PMCR_EL0, events[i].pmcr);
	machine_run(bench.machine, 50);
	if (sysreg_read(bench.cpu, SR_PMEVCNTR0_EL0) != events[i].taken ||
		sysreg_read(bench.cpu, SR_PMEVCNTR1_EL0) != events[i].returned ||
		sysreg_read(bench.cpu, SR_PMEVCNTR2_EL0) != events[i].cid ||
		sysreg_read(bench.cpu, SR_PMEVCNTR3_EL0) != events[i].ttbr)
		fail_msg("row %zu, %s: %lu taken, %lu returned, %lu, %lu", i, events[i].why,
			(unsigned long)sysreg_read(bench.cpu, SR_PMEVCNTR0_EL0),
			(unsigned long)sysreg_read(bench.cpu, SR_PMEVCNTR1_EL0),
			(unsigned long)sysreg_read(bench.cpu, SR_PMEVCNTR2_EL0),
			(unsigned long)sysreg_read(bench.cpu, SR_PMEVCNTR3_EL0));
	machine_destroy(bench.machine);
}

static void instructions_are_events(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(events); i++) {
		count_events(i, ENGINE_STEP);
		if (cpu_engine_available(ENGINE_TAIL))
			count_events(i, ENGINE_TAIL);
	}
}

/* The counters run on from where they were brought up to date last. */
static void looking_changes_nothing(void **state)
{
	static const u32 words[] = { MOVN(1, 999), MSR(PMEVCNTR0, 1), MOVZ(2, 1), MSR(PMCR, 2), NOP,
		B(-1), 0 };
	struct bench bench;
	u64 hash;

	(void)state;
	make(&bench, machine_default_config().engine, 8, words);
	machine_run(bench.machine, 500);
	hash = machine_hash(bench.machine);
	for (unsigned id = 1; id < SYSREG_COUNT; id++)
		sysreg_look(bench.cpu, (enum sysreg_id)id);
	assert_int_equal(machine_hash(bench.machine), hash);
	assert_int_equal(
		sysreg_look(bench.cpu, SR_PMEVCNTR0_EL0), sysreg_read(bench.cpu, SR_PMEVCNTR0_EL0));
	machine_destroy(bench.machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rises_when_a_counter_overflows),
		cmocka_unit_test(does_not_depend_on_budgets),
		cmocka_unit_test(instructions_count_after_wfi),
		cmocka_unit_test(overflows_of_timed_events_interrupt),
		cmocka_unit_test(instructions_are_events),
		cmocka_unit_test(looking_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
