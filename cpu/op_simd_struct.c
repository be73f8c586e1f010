/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD loads and stores of structures, DDI 0487 C7.2: LD1 to LD4, ST1 to ST4, LD1R to LD4R.
 * Compiled once per engine. The record is in structure.h.
 *
 * The bytes in memory are elements one behind the other; their layout in the registers differs. A
 * fast handler moves them through the host TLB, a slow twin for each layout element by element.
 */
#include "cpu/ldst.h"
#include "cpu/simd.h"
#include "cpu/structure.h"

#include <string.h>

UNALIGNED(u64x2)

enum layout {
	SEQUENTIAL,  /* LD1, ST1: a register behind the other */
	INTERLEAVED, /* the first elements of all registers, the second ones, ... */
	SINGLE	     /* one element of each register, at its `lane` */
};

#define STRUCTURE() structure_of(u->imm)

/* The i-th register, V0 follows V31. */
#define REGISTER(i) (cpu->v[(u->rd + (i)) % 32])

/* Where in the registers the i-th element of memory is, of 1 << size bytes. */
struct spot {
	unsigned reg, byte;
};

static inline struct spot spot_of(enum layout layout, struct structure s, unsigned size, unsigned i)
{
	unsigned width = s.bytes / s.registers;

	switch (layout) {
	case SEQUENTIAL: return (struct spot){ (i << size) / width, (i << size) % width };
	case INTERLEAVED: return (struct spot){ i % s.registers, i / s.registers << size };
	default: return (struct spot){ i, s.lane };
	}
}

/* LD1R and its like: the lowest element into all of them. */
static inline u64x2 replicate(u64 value, unsigned size, bool q)
{
	static const u64 ones[4] = { 0x0101010101010101ull, 0x0001000100010001ull,
		0x0000000100000001ull, 1 };

	value *= ones[size];
	return (u64x2){ value, q ? value : 0 };
}

static inline void write_back(struct cpu *cpu, const struct uop *u)
{
	X(rn) += STRUCTURE().increment + X(rm);
}

/* ---- Slow: a load writes registers after its last element, a store is checked before its first
 * ---- */

static bool load_slow(struct cpu *cpu, const struct uop *u, enum layout layout, union vreg *to)
{
	struct structure s = STRUCTURE();
	unsigned size = s.size;

	if (!check_sp_alignment(cpu, u))
		return false;
	for (unsigned i = 0; i << size < s.bytes; i++) {
		struct loaded m = mmu_load(cpu, X(rn) + (i << size), 1u << size, 0);
		struct spot spot = spot_of(layout, s, size, i);

		if (!m.ok)
			return false;
		memcpy(&to[spot.reg].b[spot.byte], &m.data, (size_t)1 << size);
	}
	return true;
}

static enum outcome load_registers(struct cpu *cpu, const struct uop *u, enum layout layout)
{
	union vreg loaded[4] = { { .d = { 0, 0 } } };
	unsigned count = STRUCTURE().registers;

	for (unsigned i = 0; layout == SINGLE && i < count; i++)
		loaded[i] = REGISTER(i);
	if (!load_slow(cpu, u, layout, loaded))
		return OUT_FAULT;
	for (unsigned i = 0; i < count; i++)
		REGISTER(i) = loaded[i];
	write_back(cpu, u);
	return outcome_after_slow(cpu);
}

typedef bool store_fn(struct cpu *cpu, u64 va, unsigned size, u64 value, unsigned flags);

static bool store_elements(
	struct cpu *cpu, const struct uop *u, enum layout layout, store_fn *store, unsigned flags)
{
	struct structure s = STRUCTURE();
	unsigned size = s.size;

	for (unsigned i = 0; i << size < s.bytes; i++) {
		struct spot spot = spot_of(layout, s, size, i);
		u64 value = 0;

		memcpy(&value, &REGISTER(spot.reg).b[spot.byte], (size_t)1 << size);
		if (!store(cpu, X(rn) + (i << size), 1u << size, value, flags))
			return false;
	}
	return true;
}

static enum outcome store_registers(struct cpu *cpu, const struct uop *u, enum layout layout)
{
	struct structure s = STRUCTURE();
	unsigned flags = cpu->tells != 0 ? ACC_TOLD : 0;

	if (!check_sp_alignment(cpu, u) || !ldst_check_store(cpu, X(rn), 1u << s.size, s.bytes))
		return OUT_FAULT;
	if (flags != 0 && !store_elements(cpu, u, layout, mmu_tell_store, 0))
		return OUT_FAULT;
	if (!store_elements(cpu, u, layout, mmu_store, flags))
		return OUT_FAULT;
	write_back(cpu, u);
	return outcome_after_slow(cpu);
}

SYSOP(load_sequential)
{
	return load_registers(cpu, u, SEQUENTIAL);
}

SYSOP(load_interleaved)
{
	return load_registers(cpu, u, INTERLEAVED);
}

SYSOP(load_single)
{
	return load_registers(cpu, u, SINGLE);
}

SYSOP(load_replicated)
{
	union vreg loaded[4] = { { .d = { 0, 0 } } };
	struct structure s = STRUCTURE();
	bool q = s.lane;

	if (!load_slow(cpu, u, INTERLEAVED, loaded))
		return OUT_FAULT;
	for (unsigned i = 0; i < s.registers; i++)
		REGISTER(i).vd = replicate(loaded[i].d[0], s.size, q);
	write_back(cpu, u);
	return outcome_after_slow(cpu);
}

SYSOP(store_sequential)
{
	return store_registers(cpu, u, SEQUENTIAL);
}

SYSOP(store_interleaved)
{
	return store_registers(cpu, u, INTERLEAVED);
}

SYSOP(store_single)
{
	return store_registers(cpu, u, SINGLE);
}

/* ---- Fast: p is where the bytes are ---- */

/* The slow twin asks SCTLR_ELx whether a misaligned SP matters. */
#define SP_IS_MISALIGNED UNLIKELY(u->rn == SLOT_SP && (X(rn) & 15))

#define FAST(name, access, bytes, slow, move)                                                      \
	OP(name)                                                                                   \
	{                                                                                          \
		u64 va;                                                                            \
		u8 *p;                                                                             \
                                                                                                   \
		CHECK_FP();                                                                        \
		if (SP_IS_MISALIGNED)                                                              \
			TAILCALL(ENGINE(op_##slow));                                               \
		va = X(rn);                                                                        \
		FORGET(va);                                                                        \
		p = access(cpu, va, bytes);                                                        \
		if (UNLIKELY(p == NULL))                                                           \
			TAILCALL(ENGINE(op_##slow));                                               \
		move;                                                                              \
		FORGET(u);                                                                         \
		write_back(cpu, u);                                                                \
		NEXT();                                                                            \
	}

/* LD1 and ST1 of 128-bit registers. */
static inline void load_16(union vreg *to, const u8 *p)
{
	to->vd = ((const struct unaligned_u64x2 *)(const void *)p)->value;
}

static inline void store_16(const union vreg *from, u8 *p)
{
	((struct unaligned_u64x2 *)(void *)p)->value = from->vd;
}

#define LOAD_16(i)   load_16(&REGISTER(i), p + 16 * (i))
#define STORE_16(i)  store_16(&REGISTER(i), p + 16 * (i))
#define MOVE_1(MOVE) MOVE(0)
#define MOVE_2(MOVE) MOVE_1(MOVE), MOVE(1)
#define MOVE_3(MOVE) MOVE_2(MOVE), MOVE(2)
#define MOVE_4(MOVE) MOVE_3(MOVE), MOVE(3)
#define WHOLE(n)                                                                                   \
	FAST(ld1_##n, host_read, 16 * n, load_sequential, MOVE_##n(LOAD_16))                       \
	FAST(st1_##n, host_write, 16 * n, store_sequential, MOVE_##n(STORE_16))

WHOLE(1)
WHOLE(2)
WHOLE(3)
WHOLE(4)

/* Any number of 64-bit registers. */
static __attribute__((noinline)) void load_8(struct cpu *cpu, const struct uop *u, const u8 *p)
{
	for (unsigned i = 0; i < STRUCTURE().registers; i++) {
		union vreg value = { .d = { 0, 0 } };

		memcpy(&value, p + 8 * i, 8);
		REGISTER(i) = value;
	}
}

static __attribute__((noinline)) void store_8(struct cpu *cpu, const struct uop *u, u8 *p)
{
	for (unsigned i = 0; i < STRUCTURE().registers; i++)
		memcpy(p + 8 * i, &REGISTER(i), 8);
}

FAST(ld1_half, host_read, STRUCTURE().bytes, load_sequential, load_8(cpu, u, p))
FAST(st1_half, host_write, STRUCTURE().bytes, store_sequential, store_8(cpu, u, p))

/* LD2 to LD4, ST2 to ST4: the number of registers and the element's size are constants. */
#define INTERLEAVE(n, suffix, type)                                                                \
	static __attribute__((noinline)) void load_##n##_##suffix(                                 \
		struct cpu *cpu, const struct uop *u, const u8 *p)                                 \
	{                                                                                          \
		union vreg value[n] = { { .d = { 0, 0 } } };                                       \
		unsigned count = STRUCTURE().bytes / (n * sizeof(type));                           \
                                                                                                   \
		for (unsigned e = 0; e < count; e++) {                                             \
			for (unsigned i = 0; i < n; i++, p += sizeof(type))                        \
				memcpy(&value[i].suffix[e], p, sizeof(type));                      \
		}                                                                                  \
		for (unsigned i = 0; i < n; i++)                                                   \
			REGISTER(i) = value[i];                                                    \
	}                                                                                          \
	static __attribute__((noinline)) void store_##n##_##suffix(                                \
		struct cpu *cpu, const struct uop *u, u8 *p)                                       \
	{                                                                                          \
		unsigned count = STRUCTURE().bytes / (n * sizeof(type));                           \
                                                                                                   \
		for (unsigned e = 0; e < count; e++) {                                             \
			for (unsigned i = 0; i < n; i++, p += sizeof(type))                        \
				memcpy(p, &REGISTER(i).suffix[e], sizeof(type));                   \
		}                                                                                  \
	}                                                                                          \
	FAST(ld##n##_##suffix, host_read, STRUCTURE().bytes, load_interleaved,                     \
		load_##n##_##suffix(cpu, u, p))                                                    \
	FAST(st##n##_##suffix, host_write, STRUCTURE().bytes, store_interleaved,                   \
		store_##n##_##suffix(cpu, u, p))
#define INTERLEAVES(n)                                                                             \
	INTERLEAVE(n, b, u8)                                                                       \
	INTERLEAVE(n, h, u16)                                                                      \
	INTERLEAVE(n, s, u32)                                                                      \
	INTERLEAVE(n, d, u64)

INTERLEAVES(2)
INTERLEAVES(3)
INTERLEAVES(4)

/* One element of each register. */
static __attribute__((noinline)) void load_lane(struct cpu *cpu, const struct uop *u, const u8 *p)
{
	struct structure s = STRUCTURE();

	for (unsigned i = 0; i < s.registers; i++)
		memcpy(&REGISTER(i).b[s.lane], p + (i << s.size), (size_t)1 << s.size);
}

static __attribute__((noinline)) void store_lane(struct cpu *cpu, const struct uop *u, u8 *p)
{
	struct structure s = STRUCTURE();

	for (unsigned i = 0; i < s.registers; i++)
		memcpy(p + (i << s.size), &REGISTER(i).b[s.lane], (size_t)1 << s.size);
}

FAST(ld_lane, host_read, STRUCTURE().bytes, load_single, load_lane(cpu, u, p))
FAST(st_lane, host_write, STRUCTURE().bytes, store_single, store_lane(cpu, u, p))

static __attribute__((noinline)) void load_replicated(
	struct cpu *cpu, const struct uop *u, const u8 *p)
{
	struct structure s = STRUCTURE();

	for (unsigned i = 0; i < s.registers; i++) {
		u64 value = 0;

		memcpy(&value, p + (i << s.size), (size_t)1 << s.size);
		REGISTER(i).vd = replicate(value, s.size, s.lane);
	}
}

FAST(ld_replicate, host_read, STRUCTURE().bytes, load_replicated, load_replicated(cpu, u, p))

#define LD1R(suffix, type, size)                                                                   \
	FAST(ld1r_##suffix, host_read, sizeof(type), load_replicated,                              \
		V(rd).vd = replicate(((const struct unaligned_##type *)(const void *)p)->value,    \
			size, STRUCTURE().lane))

LD1R(b, u8, 0)
LD1R(h, u16, 1)
LD1R(s, u32, 2)
LD1R(d, u64, 3)
