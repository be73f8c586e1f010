/* SPDX-License-Identifier: Apache-2.0 */
/* Single precision in vectors: y += a * x, a matrix product, a blur; what a compiler makes of it.
 */
#include "bench.h"

enum { N = 1024, SIDE = 64 };

static float x[N], y[N];
static float a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];

static void add_scaled(float scale)
{
	for (int i = 0; i < N; i++)
		y[i] = __builtin_fmaf(scale, x[i], y[i]);
}

static void blur(void)
{
	for (int i = 1; i < N - 1; i++)
		x[i] = (y[i - 1] + y[i + 1]) * 0.25f + y[i] * 0.5f;
}

static void multiply(void)
{
	for (int i = 0; i < SIDE; i++) {
		for (int j = 0; j < SIDE; j++)
			c[i][j] = 0;
		for (int k = 0; k < SIDE; k++) {
			for (int j = 0; j < SIDE; j++)
				c[i][j] = __builtin_fmaf(a[i][k], b[k][j], c[i][j]);
		}
	}
}

static u64 bits(float value)
{
	union {
		float value;
		u32 bits;
	} both = { value };

	return both.bits;
}

u64 run(void)
{
	u64 seed = 88172645463325252ul, sum = 0;

	for (int i = 0; i < N; i++)
		x[i] = (float)(next_random(&seed) >> 40) * 0x1p-24f;
	for (int i = 0; i < SIDE; i++) {
		for (int j = 0; j < SIDE; j++) {
			a[i][j] = (float)(next_random(&seed) >> 40) * 0x1p-24f;
			b[i][j] = (float)(next_random(&seed) >> 40) * 0x1p-24f;
		}
	}
	for (int round = 0; round < 300; round++) {
		for (int i = 0; i < 40; i++) {
			add_scaled(-0.25f);
			blur();
		}
		multiply();
		a[round % SIDE][round % 7] = c[round % 5][3] / SIDE;
		sum += bits(c[7][round % SIDE]) + bits(x[round]);
	}
	return RESULT(sum);
}
