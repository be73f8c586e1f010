/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exclusives, atomics, ordered and unprivileged accesses, DDI 0487 C6.2. Compiled once per engine.
 * PEs take turns on one host thread, so an access between two instructions is atomic by itself.
 *
 * rd = Rt, ra = how (ldst.h) or Rt2, rn = base, rm = Rs as source; imm as each family says.
 */
#include "cpu/ldst.h"

#include <string.h>

#include "sysregs/sysregs.h"

static unsigned size_of(unsigned how)
{
	return 1u << (how & LDST_SIZE);
}

static u64 host_load(const u8 *host, unsigned size)
{
	u64 value = 0;

	memcpy(&value, host, size);
	return value;
}

/* A function of its own: a handler calls nothing through a pointer. */
static __attribute__((noinline)) void written(struct cpu *cpu, pa_t pa, unsigned size)
{
	memory_written(cpu->memory, pa, size);
}

static void host_store(struct cpu *cpu, const struct place *place, unsigned size, u64 value)
{
	memcpy(place->host, &value, size);
	written(cpu, place->pa, size);
}

/*
 * The place of an exclusive or atomic access. Only RAM supports them here: on a device they abort
 * with the status "unsupported Exclusive or Atomic access" (DFSC 0x35), as the architecture allows
 * for memory that is not Normal and cacheable. B2.9.2
 */
static u8 *atomic_place(struct cpu *cpu, const struct uop *u, enum access_kind kind, unsigned size,
	struct place *place)
{
	struct access access = { .kind = (u8)kind, .flags = ACC_ATOMIC, .size = (u8)size };

	if (!check_sp_alignment(cpu, u))
		return NULL;
	*place = mmu_place(cpu, X(rn), access);
	if (!place->ok)
		return NULL;
	if (place->host == NULL)
		cpu->fault = (struct fault){ .ec = EC_DABT_LOWER,
			.iss = 0x35 | (kind == ACCESS_READ ? 0 : 1u << 6),
			.far_valid = true,
			.far = X(rn) };
	return place->host;
}

/* ---- Ordered and unprivileged: imm = offset, ra = how ---- */

static enum outcome load(struct cpu *cpu, const struct uop *u, unsigned flags)
{
	struct loaded m;

	if (!check_sp_alignment(cpu, u))
		return OUT_FAULT;
	m = mmu_load(cpu, X(rn) + u->imm, size_of(u->ra), flags);
	if (!m.ok)
		return OUT_FAULT;
	X(rd) = ldst_extend(m.data, u->ra);
	return outcome_after_slow(cpu);
}

static enum outcome store(struct cpu *cpu, const struct uop *u, unsigned flags)
{
	unsigned size = size_of(u->ra);
	u64 value = X(rd) & MASK(size * 8 - 1, 0);

	if (!check_sp_alignment(cpu, u) || !mmu_store(cpu, X(rn) + u->imm, size, value, flags))
		return OUT_FAULT;
	return outcome_after_slow(cpu);
}

SYSOP(load_unprivileged)
{
	return load(cpu, u, ACC_UNPRIVILEGED);
}

SYSOP(store_unprivileged)
{
	return store(cpu, u, ACC_UNPRIVILEGED);
}

SYSOP(load_ordered)
{
	return load(cpu, u, ACC_ORDERED);
}

SYSOP(store_ordered)
{
	return store(cpu, u, ACC_ORDERED);
}

/* ---- Exclusives ---- */

SYSOP(load_exclusive)
{
	unsigned size = size_of(u->ra);
	struct place place;
	u8 *host = atomic_place(cpu, u, ACCESS_READ, size, &place);

	if (host == NULL)
		return OUT_FAULT;
	X(rd) = host_load(host, size);
	exclusive_set(cpu, place.pa, size, X(rd), 0);
	return outcome_next(cpu);
}

/* rm = the status register, written last: it may be Rt or Rn, whose old values are used. K1.1 */
SYSOP(store_exclusive)
{
	unsigned size = size_of(u->ra);
	struct place place;
	u8 *host = atomic_place(cpu, u, ACCESS_WRITE, size, &place);
	bool passes;

	if (host == NULL)
		return OUT_FAULT;
	passes = exclusive_test_and_clear(cpu, place.pa, size);
	if (passes)
		host_store(cpu, &place, size, X(rd));
	X(rm) = !passes;
	return outcome_after_slow(cpu); /* another PE may have been woken */
}

/* Pairs: imm = size of one register in bytes */
SYSOP(load_exclusive_pair)
{
	unsigned size = (unsigned)u->imm;
	struct place place;
	u8 *host = atomic_place(cpu, u, ACCESS_READ, 2 * size, &place);
	u64 first, second;

	if (host == NULL)
		return OUT_FAULT;
	first = host_load(host, size);
	second = host_load(host + size, size);
	X(rd) = first;
	X(ra) = second;
	if (size == 4)
		exclusive_set(cpu, place.pa, 8, first | second << 32, 0);
	else
		exclusive_set(cpu, place.pa, 16, first, second);
	return outcome_next(cpu);
}

SYSOP(store_exclusive_pair)
{
	unsigned size = (unsigned)u->imm;
	struct place place;
	u8 *host = atomic_place(cpu, u, ACCESS_WRITE, 2 * size, &place);
	bool passes;

	if (host == NULL)
		return OUT_FAULT;
	passes = exclusive_test_and_clear(cpu, place.pa, 2 * size);
	if (passes) {
		u64 first = X(rd), second = X(ra);

		memcpy(host, &first, size);
		memcpy(host + size, &second, size);
		written(cpu, place.pa, 2 * size);
	}
	X(rm) = !passes;
	return outcome_after_slow(cpu); /* another PE may have been woken */
}

/*
 * ---- FEAT_LSE: rm = Rs, rd = Rt, ra = how ----
 *
 * The general handlers take any base and place. Those by size are for an X base, and go on to the
 * general one unless both host TLBs have the page: then it is RAM without predecoded code.
 */

#define IS_ALIGNED(va, type) (((va) & (sizeof(type) - 1)) == 0)

#define ATOMIC_FAST(name, suffix, type, operation)                                                 \
	OP(name##_##suffix)                                                                        \
	{                                                                                          \
		u64 va = X(rn);                                                                    \
		struct unaligned_##type *p;                                                        \
		type old;                                                                          \
                                                                                                   \
		if (UNLIKELY(!IS_ALIGNED(va, type)))                                               \
			TAILCALL(ENGINE(op_##name));                                               \
		p = host_update(cpu, va, sizeof(type));                                            \
		if (UNLIKELY(p == NULL))                                                           \
			TAILCALL(ENGINE(op_##name));                                               \
		old = p->value;                                                                    \
		operation;                                                                         \
		NEXT();                                                                            \
	}

/* imm = Rs as destination */
SYSOP(cas)
{
	unsigned size = size_of(u->ra);
	struct place place;
	u8 *host = atomic_place(cpu, u, ACCESS_ATOMIC, size, &place);
	u64 old;

	if (host == NULL)
		return OUT_FAULT;
	old = host_load(host, size);
	if (old == (X(rm) & MASK(size * 8 - 1, 0)))
		host_store(cpu, &place, size, X(rd));
	cpu->x[u->imm] = old;
	return outcome_next(cpu);
}

#define COMPARE_AND_SWAP(type)                                                                     \
	{                                                                                          \
		if (old == (type)X(rm))                                                            \
			p->value = (type)X(rd);                                                    \
		cpu->x[u->imm] = old;                                                              \
	}
ATOMIC_FAST(cas, b, u8, COMPARE_AND_SWAP(u8))
ATOMIC_FAST(cas, h, u16, COMPARE_AND_SWAP(u16))
ATOMIC_FAST(cas, w, u32, COMPARE_AND_SWAP(u32))
ATOMIC_FAST(cas, x, u64, COMPARE_AND_SWAP(u64))

/* imm = size of one register in bytes; the pairs are Rs, Rs+1 and Rt, Rt+1 */
SYSOP(casp)
{
	unsigned size = (unsigned)u->imm, rs = u->rm, rt = u->rd;
	u64 mask = MASK(size * 8 - 1, 0);
	struct place place;
	u8 *host = atomic_place(cpu, u, ACCESS_ATOMIC, 2 * size, &place);
	u64 low, high;

	if (host == NULL)
		return OUT_FAULT;
	low = host_load(host, size);
	high = host_load(host + size, size);
	if (low == (cpu->x[rs] & mask) && high == (cpu->x[rs + 1] & mask)) {
		memcpy(host, &cpu->x[rt], size);
		memcpy(host + size, &cpu->x[rt + 1], size);
		written(cpu, place.pa, 2 * size);
	}
	cpu->x[rs] = low;
	cpu->x[rs + 1 == SLOT_ZERO ? SLOT_SINK : rs + 1] = high;
	return outcome_next(cpu);
}

/* The new value from what memory held and the operand, both of `width` bits. */
typedef u64 combine_fn(u64 old, u64 operand, unsigned width);

static enum outcome atomic(struct cpu *cpu, const struct uop *u, combine_fn *combine)
{
	unsigned size = size_of(u->ra);
	struct place place;
	u8 *host = atomic_place(cpu, u, ACCESS_ATOMIC, size, &place);
	u64 old;

	if (host == NULL)
		return OUT_FAULT;
	old = host_load(host, size);
	host_store(cpu, &place, size, combine(old, X(rm) & MASK(size * 8 - 1, 0), size * 8));
	X(rd) = old;
	return outcome_next(cpu);
}

#define SIGNED(value) ((s64)sign_extend(value, width))
#define ATOMIC(name, value)                                                                        \
	static inline u64 combine_##name(u64 old, u64 operand, unsigned width)                     \
	{                                                                                          \
		(void)old, (void)width;                                                            \
		return (value);                                                                    \
	}                                                                                          \
	SYSOP(name)                                                                                \
	{                                                                                          \
		return atomic(cpu, u, combine_##name);                                             \
	}                                                                                          \
	ATOMIC_FAST(name, b, u8, COMBINE(name, u8))                                                \
	ATOMIC_FAST(name, h, u16, COMBINE(name, u16))                                              \
	ATOMIC_FAST(name, w, u32, COMBINE(name, u32))                                              \
	ATOMIC_FAST(name, x, u64, COMBINE(name, u64))
#define COMBINE(name, type)                                                                        \
	{                                                                                          \
		p->value = (type)combine_##name(old, (type)X(rm), 8 * sizeof(type));               \
		X(rd) = old;                                                                       \
	}
ATOMIC(ldadd, old + operand)
ATOMIC(ldclr, old & ~operand)
ATOMIC(ldeor, old ^ operand)
ATOMIC(ldset, old | operand)
ATOMIC(ldsmax, SIGNED(old) > SIGNED(operand) ? old : operand)
ATOMIC(ldsmin, SIGNED(old) < SIGNED(operand) ? old : operand)
ATOMIC(ldumax, old > operand ? old : operand)
ATOMIC(ldumin, old < operand ? old : operand)
ATOMIC(swp, operand)
