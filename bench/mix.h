/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mix in the spirit of embedded benchmarks, for mix.c and timing/workloads.c: a list of 64 is
 * sorted and reversed, matrices of 12 x 12 multiplied, a text scanned, all of it summed up by a
 * CRC.
 */
#ifndef ENT_BENCH_MIX_H
#define ENT_BENCH_MIX_H

#include "bench.h"

struct item {
	struct item *next;
	short value;
};

static struct item items[64];
static short left[12][12], right[12][12];
static int product[12][12];

static struct item *reverse(struct item *list)
{
	struct item *done = 0;

	while (list) {
		struct item *next = list->next;

		list->next = done;
		done = list;
		list = next;
	}
	return done;
}

static struct item *merge(struct item *x, struct item *y)
{
	struct item head = { 0, 0 }, *tail = &head;

	while (x && y) {
		struct item **from = x->value <= y->value ? &x : &y;

		tail->next = *from;
		tail = *from;
		*from = (*from)->next;
	}
	tail->next = x ? x : y;
	return head.next;
}

static struct item *sort(struct item *list)
{
	struct item *slow = list, *fast;

	if (!list || !list->next)
		return list;
	for (fast = list->next; fast && fast->next; fast = fast->next->next)
		slow = slow->next;
	fast = slow->next;
	slow->next = 0;
	return merge(sort(list), sort(fast));
}

static u32 crc16(u32 crc, u32 data)
{
	for (int i = 0; i < 16; i++, data >>= 1) {
		u32 x = (crc ^ data) & 1;

		crc >>= 1;
		if (x)
			crc ^= 0xa001;
	}
	return crc;
}

static int multiply(int seed)
{
	int sum = 0;

	for (int i = 0; i < 12; i++) {
		for (int j = 0; j < 12; j++) {
			int acc = 0;

			for (int k = 0; k < 12; k++)
				acc += left[i][k] * right[k][j];
			product[i][j] = acc;
			sum += acc > seed ? acc >> 3 : acc;
		}
	}
	return sum;
}

/* Numbers in text: counts integers, fractions and errors. */
static u32 scan(const char *text)
{
	enum { START, INTEGER, FRACTION, BAD } state = START;
	u32 counts[4] = { 0 };

	for (; *text; text++) {
		if (*text == ',') {
			counts[state]++;
			state = START;
			continue;
		}
		switch (state) {
		case START: state = *text >= '0' && *text <= '9' ? INTEGER : BAD; break;
		case INTEGER:
			if (*text == '.')
				state = FRACTION;
			else if (*text < '0' || *text > '9')
				state = BAD;
			break;
		case FRACTION:
			if (*text < '0' || *text > '9')
				state = BAD;
			break;
		default: break;
		}
	}
	return counts[INTEGER] * 100 + counts[FRACTION] * 10 + counts[BAD];
}

static inline void mix_start(u64 *seed)
{
	*seed = 88172645463325252ul;
	for (int i = 0; i < 12; i++) {
		for (int j = 0; j < 12; j++) {
			left[i][j] = (short)next_random(seed);
			right[i][j] = (short)(next_random(seed) & 0xff);
		}
	}
}

static inline u32 mix_round(u32 crc, int round, u64 *seed)
{
	static const char text[] = "12,3.5,abc,99x,1,7.25,0,12.,.5,1234567,3.14159,x,42,";
	struct item *list = 0;

	for (int i = 0; i < 64; i++) {
		items[i].value = (short)next_random(seed);
		items[i].next = list;
		list = &items[i];
	}
	list = reverse(sort(list));
	for (struct item *p = list; p; p = p->next)
		crc = crc16(crc, (u16)p->value);
	crc = crc16(crc, (u32)multiply(round) & 0xffff);
	return crc16(crc, scan(text));
}

#endif
