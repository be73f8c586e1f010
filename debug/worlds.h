/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which software a PE runs, told from architecture alone: host, hypervisor, guest, guest
 * hypervisor, nested guest. A guest is known by VTTBR_EL2.BADDR; one that was entered with
 * HCR_EL2.NV is a hypervisor at virtual EL2; another VTTBR that is first entered in answer to that
 * one's ERET is its guest, and so on. An ERET writes no general register, so that its answer is
 * known by them, on whatever PE and after whoever else it comes. A host that has its EL1 below such
 * a hypervisor may be given a stage 2, as by pKVM, and stays the host. An observer, to be added
 * before those who ask: what was learned once stays true, but for a guess.
 */
#ifndef ENT_DEBUG_WORLDS_H
#define ENT_DEBUG_WORLDS_H

#include "debug/observers.h"

enum { WORLDS = 64, WORLD_NAME = 40, WORLD_ERETS = 32 };

struct world {
	unsigned level;	       /* 0: the host; 1: its guests; 2: guests of those; ... */
	unsigned number;       /* of all guests, from 1 in order of appearance; 0: the host */
	unsigned parent;       /* number of the world whose guest it is */
	u64 vttbr;	       /* when it was entered or left last */
	bool is_hypervisor;    /* it has run at virtual EL2 */
	bool is_guess;	       /* the parent: several left by such an ERET at a time */
	char name[WORLD_NAME]; /* "host", "L1", "L1.2", "L2": short, unique */
};

struct worlds {
	struct world world[WORLDS];
	unsigned count;
	/* Of virtual EL2s, not yet answered; in order, the newest last. */
	struct world_eret {
		unsigned number;
		u64 gprs;	/* digest of x0 to x30 */
		bool is_shared; /* by strangers that left meanwhile: twins in lockstep */
	} eret[WORLD_ERETS];
	unsigned eret_count;
	u64 host_tables; /* VTTBR_EL2.BADDR of a host at EL1; 0: it has none */
	/* Where the host's EL1 left last, by PE. */
	struct world_host {
		bool is_known;
		u64 pc, sp, vbar; /* pc: where it is to go on */
	} host[MACHINE_CPUS];
};

void worlds_init(struct worlds *worlds);
/* Wants EVENT_EXCEPTION and EVENT_ERET. */
struct observer worlds_observer(struct worlds *worlds);
/* Where the PE is now, or was at `el`: EL2, and EL0 with TGE, is the host's. */
const struct world *worlds_of(const struct worlds *worlds, const struct cpu *cpu, unsigned el);
/* Is that world, by its number, the one above or below it, however far? All are below the host. */
bool worlds_is_below(const struct worlds *worlds, unsigned number, unsigned above);
/* Is EL1 a virtual EL2 now? */
bool worlds_is_virtual_el2(const struct cpu *cpu, unsigned el);
/* "EL2 host", "EL1 L1 (virtual EL2)", "EL0 L2"; returns text. */
const char *worlds_say(
	const struct worlds *worlds, const struct cpu *cpu, unsigned el, char *text, size_t size);

#endif
