/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads and stores of one register or a pair, DDI 0487 C6.2: a fast handler through the host TLB
 * and its slow twin through mmu_load()/mmu_store(), from the same row. Compiled once per engine.
 *
 * rd = Rt, ra = Rt2, rn = base, rm = index; imm = scaled offset, or the factor of the index.
 *
 * CONSTRAINED UNPREDICTABLE, K1.1: a load with write-back into its own base leaves the loaded value
 * there; a store with write-back of its own base stores the old base; LDP of one register twice
 * leaves the second value.
 */
#include "cpu/ldst_modes.h"

/* ---- Shapes: fast path, slow twin ---- */

#define LOAD_FAST(name, type, convert, address, needs_slow, write_back, slow)                      \
	OP(name)                                                                                   \
	{                                                                                          \
		u64 va, value;                                                                     \
		const struct unaligned_##type *p;                                                  \
                                                                                                   \
		if (needs_slow)                                                                    \
			TAILCALL(slow);                                                            \
		va = (address);                                                                    \
		FORGET(va);                                                                        \
		p = host_read(cpu, va, sizeof(type));                                              \
		if (UNLIKELY(p == NULL))                                                           \
			TAILCALL(slow);                                                            \
		value = convert(p->value);                                                         \
		write_back;                                                                        \
		X(rd) = value;                                                                     \
		NEXT();                                                                            \
	}

#define STORE_FAST(name, type, convert, address, needs_slow, write_back, slow)                     \
	OP(name)                                                                                   \
	{                                                                                          \
		u64 va;                                                                            \
		struct unaligned_##type *p;                                                        \
                                                                                                   \
		if (needs_slow)                                                                    \
			TAILCALL(slow);                                                            \
		va = (address);                                                                    \
		FORGET(va);                                                                        \
		p = host_write(cpu, va, sizeof(type));                                             \
		if (UNLIKELY(p == NULL))                                                           \
			TAILCALL(slow);                                                            \
		p->value = (type)X(rd);                                                            \
		write_back;                                                                        \
		NEXT();                                                                            \
	}

#define LOAD_SHAPE(name, type, convert, address, needs_slow, write_back)                           \
	SLOW_TWIN(slow_##name)                                                                     \
	{                                                                                          \
		struct loaded m;                                                                   \
		u64 va = (address);                                                                \
                                                                                                   \
		SYNC();                                                                            \
		if (!check_sp_alignment(cpu, u))                                                   \
			FAULT();                                                                   \
		m = mmu_load(cpu, va, sizeof(type), 0);                                            \
		if (!m.ok)                                                                         \
			FAULT();                                                                   \
		write_back;                                                                        \
		X(rd) = convert((type)m.data);                                                     \
		NEXT_AFTER_SLOW();                                                                 \
	}                                                                                          \
	LOAD_FAST(name, type, convert, address, needs_slow, write_back, ENGINE(slow_##name))

#define STORE_SHAPE(name, type, convert, address, needs_slow, write_back)                          \
	SLOW_TWIN(slow_##name)                                                                     \
	{                                                                                          \
		u64 va = (address);                                                                \
                                                                                                   \
		SYNC();                                                                            \
		if (!check_sp_alignment(cpu, u) ||                                                 \
			!mmu_store(cpu, va, sizeof(type), (type)X(rd), 0))                         \
			FAULT();                                                                   \
		write_back;                                                                        \
		NEXT_AFTER_SLOW();                                                                 \
	}                                                                                          \
	STORE_FAST(name, type, convert, address, needs_slow, write_back, ENGINE(slow_##name))

#define LOAD_PAIR_SHAPE(name, type, convert, address, needs_slow, write_back)                      \
	SLOW_TWIN(slow_##name)                                                                     \
	{                                                                                          \
		struct loaded first, second;                                                       \
		u64 va = (address);                                                                \
                                                                                                   \
		SYNC();                                                                            \
		if (!check_sp_alignment(cpu, u))                                                   \
			FAULT();                                                                   \
		first = mmu_load(cpu, va, sizeof(type), 0);                                        \
		if (!first.ok)                                                                     \
			FAULT();                                                                   \
		second = mmu_load(cpu, va + sizeof(type), sizeof(type), 0);                        \
		if (!second.ok)                                                                    \
			FAULT();                                                                   \
		write_back;                                                                        \
		X(rd) = convert((type)first.data);                                                 \
		X(ra) = convert((type)second.data);                                                \
		NEXT_AFTER_SLOW();                                                                 \
	}                                                                                          \
	OP(name)                                                                                   \
	{                                                                                          \
		u64 va;                                                                            \
		const struct unaligned_##type *p;                                                  \
                                                                                                   \
		if (needs_slow)                                                                    \
			TAILCALL(ENGINE(slow_##name));                                             \
		va = (address);                                                                    \
		FORGET(va);                                                                        \
		p = host_read(cpu, va, 2 * sizeof(type));                                          \
		if (UNLIKELY(p == NULL))                                                           \
			TAILCALL(ENGINE(slow_##name));                                             \
		write_back;                                                                        \
		X(rd) = convert(p[0].value);                                                       \
		X(ra) = convert(p[1].value);                                                       \
		NEXT();                                                                            \
	}

#define STORE_PAIR_SHAPE(name, type, convert, address, needs_slow, write_back)                     \
	SLOW_TWIN(slow_##name)                                                                     \
	{                                                                                          \
		u64 va = (address);                                                                \
                                                                                                   \
		SYNC();                                                                            \
		if (!check_sp_alignment(cpu, u) ||                                                 \
			!ldst_store_pair(cpu, va, sizeof(type), (type)X(rd), (type)X(ra)))         \
			FAULT();                                                                   \
		write_back;                                                                        \
		NEXT_AFTER_SLOW();                                                                 \
	}                                                                                          \
	OP(name)                                                                                   \
	{                                                                                          \
		u64 va;                                                                            \
		struct unaligned_##type *p;                                                        \
                                                                                                   \
		if (needs_slow)                                                                    \
			TAILCALL(ENGINE(slow_##name));                                             \
		va = (address);                                                                    \
		FORGET(va);                                                                        \
		p = host_write(cpu, va, 2 * sizeof(type));                                         \
		if (UNLIKELY(p == NULL))                                                           \
			TAILCALL(ENGINE(slow_##name));                                             \
		p[0].value = (type)X(rd);                                                          \
		p[1].value = (type)X(ra);                                                          \
		write_back;                                                                        \
		NEXT();                                                                            \
	}

/* ---- The handlers ---- */

#define TO_W(value) ((u64)(u32)(value))
#define TO_X(value) ((u64)(s64)(value))

SINGLE(LOAD_SHAPE, ldrb, u8, TO_W)
SINGLE(LOAD_SHAPE, ldrsb_w, s8, TO_W)
SINGLE(LOAD_SHAPE, ldrsb_x, s8, TO_X)
SINGLE(LOAD_SHAPE, ldrh, u16, TO_W)
SINGLE(LOAD_SHAPE, ldrsh_w, s16, TO_W)
SINGLE(LOAD_SHAPE, ldrsh_x, s16, TO_X)
SINGLE(LOAD_SHAPE, ldr_w, u32, TO_W)
SINGLE(LOAD_SHAPE, ldrsw, s32, TO_X)
SINGLE(LOAD_SHAPE, ldr_x, u64, TO_X)
SINGLE(STORE_SHAPE, strb, u8, )
SINGLE(STORE_SHAPE, strh, u16, )
SINGLE(STORE_SHAPE, str_w, u32, )
SINGLE(STORE_SHAPE, str_x, u64, )

IMMEDIATE_MODES(LOAD_PAIR_SHAPE, ldp_w, u32, TO_W)
IMMEDIATE_MODES(LOAD_PAIR_SHAPE, ldp_x, u64, TO_X)
IMMEDIATE_MODES(LOAD_PAIR_SHAPE, ldpsw, s32, TO_X)
IMMEDIATE_MODES(STORE_PAIR_SHAPE, stp_w, u32, )
IMMEDIATE_MODES(STORE_PAIR_SHAPE, stp_x, u64, )

/* Literals: imm is relative to the page. */
LOAD_SHAPE(ldr_lit_w, u32, TO_W, cpu->code_va + u->imm, false, (void)0)
LOAD_SHAPE(ldr_lit_x, u64, TO_X, cpu->code_va + u->imm, false, (void)0)
LOAD_SHAPE(ldrsw_lit, s32, TO_X, cpu->code_va + u->imm, false, (void)0)

/* Load-acquire and store-release: PEs take turns, so order costs nothing; alignment is required. */
#define IS_MISALIGNED(type) UNLIKELY(X(rn) & (sizeof(type) - 1))
#define ORDERED(suffix, type)                                                                      \
	LOAD_FAST(load_ordered_##suffix, type, TO_X, X(rn), IS_MISALIGNED(type), (void)0,          \
		ENGINE(op_load_ordered))                                                           \
	STORE_FAST(store_ordered_##suffix, type, , X(rn), IS_MISALIGNED(type), (void)0,            \
		ENGINE(op_store_ordered))

handler_fn ENGINE(op_load_ordered), ENGINE(op_store_ordered); /* op_atomic.c */
ORDERED(b, u8)
ORDERED(h, u16)
ORDERED(w, u32)
ORDERED(x, u64)

OP(prfm) /* a hint */
{
	NEXT();
}
