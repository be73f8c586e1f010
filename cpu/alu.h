/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arithmetic of the data-processing instructions as pure functions, named as in the pseudocode.
 * Knows no struct cpu.
 */
#ifndef ENT_CPU_ALU_H
#define ENT_CPU_ALU_H

#include "base/base.h"

/*
 * The NZCV of AddWithCarry(a, b, carry), 64-bit and 32-bit. DDI 0487 J1.3. Sums of 2 * flag, which
 * the host has one instruction for.
 */
static inline u32 add_flags_x(u64 a, u64 b, u64 carry)
{
	u64 r = a + b + carry;
	u32 n = (u32)(r >> 63), z = r == 0, v = (u32)(((a ^ r) & (b ^ r)) >> 63);
	u32 c = (u32)(((u128)a + b + carry) >> 64);

	return v + 2 * (c + 2 * (z + 2 * n));
}

static inline u32 add_flags_w(u32 a, u32 b, u32 carry)
{
	u64 r = (u64)a + b + carry;

	u32 n = (u32)r >> 31, z = (u32)r == 0, c = (u32)(r >> 32);
	u32 v = ((a ^ (u32)r) & (b ^ (u32)r)) >> 31;

	return v + 2 * (c + 2 * (z + 2 * n));
}

/* holds ? yes : no, without a branch for the host to mispredict. */
static inline u64 select_value(bool holds, u64 yes, u64 no)
{
	return no ^ ((yes ^ no) & (0 - (u64)holds));
}

/* The NZCV of a logical result. */
static inline u32 logical_flags_x(u64 r)
{
	return 4 * ((u32)(r == 0) + 2 * (u32)(r >> 63));
}

static inline u32 logical_flags_w(u32 r)
{
	return 4 * ((u32)(r == 0) + 2 * (r >> 31));
}

/*
 * DecodeBitMasks() for a logical immediate: N:imms:immr. Returns 0, which no valid encoding
 * yields, when the combination is reserved. A 32-bit one is given twice, in both halves.
 */
static inline u64 decode_bit_masks(u32 n, u32 imms, u32 immr)
{
	u32 pattern = n << 6 | (~imms & 0x3f);
	unsigned length, size, ones, rotate;
	u64 element;

	if (pattern < 2)
		return 0;
	length = 31 - (unsigned)__builtin_clz(pattern);
	size = 1u << length;
	ones = imms & (size - 1);
	rotate = immr & (size - 1);
	if (ones == size - 1)
		return 0;
	element = MASK(ones, 0);
	if (rotate != 0)
		element = (element >> rotate | element << (size - rotate)) & MASK(size - 1, 0);
	for (; size < 64; size *= 2)
		element |= element << size;
	return element;
}

static inline u64 reverse_bits(u64 x)
{
	x = (x >> 1 & 0x5555555555555555) | (x & 0x5555555555555555) << 1;
	x = (x >> 2 & 0x3333333333333333) | (x & 0x3333333333333333) << 2;
	x = (x >> 4 & 0x0f0f0f0f0f0f0f0f) | (x & 0x0f0f0f0f0f0f0f0f) << 4;
	return __builtin_bswap64(x);
}

/* REV16: the bytes of every halfword. */
static inline u64 reverse_halfwords(u64 x)
{
	return (x >> 8 & 0x00ff00ff00ff00ff) | (x & 0x00ff00ff00ff00ff) << 8;
}

static inline u64 count_leading_zeros(u64 x, unsigned width)
{
	return x == 0 ? width : (u64)__builtin_clzll(x) - (64 - width);
}

/* CLS: leading bits equal to the sign bit, itself not counted. */
static inline u64 count_leading_sign_bits(u64 x, unsigned width)
{
	u64 value = sign_extend(x, width);
	u64 differs = value ^ (value >> 1 | (value & BIT(63)));

	return count_leading_zeros(differs & MASK(width - 2, 0), width) - 1;
}

/* Division rounds to zero; by zero gives zero; the one overflow wraps. C6.2 UDIV, SDIV */
static inline u64 divide_unsigned(u64 a, u64 b)
{
	return b == 0 ? 0 : a / b;
}

static inline u64 divide_signed(s64 a, s64 b)
{
	if (b == 0)
		return 0;
	return b == -1 ? 0 - (u64)a : (u64)(a / b);
}

/* The 32-bit twins: many hosts divide 32 bits faster. */
static inline u32 divide_unsigned_w(u32 a, u32 b)
{
	return b == 0 ? 0 : a / b;
}

static inline u32 divide_signed_w(s32 a, s32 b)
{
	if (b == 0)
		return 0;
	return b == -1 ? 0 - (u32)a : (u32)(a / b);
}

/* What four bits shifted out of a CRC do to the rest, for a bit-reversed polynomial p. */
#define CRC_BIT(x, p)	 ((x) >> 1 ^ ((x)&1 ? (p) : 0u))
#define CRC_2BITS(x, p)	 CRC_BIT(CRC_BIT(x, p), p)
#define CRC_NIBBLE(x, p) CRC_2BITS(CRC_2BITS(x, p), p)
#define CRC_ROW(x, p)                                                                              \
	CRC_NIBBLE(x, p), CRC_NIBBLE(x + 1u, p), CRC_NIBBLE(x + 2u, p), CRC_NIBBLE(x + 3u, p)
#define CRC_TABLE(p)                                                                               \
	{                                                                                          \
		CRC_ROW(0u, p), CRC_ROW(4u, p), CRC_ROW(8u, p), CRC_ROW(12u, p)                    \
	}

/* CRC32 and CRC32C of the low `bytes` bytes of data. C6.2 CRC32B */
static inline u32 crc32_step(u32 crc, u64 data, unsigned bytes, bool castagnoli)
{
	static const u32 tables[2][16] = { CRC_TABLE(0xedb88320u), CRC_TABLE(0x82f63b78u) };
	const u32 *table = tables[castagnoli];

	for (unsigned i = 0; i < bytes; i++, data >>= 8) {
		crc ^= (u8)data;
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return crc;
}

#endif
