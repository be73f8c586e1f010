/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tarmac in the flavour of Arm's Fast Models, as far as it is public: the Fast Models Reference
 * Manual (100964), TarmacTrace, and what Arm's tarmac-trace-utilities read. Records: IT and IS
 * (instructions, and conditional branches that are not taken), R (registers that were written), M
 * (data accesses), E (exceptions, returns), TTW (descriptors that walks read), SIGNAL (interrupt
 * lines). What an instruction does follows it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "debug/trace_private.h"
#include "debug/trace_tarmac.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

static bool begin(struct trace *trace)
{
	trace->state = calloc(1, sizeof(struct tarmac));
	return trace->state != NULL;
}

/* ---- What the last instruction did ---- */

static struct tarmac_view view_now(const struct cpu *cpu)
{
	return tarmac_view(cpu, pstate_to_spsr(cpu));
}

static void flush(struct trace *trace, const struct cpu *cpu, struct tarmac_pe *pe, u64 pstate)
{
	struct tarmac_view view = tarmac_view(cpu, pstate);
	struct tarmac_writes writes = { 0 };

	if (pe->has_insn)
		writes = tarmac_writes(pe->insn);
	tarmac_print_accesses(trace, cpu, &writes);
	for (unsigned i = 0; i < pe->registers; i++)
		tarmac_print_sysreg(trace, cpu, pe->cycles, (enum sysreg_id)pe->reg[i]);
	pe->registers = 0;
	if (pe->began)
		tarmac_print_registers(trace, cpu, pe->cycles, &view, &writes, false);
	pe->has_insn = false;
}

static void flush_now(struct trace *trace, const struct cpu *cpu)
{
	flush(trace, cpu, tarmac_pe(trace, cpu), pstate_to_spsr(cpu));
}

/* Of an exception or return, told when it has happened. */
static void print_change(struct trace *trace, const struct cpu *cpu)
{
	static const struct tarmac_writes none = { 0 };
	struct tarmac_view view = view_now(cpu);

	tarmac_print_registers(trace, cpu, cpu->cycles, &view, &none, false);
}

static void leave(struct trace *trace, const struct cpu *cpu)
{
	flush_now(trace, cpu);
}

static void end(struct trace *trace)
{
	struct machine *machine = trace->context->machine;

	for (unsigned i = 0; i < machine_cpu_count(machine); i++) {
		const struct cpu *cpu = machine_cpu(machine, i);

		if (tarmac_pe(trace, cpu)->has_insn)
			flush_now(trace, cpu);
	}
	free(trace->state);
}

/* ---- IT, IS ---- */

/* A register that can be read and written by its name at EL2 or EL1. */
static bool is_kept(unsigned id)
{
	const struct sysreg_direct *row = &sysreg_direct[id];

	for (unsigned el = EL1; el <= EL2; el++) {
		if ((row->read[el] & ~DIRECT_HOOKED) == id &&
			(row->write[el] & ~DIRECT_HOOKED) == id)
			return true;
	}
	return false;
}

/* A reader knows everything from here on. */
static void print_all_registers(struct trace *trace, const struct cpu *cpu)
{
	static const struct tarmac_writes none = { 0 };
	struct tarmac_view view = view_now(cpu);

	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		if (is_kept(id))
			tarmac_print_sysreg(trace, cpu, cpu->cycles, (enum sysreg_id)id);
	}
	tarmac_print_registers(trace, cpu, cpu->cycles, &view, &none, true);
}

/* "MOV      x0,#1" */
static void print_disassembly(struct trace *trace, const struct event *event)
{
	const char *text = trace_disassemble(trace->disassembler, event->pc, event->insn);
	size_t length = strcspn(text, " ");

	for (size_t i = 0; i < length; i++)
		out_char(trace->out, (char)toupper((unsigned char)text[i]));
	if (text[length] != '\0') {
		for (size_t i = length; i < 8; i++)
			out_char(trace->out, ' ');
		out_text(trace->out, text + length);
	}
}

/* Another PE goes on: what the one before did comes first. */
static void follow_pe(struct trace *trace, const struct cpu *cpu)
{
	struct tarmac *tarmac = trace->state;

	if (tarmac->current != cpu->index && tarmac->pe[tarmac->current].has_insn)
		flush_now(trace, machine_cpu(trace->context->machine, tarmac->current));
	tarmac->current = cpu->index;
}

static void on_insn(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct tarmac_pe *pe = tarmac_pe(trace, cpu);
	struct trace_out *out = trace->out;

	follow_pe(trace, cpu);
	if (pe->began)
		flush_now(trace, cpu);
	else if (cpu->insns == 0) {
		tarmac_begin(trace, cpu, cpu->cycles, "E");
		tarmac_address(out, event->pc, event->pa);
		out_text(out, " 00000000 CoreEvent_Reset");
		out_line(out);
	}
	if (!pe->began)
		print_all_registers(trace, cpu);
	pe->began = pe->has_insn = true;
	pe->insn = event->insn;
	pe->pc = event->pc;
	pe->cycles = cpu->cycles;
	tarmac_begin(trace, cpu, cpu->cycles, tarmac_is_skipped(cpu, event->insn) ? "IS" : "IT");
	out_char(out, '(');
	out_decimal(out, cpu->insns, 1);
	out_text(out, ") ");
	tarmac_address(out, event->pc, event->pa);
	out_char(out, ' ');
	out_hex(out, event->insn, 8);
	out_text(out, " O EL");
	out_char(out, (char)('0' + cpu->pstate.el));
	out_text(out, cpu->pstate.sp ? "h_n : " : "t_n : ");
	print_disassembly(trace, event);
	out_line(out);
}

/* ---- E ---- */

enum { FIRST_VECTOR = 0x80, RETURN = 0x90 };

static const char *const vectors[16] = { "CURRENT_SP0_SYNC", "CURRENT_SP0_IRQ", "CURRENT_SP0_FIQ",
	"CURRENT_SP0_SERROR", "CURRENT_SPx_SYNC", "CURRENT_SPx_IRQ", "CURRENT_SPx_FIQ",
	"CURRENT_SPx_SERROR", "LOWER_64_SYNC", "LOWER_64_IRQ", "LOWER_64_FIQ", "LOWER_64_SERROR",
	"LOWER_32_SYNC", "LOWER_32_IRQ", "LOWER_32_FIQ", "LOWER_32_SERROR" };

static void print_event(
	struct trace *trace, const struct cpu *cpu, u64 address, unsigned number, const char *name)
{
	tarmac_begin(trace, cpu, cpu->cycles, "E");
	tarmac_va(trace->out, address);
	out_char(trace->out, ' ');
	out_hex(trace->out, number, 8);
	out_text(trace->out, " CoreEvent_");
	out_text(trace->out, name);
	out_line(trace->out);
}

static void on_exception(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct tarmac_pe *pe = tarmac_pe(trace, cpu);
	bool is_el2 = event->to_el == EL2;
	unsigned vector = (unsigned)bits(event->target, 10, 7);
	bool has_syndrome = event->interrupt == INT_SYNC || event->interrupt == INT_SERROR;

	if (event->interrupt == INT_SYNC && event->pc == pe->pc)
		pe->has_insn = false; /* it was not completed: it wrote nothing */
	flush(trace, cpu, pe, event->pstate);
	print_event(trace, cpu, event->pc, FIRST_VECTOR + vector, vectors[vector]);
	tarmac_print_sysreg(trace, cpu, cpu->cycles, is_el2 ? SR_ELR_EL2 : SR_ELR_EL1);
	tarmac_print_sysreg(trace, cpu, cpu->cycles, is_el2 ? SR_SPSR_EL2 : SR_SPSR_EL1);
	if (has_syndrome)
		tarmac_print_sysreg(trace, cpu, cpu->cycles, is_el2 ? SR_ESR_EL2 : SR_ESR_EL1);
	if (event->far_valid)
		tarmac_print_sysreg(trace, cpu, cpu->cycles, is_el2 ? SR_FAR_EL2 : SR_FAR_EL1);
	if (event->hpfar_valid)
		tarmac_print_sysreg(trace, cpu, cpu->cycles, SR_HPFAR_EL2);
	print_change(trace, cpu);
}

static void on_eret(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	flush(trace, cpu, tarmac_pe(trace, cpu), event->pstate);
	print_event(trace, cpu, event->target, RETURN, event->illegal ? "ILLEGAL_ERET" : "ERET");
	print_change(trace, cpu);
}

/* ---- TTW, SIGNAL ---- */

/* While an instruction executes PC is its own; else a walk is for the one to come. */
static bool is_fetch(const struct cpu *cpu, const struct tarmac_pe *pe)
{
	return !pe->has_insn || cpu->pc != pe->pc;
}

static void on_descriptor(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	bool fetch = is_fetch(cpu, tarmac_pe(trace, cpu));
	const char *kind = trace_descriptor_kind(event->value, event->walk_level);
	struct trace_out *out = trace->out;

	if (fetch)
		flush_now(trace, cpu);
	tarmac_begin(trace, cpu, cpu->cycles, "TTW");
	out_text(out, fetch ? "ITLB" : "DTLB");
	out_text(out, " LPAE ");
	out_char(out, event->stage2 ? '2' : '1');
	out_char(out, ':');
	out_decimal(out, event->walk_level, 1);
	out_char(out, ' ');
	tarmac_pa(out, event->pa);
	out_char(out, ' ');
	out_hex(out, event->value, 16);
	out_text(out, " : ");
	while (*kind != '\0')
		out_char(out, (char)toupper((unsigned char)*kind++));
	out_line(out);
}

static void on_line(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	static const struct {
		u32 line;
		const char *name;
	} names[] = { { LINE_IRQ, "IRQ" }, { LINE_FIQ, "FIQ" }, { LINE_SERROR, "SEI" },
		{ LINE_VIRQ, "VIRQ" }, { LINE_VFIQ, "VFIQ" } };

	for (size_t i = 0; i < COUNT(names); i++) {
		if (names[i].line != event->line)
			continue;
		tarmac_begin(trace, cpu, cpu->cycles, "SIGNAL:");
		out_text(trace->out, "SIGNAL=");
		out_text(trace->out, names[i].name);
		out_text(trace->out, event->level ? " STATE=Y" : " STATE=N");
		out_line(trace->out);
	}
}

static void on_sysreg(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct tarmac_pe *pe = tarmac_pe(trace, cpu);

	/* FEAT_NV2 made it a store, which has a record of its own */
	if (!event->in_memory && pe->registers < TARMAC_REGISTERS)
		pe->reg[pe->registers++] = event->reg;
}

static void print(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	switch (event->kind) {
	case EVENT_INSN: on_insn(trace, cpu, event); break;
	case EVENT_ACCESS: tarmac_keep_access(trace, cpu, event); break;
	case EVENT_EXCEPTION: on_exception(trace, cpu, event); break;
	case EVENT_ERET: on_eret(trace, cpu, event); break;
	case EVENT_SYSREG: on_sysreg(trace, cpu, event); break;
	case EVENT_DESCRIPTOR: on_descriptor(trace, cpu, event); break;
	case EVENT_INTERRUPT: on_line(trace, cpu, event); break;
	default: break;
	}
}

const struct trace_writer trace_tarmac_writer = {
	.follows_insns = true, .begin = begin, .event = print, .leave = leave, .end = end
};
