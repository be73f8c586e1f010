/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors that TLBs may hold: those that walks have read, until TLB maintenance of their
 * address has completed. Flat, of fixed size: what does not fit is forgotten, and then nothing is
 * said of it. DDI 0487 D8.16
 */
#ifndef ENT_VERIFY_HELD_H
#define ENT_VERIFY_HELD_H

#include "cpu/events.h"
#include "platform/machine.h"
#include "verify/descriptor.h"
#include "verify/scope.h"

struct held {
	u64 pa;	   /* of the descriptor; 0: the place is free */
	u64 value; /* valid, as walks have read it */
	u64 first; /* of its input addresses */
	u64 pc;	   /* of the store that took it away, or made it wrong */
	u64 wrong; /* not 0: another valid one is in its place that needed a break before */
	u16 vmid, asid;
	u8 regime, level, granule;
	bool stage2, is_leaf, is_global;
	u8 holders;	    /* bit per PE whose TLB may have something of it */
	bool is_gone;	    /* no valid one is in its place ... */
	bool is_ordered;    /* ... and a DSB was behind that */
	bool is_maintained; /* TLB maintenance of some PEs was behind that, and a DSB */
	u8 writer;	    /* index of the PE that did it */
	u8 no_stage2;	    /* of stage 2, PEs that only keep results of both stages */
	/* Bit per PE that TLB maintenance by a PE reached, without a DSB behind it. */
	u8 reached[MACHINE_CPUS], reached_stage2[MACHINE_CPUS];
};

enum { HELD_SETS = 1024, HELD_WAYS = 4, HELD = HELD_SETS * HELD_WAYS };

struct held_table {
	struct held held[HELD];
	u8 next_way[HELD_SETS];
	u64 active[HELD / 64]; /* those that a DSB or an ERET may say something of */
	/* Bits by VMID % 64: descriptors of stage 2 were forgotten for want of room ... */
	u64 lost;
	/* ... and TLB maintenance of all of them by a PE waits for its DSB. */
	u64 found[MACHINE_CPUS];
};

enum { HELD_KINDS = 4 }; /* of tables: EL1&0, EL2, EL2&0, stage 2 */

/* A walk has read a descriptor. */
void held_read(struct held_table *table, const struct cpu *cpu, const struct event *event);
/* The one at an address, as tables of a kind have it; NULL: none. */
struct held *held_at(struct held_table *table, u64 pa, unsigned kind);
/* It was replaced by an invalid one. */
void held_break(struct held_table *table, struct held *held, const struct cpu *cpu, u64 pc);
/* May a TLB hold something of this VMID's stage 2 that is no longer known here? */
bool held_has_lost(const struct held_table *table, u16 vmid);
/* It is active from now on. */
void held_activate(struct held_table *table, const struct held *held);
void held_forget(struct held_table *table, struct held *held);
void held_tlbi(struct held_table *table, const struct cpu *cpu, const struct scope *scope);
void held_dsb(struct held_table *table, const struct cpu *cpu, u32 insn);
/* The next active one behind it, NULL: the first; NULL: there is no more. */
struct held *held_next_active(struct held_table *table, const struct held *held);

/* Addresses that it translates. */
static inline u64 held_last(const struct held *held)
{
	return held->first + MASK(descriptor_shift(held->level, held->granule) - 1, 0);
}
struct descriptor_kind held_kind(const struct held *held, const struct cpu *cpu);

#endif
