/* SPDX-License-Identifier: Apache-2.0 */
/* Recursive quicksort. */
#include "bench.h"

enum { N = 40000 };
static int v[N];

static void quicksort(int *low, int *high)
{
	while (low < high) {
		int pivot = low[(high - low) / 2], *i = low, *j = high;

		do {
			while (*i < pivot)
				i++;
			while (*j > pivot)
				j--;
			if (i <= j) {
				int x = *i;

				*i++ = *j;
				*j-- = x;
			}
		} while (i <= j);
		quicksort(low, j);
		low = i;
	}
}

u64 run(void)
{
	u64 seed = 88172645463325252ul, sum = 0;

	for (int round = 0; round < 150; round++) {
		for (int i = 0; i < N; i++)
			v[i] = (int)next_random(&seed);
		quicksort(v, v + N - 1);
		for (int i = 1; i < N; i++) {
			if (v[i - 1] > v[i])
				return 1;
		}
		sum += (u32)v[N / 3];
	}
	return RESULT(sum);
}
