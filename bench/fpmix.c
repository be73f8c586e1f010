/* SPDX-License-Identifier: Apache-2.0 */
/* Double precision: bodies under gravity (SQRT, DIV), a matrix product (FMA), the Mandelbrot set.
 */
#include "bench.h"

enum { BODIES = 5, SIDE = 24 };

struct body {
	double x[3], v[3], mass;
};

static struct body body[BODIES];
static double a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];

static void move(double time)
{
	for (int i = 0; i < BODIES; i++) {
		for (int j = i + 1; j < BODIES; j++) {
			double d[3], square = 0.01, pull;

			for (int k = 0; k < 3; k++) {
				d[k] = body[i].x[k] - body[j].x[k];
				square += d[k] * d[k];
			}
			pull = time / (square * __builtin_sqrt(square));
			for (int k = 0; k < 3; k++) {
				body[i].v[k] -= d[k] * (body[j].mass * pull);
				body[j].v[k] += d[k] * (body[i].mass * pull);
			}
		}
	}
	for (int i = 0; i < BODIES; i++) {
		for (int k = 0; k < 3; k++)
			body[i].x[k] += body[i].v[k] * time;
	}
}

static void multiply(void)
{
	for (int i = 0; i < SIDE; i++) {
		for (int j = 0; j < SIDE; j++) {
			double sum = 0;

			for (int k = 0; k < SIDE; k++)
				sum = __builtin_fma(a[i][k], b[k][j], sum);
			c[i][j] = sum;
		}
	}
}

/* How many points of a row the first 50 steps leave within 2 of the origin. */
static u64 mandelbrot(double y0)
{
	u64 inside = 0;

	for (int i = 0; i < 64; i++) {
		double x0 = -2 + i * 0.046875, x = 0, y = 0;
		int n = 0;

		while (n < 50 && x * x + y * y < 4) {
			double next = x * x - y * y + x0;

			y = 2 * x * y + y0;
			x = next;
			n++;
		}
		inside += n == 50;
	}
	return inside;
}

static u64 bits(double value)
{
	union {
		double value;
		u64 bits;
	} both = { value };

	return both.bits ^ both.bits >> 32;
}

u64 run(void)
{
	u64 seed = 88172645463325252ul, sum = 0;

	for (int i = 0; i < BODIES; i++) {
		body[i].mass = 1 + i;
		for (int k = 0; k < 3; k++)
			body[i].x[k] = (double)(next_random(&seed) >> 40) / 0x400000;
	}
	for (int i = 0; i < SIDE; i++) {
		for (int j = 0; j < SIDE; j++) {
			a[i][j] = (double)(next_random(&seed) >> 11) * 0x1p-53;
			b[i][j] = (double)(next_random(&seed) >> 11) * 0x1p-53;
		}
	}
	for (int round = 0; round < 2400; round++) {
		for (int step = 0; step < 40; step++)
			move(0.001);
		multiply();
		a[round % SIDE][0] = c[0][round % SIDE] / SIDE;
		sum += bits(c[3][5]) + bits(body[round % BODIES].x[0]);
		sum += mandelbrot((round % 400) * 0.0029296875);
	}
	return RESULT(sum);
}
