/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Begins and ends the traces of a run, and says how far they are to who waits at a terminal.
 */
#include "app/run_traces.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explain/explain.h"

/* ---- Fields of registers ---- */

/* " TVM 0=>1, VM 1=>0" */
static void say_fields(
	const struct cpu *cpu, enum sysreg_id id, u64 old, u64 value, char *text, size_t size)
{
	bool e2h = cpu->sys[SR_HCR_EL2] & BIT(34);
	size_t length = 0;

	text[0] = '\0';
	for (const struct field *field = field_next(id, e2h, NULL); field != NULL && length < size;
		field = field_next(id, e2h, field)) {
		u64 from = bits(old, field->high, field->low);
		u64 to = bits(value, field->high, field->low);

		if (from != to)
			length += (size_t)snprintf(text + length, size - length,
				"%s %s 0x%" PRIx64 "=>0x%" PRIx64, length == 0 ? "" : ",",
				field->name, from, to);
	}
}

/* ---- Progress, for those who wait at a terminal ---- */

enum { PROGRESS_INSNS = 10000000, PROGRESS_STEPS = 10 };

/* Whole lines, since the guest's are on the same terminal; the longer it takes, the fewer. */
static void say_progress(struct run_trace *trace)
{
	u64 insns = machine_insns(trace->traces->machine);
	double passed = host_seconds() - trace->traces->began;

	if (insns < trace->next_progress)
		return;
	say("tracing %.60s: %" PRIu64 " million instructions so far, %" PRIu64
	    " MB written, %.1f MIPS",
		trace->config->file, insns / 1000000, trace_written(trace->trace) / 1000000,
		passed > 0 ? (double)insns / passed / 1e6 : 0.0);
	while (trace->next_progress <= insns)
		trace->next_progress += trace->next_progress < (u64)PROGRESS_STEPS * PROGRESS_INSNS
						? PROGRESS_INSNS
						: (u64)PROGRESS_STEPS * PROGRESS_INSNS;
}

/* ---- Their time ---- */

/* Only needed where this file does not move the machine. */
static bool is_time(const struct run_trace *trace)
{
	u64 insns = machine_insns(trace->traces->machine);

	return insns >= trace->config->from && insns < trace->config->to;
}

static bool is_before(const struct event *event)
{
	return event->kind == EVENT_INSN || event->kind == EVENT_ACCESS;
}

/* Counts what was told of the instruction; false: this was told before a break. */
static bool is_news(struct run_trace *trace, const struct cpu *cpu)
{
	if (trace->to_skip != 0) {
		trace->to_skip--;
		return false;
	}
	if (cpu->index != trace->pe || cpu->insns != trace->insns)
		trace->told = 0;
	trace->pe = cpu->index;
	trace->insns = cpu->insns;
	trace->told++;
	return true;
}

static void on_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct run_trace *trace = opaque;

	if (is_before(event) && !is_news(trace, cpu))
		return;
	if (trace->traces->is_driven && !is_time(trace))
		return;
	trace->observer.event(trace->observer.opaque, cpu, event);
	if (UNLIKELY(trace_failed(trace->trace)) && !trace->traces->is_driven) {
		trace->traces->broke_before = is_before(event);
		machine_break(trace->traces->machine); /* for update() */
	}
	if (UNLIKELY(interrupt_name() != NULL) && !trace->traces->is_driven)
		machine_break(trace->traces->machine); /* a turn can be long */
	if (trace->traces->says_progress && cpu->insns >= trace->next_progress)
		say_progress(trace);
}

static void switch_on(struct run_trace *trace)
{
	struct run_traces *traces = trace->traces;
	struct observer observer = {
		.kinds = trace->observer.kinds, .event = on_event, .opaque = trace
	};

	trace->is_on = true;
	observers_add(traces->observers, traces->machine, &observer);
}

static void finish(struct run_trace *trace)
{
	if (trace->is_on)
		observers_remove(trace->traces->observers, trace->traces->machine, trace);
	trace->status = trace_close(trace->trace);
	trace->trace = NULL;
	trace->is_on = false;
	trace->is_over = true;
}

/* Begins and ends what is due; the number of instructions at which there is something to do. */
static u64 update(struct run_traces *traces)
{
	u64 now = machine_insns(traces->machine), next = TRACE_TO_THE_END;

	for (unsigned i = 0; i < traces->count; i++) {
		struct run_trace *trace = &traces->trace[i];
		u64 from = trace->config->from, to = trace->config->to;

		if (trace->is_over)
			continue;
		if (to <= now || trace_failed(trace->trace)) {
			finish(trace);
			continue;
		}
		if (from <= now && !trace->is_on)
			switch_on(trace);
		if (!trace->is_on && from < next)
			next = from;
		if (to < next)
			next = to;
	}
	return next;
}

/* The run goes on with what it was broken in front of. */
static void skip_repeats(struct run_traces *traces, unsigned pe)
{
	struct cpu *cpu = machine_cpu(traces->machine, pe);

	for (unsigned i = 0; i < traces->count && traces->broke_before; i++) {
		struct run_trace *trace = &traces->trace[i];

		if (trace->is_on && trace->pe == pe && trace->insns == cpu->insns)
			trace->to_skip = trace->told;
	}
	traces->broke_before = false;
}

void run_traces_drive(struct run_traces *traces)
{
	traces->is_driven = true;
	for (unsigned i = 0; i < traces->count; i++)
		switch_on(&traces->trace[i]);
}

const struct stop *run_traces_run(
	struct run_traces *traces, struct screenshots *screenshots, u64 insns)
{
	for (;;) {
		u64 next = update(traces), begin = machine_insns(traces->machine);
		u64 most = next == TRACE_TO_THE_END ? MACHINE_UNLIMITED : next - begin;
		const struct stop *stop =
			screenshots_run(screenshots, traces->machine, most < insns ? most : insns);

		if (insns != MACHINE_UNLIMITED)
			insns -= machine_insns(traces->machine) - begin;
		if (stop->reason == STOP_DEBUG)
			skip_repeats(traces, machine_stopped_cpu(traces->machine));
		if (stop->reason != STOP_DEBUG && (stop->reason != STOP_BUDGET || insns == 0))
			return stop;
	}
}

/* ---- Opening and closing ---- */

static bool is_same_file(const char *left, const char *right)
{
	struct stat a, b;

	return stat(left, &a) == 0 && stat(right, &b) == 0 && S_ISREG(a.st_mode) &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static struct status open_one(struct run_traces *traces, const struct trace_config *config)
{
	struct run_trace *trace = &traces->trace[traces->count];
	struct status status;

	for (unsigned i = 0; i < traces->count && config->file != NULL; i++) {
		const char *other = traces->trace[i].config->file;

		if (other != NULL && is_same_file(other, config->file))
			return status_error(STATUS_USAGE,
				"--trace: two traces would be written to %.100s", config->file);
	}
	*trace = (struct run_trace){ .traces = traces,
		.config = config,
		.next_progress = config->file != NULL ? PROGRESS_INSNS : UINT64_MAX };
	status = trace_open(&trace->trace, config, &traces->context);
	if (status.code != STATUS_OK)
		return status;
	trace->observer = trace_observer(trace->trace);
	traces->count++;
	return status_ok();
}

static bool needs_worlds(const struct run_options *options)
{
	for (unsigned i = 0; i < options->trace_count; i++) {
		if (options->trace[i].worlds != 0 || options->trace[i].kind == TRACE_PERFETTO)
			return true;
	}
	return false;
}

struct status run_traces_open(struct run_traces *traces, const struct run_options *options,
	struct machine *machine, struct observers *observers, const struct symbol_table *symbols,
	const struct symbols *names)
{
	struct status status = status_ok();

	*traces = (struct run_traces){ .machine = machine,
		.observers = observers,
		.context = { .machine = machine,
			.symbols = symbols,
			.names = names,
			.worlds = &traces->worlds,
			.say_fields = say_fields },
		.says_progress = isatty(STDERR_FILENO),
		.began = host_seconds() };
	worlds_init(&traces->worlds);
	if (needs_worlds(options)) {
		struct observer observer = worlds_observer(&traces->worlds);

		observers_add(observers, machine, &observer);
	}
	for (unsigned i = 0; i < options->trace_count && status.code == STATUS_OK; i++)
		status = open_one(traces, &options->trace[i]);
	return status;
}

int run_traces_close(struct run_traces *traces, int code)
{
	for (unsigned i = 0; i < traces->count; i++) {
		struct run_trace *trace = &traces->trace[i];

		if (!trace->is_over)
			finish(trace);
		if (trace->status.code != STATUS_OK) {
			code = (int)trace->status.code;
			say("%s; the trace is incomplete", trace->status.text);
		}
	}
	return code;
}
