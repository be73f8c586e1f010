/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The performance monitors: which counter counts what and where, and what an overflow does.
 * DDI 0487 D13; J1: CountPMUEvents, IncrementEventCounter, CheckForPMUOverflow.
 *
 * Counters are lazy. cpu->sys[] has them as they were at cpu->pmu.cycles and cpu->pmu.insns; they
 * are brought up to date when they are read, before anything changes that counting depends on, and
 * when the EL changes. What counts where is worked out when a control changes, so a counter that
 * stands still costs nobody anything.
 *
 * Other events than time and instructions are differences of what cpu->timed counts. An overflow of
 * theirs is found when they are brought up to date: see pmu_cycles_to_overflow().
 */
#include "sysregs/pmu.h"
#include "sysregs/table.h"

#define READER(name) u64 name(struct cpu *cpu, enum sysreg_id id)
#define WRITER(name) void name(struct cpu *cpu, enum sysreg_id id, u64 old)

/* Sets of counters are as in PMCNTENSET_EL0. */
enum { CYCLE_COUNTER = 31 };
static const u32 all_events = (1u << PMU_COUNTERS) - 1, the_cycles = 1u << CYCLE_COUNTER;

static enum sysreg_id counter_register(unsigned n)
{
	return n == CYCLE_COUNTER ? SR_PMCCNTR_EL0 : SR_PMEVCNTR0_EL0 + n;
}

static enum sysreg_id filter_register(unsigned n)
{
	return n == CYCLE_COUNTER ? SR_PMCCFILTR_EL0 : SR_PMEVTYPER0_EL0 + n;
}

/* The counters of the first range are everybody's, those of the second EL2's. */
static u32 first_range(const struct cpu *cpu)
{
	if (!cpu->has_el2)
		return all_events;
	return (1u << pmu_accessible(cpu->sys[SR_MDCR_EL2] & MDCR_EL2_HPMN)) - 1;
}

/* What the current EL may see and touch. */
static u32 accessible(const struct cpu *cpu)
{
	return the_cycles | (cpu->pstate.el == EL2 ? all_events : first_range(cpu));
}

/* ---- What counts where ---- */

static bool is_filtered(u64 filter, unsigned el)
{
	switch (el) {
	case EL0: return filter & PMEVTYPERn_EL0_U;
	case EL1: return filter & PMEVTYPERn_EL0_P;
	default: return !(filter & PMEVTYPERn_EL0_NSH);
	}
}

/* Counting at EL2 may be prohibited: the first range by HPMD, cycles by DP with it, or by HCCD. */
static u32 prohibited_at_el2(const struct cpu *cpu, u64 mdcr)
{
	bool hpmd = mdcr & MDCR_EL2_HPMD, dp = cpu->sys[SR_PMCR_EL0] & PMCR_EL0_DP;

	return (hpmd ? first_range(cpu) : 0) |
	       ((hpmd && dp) || (mdcr & MDCR_EL2_HCCD) ? the_cycles : 0);
}

static void arm_counter(struct cpu *cpu, unsigned n)
{
	u64 filter = cpu->sys[filter_register(n)];

	for (unsigned el = 0; el < EL_COUNT; el++) {
		if (!is_filtered(filter, el))
			cpu->pmu.counts_at[el] |= 1u << n;
	}
	for (unsigned event = 0; event < PMU_EVENT_COUNT; event++) {
		u64 number = n == CYCLE_COUNTER ? pmu_event_number(cpu, PMU_CPU_CYCLES)
						: filter & PMEVTYPERn_EL0_evtCount;

		if (pmu_event_number(cpu, (enum pmu_event)event) == number)
			cpu->pmu.counts[event] |= 1u << n;
	}
}

/* What the timing model has to count for the counters that count somewhere. */
static void arm_timing(struct cpu *cpu)
{
	struct pmu *pmu = &cpu->pmu;
	u32 somewhere = pmu->counts_at[EL0] | pmu->counts_at[EL1] | pmu->counts_at[EL2];
	u8 needed = 0;

	for (unsigned event = 0; event < PMU_EVENT_COUNT; event++) {
		if (!pmu_is_measured((enum pmu_event)event) ||
			(pmu->counts[event] & somewhere) == 0)
			continue;
		pmu->timed |= BIT(event);
		pmu->measured[event] = pmu_measure(cpu, (enum pmu_event)event);
		needed |= pmu_exactness((enum pmu_event)event);
	}
	timing_set_exact(&cpu->timed, EXACT_PMU | EXACT_ACCESSES, needed);
}

static void arm(struct cpu *cpu)
{
	struct pmu *pmu = &cpu->pmu;
	u64 pmcr = cpu->sys[SR_PMCR_EL0], mdcr = cpu->has_el2 ? cpu->sys[SR_MDCR_EL2] : 0;
	u32 first = first_range(cpu), second = all_events & ~first;
	u32 enabled =
		(pmcr & PMCR_EL0_E ? first | the_cycles : 0) | (mdcr & MDCR_EL2_HPME ? second : 0);
	u32 counting = enabled & (u32)cpu->sys[SR_PMCNTENSET_EL0];

	*pmu = (struct pmu){ .cycles = pmu->cycles, .insns = pmu->insns };
	pmu->interrupts = enabled & (u32)cpu->sys[SR_PMINTENSET_EL1];
	pmu->is_long =
		the_cycles | (pmcr & PMCR_EL0_LP ? first : 0) | (mdcr & MDCR_EL2_HLP ? second : 0);
	pmu->not_chained = 1u << __builtin_ctz(~first); /* the first of the second range */
	for (u32 left = counting; left != 0; left &= left - 1)
		arm_counter(cpu, (unsigned)__builtin_ctz(left));
	pmu->counts_at[EL2] &= ~prohibited_at_el2(cpu, mdcr);
	pmu->is_counting = pmu->counts_at[EL0] | pmu->counts_at[EL1] | pmu->counts_at[EL2];
	if (cpu_is_timed(cpu))
		arm_timing(cpu);
}

void pmu_transfer(struct cpu *cpu, struct archive *archive)
{
	struct pmu *pmu = &cpu->pmu;

	ARCHIVE(archive, pmu->cycles);
	ARCHIVE(archive, pmu->insns);
	if (archive->is_loading)
		arm(cpu);
	ARCHIVE(archive, pmu->measured);
}

/* ---- Counting ---- */

static u32 counting(const struct cpu *cpu, unsigned el, enum pmu_event event)
{
	return cpu->pmu.counts_at[el] & cpu->pmu.counts[event];
}

/* Does the odd counter behind n count the overflows of n? Not across the ranges' border, where it
 * is UNPREDICTABLE. */
static bool is_chained(const struct cpu *cpu, unsigned el, unsigned n)
{
	u32 next = counting(cpu, el, PMU_CHAIN) & ~cpu->pmu.not_chained;

	return n % 2 == 0 && !(cpu->pmu.is_long >> n & 1) && n + 1 < PMU_COUNTERS &&
	       (next >> (n + 1) & 1);
}

static void add(struct cpu *cpu, unsigned el, unsigned n, u64 amount)
{
	u64 *counter = &cpu->sys[counter_register(n)], old = *counter, overflows;

	*counter = old + amount;
	if (cpu->pmu.is_long >> n & 1)
		overflows = *counter < old;
	else
		overflows = ((u32)old + amount) >> 32;
	if (n != CYCLE_COUNTER && !cpu_has(cpu, FEAT_PMUv3p5))
		*counter = (u32)*counter;
	if (overflows == 0)
		return;
	cpu->sys[SR_PMOVSSET_EL0] |= BIT(n);
	if (is_chained(cpu, el, n))
		add(cpu, el, n + 1, overflows);
}

static void count(struct cpu *cpu, unsigned el, u32 counters, u64 amount)
{
	for (; amount != 0 && counters != 0; counters &= counters - 1)
		add(cpu, el, (unsigned)__builtin_ctz(counters), amount);
}

void pmu_advance(struct cpu *cpu, unsigned el, cycles_t cycles, u64 insns)
{
	struct pmu *pmu = &cpu->pmu;

	count(cpu, el, counting(cpu, el, PMU_CPU_CYCLES), cycles - pmu->cycles);
	count(cpu, el, counting(cpu, el, PMU_INST_RETIRED), insns - pmu->insns);
	pmu->cycles = cycles;
	pmu->insns = insns;
	for (u64 left = pmu->timed; left != 0; left &= left - 1) {
		enum pmu_event event = (enum pmu_event)__builtin_ctzll(left);
		u64 now = pmu_measure(cpu, event);

		count(cpu, el, counting(cpu, el, event), now - pmu->measured[event]);
		pmu->measured[event] = now;
	}
}

static void bring_up_to_date(struct cpu *cpu)
{
	pmu_advance(cpu, cpu->pstate.el, cpu->cycles, cpu->insns);
}

/* ---- Overflow interrupts ---- */

bool pmu_interrupt(const struct cpu *cpu)
{
	return cpu->sys[SR_PMOVSSET_EL0] & cpu->pmu.interrupts;
}

/* How much the counter can count until it overflows; 0: 2^64. */
static u64 left_of(const struct cpu *cpu, unsigned n)
{
	u64 value = cpu->sys[counter_register(n)];

	return cpu->pmu.is_long >> n & 1 ? -value : BIT(32) - (u32)value;
}

/* As left_of(), in units of what the even counter before `n` counts. */
static u64 left_of_pair(const struct cpu *cpu, unsigned n)
{
	return (left_of(cpu, n) - 1) * BIT(32) + left_of(cpu, n - 1);
}

/* Counters whose overflow would raise PMUIRQ. */
static u32 watched_counters(const struct cpu *cpu)
{
	return cpu->pmu.interrupts & ~(u32)cpu->sys[SR_PMOVSSET_EL0];
}

/* Of two numbers of cycles, of which 0 means 2^64. */
static u64 sooner(u64 a, u64 b)
{
	return a - 1 < b - 1 ? a : b;
}

/* Of counters that count time or instructions: how much of that is left until one overflows. */
static u64 least_left(const struct cpu *cpu, u32 time)
{
	u32 watched = watched_counters(cpu);
	u64 least = 0;

	for (; watched != 0; watched &= watched - 1) {
		unsigned n = (unsigned)__builtin_ctz(watched);
		u64 left = 0;

		if (time >> n & 1)
			left = left_of(cpu, n);
		else if (n % 2 == 1 && (time >> (n - 1) & 1) &&
			 is_chained(cpu, cpu->pstate.el, n - 1))
			left = left_of_pair(cpu, n);
		least = sooner(least, left);
	}
	return least;
}

/*
 * Counters of what else the timing model counts are looked at so often: an overflow of theirs is
 * signalled that many cycles late, and what the slice takes longer.
 */
enum { TIMED_LATENESS = 256 };

static u64 next_look(const struct cpu *cpu)
{
	unsigned el = cpu->pstate.el;
	u32 looked_at = 0;

	for (u64 left = cpu->pmu.timed; left != 0; left &= left - 1)
		looked_at |= counting(cpu, el, (enum pmu_event)__builtin_ctzll(left));
	for (u32 left = watched_counters(cpu); left != 0; left &= left - 1) {
		unsigned n = (unsigned)__builtin_ctz(left);

		if (looked_at >> n & 1)
			return TIMED_LATENESS;
		if (n % 2 == 1 && (looked_at >> (n - 1) & 1) && is_chained(cpu, el, n - 1))
			return TIMED_LATENESS;
	}
	return 0;
}

u64 pmu_cycles_to_overflow(const struct cpu *cpu)
{
	unsigned el = cpu->pstate.el;
	u64 cycles = least_left(cpu, counting(cpu, el, PMU_CPU_CYCLES)), insns, width;

	if (cpu->waiting) /* nothing is executed */
		return cycles;
	insns = least_left(cpu, counting(cpu, el, PMU_INST_RETIRED));
	if (!cpu_is_timed(cpu)) /* an instruction takes at least a cycle */
		return sooner(cycles, insns);
	/* some share one; what was so many instructions off is looked at again then */
	width = cpu->timed.model->param[PARAM_issue_width];
	insns = insns / width + (insns % width != 0);
	return sooner(sooner(cycles, insns), next_look(cpu));
}

/* Tells the board, if it can matter to it, that an overflow is due at another time, or is there. */
static void signal(struct cpu *cpu)
{
	if (cpu->pmu.interrupts != 0)
		cpu->ops->pmu_changed(cpu);
}

/* After a control changed; everything was counted by what held before. */
static void rearm(struct cpu *cpu)
{
	u32 interrupts = cpu->pmu.interrupts;

	arm(cpu);
	if ((interrupts | cpu->pmu.interrupts) != 0)
		cpu->ops->pmu_changed(cpu);
}

/* ---- Events ---- */

/* PMU events are of the EL where they occur: an exception is counted before it is taken. D13.7.2 */
void pmu_left_el(struct cpu *cpu, unsigned from, enum pmu_event event, unsigned insns)
{
	/* a timing model has charged them */
	pmu_advance(cpu, from, cpu->cycles + (cpu_is_timed(cpu) ? 0 : insns), cpu->insns + insns);
	/* ERET writes the PC, but is none of the branches that the event is the sum of. D14.3 */
	if (event == PMU_EXC_RETURN)
		count(cpu, from, counting(cpu, from, PMU_PC_WRITE_RETIRED), insns);
	count(cpu, from, counting(cpu, from, event), 1);
	signal(cpu);
}

/* By name: under E2H and NV2 too, but not the _EL12 names. D14.3 */
void pmu_wrote(struct cpu *cpu, enum sysreg_id name)
{
	unsigned el = cpu->pstate.el;

	if (name == SR_CONTEXTIDR_EL1)
		count(cpu, el, counting(cpu, el, PMU_CID_WRITE_RETIRED), 1);
	else if (name == SR_TTBR0_EL1 || name == SR_TTBR1_EL1)
		count(cpu, el, counting(cpu, el, PMU_TTBR_WRITE_RETIRED), 1);
	else
		return;
	signal(cpu);
}

WRITER(write_pmswinc)
{
	unsigned el = cpu->pstate.el;

	(void)old;
	count(cpu, el, counting(cpu, el, PMU_SW_INCR) & accessible(cpu) & (u32)cpu->sys[id], 1);
	cpu->sys[id] = 0;
	signal(cpu);
}

/* ---- Registers ---- */

READER(read_pmcr)
{
	u64 n = (u64)__builtin_popcount(accessible(cpu) & all_events);

	return put_field(cpu->sys[id], PMCR_EL0_N, n);
}

/* Export of events (X) is not there, nor are clock divider (D) and short cycle counter (LC = 0) in
 * a PE without AArch32. */
WRITER(write_pmcr)
{
	u64 value = cpu->sys[id];
	u32 cleared = accessible(cpu) & ((value & PMCR_EL0_P ? all_events : 0) |
						(value & PMCR_EL0_C ? the_cycles : 0));

	(void)old;
	bring_up_to_date(cpu);
	for (; cleared != 0; cleared &= cleared - 1)
		cpu->sys[counter_register((unsigned)__builtin_ctz(cleared))] = 0;
	value &= ~(PMCR_EL0_P | PMCR_EL0_C);
	if (!cpu->has_el2) /* nothing is prohibited then */
		value &= ~PMCR_EL0_DP;
	cpu->sys[id] = value;
	rearm(cpu);
}

/* Pairs of names for the same flags, which are kept under the first. */
static enum sysreg_id flags_of(enum sysreg_id id)
{
	switch (id) {
	case SR_PMCNTENCLR_EL0: return SR_PMCNTENSET_EL0;
	case SR_PMOVSCLR_EL0: return SR_PMOVSSET_EL0;
	case SR_PMINTENCLR_EL1: return SR_PMINTENSET_EL1;
	default: return id;
	}
}

READER(read_pm_flags)
{
	bring_up_to_date(cpu);
	return cpu->sys[flags_of(id)] & accessible(cpu);
}

WRITER(write_pm_set)
{
	u64 set = cpu->sys[id] & accessible(cpu);

	cpu->sys[id] = old;
	bring_up_to_date(cpu);
	cpu->sys[id] |= set;
	rearm(cpu);
}

WRITER(write_pm_clr)
{
	u64 clear = cpu->sys[id] & accessible(cpu);

	(void)old;
	cpu->sys[id] = 0;
	bring_up_to_date(cpu);
	cpu->sys[flags_of(id)] &= ~clear;
	rearm(cpu);
}

READER(read_pmevcntr) /* and PMCCNTR_EL0 */
{
	bring_up_to_date(cpu);
	return cpu->sys[id];
}

/* Names of counters that are not there read as zero, if they are not UNDEFINED. */
static bool is_absent(enum sysreg_id id)
{
	return (id >= SR_PMEVCNTR0_EL0 + PMU_COUNTERS && id <= SR_PMEVCNTR30_EL0) ||
	       (id >= SR_PMEVTYPER0_EL0 + PMU_COUNTERS && id <= SR_PMEVTYPER30_EL0);
}

WRITER(write_pmevcntr)
{
	u64 value = is_absent(id) ? 0 : cpu->sys[id];

	cpu->sys[id] = old;
	bring_up_to_date(cpu);
	cpu->sys[id] = id == SR_PMCCNTR_EL0 || cpu_has(cpu, FEAT_PMUv3p5) ? value : (u32)value;
	signal(cpu);
}

WRITER(write_pmevtyper) /* and PMCCFILTR_EL0 */
{
	(void)old;
	bring_up_to_date(cpu);
	if (is_absent(id))
		cpu->sys[id] = 0;
	if (!cpu->has_el2)
		cpu->sys[id] &= ~PMEVTYPERn_EL0_NSH;
	if (!cpu_has(cpu, FEAT_PMUv3p1)) /* evtCount has ten bits */
		cpu->sys[id] &= ~(PMEVTYPERn_EL0_evtCount & ~MASK(9, 0));
	rearm(cpu);
}

/* The register that PMSELR_EL0 selects, or SR_NONE: PMEVCNTR<n>, PMEVTYPER<n>, PMCCFILTR. */
static enum sysreg_id selected(const struct cpu *cpu, enum sysreg_id id)
{
	unsigned n = (unsigned)cpu->sys[SR_PMSELR_EL0];

	if (n < PMU_COUNTERS)
		return id == SR_PMXEVCNTR_EL0 ? counter_register(n) : filter_register(n);
	return id == SR_PMXEVTYPER_EL0 && n == CYCLE_COUNTER ? SR_PMCCFILTR_EL0 : SR_NONE;
}

READER(read_pm_selected)
{
	enum sysreg_id to = selected(cpu, id);

	return to == SR_NONE ? 0 : sysreg_read(cpu, to);
}

WRITER(write_pm_selected)
{
	enum sysreg_id to = selected(cpu, id);
	u64 value = cpu->sys[id];

	(void)old;
	cpu->sys[id] = 0;
	if (to != SR_NONE)
		sysreg_write(cpu, to, value);
}

WRITER(mdcr_changed)
{
	(void)id, (void)old;
	bring_up_to_date(cpu);
	rearm(cpu);
	sysregs_arm_traps(cpu);
}
