/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The architectural TLB of one PE: results of whole translations, tagged by regime, VMID, ASID.
 * Private to mmu/. Part of the machine's meaning: what it retains is visible to the guest, so
 * replacement depends on the sequence of misses only (never on host TLB hits, never on time).
 */
#ifndef ENT_MMU_TLB_H
#define ENT_MMU_TLB_H

#include "mmu/regime.h"

enum { TLB_SETS = 256, TLB_WAYS = 4, TLB_ENTRIES = TLB_SETS * TLB_WAYS };

struct tlb_entry {
	struct translated t;
	u64 contexts; /* those whose host TLB may hold parts of it: bit per pool index */
};

/* tag: canonical VA of the page | log2 of its size; 0 when empty. One cache line. */
struct tlb_set {
	u64 tag[TLB_WAYS];
	u64 space[TLB_WAYS];
};

struct tlb {
	struct tlb_set set[TLB_SETS];
	struct tlb_entry entry[TLB_ENTRIES]; /* set * TLB_WAYS + way */
	u8 next_way[TLB_SETS];		     /* round robin */
	u64 valid[TLB_ENTRIES / 64];
	u64 sizes; /* bit n: there are entries of 2^n bytes */
	u32 size_count[64];
};

/* Entries by what a TLBI names. */
struct tlb_selection {
	u64 space, space_mask; /* equal under the mask; SPACE_GLOBAL is compared by `globals` */
	bool globals;	       /* global entries match too, whatever their ASID */
};

/* Does it select an entry of that space? */
bool tlb_is_selected(const struct tlb_selection *selection, u64 space);
/* The space of global entries that readers of `space` find. */
static inline u64 tlb_global_space(u64 space)
{
	return (space & ~SPACE_ASID) | SPACE_GLOBAL;
}

/* Where the entries of a tag are, and nowhere else. */
unsigned tlb_set_of(u64 space, u64 tag);
struct tlb_entry *tlb_find(struct tlb *tlb, u64 space, u64 va);

/* The parts of an entry, in both directions. */
void tlb_transfer_entry(u64 *tag, u64 *space, struct translated *t, struct archive *archive);

/*
 * Enters a translation. missed: a lookup has just missed, nothing was removed since. Evicts;
 * removes entries that would conflict, so that one lookup never has two answers.
 */
struct tlb_entry *tlb_insert(
	struct cpu *cpu, u64 space, u64 va, const struct translated *t, bool missed);

/* Removes the host TLB entries derived from an entry, by its index. */
void tlb_drop_derived(struct cpu *cpu, unsigned index);
/* Removes one entry, with the host TLB entries derived from it. */
void tlb_remove(struct cpu *cpu, struct tlb_entry *entry);
void tlb_remove_va(struct cpu *cpu, const struct tlb_selection *selection, u64 va);
/* What maps any of first..last, canonical addresses. */
void tlb_remove_range(struct cpu *cpu, const struct tlb_selection *selection, u64 first, u64 last);
void tlb_remove_all(struct cpu *cpu, const struct tlb_selection *selection);
unsigned tlb_count(const struct tlb *tlb);

#endif
