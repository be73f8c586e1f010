/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts of travelling in time, with programs of some words: where it rests, who wrote what, what
 * the debugger changed, how it ends. Random walks are tests/travel.
 */
#include "machine_bench.h"

#include "debug/hash.h"
#include "debug/observers.h"
#include "debug/travel.h"
#include "mmu/mmu.h"

#define SUBS1(rd)     (0xf1000400u | (u32)(rd) << 5 | (u32)(rd))
#define BNE(words)    (0x54000001u | ((u32)(words)&0x7ffff) << 5)
#define MSR_VBAR(rt)  (0xd51cc000u | (rt)) /* VBAR_EL2 */
#define MSR_TPIDR(rt) (0xd51cd040u | (rt)) /* TPIDR_EL2 */
#define MOVI(vd)      (0x4f00e420u | (vd)) /* movi vd.16b, #1 */
#define SVC	      0xd4000001u
#define ERET	      0xd69f03e0u
#define DATA	      (BOARD_RAM_BASE + 0x1000)
#define VECTORS	      (BOARD_RAM_BASE + 0x2000)
enum { SYNC_VECTOR = 0x200, IRQ_VECTOR = 0x280 };

static struct machine *machine;
static struct observers observers;
static struct travel *travel;

static void place(u64 address, const u32 *words, size_t count)
{
	memcpy(memory_ram(machine_memory(machine))->host + (address - BOARD_RAM_BASE), words,
		4 * count);
}

static void begin(const u32 *words, size_t count, const struct travel_config *given)
{
	struct machine_config config = machine_default_config();
	struct travel_config plain = { .memory = TRAVEL_MEMORY };
	struct status status;

	config.engine = cpu_engine_available(ENGINE_TAIL) ? ENGINE_TAIL : ENGINE_STEP;
	machine = make_machine(&config, words, count);
	observers = (struct observers){ .count = 0 };
	travel = travel_create(machine, &observers, given != NULL ? given : &plain, &status);
	if (travel == NULL)
		fail_msg("%s", status.text);
}

static int end(void **state)
{
	(void)state;
	travel_destroy(travel);
	machine_destroy(machine);
	travel = NULL;
	machine = NULL;
	return 0;
}

static struct cpu *cpu(void)
{
	return machine_cpu(machine, 0);
}

static void expect_at(u64 insns, u32 step)
{
	struct moment now = travel_now(travel);

	if (now.insns != insns || now.step != step)
		fail_msg("at %lu.%u, not %lu.%u", (unsigned long)now.insns, now.step,
			(unsigned long)insns, step);
}

static bool always(void *opaque, const struct cpu *of, const struct event *event)
{
	(void)opaque, (void)of, (void)event;
	return true;
}

static struct stop_at at(u32 kinds, const struct points *points)
{
	return (struct stop_at){ .kinds = kinds, .points = points, .is_hit = always };
}

/* ---- Steps ---- */

static const u32 counting[] = { MOVZ(1, 1000), ADD1(2), SUBS1(1), BNE(-2), B(0) };

static void steps_forward_and_back(void **state)
{
	(void)state;
	begin(counting, COUNT(counting), NULL);
	expect_at(0, 0);
	assert_int_equal(travel_step(travel, 0, 1), TRAVEL_ARRIVED);
	expect_at(1, 1);
	assert_int_equal(travel_forward(travel, 7, NULL), TRAVEL_ARRIVED);
	expect_at(8, 1);
	assert_int_equal(cpu()->x[2], 3);
	assert_int_equal(travel_step(travel, 0, -1), TRAVEL_ARRIVED);
	expect_at(7, 1);
	assert_int_equal(cpu()->x[2], 2);
	assert_int_equal(travel_to(travel, (struct moment){ 3001, 1 }), TRAVEL_ARRIVED);
	assert_int_equal(cpu()->x[2], 1000);
	assert_int_equal(travel_end(travel).insns, 3001);
	assert_int_equal(travel_step(travel, 0, -3001), TRAVEL_ARRIVED);
	assert_int_equal(cpu()->x[1], 0);
	assert_int_equal(travel_step(travel, 0, -1), TRAVEL_BEGIN);
	expect_at(0, 0);
}

static void stops_at_breakpoints(void **state)
{
	struct points points = { .breakpoint = { CODE + 8 }, .breakpoints = 1 };
	struct stop_at stop = at(BIT(EVENT_BREAKPOINT), &points);

	(void)state;
	begin(counting, COUNT(counting), NULL);
	for (u64 i = 0; i < 3; i++) {
		assert_int_equal(travel_forward(travel, MACHINE_UNLIMITED, &stop), TRAVEL_HIT);
		expect_at(2 + 3 * i, 1);
	}
	assert_int_equal(travel_forward(travel, 2, &stop), TRAVEL_ARRIVED);
	assert_int_equal(travel_backward(travel, &stop), TRAVEL_HIT);
	expect_at(8, 1);
	assert_int_equal(travel_backward(travel, &stop), TRAVEL_HIT);
	expect_at(5, 1);
	assert_int_equal(travel_backward(travel, &stop), TRAVEL_HIT);
	assert_int_equal(travel_backward(travel, &stop), TRAVEL_BEGIN);
	expect_at(0, 0);
	/* where it was stopped before */
	assert_int_equal(travel_forward(travel, MACHINE_UNLIMITED, &stop), TRAVEL_HIT);
	expect_at(2, 1);
}

static void stops_before_and_behind(void **state)
{
	static const u32 words[] = { MOVZ(1, 5), MSR_TPIDR(1), MOVZ(4, 0x1000), MOVK16(4, 0x4000),
		STR(1, 4), NOP, B(0) };
	struct points points = { .watch = { { .first = DATA, .last = DATA, .write = true } },
		.watches = 1 };
	struct stop_at watch = at(BIT(EVENT_WATCH), &points), msr = at(BIT(EVENT_SYSREG), NULL);

	(void)state;
	begin(words, COUNT(words), NULL);
	assert_int_equal(travel_forward(travel, 100, &msr), TRAVEL_HIT);
	expect_at(2, 0);
	assert_int_equal(cpu()->sys[SR_TPIDR_EL2], 5);
	assert_int_equal(travel_forward(travel, 100, &watch), TRAVEL_HIT);
	expect_at(4, 1);
	assert_int_equal(cpu()->pc, CODE + 16);
	assert_int_equal(travel_forward(travel, 100, &watch), TRAVEL_ARRIVED);
	assert_int_equal(travel_backward(travel, &watch), TRAVEL_HIT);
	expect_at(4, 1);
	assert_int_equal(travel_backward(travel, &msr), TRAVEL_HIT);
	expect_at(2, 0);
	/* that it happened at the present moment does not count */
	assert_int_equal(travel_backward(travel, &msr), TRAVEL_BEGIN);
}

/* ---- Between instructions ---- */

static void rests_behind_an_interrupt(void **state)
{
	static const u32 words[] = { MOVZ(0, 0x2000), MOVK16(0, 0x4000), MSR_VBAR(0), NOP, B(1),
		B(0) };
	static const u32 vector[] = { MOVZ(9, 1), B(0) };
	struct stop_at exception = at(BIT(EVENT_EXCEPTION), NULL);
	struct cpu *pe;
	u64 hash;

	(void)state;
	begin(words, COUNT(words), NULL);
	place(VECTORS + IRQ_VECTOR, vector, COUNT(vector));
	pe = cpu();
	pe->pstate.daif = 0;
	pe->sys[SR_HCR_EL2] |= BIT(4); /* IMO */
	travel_changed(travel);
	assert_int_equal(travel_forward(travel, 4, NULL), TRAVEL_ARRIVED);
	machine_set_line(machine, 0, LINE_IRQ, true);
	travel_changed(travel);
	assert_int_equal(travel_forward(travel, 100, &exception), TRAVEL_HIT);
	assert_int_equal(pe->pc, VECTORS + IRQ_VECTOR);
	expect_at(4, 2);
	hash = machine_hash(machine);
	assert_int_equal(travel_forward(travel, 1, NULL), TRAVEL_ARRIVED);
	assert_int_equal(pe->x[9], 1);
	assert_int_equal(travel_backward(travel, &exception), TRAVEL_HIT);
	expect_at(4, 2);
	assert_int_equal(machine_hash(machine), hash);
	assert_int_equal(travel_step(travel, 0, -1), TRAVEL_ARRIVED);
	expect_at(3, 1);
	assert_int_equal(pe->pc, CODE + 12);
	travel_to(travel, (struct moment){ 4, 3 });
	assert_int_equal(pe->pc, VECTORS + IRQ_VECTOR);
}

/* A branch to where nothing is: an instruction that is counted, and never told of. */
static void rests_before_what_cannot_be_fetched(void **state)
{
	static const u32 words[] = { MOVZ(0, 0x2000), MOVK16(0, 0x4000), MSR_VBAR(0), MOVZ(7, 3),
		0xd61f00e0u /* br x7 */ };
	static const u32 vector[] = { MOVZ(9, 1), B(0) };
	u64 hash;

	(void)state;
	begin(words, COUNT(words), NULL);
	place(VECTORS + SYNC_VECTOR, vector, COUNT(vector));
	travel_changed(travel);
	travel_forward(travel, 4, NULL);
	assert_int_equal(travel_step(travel, 0, 1), TRAVEL_ARRIVED);
	expect_at(5, 0);
	assert_int_equal(cpu()->pc, 3);
	hash = machine_hash(machine);
	assert_int_equal(travel_step(travel, 0, 1), TRAVEL_ARRIVED);
	expect_at(6, 1);
	assert_int_equal(cpu()->pc, VECTORS + SYNC_VECTOR);
	assert_int_equal(travel_step(travel, 0, -1), TRAVEL_ARRIVED);
	expect_at(5, 0);
	assert_int_equal(machine_hash(machine), hash);
	assert_int_equal(travel_step(travel, 0, -1), TRAVEL_ARRIVED);
	expect_at(4, 1);
	assert_int_equal(travel_to(travel, (struct moment){ 5, 1 }), TRAVEL_ARRIVED);
	expect_at(5, 0);
}

/* ---- Changes ---- */

static void changes_are_made_again(void **state)
{
	u64 hash;

	(void)state;
	begin(counting, COUNT(counting), NULL);
	travel_forward(travel, 1000, NULL);
	travel_to(travel, (struct moment){ 100, 1 });
	cpu()->x[2] = 5000;
	travel_changed(travel);
	assert_int_equal(travel_forward(travel, 299, NULL), TRAVEL_ARRIVED);
	assert_int_equal(travel_end(travel).insns, 399);
	assert_int_equal(cpu()->x[2], 5100);
	hash = machine_hash(machine);
	travel_to(travel, (struct moment){ 50, 1 });
	assert_int_equal(cpu()->x[2], 17);
	assert_int_equal(travel_forward(travel, 349, NULL), TRAVEL_ARRIVED);
	assert_int_equal(machine_hash(machine), hash);
	assert_int_equal(travel_step(travel, 0, -200), TRAVEL_ARRIVED);
	assert_true(cpu()->x[2] > 5000);
	assert_int_equal(travel_step(travel, 0, -99), TRAVEL_ARRIVED);
	assert_int_equal(cpu()->x[2], 5000);
	assert_int_equal(travel_step(travel, 0, -1), TRAVEL_ARRIVED);
	assert_int_equal(cpu()->x[2], 33);
}

/* What follows where the pc was changed is no more what led there; both ways go by the new one. */
static void changes_of_the_pc_hide_what_followed(void **state)
{
	struct points points = { .breakpoint = { CODE + 8 }, .breakpoints = 1 };
	struct stop_at stop = at(BIT(EVENT_BREAKPOINT), &points);
	u64 hash;

	(void)state;
	begin(counting, COUNT(counting), NULL);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(travel_forward(travel, 100, &stop), TRAVEL_HIT);
	expect_at(8, 1);
	cpu()->pc = CODE + 12;
	cpu()->x[1] = 42;
	travel_changed(travel);
	assert_int_equal(travel_step(travel, 0, 2), TRAVEL_ARRIVED);
	assert_int_equal(cpu()->x[1], 42);
	hash = machine_hash(machine);
	assert_int_equal(travel_step(travel, 0, 1), TRAVEL_ARRIVED);
	assert_int_equal(travel_step(travel, 0, -1), TRAVEL_ARRIVED);
	assert_int_equal(travel_backward(travel, &stop), TRAVEL_HIT);
	expect_at(5, 1);
	assert_int_equal(travel_forward(travel, 100, &stop), TRAVEL_HIT);
	expect_at(10, 1);
	assert_int_equal(cpu()->x[1], 42);
	assert_int_equal(machine_hash(machine), hash);
}

/* The debugger leads to where nothing can be fetched: going back there makes that again. */
static void changes_of_the_pc_to_nowhere(void **state)
{
	static const u32 vector[] = { MOVZ(9, 1), B(0) };

	(void)state;
	begin(counting, COUNT(counting), NULL);
	place(VECTORS + SYNC_VECTOR, vector, COUNT(vector));
	cpu()->sys[SR_VBAR_EL2] = VECTORS;
	travel_changed(travel);
	assert_int_equal(travel_step(travel, 0, 8), TRAVEL_ARRIVED);
	cpu()->pc = 3;
	travel_changed(travel);
	assert_int_equal(travel_step(travel, 0, 1), TRAVEL_ARRIVED);
	assert_int_equal(cpu()->pc, VECTORS + SYNC_VECTOR);
	assert_int_equal(travel_step(travel, 0, -1), TRAVEL_ARRIVED);
	expect_at(8, 1);
	assert_int_equal(cpu()->pc, 3);
}

/* ---- Letting go ---- */

static void count(void *opaque, const struct cpu *of, const struct event *event)
{
	(void)of, (void)event;
	++*(u64 *)opaque;
}

/* Other observers are told everything once, wherever it stood. */
static void lets_go(void **state)
{
	static const u32 words[] = { MOVZ(4, 0x1000), MOVK16(4, 0x4000), ADD1(2), STR(2, 4),
		B(-2) };
	struct points points = { .watch = { { .first = DATA, .last = DATA, .write = true } },
		.watches = 1 };
	struct stop_at stop = at(BIT(EVENT_WATCH), &points);

	(void)state;
	for (unsigned far = 0; far < 3; far++) {
		u64 told = 0;
		struct observer observer = {
			.kinds = BIT(EVENT_INSN), .event = count, .opaque = &told
		};

		begin(words, COUNT(words), NULL);
		observers_add(&observers, machine, &observer);
		assert_int_equal(travel_step(travel, 0, 5), TRAVEL_ARRIVED);
		for (unsigned i = 0; i < 5; i++)
			assert_int_equal(travel_forward(travel, 100, &stop), TRAVEL_HIT);
		assert_int_equal(travel_step(travel, 0, -(s64)far), TRAVEL_ARRIVED);
		assert_int_equal(travel_let_go(travel), TRAVEL_ARRIVED);
		travel_destroy(travel);
		machine_run(machine, 1000 - cpu()->insns);
		assert_int_equal(cpu()->insns, 1000);
		assert_int_equal(told, 1000);
		machine_destroy(machine);
	}
	travel = NULL;
	machine = NULL;
}

/* ---- How it ends ---- */

static void goes_back_from_the_end(void **state)
{
	static const u32 words[] = { MOVZ(0, 8), MOVK16(0, 0x8400), SMC, B(0) }; /* SYSTEM_OFF */

	(void)state;
	begin(words, COUNT(words), NULL);
	assert_int_equal(travel_forward(travel, 100, NULL), TRAVEL_STOPPED);
	assert_int_equal(travel_stop(travel)->reason, STOP_EXIT);
	assert_int_equal(travel_now(travel).insns, 3);
	assert_int_equal(travel_forward(travel, 100, NULL), TRAVEL_STOPPED);
	assert_int_equal(travel_step(travel, 0, -1), TRAVEL_ARRIVED);
	expect_at(2, 1);
	assert_int_equal(travel_to(travel, travel_end(travel)), TRAVEL_STOPPED);
	assert_int_equal(travel_stop(travel)->reason, STOP_EXIT);
}

static bool third_time(void *opaque)
{
	unsigned *left = opaque;

	return (*left)-- == 0;
}

static void is_interrupted(void **state)
{
	unsigned left = 2;
	struct travel_config config = {
		.memory = TRAVEL_MEMORY, .is_interrupted = third_time, .opaque = &left
	};

	(void)state;
	begin(counting, COUNT(counting), &config);
	assert_int_equal(travel_forward(travel, MACHINE_UNLIMITED, NULL), TRAVEL_INTERRUPTED);
	assert_int_equal(travel_now(travel).step, 1);
	assert_int_equal(travel_step(travel, 0, -1), TRAVEL_ARRIVED);
}

static void refuses(void **state)
{
	struct travel_config config = { .forward_only = true };
	struct stop_at stop = at(BIT(EVENT_INSN), NULL);
	struct written what = { .kind = WRITTEN_X, .which = 1 };
	struct writer writer;

	(void)state;
	begin(counting, COUNT(counting), &config);
	assert_non_null(travel_has_no_past(travel));
	travel_forward(travel, 10, NULL);
	assert_int_equal(travel_step(travel, 0, -1), TRAVEL_REFUSED);
	assert_int_equal(travel_backward(travel, &stop), TRAVEL_REFUSED);
	assert_int_equal(travel_to(travel, (struct moment){ 5, 1 }), TRAVEL_REFUSED);
	assert_int_equal(travel_who_wrote(travel, &what, &writer), TRAVEL_REFUSED);
	expect_at(10, 1);
	assert_int_equal(travel_forward(travel, 1, &stop), TRAVEL_HIT);
	expect_at(11, 1);
}

/* ---- Who wrote ---- */

/* clang-format off */
static const u32 writing[] = {
	MOVZ(0, 0x2000), MOVK16(0, 0x4000), MSR_VBAR(0), /* 0 1 2 */
	MOVZ(4, 0x1000), MOVK16(4, 0x4000),		 /* 3 4 */
	MOVZ(1, 7), STR(1, 4), MOVI(3),			 /* 5 6 7 */
	MSR_TPIDR(1), MOVZ(1, 7), SVC,			 /* 8 9 10; the vector: 11 12 */
	MOVZ(5, 3), SUBS1(5), BNE(-1), B(0),		 /* 13 ... */
};
static const u32 handler[] = { ADD1(6), ERET };

static const struct writer_row {
	const char *why;
	struct written what;
	enum writer_kind kind;
	u64 insns, pc, before, after;
} writers[] = {
	{ "the same value counts", { WRITTEN_X, .which = 1 }, WRITER_INSN, 9, CODE + 36, 7, 7 },
	{ "in another place", { WRITTEN_X, .which = 6 }, WRITER_INSN, 11, VECTORS + SYNC_VECTOR, 0, 1 },
	{ "of a loop the last time", { WRITTEN_X, .which = 5 }, WRITER_INSN, 18, CODE + 48, 1, 0 },
	{ "a vector", { WRITTEN_V, .which = 3 }, WRITER_INSN, 7, CODE + 28, 0, 0x0101010101010101 },
	{ "MSR", { WRITTEN_SYSREG, .which = SR_TPIDR_EL2 }, WRITER_INSN, 8, CODE + 32, 0, 7 },
	{ "a field that changed", { WRITTEN_SYSREG, .which = SR_TPIDR_EL2, .mask = 2 }, WRITER_INSN, 8,
	  CODE + 32, 0, 2 },
	{ "an exception", { WRITTEN_SYSREG, .which = SR_ELR_EL2 }, WRITER_EXCEPTION, 10, CODE + 44, 0,
	  CODE + 44 },
	{ "memory by its address", { WRITTEN_MEMORY, .which = DATA + 4, .size = 4 }, WRITER_INSN, 6,
	  CODE + 24, 0, 0 },
	{ "physical memory", { WRITTEN_PHYSICAL, .which = DATA, .size = 8 }, WRITER_INSN, 6, CODE + 24,
	  0, 7 },
};
/* clang-format on */

static void finds_writers(void **state)
{
	(void)state;
	begin(writing, COUNT(writing), NULL);
	place(VECTORS + SYNC_VECTOR, handler, COUNT(handler));
	travel_changed(travel);
	for (unsigned far = 0; far < 2; far++) {
		struct moment now;

		travel_forward(travel, far == 0 ? 30 : 3000000, NULL);
		now = travel_now(travel);
		for (size_t i = 0; i < COUNT(writers); i++) {
			const struct writer_row *row = &writers[i];
			struct writer w;
			u64 hash = machine_hash(machine);

			if (travel_who_wrote(travel, &row->what, &w) != TRAVEL_HIT)
				fail_msg("row %zu, %s: nobody", i, row->why);
			if (w.kind != row->kind || w.moment.insns != row->insns ||
				w.pc != row->pc || w.before != row->before || w.after != row->after)
				fail_msg("row %zu, %s: kind %d at %lu, pc %lx, %lx to %lx", i,
					row->why, w.kind, (unsigned long)w.moment.insns,
					(unsigned long)w.pc, (unsigned long)w.before,
					(unsigned long)w.after);
			expect_at(now.insns, now.step);
			assert_int_equal(machine_hash(machine), hash);
		}
	}
}

static void finds_nobody(void **state)
{
	static const struct written rows[] = { { WRITTEN_X, .which = 20 },
		{ WRITTEN_V, .which = 20 }, { WRITTEN_SYSREG, .which = SR_TPIDR_EL2, .mask = 8 },
		{ WRITTEN_SYSREG, .which = SR_FAR_EL2 },
		{ WRITTEN_PHYSICAL, .which = DATA + 8, .size = 8 },
		{ WRITTEN_MEMORY, .which = DATA + 0xffc, .size = 8 } };
	struct writer writer;

	(void)state;
	begin(writing, COUNT(writing), NULL);
	place(VECTORS + SYNC_VECTOR, handler, COUNT(handler));
	travel_changed(travel);
	travel_forward(travel, 100, NULL);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (travel_who_wrote(travel, &rows[i], &writer) != TRAVEL_BEGIN)
			fail_msg("row %zu", i);
	}
}

/* Nobody sees it; where it changed is found all the same. */
static void finds_what_the_debugger_wrote(void **state)
{
	struct written what = { .kind = WRITTEN_PHYSICAL, .which = DATA + 64, .size = 8 };
	struct writer writer;
	u64 value = 42;

	(void)state;
	begin(counting, COUNT(counting), NULL);
	travel_forward(travel, 1234, NULL);
	memcpy(memory_ram(machine_memory(machine))->host + 0x1040, &value, sizeof(value));
	memory_written(machine_memory(machine), PA(DATA + 64), sizeof(value));
	travel_changed(travel);
	travel_forward(travel, 4321, NULL);
	assert_int_equal(travel_who_wrote(travel, &what, &writer), TRAVEL_HIT);
	assert_int_equal(writer.kind, WRITER_UNKNOWN);
	assert_int_equal(writer.moment.insns, 1233);
	assert_int_equal(writer.before, 0);
	assert_int_equal(writer.after, 42);
}

static void put_register(u64 pa, u64 value)
{
	assert_true(cpu()->ops->bus_write(cpu(), PA(pa), 4, value));
}

/* The entropy device, set up by us, is notified by the guest and writes at once. */
static void set_up_entropy(u64 to, u32 size)
{
	static const u16 registers[][2] = { { 0x70, 3 }, { 0x24, 1 }, { 0x20, 1 }, { 0x70, 0xb },
		{ 0x30, 0 }, { 0x38, 8 } };
	static const struct {
		u16 at;
		u64 area;
	} areas[] = { { 0x80, DATA + 0x4000 }, { 0x90, DATA + 0x5000 }, { 0xa0, DATA + 0x6000 } };
	const u32 descriptor[] = { (u32)to, 0, size, 2 /* write */ };
	const u32 offered[] = { 1u << 16, 0 };

	place(DATA + 0x4000, descriptor, COUNT(descriptor));
	place(DATA + 0x5000, offered, COUNT(offered));
	for (size_t i = 0; i < COUNT(registers); i++)
		put_register(BOARD_VIRTIO_BASE + registers[i][0], registers[i][1]);
	for (size_t i = 0; i < COUNT(areas); i++)
		put_register(BOARD_VIRTIO_BASE + areas[i].at, areas[i].area);
	put_register(BOARD_VIRTIO_BASE + 0x44, 1);
	put_register(BOARD_VIRTIO_BASE + 0x70, 0xf);
}

static void finds_a_device(void **state)
{
	static const u32 words[] = { MOVZ(4, 0x50), MOVK16(4, BOARD_VIRTIO_BASE >> 16), NOP,
		0xb900009f /* str wzr, [x4] */, NOP, B(0) };
	struct written what = { .kind = WRITTEN_PHYSICAL, .which = DATA + 0x1000, .size = 16 };
	struct writer writer;

	(void)state;
	begin(words, COUNT(words), NULL);
	set_up_entropy(DATA + 0x1000, 16);
	travel_changed(travel);
	travel_forward(travel, 100000, NULL);
	assert_int_equal(travel_who_wrote(travel, &what, &writer), TRAVEL_HIT);
	assert_int_equal(writer.kind, WRITER_DEVICE);
	assert_int_equal(writer.moment.insns, 3);
	assert_int_equal(writer.pc, CODE + 12);
	assert_int_equal(writer.insn, words[3]);
	assert_int_equal(writer.before, 0);
	assert_int_not_equal(writer.after, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(steps_forward_and_back, end),
		cmocka_unit_test_teardown(stops_at_breakpoints, end),
		cmocka_unit_test_teardown(stops_before_and_behind, end),
		cmocka_unit_test_teardown(rests_behind_an_interrupt, end),
		cmocka_unit_test_teardown(rests_before_what_cannot_be_fetched, end),
		cmocka_unit_test_teardown(changes_are_made_again, end),
		cmocka_unit_test_teardown(changes_of_the_pc_hide_what_followed, end),
		cmocka_unit_test_teardown(changes_of_the_pc_to_nowhere, end),
		cmocka_unit_test_teardown(lets_go, end),
		cmocka_unit_test_teardown(goes_back_from_the_end, end),
		cmocka_unit_test_teardown(is_interrupted, end),
		cmocka_unit_test_teardown(refuses, end),
		cmocka_unit_test_teardown(finds_writers, end),
		cmocka_unit_test_teardown(finds_nobody, end),
		cmocka_unit_test_teardown(finds_a_device, end),
		cmocka_unit_test_teardown(finds_what_the_debugger_wrote, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
