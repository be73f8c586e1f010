/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a guest that waits for interrupts is given input, on whole machines. Interrupts are wired to
 * the PE directly; a timer is always armed, as under Linux.
 */
#include <unistd.h>

#include "platform/gtimer.h"
#include "platform/machine_private.h"
#include "tests/unit/machine_bench.h"

#define CHECK MACHINE_CHECK_PERIOD
#define TICK  10000000u /* cycles; CNTP is armed for this time, 625000 counts */

/* Enables RX and RT, arms CNTP, then counts bytes in x5 and adds them up in x6 as they come. */
static const u32 reader[] = {
	0xd2a12001, /* movz x1, #0x900, lsl #16 */
	0xd2800a02, /* movz x2, #0x50 */
	0xb9003822, /* str w2, [x1, #0x38] */
	0xd2912d02, /* movz x2, #0x8968 */
	0xf2a00122, /* movk x2, #9, lsl #16: 625000 */
	0xd51be242, /* msr cntp_cval_el0, x2 */
	0xd2800023, /* movz x3, #1 */
	0xd51be223, /* msr cntp_ctl_el0, x3 */
	0xd503207f, /* wfi */
	0xb9403c24, /* ldr w4, [x1, #0x3c] */
	0x3637ffc4, /* tbz w4, #6, back to wfi */
	0xb9400024, /* ldr w4, [x1] */
	0x910004a5, /* add x5, x5, #1 */
	0x8b0400c6, /* add x6, x6, x4 */
	0x17fffffa, /* b wfi */
};

/* Enables RX and RT, then counts and adds up as `reader`, but looks for the interrupt, masked. */
static const u32 busy_reader[] = {
	0xd2a12001, /* movz x1, #0x900, lsl #16 */
	0xd2800a02, /* movz x2, #0x50 */
	0xb9003822, /* str w2, [x1, #0x38] */
	0xd503201f, /* nop; or WFI */
	0xd538c104, /* mrs x4, isr_el1 */
	0x363fffe4, /* tbz w4, #7, back to mrs */
	0xb9400024, /* ldr w4, [x1] */
	0x910004a5, /* add x5, x5, #1 */
	0x8b0400c6, /* add x6, x6, x4 */
	0x17fffffb, /* b mrs */
};

static void line_irq(void *opaque, bool level)
{
	machine_set_line(opaque, 0, LINE_IRQ, level);
}

static void line_fiq(void *opaque, bool level)
{
	machine_set_line(opaque, 0, LINE_FIQ, level);
}

static struct machine *make_of(const struct machine_config *config, const u32 *guest, size_t count)
{
	struct machine *machine = make_machine(config, guest, count);

	wire_connect(machine_uart_wire(machine), line_irq, machine);
	wire_connect(machine_timer_wire(machine, 0, GTIMER_PHYSICAL), line_fiq, machine);
	return machine;
}

static struct machine *make(struct machine_config *config)
{
	return make_of(config, reader, COUNT(reader));
}

/* ---- Streams ---- */

static int stream(const char *text)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], text, strlen(text)), strlen(text));
	close(fds[1]);
	return fds[0];
}

static void input_comes_before_time_leaps(void **state)
{
	static const struct {
		const char *why, *text;
		u64 insns, bytes, sum;
		bool leaps;
	} rows[] = {
		{ "three bytes", "abc", 9 + 3 * 7, 3, 'a' + 'b' + 'c', false },
		{ "the end of input", "ab", 9 + 3 * 7, 2, 'a' + 'b', true },
		{ "no input", "", 12, 0, 0, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct machine_config config = machine_default_config();
		struct machine *machine;
		const struct cpu *cpu;

		config.console_in = stream(rows[i].text);
		machine = make(&config);
		machine_run(machine, rows[i].insns);
		cpu = machine_cpu(machine, 0);
		if (cpu->x[5] != rows[i].bytes || cpu->x[6] != rows[i].sum ||
			(machine_now(machine) >= TICK) != rows[i].leaps)
			fail_msg("row %zu, %s: %lu bytes, now %lu", i, rows[i].why,
				(unsigned long)cpu->x[5], (unsigned long)machine_now(machine));
		machine_destroy(machine);
		close(config.console_in);
	}
}

static void a_script_comes_first(void **state)
{
	static const char *const never[] = { "text=x" };
	struct machine_config config = machine_default_config();
	struct machine *machine;

	(void)state;
	config.console_in = stream("abc");
	config.type_after = never;
	config.type_after_count = 1;
	machine = make(&config);
	machine_run(machine, 12);
	assert_int_equal(machine_cpu(machine, 0)->x[5], 0);
	assert_true(machine_now(machine) >= TICK);
	machine_destroy(machine);
	close(config.console_in);
}

/* The PE is busy for so long, and then for a moment more: enough for a check and one byte. */
static u64 bytes_after(struct machine *machine, cycles_t busy)
{
	machine_cpu(machine, 0)->cycles += busy;
	machine_run(machine, 100);
	return machine_cpu(machine, 0)->x[5];
}

static void a_busy_guest_is_given_input(void **state)
{
	static const struct {
		const char *why;
		cycles_t busy;
		u64 bytes;
	} rows[] = {
		{ "a check", CHECK, 0 },
		{ "less than a second", MACHINE_HZ - 2 * CHECK, 0 },
		{ "a second", 2 * CHECK, 1 },
		{ "less than a millisecond", MACHINE_HZ / 2000, 1 },
		{ "a millisecond", MACHINE_HZ / 2000, 2 },
		{ "another one", MACHINE_HZ / 1000, 3 },
		{ "the end of input", MACHINE_HZ / 1000, 3 },
	};
	static const char *const script[] = { "text=abc" };

	(void)state;
	for (unsigned kind = 0; kind < 2; kind++) {
		struct machine_config config = machine_default_config();
		struct machine *machine;

		if (kind == 0)
			config.console_in = stream("abc");
		config.type_after = script;
		config.type_after_count = kind;
		machine = make_of(&config, busy_reader, COUNT(busy_reader));
		machine_run(machine, 100);
		for (size_t i = 0; kind == 1 && i < 4; i++)
			bus_write(machine_bus(machine), PA(BOARD_UART_BASE), 4, (u8) "text"[i]);
		for (size_t i = 0; i < COUNT(rows); i++) {
			if (bytes_after(machine, rows[i].busy) != rows[i].bytes)
				fail_msg("%s, row %zu, %s: %lu bytes",
					kind == 0 ? "stream" : "script", i, rows[i].why,
					(unsigned long)machine_cpu(machine, 0)->x[5]);
		}
		assert_int_equal(machine_cpu(machine, 0)->x[6], 'a' + 'b' + 'c');
		machine_destroy(machine);
		if (kind == 0)
			close(config.console_in);
	}
}

/* The second begins where nothing is held back: at a sleep, or when the script has something. */
static void a_second_begins_anew(void **state)
{
	static const char *const script[] = { "t=x" };
	static const u32 wfi = WFI;
	struct machine_config config = machine_default_config();
	struct machine *machine;

	(void)state;
	config.type_after = script;
	config.type_after_count = 1;
	machine = make_of(&config, busy_reader, COUNT(busy_reader));
	assert_int_equal(bytes_after(machine, MACHINE_HZ), 0);
	bus_write(machine_bus(machine), PA(BOARD_UART_BASE), 4, 't');
	assert_int_equal(bytes_after(machine, MACHINE_HZ - CHECK), 0);
	assert_int_equal(bytes_after(machine, 2 * CHECK), 1);
	machine_destroy(machine);

	config = machine_default_config();
	config.console_in = stream("abc");
	machine = make_of(&config, busy_reader, COUNT(busy_reader));
	memcpy(machine_memory(machine)->region[0].host + 12, &wfi, sizeof(wfi));
	machine_run(machine, 3);
	assert_int_equal(bytes_after(machine, MACHINE_HZ - CHECK), 1);
	assert_int_equal(bytes_after(machine, MACHINE_HZ - CHECK), 1);
	assert_int_equal(bytes_after(machine, 2 * CHECK), 2);
	machine_destroy(machine);
	close(config.console_in);
}

/* ---- Somebody who types ---- */

struct typist {
	struct machine *machine;
	cycles_t keys_at[3]; /* after so much waiting each */
	unsigned typed, taken;
	bool quits, presses;
};

static enum console_got get(void *opaque, u8 *byte)
{
	struct typist *typist = opaque;

	if (typist->taken == typist->typed)
		return GOT_NOTHING;
	*byte = (u8)('1' + typist->taken++);
	return GOT_BYTE;
}

static cycles_t wait_for(void *opaque, cycles_t most, struct pollfd *more, unsigned count)
{
	struct typist *typist = opaque;
	cycles_t at = typist->keys_at[typist->typed];

	(void)more, (void)count;

	if (at == 0 || at > most)
		return most;
	typist->typed++;
	if (typist->quits)
		machine_quit(typist->machine, "enough");
	if (typist->presses)
		machine_press_power_key(typist->machine);
	return at;
}

static void time_passes_for_who_types(void **state)
{
	struct typist typist = { .keys_at = { 1000000, 2000000 } };
	const struct console_live live = { .get = get, .wait = wait_for, .opaque = &typist };
	struct machine_config config = machine_default_config();

	(void)state;
	config.live = &live;
	typist.machine = make(&config);
	machine_run(typist.machine, 9 + 7);
	assert_int_equal(machine_cpu(typist.machine, 0)->x[6], '1');
	assert_int_equal(machine_now(typist.machine) / 1000000, 1);
	machine_run(typist.machine, 7);
	assert_int_equal(machine_cpu(typist.machine, 0)->x[6], '1' + '2');
	assert_int_equal(machine_now(typist.machine) / 1000000, 3);
	machine_run(typist.machine, 1); /* no third key: the timer */
	assert_true(machine_now(typist.machine) >= TICK);
	machine_destroy(typist.machine);
}

static void who_types_may_quit(void **state)
{
	struct typist typist = { .keys_at = { 1000000 }, .quits = true };
	const struct console_live live = { .get = get, .wait = wait_for, .opaque = &typist };
	struct machine_config config = machine_default_config();
	const struct stop *stop;

	(void)state;
	config.live = &live;
	typist.machine = make(&config);
	stop = machine_run(typist.machine, MACHINE_UNLIMITED);
	assert_int_equal(stop->reason, STOP_EXIT);
	assert_int_equal(stop->exit_code, 0);
	assert_string_equal(stop->text, "enough");
	machine_destroy(typist.machine);
}

/* ---- The power key ---- */

static u64 gpio_data(struct machine *machine)
{
	u64 value = 0;

	assert_true(bus_read(machine_bus(machine), PA(BOARD_GPIO_BASE + 0x3fc), 4, &value));
	return value;
}

/* A press while the host waited is held from the end of the wait on, however long that was. */
static void power_key_is_seen(void **state)
{
	struct typist typist = { .keys_at = { 5000000 }, .presses = true };
	const struct console_live live = { .get = get, .wait = wait_for, .opaque = &typist };
	struct machine_config config = machine_default_config();

	(void)state;
	config.live = &live;
	typist.machine = make(&config);
	machine_run(typist.machine, 9 + 1);
	assert_int_equal(gpio_data(typist.machine), 8);
	machine_run(typist.machine, 60000000);
	assert_int_equal(gpio_data(typist.machine), 8);
	machine_run(typist.machine, 60000000);
	assert_int_equal(gpio_data(typist.machine), 0);
	machine_destroy(typist.machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(input_comes_before_time_leaps),
		cmocka_unit_test(a_script_comes_first),
		cmocka_unit_test(a_busy_guest_is_given_input),
		cmocka_unit_test(a_second_begins_anew),
		cmocka_unit_test(time_passes_for_who_types),
		cmocka_unit_test(who_types_may_quit),
		cmocka_unit_test(power_key_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
