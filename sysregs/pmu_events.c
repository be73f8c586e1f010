/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events of the performance monitors: rows of pmu.def, and what of struct timed they are.
 */
#include "sysregs/pmu.h"
#include "sysregs/table.h"

_Static_assert(PMU_EVENT_COUNT <= 64, "cpu->pmu.timed has a bit for each");

/* What of struct timed an event is the sum of: a bit for each element of its arrays. */
typedef unsigned __int128 source_set;
enum { FIRST_KIND = 64, FIRST_REASON = 80 };
_Static_assert((int)TIMING_COUNT_COUNT <= FIRST_KIND &&
		       FIRST_KIND + (int)KIND_COUNT <= FIRST_REASON &&
		       FIRST_REASON + (int)REASON_COUNT <= 128,
	"a source_set has a bit for each");

static const struct event_row {
	u16 number;
	u8 feature; /* enum feature_id */
	bool needs_timing;
	source_set sources;
} events[PMU_EVENT_COUNT] = {
#define NEEDS_NOTHING false
#define NEEDS_TIMING  true
#define SOURCE(n)     | (source_set)1 << (n)
#define C(name)	      SOURCE(COUNT_##name)
#define K(name)	      SOURCE(FIRST_KIND + KIND_##name)
#define R(name)	      SOURCE(FIRST_REASON + REASON_##name)
#define PMU_EVENT(name, number, feature, needs, what)                                              \
	[PMU_##name] = { number, FEAT_##feature, NEEDS_##needs, 0 what },
#include "sysregs/pmu.def"
#undef PMU_EVENT
#undef R
#undef K
#undef C
#undef SOURCE
#undef NEEDS_TIMING
#undef NEEDS_NOTHING
};

static bool is_there(const struct cpu *cpu, const struct event_row *row)
{
	return cpu_has(cpu, (enum feature_id)row->feature) &&
	       (cpu_is_timed(cpu) || !row->needs_timing);
}

u32 pmu_event_number(const struct cpu *cpu, enum pmu_event event)
{
	return is_there(cpu, &events[event]) ? events[event].number : PMU_NO_NUMBER;
}

bool pmu_is_measured(enum pmu_event event)
{
	return events[event].sources != 0;
}

u64 pmu_measure(const struct cpu *cpu, enum pmu_event event)
{
	const struct timed *timed = &cpu->timed;
	source_set sources = events[event].sources;
	u64 sum = 0;

	for (u64 left = (u64)sources; left != 0; left &= left - 1)
		sum += timed->count[__builtin_ctzll(left)];
	for (u64 left = (u64)(sources >> FIRST_KIND); left != 0; left &= left - 1) {
		unsigned n = (unsigned)__builtin_ctzll(left) + FIRST_KIND;

		sum += n < FIRST_REASON ? timed->kinds[n - FIRST_KIND]
					: timed->reasons[n - FIRST_REASON];
	}
	return sum;
}

u8 pmu_exactness(enum pmu_event event)
{
	static const u64 accesses =
		BIT(COUNT_L1D_READ) | BIT(COUNT_L1D_WRITE) | BIT(COUNT_L1I_ACCESS);
	source_set sources = events[event].sources;
	u8 exact = 0;

	if ((u64)sources & accesses)
		exact |= EXACT_ACCESSES;
	if ((sources >> FIRST_KIND) != 0 || ((u64)sources & BIT(COUNT_TAKEN)))
		exact |= EXACT_PMU;
	return exact;
}

u64 read_pmceid(struct cpu *cpu, enum sysreg_id id)
{
	u64 base = id == SR_PMCEID0_EL0 ? 0 : 32, value = 0;

	for (unsigned event = 0; event < PMU_EVENT_COUNT; event++) {
		if (events[event].number - base < 32 && is_there(cpu, &events[event]))
			value |= BIT(events[event].number - base);
	}
	return value;
}
