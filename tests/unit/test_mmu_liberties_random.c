/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two PEs change page tables of both stages at random, in several address spaces and VMs, and
 * translate all the time, while every liberty of mmu/ is taken at random. Software that breaks
 * before it makes, and has each DSB and TLBI that the architecture asks for, never sees what is
 * stale; software that leaves one away does. DDI 0487 D8.16.1, B2.3.8; HYPERVISOR-SPEC HW-22..24
 */
#include "mmu_liberties.h"

enum { VMS = 2, ASIDS = 2, PAGES = 6, IPAS = 8, OPERATIONS = 100000 };

/* Software's mistakes: which kind of instruction is left away, once in so many times. */
enum mistake { NONE, DSB_BEFORE_TLBI, TLBI_STAGE1, TLBI_STAGE2, TLBI_COMBINED, DSB_BEHIND, BREAK };

/*
 * What software wants: output addresses, 0 for none. While a change goes on, one of them, or all of
 * an address space, may be something else, too.
 */
struct wish {
	u64 s1[VMS][ASIDS][PAGES]; /* IPAs */
	u64 s2[VMS][IPAS];	   /* PAs */
	u64 *doubtful, other;	   /* NULL: nothing */
	bool *gone_doubtful;	   /* NULL; or one of these may be true, too */
	bool s1_gone[VMS][ASIDS], s2_gone[VMS];
};

struct world {
	struct machine *m;
	struct tt s1[VMS][ASIDS], s2[VMS];
	struct wish wish;
	struct chooser chooser;
	struct rng rng;
	unsigned vm[2], asid[2]; /* per PE */
	enum mistake mistake;
	u64 stale, translations;
	u64 free_tables[64];
	unsigned free_count;
};

#define IPA_BASE 0x80000000ull
#define BAD_PAGE (RAM_BASE + 0x300000) /* where tables lead that nobody uses any more */
#define S1_LEAF	 (D_AF | D_NG)

static u64 page_of(struct world *w)
{
	return RAM_BASE + (rng_below(&w->rng, 64) << PAGE_SHIFT);
}

static struct cpu *any_pe(struct world *w)
{
	return &w->m->pe[rng_below(&w->rng, 2)];
}

/* ---- What translations may say ---- */

static u64 wished(const struct wish *wish, unsigned vm, unsigned asid, unsigned page)
{
	u64 ipa = wish->s1[vm][asid][page];

	if (ipa == 0 || wish->s1_gone[vm][asid] || wish->s2_gone[vm])
		return 0;
	return wish->s2[vm][(ipa - IPA_BASE) >> PAGE_SHIFT];
}

static bool is_allowed(struct wish *wish, unsigned vm, unsigned asid, unsigned page, u64 pa)
{
	bool is_ok = wished(wish, vm, asid, page) == pa;
	u64 value;

	if (wish->doubtful != NULL && !is_ok) {
		value = *wish->doubtful;
		*wish->doubtful = wish->other;
		is_ok = wished(wish, vm, asid, page) == pa;
		*wish->doubtful = value;
	}
	if (wish->gone_doubtful != NULL && !is_ok) {
		*wish->gone_doubtful ^= true;
		is_ok = wished(wish, vm, asid, page) == pa;
		*wish->gone_doubtful ^= true;
	}
	return is_ok;
}

static void translate_something(struct world *w)
{
	struct cpu *cpu = any_pe(w);
	unsigned page = (unsigned)rng_below(&w->rng, PAGES), pe = cpu->index;
	struct access access = rng_below(&w->rng, 4) ? READ8 : FETCH4;
	u8 el = cpu->pstate.el;
	u64 pa;

	at_el(cpu, EL1);
	pa = leads_to(cpu, (u64)page << PAGE_SHIFT, access);
	at_el(cpu, el);
	w->translations++;
	if (is_allowed(&w->wish, w->vm[pe], w->asid[pe], page, pa))
		return;
	w->stale++;
	if (w->mistake == NONE)
		fail_msg("translation %" PRIu64 ": PE %u, VM %u, ASID %u, page %u leads to "
			 "0x%" PRIx64 ", wanted 0x%" PRIx64,
			w->translations, pe, w->vm[pe], w->asid[pe], page, pa,
			wished(&w->wish, w->vm[pe], w->asid[pe], page));
}

static void translate_some(struct world *w)
{
	for (u64 i = rng_below(&w->rng, 4); i > 0; i--)
		translate_something(w);
}

/* ---- Registers ---- */

static void set_space(struct world *w, struct cpu *cpu, unsigned vm, unsigned asid)
{
	cpu->sys[SR_VTTBR_EL2] = w->s2[vm].root | (u64)(vm + 1) << 48;
	cpu->sys[SR_TTBR0_EL1] = cpu->sys[SR_TTBR1_EL1] = w->s1[vm][asid].root | (u64)(asid + 1)
											 << 48;
	settle(cpu);
}

static void switch_space(struct world *w)
{
	struct cpu *cpu = any_pe(w);
	unsigned pe = cpu->index;

	w->vm[pe] = (unsigned)rng_below(&w->rng, VMS);
	w->asid[pe] = (unsigned)rng_below(&w->rng, ASIDS);
	set_space(w, cpu, w->vm[pe], w->asid[pe]);
}

/* ---- Maintenance ---- */

static bool forgets(struct world *w, enum mistake mistake)
{
	return mistake != NONE && w->mistake == mistake && rng_below(&w->rng, 2) == 0;
}

static void dsb(struct world *w, struct cpu *cpu, bool of_stores, enum mistake mistake)
{
	if (!forgets(w, mistake))
		barrier(cpu, of_stores && rng_below(&w->rng, 2) ? DSB_ISHST : DSB_ISH);
	translate_some(w);
}

static void maintain(
	struct world *w, struct cpu *cpu, enum sysreg_id op, u64 operand, enum mistake mistake)
{
	if (!forgets(w, mistake))
		tlbi(cpu, op, operand);
	translate_some(w);
}

/* At EL1 of the VM, or at EL2 with its VTTBR: one or all pages of an address space. */
static void maintain_stage1(struct world *w, struct cpu *cpu, unsigned vm, unsigned asid, int page)
{
	u64 who = (u64)(asid + 1) << 48;
	bool at_el2 = rng_below(&w->rng, 2);

	set_space(w, cpu, vm, w->asid[cpu->index]);
	w->vm[cpu->index] = vm;
	at_el(cpu, at_el2 ? EL2 : EL1);
	if (rng_below(&w->rng, 8) == 0)
		maintain(w, cpu, SR_TLBI_VMALLE1IS, 0, TLBI_STAGE1);
	else if (page < 0)
		maintain(w, cpu, SR_TLBI_ASIDE1IS, who, TLBI_STAGE1);
	else
		maintain(w, cpu, rng_below(&w->rng, 2) ? SR_TLBI_VALE1IS : SR_TLBI_VAE1IS,
			who | (u64)page, TLBI_STAGE1);
	at_el(cpu, EL1);
}

/* ipa < 0: all. */
static void maintain_stage2(struct world *w, struct cpu *cpu, unsigned vm, int ipa)
{
	set_space(w, cpu, vm, w->asid[cpu->index]);
	w->vm[cpu->index] = vm;
	at_el(cpu, EL2);
	if (ipa < 0 || rng_below(&w->rng, 8) == 0) {
		maintain(w, cpu, SR_TLBI_VMALLS12E1IS, 0, TLBI_STAGE2);
	} else {
		maintain(w, cpu, rng_below(&w->rng, 2) ? SR_TLBI_IPAS2LE1IS : SR_TLBI_IPAS2E1IS,
			(IPA_BASE >> PAGE_SHIFT) + (unsigned)ipa, TLBI_STAGE2);
		dsb(w, cpu, false, NONE);
		maintain(w, cpu, SR_TLBI_VMALLE1IS, 0, TLBI_COMBINED);
	}
	at_el(cpu, EL1);
}

/* ---- Changes ---- */

struct change {
	unsigned vm, asid;
	int page; /* or IPA */
	bool is_stage2;
	u64 slot, descriptor;
};

static void invalidate(struct world *w, struct cpu *cpu, const struct change *c)
{
	if (c->is_stage2)
		maintain_stage2(w, cpu, c->vm, c->page);
	else
		maintain_stage1(w, cpu, c->vm, c->asid, c->page);
	dsb(w, cpu, false, DSB_BEHIND);
}

static void store(struct world *w, struct cpu *cpu, u64 slot, u64 descriptor)
{
	at_el(cpu, EL2);
	store64(cpu, slot, descriptor);
	at_el(cpu, EL1);
	translate_some(w);
}

/* Break, if something is there; then make. */
static void change_leaf(struct world *w, const struct change *c, u64 *wish, u64 output)
{
	struct cpu *cpu = any_pe(w);

	if (*wish != 0 && !forgets(w, BREAK)) {
		w->wish.doubtful = wish;
		w->wish.other = 0;
		store(w, cpu, c->slot, 0);
		dsb(w, cpu, true, DSB_BEFORE_TLBI);
		invalidate(w, cpu, c);
		*wish = 0;
		w->wish.doubtful = NULL;
		translate_some(w);
	}
	if (output == 0)
		return;
	w->wish.other = *wish;
	*wish = output;
	w->wish.doubtful = wish;
	store(w, cpu, c->slot, c->descriptor);
	dsb(w, cpu, true, NONE);
	w->wish.doubtful = NULL;
}

static void change_stage1(struct world *w)
{
	struct change c = { .vm = (unsigned)rng_below(&w->rng, VMS),
		.asid = (unsigned)rng_below(&w->rng, ASIDS),
		.page = (int)rng_below(&w->rng, PAGES) };
	u64 ipa = IPA_BASE + (rng_below(&w->rng, IPAS) << PAGE_SHIFT);
	bool is_there = rng_below(&w->rng, 4) != 0;

	c.slot = tt_slot(w->m, &w->s1[c.vm][c.asid], (u64)c.page << PAGE_SHIFT, 3);
	c.descriptor = ipa | S1_LEAF | 3;
	change_leaf(w, &c, &w->wish.s1[c.vm][c.asid][c.page], is_there ? ipa : 0);
}

static void change_stage2(struct world *w)
{
	struct change c = { .vm = (unsigned)rng_below(&w->rng, VMS),
		.page = (int)rng_below(&w->rng, IPAS),
		.is_stage2 = true };
	u64 pa = page_of(w);
	bool is_there = rng_below(&w->rng, 4) != 0;

	c.slot = tt_slot(w->m, &w->s2[c.vm], IPA_BASE + ((u64)c.page << PAGE_SHIFT), 3);
	c.descriptor = pa | S2_RWX_WB | 3;
	change_leaf(w, &c, &w->wish.s2[c.vm][c.page], is_there ? pa : 0);
}

/*
 * The table of the last level moves: all that it maps goes, and comes back by a copy, whose entries
 * a DMB puts before the link to it. What the old one says from now on is wrong.
 */
static void move_table(struct world *w, struct change *c, bool *gone)
{
	struct cpu *cpu = any_pe(w);
	u64 old = *ram64(w->m, c->slot) & MASK(47, 12), table = w->free_tables[--w->free_count];
	unsigned entries = c->is_stage2 ? IPAS : PAGES;

	c->page = -1;
	w->wish.gone_doubtful = gone;
	store(w, cpu, c->slot, 0);
	dsb(w, cpu, true, DSB_BEFORE_TLBI);
	invalidate(w, cpu, c);
	w->wish.gone_doubtful = NULL;
	*gone = true;
	for (unsigned i = 0; i < entries; i++)
		store(w, cpu, table + 8 * i, *ram64(w->m, old + 8 * i));
	if (rng_below(&w->rng, 2))
		barrier(cpu, DMB_ISHST);
	else
		dsb(w, cpu, true, NONE);
	w->wish.gone_doubtful = gone;
	*gone = false;
	store(w, cpu, c->slot, table | 3);
	dsb(w, cpu, true, NONE);
	w->wish.gone_doubtful = NULL;
	for (unsigned i = 0; i < entries; i++)
		*ram64(w->m, old + 8 * i) = BAD_PAGE | S2_RWX_WB | 3;
	for (unsigned i = w->free_count++; i > 0; i--) /* not at once again */
		w->free_tables[i] = w->free_tables[i - 1];
	w->free_tables[0] = old;
}

static void move_some_table(struct world *w)
{
	struct change c = { .vm = (unsigned)rng_below(&w->rng, VMS),
		.asid = (unsigned)rng_below(&w->rng, ASIDS),
		.is_stage2 = rng_below(&w->rng, 2) };

	if (c.is_stage2)
		c.slot = tt_slot(w->m, &w->s2[c.vm], IPA_BASE, 2);
	else
		c.slot = tt_slot(w->m, &w->s1[c.vm][c.asid], 0, 2);
	move_table(w, &c, c.is_stage2 ? &w->wish.s2_gone[c.vm] : &w->wish.s1_gone[c.vm][c.asid]);
}

/* ---- Runs ---- */

static void build_vm(struct world *w, unsigned vm)
{
	struct machine *m = w->m;

	w->s2[vm] = tt_new(m, 12, 40, 1);
	for (u64 at = RAM_BASE; at < RAM_BASE + RAM_SIZE; at += 0x200000) /* tables of stage 1 */
		tt_map(m, &w->s2[vm], at, at, 2, S2_RWX_WB);
	tt_slot(m, &w->s2[vm], IPA_BASE, 3);
	for (unsigned asid = 0; asid < ASIDS; asid++) {
		w->s1[vm][asid] = tt_new(m, 12, 48, 0);
		tt_slot(m, &w->s1[vm][asid], 0, 3);
	}
}

static struct world *build(u64 seed, enum mistake mistake)
{
	struct world *w = calloc(1, sizeof(*w));

	w->m = machine_create();
	w->rng = (struct rng){ seed };
	w->mistake = mistake;
	for (unsigned vm = 0; vm < VMS; vm++)
		build_vm(w, vm);
	for (; w->free_count < 8; w->free_count++)
		w->free_tables[w->free_count] = new_table(w->m, 0x10000);
	for (unsigned i = 0; i < 2; i++) {
		struct cpu *cpu = &w->m->pe[i];

		cpu->sys[SR_TCR_EL1] = TCR_48;
		cpu->sys[SR_MAIR_EL1] = MAIR_TEST;
		cpu->sys[SR_SCTLR_EL1] = SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I;
		cpu->sys[SR_VTCR_EL2] = 24 | 1ull << 6 | 5ull << 16;
		cpu->sys[SR_HCR_EL2] = HCR_EL2_VM;
		set_space(w, cpu, 0, 0);
	}
	w->chooser.rng = (struct rng){ seed ^ 0xabcdef };
	for (unsigned i = 0; i < LIBERTY_COUNT; i++)
		w->chooser.once_in[i] = 1u + (unsigned)rng_below(&w->rng, 4);
	take_liberties(w->m, &w->chooser);
	return w;
}

static u64 run(u64 seed, enum mistake mistake, unsigned operations)
{
	struct world *w = build(seed, mistake);
	u64 stale;

	for (unsigned i = 0; i < operations; i++) {
		switch (rng_below(&w->rng, 8)) {
		case 0: change_stage1(w); break;
		case 1: change_stage2(w); break;
		case 2: switch_space(w); break;
		case 3:
			if (rng_below(&w->rng, 8) == 0)
				move_some_table(w);
			break;
		default: translate_something(w); break;
		}
	}
	for (unsigned i = 0; i < LIBERTY_SPECULATIVE_AT; i++)
		assert_true(w->chooser.asked[i] > 0 || i < LIBERTY_LATE_TLBI ||
			    i == LIBERTY_TLB_EVICT); /* a few pages never fill a set */
	stale = w->stale;
	machine_destroy(w->m);
	free(w);
	return stale;
}

static void who_follows_the_rules_sees_nothing_stale(void **state)
{
	(void)state;
	for (u64 seed = 1; seed <= 10; seed++)
		assert_int_equal(run(seed, NONE, OPERATIONS / 10), 0);
}

static void who_does_not_sees_it(void **state)
{
	static const enum mistake mistakes[] = { DSB_BEFORE_TLBI, TLBI_STAGE1, TLBI_STAGE2,
		TLBI_COMBINED, DSB_BEHIND, BREAK };

	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		if (run(1, mistakes[i], 5000) == 0)
			fail_msg("mistake %u is not seen", mistakes[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_follows_the_rules_sees_nothing_stale),
		cmocka_unit_test(who_does_not_sees_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
