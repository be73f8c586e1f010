/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Monitors of a run: who hears which event, and what they have found. All that changes while it
 * runs is one piece of memory behind struct monitors, for sweeps to copy.
 */
#include "verify/monitor.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "debug/symbols.h"

const struct rule_row rule_rows[RULE_COUNT + 1] = {
#define RULE(rule, name, monitor, text, source) { name, #monitor, text, source },
#include "verify/rules.def"
#undef RULE
};

enum monitor_id {
#define MONITOR(name, symbol, needs_model) MONITOR_##name,
#include "verify/monitors.def"
#undef MONITOR
	MONITOR_COUNT
};

#define MONITOR(name, symbol, needs_model) extern const struct monitor symbol;
#include "verify/monitors.def"
#undef MONITOR

static const struct monitor_row {
	const struct monitor *monitor;
	bool needs_model;
} monitor_rows[MONITOR_COUNT + 1] = {
#define MONITOR(name, symbol, needs_model) { &symbol, needs_model },
#include "verify/monitors.def"
#undef MONITOR
};

_Static_assert(MONITOR_COUNT <= 32, "a bit for each");

/* What was found, and of each PE whose monitors need no EVENT_INSN: bits by index. */
struct found {
	u32 skips[MACHINE_CPUS];
	unsigned count;
	u64 more, overlooked;
	struct violation violation[VIOLATIONS];
};

struct monitors {
	struct watchman watchman;
	bool stops;
	void (*tell)(void *opaque, const struct violation *violation);
	void *opaque;
	u32 kinds;
	unsigned count, told; /* told: the index of the one that hears an event now */
	struct watcher {
		const struct monitor *monitor;
		size_t state; /* its place behind `found` */
	} watcher[MONITOR_COUNT + 1];
	/* Indexes of those that hear a kind, in order: most events are of one that few want. */
	struct hearers {
		u8 count, index[MONITOR_COUNT + 1];
	} hearers[EVENT_KIND_COUNT];
	size_t size; /* of what follows */
	_Alignas(16) struct found found;
};

/* ---- Which ones ---- */

static bool find_monitor(const char *name, size_t length, unsigned *index)
{
	for (unsigned i = 0; monitor_rows[i].monitor != NULL; i++) {
		const char *known = monitor_rows[i].monitor->name;

		if (strlen(known) == length && memcmp(known, name, length) == 0) {
			*index = i;
			return true;
		}
	}
	return false;
}

static struct status unknown_name(const char *name, size_t length)
{
	char known[160] = "";

	for (unsigned i = 0; monitor_rows[i].monitor != NULL; i++) {
		size_t end = strlen(known);

		snprintf(known + end, sizeof(known) - end, ", %s", monitor_rows[i].monitor->name);
	}
	return status_error(STATUS_USAGE, "no monitor '%.*s'; there are all, none%s",
		(int)(length < 40 ? length : 40), name, known);
}

struct status monitors_check(u32 which, const struct model *model, const char *image)
{
	if (model != NULL || which >> MONITOR_COUNT != 0) /* "all" sets bits of nobody, too */
		return status_ok();
	for (unsigned i = 0; monitor_rows[i].monitor != NULL; i++) {
		if ((which >> i & 1) == 0 || !monitor_rows[i].needs_model)
			continue;
		return status_error(STATUS_USAGE,
			"monitor %s would watch nothing: %.120s%s; 'all' asks for those that can",
			monitor_rows[i].monitor->name, image != NULL ? image : "a snapshot",
			image != NULL ? " is not hyp.elf" : " has no names of hyp.elf");
	}
	return status_ok();
}

struct status monitors_parse(const char *text, u32 *which)
{
	*which = 0;
	for (const char *word = text;; word++) {
		size_t length = strcspn(word, ",");
		bool takes_away = *word == '-';
		const char *name = word + takes_away;
		size_t rest = length - takes_away;
		unsigned index;
		u32 named = 0;

		if (rest == 3 && memcmp(name, "all", 3) == 0)
			named = MONITORS_ALL;
		else if (find_monitor(name, rest, &index))
			named = (u32)BIT(index);
		else if (rest != 4 || memcmp(name, "none", 4) != 0)
			return unknown_name(name, rest);
		*which = takes_away ? *which & ~named : *which | named;
		word += length;
		if (*word == '\0')
			return status_ok();
	}
}

static void list_rules(FILE *out, const char *monitor)
{
	for (unsigned i = 0; rule_rows[i].name != NULL; i++) {
		const struct rule_row *row = &rule_rows[i];

		if (strcmp(row->monitor, monitor) == 0)
			fprintf(out, "  %-8s %s (%s)\n", row->name, row->text, row->source);
	}
}

void monitors_list(FILE *out)
{
	for (unsigned i = 0; monitor_rows[i].monitor != NULL; i++) {
		const char *name = monitor_rows[i].monitor->name;

		fprintf(out, "%s%s%s\n", i == 0 ? "" : "\n", name,
			monitor_rows[i].needs_model ? " (of hyp.elf alone)" : "");
		list_rules(out, name);
	}
}

/* ---- A run ---- */

static void *state_of(struct monitors *monitors, const struct watcher *watcher)
{
	return (u8 *)&monitors->found + watcher->state;
}

static void list_hearers(struct monitors *monitors)
{
	for (unsigned i = 0; i < monitors->count; i++) {
		for (unsigned kind = 0; kind < EVENT_KIND_COUNT; kind++) {
			struct hearers *hearers = &monitors->hearers[kind];

			if (monitors->watcher[i].monitor->kinds >> kind & 1)
				hearers->index[hearers->count++] = (u8)i;
		}
	}
}

struct monitors *monitors_create(const struct watchman *watchman, u32 which)
{
	size_t size = align_up(sizeof(struct found), 16);
	struct watcher watcher[MONITOR_COUNT + 1];
	struct monitors *monitors;
	unsigned count = 0;
	u32 kinds = 0;

	for (unsigned i = 0; monitor_rows[i].monitor != NULL; i++) {
		const struct monitor_row *row = &monitor_rows[i];

		if ((which >> i & 1) == 0 || (row->needs_model && watchman->model == NULL))
			continue;
		watcher[count++] = (struct watcher){ row->monitor, size };
		size += align_up(row->monitor->state, 16);
		kinds |= row->monitor->kinds;
	}
	monitors = calloc(1, sizeof(*monitors) + size);
	if (monitors == NULL)
		return NULL;
	monitors->watchman = *watchman;
	monitors->watchman.monitors = monitors;
	monitors->kinds = kinds;
	monitors->count = count;
	monitors->size = size;
	memcpy(monitors->watcher, watcher, count * sizeof(watcher[0]));
	list_hearers(monitors);
	monitors_begin(monitors);
	return monitors;
}

void monitors_begin(struct monitors *monitors)
{
	memset(monitors->found.skips, 0, sizeof(monitors->found.skips));
	for (unsigned i = 0; i < monitors->count; i++) {
		const struct watcher *watcher = &monitors->watcher[i];
		void *state = state_of(monitors, watcher);

		memset(state, 0, watcher->monitor->state);
		if (watcher->monitor->begin != NULL)
			watcher->monitor->begin(&monitors->watchman, state);
	}
}

void monitors_destroy(struct monitors *monitors)
{
	free(monitors);
}

static void on_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct monitors *monitors = opaque;
	const struct hearers *hearers = &monitors->hearers[event->kind];
	u32 skips = event->kind == EVENT_INSN ? monitors->found.skips[cpu->index] : 0;

	for (unsigned i = 0; i < hearers->count; i++) {
		const struct watcher *watcher = &monitors->watcher[hearers->index[i]];

		if (skips >> hearers->index[i] & 1)
			continue;
		monitors->told = hearers->index[i];
		watcher->monitor->event(
			&monitors->watchman, state_of(monitors, watcher), cpu, event);
	}
}

void monitor_skip_insns(struct watchman *watchman, const struct cpu *cpu, bool skips)
{
	struct monitors *monitors = watchman->monitors;
	u32 bit = (u32)BIT(monitors->told), *skipped = &monitors->found.skips[cpu->index];

	*skipped = skips ? *skipped | bit : *skipped & ~bit;
}

struct observer monitors_observer(struct monitors *monitors, bool stops)
{
	monitors->stops = stops;
	return (struct observer){ .kinds = monitors->kinds, .event = on_event, .opaque = monitors };
}

void monitors_end(struct monitors *monitors)
{
	for (unsigned i = 0; i < monitors->count; i++) {
		const struct watcher *watcher = &monitors->watcher[i];

		if (watcher->monitor->end != NULL)
			watcher->monitor->end(&monitors->watchman, state_of(monitors, watcher));
	}
}

size_t monitors_state_size(const struct monitors *monitors)
{
	return monitors->size;
}

void monitors_save(const struct monitors *monitors, void *state)
{
	memcpy(state, &monitors->found, monitors->size);
}

void monitors_load(struct monitors *monitors, const void *state)
{
	memcpy(&monitors->found, state, monitors->size);
}

/* ---- Violations ---- */

/* Where the PE was when it did what the event tells. */
static unsigned el_of(const struct cpu *cpu, const struct event *event)
{
	if (event != NULL && (event->kind == EVENT_EXCEPTION || event->kind == EVENT_ERET))
		return event->from_el;
	return cpu->pstate.el;
}

static void say_place(const struct watchman *watchman, const struct cpu *cpu, unsigned el,
	struct violation *violation)
{
	struct symbol_place place = { 0 };

	if (watchman->worlds != NULL)
		worlds_say(watchman->worlds, cpu, el, violation->world, sizeof(violation->world));
	else
		snprintf(violation->world, sizeof(violation->world), "EL%u", el);
	if (watchman->symbols != NULL)
		place = symbols_name_at(watchman->symbols, cpu, el, violation->pc);
	if (place.name != NULL)
		snprintf(violation->place, sizeof(violation->place), "%.60s+0x%" PRIx64, place.name,
			place.offset);
}

const char *monitor_where(const struct watchman *watchman, const struct cpu *cpu, unsigned el,
	u64 pc, char text[MONITOR_WHERE])
{
	struct symbol_place place = { 0 };

	if (watchman->symbols != NULL)
		place = symbols_name_at(watchman->symbols, cpu, el, pc);
	if (place.name != NULL)
		snprintf(text, MONITOR_WHERE, "0x%" PRIx64 " (%.50s+0x%" PRIx64 ")", pc, place.name,
			place.offset);
	else
		snprintf(text, MONITOR_WHERE, "0x%" PRIx64, pc);
	return text;
}

/* The place for a new one; NULL: it is known, or there is no room. */
static struct violation *new_violation(struct found *found, enum rule rule, u64 pc)
{
	for (unsigned i = 0; i < found->count; i++) {
		if (found->violation[i].rule == rule && found->violation[i].pc == pc)
			return NULL;
	}
	if (found->count == VIOLATIONS) {
		found->more++;
		return NULL;
	}
	return &found->violation[found->count++];
}

static struct violation *begin_violation(struct watchman *watchman, enum rule rule,
	const struct cpu *cpu, const struct event *event, const char *format, va_list args)
{
	u64 pc = event != NULL ? event->pc : cpu->pc;
	struct violation *violation = new_violation(&watchman->monitors->found, rule, pc);

	if (violation == NULL)
		return NULL;
	*violation = (struct violation){ .rule = rule,
		.cpu = cpu->index,
		.insns = watchman->machine != NULL ? machine_insns(watchman->machine) : cpu->insns,
		.pc = pc,
		.insn = event != NULL ? event->insn : 0 };
	say_place(watchman, cpu, el_of(cpu, event), violation);
	vsnprintf(violation->text, sizeof(violation->text), format, args);
	return violation;
}

static void end_violation(struct watchman *watchman, const struct violation *violation)
{
	struct monitors *monitors = watchman->monitors;

	if (monitors->tell != NULL)
		monitors->tell(monitors->opaque, violation);
	if (monitors->stops && watchman->machine != NULL)
		machine_break(watchman->machine);
}

void monitor_violate(struct watchman *watchman, enum rule rule, const struct cpu *cpu,
	const struct event *event, const char *format, ...)
{
	struct violation *violation;
	va_list args;

	va_start(args, format);
	violation = begin_violation(watchman, rule, cpu, event, format, args);
	va_end(args);
	if (violation != NULL)
		end_violation(watchman, violation);
}

void monitor_violate_values(struct watchman *watchman, enum rule rule, const struct cpu *cpu,
	const struct event *event, u64 expected, u64 found, const char *format, ...)
{
	struct violation *violation;
	va_list args;

	va_start(args, format);
	violation = begin_violation(watchman, rule, cpu, event, format, args);
	va_end(args);
	if (violation == NULL)
		return;
	violation->has_values = true;
	violation->expected = expected;
	violation->found = found;
	end_violation(watchman, violation);
}

void monitor_overlook(struct watchman *watchman)
{
	watchman->monitors->found.overlooked++;
}

u64 monitors_overlooked(const struct monitors *monitors)
{
	return monitors->found.overlooked;
}

void monitors_tell(struct monitors *monitors,
	void (*tell)(void *opaque, const struct violation *violation), void *opaque)
{
	monitors->tell = tell;
	monitors->opaque = opaque;
}

unsigned monitors_count(const struct monitors *monitors)
{
	return monitors->found.count;
}

u64 monitors_more(const struct monitors *monitors)
{
	return monitors->found.more;
}

const struct violation *monitors_violation(const struct monitors *monitors, unsigned index)
{
	ENT_BUG_ON(index >= monitors->found.count);
	return &monitors->found.violation[index];
}

const char *violation_say(const struct violation *violation, char *text, size_t size)
{
	char values[64] = "", place[96] = "";

	if (violation->has_values)
		snprintf(values, sizeof(values), ": is 0x%" PRIx64 ", should be 0x%" PRIx64,
			violation->found, violation->expected);
	if (violation->place[0] != '\0')
		snprintf(place, sizeof(place), " (%s)", violation->place);
	snprintf(text, size,
		"%s broken by PE %u at 0x%" PRIx64 "%s in %s, instruction %" PRIu64 ": %s%s",
		rule_rows[violation->rule].name, violation->cpu, violation->pc, place,
		violation->world, violation->insns, violation->text, values);
	return text;
}
