/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workloads of our own in the spirit of embedded benchmarks, which are not those benchmarks. Each
 * does `rounds` rounds and returns a sum of what it worked out; rounds are equal but for their
 * data.
 */
#ifndef ENT_BENCH_WORKLOADS_H
#define ENT_BENCH_WORKLOADS_H

#include "bench.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

u64 workload_core(u64 rounds);	 /* a list, matrices, a state machine, a CRC: mix.h */
u64 workload_record(u64 rounds); /* records, strings, calls, a division: what Dhrystone does */
u64 workload_copy(u64 rounds);	 /* 64 KiB from one place to another */
u64 workload_triad(u64 rounds);	 /* a[i] = b[i] + 3 * c[i] over three times 256 KiB */
u64 workload_tree(u64 rounds);	 /* 1000 look-ups in a binary tree of 64 K nodes */

#endif
