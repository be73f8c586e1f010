/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lines say of translation: walks, descriptors, writes of them, TLB maintenance.
 */
#include "debug/trace_private.h"
#include "sysregs/sysregs.h"

static void print_el(struct trace *trace, const struct cpu *cpu)
{
	out_printf(trace->out, "EL%u ", (unsigned)cpu->pstate.el);
}

void trace_line_walk(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	print_el(trace, cpu);
	out_printf(trace->out, "%s va 0x%" PRIx64,
		event->fetch   ? "fetch"
		: event->write ? "write"
			       : "read ",
		event->va);
	trace_symbol(trace, cpu, cpu->pstate.el, event->va);
	if (event->stage2)
		out_printf(trace->out, " ipa 0x%" PRIx64, event->ipa);
	out_printf(trace->out, " pa 0x%" PRIx64 " page 0x%" PRIx64, event->pa, event->page_size);
}

/* DDI 0487 D8.3.1 */
const char *trace_descriptor_kind(u64 descriptor, unsigned level)
{
	if (!bit(descriptor, 0))
		return "invalid";
	if (level == 3)
		return bit(descriptor, 1) ? "page" : "invalid";
	return bit(descriptor, 1) ? "table" : "block";
}

void trace_line_descriptor(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	print_el(trace, cpu);
	out_printf(trace->out,
		"%s 0x%" PRIx64 " level %u descriptor at pa 0x%" PRIx64 ": 0x%" PRIx64 " %s",
		event->stage2 ? "stage 2 ipa" : "stage 1 va",
		event->stage2 ? event->ipa : event->va, (unsigned)event->walk_level, event->pa,
		event->value, trace_descriptor_kind(event->value, event->walk_level));
}

void trace_line_tablewrite(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	print_el(trace, cpu);
	out_printf(trace->out, "pc 0x%" PRIx64 " %s %u pa 0x%" PRIx64 " value 0x%" PRIx64,
		event->pc, event->hardware ? "walk writes" : "write", (unsigned)event->size,
		event->pa, event->value);
	trace_symbol(trace, cpu, cpu->pstate.el, event->pc);
}

void trace_line_tlbi(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	print_el(trace, cpu);
	out_printf(
		trace->out, "%s 0x%" PRIx64, sysreg_name((enum sysreg_id)event->reg), event->value);
}
