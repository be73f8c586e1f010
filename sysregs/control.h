/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the controls that decide where an instruction goes. Route functions read them through
 * control() alone, so that whoever asks why (cpu->consulted) gets the ordered list from the very
 * decision that the machine makes. Private to sysregs/.
 */
#ifndef ENT_SYSREGS_CONTROL_H
#define ENT_SYSREGS_CONTROL_H

#include "sysregs/sysregs.h"

/* Is that HCR_EL2's nested virtualization, whose bits depend on each other? */
static inline bool is_nested_control(enum sysreg_id reg, u64 mask)
{
	return reg == SR_HCR_EL2 && (mask & (HCR_EL2_NV | HCR_EL2_NV1 | HCR_EL2_NV2));
}

/* Notes in cpu->consulted that `value` was read. Out of line: the machine never asks why. */
__attribute__((cold)) void control_note(
	const struct cpu *cpu, enum sysreg_id reg, u64 mask, u64 value);

/* The bits `mask` of a control register, in place. */
static inline u64 control(const struct cpu *cpu, enum sysreg_id reg, u64 mask)
{
	u64 value = (is_nested_control(reg, mask) ? effective_hcr(cpu) : cpu->sys[reg]) & mask;

	if (UNLIKELY(cpu->consulted != NULL))
		control_note(cpu, reg, mask, value);
	return value;
}

/* The same of HCR_EL2 below EL2, where there may be none. */
static inline bool control_hcr(const struct cpu *cpu, u64 mask)
{
	return cpu->has_el2 && control(cpu, SR_HCR_EL2, mask);
}

static inline bool control_e2h(const struct cpu *cpu)
{
	return control(cpu, SR_HCR_EL2, HCR_EL2_E2H);
}

static inline bool control_tge(const struct cpu *cpu)
{
	return control(cpu, SR_HCR_EL2, HCR_EL2_TGE);
}

static inline bool control_in_host(const struct cpu *cpu)
{
	u64 both = HCR_EL2_E2H | HCR_EL2_TGE;

	return control(cpu, SR_HCR_EL2, both) == both;
}

/* Is this EL0 the host's, under the controls of EL2? */
static inline bool control_el0_in_host(const struct cpu *cpu)
{
	return cpu->pstate.el == EL0 && control_in_host(cpu);
}

/* Bits of the current EL's SCTLR_ELx, whose places EL1's and EL2's have in common. */
static inline u64 control_sctlr(const struct cpu *cpu, u64 mask)
{
	bool is_el2s = cpu->pstate.el == EL2 || control_el0_in_host(cpu);

	return control(cpu, is_el2s ? SR_SCTLR_EL2 : SR_SCTLR_EL1, mask);
}

/* ---- Results of a decision ---- */

/* CV = 1, COND = 0b1110: an A64 instruction is never conditional. ESR_ELx */
enum { ISS_ALWAYS = 1 << 24 | 0xe << 20 };

static inline struct route route_execute(void)
{
	return (struct route){ .goes = TO_EXECUTE };
}

static inline struct route route_nothing(void)
{
	return (struct route){ .goes = TO_NOTHING };
}

/* iss: what of it does not depend on operands. */
static inline struct route route_trap(unsigned target, enum ec ec, u32 iss)
{
	return (struct route){ .goes = TO_TRAP, .target_el = (u8)target, .ec = (u8)ec, .iss = iss };
}

/* Where what EL1 controls deny to EL0 goes: EL1, or EL2 by TGE. */
static inline unsigned control_el0_target(const struct cpu *cpu)
{
	return control_tge(cpu) ? EL2 : EL1;
}

/* ROUTE functions say with these that they decided: an access denied to EL0, or by EL2. */
static inline bool trap_el0(const struct cpu *cpu, struct route *route)
{
	*route = route_trap(control_el0_target(cpu), EC_SYSREG, 0);
	return true;
}

static inline bool trap_el2(struct route *route)
{
	*route = route_trap(EL2, EC_SYSREG, 0);
	return true;
}

static inline bool undefined(const struct cpu *cpu, struct route *route)
{
	*route = route_undefined(cpu);
	return true;
}

#endif
