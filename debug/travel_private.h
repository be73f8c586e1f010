/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of travel share: legs (travel_run.c), which are what all journeys are made of.
 */
#ifndef ENT_DEBUG_TRAVEL_PRIVATE_H
#define ENT_DEBUG_TRAVEL_PRIVATE_H

#include "debug/travel.h"

/*
 * Told before the instruction that they are about is executed; but for a walk's own update, which
 * is done when it is told.
 */
#define BEFORE_INSN (BIT(EVENT_INSN) | BIT(EVENT_BREAKPOINT) | BIT(EVENT_ACCESS) | BIT(EVENT_WATCH))

/* The last moment of all: the machine stopped by itself, and nothing follows. */
#define STEP_END UINT32_MAX

/* Does a leg end at this event? */
typedef bool goal_fn(struct travel *travel, const struct cpu *cpu, const struct event *event);

/* A checkpoint, where it is, and what travel knows there. */
struct kept {
	struct checkpoint *checkpoint;
	struct moment moment;
	u64 insns[MACHINE_CPUS]; /* by PE */
	unsigned cpu;
	/* What the debugger changed at this moment is in it: the way to here does not lead on. */
	bool is_change;
};

struct travel {
	struct machine *machine;
	struct observers *observers;
	struct travel_config config;
	struct status why_forward; /* config.forward_only, then */

	struct kept *kept; /* in order; the first is where it began */
	unsigned kept_count, kept_room;
	u64 due;	  /* behind so many instructions one is taken, beyond what is known */
	u64 dense_around; /* closer and closer ones before so many; 0: not */

	struct moment now, begin;
	struct moment known; /* how far it has ever come */
	/* Others were told of the instruction behind `known`, which was not executed. */
	bool is_known_told;
	bool is_changed; /* by the debugger, at `now` */
	unsigned cpu;
	struct stop stop;
	struct status error;

	/* What the observer has seen of the run, up to the last event. */
	u64 seen_insns;
	u32 exceptions;	   /* without an instruction, since then */
	bool is_in_insn;   /* the next instruction is being executed */
	bool is_unfetched; /* the last event is an exception of an instruction that is not told of
			    */
	u64 told_insns;	   /* others were told of the instruction behind so many */

	/* The leg in progress. */
	bool is_recording; /* stop_at is told of what follows in the last instruction, too */
	const struct stop_at *stop_at; /* NULL: nothing ends it but goal */
	goal_fn *goal;		       /* NULL: its budget ends it */
	u64 goal_insns;
	unsigned goal_cpu;
	u32 goal_exceptions;
	bool is_crossing; /* it begins in what is known, and may leave it */
	struct {
		bool is_there;
		struct moment moment;
		unsigned cpu;
		u64 pc;
	} stand; /* an instruction that is executed without being asked */
	struct {
		bool happened, is_hit;
		u64 insns; /* when it was told */
		bool is_before, is_access, is_exception;
		bool is_late; /* behind an instruction that could not be fetched */
	} broke;

	/* Hits that do not end a leg: the past is searched for the last one. */
	struct {
		enum { SEARCH_NONE, SEARCH_NOTE, SEARCH_FIND } mode;
		struct moment until; /* hits are before this moment */
		struct moment end;   /* of the pass; what is at its place is the next one's */
		bool found;
		bool is_before; /* an instruction: moment is where it rests */
		struct moment moment;
		u64 insns;	  /* of the hit when it was told */
		unsigned ordinal; /* of the hits there, from 1 */
		u64 seen_insns;	  /* of the last hit in this pass */
		unsigned seen;	  /* of the hits there */
	} search;
};

enum leg_end {
	LEG_BUDGET,
	LEG_GOAL,
	LEG_HIT,
	LEG_STOPPED, /* the machine, by itself */
	LEG_INTERRUPTED,
	LEG_BEGIN, /* back to where it began */
	LEG_FAILED /* travel->error */
};

/* Where the run would rest if it ended at this event, which is the one that was told last. */
struct moment travel_moment_of(const struct travel *travel, const struct event *event);

static inline bool is_before(struct moment a, struct moment b)
{
	return moment_is_before(a, b);
}

/* Two moments with nothing between them that anybody would call a difference. */
static inline bool is_before_place(struct moment a, struct moment b)
{
	return a.insns < b.insns || (a.insns == b.insns && a.step / 2 < b.step / 2);
}

/*
 * Runs for so many instructions, or to the goal, or to what travel->stop_at says. Exceptions are
 * counted if `counts`, or if there is a goal or a stop: if not, behind the leg now.step is not
 * known.
 */
enum leg_end travel_leg(struct travel *travel, u64 insns, goal_fn *goal, bool counts);

/*
 * To where so many instructions were executed, taking checkpoints on the way; now.step is not known
 * there.
 */
enum leg_end travel_go_near(struct travel *travel, u64 insns);
/* Forward to a moment that is not before now, whose step is that of a place to rest. */
enum leg_end travel_go(struct travel *travel, struct moment moment);
/* Just before the instruction of a PE that follows on so many of its own. */
enum leg_end travel_go_cpu(struct travel *travel, unsigned cpu, u64 insns);

/* ---- Checkpoints, travel_keep.c ---- */

/* Takes one now. One that cannot be taken is left out, but for changes and the first: false. */
bool travel_keep(struct travel *travel, bool is_change, struct status *status);
/* The index of the last one that is not behind a moment. */
unsigned travel_kept_at(const struct travel *travel, struct moment moment);
/* false: no memory, it is where it was. */
bool travel_restore(struct travel *travel, unsigned index);
void travel_forget_behind(struct travel *travel, struct moment moment);
void travel_forget_all(struct travel *travel);
/* How many instructions there are from now to where the next checkpoint is to be taken. */
u64 travel_insns_to_keep(const struct travel *travel);

/* ---- Journeys from checkpoints, travel_back.c ---- */

/* Forward as travel_go(), making again what the debugger changed on the way. */
enum leg_end travel_go_on(struct travel *travel, struct moment moment);
/* To a moment of the past or the future. */
enum leg_end travel_go_anywhere(struct travel *travel, struct moment moment);
/* To where others have been told everything so far, and nothing that is still to come. */
enum leg_end travel_go_to_end(struct travel *travel);
/* Makes undone what an access before which the run stopped has done: a walk, half of a pair. */
enum leg_end travel_undo_access(struct travel *travel);
enum leg_end travel_step_cpu(struct travel *travel, unsigned cpu, s64 count);
/* To the last hit of travel->stop_at before now. */
enum leg_end travel_search_back(struct travel *travel);

/* false in *is_good: there is no such register, or too much memory. */
enum leg_end travel_find_writer(
	struct travel *travel, const struct written *what, struct writer *writer, bool *is_good);

void travel_observe(void *opaque, const struct cpu *cpu, const struct event *event);

#endif
