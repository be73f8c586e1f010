/* SPDX-License-Identifier: Apache-2.0 */
/* Integers in vectors: differences of pixels, a filter, a lookup in tables, counts. */
#include "bench.h"

enum { SIDE = 64, PIXELS = SIDE * SIDE, TAPS = 4 };

static u8 frame[PIXELS], moved[PIXELS], mapped[PIXELS], table[64];

#ifdef __aarch64__
#include <arm_neon.h>

/* Sum of absolute differences of 16 x 16 pixels. */
static u32 difference(const u8 *a, const u8 *b)
{
	uint16x8_t sum = vdupq_n_u16(0);

	for (int y = 0; y < 16; y++) {
		uint8x16_t p = vld1q_u8(a + y * SIDE), q = vld1q_u8(b + y * SIDE);

		sum = vabal_u8(sum, vget_low_u8(p), vget_low_u8(q));
		sum = vabal_u8(sum, vget_high_u8(p), vget_high_u8(q));
	}
	return vaddlvq_u16(sum);
}

/* Each byte by the table, 64 and more as they are. */
static void map(u8 *to, const u8 *from)
{
	uint8x16x4_t all = vld1q_u8_x4(table);

	for (int i = 0; i < PIXELS; i += 16) {
		uint8x16_t index = vld1q_u8(from + i);

		vst1q_u8(to + i, vqtbx4q_u8(index, all, index));
	}
}

static u32 count_equal(const u8 *a, const u8 *b)
{
	uint32x4_t sum = vdupq_n_u32(0);

	for (int i = 0; i < PIXELS; i += 16) {
		uint8x16_t equal = vshrq_n_u8(vceqq_u8(vld1q_u8(a + i), vld1q_u8(b + i)), 7);

		sum = vpadalq_u16(sum, vpaddlq_u8(equal));
	}
	return vaddvq_u32(sum);
}

#else /* for the right result, on a host */

static u32 difference(const u8 *a, const u8 *b)
{
	u32 sum = 0;

	for (int y = 0; y < 16; y++) {
		for (int x = 0; x < 16; x++) {
			int d = a[y * SIDE + x] - b[y * SIDE + x];

			sum += (u32)(d < 0 ? -d : d);
		}
	}
	return sum;
}

static void map(u8 *to, const u8 *from)
{
	for (int i = 0; i < PIXELS; i++)
		to[i] = from[i] < 64 ? table[from[i]] : from[i];
}

static u32 count_equal(const u8 *a, const u8 *b)
{
	u32 sum = 0;

	for (int i = 0; i < PIXELS; i++)
		sum += a[i] == b[i];
	return sum;
}

#endif

/* Left to the compiler: widening products, a rounding shift, saturation. */
static void filter(u8 *restrict to, const u8 *restrict from, const short *restrict weight)
{
	for (int i = 0; i < PIXELS - TAPS; i++) {
		int sum = 32;

		for (int k = 0; k < TAPS; k++)
			sum += from[i + k] * weight[k];
		sum >>= 6;
		to[i] = (u8)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
	}
}

u64 run(void)
{
	static const short weight[TAPS] = { -5, 37, 37, -5 };
	u64 seed = 88172645463325252ul, sum = 0;

	for (int i = 0; i < PIXELS; i++)
		frame[i] = (u8)next_random(&seed);
	for (int i = 0; i < 64; i++)
		table[i] = (u8)(next_random(&seed) >> 9);
	for (int round = 0; round < 5000; round++) {
		u32 best = ~0u;

		filter(moved, frame, weight);
		map(mapped, moved);
		for (int y = 0; y < 48; y += 4) {
			for (int x = 0; x < 48; x += 3) {
				u32 d = difference(frame + 16 * SIDE + 16, mapped + y * SIDE + x);

				best = d < best ? d : best;
			}
		}
		sum += best + count_equal(mapped, moved);
		frame[seed % PIXELS] ^= (u8)next_random(&seed);
	}
	return RESULT(sum);
}
