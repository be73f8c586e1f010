/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded set of entries by tag and space as the TLB has them, the oldest of which goes when it
 * is full. What an entry is of, its owner knows: retain.c, walk_cache.c. Private to mmu/.
 */
#ifndef ENT_MMU_SHELF_H
#define ENT_MMU_SHELF_H

#include "mmu/tlb.h"

enum { SHELF_ENTRIES = 1024, SHELF_BUCKETS = TLB_SETS };

/* What a walk read at one level, and the hierarchical permissions of it and those above. */
struct table_read {
	u64 descriptor;
	u8 ap_table;
	bool uxn_table, pxn_table;
};

struct shelved {
	u64 tag, space; /* as of struct tlb_set; tag 0: empty */
	union {
		struct translated t;
		struct table_read read;
	} content;
	u16 next;	  /* in its bucket, or of what is free */
	u16 older, newer; /* NOTHING_SHELVED: it is the oldest, the newest */
};

enum { NOTHING_SHELVED = 0xffff };

struct shelf {
	struct shelved entry[SHELF_ENTRIES];
	u16 bucket[SHELF_BUCKETS];
	u16 free;  /* of those that were removed */
	u16 fresh; /* from here on none was ever used, nor cleared: a restore clears shelves */
	u16 oldest, newest;
	u16 count;
	u64 sizes; /* bit n: there are entries of 2^n bytes */
	u16 size_count[64];
};

void shelf_clear(struct shelf *shelf);
/* The very entry; NULL: there is none. */
struct shelved *shelf_find(struct shelf *shelf, u64 space, u64 tag);
/* A new one, to be filled by the caller; there must be none of that name. */
struct shelved *shelf_put(struct shelf *shelf, u64 space, u64 tag);
void shelf_remove(struct shelf *shelf, struct shelved *entry);
/* As tlb_remove_va() of entries of at least 2^smallest bytes, tlb_remove_range(). */
void shelf_remove_va(
	struct shelf *shelf, const struct tlb_selection *selection, u64 va, unsigned smallest);
void shelf_remove_range(
	struct shelf *shelf, const struct tlb_selection *selection, u64 first, u64 last);

#endif
