/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads and stores of one SIMD and floating-point register or a pair, DDI 0487 C7.2: a fast handler
 * through the host TLB and its slow twin, from the same row, as in op_ldst.c. Compiled once per
 * engine.
 *
 * rd = Vt, ra = Vt2, rn = base, rm = index; imm = scaled offset, or the factor of the index.
 */
#include "cpu/ldst_modes.h"
#include "cpu/simd.h"

UNALIGNED(u64x2)

/* A register with the loaded value and zeros above it. */
#define WIDEN(value)	((u64x2){ (value), 0 })
#define AS_IT_IS(value) (value)

/* The slow access by type: what a load puts into *to, what a store takes from *from. */
static bool load_any(struct cpu *cpu, u64 va, unsigned size, union vreg *to)
{
	struct loaded m;

	if (size == 16)
		return ldst_load_16(cpu, va, to);
	m = mmu_load(cpu, va, size, 0);
	*to = (union vreg){ .d = { m.data, 0 } };
	return m.ok;
}

static u64 low_bytes(const union vreg *from, unsigned size)
{
	return size < 8 ? from->d[0] & MASK(size * 8 - 1, 0) : from->d[0];
}

static bool store_any(
	struct cpu *cpu, u64 va, unsigned size, const union vreg *from, unsigned flags)
{
	if (size == 16)
		return ldst_store_16(cpu, va, from, flags);
	return mmu_store(cpu, va, size, low_bytes(from, size), flags);
}

static bool tell_any(struct cpu *cpu, u64 va, unsigned size, const union vreg *from)
{
	return mmu_tell_store(cpu, va, size, low_bytes(from, size), size == 16 ? ACC_PLACED : 0);
}

static __attribute__((noinline)) bool load_slow(
	struct cpu *cpu, const struct uop *u, u64 va, unsigned size)
{
	union vreg value;

	if (!check_sp_alignment(cpu, u) || !load_any(cpu, va, size, &value))
		return false;
	V(rd) = value;
	return true;
}

static __attribute__((noinline)) bool store_slow(
	struct cpu *cpu, const struct uop *u, u64 va, unsigned size)
{
	return check_sp_alignment(cpu, u) && store_any(cpu, va, size, &V(rd), 0);
}

/* LDP of one register twice leaves the second value, K1.1. */
static __attribute__((noinline)) bool load_pair_slow(
	struct cpu *cpu, const struct uop *u, u64 va, unsigned size)
{
	union vreg first, second;

	if (!check_sp_alignment(cpu, u) || !load_any(cpu, va, size, &first) ||
		!load_any(cpu, va + size, size, &second))
		return false;
	V(rd) = first;
	V(ra) = second;
	return true;
}

static __attribute__((noinline)) bool store_pair_slow(
	struct cpu *cpu, const struct uop *u, u64 va, unsigned size)
{
	unsigned flags = cpu->tells != 0 ? ACC_TOLD : 0;

	if (!check_sp_alignment(cpu, u) || !ldst_check_store(cpu, va, size, 2 * size))
		return false;
	if (flags != 0 &&
		(!tell_any(cpu, va, size, &V(rd)) || !tell_any(cpu, va + size, size, &V(ra))))
		return false;
	return store_any(cpu, va, size, &V(rd), flags) &&
	       store_any(cpu, va + size, size, &V(ra), flags);
}

#define SHAPE(name, type, address, needs_slow, write_back, host_access, bytes, slow_access, move)  \
	SLOW_TWIN(slow_##name)                                                                     \
	{                                                                                          \
		u64 va = (address);                                                                \
                                                                                                   \
		SYNC();                                                                            \
		if (!slow_access(cpu, u, va, sizeof(type)))                                        \
			FAULT();                                                                   \
		write_back;                                                                        \
		NEXT_AFTER_SLOW();                                                                 \
	}                                                                                          \
	OP(name)                                                                                   \
	{                                                                                          \
		u64 va;                                                                            \
		struct unaligned_##type *p;                                                        \
                                                                                                   \
		CHECK_FP();                                                                        \
		if (needs_slow)                                                                    \
			TAILCALL(ENGINE(slow_##name));                                             \
		va = (address);                                                                    \
		FORGET(va);                                                                        \
		p = host_access(cpu, va, bytes);                                                   \
		if (UNLIKELY(p == NULL))                                                           \
			TAILCALL(ENGINE(slow_##name));                                             \
		move;                                                                              \
		write_back;                                                                        \
		NEXT();                                                                            \
	}

#define LOAD_SHAPE(name, type, convert, address, needs_slow, write_back)                           \
	SHAPE(name, type, address, needs_slow, write_back, host_read, sizeof(type), load_slow,     \
		V(rd).vd = convert(p->value))
#define STORE_SHAPE(name, type, convert, address, needs_slow, write_back)                          \
	SHAPE(name, type, address, needs_slow, write_back, host_write, sizeof(type), store_slow,   \
		p->value = V(rd).convert)
#define LOAD_PAIR_SHAPE(name, type, convert, address, needs_slow, write_back)                      \
	SHAPE(name, type, address, needs_slow, write_back, host_read, 2 * sizeof(type),            \
		load_pair_slow, V(rd).vd = convert(p[0].value);                                    \
		V(ra).vd = convert(p[1].value))
#define STORE_PAIR_SHAPE(name, type, convert, address, needs_slow, write_back)                     \
	SHAPE(name, type, address, needs_slow, write_back, host_write, 2 * sizeof(type),           \
		store_pair_slow, p[0].value = V(rd).convert;                                       \
		p[1].value = V(ra).convert)

SINGLE(LOAD_SHAPE, vldr_b, u8, WIDEN)
SINGLE(LOAD_SHAPE, vldr_h, u16, WIDEN)
SINGLE(LOAD_SHAPE, vldr_s, u32, WIDEN)
SINGLE(LOAD_SHAPE, vldr_d, u64, WIDEN)
SINGLE(LOAD_SHAPE, vldr_q, u64x2, AS_IT_IS)
SINGLE(STORE_SHAPE, vstr_b, u8, b[0])
SINGLE(STORE_SHAPE, vstr_h, u16, h[0])
SINGLE(STORE_SHAPE, vstr_s, u32, s[0])
SINGLE(STORE_SHAPE, vstr_d, u64, d[0])
SINGLE(STORE_SHAPE, vstr_q, u64x2, vd)

IMMEDIATE_MODES(LOAD_PAIR_SHAPE, vldp_s, u32, WIDEN)
IMMEDIATE_MODES(LOAD_PAIR_SHAPE, vldp_d, u64, WIDEN)
IMMEDIATE_MODES(LOAD_PAIR_SHAPE, vldp_q, u64x2, AS_IT_IS)
IMMEDIATE_MODES(STORE_PAIR_SHAPE, vstp_s, u32, s[0])
IMMEDIATE_MODES(STORE_PAIR_SHAPE, vstp_d, u64, d[0])
IMMEDIATE_MODES(STORE_PAIR_SHAPE, vstp_q, u64x2, vd)

/* Literals: imm is relative to the page. */
LOAD_SHAPE(vldr_s_lit, u32, WIDEN, cpu->code_va + u->imm, false, (void)0)
LOAD_SHAPE(vldr_d_lit, u64, WIDEN, cpu->code_va + u->imm, false, (void)0)
LOAD_SHAPE(vldr_q_lit, u64x2, AS_IT_IS, cpu->code_va + u->imm, false, (void)0)
