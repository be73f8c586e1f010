/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the oracle's two halves share: what of a run the guest can see, and who compares that.
 */
#ifndef ENT_VERIFY_ORACLE_PRIVATE_H
#define ENT_VERIFY_ORACLE_PRIVATE_H

#include "verify/oracle.h"

enum { ORACLE_PROGRAM = 0x40200000 }; /* where a guest begins */

enum seen_kind { SEEN_SYSREG, SEEN_CALL, SEEN_ANSWER, SEEN_EXCEPTION };

struct seen {
	u64 number; /* of the guest's instructions */
	u64 pc;
	u32 insn;
	u8 kind;
	bool is_exact, is_timeless; /* the digests are to be equal */
	u64 value[4];
	u64 allowed; /* a value that may differ, and says who the CPU is */
	u64 digest;  /* of all registers at events up to here */
	u64 way;     /* of all instructions up to here */
};

/* Who looks on while a guest runs. */
struct watch {
	const struct worlds *worlds;
	const struct oracle_cell *cell;
	struct machine *machine;
	u32 first; /* the guest's first instruction */
	bool has_begun;
	unsigned world;	 /* its number, once it has */
	bool is_loose;	 /* it has seen what may differ ... */
	bool is_timed;	 /* ... and what depends on time */
	bool is_allowed; /* what the call that is under way answers */
	u64 number, digest, way;
	struct {
		u64 pc;
		u32 insn;
		bool is_known;
	} last;		 /* the guest's instruction before */
	bool has_exited; /* behind it, for a reason of its own */
	bool is_away;	 /* in an interrupt handler ... */
	u64 comes_back;	 /* ... which returns to there */
	bool was_eret;	 /* the handler's last instruction */
	void (*see)(struct watch *watch, const struct seen *seen);
	void *opaque; /* of see() */
	char path[ORACLE_PATH][160];
	unsigned paths;
};

/* Tells `watch` of a run; EVENT_INSN and EVENT_EXCEPTION, behind the worlds' observer. */
struct observer oracle_observer(struct watch *watch);
/* Of SEEN_SYSREG: what was accessed, and was it read? */
enum sysreg_id oracle_register(u32 insn);
bool oracle_is_read(u32 insn);

#endif
