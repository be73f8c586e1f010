/* SPDX-License-Identifier: Apache-2.0 */
/* Stage 2: permissions, attributes, faults of the output and of the stage-1 walk, HAFDBS, DC, PTW.
 */
#include "mmu_machine.h"

#define PAGE_IPA 0x80001000ull /* stage 1 maps VA 0x1000 here; stage 2 as the test says */
#define VA	 0x1000ull

struct both {
	struct tt s1, s2;
};

/* Both stages; EL1 page at VA for everybody, stage 2 with one page of its own. */
static struct both both_on(struct machine *m, u64 s1_leaf, u64 s2_leaf)
{
	struct both b = { el10_on(m), stage2_on(m) };

	tt_map(m, &b.s1, VA, PAGE_IPA, 3, D_AF | s1_leaf);
	tt_map(m, &b.s2, PAGE_IPA, RAM_BASE + 0x5000, 3, s2_leaf);
	return b;
}

static void translates_twice(void **state)
{
	struct machine *m = *state;
	struct both b = both_on(m, 0, S2_RWX_WB);

	assert_int_equal(translated_pa(m->cpu, VA + 0x123, READ8), RAM_BASE + 0x5123);
	assert_int_equal(m->last_walk.ipa, PAGE_IPA + 0x123);
	assert_true(m->last_walk.stage2);
	/* without stage 2 the IPA is the PA, and the TLB does not mix the two */
	m->cpu->sys[SR_HCR_EL2] = 0;
	settle(m->cpu);
	assert_int_equal(translated_pa(m->cpu, VA + 0x123, READ8), PAGE_IPA + 0x123);
	(void)b;
}

/* The smaller of the two stages' sizes counts. */
static void combined_size(void **state)
{
	struct machine *m = *state;
	struct tt s1 = el10_on(m), s2 = stage2_on(m);
	struct translation t;

	tt_map(m, &s1, 0x40000000, RAM_BASE, 1, D_AF); /* 1 GiB over 2 MiB */
	tt_map(m, &s1, 0x1000, RAM_BASE + 0x3000, 3, D_AF);
	assert_true(mmu_translate(m->cpu, 0x40601238, READ8, &t));
	assert_int_equal(t.page_size, 0x200000);
	assert_int_equal(t.pa.v, RAM_BASE + 0x601238);
	assert_true(mmu_translate(m->cpu, 0x1008, READ8, &t));
	assert_int_equal(t.page_size, 0x1000);
	(void)s2;
}

struct start_row {
	const char *why;
	unsigned granule, t0sz, sl0, start, pa_bits;
	int status; /* -1: translates */
};

static const struct start_row start_rows[] = {
	{ "4K, 40 bits from level 1, two tables", 12, 24, 1, 1, 48, -1 },
	{ "4K, 39 bits from level 1", 12, 25, 1, 1, 48, -1 },
	{ "4K, 43 bits from level 1, 16 tables", 12, 21, 1, 1, 48, -1 },
	{ "4K, 44 bits do not fit level 1", 12, 20, 1, 1, 48, TRANSLATION },
	{ "4K, 44 bits from level 0", 12, 20, 2, 0, 48, -1 },
	{ "4K, level 0 needs 44 bits of PA", 12, 20, 2, 0, 42, TRANSLATION },
	{ "4K, 34 bits from level 2, 16 tables", 12, 30, 0, 2, 48, -1 },
	{ "4K, 35 bits do not fit level 2", 12, 29, 0, 2, 48, TRANSLATION },
	{ "4K, 30 bits are too few for level 1", 12, 34, 1, 1, 48, TRANSLATION },
	{ "4K, SL0 = 3", 12, 24, 3, 0, 48, TRANSLATION },
	{ "16K, 40 bits from level 2", 14, 24, 1, 2, 48, -1 },
	{ "16K, 40 bits from level 1 with PA 48", 14, 24, 2, 1, 48, -1 },
	{ "16K, level 1 needs 42 bits of PA", 14, 24, 2, 1, 40, TRANSLATION },
	{ "64K, 40 bits from level 2", 16, 24, 1, 2, 48, -1 },
	{ "64K, 29 bits from level 3", 16, 35, 0, 3, 48, -1 },
	{ "64K, 34 bits do not fit level 3", 16, 30, 0, 3, 48, TRANSLATION },
};

/* With FEAT_TTST. */
static const struct start_row small_rows[] = {
	{ "4K, SL0 = 3 is level 3: 25 bits, 16 tables", 12, 39, 3, 3, 48, -1 },
	{ "4K, 26 bits do not fit level 3", 12, 38, 3, 3, 48, TRANSLATION },
	{ "4K, 17 bits from level 3", 12, 47, 3, 3, 48, -1 },
	{ "4K, 22 bits from level 2", 12, 42, 0, 2, 48, -1 },
	{ "4K, 21 bits are too few for level 2", 12, 43, 0, 2, 48, TRANSLATION },
	{ "16K, SL0 = 3", 14, 16, 3, 0, 48, TRANSLATION },
	{ "16K, 18 bits from level 3", 14, 46, 0, 3, 48, -1 },
	{ "64K, SL0 = 3", 16, 39, 3, 3, 48, TRANSLATION },
	{ "64K, 18 bits from level 3", 16, 46, 0, 3, 48, -1 },
};

static void check_start(const struct start_row *row, bool ttst)
{
	struct machine *m = machine_create();
	struct cpu *cpu = m->cpu;
	struct tt s2 = tt_new(m, row->granule, 64 - row->t0sz, row->start);
	static const u64 tg0[3] = { 0, 2, 1 };
	unsigned size = 64 - row->t0sz;
	/* the highest that stage 1, which is off, lets through */
	u64 ipa = (1ull << (size < row->pa_bits ? size : row->pa_bits)) - 0x10000;
	u64 page = 1ull << row->granule;
	struct translation t;
	bool ok;

	cpu->pa_bits = (u8)row->pa_bits;
	if (ttst)
		add_feature(cpu, FEAT_TTST);
	if (row->status < 0 || row->sl0 == 3)
		tt_map(m, &s2, ipa, RAM_BASE, 3, S2_RWX_WB);
	cpu->sys[SR_VTTBR_EL2] = s2.root;
	cpu->sys[SR_VTCR_EL2] =
		row->t0sz | (u64)row->sl0 << 6 | tg0[(row->granule - 12) / 2] << 14 | 5ull << 16;
	cpu->sys[SR_HCR_EL2] = HCR_EL2_VM;
	mmu_reset(cpu);
	ok = mmu_translate(cpu, ipa + 8, READ8, &t);
	if (ok != (row->status < 0) ||
		(ok ? t.pa.v != RAM_BASE + 8 || t.page_size != page
		    : cpu->fault.iss != (u32)row->status || cpu->fault.ipa.v != ipa + 8))
		fail_msg("%s: ok %d iss 0x%x", row->why, ok, cpu->fault.iss);
	machine_destroy(m);
}

static void start_levels(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(start_rows); i++)
		check_start(&start_rows[i], false);
	for (size_t i = 0; i < COUNT(small_rows); i++)
		check_start(&small_rows[i], true);
}

static void input_out_of_range(void **state)
{
	struct machine *m = *state;
	struct both b = both_on(m, 0, S2_RWX_WB);

	tt_map(m, &b.s1, 0x2000, 1ull << 40, 3, D_AF);
	assert_int_equal(fault_iss(m->cpu, 0x2008, READ8), TRANSLATION + 0);
	assert_true(m->cpu->fault.stage2 && m->cpu->fault.ipa_valid && !m->cpu->fault.s1ptw);
	assert_int_equal(m->cpu->fault.ipa.v, (1ull << 40) + 8);
	assert_int_equal(m->cpu->fault.target_el, EL2);
}

/* ---- Permissions ---- */

struct perm_row {
	const char *why;
	bool xnx;
	u64 leaf; /* S2AP, XN */
	const char *el1, *el0;
};

#define XN(n) ((u64)(n) << 53)

static const struct perm_row perm_rows[] = {
	{ "S2AP=00", false, D_S2(0), "--x", "--x" },
	{ "S2AP=01", false, D_S2(1), "r-x", "r-x" },
	{ "S2AP=10", false, D_S2(2), "-wx", "-wx" },
	{ "S2AP=11", false, D_S2(3), "rwx", "rwx" },
	{ "XN=1", false, D_S2(3) | XN(2), "rw-", "rw-" },
	{ "bit 53 without FEAT_XNX", false, D_S2(3) | XN(1), "rwx", "rwx" },
	{ "XN=11 without FEAT_XNX", false, D_S2(3) | XN(3), "rw-", "rw-" },
	{ "XNX: 01 is for EL0 only", true, D_S2(3) | XN(1), "rw-", "rwx" },
	{ "XNX: 10 is for nobody", true, D_S2(3) | XN(2), "rw-", "rw-" },
	{ "XNX: 11 is for EL1 only", true, D_S2(3) | XN(3), "rwx", "rw-" },
	{ "XNX: 00 is for both", true, D_S2(3) | XN(0), "rwx", "rwx" },
};

static void check_rights(
	struct machine *m, const struct perm_row *row, unsigned el, const char *want)
{
	static const struct access kinds[3] = { { ACCESS_READ, 0, 8 }, { ACCESS_WRITE, 0, 8 },
		{ ACCESS_FETCH, 0, 4 } };

	at_el(m->cpu, el);
	for (unsigned pass = 0; pass < 6; pass++) {
		unsigned kind = pass % 3;
		bool passes = want[kind] != '-';
		/* S1: AP=11 read-only pages are not used here, so a fault is stage 2's */
		u32 iss = PERMISSION | 3 | (kind == 1 ? WNR : 0);
		struct translation t;
		bool ok = mmu_translate(m->cpu, VA + 8, kinds[kind], &t);

		if (ok != passes || (!ok && (m->cpu->fault.iss != iss || !m->cpu->fault.stage2 ||
						    m->cpu->fault.s1ptw ||
						    m->cpu->fault.ipa.v != PAGE_IPA + 8 ||
						    m->cpu->fault.target_el != EL2)))
			fail_msg("%s, EL%u, pass %u: ok %d iss 0x%x", row->why, el, pass, ok,
				m->cpu->fault.iss);
	}
}

static void permissions(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(perm_rows); i++) {
		const struct perm_row *row = &perm_rows[i];
		struct machine *m = machine_create();

		if (row->xnx)
			add_feature(m->cpu, FEAT_XNX);
		/* no AP gives EL1 execution and EL0 writing: two pages of stage 1 */
		for (unsigned el = EL0; el <= EL1; el++) {
			mmu_reset(m->cpu);
			both_on(m, el == EL1 ? D_AP(0) : D_AP(1), row->leaf | D_AF | D_S2ATTR(15));
			check_rights(m, row, el, el == EL1 ? row->el1 : row->el0);
		}
		machine_destroy(m);
	}
}

/* Stage 1 speaks first. */
static void stage1_permission_first(void **state)
{
	struct machine *m = *state;

	both_on(m, D_AP(2), D_AF | D_S2ATTR(15));
	assert_int_equal(fault_iss(m->cpu, VA, WRITE8), PERMISSION | 3 | WNR);
	assert_false(m->cpu->fault.stage2);
	assert_int_equal(fault_iss(m->cpu, VA, READ8), PERMISSION | 3);
	assert_true(m->cpu->fault.stage2);
}

static void other_faults(void **state)
{
	struct machine *m = *state;
	struct both b = both_on(m, 0, S2_RWX_WB & ~D_AF);

	assert_int_equal(fault_iss(m->cpu, VA, READ8), ACCESS_FLAG | 3);
	assert_true(m->cpu->fault.stage2);
	tt_map(m, &b.s2, PAGE_IPA, 1ull << 44, 3, S2_RWX_WB);
	m->cpu->sys[SR_VTCR_EL2] = put_bits(m->cpu->sys[SR_VTCR_EL2], 18, 16, 2); /* PS: 40 bits */
	settle(m->cpu);
	assert_int_equal(fault_iss(m->cpu, VA, READ8), ADDRESS_SIZE | 3);
	assert_true(m->cpu->fault.stage2);
	*ram64(m, tt_slot(m, &b.s2, PAGE_IPA, 2)) = NOTHING | 3;
	assert_int_equal(fault_iss(m->cpu, VA, READ8), WALK_EA | 3);
	assert_true(m->cpu->fault.stage2 && !m->cpu->fault.ipa_valid);
	*ram64(m, tt_slot(m, &b.s2, PAGE_IPA, 1)) = 0;
	assert_int_equal(fault_iss(m->cpu, VA, WRITE8), TRANSLATION | 1 | WNR);
	assert_int_equal(fault_iss(m->cpu, VA, FETCH4), TRANSLATION | 1);
	assert_int_equal(m->cpu->fault.ec, EC_IABT_LOWER);
}

/* ---- Faults on the stage-1 walk ---- */

struct walk_row {
	const char *why;
	u64 leaf; /* stage 2 of the page with the level-3 table */
	u64 hcr;
	struct access access;
	int status;
};

static const struct walk_row walk_rows[] = {
	{ "not mapped", 0, 0, { ACCESS_READ, 0, 8 }, TRANSLATION | 3 | S1PTW },
	{ "not mapped, write", 0, 0, { ACCESS_WRITE, 0, 8 }, TRANSLATION | 3 | S1PTW | WNR },
	{ "not mapped, fetch", 0, 0, { ACCESS_FETCH, 0, 4 }, TRANSLATION | 3 | S1PTW },
	{ "AF", 3 | D_S2(3) | D_S2ATTR(15), 0, { ACCESS_READ, 0, 8 }, ACCESS_FLAG | 3 | S1PTW },
	{ "not readable", 3 | D_AF | D_S2(2) | D_S2ATTR(15), 0, { ACCESS_READ, 0, 8 },
		PERMISSION | 3 | S1PTW },
	{ "read-only is enough", 3 | D_AF | D_S2(1) | D_S2ATTR(15), 0, { ACCESS_WRITE, 0, 8 }, -1 },
	{ "XN does not matter", 3 | D_AF | D_S2(1) | D_S2ATTR(15) | XN(2), 0,
		{ ACCESS_FETCH, 0, 4 }, -1 },
	{ "Device without PTW", 3 | D_AF | D_S2(3) | D_S2ATTR(1), 0, { ACCESS_READ, 0, 8 }, -1 },
	{ "Device with PTW", 3 | D_AF | D_S2(3) | D_S2ATTR(1), HCR_EL2_PTW, { ACCESS_READ, 0, 8 },
		PERMISSION | 3 | S1PTW },
	{ "Normal with PTW", 3 | D_AF | D_S2(3) | D_S2ATTR(5), HCR_EL2_PTW, { ACCESS_READ, 0, 8 },
		-1 },
};

static void faults_on_walk(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(walk_rows); i++) {
		const struct walk_row *row = &walk_rows[i];
		struct machine *m = machine_create();
		struct both b = both_on(m, 0, S2_RWX_WB);
		u64 slot = tt_slot(m, &b.s1, VA, 3), block = align_down(slot, 0x200000);
		struct translation t;
		bool ok;

		/* the 2 MiB block with the tables again by pages */
		*ram64(m, tt_slot(m, &b.s2, block, 2)) = 0;
		for (u64 page = block; page < block + 0x200000; page += PAGE_SIZE)
			tt_map(m, &b.s2, page, page, 3, S2_RWX_WB);
		*ram64(m, tt_slot(m, &b.s2, slot, 3)) = row->leaf ? PAGE_BASE(slot) | row->leaf : 0;
		m->cpu->sys[SR_HCR_EL2] |= row->hcr;
		settle(m->cpu);
		ok = mmu_translate(m->cpu, VA + 0x18, row->access, &t);
		if (ok != (row->status < 0) ||
			(!ok && (m->cpu->fault.iss != (u32)row->status || !m->cpu->fault.s1ptw ||
					!m->cpu->fault.stage2 || m->cpu->fault.ipa.v != slot ||
					m->cpu->fault.far != VA + 0x18 ||
					!m->cpu->fault.ipa_valid ||
					m->cpu->fault.target_el != EL2)))
			fail_msg("row %zu, %s: ok %d iss 0x%x", i, row->why, ok, m->cpu->fault.iss);
		machine_destroy(m);
	}
}

/* An update of the stage-1 descriptor writes through stage 2. HYPERVISOR-SPEC HW-25 */
static void update_needs_stage2_write(void **state)
{
	struct machine *m = *state;
	struct both b = both_on(m, D_AP(2) | D_DBM, S2_RWX_WB);
	u64 slot = tt_slot(m, &b.s1, VA, 3), *block = ram64(m, tt_slot(m, &b.s2, slot, 2));

	m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_HA | TCR_EL1_HD;
	*block &= ~D_S2(2); /* read-only tables */
	settle(m->cpu);
	assert_int_equal(fault_iss(m->cpu, VA, WRITE8), PERMISSION | 2 | S1PTW | WNR);
	assert_int_equal(m->cpu->fault.ipa.v, slot);
	assert_true(*ram64(m, slot) & D_AP(2));
	translated_pa(m->cpu, VA, READ8); /* AF is set: no update needed */
	*block |= D_S2(2);
	translated_pa(m->cpu, VA, WRITE8);
	assert_false(*ram64(m, slot) & D_AP(2));
	*ram64(m, slot) &= ~D_AF;
	*block &= ~D_S2(2);
	mmu_tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	assert_int_equal(fault_iss(m->cpu, VA, READ8), PERMISSION | 2 | S1PTW);
}

/* Stage 2's own AF and dirty state: VTCR_EL2.HA and HD. */
static void stage2_update(void **state)
{
	struct machine *m = *state;
	struct both b = both_on(m, 0, D_S2(1) | D_DBM | D_S2ATTR(15));
	u64 slot = tt_slot(m, &b.s2, PAGE_IPA, 3);

	m->cpu->sys[SR_VTCR_EL2] |= VTCR_EL2_HA;
	settle(m->cpu);
	translated_pa(m->cpu, VA, READ8);
	assert_true(*ram64(m, slot) & D_AF);
	assert_int_equal(fault_iss(m->cpu, VA, WRITE8), PERMISSION | 3 | WNR);
	m->cpu->sys[SR_VTCR_EL2] |= VTCR_EL2_HD;
	settle(m->cpu);
	mmu_tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	assert_true(mmu_load(m->cpu, VA, 8, 0).ok);
	assert_false(*ram64(m, slot) & D_S2(2));
	assert_true(mmu_store(m->cpu, VA, 8, 1, 0));
	assert_true(*ram64(m, slot) & D_S2(2));
}

/* ---- Attributes ---- */

struct attr_row {
	const char *why;
	unsigned s1_index; /* into MAIR_TEST */
	u64 s1_sh;
	unsigned s2_attr;
	u64 s2_sh;
	u64 hcr;
	unsigned attr, sh;
};

enum { NSH = 0, OSH = 2, ISH = 3 };

static const struct attr_row attr_rows[] = {
	{ "WB and WB", 0, ISH, 0xf, NSH, 0, 0xff, ISH },
	{ "WB and WB, outer wins", 0, ISH, 0xf, OSH, 0, 0xff, OSH },
	{ "WB and WB, neither", 0, NSH, 0xf, NSH, 0, 0xff, NSH },
	{ "WB and NC", 0, ISH, 0x5, ISH, 0, 0x44, OSH },
	{ "WB and WT", 0, ISH, 0xa, ISH, 0, 0xbb, ISH },
	{ "WT and WB", 4, ISH, 0xf, ISH, 0, 0xbb, ISH },
	{ "NC and WB", 2, ISH, 0xf, ISH, 0, 0x44, OSH },
	{ "WB and outer NC, inner WB", 0, ISH, 0x7, ISH, 0, 0x4f, ISH },
	{ "WB and Device-nGnRE", 0, ISH, 0x1, ISH, 0, 0x04, OSH },
	{ "Device-nGnRnE and WB", 1, NSH, 0xf, ISH, 0, 0x00, OSH },
	{ "Device-GRE and Device-nGRE", 3, NSH, 0x2, ISH, 0, 0x08, OSH },
	{ "Device-nGnRnE and Device-GRE", 1, NSH, 0x3, ISH, 0, 0x00, OSH },
	{ "CD: data is not cached", 0, ISH, 0xf, ISH, HCR_EL2_CD, 0x44, OSH },
	{ "ID: data is cached", 0, ISH, 0xf, ISH, HCR_EL2_ID, 0xff, ISH },
	{ "DC: stage 1 off is write-back", 1, NSH, 0xf, ISH, HCR_EL2_DC, 0xff, ISH },
	/* FEAT_S2FWB: MemAttr<2> says Normal, MemAttr<3> nothing. D8.6.6 */
	{ "FWB 111: stage 1's WB", 0, ISH, 0x7, NSH, HCR_EL2_FWB, 0xff, ISH },
	{ "FWB 111: stage 1's WT", 4, ISH, 0x7, NSH, HCR_EL2_FWB, 0xbb, ISH },
	{ "FWB 111: stage 1's NC", 2, ISH, 0x7, NSH, HCR_EL2_FWB, 0x44, OSH },
	{ "FWB 111: stage 1's Device", 3, ISH, 0x7, NSH, HCR_EL2_FWB, 0x0c, OSH },
	{ "FWB 110: WB of NC", 2, ISH, 0x6, NSH, HCR_EL2_FWB, 0xff, ISH },
	{ "FWB 110: WB of WT", 4, NSH, 0x6, NSH, HCR_EL2_FWB, 0xff, NSH },
	{ "FWB 110: WB of Device", 1, NSH, 0x6, ISH, HCR_EL2_FWB, 0xff, ISH },
	{ "FWB 101: NC of WB", 0, ISH, 0x5, NSH, HCR_EL2_FWB, 0x44, OSH },
	{ "FWB 101: Device stays", 3, ISH, 0x5, NSH, HCR_EL2_FWB, 0x0c, OSH },
	{ "FWB 100: reserved, as 101", 0, ISH, 0x4, NSH, HCR_EL2_FWB, 0x44, OSH },
	{ "FWB 001: Device-nGnRE", 0, ISH, 0x1, NSH, HCR_EL2_FWB, 0x04, OSH },
	{ "FWB 011: the stronger Device", 1, ISH, 0x3, NSH, HCR_EL2_FWB, 0x00, OSH },
	{ "FWB x111: bit 5 says nothing", 2, ISH, 0xf, NSH, HCR_EL2_FWB, 0x44, OSH },
	{ "FWB x001: nor of Device", 0, ISH, 0x9, NSH, HCR_EL2_FWB, 0x04, OSH },
	{ "FWB and CD", 1, ISH, 0x6, NSH, HCR_EL2_FWB | HCR_EL2_CD, 0x44, OSH },
};

static void attributes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(attr_rows); i++) {
		const struct attr_row *row = &attr_rows[i];
		struct machine *m = machine_create();
		struct both b = both_on(m, D_ATTR(row->s1_index) | D_SH(row->s1_sh),
			D_AF | D_S2(3) | D_S2ATTR(row->s2_attr) | D_SH(row->s2_sh));
		u64 va = row->hcr & HCR_EL2_DC ? PAGE_IPA : VA;
		struct translation t;

		m->cpu->sys[SR_HCR_EL2] |= row->hcr;
		settle(m->cpu);
		assert_true(mmu_translate(m->cpu, va, READ8, &t));
		if (t.attributes != row->attr || t.shareability != row->sh ||
			t.is_device != (row->attr < 0x10) || t.pa.v != RAM_BASE + 0x5000)
			fail_msg("row %zu, %s: attr 0x%02x sh %u", i, row->why, t.attributes,
				t.shareability);
		machine_destroy(m);
		(void)b;
	}
}

/* An unaligned access to memory that only stage 2 makes Device is stage 2's fault. */
static void device_alignment(void **state)
{
	struct machine *m = *state;
	struct both b = both_on(m, 0, D_AF | D_S2(3) | D_S2ATTR(1));

	for (int pass = 0; pass < 2; pass++) {
		assert_int_equal(fault_iss(m->cpu, VA + 1, READ8), ALIGNMENT);
		assert_true(m->cpu->fault.stage2);
		translated_pa(m->cpu, VA + 8, READ8);
	}
	tt_map(m, &b.s1, 0x2000, PAGE_IPA, 3, D_AF | D_ATTR(1));
	assert_int_equal(fault_iss(m->cpu, 0x2001, WRITE8), ALIGNMENT | WNR);
	assert_false(m->cpu->fault.stage2);
}

/* DC=1 without VM still means stage 2. */
static void dc_implies_stage2(void **state)
{
	struct machine *m = *state;
	struct both b = both_on(m, 0, S2_RWX_WB);

	m->cpu->sys[SR_HCR_EL2] = HCR_EL2_DC;
	settle(m->cpu);
	assert_int_equal(translated_pa(m->cpu, PAGE_IPA, READ8), RAM_BASE + 0x5000);
	assert_int_equal(fault_iss(m->cpu, 0x1000, READ8), TRANSLATION | 1);
	assert_true(m->cpu->fault.stage2);
	(void)b;
}

/* Stage 1 off has no permissions that SCTLR.WXN could take away, nor when the TLB is asked. */
static void stage1_off_is_executable(void **state)
{
	struct machine *m = *state;

	stage2_on(m);
	for (u8 choice = 0; choice < choice_value_count(CHOICE_fetch_device); choice++) {
		m->cpu->choice[CHOICE_fetch_device] = choice;
		m->cpu->sys[SR_SCTLR_EL1] = SCTLR_EL1_WXN;
		mmu_reset(m->cpu);
		for (int pass = 0; pass < 2; pass++)
			assert_int_equal(translated_pa(m->cpu, RAM_BASE, FETCH4), RAM_BASE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(translates_twice),
		TEST(combined_size),
		cmocka_unit_test(start_levels),
		TEST(input_out_of_range),
		cmocka_unit_test(permissions),
		TEST(stage1_permission_first),
		TEST(other_faults),
		cmocka_unit_test(faults_on_walk),
		TEST(update_needs_stage2_write),
		TEST(stage2_update),
		cmocka_unit_test(attributes),
		TEST(device_alignment),
		TEST(dc_implies_stage2),
		TEST(stage1_off_is_executable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
