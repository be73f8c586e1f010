/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places of a run: their texts, and the way there. Knows events, not what they mean to a
 * hypervisor.
 */
#include "verify/place.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "cpu/points.h"
#include "debug/symbols.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

/* What a place's `el` and `detail` are if they are not asked for, and some that are no number. */
enum { ANY_EL = 0xff, BELOW_EL2 = 0xfe, ANY = 0xffff };
/* `detail` of exceptions: a class, or an interrupt. */
enum { INTERRUPTS = 0x100 };

enum arguments { NOTHING, TARGET, EL_CLASS, TLBI, REGISTER, BARRIER, ADDRESS };

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

/* op2 of DSB, DMB, ISB, SB; DSB nXS has another one. C6.2 */
static const struct {
	const char *name;
	u8 op2;
} barriers[] = { { "dsb", 4 }, { "dmb", 5 }, { "isb", 6 }, { "sb", 7 }, { "dsb-nxs", 1 } };

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
	const char *word;
	enum event_kind event;
	enum arguments arguments;
	bool (*is_it)(
		const struct search *search, const struct cpu *cpu, const struct event *event);
} kinds[] = {
#define EVENT(word, event, arguments, is_it) { word, event, arguments, is_it },
#include "verify/place.def"
#undef EVENT
};

/* Kinds that no event tells of. */
enum { PLACE_START = COUNT(kinds), PLACE_END, PLACE_INSN };

static const struct {
	const char *word;
	u8 kind;
} moments[] = { { "start", PLACE_START }, { "end", PLACE_END }, { "insn", PLACE_INSN } };

/* ---- Texts ---- */

static struct status wrong(const struct place *place, const char *why)
{
	return status_error(STATUS_USAGE, "the place '%.60s': %s", place->text, why);
}

/* A decimal or 0x number and nothing behind it. */
static bool number(const char *text, u64 *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*value = strtoull(text, &end, text[0] == '0' && (text[1] | 32) == 'x' ? 16 : 10);
	return errno == 0 && *end == '\0';
}

/* Cuts the text at the last `sign`, and reads the number behind it. false: that is none. */
static bool cut_number(char *text, char sign, u64 *value)
{
	char *at = strrchr(text, sign);

	if (at == NULL)
		return true;
	*at = '\0';
	return number(at + 1, value);
}

static bool take_el(const char *text, u8 *el)
{
	if (strncmp(text, "el", 2) != 0 || text[2] < '0' || text[2] > '2' || text[3] != '\0')
		return false;
	*el = (u8)(text[2] - '0');
	return true;
}

static bool take_class(const char *text, u16 *detail)
{
	static const struct {
		const char *name;
		enum interrupt_kind kind;
	} interrupts[] = { { "irq", INT_IRQ }, { "fiq", INT_FIQ }, { "serror", INT_SERROR } };
	u64 value;

	for (size_t i = 0; i < COUNT(interrupts); i++) {
		if (strcasecmp(text, interrupts[i].name) == 0) {
			*detail = (u16)(INTERRUPTS + interrupts[i].kind);
			return true;
		}
	}
	for (unsigned ec = 0; ec < 64; ec++) {
		if (strcasecmp(text, ec_name(ec)) == 0) {
			*detail = (u16)ec;
			return true;
		}
	}
	if (!number(text, &value) || value >= 64)
		return false;
	*detail = (u16)value;
	return true;
}

static struct status parse_register(struct place *place, const char *prefix, const char *text)
{
	struct nearest nearest = { .wanted = text };
	size_t length = strlen(prefix);
	char hint[100];

	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		const char *name = sysreg_name((enum sysreg_id)id);

		if (strncmp(name, prefix, length) != 0)
			continue;
		if (strcasecmp(name + length, text) == 0) {
			place->detail = (u16)id;
			return status_ok();
		}
		nearest_offer(&nearest, name + length);
	}
	nearest_say(&nearest, hint, sizeof(hint));
	return status_error(STATUS_USAGE, "the place '%.60s': nothing is called %.30s%s",
		place->text, text, hint);
}

static struct status parse_barrier(struct place *place, const char *text)
{
	for (size_t i = 0; i < COUNT(barriers); i++) {
		if (strcasecmp(text, barriers[i].name) == 0) {
			place->detail = barriers[i].op2;
			return status_ok();
		}
	}
	return wrong(place, "a barrier is isb, dsb, dsb-nxs, dmb or sb");
}

/* [elN][:CLASS] */
static struct status parse_exception(struct place *place, char *text)
{
	char *colon = strchr(text, ':');

	if (take_class(text, &place->detail))
		return status_ok();
	if (colon != NULL)
		*colon = '\0';
	if (!take_el(text, &place->el))
		return wrong(place, "behind exception: el1, el2, a class as HVC64 or 0x16, irq, "
				    "fiq or serror");
	if (colon != NULL && !take_class(colon + 1, &place->detail))
		return wrong(place, "no such class of exceptions; HVC64, DABT_LOWER, 0x16, irq, "
				    "fiq, serror are some");
	return status_ok();
}

static struct status parse_arguments(struct place *place, enum arguments arguments, char *text)
{
	if (*text == '\0' && (arguments == ADDRESS || arguments == REGISTER))
		return wrong(place, arguments == ADDRESS ? "at:SYMBOL, at:SYMBOL+OFFSET or "
							   "at:ADDRESS"
							 : "sysreg:NAME");
	if (*text == '\0')
		return status_ok();
	switch (arguments) {
	case NOTHING: return wrong(place, "nothing may stand behind this word");
	case TARGET:
		if (strcmp(text, "guest") == 0)
			place->el = BELOW_EL2;
		else if (!take_el(text, &place->el))
			return wrong(place, "behind eret: el0, el1, el2 or guest");
		return status_ok();
	case EL_CLASS: return parse_exception(place, text);
	case TLBI: return parse_register(place, "TLBI_", text);
	case REGISTER: return parse_register(place, "", text);
	case BARRIER: return parse_barrier(place, text);
	case ADDRESS:
		if (strlen(text) >= sizeof(place->symbol))
			return wrong(place, "the symbol's name is too long");
		strcpy(place->symbol, text);
		return status_ok();
	}
	ENT_BUG("a kind of arguments");
}

/* *text: behind the word and its colon. */
static struct status find_kind(struct place *place, char *text)
{
	size_t length = strcspn(text, ":");
	char *rest = text + length + (text[length] != '\0');

	for (size_t i = 0; i < COUNT(moments); i++) {
		if (strlen(moments[i].word) != length || memcmp(text, moments[i].word, length) != 0)
			continue;
		place->kind = moments[i].kind;
		if (place->cpu != PLACE_ANY_CPU || place->number != 1)
			return wrong(place, "there is one, and of all PEs");
		if (place->kind == PLACE_INSN && !number(rest, &place->number))
			return wrong(place, "insn:N, the number of instructions");
		if (place->kind != PLACE_INSN && *rest != '\0')
			return wrong(place, "nothing may stand behind this word");
		return status_ok();
	}
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (strlen(kinds[i].word) != length || memcmp(text, kinds[i].word, length) != 0)
			continue;
		place->kind = (u8)i;
		return parse_arguments(place, kinds[i].arguments, rest);
	}
	return wrong(place, "no such place; choose of start, end, insn:N, eret, exception, tlbi, "
			    "sysreg:NAME, barrier, at:SYMBOL, guest, host");
}

/* at:SYMBOL+OFFSET has a + of its own. */
static char *find_later(char *text)
{
	char *hash = strchr(text, '#'), *plus = strrchr(text, '+');

	if (plus == NULL || (hash != NULL && plus > hash))
		return plus;
	return strncmp(text, "at:", 3) != 0 || strchr(text, '+') != plus ? plus : NULL;
}

struct status place_parse(const char *text, struct place *place)
{
	char copy[PLACE_TEXT], *later;
	u64 cpu = PLACE_ANY_CPU;

	*place = (struct place){ .el = ANY_EL, .detail = ANY, .number = 1 };
	snprintf(place->text, sizeof(place->text), "%s", text);
	if (strlen(text) >= sizeof(copy))
		return wrong(place, "too long");
	strcpy(copy, text);
	later = find_later(copy);
	if (later != NULL && !cut_number(later, '+', &place->later))
		return wrong(place, "behind the last + stands no number of instructions");
	if (!cut_number(copy, '#', &place->number) || place->number == 0)
		return wrong(place, "behind # stands which one, from 1");
	if (!cut_number(copy, '@', &cpu) || (cpu != PLACE_ANY_CPU && cpu >= MACHINE_CPUS))
		return wrong(place, "behind @ stands no PE's number");
	place->cpu = (u8)cpu;
	return find_kind(place, copy);
}

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

	if (!number(name, &search->address) &&
		!symbols_find(session_watchman(session)->symbols, name, &search->address))
		return wrong(search->place, "the image has no such symbol");
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
		return wrong(search->place, "the run is behind it already");
	how = session_run(session, smaller(search->place->number - now, insns));
	now = machine_insns(session_machine(session));
	return how == SESSION_GOES_ON && now == search->place->number ? status_ok()
								      : not_reached(search, how);
}

struct status place_run_to(struct session *session, const struct place *place, u64 insns)
{
	struct search search = { .place = place, .session = session };
	struct status status;

	if (place->kind >= COUNT(kinds))
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
