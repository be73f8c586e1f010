/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an access by name goes, in the architecture's order (DDI 0487 D17.1, D8.11; HYPERVISOR-SPEC
 * F.1, F.2, F.5). The order of the steps is the architecture; rows only give data.
 */
#include "sysregs/control.h"
#include "sysregs/table.h"

/* AArch64.Undefined */
struct route route_undefined(const struct cpu *cpu)
{
	unsigned el = cpu->pstate.el == EL0 ? control_el0_target(cpu) : cpu->pstate.el;

	return (struct route){ .goes = TO_UNDEFINED, .target_el = (u8)el };
}

/*
 * UNDEFINED, but with FEAT_IDST a read of the feature ID space is a trap with EC 0x18 to where the
 * UNDEFINED exception would go. DDI 0487 ID_AA64MMFR2_EL1.IDS: op0 = 3, op1 = 0, 1 or 3, CRn = 0,
 * CRm = 0..7.
 */
static struct route undefined_or_idst(const struct cpu *cpu, u32 encoding, enum direction direction)
{
	u64 op1 = bits(encoding, 13, 11);
	bool is_id_space = bits(encoding, 15, 14) == 3 && (op1 < 2 || op1 == 3) &&
			   bits(encoding, 10, 7) == 0 && bits(encoding, 6, 3) < 8;
	struct route undefined = route_undefined(cpu);

	if (direction == DIR_READ && is_id_space && cpu_has(cpu, FEAT_IDST))
		return route_trap(undefined.target_el, EC_SYSREG, 0);
	return undefined;
}

static struct route denied_by_el2(void)
{
	return route_trap(EL2, EC_SYSREG, 0);
}

static struct route to_register(const struct sysreg *row, enum sysreg_id id)
{
	return (struct route){ .goes = row->is_operation ? TO_OPERATION : TO_REGISTER, .reg = id };
}

static struct route to_memory(const struct sysreg *row)
{
	return (struct route){ .goes = TO_MEMORY, .vncr = row->vncr };
}

/* EL0: privileged names are UNDEFINED, then the controls of EL1 or the host, then EL2's. */
static struct route route_el0(const struct cpu *cpu, const struct sysreg *row, enum sysreg_id id,
	enum direction direction)
{
	u8 lowest = direction == DIR_READ ? row->read_el : row->write_el;
	struct route odd;

	if (lowest != EL0)
		return undefined_or_idst(cpu, row->encoding, direction);
	if (row->route != NULL && row->route(cpu, row, direction, &odd))
		return odd;
	if (is_coarsely_trapped(cpu, row, direction) || is_finely_trapped(cpu, id, direction))
		return denied_by_el2();
	if (row->e2h_is && control_in_host(cpu)) /* HW-3: the timers of EL2&0 */
		return to_register(row, (enum sysreg_id)row->e2h_is);
	return to_register(row, id);
}

/* An EL2 or alias name used at EL1: FEAT_NV and FEAT_NV2, else UNDEFINED. F.5 */
static struct route route_el2_name(
	const struct cpu *cpu, const struct sysreg *row, enum direction direction)
{
	if (!control_hcr(cpu, HCR_EL2_NV))
		return route_undefined(cpu);
	if (!control(cpu, SR_HCR_EL2, HCR_EL2_NV2))
		return denied_by_el2();
	if (row->alias_of) {
		bool is_memory = row->is_vncr && !control(cpu, SR_HCR_EL2, HCR_EL2_NV1) &&
				 !is_coarsely_trapped(cpu, row, direction);

		return is_memory ? to_memory(row) : denied_by_el2();
	}
	if (row->nv2_is)
		return to_register(row, (enum sysreg_id)row->nv2_is);
	return row->is_vncr ? to_memory(row) : denied_by_el2();
}

/* An EL1 name that FEAT_NV2 turns into memory at EL1. */
static bool is_nv2_memory(const struct cpu *cpu, const struct sysreg *row)
{
	return row->is_vncr && control_hcr(cpu, HCR_EL2_NV) &&
	       control(cpu, SR_HCR_EL2, HCR_EL2_NV2) &&
	       (row->any_nv1 || control(cpu, SR_HCR_EL2, HCR_EL2_NV1));
}

static struct route route_el1(const struct cpu *cpu, const struct sysreg *row, enum sysreg_id id,
	enum direction direction)
{
	u8 lowest = direction == DIR_READ ? row->read_el : row->write_el;
	struct route odd;

	if (lowest == NOBODY)
		return route_undefined(cpu);
	if (lowest == EL2)
		return route_el2_name(cpu, row, direction);
	if (row->route != NULL && row->route(cpu, row, direction, &odd))
		return odd;
	/* before NV2: DDI 0487 SCTLR_EL1, Accessing */
	if (is_coarsely_trapped(cpu, row, direction) || is_finely_trapped(cpu, id, direction))
		return denied_by_el2();
	if (UNLIKELY(is_nv2_memory(cpu, row)))
		return to_memory(row);
	if (row->virtual_is && control_hcr(cpu, row->virtual_if))
		return to_register(row, (enum sysreg_id)row->virtual_is);
	return to_register(row, id);
}

static struct route route_el2(const struct cpu *cpu, const struct sysreg *row, enum sysreg_id id,
	enum direction direction)
{
	u8 lowest = direction == DIR_READ ? row->read_el : row->write_el;
	struct route odd;

	if (lowest == NOBODY)
		return route_undefined(cpu);
	if (row->alias_of)
		return control_e2h(cpu) ? to_register(row, (enum sysreg_id)row->alias_of)
					: route_undefined(cpu);
	if (row->e2h_is && control_e2h(cpu))
		return to_register(row, (enum sysreg_id)row->e2h_is);
	if (row->route != NULL && row->route(cpu, row, direction, &odd))
		return odd;
	return to_register(row, id);
}

struct route sysreg_route(const struct cpu *cpu, enum sysreg_id id, enum direction direction)
{
	const struct sysreg *row = &sysreg_rows[id];

	if (UNLIKELY(!cpu_has(cpu, (enum feature_id)row->feature)))
		return route_undefined(cpu);
	switch (cpu->pstate.el) {
	case EL0: return route_el0(cpu, row, id, direction);
	case EL1: return route_el1(cpu, row, id, direction);
	default: return route_el2(cpu, row, id, direction);
	}
}

/* At EL0, whether HCR_EL2.TIDCP traps is IMPLEMENTATION DEFINED. */
static bool is_under_tidcp(const struct cpu *cpu)
{
	if (!cpu->has_el2 || cpu->pstate.el == EL2)
		return false;
	return cpu->pstate.el == EL1 ||
	       (is_chosen(cpu, tidcp_el0, trapped) && !control_in_host(cpu));
}

struct route sysreg_route_encoding(const struct cpu *cpu, u32 encoding, enum direction direction)
{
	u64 op0 = bits(encoding, 15, 14), crn = bits(encoding, 10, 7);
	bool is_impdef = (op0 == 1 || op0 == 3) && (crn == 11 || crn == 15);

	if (is_impdef && is_under_tidcp(cpu) && control(cpu, SR_HCR_EL2, HCR_EL2_TIDCP))
		return denied_by_el2();
	return undefined_or_idst(cpu, encoding, direction);
}
