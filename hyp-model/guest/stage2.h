/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the stage-2 program share: its tables, its pages, what guests load.
 */
#ifndef HYP_GUEST_STAGE2_H
#define HYP_GUEST_STAGE2_H

#include "guest/hostile.h"

/* RAM that nothing else uses, in parts of the size of the largest granule. */
#define AREA(n) (GUEST_RAM_IPA + (n)*0x10000ul)

/* Page n, 0 to 15, has mark(n). */
static inline u64 page(u64 n)
{
	return AREA(16 + n);
}

static inline u64 mark(u64 n)
{
	return n + 0x100;
}

/* The compiler knows that nothing is at address 0. */
static inline void store(u64 address, u64 value)
{
	__asm__ volatile("str %0, [%1]" : : "r"(value), "r"(address) : "memory");
}

static inline u64 load(u64 address)
{
	u64 value;

	__asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

/* A stage 2: RAM where it is, and what begins at ALIAS by leaves of the last level. */
struct tree {
	u64 root, middle, leaves;
};
extern const struct tree tree, other_tree;
#define ALIAS (1ul << 32)
u64 alias(u64 n); /* where leaf n is */
u64 leaf_of(const struct tree *of, u64 n);
void map(const struct tree *of, u64 n, u64 address); /* there was nothing */
void use(const struct tree *of, u64 vmid);	     /* VTTBR_EL2 */
void flush_alias(void);				     /* of leaf 0, on all CPUs */

/*
 * Stage 1 of the guest, which has the same addresses but for the window: a page of the alias, by
 * its only descriptor in a table that is behind leaf WINDOW_TABLE_LEAF.
 */
#define WINDOW	     0xc0000000ul
#define WINDOW_TABLE AREA(11)
#define WINDOW_PAGE  (1ul | 2ul | 3ul << 8 | 1ul << 10 | 1ul << 11) /* not global */
#define STAGE2_ASID  5ul
enum { WINDOW_TABLE_LEAF = 2 };

u64 said(const struct exception *by);	/* the number of the guest's HVC */
u64 loaded(u64 address);		/* by the guest on this CPU; 0: it could not */
u64 other_loaded(u64 address);		/* on CPU 1, if there is */
bool both_load(u64 address, u64 value); /* at the same time */
extern bool has_other;
void order_other(const struct tree *of, u64 vmid, u64 hcr); /* nothing is left of before */

/* stage2_leaves.c */
void each_tlbi(void);
void faults_of_the_guest(void);

#endif
