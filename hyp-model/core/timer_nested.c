/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which timer of a vCPU is in the hardware, with which offset, and what of them traps: the tables
 * of HYPERVISOR-SPEC A.18 and D.3 as functions of the vCPU's state.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/mutant.h"
#include "core/registers.h"
#include "core/timer.h"
#include "core/traps.h"

bool timer_exists(const struct vcpu *vcpu, enum timer_id id)
{
	switch (id) {
	case TIMER_HP: return vcpu_has_nv(vcpu);
	case TIMER_HV: return vcpu_has_nv(vcpu) && vcpu->vm->config.el2 != VM_EL2_NVHE;
	default: return true;
	}
}

/*
 * Without NV2 and with vE2H=0, virtual EL2 uses the timers of EL1 by their EL0 names. Those of CNTP
 * trap; those of CNTV cannot without FEAT_ECV. So CNTV always has V, which is what such an access
 * means; HV is not used by a hypervisor that knows of no FEAT_VHE.
 */
static bool is_v_untrappable(const struct vcpu *vcpu)
{
	return !vcpu->vm->config.has_nv2 && !vcpu_e2h(vcpu);
}

enum timer_id timer_direct(const struct vcpu *vcpu, enum hw_timer hw)
{
	bool is_hyp = vcpu_is_hyp_ctxt(vcpu);

	if (hw == HW_TIMER_V)
		return is_hyp && !is_v_untrappable(vcpu) ? TIMER_HV : TIMER_V;
	if (host.mode == MODE_NVHE)
		return TIMER_COUNT;
	return is_hyp ? TIMER_HP : TIMER_P;
}

/*
 * TM-2, TM-8: the guest hypervisor's CNTVOFF_EL2 is for the virtual timer of what it runs, never
 * for that of EL2. Nothing has a physical offset.
 */
u64 timer_offset(const struct vcpu *vcpu, enum timer_id id)
{
	u64 offset = vcpu->timers.virtual_offset;

	switch (id) {
	case TIMER_V:
		return vcpu_has_nv(vcpu) ? offset + vcpu_read_sys_reg(vcpu, REG(CNTVOFF_EL2))
					 : offset;
	case TIMER_HV:
		return MUTANT(63) ? offset + vcpu_read_sys_reg(vcpu, REG(CNTVOFF_EL2)) : offset;
	default: return 0;
	}
}

/* TM-9: L1's two bits, moved to where E2H=1 has them. */
static u64 l1_allows(const struct vcpu *vcpu)
{
	u64 value = vcpu_read_sys_reg(vcpu, REG(CNTHCTL_EL2));

	if (!vcpu_e2h(vcpu))
		value <<= CNTHCTL_EL2_E2H_EL1PCTEN_LSB - CNTHCTL_EL2_EL1PCTEN_LSB;
	return value & (F(CNTHCTL_EL2, E2H_EL1PCTEN) | F(CNTHCTL_EL2, E2H_EL1PTEN));
}

/* TM-3: the host's value but for the two bits that decide what exits, which move with E2H. */
u64 traps_cnthctl(const struct vcpu *vcpu)
{
	u64 host_value = this_cpu()->cnthctl_el2;
	u64 both = F(CNTHCTL_EL2, E2H_EL1PCTEN) | F(CNTHCTL_EL2, E2H_EL1PTEN);

	if (host.mode == MODE_NVHE || MUTANT(08))
		return host_value & ~(F(CNTHCTL_EL2, EL1PCTEN) | F(CNTHCTL_EL2, EL1PCEN));
	if (vcpu_is_nested_ctxt(vcpu))
		return (host_value & ~both) | l1_allows(vcpu);
	if (vcpu_is_hyp_ctxt(vcpu) && is_v_untrappable(vcpu))
		return (host_value & ~both) | F(CNTHCTL_EL2, E2H_EL1PCTEN);
	return host_value | both;
}

void timer_traps_on(const struct vcpu *vcpu)
{
	u64 value = traps_cnthctl(vcpu);

	/* Under another hypervisor the write is an exit, and mostly the value is the host's. */
	if (value != this_cpu()->cnthctl_el2)
		write_CNTHCTL_EL2(value);
	this_cpu()->is_cnthctl_guests = value != this_cpu()->cnthctl_el2;
}

void timer_traps_off(void)
{
	if (this_cpu()->is_cnthctl_guests)
		write_CNTHCTL_EL2(this_cpu()->cnthctl_el2);
	this_cpu()->is_cnthctl_guests = false;
}
