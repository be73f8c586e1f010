/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIMD copies, permutations, table lookup, modified immediates, DDI 0487 C7.2. Compiled once per
 * engine.
 */
#include "cpu/host_simd.h"
#include "cpu/simd.h"

/* ---- Copies: ra = the index of the element ---- */

static inline void broadcast(struct cpu *cpu, const struct uop *u, u64 value)
{
	write_vector(cpu, u, (u8x16)(u64x2){ value, value });
}

/* Of each element size: `ones` has a 1 in the lowest bit of each element of a doubleword. */
#define COPIES(suffix, type, ones)                                                                 \
	FP_OP(dup_elem_##suffix)                                                                   \
	{                                                                                          \
		broadcast(cpu, u, V(rn).suffix[u->ra] * ones);                                     \
	}                                                                                          \
	FP_OP(dup_gen_##suffix)                                                                    \
	{                                                                                          \
		broadcast(cpu, u, (type)X(rn) * ones);                                             \
	}                                                                                          \
	FP_OP(dup_scalar_##suffix)                                                                 \
	{                                                                                          \
		write_scalar(cpu, u, V(rn).suffix[u->ra]);                                         \
	}                                                                                          \
	FP_OP(ins_elem_##suffix) /* rm = the index of the source */                                \
	{                                                                                          \
		V(rd).suffix[u->ra] = V(rn).suffix[u->rm];                                         \
	}                                                                                          \
	FP_OP(ins_gen_##suffix)                                                                    \
	{                                                                                          \
		V(rd).suffix[u->ra] = (type)X(rn);                                                 \
	}                                                                                          \
	FP_OP(umov_##suffix)                                                                       \
	{                                                                                          \
		X(rd) = V(rn).suffix[u->ra];                                                       \
	}

COPIES(b, u8, 0x0101010101010101ull)
COPIES(h, u16, 0x0001000100010001ull)
COPIES(s, u32, 0x0000000100000001ull)
COPIES(d, u64, 1ull)

#define SMOV(suffix)                                                                               \
	FP_OP(smov_x_##suffix)                                                                     \
	{                                                                                          \
		X(rd) = (u64)(s64)V(rn).s##suffix[u->ra];                                          \
	}
#define SMOV_W(suffix)                                                                             \
	FP_OP(smov_w_##suffix)                                                                     \
	{                                                                                          \
		X(rd) = (u64)(u32)V(rn).s##suffix[u->ra];                                          \
	}
SMOV(b)
SMOV(h)
SMOV(s)
SMOV_W(b)
SMOV_W(h)

/* ---- Permutations ---- */

/* The elements of a, then those of b, by number. */
#define SHUFFLE(name, type, ...)                                                                   \
	FP_OP(name)                                                                                \
	{                                                                                          \
		type a = (type)V(rn).vb, b = (type)V(rm).vb;                                       \
                                                                                                   \
		write_vector(cpu, u, (u8x16)__builtin_shufflevector(a, b, __VA_ARGS__));           \
	}

SHUFFLE(zip1_b, u8x16, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
SHUFFLE(zip1_h, u16x8, 0, 8, 1, 9, 2, 10, 3, 11)
SHUFFLE(zip1_s, u32x4, 0, 4, 1, 5)
SHUFFLE(zip1_d, u64x2, 0, 2)
SHUFFLE(zip2_b, u8x16, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
SHUFFLE(zip2_h, u16x8, 4, 12, 5, 13, 6, 14, 7, 15)
SHUFFLE(zip2_s, u32x4, 2, 6, 3, 7)
SHUFFLE(zip2_d, u64x2, 1, 3)

/* ZIP2 of 64-bit vectors: the upper halves of those. The other half is not written. */
#define NONE8 -1, -1, -1, -1, -1, -1, -1, -1
#define NONE4 -1, -1, -1, -1
#define NONE2 -1, -1
SHUFFLE(zip2_half_b, u8x16, 4, 20, 5, 21, 6, 22, 7, 23, NONE8)
SHUFFLE(zip2_half_h, u16x8, 2, 10, 3, 11, NONE4)
SHUFFLE(zip2_half_s, u32x4, 1, 5, NONE2)

SHUFFLE(uzp1_b, u8x16, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
SHUFFLE(uzp1_h, u16x8, 0, 2, 4, 6, 8, 10, 12, 14)
SHUFFLE(uzp1_s, u32x4, 0, 2, 4, 6)
SHUFFLE(uzp2_b, u8x16, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
SHUFFLE(uzp2_h, u16x8, 1, 3, 5, 7, 9, 11, 13, 15)
SHUFFLE(uzp2_s, u32x4, 1, 3, 5, 7)
SHUFFLE(uzp1_half_b, u8x16, 0, 2, 4, 6, 16, 18, 20, 22, NONE8)
SHUFFLE(uzp1_half_h, u16x8, 0, 2, 8, 10, NONE4)
SHUFFLE(uzp1_half_s, u32x4, 0, 4, NONE2)
SHUFFLE(uzp2_half_b, u8x16, 1, 3, 5, 7, 17, 19, 21, 23, NONE8)
SHUFFLE(uzp2_half_h, u16x8, 1, 3, 9, 11, NONE4)
SHUFFLE(uzp2_half_s, u32x4, 1, 5, NONE2)

/* Pairs of elements as one of twice the size: less work for hosts without a byte shuffle. */
#define TRANSPOSE(suffix, type, bits_each)                                                         \
	FP_OP(trn1_##suffix)                                                                       \
	{                                                                                          \
		type a = (type)V(rn).vb, b = (type)V(rm).vb;                                       \
                                                                                                   \
		write_vector(cpu, u, (u8x16)(a << bits_each >> bits_each | b << bits_each));       \
	}                                                                                          \
	FP_OP(trn2_##suffix)                                                                       \
	{                                                                                          \
		type a = (type)V(rn).vb, b = (type)V(rm).vb;                                       \
                                                                                                   \
		write_vector(cpu, u, (u8x16)(a >> bits_each | b >> bits_each << bits_each));       \
	}

TRANSPOSE(b, u16x8, 8)
TRANSPOSE(h, u32x4, 16)
TRANSPOSE(s, u64x2, 32)

/* EXT on doublewords: ra = 0, 8, ..., 56 bits to move down, imm = 63 - ra. */
#define EXTRACT(low, high) ((low) >> u->ra | (high) << 1 << u->imm)

FP_OP(ext_low)
{
	u64x2 middle = { V(rn).d[1], V(rm).d[0] };

	V(rd).vd = EXTRACT(V(rn).vd, middle);
}

FP_OP(ext_high) /* a position from 8 on */
{
	u64x2 middle = { V(rn).d[1], V(rm).d[0] };

	V(rd).vd = EXTRACT(middle, V(rm).vd);
}

FP_OP(ext_half)
{
	write_scalar(cpu, u, EXTRACT(V(rn).d[0], V(rm).d[0]));
}

/*
 * Table lookup: the table is ra bytes of registers from Vn on, and V0 follows V31. An index outside
 * of it gives the element of `otherwise`.
 */
static inline u8x16 lookup_bytes(struct cpu *cpu, const struct uop *u, union vreg otherwise)
{
	const u8 *file = (const u8 *)cpu->v;
	u32 start = u->rn * 16u;

	for (unsigned i = 0; i < 16; i++) {
		u32 index = V(rm).b[i];

		if (index < u->ra)
			otherwise.b[i] = file[(start + index) % sizeof(cpu->v)];
	}
	return otherwise.vb;
}

/* The same by register; an index below it wraps to one that is above it. */
static inline u8x16 lookup_registers(struct cpu *cpu, const struct uop *u, union vreg otherwise)
{
	u8x16 index = V(rm).vb, result = otherwise.vb & (u8x16)(index >= u->ra);

	for (u32 i = 0; i < u->ra / 16u; i++)
		result |= host_lookup(cpu->v[(u->rn + i) % 32].vb, index - (u8)(16 * i));
	return result;
}

static inline u8x16 lookup(struct cpu *cpu, const struct uop *u, union vreg otherwise)
{
	return HAS_HOST_LOOKUP ? lookup_registers(cpu, u, otherwise)
			       : lookup_bytes(cpu, u, otherwise);
}

FP_CALL(tbl)
{
	write_vector(cpu, u, lookup(cpu, u, (union vreg){ .d = { 0, 0 } }));
}

FP_CALL(tbx)
{
	write_vector(cpu, u, lookup(cpu, u, V(rd)));
}

/* ---- Modified immediates: imm is expanded, inverted for BIC; on 64 or 128 bits ---- */

FP_OP(movi)
{
	write_scalar(cpu, u, u->imm);
}

FP_OP(movi_128)
{
	V(rd).vd = (u64x2){ u->imm, u->imm };
}

FP_OP(orr_imm_vec)
{
	write_scalar(cpu, u, V(rd).d[0] | u->imm);
}

FP_OP(orr_imm_vec_128)
{
	V(rd).vd |= (u64x2){ u->imm, u->imm };
}

FP_OP(and_imm_vec)
{
	write_scalar(cpu, u, V(rd).d[0] & u->imm);
}

FP_OP(and_imm_vec_128)
{
	V(rd).vd &= (u64x2){ u->imm, u->imm };
}
