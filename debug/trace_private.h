/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the traces share. Private to debug/.
 */
#ifndef ENT_DEBUG_TRACE_PRIVATE_H
#define ENT_DEBUG_TRACE_PRIVATE_H

#include <capstone/capstone.h>

#include "debug/trace.h"

struct trace {
	enum trace_kind kind;
	FILE *out;
	const struct symbol_table *symbols;
	csh capstone;  /* TRACE_INSN; 0: none */
	cs_insn *insn; /* TRACE_INSN; Capstone's buffer for one instruction */
};

/* One line for one event; wants the kinds in `kinds`. */
struct trace_row {
	u32 kinds;
	void (*event)(struct trace *trace, const struct cpu *cpu, const struct event *event);
};
extern const struct trace_row trace_el_row, trace_insn_row, trace_mmu_row;

/* "time  cpu0 ", as every line begins. */
void trace_begin(struct trace *trace, const struct cpu *cpu);

/* "<main+0x14>" with a space in front; nothing when there is no symbol. */
void trace_symbol(struct trace *trace, u64 address);

#endif
