/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What monitors remember of descriptors is finite: what was forgotten is known to be, until TLB
 * maintenance of the whole VMID has completed everywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verify/held.h"

#define DSB_ISH 0xd5033b9fu
#define DSB_NSH 0xd503379fu

static struct cpu cpu;
static struct held_table table;

/* Leaves of stage 2 of a VMID, more than a set has room for. */
static void read_leaves(u16 vmid, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct event event = { .kind = EVENT_DESCRIPTOR,
			.pa = 0x40000000u + i * 8u,
			.value = 0x40000000u | 1 << 10 | 3,
			.ipa = i * 0x1000u,
			.page_size = 0x1000,
			.walk_level = 3,
			.stage2 = true,
			.regime = WALK_EL10,
			.vmid = vmid };

		held_read(&table, &cpu, &event);
	}
}

static void maintain(u8 what, bool is_local, u16 vmid, u32 dsb)
{
	struct scope scope = {
		.regime = WALK_EL10, .what = what, .is_local = is_local, .vmid = vmid, .last = ~0ull
	};

	held_tlbi(&table, &cpu, &scope);
	held_dsb(&table, &cpu, dsb);
}

static void what_has_room_is_not_lost(void **state)
{
	(void)state;
	table = (struct held_table){ 0 };
	read_leaves(5, HELD_WAYS);
	assert_false(held_has_lost(&table, 5));
}

static void what_has_no_room_is_lost(void **state)
{
	(void)state;
	table = (struct held_table){ 0 };
	read_leaves(5, HELD + 1);
	assert_true(held_has_lost(&table, 5));
	assert_false(held_has_lost(&table, 6));
}

static void only_all_of_it_everywhere_finds_it(void **state)
{
	(void)state;
	table = (struct held_table){ 0 };
	read_leaves(5, HELD + 1);
	maintain(SCOPE_IPA, false, 5, DSB_ISH);
	maintain(SCOPE_VMID, false, 6, DSB_ISH);
	maintain(SCOPE_VMID, true, 5, DSB_ISH);
	maintain(SCOPE_VMID, false, 5, DSB_NSH);
	assert_true(held_has_lost(&table, 5));
	held_dsb(&table, &cpu, DSB_ISH);
	assert_false(held_has_lost(&table, 5));
	read_leaves(5, HELD + 1);
	maintain(SCOPE_ALL, false, 0, DSB_ISH);
	assert_false(held_has_lost(&table, 5));
}

static void one_table_of_two_vmids_is_known_of_the_last(void **state)
{
	(void)state;
	table = (struct held_table){ 0 };
	read_leaves(5, 1);
	read_leaves(6, 1);
	assert_true(held_has_lost(&table, 5));
	assert_false(held_has_lost(&table, 6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_room_is_not_lost),
		cmocka_unit_test(what_has_no_room_is_lost),
		cmocka_unit_test(one_table_of_two_vmids_is_known_of_the_last),
		cmocka_unit_test(only_all_of_it_everywhere_finds_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
