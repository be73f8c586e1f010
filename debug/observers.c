/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hands every event to the observers of its kind.
 */
#include "debug/observers.h"

static void dispatch(void *opaque, struct cpu *cpu, const struct event *event)
{
	const struct observers *observers = opaque;

	for (unsigned i = 0; i < observers->count; i++) {
		const struct observer *observer = &observers->observer[i];

		if ((observer->kinds >> event->kind) & 1)
			observer->event(observer->opaque, cpu, event);
	}
}

void observers_add(
	struct observers *observers, struct machine *machine, const struct observer *observer)
{
	u32 kinds = 0;

	ENT_BUG_ON(observers->count == OBSERVERS);
	observers->observer[observers->count++] = *observer;
	for (unsigned i = 0; i < observers->count; i++)
		kinds |= observers->observer[i].kinds;
	machine_observe(machine, kinds, dispatch, observers);
}
