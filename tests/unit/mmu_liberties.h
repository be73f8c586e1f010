/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Liberties for the tests of mmu/: chosen by a table of ways, or at random; and the instructions
 * that concern them, as the engine would call mmu/ for them.
 */
#ifndef ENT_TEST_MMU_LIBERTIES_H
#define ENT_TEST_MMU_LIBERTIES_H

#include "mmu_machine.h"

#include "base/rng.h"
#include "cpu/liberty.h"

struct chooser {
	unsigned way[LIBERTY_COUNT];
	unsigned once_in[LIBERTY_COUNT]; /* not 0: any way once in so many decisions, else way 0 */
	struct rng rng;
	u64 asked[LIBERTY_COUNT];
	struct liberties liberties;
};

static inline unsigned choose(
	void *opaque, const struct cpu *cpu, enum liberty liberty, unsigned ways)
{
	struct chooser *c = opaque;

	(void)cpu;
	assert_true(ways >= 2);
	c->asked[liberty]++;
	if (c->once_in[liberty] == 0)
		return c->way[liberty] < ways ? c->way[liberty] : ways - 1;
	return rng_below(&c->rng, c->once_in[liberty]) ? 0 : (unsigned)rng_below(&c->rng, ways);
}

static inline void take_liberties(struct machine *m, struct chooser *c)
{
	c->liberties = (struct liberties){ choose, c, ~0u };
	for (unsigned i = 0; i < 2; i++) {
		m->pe[i].liberties = c != NULL ? &c->liberties : NULL;
		assert_true(mmu_take_liberties(&m->pe[i]));
		mmu_bypass_host_tlb(&m->pe[i], true);
	}
}

/* ---- Instructions ---- */

enum { DSB_NSH = 0xd503379f, DSB_NSHST = 0xd503369f, DSB_ISH = 0xd5033b9f };
enum { DSB_ISHST = 0xd5033a9f, DSB_ISHLD = 0xd503399f, DSB_SY = 0xd5033f9f };
enum { DMB_ISHST = 0xd5033abf, DMB_ISHLD = 0xd50339bf, SSBB = 0xd503309f, ISB = 0xd5033fdf };

static inline void barrier(struct cpu *cpu, u32 insn)
{
	mmu_before_insn(cpu);
	mmu_barrier(cpu, insn);
}

static inline void tlbi(struct cpu *cpu, enum sysreg_id op, u64 operand)
{
	mmu_before_insn(cpu);
	mmu_tlbi(cpu, op, operand);
}

/* A store of a PE to RAM, by EL2 with its MMU off. */
static inline void store64(struct cpu *cpu, u64 pa, u64 value)
{
	u8 el = cpu->pstate.el;

	mmu_before_insn(cpu);
	at_el(cpu, EL2);
	assert_true(mmu_store(cpu, pa, 8, value, 0));
	at_el(cpu, el);
}

/* Where an access leads; 0: it faults. */
static inline u64 leads_to(struct cpu *cpu, u64 va, struct access access)
{
	struct translation t;

	mmu_before_insn(cpu);
	return mmu_translate(cpu, va, access, &t) ? t.pa.v : 0;
}

static inline u64 reads_at(struct cpu *cpu, u64 va)
{
	return leads_to(cpu, va, READ8);
}

#endif
