/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trees of exits, and their differences. Knows the names of the operations, nothing of what they
 * do.
 */
#include "core/cost.h"

#include "core/cpu.h"
#include "core/lock.h"
#include "core/print.h"

static const char *const operations[] = {
#define BENCH(name, word, what) word,
#include "guest/bench.def"
#undef BENCH
};

enum { MAX_NODES = 512, ROOT = 0 };

/* Exits of one kind below those of another: `child` is 0 where there is none. */
struct node {
	u64 count, first; /* in this run, in the first one */
	u16 parent;
	u8 who, reason;
	u16 child[WHO_COUNT][REASON_COUNT];
};

static struct {
	u64 depth;
	u64 operation; /* which one is between its marks, counted from 1; 0: none */
	u64 single;    /* how often the first run did it; 0: this is the first run */
	u64 tree_of;   /* the operation that `node` is about */
	u64 began_at, first_cycles;
	struct lock lock; /* of what follows */
	struct node node[MAX_NODES];
	unsigned nodes; /* in the order in which they were first seen; node 0 is the operation */
	bool is_full;
} cost;

/* On each CPU, below which node an exit of each level stands: the last one of a higher level. */
static u16 parent_of[MAX_CPUS][WHO_COUNT];

void cost_reset(u64 depth)
{
	cost.depth = depth;
	cost.operation = 0;
	cost.single = 0;
	cost.tree_of = 0;
}

/* Nodes stay from run to run: that one is new takes time, which must not be in the figures. */
static void begin_tree(u64 operation)
{
	if (cost.tree_of != operation) {
		cost.tree_of = operation;
		cost.node[ROOT] = (struct node){ 0 };
		cost.nodes = 1;
		cost.is_full = false;
	}
	for (unsigned i = 0; i < cost.nodes; i++)
		cost.node[i].count = 0;
	for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++)
		for (unsigned who = 0; who < WHO_COUNT; who++)
			parent_of[cpu][who] = ROOT;
}

void cost_begin(u64 operation, u64 times)
{
	if (operation > COUNT(operations) || (cost.single != 0 && times != 2 * cost.single))
		cost.single = 0;
	lock_take(&cost.lock);
	begin_tree(operation);
	lock_drop(&cost.lock);
	cost.operation = operation <= COUNT(operations) ? operation : 0;
	cost.began_at = stats_now();
}

/*
 * ROOT: there is no room, and then the figures are not printed. Not inline, so that cost_exit() has
 * no registers to save for it.
 */
__attribute__((noinline)) static u16 add_node(
	u16 parent, enum exit_who who, enum exit_reason reason)
{
	u16 *child = &cost.node[parent].child[who][reason];

	lock_take(&cost.lock);
	if (*child == 0 && cost.nodes == MAX_NODES) {
		cost.is_full = true;
	} else if (*child == 0) {
		cost.node[cost.nodes] = (struct node){
			.parent = parent,
			.who = (u8)who,
			.reason = (u8)reason,
		};
		__atomic_store_n(child, (u16)cost.nodes++, __ATOMIC_RELEASE);
	}
	lock_drop(&cost.lock);
	return *child;
}

/* In the same few instructions for each exit of a tree that has been seen before. */
void cost_exit(unsigned cpu, enum exit_who who, enum exit_reason reason)
{
	u16 parent = parent_of[cpu][who], node;

	if (cost.operation == 0)
		return;
	node = __atomic_load_n(&cost.node[parent].child[who][reason], __ATOMIC_ACQUIRE);
	if (node == 0)
		node = add_node(parent, who, reason);
	__atomic_fetch_add(&cost.node[node].count, 1, __ATOMIC_RELAXED);
	for (unsigned lower = who + 1; lower < WHO_COUNT; lower++)
		parent_of[cpu][lower] = node;
}

static void end_first_run(u64 times, u64 cycles)
{
	cost.single = times;
	cost.first_cycles = cycles;
	for (unsigned i = 0; i < cost.nodes; i++)
		cost.node[i].first = cost.node[i].count;
}

static u64 difference(u64 second, u64 first)
{
	return second > first ? second - first : 0;
}

static u64 exits(unsigned node)
{
	return difference(cost.node[node].count, cost.node[node].first);
}

/* A node and all below it; children are younger than their parents. */
static u64 exits_below(unsigned node)
{
	u64 sum = exits(node);

	for (unsigned i = node + 1; i < cost.nodes; i++)
		if (cost.node[i].parent == node)
			sum += exits_below(i);
	return sum;
}

/* At most WHO_COUNT deep: a child is of a lower level than its parent. */
static void print_children(const char *name, unsigned parent, unsigned depth)
{
	for (unsigned i = parent + 1; i < cost.nodes; i++) {
		const struct node *node = &cost.node[i];

		if (node->parent != parent || exits_below(i) == 0)
			continue;
		print("tree: %s %u L%u %s | %lu\n", name, depth,
			stats_level((enum exit_who)node->who, (unsigned)cost.depth),
			reason_word((enum exit_reason)node->reason), exits(i));
		print_children(name, i, depth + 1);
	}
}

/* 2N of what takes hardly a cycle may take less than N, when more was in a cache. */
static void print_figures(const char *name, u64 times, u64 cycles)
{
	bool is_less = cycles < cost.first_cycles;

	if (cost.is_full) {
		print("cost: %s: more than %u kinds of exits\n", name, (unsigned)MAX_NODES - 1);
		return;
	}
	print("cost: %s | %lu %s%lu %lu\n", name, times, is_less ? "-" : "",
		is_less ? cost.first_cycles - cycles : cycles - cost.first_cycles,
		exits_below(ROOT));
	print_children(name, ROOT, 0);
}

void cost_end(u64 times)
{
	u64 operation = cost.operation, cycles = stats_now() - cost.began_at;

	if (operation == 0)
		return;
	cost.operation = 0;
	lock_take(&cost.lock);
	if (cost.single == 0) {
		end_first_run(times, cycles);
	} else {
		print_figures(operations[operation - 1], times - cost.single, cycles);
		cost.single = 0;
	}
	lock_drop(&cost.lock);
}
