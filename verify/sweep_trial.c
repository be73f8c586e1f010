/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One trial: what is injected, what becomes of it, and whether that may be.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debug/symbols.h"
#include "verify/lines.h"
#include "verify/sweep_private.h"

/* ---- What becomes of it ---- */

static const struct cpu *cpu_of(const struct sweep *sweep)
{
	return machine_cpu(session_machine(sweep->session), sweep->config->cpu);
}

static bool is_host(const struct sweep *sweep, const struct cpu *cpu, unsigned el)
{
	return worlds_of(session_watchman(sweep->session)->worlds, cpu, el)->level == 0;
}

static void arrive(struct sweep *sweep, const struct cpu *cpu)
{
	sweep->injected.has_arrived = true;
	sweep->injected.behind = cpu->insns - sweep->injected.insns;
}

/* Of a time slice it is whatever the host acknowledges first. */
static bool is_acknowledged(const struct sweep *sweep, const struct event *event)
{
	const struct sweep_config *config = sweep->config;
	u32 intid = config->intid != 0 ? config->intid : SWEEP_INTID;

	return event->gic == GIC_ACKNOWLEDGE && !event->is_virtual &&
	       (config->injection == INJECT_VCPU_SWITCH ||
		       (config->injection == INJECT_IRQ && event->intid == intid));
}

static void see(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct sweep *sweep = opaque;
	struct injected *injected = &sweep->injected;

	if (!injected->is_watched || cpu->index != sweep->config->cpu)
		return;
	if (event->kind == EVENT_EXCEPTION) {
		/* the line has just gone low: it is this one, no virtual one */
		if (injected->has_arrived && injected->to_el == 0 &&
			event->interrupt == INT_SERROR &&
			injected->behind == cpu->insns - injected->insns) {
			injected->to_el = event->to_el;
			injected->is_of_guest = !is_host(sweep, cpu, event->from_el);
		}
		return;
	}
	if (injected->has_arrived)
		return;
	if (event->kind == EVENT_GIC ? is_acknowledged(sweep, event)
				     : sweep->config->injection == INJECT_SERROR &&
					       event->line == LINE_SERROR && !event->level)
		arrive(sweep, cpu);
}

struct observer sweep_observer(struct sweep *sweep)
{
	return (struct observer){ .kinds = 1u << EVENT_EXCEPTION | 1u << EVENT_INTERRUPT |
					   1u << EVENT_GIC,
		.event = see,
		.opaque = sweep };
}

/* ---- Injecting ---- */

static struct status inject(struct sweep *sweep)
{
	const struct sweep_config *config = sweep->config;
	struct machine *machine = session_machine(sweep->session);
	const struct cpu *cpu = cpu_of(sweep);

	sweep->injected = (struct injected){ .is_watched = true,
		.is_in_host = is_host(sweep, cpu, cpu->pstate.el),
		.insns = cpu->insns };
	switch (config->injection) {
	case INJECT_IRQ:
		if (!machine_pend_interrupt(
			    machine, config->cpu, config->intid != 0 ? config->intid : SWEEP_INTID))
			return status_error(STATUS_USAGE,
				"interrupt %u: the GIC has none of that number", config->intid);
		break;
	case INJECT_SERROR: machine_set_line(machine, config->cpu, LINE_SERROR, true); break;
	case INJECT_VCPU_SWITCH:
		sweep->injected.is_watched = machine_pass_to_timer(machine, config->cpu);
		break;
	default: ENT_BUG("an injection");
	}
	return status_ok();
}

/* ---- Judging ---- */

__attribute__((format(printf, 3, 4))) static void fail(
	struct trial *trial, const char *rule, const char *format, ...)
{
	va_list args;

	trial->end = SESSION_FAILS;
	snprintf(trial->rule, sizeof(trial->rule), "%s", rule);
	va_start(args, format);
	vsnprintf(trial->why, sizeof(trial->why), format, args);
	va_end(args);
}

static void note_violation(const struct sweep *sweep, struct trial *trial)
{
	const struct violation *first = monitors_violation(session_monitors(sweep->session), 0);

	snprintf(trial->rule, sizeof(trial->rule), "%s", rule_rows[first->rule].name);
	snprintf(trial->where, sizeof(trial->where), "%s", first->place);
	violation_say(first, trial->why, sizeof(trial->why));
}

/* The last line that is not empty, without its end; *length: of it. */
static const char *last_line(const char *console, int *length)
{
	const char *end = console + strlen(console), *begin;

	while (end > console && strchr("\r\n", end[-1]) != NULL)
		end--;
	for (begin = end; begin > console && begin[-1] != '\n';)
		begin--;
	*length = (int)(end - begin);
	return begin;
}

/*
 * An SError that a host takes may end it, and one of a guest may be given to that one and end it:
 * who ends so says why, and does not hang.
 */
static bool has_ended_by_it(struct sweep *sweep)
{
	/* without accounts, which name it in any case */
	char *lines = guest_lines(session_console(sweep->session));
	bool is_named = lines != NULL && strstr(lines, "SError") != NULL;

	free(lines);
	return is_named && session_has_exited(sweep->session);
}

static void judge_serror(struct sweep *sweep, struct trial *trial)
{
	const struct injected *injected = &sweep->injected;
	u64 blind = sweep->config->blind != 0 ? sweep->config->blind : SWEEP_BLIND;

	if (injected->is_of_guest && injected->to_el != EL2)
		fail(trial, "serror", "the physical SError was delivered to the guest, at EL%u",
			(unsigned)injected->to_el);
	else if (injected->is_in_host && injected->is_of_guest && injected->behind > blind)
		fail(trial, "serror",
			"pending for %" PRIu64
			" instructions of the host, and taken from its guest",
			injected->behind);
}

static void compare_lines(struct sweep *sweep, struct trial *trial)
{
	char *lines = guest_lines(session_console(sweep->session)), text[TRIAL_WHY];

	if (lines == NULL)
		fail(trial, "lines", "the host has no memory to compare them");
	else if (lines_differ(sweep->lines, lines, text, sizeof(text)))
		fail(trial, "lines", "%s", text);
	free(lines);
}

static void judge(struct sweep *sweep, struct trial *trial)
{
	const char *line;
	int length;

	if (trial->end == SESSION_VIOLATES) {
		note_violation(sweep, trial);
		return;
	}
	snprintf(trial->why, sizeof(trial->why), "%s", session_why(sweep->session));
	if (sweep->injected.has_arrived && sweep->config->injection == INJECT_SERROR) {
		judge_serror(sweep, trial);
		if (trial->rule[0] != '\0')
			return;
		if (trial->end == SESSION_FAILS && has_ended_by_it(sweep)) {
			trial->end = SESSION_HOLDS;
			return;
		}
	}
	if (trial->end == SESSION_HOLDS && sweep->lines != NULL)
		compare_lines(sweep, trial);
	if (trial->end != SESSION_FAILS || trial->rule[0] != '\0')
		return;
	line = last_line(session_console(sweep->session), &length);
	fail(trial, "end", "%s: %.*s", session_why(sweep->session), length, line);
}

/* ---- The trial ---- */

static void describe(struct sweep *sweep, u64 boundary, struct trial *trial)
{
	const struct cpu *cpu = cpu_of(sweep);
	struct symbol_place place = symbols_name_at(
		session_watchman(sweep->session)->symbols, cpu, cpu->pstate.el, cpu->pc);

	*trial = (struct trial){ .sweep = sweep->id,
		.boundary = boundary,
		.boundaries = sweep->boundaries,
		.insns = machine_insns(session_machine(sweep->session)),
		.pc = cpu->pc,
		.el = cpu->pstate.el };
	if (place.name != NULL)
		snprintf(trial->place, sizeof(trial->place), "%.60s+0x%" PRIx64, place.name,
			place.offset);
}

static void run(struct sweep *sweep, struct trial *trial)
{
	u64 insns = sweep->config->insns_after;

	trial->end = (u8)session_run(sweep->session, insns != 0 ? insns : MACHINE_UNLIMITED);
	sweep->injected.is_watched = false;
	trial->ran = machine_insns(session_machine(sweep->session)) - trial->insns;
	trial->was_taken = sweep->injected.has_arrived;
	judge(sweep, trial);
}

struct status sweep_try(struct sweep *sweep, u64 boundary, struct trial *trial)
{
	const struct sweep_config *config = sweep->config;
	struct session *session = sweep->session;
	struct status status;
	struct kept_session *kept = session_keep(session, &status);

	if (kept == NULL)
		return status;
	describe(sweep, boundary, trial);
	status = inject(sweep);
	if (status.code != STATUS_OK) {
		kept_session_free(kept);
		return status;
	}
	trial->end = SESSION_GOES_ON;
	if (sweep->injected.is_watched)
		run(sweep, trial);
	else
		snprintf(trial->why, sizeof(trial->why),
			"not injected: no timer of the host is armed");
	trial->hash = session_hash(session);
	if (!trial_holds(trial))
		sweep_command(config, boundary, trial->reproducer, sizeof(trial->reproducer));
	status = session_go_back(session, kept);
	kept_session_free(kept);
	return status;
}
