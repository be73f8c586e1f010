/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts; how they look is the business of app/.
 */
#include "debug/stats.h"

static void count(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct stats *stats = opaque;

	(void)cpu;
	if (event->kind == EVENT_ERET)
		stats->returns[event->from_el][event->to_el]++;
	else if (event->interrupt == INT_SYNC)
		stats->exceptions[event->from_el][event->to_el][bits(event->esr, 31, 26)]++;
	else
		stats->interrupts[event->from_el][event->to_el][event->interrupt & 3]++;
}

struct observer stats_observer(struct stats *stats)
{
	return (struct observer){
		.kinds = BIT(EVENT_EXCEPTION) | BIT(EVENT_ERET), .event = count, .opaque = stats
	};
}

void stats_transfer(struct stats *stats, struct archive *archive)
{
	archive_mark(archive, "stats");
	ARCHIVE(archive, stats->exceptions);
	ARCHIVE(archive, stats->interrupts);
	ARCHIVE(archive, stats->returns);
	ARCHIVE(archive, stats->earlier);
}

const char *stop_reason_name(enum stop_reason reason)
{
	switch (reason) {
	case STOP_NONE: return "running";
	case STOP_BUDGET: return "budget";
	case STOP_EXIT: return "exit";
	case STOP_RESET: return "reset";
	case STOP_STUCK: return "stuck";
	case STOP_NOT_IMPLEMENTED: return "not-implemented";
	case STOP_DEBUG: return "debug";
	}
	ENT_BUG("stop reason %d", (int)reason);
}

cycles_t stats_cycles(struct machine *machine)
{
	cycles_t latest = 0;

	for (unsigned i = 0; i < machine_cpu_count(machine); i++) {
		cycles_t cycles = machine_cpu(machine, i)->cycles;

		latest = cycles > latest ? cycles : latest;
	}
	return latest;
}

u64 stats_timing(struct machine *machine, enum timing_count what)
{
	u64 count = 0;

	for (unsigned i = 0; i < machine_cpu_count(machine); i++)
		count += machine_cpu(machine, i)->timed.count[what];
	return count;
}
