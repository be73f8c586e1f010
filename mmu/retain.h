/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a PE's MMU has beside the TLB while liberties are taken (cpu/liberty.h): struct kept, NULL
 * in a PE that takes none. Everybody who would find something in the TLB, or take it away, asks
 * here, too. Private to mmu/.
 */
#ifndef ENT_MMU_RETAIN_H
#define ENT_MMU_RETAIN_H

#include "cpu/liberty.h"
#include "mmu/context.h"
#include "mmu/shelf.h"

/* A TLBI with all that its scope depended on when it was executed. */
struct tlbi {
	enum sysreg_id op;
	u64 operand;
	struct tlb_selection selection;
	u32 pes; /* bit per PE whose TLB it is for */
};

/* Pages of a regime that were translated before, and might be again; the oldest goes. */
enum { KNOWN_ADDRESSES = 16 };
struct known {
	u64 va[KNOWN_ADDRESSES];
	u8 kind[KNOWN_ADDRESSES]; /* enum access_kind */
	u8 count, next;
	u8 last; /* which one was seen last, so that it is found first */
};

/*
 * Doublewords that a PE stored and walks need not see yet, oldest first. A barrier that orders
 * stores begins a new epoch: who sees one of the stores sees those of earlier epochs.
 */
enum { PENDING_STORES = 64, PENDING_WORDS = 4 };
struct pending {
	u64 pa[PENDING_STORES];
	u64 old[PENDING_STORES]; /* what was there */
	u32 epoch[PENDING_STORES];
	u32 pes[PENDING_STORES];  /* bit per PE whose walks may see that */
	u32 now;		  /* the epoch */
	u64 maybe[PENDING_WORDS]; /* which are there, by a hash; may say too much */
	u8 count;
};

enum { LATE_TLBIS = 16, USED_SLOTS = 8 };

struct kept {
	/*
	 * Of the TLB's slots those that the current instruction has used. What it was told once
	 * stays as it is until its end: its checks and its accesses translate separately.
	 */
	u16 used[USED_SLOTS];
	u8 used_count;
	u16 filled;	   /* the TLB's slot that the last fill led to, which is asked first */
	bool reads_memory; /* a walk that replaces a descriptor: what is kept does not count */
	u8 late_count;
	struct tlbi late[LATE_TLBIS];	     /* LATE_TLBI: oldest first */
	struct known known[REGIME_EL20 + 1]; /* FILL, SPECULATIVE_AT: by enum regime_kind */
	struct pending pending;		     /* OLD_DESCRIPTOR */
	/* Behind what forget() clears. */
	struct shelf spilled; /* TLB_EVICT: entries that found no place in the TLB's sets */
	struct shelf walks;   /* WALK_CACHE: tables of both stages, and leaves of stage 2 */
};

/* ---- retain.c: all of it, and the TLB ---- */

void retain_reset(struct cpu *cpu);
/* Begins to keep; false: no memory. */
bool retain_begin(struct cpu *cpu);
/* Whatever is kept, or that nothing is. */
void retain_transfer(struct cpu *cpu, struct archive *archive);

/* Is it the TLB that answers? entry: what was found in its sets, or NULL. The same, to be used. */
struct tlb_entry *retain_find(
	struct cpu *cpu, u64 space, const struct request *request, struct tlb_entry *entry);
/* The current instruction uses the entry, in a regime; not told of fetches that find it. */
void retain_use(struct cpu *cpu, enum regime_kind kind, const struct request *request,
	const struct tlb_entry *entry);
/* Does the TLB have one for the address, wherever it is? */
bool retain_has(struct cpu *cpu, u64 space, u64 va);
/* A set is full; what is in the slot is about to go. */
void retain_evicted(struct cpu *cpu, unsigned slot);

/* ---- late_tlbi.c ---- */

/* Is it put off? If not, it is to be done now. */
bool late_tlbi_takes(struct cpu *cpu, const struct tlbi *tlbi);
/* Before an instruction. */
void late_tlbi_before_insn(struct cpu *cpu);
/* A DSB of loads and stores: what is put off is done in the TLBs of `pes`. */
void late_tlbi_complete(struct cpu *cpu, u32 pes);

/* tlbi.c: is there such an instruction? */
bool tlbi_is(enum sysreg_id op);
/* In the TLBs of those of its PEs that are in `pes`. */
void tlbi_perform(struct cpu *cpu, const struct tlbi *tlbi, u32 pes);

/* ---- walk_cache.c ---- */

enum { NO_LEVEL = 0xff };

/*
 * The last level at which the walk uses what it read before, in *leaf, and reads none above;
 * NO_LEVEL: it reads all from memory.
 */
unsigned walk_cache_find(struct cpu *cpu, const struct regime *regime, const struct tables *tables,
	u64 input, struct leaf *leaf);
/* A walk has read a descriptor: a table, or, of stage 2, a leaf that does not fault. */
void walk_cache_note(struct cpu *cpu, const struct regime *regime, const struct tables *tables,
	u64 input, unsigned level, const struct leaf *leaf);

/* What of it a TLBI is about. */
struct walk_selection {
	struct tlb_selection whose;
	bool stage1, stage2;
	bool leaves_only; /* tables stay */
	u64 first, last;  /* addresses */
};
void walk_cache_remove(struct cpu *cpu, const struct walk_selection *selection);

/* ---- old_descriptor.c ---- */

/* The PE is about to store into RAM. is_release: behind all that it stored before. */
void old_descriptor_store(
	struct cpu *cpu, const struct ram_region *region, u64 pa, unsigned size, bool is_release);
/* What the PE's walk sees where `value` is in memory. */
u64 old_descriptor_read(struct cpu *cpu, u64 pa, u64 value);
/* DMB of stores; a DSB of them, for the walks of `pes`. */
void old_descriptor_order(struct cpu *cpu);
void old_descriptor_complete(struct cpu *cpu, u32 pes);
/* What follows from the rest is made anew. */
void old_descriptor_loaded(struct pending *pending);

/* ---- speculate.c ---- */

void speculate_know(struct kept *kept, enum regime_kind kind, const struct request *request);
/* Before an instruction. */
void speculate(struct cpu *cpu);

#endif
