/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Integers, the three kinds of address, and bit ranges written <high:low> as in the Arm ARM.
 * A pa_t is never a pointer: hal_pa_to_va() makes one, and on the host HAL nothing else can.
 */
#ifndef HYP_TYPES_H
#define HYP_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

typedef struct {
	u64 v;
} pa_t;
typedef struct {
	u64 v;
} ipa_t;

#define PA(x)  ((pa_t){ (x) })
#define IPA(x) ((ipa_t){ (x) })

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define KIB(n)	   ((u64)(n) << 10)
#define MIB(n)	   ((u64)(n) << 20)
#define GIB(n)	   ((u64)(n) << 30)
#define PAGE_SIZE  KIB(4)
#define BLOCK_SIZE MIB(2)

#define BIT(n)		(1ul << (n))
#define MASK(high, low) ((~0ul >> (63 - (high))) & (~0ul << (low)))

static inline u64 bits(u64 value, unsigned high, unsigned low)
{
	return (value & MASK(high, low)) >> low;
}

static inline u64 sign_extended(u64 value, unsigned msb)
{
	return (u64)((int64_t)(value << (63 - msb)) >> (63 - msb));
}

static inline u64 smaller(u64 a, u64 b)
{
	return a < b ? a : b;
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

#endif
