/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telling a debugger of data accesses. Private to mmu/.
 */
#ifndef ENT_MMU_TELL_H
#define ENT_MMU_TELL_H

#include "mmu/context.h"

struct told_access {
	u64 va, value;
	u64 pa, next_pa;  /* of the first byte; of the first one in the second page */
	unsigned size;	  /* bytes */
	unsigned in_page; /* of them in the first page */
	bool reads, writes;
	bool has_value;	  /* a write of `value` */
	bool is_hardware; /* a walk's, of a descriptor */
};

/* One access of the synchronised instruction; pieces are numbered. */
struct piece {
	unsigned number;
	bool is_done;	  /* performed before the instruction was stopped */
	bool is_repeated; /* done, or all but performed */
};

/* Begins the next access of the instruction; to be called while cpu->tells. */
struct piece tell_begin(struct cpu *cpu);

/* To be asked while cpu->tells. false: cpu->is_abandoned, the instruction is not to go on. */
bool tell_access(struct cpu *cpu, const struct told_access *access);

/* A walk has read a descriptor: writes of its page are told from now on. */
void tell_table(struct cpu *cpu, struct ram_region *region, pa_t pa);
/* A walk is about to replace one. */
void tell_update(struct cpu *cpu, pa_t pa, u64 descriptor);

/* Is one of the page's bytes watched, for reading or writing? Then no host TLB may have it. */
bool tell_page_is_watched(const struct cpu *cpu, u64 va, u64 pa, bool write);

#endif
