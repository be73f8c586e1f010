/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the cycles went: an observer of EVENT_CYCLES that adds them up by where, at which
 * instruction and why, and if asked also by which calls and exceptions led there. Addresses only;
 * what they are called is profile_names.c's business.
 *
 * All that comes out depends on the events alone, and is in a fixed order.
 */
#ifndef ENT_DEBUG_PROFILE_H
#define ENT_DEBUG_PROFILE_H

#include "debug/observers.h"
#include "timing/model.h"

/* The translation regime that addresses belong to. */
enum profile_regime { REGIME_EL1_0, REGIME_EL2, REGIME_EL2_0 };

/* Where code runs: the same address elsewhere is other code. */
struct profile_place {
	u8 el;
	u8 regime;  /* enum profile_regime */
	bool is_vm; /* of EL1&0: below a stage 2, whose number is */
	u16 vmid;
};

enum profile_kind { PROFILE_ROOT, PROFILE_CALL, PROFILE_EXCEPTION };

/* What led to where cycles went: a function called by another one, an exception taken. */
struct profile_node {
	u32 parent; /* of a root itself */
	u32 place;  /* index */
	u8 kind;
	u64 entry; /* where the call went; of an exception its name: profile_exception_name() */
	u64 site;  /* where it came from: the call, or what was executed last at this level */
	u64 calls;
};

/* One instruction below one node; without stacks, nodes are the roots of places. */
struct profile_sample {
	u32 node;
	u32 insn;
	u64 address;
	u64 insns;
	u64 cycles[REASON_COUNT];
};

struct profile;

enum { PROFILE_NAME = 24 }; /* room for the names below */

/* stacks: nodes are wanted. NULL: no memory. */
struct profile *profile_create(bool stacks);
void profile_destroy(struct profile *profile);
struct observer profile_observer(struct profile *profile);

/* Was there memory for everything? If not, nothing below says all. */
bool profile_is_complete(const struct profile *profile);

unsigned profile_places(const struct profile *profile);
const struct profile_place *profile_place(const struct profile *profile, u32 place);
/* "EL1", "EL1 vmid 3", "EL2&0": of the place, for people. */
void profile_place_name(const struct profile_place *place, char text[PROFILE_NAME]);

/* Parents come before their children. */
u32 profile_nodes(const struct profile *profile);
const struct profile_node *profile_node(const struct profile *profile, u32 node);
void profile_exception_name(const struct profile_node *node, char text[PROFILE_NAME]);

/* All samples in the order of nodes, then addresses. No event may come after this. */
void profile_each(struct profile *profile,
	void (*visit)(void *opaque, const struct profile_sample *sample), void *opaque);

/* Where a PE is when it is at `el`, by its present system registers. */
struct profile_place profile_place_of(const struct cpu *cpu, unsigned el);

#endif
