/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of the monitor `sync`: registers that were written since the last context synchronization event,
 * and what may use them. Private to monitor_sync.c, which knows writes, and sync_uses.c.
 */
#ifndef ENT_VERIFY_SYNC_H
#define ENT_VERIFY_SYNC_H

#include "sysregs/sysregs.h"
#include "verify/monitor.h"

enum use {
	TRANSLATION = 1,
	AT = 2,
	TLBI = 4,
	ROUTE = 8,
	FP = 16,
	VECTOR = 32,
	KEY_IA = 64,
	KEY_IB = 128,
	KEY_DA = 256,
	KEY_DB = 512,
	KEY_GA = 1024,
	CACHE = 2048,
	COUNTER = 4096,
	OF_INSNS = TRANSLATION | AT | ROUTE | FP | KEY_IA | KEY_IB | KEY_DA | KEY_DB | KEY_GA |
		   CACHE | COUNTER
};

enum { LATEST = 24 };

struct written {
	u16 reg;
	u64 before;  /* in effect at the last synchronization */
	u64 changed; /* bits that were written with another value since */
	u64 pc;	     /* of the last write */
};

struct sync {
	struct {
		u32 uses; /* what reads something of these */
		unsigned count;
		struct written written[LATEST];
	} pe[MACHINE_CPUS];
};

/* What came of a use, as far as software can tell. */
struct outcome {
	u64 what[5];
};

struct question {
	struct watchman *watchman;
	struct sync *sync;
	const struct cpu *cpu;
	const struct event *event;
	u32 use;
	enum rule rule;
	const char *what; /* for people */
	struct outcome (*ask)(const struct cpu *cpu, const struct question *question);
	u64 va;
	u8 kind;
	u16 reg;
	bool is_write;
	u8 at_el, at_stages;
};

/*
 * A violation if `ask` has another answer with the old value of a register of that use than with
 * the new one; both are asked of copies of the PE.
 */
void sync_judge(const struct question *question);

/* The question has the first four members; there is something not synchronized for that. */
void sync_insn(struct question question, u32 insn);
void sync_tlbi(struct question question);
void sync_exception(struct question question);

#endif
