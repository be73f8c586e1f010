/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ROUTE functions: controls that are not a coarse trap of traps.def, mostly those of EL0. Each
 * decides (true) or leaves it to the general rules. Most say nothing at EL2, where they are asked
 * too.
 */
#include "sysregs/control.h"
#include "sysregs/table.h"

/* SCTLR_EL1, or SCTLR_EL2 for the host's EL0: is EL0 denied what `allow` would grant. */
static bool is_denied_el0(const struct cpu *cpu, u64 allow)
{
	return cpu->pstate.el == EL0 && !control_sctlr(cpu, allow);
}

#define SCTLR_CONTROL(name, allow)                                                                 \
	bool name(const struct cpu *cpu, const struct sysreg *row, enum direction direction,       \
		struct route *route)                                                               \
	{                                                                                          \
		(void)row, (void)direction;                                                        \
		return is_denied_el0(cpu, allow) && trap_el0(cpu, route);                          \
	}
SCTLR_CONTROL(route_ctr, SCTLR_EL1_UCT)
SCTLR_CONTROL(route_uci, SCTLR_EL1_UCI)
SCTLR_CONTROL(route_dc_zva, SCTLR_EL1_DZE)
SCTLR_CONTROL(route_daif, SCTLR_EL1_UMA)

/* CFP, DVP and CPP RCTX: EL0 needs EnRCTX; EL1's are trapped with HCR_EL2.NV. */
bool route_rctx(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	(void)row, (void)direction;
	if (is_denied_el0(cpu, SCTLR_EL1_EnRCTX))
		return trap_el0(cpu, route);
	return cpu->pstate.el == EL1 && control_hcr(cpu, HCR_EL2_NV) && trap_el2(route);
}

/* SCXTNUM_EL0 is the one that TSCXT denies to EL0 while it is 1. */
bool route_scxtnum(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	(void)row, (void)direction;
	return cpu->pstate.el == EL0 && control_sctlr(cpu, SCTLR_EL1_TSCXT) && trap_el0(cpu, route);
}

/* The stack pointer in use has no name: SP_EL0 with PSTATE.SP = 0 is UNDEFINED. */
bool route_sp_el0(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	(void)row, (void)direction;
	if (UNLIKELY(cpu->consulted != NULL))
		consultation_note(cpu->consulted, SR_SPSel, 1, cpu->pstate.sp);
	return cpu->pstate.sp == 0 && undefined(cpu, route);
}

/* MDSCR_EL1.TDCC denies EL0 the debug communication channel. */
bool route_dcc(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	(void)row, (void)direction;
	return cpu->pstate.el == EL0 && control(cpu, SR_MDSCR_EL1, MDSCR_EL1_TDCC) &&
	       trap_el0(cpu, route);
}

/* ---- The generic timer: CNTKCTL_EL1 or, for the host's EL0, CNTHCTL_EL2; then EL2. HW-12 ---- */

static bool is_timer_denied_el0(const struct cpu *cpu, u64 allow)
{
	return cpu->pstate.el == EL0 &&
	       !control(cpu, control_in_host(cpu) ? SR_CNTHCTL_EL2 : SR_CNTKCTL_EL1, allow);
}

/* CNTHCTL_EL2's controls of EL1 and EL0, whose place depends on E2H. */
static bool is_timer_denied_el1(const struct cpu *cpu, u64 allow, u64 allow_e2h)
{
	if (cpu->pstate.el == EL2 || !cpu->has_el2 || control_el0_in_host(cpu))
		return false;
	return !control(cpu, SR_CNTHCTL_EL2, control_e2h(cpu) ? allow_e2h : allow);
}

bool route_cntpct(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	(void)row, (void)direction;
	if (is_timer_denied_el0(cpu, CNTKCTL_EL1_EL0PCTEN))
		return trap_el0(cpu, route);
	return is_timer_denied_el1(cpu, CNTHCTL_EL2_EL1PCTEN, CNTHCTL_EL2_E2H_EL1PCTEN) &&
	       trap_el2(route);
}

bool route_cntvct(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	(void)row, (void)direction;
	return is_timer_denied_el0(cpu, CNTKCTL_EL1_EL0VCTEN) && trap_el0(cpu, route);
}

bool route_cntp(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	(void)row, (void)direction;
	if (is_timer_denied_el0(cpu, CNTKCTL_EL1_EL0PTEN))
		return trap_el0(cpu, route);
	return is_timer_denied_el1(cpu, CNTHCTL_EL2_EL1PCEN, CNTHCTL_EL2_E2H_EL1PTEN) &&
	       trap_el2(route);
}

bool route_cntv(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	(void)row, (void)direction;
	return is_timer_denied_el0(cpu, CNTKCTL_EL1_EL0VTEN) && trap_el0(cpu, route);
}

/* The reset vector's register exists at the highest EL only. */
bool route_rvbar_el1(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	(void)row, (void)direction;
	return cpu->has_el2 && undefined(cpu, route);
}

/* Read at EL0 when either counter is; written at the highest EL only. */
bool route_cntfrq(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	(void)row;
	if (direction == DIR_WRITE)
		return cpu->has_el2 && cpu->pstate.el != EL2 && undefined(cpu, route);
	return is_timer_denied_el0(cpu, CNTKCTL_EL1_EL0PCTEN | CNTKCTL_EL1_EL0VCTEN) &&
	       trap_el0(cpu, route);
}
