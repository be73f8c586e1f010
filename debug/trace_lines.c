/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traces for people: one line an event, which begins with the time and the PE.
 */
#include "debug/trace_private.h"

static trace_line_fn *const lines[EVENT_KIND_COUNT] = {
#define EVENT_ROW(id, word) [EVENT_##id] = trace_line_##word,
#include "debug/trace_event.def"
#undef EVENT_ROW
};

struct symbol_place trace_place(
	const struct trace *trace, const struct cpu *cpu, unsigned el, u64 address)
{
	if (trace->context->names == NULL)
		return (struct symbol_place){ .name = NULL };
	return symbols_name_at(trace->context->names, cpu, el, address);
}

void trace_symbol(struct trace *trace, const struct cpu *cpu, unsigned el, u64 address)
{
	struct trace_out *out = trace->out;
	struct symbol_place place = trace_place(trace, cpu, el, address);

	if (place.name == NULL)
		return;
	out_text(out, " <");
	out_text(out, place.name);
	if (place.offset != 0) {
		out_text(out, "+0x");
		out_hex(out, place.offset, 1);
	}
	out_char(out, '>');
}

static void print(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct trace_out *out = trace->out;

	out_decimal(out, cpu->cycles, 12);
	out_text(out, " cpu");
	out_decimal(out, cpu->index, 1);
	out_char(out, ' ');
	if (trace->config.kind == TRACE_ALL)
		out_printf(out, "%-10s ", trace_event_word(event->kind));
	lines[event->kind](trace, cpu, event);
	out_line(out);
}

const struct trace_writer trace_lines_writer = { .event = print };
