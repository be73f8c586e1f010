/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transitions: PSTATE in words, what an event becomes, and a ring that is told a run again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "debug/transition.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

enum { ROOM = 4 };

static struct cpu *cpu;
static struct cpu_group group;
static struct worlds worlds;
static struct transitions transitions;

static int begin(void **state)
{
	(void)state;
	cpu = calloc(1, sizeof(*cpu));
	if (cpu == NULL)
		return -1;
	group = (struct cpu_group){ .cpu = { cpu }, .count = 1 };
	cpu->group = &group;
	cpu->has_el2 = true;
	cpu->offer.intid = INTID_NONE;
	worlds_init(&worlds);
	return transitions_init(&transitions, &worlds, ROOM) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	transitions_free(&transitions);
	free(cpu);
	return 0;
}

static void tell(const struct event *event)
{
	struct observer observer = transitions_observer(&transitions);

	observer.event(observer.opaque, cpu, event);
}

/* An HVC at `insns`, the PE is at the vector. */
static void hvc_at(u64 insns)
{
	struct event event = { .kind = EVENT_EXCEPTION,
		.from_el = EL1,
		.to_el = EL2,
		.pc = 0x1004,
		.target = 0x8400,
		.pstate = 0x600003c5,
		.spsr = 0x600003c5,
		.esr = (u64)EC_HVC64 << 26 | BIT(25) | 7 };

	cpu->insns = insns;
	cpu->pstate = (struct pstate){ .el = EL2, .sp = 1, .nzcv = 6, .daif = 15, .pan = true };
	tell(&event);
}

static void pstate_in_words(void **state)
{
	static const struct {
		u64 spsr;
		const char *text;
	} rows[] = {
		{ 0, "EL0 nzcv ----" },
		{ 0x3c5, "EL1h nzcv DAIF" },
		{ 0x3c4, "EL1t nzcv DAIF" },
		{ 0x60000089, "EL2h nZCv --I-" },
		{ 0x9 | BIT(22) | BIT(21) | BIT(20), "EL2h nzcv ---- PAN SS IL" },
		{ 0x5 | 3ull << 10 | BIT(12) | BIT(23) | BIT(24),
			"EL1h nzcv ---- UAO DIT SSBS BTYPE=3" },
	};
	char text[100];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(pstate_say(rows[i].spsr, text, sizeof(text)), rows[i].text);
	assert_string_equal(pstate_changes(0x3c5, 0x3c5, text, sizeof(text)), "");
	assert_string_equal(pstate_changes(0, 0x3c9 | BIT(22), text, sizeof(text)),
		"M EL0 -> EL2h, DAIF ---- -> DAIF, PAN 0 -> 1");
	assert_int_equal(pstate_changed(0, BIT(31)), 1u << 1);
}

static void what_an_exception_becomes(void **state)
{
	struct transition_saved saved[TRANSITION_SAVED];
	const struct transition *t;
	char text[200];

	(void)state;
	hvc_at(10);
	t = transitions_last(&transitions, 0);
	assert_non_null(t);
	assert_null(transitions_last(&transitions, 1));
	assert_false(t->is_return);
	assert_string_equal(transition_cause(t, text, sizeof(text)), "HVC64: #0x7");
	assert_string_equal(transition_short_cause(t, text, sizeof(text)), "HVC64");
	assert_string_equal(transition_vector(t, text, sizeof(text)),
		"VBAR_EL2 + 0x400: synchronous, from a lower EL");
	assert_string_equal(transition_end_say(&worlds, &t->from, text, sizeof(text)), "EL1 host");
	assert_string_equal(pstate_changes(t->from.pstate, t->to.pstate, text, sizeof(text)),
		"M EL1h -> EL2h, PAN 0 -> 1");
	assert_int_equal(transition_saved(t, saved), 3);
	assert_int_equal(saved[0].reg, SR_ELR_EL2);
	assert_int_equal(saved[0].value, 0x1004);
	assert_int_equal(saved[2].reg, SR_ESR_EL2);
}

static void interrupts_have_numbers(void **state)
{
	struct event event = { .kind = EVENT_EXCEPTION,
		.from_el = EL1,
		.to_el = EL2,
		.interrupt = INT_IRQ,
		.target = 0x8480 };
	struct transition_saved saved[TRANSITION_SAVED];
	const struct transition *t;
	char text[200];

	(void)state;
	cpu->offer = (struct gic_offer){ .intid = 30, .group = 1 };
	tell(&event);
	t = transitions_last(&transitions, 0);
	assert_string_equal(transition_cause(t, text, sizeof(text)), "IRQ 30");
	assert_string_equal(
		transition_vector(t, text, sizeof(text)), "VBAR_EL2 + 0x480: IRQ, from a lower EL");
	assert_int_equal(transition_saved(t, saved), 2); /* no syndrome */
	/* With IMO, what EL1 takes is virtual. */
	cpu->sys[SR_HCR_EL2] = HCR_EL2_IMO;
	cpu->sys[SR_ICH_HCR_EL2] = ICH_HCR_EL2_En;
	cpu->sys[SR_ICV_IGRPEN1_EL1] = 1;
	cpu->sys[SR_ICH_LR0_EL2] = 1ull << 62 | 1ull << 60 | 27;
	event.to_el = EL1;
	tell(&event);
	t = transitions_last(&transitions, 0);
	assert_string_equal(transition_cause(t, text, sizeof(text)), "virtual IRQ 27");
	assert_string_equal(transition_short_cause(t, text, sizeof(text)), "vIRQ 27");
}

static void assert_insns(const char *expected)
{
	char text[100] = "";

	for (unsigned back = transitions.count; back-- > 0;) {
		size_t at = strlen(text);

		snprintf(text + at, sizeof(text) - at, "%" PRIu64 " ",
			transitions_last(&transitions, back)->moment.insns);
	}
	assert_string_equal(text, expected);
}

static void a_run_that_is_repeated(void **state)
{
	(void)state;
	for (u64 insns = 1; insns <= 6; insns++)
		hvc_at(insns);
	assert_insns("4 5 6 7 "); /* behind them; the ring has so many */
	hvc_at(4);
	assert_insns("4 5 ");
	hvc_at(5);
	hvc_at(7);
	assert_insns("4 5 6 8 ");
	transitions_forget_after(&transitions, (struct moment){ .insns = 5, .step = 1 });
	assert_insns("4 5 ");
	transitions_forget_after(&transitions, (struct moment){ .insns = 0, .step = 1 });
	assert_insns("");
	hvc_at(2);
	assert_insns("3 ");
}

/* Of two between the same instructions the first that is repeated ends what was known. */
static void several_at_a_time(void **state)
{
	(void)state;
	hvc_at(1);
	cpu->cycles = 1;
	hvc_at(1);
	assert_insns("2 2 ");
	cpu->cycles = 0;
	hvc_at(1);
	assert_insns("2 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
		TEST(pstate_in_words),
		TEST(what_an_exception_becomes),
		TEST(interrupts_have_numbers),
		TEST(a_run_that_is_repeated),
		TEST(several_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
