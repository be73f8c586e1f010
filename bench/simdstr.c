/* SPDX-License-Identifier: Apache-2.0 */
/* Copies and searches of bytes in vectors, as C libraries do them. */
#include "bench.h"

#ifdef __aarch64__
#include <arm_neon.h>

/* Of a comparison: 4 bits for each byte. */
static u64 nibbles(uint8x16_t mask)
{
	uint8x8_t narrow = vshrn_n_u16(vreinterpretq_u16_u8(mask), 4);

	return vget_lane_u64(vreinterpret_u64_u8(narrow), 0);
}

static u64 length(const u8 *text)
{
	for (u64 at = 0;; at += 16) {
		uint8x16_t found = vceqzq_u8(vld1q_u8(text + at));

		if (vmaxvq_u32(vreinterpretq_u32_u8(found)) != 0)
			return at + (u64)__builtin_ctzl(nibbles(found)) / 4;
	}
}

static u64 find(const u8 *data, u8 byte)
{
	uint8x16_t wanted = vdupq_n_u8(byte);

	for (u64 at = 0;; at += 32) {
		uint8x16_t low = vceqq_u8(vld1q_u8(data + at), wanted);
		uint8x16_t high = vceqq_u8(vld1q_u8(data + at + 16), wanted);
		uint8x16_t either = vorrq_u8(low, high);

		if (vget_lane_u64(vreinterpret_u64_u8(
					  vpmax_u8(vget_low_u8(either), vget_high_u8(either))),
			    0) != 0) {
			u64 in_low = nibbles(low);

			return at + (in_low ? (u64)__builtin_ctzl(in_low) / 4
					    : 16 + (u64)__builtin_ctzl(nibbles(high)) / 4);
		}
	}
}

static void copy(u8 *to, const u8 *from, u64 size)
{
	for (u64 at = 0; at < size; at += 64) {
		uint8x16x4_t block = { { vld1q_u8(from + at), vld1q_u8(from + at + 16),
			vld1q_u8(from + at + 32), vld1q_u8(from + at + 48) } };

		for (int i = 0; i < 4; i++)
			vst1q_u8(to + at + 16 * i, block.val[i]);
	}
}

#else /* for the right result, on a host */

static u64 length(const u8 *text)
{
	return __builtin_strlen((const char *)text);
}

static u64 find(const u8 *data, u8 byte)
{
	u64 at = 0;

	while (data[at] != byte)
		at++;
	return at;
}

static void copy(u8 *to, const u8 *from, u64 size)
{
	__builtin_memcpy(to, from, (size + 63) & ~63ul);
}

#endif

enum { SIZE = 8192 };
static u8 text[SIZE], other[SIZE];

u64 run(void)
{
	u64 seed = 88172645463325252ul, sum = 0;

	for (int i = 0; i < SIZE - 64; i++)
		text[i] = (u8)(1 + next_random(&seed) % 250);
	for (int round = 0; round < 250000; round++) {
		u64 start = next_random(&seed) % 4096;
		u64 end = start + 100 + (seed >> 40) % 3000;

		copy(other + start, text + end % 31, end - start);
		other[end] = 0;
		other[end - 1] = 255;
		sum += length(other + start) * 3 + find(other + start, 255);
	}
	return RESULT(sum);
}
