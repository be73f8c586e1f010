/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where instructions go that access no register: rows of insn.def, decided in the order of their
 * pseudocode (DDI 0487 C6.2) and HYPERVISOR-SPEC F.2. FP and SIMD are in fp.c.
 */
#include "sysregs/control.h"
#include "sysregs/debug.h"
#include "sysregs/table.h"

/* Which ERET was trapped; 0: ERET itself. ESR_ELx */
enum { ISS_ERETAA = 2, ISS_ERETAB = 3 };

/* An exception that the instruction asks for. It returns behind it. */
static struct route route_call(unsigned target, enum ec ec)
{
	struct route route = route_trap(target, ec, 0);

	route.next_pc = true;
	return route;
}

/* AArch64.CheckForSVCTrap */
static bool is_svc_trapped(const struct cpu *cpu)
{
	u64 trap = cpu->pstate.el == EL0 ? HFGITR_EL2_SVC_EL0 : HFGITR_EL2_SVC_EL1;

	return cpu->pstate.el != EL2 && is_insn_finely_trapped(cpu, trap);
}

/* To the current EL, from EL0 to EL1 or by TGE to EL2. The trap has the same class and ISS. */
struct route route_svc(const struct cpu *cpu)
{
	if (is_svc_trapped(cpu))
		return route_trap(EL2, EC_SVC64, 0);
	return route_call(
		cpu->pstate.el == EL0 ? control_el0_target(cpu) : cpu->pstate.el, EC_SVC64);
}

/* Without EL2 the board's firmware stands where it would be. */
struct route route_hvc(const struct cpu *cpu)
{
	if (cpu->pstate.el == EL0 || control_hcr(cpu, HCR_EL2_HCD))
		return route_undefined(cpu);
	return cpu->has_el2 ? route_call(EL2, EC_HVC64) : route_execute();
}

/*
 * Without EL3 the board's firmware answers, unless EL2 traps it. Whether TSC does so without EL3 is
 * IMPLEMENTATION DEFINED, but for NV.
 */
struct route route_smc(const struct cpu *cpu)
{
	if (cpu->pstate.el == EL0)
		return route_undefined(cpu);
	if (cpu->pstate.el == EL2 || !control_hcr(cpu, HCR_EL2_TSC))
		return route_execute();
	if (is_chosen(cpu, tsc, undefined) && !control_hcr(cpu, HCR_EL2_NV))
		return route_undefined(cpu);
	return route_trap(EL2, EC_SMC64, 0);
}

/* AArch64.SoftwareBreakpoint: as other debug exceptions, but never to a lower EL. */
struct route route_brk(const struct cpu *cpu)
{
	return route_trap(cpu->pstate.el == EL2 ? EL2 : debug_target(cpu), EC_BRK64, 0);
}

/* AArch64.CheckForERetTrap */
struct route route_eret(const struct cpu *cpu)
{
	if (cpu->pstate.el == EL0)
		return route_undefined(cpu);
	if (cpu->pstate.el == EL1 &&
		(control_hcr(cpu, HCR_EL2_NV) || is_insn_finely_trapped(cpu, HFGITR_EL2_ERET)))
		return route_trap(EL2, EC_ERET, 0);
	return route_execute();
}

/*
 * NV comes before the trap of pointer authentication; the ISS says which key. With one that is not
 * enabled it is an ERET.
 */
static struct route route_auth_eret(const struct cpu *cpu, u32 iss)
{
	struct route route = route_eret(cpu);

	if (route.goes == TO_TRAP)
		route.iss = iss;
	if (route.goes != TO_EXECUTE)
		return route;
	route = route_pac(cpu, iss == ISS_ERETAB ? INSN_PAC_IB : INSN_PAC_IA);
	return route.goes == TO_NOTHING ? route_execute() : route;
}

struct route route_eretaa(const struct cpu *cpu)
{
	return route_auth_eret(cpu, ISS_ERETAA);
}

struct route route_eretab(const struct cpu *cpu)
{
	return route_auth_eret(cpu, ISS_ERETAB);
}

/*
 * WFI and WFE that would wait: SCTLR_ELx.nTWx for EL0 first, then HCR_EL2.TWx.
 * AArch64.CheckForWFxTrap
 */
static struct route route_wait(const struct cpu *cpu, u64 not_trapped, u64 hcr_trap, u32 is_wfe)
{
	if (cpu->pstate.el == EL0 && !control_sctlr(cpu, not_trapped))
		return route_trap(control_el0_target(cpu), EC_WFX, ISS_ALWAYS | is_wfe);
	if (cpu->pstate.el != EL2 && !control_el0_in_host(cpu) && control_hcr(cpu, hcr_trap))
		return route_trap(EL2, EC_WFX, ISS_ALWAYS | is_wfe);
	return route_execute();
}

struct route route_wfi(const struct cpu *cpu)
{
	return route_wait(cpu, SCTLR_EL1_nTWI, HCR_EL2_TWI, 0);
}

struct route route_wfe(const struct cpu *cpu)
{
	return route_wait(cpu, SCTLR_EL1_nTWE, HCR_EL2_TWE, 1);
}

/* DAIFSet and DAIFClr at EL0 need SCTLR_ELx.UMA. */
struct route route_daif_imm(const struct cpu *cpu)
{
	if (cpu->pstate.el == EL0 && !control_sctlr(cpu, SCTLR_EL1_UMA))
		return route_trap(control_el0_target(cpu), EC_SYSREG, 0);
	return route_execute();
}

/* The other fields of PSTATE that EL0 has no name for. */
struct route route_pstate_imm(const struct cpu *cpu)
{
	return cpu->pstate.el == EL0 ? route_undefined(cpu) : route_execute();
}

struct route route_fp_insn(const struct cpu *cpu)
{
	struct route route;

	return sysregs_fp_trap(cpu, cpu->pstate.el, &route) ? route : route_execute();
}

/* What enables a key in SCTLR_ELx; nothing disables the generic one. */
static const u64 pac_enables[] = {
	[INSN_PAC_IA] = SCTLR_EL1_EnIA,
	[INSN_PAC_IB] = SCTLR_EL1_EnIB,
	[INSN_PAC_DA] = SCTLR_EL1_EnDA,
	[INSN_PAC_DB] = SCTLR_EL1_EnDB,
	[INSN_PAC_GA] = 0,
};

/*
 * Pointer authentication with a key that SCTLR_ELx disables does nothing; else HCR_EL2.API = 0
 * traps it, but not of the host. AddPACIA() and its like
 */
struct route route_pac(const struct cpu *cpu, enum insn_control key)
{
	u64 enable = pac_enables[key];

	if (enable && !control_sctlr(cpu, enable))
		return route_nothing();
	if (cpu->pstate.el == EL2 || control_el0_in_host(cpu) || !cpu->has_el2 ||
		control(cpu, SR_HCR_EL2, HCR_EL2_API))
		return route_execute();
	return route_trap(EL2, EC_PAUTH, 0);
}

#define ROUTE_PAC(name, key)                                                                       \
	struct route name(const struct cpu *cpu)                                                   \
	{                                                                                          \
		return route_pac(cpu, key);                                                        \
	}
ROUTE_PAC(route_pac_ia, INSN_PAC_IA)
ROUTE_PAC(route_pac_ib, INSN_PAC_IB)
ROUTE_PAC(route_pac_da, INSN_PAC_DA)
ROUTE_PAC(route_pac_db, INSN_PAC_DB)
ROUTE_PAC(route_pac_ga, INSN_PAC_GA)

static struct route (*const decides[])(const struct cpu *) = {
#define INSN_CONTROL(name, function) [INSN_##name] = function,
#include "sysregs/insn.def"
#undef INSN_CONTROL
};

struct route insn_route(const struct cpu *cpu, enum insn_control insn)
{
	return decides[insn](cpu);
}
