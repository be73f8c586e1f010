/* SPDX-License-Identifier: Apache-2.0 */
/* Stage-1 permissions: leaf, hierarchical, WXN, PAN, NV1, unprivileged, HAFDBS. DDI 0487 D8.4 */
#include "mmu_machine.h"

/* Table descriptor bits. */
#define T_AP(n) ((u64)(n) << 61)
#define T_UXN	BIT(60)
#define T_PXN	BIT(59)

enum { PLAIN = 0, WXN = 1, PAN = 2, NV1 = 4, HPD = 8 };

struct perm_row {
	const char *why;
	u64 leaf, table;
	int with;
	const char *el1, *el0;
};

static const struct perm_row el10_rows[] = {
	{ "AP=00", D_AP(0), 0, PLAIN, "rwx", "--x" },
	{ "AP=01: EL0 writes, so EL1 does not execute", D_AP(1), 0, PLAIN, "rw-", "rwx" },
	{ "AP=10", D_AP(2), 0, PLAIN, "r-x", "--x" },
	{ "AP=11", D_AP(3), 0, PLAIN, "r-x", "r-x" },
	{ "AP=00 PXN", D_AP(0) | D_PXN, 0, PLAIN, "rw-", "--x" },
	{ "AP=00 UXN", D_AP(0) | D_UXN, 0, PLAIN, "rwx", "---" },
	{ "AP=01 UXN", D_AP(1) | D_UXN, 0, PLAIN, "rw-", "rw-" },
	{ "AP=11 PXN UXN", D_AP(3) | D_PXN | D_UXN, 0, PLAIN, "r--", "r--" },
	{ "AP=10 PXN", D_AP(2) | D_PXN, 0, PLAIN, "r--", "--x" },
	{ "WXN: AP=00", D_AP(0), 0, WXN, "rw-", "--x" },
	{ "WXN: AP=01", D_AP(1), 0, WXN, "rw-", "rw-" },
	{ "WXN: AP=10 is not writable", D_AP(2), 0, WXN, "r-x", "--x" },
	{ "WXN: AP=11", D_AP(3), 0, WXN, "r-x", "r-x" },
	{ "PAN: AP=00 is not for EL0", D_AP(0), 0, PAN, "rwx", "--x" },
	{ "PAN: AP=01", D_AP(1), 0, PAN, "---", "rwx" },
	{ "PAN: AP=10", D_AP(2), 0, PAN, "r-x", "--x" },
	{ "PAN: AP=11, execution is not concerned", D_AP(3), 0, PAN, "--x", "r-x" },
	{ "PAN and WXN: AP=01", D_AP(1), 0, PAN | WXN, "---", "rw-" },
	{ "APTable=01 takes EL0's access", D_AP(1), T_AP(1), PLAIN, "rwx", "--x" },
	{ "APTable=01 on AP=11", D_AP(3), T_AP(1), PLAIN, "r-x", "--x" },
	{ "APTable=10 takes writing", D_AP(1), T_AP(2), PLAIN, "r-x", "r-x" },
	{ "APTable=10 on AP=00", D_AP(0), T_AP(2), PLAIN, "r-x", "--x" },
	{ "APTable=11 takes both", D_AP(1), T_AP(3), PLAIN, "r-x", "--x" },
	{ "APTable=01 and PAN: no longer EL0's", D_AP(1), T_AP(1), PAN, "rwx", "--x" },
	{ "PXNTable", D_AP(0), T_PXN, PLAIN, "rw-", "--x" },
	{ "UXNTable", D_AP(0), T_UXN, PLAIN, "rwx", "---" },
	{ "HPD: APTable is ignored", D_AP(1), T_AP(3), HPD, "rw-", "rwx" },
	{ "HPD: XNTables are ignored", D_AP(0), T_PXN | T_UXN, HPD, "rwx", "--x" },
	{ "NV1: AP[1] is as 0", D_AP(1), 0, NV1, "rwx", "--x" },
	{ "NV1: AP=11 is as 10", D_AP(3), 0, NV1, "r-x", "--x" },
	{ "NV1: bit 54 is PXN", D_AP(0) | D_UXN, 0, NV1, "rw-", "--x" },
	{ "NV1: bit 53 is ignored", D_AP(0) | D_PXN, 0, NV1, "rwx", "--x" },
	{ "NV1: APTable[0] is as 0", D_AP(0), T_AP(1), NV1, "rwx", "--x" },
	{ "NV1: APTable[1]", D_AP(0), T_AP(2), NV1, "r-x", "--x" },
	{ "NV1: bit 60 is PXNTable", D_AP(0), T_UXN, NV1, "rw-", "--x" },
	{ "NV1: bit 59 is ignored", D_AP(0), T_PXN, NV1, "rwx", "--x" },
	{ "NV1: PAN is ignored", D_AP(1), 0, NV1 | PAN, "rwx", "--x" },
};

/* One range, no EL0: AP[1] and PXN say nothing. */
static const struct perm_row el2_rows[] = {
	{ "AP[2]=0", D_AP(1), 0, PLAIN, "rwx", NULL },
	{ "AP[2]=1", D_AP(3), 0, PLAIN, "r-x", NULL },
	{ "AP[1]=0 says nothing", D_AP(0), 0, PLAIN, "rwx", NULL },
	{ "XN", D_AP(1) | D_UXN, 0, PLAIN, "rw-", NULL },
	{ "bit 53 is RES0", D_AP(1) | D_PXN, 0, PLAIN, "rwx", NULL },
	{ "WXN", D_AP(1), 0, WXN, "rw-", NULL },
	{ "WXN, read-only", D_AP(3), 0, WXN, "r-x", NULL },
	{ "PAN has no effect", D_AP(1), 0, PAN, "rwx", NULL },
	{ "APTable[1]", D_AP(1), T_AP(2), PLAIN, "r-x", NULL },
	{ "APTable[0] is RES0", D_AP(1), T_AP(1), PLAIN, "rwx", NULL },
	{ "XNTable", D_AP(1), T_UXN, PLAIN, "rw-", NULL },
	{ "HPD", D_AP(1), T_AP(2) | T_UXN, HPD, "rwx", NULL },
};

static const char *rights(struct cpu *cpu, u64 va)
{
	static char text[4];
	struct translation t;

	text[0] = mmu_translate(cpu, va, READ8, &t) ? 'r' : '-';
	text[1] = mmu_translate(cpu, va, WRITE8, &t) ? 'w' : '-';
	text[2] = mmu_translate(cpu, va, FETCH4, &t) ? 'x' : '-';
	return text;
}

static void map_row(struct machine *m, const struct tt *tt, const struct perm_row *row)
{
	tt_map(m, tt, 0x1000, RAM_BASE, 3, D_AF | row->leaf);
	*ram64(m, tt_slot(m, tt, 0x1000, 1)) |= row->table;
}

static void check_rights(struct cpu *cpu, const struct perm_row *row, unsigned el, const char *want)
{
	at_el(cpu, el);
	/* twice: by walking and from the TLB; and each kind first, since a miss decides more */
	for (int pass = 0; pass < 2; pass++) {
		if (strcmp(rights(cpu, 0x1000), want) != 0)
			fail_msg("%s, EL%u, pass %d: %s, not %s", row->why, el, pass,
				rights(cpu, 0x1000), want);
	}
	/* the host TLB agrees with the permissions */
	if (mmu_load(cpu, 0x1000, 8, 0).ok != (want[0] == 'r') ||
		(host_read(cpu, 0x1000, 8) != NULL) != (want[0] == 'r') ||
		mmu_store(cpu, 0x1000, 8, 0, 0) != (want[1] == 'w') ||
		(host_write(cpu, 0x1000, 8) != NULL) != (want[1] == 'w') ||
		mmu_fetch_page(cpu, 0x1000).ok != (want[2] == 'x'))
		fail_msg("%s, EL%u: accesses do not agree with %s", row->why, el, want);
}

static void el10(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(el10_rows); i++) {
		const struct perm_row *row = &el10_rows[i];
		struct machine *m = machine_create();
		struct tt tt = el10_on(m);

		map_row(m, &tt, row);
		if (row->with & WXN)
			m->cpu->sys[SR_SCTLR_EL1] |= SCTLR_EL1_WXN;
		if (row->with & HPD)
			m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_HPD0;
		if (row->with & NV1)
			m->cpu->sys[SR_HCR_EL2] |= HCR_EL2_NV | HCR_EL2_NV1;
		m->cpu->pstate.pan = row->with & PAN;
		settle(m->cpu);
		check_rights(m->cpu, row, EL1, row->el1);
		check_rights(m->cpu, row, EL0, row->el0);
		machine_destroy(m);
	}
}

/* The same rows hold for EL2&0, with EL2 in EL1's place (NV1 does not concern it). */
static void el20(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(el10_rows); i++) {
		const struct perm_row *row = &el10_rows[i];
		struct machine *m;
		struct tt tt;

		if (row->with & NV1)
			continue;
		m = machine_create();
		m->cpu->pstate.el = EL2;
		tt = el20_on(m);
		map_row(m, &tt, row);
		m->cpu->sys[SR_HCR_EL2] |= HCR_EL2_TGE;
		if (row->with & WXN)
			m->cpu->sys[SR_SCTLR_EL2] |= SCTLR_EL1_WXN;
		if (row->with & HPD)
			m->cpu->sys[SR_TCR_EL2] |= TCR_EL1_HPD0;
		m->cpu->pstate.pan = row->with & PAN;
		settle(m->cpu);
		check_rights(m->cpu, row, EL2, row->el1);
		check_rights(m->cpu, row, EL0, row->el0);
		machine_destroy(m);
	}
}

static void el2(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(el2_rows); i++) {
		const struct perm_row *row = &el2_rows[i];
		struct machine *m = machine_create();
		struct tt tt;

		m->cpu->pstate.el = EL2;
		tt = el2_on(m);
		map_row(m, &tt, row);
		if (row->with & WXN)
			m->cpu->sys[SR_SCTLR_EL2] |= SCTLR_EL1_WXN;
		if (row->with & HPD)
			m->cpu->sys[SR_TCR_EL2] |= TCR_EL2_HPD;
		m->cpu->pstate.pan = row->with & PAN;
		settle(m->cpu);
		check_rights(m->cpu, row, EL2, row->el1);
		machine_destroy(m);
	}
}

/* HPD needs FEAT_HPDS. */
static void hpd_without_feature(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);

	drop_feature(m->cpu, FEAT_HPDS);
	m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_HPD0;
	mmu_reset(m->cpu);
	tt_map(m, &tt, 0x1000, RAM_BASE, 3, D_AF);
	*ram64(m, tt_slot(m, &tt, 0x1000, 1)) |= T_AP(2);
	assert_string_equal(rights(m->cpu, 0x1000), "r-x");
}

static void permission_syndromes(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);

	tt_map(m, &tt, 0x1000, RAM_BASE, 3, D_AF | D_AP(2) | D_PXN);
	tt_map(m, &tt, 0x200000, RAM_BASE, 2, D_AF | D_AP(2));
	tt_map(m, &tt, 0x40000000, RAM_BASE, 1, D_AF | D_AP(0));
	for (int pass = 0; pass < 2; pass++) {
		assert_int_equal(fault_iss(m->cpu, 0x1000, WRITE8), PERMISSION | 3 | WNR);
		assert_int_equal(fault_iss(m->cpu, 0x1000, FETCH4), PERMISSION | 3);
		assert_int_equal(m->cpu->fault.ec, EC_IABT_LOWER);
		assert_int_equal(fault_iss(m->cpu, 0x200008, WRITE8), PERMISSION | 2 | WNR);
		/* an atomic that may read: the write is what fails */
		assert_int_equal(fault_iss(m->cpu, 0x200008, ATOMIC8), PERMISSION | 2 | WNR);
		at_el(m->cpu, EL0);
		assert_int_equal(fault_iss(m->cpu, 0x40000000, READ8), PERMISSION | 1);
		/* ... and one that may not read */
		assert_int_equal(fault_iss(m->cpu, 0x40000000, ATOMIC8), PERMISSION | 1);
		at_el(m->cpu, EL1);
		translated_pa(m->cpu, 0x1000, READ8); /* the second pass finds TLB entries */
		translated_pa(m->cpu, 0x200000, READ8);
		translated_pa(m->cpu, 0x40000000, READ8);
	}
}

/* Cache maintenance: DC IVAC needs write permission, others are free at EL1 and need read at EL0.
 */
static void cache_maintenance(void **state)
{
	static const struct access clean = { ACCESS_CACHE, 0, 64 };
	static const struct access invalidate = { ACCESS_CACHE, ACC_INVALIDATE, 64 };
	struct machine *m = *state;
	struct tt tt = el10_on(m);

	tt_map(m, &tt, 0x1000, RAM_BASE, 3, D_AF | D_AP(2));
	tt_map(m, &tt, 0x2000, RAM_BASE, 3, D_AF | D_AP(3));
	tt_map(m, &tt, 0x3000, RAM_BASE, 3, D_AF | D_AP(1));
	m->cpu->pstate.pan = true;
	settle(m->cpu);
	translated_pa(m->cpu, 0x1001, clean);
	translated_pa(m->cpu, 0x2000, clean); /* PAN is not for maintenance */
	translated_pa(m->cpu, 0x3000, invalidate);
	assert_int_equal(fault_iss(m->cpu, 0x1000, invalidate), PERMISSION | 3 | WNR | CM);
	at_el(m->cpu, EL0);
	assert_int_equal(fault_iss(m->cpu, 0x1000, clean), PERMISSION | 3 | WNR | CM);
	translated_pa(m->cpu, 0x2000, clean);
}

/* LDTR and STTR. HYPERVISOR-SPEC HW-8 */
struct unprivileged_row {
	const char *why;
	unsigned el;
	u64 hcr;
	bool uao, pan;
	u64 leaf;
	bool reads;
};

static const struct unprivileged_row unprivileged_rows[] = {
	{ "EL1: EL0's page", EL1, 0, false, false, D_AP(1), true },
	{ "EL1: EL0's page with PAN", EL1, 0, false, true, D_AP(1), true },
	{ "EL1: not EL0's", EL1, 0, false, false, D_AP(0), false },
	{ "EL1 with UAO", EL1, 0, true, false, D_AP(0), true },
	{ "EL1 with UAO and PAN", EL1, 0, true, true, D_AP(1), false },
	{ "EL1 with {NV,NV1} = {1,1}", EL1, HCR_EL2_NV | HCR_EL2_NV1, false, false, D_AP(0), true },
	{ "EL1 with NV only", EL1, HCR_EL2_NV, false, false, D_AP(0), false },
	{ "EL0", EL0, 0, false, false, D_AP(0), false },
	{ "EL2, TGE=0: privileged", EL2, HCR_EL2_E2H, false, false, D_AP(0), true },
	{ "EL2, TGE=0: PAN", EL2, HCR_EL2_E2H, false, true, D_AP(1), false },
	{ "EL2 of the host", EL2, HCR_EL2_E2H | HCR_EL2_TGE, false, false, D_AP(0), false },
	{ "EL2 of the host, EL0's page", EL2, HCR_EL2_E2H | HCR_EL2_TGE, false, true, D_AP(1),
		true },
};

static void unprivileged(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(unprivileged_rows); i++) {
		const struct unprivileged_row *row = &unprivileged_rows[i];
		struct machine *m = machine_create();
		struct tt tt = row->el == EL2 ? el20_on(m) : el10_on(m);

		tt_map(m, &tt, 0x1000, RAM_BASE, 3, D_AF | row->leaf);
		m->cpu->pstate.el = (u8)row->el;
		m->cpu->pstate.uao = row->uao;
		m->cpu->pstate.pan = row->pan;
		m->cpu->sys[SR_HCR_EL2] = row->hcr;
		settle(m->cpu);
		for (int pass = 0; pass < 3; pass++) {
			if (mmu_load(m->cpu, 0x1000, 8, ACC_UNPRIVILEGED).ok != row->reads)
				fail_msg("row %zu, %s, pass %d", i, row->why, pass);
		}
		/* a privileged access between must not be confused by the other one's host TLB */
		if (row->el == EL1 && row->leaf == D_AP(0))
			assert_true(mmu_load(m->cpu, 0x1000, 8, 0).ok);
		if (mmu_store(m->cpu, 0x1000, 8, 0, ACC_UNPRIVILEGED) != row->reads)
			fail_msg("row %zu, %s, store", i, row->why);
		machine_destroy(m);
	}
}

/* ---- FEAT_HAFDBS ---- */

struct update_row {
	const char *why;
	bool feature, ha, hd;
	u64 leaf;
	u8 kind;
	int status; /* -1: passes */
	u64 after;  /* the attributes in memory */
};

static const struct update_row update_rows[] = {
	{ "HA sets AF on a read", true, true, false, D_AP(2), ACCESS_READ, -1, D_AP(2) | D_AF },
	{ "HA sets AF on a fetch", true, true, false, D_AP(2), ACCESS_FETCH, -1, D_AP(2) | D_AF },
	{ "no AF update on a permission fault", true, true, false, D_AP(2), ACCESS_WRITE,
		PERMISSION | 3 | WNR, D_AP(2) },
	{ "HA=0", true, false, false, D_AP(2), ACCESS_READ, ACCESS_FLAG | 3, D_AP(2) },
	{ "no FEAT_HAFDBS", false, true, true, D_AP(2) | D_DBM, ACCESS_READ, ACCESS_FLAG | 3,
		D_AP(2) | D_DBM },
	{ "HD clears AP[2] on a write", true, true, true, D_AP(2) | D_DBM | D_AF, ACCESS_WRITE, -1,
		D_AP(0) | D_DBM | D_AF },
	{ "HD and HA together", true, true, true, D_AP(3) | D_DBM, ACCESS_ATOMIC, -1,
		D_AP(1) | D_DBM | D_AF },
	{ "HD: a read does not", true, true, true, D_AP(2) | D_DBM | D_AF, ACCESS_READ, -1,
		D_AP(2) | D_DBM | D_AF },
	{ "HD: cache maintenance does not", true, true, true, D_AP(2) | D_DBM | D_AF, ACCESS_CACHE,
		-1, D_AP(2) | D_DBM | D_AF },
	{ "HD without DBM", true, true, true, D_AP(2) | D_AF, ACCESS_WRITE, PERMISSION | 3 | WNR,
		D_AP(2) | D_AF },
	{ "HD without HA has no effect", true, false, true, D_AP(2) | D_DBM | D_AF, ACCESS_WRITE,
		PERMISSION | 3 | WNR, D_AP(2) | D_DBM | D_AF },
};

static void hardware_update(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(update_rows); i++) {
		const struct update_row *row = &update_rows[i];
		struct access access = { row->kind, 0, 4 };
		struct machine *m = machine_create();
		struct tt tt = el10_on(m);
		u64 slot = tt_map(m, &tt, 0x1000, RAM_BASE, 3, row->leaf);
		struct translation t;
		bool ok;

		if (!row->feature)
			drop_feature(m->cpu, FEAT_HAFDBS);
		m->cpu->sys[SR_TCR_EL1] |= (row->ha ? TCR_EL1_HA : 0) | (row->hd ? TCR_EL1_HD : 0);
		mmu_reset(m->cpu);
		ok = mmu_translate(m->cpu, 0x1000, access, &t);
		if (ok != (row->status < 0) || (!ok && m->cpu->fault.iss != (u32)row->status) ||
			*ram64(m, slot) != (RAM_BASE | row->after | 3))
			fail_msg("row %zu, %s: ok %d iss 0x%x descriptor 0x%" PRIx64, i, row->why,
				ok, m->cpu->fault.iss, *ram64(m, slot));
		machine_destroy(m);
	}
}

/* A clean page in the TLB: reads hit, the first write walks again and makes it dirty. */
static void first_write_to_clean_page(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);
	u64 slot = tt_map(m, &tt, 0x1000, RAM_BASE, 3, D_AF | D_AP(2) | D_DBM);

	m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_HA | TCR_EL1_HD;
	settle(m->cpu);
	assert_true(mmu_load(m->cpu, 0x1000, 8, 0).ok);
	assert_null(host_write(m->cpu, 0x1000, 8));
	assert_true(*ram64(m, slot) & D_AP(2));
	assert_true(mmu_store(m->cpu, 0x1000, 8, 7, 0));
	assert_false(*ram64(m, slot) & D_AP(2));
	assert_int_equal(m->walks, 2);
	assert_non_null(host_write(m->cpu, 0x1000, 8));
	assert_true(mmu_load(m->cpu, 0x1000, 8, 0).ok);
	assert_int_equal(m->walks, 2);
}

/* The page became a larger block meanwhile, without TLBI: the new entry replaces the clean one. */
static void clean_page_becomes_block(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);

	m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_HA | TCR_EL1_HD;
	settle(m->cpu);
	tt_map(m, &tt, 0x201000, RAM_BASE, 3, D_AF | D_AP(2) | D_DBM);
	assert_true(mmu_load(m->cpu, 0x201000, 8, 0).ok);
	tt_map(m, &tt, 0x200000, RAM_BASE + 0x200000, 2, D_AF);
	assert_true(mmu_store(m->cpu, 0x201000, 8, 7, 0));
	assert_int_equal(mmu_load(m->cpu, 0x201000, 8, 0).data, 7);
	assert_int_equal(translated_pa(m->cpu, 0x201000, WRITE8), RAM_BASE + 0x201000);
	assert_int_equal(m->walks, 2);
}

/* Without stage 1 no page is EL0's, so PAN has nothing to forbid. */
static void pan_with_stage1_off(void **state)
{
	struct machine *m = *state;

	stage2_on(m); /* so that there is a TLB entry to check again */
	m->cpu->pstate.pan = true;
	settle(m->cpu);
	assert_int_equal(translated_pa(m->cpu, RAM_BASE, READ8), RAM_BASE);
	assert_int_equal(translated_pa(m->cpu, RAM_BASE, READ8), RAM_BASE);
	assert_int_equal(m->walks, 1);
	assert_true(mmu_at(m->cpu, SR_AT_S1E1RP, RAM_BASE));
	assert_int_equal(m->cpu->sys[SR_PAR_EL1] & 1, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(el10),
		cmocka_unit_test(el20),
		cmocka_unit_test(el2),
		TEST(hpd_without_feature),
		TEST(permission_syndromes),
		TEST(cache_maintenance),
		cmocka_unit_test(unprivileged),
		cmocka_unit_test(hardware_update),
		TEST(first_write_to_clean_page),
		TEST(clean_page_becomes_block),
		TEST(pan_with_stage1_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
