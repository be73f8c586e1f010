/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One change of exception level as data: from where, to where, why, what the hardware saved and
 * what it changed; and a ring of the last ones of a machine. An exception from an EL to itself is
 * one too.
 */
#ifndef ENT_DEBUG_TRANSITION_H
#define ENT_DEBUG_TRANSITION_H

#include "debug/travel.h"
#include "debug/worlds.h"

/* One end of it. */
struct transition_end {
	u8 el;
	bool is_virtual_el2;
	bool is_e2h; /* HCR_EL2.E2H */
	u8 world;    /* number, see worlds.h; WORLDS: not known */
	u64 pc;	     /* preferred return address or the ERET; the vector or the target */
	u64 pstate;  /* in the form of an SPSR */
};

struct transition {
	struct moment moment; /* behind it */
	cycles_t cycles;      /* simulated time of the PE */
	u8 cpu;		      /* index */
	bool is_return;	      /* ERET; else an exception */
	bool is_illegal;      /* illegal exception return */
	u8 interrupt;	      /* enum interrupt_kind of an exception */
	bool is_virtual;      /* a virtual interrupt */
	bool has_intid;	      /* an IRQ or FIQ of which the GIC tells the number */
	bool has_syndrome;    /* ESR was written */
	bool has_far, has_hpfar;
	u32 intid;
	u64 hcr; /* HCR_EL2 */
	u64 esr, far, hpfar;
	u64 spsr; /* saved, or used by the return */
	u64 fp;	  /* x29: the frame of what it interrupted */
	struct transition_end from, to;
};

/*
 * While an EVENT_EXCEPTION is told: is it a virtual interrupt, and which one is it? false: no IRQ
 * or FIQ, or the GIC does not tell the number.
 */
bool transition_interrupt(
	const struct cpu *cpu, const struct event *event, bool *is_virtual, u32 *intid);

/* ---- What there is to say of one ---- */

/* "HVC64: #0x0", "virtual IRQ 27", "ERET", "illegal ERET"; returns text. */
const char *transition_cause(const struct transition *transition, char *text, size_t size);
/* The same in a word or two: "HVC64", "vIRQ 27", "ERET". */
const char *transition_short_cause(const struct transition *transition, char *text, size_t size);
/* "VBAR_EL2 + 0x400: synchronous, from a lower EL"; "" of a return. */
const char *transition_vector(const struct transition *transition, char *text, size_t size);
/* "EL1 L2", "EL1 L1 (virtual EL2)", "EL2 host". */
const char *transition_end_say(
	const struct worlds *worlds, const struct transition_end *end, char *text, size_t size);

enum { TRANSITION_SAVED = 5 };
struct transition_saved {
	enum sysreg_id reg;
	u64 value;
};
/* What the hardware saved: ELR, SPSR, ESR, FAR, HPFAR; none of a return. Returns how many. */
unsigned transition_saved(
	const struct transition *transition, struct transition_saved saved[TRANSITION_SAVED]);

/* ---- PSTATE, in the form of an SPSR: pstate_field.def ---- */

/* Fields that differ; bits are their place in the table. */
u32 pstate_changed(u64 before, u64 after);
unsigned pstate_field_count(void);
const char *pstate_field_name(unsigned field);
/* The value as it is read best: "EL1h", "DA-F", "nZCv", "1". */
const char *pstate_field_say(unsigned field, u64 spsr, char *text, size_t size);
/* "DAIF ---- -> DAIF, PAN 0 -> 1": the fields that differ; "": none. */
const char *pstate_changes(u64 before, u64 after, char *text, size_t size);
/* "EL1h nzCv DA-- PAN": the first three, and of the others all that is not 0. */
const char *pstate_say(u64 spsr, char *text, size_t size);

/* ---- The last ones ---- */

struct transitions {
	const struct worlds *worlds;
	struct transition *ring; /* owned */
	unsigned room;
	unsigned count; /* in the ring */
	u64 total;	/* that were seen: the last one is ring[(total - 1) % room] */
};

/* false: no memory. room: at least 1. worlds: its observer is added before this one. */
bool transitions_init(struct transitions *transitions, const struct worlds *worlds, unsigned room);
void transitions_free(struct transitions *transitions);
/*
 * Wants EVENT_EXCEPTION and EVENT_ERET. A run that is repeated, as travelling does, replaces what
 * was seen of it.
 */
struct observer transitions_observer(struct transitions *transitions);
/* The last but `back`; NULL: there were not so many. */
const struct transition *transitions_last(const struct transitions *transitions, unsigned back);
/* The machine is at an earlier time: those behind it have not happened. */
void transitions_forget_after(struct transitions *transitions, struct moment now);

#endif
