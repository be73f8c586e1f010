/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Liberties of mmu/, one by one: what is old is seen where it may be, and nowhere behind what the
 * architecture asks for. DDI 0487 D8.16
 */
#include "mmu_liberties.h"

#define VA	 0x1000ull
#define A	 (RAM_BASE + 0x1000)
#define B	 (RAM_BASE + 0x2000)
#define PAGE_IPA 0x80001000ull

static const u64 leaf = D_AF | D_NG;

/* EL1&0 with ASID 1 and VMID 2 on both PEs; VA leads to A. */
static struct tt mapped(struct machine *m, u64 *slot)
{
	struct tt tt = el10_on(m);

	*slot = tt_map(m, &tt, VA, A, 3, leaf);
	for (unsigned i = 0; i < 2; i++) {
		struct cpu *cpu = &m->pe[i];

		memcpy(cpu->sys, m->cpu->sys, sizeof(cpu->sys));
		cpu->sys[SR_TTBR0_EL1] |= 1ull << 48;
		cpu->sys[SR_VTTBR_EL2] |= 2ull << 48;
		settle(cpu);
	}
	return tt;
}

/* ---- The TLB ---- */

enum { MANY = 1500 };

static unsigned count_stale(struct machine *m, unsigned way)
{
	struct chooser c = { .way = { [LIBERTY_TLB_EVICT] = way } };
	struct tt tt;
	unsigned stale = 0;
	u64 slot;

	tt = mapped(m, &slot);
	take_liberties(m, &c);
	for (u64 i = 0; i < MANY; i++) {
		tt_map(m, &tt, 0x200000 + (i << 12), A, 3, leaf);
		assert_int_equal(reads_at(m->cpu, 0x200000 + (i << 12)), A);
	}
	for (u64 i = 0; i < MANY; i++)
		tt_map(m, &tt, 0x200000 + (i << 12), B, 3, leaf);
	for (u64 i = 0; i < MANY; i++)
		stale += reads_at(m->cpu, 0x200000 + (i << 12)) == A;
	tlbi(m->cpu, SR_TLBI_VAE1, 1ull << 48 | 0x200);
	assert_int_equal(reads_at(m->cpu, 0x200000), B);
	tlbi(m->cpu, SR_TLBI_ASIDE1, 1ull << 48);
	for (u64 i = 0; i < MANY; i++)
		assert_int_equal(reads_at(m->cpu, 0x200000 + (i << 12)), B);
	return stale;
}

static void a_larger_tlb_keeps_what_its_sets_lose(void **state)
{
	struct machine *m = machine_create();

	assert_int_equal(count_stale(*state, 1), MANY);
	assert_in_range(count_stale(m, 0), 0, 1024);
	machine_destroy(m);
}

static void an_evicted_entry_is_walked_for_anew(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_TLB_KEEP] = 1 } };
	struct translation t;
	u64 slot;

	mapped(m, &slot);
	take_liberties(m, &c);
	assert_int_equal(reads_at(m->cpu, VA), A);
	*ram64(m, slot) += 0x1000;
	assert_int_equal(reads_at(m->cpu, VA), B);
	/* not in the middle of an instruction, which checks and accesses */
	*ram64(m, slot) -= 0x1000;
	assert_true(mmu_translate(m->cpu, VA, READ8, &t));
	assert_int_equal(t.pa.v, B);
	c.way[LIBERTY_TLB_KEEP] = 0;
	assert_int_equal(reads_at(m->cpu, VA), B);
}

/* ---- TLB maintenance ---- */

static void a_late_tlbi_waits_for_dsb(void **state)
{
	static const u32 too_weak[] = { DSB_ISHST, DSB_ISHLD, DMB_ISHST, ISB, SSBB };
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_LATE_TLBI] = 1 } };
	u64 slot;

	mapped(m, &slot);
	take_liberties(m, &c);
	assert_int_equal(reads_at(&m->pe[0], VA), A);
	assert_int_equal(reads_at(&m->pe[1], VA), A);
	store64(m->cpu, slot, B | leaf | 3);
	barrier(m->cpu, DSB_ISHST);
	tlbi(m->cpu, SR_TLBI_VAE1IS, 1ull << 48 | VA >> 12);
	for (unsigned i = 0; i < COUNT(too_weak); i++) {
		barrier(m->cpu, too_weak[i]);
		assert_int_equal(reads_at(&m->pe[0], VA), A);
	}
	barrier(&m->pe[1], DSB_SY); /* of another PE */
	assert_int_equal(reads_at(&m->pe[1], VA), A);
	barrier(m->cpu, DSB_NSH); /* of this one alone */
	assert_int_equal(reads_at(&m->pe[0], VA), B);
	assert_int_equal(reads_at(&m->pe[1], VA), A);
	barrier(m->cpu, DSB_ISH);
	assert_int_equal(reads_at(&m->pe[1], VA), B);
}

static void a_late_tlbi_has_the_scope_of_its_instruction(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_LATE_TLBI] = 1 } };
	u64 slot, vttbr;

	mapped(m, &slot);
	take_liberties(m, &c);
	assert_int_equal(reads_at(m->cpu, VA), A);
	*ram64(m, slot) = B | leaf | 3;
	tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	vttbr = m->cpu->sys[SR_VTTBR_EL2];
	m->cpu->sys[SR_VTTBR_EL2] = 9ull << 48;
	settle(m->cpu);
	barrier(m->cpu, DSB_NSH);
	m->cpu->sys[SR_VTTBR_EL2] = vttbr;
	settle(m->cpu);
	assert_int_equal(reads_at(m->cpu, VA), B);
}

static void a_late_tlbi_takes_effect_before_an_instruction(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_LATE_TLBI] = 1 } };
	u64 slot;

	mapped(m, &slot);
	take_liberties(m, &c);
	assert_int_equal(reads_at(m->cpu, VA), A);
	*ram64(m, slot) = B | leaf | 3;
	tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	assert_int_equal(reads_at(m->cpu, VA), A);
	c.way[LIBERTY_TLBI_EFFECT] = 1;
	assert_int_equal(reads_at(m->cpu, VA), B);
}

static void the_oldest_of_many_late_tlbis_is_done(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_LATE_TLBI] = 1 } };
	u64 slot;

	mapped(m, &slot);
	take_liberties(m, &c);
	assert_int_equal(reads_at(m->cpu, VA), A);
	*ram64(m, slot) = B | leaf | 3;
	tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	for (unsigned i = 0; i < 100; i++)
		tlbi(m->cpu, SR_TLBI_ALLE2, 0);
	assert_int_equal(reads_at(m->cpu, VA), B);
}

static void who_takes_no_liberties_any_more_owes_nothing(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_LATE_TLBI] = 1 } };
	u64 slot;

	mapped(m, &slot);
	take_liberties(m, &c);
	assert_int_equal(reads_at(&m->pe[1], VA), A);
	*ram64(m, slot) = B | leaf | 3;
	tlbi(m->cpu, SR_TLBI_VMALLE1IS, 0);
	m->cpu->liberties = NULL;
	assert_true(mmu_take_liberties(m->cpu));
	assert_false(mmu_has_liberties(m->cpu));
	assert_int_equal(reads_at(&m->pe[1], VA), B);
}

/* ---- Caches of walks ---- */

struct walk_row {
	const char *why;
	enum sysreg_id op;
	u64 operand;
	bool is_removed;
};

/* After VA was translated, its level 2 table is replaced, and VA + 0x1000 is asked for. */
static const struct walk_row table_rows[] = {
	{ "no TLBI", SR_NONE, 0, false },
	{ "the address", SR_TLBI_VAE1, 1ull << 48 | 1, true },
	{ "another one below the same table", SR_TLBI_VAE1, 1ull << 48 | 0x1ff, true },
	{ "one below another table", SR_TLBI_VAE1, 1ull << 48 | 0x200, false },
	{ "leaves only", SR_TLBI_VALE1, 1ull << 48 | 1, false },
	{ "leaves only, of all ASIDs", SR_TLBI_VAALE1, 1, false },
	{ "another ASID", SR_TLBI_VAE1, 2ull << 48 | 1, false },
	{ "all of another ASID", SR_TLBI_ASIDE1, 2ull << 48, false },
	{ "all of the ASID", SR_TLBI_ASIDE1, 1ull << 48, true },
	{ "all ASIDs", SR_TLBI_VAAE1, 1, true },
	{ "all of the VMID", SR_TLBI_VMALLE1IS, 0, true },
	{ "both stages of the VMID", SR_TLBI_VMALLS12E1, 0, true },
	{ "all", SR_TLBI_ALLE1, 0, true },
	{ "another regime", SR_TLBI_ALLE2, 0, false },
	{ "stage 2", SR_TLBI_IPAS2E1, VA >> 12, false },
	{ "a range", SR_TLBI_RVAE1, 1ull << 48 | 1ull << 46 | 0, true },
};

static void tables_are_kept_until_a_tlbi_covers_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(table_rows); i++) {
		const struct walk_row *row = &table_rows[i];
		struct machine *m = machine_create();
		struct chooser c = { .way = { [LIBERTY_WALK_CACHE] = 1 } };
		struct tt tt;
		u64 slot, table = new_table(m, 0x1000), got;

		tt = mapped(m, &slot);
		tt_map(m, &tt, VA + 0x1000, A, 3, leaf);
		take_liberties(m, &c);
		assert_int_equal(reads_at(m->cpu, VA), A);
		*ram64(m, table + 16) = B | leaf | 3;
		*ram64(m, tt_slot(m, &tt, VA, 2)) = table | 3;
		m->cpu->pstate.el = EL2; /* where they may all be executed */
		if (row->op != SR_NONE)
			tlbi(m->cpu, row->op, row->operand);
		at_el(m->cpu, EL1);
		got = reads_at(m->cpu, VA + 0x1000);
		if (got != (row->is_removed ? B : A))
			fail_msg("%s: leads to 0x%" PRIx64, row->why, got);
		machine_destroy(m);
	}
}

/* After VA, whose page is at PAGE_IPA, stage 2 leads to another page; a TLBI, and VMALLE1. */
static const struct walk_row stage2_rows[] = {
	{ "no TLBI", SR_NONE, 0, false },
	{ "the IPA", SR_TLBI_IPAS2E1, PAGE_IPA >> 12, true },
	{ "leaves only", SR_TLBI_IPAS2LE1, PAGE_IPA >> 12, true },
	{ "the IPA in bytes", SR_TLBI_IPAS2E1, PAGE_IPA, false },
	{ "another IPA", SR_TLBI_IPAS2E1, (PAGE_IPA >> 12) + 1, false },
	{ "both stages", SR_TLBI_VMALLS12E1IS, 0, true },
	{ "stage 1", SR_TLBI_VMALLE1, 0, false },
};

static void stage_2_is_kept_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(stage2_rows); i++) {
		const struct walk_row *row = &stage2_rows[i];
		struct machine *m = machine_create();
		struct chooser c = { .way = { [LIBERTY_WALK_CACHE] = 1 } };
		struct tt tt = el10_on(m), s2 = stage2_on(m);
		u64 got;

		tt_map(m, &tt, VA, PAGE_IPA, 3, leaf);
		tt_map(m, &s2, PAGE_IPA, A, 3, S2_RWX_WB);
		take_liberties(m, &c);
		assert_int_equal(reads_at(m->cpu, VA), A);
		tt_map(m, &s2, PAGE_IPA, B, 3, S2_RWX_WB);
		m->cpu->pstate.el = EL2;
		if (row->op != SR_NONE)
			tlbi(m->cpu, row->op, row->operand);
		tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
		at_el(m->cpu, EL1);
		got = reads_at(m->cpu, VA);
		if (got != (row->is_removed ? B : A))
			fail_msg("%s: leads to 0x%" PRIx64, row->why, got);
		machine_destroy(m);
	}
}

/* An update of the access flag or the dirty state looks at memory. */
static void updates_are_of_what_is_in_memory(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_WALK_CACHE] = 1, [LIBERTY_OLD_DESCRIPTOR] = 1 } };
	u64 slot;

	mapped(m, &slot);
	m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_HA;
	settle(m->cpu);
	*ram64(m, slot) = A | D_NG | 3;
	take_liberties(m, &c);
	store64(m->cpu, slot, B | D_NG | 3);
	assert_int_equal(reads_at(m->cpu, VA), B);
	assert_int_equal(*ram64(m, slot), B | leaf | 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_larger_tlb_keeps_what_its_sets_lose),
		TEST(an_evicted_entry_is_walked_for_anew),
		TEST(a_late_tlbi_waits_for_dsb),
		TEST(a_late_tlbi_has_the_scope_of_its_instruction),
		TEST(a_late_tlbi_takes_effect_before_an_instruction),
		TEST(the_oldest_of_many_late_tlbis_is_done),
		TEST(who_takes_no_liberties_any_more_owes_nothing),
		cmocka_unit_test(tables_are_kept_until_a_tlbi_covers_them),
		cmocka_unit_test(stage_2_is_kept_apart),
		TEST(updates_are_of_what_is_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
