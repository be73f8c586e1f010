/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An interruption at every instruction boundary of a window, each from the same past, and whether
 * the run still holds: monitors, the guest's own end, what the guests print.
 */
#ifndef ENT_VERIFY_SWEEP_H
#define ENT_VERIFY_SWEEP_H

#include <stdio.h>

#include "verify/place.h"
#include "verify/session.h"

enum injection {
	INJECT_IRQ,	    /* an interrupt that nobody sent becomes pending: `intid` */
	INJECT_SERROR,	    /* a physical SError */
	INJECT_VCPU_SWITCH, /* time passes until the host's timer fires: a slice is over */
	INJECTIONS
};
extern const char *const injection_names[INJECTIONS]; /* "irq", "serror", "vcpu-switch" */

/* Of INJECT_IRQ: an SGI that hosts expect at any time; hyp.elf's kick, Linux's call of a function.
 */
enum { SWEEP_INTID = 1 };
/* Of INJECT_SERROR: see sweep_config. */
enum { SWEEP_BLIND = 64 };

struct sweep_config {
	struct session_config session;
	enum injection injection;
	u32 intid;    /* of INJECT_IRQ; 0: SWEEP_INTID */
	unsigned cpu; /* which PE's boundaries; where it is injected */
	/*
	 * Boundaries: before the instruction there; `to` exclusive. Events of that PE, unless they
	 * name another one.
	 */
	struct place from, to;
	u64 insns_after; /* of each trial at most; 0: until it ends */
	/*
	 * INJECT_SERROR: how many instructions before it enters a guest a host need not see any
	 * more that one is pending; 0: SWEEP_BLIND.
	 */
	u64 blind;
	unsigned jobs;		/* processes; 0: as many as the host has CPUs */
	unsigned shard, shards; /* this one of so many: boundary % shards == shard; shards 0: 1 */
	u64 first, count;	/* only so many boundaries from there on; count 0: all */
	/* Called once before the first trial: STATUS_OK, or the sweep ends with that. NULL: nobody
	 */
	struct status (*begin)(void *opaque, u64 sweep, u64 boundaries);
	/* What needs no trial any more; NULL: nothing. opaque is that of sweep_run(). */
	bool (*is_done)(void *opaque, u64 boundary);
};

enum { TRIAL_WHY = 240, TRIAL_REPRODUCER = 1000, TRIAL_LINE = 4096 };

/* Of one boundary; a line of JSON. */
struct trial {
	u64 sweep;	/* a digest of all that decides results: equal for shards of one sweep */
	u64 boundary;	/* from 0: instructions behind the window's beginning */
	u64 boundaries; /* how many the window has */
	u64 insns;	/* of all PEs, there */
	u64 pc;
	u8 el;
	char place[80];
	bool was_taken; /* the injected one arrived before the trial ended */
	u8 end;		/* enum session_end: SESSION_GOES_ON and SESSION_HOLDS are good */
	u64 hash;	/* of the final state */
	u64 ran;	/* instructions of the trial */
	char rule[24];	/* of the first violation; of the sweep itself "end", "lines", "serror" */
	char where[80]; /* of the violation; "": not known */
	char why[TRIAL_WHY];
	char reproducer[TRIAL_REPRODUCER]; /* a command; "": it holds */
};

static inline bool trial_holds(const struct trial *trial)
{
	return trial->end == SESSION_HOLDS || trial->end == SESSION_GOES_ON;
}

struct sweep_totals {
	u64 boundaries, trials, taken, failed;
	u64 insns; /* of all trials */
};

void sweep_count(struct sweep_totals *totals, const struct trial *trial);

/*
 * Tells each trial, in the order of boundaries; `progress` (NULL: nobody) how many of how many are
 * done. STATUS_VERIFY_FAILED: the run does not hold without any injection; of trials
 * totals->failed says it. STATUS_USAGE: there is no such window, or it has not the boundaries that
 * are asked for.
 */
struct status sweep_run(const struct sweep_config *config,
	void (*tell)(void *opaque, const struct trial *trial),
	void (*progress)(void *opaque, u64 done, u64 all), void *opaque,
	struct sweep_totals *totals);

/* The command that does the trial of one boundary; all of them: boundary == SWEEP_ALL. */
#define SWEEP_ALL (~0ull)
void sweep_command_put(const struct sweep_config *config, u64 boundary, FILE *out);
/* The same in so many bytes, or why it is not there; returns text. */
const char *sweep_command(const struct sweep_config *config, u64 boundary, char *text, size_t size);

/*
 * Trials as lines of JSON, without the newline, and back: what shards write and who merges them
 * reads. false: it is no such line as trial_print() writes.
 */
void trial_print(const struct trial *trial, char text[TRIAL_LINE]);
bool trial_parse(const char *text, struct trial *trial);
/* The text may be what is left of a line that was cut off; sweep: of which; 0: of any. */
bool trial_is_cut_off(const char *text, u64 sweep);

/* ---- Failures that are one ---- */

struct failure_group {
	struct trial first; /* the first boundary of it */
	u64 count, last;    /* how many, the last boundary */
};

struct failure_groups {
	struct failure_group *group; /* owned; in the order of their first boundaries */
	size_t count, room;
};

/* The same rule at the same place. In the order of boundaries. false: no memory. */
bool failure_groups_add(struct failure_groups *groups, const struct trial *trial);
void failure_groups_free(struct failure_groups *groups);

#endif
