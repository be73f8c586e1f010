/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of Tarmac: how they begin, registers, data accesses.
 */
#include <string.h>

#include "debug/trace_tarmac.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

struct tarmac_pe *tarmac_pe(const struct trace *trace, const struct cpu *cpu)
{
	return &((struct tarmac *)trace->state)->pe[cpu->index];
}

/* ---- The parts of records ---- */

/* With several PEs it says which of them. */
void tarmac_begin(struct trace *trace, const struct cpu *cpu, u64 cycles, const char *type)
{
	struct trace_out *out = trace->out;
	struct tarmac_pe *pe = tarmac_pe(trace, cpu);

	if (cycles > pe->time)
		pe->time = cycles;
	out_decimal(out, pe->time, 1);
	out_text(out, " clk ");
	if (cpu->group->count > 1) {
		out_text(out, "cpu");
		out_decimal(out, cpu->index, 1);
		out_char(out, ' ');
	}
	out_text(out, type);
	out_char(out, ' ');
}

void tarmac_va(struct trace_out *out, u64 va)
{
	out_hex(out, va, va >> 32 != 0 ? 16 : 8);
}

void tarmac_pa(struct trace_out *out, u64 pa)
{
	out_hex(out, pa, 12);
	out_text(out, "_NS");
}

void tarmac_address(struct trace_out *out, u64 va, u64 pa)
{
	tarmac_va(out, va);
	out_char(out, ':');
	tarmac_pa(out, pa);
}

/* ---- R ---- */

struct tarmac_view tarmac_view(const struct cpu *cpu, u64 pstate)
{
	unsigned el = bit(pstate, 0) ? (unsigned)bits(pstate, 3, 2) : EL0;

	return (struct tarmac_view){ (u32)pstate, el, sp_read(cpu, el) };
}

static void print_register(struct trace *trace, const struct cpu *cpu, u64 cycles, const char *name,
	u64 value, unsigned digits, bool is_capital)
{
	tarmac_begin(trace, cpu, cycles, "R");
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
	tarmac_begin(trace, cpu, cycles, "R");
	out_char(trace->out, 'q');
	out_decimal(trace->out, i, 1);
	out_char(trace->out, ' ');
	out_hex(trace->out, cpu->v[i].d[1], 16);
	out_hex(trace->out, cpu->v[i].d[0], 16);
	out_line(trace->out);
}

static void print_sp(
	struct trace *trace, const struct cpu *cpu, u64 cycles, const struct tarmac_view *view)
{
	static const char *const names[EL_COUNT] = { "SP_EL0", "SP_EL1", "SP_EL2" };

	print_register(trace, cpu, cycles, names[view->sp_el], view->sp, 16, true);
}

void tarmac_print_sysreg(struct trace *trace, const struct cpu *cpu, u64 cycles, enum sysreg_id id)
{
	print_register(trace, cpu, cycles, sysreg_name(id), sysreg_look(cpu, id), 16, false);
}

void tarmac_print_registers(struct trace *trace, const struct cpu *cpu, u64 cycles,
	const struct tarmac_view *view, const struct tarmac_writes *writes, bool all)
{
	struct tarmac_told *told = &tarmac_pe(trace, cpu)->told;

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
	const struct cpu *cpu, const struct tarmac_writes *writes, struct tarmac_access *access)
{
	bool is_second = access->index != 0;
	unsigned i = is_second ? writes->second : writes->first;

	if (writes->is_simd)
		access->value = cpu->v[i].d[0];
	else if (i == SLOT_ZERO || !(writes->x >> i & 1))
		return false;
	else
		access->value = cpu->x[i];
	return true;
}

static void print_access(struct trace *trace, const struct cpu *cpu, u64 cycles, u32 insn,
	struct tarmac_access *access)
{
	struct trace_out *out = trace->out;
	char type[] = { 'M', access->write ? 'W' : 'R', (char)('0' + access->size), '\0', '\0' };
	unsigned size = access->size;

	if (is_exclusive(insn))
		type[3] = 'X';
	else if (is_unprivileged(insn))
		type[3] = 'T';
	tarmac_begin(trace, cpu, cycles, type);
	tarmac_address(out, access->va, access->pa);
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

/* A write is in RAM by now; a device got what the event said; a read was kept, or is in a register.
 */
static bool find_data(
	const struct cpu *cpu, const struct tarmac_writes *writes, struct tarmac_access *access)
{
	const u8 *host = access->write ? ram(cpu, access->pa, access->size) : NULL;

	if (host != NULL)
		memcpy(&access->value, host, access->size);
	return host != NULL || access->is_known ||
	       (!access->write && find_value(cpu, writes, access));
}

void tarmac_print_accesses(
	struct trace *trace, const struct cpu *cpu, const struct tarmac_writes *writes)
{
	struct tarmac_pe *pe = tarmac_pe(trace, cpu);

	for (unsigned i = 0; i < pe->accesses; i++) {
		if (find_data(cpu, writes, &pe->access[i]))
			print_access(trace, cpu, pe->cycles, pe->insn, &pe->access[i]);
	}
	pe->accesses = 0;
}

static void keep_part(const struct cpu *cpu, struct tarmac_pe *pe, const struct tarmac_access *part)
{
	struct tarmac_access *access = &pe->access[pe->accesses];
	const u8 *host = part->write ? NULL : ram(cpu, part->pa, part->size);

	if (pe->accesses == TARMAC_ACCESSES)
		return;
	pe->accesses++;
	*access = *part;
	access->index = pe->reads;
	pe->reads = (u8)(pe->reads + !part->write);
	if (host == NULL)
		return;
	memcpy(&access->value, host, part->size);
	access->is_known = true;
}

/* As many parts as sizes of 1, 2, 4 or 8 make of it. */
static void keep(const struct cpu *cpu, struct tarmac_pe *pe, const struct event *event, bool write)
{
	for (unsigned done = 0, size; done < event->size; done += size) {
		struct tarmac_access part = { .va = event->va + done,
			.pa = event->pa + done,
			.write = write,
			.is_known = write && event->size <= 8 };

		for (size = 8; size > event->size - done; size /= 2)
			continue;
		part.size = (u8)size;
		if (part.is_known)
			part.value = event->value >> (8 * done);
		keep_part(cpu, pe, &part);
	}
}

/* SWP, LDADD and their like, CAS, CASP: their one event is that of the write. */
static bool is_atomic(u32 insn)
{
	return (insn & 0x3f200c00) == 0x38200000 || (insn & 0x3fa07c00) == 0x08a07c00 ||
	       (insn & 0xbfa07c00) == 0x08207c00;
}

void tarmac_keep_access(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct tarmac_pe *pe = tarmac_pe(trace, cpu);

	if (pe->accesses == 0)
		pe->reads = 0;
	if (event->write && is_atomic(pe->insn))
		keep(cpu, pe, event, false);
	keep(cpu, pe, event, event->write);
}
