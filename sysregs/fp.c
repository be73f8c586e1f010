/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may use floating point and SIMD: CPACR_EL1 and CPTR_EL2. FPCR and FPSR.
 */
#include "sysregs/control.h"
#include "sysregs/table.h"

static bool trap_to(struct route *route, unsigned target)
{
	*route = route_trap(target, EC_FP_ACCESS, ISS_ALWAYS);
	return true;
}

/* CPACR_EL1.FPEN and CPTR_EL2.FPEN have one format. */
static bool is_denied(u64 control, bool is_el0)
{
	u64 fpen = bits(control, 21, 20);

	return !(fpen & 1) || (fpen == 1 && is_el0);
}

/* CPTR_EL2.FPEN lets EL1 and EL2 pass where it denies the host's EL0 alone. HW-9 */
static bool is_denied_by_el2(const struct cpu *cpu, unsigned el)
{
	if (!control_e2h(cpu))
		return control(cpu, SR_CPTR_EL2, CPTR_EL2_TFP);
	return is_denied(
		control(cpu, SR_CPTR_EL2, CPTR_EL2_E2H_FPEN), el == EL0 && control_tge(cpu));
}

/*
 * CPACR_EL1 first, then CPTR_EL2 in its two formats. HYPERVISOR-SPEC HW-9; what CPACR_EL1 traps to
 * EL2 because of TGE is reported as UNDEFINED there, DDI 0487 ESR_ELx.EC 0x07.
 * AArch64.CheckFPAdvSIMDEnabled
 */
bool sysregs_fp_trap(const struct cpu *cpu, unsigned el, struct route *route)
{
	if (el != EL2 && !(el == EL0 && control_in_host(cpu)) &&
		is_denied(control(cpu, SR_CPACR_EL1, CPACR_EL1_FPEN), el == EL0)) {
		if (el == EL1 || !control_tge(cpu))
			return trap_to(route, EL1);
		return undefined(cpu, route);
	}
	return cpu->has_el2 && is_denied_by_el2(cpu, el) && trap_to(route, EL2);
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
	if (cpu->sys[id] != old)
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
