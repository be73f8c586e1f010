/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pipeline: when an instruction of an in-order core issues, given what went before. This is
 * the model; states.h only remembers what it said.
 *
 * A pure function of the sequence of instructions and of what their accesses met: it does not
 * matter where the sequence is cut, so blocks, engines and observers cannot change a result.
 */
#ifndef ENT_TIMING_CORE_H
#define ENT_TIMING_CORE_H

#include "timing/model.h"

/* What an instruction may have to wait for: registers by slot of struct cpu, flags, units. */
enum {
	RES_GPR = 0, /* slots 0..33 of cpu->x[], of which two are always ready */
	RES_ZERO = 31,
	RES_SINK = 33,
	RES_FLAGS = 34,
	RES_V = 35,
	RES_UNIT = RES_V + 32,		  /* until when a unit is busy */
	RES_MISS = RES_UNIT + UNIT_COUNT, /* until when a load that misses holds up the others */
	RES_STORE,			  /* entries of the store buffer */
	RES_STORE_COUNT = MOST_store_entries,
	RES_SYNC = RES_STORE + RES_STORE_COUNT, /* TLB and cache maintenance */
	RES_WINDOW,				/* until when others issue in spite of RES_MISS */
	RES_COUNT
};
_Static_assert(RES_COUNT <= 128, "core.busy has 128 bits");
_Static_assert(RES_STORE >= 64, "the store buffer is in busy[1]");
#define STORES_BUSY MASK(RES_STORE + RES_STORE_COUNT - 65, RES_STORE - 64)
_Static_assert(REASON_COUNT <= 32, "core.accounted has 32 bits");
_Static_assert(UNIT_COUNT <= 16, "core.taken has 4 bits for each");

enum { DYNAMIC_FILLS = 8 };

/*
 * What one instruction's accesses met besides L1 hits; filled by the memory side (timing.h) before
 * the instruction is issued, consumed by core_issue().
 */
struct dynamic {
	bool any;
	u8 fills;
	u8 instead;		 /* enum timing_class: issued in place of the given one; 0: none */
	u8 data_reason;		 /* of data_latency */
	u32 data_latency;	 /* load to use, in place of the class's; 0: as the class says */
	u32 stall[REASON_COUNT]; /* cycles for which nothing issues behind it: micro TLB, walks */
	u32 stalled;		 /* the sum of that: so late is the access that comes next */
	/* Lines that are on their way: the data is not there before; NULL: none. */
	const cycles_t *arrives[2];
	u8 arrives_reason;
	/* Lines asked for now: when they will be there is written at issue. */
	struct {
		cycles_t *arrival;
		u32 latency;
	} fill[DYNAMIC_FILLS];
	bool misses_store; /* a store that occupies the store buffer for data_latency cycles */
};

/* Its access has to wait for so long. The sum saturates, so that reasons always add up to it. */
static inline void dynamic_stall(struct dynamic *d, u64 cycles, enum timing_reason reason)
{
	u32 more = (u32)smaller(cycles, UINT32_MAX - d->stalled);

	d->any = true;
	d->stall[reason] += more;
	d->stalled += more;
}

struct core {
	const struct timing_model *model;
	cycles_t now; /* the cycle in which the next instruction may issue at the earliest */
	u8 used;      /* instructions issued in it; less than issue_width */
	u64 taken;    /* units taken in it, 4 bits for each kind; 0 when used is */
	u64 busy[2];  /* bit per resource: only of these ready[] may be ahead of now */
	/* From when on nobody waits for it; most wait less, by their slack (model.h). */
	cycles_t ready[RES_COUNT];
	u8 bypass[RES_COUNT]; /* 0xff: the result has a bypass; else 0 */
	u8 why[RES_COUNT];    /* enum timing_reason: who waits for it waits for that */
	/* Cycles by reason since the reader cleared it; NULL: nobody asks. */
	u64 *account;
	u32 accounted; /* bit by reason: only these may be other than 0 in account[] */
	u64 *kinds;    /* instructions by enum insn_kind, likewise */
};

/*
 * Issues one instruction. now becomes the cycle in which the next one may issue at the earliest
 * (unchanged while that one may still join). dynamic: NULL or what its accesses met.
 */
void core_issue_fields(
	struct core *core, enum timing_class class, u32 fields, const struct dynamic *dynamic);

/* The slots lie side by side in a record, so that this is one load. */
static inline void core_issue(struct core *core, enum timing_class class, u8 rd, u8 rn, u8 rm,
	u8 ra, const struct dynamic *dynamic)
{
	core_issue_fields(core, class, rd | (u32)rn << 8 | (u32)rm << 16 | (u32)ra << 24, dynamic);
}

/* Nothing issues for `cycles` more; a cycle that was begun is over. 0 closes the cycle only. */
void core_stall(struct core *core, u64 cycles, enum timing_reason reason);

/* All results are waited for; stores may still be on their way. */
void core_drain(struct core *core, enum timing_reason reason);

/* Everything but the store buffer is ready now. */
void core_forget_results(struct core *core);

/* Idle until `time` (at once if that is over), then everything is ready. */
void core_leap(struct core *core, cycles_t time);

#endif
