/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What access rules, events and counting of the performance monitors share. Private to sysregs/.
 */
#ifndef ENT_SYSREGS_PMU_H
#define ENT_SYSREGS_PMU_H

#include "sysregs/sysregs.h"

/* Sets as in PMCNTENSET_EL0: the event counters, and these with the cycle counter. */
#define PMU_EVENT_COUNTERS MASK(PMU_COUNTERS - 1, 0)
#define PMU_ALL_COUNTERS   (PMU_EVENT_COUNTERS | BIT(31))

/*
 * How many event counters EL1 and EL0 may use: MDCR_EL2.HPMN. Beyond the number of counters, and 0
 * without FEAT_HPMN0, are CONSTRAINED UNPREDICTABLE: all counters are the guest's; none is.
 */
static inline unsigned pmu_accessible(u64 hpmn)
{
	return hpmn > PMU_COUNTERS ? PMU_COUNTERS : (unsigned)hpmn;
}

/* When the counters were as they are, and of what; loading works out what counts where. */
void pmu_transfer(struct cpu *cpu, struct archive *archive);

/* ---- pmu_events.c ---- */

/* The number that selects the event, or one that none has: it is not there. */
enum { PMU_NO_NUMBER = 0x10000 };
u32 pmu_event_number(const struct cpu *cpu, enum pmu_event event);

/* Is it a sum of what struct timed counts, if there is a timing model? */
bool pmu_is_measured(enum pmu_event event);

/* That sum, as far as it was counted: only differences mean something. EXACT_* that it needs. */
u64 pmu_measure(const struct cpu *cpu, enum pmu_event event);
u8 pmu_exactness(enum pmu_event event);

#endif
