/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Differences of exit accounts. Knows the names of the operations, nothing of what they do.
 */
#include "core/cost.h"

#include "core/print.h"
#include "core/stats.h"

static const char *const operations[] = {
#define BENCH(name, word, what) word,
#include "guest/bench.def"
#undef BENCH
};

static struct {
	u64 depth;
	u64 operation; /* which one is between its marks, counted from 1; 0: none */
	u64 single;    /* how often the first run did it */
	struct stats begin, first, second;
} cost;

void cost_reset(u64 depth)
{
	cost.depth = depth;
	cost.operation = 0;
	cost.single = 0;
}

void cost_begin(u64 operation, u64 times)
{
	if (operation > COUNT(operations) || (cost.single != 0 && times != 2 * cost.single))
		cost.single = 0;
	cost.operation = operation <= COUNT(operations) ? operation : 0;
	stats_take(&cost.begin);
}

static void subtract(struct stats *from, const struct stats *what)
{
	from->cycles = from->cycles > what->cycles ? from->cycles - what->cycles : 0;
	for (unsigned who = 0; who < WHO_COUNT; who++)
		for (unsigned i = 0; i < REASON_COUNT; i++) {
			u64 *count = &from->count[who][i];

			*count = *count > what->count[who][i] ? *count - what->count[who][i] : 0;
		}
}

static u64 exits(const struct stats *stats)
{
	u64 sum = 0;

	for (unsigned who = 0; who < WHO_COUNT; who++)
		for (unsigned i = 0; i < REASON_COUNT; i++)
			sum += stats->count[who][i];
	return sum;
}

static void print_tree(const char *name, const struct stats *stats, enum exit_who who)
{
	unsigned top = stats_level(WHO_PAYLOAD, (unsigned)cost.depth);
	unsigned level = stats_level(who, (unsigned)cost.depth);

	for (unsigned i = 0; i < REASON_COUNT; i++)
		if (stats->count[who][i] != 0)
			print("tree: %s %u L%u %s | %lu\n", name, top - level, level,
				reason_word((enum exit_reason)i), stats->count[who][i]);
}

void cost_end(u64 times)
{
	const char *name;

	if (cost.operation == 0)
		return;
	name = operations[cost.operation - 1];
	cost.operation = 0;
	stats_take(&cost.second);
	subtract(&cost.second, &cost.begin);
	if (cost.single == 0) {
		cost.single = times;
		cost.first = cost.second;
		return;
	}
	subtract(&cost.second, &cost.first);
	print("cost: %s | %lu %lu %lu\n", name, times - cost.single, cost.second.cycles,
		exits(&cost.second));
	cost.single = 0;
	print_tree(name, &cost.second, WHO_PAYLOAD);
	print_tree(name, &cost.second, WHO_NESTED_HYPERVISOR);
	print_tree(name, &cost.second, WHO_GUEST_HYPERVISOR);
}
