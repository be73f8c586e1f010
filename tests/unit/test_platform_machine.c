/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole machines running a few instruction words: how a run ends, exact budgets, timers that wake,
 * PSCI with several PEs, and that results do not depend on engine or observers.
 */
#include "debug/hash.h"
#include "debug/observers.h"
#include "platform/gtimer.h"
#include "platform/machine_private.h"
#include "sysregs/sysregs.h"
#include "tests/unit/machine_bench.h"

/* Instruction words. */
#define MOVK32(rd, imm) (0xf2c00000u | (u32)(imm) << 5 | (rd))
#define LDR(rt, rn)	(0xf9400000u | (rn) << 5 | (rt))
#define CBZ(rt, words)	(0xb4000000u | ((u32)(words)&0x7ffff) << 5 | (rt))
#define HLT_SEMIHOSTING 0xd45e0000u

struct bench {
	struct machine *machine;
	const struct stop *stop;
};

static void make(struct bench *bench, unsigned cpus, enum engine engine, const u32 *words)
{
	struct machine_config config = machine_default_config();
	unsigned count = 0;

	config.cpus = cpus;
	config.engine = engine;
	while (words[count] != 0)
		count++;
	bench->machine = make_machine(&config, words, count);
}

static void finish(struct bench *bench)
{
	machine_destroy(bench->machine);
}

/* ---- How a run ends ---- */

struct ending {
	const char *why;
	unsigned cpus;
	u64 max_insns;
	enum stop_reason reason;
	u64 insns; /* of PE 0; 0: not compared */
	const char *text;
	u32 words[12];
};

/* clang-format off */
static const struct ending endings[] = {
	{ "PSCI SYSTEM_OFF", 1, MACHINE_UNLIMITED, STOP_EXIT, 3, "PSCI SYSTEM_OFF",
	  { MOVZ(0, 8), MOVK16(0, 0x8400), SMC } },
	{ "PSCI SYSTEM_RESET", 1, MACHINE_UNLIMITED, STOP_RESET, 3, "PSCI SYSTEM_RESET",
	  { MOVZ(0, 9), MOVK16(0, 0x8400), SMC } },
	{ "semihosting exit", 1, MACHINE_UNLIMITED, STOP_EXIT, 9, "the guest exited with code 7",
	  { MOVZ(1, 0x1000), MOVK16(1, 0x4000), MOVZ(2, 0x26), MOVK16(2, 2), STR(2, 1),
	    MOVZ(3, 7), 0xf9000423 /* str x3, [x1, #8] */, MOVZ(0, 0x18), HLT_SEMIHOSTING } },
	{ "WFI with nothing armed", 1, MACHINE_UNLIMITED, STOP_STUCK, 2,
	  "WFI at 0x40000004 (EL2) and nothing is armed that could end it", { NOP, WFI } },
	{ "WFE with nothing armed", 1, MACHINE_UNLIMITED, STOP_STUCK, 2,
	  "WFE at 0x40000004 (EL2) and nothing is armed that could end it", { NOP, WFE } },
	{ "WFE takes an event, then waits", 1, MACHINE_UNLIMITED, STOP_STUCK, 3,
	  "WFE at 0x40000008 (EL2) and nothing is armed that could end it", { SEVL, WFE, WFE } },
	{ "WFE in a loop", 1, MACHINE_UNLIMITED, STOP_STUCK, 1,
	  "WFE at 0x40000000 (EL2) and nothing is armed that could end it", { WFE, B(-1) } },
	{ "an event stream that only turns a loop", 1, MACHINE_UNLIMITED, STOP_STUCK, 32771,
	  "WFE at 0x40000008 (EL2) and nothing is armed that could end it",
	  { MOVZ(1, 0x54), MSR_CNTHCTL(1), WFE, B(-1) } },
	{ "an event stream that makes progress", 1, 100000, STOP_BUDGET, 100000, "",
	  { MOVZ(1, 0x54), MSR_CNTHCTL(1), WFE, ADD1(2), B(-2) } },
	{ "a monitor that nobody will clear", 1, MACHINE_UNLIMITED, STOP_STUCK, 5034,
	  "WFE at 0x40000008 (EL2) and nothing is armed that could end it",
	  { MOVK16(1, 0x4000), LDXR(2, 1), WFE, B(-2) } },
	{ "a timer not enabled in the GIC does not end WFI", 1, MACHINE_UNLIMITED, STOP_STUCK, 5,
	  "WFI at 0x40000010 (EL2) and nothing is armed that could end it",
	  { MOVZ(1, 1), MOVZ(2, 100), MSR_CNTP_CVAL(2), MSR_CNTP_CTL(1), WFI } },
	{ "branch to itself", 1, MACHINE_UNLIMITED, STOP_STUCK, 1 << 24,
	  "the guest loops at 0x40000004 (EL2) and no interrupt can come", { NOP, B(0) } },
	{ "a loop is progress", 1, 40000000, STOP_BUDGET, 40000000, "", { ADD1(1), B(-1) } },
	{ "budget 0", 1, 0, STOP_BUDGET, 0, "", { NOP, B(-1) } },
	{ "budget inside straight code", 1, 5, STOP_BUDGET, 5, "",
	  { NOP, NOP, NOP, NOP, NOP, NOP, NOP, B(-7) } },
	{ "budget 1,000,001", 1, 1000001, STOP_BUDGET, 1000001, "", { NOP, NOP, ADD1(1), B(-3) } },
	{ "budget before a WFI", 1, 1, STOP_BUDGET, 1, "", { NOP, WFI } },
	{ "budget at a WFI", 1, 2, STOP_BUDGET, 2, "", { NOP, WFI } },
	{ "the last PE off", 1, MACHINE_UNLIMITED, STOP_STUCK, 3, "every PE is powered off",
	  { MOVZ(0, 2), MOVK16(0, 0x8400), SMC, NOP } },
	{ "the others wait for CPU_ON", 4, MACHINE_UNLIMITED, STOP_STUCK, 1,
	  "WFI at 0x40000000 (EL2) and nothing is armed that could end it", { WFI } },
};
/* clang-format on */

static void ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(endings); i++) {
		for (unsigned engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
			const struct ending *row = &endings[i];
			struct bench bench;
			u64 insns;

			if (!cpu_engine_available((enum engine)engine))
				continue;
			make(&bench, row->cpus, (enum engine)engine, row->words);
			bench.stop = machine_run(bench.machine, row->max_insns);
			insns = machine_cpu(bench.machine, 0)->insns;
			if (bench.stop->reason != row->reason ||
				strcmp(bench.stop->text, row->text) || insns != row->insns)
				fail_msg("row %zu, %s, engine %u: reason %d after %lu: '%s'", i,
					row->why, engine, (int)bench.stop->reason,
					(unsigned long)insns, bench.stop->text);
			finish(&bench);
		}
	}
}

/* ---- Code that writes over itself ---- */

/* Each stores to [x27], which is where it stands, and adds 8 or x30 to x27, or else nothing. */
static void instructions_overwrite_themselves(void **state)
{
	static const struct {
		const char *why;
		u32 word;
		u64 x27, x1;
	} rows[] = {
		{ "str x2, [x27], #8", 0xf8008762, 8, 1 },
		{ "stp x2, x2, [x27], #16", 0xa8810b62, 16, 1 },
		{ "str d1, [x27], #8", 0xfc008761, 8, 1 },
		{ "st1 {v1.d}[0], [x27], x30", 0x0d9e8761, 0x2a, 1 },
		{ "st2 {v1.2d, v2.2d}, [x27], x30", 0x4c9e8f61, 0x2a, 1 },
		{ "swp x2, x1, [x27]", 0xf8228361, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		enum engine engine = i % 2 == 0 ? ENGINE_STEP : ENGINE_TAIL;
		u32 word = rows[i / 2].word;
		const u32 words[] = { MOVZ(1, 1), MOVZ(27, 0x10), MOVK16(27, 0x4000),
			MOVZ(30, 0x2a),
			/* 0x10: */ word, NOP, NOP, NOP, NOP, NOP, NOP, NOP, NOP, NOP, B(0), 0 };
		u64 x1 = rows[i / 2].x1 != 0 ? rows[i / 2].x1 : (u64)NOP << 32 | word;
		struct bench bench;
		struct cpu *cpu;

		if (!cpu_engine_available(engine))
			continue;
		make(&bench, 1, engine, words);
		cpu = machine_cpu(bench.machine, 0);
		sysreg_write(cpu, SR_CPTR_EL2, 0x33ff); /* FP and SIMD do not trap */
		/* so that TAIL executes it, and not the end of a budget */
		machine_run(bench.machine, 100000);
		if (cpu->x[27] != CODE + 0x10 + rows[i / 2].x27 || cpu->x[1] != x1 ||
			cpu->x[0] != 0)
			fail_msg("%s, engine %d: x27 0x%lx, x1 0x%lx, x0 0x%lx", rows[i / 2].why,
				(int)engine, (unsigned long)cpu->x[27], (unsigned long)cpu->x[1],
				(unsigned long)cpu->x[0]);
		finish(&bench);
	}
}

/* ---- Timers ---- */

static void line_irq(void *opaque, bool level)
{
	machine_set_line(opaque, 0, LINE_IRQ, level);
}

/* CNTP at tick 100, then WFI: time jumps to cycle 1600 and WFI ends, though IRQ is masked. */
static void timer_ends_wfi(void **state)
{
	static const u32 words[] = { MOVZ(1, 1), MOVZ(2, 100), MSR_CNTP_CVAL(2), MSR_CNTP_CTL(1),
		WFI, MOVZ(0, 8), MOVK16(0, 0x8400), SMC, 0 };
	struct bench bench;

	(void)state;
	make(&bench, 1, ENGINE_STEP, words);
	wire_connect(
		machine_timer_wire(bench.machine, 0, GTIMER_PHYSICAL), line_irq, bench.machine);
	bench.stop = machine_run(bench.machine, MACHINE_UNLIMITED);
	assert_int_equal(bench.stop->reason, STOP_EXIT);
	assert_int_equal(machine_cpu(bench.machine, 0)->cycles, 1600 + 3);
	assert_int_equal(machine_cpu(bench.machine, 0)->insns, 8);
	finish(&bench);
}

/* ---- Several PEs ---- */

/*
 * PE 0 starts PE 1 at CODE + 0x40 with context 0x55 and waits until it is stored; PE 1 stores its
 * x0 and turns itself off.
 */
static const u32 two_cpus[] = { MOVZ(0, 3), MOVK16(0, 0xc400), MOVZ(1, 1), MOVZ(2, 0x40),
	MOVK16(2, 0x4000), MOVZ(3, 0x55), SMC, MOVZ(4, 0x2000), MOVK16(4, 0x4000), LDR(5, 4),
	CBZ(5, -1), MOVZ(0, 8), MOVK16(0, 0x8400), SMC, NOP, NOP, /* 0x40: */ MOVZ(4, 0x2000),
	MOVK16(4, 0x4000), STR(0, 4), MOVZ(0, 2), MOVK16(0, 0x8400), SMC, 0 };

static void starts_another_cpu(void **state)
{
	struct bench bench;

	(void)state;
	make(&bench, 2, ENGINE_STEP, two_cpus);
	bench.stop = machine_run(bench.machine, MACHINE_UNLIMITED);
	assert_int_equal(bench.stop->reason, STOP_EXIT);
	assert_int_equal(machine_cpu(bench.machine, 0)->x[5], 0x55);
	assert_int_equal(machine_cpu(bench.machine, 1)->pstate.el, 2);
	assert_int_equal(machine_cpu(bench.machine, 1)->insns, 6);
	assert_false(machine_cpu_is_on(bench.machine, 1));
	finish(&bench);
}

/* ---- Determinism ---- */

static u64 hash_of(unsigned cpus, enum engine engine, const u32 *words, u64 insns, u64 piece,
	struct observers *observers, const struct observer *observer)
{
	struct bench bench;
	u64 hash;

	make(&bench, cpus, engine, words);
	if (observer != NULL)
		observers_add(observers, bench.machine, observer);
	wire_connect(
		machine_timer_wire(bench.machine, 0, GTIMER_PHYSICAL), line_irq, bench.machine);
	for (u64 done = 0; done < insns; done += piece)
		machine_run(bench.machine, insns - done < piece ? insns - done : piece);
	hash = machine_hash(bench.machine);
	finish(&bench);
	return hash;
}

static void count_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	(void)cpu, (void)event;
	++*(u64 *)opaque;
}

static void same_hash_everywhere(void **state)
{
	static const u32 loop[] = { MOVZ(4, 0x1000), MOVK16(4, 0x4000), ADD1(1), ADD1(2), STR(1, 4),
		LDR(5, 4), B(-4), 0 };
	u64 events = 0, want;
	struct observers none = { 0 }, some = { 0 };
	struct observer observer = {
		.kinds = (1 << EVENT_KIND_COUNT) - 1, .event = count_event, .opaque = &events
	};

	(void)state;
	want = hash_of(1, ENGINE_STEP, loop, 100003, 100003, &none, NULL);
	assert_int_equal(hash_of(1, ENGINE_STEP, loop, 100003, 777, &none, NULL), want);
	assert_int_equal(hash_of(1, ENGINE_STEP, loop, 100003, 100003, &some, &observer), want);
	assert_true(events > 100003); /* one each instruction, and walks */
	assert_int_not_equal(hash_of(1, ENGINE_STEP, loop, 100004, 100004, &none, NULL), want);
	if (!cpu_engine_available(ENGINE_TAIL))
		return;
	assert_int_equal(hash_of(1, ENGINE_TAIL, loop, 100003, 100003, &none, NULL), want);
	assert_int_equal(hash_of(1, ENGINE_TAIL, loop, 100003, 50000, &none, NULL), want);
}

static void same_hash_with_two_cpus(void **state)
{
	struct observers none = { 0 };
	u64 want = hash_of(2, ENGINE_STEP, two_cpus, 15000, 15000, &none, NULL);

	(void)state;
	assert_int_equal(hash_of(2, ENGINE_STEP, two_cpus, 15000, 1, &none, NULL), want);
	assert_int_equal(hash_of(2, ENGINE_STEP, two_cpus, 15000, 777, &none, NULL), want);
	if (cpu_engine_available(ENGINE_TAIL))
		assert_int_equal(
			hash_of(2, ENGINE_TAIL, two_cpus, 15000, 15000, &none, NULL), want);
}

/*
 * CNTP interrupts a loop after 1, 2, 3, ... ticks. An interrupt is taken at the first taken branch
 * after its time, so the state after N instructions must not depend on the engine, nor on how the
 * run is cut into pieces, be they shorter than a slice's overshoot or not.
 */
static void interrupts_come_at_the_same_instruction(void **state)
{
	static const u32 head[] = { MOVZ(0, 0), MOVK16(0, 0x4000),
		0xd51cc000 /* msr vbar_el2, x0 */, MOVZ(0, 0x10),
		0xd51c1100 /* msr hcr_el2, x0: IMO */, MOVZ(1, 1), MOVZ(2, 100), MSR_CNTP_CVAL(2),
		MSR_CNTP_CTL(1), 0xd50342ff /* msr daifclr, #2 */,
		/* loop: */ ADD1(3), ADD1(4), ADD1(5), ADD1(6), NOP, NOP, B(-6) };
	static const u32 vector[] = { ADD1(7), 0xd53be022 /* mrs x2, cntpct_el0 */,
		0x8b070042 /* add x2, x2, x7 */, MSR_CNTP_CVAL(2), 0xd69f03e0 /* eret */ };
	static const u64 pieces[] = { 1, 7, 997, 2048, 2500, 50000 };
	enum { IRQ_VECTOR = 0x280 / 4, INSNS = 50000 };
	u32 words[IRQ_VECTOR + COUNT(vector) + 1];
	struct observers none = { 0 };
	struct bench bench;
	u64 want;

	(void)state;
	for (unsigned i = 0; i < IRQ_VECTOR; i++)
		words[i] = i < COUNT(head) ? head[i] : NOP;
	memcpy(words + IRQ_VECTOR, vector, sizeof(vector));
	words[COUNT(words) - 1] = 0;

	make(&bench, 1, ENGINE_STEP, words);
	wire_connect(
		machine_timer_wire(bench.machine, 0, GTIMER_PHYSICAL), line_irq, bench.machine);
	machine_run(bench.machine, INSNS);
	assert_in_range(machine_cpu(bench.machine, 0)->x[7], 70, 79);
	want = machine_hash(bench.machine);
	finish(&bench);

	for (size_t i = 0; i < COUNT(pieces); i++) {
		for (unsigned engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
			if (!cpu_engine_available((enum engine)engine))
				continue;
			if (hash_of(1, (enum engine)engine, words, INSNS, pieces[i], &none, NULL) !=
				want)
				fail_msg("engine %u in pieces of %lu differs", engine,
					(unsigned long)pieces[i]);
		}
	}
}

/* Each part of the state changes the hash. */
static void hash_sees(void **state)
{
	static const u32 words[] = { B(0), 0 };
	struct bench bench;
	struct cpu *cpu;
	u64 before;

	(void)state;
	make(&bench, 2, ENGINE_STEP, words);
	cpu = machine_cpu(bench.machine, 1);
	before = machine_hash(bench.machine);
#define CHANGES_HASH(lvalue, value)                                                                \
	do {                                                                                       \
		u64 saved = (u64)(lvalue);                                                         \
                                                                                                   \
		(lvalue) = (value);                                                                \
		assert_int_not_equal(machine_hash(bench.machine), before);                         \
		(lvalue) = (typeof(lvalue))saved;                                                  \
		assert_int_equal(machine_hash(bench.machine), before);                             \
	} while (0)
	CHANGES_HASH(cpu->x[30], 1);
	CHANGES_HASH(cpu->sp[EL0], 1);
	CHANGES_HASH(cpu->pc, 1);
	CHANGES_HASH(cpu->pstate.pan, true);
	CHANGES_HASH(cpu->sys[SR_FAR_EL2], 1);
	CHANGES_HASH(cpu->cycles, 1);
	CHANGES_HASH(cpu->event_register, !cpu->event_register);
	CHANGES_HASH(cpu->event_time, 1);
	CHANGES_HASH(cpu->group->count_seen, 1);
	CHANGES_HASH(bench.machine->trng.state, 1);
	CHANGES_HASH(cpu->exclusive.valid, true);
	cpu->exclusive.valid = cpu->waiting = true;
	before = machine_hash(bench.machine);
	CHANGES_HASH(cpu->exclusive.pa.v, 64);
	CHANGES_HASH(cpu->exclusive.size, 4);
	CHANGES_HASH(cpu->exclusive.data[1], 1);
	CHANGES_HASH(cpu->wait_is_wfe, true);
	CHANGES_HASH(machine_memory(bench.machine)->region[0].host[0xfffff], 1);
#undef CHANGES_HASH
	finish(&bench);
}

/* ---- Configurations that are refused ---- */

static void refuses_configurations(void **state)
{
#define MEMBER(name) offsetof(struct machine_config, name), sizeof(machine_default_config().name)
	const struct {
		const char *why;
		size_t at, size;
		u64 value;
		const char *text;
	} rows[] = {
		{ "profile", MEMBER(profile), (uintptr_t) "v9",
			"no CPU profile 'v9'; there are: " },
		{ "address bits", MEMBER(pa_bits), 20,
			"physical addresses of 20 bits; 32 to 48 are possible" },
		{ "no RAM", MEMBER(ram_size), 0, "there is no machine without RAM" },
		{ "RAM size", MEMBER(ram_size), 4097,
			"RAM of 4097 bytes is not a multiple of 4 KiB" },
		{ "RAM beyond the addresses", MEMBER(ram_size), 1ull << 40,
			"RAM of 1048576 MiB at 0x40000000 does not fit into 40 address bits" },
		{ "PEs", MEMBER(cpus), 9, "9 PEs; 1 to 8 are possible" },
		{ "no PE", MEMBER(cpus), 0, "0 PEs; 1 to 8 are possible" },
		{ "level", MEMBER(el), 3, "cannot start at EL3, only at EL1 or EL2" },
		{ "EL0", MEMBER(el), 0, "cannot start at EL0, only at EL1 or EL2" },
		{ "no quantum", MEMBER(quantum), 0, "PEs cannot run apart by 0 cycles" },
	};
#undef MEMBER

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct machine_config config = machine_default_config();
		struct status status;
		struct machine *machine;

		config.engine = ENGINE_STEP;
		memcpy((u8 *)&config + rows[i].at, &rows[i].value, rows[i].size);
		machine = machine_create(&config, &status);
		if (machine != NULL || status.code != STATUS_USAGE ||
			strncmp(status.text, rows[i].text, strlen(rows[i].text)) != 0)
			fail_msg("row %zu, %s: '%s'", i, rows[i].why, status.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends),
		cmocka_unit_test(instructions_overwrite_themselves),
		cmocka_unit_test(timer_ends_wfi),
		cmocka_unit_test(starts_another_cpu),
		cmocka_unit_test(same_hash_everywhere),
		cmocka_unit_test(same_hash_with_two_cpus),
		cmocka_unit_test(interrupts_come_at_the_same_instruction),
		cmocka_unit_test(hash_sees),
		cmocka_unit_test(refuses_configurations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
