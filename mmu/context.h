/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Translation contexts: a decoded regime with a privilege and the host TLB that belongs to it.
 * Private to mmu/.
 */
#ifndef ENT_MMU_CONTEXT_H
#define ENT_MMU_CONTEXT_H

#include "mmu/regime.h"
#include "mmu/tlb.h"

enum { CONTEXT_COUNT = 64, CONTEXT_BUCKETS = 128 };

/* Everything that changes what a host TLB hit means. What a regime does not use is 0. */
struct context_key {
	u64 space; /* regime, VMID, ASID, which stages */
	u64 ttbr0, ttbr1, tcr, mair, sctlr, hcr, vttbr, vtcr;
	u64 who; /* bits 0: EL0; 1: PAN applies; 2: there are watchpoints; 3: bypass_host_tlb */
};

struct mmu_context {
	struct context tables; /* must be first: cpu->ctx points here */
	struct context_key key;
	struct regime regime;
	struct mmu_context *bucket_next;
	u64 last_use;
	u64 used[HOST_TLB_ENTRIES / 64]; /* indexes where some table may be filled */
	u8 index;			 /* in the pool, and bit in tlb_entry.contexts */
	bool el0, pan;
	u8 fills; /* FILLS_*: what of the host TLB may be filled */
};

enum {
	FILLS_ALL = 0,
	FILLS_NOTHING = 1,  /* accesses are the guest's watchpoints' business, or bypass it */
	FILLS_UNWATCHED = 2 /* a debugger watches bytes of some pages */
};

/*
 * The accesses of the instruction that somebody is told of. It may be stopped before one of them,
 * and begins anew later: those before are not performed a second time then, for time, and what
 * devices said, would be different.
 */
enum { PIECES = 64 }; /* LD4 of bytes */
struct pieces {
	u64 insns, pc;	   /* whose */
	u8 count;	   /* begun in this attempt */
	u8 done;	   /* performed in the one before */
	bool is_stopped;   /* the attempt has ended before an access */
	bool is_repeated;  /* there was one before */
	u64 value[PIECES]; /* that devices gave */
};

struct mmu {
	struct mmu_context *pool[CONTEXT_COUNT]; /* allocated when first needed */
	struct mmu_context *bucket[CONTEXT_BUCKETS];
	unsigned count;
	u64 clock; /* of uses, for recycling the longest unused */
	struct {
		struct context_key key; /* as it was then, without what only host TLBs depend on */
		u64 va;
		pa_t page;
		bool is_valid;
	} held; /* mmu_hold_code() */
	struct pieces pieces;
	bool updates_descriptor; /* a walk does, at the moment */
	struct kept *kept;	 /* retain.h; NULL: no liberties are taken */
};

static inline struct mmu_context *context_of(const struct cpu *cpu)
{
	return (struct mmu_context *)cpu->ctx;
}

/* The context for accesses from `el`, created if need be; kept in cpu->ctx_of[el][pan]. */
struct mmu_context *context_get(struct cpu *cpu, unsigned el, bool pan);

static inline void context_note_use(struct mmu_context *ctx, u64 va)
{
	unsigned index = host_tlb_index(va);

	ctx->used[index / 64] |= BIT(index % 64);
}

/* A debugger watches bytes, or others than before; or does not. */
void contexts_watch(struct cpu *cpu, bool watches);

void context_flush(struct mmu_context *ctx);
/* Drops the host TLB entries of [va, va + 2^shift), whatever their tag byte, in a set of contexts.
 */
void contexts_drop(struct cpu *cpu, u64 contexts, u64 va, unsigned shift);
/* Empties the host TLBs of a set of contexts. */
void contexts_flush(struct cpu *cpu, u64 contexts);

#endif
