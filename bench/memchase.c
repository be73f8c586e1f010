/* SPDX-License-Identifier: Apache-2.0 */
/* Pointer chase over 512 KiB with copies between. */
#include "bench.h"

enum { NODES = 1 << 14 };
static struct node {
	struct node *next;
	u64 value, pad[2];
} nodes[NODES];
static u64 from[512], to[512];

u64 run(void)
{
	u64 seed = 88172645463325252ul, sum = 0;
	struct node *p = &nodes[0];

	/* One cycle through all nodes in random order (Sattolo). */
	for (u64 i = 0; i < NODES; i++)
		nodes[i].next = &nodes[i];
	for (u64 i = NODES - 1; i > 0; i--) {
		u64 j = next_random(&seed) % i;
		struct node *next = nodes[i].next;

		nodes[i].next = nodes[j].next;
		nodes[j].next = next;
		nodes[i].value = i;
	}
	for (int round = 0; round < 1000; round++) {
		for (int i = 0; i < NODES * 4; i++) {
			sum += p->value;
			p->value ^= sum & 7;
			p = p->next;
		}
		for (int k = 0; k < 50; k++) {
			for (int i = 0; i < 512; i++)
				to[i] = from[i] + 1;
			for (int i = 0; i < 512; i++)
				from[i] = to[i] ^ sum;
		}
	}
	return RESULT(sum);
}
