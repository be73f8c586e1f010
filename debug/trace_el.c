/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions and returns: from where, to where, why.
 */
#include "debug/trace_private.h"
#include "exceptions/exceptions.h"

static const char *interrupt_name(u8 interrupt)
{
	switch (interrupt) {
	case INT_IRQ: return "IRQ";
	case INT_FIQ: return "FIQ";
	case INT_SERROR: return "SError";
	default: return "";
	}
}

/* An IRQ or FIQ has no syndrome; SError does. */
static void print_reason(struct trace *trace, const struct event *event)
{
	char text[200];

	if (event->interrupt == INT_IRQ || event->interrupt == INT_FIQ) {
		fprintf(trace->out, "  %s", interrupt_name(event->interrupt));
		return;
	}
	esr_describe(event->esr, text, sizeof(text));
	fprintf(trace->out, "  ESR 0x%08" PRIx64 " %s", event->esr, text);
	if (event->far_valid)
		fprintf(trace->out, ", FAR 0x%" PRIx64, event->far);
	if (event->hpfar_valid)
		fprintf(trace->out, ", IPA 0x%" PRIx64, bits(event->hpfar, 43, 4) << 12);
}

static void print(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	bool is_return = event->kind == EVENT_ERET;

	trace_begin(trace, cpu);
	fprintf(trace->out, "EL%u %s EL%u  pc 0x%" PRIx64, (unsigned)event->from_el,
		is_return ? "<=" : "=>", (unsigned)event->to_el, event->pc);
	trace_symbol(trace, event->pc);
	fprintf(trace->out, " to 0x%" PRIx64, event->target);
	trace_symbol(trace, event->target);
	if (is_return)
		fprintf(trace->out, "  ERET%s, SPSR 0x%" PRIx64, event->illegal ? " (illegal)" : "",
			event->spsr);
	else
		print_reason(trace, event);
	fputc('\n', trace->out);
}

const struct trace_row trace_el_row = { BIT(EVENT_EXCEPTION) | BIT(EVENT_ERET), print };
