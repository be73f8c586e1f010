/* SPDX-License-Identifier: Apache-2.0 */
/* The workloads of workloads.h. */
#include "workloads.h"
#include "mix.h"

u64 workload_core(u64 rounds)
{
	u64 seed;
	u32 crc = 0;

	mix_start(&seed);
	for (u64 round = 0; round < rounds; round++)
		crc = mix_round(crc, (int)round, &seed);
	return crc;
}

/* ---- record: orders are entered, compared and put into a chain ---- */

enum kind { STANDARD, EXPRESS, FREIGHT };

struct order {
	struct order *next;
	enum kind kind;
	int amount, price;
	char name[32];
};

static struct order orders[2], *latest;
static int ledger[48];

__attribute__((noinline)) static void copy_text(char *to, const char *from)
{
	while ((*to++ = *from++) != 0)
		;
}

__attribute__((noinline)) static int compare_text(const char *a, const char *b)
{
	while (*a != 0 && *a == *b) {
		a++;
		b++;
	}
	return *a - *b;
}

__attribute__((noinline)) static enum kind kind_of(int amount)
{
	return amount > 90 ? FREIGHT : amount & 1 ? EXPRESS : STANDARD;
}

__attribute__((noinline)) static int discount(enum kind kind, int price)
{
	switch (kind) {
	case STANDARD: return price;
	case EXPRESS: return price + 7;
	default: return price - price / 9;
	}
}

__attribute__((noinline)) static void enter(struct order *order, int amount, const char *name)
{
	struct order *other = order->next;

	*other = *order;
	other->next = order;
	order->amount = amount;
	order->kind = kind_of(amount);
	order->price = discount(order->kind, amount * 5);
	copy_text(order->name, name);
	latest = other;
}

__attribute__((noinline)) static void post(int *book, int index, int amount)
{
	book[index] = amount;
	book[index + 1] = book[index];
	for (int i = index; i <= index + 1; i++)
		book[i + 10] += i;
	book[index + 20] += book[index] / (index + 1);
}

u64 workload_record(u64 rounds)
{
	u64 sum = 0;

	orders[0].next = &orders[1];
	orders[1].next = &orders[0];
	for (u64 round = 0; round < rounds; round++) {
		int amount = (int)(round % 100);

		enter(&orders[0], amount,
			round & 4 ? "a case of forty oranges, ripe"
				  : "a case of forty oranges, green");
		if (compare_text(orders[0].name, orders[1].name) > 0)
			sum += 1;
		post(ledger, amount % 9, orders[0].price);
		for (char c = 'A'; c <= 'C'; c++)
			if (orders[0].name[2] == c)
				sum += 2;
		sum += (u64)(latest->price + ledger[amount % 9 + 20]);
	}
	return sum;
}

/* ---- Memory ---- */

static u64 from_words[8192], to_words[8192];

u64 workload_copy(u64 rounds)
{
	for (u64 round = 0; round < rounds; round++) {
		for (u64 i = 0; i < COUNT_OF(from_words); i += 4) {
			u64 a = from_words[i], b = from_words[i + 1];
			u64 c = from_words[i + 2], d = from_words[i + 3];

			to_words[i] = a;
			to_words[i + 1] = b;
			to_words[i + 2] = c;
			to_words[i + 3] = d;
		}
		asm volatile("" ::: "memory");
	}
	return to_words[0];
}

/* Integers: the programs are compiled without floating point. */
static u64 sums[32768], ones[32768], others[32768];

u64 workload_triad(u64 rounds)
{
	for (u64 round = 0; round < rounds; round++) {
		for (u64 i = 0; i < COUNT_OF(sums); i++)
			sums[i] = ones[i] + 3 * others[i];
		asm volatile("" ::: "memory");
	}
	return sums[1];
}

static struct node {
	u32 key, child[2];
} nodes[1 << 16];

/* The nodes of a balanced tree, its root at 1, children of n at 2n and 2n + 1. */
static u32 build_tree(u32 n, u32 key)
{
	nodes[n].child[0] = 2 * n < COUNT_OF(nodes) ? 2 * n : 0;
	nodes[n].child[1] = 2 * n + 1 < COUNT_OF(nodes) ? 2 * n + 1 : 0;
	if (nodes[n].child[0] != 0)
		key = build_tree(2 * n, key);
	nodes[n].key = key++;
	if (nodes[n].child[1] != 0)
		key = build_tree(2 * n + 1, key);
	return key;
}

u64 workload_tree(u64 rounds)
{
	u64 seed = 362436069, depth = 0;

	if (nodes[1].child[0] == 0)
		build_tree(1, 0);
	for (u64 i = 0; i < rounds * 1000; i++) {
		u32 key = next_random(&seed) % COUNT_OF(nodes), n = 1;

		while (n != 0 && nodes[n].key != key) {
			n = nodes[n].child[key > nodes[n].key];
			depth++;
		}
	}
	return depth;
}
