/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Integer and address types. Knows nothing about Arm.
 */
#ifndef ENT_BASE_TYPES_H
#define ENT_BASE_TYPES_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef unsigned __int128 u128;

/* Physical and intermediate physical addresses are kinds of their own; virtual ones are plain u64.
 */
typedef struct {
	u64 v;
} pa_t;
typedef struct {
	u64 v;
} ipa_t;

#define PA(x)  ((pa_t){ (x) })
#define IPA(x) ((ipa_t){ (x) })

/* Simulated time; in the functional model one instruction is one cycle and one nanosecond. */
typedef u64 cycles_t;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LIKELY(x)    __builtin_expect(!!(x), 1)
#define UNLIKELY(x)  __builtin_expect(!!(x), 0)

#endif
