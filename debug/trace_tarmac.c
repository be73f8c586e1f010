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

enum { ACCESSES = 64, REGISTERS = 8, XZR = 31 };

/* One record: at most 8 bytes of an access. */
struct access {
	u64 va, pa, value;
	u8 size;
	bool write;
	bool is_known; /* value: of a write, or of a read of RAM; else a register has it */
	u8 index;      /* among the parts of the instruction's reads */
};

/* What was told of a PE last. */
struct told {
	u64 x[31], sp;
	unsigned sp_el;
	u32 cpsr, fpcr, fpsr;
	union vreg v[32];
};

struct tarmac_pe {
	bool began;
	bool has_insn; /* one is being executed */
	u32 insn;
	u64 pc;
	u64 cycles; /* of it */
	struct told told;
	bool is_fetch; /* the walk that goes on */
	unsigned accesses, registers;
	struct access access[ACCESSES];
	u16 reg[REGISTERS]; /* system registers that it wrote */
};

struct tarmac {
	struct tarmac_pe pe[MACHINE_CPUS];
};

static bool begin(struct trace *trace)
{
	trace->state = calloc(1, sizeof(struct tarmac));
	return trace->state != NULL;
}

static struct tarmac_pe *pe_of(const struct trace *trace, const struct cpu *cpu)
{
	return &((struct tarmac *)trace->state)->pe[cpu->index];
}

/* ---- The parts of records ---- */

/* "123 clk ", and with several PEs which of them. */
static void begin_record(struct trace *trace, const struct cpu *cpu, u64 cycles, const char *type)
{
	struct trace_out *out = trace->out;

	out_decimal(out, cycles, 1);
	out_text(out, " clk ");
	if (cpu->group->count > 1) {
		out_text(out, "cpu");
		out_decimal(out, cpu->index, 1);
		out_char(out, ' ');
	}
	out_text(out, type);
	out_char(out, ' ');
}

/* Virtual addresses have 8 digits, or 16; all is Non-secure. */
static void out_va(struct trace_out *out, u64 va)
{
	out_hex(out, va, va >> 32 != 0 ? 16 : 8);
}

static void out_pa(struct trace_out *out, u64 pa)
{
	out_hex(out, pa, 12);
	out_text(out, "_NS");
}

static void out_address(struct trace_out *out, u64 va, u64 pa)
{
	out_va(out, va);
	out_char(out, ':');
	out_pa(out, pa);
}

/* ---- R ---- */

/* PSTATE, and the stack pointer that it selects: now, or before an exception or return. */
struct view {
	u32 cpsr;
	unsigned sp_el;
	u64 sp;
};

static struct view view_of(const struct cpu *cpu, u64 pstate)
{
	unsigned el = bit(pstate, 0) ? (unsigned)bits(pstate, 3, 2) : EL0;

	return (struct view){ (u32)pstate, el, sp_read(cpu, el) };
}

static struct view view_now(const struct cpu *cpu)
{
	return view_of(cpu, pstate_to_spsr(cpu));
}

static void print_register(struct trace *trace, const struct cpu *cpu, u64 cycles, const char *name,
	u64 value, unsigned digits, bool is_capital)
{
	begin_record(trace, cpu, cycles, "R");
	out_text(trace->out, name);
	out_char(trace->out, ' ');
	if (is_capital)
		out_hex_capital(trace->out, value, digits);
	else
		out_hex(trace->out, value, digits);
	out_line(trace->out);
}

static void print_x(struct trace *trace, const struct cpu *cpu, u64 cycles, unsigned i)
{
	char name[] = "X00";

	snprintf(name, sizeof(name), "X%u", i & 31);
	print_register(trace, cpu, cycles, name, cpu->x[i], 16, true);
}

static void print_v(struct trace *trace, const struct cpu *cpu, u64 cycles, unsigned i)
{
	begin_record(trace, cpu, cycles, "R");
	out_char(trace->out, 'q');
	out_decimal(trace->out, i, 1);
	out_char(trace->out, ' ');
	out_hex(trace->out, cpu->v[i].d[1], 16);
	out_hex(trace->out, cpu->v[i].d[0], 16);
	out_line(trace->out);
}

static void print_sp(
	struct trace *trace, const struct cpu *cpu, u64 cycles, const struct view *view)
{
	static const char *const names[EL_COUNT] = { "SP_EL0", "SP_EL1", "SP_EL2" };

	print_register(trace, cpu, cycles, names[view->sp_el], view->sp, 16, true);
}

static void print_sysreg(struct trace *trace, const struct cpu *cpu, u64 cycles, enum sysreg_id id)
{
	print_register(trace, cpu, cycles, sysreg_name(id), trace_sysreg(cpu, id), 16, false);
}

/* Registers that are written, or differ from what was told; all: every one. */
static void print_registers(struct trace *trace, const struct cpu *cpu, u64 cycles,
	const struct view *view, const struct tarmac_writes *writes, bool all)
{
	struct told *told = &pe_of(trace, cpu)->told;

	for (unsigned i = 0; i < 31; i++) {
		if (all || (writes->x >> i & 1) || cpu->x[i] != told->x[i])
			print_x(trace, cpu, cycles, i);
	}
	if (all || (writes->x >> 31) || view->sp != told->sp || view->sp_el != told->sp_el)
		print_sp(trace, cpu, cycles, view);
	if (all || writes->v != 0 || memcmp(cpu->v, told->v, sizeof(told->v)) != 0) {
		for (unsigned i = 0; i < 32; i++) {
			if (all || (writes->v >> i & 1) ||
				memcmp(&cpu->v[i], &told->v[i], sizeof(told->v[i])) != 0)
				print_v(trace, cpu, cycles, i);
		}
		memcpy(told->v, cpu->v, sizeof(told->v));
	}
	if (all || cpu->fpu.fpcr != told->fpcr)
		print_register(trace, cpu, cycles, "FPCR", cpu->fpu.fpcr, 8, false);
	if (all || cpu->fpu.fpsr != told->fpsr)
		print_register(trace, cpu, cycles, "FPSR", cpu->fpu.fpsr, 8, false);
	if (all || writes->flags || view->cpsr != told->cpsr)
		print_register(trace, cpu, cycles, "cpsr", view->cpsr, 8, false);
	memcpy(told->x, cpu->x, sizeof(told->x));
	told->sp = view->sp;
	told->sp_el = view->sp_el;
	told->cpsr = view->cpsr;
	told->fpcr = cpu->fpu.fpcr;
	told->fpsr = cpu->fpu.fpsr;
}

/* ---- M ---- */

static const u8 *ram(const struct cpu *cpu, u64 pa, unsigned size)
{
	const struct ram_region *region = memory_find(cpu->memory, PA(pa), size);

	return region == NULL ? NULL : region->host + (pa - region->base.v);
}

static bool is_exclusive(u32 insn)
{
	return (insn & 0x3f800000) == 0x08000000 && !(bit(insn, 21) && !bit(insn, 31));
}

static bool is_unprivileged(u32 insn)
{
	return (insn & 0x3f200c00) == 0x38000800;
}

/* What a load from a device got is in the register that it filled; XZR keeps nothing. */
static bool find_value(
	const struct cpu *cpu, const struct tarmac_writes *writes, struct access *access)
{
	bool is_second = access->index != 0;
	unsigned i = is_second ? writes->second : writes->first;

	if (writes->is_simd)
		access->value = cpu->v[i].d[0];
	else if (i == XZR || !(writes->x >> i & 1))
		return false;
	else
		access->value = cpu->x[i];
	return true;
}

static void print_access(
	struct trace *trace, const struct cpu *cpu, u64 cycles, u32 insn, struct access *access)
{
	struct trace_out *out = trace->out;
	char type[] = { 'M', access->write ? 'W' : 'R', (char)('0' + access->size), '\0', '\0' };
	unsigned size = access->size;

	if (is_exclusive(insn))
		type[3] = 'X';
	else if (is_unprivileged(insn))
		type[3] = 'T';
	begin_record(trace, cpu, cycles, type);
	out_address(out, access->va, access->pa);
	out_char(out, ' ');
	if (size == 8) {
		out_hex(out, access->value >> 32, 8);
		out_char(out, '_');
		out_hex(out, access->value & 0xffffffff, 8);
	} else {
		out_hex(out, access->value & MASK(8 * size - 1, 0), 2 * size);
	}
	out_line(out);
}

static void print_accesses(struct trace *trace, const struct cpu *cpu, struct tarmac_pe *pe,
	const struct tarmac_writes *writes)
{
	for (unsigned i = 0; i < pe->accesses; i++) {
		struct access *access = &pe->access[i];
		const u8 *host = ram(cpu, access->pa, access->size);

		if (access->write && !access->is_known && host != NULL)
			memcpy(&access->value, host, access->size); /* is there by now */
		else if (!access->is_known && !find_value(cpu, writes, access))
			continue;
		print_access(trace, cpu, pe->cycles, pe->insn, access);
	}
	pe->accesses = 0;
}

/* As many parts as sizes of 1, 2, 4 or 8 make of it. */
static void on_access(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct tarmac_pe *pe = pe_of(trace, cpu);
	unsigned reads = 0;

	for (unsigned i = 0; i < pe->accesses; i++)
		reads += !pe->access[i].write;
	for (unsigned done = 0, size; done < event->size; done += size) {
		struct access *access = &pe->access[pe->accesses];
		const u8 *host;

		for (size = 8; size > event->size - done; size /= 2)
			continue;
		if (pe->accesses == ACCESSES)
			return;
		*access = (struct access){ .va = event->va + done,
			.pa = event->pa + done,
			.size = (u8)size,
			.write = event->write,
			.index = (u8)reads };
		pe->accesses++;
		host = event->write ? NULL : ram(cpu, access->pa, size);
		access->is_known = host != NULL || (event->write && event->size <= 8);
		if (host != NULL)
			memcpy(&access->value, host, size);
		else if (access->is_known)
			access->value = event->value >> (8 * done);
	}
}

/* ---- What the last instruction did ---- */

static void flush(struct trace *trace, const struct cpu *cpu, struct tarmac_pe *pe, u64 pstate)
{
	struct view view = view_of(cpu, pstate);
	struct tarmac_writes writes = { 0 };

	if (pe->has_insn)
		writes = tarmac_writes(pe->insn);
	print_accesses(trace, cpu, pe, &writes);
	for (unsigned i = 0; i < pe->registers; i++)
		print_sysreg(trace, cpu, pe->cycles, (enum sysreg_id)pe->reg[i]);
	pe->registers = 0;
	if (pe->began)
		print_registers(trace, cpu, pe->cycles, &view, &writes, false);
	pe->has_insn = false;
}

static void flush_now(struct trace *trace, const struct cpu *cpu)
{
	flush(trace, cpu, pe_of(trace, cpu), pstate_to_spsr(cpu));
}

/* Of an exception or return, told when it has happened. */
static void print_change(struct trace *trace, const struct cpu *cpu)
{
	static const struct tarmac_writes none = { 0 };
	struct view view = view_now(cpu);

	print_registers(trace, cpu, cpu->cycles, &view, &none, false);
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

		if (pe_of(trace, cpu)->has_insn)
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
	struct view view = view_now(cpu);

	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		if (is_kept(id))
			print_sysreg(trace, cpu, cpu->cycles, (enum sysreg_id)id);
	}
	print_registers(trace, cpu, cpu->cycles, &view, &none, true);
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

static void on_insn(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct tarmac_pe *pe = pe_of(trace, cpu);
	struct trace_out *out = trace->out;

	if (pe->began)
		flush_now(trace, cpu);
	else if (cpu->insns == 0) {
		begin_record(trace, cpu, cpu->cycles, "E");
		out_address(out, event->pc, event->pa);
		out_text(out, " 00000000 CoreEvent_Reset");
		out_line(out);
	}
	if (!pe->began)
		print_all_registers(trace, cpu);
	pe->began = pe->has_insn = true;
	pe->insn = event->insn;
	pe->pc = event->pc;
	pe->cycles = cpu->cycles;
	pe->is_fetch = false;
	begin_record(trace, cpu, cpu->cycles, tarmac_is_skipped(cpu, event->insn) ? "IS" : "IT");
	out_char(out, '(');
	out_decimal(out, cpu->insns, 1);
	out_text(out, ") ");
	out_address(out, event->pc, event->pa);
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
	begin_record(trace, cpu, cpu->cycles, "E");
	out_va(trace->out, address);
	out_char(trace->out, ' ');
	out_hex(trace->out, number, 8);
	out_text(trace->out, " CoreEvent_");
	out_text(trace->out, name);
	out_line(trace->out);
}

static void on_exception(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	bool is_el2 = event->to_el == EL2;
	unsigned vector = (unsigned)bits(event->target, 10, 7);
	bool has_syndrome = event->interrupt == INT_SYNC || event->interrupt == INT_SERROR;

	flush(trace, cpu, pe_of(trace, cpu), event->pstate);
	print_event(trace, cpu, event->pc, FIRST_VECTOR + vector, vectors[vector]);
	print_sysreg(trace, cpu, cpu->cycles, is_el2 ? SR_ELR_EL2 : SR_ELR_EL1);
	print_sysreg(trace, cpu, cpu->cycles, is_el2 ? SR_SPSR_EL2 : SR_SPSR_EL1);
	if (has_syndrome)
		print_sysreg(trace, cpu, cpu->cycles, is_el2 ? SR_ESR_EL2 : SR_ESR_EL1);
	if (event->far_valid)
		print_sysreg(trace, cpu, cpu->cycles, is_el2 ? SR_FAR_EL2 : SR_FAR_EL1);
	if (event->hpfar_valid)
		print_sysreg(trace, cpu, cpu->cycles, SR_HPFAR_EL2);
	print_change(trace, cpu);
}

static void on_eret(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	flush(trace, cpu, pe_of(trace, cpu), event->pstate);
	print_event(trace, cpu, event->target, RETURN, event->illegal ? "ILLEGAL_ERET" : "ERET");
	print_change(trace, cpu);
}

/* ---- TTW, SIGNAL ---- */

/* A walk for the instruction at PC; that of its own data looks the same, and is rare. */
static void find_side(const struct cpu *cpu, struct tarmac_pe *pe, const struct event *event)
{
	if (!event->stage2)
		pe->is_fetch =
			event->va == bits(cpu->pc, 47, 0) || event->va == bits(cpu->pc, 38, 0);
	else if (!event->two_stages)
		pe->is_fetch = event->ipa == cpu->pc;
}

static void on_descriptor(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct tarmac_pe *pe = pe_of(trace, cpu);
	const char *kind = trace_descriptor_kind(event->value, event->walk_level);
	struct trace_out *out = trace->out;

	find_side(cpu, pe, event);
	if (pe->is_fetch)
		flush_now(trace, cpu);
	begin_record(trace, cpu, cpu->cycles, "TTW");
	out_text(out, pe->is_fetch ? "ITLB" : "DTLB");
	out_text(out, " LPAE ");
	out_char(out, event->stage2 ? '2' : '1');
	out_char(out, ':');
	out_decimal(out, event->walk_level, 1);
	out_char(out, ' ');
	out_pa(out, event->pa);
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
		begin_record(trace, cpu, cpu->cycles, "SIGNAL:");
		out_text(trace->out, "SIGNAL=");
		out_text(trace->out, names[i].name);
		out_text(trace->out, event->level ? " STATE=Y" : " STATE=N");
		out_line(trace->out);
	}
}

static void on_sysreg(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct tarmac_pe *pe = pe_of(trace, cpu);

	if (pe->registers < REGISTERS)
		pe->reg[pe->registers++] = event->reg;
}

static void print(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	switch (event->kind) {
	case EVENT_INSN: on_insn(trace, cpu, event); break;
	case EVENT_ACCESS: on_access(trace, cpu, event); break;
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
