/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may use floating point and SIMD: CPACR_EL1 and CPTR_EL2. FPCR and FPSR.
 */
#include "sysregs/table.h"

static bool trap_to(struct route *route, unsigned target)
{
	*route = (struct route){ .goes = TO_TRAP, .ec = EC_FP_ACCESS, .target_el = (u8)target };
	return true;
}

/* CPACR_EL1.FPEN and CPTR_EL2.FPEN have one format. */
static bool is_denied(u64 control, bool is_el0)
{
	u64 fpen = bits(control, 21, 20);

	return !(fpen & 1) || (fpen == 1 && is_el0);
}

/*
 * CPACR_EL1 first, then CPTR_EL2 in its two formats. HYPERVISOR-SPEC HW-9; what CPACR_EL1 traps to
 * EL2 because of TGE is reported as UNDEFINED there, DDI 0487 ESR_ELx.EC 0x07.
 * AArch64.CheckFPAdvSIMDEnabled
 */
bool sysregs_fp_trap(const struct cpu *cpu, unsigned el, struct route *route)
{
	u64 cptr = cpu->sys[SR_CPTR_EL2];

	if (el != EL2 && !is_in_host(cpu) && is_denied(cpu->sys[SR_CPACR_EL1], el == EL0)) {
		if (!is_tge(cpu))
			return trap_to(route, EL1);
		*route = (struct route){ .goes = TO_UNDEFINED };
		return true;
	}
	if (!cpu->has_el2)
		return false;
	if (is_e2h(cpu) ? is_denied(cptr, el == EL0 && is_tge(cpu)) : (cptr & CPTR_EL2_TFP) != 0)
		return trap_to(route, EL2);
	return false;
}

void sysregs_arm_fp(struct cpu *cpu)
{
	struct route unused;

	cpu->fp_traps = 0;
	for (unsigned el = 0; el < EL_COUNT; el++)
		cpu->fp_traps |= (u8)(sysregs_fp_trap(cpu, el, &unused) << el);
	cpu->fp_trapped = cpu->fp_traps >> cpu->pstate.el & 1;
}

void cpacr_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)id, (void)old;
	sysregs_arm_fp(cpu);
}

/* FPCR and FPSR are part of what they control. */
bool route_fp(const struct cpu *cpu, const struct sysreg *row, enum direction direction,
	struct route *route)
{
	(void)row, (void)direction;
	return sysregs_fp_trap(cpu, cpu->pstate.el, route);
}

u64 read_fpcr(struct cpu *cpu, enum sysreg_id id)
{
	(void)id;
	return cpu->fpu.fpcr;
}

u64 read_fpsr(struct cpu *cpu, enum sysreg_id id)
{
	(void)id;
	return cpu->fpu.fpsr;
}

void write_fpcr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	cpu->fpu.fpcr = (u32)cpu->sys[id];
}

void write_fpsr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	cpu->fpu.fpsr = (u32)cpu->sys[id];
}
