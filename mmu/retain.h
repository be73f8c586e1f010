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

enum { LATE_TLBIS = 16 };
enum { KNOWN_ADDRESSES = 16, KNOWN_KINDS = 3 };
enum { USED_SLOTS = 8 };

/* What was translated before, and might be again. */
struct known_address {
	u64 va;
	u8 kind; /* enum access_kind */
};

struct kept {
	/*
	 * Of the TLB's slots those that the current instruction has used. What it was told once
	 * stays as it is until its end: its checks and its accesses translate separately.
	 */
	u16 used[USED_SLOTS];
	unsigned used_count;
	struct shelf spilled;	      /* TLB_EVICT: entries that found no place in the TLB's sets */
	struct tlbi late[LATE_TLBIS]; /* LATE_TLBI: oldest first */
	unsigned late_count;
};

/* ---- retain.c: all of it, and the TLB ---- */

void retain_reset(struct cpu *cpu);

/* Is it the TLB that answers? entry: what was found in its sets, or NULL. The same, to be used. */
struct tlb_entry *retain_find(struct cpu *cpu, u64 space, u64 va, struct tlb_entry *entry);
/* The current instruction uses the entry. */
void retain_use(struct cpu *cpu, const struct tlb_entry *entry);
/* A set is full; what is in the slot is about to go. */
void retain_evicted(struct cpu *cpu, unsigned slot);

/* ---- late_tlbi.c ---- */

/* Is it put off? If not, it is to be done now. */
bool late_tlbi_takes(struct cpu *cpu, const struct tlbi *tlbi);
/* Before an instruction. */
void late_tlbi_before_insn(struct cpu *cpu);
/* A DSB of loads and stores: what is put off is done in the TLBs of `pes`. */
void late_tlbi_complete(struct cpu *cpu, u32 pes);

/* tlbi.c: in the TLBs of those of its PEs that are in `pes`. */
void tlbi_perform(struct cpu *cpu, const struct tlbi *tlbi, u32 pes);

#endif
