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
};

enum { OBSERVERS = 16 };

/* Zero is an empty list; it must live as long as the machine runs. */
struct observers {
	struct observer observer[OBSERVERS];
	unsigned count;
};

/* Adds one and tells the machine which kinds are wanted. Order of addition is order of calls. */
void observers_add(
	struct observers *observers, struct machine *machine, const struct observer *observer);

#endif
