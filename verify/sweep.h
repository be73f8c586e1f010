/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An interruption at every instruction boundary of a window, each from the same past, and whether
 * the run still holds: monitors, the guest's own end, its final state where that is to be equal.
 */
#ifndef ENT_VERIFY_SWEEP_H
#define ENT_VERIFY_SWEEP_H

#include "verify/place.h"
#include "verify/session.h"

enum injection {
	INJECT_IRQ,	   /* an interrupt that nobody sent becomes pending: `intid` */
	INJECT_SERROR,	   /* a physical SError */
	INJECT_VCPU_SWITCH /* the host's timer of time slices fires now: another vCPU runs */
};

struct sweep_config {
	struct session_config session;
	enum injection injection;
	u32 intid;		/* of INJECT_IRQ; 0: the default of hyp.elf's host */
	unsigned cpu;		/* which PE's boundaries; where it is injected */
	struct place from, to;	/* boundaries: before the instruction there; `to` exclusive */
	u64 insns_after;	/* of each trial at most; 0: until it ends */
	unsigned jobs;		/* processes; 0: as many as the host has CPUs */
	unsigned shard, shards; /* this one of so many: boundary % shards == shard; shards 0: 1 */
	u64 first, last;	/* only these boundaries of the window, inclusive; last 0: all */
};

/* Of one boundary; a line of JSON. */
struct trial {
	u64 boundary; /* from 0: instructions behind the window's beginning */
	u64 insns;    /* of all PEs, there */
	u64 pc;
	u8 el;
	char place[80];
	bool was_taken; /* the injected one arrived before the trial ended */
	u8 end;		/* enum session_end */
	u64 hash;	/* of the final state */
	u64 ran;	/* instructions of the trial */
	char rule[24];	/* of the first violation; "": none */
	char why[200];
};

struct sweep_totals {
	u64 boundaries, trials, taken, failed;
	u64 insns; /* of all trials */
};

/*
 * Tells each trial, in the order of boundaries; `progress` (NULL: nobody) how many of how many are
 * done. STATUS_VERIFY_FAILED is not of here: totals->failed says it.
 */
struct status sweep_run(const struct sweep_config *config,
	void (*tell)(void *opaque, const struct trial *trial),
	void (*progress)(void *opaque, u64 done, u64 all), void *opaque,
	struct sweep_totals *totals);

/* Trials as lines of JSON, and back: what shards write and who merges them reads. */
void trial_print(const struct trial *trial, char *text, size_t size);
bool trial_parse(const char *text, struct trial *trial);

#endif
