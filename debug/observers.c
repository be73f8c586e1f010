/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hands every event to the observers of its kind.
 */
#include "debug/observers.h"

static bool is_told(const struct observers *observers, const struct observer *observer)
{
	return observer->sees_repeats || !observers->is_repeating;
}

/* An observer may change is_repeating, for those behind it. */
static void dispatch(void *opaque, struct cpu *cpu, const struct event *event)
{
	const struct observers *observers = opaque;

	for (unsigned i = 0; i < observers->count; i++) {
		const struct observer *observer = &observers->observer[i];

		if (((observer->kinds >> event->kind) & 1) && is_told(observers, observer))
			observer->event(observer->opaque, cpu, event);
	}
}

void observers_listen(struct observers *observers, struct machine *machine, bool is_repeating)
{
	u32 kinds = 0;

	observers->is_repeating = is_repeating;
	for (unsigned i = 0; i < observers->count; i++) {
		if (is_told(observers, &observers->observer[i]))
			kinds |= observers->observer[i].kinds;
	}
	machine_observe(machine, kinds, dispatch, observers);
}

static void insert(struct observers *observers, struct machine *machine, unsigned index,
	const struct observer *observer)
{
	ENT_BUG_ON(observers->count == OBSERVERS);
	for (unsigned i = observers->count++; i > index; i--)
		observers->observer[i] = observers->observer[i - 1];
	observers->observer[index] = *observer;
	observers_listen(observers, machine, observers->is_repeating);
}

void observers_add(
	struct observers *observers, struct machine *machine, const struct observer *observer)
{
	insert(observers, machine, observers->count, observer);
}

void observers_add_first(
	struct observers *observers, struct machine *machine, const struct observer *observer)
{
	insert(observers, machine, 0, observer);
}

static unsigned find(const struct observers *observers, const void *opaque)
{
	for (unsigned i = 0; i < observers->count; i++) {
		if (observers->observer[i].opaque == opaque)
			return i;
	}
	ENT_BUG("no such observer");
}

void observers_remove(struct observers *observers, struct machine *machine, const void *opaque)
{
	unsigned index = find(observers, opaque);

	for (observers->count--; index < observers->count; index++)
		observers->observer[index] = observers->observer[index + 1];
	observers_listen(observers, machine, observers->is_repeating);
}

void observers_change(
	struct observers *observers, struct machine *machine, const void *opaque, u32 kinds)
{
	observers->observer[find(observers, opaque)].kinds = kinds;
	observers_listen(observers, machine, observers->is_repeating);
}
