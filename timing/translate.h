/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What translations cost, told by mmu/ as they go, with a synchronised cpu; fills t->dynamic. Knows
 * physical addresses; of the main TLB, which is mmu/tlb.c's and part of the machine's meaning, only
 * the numbers of entries.
 */
#ifndef ENT_TIMING_TRANSLATE_H
#define ENT_TIMING_TRANSLATE_H

#include "timing/timing.h"

#define NO_TLB_ENTRY 0xffffu

/*
 * A translation of the main TLB's entry `entry` is used for data or instructions. Returns the entry
 * that the micro TLB forgets, or NO_TLB_ENTRY: what is derived of it must go through here again.
 */
unsigned timing_micro_tlb(struct timed *t, bool code, unsigned entry);
/* The main TLB loses an entry. */
void timing_tlb_removed(struct timed *t, unsigned entry);
/* Empties the micro TLBs: an entry that was in one, or NO_TLB_ENTRY when they are empty. */
unsigned timing_micro_tlb_take(struct timed *t);
/* The micro TLBs; `entries`: how many the main TLB has. */
void timing_micro_tlb_transfer(struct timed *t, unsigned entries, struct archive *archive);

/* The main TLB missed, or is not asked (AT). */
void timing_walk(struct timed *t, bool code);
/*
 * A walk, told as it goes: the tables of stage 1 are read from a level on. space: whose they are,
 * by regime, VMID, ASID; table: the input bits that select a table of level 3.
 */
void timing_walk_begin(struct timed *t, u64 space, u64 table, unsigned level);
/* A descriptor is read. */
void timing_walk_read(struct timed *t, pa_t pa, bool stage2);
/* The walk of stage 1 has ended in that table. */
void timing_walk_end(struct timed *t, u64 space, u64 table);
/* Stage 2 is asked for an address; for_walk: where a descriptor of stage 1 is. */
void timing_ipa_begin(struct timed *t, u64 vmid, u64 ipa, bool for_walk);
/* It answered, from a page of 2^shift bytes. */
void timing_ipa_end(struct timed *t, u64 vmid, u64 ipa, unsigned shift);

/* ---- TLB maintenance ---- */

/* What has a space (for IPAs: a VMID) equal under the mask is forgotten. */
void timing_walk_forget(struct timed *t, u64 space, u64 mask);
void timing_ipa_forget(struct timed *t, u64 vmid, u64 mask);

/* It is broadcast, and so many other PEs take part in it. */
void timing_broadcast(struct timed *t, unsigned others);

#endif
