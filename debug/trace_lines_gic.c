/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lines say of interrupts.
 */
#include "debug/trace_private.h"

static const char *line_name(u32 line)
{
	switch (line) {
	case LINE_IRQ: return "IRQ";
	case LINE_FIQ: return "FIQ";
	case LINE_SERROR: return "SError";
	case LINE_VIRQ: return "virtual IRQ";
	case LINE_VFIQ: return "virtual FIQ";
	default: return "line";
	}
}

void trace_line_interrupt(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	out_printf(trace->out, "EL%u %s %s", (unsigned)cpu->pstate.el, line_name(event->line),
		event->level ? "rises" : "falls");
}

static const char *const verbs[GIC_EVENT_COUNT] = {
	[GIC_ACKNOWLEDGE] = "acknowledges",
	[GIC_PRIORITY_DROP] = "drops the priority of",
	[GIC_DEACTIVATE] = "deactivates",
	[GIC_SGI] = "sends SGI",
	[GIC_PEND] = "is offered",
	[GIC_LIST_REGISTER] = "writes list register",
};

void trace_line_gic(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	out_printf(trace->out, "EL%u pc 0x%" PRIx64 "%s %s", (unsigned)cpu->pstate.el, event->pc,
		event->is_virtual ? " virtual" : "", verbs[event->gic]);
	if (event->gic == GIC_LIST_REGISTER)
		out_printf(trace->out, " %u: virtual", (unsigned)event->line);
	out_printf(trace->out, " INTID %u", (unsigned)event->intid);
	if (event->gic == GIC_SGI || event->gic == GIC_LIST_REGISTER)
		out_printf(trace->out, ", value 0x%" PRIx64, event->value);
	trace_symbol(trace, cpu, cpu->pstate.el, event->pc);
}
