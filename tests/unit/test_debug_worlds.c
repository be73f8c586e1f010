/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Worlds, told by entries and exits of guests: who is whose guest, and what each is called.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "debug/worlds.h"
#include "sysregs/sysregs.h"

static struct cpu *cpu;
static struct worlds worlds;
static struct observer observer;

static int begin(void **state)
{
	(void)state;
	cpu = calloc(1, sizeof(*cpu));
	if (cpu == NULL)
		return -1;
	cpu->has_el2 = true;
	worlds_init(&worlds);
	observer = worlds_observer(&worlds);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(cpu);
	return 0;
}

static void enter(u64 vttbr, u64 hcr, unsigned el)
{
	struct event event = { .kind = EVENT_ERET, .from_el = EL2, .to_el = (u8)el };

	cpu->sys[SR_HCR_EL2] = hcr;
	cpu->sys[SR_VTTBR_EL2] = vttbr;
	observer.event(observer.opaque, cpu, &event);
}

/* Of the guest that was entered last. */
static void leave(unsigned ec)
{
	struct event event = {
		.kind = EVENT_EXCEPTION, .from_el = EL1, .to_el = EL2, .esr = (u64)ec << 26
	};

	observer.event(observer.opaque, cpu, &event);
}

static void leave_by_irq(void)
{
	struct event event = { .kind = EVENT_EXCEPTION,
		.from_el = EL1,
		.to_el = EL2,
		.interrupt = INT_IRQ,
		.esr = (u64)EC_ERET << 26 }; /* of an older one */

	observer.event(observer.opaque, cpu, &event);
}

static void assert_said(unsigned el, const char *expected)
{
	char text[80];

	assert_string_equal(worlds_say(&worlds, cpu, el, text, sizeof(text)), expected);
}

static const u64 GUEST = HCR_EL2_VM | HCR_EL2_E2H,
		 VIRTUAL_EL2 = HCR_EL2_VM | HCR_EL2_E2H | HCR_EL2_NV | HCR_EL2_NV2;

static void the_host_is_at_every_el(void **state)
{
	(void)state;
	assert_said(EL2, "EL2 host");
	assert_said(EL1, "EL1 host"); /* stage 2 is off */
	cpu->sys[SR_HCR_EL2] = HCR_EL2_E2H | HCR_EL2_TGE | HCR_EL2_VM;
	assert_said(EL0, "EL0 host");
	cpu->sys[SR_HCR_EL2] = VIRTUAL_EL2;
	cpu->has_el2 = false;
	assert_said(EL1, "EL1 host");
	assert_int_equal(worlds.count, 1);
}

static void guests_of_the_host(void **state)
{
	(void)state;
	enter(0x1000, GUEST, EL1);
	assert_said(EL1, "EL1 L1");
	assert_said(EL0, "EL0 L1");
	assert_said(EL2, "EL2 host");
	leave(EC_HVC64);
	enter(0x2000, GUEST, EL0);
	assert_said(EL0, "EL0 L1.2");
	leave_by_irq();
	enter(0x1000 | 7ull << 48, GUEST, EL1); /* another VMID */
	assert_said(EL1, "EL1 L1");
	assert_int_equal(worlds.count, 3);
	assert_int_equal(worlds_of(&worlds, cpu, EL1)->vttbr, 0x1000 | 7ull << 48);
	assert_false(worlds_of(&worlds, cpu, EL1)->is_hypervisor);
}

static void a_nested_guest_answers_an_eret(void **state)
{
	const struct world *nested;

	(void)state;
	enter(0x1000, VIRTUAL_EL2, EL1);
	assert_said(EL1, "EL1 L1 (virtual EL2)");
	assert_said(EL0, "EL0 L1");
	leave(EC_SYSREG);
	enter(0x1000, VIRTUAL_EL2, EL1);
	leave(EC_ERET);
	enter(0x2000, GUEST, EL1);
	assert_said(EL1, "EL1 L2");
	nested = worlds_of(&worlds, cpu, EL1);
	assert_int_equal(nested->level, 2);
	assert_int_equal(nested->parent, 1);
	assert_true(worlds.world[1].is_hypervisor);
	leave(EC_DABT_LOWER);
	enter(0x1000, VIRTUAL_EL2, EL1);
	leave(EC_HVC64);
	enter(0x3000, GUEST, EL1); /* not by an ERET */
	assert_said(EL1, "EL1 L1.2");
	leave_by_irq();
	enter(0x4000, GUEST, EL1);
	assert_said(EL1, "EL1 L1.3"); /* the syndrome is an older one's */
}

/* Its own EL1 has the same stage 2. */
static void a_guest_hypervisors_own_el1(void **state)
{
	(void)state;
	enter(0x1000, VIRTUAL_EL2, EL1);
	leave(EC_ERET);
	enter(0x1000, GUEST, EL1);
	assert_said(EL1, "EL1 L1");
	assert_int_equal(worlds.count, 2);
}

/* L2's ERET is L1's to answer, by an ERET of its own. */
static void three_levels(void **state)
{
	(void)state;
	enter(0x1000, VIRTUAL_EL2, EL1);
	leave(EC_ERET);
	enter(0x2000, VIRTUAL_EL2, EL1);
	assert_said(EL1, "EL1 L2 (virtual EL2)");
	leave(EC_ERET);
	enter(0x1000, VIRTUAL_EL2, EL1);
	leave(EC_ERET);
	enter(0x3000, GUEST, EL1);
	assert_said(EL1, "EL1 L3");
	assert_int_equal(worlds_of(&worlds, cpu, EL1)->parent, 2);
	leave(EC_HVC64);
	enter(0x1000, VIRTUAL_EL2, EL1);
	leave(EC_ERET);
	enter(0x2000, VIRTUAL_EL2, EL1); /* L2 goes on, so its ERET is over */
	leave(EC_HVC64);
	enter(0x1000, VIRTUAL_EL2, EL1);
	leave(EC_ERET);
	enter(0x4000, GUEST, EL1);
	assert_said(EL1, "EL1 L2.2");
}

/* An ERET is answered by who is entered with the same general registers. */
static void an_answer_on_another_pe(void **state)
{
	(void)state;
	enter(0x1000, VIRTUAL_EL2, EL1);
	cpu->x[30] = 1;
	leave(EC_ERET);
	cpu->index = 1;
	cpu->x[30] = 2;
	enter(0x2000, GUEST, EL1); /* another guest, in between */
	assert_said(EL1, "EL1 L1.2");
	leave_by_irq();
	cpu->x[30] = 1;
	enter(0x3000, GUEST, EL1);
	assert_said(EL1, "EL1 L2");
	assert_int_equal(worlds.eret_count, 0);
}

/* Of two guest hypervisors whose ERETs wait at a time each is given its own guest. */
static void two_erets_wait(void **state)
{
	(void)state;
	for (u64 i = 1; i <= 2; i++) {
		cpu->x[0] = i;
		enter(i << 12, VIRTUAL_EL2, EL1);
		leave(EC_ERET);
	}
	for (u64 i = 1; i <= 2; i++) {
		cpu->x[0] = i;
		enter(0x8000 + (i << 12), GUEST, EL1);
		assert_int_equal(worlds_of(&worlds, cpu, EL1)->parent, i);
		leave_by_irq();
	}
	cpu->x[0] = 1;
	enter(0x5000, GUEST, EL1); /* both are answered */
	assert_said(EL1, "EL1 L1.3");
}

/* Twins that leave with the same registers: whose the guest is is a guess, until one comes alone.
 */
static void twins_in_lockstep(void **state)
{
	const struct world *guest = &worlds.world[3];

	(void)state;
	for (u64 i = 1; i <= 2; i++) {
		cpu->x[0] = i;
		enter(i << 12, VIRTUAL_EL2, EL1);
		cpu->x[0] = 0;
		leave(EC_ERET);
	}
	enter(0x9000, GUEST, EL1);
	assert_true(guest->is_guess);
	assert_int_equal(guest->parent, 1);
	enter(0xa000, GUEST, EL1);
	assert_true(worlds.world[4].is_guess);
	assert_int_equal(worlds.eret_count, 0);
	cpu->x[5] = 1;
	enter(0x2000, VIRTUAL_EL2, EL1);
	leave(EC_ERET);
	enter(0x9000, GUEST, EL1);
	assert_false(guest->is_guess);
	assert_int_equal(guest->parent, 2);
	assert_true(worlds.world[4].is_guess);
}

/* More ERETs than are remembered, none of which is answered: the newest are known. */
static void erets_without_an_answer(void **state)
{
	(void)state;
	enter(0x1000, VIRTUAL_EL2, EL1);
	for (u64 i = 0; i <= WORLD_ERETS; i++) {
		cpu->x[0] = i;
		leave(EC_ERET);
	}
	assert_int_equal(worlds.eret_count, WORLD_ERETS);
	enter(0x2000, GUEST, EL1);
	assert_said(EL1, "EL1 L2");
	cpu->x[0] = 0;
	enter(0x3000, GUEST, EL1);
	assert_said(EL1, "EL1 L1.2");
}

/* As pKVM: a host at EL1 asks for a stage 2 of its own, and goes on; its guests are guests. */
static void a_host_with_a_stage_2(void **state)
{
	struct event call = {
		.kind = EVENT_EXCEPTION, .from_el = EL1, .to_el = EL2, .pc = 0x100, .esr = 0
	};
	struct event back = { .kind = EVENT_ERET, .from_el = EL2, .to_el = EL1, .target = 0x100 };

	(void)state;
	cpu->sys[SR_SP_EL1] = 0x7000;
	observer.event(observer.opaque, cpu, &call);
	cpu->sys[SR_HCR_EL2] = HCR_EL2_VM;
	cpu->sys[SR_VTTBR_EL2] = 0x1000;
	observer.event(observer.opaque, cpu, &back);
	assert_said(EL1, "EL1 host");
	observer.event(observer.opaque, cpu, &call);
	cpu->sys[SR_SP_EL1] = 0;
	enter(0x2000, HCR_EL2_VM, EL1);
	assert_said(EL1, "EL1 L1");
	leave(EC_HVC64);
	cpu->sys[SR_SP_EL1] = 0x7000;
	enter(0x1000, HCR_EL2_VM, EL1);
	assert_said(EL1, "EL1 host");
	assert_int_equal(worlds.count, 2);
}

/* With its stack or elsewhere it would be the host; a guest is neither, be it the first. */
static void a_guest_of_a_host_at_el1(void **state)
{
	struct event call = { .kind = EVENT_EXCEPTION, .from_el = EL1, .to_el = EL2, .pc = 0x100 };

	(void)state;
	cpu->sys[SR_SP_EL1] = 0x7000;
	observer.event(observer.opaque, cpu, &call);
	enter(0x1000, HCR_EL2_VM, EL1);
	assert_said(EL1, "EL1 L1"); /* another PC */
	cpu->sys[SR_HCR_EL2] = 0;
	call.pc = 0;
	observer.event(observer.opaque, cpu, &call);
	cpu->sys[SR_SP_EL1] = 0x8000;
	enter(0x2000, HCR_EL2_VM, EL1);
	assert_said(EL1, "EL1 L1.2"); /* another stack */
}

/* Who begins to look while a guest runs knows it when it leaves. */
static void one_that_was_not_seen_to_enter(void **state)
{
	(void)state;
	cpu->sys[SR_HCR_EL2] = GUEST;
	cpu->sys[SR_VTTBR_EL2] = 0x5000;
	assert_said(EL1, "EL1 guest");
	leave(EC_HVC64);
	assert_said(EL1, "EL1 L1");
}

static void more_than_there_is_room_for(void **state)
{
	(void)state;
	for (u64 i = 1; i < 2 * WORLDS; i++) {
		enter(i << 12, VIRTUAL_EL2, EL1);
		leave(EC_ERET);
	}
	assert_int_equal(worlds.count, WORLDS);
	assert_said(EL1, "EL1 guest (virtual EL2)");
	enter(0x1000, GUEST, EL1);
	assert_said(EL1, "EL1 L1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
		TEST(the_host_is_at_every_el),
		TEST(guests_of_the_host),
		TEST(a_nested_guest_answers_an_eret),
		TEST(a_guest_hypervisors_own_el1),
		TEST(three_levels),
		TEST(an_answer_on_another_pe),
		TEST(two_erets_wait),
		TEST(twins_in_lockstep),
		TEST(erets_without_an_answer),
		TEST(a_host_with_a_stage_2),
		TEST(a_guest_of_a_host_at_el1),
		TEST(one_that_was_not_seen_to_enter),
		TEST(more_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
