/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machines with a timing model: cycles depend neither on the engine, nor on observers, nor on how a
 * run is cut into pieces; what software can see but for time is as without a model; a reset leaves
 * nothing in caches.
 */
#include "debug/hash.h"
#include "debug/observers.h"
#include "platform/gtimer.h"
#include "platform/machine_private.h"
#include "tests/unit/machine_bench.h"

#define LDR(rt, rn)    (0xf9400000u | (rn) << 5 | (rt))
#define CBZ(rt, words) (0xb4000000u | ((u32)(words)&0x7ffff) << 5 | (rt))
#define MUL(rd, rn)    (0x9b007c00u | (rn) << 16 | (rn) << 5 | (rd))

/* ---- Programs ---- */

/* Without the MMU nothing is cached. A gibibyte as itself, by a table at TABLE; uses x0. */
#define TABLE 0x3000
#define MMU_ON                                                                                     \
	MOVZ(0, TABLE), MOVK16(0, 0x4000), 0xd51c2000 /* msr ttbr0_el2, x0 */, MOVZ(0, 0xff),      \
		0xd51ca200 /* msr mair_el2, x0 */, MOVZ(0, 0x3519), MOVK16(0, 0x8082),             \
		0xd51c2040 /* msr tcr_el2, x0 */, MOVZ(0, 0x1835), MOVK16(0, 0x30c5), ISB,         \
		0xd51c1000 /* msr sctlr_el2, x0 */, ISB
enum { ISB = 0xd5033fdf, DSB = 0xd5033f9f, TLBI_ALLE2 = 0xd50c871f };
static const u64 table[2] = { 0, 0x40000701 };

/* Walks through 192 KiB, 72 bytes a step, with branches that depend on what is there. */
static const u32 walker[] = { MMU_ON, MOVZ(1, 0), MOVK16(1, 0x4001), MOVZ(2, 0), MOVK16(2, 0x4004),
	/* loop: */ LDR(3, 1), 0x8b060063 /* add x3, x3, x6 */, MUL(6, 3), ADD1(6),
	0x92400864 /* and x4, x3, #7 */, STR(6, 1), CBZ(4, 2), ADD1(5),
	0x91012021 /* add x1, #72 */, 0xeb02003f /* cmp x1, x2 */, 0x54fffec3 /* b.lo loop */,
	B(-15), 0 };

/* PE 0 starts PE 1; both increment a word that they share, with LDXR and STXR. */
static const u32 sharers[] = { 0xaa0003ea /* mov x10, x0 */, MMU_ON,
	0xb500010a /* cbnz x10, both */, MOVZ(0, 3), MOVK16(0, 0xc400), MOVZ(1, 1), MOVZ(2, 0),
	MOVK16(2, 0x4000), MOVZ(3, 0x55), SMC,
	/* both: */ MOVZ(4, 0x8000), MOVK16(4, 0x4000),
	/* loop: */ LDXR(5, 4), ADD1(5), 0xc8077c85 /* stxr w7, x5, [x4] */,
	0xb5ffffa7 /* cbnz x7, loop */, ADD1(6), LDR(8, 4), B(-6), 0 };

/*
 * CNTP interrupts a loop, each time a little later than the last time. The handler and the loop
 * load and store.
 */
static const u32 interrupted[] = { MMU_ON, MOVZ(0, 0), MOVK16(0, 0x4000),
	0xd51cc000 /* msr vbar_el2, x0 */, MOVZ(0, 0x10), 0xd51c1100 /* msr hcr_el2, x0: IMO */,
	MOVZ(1, 1), MOVZ(2, 100), MSR_CNTP_CVAL(2), MSR_CNTP_CTL(1), MOVZ(9, 0x4000),
	MOVK16(9, 0x4000), 0xd50342ff /* msr daifclr, #2 */,
	/* loop: */ LDR(3, 9), ADD1(3), STR(3, 9), MUL(4, 3), ADD1(5), NOP, B(-6) };
static const u32 handler[] = { ADD1(7), 0xd53be022 /* mrs x2, cntpct_el0 */,
	0x8b070042 /* add x2, x2, x7 */, MSR_CNTP_CVAL(2), LDR(8, 9), 0xd69f03e0 /* eret */ };
enum { IRQ_VECTOR = 0x280 / 4 };
static u32 with_interrupts[IRQ_VECTOR + COUNT(handler) + 1];

/* Translations go: before a barrier and an ISB, and where the code goes on for a while without. */
static const u32 maintainer[] = { MMU_ON, MOVZ(9, 0x4000), MOVK16(9, 0x4000),
	/* loop: */ TLBI_ALLE2, LDR(3, 9), DSB, ISB, ADD1(3), STR(3, 9), TLBI_ALLE2, MOVZ(5, 9),
	/* inner: */ LDR(4, 9), ADD1(6), 0xf10004a5 /* subs x5, x5, #1 */,
	0x54ffffa1 /* b.ne inner */, MUL(7, 6), B(-13), 0 };

/* EL2 steps EL1, which executes at STEPPED and behind. */
static const u32 stepper[] = { 0xd510109f /* msr oslar_el1, xzr */, MOVZ(0, 1),
	0xd5100240 /* msr mdscr_el1, x0: SS */, MOVZ(0, 0x100), 0xd51c1120 /* msr mdcr_el2: TDE */,
	MOVZ(0, 0), MOVK16(0, 0x8000), 0xd51c1100 /* msr hcr_el2, x0: RW */, MOVZ(0, 0),
	MOVK16(0, 0x4000), 0xd51cc000 /* msr vbar_el2, x0 */, MOVZ(0, 0x3c5),
	0xd51c4000 /* msr spsr_el2, x0 */, MOVZ(0, 0x900), MOVK16(0, 0x4000),
	0xd51c4020 /* msr elr_el2, x0 */, 0xd69f03e0 /* eret */ };
static const u32 step_handler[] = { 0xd53c4003 /* mrs x3, spsr_el2 */,
	0xb26b0063 /* orr x3, x3, #SS */, 0xd51c4003 /* msr spsr_el2, x3 */,
	0xd69f03e0 /* eret */ };
static const u32 stepped[] = { ADD1(5), ADD1(6), B(-2) };
enum { LOWER_EL_VECTOR = 0x400 / 4, STEPPED = 0x900 / 4 };
static u32 with_steps[STEPPED + COUNT(stepped) + 1];

static int make_programs(void **state)
{
	for (unsigned i = 0; i < STEPPED; i++)
		with_steps[i] = i < COUNT(stepper) ? stepper[i] : NOP;
	memcpy(with_steps + LOWER_EL_VECTOR, step_handler, sizeof(step_handler));
	memcpy(with_steps + STEPPED, stepped, sizeof(stepped));
	(void)state;
	for (unsigned i = 0; i < IRQ_VECTOR; i++)
		with_interrupts[i] = i < COUNT(interrupted) ? interrupted[i] : NOP;
	memcpy(with_interrupts + IRQ_VECTOR, handler, sizeof(handler));
	return 0;
}

/* ---- Machines ---- */

static void line_irq(void *opaque, bool level)
{
	machine_set_line(opaque, 0, LINE_IRQ, level);
}

static void add_table(struct machine *machine)
{
	memcpy(machine_memory(machine)->region[0].host + TABLE, table, sizeof(table));
}

static struct machine *make(const char *model, unsigned cpus, enum engine engine, const u32 *words)
{
	struct machine_config config = machine_default_config();
	struct timing_model copied;
	struct machine *machine;
	size_t count = 0;

	config.cpus = cpus;
	config.engine = engine;
	config.quantum = 500;
	if (model != NULL) {
		assert_true(timing_model_get(model, &copied));
		config.timing = &copied;
	}
	while (words[count] != 0)
		count++;
	machine = make_machine(&config, words, count);
	add_table(machine);
	memset(&copied, 0xff, sizeof(copied)); /* it has its own */
	wire_connect(machine_timer_wire(machine, 0, GTIMER_PHYSICAL), line_irq, machine);
	return machine;
}

/* What is equal wherever cycles are. */
struct result {
	u64 hash, cycles[2], insns[2], count[2][TIMING_COUNT_ALWAYS];
};

static struct result result_of(struct machine *machine)
{
	struct result result = { .hash = machine_hash(machine) };

	for (unsigned i = 0; i < machine_cpu_count(machine) && i < 2; i++) {
		const struct cpu *cpu = machine_cpu(machine, i);

		result.cycles[i] = cpu->cycles;
		result.insns[i] = cpu->insns;
		memcpy(result.count[i], cpu->timed.count, sizeof(result.count[i]));
	}
	return result;
}

static struct result run_in_pieces(struct machine *machine, u64 insns, u64 piece)
{
	struct result result;

	for (u64 done = 0; done < insns; done += piece)
		machine_run(machine, insns - done < piece ? insns - done : piece);
	result = result_of(machine);
	machine_destroy(machine);
	return result;
}

static void expect_same(const char *what, const struct result *got, const struct result *want)
{
	if (memcmp(got, want, sizeof(*got)) == 0)
		return;
	for (unsigned i = 0; i < TIMING_COUNT_ALWAYS; i++) {
		if (got->count[0][i] != want->count[0][i])
			print_message("count %u: %lu, should be %lu\n", i,
				(unsigned long)got->count[0][i], (unsigned long)want->count[0][i]);
	}
	fail_msg("%s: cycles %lu, %lu, should be %lu, %lu; instructions %lu, %lu, should be %lu, "
		 "%lu",
		what, (unsigned long)got->cycles[0], (unsigned long)got->cycles[1],
		(unsigned long)want->cycles[0], (unsigned long)want->cycles[1],
		(unsigned long)got->insns[0], (unsigned long)got->insns[1],
		(unsigned long)want->insns[0], (unsigned long)want->insns[1]);
}

/* ---- Tests ---- */

static const struct program {
	const char *name;
	const u32 *words;
	unsigned cpus;
	u64 insns;
} programs[] = {
	{ "walker", walker, 1, 60000 },
	{ "sharers", sharers, 2, 40000 },
	{ "interrupted", with_interrupts, 1, 50000 },
	{ "maintainer", maintainer, 1, 5000 },
	{ "stepper", with_steps, 1, 5000 },
};

static void count_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	(void)cpu, (void)event;
	++*(u64 *)opaque;
}

static void cycles_are_the_same_everywhere(void **state)
{
	static const u64 pieces[] = { 1, 7, 997, 2048, 2500, 50000 };

	(void)state;
	for (unsigned m = 0; timing_model_name(m) != NULL; m++) {
		for (size_t p = 0; p < COUNT(programs); p++) {
			const struct program *program = &programs[p];
			struct result want = run_in_pieces(make(timing_model_name(m), program->cpus,
								   ENGINE_STEP, program->words),
				program->insns, program->insns);

			for (size_t i = 0; i < 2 * COUNT(pieces); i++) {
				enum engine engine = i % 2 == 0 ? ENGINE_STEP : ENGINE_TAIL;
				struct result got;
				char text[100];

				if (!cpu_engine_available(engine))
					continue;
				got = run_in_pieces(make(timing_model_name(m), program->cpus,
							    engine, program->words),
					program->insns, pieces[i / 2]);
				snprintf(text, sizeof(text), "%s, %s, engine %d, pieces of %lu",
					timing_model_name(m), program->name, (int)engine,
					(unsigned long)pieces[i / 2]);
				expect_same(text, &got, &want);
			}
		}
	}
}

static void observers_cost_nothing(void **state)
{
	const enum engine engine = cpu_engine_available(ENGINE_TAIL) ? ENGINE_TAIL : ENGINE_STEP;

	(void)state;
	for (size_t p = 0; p < COUNT(programs); p++) {
		const struct program *program = &programs[p];
		struct result want =
			run_in_pieces(make("a55", program->cpus, engine, program->words),
				program->insns, program->insns);

		for (u32 kind = 0; kind <= EVENT_KIND_COUNT; kind++) {
			struct machine *machine =
				make("a55", program->cpus, engine, program->words);
			u64 events = 0;
			struct observers observers = { 0 };
			struct observer observer = { .kinds = kind == EVENT_KIND_COUNT
								      ? (1u << EVENT_KIND_COUNT) - 1
								      : 1u << kind,
				.event = count_event,
				.opaque = &events };
			struct result got;
			char text[100];

			observers_add(&observers, machine, &observer);
			got = run_in_pieces(machine, program->insns, program->insns);
			snprintf(text, sizeof(text), "%s with an observer of kind %u",
				program->name, kind);
			expect_same(text, &got, &want);
			assert_true(kind != EVENT_KIND_COUNT || events > program->insns);
		}
	}
}

struct told {
	u64 exceptions, wrong, cycles[REASON_COUNT];
};

static void add_told(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct told *told = opaque;
	unsigned el = event->pc >= CODE + STEPPED * 4 ? EL1 : EL2;

	(void)cpu;
	if (event->kind == EVENT_EXCEPTION) {
		told->exceptions++;
		return;
	}
	told->wrong += event->from_el != el;
	for (unsigned i = 0; i < REASON_COUNT; i++)
		told->cycles[i] += event->cycles[i];
}

/* A step costs what exceptions do; cycles are told at the EL where they are spent. */
static void steps_are_exceptions(void **state)
{
	(void)state;
	for (unsigned engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
		struct machine *machine;
		struct told told = { 0 };
		struct observers observers = { 0 };
		struct observer observer = { .kinds = BIT(EVENT_CYCLES) | BIT(EVENT_EXCEPTION),
			.event = add_told,
			.opaque = &told };
		u64 entry;

		if (!cpu_engine_available((enum engine)engine))
			continue;
		machine = make("a55", 1, (enum engine)engine, with_steps);
		observers_add(&observers, machine, &observer);
		machine_run(machine, 3000);
		entry = machine_cpu(machine, 0)->timed.model->param[PARAM_exception_entry];
		assert_in_range(told.exceptions, 500, 1000);
		assert_in_range(told.cycles[REASON_EXCEPTION], told.exceptions * entry, 3000000);
		assert_int_equal(told.wrong, 0);
		machine_destroy(machine);
	}
}

static u64 state_after(const char *model, enum engine engine, const u32 *words, u64 insns)
{
	struct machine *machine = make(model, 1, engine, words);
	u64 hash;

	machine_run(machine, insns);
	hash = machine_hash_without_time(machine);
	machine_destroy(machine);
	return hash;
}

static void a_model_changes_time_alone(void **state)
{
	(void)state;
	for (unsigned engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
		for (u64 insns = 20000; insns < 20040; insns++) {
			if (cpu_engine_available((enum engine)engine))
				assert_int_equal(
					state_after("a55", (enum engine)engine, walker, insns),
					state_after(NULL, (enum engine)engine, walker, insns));
		}
	}
	/* which a guest that reads time sees */
	assert_int_not_equal(state_after("a55", ENGINE_STEP, with_interrupts, 50000),
		state_after(NULL, ENGINE_STEP, with_interrupts, 50000));
}

static void a_reset_leaves_nothing(void **state)
{
	struct machine *fresh = make("a55", 2, ENGINE_STEP, sharers);
	struct machine *machine = make("a55", 2, ENGINE_STEP, sharers);
	struct result before, want, got;

	(void)state;
	machine_run(machine, 12345);
	machine_reset(machine);
	memcpy(machine_memory(machine)->region[0].host, sharers, sizeof(sharers));
	add_table(machine);
	machine_start(machine, CODE, CODE);
	before = result_of(machine);
	assert_int_equal(before.cycles[0], 0);
	machine_run(machine, 20000);
	machine_run(fresh, 20000);
	want = result_of(fresh);
	got = result_of(machine);
	want.hash = got.hash = 0; /* the firmware's random numbers go on */
	for (unsigned i = 0; i < 2; i++) {
		got.insns[i] -= before.insns[i];
		for (unsigned k = 0; k < TIMING_COUNT_ALWAYS; k++)
			got.count[i][k] -= before.count[i][k];
	}
	expect_same("after a reset", &got, &want);
	machine_destroy(machine);
	machine_destroy(fresh);
}

/* WFI until tick 100 of the timer, which is cycle 1600, whatever a WFI costs. */
static void a_sleeper_wakes_in_time(void **state)
{
	static const u32 words[] = { MOVZ(1, 1), MOVZ(2, 100), MSR_CNTP_CVAL(2), MSR_CNTP_CTL(1),
		WFI, ADD1(3), ADD1(3), ADD1(3), ADD1(3), B(0), 0 };
	struct result first = { 0 };

	(void)state;
	for (unsigned engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
		struct machine *machine;
		struct result result;

		if (!cpu_engine_available((enum engine)engine))
			continue;
		machine = make("a55", 1, (enum engine)engine, words);
		machine_run(machine, 9);
		assert_int_equal(machine_cpu(machine, 0)->x[3], 4);
		assert_in_range(machine_cpu(machine, 0)->cycles, 1600 + 2, 1600 + 400);
		result = result_of(machine);
		machine_destroy(machine);
		if (first.hash != 0)
			expect_same("the other engine", &result, &first);
		first = result;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cycles_are_the_same_everywhere),
		cmocka_unit_test(observers_cost_nothing),
		cmocka_unit_test(steps_are_exceptions),
		cmocka_unit_test(a_model_changes_time_alone),
		cmocka_unit_test(a_reset_leaves_nothing),
		cmocka_unit_test(a_sleeper_wakes_in_time),
	};

	return cmocka_run_group_tests(tests, make_programs, NULL);
}
