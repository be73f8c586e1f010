/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What translation does: completed walks and TLB maintenance.
 */
#include "debug/trace_private.h"
#include "sysregs/sysregs.h"

static void print_walk(struct trace *trace, const struct event *event)
{
	fprintf(trace->out, "%s va 0x%" PRIx64,
		event->fetch   ? "fetch"
		: event->write ? "write"
			       : "read ",
		event->va);
	trace_symbol(trace, event->va);
	if (event->stage2)
		fprintf(trace->out, " ipa 0x%" PRIx64, event->ipa);
	fprintf(trace->out, " pa 0x%" PRIx64 " page 0x%" PRIx64, event->pa, event->page_size);
}

static void print(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	trace_begin(trace, cpu);
	fprintf(trace->out, "EL%u ", (unsigned)cpu->pstate.el);
	if (event->kind == EVENT_WALK)
		print_walk(trace, event);
	else
		fprintf(trace->out, "%s 0x%" PRIx64, sysreg_name((enum sysreg_id)event->reg),
			event->value);
	fputc('\n', trace->out);
}

const struct trace_row trace_mmu_row = { BIT(EVENT_WALK) | BIT(EVENT_TLBI), print };
