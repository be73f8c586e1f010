/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way to a place of a run. Knows events, not what they mean to a hypervisor.
 */
#include "verify/place_private.h"

#include <stdio.h>

#include "base/number.h"
#include "cpu/points.h"
#include "debug/symbols.h"

/* Somebody who looks for a place while the session runs. */
struct search {
	const struct place *place;
	struct session *session;
	u64 address; /* of an instruction */
	u64 seen;
	bool is_there;
};

/* ---- Events ---- */

static bool is_eret(const struct search *search, const struct cpu *cpu, const struct event *event)
{
	const struct place *place = search->place;

	(void)cpu;
	if (place->el == BELOW_EL2)
		return event->from_el == EL2 && event->to_el < EL2;
	return place->el == ANY_EL || place->el == event->to_el;
}

static bool is_exception(
	const struct search *search, const struct cpu *cpu, const struct event *event)
{
	const struct place *place = search->place;
	unsigned class = (unsigned)(event->esr >> 26) & 0x3f;
	unsigned what =
		event->interrupt != INT_SYNC ? INTERRUPTS + (unsigned)event->interrupt : class;

	(void)cpu;
	return (place->el == ANY_EL || place->el == event->to_el) &&
	       (place->detail == ANY || place->detail == what);
}

static bool is_register(
	const struct search *search, const struct cpu *cpu, const struct event *event)
{
	(void)cpu;
	return search->place->detail == ANY || search->place->detail == event->reg;
}

static bool is_barrier(
	const struct search *search, const struct cpu *cpu, const struct event *event)
{
	(void)cpu;
	return search->place->detail == ANY || search->place->detail == (event->insn >> 5 & 7);
}

static bool is_address(
	const struct search *search, const struct cpu *cpu, const struct event *event)
{
	(void)cpu;
	return event->pc == search->address;
}

static bool is_of_guest(const struct search *search, const struct cpu *cpu, unsigned el)
{
	const struct watchman *watchman = session_watchman(search->session);

	return worlds_of(watchman->worlds, cpu, el)->level != 0;
}

static bool is_to_guest(
	const struct search *search, const struct cpu *cpu, const struct event *event)
{
	return event->from_el == EL2 && event->to_el < EL2 &&
	       is_of_guest(search, cpu, event->to_el);
}

static bool is_to_host(
	const struct search *search, const struct cpu *cpu, const struct event *event)
{
	return event->from_el < EL2 && event->to_el == EL2 &&
	       is_of_guest(search, cpu, event->from_el);
}

/* ---- Kinds of places ---- */

static const struct kind {
	enum event_kind event;
	enum arguments arguments;
	bool (*is_it)(
		const struct search *search, const struct cpu *cpu, const struct event *event);
} kinds[] = {
#define EVENT(word, event, arguments, is_it) { event, arguments, is_it },
#include "verify/place.def"
#undef EVENT
};

/* ---- The way there ---- */

static void see(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct search *search = opaque;
	const struct place *place = search->place;

	if (search->is_there || (place->cpu != PLACE_ANY_CPU && place->cpu != cpu->index) ||
		!kinds[place->kind].is_it(search, cpu, event) || ++search->seen < place->number)
		return;
	search->is_there = true;
	machine_break(session_machine(search->session));
}

static struct status not_reached(struct search *search, enum session_end end)
{
	char seen[40] = "";

	if (end == SESSION_LACKS)
		return status_error(STATUS_NOT_IMPLEMENTED, "before the place '%.40s': %.120s",
			search->place->text, session_why(search->session));
	if (search->seen != 0)
		snprintf(seen, sizeof(seen), " behind %" PRIu64 " of them", search->seen);
	return status_error(STATUS_USAGE, "the place '%.40s' was not reached%s: %.90s",
		search->place->text, seen,
		end == SESSION_GOES_ON ? "the run is too long" : session_why(search->session));
}

/* Breaks by others do not end it: who breaks a session ends it, too. */
static struct status run_to_event(struct search *search, u64 insns)
{
	struct session *session = search->session;
	struct observer observer = {
		.kinds = 1u << kinds[search->place->kind].event, .event = see, .opaque = search
	};
	u64 end = machine_insns(session_machine(session)) + insns, now;
	enum session_end how = SESSION_GOES_ON;

	if (end < insns)
		end = MACHINE_UNLIMITED;
	observers_add(session_observers(session), session_machine(session), &observer);
	while (!search->is_there && how == SESSION_GOES_ON &&
		(now = machine_insns(session_machine(session))) < end)
		how = session_run(session, end - now);
	observers_remove(session_observers(session), session_machine(session), search);
	return search->is_there && how == SESSION_GOES_ON ? status_ok() : not_reached(search, how);
}

static struct status run_to_address(struct search *search, u64 insns)
{
	struct session *session = search->session;
	const char *name = search->place->symbol;
	struct points points = { .breakpoints = 1 };
	struct status status;

	if (!number_parse(name, &search->address) &&
		!symbols_find(session_watchman(session)->symbols, name, &search->address))
		return place_wrong(search->place, "the image has no such symbol");
	points.breakpoint[0] = search->address;
	machine_set_points(session_machine(session), &points);
	status = run_to_event(search, insns);
	machine_set_points(session_machine(session), NULL);
	return status;
}

static struct status run_to_moment(struct search *search, u64 insns)
{
	struct session *session = search->session;
	u64 now = machine_insns(session_machine(session));
	enum session_end how;

	switch (search->place->kind) {
	case PLACE_START: return status_ok();
	case PLACE_END:
		how = session_run(session, insns);
		return how != SESSION_GOES_ON && how != SESSION_LACKS ? status_ok()
								      : not_reached(search, how);
	}
	if (search->place->number < now)
		return place_wrong(search->place, "the run is behind it already");
	how = session_run(session, smaller(search->place->number - now, insns));
	now = machine_insns(session_machine(session));
	return how == SESSION_GOES_ON && now == search->place->number ? status_ok()
								      : not_reached(search, how);
}

struct status place_run_to(struct session *session, const struct place *place, u64 insns)
{
	struct search search = { .place = place, .session = session };
	struct status status;

	if (place->kind >= PLACE_EVENTS)
		status = run_to_moment(&search, insns);
	else if (kinds[place->kind].arguments == ADDRESS)
		status = run_to_address(&search, insns);
	else
		status = run_to_event(&search, insns);
	if (status.code == STATUS_OK && place->later != 0) {
		enum session_end how = session_run(session, place->later);

		if (how != SESSION_GOES_ON)
			return not_reached(&search, how);
	}
	return status;
}
