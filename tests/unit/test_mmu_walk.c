/* SPDX-License-Identifier: Apache-2.0 */
/* Stage-1 walks: granules, levels, sizes; every fault of a walk with its exact syndrome. */
#include "mmu_machine.h"

struct size_row {
	const char *why;
	unsigned granule, tsz, start, level;
	bool contiguous;
	u64 size;
};

static const struct size_row size_rows[] = {
	{ "4K page", 12, 16, 0, 3, false, 1ull << 12 },
	{ "4K, level 2 block", 12, 16, 0, 2, false, 1ull << 21 },
	{ "4K, level 1 block", 12, 16, 0, 1, false, 1ull << 30 },
	{ "4K, 16 contiguous pages", 12, 16, 0, 3, true, 1ull << 16 },
	{ "4K, 16 contiguous level 2 blocks", 12, 16, 0, 2, true, 1ull << 25 },
	{ "4K, 39 bits start at level 1", 12, 25, 1, 3, false, 1ull << 12 },
	{ "4K, 30 bits start at level 2", 12, 34, 2, 2, false, 1ull << 21 },
	{ "4K, 25 bits, level 2 with 16 entries", 12, 39, 2, 3, false, 1ull << 12 },
	{ "16K page from level 0", 14, 16, 0, 3, false, 1ull << 14 },
	{ "16K, level 2 block", 14, 16, 0, 2, false, 1ull << 25 },
	{ "16K, 128 contiguous pages", 14, 16, 0, 3, true, 1ull << 21 },
	{ "16K, 47 bits start at level 1", 14, 17, 1, 3, false, 1ull << 14 },
	{ "64K page", 16, 16, 1, 3, false, 1ull << 16 },
	{ "64K, level 2 block", 16, 16, 1, 2, false, 1ull << 29 },
	{ "64K, 32 contiguous pages", 16, 16, 1, 3, true, 1ull << 21 },
	{ "64K, 42 bits start at level 2", 16, 22, 2, 3, false, 1ull << 16 },
	{ "4K, 24 bits, level 2 with 8 entries", 12, 40, 2, 2, false, 1ull << 21 },
	{ "4K, 22 bits, level 2 with 2 entries", 12, 42, 2, 3, false, 1ull << 12 },
	{ "4K, 21 bits start at level 3", 12, 43, 3, 3, false, 1ull << 12 },
	{ "4K, 16 bits, level 3 with 16 entries", 12, 48, 3, 3, false, 1ull << 12 },
	{ "16K, 25 bits start at level 3", 14, 39, 3, 3, false, 1ull << 14 },
	{ "16K, 16 bits, level 3 with 4 entries", 14, 48, 3, 3, false, 1ull << 14 },
	{ "64K, 17 bits, level 3 with 2 entries", 16, 47, 3, 3, false, 1ull << 16 },
};

static u64 tg0_of(unsigned granule)
{
	return granule == 12 ? 0 : granule == 14 ? 2 : 1;
}

static u64 tg1_of(unsigned granule)
{
	return granule == 12 ? 2 : granule == 14 ? 1 : 3;
}

static void sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(size_rows); i++) {
		const struct size_row *row = &size_rows[i];
		struct machine *m = machine_create();
		struct cpu *cpu = m->cpu;
		struct tt tt = tt_new(m, row->granule, 64 - row->tsz, row->start);
		u64 block = 1ull << level_shift(&tt, row->level), offset = row->size - 0x468;
		u64 va = row->size * 2 % (1ull << (64 - row->tsz)), pa = row->size * 4;
		u64 high = ~0ull << (64 - row->tsz) | va;
		struct translation t;

		for (unsigned n = 0; n < row->size / block; n++)
			tt_map(m, &tt, va + n * block, pa + n * block, row->level,
				D_AF | (row->contiguous ? D_CONT : 0));
		cpu->sys[SR_TTBR0_EL1] = cpu->sys[SR_TTBR1_EL1] = tt.root;
		cpu->sys[SR_TCR_EL1] = row->tsz | row->tsz << 16 | tg0_of(row->granule) << 14 |
				       tg1_of(row->granule) << 30 | 5ull << 32;
		cpu->sys[SR_MAIR_EL1] = MAIR_TEST;
		cpu->sys[SR_SCTLR_EL1] = SCTLR_EL1_M | SCTLR_EL1_C;
		if (row->tsz > 39)
			add_feature(cpu, FEAT_TTST);
		settle(cpu);
		for (unsigned range = 0; range < 2; range++) {
			u64 at = (range ? high : va) + offset;

			if (!mmu_translate(cpu, at, READ8, &t))
				fail_msg("row %zu, %s: iss 0x%x", i, row->why, cpu->fault.iss);
			if (t.pa.v != pa + offset || t.page_size != row->size)
				fail_msg("row %zu, %s: pa 0x%" PRIx64 " size 0x%" PRIx64, i,
					row->why, t.pa.v, t.page_size);
		}
		machine_destroy(m);
	}
}

/* One mapping is broken at a level; what a read reports. */
enum breakage { INVALID, RESERVED, BIG_OUTPUT, NO_AF, NOWHERE, BIG_TABLE };

struct fault_row {
	const char *why;
	enum breakage what;
	unsigned level;
	u32 status;
};

static const struct fault_row fault_rows[] = {
	{ "invalid, level 0", INVALID, 0, TRANSLATION + 0 },
	{ "invalid, level 1", INVALID, 1, TRANSLATION + 1 },
	{ "invalid, level 2", INVALID, 2, TRANSLATION + 2 },
	{ "invalid, level 3", INVALID, 3, TRANSLATION + 3 },
	{ "no blocks at level 0", RESERVED, 0, TRANSLATION + 0 },
	{ "0b01 is reserved at level 3", RESERVED, 3, TRANSLATION + 3 },
	{ "block output beyond IPS, level 1", BIG_OUTPUT, 1, ADDRESS_SIZE + 1 },
	{ "block output beyond IPS, level 2", BIG_OUTPUT, 2, ADDRESS_SIZE + 2 },
	{ "page output beyond IPS", BIG_OUTPUT, 3, ADDRESS_SIZE + 3 },
	{ "table address beyond IPS, level 0", BIG_TABLE, 0, ADDRESS_SIZE + 0 },
	{ "table address beyond IPS, level 2", BIG_TABLE, 2, ADDRESS_SIZE + 2 },
	{ "AF clear, level 1", NO_AF, 1, ACCESS_FLAG + 1 },
	{ "AF clear, level 2", NO_AF, 2, ACCESS_FLAG + 2 },
	{ "AF clear, level 3", NO_AF, 3, ACCESS_FLAG + 3 },
	{ "table at no memory, read at level 1", NOWHERE, 0, WALK_EA + 1 },
	{ "table at no memory, read at level 3", NOWHERE, 2, WALK_EA + 3 },
};

static void break_mapping(
	struct machine *m, const struct tt *tt, u64 va, const struct fault_row *row)
{
	u64 *slot;

	switch (row->what) {
	case BIG_OUTPUT: tt_map(m, tt, va, 1ull << 40, row->level, D_AF); return;
	case NO_AF: tt_map(m, tt, va, 0, row->level, 0); return;
	default: break;
	}
	slot = ram64(m, tt_slot(m, tt, va, row->level));
	*slot = row->what == INVALID	? 0xfffff000
		: row->what == RESERVED ? (RAM_BASE | D_AF | 1)
		: row->what == NOWHERE	? (NOTHING | 3)
					: (1ull << 40 | 3);
}

static void faults(void **state)
{
	static const struct {
		struct access access;
		u32 extra;
		u8 ec;
	} accesses[] = {
		{ { ACCESS_READ, 0, 8 }, 0, EC_DABT_LOWER },
		{ { ACCESS_WRITE, 0, 8 }, WNR, EC_DABT_LOWER },
		{ { ACCESS_FETCH, 0, 4 }, 0, EC_IABT_LOWER },
		{ { ACCESS_ATOMIC, 0, 8 }, 0, EC_DABT_LOWER },
		{ { ACCESS_CACHE, 0, 64 }, WNR | CM, EC_DABT_LOWER },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(fault_rows); i++) {
		struct machine *m = machine_create();
		struct cpu *cpu = m->cpu;
		struct tt tt = el10_on(m);
		u64 va = 0x123456789000;

		cpu->sys[SR_TCR_EL1] = put_bits(cpu->sys[SR_TCR_EL1], 34, 32, 2); /* 40 bits */
		settle(cpu);
		break_mapping(m, &tt, va, &fault_rows[i]);
		for (size_t j = 0; j < COUNT(accesses); j++) {
			u32 iss = fault_iss(cpu, va + 8, accesses[j].access);
			u32 want = fault_rows[i].status | accesses[j].extra;

			if (iss != want || cpu->fault.ec != accesses[j].ec ||
				cpu->fault.far != va + 8 || !cpu->fault.far_valid ||
				cpu->fault.stage2 || cpu->fault.target_el != 0)
				fail_msg("row %zu, %s, access %zu: iss 0x%x not 0x%x", i,
					fault_rows[i].why, j, iss, want);
		}
		assert_int_equal(m->walks, 0);
		machine_destroy(m);
	}
}

struct va_row {
	const char *why;
	u64 tcr, va;
	int status; /* -1: translates to RAM_BASE */
};

#define TCR_39 (25ull | 25ull << 16 | 2ull << 30 | 5ull << 32)

static const struct va_row va_rows[] = {
	{ "low range", TCR_39, 0x7fc0000000, -1 },
	{ "high range", TCR_39, 0xffffffffc0000000, -1 },
	{ "just above the low range", TCR_39, 0x8000000000, TRANSLATION },
	{ "just below the high range", TCR_39, 0xffffff7fc0000000, TRANSLATION },
	{ "between the ranges", TCR_39, 0x0080000000000000, TRANSLATION },
	{ "a tag without TBI0", TCR_39, 0x5500007fc0000000, TRANSLATION },
	{ "a tag with TBI0", TCR_39 | BIT(37), 0x5500007fc0000000, -1 },
	{ "a tag with TBI0, bit 54 set", TCR_39 | BIT(37), 0x5540007fc0000000, TRANSLATION },
	{ "a tag with TBI1 only", TCR_39 | BIT(38), 0x5500007fc0000000, TRANSLATION },
	{ "high range: a tag with TBI1", TCR_39 | BIT(38), 0x00ffffffc0000000, -1 },
	{ "high range: a tag without TBI1", TCR_39 | BIT(37), 0x00ffffffc0000000, TRANSLATION },
	{ "EPD0", TCR_39 | BIT(7), 0x7fc0000000, TRANSLATION },
	{ "EPD0 is not for the high range", TCR_39 | BIT(7), 0xffffffffc0000000, -1 },
	{ "E0PD0 is not for EL1", TCR_39 | TCR_EL1_E0PD0, 0x7fc0000000, -1 },
	{ "EPD1", TCR_39 | BIT(23), 0xffffffffc0000000, TRANSLATION },
};

static void ranges_and_tags(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(va_rows); i++) {
		struct machine *m = machine_create();
		struct tt tt = tt_new(m, 12, 39, 1);
		struct translation t;
		bool ok;

		el10_on(m);
		tt_map(m, &tt, 0x7fc0000000, RAM_BASE, 1, D_AF);
		m->cpu->sys[SR_TTBR0_EL1] = m->cpu->sys[SR_TTBR1_EL1] = tt.root;
		m->cpu->sys[SR_TCR_EL1] = va_rows[i].tcr;
		settle(m->cpu);
		/* the TLB must not hide the checks */
		translated_pa(
			m->cpu, va_rows[i].tcr & BIT(7) ? 0xffffffffc0000000 : 0x7fc0000000, READ8);
		ok = mmu_translate(m->cpu, va_rows[i].va, READ8, &t);
		if (ok != (va_rows[i].status < 0) ||
			(ok ? t.pa.v != RAM_BASE : m->cpu->fault.iss != (u32)va_rows[i].status))
			fail_msg("row %zu, %s: ok %d iss 0x%x", i, va_rows[i].why, ok,
				m->cpu->fault.iss);
		machine_destroy(m);
	}
}

/* Bits of table addresses below the table's size, TTBR.CnP among them, are ignored. */
static void ignored_address_bits(void **state)
{
	struct machine *m = *state;
	struct tt tt = tt_new(m, 16, 42, 2);

	el10_on(m);
	tt_map(m, &tt, 0x12340000, RAM_BASE, 3, D_AF);
	*ram64(m, tt_slot(m, &tt, 0x12340000, 2)) |= 0xf000;
	m->cpu->sys[SR_TTBR0_EL1] = tt.root | 0xfff;
	m->cpu->sys[SR_TCR_EL1] = 22 | 1ull << 14 | 22ull << 16 | 3ull << 30 | 5ull << 32;
	settle(m->cpu);
	assert_int_equal(translated_pa(m->cpu, 0x12341238, READ8), RAM_BASE + 0x1238);
}

/* Our choice among the CONSTRAINED UNPREDICTABLE behaviours: as the nearest legal value. */
static void txsz_out_of_range(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);

	tt_map(m, &tt, 0xffff00001000, RAM_BASE, 3, D_AF);
	m->cpu->sys[SR_TCR_EL1] &= ~TCR_EL1_T0SZ; /* 0, as 16 */
	settle(m->cpu);
	assert_int_equal(translated_pa(m->cpu, 0xffff00001000, READ8), RAM_BASE);
	assert_int_equal(fault_iss(m->cpu, 1ull << 48, READ8), TRANSLATION + 0);
	m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_T0SZ; /* 63, as 39 */
	settle(m->cpu);
	assert_int_equal(fault_iss(m->cpu, 1ull << 25, READ8), TRANSLATION + 0);
	assert_int_equal(fault_iss(m->cpu, 1ull << 24, READ8), TRANSLATION + 2);
}

/* FEAT_TTST: 48 is the largest, 47 with 64K granules. */
static void txsz_of_small_tables(void **state)
{
	struct machine *m = *state;

	el10_on(m);
	add_feature(m->cpu, FEAT_TTST);
	m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_T0SZ; /* 63, as 48 */
	settle(m->cpu);
	assert_int_equal(fault_iss(m->cpu, 1ull << 16, READ8), TRANSLATION + 0);
	assert_int_equal(fault_iss(m->cpu, 1ull << 15, READ8), TRANSLATION + 3);
	m->cpu->sys[SR_TCR_EL1] |= 1ull << 14; /* 64K, as 47 */
	settle(m->cpu);
	assert_int_equal(fault_iss(m->cpu, 1ull << 17, READ8), TRANSLATION + 0);
	assert_int_equal(fault_iss(m->cpu, 1ull << 16, READ8), TRANSLATION + 3);
}

/* Hits must not accept a tag byte that the walk would refuse. */
static void tagged_hits(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);

	tt_map(m, &tt, 0x1000, RAM_BASE, 3, D_AF);
	assert_int_equal(translated_pa(m->cpu, 0x1008, READ8), RAM_BASE + 8);
	assert_int_equal(fault_iss(m->cpu, 0x5500000000001008, READ8), TRANSLATION);
	m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_TBI0;
	settle(m->cpu);
	assert_int_equal(translated_pa(m->cpu, 0x5500000000001008, READ8), RAM_BASE + 8);
	assert_int_equal(m->walks, 1);
	/* the host TLB keeps the tagged address, and TLBI by VA finds it */
	assert_true(mmu_load(m->cpu, 0x5500000000001008, 8, 0).ok);
	assert_non_null(host_read(m->cpu, 0x5500000000001008, 8));
	mmu_tlbi(m->cpu, SR_TLBI_VAE1, 1);
	assert_null(host_read(m->cpu, 0x5500000000001008, 8));
}

/* The root table's own address. */
static void ttbr_beyond_ips(void **state)
{
	struct machine *m = *state;

	el10_on(m);
	m->cpu->sys[SR_TTBR0_EL1] = 1ull << 44;
	m->cpu->sys[SR_TCR_EL1] = put_bits(m->cpu->sys[SR_TCR_EL1], 34, 32, 2);
	settle(m->cpu);
	assert_int_equal(fault_iss(m->cpu, 0x1000, READ8), ADDRESS_SIZE + 0);
}

/* IPS larger than the implemented size does not help. */
static void pa_bits_limit_ips(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);

	m->cpu->pa_bits = 40;
	mmu_reset(m->cpu);
	tt_map(m, &tt, 0x1000, 1ull << 41, 3, D_AF);
	assert_int_equal(fault_iss(m->cpu, 0x1000, READ8), ADDRESS_SIZE + 3);
}

/* A contiguous set that does not map one range is used page by page. */
static void bad_contiguous_set(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);
	struct translation t;

	tt_map(m, &tt, 0x10000, RAM_BASE + 0x5000, 3, D_AF | D_CONT);
	assert_true(mmu_translate(m->cpu, 0x10008, READ8, &t));
	assert_int_equal(t.pa.v, RAM_BASE + 0x5008);
	assert_int_equal(t.page_size, PAGE_SIZE);
}

struct off_row {
	const char *why;
	unsigned el;
	u64 hcr, tcr, va;
	int status;
	unsigned attr;
};

static const struct off_row off_rows[] = {
	{ "EL1, flat, Device", EL1, 0, 0, RAM_BASE, -1, 0x00 },
	{ "EL0", EL0, 0, 0, RAM_BASE, -1, 0x00 },
	{ "EL2", EL2, 0, 0, RAM_BASE, -1, 0x00 },
	{ "EL2, E2H", EL2, HCR_EL2_E2H, 0, RAM_BASE, -1, 0x00 },
	{ "the highest address", EL1, 0, 0, 0xfffffffff8, -1, 0x00 },
	{ "beyond the physical size", EL1, 0, 0, 1ull << 40, ADDRESS_SIZE, 0 },
	{ "beyond, at EL2", EL2, 0, 0, 1ull << 47, ADDRESS_SIZE, 0 },
	{ "a high address", EL1, 0, 0, 0xffff000000000000, ADDRESS_SIZE, 0 },
	{ "a tag", EL1, 0, 0, 0x12ull << 56 | RAM_BASE, ADDRESS_SIZE, 0 },
	{ "a tag with TBI0", EL1, 0, BIT(37), 0x12ull << 56 | RAM_BASE, -1, 0x00 },
};

static void stage1_off(void **state)
{
	struct machine *m = *state;

	m->cpu->pa_bits = 40;
	for (size_t i = 0; i < COUNT(off_rows); i++) {
		const struct off_row *row = &off_rows[i];
		struct translation t;
		bool ok;

		m->cpu->pstate.el = (u8)row->el;
		m->cpu->sys[SR_HCR_EL2] = row->hcr;
		m->cpu->sys[SR_TCR_EL1] = row->tcr;
		mmu_reset(m->cpu);
		ok = mmu_translate(m->cpu, row->va, READ8, &t);
		if (ok != (row->status < 0) ||
			(ok ? t.pa.v != bits(row->va, 55, 0) || t.attributes != row->attr
			    : m->cpu->fault.iss != (u32)row->status))
			fail_msg("row %zu, %s: ok %d iss 0x%x", i, row->why, ok, m->cpu->fault.iss);
	}
}

/* {E2H,TGE} = {0,1}: SCTLR_EL1.M is ignored for EL0. */
static void tge_without_e2h(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);

	tt_map(m, &tt, RAM_BASE, RAM_BASE + 0x1000, 3, D_AF | D_AP(1));
	at_el(m->cpu, EL0);
	assert_int_equal(translated_pa(m->cpu, RAM_BASE, READ8), RAM_BASE + 0x1000);
	m->cpu->sys[SR_HCR_EL2] = HCR_EL2_TGE;
	settle(m->cpu);
	assert_int_equal(translated_pa(m->cpu, RAM_BASE, READ8), RAM_BASE);
}

static void walk_event(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);

	tt_map(m, &tt, 0x200000, RAM_BASE + 0x200000, 2, D_AF);
	translated_pa(m->cpu, 0x201238, WRITE8);
	assert_int_equal(m->walks, 1);
	assert_int_equal(m->last_walk.va, 0x201238);
	assert_int_equal(m->last_walk.pa, RAM_BASE + 0x201238);
	assert_int_equal(m->last_walk.page_size, 0x200000);
	assert_true(m->last_walk.write && !m->last_walk.fetch && !m->last_walk.stage2);
	translated_pa(m->cpu, 0x3ffff8, READ8);
	assert_int_equal(m->walks, 1); /* the block is in the TLB */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(faults),
		cmocka_unit_test(ranges_and_tags),
		TEST(ignored_address_bits),
		TEST(txsz_out_of_range),
		TEST(txsz_of_small_tables),
		TEST(tagged_hits),
		TEST(ttbr_beyond_ips),
		TEST(pa_bits_limit_ips),
		TEST(bad_contiguous_set),
		TEST(stage1_off),
		TEST(tge_without_e2h),
		TEST(walk_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
