/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What load and store handlers share. Private to cpu/.
 */
#ifndef ENT_CPU_LDST_H
#define ENT_CPU_LDST_H

#include "cpu/engine.h"

/* A value anywhere in host memory. */
#define UNALIGNED(type)                                                                            \
	struct unaligned_##type {                                                                  \
		type value;                                                                        \
	} __attribute__((packed, may_alias));
UNALIGNED(u8)
UNALIGNED(u16)
UNALIGNED(u32)
UNALIGNED(u64)
UNALIGNED(s8)
UNALIGNED(s16)
UNALIGNED(s32)

/*
 * The compiler forgets what it knows of a variable. A fast path has three free host registers: it
 * is cheaper to add or to load something again than to keep it.
 */
#define FORGET(variable) __asm__("" : "+r"(variable))

/* A handler's slow twin: of the same signature, out of the way of the fast path. */
#define SLOW_TWIN(name) static __attribute__((noinline)) void ENGINE(name)(ARGS)

/*
 * CheckSPAlignment() for the base of the instruction at u; not SP: true. false: cpu->fault. A
 * function, because only slow twins ask.
 */
bool check_sp_alignment(struct cpu *cpu, const struct uop *u);

/*
 * Can values of `size` bytes, at most 16, be stored one behind the other, `total` bytes, at most a
 * page? Asked before the first is, so that all are or none. false: cpu->fault, of the first that
 * cannot.
 */
bool ldst_check_store(struct cpu *cpu, u64 va, unsigned size, unsigned total);

/* Stores two values of `size` bytes, both or none. */
bool ldst_store_pair(struct cpu *cpu, u64 va, unsigned size, u64 first, u64 second);

/*
 * The slow way of a 128-bit access. false: cpu->fault, nothing changed but *value. flags: 0, or
 * ACC_TOLD.
 */
bool ldst_load_16(struct cpu *cpu, u64 va, union vreg *value);
bool ldst_store_16(struct cpu *cpu, u64 va, const union vreg *value, unsigned flags);

/*
 * Goes on behind an instruction that may have touched a device: an interrupt may be due, or the
 * machine stopped. Synchronised before.
 */
#define NEXT_AFTER_SLOW()                                                                          \
	do {                                                                                       \
		if (UNLIKELY(cpu->check_irq || cpu->stop.reason != STOP_NONE))                     \
			TAILCALL(ENGINE(after_slow));                                              \
		NEXT();                                                                            \
	} while (0)

/* The same at the end of a SYSOP. */
static inline enum outcome outcome_after_slow(struct cpu *cpu)
{
	if (LIKELY(!cpu->check_irq && cpu->stop.reason == STOP_NONE))
		return OUT_NEXT;
	if (is_stopped_by_debugger(cpu) && !cpu->check_irq)
		return outcome_stop(cpu);
	cpu->pc += 4;
	return OUT_JUMP;
}

/*
 * What LDTR, LDAR and their like access, in one byte of the record: log2 of the size, and how a
 * load extends.
 */
enum { LDST_SIZE = 3, LDST_SIGNED = 4, LDST_TO_X = 8 };

static inline u64 ldst_extend(u64 data, unsigned how)
{
	unsigned width = 8u << (how & LDST_SIZE);

	if (!(how & LDST_SIGNED))
		return data;
	data = sign_extend(data, width);
	return how & LDST_TO_X ? data : (u32)data;
}

#endif
