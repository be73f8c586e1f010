/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The readers of architectural events of one machine. No reader changes a result.
 */
#ifndef ENT_DEBUG_OBSERVERS_H
#define ENT_DEBUG_OBSERVERS_H

#include "base/base.h"
#include "cpu/events.h"
#include "platform/machine.h"

/* What an observer sees is const: it may look at the PE, and change nothing. */
struct observer {
	u32 kinds; /* bit per enum event_kind */
	void (*event)(void *opaque, const struct cpu *cpu, const struct event *event);
	void *opaque;
	/* It is told again of what was executed before (debug/travel.h). */
	bool sees_repeats;
};

enum { OBSERVERS = 20 };

/* Zero is an empty list; it must live as long as the machine runs. */
struct observers {
	struct observer observer[OBSERVERS];
	unsigned count;
	bool is_repeating; /* what is executed now was executed before */
};

/* Adds one and tells the machine which kinds are wanted. Order of addition is order of calls. */
void observers_add(
	struct observers *observers, struct machine *machine, const struct observer *observer);
/* The same before all others: for who decides, while it is told, what the others are told. */
void observers_add_first(
	struct observers *observers, struct machine *machine, const struct observer *observer);
void observers_remove(struct observers *observers, struct machine *machine, const void *opaque);

/* Other kinds for the one with this `opaque`. */
void observers_change(
	struct observers *observers, struct machine *machine, const void *opaque, u32 kinds);
/* Tells the machine which kinds are wanted: of all, or of those who see repeats. */
void observers_listen(struct observers *observers, struct machine *machine, bool is_repeating);

#endif
