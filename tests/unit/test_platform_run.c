/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time on the board: when waiting PEs go on, what ends WFE, and that a reset leaves nothing behind.
 */
#include <unistd.h>

#include "debug/hash.h"
#include "platform/machine_private.h"
#include "tests/unit/machine_bench.h"

#define SUBS1(rd)	 (0xf1000400u | (rd) << 5 | (rd))
#define BNE(words)	 (0x54000001u | ((u32)(words)&0x7ffff) << 5)
#define STXR(rs, rt, rn) (0xc8007c00u | (rs) << 16 | (rn) << 5 | (rt))
#define MSR_CNTKCTL(rt)	 (0xd518e100u | (rt))
#define MSR_CNTVOFF(rt)	 (0xd51ce060u | (rt))
#define MSR_HCR(rt)	 (0xd51c1100u | (rt))
#define CBNZ(rt, words)	 (0xb5000000u | ((u32)(words)&0x7ffff) << 5 | (rt))
enum { CLREX = 0xd5033f5f };

#define OTHER	0x400 /* where PE 1 starts */
#define QUANTUM 10000

static struct machine *make(unsigned cpus, enum engine engine)
{
	struct machine_config config = machine_default_config();

	config.cpus = cpus;
	config.engine = engine;
	return make_machine(&config, NULL, 0);
}

static void put(struct machine *machine, u64 offset, const u32 *words, unsigned count)
{
	memcpy(machine_memory(machine)->region[0].host + offset, words, 4 * count);
}

/* ---- What ends the WFE of one PE, and when ---- */

struct stream_row {
	const char *why;
	u32 words[8];
	cycles_t until; /* WFE ends; then there is one NOP before a WFI */
};

/* A tick of the counter is 16 cycles. EVNTEN: bit 2, EVNTDIR: bit 3, EVNTI: bits 7:4. */
static const struct stream_row streams[] = {
	{ "bit 5 goes to 1 first at tick 32", { MOVZ(1, 0x54), MSR_CNTHCTL(1), WFE }, 32 * 16 },
	{ "and to 0 at tick 64", { MOVZ(1, 0x5c), MSR_CNTHCTL(1), WFE }, 64 * 16 },
	{ "bit 0: the next odd tick", { MOVZ(1, 0x04), MSR_CNTHCTL(1), WFE }, 16 },
	{ "the virtual counter's stream", { MOVZ(1, 0x54), MSR_CNTKCTL(1), WFE }, 32 * 16 },
	{ "the virtual counter is behind",
		{ MOVZ(1, 0x54), MSR_CNTKCTL(1), MOVZ(1, 10), MSR_CNTVOFF(1), WFE }, 42 * 16 },
	{ "the physical counter is not",
		{ MOVZ(1, 0x54), MSR_CNTHCTL(1), MOVZ(1, 10), MSR_CNTVOFF(1), WFE }, 32 * 16 },
	{ "one ends one WFE", { MOVZ(1, 0x54), MSR_CNTHCTL(1), WFE, WFE }, 96 * 16 },
	{ "the first of two", { MOVZ(1, 0x74), MSR_CNTHCTL(1), MOVZ(1, 0x64), MSR_CNTKCTL(1), WFE },
		64 * 16 },
};

static void streams_end_wfe(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(streams); i++) {
		struct machine *machine = make(1, ENGINE_STEP);
		struct cpu *cpu = machine_cpu(machine, 0);
		u32 words[10];
		unsigned n = 0;

		for (; streams[i].words[n] != 0; n++)
			words[n] = streams[i].words[n];
		words[n] = NOP;
		words[n + 1] = WFI;
		put(machine, 0, words, n + 2);
		machine_start(machine, CODE, CODE + 64);
		machine_run(machine, MACHINE_UNLIMITED);
		if (cpu->insns != n + 2 || cpu->cycles != streams[i].until + 2)
			fail_msg("row %zu, %s: %lu insns, %lu cycles", i, streams[i].why,
				(unsigned long)cpu->insns, (unsigned long)cpu->cycles);
		machine_destroy(machine);
	}
}

/* {E2H,TGE} = {1,1}: CNTKCTL_EL1 makes no stream. */
static void host_has_no_el1_stream(void **state)
{
	static const u32 code[] = { MSR_HCR(2), WFE, NOP };
	struct machine *machine = make(1, ENGINE_STEP);
	struct cpu *cpu = machine_cpu(machine, 0);

	(void)state;
	put(machine, 0, code, COUNT(code));
	machine_start(machine, CODE, CODE + 64);
	cpu->sys[SR_CNTKCTL_EL1] = 0x54;
	cpu->x[2] = BIT(34) | BIT(27);
	assert_int_equal(machine_run(machine, MACHINE_UNLIMITED)->reason, STOP_STUCK);
	assert_int_equal(cpu->insns, 2);
	machine_destroy(machine);
}

/* WFE ends by an interrupt that is not masked, WFI by any. */
static void masked_interrupts(void **state)
{
	static const struct {
		u32 insn;
		u8 daif;
		u64 hcr;
		bool ends;
	} rows[] = { { WFI, 15, 0, true }, { WFI, 0, BIT(4), true }, { WFE, 15, BIT(4), false },
		{ WFE, 0, BIT(4), true } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct machine *machine = make(1, ENGINE_STEP);
		struct cpu *cpu = machine_cpu(machine, 0);

		put(machine, 0, &rows[i].insn, 1);
		machine_start(machine, CODE, CODE + 64);
		cpu->pstate.daif = rows[i].daif;
		cpu->sys[SR_HCR_EL2] = rows[i].hcr;
		machine_run(machine, MACHINE_UNLIMITED);
		assert_true(cpu->waiting);
		machine_set_line(machine, 0, LINE_IRQ, true);
		if (cpu->waiting == rows[i].ends)
			fail_msg("row %zu", i);
		machine_destroy(machine);
	}
}

/* ---- What PE 0 does for PE 1, which waits ---- */

/*
 * PE 0 starts PE 1, loops for four quanta, acts, and loops on. PE 1 waits for what it does, and
 * then for ever. x4 = 0x40001000 on both, x5 = 0.
 */
struct pair_row {
	const char *why;
	u32 act[2], other[6];
	cycles_t low, high; /* where PE 1's clock is at the end */
};

enum { AT = 11 + 2 * 20000 /* cycles before PE 0 acts */ };

/* clang-format off */
static const struct pair_row pairs[] = {
	{ "SEV ends WFE at once", { SEV, NOP }, { WFE, WFI }, AT, AT },
	{ "SEV ends one WFE", { SEV, NOP }, { WFE, WFE, WFI }, AT, AT },
	{ "a store-exclusive where the monitor is ends it at once", { LDXR(6, 4), STXR(7, 4, 4) },
	  { LDXR(6, 4), CBNZ(6, 3), WFE, B(-3), WFI }, AT + 1, AT + 10 },
	{ "a plain store where the monitor is does behind the turn", { STR(4, 4), NOP },
	  { LDXR(6, 4), CBNZ(6, 3), WFE, B(-3), WFI }, AT + 1, AT + 2 * QUANTUM },
	{ "a store of the same value does not; a quantum does", { STR(5, 4), NOP },
	  { LDXR(6, 4), WFE, WFI }, QUANTUM + 10, QUANTUM + 10 },
	{ "without a monitor only events do", { STR(4, 4), SEV }, { LDXR(6, 4), CLREX, WFE, WFI },
	  AT + 1, AT + 1 },
};
/* clang-format on */

static u64 run_pair(const struct pair_row *row, enum engine engine, u64 piece, cycles_t *end)
{
	const u32 first[] = { MOVZ(0, 3), MOVK16(0, 0xc400), MOVZ(1, 1), MOVZ(2, OTHER),
		MOVK16(2, 0x4000), MOVZ(5, 0), SMC, MOVZ(4, 0x1000), MOVK16(4, 0x4000), NOP,
		MOVZ(8, 20000), SUBS1(8), BNE(-1), row->act[0], row->act[1], MOVZ(8, 60000),
		SUBS1(8), BNE(-1), WFI };
	const u32 second[] = { MOVZ(4, 0x1000), MOVK16(4, 0x4000) };
	struct machine *machine = make(2, engine);
	u64 hash;

	put(machine, 0, first, COUNT(first));
	put(machine, OTHER, second, COUNT(second));
	put(machine, OTHER + sizeof(second), row->other, COUNT(row->other));
	machine_start(machine, CODE, CODE + 64);
	while (machine_run(machine, piece)->reason == STOP_BUDGET)
		;
	*end = machine_cpu(machine, 1)->cycles - 1; /* WFI's */
	hash = machine_hash(machine);
	machine_destroy(machine);
	return hash;
}

static void others_end_wfe(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		cycles_t end, again;
		u64 hash = run_pair(&pairs[i], ENGINE_STEP, MACHINE_UNLIMITED, &end);

		if (end < pairs[i].low || end > pairs[i].high)
			fail_msg("row %zu, %s: %lu", i, pairs[i].why, (unsigned long)end);
		assert_int_equal(run_pair(&pairs[i], ENGINE_STEP, 777, &again), hash);
		if (!cpu_engine_available(ENGINE_TAIL))
			continue;
		assert_int_equal(run_pair(&pairs[i], ENGINE_TAIL, MACHINE_UNLIMITED, &again), hash);
		assert_int_equal(run_pair(&pairs[i], ENGINE_TAIL, 5001, &again), hash);
	}
}

/* ---- Reset ---- */

/* Registers of devices. */
static const struct {
	const char *why;
	u64 pa, value;
} writes[] = {
	{ "flash answers commands", BOARD_FLASH_BASE, 0x90 },
	{ "an SPI is enabled", BOARD_GICD_BASE + 0x104, BIT(SPI_RTC - 32) },
	{ "an SPI is pending", BOARD_GICD_BASE + 0x204, BIT(SPI_RTC - 32) },
	{ "group 1 is on", BOARD_GICD_BASE, 2 },
	{ "the clock will match", BOARD_RTC_BASE + 4, MACHINE_RTC + 1 },
	{ "the clock interrupts", BOARD_RTC_BASE + 0x10, 1 },
	{ "a pin is an output", BOARD_GPIO_BASE + 0x400, 1 },
	{ "a queue has a size", BOARD_VIRTIO_BASE + 0x38, 8 },
	{ "a queue has descriptors", BOARD_VIRTIO_BASE + 0x80, BOARD_RAM_BASE },
};

/* A guest that leaves something everywhere: RAM, devices, a timer, a monitor, another PE. */
static void dirty(struct machine *machine)
{
	static const u32 words[] = { MOVZ(0, 3), MOVK16(0, 0xc400), MOVZ(1, 1), MOVZ(2, 0),
		MOVK16(2, 0x4000), SMC, MOVZ(4, 0x1000), MOVK16(4, 0x4000), STR(4, 4), LDXR(5, 4),
		MOVZ(3, 1), 0xd51be223 /* msr cntp_ctl_el0, x3 */, MOVZ(4, 0x38), MOVK16(4, 0x900),
		0xb9000083 /* str w3, [x4]: UARTIMSC */, SEVL, B(0) };

	put(machine, 0, words, COUNT(words));
	machine_start(machine, CODE, CODE + 64);
	machine_run(machine, 50000);
	for (size_t i = 0; i < COUNT(writes); i++)
		assert_true(bus_write(&machine->bus, PA(writes[i].pa), 4, writes[i].value));
}

static struct machine *make_with_flash(void)
{
	static char path[] = "/tmp/entresol-reset-XXXXXX"; /* messages of the machine name it */
	struct machine_config config = machine_default_config();
	struct machine *machine;
	struct status status;
	int fd;

	memset(strchr(path, '\0') - 6, 'X', 6);
	fd = mkstemp(path);
	assert_true(fd >= 0 && ftruncate(fd, 4096) == 0);
	config.flash[0] = (struct image_config){ .path = path, .snapshot = true };
	config.cpus = 2;
	config.ram_size = 1 << 20;
	config.engine = ENGINE_STEP;
	machine = machine_create(&config, &status);
	close(fd);
	unlink(path);
	assert_non_null(machine);
	return machine;
}

/* Each is seen in the hash, or its reset would not be. */
static void writes_leave_something(void **state)
{
	struct machine *machine = make_with_flash();

	(void)state;
	machine_start(machine, CODE, CODE);
	for (size_t i = 0; i < COUNT(writes); i++) {
		u64 hash = machine_hash(machine);

		assert_true(bus_write(&machine->bus, PA(writes[i].pa), 4, writes[i].value));
		if (machine_hash(machine) == hash)
			fail_msg("row %zu, %s", i, writes[i].why);
	}
	machine_destroy(machine);
}

static void reset_leaves_nothing(void **state)
{
	struct machine *fresh = make_with_flash(), *machine = make_with_flash();

	(void)state;
	dirty(machine);
	assert_true(machine_cpu_is_on(machine, 1));
	machine_reset(machine);
	assert_int_equal(machine_cpu(machine, 0)->insns + machine_cpu(machine, 1)->insns, 50000);
	for (unsigned i = 0; i < 2; i++) {
		machine_cpu(machine, i)->insns = 0;
		assert_false(machine_cpu_is_on(machine, i));
	}
	assert_int_equal(machine_now(machine), 0);
	for (unsigned i = 0; i < 2; i++) {
		machine_start(machine, CODE, CODE);
		machine_start(fresh, CODE, CODE);
		assert_int_equal(machine_hash(machine), machine_hash(fresh));
		dirty(machine);
		dirty(fresh);
		assert_int_equal(machine_hash(machine), machine_hash(fresh));
	}
	machine_destroy(fresh);
	machine_destroy(machine);
}

static u64 take_random(struct machine *machine)
{
	struct cpu *cpu = machine_cpu(machine, 0);

	cpu->x[0] = 0xc4000053; /* TRNG_RND64 */
	cpu->x[1] = 64;
	cpu->ops->firmware_call(cpu, 0);
	assert_int_equal(cpu->x[0], 0);
	return cpu->x[3];
}

static u64 read_clock(struct machine *machine)
{
	u64 value;

	assert_true(bus_read(&machine->bus, PA(BOARD_RTC_BASE), 4, &value));
	return value;
}

/* Nothing random comes again, and the clock goes on; both are the same in every run. */
static void reset_turns_nothing_back(void **state)
{
	struct machine *machine[2] = { make(1, ENGINE_STEP), make(1, ENGINE_STEP) };
	u64 word[2][3], seed[2][3];

	(void)state;
	for (unsigned m = 0; m < 2; m++) {
		bus_write(&machine[m]->bus, PA(BOARD_RTC_BASE + 8), 4, 0x70000000);
		for (unsigned boot = 0; boot < 3; boot++) {
			assert_int_equal(read_clock(machine[m]), 0x70000000 + 5 * boot);
			machine[m]->now += 5 * MACHINE_HZ;
			word[m][boot] = take_random(machine[m]);
			seed[m][boot] = machine[m]->boot_seed;
			rng_next(&machine[m]->rng.state.rng);
			for (unsigned before = 0; before < boot; before++) {
				assert_int_not_equal(word[m][before], word[m][boot]);
				assert_int_not_equal(seed[m][before], seed[m][boot]);
			}
			machine_reset(machine[m]);
		}
	}
	assert_memory_equal(word[0], word[1], sizeof(word[0]));
	assert_memory_equal(seed[0], seed[1], sizeof(seed[0]));
	assert_int_equal(machine[0]->rng.state.rng.state, machine[1]->rng.state.rng.state);
	for (unsigned m = 0; m < 2; m++) {
		struct machine *fresh = make(1, ENGINE_STEP);

		assert_int_not_equal(machine[m]->rng.state.rng.state, fresh->rng.state.rng.state);
		machine_destroy(fresh);
		machine_destroy(machine[m]);
	}
}

/* SYSTEM_RESET2 keeps RAM, once. */
static void warm_reset_keeps_ram(void **state)
{
	static const struct {
		u64 function;
		u8 byte;
	} rows[] = { { 0xc4000012, 0x5a }, { 0x84000009, 0 }, { 0x84000012, 0x5a } };
	struct machine *machine = make(1, ENGINE_STEP);
	u8 *mark = machine_memory(machine)->region[0].host + 0x8000;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		static const u32 words[] = { SMC };
		struct cpu *cpu = machine_cpu(machine, 0);

		put(machine, 0, words, COUNT(words));
		machine_start(machine, CODE, CODE + 64);
		*mark = 0x5a;
		cpu->x[0] = rows[i].function;
		assert_int_equal(machine_run(machine, 10)->reason, STOP_RESET);
		machine_reset(machine);
		assert_int_equal(*mark, rows[i].byte);
	}
	*mark = 1;
	machine_reset(machine);
	assert_int_equal(*mark, 0);
	machine_destroy(machine);
}

/* What was refused before a reset is said at the end all the same. */
static void reset_keeps_what_the_host_refused(void **state)
{
	struct machine_config config = machine_default_config();
	struct machine *machine;
	struct status status;

	(void)state;
	config.has_virtio_console = true;
	config.virtio_console_file = "/dev/full";
	machine = machine_create(&config, &status);
	assert_non_null(machine);
	console_put(&machine->port.file, '\n');
	machine_reset(machine);
	status = machine_finish(machine);
	assert_int_equal(status.code, STATUS_HOST);
	assert_string_equal(status.text,
		"--virtio-console /dev/full cannot be written: No space left on device");
	machine_destroy(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_end_wfe),
		cmocka_unit_test(host_has_no_el1_stream),
		cmocka_unit_test(masked_interrupts),
		cmocka_unit_test(others_end_wfe),
		cmocka_unit_test(writes_leave_something),
		cmocka_unit_test(reset_leaves_nothing),
		cmocka_unit_test(reset_turns_nothing_back),
		cmocka_unit_test(warm_reset_keeps_ram),
		cmocka_unit_test(reset_keeps_what_the_host_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
