/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every instruction before it executes, disassembled by Capstone.
 */
#include "debug/trace_private.h"

static void print(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	const u8 bytes[4] = { (u8)event->insn, (u8)(event->insn >> 8), (u8)(event->insn >> 16),
		(u8)(event->insn >> 24) };
	const u8 *code = bytes;
	size_t size = sizeof(bytes);
	u64 address = event->pc;

	trace_begin(trace, cpu);
	fprintf(trace->out, "EL%u%c 0x%016" PRIx64 " %08" PRIx32 "  ", (unsigned)cpu->pstate.el,
		cpu->pstate.sp ? 'h' : 't', event->pc, event->insn);
	if (cs_disasm_iter(trace->capstone, &code, &size, &address, trace->insn))
		fprintf(trace->out, "%s%s%s", trace->insn->mnemonic,
			trace->insn->op_str[0] != '\0' ? " " : "", trace->insn->op_str);
	else
		fprintf(trace->out, ".inst 0x%08" PRIx32, event->insn);
	trace_symbol(trace, event->pc);
	fputc('\n', trace->out);
}

const struct trace_row trace_insn_row = { BIT(EVENT_INSN), print };
