/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens traces and gives them the events that their filters let pass.
 */
#include "debug/trace.h"

#include <stdlib.h>

#include "debug/trace_kinds.h"
#include "debug/trace_private.h"

static const struct trace_writer *const writers[TRACE_KIND_COUNT] = {
#define TRACE(id, word, writer, ...) [TRACE_##id] = &trace_##writer##_writer,
#include "debug/trace.def"
#undef TRACE
};

static struct status no_memory(void)
{
	return status_error(STATUS_HOST, "the host has no memory for a trace");
}

static void release(struct trace *trace)
{
	disassembler_destroy(trace->disassembler);
	free(trace);
}

static struct status check_pes(const struct trace *trace)
{
	unsigned count = machine_cpu_count(trace->context->machine);

	if (trace->config.pes >> count == 0)
		return status_ok();
	return status_error(STATUS_USAGE, "--trace pe=%d: the machine has %u PE%s, from 0",
		31 - __builtin_clz(trace->config.pes), count, count == 1 ? "" : "s");
}

static struct status prepare(struct trace *trace)
{
	struct status status = check_pes(trace);

	if (status.code == STATUS_OK)
		status = trace_find_ranges(trace);
	if (status.code != STATUS_OK)
		return status;
	trace->kinds = trace_kind_rows[trace->config.kind].events;
	if (trace->config.events != 0)
		trace->kinds &= trace->config.events | trace_kind_rows[trace->config.kind].needs;
	if (trace->kinds & BIT(EVENT_INSN)) {
		trace->disassembler = disassembler_create();
		if (trace->disassembler == NULL)
			return no_memory();
	}
	return trace_out_open(&trace->out, trace->config.file);
}

struct status trace_open(struct trace **result, const struct trace_config *config,
	const struct trace_context *context)
{
	struct trace *trace = calloc(1, sizeof(*trace));
	struct status status;

	if (trace == NULL)
		return no_memory();
	trace->config = *config;
	trace->context = context;
	trace->writer = writers[config->kind];
	status = prepare(trace);
	if (status.code != STATUS_OK) {
		release(trace);
		return status;
	}
	if (trace->writer->begin != NULL && !trace->writer->begin(trace)) {
		(void)trace_out_close(trace->out);
		release(trace);
		return no_memory();
	}
	*result = trace;
	return status_ok();
}

struct status trace_close(struct trace *trace)
{
	struct status status;

	if (trace == NULL)
		return status_ok();
	if (trace->writer->end != NULL)
		trace->writer->end(trace);
	status = trace_out_close(trace->out);
	release(trace);
	return status;
}

/* Between instructions the last one decides, so that what belongs to it stays with it. */
static bool follows(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	bool *is_shown = &trace->is_shown[cpu->index], was_shown = *is_shown;

	if (event->kind == EVENT_INSN)
		*is_shown = trace_passes(trace, cpu, event);
	if (was_shown && !*is_shown)
		trace->writer->leave(trace, cpu);
	return *is_shown;
}

static void on_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct trace *trace = opaque;

	if (UNLIKELY(trace_out_failed(trace->out)))
		return;
	if (trace->writer->follows_insns ? follows(trace, cpu, event)
					 : trace_passes(trace, cpu, event))
		trace->writer->event(trace, cpu, event);
}

struct observer trace_observer(struct trace *trace)
{
	return (struct observer){ .kinds = trace->kinds, .event = on_event, .opaque = trace };
}

bool trace_failed(const struct trace *trace)
{
	return trace_out_failed(trace->out);
}

u64 trace_written(const struct trace *trace)
{
	return trace_out_written(trace->out);
}
