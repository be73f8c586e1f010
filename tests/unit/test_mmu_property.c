/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random tables, registers, accesses and TLBIs on two PEs. The guest is a correct one (it
 * invalidates what it changes), so whatever a host TLB says must be what a walk from scratch says.
 * And a second run without host TLBs must see the same machine: they are invisible.
 */
#include "base/rng.h"
#include "mmu_machine.h"

#include "mmu/context.h"

enum { PAGES = 12, BLOCKS = 3, STEPS = 4000 };

struct world {
	struct machine *m;
	struct tt s1[3], s2[2]; /* per address space; per VM */
	struct rng rng;
};

static const u64 leaf_bits[] = { 0, D_AP(1), D_AP(2), D_AP(3), D_PXN, D_UXN, D_NG, D_ATTR(1),
	D_ATTR(2), D_DBM };

static u64 random_leaf(struct rng *rng)
{
	u64 leaf = rng_below(rng, 8) ? D_AF : 0;

	for (unsigned i = 0; i < 3; i++)
		leaf |= leaf_bits[rng_below(rng, COUNT(leaf_bits))];
	/* mixing global and not in one address is a mistake; ASIDs differ, so all are private */
	return leaf | D_NG;
}

static u64 random_page(struct rng *rng)
{
	return RAM_BASE + (rng_below(rng, 2048) << PAGE_SHIFT);
}

static void change_page(struct world *w, struct tt *tt, u64 va)
{
	if (rng_below(&w->rng, 6) == 0)
		*ram64(w->m, tt_slot(w->m, tt, va, 3)) = 0;
	else
		tt_map(w->m, tt, va, random_page(&w->rng), 3, random_leaf(&w->rng));
}

static void change_stage2(struct world *w, struct tt *tt, u64 ipa)
{
	u64 leaf =
		D_AF | D_S2(rng_below(&w->rng, 4) | 1) | D_S2ATTR(rng_below(&w->rng, 3) ? 15 : 1);

	if (rng_below(&w->rng, 8) == 0)
		leaf |= D_UXN;
	/* RAM below the tables, in 2 MiB blocks; the tables stay mapped */
	tt_map(w->m, tt, ipa, ipa, 2, leaf);
}

static u64 random_va(struct rng *rng)
{
	u64 high = rng_below(rng, 2) ? 0xffff000000000000 : 0;

	if (rng_below(rng, 4) == 0)
		return high | (0x40000000 + (rng_below(rng, BLOCKS) << 21) +
				      (rng_below(rng, 4) << PAGE_SHIFT));
	return high | rng_below(rng, PAGES) << PAGE_SHIFT;
}

static void random_registers(struct world *w, struct cpu *cpu)
{
	unsigned space = (unsigned)rng_below(&w->rng, 3), vm = (unsigned)rng_below(&w->rng, 2);
	u64 *sys = cpu->sys;

	cpu->pstate.el = (u8)rng_below(&w->rng, 3);
	cpu->pstate.pan = rng_below(&w->rng, 4) == 0;
	sys[SR_HCR_EL2] = HCR_EL2_E2H | (rng_below(&w->rng, 2) ? HCR_EL2_VM : 0);
	if (cpu->pstate.el == EL0 && rng_below(&w->rng, 2))
		sys[SR_HCR_EL2] |= HCR_EL2_TGE;
	sys[SR_VTTBR_EL2] = w->s2[vm].root | (u64)(vm + 1) << 48;
	sys[SR_VTCR_EL2] = 24 | 1ull << 6 | 5ull << 16;
	sys[SR_TTBR0_EL1] = sys[SR_TTBR1_EL1] = w->s1[space].root | (u64)(space + 1) << 48;
	sys[SR_TTBR0_EL2] = sys[SR_TTBR1_EL2] = sys[SR_TTBR0_EL1];
	sys[SR_TCR_EL1] = sys[SR_TCR_EL2] = TCR_48;
	sys[SR_MAIR_EL1] = sys[SR_MAIR_EL2] = MAIR_TEST;
	if (rng_below(&w->rng, 16) == 0)
		sys[SR_HCR_EL2] |= rng_next(&w->rng) & (HCR_EL2_DC | HCR_EL2_PTW);
	sys[SR_SCTLR_EL1] = sys[SR_SCTLR_EL2] = (rng_below(&w->rng, 8) ? SCTLR_EL1_M : 0) |
						SCTLR_EL1_C |
						(rng_below(&w->rng, 4) ? 0 : SCTLR_EL1_WXN) |
						(rng_below(&w->rng, 8) ? 0 : SCTLR_EL1_A);
	settle(cpu);
}

/* Any TLBI that covers the change, chosen among the wider ones, for every regime. */
static void invalidate(struct world *w, struct cpu *cpu, unsigned space, u64 va, bool stage2)
{
	u64 operand = (u64)(space + 1) << 48 | bits(va, 55, 12);
	u64 hcr = cpu->sys[SR_HCR_EL2], vttbr = cpu->sys[SR_VTTBR_EL2];
	u8 el = cpu->pstate.el;

	cpu->pstate.el = EL2;
	cpu->sys[SR_HCR_EL2] = HCR_EL2_E2H; /* TGE would make TLBI VAE1 the host's */
	if (stage2 || rng_below(&w->rng, 10) == 0) {
		mmu_tlbi(cpu, SR_TLBI_ALLE1IS, 0);
		mmu_tlbi(cpu, SR_TLBI_ALLE2IS, 0);
	} else {
		for (unsigned vm = 0; vm < 2; vm++) {
			cpu->sys[SR_VTTBR_EL2] = w->s2[vm].root | (u64)(vm + 1) << 48;
			mmu_tlbi(cpu, rng_below(&w->rng, 2) ? SR_TLBI_VAE1IS : SR_TLBI_VAAE1IS,
				operand);
		}
		mmu_tlbi(cpu, SR_TLBI_VAE2IS, operand);
	}
	cpu->pstate.el = el;
	cpu->sys[SR_HCR_EL2] = hcr;
	cpu->sys[SR_VTTBR_EL2] = vttbr;
}

/* The answer without any cache: a PE of its own with the same registers. */
static bool fresh(struct cpu *scratch, const struct cpu *cpu, u64 va, struct access access,
	struct translation *out)
{
	memcpy(scratch->sys, cpu->sys, sizeof(scratch->sys));
	scratch->pstate = cpu->pstate;
	mmu_reset(scratch);
	return mmu_translate(scratch, va, access, out);
}

static void check_hits(struct world *w, struct cpu *scratch, struct cpu *cpu, u64 va)
{
	static const struct access kinds[2] = { { ACCESS_READ, 0, 8 }, { ACCESS_WRITE, 0, 8 } };

	for (unsigned kind = 0; kind < 2; kind++) {
		const u8 *host = kind ? host_write(cpu, va, 8) : host_read(cpu, va, 8);
		struct translation t;

		if (host == NULL)
			continue;
		if (!fresh(scratch, cpu, va, kinds[kind], &t))
			fail_msg("0x%" PRIx64 " hits, but a walk faults: iss 0x%x", va,
				scratch->fault.iss);
		if (host != w->m->ram + (t.pa.v - RAM_BASE))
			fail_msg("0x%" PRIx64 " hits another place than pa 0x%" PRIx64, va, t.pa.v);
	}
}

/* What the TLB says is what a walk says: page, type, and every bit of a fault. */
static void check_translations(struct cpu *scratch, struct cpu *cpu, u64 va)
{
	static const struct access kinds[] = { { ACCESS_READ, 0, 8 }, { ACCESS_WRITE, 0, 8 },
		{ ACCESS_FETCH, 0, 4 }, { ACCESS_ATOMIC, ACC_ATOMIC, 8 }, { ACCESS_CACHE, 0, 1 } };

	for (unsigned kind = 0; kind < COUNT(kinds); kind++) {
		struct translation t = { 0 }, want = { 0 };
		bool ok = mmu_translate(cpu, va, kinds[kind], &t);

		if (ok != fresh(scratch, cpu, va, kinds[kind], &want))
			fail_msg("0x%" PRIx64 ", kind %u: only one of TLB and walk faults", va,
				kind);
		if (ok ? t.pa.v != want.pa.v || t.attributes != want.attributes
		       : cpu->fault.iss != scratch->fault.iss ||
					cpu->fault.target_el != scratch->fault.target_el)
			fail_msg("0x%" PRIx64 ", kind %u: TLB and walk differ", va, kind);
	}
}

static struct world build(u64 seed)
{
	struct world w = { .m = machine_create(), .rng = { seed } };

	for (unsigned vm = 0; vm < 2; vm++) {
		w.s2[vm] = tt_new(w.m, 12, 40, 1);
		for (u64 at = RAM_BASE; at < RAM_BASE + RAM_SIZE; at += 0x200000)
			tt_map(w.m, &w.s2[vm], at, at, 2, S2_RWX_WB);
	}
	for (unsigned space = 0; space < 3; space++) {
		w.s1[space] = tt_new(w.m, 12, 48, 0);
		for (u64 i = 0; i < PAGES; i++)
			change_page(&w, &w.s1[space], i << PAGE_SHIFT);
		for (u64 i = 0; i < BLOCKS; i++)
			tt_map(w.m, &w.s1[space], 0x40000000 + (i << 21),
				RAM_BASE + (rng_below(&w.rng, 4) << 21), 2, random_leaf(&w.rng));
	}
	return w;
}

static void change_something(struct world *w, struct cpu *cpu)
{
	unsigned space = (unsigned)rng_below(&w->rng, 3);
	u64 va = rng_below(&w->rng, PAGES) << PAGE_SHIFT;
	u64 high = 0xffff000000000000 | va;

	if (rng_below(&w->rng, 8) == 0) {
		change_stage2(
			w, &w->s2[rng_below(&w->rng, 2)], RAM_BASE + (rng_below(&w->rng, 4) << 21));
		invalidate(w, cpu, space, va, true);
		return;
	}
	change_page(w, &w->s1[space], va);
	invalidate(w, cpu, space, va, false);
	invalidate(w, cpu, space, high, false);
}

/* One step's visible outcome: what was loaded, or the fault. */
static u64 access_something(struct world *w, struct cpu *cpu, u64 va)
{
	u64 value = rng_next(&w->rng);
	struct loaded got;

	memset(&cpu->fault, 0, sizeof(cpu->fault));
	switch (rng_below(&w->rng, 4)) {
	case 0: return mmu_store(cpu, va + 8, 4, value, 0) ? 1 : cpu->fault.iss;
	case 1: return mmu_fetch_page(cpu, va).ok ? 2 : cpu->fault.iss;
	default:
		got = mmu_load(cpu, va + rng_below(&w->rng, 8), 8,
			rng_below(&w->rng, 4) ? 0 : ACC_UNPRIVILEGED);
		return got.ok ? got.data : cpu->fault.iss;
	}
}

static void empty_host_tlbs(struct machine *m)
{
	for (unsigned i = 0; i < 2; i++) {
		for (unsigned j = 0; j < m->pe[i].mmu->count; j++)
			context_flush(m->pe[i].mmu->pool[j]);
	}
}

static void hits_equal_walks(void **state)
{
	struct machine *spare = *state;
	struct cpu *scratch = &spare->pe[0];

	for (u64 seed = 1; seed <= 4; seed++) {
		struct world w = build(seed);
		unsigned hits = 0;

		scratch->memory = &w.m->memory;
		for (unsigned step = 0; step < STEPS; step++) {
			struct cpu *cpu = &w.m->pe[rng_below(&w.rng, 2)];
			u64 va;

			if (step < 2 || rng_below(&w.rng, 8) == 0)
				random_registers(&w, cpu);
			if (rng_below(&w.rng, 10) == 0)
				change_something(&w, cpu);
			settle(cpu);
			for (unsigned i = 0; i < 8; i++)
				access_something(&w, cpu, random_va(&w.rng));
			for (unsigned i = 0; i < 8; i++) {
				va = random_va(&w.rng);
				hits += host_read(cpu, va, 8) != NULL;
				check_hits(&w, scratch, cpu, va);
			}
			check_translations(scratch, cpu, random_va(&w.rng));
		}
		assert_in_range(hits, 1000, 8 * STEPS); /* the test sees something */
		machine_destroy(w.m);
		scratch->memory = &spare->memory;
	}
}

static void host_tlbs_are_invisible(void **state)
{
	(void)state;
	for (u64 seed = 1; seed <= 3; seed++) {
		struct world with = build(seed), without = build(seed);
		struct world *worlds[2] = { &with, &without };

		for (unsigned step = 0; step < STEPS; step++) {
			u64 seen[2];

			for (unsigned i = 0; i < 2; i++) {
				struct world *w = worlds[i];
				struct cpu *cpu = &w->m->pe[rng_below(&w->rng, 2)];

				if (i == 1)
					empty_host_tlbs(w->m);
				random_registers(w, cpu);
				/* here also a guest that forgets the TLBI */
				if (rng_below(&w->rng, 20) == 0)
					change_something(w, cpu);
				if (rng_below(&w->rng, 20) == 0)
					change_page(w, &w->s1[rng_below(&w->rng, 3)],
						rng_below(&w->rng, PAGES) << PAGE_SHIFT);
				settle(cpu);
				seen[i] = access_something(w, cpu, random_va(&w->rng));
			}
			if (seen[0] != seen[1])
				fail_msg("seed %" PRIu64 ", step %u: 0x%" PRIx64 " and 0x%" PRIx64,
					seed, step, seen[0], seen[1]);
			assert_int_equal(with.m->walks, without.m->walks);
		}
		assert_memory_equal(with.m->ram, without.m->ram, RAM_SIZE);
		machine_destroy(with.m);
		machine_destroy(without.m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hits_equal_walks),
		cmocka_unit_test(host_tlbs_are_invisible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
