/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Travelling in time: a machine that runs forward and back. Back is: restore a checkpoint, run
 * again up to the place; the run is deterministic, so it is the same one. Checkpoints are taken
 * while the run goes forward, ever sparser in the past, so that their memory keeps to a bound and
 * going back costs a fraction of a second. Both gdb and `entresol step` move by this.
 */
#ifndef ENT_DEBUG_TRAVEL_H
#define ENT_DEBUG_TRAVEL_H

#include "cpu/points.h"
#include "debug/observers.h"
#include "platform/checkpoint.h"

struct travel;

#define TRAVEL_MEMORY ((u64)512 << 20) /* the default bound */

/* Interrupts and software steps are taken between instructions; other exceptions by one. */
bool travel_is_between_insns(const struct event *event);

struct travel_config {
	u64 memory;	   /* bytes of checkpoints at most */
	bool forward_only; /* no checkpoints; backward says TRAVEL_REFUSED */
	/* Asked a few times a second: true ends the journey where it is (TRAVEL_INTERRUPTED). May
	 * be NULL. */
	bool (*is_interrupted)(void *opaque);
	void *opaque;
};

/*
 * A moment. Between two instructions something may happen without one being executed: interrupts
 * taken, a PE woken. A moment is the same state whenever it is visited. {n, 1} and {n, 0} as goals
 * mean the first place behind n instructions where the run can rest.
 */
struct moment {
	u64 insns; /* instructions that all PEs have executed */
	/* 2 * n: directly behind the instruction, or the n-th exception that was taken since then;
	 * odd: before the next instruction, with nothing left to happen before it. */
	u32 step;
};

static inline bool moment_is_before(struct moment a, struct moment b)
{
	return a.insns < b.insns || (a.insns == b.insns && a.step < b.step);
}

/*
 * A machine that was started, or restored; `observers` are those of the machine, to which travel
 * adds its own. What is run again is told only to observers that see repeats. A machine of which no
 * checkpoint is possible goes forward only. NULL: status says why.
 */
struct travel *travel_create(struct machine *machine, struct observers *observers,
	const struct travel_config *config, struct status *status);
void travel_destroy(struct travel *travel);
/* Why there is no way back, as machine_checkpoint() says it; NULL: there is one. */
const char *travel_has_no_past(const struct travel *travel);

struct moment travel_now(const struct travel *travel);
/* How far it has ever come, and the earliest moment that it can go back to. */
struct moment travel_end(const struct travel *travel);
struct moment travel_begin(const struct travel *travel);

/* Where to stop: the first (backward: the last) event for which is_hit() says so. It may not change
 * anything. */
struct stop_at {
	u32 kinds;		     /* of events */
	const struct points *points; /* for EVENT_BREAKPOINT, EVENT_WATCH; may be NULL */
	bool (*is_hit)(void *opaque, const struct cpu *cpu, const struct event *event);
	void *opaque;
};

enum travel_result {
	TRAVEL_ARRIVED,	    /* at the moment that was asked for; forward: at the limit */
	TRAVEL_HIT,	    /* see stop_at; the PE is travel_cpu() */
	TRAVEL_STOPPED,	    /* the machine stopped by itself: travel_stop() */
	TRAVEL_BEGIN,	    /* backward: no hit since travel_begin(), where it is now */
	TRAVEL_INTERRUPTED, /* see travel_config */
	TRAVEL_REFUSED,	    /* forward_only, or a moment before travel_begin() */
	TRAVEL_FAILED	    /* the host has no memory: travel_error() */
};

/*
 * Where a hit leaves the machine: EVENT_INSN, EVENT_BREAKPOINT, EVENT_ACCESS, EVENT_WATCH: before
 * the instruction, in both directions; all others: behind what happened. Forward, the instruction
 * at which one stands is executed without being asked; backward, what happened at the present
 * moment does not count.
 */
enum travel_result travel_forward(
	struct travel *travel, u64 most_insns, const struct stop_at *stop);
enum travel_result travel_backward(struct travel *travel, const struct stop_at *stop);
enum travel_result travel_to(struct travel *travel, struct moment moment);
/*
 * The run is to go on without travel: to the end of what is known, so that nothing is told twice;
 * nothing interrupts that. After this only travel_now(), travel_stop(), travel_error() and
 * travel_destroy() make sense.
 */
enum travel_result travel_let_go(struct travel *travel);
/* Instructions of one PE: others run too, as they would. Negative: back. */
enum travel_result travel_step(struct travel *travel, unsigned cpu, s64 count);

unsigned travel_cpu(const struct travel *travel);
const struct stop *travel_stop(const struct travel *travel);
const char *travel_error(const struct travel *travel);

/*
 * The debugger changed the machine (a register, memory): what was known of the future from here on
 * is forgotten, and going back before this moment and forth again makes the change again: it is
 * kept with the moment.
 */
void travel_changed(struct travel *travel);

/* ---- Who last wrote ---- */

enum written_kind {
	WRITTEN_X,
	WRITTEN_V,
	WRITTEN_SYSREG,
	WRITTEN_MEMORY /* virtual */,
	WRITTEN_PHYSICAL
};

struct written {
	enum written_kind kind;
	unsigned cpu; /* whose register, whose address space; WRITTEN_PHYSICAL: not used */
	u64 which;    /* register number, enum sysreg_id, address */
	u64 size;     /* bytes of memory */
	u64 mask; /* WRITTEN_SYSREG: of the field, 0 means all: writes that left it as it was count
		     too only if 0 */
};

enum writer_kind { WRITER_INSN, WRITER_EXCEPTION, WRITER_WALK, WRITER_DEVICE, WRITER_UNKNOWN };

struct writer {
	enum writer_kind kind;
	struct moment moment; /* before it wrote */
	unsigned cpu, el;
	u64 pc;
	u32 insn;
	u64 before, after; /* of registers, and of up to 8 bytes of memory */
};

/*
 * TRAVEL_HIT: *writer is filled; TRAVEL_BEGIN: nothing wrote it since travel_begin(). The machine
 * is where it was.
 */
enum travel_result travel_who_wrote(
	struct travel *travel, const struct written *what, struct writer *writer);

#endif
