/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of Tarmac traces share. Private to debug/.
 */
#ifndef ENT_DEBUG_TRACE_TARMAC_H
#define ENT_DEBUG_TRACE_TARMAC_H

#include "debug/trace_private.h"

/* ---- trace_tarmac_insn.c ---- */

struct tarmac_writes {
	u32 x; /* bits: X0 to X30, and bit 31 for the stack pointer in use */
	u32 v; /* bits */
	bool flags;
	u8 first, second; /* registers that a load fills, in order */
	bool is_simd;	  /* and they are SIMD registers */
};

struct tarmac_writes tarmac_writes(u32 insn);

/* A conditional branch that is not taken: by PSTATE and registers before it. */
bool tarmac_is_skipped(const struct cpu *cpu, u32 insn);

/* ---- trace_tarmac_record.c ---- */

enum { TARMAC_ACCESSES = 64, TARMAC_REGISTERS = 8 };

/* One record: at most 8 bytes of an access. */
struct tarmac_access {
	u64 va, pa, value;
	u8 size;
	bool write;
	bool is_known; /* value: else RAM or a register has it when the instruction is over */
	u8 index;      /* among the parts of the instruction's reads */
};

/* What was told of a PE last. */
struct tarmac_told {
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
	u64 time;   /* of the last record */
	struct tarmac_told told;
	unsigned accesses, registers;
	u8 reads; /* of the accesses */
	struct tarmac_access access[TARMAC_ACCESSES];
	u16 reg[TARMAC_REGISTERS]; /* system registers that it wrote */
};

struct tarmac {
	struct tarmac_pe pe[MACHINE_CPUS];
	unsigned current; /* the PE that the last instruction is of */
};

struct tarmac_pe *tarmac_pe(const struct trace *trace, const struct cpu *cpu);

/* PSTATE, and the stack pointer that it selects: now, or before an exception or return. */
struct tarmac_view {
	u32 cpsr;
	unsigned sp_el;
	u64 sp;
};

struct tarmac_view tarmac_view(const struct cpu *cpu, u64 pstate);

/* "123 clk IT "; time does not go back. */
void tarmac_begin(struct trace *trace, const struct cpu *cpu, u64 cycles, const char *type);
/* Virtual addresses have 8 digits, or 16; physical ones 12, and all is Non-secure. */
void tarmac_va(struct trace_out *out, u64 va);
void tarmac_pa(struct trace_out *out, u64 pa);
void tarmac_address(struct trace_out *out, u64 va, u64 pa);

void tarmac_print_sysreg(struct trace *trace, const struct cpu *cpu, u64 cycles, enum sysreg_id id);
/* Registers that are written, or differ from what was told; all: every one. */
void tarmac_print_registers(struct trace *trace, const struct cpu *cpu, u64 cycles,
	const struct tarmac_view *view, const struct tarmac_writes *writes, bool all);

/* Keeps an access until the instruction is over / prints those that are kept. */
void tarmac_keep_access(struct trace *trace, const struct cpu *cpu, const struct event *event);
void tarmac_print_accesses(
	struct trace *trace, const struct cpu *cpu, const struct tarmac_writes *writes);

#endif
