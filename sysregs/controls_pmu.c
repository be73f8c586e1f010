/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ROUTE functions of the performance monitors: what PMUSERENR_EL0 lets EL0 do, and the counters
 * that are not there or not the guest's. DDI 0487 D24.5, the accessors' pseudocode.
 */
#include "sysregs/control.h"
#include "sysregs/pmu.h"
#include "sysregs/table.h"

enum { SEL_CYCLES = 31 };

/* EL0 may if one of the bits is set. */
static bool denies_el0(const struct cpu *cpu, u64 allow, struct route *route)
{
	return cpu->pstate.el == EL0 && !control(cpu, SR_PMUSERENR_EL0, allow) &&
	       trap_el0(cpu, route);
}

#define USER_CONTROL(name, read, write)                                                            \
	bool name(const struct cpu *cpu, const struct sysreg *row, enum direction direction,       \
		struct route *route)                                                               \
	{                                                                                          \
		(void)row;                                                                         \
		return denies_el0(cpu,                                                             \
			PMUSERENR_EL0_EN | (direction == DIR_READ ? (read) : (write)), route);     \
	}
USER_CONTROL(route_pmu, 0, 0)
USER_CONTROL(route_pmswinc, PMUSERENR_EL0_SW, PMUSERENR_EL0_SW)
USER_CONTROL(route_pmselr, PMUSERENR_EL0_ER, PMUSERENR_EL0_ER)
USER_CONTROL(route_pmccntr, PMUSERENR_EL0_CR, 0)

/*
 * Event counter m. One that is not implemented is UNDEFINED everywhere, one of EL2's is trapped:
 * what FEAT_FGT requires. Without it they are CONSTRAINED UNPREDICTABLE.
 */
static bool route_counter(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	u64 m, u64 allow, struct route *route)
{
	bool is_raz = is_chosen(cpu, pmu_counter, raz) && !cpu_has(cpu, FEAT_FGT);

	if (m >= PMU_COUNTERS && !is_raz)
		return undefined(cpu, route);
	if (denies_el0(cpu, PMUSERENR_EL0_EN | allow, route))
		return true;
	if (cpu->pstate.el == EL2 || !cpu->has_el2 || m >= PMU_COUNTERS)
		return false;
	if (!is_coarsely_trapped(cpu, row, direction) &&
		!is_finely_trapped(cpu, (enum sysreg_id)(row - sysreg_rows), direction) &&
		m < pmu_accessible(control(cpu, SR_MDCR_EL2, MDCR_EL2_HPMN)))
		return false;
	return trap_el2(route);
}

/* CRm<1:0>:op2 is the counter's number. */
static u64 number_of(const struct sysreg *row)
{
	return bits(row->encoding, 4, 0);
}

static u64 read_enable(enum direction direction)
{
	return direction == DIR_READ ? PMUSERENR_EL0_ER : 0;
}

bool route_pmevcntr(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	return route_counter(cpu, row, direction, number_of(row), read_enable(direction), route);
}

bool route_pmevtyper(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	return route_counter(cpu, row, direction, number_of(row), 0, route);
}

bool route_pmxevcntr(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	u64 sel = control(cpu, SR_PMSELR_EL0, PMSELR_EL0_SEL);

	return route_counter(cpu, row, direction, sel, read_enable(direction), route);
}

bool route_pmxevtyper(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	u64 sel = control(cpu, SR_PMSELR_EL0, PMSELR_EL0_SEL);

	if (sel == SEL_CYCLES)
		return route_pmu(cpu, row, direction, route);
	return route_counter(cpu, row, direction, sel, 0, route);
}
