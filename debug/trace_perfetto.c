/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timeline: residency of PEs in exception levels and guests, in the Trace Event Format (JSON)
 * that Perfetto and Chrome's tracing read. A PE is a process; its threads are EL2, EL1, EL0 of the
 * host, and virtual EL2, EL1, EL0 of each guest, with a slice for each stay and an instant for each
 * exception. One more thread has the exits: from a guest's exit to its next entry, so that the
 * exits of a guest hypervisor that works on behalf of its guest are nested in that one's. A flow
 * leads from an exit to the entry that brings a guest an exception or an interrupt. Written as it
 * comes; closed properly wherever it ends. docs/TRACES.md.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/trace_private.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

/* Threads of a process: exits, then four of each world. */
enum { TRACK_EXITS = 1, TRACK_WORLDS = 2, LEVELS = 4, VIRTUAL_EL2 = 3 };
enum { TRACKS = TRACK_WORLDS + (WORLDS + 1) * LEVELS };
enum { DEPTH = 32 }; /* of exits that are open; what is beyond is not shown */
enum { LISTS = 16 };
static const cycles_t millisecond = MACHINE_HZ / 1000;

struct pe {
	unsigned track;	   /* where it is; 0: not known yet */
	const char *level; /* there */
	cycles_t since;
	u64 insns;	/* executed then */
	unsigned exits; /* open ones, and whose they are: numbers of worlds */
	unsigned exit_of[DEPTH];
	cycles_t exited;    /* the last one */
	bool has_exited;    /* and there was no entry since */
	bool has_interrupt; /* a list register got another one to signal since */
	u64 list[LISTS];    /* as they were written last */
	cycles_t counted;   /* the beginning of the millisecond that traps are counted of */
	u64 traps;
	bool is_named[TRACKS];
};

struct timeline {
	struct pe pe[MACHINE_CPUS];
	u64 flows;
	bool has_events;
};

/* ---- JSON ---- */

static void text(struct trace_out *out, const char *s)
{
	out_char(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			out_char(out, '\\');
		out_char(out, (u8)*s < ' ' ? ' ' : *s);
	}
	out_char(out, '"');
}

/* Microseconds: a cycle is a nanosecond. */
static void time_at(struct trace_out *out, const char *key, cycles_t cycles)
{
	out_printf(out, ",\"%s\":%" PRIu64 ".%03u", key, cycles / 1000, (unsigned)(cycles % 1000));
}

/* Begins an event of a phase, which the caller ends. */
static void begin_event(
	struct trace *trace, char phase, unsigned pe, unsigned track, const char *name)
{
	struct timeline *timeline = trace->state;
	struct trace_out *out = trace->out;

	if (timeline->has_events) {
		out_char(out, ',');
		out_line(out);
	}
	timeline->has_events = true;
	out_printf(out, "{\"ph\":\"%c\",\"pid\":%u,\"tid\":%u,\"name\":", phase, pe, track);
	text(out, name);
}

static void end_event(struct trace *trace)
{
	out_char(trace->out, '}');
}

static void name_of(
	struct trace *trace, const char *what, unsigned pe, unsigned track, const char *name)
{
	begin_event(trace, 'M', pe, track, what);
	out_printf(trace->out, ",\"args\":{\"name\":");
	text(trace->out, name);
	out_char(trace->out, '}');
	end_event(trace);
}

/* ---- Tracks ---- */

static const char *level_name(const struct cpu *cpu, unsigned el)
{
	static const char *const names[] = { "EL0", "EL1", "EL2" };

	return worlds_is_virtual_el2(cpu, el) ? "virtual EL2" : names[el];
}

/* Host first, EL2 above EL1 above EL0; a level higher, further down. */
static unsigned track_of(const struct world *world, const struct cpu *cpu, unsigned el)
{
	unsigned level = worlds_is_virtual_el2(cpu, el) ? VIRTUAL_EL2 : el;
	static const u8 order[LEVELS] = { [EL2] = 0, [VIRTUAL_EL2] = 1, [EL1] = 2, [EL0] = 3 };

	return TRACK_WORLDS + world->number * LEVELS + order[level];
}

static unsigned track(struct trace *trace, const struct cpu *cpu, unsigned el)
{
	struct timeline *timeline = trace->state;
	const struct world *world = worlds_of(trace->context->worlds, cpu, el);
	unsigned number = track_of(world, cpu, el);
	bool *is_named = &timeline->pe[cpu->index].is_named[number];
	char name[WORLD_NAME + 32];

	if (*is_named)
		return number;
	*is_named = true;
	snprintf(name, sizeof(name), "%s %s", world->name, level_name(cpu, el));
	name_of(trace, "thread_name", cpu->index, number, name);
	begin_event(trace, 'M', cpu->index, number, "thread_sort_index");
	out_printf(trace->out, ",\"args\":{\"sort_index\":%u}", number);
	end_event(trace);
	return number;
}

static void end_stay(struct trace *trace, const struct cpu *cpu)
{
	struct timeline *timeline = trace->state;
	struct pe *pe = &timeline->pe[cpu->index];

	if (pe->track == 0 || cpu->cycles == pe->since)
		return;
	begin_event(trace, 'X', cpu->index, pe->track, pe->level);
	time_at(trace->out, "ts", pe->since);
	time_at(trace->out, "dur", cpu->cycles - pe->since);
	out_printf(trace->out, ",\"args\":{\"instructions\":%" PRIu64 "}", cpu->insns - pe->insns);
	end_event(trace);
}

static void move(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct timeline *timeline = trace->state;
	struct pe *pe = &timeline->pe[cpu->index];
	unsigned to = track(trace, cpu, event->to_el);

	if (to == pe->track)
		return;
	end_stay(trace, cpu);
	pe->track = to;
	pe->level = level_name(cpu, event->to_el);
	pe->since = cpu->cycles;
	pe->insns = cpu->insns;
}

/* ---- Exits and what they lead to ---- */

static void end_exit(struct trace *trace, const struct cpu *cpu)
{
	struct timeline *timeline = trace->state;

	timeline->pe[cpu->index].exits--;
	begin_event(trace, 'E', cpu->index, TRACK_EXITS, "exit");
	time_at(trace->out, "ts", cpu->cycles);
	end_event(trace);
}

static void begin_exit(
	struct trace *trace, const struct cpu *cpu, const struct world *world, const char *cause)
{
	struct timeline *timeline = trace->state;
	struct pe *pe = &timeline->pe[cpu->index];
	char name[WORLD_NAME + 64];

	pe->exited = cpu->cycles;
	pe->has_exited = pe->exits < DEPTH;
	pe->has_interrupt = false;
	if (pe->exits == DEPTH)
		return;
	pe->exit_of[pe->exits++] = world->number;
	snprintf(name, sizeof(name), "%s %s", world->name, cause);
	begin_event(trace, 'B', cpu->index, TRACK_EXITS, name);
	time_at(trace->out, "ts", cpu->cycles);
	end_event(trace);
}

/*
 * A guest is entered: its exit ends, and those of others since, which are in it. What a guest
 * hypervisor left for ends when its guest is entered.
 */
static void end_exits(struct trace *trace, const struct cpu *cpu, unsigned number)
{
	struct timeline *timeline = trace->state;
	struct pe *pe = &timeline->pe[cpu->index];
	unsigned depth = pe->exits;

	while (depth > 0 && pe->exit_of[depth - 1] != number)
		depth--;
	while (depth > 0 && pe->exits >= depth)
		end_exit(trace, cpu);
	while (pe->exits > 0 &&
		worlds_is_below(trace->context->worlds, number, pe->exit_of[pe->exits - 1]))
		end_exit(trace, cpu);
}

static void flow_event(struct trace *trace, const struct cpu *cpu, char phase, unsigned number,
	cycles_t time, const char *name)
{
	struct timeline *timeline = trace->state;

	begin_event(trace, phase, cpu->index, number, name);
	out_printf(trace->out, ",\"cat\":\"injection\",\"id\":%" PRIu64, timeline->flows);
	if (phase == 'f')
		out_printf(trace->out, ",\"bp\":\"e\"");
	time_at(trace->out, "ts", time);
	end_event(trace);
}

/* Is the guest entered at one of its vectors? They are 0x80 bytes apart. */
static bool is_at_vector(const struct cpu *cpu, u64 pc)
{
	return pc - cpu->sys[SR_VBAR_EL1] < 0x800 && (pc & 0x7f) == 0;
}

static void enter_guest(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct timeline *timeline = trace->state;
	struct pe *pe = &timeline->pe[cpu->index];
	const char *what = NULL;

	if (is_at_vector(cpu, event->target))
		what = "exception injected";
	else if (pe->has_interrupt || (cpu->lines & (LINE_VIRQ | LINE_VFIQ)))
		what = "interrupt injected";
	if (pe->has_exited && what != NULL) {
		timeline->flows++;
		flow_event(trace, cpu, 's', TRACK_EXITS, pe->exited, what);
		flow_event(trace, cpu, 'f', pe->track, cpu->cycles, what);
	}
	pe->has_exited = false;
	end_exits(trace, cpu, worlds_of(trace->context->worlds, cpu, event->to_el)->number);
}

static void note_list(struct pe *pe, const struct event *event)
{
	u64 before = pe->list[event->line % LISTS], pending = ICH_LRn_EL2_State & BIT(62);
	bool is_new = (event->value & pending) &&
		      (!(before & pending) || (u32)before != (u32)event->value);

	pe->list[event->line % LISTS] = event->value;
	pe->has_interrupt |= is_new;
}

/* ---- Exceptions ---- */

static const char *cause_of(const struct event *event)
{
	static const char *const names[] = {
		[INT_IRQ] = "IRQ", [INT_FIQ] = "FIQ", [INT_SERROR] = "SError"
	};

	return event->interrupt != INT_SYNC ? names[event->interrupt]
					    : ec_name((unsigned)bits(event->esr, 31, 26));
}

static void hex_arg(struct trace_out *out, const char *key, u64 value)
{
	out_printf(out, ",\"%s\":\"0x%" PRIx64 "\"", key, value);
}

static void exception(
	struct trace *trace, const struct cpu *cpu, const struct event *event, unsigned from)
{
	struct trace_out *out = trace->out;
	char decoded[200];

	begin_event(trace, 'i', cpu->index, from, cause_of(event));
	time_at(out, "ts", cpu->cycles);
	out_printf(out, ",\"s\":\"t\",\"args\":{\"to\":\"EL%u\"", (unsigned)event->to_el);
	hex_arg(out, "elr", event->pc);
	hex_arg(out, "vector", event->target);
	if (event->interrupt == INT_SYNC) {
		esr_describe(event->esr, decoded, sizeof(decoded));
		hex_arg(out, "esr", event->esr);
		out_printf(out, ",\"decoded\":");
		text(out, decoded);
	}
	if (event->far_valid)
		hex_arg(out, "far", event->far);
	if (event->hpfar_valid)
		hex_arg(out, "hpfar", event->hpfar);
	out_char(out, '}');
	end_event(trace);
}

static void tell_traps(struct trace *trace, unsigned index, cycles_t now)
{
	struct timeline *timeline = trace->state;
	struct pe *pe = &timeline->pe[index];

	begin_event(trace, 'C', index, 0, "traps to EL2 per millisecond");
	time_at(trace->out, "ts", pe->counted);
	out_printf(trace->out, ",\"args\":{\"traps\":%" PRIu64 "}", pe->traps);
	end_event(trace);
	pe->traps = 0;
	pe->counted = now;
}

/* A counter of each simulated millisecond; one without traps is told if the one before had some. */
static void count_trap(struct trace *trace, const struct cpu *cpu)
{
	struct timeline *timeline = trace->state;
	struct pe *pe = &timeline->pe[cpu->index];
	cycles_t now = cpu->cycles - cpu->cycles % millisecond;

	if (now != pe->counted)
		tell_traps(trace, cpu->index, pe->counted + millisecond);
	if (now != pe->counted)
		tell_traps(trace, cpu->index, now);
	pe->traps++;
}

static void taken(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	const struct world *from = worlds_of(trace->context->worlds, cpu, event->from_el);
	bool is_exit = event->to_el == EL2 && from->number != 0;

	exception(trace, cpu, event, track(trace, cpu, event->from_el));
	move(trace, cpu, event);
	if (is_exit)
		begin_exit(trace, cpu, from, cause_of(event));
	if (event->to_el == EL2 && event->from_el != EL2)
		count_trap(trace, cpu);
}

static void returned(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	bool is_entry = event->from_el == EL2 &&
			worlds_of(trace->context->worlds, cpu, event->to_el)->number != 0;

	move(trace, cpu, event);
	if (is_entry)
		enter_guest(trace, cpu, event);
}

/* ---- The writer ---- */

/* The first that is heard of a PE: it was there since the trace began. */
static void meet(struct trace *trace, const struct cpu *cpu, unsigned el)
{
	struct timeline *timeline = trace->state;
	struct pe *pe = &timeline->pe[cpu->index];
	char name[16];

	snprintf(name, sizeof(name), "PE %u", cpu->index);
	name_of(trace, "process_name", cpu->index, 0, name);
	name_of(trace, "thread_name", cpu->index, TRACK_EXITS, "exits of guests");
	pe->track = track(trace, cpu, el);
	pe->level = level_name(cpu, el);
}

static void on_event(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct timeline *timeline = trace->state;
	struct pe *pe = &timeline->pe[cpu->index];

	if (event->kind == EVENT_GIC) {
		if (event->gic == GIC_LIST_REGISTER)
			note_list(pe, event);
		return;
	}
	if (pe->track == 0)
		meet(trace, cpu, event->from_el);
	if (event->kind == EVENT_EXCEPTION)
		taken(trace, cpu, event);
	else if (event->kind == EVENT_ERET)
		returned(trace, cpu, event);
}

static bool begin(struct trace *trace)
{
	struct timeline *timeline = calloc(1, sizeof(*timeline));

	trace->state = timeline;
	if (timeline == NULL)
		return false;
	for (unsigned i = 0; i < machine_cpu_count(trace->context->machine); i++) {
		const struct cpu *cpu = machine_cpu(trace->context->machine, i);

		timeline->pe[i].since = cpu->cycles;
		timeline->pe[i].insns = cpu->insns;
		timeline->pe[i].counted = cpu->cycles - cpu->cycles % millisecond;
	}
	out_printf(trace->out, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
	out_line(trace->out);
	return true;
}

static void end(struct trace *trace)
{
	struct timeline *timeline = trace->state;

	for (unsigned i = 0; i < machine_cpu_count(trace->context->machine); i++) {
		const struct cpu *cpu = machine_cpu(trace->context->machine, i);
		struct pe *pe = &timeline->pe[i];

		end_stay(trace, cpu);
		while (pe->exits > 0)
			end_exit(trace, cpu);
		if (pe->traps != 0)
			tell_traps(trace, i, 0);
	}
	out_printf(trace->out, "]}");
	out_line(trace->out);
	free(timeline);
}

const struct trace_writer trace_perfetto_writer = { .begin = begin, .event = on_event, .end = end };
