/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 tables: descriptor values to the bit, refusals that change nothing, break before make in
 * the log; and the TLB maintenance of HYPERVISOR-SPEC A.15 that goes with it.
 */
#include "support.h"

#include <string.h>

#include "core/stage2.h"
#include "core/tlb.h"

/* The root of two concatenated tables comes first, other tables in this order. */
#define ROOT   (HOST_PA_BASE)
#define TABLE1 (HOST_PA_BASE + 0x2000)
#define TABLE2 (HOST_PA_BASE + 0x3000)
#define PAGE   (HOST_PA_BASE + MIB(32))

/* AF, SH=3, S2AP=3, MemAttr=0xf */
#define ATTRIBUTES 0x7fcul

static struct s2_mmu mmu;

/* Generation 1, VMID 5. */
static void fresh(enum hyp_mode mode)
{
	machine(mode);
	assert_true(mmu_init(&mmu, NULL, false));
	mmu.vmid_record = 0x10005;
	host_log_clear();
}

/* 40 bits of input, tables of that granule. */
static void fresh_with_granule(u64 kib)
{
	machine_off(MODE_VHE);
	host_set(SR_ID_AA64MMFR0_EL1, host_get(SR_ID_AA64MMFR0_EL1) | BIT(20)); /* TGran16 */
	options.granule = kib;
	machine_on(MODE_VHE);
	assert_true(mmu_init(&mmu, NULL, false));
	mmu.vmid_record = 0x10005;
	host_log_clear();
}

static enum stage2_status map(u64 ipa, u64 pa, u64 size)
{
	return stage2_map(&mmu, IPA(ipa), PA(pa), size, S2_ALL, 0);
}

static u64 word_at(u64 pa)
{
	return *(u64 *)hal_pa_to_va(PA(pa));
}

/* As if a guest with this table were loaded, so that no flush has to switch. */
static void loaded(void)
{
	host_set(SR_VTTBR_EL2, mmu_vttbr(&mmu));
	host_set(SR_VTCR_EL2, mmu.vtcr_el2);
}

static void s2_33_new_mmu_has_no_vmid_and_flushes_nothing(void **state)
{
	(void)state;
	machine(MODE_VHE);
	assert_true(mmu_init(&mmu, NULL, true));
	assert_u64(mmu.vmid_record, 0);
	host_log_clear();
	tlb_flush_vmid(&mmu);
	map(0x40000000, PAGE, PAGE_SIZE);
	stage2_unmap(&mmu, IPA(0), stage2_input_size());
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_VMALLS12E1IS), 0);
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_IPAS2E1IS), 0);
}

static void vtcr_by_granule_and_pa_size(void **state)
{
	static const struct {
		u64 granule, parange, want;
	} cases[] = {
		/* RES1, VS, PS, TG0, SH0=3, ORGN0=IRGN0=1, SL0, T0SZ */
		{ 4, 2, 0x800a3558 },  /* level 1, two tables */
		{ 4, 0, 0x80083520 },  /* level 2, four tables */
		{ 4, 5, 0x800d3590 },  /* level 0 */
		{ 16, 2, 0x800ab558 }, /* level 2, 16 tables */
		{ 16, 5, 0x800db590 }, /* level 1, two tables */
		{ 64, 0, 0x80087520 }, /* level 3, eight tables */
		{ 64, 2, 0x800a7558 }, /* level 2 */
		{ 64, 5, 0x800d7590 }, /* level 1 */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		fresh_with_granule(cases[i].granule);
		host.parange = cases[i].parange;
		if (stage2_vtcr() != cases[i].want)
			fail_row(i, "VTCR_EL2", "0x%lx", stage2_vtcr());
	}
}

static void granule_is_the_knobs_or_a_larger_one(void **state)
{
	static const struct {
		const char *why;
		u64 mmfr0, knob;
		unsigned want;
	} cases[] = {
		{ "no 16K", 0x1122, 16, 16 },
		{ "16K of stage 1 is 16K of stage 2", 0x101122, 16, 14 },
		{ "no 4K for stage 2", 0x12200101122, 4, 14 },
		{ "only 64K for stage 2", 0x12100101122, 4, 16 },
		{ "4K", 0x1122, 4, 12 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		machine_off(MODE_VHE);
		host_set(SR_ID_AA64MMFR0_EL1, cases[i].mmfr0);
		options.granule = cases[i].knob;
		machine_on(MODE_VHE);
		if (stage2_granule() != cases[i].want)
			fail_row(i, cases[i].why, "%u", stage2_granule());
	}
}

static void page_makes_two_tables_and_a_leaf(void **state)
{
	(void)state;
	fresh(MODE_NVHE);
	assert_int_equal(map(0x40201000, PAGE + 0x7000, PAGE_SIZE), STAGE2_OK);
	/* From the leaf up; only the last store makes anything visible. */
	assert_log("[0x800000003008]=0x8000020077ff\n"
		   "[0x800000002008]=0x800000003003\n"
		   "DSB ISHST\n"
		   "[0x800000000008]=0x800000002003\n"
		   "DSB ISHST\n");
}

static void block_makes_one_table_and_a_leaf(void **state)
{
	(void)state;
	fresh(MODE_NVHE);
	assert_int_equal(map(0x40000000, PAGE, BLOCK_SIZE), STAGE2_OK);
	assert_log("[0x800000002000]=0x8000020007fd\n"
		   "DSB ISHST\n"
		   "[0x800000000008]=0x800000002003\n"
		   "DSB ISHST\n");
}

static void refusals_change_nothing(void **state)
{
	static const struct {
		const char *why;
		u64 ipa, pa, size;
		enum stage2_status want;
	} cases[] = {
		{ "IPA inside a page", 0x40000800, PAGE, PAGE_SIZE, STAGE2_MISALIGNED },
		{ "PA inside a page", 0x40000000, PAGE + 8, PAGE_SIZE, STAGE2_MISALIGNED },
		{ "block at a page", 0x40001000, PAGE, BLOCK_SIZE, STAGE2_MISALIGNED },
		{ "no such size", 0x40000000, PAGE, KIB(64), STAGE2_MISALIGNED },
		{ "beyond 40 bits", BIT(40), PAGE, PAGE_SIZE, STAGE2_OUT_OF_RANGE },
	};

	(void)state;
	fresh(MODE_NVHE);
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum stage2_status got;

		host_log_clear();
		got = map(cases[i].ipa, cases[i].pa, cases[i].size);
		if (got != cases[i].want || host_log_text()[0] != '\0')
			fail_row(i, cases[i].why, "status %d, log %s", (int)got, host_log_text());
	}
}

static void no_memory_is_found_out_before_the_first_write(void **state)
{
	(void)state;
	machine(MODE_NVHE);
	host_limit_memory(3 * PAGE_SIZE); /* the root and one of the two tables that a page needs */
	pages_reset();
	assert_true(mmu_init(&mmu, NULL, false));
	host_log_clear();
	assert_int_equal(map(0x40000000, PAGE, PAGE_SIZE), STAGE2_NO_MEMORY);
	assert_log("");
	assert_int_equal(map(0x40000000, PAGE, BLOCK_SIZE), STAGE2_OK); /* it was given back */
}

static void rights_and_the_level_of_l1_are_in_the_leaf(void **state)
{
	static const struct {
		unsigned rights;
		u64 want;
	} cases[] = {
		{ S2_ALL, 0xc0 },
		{ 0, BIT(54) },
		{ S2_READ, 0x40 | BIT(54) },
		{ S2_READ | S2_WRITE | S2_EXEC_EL0, 0xc0 | BIT(53) },
		{ S2_READ | S2_EXEC_EL1, 0x40 | BIT(54) | BIT(53) },
	};
	struct stage2_mapping found;

	(void)state;
	fresh(MODE_VHE);
	for (size_t i = 0; i < COUNT(cases); i++) {
		stage2_map(&mmu, IPA(0), PA(PAGE), PAGE_SIZE, cases[i].rights, 2);
		assert_int_equal(stage2_lookup(&mmu, IPA(8), &found), STAGE2_OK);
		if ((word_at(TABLE2) & (MASK(56, 53) | 0xc0)) != (cases[i].want | 2ul << 55) ||
			found.rights != cases[i].rights || found.nested_level != 2)
			fail_row(i, "leaf", "0x%lx", word_at(TABLE2));
	}
}

static void fwb_has_its_own_encoding(void **state)
{
	(void)state;
	fresh(MODE_VHE);
	host.has_fwb = true;
	map(0, PAGE, PAGE_SIZE);
	assert_u64(bits(word_at(TABLE2), 5, 2), 6);
}

static void s2_15_leaf_sizes_by_granule(void **state)
{
	static const u64 want[][4] = { { GIB(1), MIB(2), KIB(4) }, { MIB(32), KIB(16) },
		{ MIB(512), KIB(64) } };
	static const u64 granules[] = { 4, 16, 64 };
	struct stage2_mapping found;

	(void)state;
	for (size_t i = 0; i < COUNT(granules); i++) {
		fresh_with_granule(granules[i]);
		assert_memory_equal(stage2_sizes(), want[i], granules[i] == 4 ? 32 : 24);
		for (const u64 *size = want[i]; *size; size++) {
			stage2_unmap(&mmu, IPA(0), stage2_input_size());
			assert_int_equal(map(*size * 3, GIB(1) * 5, *size), STAGE2_OK);
			assert_int_equal(
				stage2_lookup(&mmu, IPA(*size * 4 - 8), &found), STAGE2_OK);
			assert_u64(found.size, *size);
			assert_u64(found.pa.v, GIB(1) * 5 + *size - 8);
			assert_int_equal(
				stage2_lookup(&mmu, IPA(*size * 4), &found), STAGE2_NOT_MAPPED);
		}
	}
}

/* ---- Changes of what is there ---- */

static void tb_4_another_output_breaks_before_it_makes(void **state)
{
	(void)state;
	fresh(MODE_VHE);
	loaded();
	map(0x5000, PAGE, PAGE_SIZE);
	host_log_clear();
	assert_int_equal(map(0x5000, PAGE + 0x1000, PAGE_SIZE), STAGE2_OK);
	assert_log("[0x800000003028]=0x0\n"
		   "DSB ISHST\n"
		   "HCR_EL2=0x30480000038\n"
		   "ISB\n"
		   "TLBI_IPAS2E1IS 0x5\n"
		   "DSB ISH\n"
		   "TLBI_VMALLE1IS 0x0\n"
		   "DSB ISH\n"
		   "HCR_EL2=0x30488000038\n"
		   "ISB\n"
		   "[0x800000003028]=0x8000020017ff\n"
		   "DSB ISHST\n");
}

static void tb_4_block_over_a_table_frees_the_table_last(void **state)
{
	pa_t next;

	(void)state;
	fresh(MODE_VHE);
	map(0x5000, PAGE, PAGE_SIZE);
	host_log_clear();
	assert_int_equal(map(0, PAGE, BLOCK_SIZE), STAGE2_OK);
	assert_true(host_log_find(0, LOG_DESCRIPTOR, 0) <
		    host_log_find(0, LOG_SYS, SR_TLBI_VMALLS12E1IS));
	assert_u64(word_at(TABLE1), PAGE | ATTRIBUTES | DESC_VALID);
	/* The level 3 table is the allocator's again. */
	assert_true(pages_alloc(PAGE_SIZE, PAGE_SIZE, &next));
	assert_u64(next.v, TABLE2);
}

static void page_inside_a_block_replaces_it(void **state)
{
	struct stage2_mapping found;

	(void)state;
	fresh(MODE_VHE);
	map(0, PAGE, BLOCK_SIZE);
	assert_int_equal(map(0x5000, PAGE + MIB(4), PAGE_SIZE), STAGE2_OK);
	assert_int_equal(stage2_lookup(&mmu, IPA(0x5000), &found), STAGE2_OK);
	assert_u64(found.pa.v, PAGE + MIB(4));
	assert_int_equal(stage2_lookup(&mmu, IPA(0x6000), &found), STAGE2_NOT_MAPPED);
}

/* Another CPU was faster with it: no store, but this CPU forgets what made it fault. */
static void the_same_again_is_flushed_here(void **state)
{
	(void)state;
	fresh(MODE_VHE);
	loaded();
	map(0x5000, PAGE, PAGE_SIZE);
	host_log_clear();
	assert_int_equal(map(0x5000, PAGE, PAGE_SIZE), STAGE2_OK);
	assert_log("DSB NSHST\n"
		   "HCR_EL2=0x30480000038\n"
		   "ISB\n"
		   "TLBI_IPAS2E1 0x5\n"
		   "DSB NSH\n"
		   "TLBI_VMALLE1 0x0\n"
		   "DSB NSH\n"
		   "HCR_EL2=0x30488000038\n"
		   "ISB\n");
}

/* One right more: stale entries elsewhere cost a fault at most. One less: nobody may keep it. */
static void relaxed_rights_are_flushed_here_reduced_ones_everywhere(void **state)
{
	(void)state;
	fresh(MODE_VHE);
	loaded();
	stage2_map(&mmu, IPA(0), PA(PAGE), PAGE_SIZE, S2_READ, 0);
	host_log_clear();
	map(0, PAGE, PAGE_SIZE);
	assert_log("[0x800000003000]=0x8000020007ff\n"
		   "DSB NSHST\n"
		   "HCR_EL2=0x30480000038\n"
		   "ISB\n"
		   "TLBI_IPAS2E1 0x0\n"
		   "DSB NSH\n"
		   "TLBI_VMALLE1 0x0\n"
		   "DSB NSH\n"
		   "HCR_EL2=0x30488000038\n"
		   "ISB\n");
	host_log_clear();
	stage2_map(&mmu, IPA(0), PA(PAGE), PAGE_SIZE, S2_READ, 0);
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_IPAS2E1IS), 1);
}

/* A guest hypervisor asks as often as it likes, so no answer takes a look at more than a table. */
static void whether_there_is_a_level_is_found_out_in_one_table(void **state)
{
	(void)state;
	fresh(MODE_VHE);
	assert_false(stage2_has_level(&mmu, IPA(0), GIB(1), 1));
	stage2_map(&mmu, IPA(GIB(1)), PA(PAGE), PAGE_SIZE, S2_ALL, 1);
	stage2_map(&mmu, IPA(0x5000), PA(PAGE), PAGE_SIZE, S2_ALL, 2);
	assert_true(stage2_has_level(&mmu, IPA(0), GIB(1), 1));
	assert_false(stage2_has_level(&mmu, IPA(0), MIB(2), 1));
	assert_true(stage2_has_level(&mmu, IPA(0), MIB(2), 2));
	assert_false(stage2_has_level(&mmu, IPA(MIB(2)), MIB(2), 2));
}

static void write_protection_splits_what_is_partly_outside(void **state)
{
	struct stage2_mapping found;

	(void)state;
	fresh(MODE_VHE);
	map(0, PAGE, BLOCK_SIZE);
	stage2_write_protect(&mmu, IPA(0x3000), PAGE_SIZE);
	for (u64 ipa = 0; ipa < BLOCK_SIZE; ipa += PAGE_SIZE) {
		assert_int_equal(stage2_lookup(&mmu, IPA(ipa), &found), STAGE2_OK);
		assert_u64(found.pa.v, PAGE + ipa);
		assert_u64(found.size, PAGE_SIZE);
		assert_u64(found.rights, ipa == 0x3000 ? S2_ALL & ~S2_WRITE : S2_ALL);
	}
}

static void write_protection_of_whole_blocks_keeps_them(void **state)
{
	struct stage2_mapping found;

	(void)state;
	fresh(MODE_VHE);
	map(0, PAGE, BLOCK_SIZE);
	stage2_write_protect(&mmu, IPA(0), stage2_input_size());
	assert_int_equal(stage2_lookup(&mmu, IPA(0), &found), STAGE2_OK);
	assert_u64(found.size, BLOCK_SIZE);
	assert_u64(found.rights, S2_ALL & ~S2_WRITE);
}

static void access_flag_goes_and_comes_back(void **state)
{
	struct stage2_mapping found;

	(void)state;
	fresh(MODE_VHE);
	map(0x5000, PAGE, PAGE_SIZE);
	stage2_age(&mmu, IPA(0x5000), PAGE_SIZE);
	stage2_lookup(&mmu, IPA(0x5000), &found);
	assert_false(found.is_accessed);
	assert_int_equal(stage2_set_access_flag(&mmu, IPA(0x5000)), STAGE2_OK);
	stage2_lookup(&mmu, IPA(0x5000), &found);
	assert_true(found.is_accessed);
	assert_int_equal(stage2_set_access_flag(&mmu, IPA(0x6000)), STAGE2_NOT_MAPPED);
}

static void s2_30_clear_then_tlbi_then_free(void **state)
{
	pa_t next;

	(void)state;
	fresh(MODE_VHE);
	loaded();
	map(0x5000, PAGE, PAGE_SIZE);
	host_log_clear();
	stage2_unmap(&mmu, IPA(0x5000), PAGE_SIZE);
	/* What links the tables that wait for the TLBI is no valid descriptor: 0, TABLE2. */
	assert_log("[0x800000003028]=0x0\n"
		   "[0x800000002000]=0x0\n"
		   "[0x800000003000]=0x0\n"
		   "[0x800000000000]=0x0\n"
		   "[0x800000002000]=0x800000003000\n"
		   "DSB ISHST\n"
		   "HCR_EL2=0x30480000038\n"
		   "ISB\n"
		   "TLBI_IPAS2E1IS 0x5\n"
		   "DSB ISH\n"
		   "TLBI_VMALLE1IS 0x0\n"
		   "DSB ISH\n"
		   "HCR_EL2=0x30488000038\n"
		   "ISB\n");
	/* Both tables are free, and clean. */
	assert_true(pages_alloc(PAGE_SIZE, PAGE_SIZE, &next));
	assert_true(next.v == TABLE1 || next.v == TABLE2);
}

static void unmap_clears_whole_blocks_and_no_neighbours(void **state)
{
	struct stage2_mapping found;

	(void)state;
	fresh(MODE_VHE);
	map(0, PAGE, BLOCK_SIZE);
	map(BLOCK_SIZE, PAGE, PAGE_SIZE);
	map(BLOCK_SIZE + 0x2000, PAGE, PAGE_SIZE);
	stage2_unmap(&mmu, IPA(BLOCK_SIZE - PAGE_SIZE), 2 * PAGE_SIZE);
	assert_int_equal(stage2_lookup(&mmu, IPA(0), &found), STAGE2_NOT_MAPPED);
	assert_int_equal(stage2_lookup(&mmu, IPA(BLOCK_SIZE), &found), STAGE2_NOT_MAPPED);
	assert_int_equal(stage2_lookup(&mmu, IPA(BLOCK_SIZE + 0x2000), &found), STAGE2_OK);
}

static void destroyed_and_unborn_mmus_are_empty(void **state)
{
	struct stage2_mapping found;
	struct s2_mmu none = { 0 };

	(void)state;
	fresh(MODE_VHE);
	map(0, PAGE, PAGE_SIZE);
	stage2_destroy(&mmu);
	for (unsigned i = 0; i < 2; i++) {
		struct s2_mmu *which = i ? &none : &mmu;

		host_log_clear();
		stage2_unmap(which, IPA(0), stage2_input_size());
		stage2_write_protect(which, IPA(0), stage2_input_size());
		assert_int_equal(stage2_lookup(which, IPA(0), &found), STAGE2_OUT_OF_RANGE);
		assert_log("");
	}
}

/* ---- A.15 ---- */

static void tb_1_the_operand_is_a_page_number(void **state)
{
	(void)state;
	fresh(MODE_VHE);
	loaded();
	tlb_flush_ipa(&mmu, IPA(0x876543210000), 0);
	assert_non_null(strstr(host_log_text(), "TLBI_IPAS2E1IS 0x876543210\n"));
	host.has_ttl = true;
	host_log_clear();
	tlb_flush_ipa(&mmu, IPA(0x876543210000), 3); /* TTL: 4 KiB, level 3 */
	assert_non_null(strstr(host_log_text(), "TLBI_IPAS2E1IS 0x700876543210\n"));
}

static void tb_2_stage_2_first_then_combined_entries(void **state)
{
	long ipas2, dsb, vmalle1;

	(void)state;
	fresh(MODE_VHE);
	loaded();
	tlb_flush_range(&mmu, IPA(0x5000), 3 * PAGE_SIZE);
	assert_log("DSB ISHST\n"
		   "HCR_EL2=0x30480000038\n"
		   "ISB\n"
		   "TLBI_IPAS2E1IS 0x5\n"
		   "TLBI_IPAS2E1IS 0x6\n"
		   "TLBI_IPAS2E1IS 0x7\n"
		   "DSB ISH\n"
		   "TLBI_VMALLE1IS 0x0\n"
		   "DSB ISH\n"
		   "HCR_EL2=0x30488000038\n"
		   "ISB\n");
	host_log_clear();
	tlb_flush_ipa(&mmu, IPA(0), 0);
	ipas2 = host_log_find(0, LOG_SYS, SR_TLBI_IPAS2E1IS);
	dsb = host_log_find((size_t)ipas2, LOG_DSB_ISH, 0);
	vmalle1 = host_log_find(0, LOG_SYS, SR_TLBI_VMALLE1IS);
	assert_true(ipas2 >= 0 && ipas2 < dsb && dsb < vmalle1);
}

static void tb_3_nvhe_walks_are_off_while_vttbr_is_another(void **state)
{
	(void)state;
	fresh(MODE_NVHE);
	tlb_flush_vmid(&mmu);
	assert_u64(HOST_VALUE(TCR_EL1) & 0x800080, 0);
	assert_log("DSB ISHST\n"
		   "TCR_EL1=0x801087\n"
		   "ISB\n"
		   "SCTLR_EL1=0x1003\n"
		   "ISB\n"
		   "VTCR_EL2=0x800a3558\n"
		   "VTTBR_EL2=0x5800000000000\n"
		   "ISB\n"
		   "TLBI_VMALLS12E1IS 0x0\n"
		   "DSB ISH\n"
		   "ISB\n"
		   "VTTBR_EL2=0x0\n"
		   "VTCR_EL2=0x80000000\n"
		   "ISB\n"
		   "SCTLR_EL1=0x1003\n"
		   "ISB\n"
		   "TCR_EL1=0x1007\n"
		   "ISB\n");
}

static void tb_3_nvhe_same_vmid_switches_nothing(void **state)
{
	(void)state;
	fresh(MODE_NVHE);
	loaded();
	tlb_flush_vmid(&mmu);
	assert_log("DSB ISHST\n"
		   "ISB\n"
		   "TLBI_VMALLS12E1IS 0x0\n"
		   "DSB ISH\n"
		   "ISB\n");
}

/* HC-8 on VHE: with TGE=0 the loaded guest's stage 1 must not meet another's stage 2. */
static void tb_3_vhe_walks_are_off_while_vttbr_is_another(void **state)
{
	(void)state;
	fresh(MODE_VHE);
	tlb_flush_vmid(&mmu);
	assert_true(host_log_find(0, LOG_WRITE, SR_TCR_EL1) <
		    host_log_find(0, LOG_WRITE, SR_VTTBR_EL2));
	assert_true(host_log_find(0, LOG_WRITE, SR_VTTBR_EL2) <
		    host_log_find(0, LOG_WRITE, SR_HCR_EL2));
	assert_u64(host_get(SR_TCR_EL1), HOST_VALUE(TCR_EL1));
	assert_u64(host_get(SR_SCTLR_EL1), HOST_VALUE(SCTLR_EL1));
	assert_u64(host_get(SR_VTTBR_EL2), 0);
}

/* In the fix-up loop TGE is 0 already, and has to be when the guest goes on. */
static void flush_in_the_fixup_loop_leaves_tge_alone(void **state)
{
	u64 hcr;

	(void)state;
	fresh(MODE_VHE);
	loaded();
	hcr = host_get(SR_HCR_EL2) & ~F(HCR_EL2, TGE);
	host_set(SR_HCR_EL2, hcr);
	tlb_stage1(&mmu, ISS_TLBI_VAE1, 0x1234);
	assert_u64(host_get(SR_HCR_EL2), hcr);
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_VAE1IS), 1);
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_VAE1), 0);
}

static void another_vcpu_here_flushes_this_cpu_and_its_icache(void **state)
{
	(void)state;
	fresh(MODE_VHE);
	loaded();
	tlb_flush_cpu_context(&mmu);
	assert_log("HCR_EL2=0x30480000038\n"
		   "ISB\n"
		   "TLBI_VMALLE1 0x0\n"
		   "IC_IALLU 0x0\n"
		   "DSB NSH\n"
		   "HCR_EL2=0x30488000038\n"
		   "ISB\n");
}

static void large_ranges_flush_the_vmid(void **state)
{
	(void)state;
	fresh(MODE_VHE);
	tlb_flush_range(&mmu, IPA(0), MIB(1));
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_VMALLS12E1IS), 1);
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_IPAS2E1IS), 0);
}

TESTS(cmocka_unit_test(s2_33_new_mmu_has_no_vmid_and_flushes_nothing),
	cmocka_unit_test(vtcr_by_granule_and_pa_size),
	cmocka_unit_test(granule_is_the_knobs_or_a_larger_one),
	cmocka_unit_test(page_makes_two_tables_and_a_leaf),
	cmocka_unit_test(block_makes_one_table_and_a_leaf),
	cmocka_unit_test(refusals_change_nothing),
	cmocka_unit_test(no_memory_is_found_out_before_the_first_write),
	cmocka_unit_test(rights_and_the_level_of_l1_are_in_the_leaf),
	cmocka_unit_test(fwb_has_its_own_encoding), cmocka_unit_test(s2_15_leaf_sizes_by_granule),
	cmocka_unit_test(tb_4_another_output_breaks_before_it_makes),
	cmocka_unit_test(tb_4_block_over_a_table_frees_the_table_last),
	cmocka_unit_test(page_inside_a_block_replaces_it),
	cmocka_unit_test(the_same_again_is_flushed_here),
	cmocka_unit_test(relaxed_rights_are_flushed_here_reduced_ones_everywhere),
	cmocka_unit_test(whether_there_is_a_level_is_found_out_in_one_table),
	cmocka_unit_test(write_protection_splits_what_is_partly_outside),
	cmocka_unit_test(write_protection_of_whole_blocks_keeps_them),
	cmocka_unit_test(access_flag_goes_and_comes_back),
	cmocka_unit_test(s2_30_clear_then_tlbi_then_free),
	cmocka_unit_test(unmap_clears_whole_blocks_and_no_neighbours),
	cmocka_unit_test(destroyed_and_unborn_mmus_are_empty),
	cmocka_unit_test(tb_1_the_operand_is_a_page_number),
	cmocka_unit_test(tb_2_stage_2_first_then_combined_entries),
	cmocka_unit_test(tb_3_nvhe_walks_are_off_while_vttbr_is_another),
	cmocka_unit_test(tb_3_nvhe_same_vmid_switches_nothing),
	cmocka_unit_test(tb_3_vhe_walks_are_off_while_vttbr_is_another),
	cmocka_unit_test(flush_in_the_fixup_loop_leaves_tge_alone),
	cmocka_unit_test(another_vcpu_here_flushes_this_cpu_and_its_icache),
	cmocka_unit_test(large_ranges_flush_the_vmid))
