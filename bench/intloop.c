/* SPDX-License-Identifier: Apache-2.0 */
/* Integer loop: greatest common divisors and Collatz lengths, little memory. */
#include "bench.h"

static u64 gcd(u64 a, u64 b)
{
	while (a != b) {
		if (a > b)
			a -= b;
		else
			b -= a;
	}
	return a;
}

static u64 collatz(u64 n)
{
	u64 steps = 0;

	while (n != 1) {
		n = n & 1 ? 3 * n + 1 : n >> 1;
		steps++;
	}
	return steps;
}

u64 run(void)
{
	u64 sum = 0;

	for (u64 i = 1; i < 1200000; i++)
		sum += collatz(i) + gcd(i % 1000 + 1, 840);
	return RESULT(sum);
}
