/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 tables: descriptor values to the bit, refusals that change nothing, break before make in
 * the log.
 */
#include "support.h"

#include "core/stage2.h"

/*
 * VMALLS12E1IS and the root table are over when a test starts; tables are handed out in this order.
 */
#define ROOT   (HOST_PA_BASE)
#define TABLE1 (HOST_PA_BASE + 0x1000)
#define TABLE2 (HOST_PA_BASE + 0x2000)

static struct stage2 stage2;

static void fresh(enum hyp_mode mode)
{
	machine(mode);
	assert_int_equal(stage2_init(&stage2, 5), STAGE2_OK);
	host_log_clear();
}

static void init_flushes_the_vmid(void **state)
{
	(void)state;
	machine(MODE_NVHE);
	assert_int_equal(stage2_init(&stage2, 5), STAGE2_OK);
	assert_int_equal(stage2.vttbr_el2, 5ul << 48 | ROOT);
	assert_string_equal(host_log_text(), "DSB ISHST\n"
					     "VTTBR_EL2=0x5800000000000\n"
					     "ISB\n"
					     "TLBI VMALLS12E1IS\n"
					     "DSB ISH\n"
					     "VTTBR_EL2=0x0\n"
					     "ISB\n");
}

static void vtcr(void **state)
{
	(void)state;
	/*
	 * RES1, PS=2 (40 bits), TG0=4K, SH0=3, ORGN0=IRGN0=1, SL0=1, T0SZ=32; VS for 16-bit VMIDs.
	 */
	assert_int_equal(stage2_vtcr(2, false), 0x80023560);
	assert_int_equal(stage2_vtcr(2, true), 0x800a3560);
}

static void page_makes_two_tables_and_a_leaf(void **state)
{
	(void)state;
	fresh(MODE_NVHE);
	assert_int_equal(stage2_map(&stage2, IPA(0x40201000), PA(HOST_PA_BASE + 0x7000), PAGE_SIZE),
		STAGE2_OK);
	/*
	 * Level 1 entry 1, level 2 entry 1, level 3 entry 1: AF, SH=3, S2AP=3, MemAttr=0xf, page.
	 */
	assert_string_equal(host_log_text(), "DSB ISHST\n"
					     "[0x800000000008]=0x800000001003\n"
					     "DSB ISHST\n"
					     "[0x800000001008]=0x800000002003\n"
					     "[0x800000002008]=0x8000000077ff\n"
					     "DSB ISHST\n");
}

static void block_makes_one_table_and_a_leaf(void **state)
{
	(void)state;
	fresh(MODE_NVHE);
	assert_int_equal(
		stage2_map(&stage2, IPA(0x40000000), PA(HOST_PA_BASE + BLOCK_SIZE), BLOCK_SIZE),
		STAGE2_OK);
	assert_string_equal(host_log_text(), "DSB ISHST\n"
					     "[0x800000000008]=0x800000001003\n"
					     "[0x800000001000]=0x8000002007fd\n"
					     "DSB ISHST\n");
}

static void refusals_change_nothing(void **state)
{
	static const struct {
		const char *why;
		u64 ipa, pa, size;
		enum stage2_status want;
	} cases[] = {
		{ "IPA inside a page", 0x40000800, HOST_PA_BASE, PAGE_SIZE, STAGE2_MISALIGNED },
		{ "PA inside a page", 0x40000000, HOST_PA_BASE + 8, PAGE_SIZE, STAGE2_MISALIGNED },
		{ "block at a page", 0x40001000, HOST_PA_BASE, BLOCK_SIZE, STAGE2_MISALIGNED },
		{ "no such size", 0x40000000, HOST_PA_BASE, KIB(64), STAGE2_MISALIGNED },
		{ "4 GiB", 0x100000000, HOST_PA_BASE, PAGE_SIZE, STAGE2_OUT_OF_RANGE },
		{ "page where a page is", 0x50000000, HOST_PA_BASE, PAGE_SIZE, STAGE2_MAPPED },
		{ "block around a page", 0x50000000, HOST_PA_BASE, BLOCK_SIZE, STAGE2_MAPPED },
		{ "page inside a block", 0x60001000, HOST_PA_BASE, PAGE_SIZE, STAGE2_MAPPED },
	};
	u64 page = HOST_PA_BASE + MIB(4);

	(void)state;
	fresh(MODE_NVHE);
	stage2_map(&stage2, IPA(0x50000000), PA(page), PAGE_SIZE);
	stage2_map(&stage2, IPA(0x60000000), PA(page), BLOCK_SIZE);
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum stage2_status got;

		host_log_clear();
		got = stage2_map(&stage2, IPA(cases[i].ipa), PA(cases[i].pa), cases[i].size);
		if (got != cases[i].want || host_log_text()[0] != '\0')
			fail_row(i, cases[i].why, "status %d, log %s", (int)got, host_log_text());
	}
}

static void no_memory_is_found_out_before_the_first_write(void **state)
{
	(void)state;
	fresh(MODE_NVHE);
	host_limit_memory(PAGE_SIZE); /* one of the two tables that a page needs */
	pages_reset();
	assert_int_equal(stage2_map(&stage2, IPA(0x40000000), PA(HOST_PA_BASE), PAGE_SIZE),
		STAGE2_NO_MEMORY);
	assert_string_equal(host_log_text(), "");
}

/* TB-4 and the sentence in STYLE 10: PTE cleared, DSB, TLBI, DSB, PTE set. */
static void splitting_a_block_breaks_before_it_makes(void **state)
{
	u64 *entry;

	(void)state;
	fresh(MODE_NVHE);
	stage2_map(&stage2, IPA(0x40000000), PA(HOST_PA_BASE + BLOCK_SIZE), BLOCK_SIZE);
	host_log_clear();
	assert_int_equal(stage2_set_writable(&stage2, IPA(0x40003000), false), STAGE2_OK);
	assert_string_equal(host_log_text(), "[0x800000001000]=0x0\n"
					     "DSB ISHST\n"
					     "VTTBR_EL2=0x5800000000000\n"
					     "ISB\n"
					     "TLBI IPAS2E1IS 0x40003\n"
					     "DSB ISH\n"
					     "TLBI VMALLE1IS\n"
					     "DSB ISH\n"
					     "VTTBR_EL2=0x0\n"
					     "ISB\n"
					     "[0x800000001000]=0x800000002003\n"
					     "DSB ISHST\n"
					     /* then the page alone: S2AP[1] is gone */
					     "[0x800000002018]=0x80000020377f\n"
					     "DSB ISHST\n"
					     "VTTBR_EL2=0x5800000000000\n"
					     "ISB\n"
					     "TLBI IPAS2E1IS 0x40003\n"
					     "DSB ISH\n"
					     "TLBI VMALLE1IS\n"
					     "DSB ISH\n"
					     "VTTBR_EL2=0x0\n"
					     "ISB\n");
	entry = hal_pa_to_va(PA(TABLE2));
	assert_int_equal(entry[0], HOST_PA_BASE + 0x2007ff);
	assert_int_equal(entry[511], HOST_PA_BASE + 0x3ff7ff);
}

/* HC-9, HC-10: on VHE TGE is cleared around the TLBIs, and only TGE. */
static void vhe_clears_tge_around_the_tlbi(void **state)
{
	(void)state;
	fresh(MODE_VHE);
	stage2_map(&stage2, IPA(0x40000000), PA(HOST_PA_BASE + 0x7000), PAGE_SIZE);
	host_log_clear();
	assert_int_equal(stage2_unmap(&stage2, IPA(0x40000123)), STAGE2_OK);
	assert_string_equal(host_log_text(), "[0x800000002000]=0x0\n"
					     "DSB ISHST\n"
					     "VTTBR_EL2=0x5800000000000\n"
					     "HCR_EL2=0x30480000000\n"
					     "ISB\n"
					     "TLBI IPAS2E1IS 0x40000\n"
					     "DSB ISH\n"
					     "TLBI VMALLE1IS\n"
					     "DSB ISH\n"
					     "HCR_EL2=0x30488000000\n"
					     "VTTBR_EL2=0x0\n"
					     "ISB\n");
}

static void a_loaded_stage2_is_not_loaded_again(void **state)
{
	(void)state;
	fresh(MODE_NVHE);
	stage2_map(&stage2, IPA(0x40000000), PA(HOST_PA_BASE + 0x7000), PAGE_SIZE);
	host_set(SR_VTTBR_EL2, stage2.vttbr_el2);
	host_log_clear();
	assert_int_equal(stage2_unmap(&stage2, IPA(0x40000000)), STAGE2_OK);
	for (size_t i = 0; i < host_log_count(); i++)
		assert_false(host_log(i)->kind == LOG_WRITE);
}

static void lookup_sees_what_a_walk_would(void **state)
{
	struct stage2_mapping mapping;

	(void)state;
	fresh(MODE_NVHE);
	stage2_map(&stage2, IPA(0x40000000), PA(HOST_PA_BASE + BLOCK_SIZE), BLOCK_SIZE);
	assert_int_equal(stage2_lookup(&stage2, IPA(0x40012345), &mapping), STAGE2_OK);
	assert_int_equal(mapping.pa.v, HOST_PA_BASE + BLOCK_SIZE + 0x12345);
	assert_int_equal(mapping.size, BLOCK_SIZE);
	assert_true(mapping.is_writable);
	stage2_set_writable(&stage2, IPA(0x40012000), false);
	assert_int_equal(stage2_lookup(&stage2, IPA(0x40012345), &mapping), STAGE2_OK);
	assert_int_equal(mapping.pa.v, HOST_PA_BASE + BLOCK_SIZE + 0x12345);
	assert_int_equal(mapping.size, PAGE_SIZE);
	assert_false(mapping.is_writable);
	assert_int_equal(stage2_lookup(&stage2, IPA(0x40013000), &mapping), STAGE2_OK);
	assert_true(mapping.is_writable);
	assert_int_equal(stage2_lookup(&stage2, IPA(0x50000000), &mapping), STAGE2_NOT_MAPPED);
	assert_int_equal(stage2_lookup(&stage2, IPA(GIB(4)), &mapping), STAGE2_OUT_OF_RANGE);
}

static void what_is_not_there_cannot_change(void **state)
{
	(void)state;
	fresh(MODE_NVHE);
	assert_int_equal(stage2_unmap(&stage2, IPA(0x40000000)), STAGE2_NOT_MAPPED);
	assert_int_equal(stage2_unmap(&stage2, IPA(GIB(4))), STAGE2_OUT_OF_RANGE);
	assert_int_equal(stage2_set_writable(&stage2, IPA(0x40000000), false), STAGE2_NOT_MAPPED);
	assert_int_equal(stage2_set_writable(&stage2, IPA(0x40000001), false), STAGE2_MISALIGNED);
	assert_int_equal(stage2_set_writable(&stage2, IPA(GIB(4)), false), STAGE2_OUT_OF_RANGE);
	assert_string_equal(host_log_text(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(init_flushes_the_vmid),
		cmocka_unit_test(vtcr),
		cmocka_unit_test(page_makes_two_tables_and_a_leaf),
		cmocka_unit_test(block_makes_one_table_and_a_leaf),
		cmocka_unit_test(refusals_change_nothing),
		cmocka_unit_test(no_memory_is_found_out_before_the_first_write),
		cmocka_unit_test(splitting_a_block_breaks_before_it_makes),
		cmocka_unit_test(vhe_clears_tge_around_the_tlbi),
		cmocka_unit_test(a_loaded_stage2_is_not_loaded_again),
		cmocka_unit_test(lookup_sees_what_a_walk_would),
		cmocka_unit_test(what_is_not_there_cannot_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
