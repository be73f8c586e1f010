/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bit arithmetic on 64-bit values. Bit ranges are written as in the Arm ARM: <high:low>, inclusive.
 */
#ifndef ENT_BASE_BITS_H
#define ENT_BASE_BITS_H

#include "base/types.h"

#define BIT(n) ((u64)1 << (n))

/* MASK(7, 4) is 0xf0. 63 >= high >= low. */
#define MASK(high, low) ((~(u64)0 >> (63 - (high))) & (~(u64)0 << (low)))

static inline u64 bits(u64 value, unsigned high, unsigned low)
{
	return (value & MASK(high, low)) >> low;
}

static inline bool bit(u64 value, unsigned n)
{
	return (value >> n) & 1;
}

/* The value with <high:low> replaced by the low bits of field. */
static inline u64 put_bits(u64 value, unsigned high, unsigned low, u64 field)
{
	return (value & ~MASK(high, low)) | ((field << low) & MASK(high, low));
}

/* The same for a field as a mask in place, as fields.def names them. */
static inline u64 get_field(u64 value, u64 mask)
{
	return (value & mask) / (mask & -mask);
}

static inline u64 put_field(u64 value, u64 mask, u64 field)
{
	return (value & ~mask) | ((field * (mask & -mask)) & mask);
}

/* Sign-extends the low `width` bits; 1 <= width <= 64. */
static inline u64 sign_extend(u64 value, unsigned width)
{
	return (u64)((s64)(value << (64 - width)) >> (64 - width));
}

static inline u64 align_down(u64 value, u64 power_of_two)
{
	return value & ~(power_of_two - 1);
}

static inline u64 align_up(u64 value, u64 power_of_two)
{
	return align_down(value + power_of_two - 1, power_of_two);
}

static inline bool is_aligned(u64 value, u64 power_of_two)
{
	return (value & (power_of_two - 1)) == 0;
}

static inline u64 ror64(u64 value, unsigned n)
{
	return value >> (n & 63) | value << (-n & 63);
}

static inline u32 ror32(u32 value, unsigned n)
{
	return value >> (n & 31) | value << (-n & 31);
}

#endif
