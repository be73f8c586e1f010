/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trapped system registers and SYS instructions: L1's or ours (triage.c), and if ours, the row of
 * emulate.def. Knows no register by name.
 */
#include "core/arch.h"
#include "core/emulate.h"
#include "core/inject.h"
#include "core/mutant.h"
#include "core/nested.h"
#include "core/registers.h"
#include "core/switch.h"

enum {
#define EMULATE(register, ...) ROW_##register,
#include "core/emulate.def"
#undef EMULATE
	ROW_NONE
};

static const struct {
	sysreg_handler *handle;
	enum exit_reason reason;
} rows[] = {
#define EMULATE(register, handler, reason) [ROW_##register] = { handler, REASON_##reason },
#include "core/emulate.def"
#undef EMULATE
};

static unsigned find_row(u64 iss)
{
	switch (iss) {
#define EMULATE(register, ...)                                                                     \
	case ISS_##register:                                                                       \
		return ROW_##register;
#include "core/emulate.def"
#undef EMULATE
	default: return ROW_NONE;
	}
}

enum emulation emulate_access(struct vcpu *vcpu, struct sysreg_access *access, reg_t reg)
{
	if (access->is_write && MUTANT(12))
		vcpu_write_sys_reg(
			vcpu, reg.index, (reg_t){ (unsigned)(access->value % CTX_COUNT) });
	else if (access->is_write)
		vcpu_write_sys_reg(vcpu, access->value, reg);
	else
		access->value = vcpu_read_sys_reg(vcpu, reg);
	return EMULATED;
}

/* Where FEAT_IDST replaces UNDEFINED, DDI 0487 ID_AA64MMFR2_EL1.IDS: more than HCR_EL2.TID3. */
static bool is_idst_space(u64 iss)
{
	u64 op1 = bits(iss, 16, 14);

	return bits(iss, 21, 20) == 3 && (op1 == 0 || op1 == 1 || op1 == 3) &&
	       bits(iss, 13, 10) == 0 && bits(iss, 4, 1) < 8;
}

/* B.8 step 7: a read there is the trap itself; all else is UNDEFINED. */
static void inject_not_defined(struct vcpu *vcpu)
{
	u64 esr = vcpu->fault.esr;

	stats_reason(REASON_SYSREG_HIDDEN);
	if (ISS_SYS_READ(esr) && is_idst_space(esr) && vm_has_feature(vcpu->vm, FEAT_IDST))
		vcpu_inject_sync(vcpu, esr);
	else
		vcpu_inject_undefined(vcpu);
}

/* What the exit is, whoever handles it. */
static enum exit_reason reason_of(u64 iss)
{
	unsigned row = find_row(iss);

	if (row != ROW_NONE)
		return rows[row].reason;
	return is_id_space(iss) ? REASON_SYSREG_ID : REASON_SYSREG_OTHER;
}

static enum emulation emulate(struct vcpu *vcpu, struct sysreg_access *access)
{
	unsigned row = find_row(access->iss);

	if (!access->is_write && id_register(vcpu->vm, access->iss, &access->value))
		return EMULATED;
	return row == ROW_NONE ? NOT_DEFINED : rows[row].handle(vcpu, access);
}

static struct sysreg_access trapped_access(const struct vcpu *vcpu)
{
	u64 esr = vcpu->fault.esr;
	bool is_write = !ISS_SYS_READ(esr);

	return (struct sysreg_access){ .iss = (u32)(esr & ISS_SYSREG_MASK),
		.is_write = is_write,
		.value = is_write ? guest_reg(vcpu, ISS_SYS_RT(esr)) : 0 };
}

static enum emulation emulate_locally(struct vcpu *vcpu, struct sysreg_access *access)
{
	enum emulation done = emulate(vcpu, access);

	if (done == EMULATED && !access->is_write)
		set_guest_reg(vcpu, ISS_SYS_RT(vcpu->fault.esr), access->value);
	return done;
}

/* A.9: what L1 does around each of its own switches, and needs nothing of the host's world. */
static bool is_fast(u64 iss)
{
	return iss == ISS_CPACR_EL1 || iss == ISS_CPTR_EL2 || iss == ISS_CNTPCT_EL0;
}

bool sysreg_fixup(struct vcpu *vcpu)
{
	struct sysreg_access access = trapped_access(vcpu);

	if (!is_fast(access.iss) || !vcpu_is_el2(vcpu) || triage_sysreg(vcpu) != TRIAGE_LOCAL ||
		emulate_locally(vcpu, &access) != EMULATED)
		return false;
	stats_reason(reason_of(access.iss));
	fixup_skip_instruction(vcpu);
	return true;
}

static void exit_locally(struct vcpu *vcpu)
{
	struct sysreg_access access = trapped_access(vcpu);

	switch (emulate_locally(vcpu, &access)) {
	case EMULATED: vcpu_skip_instruction(vcpu); break;
	case EMULATED_NO_SKIP: break;
	case NOT_DEFINED: inject_not_defined(vcpu); break;
	}
}

enum verdict exit_sysreg(struct vcpu *vcpu)
{
	stats_reason(reason_of(vcpu->fault.esr & ISS_SYSREG_MASK));
	switch (triage_sysreg(vcpu)) {
	case TRIAGE_FORWARD: nested_inject_sync(vcpu, vcpu->fault.esr); break;
	case TRIAGE_UNDEFINED: inject_not_defined(vcpu); break;
	case TRIAGE_LOCAL: exit_locally(vcpu); break;
	}
	return GUEST_CONTINUES;
}
