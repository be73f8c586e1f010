/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Liberties of mmu/ that concern walks: stores that they do not see yet, and walks that nobody
 * asked for; and all that is kept as bytes. DDI 0487 D8.16, B2.3.8
 */
#include "mmu_liberties.h"

#define VA 0x1000ull
#define A  (RAM_BASE + 0x1000)
#define B  (RAM_BASE + 0x2000)
#define C  (RAM_BASE + 0x3000)

static const u64 leaf = D_AF | D_NG;

struct pages {
	struct tt tt;
	u64 slot[2]; /* of VA, VA + 0x1000 */
};

/* EL1&0 with ASID 1 on both PEs; both pages lead to A. */
static struct pages mapped(struct machine *m)
{
	struct pages p = { .tt = el10_on(m) };

	for (unsigned i = 0; i < 2; i++) {
		p.slot[i] = tt_map(m, &p.tt, VA + 0x1000 * i, A, 3, leaf);
		memcpy(m->pe[i].sys, m->cpu->sys, sizeof(m->cpu->sys));
		m->pe[i].sys[SR_TTBR0_EL1] = p.tt.root | 1ull << 48;
		settle(&m->pe[i]);
	}
	return p;
}

/* ---- Stores ---- */

struct order_row {
	const char *why;
	unsigned by; /* which PE executes it */
	u32 barrier;
	bool first_sees, second_sees;
};

/* PE 0 stores a descriptor, and a barrier follows. */
static const struct order_row order_rows[] = {
	{ "nothing", 0, ISB, false, false },
	{ "of loads", 0, DSB_ISHLD, false, false },
	{ "orders, but does not complete", 0, DMB_ISHST, false, false },
	{ "for this PE", 0, DSB_NSHST, true, false },
	{ "of stores", 0, DSB_ISHST, true, true },
	{ "of all", 0, DSB_ISH, true, true },
	{ "of the system", 0, DSB_SY, true, true },
	{ "another PE's, that cannot know of it", 1, DSB_ISH, false, false },
};

static void a_store_is_seen_behind_dsb(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(order_rows); i++) {
		const struct order_row *row = &order_rows[i];
		struct machine *m = machine_create();
		struct chooser c = { .way = { [LIBERTY_OLD_DESCRIPTOR] = 1 } };
		struct pages p = mapped(m);
		u64 got[2];

		take_liberties(m, &c);
		store64(m->cpu, p.slot[0], B | leaf | 3);
		barrier(&m->pe[row->by], row->barrier);
		for (unsigned pe = 0; pe < 2; pe++)
			got[pe] = reads_at(&m->pe[pe], VA);
		if (got[0] != (row->first_sees ? B : A) || got[1] != (row->second_sees ? B : A))
			fail_msg("%s: 0x%" PRIx64 " and 0x%" PRIx64, row->why, got[0], got[1]);
		machine_destroy(m);
	}
}

static void another_pes_dsb_completes_what_was_put_before(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_OLD_DESCRIPTOR] = 1 } };
	struct pages p = mapped(m);

	take_liberties(m, &c);
	store64(m->cpu, p.slot[0], B | leaf | 3);
	barrier(m->cpu, DMB_ISHST);
	barrier(&m->pe[1], DSB_ISH);
	assert_int_equal(reads_at(&m->pe[1], VA), B);
}

/* Who sees the later of two stores with a barrier between them sees the earlier. */
static void epochs_are_seen_in_their_order(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_OLD_DESCRIPTOR] = 0 } };
	struct pages p = mapped(m);

	take_liberties(m, &c);
	store64(m->cpu, p.slot[0], B | leaf | 3);
	barrier(m->cpu, DMB_ISHST);
	store64(m->cpu, p.slot[1], C | leaf | 3);
	assert_int_equal(reads_at(m->cpu, VA + 0x1000), C);
	c.way[LIBERTY_OLD_DESCRIPTOR] = 1;
	assert_int_equal(reads_at(m->cpu, VA), B);
	assert_int_equal(reads_at(&m->pe[1], VA), A); /* the own PE may see it before others */
}

/* The same without a barrier: each location for itself, and never back. */
static void unordered_stores_are_seen_each_for_itself(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_OLD_DESCRIPTOR] = 0 } };
	struct pages p = mapped(m);

	take_liberties(m, &c);
	store64(m->cpu, p.slot[0], B | leaf | 3);
	store64(m->cpu, p.slot[1], C | leaf | 3);
	assert_int_equal(reads_at(m->cpu, VA + 0x1000), C);
	c.way[LIBERTY_OLD_DESCRIPTOR] = 1;
	assert_int_equal(reads_at(m->cpu, VA), A);
	tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	assert_int_equal(reads_at(m->cpu, VA + 0x1000), C);
}

/* Coherence: what is stored twice is seen as it was before both, or after what was seen last. */
static void one_location_never_goes_back(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_OLD_DESCRIPTOR] = 1 } };
	struct pages p = mapped(m);

	take_liberties(m, &c);
	store64(m->cpu, p.slot[0], B | leaf | 3);
	store64(m->cpu, p.slot[0], C | leaf | 3);
	assert_int_equal(reads_at(m->cpu, VA), A);
	tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	c.way[LIBERTY_OLD_DESCRIPTOR] = 0;
	assert_int_equal(reads_at(m->cpu, VA), C);
	c.way[LIBERTY_OLD_DESCRIPTOR] = 1;
	store64(m->cpu, p.slot[0], B | leaf | 3);
	tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	assert_int_equal(reads_at(m->cpu, VA), C);
	/* another PE stores behind it: what was before is over */
	store64(&m->pe[1], p.slot[0], A | leaf | 3);
	tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	assert_int_equal(reads_at(m->cpu, VA), B);
	barrier(&m->pe[1], DSB_ISH);
	tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	assert_int_equal(reads_at(m->cpu, VA), A);
}

/* In finite time every store is seen. */
static void the_oldest_of_many_stores_is_seen(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_OLD_DESCRIPTOR] = 1 } };
	struct pages p = mapped(m);

	take_liberties(m, &c);
	store64(m->cpu, p.slot[0], B | leaf | 3);
	for (u64 i = 0; i < 100; i++)
		store64(m->cpu, RAM_BASE + 0x10000 + 8 * i, i);
	assert_int_equal(reads_at(m->cpu, VA), B);
}

/* Wherever a store comes from: pairs, atomics, DC ZVA go by mmu_place(). */
static void stores_of_all_sizes_count(void **state)
{
	static const struct access kinds[] = { { ACCESS_WRITE, 0, 16 }, { ACCESS_ATOMIC, 0, 8 },
		{ ACCESS_WRITE, ACC_ZVA, 64 } };

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct machine *m = machine_create();
		struct chooser c = { .way = { [LIBERTY_OLD_DESCRIPTOR] = 1 } };
		struct pages p = mapped(m);
		u64 page = PAGE_BASE(p.slot[0]), line = align_down(p.slot[0], kinds[i].size);
		struct place place;

		tt_map(m, &p.tt, 0x300000, page, 3, leaf);
		take_liberties(m, &c);
		place = mmu_place(m->cpu, 0x300000 + (line - page), kinds[i]);
		assert_true(place.ok && place.host != NULL);
		memset(place.host, 0, kinds[i].size);
		memory_written(m->cpu->memory, place.pa, kinds[i].size);
		assert_int_equal(reads_at(m->cpu, VA), A);
		tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
		barrier(m->cpu, DSB_ISH);
		assert_int_equal(reads_at(m->cpu, VA), 0);
		machine_destroy(m);
	}
}

/* ---- Walks that nobody asked for ---- */

static void known_addresses_are_filled_again(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { 0 } };
	struct pages p = mapped(m);

	take_liberties(m, &c);
	assert_int_equal(reads_at(m->cpu, VA), A);
	assert_int_equal(reads_at(m->cpu, VA + 0x1000), A);
	tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	c.way[LIBERTY_FILL] = 2; /* the one before the newest */
	mmu_before_insn(m->cpu);
	c.way[LIBERTY_FILL] = 0;
	*ram64(m, p.slot[0]) = *ram64(m, p.slot[1]) = B | leaf | 3;
	assert_int_equal(reads_at(m->cpu, VA), A);
	assert_int_equal(reads_at(m->cpu, VA + 0x1000), B);
}

/* No fault, and neither access flag nor dirty state. */
static void fills_change_nothing(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_FILL] = 1 } };
	struct pages p = mapped(m);

	m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_HA;
	settle(m->cpu);
	take_liberties(m, &c);
	assert_int_equal(reads_at(m->cpu, VA), A);
	*ram64(m, p.slot[0]) = B | D_NG | 3;
	tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	memset(&m->cpu->fault, 0, sizeof(m->cpu->fault));
	mmu_before_insn(m->cpu);
	assert_int_equal(*ram64(m, p.slot[0]), B | D_NG | 3);
	*ram64(m, p.slot[0]) = 0;
	mmu_before_insn(m->cpu);
	assert_int_equal(m->cpu->fault.ec, 0);
	*ram64(m, p.slot[0]) = C | D_NG | 3;
	assert_int_equal(reads_at(m->cpu, VA), C);
}

/* At EL2, by the registers of EL1&0 as they are then: MUT-26. */
static void a_speculated_at_uses_the_registers_in_effect(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_SPECULATIVE_AT] = 1 } };
	struct tt other;
	u64 tge[2] = { HCR_EL2_TGE, 0 };

	mapped(m);
	other = tt_new(m, 12, 48, 0);
	tt_map(m, &other, VA, C, 3, leaf);
	take_liberties(m, &c);
	assert_int_equal(reads_at(m->cpu, VA), A);
	for (unsigned i = 0; i < 2; i++) {
		m->cpu->sys[SR_TTBR0_EL1] = other.root | 5ull << 48; /* half of a switch */
		m->cpu->sys[SR_HCR_EL2] = tge[i];
		m->cpu->pstate.el = EL2;
		settle(m->cpu);
		mmu_before_insn(m->cpu);
		*ram64(m, tt_slot(m, &other, VA, 3)) = B | leaf | 3;
		m->cpu->sys[SR_HCR_EL2] = 0;
		m->cpu->pstate.el = EL1;
		settle(m->cpu);
		assert_int_equal(reads_at(m->cpu, VA), i == 0 ? B : C);
		*ram64(m, tt_slot(m, &other, VA, 3)) = C | leaf | 3;
		tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	}
}

/* ---- As bytes ---- */

static struct archive saved(struct cpu *cpu)
{
	struct archive archive = archive_to_save();

	mmu_transfer(cpu, &archive);
	assert_false(archive.failed);
	return archive;
}

static void all_of_it_is_saved_and_loaded(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_TLB_EVICT] = 1,
				     [LIBERTY_WALK_CACHE] = 1,
				     [LIBERTY_LATE_TLBI] = 1,
				     [LIBERTY_OLD_DESCRIPTOR] = 1 } };
	struct pages p = mapped(m);
	struct archive first, second, load;

	take_liberties(m, &c);
	for (u64 i = 0; i < 1500; i++) {
		tt_map(m, &p.tt, 0x200000 + (i << 12), A, 3, leaf);
		reads_at(m->cpu, 0x200000 + (i << 12));
	}
	tlbi(m->cpu, SR_TLBI_VAE1, 1ull << 48 | 0x201);
	store64(m->cpu, p.slot[0], B | leaf | 3);
	first = saved(m->cpu);
	barrier(m->cpu, DSB_ISH);
	tlbi(m->cpu, SR_TLBI_ALLE1, 0);
	barrier(m->cpu, DSB_ISH);

	load = archive_to_load(first.data, first.size);
	mmu_transfer(m->cpu, &load);
	assert_false(load.failed);
	settle(m->cpu);
	second = saved(m->cpu);
	assert_int_equal(first.size, second.size);
	assert_memory_equal(first.data, second.data, first.size);
	archive_free(&second);
	assert_int_equal(reads_at(m->cpu, VA), A);	 /* the store is not seen */
	assert_int_equal(reads_at(m->cpu, 0x201000), A); /* the TLBI is not done */
	archive_free(&first);
}

/* Every cut and every changed byte is refused, or is some state that can be saved again. */
static void what_is_loaded_is_not_trusted(void **state)
{
	struct machine *m = *state;
	struct chooser c = { .way = { [LIBERTY_WALK_CACHE] = 1, [LIBERTY_LATE_TLBI] = 1 } };
	struct pages p = mapped(m);
	struct rng rng = { 7 };
	struct archive good;

	take_liberties(m, &c);
	reads_at(m->cpu, VA);
	tlbi(m->cpu, SR_TLBI_VAE1, 1ull << 48 | 0x201);
	store64(m->cpu, p.slot[0], B | leaf | 3);
	good = saved(m->cpu);
	for (unsigned i = 0; i < 4000; i++) {
		u8 *bytes = malloc(good.size);
		struct archive load;

		memcpy(bytes, good.data, good.size);
		bytes[rng_below(&rng, good.size)] ^= (u8)(1 + rng_below(&rng, 255));
		load = archive_to_load(bytes, i % 4 ? good.size : rng_below(&rng, good.size));
		mmu_transfer(m->cpu, &load);
		if (!load.failed) {
			struct archive again = saved(m->cpu);

			archive_free(&again);
			settle(m->cpu);
			reads_at(m->cpu, VA);
			barrier(m->cpu, DSB_ISH);
		} else {
			mmu_reset(m->cpu);
		}
		free(bytes);
	}
	archive_free(&good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_store_is_seen_behind_dsb),
		TEST(another_pes_dsb_completes_what_was_put_before),
		TEST(epochs_are_seen_in_their_order),
		TEST(unordered_stores_are_seen_each_for_itself),
		TEST(one_location_never_goes_back),
		TEST(the_oldest_of_many_stores_is_seen),
		cmocka_unit_test(stores_of_all_sizes_count),
		TEST(known_addresses_are_filled_again),
		TEST(fills_change_nothing),
		TEST(a_speculated_at_uses_the_registers_in_effect),
		TEST(all_of_it_is_saved_and_loaded),
		TEST(what_is_loaded_is_not_trusted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
