/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who handles a trapped instruction, this hypervisor or the one above it in the guest:
 * HYPERVISOR-SPEC B.8. Pure functions of the vCPU and its last syndrome. The order of the tests is
 * the specification's.
 */
#include "core/arch.h"
#include "core/masks.h"
#include "core/nested.h"
#include "core/registers.h"
#include "core/sysreg_table.h"

enum { R = 1, W = 2, RW = R | W };
enum who { GUEST, ALWAYS }; /* column of traps.def: GUEST is not for InHost EL0 */

static u64 vhcr(const struct vcpu *vcpu, u64 mask)
{
	return vcpu_vhcr(vcpu) & mask;
}

/* CNTHCTL_EL2's bits for EL1 are 10 places higher with E2H (TM-9). */
static bool denies(const struct vcpu *vcpu, u64 allow_nvhe, u64 allow_vhe)
{
	u64 cnthctl = vcpu_read_sys_reg(vcpu, REG(CNTHCTL_EL2));

	return !vcpu_is_host_el0(vcpu) && !(cnthctl & (vcpu_e2h(vcpu) ? allow_vhe : allow_nvhe));
}

static bool traps_counter(const struct vcpu *vcpu)
{
	return denies(vcpu, CNTHCTL_EL2_EL1PCTEN, CNTHCTL_EL2_E2H_EL1PCTEN);
}

static bool traps_timer(const struct vcpu *vcpu)
{
	return denies(vcpu, CNTHCTL_EL2_EL1PCEN, CNTHCTL_EL2_E2H_EL1PTEN);
}

static bool traps_nv(const struct vcpu *vcpu)
{
	return vhcr(vcpu, HCR_EL2_NV);
}

/* Rows of triage.def. */
static bool is_specially_trapped(const struct vcpu *vcpu, u64 iss, unsigned direction)
{
	switch (iss) {
#define TRIAGE(register, directions, condition)                                                    \
	case ISS_##register:                                                                       \
		return ((directions)&direction) && condition(vcpu);
#include "core/triage.def"
#undef TRIAGE
	default: return false;
	}
}

/* Rows of traps.def, for the groups that `row` is a member of. */
static bool is_coarsely_trapped(
	const struct vcpu *vcpu, const struct sysreg_row *row, unsigned direction)
{
	bool is_host_el0 = vcpu_is_host_el0(vcpu);

#define TRAP(name, reg, mask, value, directions, who)                                              \
	if ((row->traps & BIT(TRAP_##name)) && ((directions)&direction) &&                         \
		((who) == ALWAYS || !is_host_el0) &&                                               \
		(vcpu_read_sys_reg(vcpu, REG(reg)) & (mask)) == (value))                           \
		return true;
#include "sysregs/traps.def"
#undef TRAP
	return false;
}

static bool is_el2_name(u64 iss)
{
	u64 op1 = bits(iss, 16, 14);

	return op1 == 4 || op1 == 5;
}

/* Encodings reserved for the implementation: CRn 11 and 15 of op0 1 and 3. */
static bool is_impdef(u64 iss)
{
	u64 op0 = bits(iss, 21, 20), crn = bits(iss, 13, 10);

	return (op0 == 1 || op0 == 3) && (crn == 11 || crn == 15);
}

/* Encodings without a row that are a group by their place. */
static bool is_trapped_by_place(const struct vcpu *vcpu, u64 iss)
{
	if (vcpu_is_host_el0(vcpu))
		return false;
	if (is_impdef(iss))
		return vhcr(vcpu, HCR_EL2_TIDCP);
	if (bits(iss, 21, 20) == 2) /* breakpoints that this table does not know of */
		return vcpu_read_sys_reg(vcpu, REG(MDCR_EL2)) & (MDCR_EL2_TDA | MDCR_EL2_TDE);
	return false;
}

static bool is_wrong_way(const struct sysreg_row *row, unsigned direction)
{
	return (direction == R ? row->read_el : row->write_el) == NOBODY;
}

enum triage triage_sysreg(const struct vcpu *vcpu)
{
	u64 iss = vcpu->fault.esr & ISS_SYSREG_MASK;
	unsigned direction = ISS_SYS_READ(vcpu->fault.esr) ? R : W;
	const struct sysreg_row *row = sysreg_row(iss);

	if (row && (!vm_has_feature(vcpu->vm, (enum feature_id)row->feature) ||
			   is_wrong_way(row, direction)))
		return TRIAGE_UNDEFINED;
	if (is_el2_name(iss) && !vcpu_is_el2(vcpu)) /* EL0 has no such name: it is L2's EL1 */
		return vcpu_has_nv(vcpu) && traps_nv(vcpu) ? TRIAGE_FORWARD : TRIAGE_UNDEFINED;
	if (!vcpu_has_nv(vcpu) || vcpu_is_el2(vcpu))
		return TRIAGE_LOCAL;
	if (row ? is_specially_trapped(vcpu, iss, direction) ||
				is_coarsely_trapped(vcpu, row, direction)
		: is_trapped_by_place(vcpu, iss))
		return TRIAGE_FORWARD;
	return TRIAGE_LOCAL;
}

/* FPEN (or ZEN) of CPTR_EL2 in the format of E2H; 01 traps the host's EL0 only. */
static bool does_xen_trap(const struct vcpu *vcpu, u64 xen)
{
	return !(xen & 1) || (xen == 1 && vcpu_is_host_el0(vcpu));
}

static enum triage triage_fp(const struct vcpu *vcpu)
{
	u64 cptr;

	if (!vcpu_has_nv(vcpu))
		return TRIAGE_LOCAL;
	cptr = vcpu_read_sys_reg(vcpu, REG(CPTR_EL2));
	if (vcpu_e2h(vcpu) ? does_xen_trap(vcpu, FGET(cptr, CPTR_EL2, E2H_FPEN))
			   : (cptr & CPTR_EL2_TFP) != 0)
		return TRIAGE_FORWARD;
	return TRIAGE_LOCAL;
}

static enum triage triage_wfx(const struct vcpu *vcpu)
{
	u64 trap = ISS_WFX_IS_WFE(vcpu->fault.esr) ? HCR_EL2_TWE : HCR_EL2_TWI;

	if (bits(vcpu->fault.esr, 1, 1)) /* WFIT and WFET: no VM is told of them */
		return TRIAGE_UNDEFINED;
	return vcpu_is_nested_ctxt(vcpu) && vhcr(vcpu, trap) ? TRIAGE_FORWARD : TRIAGE_LOCAL;
}

static enum triage triage_pauth(const struct vcpu *vcpu)
{
	return vcpu->vm->config.has_pauth && vcpu_is_nested_ctxt(vcpu) && !vhcr(vcpu, HCR_EL2_API)
		       ? TRIAGE_FORWARD
		       : TRIAGE_UNDEFINED;
}

static enum triage triage_debug(const struct vcpu *vcpu)
{
	bool is_el2s = vcpu_has_nv(vcpu) && !vcpu_is_el2(vcpu) &&
		       ((vcpu_read_sys_reg(vcpu, REG(MDCR_EL2)) & MDCR_EL2_TDE) ||
			       vhcr(vcpu, HCR_EL2_TGE));

	return is_el2s ? TRIAGE_FORWARD : TRIAGE_LOCAL;
}

static enum triage forward_if(bool is_l1s)
{
	return is_l1s ? TRIAGE_FORWARD : TRIAGE_LOCAL;
}

enum triage triage_class(const struct vcpu *vcpu)
{
	switch (ESR_EC(vcpu->fault.esr)) {
	case EC_WFX: return triage_wfx(vcpu);
	case EC_FP: return triage_fp(vcpu);
	case EC_SVE: return TRIAGE_UNDEFINED; /* no VM has it */
	case EC_PAUTH: return triage_pauth(vcpu);
	case EC_SVC64: return forward_if(vcpu_has_nv(vcpu)); /* a fine-grained trap of L1's */
	case EC_SYS64: return triage_sysreg(vcpu);
	case EC_ERET: return forward_if(vcpu_is_nested_ctxt(vcpu));
	case EC_BREAKPOINT_LOW:
	case EC_STEP_LOW:
	case EC_WATCHPOINT_LOW:
	case EC_BRK64: return triage_debug(vcpu);
	default: return TRIAGE_LOCAL;
	}
}
