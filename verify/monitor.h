/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A monitor reads the event stream and says where a rule is broken. It needs no cooperation of the
 * guest, changes nothing, and keeps all that it knows in one flat state without pointers, so that a
 * sweep takes it back together with the machine.
 */
#ifndef ENT_VERIFY_MONITOR_H
#define ENT_VERIFY_MONITOR_H

#include <stdio.h>

#include "base/base.h"
#include "cpu/events.h"
#include "debug/worlds.h"
#include "platform/machine.h"

struct model; /* verify/model.h: hyp.elf's structures by their names */
struct symbols;

enum rule {
#define RULE(rule, ...) RULE_##rule,
#include "verify/rules.def"
#undef RULE
	RULE_COUNT
};

struct rule_row {
	const char *name, *monitor, *text, *source;
};
extern const struct rule_row rule_rows[RULE_COUNT + 1];

/* A broken rule: which, where, and both values. */
struct violation {
	enum rule rule;
	unsigned cpu;
	u64 insns; /* of all PEs, before the instruction */
	u64 pc;
	u32 insn;		/* 0: not known */
	char world[WORLD_NAME]; /* "EL2 host" */
	char place[80];		/* symbol+offset; "": not known */
	bool has_values;
	u64 expected, found;
	char text[256]; /* what is wrong, one line */
};

/* What a monitor is given: all of it is for looking only, but for monitor_violate(). */
struct watchman {
	struct machine *machine;
	const struct worlds *worlds;
	const struct symbols *symbols;
	const struct model *model; /* NULL: the image is not hyp.elf */
	/* Private to monitor.c. */
	struct monitors *monitors;
};

struct monitor {
	const char *name;				       /* as in monitors.def */
	u32 kinds;					       /* bit per enum event_kind */
	size_t state;					       /* bytes; zero when a run begins */
	void (*begin)(struct watchman *watchman, void *state); /* NULL: zero is good */
	void (*event)(struct watchman *watchman, void *state, const struct cpu *cpu,
		const struct event *event);
	void (*end)(struct watchman *watchman, void *state); /* NULL; the run ended by itself */
};

/*
 * Of the monitor that hears an event: it needs no EVENT_INSN of that PE from now on; it does again.
 * Most instructions are a guest's, or change nothing that is waited for.
 */
void monitor_skip_insns(struct watchman *watchman, const struct cpu *cpu, bool skips);

/* cpu: whose doing it is; its pc, if `event` is NULL, else event->pc. */
void monitor_violate(struct watchman *watchman, enum rule rule, const struct cpu *cpu,
	const struct event *event, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same with what should have been and what is. */
void monitor_violate_values(struct watchman *watchman, enum rule rule, const struct cpu *cpu,
	const struct event *event, u64 expected, u64 found, const char *format, ...)
	__attribute__((format(printf, 7, 8)));

/* The state has no room for what a rule is about: a run that is not watched wholly does not hold.
 */
void monitor_overlook(struct watchman *watchman);

/* An address of code for texts, as the PE sees it at `el`: "0x40202140 (stage2_map+0x30)". */
enum { MONITOR_WHERE = 96 };
const char *monitor_where(const struct watchman *watchman, const struct cpu *cpu, unsigned el,
	u64 pc, char text[MONITOR_WHERE]);

/* ---- All of a run ---- */

enum { VIOLATIONS = 64 };

struct monitors;

/* Bits: by the order of monitors.def. */
#define MONITORS_ALL (~0u)
/* "all", "none" or names with commas, a leading '-' takes one away; STATUS_USAGE names a bad one.
 */
struct status monitors_parse(const char *text, u32 *which);

/*
 * STATUS_USAGE: a monitor of hyp.elf was asked for by its name, not by "all", and there is no
 * model: it would watch nothing. image: which one that is; NULL: not known.
 */
struct status monitors_check(u32 which, const struct model *model, const char *image);

/* Writes all rules, those of a monitor together: name, what must hold, where that is from. */
void monitors_list(FILE *out);

/*
 * NULL: no memory. watchman is copied; `monitors` of it is set. Monitors of hyp.elf do not watch
 * another image.
 */
struct monitors *monitors_create(const struct watchman *watchman, u32 which);
void monitors_destroy(struct monitors *monitors);
/* The machine was started anew, by --reboot: what was found stays. */
void monitors_begin(struct monitors *monitors);
/* To be added to the observers behind the worlds'. Breaks the run (machine_break()) at the first
 * violation if `stops`. */
struct observer monitors_observer(struct monitors *monitors, bool stops);
void monitors_end(struct monitors *monitors);
/* Who is told of each that is kept, at once; NULL: nobody. */
void monitors_tell(struct monitors *monitors,
	void (*tell)(void *opaque, const struct violation *violation), void *opaque);
/* In order; of a rule at a pc the first only; at most VIOLATIONS. */
unsigned monitors_count(const struct monitors *monitors);
/* How many there were behind them that were not kept. */
u64 monitors_more(const struct monitors *monitors);
/* How often something was not looked at. */
u64 monitors_overlooked(const struct monitors *monitors);
const struct violation *monitors_violation(const struct monitors *monitors, unsigned index);

/* All states and violations, as bytes. */
size_t monitors_state_size(const struct monitors *monitors);
void monitors_save(const struct monitors *monitors, void *state);
void monitors_load(struct monitors *monitors, const void *state);

/* One line: "BBM-1 broken at ...: ..."; returns text. */
const char *violation_say(const struct violation *violation, char *text, size_t size);

#endif
