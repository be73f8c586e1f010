/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PL031 and PL061 driven as a guest would, and the power key. Knows DDI 0224 and DDI 0190.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "platform/pl031.h"
#include "platform/power_key.h"

enum { HZ = 1000, EPOCH = 5000 };

struct bench {
	struct bus bus;
	struct event_queue events;
	cycles_t now;
	struct pl031 rtc;
	struct pl061 gpio;
	struct power_key key;
};

#define RTC  0x10000ull
#define GPIO 0x20000ull

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	pl031_init(&bench->rtc, EPOCH, &bench->events, &bench->now, HZ);
	pl031_add_to_bus(&bench->rtc, &bench->bus, PA(RTC));
	pl061_init(&bench->gpio);
	pl061_add_to_bus(&bench->gpio, &bench->bus, PA(GPIO));
	power_key_init(&bench->key, &bench->gpio, &bench->events);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

/* ---- Scripts ---- */

/* PASS: so many cycles; NEXT: when the next event is due; LINE: of the board, value its level. */
enum what { END, WRITE, READ, PASS, NEXT, IRQ, LINE };
struct step {
	enum what what;
	u64 at, value;
};
struct row {
	const char *why;
	struct step step[16];
};

/* The level of a device's interrupt. */
static u64 irq_of(const struct bench *bench, u64 base)
{
	return base == RTC ? bench->rtc.interrupt.level : bench->gpio.interrupt.level;
}

static u64 do_step(struct bench *bench, u64 base, const struct step *step)
{
	u64 value = ~0ull;

	switch (step->what) {
	case WRITE: assert_true(bus_write(&bench->bus, PA(base + step->at), 4, step->value)); break;
	case READ: assert_true(bus_read(&bench->bus, PA(base + step->at), 4, &value)); return value;
	case PASS:
		bench->now += step->value;
		events_fire(&bench->events, bench->now);
		break;
	case NEXT: return events_next_time(&bench->events);
	case IRQ: return irq_of(bench, base);
	case LINE: pl061_set_line(&bench->gpio, (unsigned)step->at, step->value != 0); break;
	case END: break;
	}
	return step->value;
}

static void run_rows(u64 base, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		void *bench;

		set_up(&bench);
		for (unsigned j = 0; rows[i].step[j].what != END; j++) {
			u64 got = do_step(bench, base, &rows[i].step[j]);

			if (got != rows[i].step[j].value)
				fail_msg("row %zu, %s: step %u: got 0x%lx", i, rows[i].why, j,
					(unsigned long)got);
		}
		tear_down(&bench);
	}
}

/* ---- PL031 ---- */

enum { DR = 0, MR = 4, LR = 8, CR = 0xc, IMSC = 0x10, RIS = 0x14, MIS = 0x18, ICR = 0x1c };

/* clang-format off */
static const struct row rtc_rows[] = {
	{ "reset", { { READ, DR, EPOCH }, { READ, CR, 1 }, { READ, IMSC, 0 }, { READ, RIS, 0 },
		{ IRQ, 0, 0 }, { NEXT, 0, NEVER } } },
	{ "identification", { { READ, 0xfe0, 0x31 }, { READ, 0xfe4, 0x10 }, { READ, 0xfe8, 0x04 },
		{ READ, 0xfec, 0 }, { READ, 0xff0, 0x0d }, { READ, 0xff4, 0xf0 }, { READ, 0xff8, 0x05 },
		{ READ, 0xffc, 0xb1 } } },
	{ "it counts seconds of simulated time", { { PASS, 0, 999 }, { READ, DR, EPOCH }, { PASS, 0, 1 },
		{ READ, DR, EPOCH + 1 } } },
	{ "it can be set", { { PASS, 0, 2500 }, { WRITE, LR, 70 }, { READ, DR, 70 }, { READ, LR, 70 },
		{ PASS, 0, 500 }, { READ, DR, 71 } } },
	{ "it cannot be stopped", { { WRITE, CR, 0 }, { READ, CR, 1 }, { PASS, 0, 1000 }, { READ, DR, EPOCH + 1 } } },
	{ "the count wraps", { { WRITE, LR, 0xffffffff }, { PASS, 0, 1000 }, { READ, DR, 0 } } },
	{ "alarm", { { WRITE, MR, EPOCH + 3 }, { NEXT, 0, NEVER }, { WRITE, IMSC, 1 }, { NEXT, 0, 3000 },
		{ PASS, 0, 2999 }, { IRQ, 0, 0 }, { PASS, 0, 1 }, { IRQ, 0, 1 }, { READ, RIS, 1 },
		{ READ, MIS, 1 }, { NEXT, 0, NEVER }, { WRITE, ICR, 1 }, { IRQ, 0, 0 }, { READ, RIS, 0 } } },
	{ "an alarm that is masked is raw", { { WRITE, MR, EPOCH + 3 }, { PASS, 0, 9000 }, { READ, RIS, 1 },
		{ READ, MIS, 0 }, { IRQ, 0, 0 }, { WRITE, IMSC, 1 }, { IRQ, 0, 1 } } },
	{ "an alarm for now", { { WRITE, IMSC, 1 }, { WRITE, MR, EPOCH }, { IRQ, 0, 1 } } },
	{ "an alarm in the past waits for the count to wrap", { { WRITE, IMSC, 1 }, { WRITE, MR, EPOCH - 1 },
		{ IRQ, 0, 0 }, { NEXT, 0, 0xffffffffull * HZ } } },
	{ "setting the clock moves the alarm", { { WRITE, IMSC, 1 }, { WRITE, MR, 100 }, { WRITE, LR, 90 },
		{ NEXT, 0, 10000 }, { WRITE, LR, 95 }, { NEXT, 0, 5000 }, { WRITE, LR, 100 }, { IRQ, 0, 1 } } },
	{ "setting the clock past the alarm does not raise it", { { WRITE, IMSC, 1 }, { WRITE, MR, 6000 },
		{ WRITE, LR, 7000 }, { READ, RIS, 0 } } },
	{ "cleared while the second lasts", { { WRITE, MR, EPOCH }, { WRITE, ICR, 1 }, { PASS, 0, 500 },
		{ READ, RIS, 0 } } },
	{ "holes", { { WRITE, 0x20, 1 }, { READ, 0x20, 0 }, { WRITE, DR, 1 }, { READ, DR, EPOCH } } },
};

/* ---- PL061: GPIODATA is offset by 4 * lines ---- */

enum { DIR = 0x400, IS = 0x404, IBE = 0x408, IEV = 0x40c, IE = 0x410, GRIS = 0x414, GMIS = 0x418, IC = 0x41c };
#define DATA(lines) (4 * (lines))

static const struct row gpio_rows[] = {
	{ "reset", { { READ, DATA(0xff), 0 }, { READ, DIR, 0 }, { READ, IE, 0 }, { READ, GRIS, 0 }, { IRQ, 0, 0 } } },
	{ "identification", { { READ, 0xfe0, 0x61 }, { READ, 0xfe4, 0x10 }, { READ, 0xfe8, 0x04 }, { READ, 0xffc, 0xb1 } } },
	{ "inputs are what the board says", { { LINE, 3, 1 }, { WRITE, DATA(0xff), 0 }, { READ, DATA(0xff), 8 },
		{ READ, DATA(0xf7), 0 }, { LINE, 3, 0 }, { READ, DATA(0xff), 0 } } },
	{ "outputs are what the guest says", { { WRITE, DIR, 0x0f }, { WRITE, DATA(0x3c), 0xff },
		{ READ, DATA(0xff), 0x0c }, { LINE, 2, 0 }, { READ, DATA(0xff), 0x0c }, { WRITE, DATA(0x04), 0 },
		{ READ, DATA(0xff), 0x08 } } },
	{ "only eight lines", { { WRITE, IE, 0xfff }, { READ, IE, 0xff }, { WRITE, 0x420, 0x100 }, { READ, 0x420, 0 } } },
	{ "rising edge", { { WRITE, IE, 8 }, { WRITE, IEV, 8 }, { LINE, 3, 1 }, { IRQ, 0, 1 }, { READ, GMIS, 8 },
		{ WRITE, IC, 8 }, { IRQ, 0, 0 }, { LINE, 3, 0 }, { IRQ, 0, 0 }, { READ, GRIS, 0 } } },
	{ "falling edge", { { WRITE, IE, 8 }, { LINE, 3, 1 }, { IRQ, 0, 0 }, { LINE, 3, 0 }, { IRQ, 0, 1 } } },
	{ "both edges", { { WRITE, IE, 8 }, { WRITE, IBE, 8 }, { LINE, 3, 1 }, { IRQ, 0, 1 }, { WRITE, IC, 8 },
		{ LINE, 3, 0 }, { IRQ, 0, 1 } } },
	{ "high level, while it lasts", { { WRITE, IS, 8 }, { WRITE, IEV, 8 }, { WRITE, IE, 8 }, { IRQ, 0, 0 },
		{ WRITE, IC, 0xff }, { LINE, 3, 1 }, { IRQ, 0, 1 }, { WRITE, IC, 8 }, { IRQ, 0, 1 },
		{ LINE, 3, 0 }, { IRQ, 0, 0 } } },
	{ "masked is raw", { { WRITE, IEV, 8 }, { LINE, 3, 1 }, { READ, GRIS, 8 }, { READ, GMIS, 0 }, { IRQ, 0, 0 },
		{ WRITE, IE, 8 }, { IRQ, 0, 1 } } },
	{ "an output's edge interrupts too", { { WRITE, IE, 1 }, { WRITE, IEV, 1 }, { WRITE, DIR, 1 },
		{ WRITE, DATA(1), 1 }, { IRQ, 0, 1 } } },
};
/* clang-format on */

static void rtc_follows_scripts(void **state)
{
	(void)state;
	run_rows(RTC, rtc_rows, COUNT(rtc_rows));
}

static void gpio_follows_scripts(void **state)
{
	(void)state;
	run_rows(GPIO, gpio_rows, COUNT(gpio_rows));
}

static void power_key_is_held(void **state)
{
	struct bench *bench = *state;

	bench->now = 500;
	power_key_press(&bench->key, bench->now, 1000);
	assert_int_equal(bench->gpio.state.in, 8);
	bench->now = 599;
	events_fire(&bench->events, bench->now);
	assert_int_equal(bench->gpio.state.in, 8);
	bench->now = 600;
	events_fire(&bench->events, bench->now);
	assert_int_equal(bench->gpio.state.in, 0);
}

static void refuses_sizes(void **state)
{
	struct bench *bench = *state;
	u64 value;

	for (u64 base = RTC; base <= GPIO; base += GPIO - RTC) {
		assert_true(bus_read(&bench->bus, PA(base), 1, &value));
		assert_true(bus_write(&bench->bus, PA(base + 0xffc), 2, 0));
		assert_false(bus_read(&bench->bus, PA(base), 8, &value));
		assert_false(bus_write(&bench->bus, PA(base), 8, 0));
		assert_false(bus_read(&bench->bus, PA(base + 2), 2, &value));
		assert_false(bus_write(&bench->bus, PA(base + 1), 1, 0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rtc_follows_scripts),
		cmocka_unit_test(gpio_follows_scripts),
		cmocka_unit_test_setup_teardown(power_key_is_held, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_sizes, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
