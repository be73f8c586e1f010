/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PL011 on a bus, driven as a guest would, in scripts of accesses; and where it takes input
 * from. Knows DDI 0183.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/pl011.h"

#define BASE 0x09000000ull
enum { DR = 0, RSR = 4, FR = 0x18, IBRD = 0x24, LCR_H = 0x2c, CR = 0x30, IFLS = 0x34 };
enum { IMSC = 0x38, RIS = 0x3c, MIS = 0x40, ICR = 0x44, PERIPH_ID0 = 0xfe0 };

struct bench {
	struct bus bus;
	struct console console;
	struct pl011 uart;
	bool line;
	int in[2], out[2];
};

static void on_line(void *opaque, bool level)
{
	*(bool *)opaque = level;
}

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	if (pipe(bench->in) != 0 || pipe(bench->out) != 0)
		return -1;
	console_init(&bench->console, bench->in[0], bench->out[1], -1);
	pl011_init(&bench->uart, &bench->console);
	pl011_add_to_bus(&bench->uart, &bench->bus, PA(BASE));
	wire_connect(&bench->uart.interrupt, on_line, &bench->line);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	for (unsigned i = 0; i < 2; i++) {
		if (bench->in[i] >= 0)
			close(bench->in[i]);
		close(bench->out[i]);
	}
	free(bench);
	return 0;
}

static u64 get(struct bench *bench, u64 offset)
{
	u64 value = ~0ull;

	assert_true(bus_read(&bench->bus, PA(BASE + offset), 4, &value));
	return value;
}

static void put(struct bench *bench, u64 offset, u64 value)
{
	assert_true(bus_write(&bench->bus, PA(BASE + offset), 4, value));
}

/* The other end of stdin: says `text`, and ends if told. */
static void host_types(struct bench *bench, const char *text, bool ends)
{
	assert_int_equal(write(bench->in[1], text, strlen(text)), strlen(text));
	if (ends) {
		close(bench->in[1]);
		bench->in[1] = -1;
	}
}

/* ---- Scripts: writes, then what a read of each size gives ---- */

enum { END, WRITE, READ, LINE };
struct step {
	int what;
	u64 offset, value; /* LINE: the level in value */
};
struct sequence {
	const char *why;
	struct step step[14];
};

/* clang-format off */
static const struct sequence scripts[] = {
	{ "reset values", {
		{ READ, FR, 0x90 }, { READ, CR, 0x300 }, { READ, IFLS, 0x12 }, { READ, RIS, 0 },
		{ READ, IMSC, 0 }, { READ, DR, 0 } } },
	{ "identification", {
		{ READ, 0xfe0, 0x11 }, { READ, 0xfe4, 0x10 }, { READ, 0xfe8, 0x34 }, { READ, 0xfec, 0 },
		{ READ, 0xff0, 0x0d }, { READ, 0xff4, 0xf0 }, { READ, 0xff8, 0x05 }, { READ, 0xffc, 0xb1 } } },
	{ "only existing bits are stored", {
		{ WRITE, IBRD, 0x12345 }, { READ, IBRD, 0x2345 }, { WRITE, 0x28, 0xff }, { READ, 0x28, 0x3f },
		{ WRITE, IMSC, ~0ull }, { READ, IMSC, 0x7ff }, { WRITE, 0x48, 0xf }, { READ, 0x48, 7 } } },
	{ "holes and read-only registers ignore writes", {
		{ WRITE, 0x08, 1 }, { READ, 0x08, 0 }, { WRITE, FR, 0 }, { READ, FR, 0x90 },
		{ WRITE, PERIPH_ID0, 0 }, { READ, PERIPH_ID0, 0x11 } } },
	{ "sending raises TX until it is cleared", {
		{ WRITE, IMSC, 0x20 }, { LINE, 0, 0 }, { WRITE, DR, 'x' }, { READ, RIS, 0x20 },
		{ READ, MIS, 0x20 }, { LINE, 0, 1 }, { WRITE, ICR, 0x20 }, { READ, RIS, 0 }, { LINE, 0, 0 } } },
	{ "a masked interrupt is raw only", {
		{ WRITE, DR, 'x' }, { READ, RIS, 0x20 }, { READ, MIS, 0 }, { LINE, 0, 0 },
		{ WRITE, IMSC, 0x20 }, { LINE, 0, 1 } } },
	{ "loopback without FIFOs: one byte raises RX and RT", {
		{ WRITE, CR, 0x381 }, { WRITE, DR, 0x141 }, { READ, FR, 0xc0 }, { READ, RIS, 0x70 },
		{ READ, DR, 0x41 }, { READ, FR, 0x90 }, { READ, RIS, 0x20 } } },
	{ "loopback without FIFOs: the second byte overruns", {
		{ WRITE, CR, 0x381 }, { WRITE, DR, 'a' }, { WRITE, DR, 'b' }, { READ, RSR, 8 },
		{ READ, RIS, 0x470 }, { READ, DR, 0x861 }, { READ, DR, 0 }, { WRITE, RSR, 0 },
		{ READ, RSR, 0 } } },
	{ "FIFO at 1/8: RX comes with the fourth byte", {
		{ WRITE, LCR_H, 0x10 }, { WRITE, IFLS, 0 }, { WRITE, CR, 0x381 }, { WRITE, DR, '1' },
		{ WRITE, DR, '2' }, { WRITE, DR, '3' }, { READ, RIS, 0x60 }, { WRITE, DR, '4' },
		{ READ, RIS, 0x70 }, { READ, DR, '1' }, { READ, RIS, 0x60 }, { READ, DR, '2' },
		{ READ, FR, 0x80 } } },
	{ "what one read leaves raises RT again", {
		{ WRITE, LCR_H, 0x10 }, { WRITE, IMSC, 0x40 }, { WRITE, CR, 0x381 }, { WRITE, DR, 'a' },
		{ WRITE, DR, 'b' }, { LINE, 0, 1 }, { WRITE, ICR, 0x40 }, { LINE, 0, 0 },
		{ READ, DR, 'a' }, { LINE, 0, 1 }, { READ, DR, 'b' }, { LINE, 0, 0 } } },
	{ "turning the FIFOs on empties them", {
		{ WRITE, CR, 0x381 }, { WRITE, DR, 'a' }, { WRITE, LCR_H, 0x10 }, { READ, FR, 0x90 },
		{ READ, RIS, 0x20 } } },
};
/* clang-format on */

static void run_script(struct bench *bench, size_t row)
{
	const struct sequence *sequence = &scripts[row];

	for (unsigned i = 0; sequence->step[i].what != END; i++) {
		const struct step *step = &sequence->step[i];
		u64 got = bench->line;

		if (step->what == WRITE) {
			put(bench, step->offset, step->value);
			continue;
		}
		if (step->what == READ)
			got = get(bench, step->offset);
		if (got != step->value)
			fail_msg("row %zu, %s: step %u: got 0x%lx", row, sequence->why, i,
				(unsigned long)got);
	}
}

static void follows_scripts(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(scripts); row++) {
		void *bench;

		assert_int_equal(set_up(&bench), 0);
		run_script(bench, row);
		tear_down(&bench);
	}
}

static void accepts_sizes(void **state)
{
	static const struct {
		const char *why;
		u64 offset;
		unsigned size;
		bool ok;
	} rows[] = {
		{ "byte", FR, 1, true },
		{ "halfword", FR, 2, true },
		{ "word", FR, 4, true },
		{ "doubleword", FR, 8, false },
		{ "byte inside a register", FR + 1, 1, false },
		{ "last word", 0xffc, 4, true },
		{ "across the end", 0xffc, 8, false },
		{ "behind the end", 0x1000, 4, false },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 value;
		pa_t pa = PA(BASE + rows[i].offset);

		if (bus_read(&bench->bus, pa, rows[i].size, &value) != rows[i].ok ||
			bus_write(&bench->bus, pa, rows[i].size, 0) != rows[i].ok)
			fail_msg("row %zu, %s", i, rows[i].why);
	}
}

static void sends_lines(void **state)
{
	struct bench *bench = *state;
	char text[8] = "";

	for (const char *p = "hi\nyou"; *p != '\0'; p++)
		assert_true(bus_write(&bench->bus, PA(BASE), 1, (u8)*p));
	assert_int_equal(read(bench->out[0], text, sizeof(text)), 3); /* the line is out */
	console_flush(&bench->console);
	assert_int_equal(read(bench->out[0], text + 3, sizeof(text) - 3), 3);
	assert_string_equal(text, "hi\nyou");
}

/* How often FR says "empty" before a byte comes; 0: more than 100 times. */
static unsigned polls_until_input(struct bench *bench)
{
	for (unsigned polls = 1; polls <= 100; polls++) {
		if (!(get(bench, FR) & 0x10))
			return polls;
	}
	return 0;
}

/* A stream is asked after 16 polls in a row, whatever the host has ready before. */
static void takes_input_at_fixed_points(void **state)
{
	struct bench *bench = *state;

	host_types(bench, "ab", true);
	assert_int_equal(polls_until_input(bench), 16);
	assert_int_equal(get(bench, DR), 'a');
	for (unsigned i = 0; i < 100; i++) { /* a guest that sends does not wait for input */
		assert_int_equal(get(bench, FR), 0x90);
		put(bench, DR, '.');
	}
	assert_int_equal(polls_until_input(bench), 16);
	assert_int_equal(get(bench, DR), 'b');
	assert_int_equal(polls_until_input(bench), 0);
	assert_int_equal(bench->console.input, INPUT_NONE);
}

/* So that a file and a pipe with the same bytes give the same run. */
static void takes_a_file_as_it_takes_a_pipe(void **state)
{
	struct bench *bench = *state;
	FILE *file = tmpfile();

	assert_non_null(file);
	fputs("z", file);
	rewind(file);
	console_init(&bench->console, fileno(file), -1, -1);
	assert_int_equal(polls_until_input(bench), 16);
	assert_int_equal(get(bench, DR), 'z');
	assert_int_equal(polls_until_input(bench), 0);
	fclose(file);
}

static void waits_for_input_only_if_it_interrupts(void **state)
{
	struct bench *bench = *state;

	host_types(bench, "q", true);
	assert_false(pl011_waits_for_input(&bench->uart));
	assert_false(pl011_take_input(&bench->uart));
	put(bench, IMSC, 0x10);
	assert_true(pl011_waits_for_input(&bench->uart));
	assert_true(pl011_take_input(&bench->uart));
	assert_true(bench->line);
	assert_false(pl011_waits_for_input(&bench->uart));
	assert_false(pl011_take_input(&bench->uart)); /* high, and nobody listens: not again */
	assert_int_equal(get(bench, DR), 'q');
	assert_false(bench->line);
	assert_false(pl011_take_input(&bench->uart));
}

/* As many bytes as the interrupt needs that is enabled, and not one more. */
static void takes_what_interrupts(void **state)
{
	static const struct {
		const char *why;
		u64 lcr_h, ifls, imsc;
		unsigned bytes;
	} rows[] = {
		{ "no FIFO: RX needs one byte", 0, 0x12, 0x10, 1 },
		{ "FIFO at 1/2: RX needs 16", 0x10, 0x12, 0x10, 16 },
		{ "FIFO at 1/8: RX needs 4", 0x10, 0, 0x10, 4 },
		{ "RT needs one byte", 0x10, 0x12, 0x50, 1 },
		{ "nothing is enabled", 0x10, 0x12, 0x20, 0 },
	};
	struct bench *bench = *state;

	host_types(bench, "0123456789012345678901234567890123456789", true);
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned bytes = 0;

		put(bench, IMSC, rows[i].imsc);
		put(bench, IFLS, rows[i].ifls);
		put(bench, LCR_H, rows[i].lcr_h);
		if (pl011_take_input(&bench->uart) != (rows[i].bytes > 0))
			fail_msg("row %zu, %s: the line", i, rows[i].why);
		for (; bench->uart.state.rx_count > 0; bytes++)
			get(bench, DR);
		if (bytes != rows[i].bytes)
			fail_msg("row %zu, %s: got %u bytes", i, rows[i].why, bytes);
	}
}

/* ---- Somebody who types ---- */

static enum console_got type_until_7(void *opaque, u8 *byte)
{
	unsigned *count = opaque;

	if (*count == 7)
		return GOT_NOTHING;
	*byte = (u8)('0' + (*count)++);
	return GOT_BYTE;
}

static void takes_keys_when_they_come(void **state)
{
	unsigned typed = 0;
	const struct console_live live = { .get = type_until_7, .opaque = &typed };
	struct bench *bench = *state;

	console_set_live(&bench->console, &live);
	pl011_take_keys(&bench->uart);
	assert_int_equal(typed, 0); /* who drives the UART has not come yet */
	put(bench, IMSC, 0x10);
	pl011_take_keys(&bench->uart);
	assert_int_equal(typed, 1); /* without FIFOs there is room for one */
	assert_int_equal(get(bench, FR), 0xc0);
	assert_int_equal(get(bench, DR), '0');
	put(bench, LCR_H, 0x10);
	put(bench, IFLS, 0);
	pl011_take_keys(&bench->uart);
	assert_int_equal(typed, 7);
	assert_true(bench->line);
	assert_int_equal(get(bench, DR), '1');
	assert_int_equal(get(bench, DR), '2');
	assert_true(bench->line); /* 4 of 32 are left, and 1/8 is 4 */
	assert_int_equal(get(bench, DR), '3');
	assert_false(bench->line);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_scripts),
		TEST(accepts_sizes),
		TEST(sends_lines),
		TEST(takes_input_at_fixed_points),
		TEST(takes_a_file_as_it_takes_a_pipe),
		TEST(waits_for_input_only_if_it_interrupts),
		TEST(takes_what_interrupts),
		TEST(takes_keys_when_they_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
