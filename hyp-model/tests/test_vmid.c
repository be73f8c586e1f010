/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMIDs, HYPERVISOR-SPEC A.16: with two bits three guests have one, and the fourth starts a new
 * generation.
 */
#include "support.h"

#include "core/vmid.h"

enum { GENERATION = 0x10000 };

static struct s2_mmu mmus[8];

static void fresh(u64 knob, unsigned cpu_count)
{
	machine_off(MODE_VHE);
	options.vmid_bits = knob;
	options.cpus = cpu_count;
	machine_on(MODE_VHE);
	host.cpu_count = cpu_count;
	for (unsigned i = 1; i < cpu_count; i++)
		boot_cpu(i);
	host_set_cpu(0);
	for (size_t i = 0; i < COUNT(mmus); i++)
		mmus[i] = (struct s2_mmu){ .vmid_record = 0 };
	vmid_reset();
	host_log_clear();
}

/* vcpu_load and vcpu_put of a guest on this CPU, as far as VMIDs go. */
static u16 load(unsigned i)
{
	vmid_update(&mmus[i]);
	return vmid_of(&mmus[i]);
}

static u16 load_and_put(unsigned i)
{
	u16 vmid = load(i);

	vmid_release();
	return vmid;
}

static void tb_5_how_many_bits(void **state)
{
	static const struct {
		const char *why;
		u64 knob;
		bool has_vmid16;
		unsigned cpus, want;
	} cases[] = {
		{ "as the CPU says", 0, true, 1, 16 },
		{ "as the CPU says", 0, false, 1, 8 },
		{ "the knob", 2, true, 1, 2 },
		{ "no more than the CPU has", 16, false, 1, 8 },
		{ "one for each CPU, and 0 is not to be had", 1, true, 2, 2 },
		{ "one for each CPU, and 0 is not to be had", 2, true, 4, 3 },
	};

	(void)state;
	machine(MODE_VHE);
	for (size_t i = 0; i < COUNT(cases); i++) {
		options.vmid_bits = cases[i].knob;
		host.has_vmid16 = cases[i].has_vmid16;
		host.cpu_count = cases[i].cpus;
		if (vmid_bits() != cases[i].want)
			fail_row(i, cases[i].why, "%u", vmid_bits());
	}
}

static void tb_5_numbers_are_distinct_and_never_0(void **state)
{
	(void)state;
	fresh(2, 1);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(load_and_put(i), i + 1);
		assert_u64(mmus[i].vmid_record, GENERATION | (i + 1));
	}
}

static void tb_6_the_fast_path_takes_no_lock(void **state)
{
	(void)state;
	fresh(2, 1);
	load_and_put(0);
	host_log_clear();
	load(0);
	assert_u64(host_log_times(LOG_LOCK, 0), 0);
	assert_u64(this_cpu()->vmid_active, mmus[0].vmid_record);
}

/* MUT-05: active = 0 says that a rollover is on, whatever the generation looked like before. */
static void tb_6_a_slot_that_was_taken_leads_to_the_lock(void **state)
{
	(void)state;
	fresh(2, 1);
	load(0);
	this_cpu()->vmid_active = 0;
	host_log_clear();
	load(0);
	assert_u64(host_log_times(LOG_LOCK, 0), 1);
	assert_u64(this_cpu()->vmid_active, mmus[0].vmid_record);
}

static void tb_6_rollover_starts_a_generation_and_flushes_all(void **state)
{
	(void)state;
	fresh(2, 1);
	for (unsigned i = 0; i < 3; i++)
		load_and_put(i);
	host_log_clear();
	assert_int_equal(load_and_put(3), 1);
	assert_u64(mmus[3].vmid_record, 2 * GENERATION | 1);
	assert_log("DSB ISHST\n"
		   "TLBI_ALLE1IS 0x0\n"
		   "IC_IALLUIS 0x0\n"
		   "DSB ISH\n"
		   "ISB\n");
}

static void tb_6_a_stale_record_keeps_its_number_if_that_is_free(void **state)
{
	(void)state;
	fresh(2, 1);
	for (unsigned i = 0; i < 4; i++)
		load_and_put(i); /* generation 2: mmus[3] has 1 */
	assert_int_equal(load_and_put(2), 3);
	assert_u64(mmus[2].vmid_record, 2 * GENERATION | 3);
	assert_int_equal(load_and_put(0), 2); /* its 1 is taken */
	assert_u64(mmus[0].vmid_record, 2 * GENERATION | 2);
}

static void tb_7_vttbr_follows_the_record(void **state)
{
	(void)state;
	fresh(2, 1);
	mmus[0].root = PA(0x12345000);
	load_and_put(0);
	assert_u64(mmu_vttbr(&mmus[0]), 1ul << 48 | 0x12345000);
	mmus[0].vmid_record = 2 * GENERATION | 3;
	assert_u64(mmu_vttbr(&mmus[0]), 3ul << 48 | 0x12345000);
}

static void tb_8_what_runs_keeps_its_number_over_a_rollover(void **state)
{
	(void)state;
	fresh(2, 2);
	load_and_put(0);
	assert_int_equal(load(1), 2); /* CPU 0 stays in this guest */
	host_set_cpu(1);
	load_and_put(2);
	assert_int_equal(load(3), 1);
	assert_u64(cpus[0].vmid_active, 0);
	assert_u64(cpus[0].vmid_reserved, GENERATION | 2);
	/* Its second vCPU comes to CPU 1: the same number, of the new generation. */
	vmid_release();
	assert_int_equal(load(1), 2);
	assert_u64(mmus[1].vmid_record, 2 * GENERATION | 2);
	assert_u64(cpus[0].vmid_reserved, 2 * GENERATION | 2);
	/* Nobody else gets it. */
	vmid_release();
	assert_int_equal(load(4), 3);
}

/* A second rollover before CPU 0 has come to the lock must not forget what it runs. */
static void tb_8_over_two_rollovers_too(void **state)
{
	(void)state;
	fresh(2, 2);
	assert_int_equal(load(0), 1); /* CPU 0 */
	host_set_cpu(1);
	for (unsigned i = 1; i < 8; i++)
		assert_int_not_equal(load_and_put(i), 1);
	assert_true(mmus[7].vmid_record >= 3 * GENERATION);
	host_set_cpu(0);
	assert_int_equal(load(0), 1);
	assert_u64(mmus[0].vmid_record & ~0xfffful, mmus[7].vmid_record & ~0xfffful);
}

TESTS(cmocka_unit_test(tb_5_how_many_bits), cmocka_unit_test(tb_5_numbers_are_distinct_and_never_0),
	cmocka_unit_test(tb_6_the_fast_path_takes_no_lock),
	cmocka_unit_test(tb_6_a_slot_that_was_taken_leads_to_the_lock),
	cmocka_unit_test(tb_6_rollover_starts_a_generation_and_flushes_all),
	cmocka_unit_test(tb_6_a_stale_record_keeps_its_number_if_that_is_free),
	cmocka_unit_test(tb_7_vttbr_follows_the_record),
	cmocka_unit_test(tb_8_what_runs_keeps_its_number_over_a_rollover),
	cmocka_unit_test(tb_8_over_two_rollovers_too))
