/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Monitors of a run: which ones, what is kept of what they find, and the way back. What each rule
 * is about is the matter of tests/verify/monitors.
 */
#include "debug/observers.h"
#include "tests/unit/machine_bench.h"
#include "verify/address.h"
#include "verify/monitor.h"

enum { ISB = 0xd5033fdf, ERET = 0xd69f03e0, SVC = 0xd4000001 };
#define MSR_VBAR_EL1(rt) (0xd518c000u | (rt))

enum { TURNS = VIOLATIONS + 6, VECTORS = 0x2000 };

/* ---- A guest that breaks SYNC-5 at each turn, at another address ---- */

struct bench {
	struct machine *machine;
	struct worlds worlds;
	struct observers observers;
	struct monitors *monitors;
	unsigned told;
};

static void fill(u32 *words, bool is_synchronized)
{
	unsigned n = 0;

	for (unsigned i = 0; i < VECTORS / 4 + 2048; i++)
		words[i] = ERET;
	words[n++] = MOVZ(1, VECTORS);
	words[n++] = MOVK16(1, CODE >> 16);
	words[n++] = MOVZ(2, VECTORS + 0x800);
	words[n++] = MOVK16(2, CODE >> 16);
	for (unsigned i = 0; i < TURNS; i++) {
		words[n++] = MSR_VBAR_EL1(1 + i % 2);
		words[n++] = is_synchronized ? ISB : NOP;
		words[n++] = SVC;
	}
	words[n++] = B(-3 * TURNS);
}

static void on_told(void *opaque, const struct violation *violation)
{
	struct bench *bench = opaque;

	assert_int_equal(violation->rule, RULE_SYNC_VECTOR);
	bench->told++;
}

static void begin(struct bench *bench, const char *which, bool is_synchronized, bool stops)
{
	static u32 words[VECTORS / 4 + 2048];
	struct machine_config config = machine_default_config();
	struct watchman watchman = { .worlds = &bench->worlds };
	struct observer observer;
	u32 bits;

	*bench = (struct bench){ 0 };
	config.el = 1;
	fill(words, is_synchronized);
	bench->machine = make_machine(&config, words, COUNT(words));
	watchman.machine = bench->machine;
	worlds_init(&bench->worlds);
	assert_int_equal(monitors_parse(which, &bits).code, STATUS_OK);
	bench->monitors = monitors_create(&watchman, bits);
	assert_non_null(bench->monitors);
	monitors_tell(bench->monitors, on_told, bench);
	observer = worlds_observer(&bench->worlds);
	observers_add(&bench->observers, bench->machine, &observer);
	observer = monitors_observer(bench->monitors, stops);
	observers_add(&bench->observers, bench->machine, &observer);
}

static void end(struct bench *bench)
{
	monitors_end(bench->monitors);
	monitors_destroy(bench->monitors);
	machine_destroy(bench->machine);
}

static void what_is_broken_is_kept(void **state)
{
	struct bench bench;
	const struct violation *violation;
	char text[640];

	(void)state;
	begin(&bench, "sync", false, false);
	machine_run(bench.machine, 4 + 4 * 3);
	assert_int_equal(monitors_count(bench.monitors), 3);
	assert_int_equal(bench.told, 3);
	violation = monitors_violation(bench.monitors, 1);
	assert_int_equal(violation->rule, RULE_SYNC_VECTOR);
	assert_int_equal(violation->pc, CODE + 4 * 10); /* where the exception returns to */
	assert_true(violation->has_values);
	assert_int_equal(violation->expected, CODE + VECTORS + 0x800);
	assert_int_equal(violation->found, CODE + VECTORS);
	assert_string_equal(violation->world, "EL1 host");
	assert_string_equal(violation->place, "");
	violation_say(violation, text, sizeof(text));
	assert_non_null(strstr(text, "SYNC-5 broken by PE 0 at 0x40000028 in EL1 host, "));
	assert_non_null(strstr(text, "VBAR_EL1, which 0x4000001c wrote"));
	assert_non_null(strstr(text, ": is 0x40002000, should be 0x40002800"));
	end(&bench);
}

static void what_is_synchronized_is_not(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, "all", true, true);
	assert_int_equal(machine_run(bench.machine, 4000)->reason, STOP_BUDGET);
	assert_int_equal(monitors_count(bench.monitors), 0);
	end(&bench);
}

static void of_a_rule_at_a_pc_there_is_one(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, "sync", false, false);
	machine_run(bench.machine, 4 + 4 * TURNS);
	assert_int_equal(monitors_count(bench.monitors), VIOLATIONS);
	assert_int_equal(bench.told, VIOLATIONS);
	assert_int_equal(monitors_more(bench.monitors), TURNS - VIOLATIONS);
	machine_run(bench.machine, 1 + 4 * 10);
	assert_int_equal(monitors_more(bench.monitors), TURNS - VIOLATIONS);
	end(&bench);
}

static void it_stops_at_the_first(void **state)
{
	struct bench bench;
	u64 insns;

	(void)state;
	begin(&bench, "sync", false, true);
	assert_int_equal(machine_run(bench.machine, 100)->reason, STOP_DEBUG);
	insns = machine_insns(bench.machine);
	assert_in_range(insns, 6, 7);
	assert_int_equal(monitors_count(bench.monitors), 1);
	assert_int_equal(machine_run(bench.machine, 100)->reason, STOP_DEBUG);
	assert_int_equal(machine_insns(bench.machine), insns + 4);
	end(&bench);
}

static void it_goes_back(void **state)
{
	struct bench bench;
	size_t size;
	u8 *kept;

	(void)state;
	begin(&bench, "all", false, false);
	size = monitors_state_size(bench.monitors);
	kept = malloc(size);
	assert_non_null(kept);
	machine_run(bench.machine, 4 + 1); /* a register is written, and not yet used */
	monitors_save(bench.monitors, kept);
	machine_run(bench.machine, 3 + 4);
	assert_int_equal(monitors_count(bench.monitors), 2);
	monitors_load(bench.monitors, kept);
	assert_int_equal(monitors_count(bench.monitors), 0);
	machine_run(bench.machine, 4);
	assert_int_equal(monitors_count(bench.monitors), 1);
	monitors_begin(bench.monitors);
	assert_int_equal(monitors_count(bench.monitors), 1);
	free(kept);
	end(&bench);
}

static void names(void **state)
{
	struct status status;
	u32 all, some;

	(void)state;
	assert_int_equal(monitors_parse("all", &all).code, STATUS_OK);
	assert_int_equal(monitors_parse("none", &some).code, STATUS_OK);
	assert_int_equal(some, 0);
	assert_int_equal(monitors_parse("sync,tables", &some).code, STATUS_OK);
	assert_int_equal(__builtin_popcount(some), 2);
	assert_int_equal(monitors_parse("all,-sync,-tables", &all).code, STATUS_OK);
	assert_int_equal(all & some, 0);
	assert_int_equal(all | some, MONITORS_ALL);
	for (size_t i = 0; i < 5; i++) {
		static const char *const bad[] = { "", "sync,", "-", "alle", "sync tables" };

		status = monitors_parse(bad[i], &all);
		assert_int_equal(status.code, STATUS_USAGE);
		assert_non_null(strstr(status.text, "there are all, none, sync, tables"));
	}
}

/* ---- Rows ---- */

static void rows_are_whole(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		u32 which;

		assert_int_equal(monitors_parse(rule_rows[i].monitor, &which).code, STATUS_OK);
		assert_int_not_equal(which, 0);
		assert_true(rule_rows[i].text[0] != '\0' && rule_rows[i].source[0] != '\0');
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(rule_rows[i].name, rule_rows[j].name);
	}
}

/* ---- Where loads and stores lead ---- */

static void addresses(void **state)
{
	static const struct {
		u32 insn;
		u64 va;
		bool is_write;
	} rows[] = {
		{ 0xf9400820, 0x1010, false },		    /* ldr x0, [x1, #16] */
		{ 0x39400c20, 0x1003, false },		    /* ldrb w0, [x1, #3] */
		{ 0xf8018c20, 0x1018, true },		    /* str x0, [x1, #24]! */
		{ 0xf8408420, 0x1000, false },		    /* ldr x0, [x1], #8 */
		{ 0xf85f8020, 0x0ff8, false },		    /* ldur x0, [x1, #-8] */
		{ 0xf8627820, 0x1018, false },		    /* ldr x0, [x1, x2, lsl #3] */
		{ 0xf823c820, 0x0fff, true },		    /* str x0, [x1, w3, sxtw] */
		{ 0xb8237820, 0x1000 + 0x3fffffffc, true }, /* str w0, [x1, x3, lsl #2] */
		{ 0xa9bf0fe2, 0x4ff0, true },		    /* stp x2, x3, [sp, #-16]! */
		{ 0xa8c10fe2, 0x5000, false },		    /* ldp x2, x3, [sp], #16 */
		{ 0x69410820, 0x1008, false },		    /* ldpsw x0, x2, [x1, #8] */
		{ 0xad010820, 0x1020, true },		    /* stp q0, q2, [x1, #32] */
		{ 0x3dc00420, 0x1010, false },		    /* ldr q0, [x1, #16] */
		{ 0x3d800420, 0x1010, true },		    /* str q0, [x1, #16] */
		{ 0x58000100, 0x8020, false },		    /* ldr x0, . + 32 */
		{ 0xc85ffc20, 0x1000, false },		    /* ldaxr x0, [x1] */
		{ 0xc8027c20, 0x1000, true },		    /* stxr w2, x0, [x1] */
		{ 0xf8e20020, 0x1000, true },		    /* ldaddal x2, x0, [x1] */
		{ 0x4c407020, 0x1000, false },		    /* ld1 {v0.16b}, [x1] */
		{ 0xb9800420, 0x1004, false },		    /* ldrsw x0, [x1, #4] */
	};
	static const u32 none[] = { 0xf9800020 /* prfm */, 0xd8000020 /* prfm, literal */,
		0xd503201f, 0x91000400, 0xd5033fdf };
	struct cpu *cpu = calloc(1, sizeof(*cpu));
	bool is_write;
	u64 va;

	(void)state;
	assert_non_null(cpu);
	cpu->pc = 0x8000;
	cpu->x[1] = 0x1000;
	cpu->x[2] = 3;
	cpu->x[3] = 0xffffffff;
	cpu->x[SLOT_SP] = 0x5000;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(insn_address(cpu, rows[i].insn, &va, &is_write));
		assert_int_equal(va, rows[i].va);
		assert_int_equal(is_write, rows[i].is_write);
	}
	for (size_t i = 0; i < COUNT(none); i++)
		assert_false(insn_address(cpu, none[i], &va, &is_write));
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_broken_is_kept),
		cmocka_unit_test(what_is_synchronized_is_not),
		cmocka_unit_test(of_a_rule_at_a_pc_there_is_one),
		cmocka_unit_test(it_stops_at_the_first),
		cmocka_unit_test(it_goes_back),
		cmocka_unit_test(names),
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
