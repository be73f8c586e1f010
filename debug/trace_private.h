/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the traces share. Private to debug/.
 */
#ifndef ENT_DEBUG_TRACE_PRIVATE_H
#define ENT_DEBUG_TRACE_PRIVATE_H

#include "debug/trace.h"
#include "debug/trace_out.h"

struct disassembler; /* trace_disassembly.c */

struct trace_range {
	u64 first, last;
};

struct trace {
	struct trace_config config;
	const struct trace_context *context;
	const struct trace_writer *writer;
	struct trace_out *out;
	u32 kinds; /* of events that it wants */
	struct trace_range range[TRACE_RANGES];
	struct disassembler *disassembler;
	void *state; /* the writer's own */
	/* By PE: did its instruction pass? Writers with state go by that, behind it. */
	bool is_shown[MACHINE_CPUS];
};

/* A format. */
struct trace_writer {
	/* Has state that follows instructions: they are all told, and filters decide what shows. */
	bool follows_insns;
	bool (*begin)(struct trace *trace); /* NULL: nothing to do. false: no memory */
	void (*event)(struct trace *trace, const struct cpu *cpu, const struct event *event);
	/* follows_insns: the instruction to come, and what it does, are not shown. */
	void (*leave)(struct trace *trace, const struct cpu *cpu);
	void (*end)(struct trace *trace); /* NULL: nothing to do */
};
extern const struct trace_writer trace_lines_writer, trace_tarmac_writer, trace_qemu_writer,
	trace_tables_writer, trace_perfetto_writer;

/* ---- trace_filter.c ---- */

struct status trace_find_ranges(struct trace *trace);
/* Do the filters let it pass? Of those by event, the observer's kinds take care. */
bool trace_passes(const struct trace *trace, const struct cpu *cpu, const struct event *event);

/* ---- trace_lines*.c ---- */

/* "<main+0x14>" with a space in front; nothing when there is no symbol. */
void trace_symbol(struct trace *trace, const struct cpu *cpu, unsigned el, u64 address);
/* Of an address at an EL of the PE; without a name there is none. */
struct symbol_place trace_place(
	const struct trace *trace, const struct cpu *cpu, unsigned el, u64 address);
/* What a line says of an event of that kind. */
typedef void trace_line_fn(struct trace *trace, const struct cpu *cpu, const struct event *event);
#define EVENT_ROW(id, word) trace_line_fn trace_line_##word;
#include "debug/trace_event.def"
#undef EVENT_ROW
/* "insn"; NULL: --trace does not know it. */
const char *trace_event_word(enum event_kind kind);

/* "table", "block", "page" or "invalid". */
const char *trace_descriptor_kind(u64 descriptor, unsigned level);

/* ---- trace_disassembly.c ---- */

struct disassembler *disassembler_create(void); /* NULL: no memory */
void disassembler_destroy(struct disassembler *disassembler);
/* "add x1, x1, #1": mnemonic, a space, operands. Valid until the next call. */
const char *trace_disassemble(struct disassembler *disassembler, u64 pc, u32 insn);

#endif
