/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain loops over arrays of every type, for the compiler to vectorise (-O3): lengths that are no
 * multiple of a vector, strides of structures, widening, narrowing, reductions, conversions.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef float f32;
typedef double f64;
#ifdef __ARM_FEATURE_FP16_VECTOR_ARITHMETIC
typedef _Float16 f16;
#endif

enum { N = 203 };

/* Read as arrays of all types: -fno-strict-aliasing. */
static u64 input[3][N + 1], result[N + 1];

/* The compiler must not know what comes in, or it would compute everything itself. */
static void *unknown(u64 *array)
{
	__asm__ volatile("" : "+r"(array)::"memory");
	return array;
}

/* One line for each loop: where it is wrong, it says which. */
static void show(const char *type, const char *name)
{
	u64 hash = 14695981039346656037ul;

	for (int i = 0; i <= N; i++)
		hash = (hash ^ result[i]) * 1099511628211ul;
	printf("%-4s %-10s %016lx\n", type, name, hash);
}

#define MIN(x, y) ((x) < (y) ? (x) : (y))
#define MAX(x, y) ((x) > (y) ? (x) : (y))
#define LOOP	  for (int i = 0; i < N; i++)
#define PART(n)	  for (int i = 0; i < N / (n); i++)

/* A loop from arrays a, b, c of T to array r of R. */
#define KERNEL(T, R, name, ...)                                                                    \
	{                                                                                          \
		const T *a = unknown(input[0]), *b = unknown(input[1]), *c = unknown(input[2]);    \
		R *r = unknown(memset(result, 0, sizeof(result)));                                 \
                                                                                                   \
		(void)a, (void)b, (void)c;                                                         \
		__VA_ARGS__;                                                                       \
		unknown((u64 *)r);                                                                 \
		show(#T, #name);                                                                   \
	}

/* Folds the array into one value, by an expression of `sum` and i. */
#define FOLD(T, R, name, first, expression)                                                        \
	KERNEL(T, R, name, R sum = (first); LOOP sum = (R)(expression); *r = sum)

/* clang-format off */
#define ARITHMETIC(T)                                                                              \
	KERNEL(T, T, add,      LOOP r[i] = (T)(a[i] + b[i]))                                       \
	KERNEL(T, T, sub,      LOOP r[i] = (T)(a[i] - b[i]))                                       \
	KERNEL(T, T, mul,      LOOP r[i] = (T)(a[i] * b[i]))                                       \
	KERNEL(T, T, mla,      LOOP r[i] = (T)(a[i] * b[i] + c[i]))                                \
	KERNEL(T, T, mls,      LOOP r[i] = (T)(c[i] - a[i] * b[i]))                                \
	KERNEL(T, T, scale,    T x = b[3]; LOOP r[i] = (T)(a[i] * x + c[7]))                       \
	KERNEL(T, T, neg,      LOOP r[i] = (T)-a[i])                                               \
	KERNEL(T, T, abs,      LOOP r[i] = (T)(a[i] <= 0 ? -a[i] : a[i]))                          \
	KERNEL(T, T, abd,      LOOP r[i] = (T)(a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]))           \
	KERNEL(T, T, min,      LOOP r[i] = MIN(a[i], b[i]))                                        \
	KERNEL(T, T, max,      LOOP r[i] = MAX(a[i], b[i]))                                        \
	KERNEL(T, T, select,   LOOP r[i] = a[i] > b[i] ? c[i] : a[i])                              \
	KERNEL(T, T, equal,    LOOP r[i] = a[i] == b[i] ? 1 : c[i] <= 0)                           \
	KERNEL(T, T, reverse,  LOOP r[i] = a[N - 1 - i])                                           \
	KERNEL(T, T, split2,   PART(2) r[i] = (T)(a[2 * i] + 3 * a[2 * i + 1]))                    \
	KERNEL(T, T, split3,   PART(3) r[i] = (T)(a[3 * i] - a[3 * i + 1] * a[3 * i + 2]))         \
	KERNEL(T, T, split4,   PART(4) r[i] = (T)(a[4 * i] - a[4 * i + 1] + a[4 * i + 2] * 2       \
					   - a[4 * i + 3]))                                        \
	KERNEL(T, T, join2,    PART(2) { r[2 * i] = a[i]; r[2 * i + 1] = (T)(a[i] + b[i]); })      \
	KERNEL(T, T, join3,    PART(3) { r[3 * i] = a[i]; r[3 * i + 1] = b[i]; r[3 * i + 2] = c[i]; }) \
	KERNEL(T, T, join4,    PART(4) { r[4 * i] = a[i]; r[4 * i + 1] = b[i]; r[4 * i + 2] = c[i]; \
				  r[4 * i + 3] = (T)(a[i] - c[i]); })                              \
	FOLD(T, T, sum, 0, sum + a[i])                                                             \
	FOLD(T, T, dot, 1, sum + a[i] * b[i])                                                      \
	FOLD(T, T, least, a[0], MIN(sum, a[i]))                                                    \
	FOLD(T, T, most, a[0], MAX(sum, a[i]))

#define BITWISE(T)                                                                                 \
	KERNEL(T, T, and,      LOOP r[i] = a[i] & b[i])                                            \
	KERNEL(T, T, bic,      LOOP r[i] = (T)(a[i] & ~b[i]))                                      \
	KERNEL(T, T, orn,      LOOP r[i] = (T)(a[i] | ~b[i]))                                      \
	KERNEL(T, T, eor,      LOOP r[i] = (T)(a[i] ^ b[i] ^ 0x55))                                \
	KERNEL(T, T, bsl,      LOOP r[i] = (T)((a[i] & b[i]) | (~a[i] & c[i])))                    \
	KERNEL(T, T, test,     LOOP r[i] = (a[i] & b[i]) != 0)                                     \
	KERNEL(T, T, shl,      LOOP r[i] = (T)((u64)a[i] << 3))                                    \
	KERNEL(T, T, shr,      LOOP r[i] = (T)(a[i] >> 3))                                         \
	KERNEL(T, T, shlv,     LOOP r[i] = (T)((u64)a[i] << (b[i] & 7)))                           \
	KERNEL(T, T, shrv,     LOOP r[i] = (T)(a[i] >> (b[i] & 7)))                                \
	KERNEL(T, T, rsra,     LOOP r[i] = (T)(c[i] + ((a[i] >> 2) + (a[i] >> 1 & 1))))            \
	KERNEL(T, T, average,  LOOP r[i] = (T)((a[i] >> 1) + (b[i] >> 1) + ((a[i] | b[i]) & 1)))   \
	KERNEL(T, T, popcount, LOOP r[i] = (T)__builtin_popcountl((u64)a[i]))                      \
	KERNEL(T, T, clz,      LOOP r[i] = (T)__builtin_clzl((u64)a[i] | 1))                       \
	KERNEL(T, T, divide,   LOOP r[i] = (T)(a[i] / 7 + a[i] % 10))                              \
	FOLD(T, T, xor, 0, sum ^ a[i])

/* Small numbers as a processor of pictures and sounds has them: absolute differences, dot products. */
#define SAMPLES(T)                                                                                 \
	KERNEL(T, T, absdiff,  LOOP r[i] = (T)abs(a[i] - b[i]))                                    \
	KERNEL(T, T, absacc,   LOOP r[i] = (T)(c[i] + abs(a[i] - b[i])))                           \
	FOLD(T, s32, absum, 0, sum + abs(a[i] - b[i]))                                             \
	FOLD(T, s32, dot32, 0, sum + a[i] * b[i])                                                  \
	FOLD(T, s32, sum32, 0, sum + a[i])

/* W is the type of twice the width. */
#define WIDEN(T, W)                                                                                \
	KERNEL(T, W, addl,     LOOP r[i] = (W)((W)a[i] + (W)b[i]))                                 \
	KERNEL(T, W, addw,     LOOP r[i] = (W)(((const W *)b)[i % 3] + (W)a[i]))                   \
	KERNEL(T, W, subl,     LOOP r[i] = (W)((W)a[i] - (W)b[i]))                                 \
	KERNEL(T, W, mull,     LOOP r[i] = (W)((W)a[i] * (W)b[i]))                                 \
	KERNEL(T, W, mlal,     LOOP r[i] = (W)((W)c[i] + (W)a[i] * (W)b[i]))                       \
	KERNEL(T, W, shll,     LOOP r[i] = (W)((u64)a[i] << 5))                                    \
	KERNEL(T, T, mulh,     LOOP r[i] = (T)((W)((W)a[i] * (W)b[i]) >> (4 * sizeof(W))))         \
	KERNEL(T, T, hadd,     LOOP r[i] = (T)(((W)a[i] + (W)b[i]) >> 1))                          \
	KERNEL(T, T, rhadd,    LOOP r[i] = (T)(((W)a[i] + (W)b[i] + 1) >> 1))                      \
	KERNEL(T, T, rshrn,    LOOP r[i] = (T)(((W)a[i] * (W)b[i] + (1 << 3)) >> 4))               \
	FOLD(T, W, suml, 0, sum + (W)a[i])                                                         \
	FOLD(T, W, dotl, 0, sum + (W)a[i] * (W)b[i])                                               \
	FOLD(T, W, sad, 0, sum + (a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]))                        \
	KERNEL(W, T, narrow,   LOOP r[i] = (T)((a[i] ^ b[i]) >> 4))                                \
	KERNEL(W, T, clamp,    LOOP r[i] = (T)(a[i] > 100 ? 100 : a[i] < 3 ? 3 : a[i]))

#define CONVERT(T, R) KERNEL(T, R, to_##R, LOOP r[i] = (R)a[i])

#define REAL(T, I)                                                                                 \
	KERNEL(T, T, div,      LOOP r[i] = a[i] / b[i])                                            \
	KERNEL(T, T, sqrt,     LOOP r[i] = (T)sqrt((f64)a[i]))                                     \
	KERNEL(T, T, horner,   LOOP r[i] = ((a[i] * (T)0.25 + b[i]) * a[i] - c[i]) * a[i] + (T)1.5) \
	KERNEL(T, I, less,     LOOP r[i] = (a[i] < b[i]) + (a[i] <= 0) + (c[i] > b[i]) + (a[i] != c[i])) \
	CONVERT(T, I)                                                                              \
	CONVERT(I, T)

#define FRACTION(T, f)                                                                             \
	KERNEL(T, T, sqrt_own, LOOP r[i] = sqrt##f(a[i]))                                          \
	KERNEL(T, T, fma,      LOOP r[i] = fma##f(a[i], b[i], c[i]))                               \
	KERNEL(T, T, fms,      LOOP r[i] = fma##f(-a[i], b[i], c[i]))                              \
	KERNEL(T, T, floor,    LOOP r[i] = floor##f(a[i]))                                         \
	KERNEL(T, T, ceil,     LOOP r[i] = ceil##f(a[i]))                                          \
	KERNEL(T, T, trunc,    LOOP r[i] = trunc##f(a[i]))                                         \
	KERNEL(T, T, round,    LOOP r[i] = round##f(a[i]))                                         \
	KERNEL(T, T, rint,     LOOP r[i] = rint##f(a[i]))                                          \
	KERNEL(T, T, fabs,     LOOP r[i] = fabs##f(a[i]))                                          \
	KERNEL(T, T, fmax,     LOOP r[i] = fmax##f(a[i], b[i]))                                    \
	KERNEL(T, T, fmin,     LOOP r[i] = fmin##f(a[i], b[i]))                                    \
	KERNEL(T, T, copysign, LOOP r[i] = copysign##f(a[i], b[i]))
/* clang-format on */

static void integers(void)
{
	ARITHMETIC(s8)
	ARITHMETIC(s16)
	ARITHMETIC(s32)
	ARITHMETIC(s64)
	ARITHMETIC(u8)
	ARITHMETIC(u16)
	ARITHMETIC(u32)
	ARITHMETIC(u64)
	BITWISE(s8)
	BITWISE(s16)
	BITWISE(s32)
	BITWISE(s64)
	BITWISE(u8)
	BITWISE(u16)
	BITWISE(u32)
	BITWISE(u64)
	SAMPLES(s8)
	SAMPLES(s16)
	SAMPLES(u8)
	SAMPLES(u16)
	WIDEN(s8, s16)
	WIDEN(s16, s32)
	WIDEN(s32, s64)
	WIDEN(u8, u16)
	WIDEN(u16, u32)
	WIDEN(u32, u64)
}

static void reals(void)
{
	ARITHMETIC(f32)
	ARITHMETIC(f64)
	REAL(f32, s32)
	REAL(f64, s64)
	FRACTION(f32, f)
	FRACTION(f64, )
	CONVERT(f32, f64)
	CONVERT(f64, f32)
	CONVERT(f32, u32)
	CONVERT(f64, u64)
	CONVERT(u32, f32)
	CONVERT(u64, f64)
	CONVERT(s8, f32)
	CONVERT(f32, s16)
	CONVERT(u16, f64)
#ifdef __ARM_FEATURE_FP16_VECTOR_ARITHMETIC
	ARITHMETIC(f16)
	REAL(f16, s16)
	CONVERT(f16, f32)
	CONVERT(f32, f16)
	CONVERT(f16, f64)
	CONVERT(u16, f16)
#endif
}

static u64 next_random(void)
{
	static u64 state = 88172645463325252ul;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Any bits; or for arrays of f32, numbers of ordinary size. */
static void fill(int ordinary)
{
	for (int i = 0; i < 3 * N; i++) {
		u64 random = next_random();
		f32 pair[2] = { (f32)(s32)random / 65536, (f32)(s16)(random >> 40) / 7 };

		if (ordinary)
			memcpy(&random, pair, sizeof(pair));
		input[i / N][i % N] = random;
	}
}

int main(void)
{
	fill(0);
	integers();
	reals();
	fill(1);
	reals();
	return 0;
}
