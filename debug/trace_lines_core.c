/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lines say of instructions, exceptions, returns, accesses, barriers and system registers.
 */
#include "debug/trace_private.h"
#include "debug/transition.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

/* ---- Instructions ---- */

static void print_el(struct trace *trace, const struct cpu *cpu)
{
	out_text(trace->out, "EL");
	out_char(trace->out, (char)('0' + cpu->pstate.el));
}

static void print_insn(struct trace *trace, const struct cpu *cpu, u64 pc, u32 insn)
{
	out_hex(trace->out, insn, 8);
	out_text(trace->out, "  ");
	out_text(trace->out, trace_disassemble(trace->disassembler, pc, insn));
	trace_symbol(trace, cpu, cpu->pstate.el, pc);
}

void trace_line_insn(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	print_el(trace, cpu);
	out_text(trace->out, cpu->pstate.sp ? "h 0x" : "t 0x");
	out_hex(trace->out, event->pc, 16);
	out_char(trace->out, ' ');
	print_insn(trace, cpu, event->pc, event->insn);
}

void trace_line_barrier(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	print_el(trace, cpu);
	out_text(trace->out, " pc 0x");
	out_hex(trace->out, event->pc, 1);
	out_char(trace->out, ' ');
	print_insn(trace, cpu, event->pc, event->insn);
}

/* ---- Exceptions ---- */

static const char *interrupt_name(u8 interrupt)
{
	switch (interrupt) {
	case INT_IRQ: return "IRQ";
	case INT_FIQ: return "FIQ";
	case INT_SERROR: return "SError";
	default: return "";
	}
}

static void print_interrupt(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	bool is_virtual;
	u32 intid;
	bool has_intid = transition_interrupt(cpu, event, &is_virtual, &intid);

	out_printf(trace->out, "  %s%s", is_virtual ? "virtual " : "",
		interrupt_name(event->interrupt));
	if (has_intid)
		out_printf(trace->out, " %" PRIu32, intid);
}

/* An IRQ or FIQ has no syndrome; SError does. */
static void print_reason(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	char text[200];

	if (event->interrupt == INT_IRQ || event->interrupt == INT_FIQ) {
		print_interrupt(trace, cpu, event);
		return;
	}
	esr_describe(event->esr, text, sizeof(text));
	out_printf(trace->out, "  ESR 0x%08" PRIx64 " %s", event->esr, text);
	if (event->far_valid)
		out_printf(trace->out, ", FAR 0x%" PRIx64, event->far);
	if (event->hpfar_valid)
		out_printf(trace->out, ", IPA 0x%" PRIx64, bits(event->hpfar, 43, 4) << 12);
}

static void print_change(
	struct trace *trace, const struct cpu *cpu, const struct event *event, const char *arrow)
{
	out_printf(trace->out, "EL%u %s EL%u  pc 0x%" PRIx64, (unsigned)event->from_el, arrow,
		(unsigned)event->to_el, event->pc);
	trace_symbol(trace, cpu, event->from_el, event->pc);
	out_printf(trace->out, " to 0x%" PRIx64, event->target);
	trace_symbol(trace, cpu, event->to_el, event->target);
}

void trace_line_exception(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	print_change(trace, cpu, event, "=>");
	print_reason(trace, cpu, event);
}

void trace_line_eret(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	(void)cpu;
	print_change(trace, cpu, event, "<=");
	out_printf(trace->out, "  ERET%s, SPSR 0x%" PRIx64, event->illegal ? " (illegal)" : "",
		event->spsr);
}

/* ---- Data ---- */

void trace_line_access(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	print_el(trace, cpu);
	out_printf(trace->out, " pc 0x%" PRIx64 " %s %u va 0x%" PRIx64 " pa 0x%" PRIx64, event->pc,
		event->write ? "write" : "read ", (unsigned)event->size, event->va, event->pa);
	if (event->write && event->size <= 8)
		out_printf(trace->out, " value 0x%" PRIx64, event->value);
	trace_symbol(trace, cpu, cpu->pstate.el, event->va);
}

/* ---- System registers ---- */

/* FEAT_NV2 made it a store; the register is as it was. */
static void print_in_memory(struct trace *trace, const struct event *event)
{
	out_printf(trace->out, " %s in memory at va 0x%" PRIx64 " = 0x%" PRIx64,
		sysreg_name((enum sysreg_id)event->reg), event->va, event->value);
}

/* The new value is what the write made of it. */
void trace_line_sysreg(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	enum sysreg_id id = (enum sysreg_id)event->reg;
	u64 old = event->before, value = event->effective;
	char fields[300] = "";

	print_el(trace, cpu);
	out_printf(trace->out, " pc 0x%" PRIx64, event->pc);
	trace_symbol(trace, cpu, cpu->pstate.el, event->pc);
	if (event->in_memory) {
		print_in_memory(trace, event);
		return;
	}
	out_printf(trace->out, " %s 0x%" PRIx64 " => 0x%" PRIx64, sysreg_name(id), old, value);
	if (trace->context->say_fields != NULL && old != value)
		trace->context->say_fields(cpu, id, old, value, fields, sizeof(fields));
	out_text(trace->out, fields);
}
