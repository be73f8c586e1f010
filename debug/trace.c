/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creates traces; their lines are written in trace_*.c.
 */
#include "debug/trace.h"

#include <stdlib.h>

#include "debug/trace_private.h"

static const struct trace_row *const rows[TRACE_KIND_COUNT] = {
	[TRACE_EL] = &trace_el_row,
	[TRACE_INSN] = &trace_insn_row,
	[TRACE_MMU] = &trace_mmu_row,
};

void trace_begin(struct trace *trace, const struct cpu *cpu)
{
	fprintf(trace->out, "%12" PRIu64 " cpu%u ", cpu->cycles, cpu->index);
}

void trace_symbol(struct trace *trace, u64 address)
{
	u64 offset = 0;
	const struct symbol *symbol = symbol_find(trace->symbols, address, &offset);

	if (symbol == NULL)
		return;
	if (offset == 0)
		fprintf(trace->out, " <%s>", symbol->name);
	else
		fprintf(trace->out, " <%s+0x%" PRIx64 ">", symbol->name, offset);
}

static bool open_capstone(struct trace *trace)
{
	if (cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &trace->capstone) != CS_ERR_OK)
		return false;
	trace->insn = cs_malloc(trace->capstone);
	return trace->insn != NULL;
}

struct trace *trace_create(enum trace_kind kind, FILE *out, const struct symbol_table *symbols)
{
	struct trace *trace = calloc(1, sizeof(*trace));

	if (trace == NULL)
		return NULL;
	*trace = (struct trace){ .kind = kind, .out = out, .symbols = symbols };
	if (kind == TRACE_INSN && !open_capstone(trace)) {
		trace_destroy(trace);
		return NULL;
	}
	return trace;
}

void trace_destroy(struct trace *trace)
{
	if (trace == NULL)
		return;
	if (trace->insn != NULL)
		cs_free(trace->insn, 1);
	if (trace->capstone != 0)
		cs_close(&trace->capstone);
	free(trace);
}

static void on_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct trace *trace = opaque;

	rows[trace->kind]->event(trace, cpu, event);
}

struct observer trace_observer(struct trace *trace)
{
	return (struct observer){
		.kinds = rows[trace->kind]->kinds, .event = on_event, .opaque = trace
	};
}
